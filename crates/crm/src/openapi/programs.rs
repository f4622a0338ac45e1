//! What is about programs: the tokens they act with.

use server::openapi::{Document, Route};
use types::ApiScope;

pub(super) fn tokens(document: Document) -> Document {
    document
        .words("ApiScope", ApiScope::ALL)
        .shape(
            "ApiToken",
            "{ id: uuid, name: text, prefix: text, scopes: ApiScope[], createdBy: uuid, createdByName: text,
               isBacked: boolean, createdAt: time, expiresAt: time | null, lastUsedAt: time | null,
               revokedAt: time | null }",
        )
        .route(
            Route::new(
                "GET /api/tokens",
                "Lists API tokens, newest first. Like all about tokens, for owners who sign in.",
            )
            .pages("tokens", "ApiToken"),
        )
        .route(
            Route::new(
                "POST /api/tokens",
                "Makes a token, and tells its secret this once.",
            )
            .takes("{ name: text, scopes: ApiScope[], expiresAt?: time | null }")
            .answers(201, "{ tenantId: text, token: ApiToken, secret: text }"),
        )
        .route(Route::new("DELETE /api/tokens/{id}", "Revokes a token.").answers(200, "{ tenantId: text }"))
}
