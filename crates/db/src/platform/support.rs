//! Operators who look in at tenants: started, widened and ended from the platform's side.

use jiff::Timestamp;
use types::{PersonId, SupportEnd, SupportSession, SupportSessionId, TenantId, TokenHash};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row},
};

/// The newest sessions of a tenant that are told.
const MOST: i64 = 100;

macro_rules! select_sessions {
    ($rest:literal) => {
        concat!(
            "SELECT session.tenant_id, session.id, session.operator_id, operators.name AS operator_name,
                    session.person_id, people.name AS person_name, session.reason, session.ticket,
                    session.may_write, session.started_at, session.expires_at, session.ended_at,
                    session.ended_by, session.change_count
               FROM support_sessions AS session
               JOIN operators ON operators.id = session.operator_id
               JOIN people ON people.id = session.person_id ",
            $rest
        )
    };
}
pub(crate) use select_sessions;

/// Starts a session, which the bearer of a code opens.
pub async fn insert(
    tx: &mut Tx,
    _platform: &PlatformScope,
    session: &SupportSession,
    code: &TokenHash,
) -> Result<()> {
    tx.query(
        "INSERT INTO support_sessions
                (tenant_id, id, operator_id, person_id, reason, ticket, may_write, code_hash, started_at, expires_at,
                 change_count)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)",
    )
    .bind(&session.tenant_id)
    .bind(session.id)
    .bind(session.operator_id)
    .bind(session.person_id)
    .bind(&session.reason)
    .bind(session.ticket.clone())
    .bind(session.may_write)
    .bind(code.as_str())
    .bind(session.started_at)
    .bind(session.expires_at)
    .execute()
    .await?;
    Ok(())
}

/// Lists a tenant's sessions, the newest first, at most 100.
pub async fn list(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
) -> Result<Vec<SupportSession>> {
    tx.query(select_sessions!(
        "WHERE session.tenant_id = $1
         ORDER BY session.started_at DESC, session.id DESC
         LIMIT $2"
    ))
    .bind(tenant_id)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Finds a session of a tenant.
pub async fn find(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
    id: SupportSessionId,
) -> Result<Option<SupportSession>> {
    tx.query(select_sessions!(
        "WHERE session.tenant_id = $1 AND session.id = $2"
    ))
    .bind(tenant_id)
    .bind(id)
    .fetch_optional()
    .await
}

/// Lets a session change things from now on. False when it is over.
pub async fn widen(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (tenant_id, id): (&TenantId, SupportSessionId),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE support_sessions
                SET may_write = $3
              WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $4",
        )
        .bind(tenant_id)
        .bind(id)
        .bind(true)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Ends a session. False when it is over.
pub async fn end(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (tenant_id, id): (&TenantId, SupportSessionId),
    (at, by): (Timestamp, SupportEnd),
) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE support_sessions
                SET ended_at = $3, ended_by = $4, code_hash = NULL, token_hash = NULL
              WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL",
        )
        .bind(tenant_id)
        .bind(id)
        .bind(at)
        .bind(by)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Sessions whose time is up and that nobody ended yet.
pub async fn overdue(tx: &mut Tx, _platform: &PlatformScope, now: Timestamp) -> Result<Vec<SupportSession>> {
    tx.query(select_sessions!(
        "WHERE session.ended_at IS NULL AND session.expires_at <= $1
         ORDER BY session.expires_at, session.id
         LIMIT $2"
    ))
    .bind(now)
    .bind(MOST)
    .fetch_all()
    .await
}

/// Whether the tenant lets anybody look in.
pub async fn is_allowed(tx: &mut Tx, _platform: &PlatformScope, tenant_id: &TenantId) -> Result<bool> {
    let found: Option<Only<bool>> = tx
        .query("SELECT support_is_allowed AS value FROM tenant_settings WHERE tenant_id = $1")
        .bind(tenant_id)
        .fetch_optional()
        .await?;
    Ok(found.is_some_and(|Only(is_allowed)| is_allowed))
}

/// The owner who was there first: on whose behalf an operator looks in when nobody is named.
pub async fn first_owner(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
) -> Result<Option<PersonId>> {
    let found: Option<Only<PersonId>> = tx
        .query(
            "SELECT person_id AS value
               FROM members
              WHERE tenant_id = $1 AND role = 'owner' AND removed_at IS NULL
              ORDER BY created_at, person_id
              LIMIT 1",
        )
        .bind(tenant_id)
        .fetch_optional()
        .await?;
    Ok(found.map(|Only(person_id)| person_id))
}

impl FromRow for SupportSession {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            tenant_id: row.get("tenant_id")?,
            operator_id: row.get("operator_id")?,
            operator_name: row.get("operator_name")?,
            person_id: row.get("person_id")?,
            person_name: row.get("person_name")?,
            reason: row.get("reason")?,
            ticket: row.get("ticket")?,
            may_write: row.get("may_write")?,
            started_at: row.get("started_at")?,
            expires_at: row.get("expires_at")?,
            ended_at: row.get("ended_at")?,
            ended_by: row.get("ended_by")?,
            change_count: row.get("change_count")?,
        })
    }
}
