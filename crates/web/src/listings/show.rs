//! `/listings/{id}`: one home, with whose listing it is beside the price, and a form to ask about it.
//!
//! A home that is sold keeps its page, for people who come back for it, and says 410 to search engines. One that was
//! taken off has none. Why so, says `docs/adr/0020`.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::facts;
use jiff::tz::TimeZone;
use serde_json::{Value, json};
use server::{Failure, FieldErrors, Filled, Path, Submitted, page};
use types::{
    EventType, ModuleKey, PageRequest,
    facts::Place,
    listings::{Listing, ListingAddress, ListingId, ListingSearch, ListingStatus},
};

use super::card::{COMING, ListingCard, SaveButton, Updated, art, price};
use crate::{
    app::App,
    contact,
    saved::SavedHomes,
    site::{Frame, Markup, Structured, day},
    social::{Announced, Picture},
    visitor::Visitor,
};

/// A row of cards.
const SIMILAR: PageRequest = PageRequest::new(3, 0);

#[derive(Template)]
#[template(path = "listings/show.html")]
struct Show {
    frame: Frame,
    listing: Listing,
    /// In whose days and hours times are told.
    zone: TimeZone,
    updated: Updated,
    /// The day from which it will be offered, if that is to come.
    coming: Option<String>,
    /// The town's page, if there is one.
    town: Option<String>,
    /// Whether that says what the town takes in taxes.
    has_taxes: bool,
    form: Filled,
    token: String,
    button: SaveButton,
    /// What is still for sale near one that is not.
    similar: Vec<ListingCard>,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    mut frame: Frame,
    saved: SavedHomes,
    Path(id): Path<ListingId>,
) -> Result<Response, Failure> {
    let Some(listing) = app.listings.find(&visitor.site.scope, &id).await? else {
        return Err(match app.listings.is_gone(&visitor.site.scope, &id).await? {
            true => Failure::Gone,
            false => Failure::NotFound,
        });
    };
    let (status, similar) = match listing.status {
        ListingStatus::Sold => (StatusCode::GONE, similar(&app, &visitor, &frame, &listing).await?),
        ListingStatus::Active | ListingStatus::Pending => (StatusCode::OK, Vec::new()),
    };
    let now = app.clock.now();
    frame.is_indexed &= status == StatusCode::OK;
    let href = listing.town().map(|slug| format!("/towns/{slug}"));
    let known = |href: &String| frame.brand.towns.iter().any(|town| town.href == *href);
    let town = href.filter(known);
    let has_taxes = town.is_some() && has_taxes(&app, &visitor, &listing).await?;
    let asked_about = Submitted::default()
        .with("source", "listing-inquiry")
        .with("listingId", listing.id.as_str())
        .with("listingAddress", one_line(&listing))
        .with("listingUrl", frame.canonical.as_str());
    let page = Show {
        town,
        has_taxes,
        form: Filled::new(asked_about, FieldErrors::default()),
        token: contact::token(&app, &visitor),
        button: SaveButton {
            is_saved: saved.has(&listing.id),
            back: format!("/listings/{}", listing.id),
            gesture: app.ids.new_id().to_string(),
        },
        similar,
        coming: listing.coming_on(&visitor.site.zone, now).map(day),
        updated: Updated::of(&listing, (&visitor.site.zone, now)),
        zone: visitor.site.zone.clone(),
        frame,
        listing,
    };
    page::with_status(status, &page)
}

/// Whether the page of its town says what that takes in taxes.
async fn has_taxes(app: &App, visitor: &Visitor, listing: &Listing) -> Result<bool, Failure> {
    let scope = &visitor.site.scope;
    let Some(town) = listing.town() else {
        return Ok(false);
    };
    if !app.switches.is_on(scope, ModuleKey::Taxes).await? {
        return Ok(false);
    }
    let place = Place {
        town,
        neighborhood: None,
    };
    let mut tx = app.db.read(scope).await?;
    let known = facts::find(&mut tx, scope, &place, ModuleKey::Taxes).await?;
    Ok(known.is_some())
}

/// The newest homes for sale in the same town.
async fn similar(
    app: &App,
    visitor: &Visitor,
    frame: &Frame,
    listing: &Listing,
) -> anyhow::Result<Vec<ListingCard>> {
    let Some(town) = listing.town() else {
        return Ok(Vec::new());
    };
    let search = ListingSearch {
        towns: vec![town],
        statuses: vec![ListingStatus::Active],
        ..ListingSearch::default()
    };
    let found = app.listings.some(&visitor.site.scope, &search, SIMILAR).await?;
    let times = (&visitor.site.zone, app.clock.now());
    let cards = found
        .iter()
        .map(|home| ListingCard::of(frame.art_theme(), home).with_times(home, times));
    Ok(cards.collect())
}

/// A home as an event tells of it.
pub(crate) fn as_seen(listing: &Listing) -> Value {
    let address = &listing.address;
    json!({
        "id": listing.id, "address": address.street, "city": address.city, "state": address.state,
        "zip": address.zip, "propertyType": listing.property_type, "price": listing.price,
        "beds": listing.beds, "baths": listing.baths, "sqft": listing.sqft,
    })
}

/// As schema.org has it.
const fn availability(status: ListingStatus) -> &'static str {
    match status {
        ListingStatus::Active => "https://schema.org/InStock",
        ListingStatus::Pending => "https://schema.org/LimitedAvailability",
        ListingStatus::Sold => "https://schema.org/SoldOut",
    }
}

/// The same of where it lies, without a street that is not to be shown.
fn postal(address: &ListingAddress) -> Value {
    let mut postal = json!({
        "@type": "PostalAddress", "addressLocality": address.city, "addressRegion": address.state,
        "postalCode": address.zip,
    });
    if let Some(street) = &address.street {
        postal["streetAddress"] = json!(street);
    }
    postal
}

/// What the form asks that stands below a home.
pub(crate) const fn ask_heading(listing: &Listing) -> &'static str {
    match listing.status {
        ListingStatus::Sold => "This one is sold. Tell us what you liked about it.",
        ListingStatus::Active | ListingStatus::Pending => "Would you like to see it?",
    }
}

/// As many characters of a home's line a lead takes: fewer than the longest street, city and state together.
const LONGEST_LINE: usize = 300;

/// One line that names the home to who answers.
pub(crate) fn one_line(listing: &Listing) -> String {
    let address = &listing.address;
    let line = format!(
        "{}, {}, {} {}",
        listing.headline(),
        address.city,
        address.state,
        address.zip
    );
    line.chars().take(LONGEST_LINE).collect()
}

impl Show {
    fn art(&self) -> String {
        art(self.frame.art_theme(), &self.listing)
    }

    /// What it is announced with where it is shared.
    fn picture(&self) -> Announced {
        Picture::of_listing(&self.listing).announced(&self.frame, "listing", self.listing.id.as_str())
    }

    fn price(&self) -> String {
        price(&self.listing)
    }

    fn address(&self) -> String {
        one_line(&self.listing)
    }

    fn ask_heading(&self) -> &'static str {
        ask_heading(&self.listing)
    }

    fn description(&self) -> String {
        let (listing, kind) = (&self.listing, self.listing.property_type.label());
        format!(
            "{kind}, {}, {}. {}",
            self.price(),
            listing.facts(),
            listing.address.city
        )
    }

    fn is_sold(&self) -> bool {
        self.listing.status == ListingStatus::Sold
    }

    /// `For sale`, or what people say of it before.
    const fn standing(&self) -> &'static str {
        match self.coming {
            Some(_) => COMING,
            None => self.listing.status.label(),
        }
    }

    fn listed(&self) -> String {
        day(self.listing.listed_on(&self.zone))
    }

    fn sold(&self) -> Option<String> {
        self.listing
            .sold_on(&self.zone)
            .filter(|_| self.is_sold())
            .map(day)
    }

    /// The price that calculators begin with.
    fn dollars(&self) -> u32 {
        self.listing.price.dollars()
    }

    /// What the site's script tells of this visit.
    fn behaviour(&self) -> Markup {
        Markup::of_json(&json!({
            "eventType": EventType::ListingViewed,
            "payload": { "source": "listing", "listing": as_seen(&self.listing) },
        }))
    }

    fn structured(&self) -> Markup {
        let listing = &self.listing;
        let path = format!("/listings/{}", listing.id);
        Structured::of(&self.frame)
            .breadcrumbs(&[("Search", "/home-search"), (&listing.headline(), &path)])
            .with(json!({
                "@type": "RealEstateListing", "name": self.address(), "url": self.frame.canonical,
                "datePosted": listing.listed_at, "description": listing.description,
                "offers": {
                    "@type": "Offer", "price": listing.price, "priceCurrency": "USD",
                    "availability": availability(listing.status),
                },
                "contentLocation": { "@type": "Place", "address": postal(&listing.address) },
            }))
            .finish()
    }
}
