//! Who may do what: one table that the guard asks, the console shows and the tests walk.
//!
//! Reading takes any role. Changing anything takes `admin`; looking in at a tenant takes `support` or `admin`.

use axum::http::Method;
use types::{AuditAction, OperatorRole};

/// What an operator may do. Each route of the console asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    OwnSession,
    ReadTenants,
    ReadAudit,
    ReadQueue,
    ReadPayload,
    ProvisionTenant,
    SetTenantStatus,
    AddDomain,
    UpdateDomain,
    CheckDomain,
    ReportCertificate,
    UpdateSettings,
    SetOverride,
    RemoveOverride,
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

/// What each route takes. One that is not here lets nobody in.
pub(crate) const ROUTES: &[(&str, Permission)] = &[
    ("GET /sign-in", Permission::OwnSession),
    ("POST /sign-in", Permission::OwnSession),
    ("POST /sign-in/code", Permission::OwnSession),
    ("POST /sign-out", Permission::OwnSession),
    ("GET /account", Permission::OwnSession),
    ("POST /account/second-factor", Permission::OwnSession),
    ("POST /account/second-factor/confirm", Permission::OwnSession),
    ("POST /account/second-factor/codes", Permission::OwnSession),
    ("POST /account/second-factor/off", Permission::OwnSession),
    ("POST /api/session", Permission::OwnSession),
    ("GET /api/session", Permission::OwnSession),
    ("DELETE /api/session", Permission::OwnSession),
    ("GET /", Permission::ReadTenants),
    ("GET /tenants/{id}", Permission::ReadTenants),
    ("GET /tenants/{id}/status", Permission::ReadTenants),
    ("POST /tenants/{id}/status", Permission::SetTenantStatus),
    ("GET /tenants/{id}/domains", Permission::ReadTenants),
    ("POST /tenants/{id}/domains", Permission::AddDomain),
    ("POST /tenants/{id}/domains/{domain}", Permission::UpdateDomain),
    (
        "POST /tenants/{id}/domains/{domain}/check",
        Permission::CheckDomain,
    ),
    ("GET /tenants/{id}/settings", Permission::ReadTenants),
    ("POST /tenants/{id}/settings", Permission::UpdateSettings),
    ("POST /tenants/{id}/overrides", Permission::SetOverride),
    (
        "POST /tenants/{id}/overrides/{subject}",
        Permission::RemoveOverride,
    ),
    ("GET /tenants/{id}/website", Permission::ReadTenants),
    ("POST /tenants/{id}/website", Permission::UpdateWebsite),
    ("GET /tenants/{id}/members", Permission::ReadTenants),
    ("POST /tenants/{id}/members", Permission::AddMember),
    ("POST /tenants/{id}/members/{member}", Permission::UpdateMember),
    ("GET /tenants/{id}/support", Permission::ReadTenants),
    ("POST /tenants/{id}/support", Permission::StartSupport),
    (
        "POST /tenants/{id}/support/{session}/widen",
        Permission::WidenSupport,
    ),
    ("POST /tenants/{id}/support/{session}/end", Permission::EndSupport),
    ("GET /queue", Permission::ReadQueue),
    ("POST /queue/dead-letters", Permission::RequeueJobs),
    ("POST /queue/pause", Permission::PauseQueue),
    ("POST /queue/resume", Permission::ResumeQueue),
    ("GET /queue/jobs/{job}", Permission::ReadQueue),
    ("GET /queue/actions/{action}", Permission::ReadQueue),
    ("POST /queue/actions/{action}/stop", Permission::StopBulk),
    ("GET /audit", Permission::ReadAudit),
    ("GET /audit.csv", Permission::ReadAudit),
    ("GET /audit.jsonl", Permission::ReadAudit),
    ("GET /audit/{event}", Permission::ReadAudit),
    ("GET /health", Permission::ReadTenants),
    ("GET /explain", Permission::ReadTenants),
    ("GET /permissions", Permission::OwnSession),
    ("GET /operators", Permission::ReadOperators),
    ("POST /operators", Permission::AddOperator),
    ("POST /operators/{operator}", Permission::UpdateOperator),
    ("POST /operators/{operator}/remove", Permission::RemoveOperator),
    ("GET /provision", Permission::ReadTenants),
    ("POST /provision", Permission::ProvisionTenant),
    ("GET /api/tenants", Permission::ReadTenants),
    ("POST /api/tenants", Permission::ProvisionTenant),
    ("GET /api/tenants/{id}", Permission::ReadTenants),
    ("PATCH /api/tenants/{id}/status", Permission::SetTenantStatus),
    ("GET /api/tenants/{id}/domains", Permission::ReadTenants),
    ("POST /api/tenants/{id}/domains", Permission::AddDomain),
    (
        "PATCH /api/tenants/{id}/domains/{domain}",
        Permission::UpdateDomain,
    ),
    (
        "POST /api/tenants/{id}/domains/{domain}/check",
        Permission::CheckDomain,
    ),
    ("GET /api/tenants/{id}/certificates", Permission::ReadTenants),
    (
        "PATCH /api/tenants/{id}/domains/{domain}/certificate",
        Permission::ReportCertificate,
    ),
    ("GET /api/tenants/{id}/settings", Permission::ReadTenants),
    ("PATCH /api/tenants/{id}/settings", Permission::UpdateSettings),
    ("POST /api/tenants/{id}/overrides", Permission::SetOverride),
    (
        "DELETE /api/tenants/{id}/overrides/{subject}",
        Permission::RemoveOverride,
    ),
    ("GET /api/tenants/{id}/website", Permission::ReadTenants),
    ("PATCH /api/tenants/{id}/website", Permission::UpdateWebsite),
    ("GET /api/tenants/{id}/members", Permission::ReadTenants),
    ("POST /api/tenants/{id}/members", Permission::AddMember),
    ("GET /api/tenants/{id}/members/{member}", Permission::ReadTenants),
    (
        "PATCH /api/tenants/{id}/members/{member}",
        Permission::UpdateMember,
    ),
    (
        "DELETE /api/tenants/{id}/members/{member}",
        Permission::RemoveMember,
    ),
    ("GET /api/tenants/{id}/support-sessions", Permission::ReadTenants),
    (
        "POST /api/tenants/{id}/support-sessions",
        Permission::StartSupport,
    ),
    (
        "PATCH /api/tenants/{id}/support-sessions/{session}",
        Permission::WidenSupport,
    ),
    (
        "DELETE /api/tenants/{id}/support-sessions/{session}",
        Permission::EndSupport,
    ),
    ("GET /api/openapi.json", Permission::OwnSession),
    ("GET /api/permissions", Permission::OwnSession),
    ("GET /api/operators", Permission::ReadOperators),
    ("POST /api/operators", Permission::AddOperator),
    ("PATCH /api/operators/{operator}", Permission::UpdateOperator),
    ("DELETE /api/operators/{operator}", Permission::RemoveOperator),
    ("GET /api/admin-audit", Permission::ReadAudit),
    ("GET /api/admin-audit/{event}", Permission::ReadAudit),
    ("GET /api/queue", Permission::ReadQueue),
    ("POST /api/queue/pause", Permission::PauseQueue),
    ("POST /api/queue/resume", Permission::ResumeQueue),
    ("GET /api/queue/dead-letters", Permission::ReadQueue),
    ("GET /api/queue/groups", Permission::ReadQueue),
    ("POST /api/queue/dead-letters/requeue", Permission::RequeueJobs),
    ("POST /api/queue/dead-letters/discard", Permission::DiscardJobs),
    ("GET /api/queue/actions", Permission::ReadQueue),
    ("GET /api/queue/actions/{action}", Permission::ReadQueue),
    ("POST /api/queue/actions/{action}/stop", Permission::StopBulk),
    ("GET /api/queue/jobs/{job}", Permission::ReadQueue),
    ("POST /api/queue/jobs/{job}/payload", Permission::ReadPayload),
    ("GET /api/health/tenants", Permission::ReadTenants),
    ("GET /api/health/tenants/{id}", Permission::ReadTenants),
];

impl Permission {
    /// What there is to say about it.
    pub(crate) fn rule(self) -> &'static Rule {
        let rule = RULES.iter().find(|rule| rule.permission == self);
        rule.expect("every permission has a rule: a test walks them")
    }
}

/// The permission that a route takes.
pub(crate) fn of_route(method: &Method, path: &str) -> Option<Permission> {
    let found = ROUTES.iter().find(|(route, _)| {
        route
            .split_once(' ')
            .is_some_and(|(verb, pattern)| verb == method.as_str() && pattern == path)
    });
    found.map(|(_, permission)| *permission)
}
