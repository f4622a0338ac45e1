//! Looking in at a tenant, described.

use server::openapi::{Document, Route};
use types::SupportEnd;

pub(super) fn sessions(document: Document) -> Document {
    const ONE: &str = "{ session: SupportSession }";
    document
        .words("SupportEnd", SupportEnd::ALL)
        .shape(
            "SupportSession",
            "{ id: uuid, tenantId: text, operatorId: uuid, operatorName: text, personId: uuid, personName: text,
               reason: text, ticket: text | null, mayWrite: boolean, startedAt: time, expiresAt: time,
               endedAt: time | null, endedBy: SupportEnd | null, changeCount: integer, isOpen: boolean }",
        )
        .route(
            Route::new(
                "GET /api/tenants/{id}/support-sessions",
                "Lists who of the platform looked in at a tenant, the newest first.",
            )
            .answers(200, "{ sessions: SupportSession[] }"),
        )
        .route(
            Route::new(
                "POST /api/tenants/{id}/support-sessions",
                "Starts a support session; its code opens it in the tenant's CRM, once.",
            )
            .keeps_no_answer()
            .takes("{ reason: text, ticket?: text, minutes?: integer, personId?: uuid }")
            .answers(201, "{ session: SupportSession, code: text, codeExpiresAt: time }"),
        )
        .route(
            Route::new(
                "PATCH /api/tenants/{id}/support-sessions/{session}",
                "Lets a support session change things.",
            )
            .takes("{ mayWrite: boolean, reason: text }")
            .answers(200, ONE),
        )
        .route(
            Route::new(
                "DELETE /api/tenants/{id}/support-sessions/{session}",
                "Ends a support session.",
            )
            .answers(200, ONE),
        )
}
