//! The places a tenant works in, in its own words. What is counted or measured about them is in [`crate::facts`].

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::QuestionAndAnswer;
use crate::{Slug, text_enum::text_enum};

text_enum! {
    /// What the drawing of a place shows.
    pub enum Scene {
        /// Open water, a beach, a far coast.
        Shore = "shore",
        /// Boats at anchor below houses.
        Harbor = "harbor",
        /// Water between wooded banks.
        River = "river",
        /// Woods and hills, a few roofs.
        Hills = "hills",
        /// A main street with a steeple.
        Village = "village",
        /// Towers.
        City = "city",
    }
}

/// A point on the map.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Coordinates {
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lng: f64,
}

/// A town.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Town {
    /// Its name in addresses.
    pub slug: Slug,
    /// As people call it.
    pub name: String,
    /// The county it lies in.
    pub county: String,
    /// The state, in two letters.
    pub state: String,
    /// Its middle.
    pub center: Coordinates,
    /// What its drawing shows.
    pub scene: Scene,
    /// What the drawing says to who does not see it.
    pub image_alt: String,
    /// One factual sentence.
    pub overview_short: String,
    /// What it is, in Markdown.
    pub overview_long: String,
    /// What a week there is like, in Markdown.
    pub lifestyle: String,
    /// What homes there are and what moves their prices, in Markdown.
    pub market_notes: String,
    /// A few things to know first.
    #[serde(default)]
    pub highlights: Vec<String>,
    /// What people ask about it.
    #[serde(default)]
    pub faqs: Vec<QuestionAndAnswer>,
    /// Towns that who likes this one may like, the nearest in kind first.
    #[serde(default)]
    pub similar: Vec<Slug>,
    /// The title in search engines, when not its name.
    pub seo_title: Option<String>,
    /// The description in search engines, when not the factual sentence.
    pub seo_description: Option<String>,
    /// The day somebody last read all of this with a critical eye.
    pub last_reviewed_on: Date,
}

/// A part of a town.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Neighborhood {
    /// Its name in addresses, within its town.
    pub slug: Slug,
    /// The town it is part of.
    pub town: Slug,
    /// As people call it.
    pub name: String,
    /// Its middle.
    pub center: Coordinates,
    /// What its drawing shows.
    pub scene: Scene,
    /// One factual sentence.
    pub overview_short: String,
    /// What it is, in Markdown.
    pub description: String,
    /// What stands there, in Markdown.
    pub housing_characteristics: String,
    /// How one gets there and away, in Markdown.
    pub location_access: String,
    /// What people ask about it.
    #[serde(default)]
    pub faqs: Vec<QuestionAndAnswer>,
    /// The day somebody last read all of this with a critical eye.
    pub last_reviewed_on: Date,
}
