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

/// Nobody types an address and a number in less.
const HASTE: SignedDuration = SignedDuration::from_secs(3);

/// What the token of a form says.
pub(crate) struct Recognised {
    /// For the next drawing, should the form come back: one submission keeps its name until it is stored.
    pub(crate) token: String,
    /// What makes a second click the same submission.
    pub(crate) sameness: Sameness,
    /// What speaks against it.
    pub(crate) suspicion: Option<Suspicion>,
}

/// Recognises a form of ours. One that we did not draw, or drew long ago, is taken all the same: no lead is lost to a
/// page that lay open over the weekend.
pub(crate) fn recognise(app: &App, visitor: &Visitor, form: &str, sent: &Submitted) -> Recognised {
    let tenant = visitor.context.tenant_id.as_str();
    let now = app.clock.now();
    let token = sent.get("token");
    let submission = app.form_tokens.check(token, (tenant, form), now);
    let suspicion = suspicion(sent, Some(&submission));
    match submission {
        Ok(submission) => Recognised {
            token: token.to_owned(),
            sameness: Sameness::Drawing(submission.id),
            suspicion,
        },
        Err(_) => Recognised {
            token: app.form_tokens.issue(tenant, form, now),
            suspicion,
            sameness: match sent.filled("submissionId") {
                Some(id) => Sameness::Name(id.to_owned()),
                None => Sameness::Words,
            },
        },
    }
}

/// The token of a form that goes through several pages: the one it began with, as long as it is good.
pub(crate) fn kept_token(app: &App, visitor: &Visitor, form: &str, asked: &Submitted) -> String {
    let (tenant, now) = (visitor.context.tenant_id.as_str(), app.clock.now());
    let token = asked.get("token");
    match app.form_tokens.check(token, (tenant, form), now) {
        Ok(_) => token.to_owned(),
        Err(_) => app.form_tokens.issue(tenant, form, now),
    }
}

/// What speaks against a form that a program sent, which has no drawing of ours to show.
pub(crate) fn suspicion_of_a_program(sent: &Submitted) -> Option<Suspicion> {
    suspicion(sent, None)
}

/// What machines do and people rarely. Nothing is refused for it; each sign is counted, to see where a threshold lies.
fn suspicion(sent: &Submitted, drawing: Option<&Result<Submission, TokenError>>) -> Option<Suspicion> {
    let signs = [
        sent.filled("website").map(|_| Sign::Trap),
        drawing.and_then(sign_of_drawing),
        Sign::of_links(["name", "message", "address"].map(|field| sent.get(field))),
    ];
    let signs = signs.into_iter().flatten();
    Suspicion::of(signs.inspect(|sign| {
        metrics::counter!("web_form_signs_total", "sign" => sign.as_str()).increment(1);
    }))
}

const fn sign_of_drawing(drawing: &Result<Submission, TokenError>) -> Option<Sign> {
    match drawing {
        Ok(submission) if submission.filled_in.as_secs() < HASTE.as_secs() => Some(Sign::Haste),
        // Left open over night, by a person.
        Ok(_) | Err(TokenError::Expired) => None,
        Err(TokenError::Forged) => Some(Sign::Strange),
    }
}

/// A form again, after trouble that is not the visitor's fault: nothing typed is lost.
pub(crate) fn not_stored(page: &impl askama::Template, failure: &Failure) -> Result<Response, Failure> {
    let mut response = page::with_status(StatusCode::SERVICE_UNAVAILABLE, page)?;
    if let Some(wait) = failure.retry_after() {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, wait.as_secs().into());
    }
    Ok(response)
}
