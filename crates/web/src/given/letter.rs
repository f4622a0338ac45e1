//! The message about leads that are somebody's now.

use askama::Template;
use db::{door::hosts::Site, tenant::notices::GivenLeads};
use server::page::amount;
use types::{Mail, Member};

use crate::{
    account::sender,
    app::App,
    desk::{Tap, taps},
    site::Brand,
};

/// Decisions in a message. Of more it says how many.
const MOST: usize = 10;

/// What both forms of the message say.
struct Letter<'a> {
    heading: String,
    from: &'a str,
    lines: Vec<Line>,
    /// Decisions that are not in the message.
    more: usize,
    waits: &'static str,
    /// Where they say whether they get such messages, if it is known where their CRM is.
    settings: Option<String>,
}

/// A decision in a message: what it says, whom to reach, and where it leads.
struct Line {
    sentence: String,
    taps: Vec<Tap>,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "given/letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "given/letter.txt")]
struct Plain<'a> {
    letter: &'a Letter<'a>,
}

/// The message to a member about what they were given.
pub(super) fn write(
    app: &App,
    (site, brand): (&Site, &Brand),
    to: &Member,
    theirs: &[&GivenLeads],
) -> anyhow::Result<Mail> {
    let count: i64 = theirs.iter().map(|given| given.lead_count).sum();
    let letter = Letter {
        heading: match count {
            1 => "A lead is yours now".to_owned(),
            many => format!("{} are yours now", amount(many, "lead")),
        },
        from: &brand.name,
        lines: theirs
            .iter()
            .take(MOST)
            .map(|given| Line {
                sentence: line(given),
                taps: taps(given.contact_phone.as_ref(), given.contact_email.as_ref()),
                href: app.crm_page(site, &place(given)),
            })
            .collect(),
        more: theirs.len().saturating_sub(MOST),
        waits: match count {
            1 => "It waits in your CRM, among your leads.",
            _ => "They wait in your CRM, among your leads.",
        },
        settings: app.crm_page(site, "/settings"),
    };
    Ok(Mail {
        from_name: brand.name.clone(),
        from: sender(site),
        to: to.email.clone(),
        reply_to: None,
        text: Plain { letter: &letter }.render()?,
        html: Some(Html { letter: &letter }.render()?),
        subject: letter.heading,
        unsubscribe: None,
    })
}

/// The lead's page, or the list of theirs.
fn place(given: &GivenLeads) -> String {
    match given.lead_id {
        Some(id) => format!("/leads/{id}"),
        None => "/leads?assignedTo=me".to_owned(),
    }
}

/// `Olga Member gave you the lead of Ana Ruiz.`
fn line(given: &GivenLeads) -> String {
    let who = given.actor_name.as_deref().unwrap_or("A rule");
    match (&given.contact_name, given.lead_count) {
        (Some(name), 1) => format!("{who} gave you the lead of {name}."),
        (_, 1) => format!("{who} gave you a lead."),
        (_, many) => format!("{who} gave you {}.", amount(many, "lead")),
    }
}
