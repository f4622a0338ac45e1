//! `POST /api/lead`: a visitor asks to be contacted.

pub(crate) mod listing;
mod reading;
#[cfg(test)]
mod tests;

use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;
use server::{Failure, FieldErrors, Form, Json, Submitted, form, json};
use types::{
    JobId,
    events::{Attribution, LeadSubmitted, Payload},
};

use reading::{OfProgram, of_program};
pub(crate) use reading::{of_form, read};

use crate::{
    app::App,
    attribution,
    contact::{
        self,
        consent::{self, Witness},
    },
    queue::{self, Enqueued, Sameness},
    site::form::{self as form_of_a_site, Door, Recognised},
    visitor::Visitor,
};

/// A lead as programs send it, or as a form on any page of the site does.
pub(crate) enum Sent {
    Json(Box<OfProgram>),
    Form(Box<Noted>),
    /// A form from a browser, which wants a page to look at.
    Page(Box<contact::Submission>),
}

/// A form that wants no page, with what is noted beside it.
pub(crate) struct Noted {
    form: Submitted,
    witness: Witness,
    attribution: Option<Attribution>,
}

impl FromRequest<App> for Sent {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        if !form::is_form(request.headers()) {
            let Json(sent) = Json::from_request(request, app).await?;
            let read = of_program(&sent).map_err(Failure::Invalid)?;
            return Ok(Self::Json(Box::new(read)));
        }
        if wants_page(request.headers()) {
            let submission = contact::Submission::from_request(request, app).await?;
            return Ok(Self::Page(Box::new(submission)));
        }
        let (mut parts, body) = request.into_parts();
        let Ok(witness) = Witness::from_request_parts(&mut parts, app).await;
        let attribution = attribution::of(&parts);
        let Form(form) = Form::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self::Form(Box::new(Noted {
            form,
            witness,
            attribution,
        })))
    }
}

pub(crate) async fn create(
    visitor: Result<Visitor, Failure>,
    State(app): State<App>,
    headers: HeaderMap,
    sent: Sent,
) -> Result<Response, Failure> {
    let (visitor, sent) = match (visitor, sent) {
        (Err(failure), Sent::Page(submission)) => return contact::wait(*submission, failure),
        (visitor, sent) => (visitor?, sent),
    };
    let (read, unnamed) = match sent {
        Sent::Json(sent) => (read_program(&sent), Sameness::Content),
        Sent::Form(noted) => (read_form(&app, &visitor, *noted), Sameness::Words),
        Sent::Page(submission) => return contact::answer(&app, visitor, Door::Api, *submission).await,
    };
    let (lead, submission_id) = read.map_err(Failure::Invalid)?;
    let sameness = Sameness::named(&headers, submission_id)?.unwrap_or(unnamed);
    let enqueued = store(&app, visitor, (Door::Api, sameness), lead).await?;
    Ok(accepted(&headers, enqueued))
}

/// Puts a lead in line, with what is known of the home it asks about.
///
/// # Errors
///
/// As [`queue::enqueue`].
pub(crate) async fn store(
    app: &App,
    visitor: Visitor,
    (door, sameness): (Door, Sameness),
    mut lead: LeadSubmitted,
) -> Result<Enqueued, Failure> {
    let listing = listing::named(app, &visitor, door, lead.listing.take()).await;
    lead.listing = listing.map_err(|error| {
        tracing::error!(
            error = &*error,
            "the home of a lead could not be looked up, and its sender was told so"
        );
        Failure::unavailable()
    })?;
    queue::enqueue(app, visitor, sameness, Payload::LeadSubmitted(Box::new(lead))).await
}

/// The lead of a program, with what speaks against it.
fn read_program(sent: &OfProgram) -> Result<(LeadSubmitted, Option<String>), FieldErrors> {
    let (lead, submission_id) = read(&sent.object)?;
    let listing = lead
        .listing
        .as_ref()
        .and_then(|listing| listing.address.as_deref());
    let texts = [
        lead.contact.name.as_ref().map(|name| name.as_str()),
        lead.message.as_ref().map(|message| message.as_str()),
        listing,
    ];
    let suspicion = form_of_a_site::suspicion_of_json(sent.trap.as_deref(), texts.into_iter().flatten());
    Ok((LeadSubmitted { suspicion, ..lead }, submission_id))
}

/// The lead of a form, with what its boxes say and what led its visitor here.
fn read_form(
    app: &App,
    visitor: &Visitor,
    noted: Noted,
) -> Result<(LeadSubmitted, Option<String>), FieldErrors> {
    let Noted {
        form,
        witness,
        attribution,
    } = noted;
    let Recognised { page, suspicion, .. } =
        form_of_a_site::recognise(app, visitor, (contact::FORM, Door::Api), &form);
    let witness = witness.of_page(page);
    let (lead, submission_id) = read(&of_form(&form))?;
    let lead = LeadSubmitted {
        consent: consent::of_form(&form, &witness, app.clock.now()),
        attribution,
        suspicion,
        ..lead
    };
    Ok((lead, submission_id))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    success: bool,
    accepted: bool,
    duplicate: bool,
    job_id: JobId,
}

fn accepted(headers: &HeaderMap, enqueued: Enqueued) -> Response {
    let answer = Accepted {
        success: true,
        accepted: true,
        duplicate: enqueued.is_duplicate(),
        job_id: enqueued.job_id(),
    };
    queue::answered(headers, enqueued, json::ok_with(StatusCode::ACCEPTED, answer))
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get("accept").and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
