//! Whose new leads become, and who claims one that is nobody's.

use server::openapi::{Document, Route};
use types::{
    NoticeKind,
    assignment::{Answer, Day, TargetKind},
};

pub(super) fn assignment(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, rule: AssignmentRule }";
    named(document)
        .route(
            Route::new(
                "GET /api/assignment-rules",
                "The rules in the order they are asked; the catch-all is the last. Owners only.",
            )
            .answers(200, "{ tenantId: text, rules: AssignmentRule[] }"),
        )
        .route(
            Route::new("POST /api/assignment-rules", "Adds a rule, before the catch-all.")
                .takes("AssignmentRuleChange")
                .answers(201, ONE),
        )
        .route(
            Route::new(
                "PATCH /api/assignment-rules/{id}",
                "Changes what is named, its place too; null clears.",
            )
            .takes("AssignmentRuleChange")
            .answers(200, ONE),
        )
        .route(
            Route::new(
                "DELETE /api/assignment-rules/{id}",
                "Takes a rule away. The catch-all stays.",
            )
            .answers(200, "{ tenantId: text }"),
        )
        .route(
            Route::new(
                "POST /api/assignment-rules/test",
                "What every rule says of a lead, and why. Nobody is given anything.",
            )
            .takes(
                "{ leadId?: uuid | null, source?: text | null, leadType?: LeadType | null,
                   listingAddress?: text | null, listingId?: text | null, tags?: text[] | null, priceMin?: integer | null,
                   priceMax?: integer | null, at?: time | null }",
            )
            .answers(
                200,
                "{ tenantId: text, rules: AssignmentVerdict[],
                   decision: { ruleId: uuid, rule: text, assignedTo: uuid | null, assigneeName: text | null,
                               why: text } }",
            ),
        )
        .route(
            Route::new(
                "POST /api/leads/{id}/claim",
                "Takes a lead that is nobody's. Whoever is slower is told who has it.",
            )
            .answers(200, "{ tenantId: text, lead: Lead }"),
        )
}

fn named(document: Document) -> Document {
    document
        .words("AssignmentTarget", TargetKind::ALL)
        .words("AssignmentAnswer", Answer::ALL)
        .words("Day", Day::ALL)
        .shape(
            "AssignmentRule",
            "{ id: uuid, name: text, position: integer, isCatchAll: boolean, source: text | null,
               leadType: LeadType | null, town: text | null, zips: text[], tag: text | null, priceMin: integer | null, priceMax: integer | null,
               days: Day[], from: text | null, until: text | null, target: AssignmentTarget, people: uuid[],
               shares: integer[] }",
        )
        .shape(
            "AssignmentRuleChange",
            "{ name?: text, position?: integer, source?: text | null, leadType?: LeadType | null,
               town?: text | null, zips?: text[] | null, tag?: text | null, priceMin?: integer | null, priceMax?: integer | null, days?: Day[] | null,
               from?: text | null, until?: text | null, target?: AssignmentTarget, people?: uuid[],
               shares?: integer[] }",
        )
        .shape(
            "AssignmentVerdict",
            "{ ruleId: uuid, rule: text, answer: AssignmentAnswer, checks: AssignmentCheck[] }",
        )
        .shape(
            "AssignmentCheck",
            "{ what: text, wanted: text, found: text, fits: boolean }",
        )
}

pub(super) fn notices(document: Document) -> Document {
    document
        .words("NoticeKind", NoticeKind::ALL)
        .shape(
            "Notice",
            "{ id: uuid, kind: NoticeKind, leadId: uuid | null, reminderId: uuid | null, actorId: uuid | null,
               leadCount: integer | null, reminderCount: integer | null, text: text, createdAt: time, readAt: time | null }",
        )
        .route(
            Route::new("GET /api/notices", "Lists what one was told of one's leads, newest first.")
                .asks("{ status?: 'all' | 'unread' }")
                .pages("notices", "Notice"),
        )
        .route(
            Route::new("PATCH /api/notices/{id}", "Says whether one has read it.")
                .takes("{ read: boolean }")
                .answers(200, "{ tenantId: text, notice: { id: uuid, readAt: time | null } }"),
        )
}
