//! What the public forms have in common: whose drawing of a form was sent, and what looks like a machine's.

use axum::{
    http::{StatusCode, header},
    response::Response,
};
use jiff::SignedDuration;
use server::{Failure, Submitted, page};

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
}

/// Recognises a form of ours. One that we did not draw, or drew long ago, is taken all the same: no lead is lost to a
/// page that lay open over the weekend.
pub(crate) fn recognise(app: &App, visitor: &Visitor, form: &str, sent: &Submitted) -> Recognised {
    let tenant = visitor.context.tenant_id.as_str();
    let now = app.clock.now();
    let token = sent.get("token");
    let submission = app.form_tokens.check(token, (tenant, form), now);
    let is_hasty = submission
        .as_ref()
        .is_ok_and(|submission| submission.filled_in < HASTE);
    count_signs([
        ("token", submission.is_err()),
        ("haste", is_hasty),
        ("honeypot", sent.filled("website").is_some()),
    ]);
    match submission {
        Ok(submission) => Recognised {
            token: token.to_owned(),
            sameness: Sameness::Name(submission.id),
        },
        Err(_) => Recognised {
            token: app.form_tokens.issue(tenant, form, now),
            sameness: match sent.filled("submissionId") {
                Some(id) => Sameness::Name(id.to_owned()),
                None => Sameness::Content,
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

/// Counts what machines do and people rarely. Nothing is refused for it: the counts will say where a threshold lies.
fn count_signs(signs: [(&'static str, bool); 3]) {
    for (sign, _) in signs.into_iter().filter(|(_, seen)| *seen) {
        metrics::counter!("web_form_signs_total", "sign" => sign).increment(1);
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
