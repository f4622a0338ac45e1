//! The message about leads that are somebody's now.

use askama::Template;
use db::{door::hosts::Site, tenant::notices::GivenLeads};
use server::page::amount;
use types::{Mail, Member};

use crate::{account::sender, site::Brand};

/// Decisions in a message. Of more it says how many.
const MOST: usize = 10;

/// What both forms of the message say.
struct Letter<'a> {
    heading: String,
    from: &'a str,
    lines: Vec<String>,
    /// Decisions that are not in the message.
    more: usize,
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
        lines: theirs.iter().take(MOST).map(|given| line(given)).collect(),
        more: theirs.len().saturating_sub(MOST),
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

/// `Olga Member gave you the lead of Ana Ruiz.`
fn line(given: &GivenLeads) -> String {
    let who = given.actor_name.as_deref().unwrap_or("A rule");
    match (&given.contact_name, given.lead_count) {
        (Some(name), 1) => format!("{who} gave you the lead of {name}."),
        (_, 1) => format!("{who} gave you a lead."),
        (_, many) => format!("{who} gave you {}.", amount(many, "lead")),
    }
}
