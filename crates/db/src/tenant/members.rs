//! A tenant's members.

use types::{Member, PersonId};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// The most members a list brings: more than any plan allows.
const MOST: i64 = 200;

/// Lists the members by name, at most 200.
pub async fn list(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<Member>> {
    tx.query(
        "SELECT people.id, people.email, people.name, members.role, members.created_at
           FROM members
           JOIN people ON people.id = members.person_id
          WHERE members.tenant_id = $1
          ORDER BY people.name, people.id
          LIMIT $2",
    )
    .bind(scope.tenant_id())
    .bind(MOST)
    .fetch_all()
    .await
}

/// Finds a member.
pub async fn find(tx: &mut Tx, scope: &TenantScope, person_id: PersonId) -> Result<Option<Member>> {
    tx.query(
        "SELECT people.id, people.email, people.name, members.role, members.created_at
           FROM members
           JOIN people ON people.id = members.person_id
          WHERE members.tenant_id = $1 AND members.person_id = $2",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .fetch_optional()
    .await
}

impl FromRow for Member {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            person_id: row.get("id")?,
            email: row.get("email")?,
            name: row.get("name")?,
            role: row.get("role")?,
            created_at: row.get("created_at")?,
        })
    }
}
