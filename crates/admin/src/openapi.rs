//! `/api/openapi.json`: what the console's API takes and answers, for programs that write programs.

use std::sync::LazyLock;

use axum::{http::StatusCode, response::Response};
use serde_json::Value;
use server::{
    json,
    openapi::{Document, Route},
};
use types::{AuditAction, AuditStatus, DomainStatus, Feature, OperatorRole, Plan, TenantStatus};

/// Shows the description.
pub(crate) async fn show() -> Response {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document().finish(env!("CARGO_PKG_VERSION")));
    json::plain(StatusCode::OK, &*DOCUMENT)
}

fn document() -> Document {
    let described = [words, records, session, tenants, audit];
    let document = Document::new("Freehold console");
    described
        .into_iter()
        .fold(document, |document, add| add(document))
}

fn words(document: Document) -> Document {
    document
        .words("OperatorRole", OperatorRole::ALL)
        .words("TenantStatus", TenantStatus::ALL)
        .words("DomainStatus", DomainStatus::ALL)
        .words("Plan", Plan::ALL)
        .words("Feature", Feature::ALL)
        .words("AuditAction", AuditAction::ALL)
        .words("AuditStatus", AuditStatus::ALL)
}

fn records(document: Document) -> Document {
    document
        .shape(
            "User",
            "{ id: uuid, email: email, name: text, role: OperatorRole }",
        )
        .shape(
            "Tenant",
            "{ id: text, slug: text, name: text, status: TenantStatus, createdAt: time, updatedAt: time }",
        )
        .shape(
            "Domain",
            "{ id: uuid, tenantId: text, hostname: text, isPrimary: boolean, isVerified: boolean,
               verifiedAt: time | null, status: DomainStatus, createdAt: time, updatedAt: time }",
        )
        .shape(
            "Settings",
            "{ tenantId: text, planCode: Plan, featureFlags: Feature[] }",
        )
        .shape(
            "TenantOverview",
            "{ tenant: Tenant, domains: Domain[], settings: Settings, lastLeadAt: time | null,
               backlog: integer, deadLetters: integer }",
        )
        .shape(
            "AuditEvent",
            "{ id: uuid, occurredAt: time, actorId: text, actorRole: text, action: AuditAction,
               status: AuditStatus, tenantId: text | null, details: any, requestId: text | null }",
        )
}

fn session(document: Document) -> Document {
    document
        .route(
            Route::new("POST /api/session", "Signs in.")
                .open()
                .takes("{ email: email, password: text }")
                .answers(
                    200,
                    "{ token: text, expiresAt: time, user: User, role: OperatorRole }",
                ),
        )
        .route(
            Route::new("GET /api/session", "Says who is signed in.")
                .answers(200, "{ userId: uuid, user: User, role: OperatorRole }"),
        )
        .route(Route::new("DELETE /api/session", "Signs out.").answers(200, "{}"))
        .route(
            Route::new("GET /api/openapi.json", "This description.")
                .open()
                .answers_as("application/json"),
        )
}

fn tenants(document: Document) -> Document {
    const ONE: &str = "{ tenant: TenantOverview }";
    document
        .route(
            Route::new("GET /api/tenants", "Lists tenants by slug.")
                .asks("{ limit?: integer, offset?: integer, count?: boolean }")
                .answers(200, "{ tenants: TenantOverview[], pagination: Pagination }"),
        )
        .route(
            Route::new(
                "POST /api/tenants",
                "Makes a tenant with its domain, plan and site.",
            )
            .takes(
                "{ name: text, slug: text, primaryDomain: text, planCode?: Plan, featureFlags?: Feature[] }",
            )
            .answers(201, ONE),
        )
        .route(Route::new("GET /api/tenants/{id}", "Shows a tenant.").answers(200, ONE))
        .route(
            Route::new(
                "PATCH /api/tenants/{id}/status",
                "Activates, suspends or archives it.",
            )
            .takes("{ status: TenantStatus }")
            .answers(200, ONE),
        )
}

fn audit(document: Document) -> Document {
    document.route(
        Route::new("GET /api/admin-audit", "Lists who did what, newest first.")
            .asks("{ tenantId?: text, limit?: integer, offset?: integer }")
            .answers(
                200,
                "{ scope: 'tenant' | 'global', tenantId: text | null, events: AuditEvent[],
                   pagination: Pagination }",
            ),
    )
}
