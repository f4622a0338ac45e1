//! `/spam`: what looked as if a machine had sent it, with the reasons, and whether it is a lead after all.
//!
//! Until somebody has decided it is nowhere else: no contact, no lead, no message to anybody.

mod decide;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::held::{self, HeldLead, Looked};
use server::{
    Failure, Frame, Params,
    page::{self, Pager},
};
use types::{
    Suspicion, WebsiteEvent,
    events::{LeadSubmitted, Payload, ValuationRequested},
};

pub(crate) use decide::decide;

use crate::{app::App, words::sentence_case, workspace::Workspace, zone::When};

#[derive(Template)]
#[template(path = "spam/list.html")]
struct List {
    frame: Frame,
    rows: Vec<Row>,
    pager: Pager,
    may_write: bool,
    /// Whether these are the ones somebody decided about.
    is_discarded: bool,
}

/// A form as a member judges it.
struct Row {
    id: String,
    sent: When,
    score: i64,
    reasons: String,
    form: Form,
}

/// What somebody, or something, typed.
#[derive(Default)]
struct Form {
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    /// Which form it was, or what it asked about.
    about: String,
    message: Option<String>,
}

pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let looked = match params.get("show") {
        "discarded" => Looked::Discarded,
        _ => Looked::NotYet,
    };
    let mut tx = app.db.read(scope).await?;
    let page = held::list(&mut tx, scope, looked, params.page()).await?;
    let counts = workspace.counts(&mut tx).await?;
    let total = (looked == Looked::NotYet).then_some(counts.held_count);
    let pager = Pager::of("held messages", ("/spam", &params), &page, total);
    let rows = page.items.iter().map(|held| Row::of(held, &workspace));
    page::private(&List {
        rows: rows.collect(),
        frame: workspace.framed(&counts),
        pager,
        may_write: workspace.may_write(),
        is_discarded: looked == Looked::Discarded,
    })
}

impl Row {
    fn of(held: &HeldLead, workspace: &Workspace) -> Self {
        let tenant_id = workspace.member.scope.tenant_id();
        let event = WebsiteEvent::parse(&held.payload, tenant_id).ok();
        let payload = event.as_ref().map(|event| &event.payload);
        let suspicion = payload.and_then(Payload::suspicion);
        let signs = suspicion.map(Suspicion::signs).unwrap_or_default();
        let reasons: Vec<_> = signs.iter().map(|sign| sign.reason()).collect();
        Self {
            id: held.id.to_string(),
            sent: workspace.zone.when(held.occurred_at, workspace.now),
            score: held.score,
            reasons: reasons.join(" · "),
            form: payload.map(Form::of).unwrap_or_default(),
        }
    }
}

impl Form {
    fn of(payload: &Payload) -> Self {
        match payload {
            Payload::LeadSubmitted(lead) => Self::of_lead(lead),
            Payload::ValuationRequested(valuation) => Self::of_valuation(valuation),
            Payload::SearchPerformed(_)
            | Payload::ListingViewed(_)
            | Payload::ListingFavorited(_)
            | Payload::ListingUnfavorited(_) => Self::default(),
        }
    }

    fn of_lead(lead: &LeadSubmitted) -> Self {
        let (contact, listing) = (&lead.contact, lead.listing.as_ref());
        let address = listing.and_then(|listing| listing.address.as_ref());
        Self {
            name: contact.name.as_ref().map(|name| name.as_str().to_owned()),
            email: Some(contact.email.to_string()),
            phone: Some(contact.phone.as_str().to_owned()),
            about: match address {
                Some(address) => format!("Asks about {address}"),
                None => sentence_case(&lead.source),
            },
            message: lead.message.as_ref().map(|message| message.as_str().to_owned()),
        }
    }

    fn of_valuation(valuation: &ValuationRequested) -> Self {
        let contact = valuation.contact.as_ref();
        let text = |text: &str| text.to_owned();
        Self {
            name: contact.and_then(|contact| Some(text(contact.name.as_ref()?.as_str()))),
            email: contact.and_then(|contact| Some(contact.email.as_ref()?.to_string())),
            phone: contact.and_then(|contact| Some(text(contact.phone.as_ref()?.as_str()))),
            about: format!("Asks what {} is worth", valuation.address.as_str()),
            message: None,
        }
    }
}
