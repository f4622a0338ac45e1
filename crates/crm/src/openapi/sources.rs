//! Where leads come from, and what becomes of them.

use server::openapi::{Document, Route};

pub(super) fn sources(document: Document) -> Document {
    const NUMBERS: &str = "leadCount: integer, answeredCount: integer, answeredInTimeCount: integer,
        medianResponseSeconds: integer | null, appointmentCount: integer, qualifiedCount: integer,
        wonCount: integer, lostCount: integer, wonValue: integer";
    const ASKS: &str = "period?: 'month' | '30d' | '90d' | 'year', from?: text, to?: text, sort?: text";
    document
        .shape("SourceNumbers", &format!("{{ {NUMBERS} }}"))
        .shape("Source", &format!("{{ source: text, {NUMBERS} }}"))
        .shape("OtherSources", &format!("{{ sourceCount: integer, {NUMBERS} }}"))
        .route(
            Route::new(
                "GET /api/sources",
                "What became of the leads of a time, by source.",
            )
            .asks(&format!("{{ {ASKS}, offset?: integer }}"))
            .answers(
                200,
                "{ tenantId: text, from: text, to: text, createdFrom: time, createdTo: time,
                       sources: Source[], others: OtherSources | null, all: SourceNumbers,
                       nextOffset: integer | null }",
            ),
        )
        .route(
            Route::new("GET /api/sources.csv", "The same as a file.")
                .asks(&format!("{{ {ASKS}, offset?: integer, bom?: integer }}"))
                .answers_as("text/csv"),
        )
}
