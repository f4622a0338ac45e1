//! What visitors ask for: to be contacted, to know what their home is worth.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{
    behaviour::Actor,
    payload::{Address, Id, Tag, Url, Word, payload},
};
use crate::{
    Email, Phone, Region, Suspicion,
    phone::PhoneText,
    property::{Baths, Beds, PropertyType, Sqft},
    text::{Private, Text, TextError},
    valuation::Home,
};

payload! {
    /// A visitor asked to be contacted.
    pub struct LeadSubmitted {
        /// Which form: `contact`, `listing-inquiry`, `home-value`, ….
        source: Word,
        /// Who to contact.
        contact: LeadContact,
    } optional {
        /// When they mean to move.
        timeframe: Word,
        /// What they wrote.
        message: Private<Text<4_000>>,
        /// The home they ask about.
        listing: ListingRef,
        /// The home they own.
        property_details: PropertyDetails,
        /// What they allowed.
        consent: Consent,
        /// How they found the site.
        attribution: Attribution,
        /// With which browser.
        actor: Actor,
        /// What speaks against its form.
        suspicion: Suspicion,
    }
}

payload! {
    /// Who left a lead: always reachable two ways.
    pub struct LeadContact {
        /// Their address.
        email: Email,
        /// Their number, as typed.
        phone: PhoneText,
    } optional {
        /// Their name.
        name: Private<Text<200>>,
    }
}

payload! {
    /// The listing a lead asks about.
    pub struct ListingRef {} optional {
        /// Its id.
        id: Id,
        /// Its page.
        url: Url,
        /// Where it stands.
        address: Address,
    }
}

payload! {
    /// The home a visitor owns.
    pub struct PropertyDetails {
        /// House, condominium or more.
        property_type: PropertyType,
        /// Bedrooms.
        beds: Beds,
        /// Bathrooms.
        baths: Baths,
    } optional {
        /// Living space.
        sqft: Sqft,
        /// Where it stands.
        address: Private<Address>,
    }
}

payload! {
    /// What a visitor allowed, with the words they read: the proof when someone asks.
    pub struct Consent {
        /// May be called and texted for marketing.
        #[serde(default)]
        marketing_calls: bool,
        /// May be written to for marketing.
        #[serde(default)]
        marketing_email: bool,
    } optional {
        /// The exact words beside the boxes.
        text: Text<4_000>,
        /// Which edition of those words.
        version: Word,
        /// When they agreed.
        agreed_at: Timestamp,
        /// From which network address.
        ip_address: Private<Word>,
        /// With which browser.
        user_agent: Private<Text<512>>,
        /// On which page.
        url: Url,
    }
}

impl Consent {
    /// What was allowed, without the circumstances; none when nothing was.
    pub(super) fn ticks(&self) -> Option<Self> {
        let ticks = Self {
            marketing_calls: self.marketing_calls,
            marketing_email: self.marketing_email,
            text: None,
            version: None,
            agreed_at: None,
            ip_address: None,
            user_agent: None,
            url: None,
        };
        (ticks.marketing_calls || ticks.marketing_email).then_some(ticks)
    }
}

payload! {
    /// How a visitor found the site: the visit that brought them first, and the one that made them write.
    pub struct Attribution {} optional {
        /// The first visit.
        #[serde(alias = "firstTouch")]
        first: Touch,
        /// The latest visit.
        #[serde(alias = "lastTouch")]
        last: Touch,
    }
}

payload! {
    /// What led to a visit. The `utm_` names are those of the query string, where everybody knows them from.
    pub struct Touch {} optional {
        /// Who sent them.
        #[serde(rename = "utm_source", alias = "utmSource")]
        utm_source: Tag,
        /// By what means, in the link's words.
        #[serde(rename = "utm_medium", alias = "utmMedium")]
        utm_medium: Tag,
        /// In which campaign.
        #[serde(rename = "utm_campaign", alias = "utmCampaign")]
        utm_campaign: Tag,
        /// For which search words.
        #[serde(rename = "utm_term", alias = "utmTerm")]
        utm_term: Tag,
        /// By which of several advertisements.
        #[serde(rename = "utm_content", alias = "utmContent")]
        utm_content: Tag,
        /// Whether they clicked an advertisement of Google's. Which click it was is not kept: it names a person.
        gclid: Presence,
        /// Whether they clicked something at Facebook.
        fbclid: Presence,
        /// Whether they clicked an advertisement of Microsoft's.
        msclkid: Presence,
        /// By what means: one of [`Medium`](crate::Medium) from our own sites, any word from programs.
        medium: Tag,
        /// From which site.
        referrer: Url,
        /// On which page they arrived.
        landing_path: Url,
    }
}

/// That something was there, whatever it said. Only `false` says that it was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Presence(bool);

impl<'de> Deserialize<'de> for Presence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let said = serde_json::Value::deserialize(deserializer)?;
        Ok(Self(said != false))
    }
}

payload! {
    /// A visitor asked what a home is worth.
    pub struct ValuationRequested {
        /// Where it stands.
        address: HomeAddress,
        /// House, condominium or more.
        property_type: PropertyType,
        /// Bedrooms.
        beds: Beds,
        /// Bathrooms.
        baths: Baths,
    } optional {
        /// Living space.
        sqft: Sqft,
        /// Who to tell, if they said.
        contact: ValuationContact,
        /// When they mean to sell.
        timeframe: Word,
        /// What they allowed.
        consent: Consent,
        /// How they found the site.
        attribution: Attribution,
        /// With which browser.
        actor: Actor,
        /// What speaks against its form.
        suspicion: Suspicion,
        /// The key of the request that it corrects: one way through the form, whose facts were changed at its end.
        corrects: Word,
    }
}

impl ValuationRequested {
    /// What the valuation rule looks at.
    pub const fn home(&self) -> Home {
        Home {
            property_type: self.property_type,
            beds: self.beds,
            baths: self.baths,
            sqft: self.sqft,
        }
    }
}

payload! {
    /// Who asked for a valuation, as far as they said.
    pub struct ValuationContact {} optional {
        /// Their name.
        name: Private<Text<200>>,
        /// Their address.
        email: Email,
        /// Their number, as typed: it may be short, the valuation is answered all the same.
        phone: Private<Word>,
    }
}

/// Digits without which nobody can be rung, the area code left out.
const LEAST_DIGITS: usize = 7;

impl ValuationContact {
    /// The number, if somebody can be rung at it.
    pub fn number(&self) -> Option<Phone> {
        let typed = self.phone.as_ref()?;
        let digits = typed.chars().filter(char::is_ascii_digit).count();
        (digits >= LEAST_DIGITS).then(|| Phone::parse(typed, Region::US).ok())?
    }

    /// Whether an answer can go to anybody.
    pub fn is_reachable(&self) -> bool {
        self.email.is_some() || self.number().is_some()
    }
}

/// Where the home to be valued stands: at least five characters, as no address is shorter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct HomeAddress(Private<Address>);

/// What is wrong with the address of a home. Reads as the end of "this address …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HomeAddressError {
    /// Not five characters.
    #[error("must be at least 5 characters")]
    TooShort,
    /// Nothing, or an essay.
    #[error(transparent)]
    Text(#[from] TextError),
}

impl HomeAddress {
    /// The address.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for HomeAddress {
    type Err = HomeAddressError;

    fn from_str(text: &str) -> Result<Self, HomeAddressError> {
        let address = Address::parse(text)?;
        if address.chars().count() < 5 {
            return Err(HomeAddressError::TooShort);
        }
        Ok(Self(Private(address)))
    }
}

impl<'de> Deserialize<'de> for HomeAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
