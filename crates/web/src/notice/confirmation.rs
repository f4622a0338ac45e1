//! Tells whoever sent a form that it arrived: what it said, who answers, and by when.
//!
//! Anybody can type anybody's address into a form. So few of these go to one address in a day, and what looks like a link
//! is not repeated: nobody sends strangers anything through us.

use askama::Template;
use db::{
    TenantScope, Tx,
    door::hosts::Site,
    tenant::{leads::LeadWithContact, mails},
};
use jiff::{SignedDuration, Timestamp};
use types::{Email, LeadId, LeadType, Mail};

use super::asker::Asker;
use crate::{account, site::Brand};

/// More forms than anybody means to send us in a day.
const MOST_A_DAY: i64 = 3;

/// What the keys of these messages begin with.
const KEY: &str = "confirmation/";

/// As much of a text as is repeated: they know what they wrote.
const REPEATED: usize = 400;

/// What both forms of the message say.
struct Letter<'a> {
    brand: &'a Brand,
    subject: String,
    /// What to call them, if that can be repeated.
    name: Option<String>,
    facts: Vec<(&'static str, String)>,
    answerer: &'a str,
}

#[derive(Template)]
#[template(path = "notice/confirmation.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "notice/confirmation.txt")]
struct Plain<'a> {
    letter: &'a Letter<'a>,
}

/// A lead is confirmed once, whoever confirms it.
pub(super) fn key(lead: LeadId) -> String {
    format!("{KEY}{lead}")
}

/// Whether this is one more confirmation than its address gets in a day.
pub(super) async fn is_too_much(
    tx: &mut Tx,
    scope: &TenantScope,
    (key, mail): (&str, &Mail),
    now: Timestamp,
) -> db::Result<bool> {
    if !key.starts_with(KEY) {
        return Ok(false);
    }
    let since = now - SignedDuration::from_hours(24);
    let lately = mails::count_to(tx, scope, &mail.to, (KEY, since)).await?;
    Ok(lately >= MOST_A_DAY)
}

pub(super) fn write(
    (site, brand): (&Site, &Brand),
    to: &Email,
    (found, asker): (&LeadWithContact, &Asker),
    answerer: &str,
) -> anyhow::Result<Mail> {
    let letter = Letter {
        brand,
        subject: subject(found),
        name: asker
            .name
            .as_deref()
            .filter(|name| can_be_repeated(name))
            .map(shortened),
        facts: facts(found, asker),
        answerer,
    };
    let own_address = brand.email.as_deref();
    Ok(Mail {
        from_name: brand.name.clone(),
        from: account::sender(site),
        to: to.clone(),
        reply_to: own_address.and_then(|address| Email::parse(address).ok()),
        text: Plain { letter: &letter }.render()?,
        html: Some(Html { letter: &letter }.render()?),
        subject: letter.subject,
        unsubscribe: None,
    })
}

fn subject(found: &LeadWithContact) -> String {
    let home = found.lead.property.listing_address.as_deref();
    let home = home.filter(|home| can_be_repeated(home)).map(shortened);
    match (found.lead.lead_type, home) {
        (LeadType::ValuationRequest, Some(home)) => format!("You asked what {home} is worth"),
        (LeadType::ValuationRequest, None) => "You asked what your home is worth".to_owned(),
        (_, Some(home)) => format!("We have your question about {home}"),
        (_, None) => "We have your message".to_owned(),
    }
}

/// What they sent, as far as it can be repeated.
fn facts(found: &LeadWithContact, asker: &Asker) -> Vec<(&'static str, String)> {
    let lead = &found.lead;
    let sent = [
        ("Name", asker.name.as_deref()),
        ("Phone", asker.phone.as_deref()),
        ("Home", lead.property.listing_address.as_deref()),
        ("When", lead.timeframe.as_deref()),
        ("Message", lead.notes.as_deref()),
    ];
    let told = |text: &str| match can_be_repeated(text) {
        true => shortened(text),
        false => "We have it; it is not repeated here because of the link in it.".to_owned(),
    };
    sent.into_iter()
        .filter_map(|(label, text)| Some((label, told(text?))))
        .collect()
}

/// Whether no program that shows messages makes a link of any of it.
fn can_be_repeated(text: &str) -> bool {
    !text.contains("://") && !text.split_whitespace().any(is_like_a_host)
}

/// `evil.example`, wherever in a word: something, a dot, and at least two letters.
fn is_like_a_host(word: &str) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '-';
    let parts: Vec<_> = word.split('.').collect();
    parts.windows(2).any(|pair| {
        let ends_in_part = pair[0].ends_with(is_part);
        let letters = pair[1].chars().take_while(|letter| letter.is_alphabetic());
        ends_in_part && letters.count() >= 2
    })
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(REPEATED) {
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_becomes_a_link_is_not_repeated() {
        for text in [
            "https://evil.example",
            "see evil.example/now",
            "(www.evil.example)",
            "ann@evil.example",
            "evil。ok.xn--p1ai",
        ] {
            assert!(!can_be_repeated(text), "{text}");
        }
        for text in [
            "Is the attic dry?",
            "2.5 baths. Soon",
            "12 St. Elm Street",
            "Mr. Ed",
            "3.5M",
        ] {
            assert!(can_be_repeated(text), "{text}");
        }
    }

    #[test]
    fn an_essay_is_cut_where_a_letter_ends() {
        let essay = "é".repeat(REPEATED + 100);

        assert_eq!(shortened(&essay).chars().count(), REPEATED + 1);
        assert_eq!(shortened("short"), "short");
    }
}
