//! A home as lists show it, with whose listing it is.

use types::{
    Money, Slug, ThemePreset,
    listings::{Listing, ListingId, ListingStatus},
};

/// A home, small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ListingCard {
    pub(crate) href: String,
    pub(crate) art: String,
    pub(crate) price: String,
    pub(crate) headline: String,
    pub(crate) place: String,
    pub(crate) facts: String,
    pub(crate) status: ListingStatus,
    pub(crate) kind: &'static str,
    /// The firm, in letters as large as the rest.
    pub(crate) firm: String,
    /// What must be said beside it, by whoever lists it.
    pub(crate) disclaimer: String,
    /// Names the home to the button that keeps it.
    pub(crate) id: ListingId,
    /// The button, where a list has one.
    pub(crate) button: Option<SaveButton>,
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
        let (address, attribution) = (&listing.address, &listing.attribution);
        let contact = attribution.contact.as_ref();
        Self {
            href: format!("/listings/{}", listing.id),
            art: art(theme, listing),
            price: price(listing),
            headline: listing.headline(),
            place: format!("{}, {} {}", address.city, address.state, address.zip),
            facts: listing.facts(),
            status: listing.status,
            kind: listing.property_type.label(),
            firm: contact.map_or_else(
                || attribution.office.clone(),
                |contact| format!("{}, {}", attribution.office, contact.replace(' ', "\u{a0}")),
            ),
            disclaimer: attribution.disclaimer.clone(),
            id: listing.id.clone(),
            button: None,
        }
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

    /// Whether it is still to be had.
    pub(crate) fn is_active(&self) -> bool {
        self.status == ListingStatus::Active
    }
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
