//! The shape of `seeds/demo.json`: what the demo tenants are, know and went through, in times before now.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Span, SpanRelativeTo};
use serde::{Deserialize, Deserializer, de::Error as _};
use types::{
    CloseReason, Email, Feature, Hostname, LeadStatus, LeadType, OperatorRole, Plan, Role, Slug, Website,
    listings::ListingId,
};

/// Part of the binary, so that it can seed where no source is.
const TEXT: &str = include_str!("../../../../seeds/demo.json");

/// Everything the demo makes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Demo {
    pub(super) operators: Vec<SeedOperator>,
    pub(super) tenants: Vec<SeedTenant>,
}

impl Demo {
    pub(super) fn read() -> Self {
        serde_json::from_str(TEXT).expect("seeds/demo.json is read by a test before it is built in")
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedOperator {
    pub(super) email: Email,
    pub(super) name: String,
    pub(super) role: OperatorRole,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedTenant {
    pub(super) slug: Slug,
    pub(super) name: String,
    pub(super) hostname: Hostname,
    pub(super) plan: Plan,
    #[serde(default)]
    pub(super) features: Vec<Feature>,
    /// How long it has been there.
    pub(super) ago: Ago,
    pub(super) website: Website,
    /// By the name the stories below call them.
    pub(super) members: BTreeMap<String, SeedMember>,
    /// By the name the leads below call them.
    pub(super) contacts: BTreeMap<String, SeedContact>,
    pub(super) leads: Vec<SeedLead>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedMember {
    pub(super) email: Email,
    pub(super) name: String,
    pub(super) role: Role,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedContact {
    pub(super) name: Option<String>,
    pub(super) email: Option<Email>,
    pub(super) phone: Option<String>,
    pub(super) source: String,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) ago: Ago,
    /// What they did on the site, the first step first.
    #[serde(default)]
    pub(super) visits: Vec<Visit>,
}

/// Something that somebody did on the site.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Visit {
    pub(super) ago: Ago,
    #[serde(rename = "did")]
    pub(super) step: VisitStep,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum VisitStep {
    /// Looked at the listing of this key.
    Viewed(ListingId),
    /// Kept it.
    Saved(ListingId),
    /// Looked for this.
    Searched(String),
}

/// A lead and its story. Where it stands follows from the story, so the two cannot disagree.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedLead {
    pub(super) contact: String,
    #[serde(rename = "type")]
    pub(super) lead_type: LeadType,
    pub(super) source: String,
    pub(super) ago: Ago,
    pub(super) message: Option<String>,
    pub(super) timeframe: Option<String>,
    #[serde(default)]
    pub(super) property: SeedProperty,
    /// The least and the most they would pay or take, in dollars.
    pub(super) price: Option<(i64, i64)>,
    pub(super) assigned_to: Option<String>,
    pub(super) next: Option<SeedNext>,
    #[serde(default)]
    pub(super) tags: Vec<String>,
    #[serde(default)]
    pub(super) story: Vec<Step>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedProperty {
    pub(super) address: Option<String>,
    #[serde(rename = "type")]
    pub(super) property_type: Option<String>,
    pub(super) beds: Option<i64>,
    pub(super) baths: Option<f64>,
    pub(super) sqft: Option<i64>,
}

/// What somebody means to do next.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct SeedNext {
    #[serde(rename = "in")]
    pub(super) after: Ago,
    pub(super) note: String,
}

/// Something a member did.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Step {
    pub(super) ago: Ago,
    pub(super) by: String,
    #[serde(rename = "did")]
    pub(super) deed: Deed,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Deed {
    Note(String),
    Call(String),
    Text(String),
    Email(String),
    Appointment(String),
    Move(LeadStatus),
    /// The reason says whether it was won or lost.
    Close(CloseReason),
}

/// A stretch of time as people write it, such as `3d 4h`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ago(pub(super) SignedDuration);

impl<'de> Deserialize<'de> for Ago {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let span: Span = String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)?;
        // Nobody's wall clock is meant, so that a day is 24 hours also when the clocks change.
        span.to_duration(SpanRelativeTo::days_are_24_hours())
            .map(Self)
            .map_err(D::Error::custom)
    }
}
