//! Looking in at a tenant's CRM: for a reason, for a while, only looking unless widened, and seen by its owner.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::platform::{members, support as rows};
use jiff::SignedDuration;
use serde_json::json;
use server::session::SessionToken;
use types::{
    AuditAction, Operator, PersonId, SupportEnd, SupportSession, SupportSessionId, Tenant, TenantId, Text,
};

use crate::{Acting, Refusal, tenants::look_up};

/// What an operator says before they look in.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) reason: Text<500>,
    pub(crate) ticket: Option<Text<100>>,
    pub(crate) minutes: i64,
    /// On whose behalf; without it, the owner's who was there first.
    pub(crate) person_id: Option<PersonId>,
}

impl Request {
    /// How long a session is when nobody says.
    pub(crate) const MINUTES: i64 = 30;

    fn life(&self) -> Result<SignedDuration, Refusal> {
        let longest = SupportSession::LONGEST.as_mins();
        if !(1..=longest).contains(&self.minutes) {
            let detail = format!("A support session is 1 to {longest} minutes long.");
            return Err(Refusal::invalid("/minutes", "range", detail));
        }
        if self.reason.as_str().chars().count() < SupportSession::SHORTEST_REASON {
            let detail = "Say why in 10 characters at least: the tenant's owner reads it.";
            return Err(Refusal::invalid("/reason", "too_short", detail));
        }
        Ok(SignedDuration::from_mins(self.minutes))
    }
}

/// Starts a session. The code that opens it, in the tenant's CRM, is told once.
pub(crate) async fn start(
    acting: &Acting<'_>,
    id_or_slug: &str,
    (operator, request): (&Operator, &Request),
) -> Result<(SupportSession, SessionToken), Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    let life = request.life()?;
    let attempt = acting
        .attempt(AuditAction::SupportSessionStart, Some(&tenant.id))
        .await?;
    let starting = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        if !tenant.status.may_sign_in() {
            let detail = format!("Nobody gets into the CRM of a tenant that is {}.", tenant.status);
            return Err(Refusal::conflict("tenant_closed", detail));
        }
        if !rows::is_allowed(&mut tx, attempt.platform, &tenant.id).await? {
            let detail =
                "The owner of this tenant lets nobody look in. Ask them to allow it in their settings.";
            return Err(Refusal::conflict("support_refused", detail));
        }
        let person_id = on_behalf_of(&mut tx, acting, (&tenant, operator), request.person_id).await?;
        let code = SessionToken::random();
        let session = SupportSession {
            id: SupportSessionId::new(attempt.ids),
            tenant_id: tenant.id.clone(),
            operator_id: operator.id,
            operator_name: operator.name.clone(),
            person_id,
            person_name: String::new(),
            reason: request.reason.as_str().to_owned(),
            ticket: request.ticket.as_ref().map(|ticket| ticket.as_str().to_owned()),
            may_write: false,
            started_at: attempt.now,
            expires_at: attempt.now + life,
            ended_at: None,
            ended_by: None,
            change_count: 0,
        };
        rows::insert(&mut tx, attempt.platform, &session, &code.hash()).await?;
        let details = json!({
            "session": session.id, "onBehalfOf": person_id, "reason": session.reason, "ticket": session.ticket,
            "expiresAt": session.expires_at,
        });
        attempt.succeeded(&mut tx, details).await?;
        let session = find_in(&mut tx, acting, (&tenant.id, session.id)).await?;
        tx.commit().await?;
        Ok((session, code))
    };
    attempt.end(starting).await
}

/// The member on whose behalf: one of the tenant, and nobody who runs the platform.
async fn on_behalf_of(
    tx: &mut db::Tx,
    acting: &Acting<'_>,
    (tenant, operator): (&Tenant, &Operator),
    named: Option<PersonId>,
) -> Result<PersonId, Refusal> {
    let person_id = match named {
        Some(person_id) => Some(person_id),
        None => rows::first_owner(tx, acting.platform, &tenant.id).await?,
    };
    let no_owner = "The tenant has no owner on whose behalf anybody could look in. Invite one first.";
    let person_id = person_id.ok_or_else(|| Refusal::conflict("no_owner", no_owner))?;
    let scope = db::door::tenants::enter(tx, acting.platform, &tenant.id)
        .await?
        .ok_or_else(|| Refusal::no_tenant(tenant.id.as_str()))?;
    let member = db::tenant::members::find(tx, &scope, person_id).await?;
    let member =
        member.ok_or_else(|| Refusal::invalid("/personId", "unknown", "The tenant has no such member."))?;
    if member.email == operator.email || members::is_operator(tx, acting.platform, &member.email).await? {
        let detail = "Nobody looks in on behalf of an operator of the platform.";
        return Err(Refusal::invalid("/personId", "operator", detail));
    }
    Ok(person_id)
}

/// Lists a tenant's sessions, the newest first.
pub(crate) async fn list(acting: &Acting<'_>, id_or_slug: &str) -> Result<Vec<SupportSession>, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    Ok(rows::list(&mut tx, acting.platform, &tenant.id).await?)
}

/// Lets a session change things from now on, for a reason of its own.
pub(crate) async fn widen(
    acting: &Acting<'_>,
    (id_or_slug, id): (&str, SupportSessionId),
    reason: &Text<500>,
) -> Result<SupportSession, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    find(acting, &tenant.id, id).await?;
    if reason.as_str().chars().count() < SupportSession::SHORTEST_REASON {
        let detail = "Say in 10 characters at least why looking is not enough.";
        return Err(Refusal::invalid("/reason", "too_short", detail));
    }
    let attempt = acting
        .attempt(AuditAction::SupportSessionWiden, Some(&tenant.id))
        .await?;
    let widening = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        if !rows::widen(&mut tx, attempt.platform, (&tenant.id, id), attempt.now).await? {
            return Err(over());
        }
        let details = json!({
            "session": id, "reason": reason, "before": { "mayWrite": false }, "after": { "mayWrite": true },
        });
        attempt.succeeded(&mut tx, details).await?;
        let session = find_in(&mut tx, acting, (&tenant.id, id)).await?;
        tx.commit().await?;
        Ok(session)
    };
    attempt.end(widening).await
}

/// Ends a session before its time.
pub(crate) async fn end(
    acting: &Acting<'_>,
    (id_or_slug, id): (&str, SupportSessionId),
) -> Result<SupportSession, Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    find(acting, &tenant.id, id).await?;
    let attempt = acting
        .attempt(AuditAction::SupportSessionEnd, Some(&tenant.id))
        .await?;
    let ending = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        let (which, how) = ((&tenant.id, id), (attempt.now, SupportEnd::Operator));
        if !rows::end(&mut tx, attempt.platform, which, how).await? {
            return Err(over());
        }
        let details = json!({ "session": id, "endedBy": SupportEnd::Operator });
        attempt.succeeded(&mut tx, details).await?;
        let session = find_in(&mut tx, acting, (&tenant.id, id)).await?;
        tx.commit().await?;
        Ok(session)
    };
    attempt.end(ending).await
}

fn over() -> Refusal {
    Refusal::conflict("session_over", "The support session is over.")
}

async fn find(
    acting: &Acting<'_>,
    tenant_id: &TenantId,
    id: SupportSessionId,
) -> Result<SupportSession, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    find_in(&mut tx, acting, (tenant_id, id)).await
}

async fn find_in(
    tx: &mut db::Tx,
    acting: &Acting<'_>,
    (tenant_id, id): (&TenantId, SupportSessionId),
) -> Result<SupportSession, Refusal> {
    rows::find(tx, acting.platform, tenant_id, id)
        .await?
        .ok_or_else(|| Refusal::NotFound("The tenant has no such support session.".to_owned()))
}

/// Ends the sessions whose time is up. Nobody is in any more; this tells so.
pub(crate) async fn end_overdue(acting: &Acting<'_>) -> Result<(), Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let overdue = rows::overdue(&mut tx, acting.platform, acting.now).await?;
    drop(tx);
    for session in overdue {
        if let Err(error) = end_one_overdue(acting, &session).await {
            // One tenant's is no reason to leave the others.
            let (id, tenant) = (session.id, &session.tenant_id);
            tracing::warn!(%tenant, "support session {id} of {tenant} could not be ended: {error}");
        }
    }
    Ok(())
}

async fn end_one_overdue(acting: &Acting<'_>, session: &SupportSession) -> Result<(), Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let (which, how) = (
        (&session.tenant_id, session.id),
        (session.expires_at, SupportEnd::Clock),
    );
    if rows::end(&mut tx, acting.platform, which, how).await? {
        let details = json!({ "session": session.id, "endedBy": SupportEnd::Clock });
        let ended = AuditAction::SupportSessionEnd;
        acting
            .succeeded(&mut tx, ended, Some(&session.tenant_id), details)
            .await?;
    }
    tx.commit().await?;
    Ok(())
}
