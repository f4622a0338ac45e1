//! Exceptions from a tenant's plan: made for a reason, until a day, and taken back. And the check that asks them.

use db::{
    Tx,
    platform::{domains, overrides as rows, tenants::TenantOverview},
};
use jiff::Timestamp;
use serde_json::{Value, json};
use server::etag::IfMatch;
use types::{
    AuditAction, DomainStatus, Entitlements, Exception, Limit, PlanOverride, TenantDomain, TenantId, Text,
};

use crate::{Acting, Refusal, operators, tenants::look_up};

/// An exception to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewException {
    pub(crate) exception: Exception,
    pub(crate) reason: Text<500>,
    pub(crate) expires_at: Option<Timestamp>,
}

/// Makes an exception, instead of the one there was about the same thing.
pub(crate) async fn make(
    acting: &Acting<'_>,
    id_or_slug: &str,
    new: NewException,
    seen: &IfMatch,
) -> Result<(), Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    if new.expires_at.is_some_and(|end| end <= acting.now) {
        let detail = "An exception ends in the future, or when somebody ends it.";
        return Err(Refusal::invalid("/expiresAt", "past", detail));
    }
    let made = PlanOverride {
        exception: new.exception,
        reason: new.reason.into_string(),
        expires_at: new.expires_at,
        made_by: acting.actor.id.clone(),
        made_at: acting.now,
    };
    let attempt = acting
        .attempt(AuditAction::TenantOverrideSet, Some(&tenant.id))
        .await?;
    let making = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        attempt.touch(&mut tx, seen).await?;
        let all = rows::list(&mut tx, attempt.platform, &tenant.id).await?;
        rows::upsert(&mut tx, attempt.platform, &tenant.id, &made).await?;
        let subject = made.exception.subject();
        let details = json!({ "subject": subject, "before": told(&all, subject), "after": made });
        attempt.succeeded(&mut tx, details).await?;
        Ok(tx.commit().await?)
    };
    attempt.end(making).await
}

/// Takes an exception back: the plan counts again at once.
pub(crate) async fn take_back(
    acting: &Acting<'_>,
    id_or_slug: &str,
    subject: &str,
    seen: &IfMatch,
) -> Result<(), Refusal> {
    let tenant = look_up(acting, id_or_slug).await?;
    let attempt = acting
        .attempt(AuditAction::TenantOverrideRemove, Some(&tenant.id))
        .await?;
    let taking = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        attempt.touch(&mut tx, seen).await?;
        let all = rows::list(&mut tx, attempt.platform, &tenant.id).await?;
        if !rows::delete(&mut tx, attempt.platform, &tenant.id, subject).await? {
            let detail = format!("The tenant has no exception about {subject}.");
            return Err(Refusal::NotFound(detail));
        }
        let details = json!({ "subject": subject, "before": told(&all, subject), "after": null });
        attempt.succeeded(&mut tx, details).await?;
        Ok(tx.commit().await?)
    };
    attempt.end(taking).await
}

fn told(all: &[PlanOverride], subject: &str) -> Value {
    json!(all.iter().find(|made| made.exception.subject() == subject))
}

/// What a tenant is entitled to.
pub(crate) async fn entitlements(
    tx: &mut Tx,
    acting: &Acting<'_>,
    tenant_id: &TenantId,
) -> Result<Entitlements, Refusal> {
    rows::entitlements(tx, acting.platform, tenant_id)
        .await?
        .ok_or_else(|| Refusal::no_tenant(tenant_id.as_str()))
}

/// The same for people to read: operators by their addresses.
pub(crate) async fn with_names(
    tx: &mut Tx,
    acting: &Acting<'_>,
    entitled: &Entitlements,
) -> Result<Entitlements, Refusal> {
    let names = operators::names(tx, acting, entitled.actors()).await?;
    Ok(entitled.named(|actor| names.get(actor).cloned()))
}

/// Makes sure that there is room for one more of something, in the transaction that adds it.
pub(crate) async fn room_for(
    tx: &mut Tx,
    acting: &Acting<'_>,
    tenant_id: &TenantId,
    (limit, used): (Limit, i64),
) -> Result<(), Refusal> {
    let entitled = entitlements(tx, acting, tenant_id).await?;
    Ok(entitled.room_for(limit, used, acting.now)?)
}

/// Makes sure that a tenant may have one domain more.
pub(crate) async fn room_for_a_domain(
    tx: &mut Tx,
    acting: &Acting<'_>,
    tenant_id: &TenantId,
) -> Result<(), Refusal> {
    let domains = domains::list(tx, acting.platform, tenant_id).await?;
    room_for(tx, acting, tenant_id, (Limit::Domains, kept(&domains))).await
}

/// How many a tenant has of what there may be only so many of.
pub(crate) struct Used {
    domains: i64,
    members: i64,
}

impl Used {
    pub(crate) async fn by(
        tx: &mut Tx,
        acting: &Acting<'_>,
        overview: &TenantOverview,
    ) -> Result<Self, Refusal> {
        Ok(Self {
            domains: kept(&overview.domains),
            members: members(tx, acting, &overview.tenant.id).await?,
        })
    }

    pub(crate) const fn of(&self, limit: Limit) -> i64 {
        match limit {
            Limit::Domains => self.domains,
            Limit::Members => self.members,
        }
    }
}

/// How many members a tenant has.
pub(crate) async fn members(tx: &mut Tx, acting: &Acting<'_>, tenant_id: &TenantId) -> Result<i64, Refusal> {
    let scope = db::door::tenants::enter(tx, acting.platform, tenant_id)
        .await?
        .ok_or_else(|| Refusal::no_tenant(tenant_id.as_str()))?;
    let members = db::tenant::members::list(tx, &scope).await?;
    Ok(i64::try_from(members.len()).unwrap_or(i64::MAX))
}

/// The domains that count: what was given up makes room.
pub(crate) fn kept(domains: &[TenantDomain]) -> i64 {
    let kept = domains
        .iter()
        .filter(|domain| domain.status == DomainStatus::Active);
    i64::try_from(kept.count()).unwrap_or(i64::MAX)
}
