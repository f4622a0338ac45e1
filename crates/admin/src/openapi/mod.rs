//! `/api/openapi.json`: what the console's API takes and answers, for programs that write programs.

mod features;
mod operations;
mod support;
mod tenancy;

use std::sync::LazyLock;

use axum::{http::StatusCode, response::Response};
use serde_json::Value;
use server::{
    json,
    openapi::{Document, Route},
};
use types::{OperatorRole, TenantStatus};

/// Shows the description.
pub(crate) async fn show() -> Response {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document().finish(env!("CARGO_PKG_VERSION")));
    json::plain(StatusCode::OK, &*DOCUMENT)
}

fn document() -> Document {
    let described = [
        words,
        tenancy::shapes,
        tenancy::plans,
        operations::shapes,
        operations::shapes_of_the_trail,
        records,
        session,
        tenants,
        tenancy::domains,
        tenancy::certificates,
        tenancy::settings,
        features::flags,
        tenancy::members,
        support::sessions,
        operators,
        tenancy::health,
        operations::audit,
        operations::queue,
        operations::dead_letters,
        operations::bulk_actions,
    ];
    let document = Document::new("Freehold console");
    described
        .into_iter()
        .fold(document, |document, add| add(document))
}

fn words(document: Document) -> Document {
    document
        .words("OperatorRole", OperatorRole::ALL)
        .words("TenantStatus", TenantStatus::ALL)
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
            "TenantOverview",
            "{ tenant: Tenant, domains: Domain[], settings: Settings, lastLeadAt: time | null,
               lastFailureAt: time | null, backlog: integer, deadLetters: integer }",
        )
}

fn session(document: Document) -> Document {
    document.sessions(
        "user: User, role: OperatorRole",
        "{ email: email, password: text, code?: text }",
    )
}

fn operators(document: Document) -> Document {
    document
        .shape(
            "Operator",
            "{ operatorId: uuid, email: email, name: text, role: OperatorRole, createdAt: time }",
        )
        .shape(
            "OperatorOverview",
            "{ operatorId: uuid, email: email, name: text, role: OperatorRole, createdAt: time,
               hasSecondFactor: boolean, sessionCount: integer, lastSeenAt: time | null }",
        )
        .route(
            Route::new("GET /api/operators", "Lists who runs the platform.")
                .answers(200, "{ operators: OperatorOverview[] }"),
        )
        .route(
            Route::new("POST /api/operators", "Makes somebody an operator.")
                .keeps_no_answer()
                .takes("{ email: email, role: OperatorRole, name?: text }")
                .answers(201, "{ operator: Operator, initialPassword: text }"),
        )
        .route(
            Route::new(
                "PATCH /api/operators/{operator}",
                "Gives an operator another role, signs them out, or forgets their authenticator app.",
            )
            .takes("{ role?: OperatorRole, revokeSessions?: boolean, resetSecondFactor?: boolean }")
            .answers(200, "{ operator: Operator }"),
        )
        .route(
            Route::new(
                "DELETE /api/operators/{operator}",
                "Makes somebody an operator no more.",
            )
            .answers(200, "{ operatorId: uuid }"),
        )
}

fn tenants(document: Document) -> Document {
    const ONE: &str = "{ tenant: TenantOverview }";
    document
        .route(
            Route::new("GET /api/tenants", "Lists tenants by slug.")
                .asks(
                    "{ q?: text, status?: TenantStatus, planCode?: Plan, limit?: integer, offset?: integer,
                        cursor?: text, count?: boolean }",
                )
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
