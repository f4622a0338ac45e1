//! What the public forms have in common: whose drawing of a form was sent, and what looks like a machine's.

use axum::{
    http::{StatusCode, header},
    response::Response,
};
use jiff::SignedDuration;
use server::{
    Failure, Submitted,
    form_token::{Submission, TokenError},
    page,
};
use types::{Sign, Suspicion};

use crate::{app::App, queue::Sameness, visitor::Visitor};

/// When people mean to move: the word that is stored, and what they read.
pub(crate) const TIMEFRAMES: [(&str, &str); 5] = [
    ("", "No date yet"),
    ("Within 3 months", "Within 3 months"),
    ("3 to 6 months", "3 to 6 months"),
    ("6 to 12 months", "6 to 12 months"),
    ("Later", "Later"),
];

/// The field that people do not see.
pub(crate) const TRAP: &str = "website";

/// Nobody types an address and a number in less.
const HASTE: SignedDuration = SignedDuration::from_secs(3);

/// Where a form came in: what it must show for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// A page's own address: whoever sends a form there was shown one.
    Page,
    /// The API, which programs use that never saw a page.
    Api,
}

/// What the token of a form says.
pub(crate) struct Recognised {
    /// For the next drawing, should the form come back: one submission keeps its name until it is stored.
    pub(crate) token: String,
    /// What makes a second click the same submission.
    pub(crate) sameness: Sameness,
    /// The path of the page it was drawn on, where its words were read.
    pub(crate) page: Option<String>,
    /// What speaks against it.
    pub(crate) suspicion: Option<Suspicion>,
}

/// Recognises a form of ours. One that we did not draw, or drew long ago, is taken all the same: no lead is lost to a
/// page that lay open over the weekend.
pub(crate) fn recognise(
    app: &App,
    visitor: &Visitor,
    (form, door): (&str, Door),
    sent: &Submitted,
) -> Recognised {
    let tenant = visitor.context.tenant_id.as_str();
    let now = app.clock.now();
    let token = sent.get("token");
    let submission = app.form_tokens.check(token, (tenant, form), now);
    let suspicion = suspicion_of_form(sent, sign_of_drawing(app, &submission, (token, door)));
    match submission {
        Ok(submission) => Recognised {
            token: token.to_owned(),
            sameness: Sameness::Drawing(submission.id),
            page: submission.page,
            suspicion,
        },
        Err(_) => Recognised {
            token: new_token(app, visitor, form),
            page: None,
            suspicion,
            sameness: match sent.filled("submissionId") {
                Some(id) => Sameness::Name(id.to_owned()),
                None => Sameness::Words,
            },
        },
    }
}

/// A token for a form that is drawn anew.
pub(crate) fn new_token(app: &App, visitor: &Visitor, form: &str) -> String {
    let tenant = visitor.context.tenant_id.as_str();
    app.form_tokens
        .issue((tenant, form), &visitor.path, app.clock.now())
}

/// The token of a form that goes through several pages: the one it began with, as long as it is good.
pub(crate) fn kept_token(app: &App, visitor: &Visitor, form: &str, asked: &Submitted) -> String {
    let (tenant, now) = (visitor.context.tenant_id.as_str(), app.clock.now());
    let token = asked.get("token");
    match app.form_tokens.check(token, (tenant, form), now) {
        Ok(_) => token.to_owned(),
        Err(_) => new_token(app, visitor, form),
    }
}

/// What speaks against what a program sent as JSON. It shows no drawing and took no time over one, so it is judged by
/// what it says; how often it may say something is for the limit of its route.
pub(crate) fn suspicion_of_json<'a>(
    trap: Option<&str>,
    texts: impl IntoIterator<Item = &'a str>,
) -> Option<Suspicion> {
    counted([sign_of_trap(trap), Some(Sign::Undrawn), Sign::of_links(texts)])
}

fn suspicion_of_form(sent: &Submitted, drawing: Option<Sign>) -> Option<Suspicion> {
    let texts = ["name", "message", "address"].map(|field| sent.get(field));
    counted([sign_of_trap(sent.filled(TRAP)), drawing, Sign::of_links(texts)])
}

fn sign_of_trap(text: Option<&str>) -> Option<Sign> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|_| Sign::Trap)
}

/// Nothing is refused for any of them; each is counted, to see where a threshold lies.
fn counted(signs: [Option<Sign>; 3]) -> Option<Suspicion> {
    let signs = signs.into_iter().flatten();
    Suspicion::of(signs.inspect(|sign| {
        metrics::counter!("web_form_signs_total", "sign" => sign.as_str()).increment(1);
    }))
}

fn sign_of_drawing(
    app: &App,
    drawing: &Result<Submission, TokenError>,
    (token, door): (&str, Door),
) -> Option<Sign> {
    match drawing {
        // Scripts that test a site are as fast as those that abuse it: where limits are lifted, this one is.
        // Drawn a moment from now, it comes from a process whose clock is ahead, and says nothing of haste.
        Ok(submission) if (0..HASTE.as_secs()).contains(&submission.filled_in.as_secs()) => {
            app.limits_are_on.then_some(Sign::Haste)
        }
        // Left open over night, by a person.
        Ok(_) | Err(TokenError::Expired) => None,
        Err(TokenError::Forged) if token.is_empty() && door == Door::Api => Some(Sign::Undrawn),
        Err(TokenError::Forged) => Some(Sign::Strange),
    }
}

/// A form that was refused, with what was typed and what is wrong. Whoever goes back to it later finds it so.
pub(crate) fn refused(page: &impl askama::Template) -> Result<Response, Failure> {
    page::kept_by_sender(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// A form again, after trouble that is not the visitor's fault, or where nothing is taken: nothing typed is lost.
pub(crate) fn not_stored(page: &impl askama::Template, failure: &Failure) -> Result<Response, Failure> {
    let status = match failure {
        Failure::Forbidden(_) => failure.status(),
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    again(status, page, failure)
}

/// A form again that came too soon after others: nothing typed is lost, and it says for how long to wait.
pub(crate) fn too_many(page: &impl askama::Template, failure: &Failure) -> Result<Response, Failure> {
    again(StatusCode::TOO_MANY_REQUESTS, page, failure)
}

fn again(status: StatusCode, page: &impl askama::Template, failure: &Failure) -> Result<Response, Failure> {
    let mut response = page::kept_by_sender(status, page)?;
    if let Some(wait) = failure.retry_after() {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, wait.as_secs().into());
    }
    Ok(response)
}
