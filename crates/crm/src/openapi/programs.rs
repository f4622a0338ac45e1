//! What is about programs: the tokens they act with, and the webhooks that tell them what happens.

use server::openapi::{Document, Route};
use types::{ApiScope, DeliveryStatus, OffReason, WebhookEvent};

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
            .keeps_no_answer()
            .takes("{ name: text, scopes: ApiScope[], expiresAt?: time | null }")
            .answers(201, "{ tenantId: text, token: ApiToken, secret: text }"),
        )
        .route(Route::new("DELETE /api/tokens/{id}", "Revokes a token.").answers(200, "{ tenantId: text }"))
}

pub(super) fn webhooks(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, webhook: Webhook }";
    const WITH_SECRET: &str = "{ tenantId: text, webhook: Webhook, secret: text }";
    let document = shapes_of_webhooks(document)
        .route(
            Route::new("GET /api/webhooks", "Lists the webhooks: at most ten.")
                .answers(200, "{ tenantId: text, webhooks: Webhook[] }"),
        )
        .route(
            Route::new(
                "POST /api/webhooks",
                "Makes a webhook, and tells its secret this once.",
            )
            .keeps_no_answer()
            .takes("{ name: text, url: text, events: WebhookChoice[] }")
            .answers(201, WITH_SECRET),
        )
        .route(Route::new("GET /api/webhooks/{id}", "Shows a webhook.").answers(200, ONE))
        .route(
            Route::new(
                "PATCH /api/webhooks/{id}",
                "Changes what is named, or switches it.",
            )
            .takes("{ name?: text, url?: text, events?: WebhookChoice[], isOn?: boolean }")
            .answers(200, ONE),
        )
        .route(
            Route::new(
                "DELETE /api/webhooks/{id}",
                "Takes a webhook away, and what was on its way.",
            )
            .answers(200, "{ tenantId: text }"),
        )
        .route(
            Route::new(
                "POST /api/webhooks/{id}/secret",
                "Replaces the secret, and tells the new one this once; the old one signs for a day more.",
            )
            .keeps_no_answer()
            .answers(200, WITH_SECRET),
        );
    deliveries(document)
}

fn deliveries(document: Document) -> Document {
    const ON_ITS_WAY: &str = "{ tenantId: text, delivery: Delivery }";
    document
        .route(
            Route::new(
                "POST /api/webhooks/{id}/test",
                "Sends it an event that says nothing.",
            )
            .answers(202, ON_ITS_WAY),
        )
        .route(
            Route::new(
                "GET /api/webhooks/{id}/deliveries",
                "What it was told for 30 days, newest first.",
            )
            .pages("deliveries", "Delivery"),
        )
        .route(
            Route::new(
                "POST /api/webhooks/deliveries/{id}/send",
                "Sends a message once more, whatever became of it.",
            )
            .answers(202, ON_ITS_WAY),
        )
}

fn shapes_of_webhooks(document: Document) -> Document {
    document
        .words("WebhookEvent", WebhookEvent::ALL)
        .words("WebhookChoice", WebhookEvent::CHOICES)
        .words("DeliveryStatus", DeliveryStatus::ALL)
        .words("WebhookOffReason", OffReason::ALL)
        .shape(
            "Webhook",
            "{ id: uuid, name: text, url: text, events: WebhookEvent[], isOn: boolean,
               offReason: WebhookOffReason | null, offAt: time | null, failingSince: time | null, createdBy: uuid,
               createdAt: time, updatedAt: time }",
        )
        .shape(
            "Delivery",
            "{ id: uuid, webhookId: uuid, event: WebhookEvent, sequence: integer | null, payload: any,
               status: DeliveryStatus, attempts: integer, createdAt: time, nextAttemptAt: time | null,
               lastAttempt: DeliveryAttempt | null }",
        )
        .shape(
            "DeliveryAttempt",
            "{ at: time, status: integer | null, tookMs: integer | null, error: text | null, body: text | null }",
        )
}
