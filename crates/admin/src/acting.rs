//! Who acts, when, and with which key: what every story is given, and how it leaves its lines in the audit trail.

use std::ops::Deref;

use db::{Db, PlatformScope, Tx};
use jiff::Timestamp;
use serde_json::{Value, json};
use server::{
    Context,
    etag::{IfMatch, Version},
};
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Hostname, Ids, TenantId};

use crate::Refusal;

/// Somebody about to change the platform. Commands make one for whoever has the shell, the console for an operator
/// whose role was looked at.
pub struct Acting<'a> {
    /// Where it happens.
    pub db: &'a Db,
    /// The key.
    pub platform: &'a PlatformScope,
    /// Who.
    pub actor: Actor,
    /// The request it came with.
    pub request_id: Option<String>,
    /// When.
    pub now: Timestamp,
    /// Where ids come from.
    pub ids: &'a dyn Ids,
    /// Names of the platform itself, which no tenant gets.
    pub platform_hosts: &'a [Hostname],
}

/// A change that is allowed, and the trail says so. What came of it is the next line: one way or the other.
pub(crate) struct Attempt<'a> {
    acting: &'a Acting<'a>,
    action: AuditAction,
    tenant_id: Option<TenantId>,
    id: AuditEventId,
}

impl<'a> Deref for Attempt<'a> {
    type Target = Acting<'a>;

    fn deref(&self) -> &Acting<'a> {
        self.acting
    }
}

impl<'a> Acting<'a> {
    /// The platform, which does by itself what is due.
    pub(crate) fn of_platform(context: &'a Context, platform: &'a PlatformScope) -> Self {
        Self {
            db: &context.db,
            platform,
            actor: Actor {
                id: "freehold".to_owned(),
                role: "system".to_owned(),
            },
            request_id: None,
            now: context.clock.now(),
            ids: &*context.ids,
            platform_hosts: &context.settings.platform_hosts,
        }
    }
}

impl Acting<'_> {
    /// Writes that it may be done, before anything is done. When that cannot be written, nothing is.
    pub(crate) async fn attempt(
        &self,
        action: AuditAction,
        tenant_id: Option<&TenantId>,
    ) -> Result<Attempt<'_>, Refusal> {
        let event = self.event((action, AuditStatus::Allowed), tenant_id, json!({}));
        let id = event.id;
        self.record_alone(&event).await?;
        Ok(Attempt {
            acting: self,
            action,
            tenant_id: tenant_id.cloned(),
            id,
        })
    }

    /// Writes that it was done, in the transaction that does it, where nobody had to be asked.
    pub(crate) async fn succeeded(
        &self,
        tx: &mut Tx,
        action: AuditAction,
        tenant_id: Option<&TenantId>,
        details: Value,
    ) -> Result<(), Refusal> {
        let event = self.event((action, AuditStatus::Succeeded), tenant_id, details);
        Ok(db::platform::audit::record(tx, self.platform, &event).await?)
    }

    /// Writes that it may not be done.
    pub(crate) async fn denied(
        &self,
        action: AuditAction,
        tenant_id: Option<&TenantId>,
        details: Value,
    ) -> Result<(), Refusal> {
        let event = self.event((action, AuditStatus::Denied), tenant_id, details);
        self.record_alone(&event).await
    }

    async fn record_alone(&self, event: &AuditEvent) -> Result<(), Refusal> {
        let mut tx = self.db.write(self.platform).await?;
        db::platform::audit::record(&mut tx, self.platform, event).await?;
        Ok(tx.commit().await?)
    }

    fn event(
        &self,
        (action, status): (AuditAction, AuditStatus),
        tenant_id: Option<&TenantId>,
        details: Value,
    ) -> AuditEvent {
        AuditEvent {
            id: AuditEventId::new(self.ids),
            occurred_at: self.now,
            actor: self.actor.clone(),
            action,
            status,
            tenant_id: tenant_id.cloned(),
            details,
            request_id: self.request_id.clone(),
            attempt_id: None,
        }
    }
}

impl Attempt<'_> {
    /// The line that allowed it.
    pub(crate) const fn id(&self) -> AuditEventId {
        self.id
    }

    /// Counts the tenant's version up, which makes other changes of it wait, and makes sure that whoever asked has
    /// seen the one before. Gives the new one.
    pub(crate) async fn touch(&self, tx: &mut Tx, seen: &IfMatch) -> Result<Version, Refusal> {
        let tenant_id = self
            .tenant_id
            .as_ref()
            .expect("only what is done to a tenant is touched");
        let version = db::platform::tenants::touch(tx, self.platform, tenant_id, self.now)
            .await?
            .ok_or_else(|| Refusal::no_tenant(tenant_id.as_str()))?;
        seen.allows(Version::of(version - 1))
            .map_err(|_| Refusal::Stale)?;
        Ok(Version::of(version))
    }

    /// Writes that it was done, in the transaction that does it.
    pub(crate) async fn succeeded(&self, tx: &mut Tx, details: Value) -> Result<(), Refusal> {
        let event = self.outcome(AuditStatus::Succeeded, details);
        Ok(db::platform::audit::record(tx, self.platform, &event).await?)
    }

    /// Waits for the change. One that was not made leaves a line of its own, because its transaction is gone.
    pub(crate) async fn end<T>(
        &self,
        change: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let done = change.await;
        if let Err(refusal) = &done {
            let event = self.outcome(AuditStatus::Failed, json!({ "code": refusal.code() }));
            // Where this cannot be written either, the keeper of the trail closes the attempt later.
            if let Err(error) = self.record_alone(&event).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "a failed change is not in the trail yet"
                );
            }
        }
        done
    }

    fn outcome(&self, status: AuditStatus, details: Value) -> AuditEvent {
        AuditEvent {
            attempt_id: Some(self.id),
            ..self.event((self.action, status), self.tenant_id.as_ref(), details)
        }
    }
}
