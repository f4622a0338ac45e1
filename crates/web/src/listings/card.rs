//! A home as lists show it, with whose listing it is.

use jiff::{Timestamp, Zoned, civil::Date, tz::TimeZone};
use types::{
    Money, Slug, ThemePreset,
    listings::{Listing, ListingId, ListingStatus},
};

use crate::site::day;

/// What people say of a home before it is for sale.
pub(super) const COMING: &str = "Coming soon";

/// A home, small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListingCard {
    pub(crate) href: String,
    pub(crate) art: String,
    pub(crate) price: String,
    pub(crate) headline: String,
    pub(crate) place: String,
    pub(crate) facts: String,
    /// `For sale`, or how else it stands.
    pub(crate) standing: &'static str,
    pub(crate) kind: &'static str,
    /// The firm, in letters as large as the rest.
    pub(crate) firm: String,
    /// When it last changed, where that is told.
    pub(crate) updated: Option<Updated>,
    /// What must be said beside it, by whoever lists it.
    pub(crate) disclaimer: String,
    /// Names the home to the button that keeps it.
    pub(crate) id: ListingId,
    /// The button, where a list has one.
    pub(crate) button: Option<SaveButton>,
}

/// When a home last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Updated {
    pub(crate) at: Timestamp,
    /// `November 12, 2026, 4:05 PM EST`.
    pub(crate) shown: String,
}

/// Keeps a home, or lets it go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SaveButton {
    /// Whether it is kept now.
    pub(crate) is_saved: bool,
    /// The page it stands on, to come back to.
    pub(crate) back: String,
    /// Names this drawing of it: sent twice, it was pressed once.
    pub(crate) gesture: String,
}

impl ListingCard {
    /// The card, with a drawing in the colours of this theme.
    pub(crate) fn of(theme: ThemePreset, listing: &Listing) -> Self {
        let address = &listing.address;
        Self {
            href: format!("/listings/{}", listing.id),
            art: art(theme, listing),
            price: price(listing),
            headline: listing.headline(),
            place: format!("{}, {} {}", address.city, address.state, address.zip),
            facts: listing.facts(),
            standing: listing.status.label(),
            kind: listing.property_type.label(),
            firm: firm(listing),
            updated: None,
            disclaimer: listing.attribution.disclaimer.clone(),
            id: listing.id.clone(),
            button: None,
        }
    }

    /// With when it last changed, for people there, and as one that is to come if it is.
    pub(crate) fn with_times(mut self, listing: &Listing, times: (&TimeZone, Timestamp)) -> Self {
        let (zone, now) = times;
        if listing.coming_on(zone, now).is_some() {
            self.standing = COMING;
        }
        self.updated = Some(Updated::of(listing, times));
        self
    }

    /// With the button that keeps it, on the page `back`.
    pub(crate) fn with_button(mut self, is_saved: bool, back: &str, gesture: &str) -> Self {
        self.button = Some(SaveButton {
            is_saved,
            back: back.to_owned(),
            gesture: gesture.to_owned(),
        });
        self
    }

    /// Whether it stands as homes do that people look for.
    pub(crate) fn is_for_sale(&self) -> bool {
        self.standing == ListingStatus::Active.label()
    }
}

impl Updated {
    /// For people there. Nothing that a site shows has happened in the future, whatever a row says.
    pub(super) fn of(listing: &Listing, (zone, now): (&TimeZone, Timestamp)) -> Self {
        if listing.updated_at > now {
            let now_there = now.to_zoned(zone.clone());
            return Self {
                at: now,
                shown: in_words(now_there.date(), Some(&now_there)),
            };
        }
        let there = listing.updated_there(zone);
        Self {
            at: listing.updated_at,
            shown: in_words(listing.updated_on(zone), there.as_ref()),
        }
    }
}

/// A day, and when on it if that is known.
fn in_words(on: Date, at: Option<&Zoned>) -> String {
    match at {
        Some(at) => format!("{}, {}", day(on), at.strftime("%-I:%M %p %Z")),
        None => day(on),
    }
}

/// Who lists a home, and how they are reached.
pub(crate) fn firm(listing: &Listing) -> String {
    let attribution = &listing.attribution;
    let contact = attribution.contact.as_ref();
    contact.map_or_else(
        || attribution.office.clone(),
        |contact| format!("{}, {}", attribution.office, contact.replace(' ', "\u{a0}")),
    )
}

/// What must be said beside a list of homes, what several say once.
pub(crate) fn disclaimers(homes: &(impl AsRef<[ListingCard]> + ?Sized)) -> Vec<&str> {
    each_once(homes.as_ref().iter().map(|home| home.disclaimer.as_str()))
}

/// What homes say, what several say once.
pub(crate) fn each_once<'a>(words: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut said = Vec::new();
    for word in words {
        if !word.is_empty() && !said.contains(&word) {
            said.push(word);
        }
    }
    said
}

/// Its first picture, or else a drawing. Pictures from elsewhere are not loaded: their host would learn who looks.
pub(super) fn art(theme: ThemePreset, listing: &Listing) -> String {
    let own = listing
        .photos
        .iter()
        .find(|photo| server::page::own_path(photo).is_some());
    own.cloned().unwrap_or_else(|| {
        let name = Slug::from_name(listing.id.as_str());
        let name = name.as_ref().map_or("home", Slug::as_str);
        format!("/art/{theme}/homes/{}/{name}.svg", listing.property_type)
    })
}

/// `$1,250,000`.
pub(crate) fn price(listing: &Listing) -> String {
    Money::from_dollars(listing.price.dollars().into())
        .expect("four billion dollars fit")
        .to_string()
}
