//! Which permission each route of the console takes: a route that is not here lets nobody in.

use axum::http::Method;

use super::Permission;

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

/// The permission that a route takes.
pub(crate) fn of_route(method: &Method, path: &str) -> Option<Permission> {
    let found = ROUTES.iter().find(|(route, _)| {
        route
            .split_once(' ')
            .is_some_and(|(verb, pattern)| verb == method.as_str() && pattern == path)
    });
    found.map(|(_, permission)| *permission)
}
