//! Operators, as the platform knows them.

use types::{Email, Operator};

use crate::{PlatformScope, Result, Tx};

/// Makes an operator. A conflict on `email` says that they are one.
pub async fn insert(
    tx: &mut Tx,
    _platform: &PlatformScope,
    operator: &Operator,
    password_hash: &str,
) -> Result<()> {
    tx.query(
        "INSERT INTO operators (id, email, name, role, password_hash, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(operator.id)
    .bind(&operator.email)
    .bind(&operator.name)
    .bind(operator.role)
    .bind(password_hash)
    .bind(operator.created_at)
    .execute()
    .await?;
    Ok(())
}

/// Finds an operator by their address.
pub async fn find_by_email(
    tx: &mut Tx,
    _platform: &PlatformScope,
    email: &Email,
) -> Result<Option<Operator>> {
    tx.query("SELECT id, email, name, role, created_at FROM operators WHERE email = $1")
        .bind(email)
        .fetch_optional()
        .await
}
