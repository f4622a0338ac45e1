//! Operators, as the platform knows them.

use jiff::Timestamp;
use types::{Email, Operator, OperatorId, OperatorRole};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row, Sql},
};

/// More people than run any platform.
const MOST: i64 = 500;

/// An operator, with what others see of how they sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorOverview {
    /// Who.
    pub operator: Operator,
    /// Whether they show a code of an authenticator app.
    pub has_second_factor: bool,
    /// How often they are signed in.
    pub session_count: i64,
    /// When one of those sessions was last used.
    pub last_seen_at: Option<Timestamp>,
}

/// Makes an operator. False when somebody has this address and is one; who was one before is one again.
pub async fn insert(
    tx: &mut Tx,
    _platform: &PlatformScope,
    operator: &Operator,
    password_hash: &str,
) -> Result<bool> {
    let touched = tx
        .query(
            "INSERT INTO operators (id, email, name, role, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (email)
                 DO UPDATE SET name = excluded.name, role = excluded.role, password_hash = excluded.password_hash,
                               removed_at = NULL
                     WHERE operators.removed_at IS NOT NULL",
        )
        .bind(operator.id)
        .bind(&operator.email)
        .bind(&operator.name)
        .bind(operator.role)
        .bind(password_hash)
        .bind(operator.created_at)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Finds an operator by their address.
pub async fn find_by_email(
    tx: &mut Tx,
    _platform: &PlatformScope,
    email: &Email,
) -> Result<Option<Operator>> {
    tx.query(
        "SELECT id, email, name, role, created_at FROM operators WHERE email = $1 AND removed_at IS NULL",
    )
    .bind(email)
    .fetch_optional()
    .await
}

/// Finds an operator.
pub async fn find(tx: &mut Tx, _platform: &PlatformScope, id: OperatorId) -> Result<Option<Operator>> {
    tx.query("SELECT id, email, name, role, created_at FROM operators WHERE id = $1 AND removed_at IS NULL")
        .bind(id)
        .fetch_optional()
        .await
}

/// The addresses of those who are named, whether they are operators still or were once.
pub async fn addresses(
    tx: &mut Tx,
    _platform: &PlatformScope,
    named: &[OperatorId],
) -> Result<Vec<(OperatorId, Email)>> {
    let found: Vec<Address> = tx
        .bulk(Sql {
            sqlite: "SELECT id, email FROM list JOIN operators ON id = c0",
            postgres: "SELECT operators.id, email
                         FROM UNNEST($1) AS list (id) JOIN operators ON operators.id = list.id",
        })
        .column(named.iter().copied())
        .fetch_all()
        .await?;
    Ok(found.into_iter().map(|Address(found)| found).collect())
}

struct Address((OperatorId, Email));

/// Lists the operators by name, at most 500, with the sessions that were used since `idle_since`.
pub async fn list(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (now, idle_since): (Timestamp, Timestamp),
) -> Result<Vec<OperatorOverview>> {
    tx.query(
        "SELECT operators.id, operators.email, operators.name, operators.role, operators.created_at,
                EXISTS (SELECT 1
                          FROM operator_second_factors AS factor
                         WHERE factor.operator_id = operators.id
                           AND factor.confirmed_at IS NOT NULL) AS has_second_factor,
                (SELECT COUNT(*)
                   FROM operator_sessions AS session
                  WHERE session.operator_id = operators.id AND session.expires_at > $1
                    AND session.last_seen_at > $2) AS session_count,
                (SELECT MAX(session.last_seen_at)
                   FROM operator_sessions AS session
                  WHERE session.operator_id = operators.id) AS last_seen_at
           FROM operators
          WHERE operators.removed_at IS NULL
          ORDER BY operators.name, operators.id
          LIMIT $3",
    )
    .bind(now)
    .bind(idle_since)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Holds every admin until the transaction ends, so that two of them cannot take the role from each other at once. Says
/// how many there are.
pub async fn hold_admins(tx: &mut Tx, _platform: &PlatformScope) -> Result<usize> {
    let admins: Vec<Only<OperatorId>> = tx
        .query(
            "UPDATE operators
                SET role = role
              WHERE role = 'admin' AND removed_at IS NULL
          RETURNING id AS value",
        )
        .fetch_all()
        .await?;
    Ok(admins.len())
}

/// Gives an operator another role.
pub async fn set_role(
    tx: &mut Tx,
    _platform: &PlatformScope,
    id: OperatorId,
    role: OperatorRole,
) -> Result<()> {
    tx.query("UPDATE operators SET role = $2 WHERE id = $1")
        .bind(id)
        .bind(role)
        .execute()
        .await?;
    Ok(())
}

/// Gives an operator another password.
pub async fn set_password(
    tx: &mut Tx,
    _platform: &PlatformScope,
    id: OperatorId,
    password_hash: &str,
) -> Result<()> {
    tx.query("UPDATE operators SET password_hash = $2 WHERE id = $1")
        .bind(id)
        .bind(password_hash)
        .execute()
        .await?;
    Ok(())
}

/// Ends all sessions of an operator. Says how many.
pub async fn end_sessions(tx: &mut Tx, _platform: &PlatformScope, id: OperatorId) -> Result<u64> {
    tx.query("DELETE FROM operator_sessions WHERE operator_id = $1")
        .bind(id)
        .execute()
        .await
}

/// Makes somebody an operator no more. Their row stays, because others name it.
pub async fn remove(tx: &mut Tx, _platform: &PlatformScope, id: OperatorId, now: Timestamp) -> Result<()> {
    tx.query("UPDATE operators SET removed_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}

impl FromRow for Address {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self((row.get("id")?, row.get("email")?)))
    }
}

impl FromRow for OperatorOverview {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            operator: Operator::from_row(row)?,
            has_second_factor: row.get("has_second_factor")?,
            session_count: row.get("session_count")?,
            last_seen_at: row.get("last_seen_at")?,
        })
    }
}
