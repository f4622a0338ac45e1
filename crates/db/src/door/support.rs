//! From an operator's code to the key of the tenant they look in at, and their lines in the audit trail.

use jiff::Timestamp;
use types::{
    AuditEvent, Member, OfficeHours, OperatorRole, SupportEnd, SupportSession, SupportSessionId, Tenant,
    TokenHash,
};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Only, Row},
    platform::{audit, support},
    tenant::assignment,
};

/// An operator who looks in, as of now: session, role, membership and the tenant's state are read with every request.
#[derive(Debug, Clone)]
pub struct LookingIn {
    /// The key of the tenant; what is written with it says that support did.
    pub scope: TenantScope,
    /// The session.
    pub session: SupportSession,
    /// What the operator is to the platform.
    pub operator_role: OperatorRole,
    /// On whose behalf.
    pub member: Member,
    /// The tenant.
    pub tenant: Tenant,
    /// When the tenant's office answers.
    pub hours: OfficeHours,
    /// The name of the zone it is in.
    pub zone: String,
}

/// A session that was just opened.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The session.
    pub session: SupportSession,
    /// What the operator is to the platform.
    pub operator_role: OperatorRole,
}

/// Opens the session that a code is for, once, with its line in the trail: from then on its browser shows the token.
/// False when no session of this tenant waits for the code, or waited for too long.
pub async fn enter(
    db: &Db,
    scope: &TenantScope,
    (code, token, now): (&TokenHash, &TokenHash, Timestamp),
    line: impl FnOnce(&Opened) -> AuditEvent,
) -> Result<bool> {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await?;
    let id: Option<Only<SupportSessionId>> = tx
        .query(
            "UPDATE support_sessions
                SET code_hash = NULL, token_hash = $3
              WHERE tenant_id = $1 AND code_hash = $2 AND ended_at IS NULL AND expires_at > $4 AND started_at > $5
          RETURNING id AS value",
        )
        .bind(scope.tenant_id())
        .bind(code.as_str())
        .bind(token.as_str())
        .bind(now)
        .bind(now - SupportSession::CODE_LIFE)
        .fetch_optional()
        .await?;
    let Some(Only(id)) = id else {
        return Ok(false);
    };
    let Some(session) = support::find(&mut tx, &platform, scope.tenant_id(), id).await? else {
        return Ok(false);
    };
    let Only(operator_role) = tx
        .query("SELECT role AS value FROM operators WHERE id = $1")
        .bind(session.operator_id)
        .fetch_one()
        .await?;
    let opened = Opened {
        session,
        operator_role,
    };
    audit::record(&mut tx, &platform, &line(&opened)).await?;
    tx.commit().await?;
    Ok(true)
}

/// Finds who looks in with this token. Sessions that ended are not there, nor those of a tenant that is not active, on
/// behalf of who is no member any more, or of an operator who may not look in any more.
pub async fn find(
    db: &Db,
    scope: &TenantScope,
    token: &TokenHash,
    now: Timestamp,
) -> Result<Option<LookingIn>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT session.tenant_id, session.id, session.operator_id, operators.name AS operator_name,
                operators.role AS operator_role, session.person_id, people.name AS person_name, people.email,
                members.role, members.is_paused, members.created_at AS member_since,
                settings.agents_see, settings.time_zone,
                settings.office_days AS days, settings.office_from AS from_minute,
                settings.office_until AS until_minute, session.reason, session.ticket,
                session.may_write, session.started_at, session.expires_at, session.ended_at, session.ended_by,
                session.change_count, tenants.slug, tenants.name, tenants.status, tenants.created_at,
                tenants.updated_at
           FROM support_sessions AS session
           JOIN operators ON operators.id = session.operator_id
           JOIN people ON people.id = session.person_id
           JOIN members ON members.tenant_id = session.tenant_id AND members.person_id = session.person_id
                       AND members.removed_at IS NULL
           JOIN tenants ON tenants.id = session.tenant_id
           JOIN tenant_settings AS settings ON settings.tenant_id = session.tenant_id
          WHERE session.tenant_id = $1 AND session.token_hash = $2 AND session.ended_at IS NULL
            AND session.expires_at > $3 AND tenants.status = 'active'
            AND operators.role IN ('admin', 'support') AND operators.removed_at IS NULL",
    )
    .bind(scope.tenant_id())
    .bind(token.as_str())
    .bind(now)
    .fetch_optional()
    .await
}

/// Whether a session still goes on, for a line that stays open.
pub async fn goes_on(db: &Db, scope: &TenantScope, id: SupportSessionId, now: Timestamp) -> Result<bool> {
    let mut tx = db.read(scope).await?;
    let Only(goes_on) = tx
        .query(
            "SELECT EXISTS (SELECT 1
                              FROM support_sessions
                             WHERE tenant_id = $1 AND id = $2 AND ended_at IS NULL AND expires_at > $3) AS value",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .bind(now)
        .fetch_one()
        .await?;
    Ok(goes_on)
}

/// Writes a line about a session to the trail: somebody was let do something, or not.
pub async fn note(db: &Db, event: &AuditEvent) -> Result<()> {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await?;
    audit::record(&mut tx, &platform, event).await?;
    tx.commit().await
}

/// Writes that something was changed in a session, and counts it.
pub async fn note_change(db: &Db, id: SupportSessionId, event: &AuditEvent) -> Result<()> {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await?;
    tx.query("UPDATE support_sessions SET change_count = change_count + 1 WHERE tenant_id = $1 AND id = $2")
        .bind(event.tenant_id.clone())
        .bind(id)
        .execute()
        .await?;
    audit::record(&mut tx, &platform, event).await?;
    tx.commit().await
}

/// Ends a session from the tenant's side, with its line in the trail. False, and no line, when it is over.
pub async fn end(
    db: &Db,
    scope: &TenantScope,
    (id, by): (SupportSessionId, SupportEnd),
    event: &AuditEvent,
) -> Result<bool> {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await?;
    let ended = support::end(
        &mut tx,
        &platform,
        (scope.tenant_id(), id),
        (event.occurred_at, by),
    )
    .await?;
    if ended {
        audit::record(&mut tx, &platform, event).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// Lets support look in from now on, or nobody any more: then the sessions that are open end with it. All of it and its
/// lines are there, or nothing.
pub async fn allow(
    db: &Db,
    scope: &TenantScope,
    (is_allowed, changed): (bool, &AuditEvent),
    ended: impl Fn(SupportSessionId) -> AuditEvent,
) -> Result<()> {
    let (platform, now) = (PlatformScope::new(), changed.occurred_at);
    let mut tx = db.write(&platform).await?;
    tx.query("UPDATE tenant_settings SET support_is_allowed = $2, updated_at = $3 WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .bind(is_allowed)
        .bind(now)
        .execute()
        .await?;
    audit::record(&mut tx, &platform, changed).await?;
    if !is_allowed {
        let sessions = support::list(&mut tx, &platform, scope.tenant_id()).await?;
        for session in sessions.iter().filter(|session| session.is_open(now)) {
            let (which, how) = ((scope.tenant_id(), session.id), (now, SupportEnd::Tenant));
            if support::end(&mut tx, &platform, which, how).await? {
                audit::record(&mut tx, &platform, &ended(session.id)).await?;
            }
        }
    }
    tx.commit().await
}

impl FromRow for LookingIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let session = SupportSession::from_row(row)?;
        let tenant_id = session.tenant_id.clone();
        let member = Member {
            person_id: session.person_id,
            email: row.get("email")?,
            name: row.get("person_name")?,
            role: row.get("role")?,
            is_paused: row.get("is_paused")?,
            created_at: row.get("member_since")?,
        };
        let scope = TenantScope::new(tenant_id.clone()).in_support(session.id);
        Ok(Self {
            // As whom they look in for, not as what a session lets them do.
            scope: scope.held_by((member.person_id, member.role), row.get("agents_see")?),
            operator_role: row.get("operator_role")?,
            member: Member {
                role: session.role(member.role),
                ..member
            },
            tenant: Tenant {
                id: tenant_id,
                slug: row.get("slug")?,
                name: row.get("name")?,
                status: row.get("status")?,
                created_at: row.get("created_at")?,
                updated_at: row.get("updated_at")?,
            },
            session,
            hours: assignment::office_hours(row)?,
            zone: row.get("time_zone")?,
        })
    }
}
