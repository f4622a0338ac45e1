//! Which home a lead asks about: looked up among the tenant's own, not believed.
//!
//! What is said of a home ends up in the subject of a message to who answers. A form of ours asks about homes that this
//! site shows, so nothing else is kept of what it claims; its message stays. A program may ask about a home that only its
//! sender knows, as the contract has it, but not with a link in place of an address.

use types::{
    Sign,
    events::ListingRef,
    listings::{Listing, ListingId},
    text::Text,
};

use crate::{app::App, listings, site::form::Door, visitor::Visitor};

/// What is kept of the home that a lead names.
pub(crate) async fn named(
    app: &App,
    visitor: &Visitor,
    door: Door,
    claimed: Option<ListingRef>,
) -> anyhow::Result<Option<ListingRef>> {
    let Some(claimed) = claimed else {
        return Ok(None);
    };
    let id: Option<ListingId> = claimed.id.as_deref().and_then(|id| id.parse().ok());
    if let Some(id) = &id {
        if let Some(listing) = app.listings.find(&visitor.site.scope, id).await? {
            return Ok(Some(ours(visitor, &listing)));
        }
        if door == Door::Page && app.listings.is_gone(&visitor.site.scope, id).await? {
            return Ok(Some(only_id(id)));
        }
    }
    Ok(match door {
        Door::Page => None,
        Door::Api => without_links(claimed),
    })
}

/// The home that a form of ours asks about, if it is one of the tenant's.
pub(crate) async fn asked_about(app: &App, visitor: &Visitor, id: &str) -> anyhow::Result<Option<Listing>> {
    match id.parse() {
        Ok(id) => app.listings.find(&visitor.site.scope, &id).await,
        Err(_) => Ok(None),
    }
}

fn ours(visitor: &Visitor, listing: &Listing) -> ListingRef {
    ListingRef {
        url: Text::parse(&format!("{}/listings/{}", visitor.origin, listing.id)).ok(),
        address: Text::parse(&listings::one_line(listing)).ok(),
        ..only_id(&listing.id)
    }
}

fn only_id(id: &ListingId) -> ListingRef {
    ListingRef {
        id: Text::parse(id.as_str()).ok(),
        url: None,
        address: None,
    }
}

fn without_links(claimed: ListingRef) -> Option<ListingRef> {
    let has_none = |address: &Text<300>| Sign::of_links([address.as_str()]).is_none();
    let kept = ListingRef {
        address: claimed.address.filter(has_none),
        ..claimed
    };
    let says_something = kept.id.is_some() || kept.url.is_some() || kept.address.is_some();
    says_something.then_some(kept)
}
