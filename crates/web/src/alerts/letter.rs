//! The message about new homes.

use askama::Template;
use db::door::alerts::Due;
use types::{Email, Mail, listings::Listing};

use super::MOST;
use crate::{account::sender, app::App, listings::ListingCard, site::Brand};

/// What both forms of the message say.
struct Letter<'a> {
    heading: String,
    brand: &'a Brand,
    due: &'a Due,
    origin: &'a str,
    cards: Vec<ListingCard>,
    /// Homes that are not in the message.
    more: usize,
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
        heading: match new.len() {
            1 => "A new home".to_owned(),
            many => format!("{many} new homes"),
        },
        brand,
        due,
        origin: &origin,
        cards: cards
            .map(|listing| ListingCard::of(brand.art_theme(), listing))
            .collect(),
        more: new.len().saturating_sub(MOST),
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
