//! The second factor of operators: enrolled, confirmed, asked, replaced, taken away.

use jiff::Timestamp;
use types::{OperatorId, TokenHash};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row},
};

/// What is kept of an operator's authenticator app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// What its secret is made from, with the key of the installation.
    pub salt: String,
    /// Since when it is asked for; none while its operator has shown no code yet.
    pub confirmed_at: Option<Timestamp>,
}

/// Finds an operator's second factor, confirmed or not.
pub async fn find(tx: &mut Tx, _platform: &PlatformScope, id: OperatorId) -> Result<Option<SecondFactor>> {
    tx.query("SELECT salt, confirmed_at FROM operator_second_factors WHERE operator_id = $1")
        .bind(id)
        .fetch_optional()
        .await
}

/// Begins to enrol, instead of what was begun before. False when one is confirmed: that has to be taken away first.
pub async fn begin(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (id, salt): (OperatorId, &str),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "INSERT INTO operator_second_factors (operator_id, salt, last_step, created_at)
             VALUES ($1, $2, 0, $3)
                 ON CONFLICT (operator_id)
                 DO UPDATE SET salt = excluded.salt, last_step = 0, created_at = excluded.created_at
                     WHERE operator_second_factors.confirmed_at IS NULL",
        )
        .bind(id)
        .bind(salt)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Confirms what was begun: from now on a code is asked for. False when nothing was begun.
pub async fn confirm(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (id, step): (OperatorId, i64),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE operator_second_factors
                SET confirmed_at = $2, last_step = $3
              WHERE operator_id = $1 AND confirmed_at IS NULL",
        )
        .bind(id)
        .bind(now)
        .bind(step)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes the code of a step of time. False when that one, or a later one, was taken before.
pub async fn take_step(tx: &mut Tx, _platform: &PlatformScope, id: OperatorId, step: i64) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE operator_second_factors
                SET last_step = $2
              WHERE operator_id = $1 AND confirmed_at IS NOT NULL AND last_step < $2",
        )
        .bind(id)
        .bind(step)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes a recovery code. False when there is no such one, or it was taken before.
pub async fn take_recovery_code(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (id, code): (OperatorId, &TokenHash),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE operator_recovery_codes
                SET used_at = $3
              WHERE operator_id = $1 AND code_hash = $2 AND used_at IS NULL",
        )
        .bind(id)
        .bind(code.as_str())
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Gives an operator these recovery codes instead of those they had.
pub async fn replace_recovery_codes(
    tx: &mut Tx,
    _platform: &PlatformScope,
    id: OperatorId,
    codes: &[TokenHash],
) -> Result<()> {
    forget_recovery_codes(tx, id).await?;
    for code in codes {
        tx.query("INSERT INTO operator_recovery_codes (operator_id, code_hash) VALUES ($1, $2)")
            .bind(id)
            .bind(code.as_str())
            .execute()
            .await?;
    }
    Ok(())
}

async fn forget_recovery_codes(tx: &mut Tx, id: OperatorId) -> Result<()> {
    tx.query("DELETE FROM operator_recovery_codes WHERE operator_id = $1")
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

/// How many recovery codes an operator has left.
pub async fn recovery_codes_left(tx: &mut Tx, _platform: &PlatformScope, id: OperatorId) -> Result<i64> {
    let Only(left) = tx
        .query("SELECT COUNT(*) AS value FROM operator_recovery_codes WHERE operator_id = $1 AND used_at IS NULL")
        .bind(id)
        .fetch_one()
        .await?;
    Ok(left)
}

/// Takes an operator's second factor away, with its recovery codes. False when there is none.
pub async fn delete(tx: &mut Tx, _platform: &PlatformScope, id: OperatorId) -> Result<bool> {
    forget_recovery_codes(tx, id).await?;
    let deleted = tx
        .query("DELETE FROM operator_second_factors WHERE operator_id = $1")
        .bind(id)
        .execute()
        .await?;
    Ok(deleted == 1)
}

impl FromRow for SecondFactor {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            salt: row.get("salt")?,
            confirmed_at: row.get("confirmed_at")?,
        })
    }
}
