//! Which scope each route of the API takes of a token: a route that is not here lets no token in.

use axum::http::Method;
use server::Failure;
use types::ApiScope::{
    self, ActivitiesRead, ActivitiesWrite, ContactsRead, ContactsWrite, LeadsRead, LeadsWrite, RemindersRead,
    RemindersWrite,
};
use types::ApiToken;

/// What each route takes; with none, it is for people who sign in.
pub(super) const ROUTES: &[(&str, Option<ApiScope>)] = &[
    ("POST /api/session", None),
    ("GET /api/session", None),
    ("DELETE /api/session", None),
    ("GET /api/leads", Some(LeadsRead)),
    ("POST /api/leads", Some(LeadsWrite)),
    ("GET /api/leads/{id}", Some(LeadsRead)),
    ("PATCH /api/leads/{id}", Some(LeadsWrite)),
    ("DELETE /api/leads/{id}", Some(LeadsWrite)),
    ("GET /api/contacts", Some(ContactsRead)),
    ("POST /api/contacts", Some(ContactsWrite)),
    ("GET /api/contacts/{id}", Some(ContactsRead)),
    ("PATCH /api/contacts/{id}", Some(ContactsWrite)),
    ("DELETE /api/contacts/{id}", Some(ContactsWrite)),
    // All there is of a person, and its end: an owner decides that, not a program.
    ("GET /api/contacts/{id}/export", None),
    ("POST /api/contacts/{id}/erase", None),
    // A card says no more than the contact itself.
    ("GET /api/contacts/{id}/vcard", Some(ContactsRead)),
    ("POST /api/contacts/merge", Some(ContactsWrite)),
    ("POST /api/contacts/merge/{id}/undo", Some(ContactsWrite)),
    ("GET /api/duplicates", Some(ContactsRead)),
    ("POST /api/duplicates/dismiss", Some(ContactsWrite)),
    ("GET /api/imports", Some(ContactsRead)),
    ("POST /api/imports", Some(ContactsWrite)),
    ("GET /api/imports/{id}", Some(ContactsRead)),
    ("POST /api/imports/{id}/start", Some(ContactsWrite)),
    ("POST /api/imports/{id}/undo", Some(ContactsWrite)),
    ("GET /api/imports/{id}/errors.csv", Some(ContactsRead)),
    ("GET /api/bulk-edits", Some(LeadsRead)),
    ("POST /api/bulk-edits", Some(LeadsWrite)),
    ("GET /api/bulk-edits/{id}", Some(LeadsRead)),
    ("POST /api/bulk-edits/{id}/undo", Some(LeadsWrite)),
    ("GET /api/contacts/bulk-edits", Some(ContactsRead)),
    ("POST /api/contacts/bulk-edits", Some(ContactsWrite)),
    ("GET /api/contacts/bulk-edits/{id}", Some(ContactsRead)),
    ("POST /api/contacts/bulk-edits/{id}/undo", Some(ContactsWrite)),
    ("GET /api/activities", Some(ActivitiesRead)),
    ("POST /api/activities", Some(ActivitiesWrite)),
    ("GET /api/activities/{id}", Some(ActivitiesRead)),
    ("PATCH /api/activities/{id}", Some(ActivitiesWrite)),
    ("DELETE /api/activities/{id}", Some(ActivitiesWrite)),
    ("GET /api/reminders", Some(RemindersRead)),
    ("POST /api/reminders", Some(RemindersWrite)),
    ("GET /api/reminders/{id}", Some(RemindersRead)),
    ("PATCH /api/reminders/{id}", Some(RemindersWrite)),
    ("DELETE /api/reminders/{id}", Some(RemindersWrite)),
    ("GET /api/leads.csv", Some(LeadsRead)),
    ("GET /api/contacts.csv", Some(ContactsRead)),
    ("GET /api/contacts.vcf", Some(ContactsRead)),
    ("GET /api/sources", Some(LeadsRead)),
    ("GET /api/sources.csv", Some(LeadsRead)),
    // Views are how people like to see their lists.
    ("GET /api/views", None),
    ("POST /api/views", None),
    ("PATCH /api/views/{id}", None),
    ("DELETE /api/views/{id}", None),
    // A token that made tokens would outlive its own end.
    ("GET /api/tokens", None),
    ("POST /api/tokens", None),
    ("DELETE /api/tokens/{id}", None),
    // Whose leads become, and who takes one, people decide; what they are told is theirs to read.
    ("GET /api/assignment-rules", None),
    ("POST /api/assignment-rules", None),
    ("POST /api/assignment-rules/test", None),
    ("PATCH /api/assignment-rules/{id}", None),
    ("DELETE /api/assignment-rules/{id}", None),
    ("POST /api/leads/{id}/claim", None),
    ("GET /api/notices", None),
    ("PATCH /api/notices/{id}", None),
    // A token that named an address would have it told what the token itself may not read.
    ("GET /api/webhooks", None),
    ("POST /api/webhooks", None),
    ("GET /api/webhooks/{id}", None),
    ("PATCH /api/webhooks/{id}", None),
    ("DELETE /api/webhooks/{id}", None),
    ("POST /api/webhooks/{id}/secret", None),
    ("POST /api/webhooks/{id}/test", None),
    ("GET /api/webhooks/{id}/deliveries", None),
    ("POST /api/webhooks/deliveries/{id}/send", None),
    // Everything there is: an owner takes that away, not a program.
    ("GET /api/exports", None),
    ("POST /api/exports", None),
    ("GET /api/exports/{id}", None),
    ("GET /api/exports/{id}/file", None),
    // Who works here people decide, and when they came is theirs and their owners' to know.
    ("GET /api/members", None),
    ("GET /api/members/{id}", None),
    ("PATCH /api/members/{id}", None),
    ("DELETE /api/members/{id}", None),
    ("GET /api/members/{id}/sign-ins", None),
    ("GET /api/invitations", None),
    ("POST /api/invitations", None),
    ("POST /api/invitations/{id}/send", None),
    ("DELETE /api/invitations/{id}", None),
    ("GET /api/summary", Some(LeadsRead)),
    ("GET /api/events/stream", Some(LeadsRead)),
    ("GET /api/openapi.json", None),
];

/// Lets a token pass that has what the route takes.
///
/// # Errors
///
/// Forbidden, with what is missing.
pub(super) fn check(method: &Method, path: &str, token: &ApiToken) -> Result<(), Failure> {
    let Some(scope) = of_route(method, path) else {
        return Err(Failure::forbidden(
            "No API token opens this address: it is for people who sign in.",
        ));
    };
    if token.has(scope) {
        return Ok(());
    }
    Err(Failure::forbidden(format!(
        "This API token lacks the scope {scope}."
    )))
}

fn of_route(method: &Method, path: &str) -> Option<ApiScope> {
    // What is asked with HEAD is what GET would show.
    let method = if method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    let found = ROUTES.iter().find(|(route, _)| {
        let (verb, pattern) = route.split_once(' ').expect("a route is a method and a path");
        verb == method.as_str() && pattern == path
    });
    found.and_then(|(_, scope)| *scope)
}
