//! From the key of a tenant to what the platform's audit trail tells of that tenant, and to what a line is proved with.
//!
//! No key is made here. The trail is the platform's, and outlives its tenants, so that no row of it is walled off by the
//! database; whoever comes through this door sees the lines about their own tenant, and of the others hashes alone.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use jiff::Timestamp;
use serde_json::Value;
use types::{AuditEvent, AuditEventId, Page, PageRequest};
use uuid::Uuid;

use crate::{
    PlatformScope, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
    platform::audit::{self, Evidence, Unprovable},
    tenant::{before, since},
};

/// A line about the tenant, with the names of those in it.
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerLine {
    /// The line.
    pub event: AuditEvent,
    /// Who did it, when they are or were somebody with a name.
    pub actor: Option<Named>,
    /// What the member is called whom the line is about, or on whose behalf it was done.
    pub member: Option<String>,
}

/// Somebody with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// An operator of the platform. Tenants know them by their names alone: who looks in stands there by name, too.
    Operator(String),
    /// A member of the tenant, still or once.
    Member(String),
}

macro_rules! list_lines {
    ($comes_after:literal, $direction:literal) => {
        concat!(
            "SELECT id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id, attempt_id
               FROM admin_audit_events
              WHERE tenant_id = $1 AND (occurred_at, id) ",
            $comes_after,
            " ($2, $3)
              ORDER BY occurred_at ",
            $direction,
            ", id ",
            $direction,
            " LIMIT $4"
        )
    };
}

const NEWEST_FIRST: &str = list_lines!("<", "DESC");
const OLDEST_FIRST: &str = list_lines!(">", "ASC");

/// Where a line stands among the others.
type Place = (Timestamp, AuditEventId);

/// Lists the lines about the tenant, newest first, from after a place on.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    after: Option<Place>,
    page: PageRequest,
) -> Result<Page<LedgerLine>> {
    read(tx, scope, (NEWEST_FIRST, before(after)), page).await
}

/// The same list from its other end: oldest first, from after a place on.
pub async fn list_before(
    tx: &mut Tx,
    scope: &TenantScope,
    after: Option<Place>,
    page: PageRequest,
) -> Result<Page<LedgerLine>> {
    read(tx, scope, (OLDEST_FIRST, since(after)), page).await
}

async fn read(
    tx: &mut Tx,
    scope: &TenantScope,
    (sql, (at, id)): (&'static str, Place),
    page: PageRequest,
) -> Result<Page<LedgerLine>> {
    let lines: Vec<AuditEvent> = tx
        .query(sql)
        .bind(scope.tenant_id())
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .fetch_all()
        .await?;
    let named: Vec<Uuid> = lines
        .iter()
        .flat_map(|line| [actor(line), member(line)])
        .flatten()
        .collect();
    let names = names(tx, scope, &named).await?;
    Ok(Page::from_fetched(lines, page).map(|event| LedgerLine {
        actor: actor(&event).and_then(|id| names.get(&id).cloned()),
        member: member(&event).and_then(|id| match names.get(&id) {
            Some(Named::Member(name)) => Some(name.clone()),
            _ => None,
        }),
        event,
    }))
}

/// Whoever did it, when that was no command and no program.
fn actor(line: &AuditEvent) -> Option<Uuid> {
    line.actor.id.parse().ok()
}

/// The member in the details.
fn member(line: &AuditEvent) -> Option<Uuid> {
    let found = line
        .details
        .get("onBehalfOf")
        .or_else(|| line.details.get("personId"));
    found.and_then(Value::as_str)?.parse().ok()
}

/// What they are called: whoever is or was an operator, or a member of this tenant. Others have no name here.
async fn names(tx: &mut Tx, scope: &TenantScope, ids: &[Uuid]) -> Result<HashMap<Uuid, Named>> {
    const OPERATORS: Sql = Sql {
        sqlite: "SELECT operators.id, operators.name FROM list JOIN operators ON operators.id = c0",
        postgres: "SELECT operators.id, operators.name
                     FROM UNNEST($1) AS list (id)
                     JOIN operators ON operators.id = list.id",
    };
    const MEMBERS: Sql = Sql {
        sqlite: "SELECT people.id, people.name
                   FROM list
                   JOIN members ON members.tenant_id = $1 AND members.person_id = c0
                   JOIN people ON people.id = members.person_id",
        postgres: "SELECT people.id, people.name
                     FROM UNNEST($1) AS list (id)
                     JOIN members ON members.tenant_id = $2 AND members.person_id = list.id
                     JOIN people ON people.id = members.person_id",
    };
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let column = || ids.iter().copied();
    let operators: Vec<Name> = tx.bulk(OPERATORS).column(column()).fetch_all().await?;
    let members = tx.bulk(MEMBERS).column(column()).bind(scope.tenant_id());
    let members: Vec<Name> = members.fetch_all().await?;
    let operators = operators
        .into_iter()
        .map(|Name(id, name)| (id, Named::Operator(name)));
    let members = members
        .into_iter()
        .map(|Name(id, name)| (id, Named::Member(name)));
    Ok(operators.chain(members).collect())
}

/// What a line about the tenant is proved with. None when no line about this tenant has this id.
pub async fn evidence(
    tx: &mut Tx,
    scope: &TenantScope,
    id: AuditEventId,
) -> Result<Option<std::result::Result<Evidence, Unprovable>>> {
    let Only(is_theirs) = tx
        .query("SELECT EXISTS (SELECT 1 FROM admin_audit_events WHERE tenant_id = $1 AND id = $2) AS value")
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_one::<Only<bool>>()
        .await?;
    if !is_theirs {
        return Ok(None);
    }
    audit::evidence(tx, &PlatformScope::new(), id).await.map(Some)
}

/// Somebody's id and name.
struct Name(Uuid, String);

impl FromRow for Name {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("id")?, row.get("name")?))
    }
}
