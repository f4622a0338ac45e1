//! People who come by an invitation: they are made known over all tenants, or are known already.

pub use crate::platform::members::NewPerson;
use crate::{Result, Tx};

/// Makes somebody known who brings a password of their own, in the transaction that takes their invitation. False when
/// somebody of this address is known by now.
pub async fn introduce(tx: &mut Tx, person: &NewPerson) -> Result<bool> {
    let inserted = tx
        .query(
            "INSERT INTO people (id, email, name, password_hash, created_at)
             VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (email) DO NOTHING",
        )
        .bind(person.id)
        .bind(&person.email)
        .bind(&person.name)
        .bind(&person.password_hash)
        .bind(person.created_at)
        .execute()
        .await?;
    Ok(inserted == 1)
}
