//! Who acts, when, and with which key: what every story is given, and how it leaves its line in the audit trail.

use db::{Db, PlatformScope, Tx};
use jiff::Timestamp;
use serde_json::{Value, json};
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Ids, TenantId};

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
}

impl Acting<'_> {
    /// Writes that it was done, in the transaction that does it.
    pub(crate) async fn succeeded(
        &self,
        tx: &mut Tx,
        action: AuditAction,
        tenant_id: Option<&TenantId>,
        details: Value,
    ) -> Result<(), Refusal> {
        let event = self.event(action, AuditStatus::Succeeded, tenant_id, details);
        Ok(db::platform::audit::record(tx, self.platform, &event).await?)
    }

    /// Writes that it may not be done.
    pub(crate) async fn denied(
        &self,
        action: AuditAction,
        tenant_id: Option<&TenantId>,
        details: Value,
    ) -> Result<(), Refusal> {
        let event = self.event(action, AuditStatus::Denied, tenant_id, details);
        self.record_alone(event).await
    }

    /// Waits for a change. One that was refused leaves a line of its own, because its transaction is gone.
    pub(crate) async fn noting<T>(
        &self,
        action: AuditAction,
        tenant_id: Option<&TenantId>,
        change: impl Future<Output = Result<T, Refusal>>,
    ) -> Result<T, Refusal> {
        let done = change.await;
        if let Err(refusal) = &done
            && let Some(code) = refusal.code()
        {
            let event = self.event(action, AuditStatus::Failed, tenant_id, json!({ "code": code }));
            self.record_alone(event).await?;
        }
        done
    }

    async fn record_alone(&self, event: AuditEvent) -> Result<(), Refusal> {
        let mut tx = self.db.write(self.platform).await?;
        db::platform::audit::record(&mut tx, self.platform, &event).await?;
        Ok(tx.commit().await?)
    }

    fn event(
        &self,
        action: AuditAction,
        status: AuditStatus,
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
        }
    }
}
