//! What a visitor allowed, kept with the words they read: the proof when someone asks.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use jiff::Timestamp;
use server::{Facts, Submitted};
use std::convert::Infallible;
use types::{Private, Text, events::Consent};

use crate::app::App;

/// The edition of the words below. Change it with them: what people agreed to is what they read.
pub(crate) const VERSION: &str = "2026-11";
pub(crate) const EMAIL: &str =
    "Yes, send me market notes by e-mail. I can stop at any time with the link in each message.";
pub(crate) const CALLS: &str = "Yes, you may call or text me about homes at this number. This is not a condition of \
                                buying or selling anything. Message and data rates may apply.";

/// Where a form came from: what makes a consent believable later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Witness {
    address: String,
    user_agent: Option<String>,
    /// `https://` and the name of the site.
    origin: String,
    path: String,
}

impl Witness {
    /// The same on the page where the form was drawn, if it says which: that is where its words were read. A form is
    /// sent to one address from wherever it stands.
    pub(crate) fn of_page(self, page: Option<String>) -> Self {
        Self {
            path: page.unwrap_or(self.path),
            ..self
        }
    }
}

impl FromRequestParts<App> for Witness {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        let facts = Facts::of(parts);
        let user_agent = parts.headers.get(header::USER_AGENT);
        Ok(Self {
            address: facts.client.address().to_string(),
            user_agent: user_agent
                .and_then(|agent| agent.to_str().ok())
                .map(str::to_owned),
            origin: facts.origin(),
            path: parts.uri.path().to_owned(),
        })
    }
}

/// What the boxes of a form say, or nothing when none is ticked.
pub(crate) fn of_form(form: &Submitted, witness: &Witness, now: Timestamp) -> Option<Consent> {
    let (email, calls) = (form.ticked("consentEmail"), form.ticked("consentCall"));
    let words: Vec<_> = [(email, EMAIL), (calls, CALLS)]
        .into_iter()
        .filter_map(|(ticked, words)| ticked.then_some(words))
        .collect();
    (email || calls).then(|| Consent {
        marketing_calls: calls,
        marketing_email: email,
        text: Text::parse(&words.join("\n")).ok(),
        version: Text::parse(VERSION).ok(),
        agreed_at: Some(now),
        ip_address: Text::parse(&witness.address).ok().map(Private),
        // A browser that calls itself by an essay gives no better proof.
        user_agent: witness
            .user_agent
            .as_deref()
            .and_then(|agent| Text::parse(agent).ok())
            .map(Private),
        url: Text::parse(&format!("{}{}", witness.origin, witness.path)).ok(),
    })
}
