//! Who works here, who is invited to, and who signed in.

use server::openapi::{Document, Route};
use types::{InvitationState, SignInOutcome};

pub(super) fn members(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, member: Member }";
    document
        .words("SignInOutcome", SignInOutcome::ALL)
        .shape(
            "Member",
            "{ memberId: uuid, personId: uuid, email: email, name: text, role: Role, isPaused: boolean,
               createdAt: time, lastSignInAt: time | null }",
        )
        .shape(
            "SignIn",
            "{ id: uuid, outcome: SignInOutcome, occurredAt: time, address: text, browser: text }",
        )
        .route(
            Route::new(
                "GET /api/members",
                "Lists the members by name. Like all about people, for owners who sign in.",
            )
            .answers(200, "{ tenantId: text, members: Member[] }"),
        )
        .route(Route::new("GET /api/members/{id}", "Shows a member.").answers(200, ONE))
        .route(
            Route::new(
                "PATCH /api/members/{id}",
                "Gives a member another role, or signs them out everywhere. With the role read_only what is open goes to others, as when they leave.",
            )
            .takes("{ role?: Role, revokeSessions?: boolean, leadsTo?: uuid, remindersTo?: uuid }")
            .answers(200, ONE),
        )
        .route(
            Route::new(
                "DELETE /api/members/{id}",
                "Removes a member. Open leads go to the pool and open reminders to whoever asks, unless somebody is named.",
            )
            .asks("{ leadsTo?: uuid, remindersTo?: uuid }")
            .answers(
                200,
                "{ tenantId: text, memberId: uuid, leadCount: integer, reminderCount: integer }",
            ),
        )
        .route(
            Route::new(
                "GET /api/members/{id}/sign-ins",
                "When a member came or was refused, in the last 90 days; one's own, or an owner anybody's.",
            )
            .pages("signIns", "SignIn"),
        )
}

pub(super) fn invitations(document: Document) -> Document {
    const ONE: &str = "{ tenantId: text, invitation: Invitation }";
    document
        .words("InvitationState", InvitationState::ALL)
        .shape(
            "Invitation",
            "{ id: uuid, email: email, role: Role, state: InvitationState, createdBy: uuid, createdByName: text,
               createdAt: time, sentAt: time, sentCount: integer, expiresAt: time, withdrawnAt: time | null,
               takenAt: time | null }",
        )
        .route(
            Route::new("GET /api/invitations", "Lists invitations, newest first.")
                .pages("invitations", "Invitation"),
        )
        .route(
            Route::new(
                "POST /api/invitations",
                "Invites somebody, by a link in a message that is good once, for seven days.",
            )
            .takes("{ email: email, role: Role }")
            .answers(201, ONE),
        )
        .route(
            Route::new(
                "POST /api/invitations/{id}/send",
                "Sends it again, with another link.",
            )
            .answers(200, ONE),
        )
        .route(
            Route::new("DELETE /api/invitations/{id}", "Takes it back: its link opens nothing.").answers(200, ONE),
        )
}
