//! Website events, version 1: the wire contract between a website and the CRM.
//!
//! `web` writes them, the queue keeps them as text, the worker reads them back. Envelope and payload are read in two
//! steps, because they fail differently: an envelope nobody understands never will be, a payload may only be newer
//! than the worker that meets it.

mod behaviour;
mod optional;
mod payload;
mod reading;
mod requests;

use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer};

pub use behaviour::{Actor, FiltersJson, ListingBehaviour, SearchContext, SearchPerformed, ViewedListing};
pub use reading::{InvalidPayload, ParseError};
pub use requests::{
    Attribution, Consent, HomeAddress, HomeAddressError, LeadContact, LeadSubmitted, ListingRef, Presence,
    PropertyDetails, Touch, ValuationContact, ValuationRequested,
};

use crate::{EventKey, Hostname, Slug, Suspicion, TenantId, text::Text, text_enum::text_enum};

text_enum! {
    /// What happened on a website.
    pub enum EventType {
        /// A visitor asked to be contacted.
        LeadSubmitted = "website.lead.submitted",
        /// A visitor asked what a home is worth.
        ValuationRequested = "website.valuation.requested",
        /// A visitor searched for homes.
        SearchPerformed = "website.search.performed",
        /// A visitor looked at a home.
        ListingViewed = "website.listing.viewed",
        /// A visitor marked a home.
        ListingFavorited = "website.listing.favorited",
        /// A visitor took the mark away.
        ListingUnfavorited = "website.listing.unfavorited",
    }
}

impl EventType {
    /// Whether this is something a visitor does, rather than asks for: what `/api/website-events` takes.
    pub const fn is_behaviour(self) -> bool {
        match self {
            Self::LeadSubmitted | Self::ValuationRequested => false,
            Self::SearchPerformed
            | Self::ListingViewed
            | Self::ListingFavorited
            | Self::ListingUnfavorited => true,
        }
    }
}

/// One thing that happened on a tenant's website.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebsiteEvent {
    /// When, by the clock of `web`.
    pub occurred_at: Timestamp,
    /// On whose website.
    pub tenant: EventTenant,
    /// What.
    pub payload: Payload,
}

/// The tenant an event belongs to, as it was when the event happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventTenant {
    /// Whose it is: the only one that decides.
    pub tenant_id: TenantId,
    /// Its slug, for people.
    pub tenant_slug: Slug,
    /// The host the visitor used.
    pub tenant_domain: Hostname,
}

/// What happened, by type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// A visitor asked to be contacted.
    LeadSubmitted(Box<LeadSubmitted>),
    /// A visitor asked what a home is worth.
    ValuationRequested(Box<ValuationRequested>),
    /// A visitor searched for homes.
    SearchPerformed(Box<SearchPerformed>),
    /// A visitor looked at a home.
    ListingViewed(Box<ListingBehaviour>),
    /// A visitor marked a home.
    ListingFavorited(Box<ListingBehaviour>),
    /// A visitor took the mark away.
    ListingUnfavorited(Box<ListingBehaviour>),
}

impl Payload {
    /// The type this payload belongs to.
    pub const fn event_type(&self) -> EventType {
        match self {
            Self::LeadSubmitted(_) => EventType::LeadSubmitted,
            Self::ValuationRequested(_) => EventType::ValuationRequested,
            Self::SearchPerformed(_) => EventType::SearchPerformed,
            Self::ListingViewed(_) => EventType::ListingViewed,
            Self::ListingFavorited(_) => EventType::ListingFavorited,
            Self::ListingUnfavorited(_) => EventType::ListingUnfavorited,
        }
    }

    /// Who did it, as far as the event says.
    pub const fn actor_mut(&mut self) -> &mut Option<Actor> {
        match self {
            Self::LeadSubmitted(lead) => &mut lead.actor,
            Self::ValuationRequested(valuation) => &mut valuation.actor,
            Self::SearchPerformed(search) => &mut search.actor,
            Self::ListingViewed(listing)
            | Self::ListingFavorited(listing)
            | Self::ListingUnfavorited(listing) => &mut listing.actor,
        }
    }
}

impl Payload {
    /// What speaks against its form; only what visitors ask for comes by one.
    pub const fn suspicion(&self) -> Option<&Suspicion> {
        match self {
            Self::LeadSubmitted(lead) => lead.suspicion.as_ref(),
            Self::ValuationRequested(valuation) => valuation.suspicion.as_ref(),
            Self::SearchPerformed(_)
            | Self::ListingViewed(_)
            | Self::ListingFavorited(_)
            | Self::ListingUnfavorited(_) => None,
        }
    }

    /// The same request with that said against it, or nothing.
    #[must_use]
    pub fn suspected(mut self, suspicion: Option<Suspicion>) -> Self {
        match &mut self {
            Self::LeadSubmitted(lead) => lead.suspicion = suspicion,
            Self::ValuationRequested(valuation) => valuation.suspicion = suspicion,
            Self::SearchPerformed(_)
            | Self::ListingViewed(_)
            | Self::ListingFavorited(_)
            | Self::ListingUnfavorited(_) => {}
        }
        self
    }

    /// The same request, known to correct the one of this key. Only what a home may be worth is asked again with other
    /// facts: a message with other words is another message.
    #[must_use]
    pub fn correcting(mut self, earlier: &EventKey) -> Self {
        if let Self::ValuationRequested(valuation) = &mut self {
            valuation.corrects = Text::parse(earlier.as_str()).ok();
        }
        self
    }

    /// What it says and allows, without when, whence and by whom it was said: the same when a person means the same.
    #[must_use]
    pub fn words(&self) -> Self {
        let mut words = self.clone().suspected(None);
        *words.actor_mut() = None;
        match &mut words {
            Self::LeadSubmitted(lead) => {
                lead.consent = lead.consent.as_ref().and_then(Consent::ticks);
                lead.attribution = None;
            }
            Self::ValuationRequested(valuation) => {
                valuation.consent = valuation.consent.as_ref().and_then(Consent::ticks);
                (valuation.attribution, valuation.corrects) = (None, None);
            }
            Self::SearchPerformed(_)
            | Self::ListingViewed(_)
            | Self::ListingFavorited(_)
            | Self::ListingUnfavorited(_) => {}
        }
        words
    }
}

/// The payload alone: its type stands in the envelope.
impl Serialize for Payload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::LeadSubmitted(lead) => lead.serialize(serializer),
            Self::ValuationRequested(valuation) => valuation.serialize(serializer),
            Self::SearchPerformed(search) => search.serialize(serializer),
            Self::ListingViewed(listing)
            | Self::ListingFavorited(listing)
            | Self::ListingUnfavorited(listing) => listing.serialize(serializer),
        }
    }
}

impl WebsiteEvent {
    /// The version of envelope and payloads this house writes and reads.
    pub const VERSION: u8 = 1;

    /// The event as the queue keeps it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("an event has only string keys and finite numbers")
    }
}

impl Serialize for WebsiteEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Envelope<'a> {
            event_type: EventType,
            version: u8,
            occurred_at: Timestamp,
            tenant: &'a EventTenant,
            payload: &'a Payload,
        }

        let Self {
            occurred_at,
            tenant,
            payload,
        } = self;
        let event_type = payload.event_type();
        Envelope {
            event_type,
            version: Self::VERSION,
            occurred_at: *occurred_at,
            tenant,
            payload,
        }
        .serialize(serializer)
    }
}

#[cfg(test)]
mod tests;
