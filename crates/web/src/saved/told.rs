//! Tells the CRM of a home that somebody keeps or lets go.
//!
//! Whoever presses the button tells it, with a script or without one, so it is told once. By the rules of what the script
//! tells: nothing of who asks not to be followed, and nothing of programs.

use axum::response::Response;
use serde_json::json;
use server::{Facts, Submitted};
use types::{
    EventType,
    events::{InvalidPayload, Payload},
    listings::{Listing, ListingId},
};

use crate::{
    app::App,
    listings::as_seen,
    queue::{self, Sameness},
    visitor::Visitor,
};

/// What was pressed.
pub(super) struct Pressed<'a> {
    pub(super) event_type: EventType,
    pub(super) home: &'a ListingId,
    pub(super) form: &'a Submitted,
}

/// Tells it, and has a browser without a name keep one: so it is known again when its visitor writes. The home is kept
/// whatever becomes of this; what could not be stored is in the log.
pub(super) async fn tell(
    app: &App,
    mut visitor: Visitor,
    pressed: Pressed<'_>,
    facts: &Facts,
    response: &mut Response,
) {
    if !visitor.is_followed() || pressed.form.ticked("quiet") {
        return;
    }
    let found = app.listings.find(&visitor.site.scope, pressed.home).await;
    let Ok(Some(listing)) = found else {
        return;
    };
    let Ok(payload) = payload(pressed.event_type, &listing) else {
        return;
    };
    visitor.introduce(&app.ids.new_id().to_string(), facts, response);
    let _told = queue::enqueue(app, visitor, sameness(&pressed), payload).await;
}

/// A button that was drawn once is pressed once, however often its form is sent.
fn sameness(pressed: &Pressed<'_>) -> Sameness {
    match pressed.form.filled("gesture") {
        Some(gesture) => Sameness::Name(format!("{gesture}/{}", pressed.home)),
        None => Sameness::Never,
    }
}

fn payload(event_type: EventType, listing: &Listing) -> Result<Payload, InvalidPayload> {
    let said = json!({ "source": "website", "listing": as_seen(listing) });
    Payload::parse(event_type, &said.to_string())
}
