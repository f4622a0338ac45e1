//! The message about new homes.

use askama::Template;
use db::door::alerts::Due;
use types::{Email, Mail, listings::Listing};

use super::MOST;
use crate::{
    account::sender,
    app::App,
    listings::{ListingCard, MOST_ARRIVED},
    site::Brand,
};

/// What both forms of the message say.
struct Letter<'a> {
    heading: String,
    brand: &'a Brand,
    due: &'a Due,
    origin: &'a str,
    cards: Vec<ListingCard>,
    /// How many homes are not in the message, if any are not.
    rest: Option<String>,
    /// Where it ends.
    stop: &'a str,
}

#[derive(Template)]
#[template(path = "alerts/letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "alerts/letter.txt")]
struct Plain<'a> {
    letter: &'a Letter<'a>,
}

pub(super) fn write(app: &App, due: &Due, (brand, new): (&Brand, &[Listing])) -> anyhow::Result<Mail> {
    let origin = app.origin_of(&due.site);
    let stop = format!("{origin}{}", app.stop_links.path(&due.site, due.search_id));
    let cards = new.iter().take(MOST);
    let letter = Letter {
        heading: heading(new.len()),
        brand,
        due,
        origin: &origin,
        cards: cards
            .map(|listing| ListingCard::of(brand.art_theme(), listing))
            .collect(),
        rest: rest(new.len()),
        stop: &stop,
    };
    let own_address = brand.email.as_deref();
    Ok(Mail {
        from_name: brand.name.clone(),
        from: sender(&due.site),
        to: due.email.clone(),
        reply_to: own_address.and_then(|address| Email::parse(address).ok()),
        subject: format!("{}: {}", letter.heading, due.name),
        text: Plain { letter: &letter }.render()?,
        html: Some(Html { letter: &letter }.render()?),
        unsubscribe: Some(stop.clone()),
    })
}

fn heading(new: usize) -> String {
    match new {
        1 => "A new home".to_owned(),
        many if many > MOST_ARRIVED => format!("More than {MOST_ARRIVED} new homes"),
        many => format!("{many} new homes"),
    }
}

/// How many of them have no place in the message.
fn rest(new: usize) -> Option<String> {
    let more = new.checked_sub(MOST).filter(|more| *more > 0)?;
    Some(match new > MOST_ARRIVED {
        true => format!("And more than {} more.", MOST_ARRIVED - MOST),
        false => format!("And {more} more."),
    })
}
