//! What is switched for the whole platform, described.

use server::openapi::{Document, Route};
use types::FlagState;

pub(super) fn flags(document: Document) -> Document {
    document
        .words("FlagState", FlagState::ALL)
        .shape(
            "FeatureFlag",
            "{ feature: Feature, state: FlagState, percentage: integer | null, reason: text | null,
               setBy: text | null, setAt: time | null, tenantsOn: integer, lookedAt: integer, isAll: boolean,
               why: FeatureCount[] }",
        )
        .shape(
            "FeatureCount",
            "{ why: Entitlement, isOn: boolean, tenants: integer }",
        )
        .shape(
            "FlagEffect",
            "{ wouldGain: integer, wouldLose: integer, gaining: text[], losing: text[], lookedAt: integer,
               isAll: boolean }",
        )
        .route(
            Route::new(
                "GET /api/features",
                "Lists how each feature stands for all tenants, and how many have it.",
            )
            .answers(200, "{ features: FeatureFlag[] }"),
        )
        .route(
            Route::new("GET /api/features/{feature}", "Shows how one of them stands.")
                .answers(200, "{ feature: FeatureFlag }"),
        )
        .route(
            Route::new(
                "PUT /api/features/{feature}",
                "Switches a feature for every tenant, or only says what that would do.",
            )
            .takes("{ state: FlagState, percentage?: integer, reason: text, dryRun?: boolean }")
            .answers(
                200,
                "{ feature: FeatureFlag, effect: FlagEffect, dryRun: boolean }",
            ),
        )
}
