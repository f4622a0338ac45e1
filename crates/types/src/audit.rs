//! The audit trail: who did what to which tenant, and whether they were allowed.

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{AuditEventId, TenantId, text_enum::text_enum};

text_enum! {
    /// What was done, or tried.
    pub enum AuditAction {
        /// A tenant was made.
        TenantProvision = "tenant.provision",
        /// A tenant was suspended, archived or brought back.
        TenantStatusUpdate = "tenant.status.update",
        /// A hostname was added.
        TenantDomainAdd = "tenant.domain.add",
        /// A hostname was verified, archived or made primary.
        TenantDomainUpdate = "tenant.domain.update",
        /// What is known of a hostname's certificate was reported.
        TenantDomainCertificate = "tenant.domain.certificate",
        /// The proof of a hostname was looked for.
        TenantDomainCheck = "tenant.domain.check",
        /// Plan or features changed.
        TenantSettingsUpdate = "tenant.settings.update",
        /// An exception from a plan was made.
        TenantOverrideSet = "tenant.override.set",
        /// An exception from a plan was taken back.
        TenantOverrideRemove = "tenant.override.remove",
        /// A feature was switched off for every tenant, or rolled out to a share of them.
        FeatureFlagSet = "feature.flag.set",
        /// Plans decide about a feature again.
        FeatureFlagClear = "feature.flag.clear",
        /// Modules, theme or words of a site changed.
        TenantWebsiteUpdate = "tenant.website.update",
        /// Somebody became a member.
        TenantMemberAdd = "tenant.member.add",
        /// A member has another role, or was signed out everywhere.
        TenantMemberUpdate = "tenant.member.update",
        /// Somebody is no member any more.
        TenantMemberRemove = "tenant.member.remove",
        /// Everything of a tenant was written to a file.
        TenantExport = "tenant.export",
        /// An operator began to look in at a tenant's CRM.
        SupportSessionStart = "support_session.start",
        /// An operator came in with the code of their support session.
        SupportSessionEnter = "support_session.enter",
        /// A support session may change things from now on.
        SupportSessionWiden = "support_session.widen",
        /// Something was changed in a support session.
        SupportSessionWrite = "support_session.write",
        /// A support session is over.
        SupportSessionEnd = "support_session.end",
        /// A tenant's owner lets support look in, or nobody.
        SupportAccessUpdate = "support_access.update",
        /// An operator signed in, or somebody tried.
        OperatorSignIn = "operator.sign_in",
        /// Somebody became an operator.
        OperatorAdd = "operator.add",
        /// An operator has another role, or was signed out everywhere.
        OperatorUpdate = "operator.update",
        /// Somebody is no operator any more.
        OperatorRemove = "operator.remove",
        /// Somebody with a shell let an operator back in.
        OperatorRecover = "operator.recover",
        /// An operator set up an authenticator app.
        OperatorSecondFactorOn = "operator.second_factor.on",
        /// An operator turned their authenticator app off.
        OperatorSecondFactorOff = "operator.second_factor.off",
        /// An operator has new recovery codes.
        OperatorRecoveryCodesRenew = "operator.recovery_codes.renew",
        /// Dead letters went back in line.
        IngestionRequeue = "ingestion.requeue",
        /// A dead letter was given up for good.
        IngestionDiscard = "ingestion.discard",
        /// A bulk action on dead letters was stopped half-way.
        IngestionBulkStop = "ingestion.bulk.stop",
        /// Jobs were told to wait.
        IngestionPause = "ingestion.pause",
        /// Jobs were told to go on.
        IngestionResume = "ingestion.resume",
        /// Jobs that had their effect long ago were let go of.
        IngestionPrune = "ingestion.prune",
        /// The event of a job was read as it came, with a visitor's data.
        IngestionPayloadRead = "ingestion.payload.read",
        /// The event of a dead letter was mended, and it was put back in line.
        IngestionPayloadEdit = "ingestion.payload.edit",
        /// A job that failed was given up before its last attempt.
        IngestionAbandon = "ingestion.abandon",
        /// The whole database was copied.
        BackupCreate = "backup.create",
        /// Homes for sale were imported.
        ListingsImport = "listings.import",
        /// A service is asked for homes by itself from now on, or no more.
        ListingsSchedule = "listings.schedule",
        /// Demo data was written.
        SeedDemo = "seed.demo",
        /// Synthetic data was written.
        SeedLoad = "seed.load",
    }
}

text_enum! {
    /// How it ended.
    pub enum AuditStatus {
        /// It may be done; what came of it follows.
        Allowed = "allowed",
        /// It may not.
        Denied = "denied",
        /// It was done.
        Succeeded = "succeeded",
        /// It went wrong, nothing changed.
        Failed = "failed",
    }
}

/// Who acted: an operator of the console, or whoever had a shell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// An operator's id, or `cli:` and the name of the account.
    pub id: String,
    /// The role they acted in.
    pub role: String,
}

impl Actor {
    /// Whoever has a shell on the machine, by the name of their account there. They hold the database, so they may
    /// do everything.
    pub fn at_command_line(account: &str) -> Self {
        Self {
            id: format!("cli:{account}"),
            role: "admin".to_owned(),
        }
    }
}

/// One line of the trail.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEvent {
    /// Names the line.
    pub id: AuditEventId,
    /// When.
    pub occurred_at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: AuditAction,
    /// How it ended.
    pub status: AuditStatus,
    /// To which tenant, when to one.
    pub tenant_id: Option<TenantId>,
    /// What else a reader wants to know. Never a secret, never a visitor's data, and of a tenant nothing that its owner
    /// must not read: they take the line home with its proof.
    pub details: Value,
    /// The request or command it came with.
    pub request_id: Option<String>,
    /// The line that allowed it, when this one tells what came of it.
    pub attempt_id: Option<AuditEventId>,
}

/// Where a line stands in the chain that the trail is. Whoever changes, moves or removes a line breaks the chain
/// there; whoever mends the rest of it contradicts a signed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainLink {
    /// Counts up by one, from 1.
    pub seq: i64,
    /// SHA-256 over the hash before it and the line, in hexadecimal.
    pub hash: String,
}

impl ChainLink {
    /// What comes before the first line.
    pub fn genesis() -> Self {
        Self {
            seq: 0,
            hash: "0".repeat(64),
        }
    }

    /// The link of the line that comes next. `details` is its JSON as it is stored.
    pub fn next(&self, event: &AuditEvent, details: &str) -> Self {
        let seq = self.seq + 1;
        let line = json!([
            seq,
            event.id,
            format!("{:.6}", event.occurred_at),
            event.actor.id,
            event.actor.role,
            event.action,
            event.status,
            event.tenant_id,
            details,
            event.request_id,
            event.attempt_id,
        ]);
        let hash = Sha256::new()
            .chain_update(&self.hash)
            .chain_update(line.to_string())
            .finalize();
        Self {
            seq,
            hash: hex::encode(hash),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_line() -> AuditEvent {
        AuditEvent {
            id: "01930000-0000-7000-8000-000000000001".parse().unwrap(),
            occurred_at: "2026-01-02T03:04:05Z".parse().unwrap(),
            actor: Actor::at_command_line("ann"),
            action: AuditAction::TenantProvision,
            status: AuditStatus::Succeeded,
            tenant_id: None,
            details: json!({}),
            request_id: None,
            attempt_id: None,
        }
    }

    #[test]
    fn every_field_of_a_line_and_its_place_are_in_its_hash() {
        let (genesis, line) = (ChainLink::genesis(), a_line());
        let plain = genesis.next(&line, "{}");
        let later = plain.next(&line, "{}");
        let mut others = vec![genesis.next(&line, r#"{"a":1}"#).hash, later.hash];
        let changes: [fn(&mut AuditEvent); 7] = [
            |line| line.id = "01930000-0000-7000-8000-000000000002".parse().unwrap(),
            |line| line.occurred_at = "2026-01-02T03:04:06Z".parse().unwrap(),
            |line| line.actor.id = "cli:bob".to_owned(),
            |line| line.status = AuditStatus::Failed,
            |line| line.tenant_id = Some("tenant_a".parse().unwrap()),
            |line| line.request_id = Some("r1".to_owned()),
            |line| line.attempt_id = Some(line.id),
        ];
        for change in changes {
            let mut line = a_line();
            change(&mut line);
            others.push(genesis.next(&line, "{}").hash);
        }

        assert!(!others.contains(&plain.hash));
        others.sort();
        others.dedup();
        assert_eq!(others.len(), 9, "two changes have one hash");
    }
}
