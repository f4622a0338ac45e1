//! Who may do what: one table that the guard asks, the console shows and the tests walk.
//!
//! Reading takes any role. Changing anything takes `admin`; looking in at a tenant takes `support` or `admin`.

use types::{AuditAction, OperatorRole};

/// What an operator may do. Each route of the console asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    OwnSession,
    ReadTenants,
    ReadAudit,
    ReadQueue,
    ReadPayload,
    MendEvent,
    AbandonJob,
    ProvisionTenant,
    SetTenantStatus,
    AddDomain,
    UpdateDomain,
    CheckDomain,
    ReportCertificate,
    UpdateSettings,
    SetOverride,
    RemoveOverride,
    ReadFeatures,
    SetFeature,
    UpdateWebsite,
    AddMember,
    UpdateMember,
    RemoveMember,
    ReadOperators,
    AddOperator,
    UpdateOperator,
    RemoveOperator,
    StartSupport,
    WidenSupport,
    EndSupport,
    RequeueJobs,
    DiscardJobs,
    StopBulk,
    PauseQueue,
    ResumeQueue,
}

/// What there is to say about a permission.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rule {
    pub(crate) permission: Permission,
    /// For machines, such as `tenants.read`.
    pub(crate) name: &'static str,
    /// For people: the end of "may …".
    pub(crate) words: &'static str,
    /// Who has it.
    pub(crate) roles: &'static [OperatorRole],
    /// What the trail calls an attempt without it. Reading leaves no line.
    pub(crate) action: Option<AuditAction>,
}

impl Rule {
    /// What somebody without it reads.
    pub(crate) fn refusal(&self) -> &'static str {
        match self.roles {
            [OperatorRole::Admin] => "Admin role is required for this mutation.",
            _ => "Admin or support role is required for this.",
        }
    }
}

const ADMIN: &[OperatorRole] = &[OperatorRole::Admin];

const fn reads(permission: Permission, name: &'static str, words: &'static str) -> Rule {
    Rule {
        permission,
        name,
        words,
        roles: OperatorRole::ALL,
        action: None,
    }
}

const fn changes(
    permission: Permission,
    (name, words): (&'static str, &'static str),
    action: AuditAction,
) -> Rule {
    Rule {
        permission,
        name,
        words,
        roles: ADMIN,
        action: Some(action),
    }
}

/// What takes more than reading, and is support's own work.
const fn looks_in(permission: Permission, words: (&'static str, &'static str), action: AuditAction) -> Rule {
    Rule {
        roles: &[OperatorRole::Admin, OperatorRole::Support],
        ..changes(permission, words, action)
    }
}

/// Every permission once.
pub(crate) const RULES: &[Rule] = &[
    reads(
        Permission::OwnSession,
        "session.own",
        "sign in, end their own session, set up an authenticator app, and see who may do what",
    ),
    reads(
        Permission::ReadTenants,
        "tenants.read",
        "look at tenants, their domains, settings, site, members and health",
    ),
    reads(
        Permission::ReadAudit,
        "audit.read",
        "read and export the audit trail",
    ),
    reads(
        Permission::ReadQueue,
        "queue.read",
        "look at the queue, its dead letters and its jobs",
    ),
    changes(
        Permission::ReadPayload,
        (
            "queue.payload",
            "read a job's event as it came, a visitor's data in it",
        ),
        AuditAction::IngestionPayloadRead,
    ),
    changes(
        Permission::MendEvent,
        ("queue.mend", "mend a dead letter's event and put it back in line"),
        AuditAction::IngestionPayloadEdit,
    ),
    changes(
        Permission::AbandonJob,
        ("queue.abandon", "give a job up that failed and waits"),
        AuditAction::IngestionAbandon,
    ),
    changes(
        Permission::ProvisionTenant,
        ("tenants.provision", "provision a tenant"),
        AuditAction::TenantProvision,
    ),
    changes(
        Permission::SetTenantStatus,
        ("tenants.status", "suspend, archive and reactivate a tenant"),
        AuditAction::TenantStatusUpdate,
    ),
    changes(
        Permission::AddDomain,
        ("domains.add", "give a tenant a domain"),
        AuditAction::TenantDomainAdd,
    ),
    changes(
        Permission::UpdateDomain,
        (
            "domains.update",
            "verify, release and switch domains, and make one primary",
        ),
        AuditAction::TenantDomainUpdate,
    ),
    changes(
        Permission::CheckDomain,
        ("domains.check", "look for the proof of a domain in DNS"),
        AuditAction::TenantDomainCheck,
    ),
    changes(
        Permission::ReportCertificate,
        (
            "domains.certificate",
            "report what is known of a domain's certificate",
        ),
        AuditAction::TenantDomainCertificate,
    ),
    changes(
        Permission::UpdateSettings,
        ("settings.update", "change a tenant's plan and features"),
        AuditAction::TenantSettingsUpdate,
    ),
    changes(
        Permission::SetOverride,
        ("overrides.set", "make an exception from a tenant's plan"),
        AuditAction::TenantOverrideSet,
    ),
    changes(
        Permission::RemoveOverride,
        ("overrides.remove", "take an exception from a plan back"),
        AuditAction::TenantOverrideRemove,
    ),
    reads(
        Permission::ReadFeatures,
        "features.read",
        "see how features are switched for all tenants, and who has them",
    ),
    changes(
        Permission::SetFeature,
        (
            "features.set",
            "switch a feature off for every tenant, or roll it out to a share of them",
        ),
        AuditAction::FeatureFlagSet,
    ),
    changes(
        Permission::UpdateWebsite,
        ("website.update", "change a site's modules, theme and words"),
        AuditAction::TenantWebsiteUpdate,
    ),
    changes(
        Permission::AddMember,
        ("members.add", "make somebody a member of a tenant"),
        AuditAction::TenantMemberAdd,
    ),
    changes(
        Permission::UpdateMember,
        ("members.update", "change a member's role and sign them out"),
        AuditAction::TenantMemberUpdate,
    ),
    changes(
        Permission::RemoveMember,
        ("members.remove", "end a membership"),
        AuditAction::TenantMemberRemove,
    ),
    reads(
        Permission::ReadOperators,
        "operators.read",
        "see who runs the platform",
    ),
    changes(
        Permission::AddOperator,
        ("operators.add", "make somebody an operator"),
        AuditAction::OperatorAdd,
    ),
    changes(
        Permission::UpdateOperator,
        (
            "operators.update",
            "change an operator's role, sign them out, forget their app",
        ),
        AuditAction::OperatorUpdate,
    ),
    changes(
        Permission::RemoveOperator,
        ("operators.remove", "make somebody an operator no more"),
        AuditAction::OperatorRemove,
    ),
    looks_in(
        Permission::StartSupport,
        (
            "support.start",
            "look in at a tenant's CRM for a while, only looking",
        ),
        AuditAction::SupportSessionStart,
    ),
    changes(
        Permission::WidenSupport,
        ("support.widen", "let a support session change things"),
        AuditAction::SupportSessionWiden,
    ),
    looks_in(
        Permission::EndSupport,
        ("support.end", "end a support session"),
        AuditAction::SupportSessionEnd,
    ),
    changes(
        Permission::RequeueJobs,
        ("queue.requeue", "put dead letters back in line"),
        AuditAction::IngestionRequeue,
    ),
    changes(
        Permission::DiscardJobs,
        ("queue.discard", "discard dead letters"),
        AuditAction::IngestionDiscard,
    ),
    changes(
        Permission::StopBulk,
        ("queue.stop", "stop a bulk action half-way"),
        AuditAction::IngestionBulkStop,
    ),
    changes(
        Permission::PauseQueue,
        ("queue.pause", "let jobs wait"),
        AuditAction::IngestionPause,
    ),
    changes(
        Permission::ResumeQueue,
        ("queue.resume", "let paused jobs go on"),
        AuditAction::IngestionResume,
    ),
];

impl Permission {
    /// What there is to say about it.
    pub(crate) fn rule(self) -> &'static Rule {
        let rule = RULES.iter().find(|rule| rule.permission == self);
        rule.expect("every permission has a rule: a test walks them")
    }
}
