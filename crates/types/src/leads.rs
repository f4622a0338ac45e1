//! Leads: somebody's wish to buy, sell or know, and where it stands.

use jiff::Timestamp;

use crate::{ContactId, LeadId, Money, PersonId, text_enum::text_enum};

/// Tags on one record, at most: more than anybody reads.
pub const MOST_TAGS: usize = 50;

text_enum! {
    /// Where a lead stands.
    pub enum LeadStatus {
        /// Nobody answered yet.
        New = "new",
        /// Worth the time.
        Qualified = "qualified",
        /// Not yet.
        Nurturing = "nurturing",
        /// Done, with us.
        Won = "won",
        /// Done, without us.
        Lost = "lost",
    }
}

impl LeadStatus {
    /// Whether the lead is over, for good or ill.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Won | Self::Lost)
    }

    /// The status as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Qualified => "Qualified",
            Self::Nurturing => "Nurturing",
            Self::Won => "Won",
            Self::Lost => "Lost",
        }
    }
}

text_enum! {
    /// What the lead is about.
    pub enum LeadType {
        /// A form on the site.
        WebsiteLead = "website_lead",
        /// A valuation asked for on the site.
        ValuationRequest = "valuation_request",
        /// Wants to buy.
        Buyer = "buyer",
        /// Wants to sell.
        Seller = "seller",
        /// Wants returns.
        Investor = "investor",
        /// Wants to rent.
        Renter = "renter",
        /// Something else.
        Other = "other",
    }
}

impl LeadType {
    /// Whether a member may open such a lead by hand; the others only arrive.
    pub const fn may_be_typed_in(self) -> bool {
        !matches!(self, Self::WebsiteLead | Self::ValuationRequest)
    }

    /// The type as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::WebsiteLead => "Website lead",
            Self::ValuationRequest => "Valuation request",
            Self::Buyer => "Buyer",
            Self::Seller => "Seller",
            Self::Investor => "Investor",
            Self::Renter => "Renter",
            Self::Other => "Other",
        }
    }
}

text_enum! {
    /// Why a lead ended.
    pub enum CloseReason {
        /// Won: they found their property.
        FoundProperty = "found_property",
        /// Won: the offer was the better one.
        CompetitiveOffer = "competitive_offer",
        /// Won: they liked the service.
        GreatService = "great_service",
        /// Won: the market was right.
        MarketTiming = "market_timing",
        /// Won: somebody recommended us.
        ReferralStrength = "referral_strength",
        /// Lost: to another agent.
        OtherAgent = "other_agent",
        /// Lost: they changed their mind.
        ChangedMind = "changed_mind",
        /// Lost: the money did not come.
        Financing = "financing",
        /// Lost: nothing suited.
        NoPropertyFound = "no_property_found",
        /// Lost: too dear.
        PricedOut = "priced_out",
        /// Lost: the wrong time.
        Timing = "timing",
        /// Lost: they moved away.
        Relocated = "relocated",
    }
}

impl CloseReason {
    /// The reason as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FoundProperty => "Found property",
            Self::CompetitiveOffer => "Competitive offer",
            Self::GreatService => "Great service",
            Self::MarketTiming => "Market timing",
            Self::ReferralStrength => "Referral strength",
            Self::OtherAgent => "Other agent",
            Self::ChangedMind => "Changed mind",
            Self::Financing => "Financing",
            Self::NoPropertyFound => "No property found",
            Self::PricedOut => "Priced out",
            Self::Timing => "Timing",
            Self::Relocated => "Relocated",
        }
    }

    /// The status this is a reason for.
    pub const fn status(self) -> LeadStatus {
        match self {
            Self::FoundProperty
            | Self::CompetitiveOffer
            | Self::GreatService
            | Self::MarketTiming
            | Self::ReferralStrength => LeadStatus::Won,
            Self::OtherAgent
            | Self::ChangedMind
            | Self::Financing
            | Self::NoPropertyFound
            | Self::PricedOut
            | Self::Timing
            | Self::Relocated => LeadStatus::Lost,
        }
    }
}

/// The home a lead is about, as far as it is known.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LeadProperty {
    /// The listing on the tenant's site.
    pub listing_id: Option<String>,
    /// Its page.
    pub listing_url: Option<String>,
    /// Its address, or the one to be valued.
    pub listing_address: Option<String>,
    /// What kind of home, in the word of the form it came from.
    pub property_type: Option<String>,
    /// Bedrooms.
    pub beds: Option<i64>,
    /// Bathrooms; halves are real.
    pub baths: Option<f64>,
    /// Square feet inside.
    pub sqft: Option<i64>,
    /// The least they would pay or take.
    pub price_min: Option<Money>,
    /// The most.
    pub price_max: Option<Money>,
}

/// A page of ours or of another site. What else looks like an address may run when somebody presses on it.
pub fn is_of_the_web(url: &str) -> bool {
    let begins = |with: &str| {
        url.get(..with.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(with))
    };
    begins("https://") || begins("http://") || (begins("/") && !begins("//"))
}

/// Somebody's wish to buy, sell or know.
#[derive(Debug, Clone, PartialEq)]
pub struct Lead {
    /// Names the lead within its tenant.
    pub id: LeadId,
    /// Whose wish it is, when they said.
    pub contact_id: Option<ContactId>,
    /// Where it stands.
    pub status: LeadStatus,
    /// What it is about.
    pub lead_type: LeadType,
    /// Which form, list or person it came from.
    pub source: String,
    /// When they want it, in their words.
    pub timeframe: Option<String>,
    /// What they wrote, and what the tenant added.
    pub notes: Option<String>,
    /// The home it is about.
    pub property: LeadProperty,
    /// Whose lead it is.
    pub assigned_to: Option<PersonId>,
    /// When somebody should do something.
    pub next_action_at: Option<Timestamp>,
    /// What they should do.
    pub next_action_note: Option<String>,
    /// When a person of the tenant last reached out.
    pub last_contact_at: Option<Timestamp>,
    /// Why it ended.
    pub close_reason: Option<CloseReason>,
    /// Words the tenant put on it.
    pub tags: Vec<String>,
    /// Counts the changes, from 1: the lead's `ETag`.
    pub version: i64,
    /// When it came.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

impl Lead {
    /// A new lead that says nothing yet but what it is about and where it came from.
    pub fn new(id: LeadId, lead_type: LeadType, source: impl Into<String>, at: Timestamp) -> Self {
        Self {
            id,
            contact_id: None,
            status: LeadStatus::New,
            lead_type,
            source: source.into(),
            timeframe: None,
            notes: None,
            property: LeadProperty::default(),
            assigned_to: None,
            next_action_at: None,
            next_action_note: None,
            last_contact_at: None,
            close_reason: None,
            tags: Vec::new(),
            version: 1,
            created_at: at,
            updated_at: at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_close_reason_closes() {
        assert!(CloseReason::ALL.iter().all(|reason| reason.status().is_closed()));
    }

    #[test]
    fn a_status_no_one_knows_is_told_the_known_ones() {
        let refused = "archived".parse::<LeadStatus>().unwrap_err();

        assert_eq!(
            refused.to_string(),
            "must be one of new, qualified, nurturing, won, lost"
        );
    }
}
