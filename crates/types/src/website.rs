//! A tenant's site: what it is called, who answers, how it looks, which modules it shows.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    text_enum::text_enum,
    theme::{Colour, OwnLook, Theme},
};

text_enum! {
    /// A block of a town's page that a tenant switches on and orders.
    pub enum ModuleKey {
        /// Population, age, income.
        AtAGlance = "at_a_glance",
        /// Schools.
        Schools = "schools",
        /// Property taxes.
        Taxes = "taxes",
        /// How walkable it is.
        WalkScore = "walk_score",
        /// Places nearby.
        PointsOfInterest = "points_of_interest",
        /// Homes for sale.
        Listings = "listings",
    }
}

impl ModuleKey {
    /// How many days what was asked for is as good as new.
    pub const fn fresh_for_days(self) -> i64 {
        match self {
            Self::AtAGlance | Self::Schools | Self::Taxes => 90,
            Self::WalkScore => 30,
            Self::PointsOfInterest => 14,
            Self::Listings => 1,
        }
    }
}

text_enum! {
    /// A palette and a drawing that go together.
    pub enum ThemePreset {
        /// Ivory paper, forest green, brass.
        IvoryForest = "ivory-forest",
        /// Slate water, indigo, copper.
        Harbour = "harbour",
        /// Chalk, oxblood, old gold.
        Brownstone = "brownstone",
        /// White walls, black frames, gilt.
        Gallery = "gallery",
    }
}

/// Where letters reach a business.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct PostalAddress {
    /// House and street, and the floor.
    pub street: String,
    /// The town.
    pub city: String,
    /// The state, in two letters.
    pub state: String,
    /// The ZIP code.
    pub zip: String,
}

impl PostalAddress {
    /// Its parts, by the names they have in JSON.
    pub fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("street", &self.street),
            ("city", &self.city),
            ("state", &self.state),
            ("zip", &self.zip),
        ]
    }

    /// Whether nothing of it was written.
    pub fn is_blank(&self) -> bool {
        self.parts().iter().all(|(_, text)| text.trim().is_empty())
    }

    /// `Westport, CT 06880`.
    pub fn place(&self) -> String {
        format!("{}, {} {}", self.city, self.state, self.zip)
    }
}

/// On one line.
impl fmt::Display for PostalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.street, self.place())
    }
}

/// What a tenant's site says about itself. Every field but the draft is shown to visitors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Website {
    /// How it looks.
    pub theme: ThemePreset,
    /// The colour of its links and buttons by day, instead of the theme's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// What else of its look is its own.
    #[serde(default, skip_serializing_if = "OwnLook::is_none")]
    pub look: OwnLook,
    /// How it may look one day: no visitor sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_theme: Option<Theme>,
    /// The line over the picture.
    pub headline: String,
    /// The sentence below it.
    pub tagline: String,
    /// Two or three paragraphs about the business.
    pub about: String,
    /// Who answers.
    pub agent_name: String,
    /// What they are, such as "Licensed real estate salesperson".
    pub agent_title: String,
    /// The number to ring, as people there write it.
    pub phone: String,
    /// The address to write to.
    pub email: String,
    /// The brokerage, as the state wants it named.
    pub brokerage: String,
    /// The licence, as the state wants it shown.
    pub license: String,
    /// The towns the business works in, as people call them.
    pub areas: Vec<String>,
    /// By when a message is answered, as the end of "we answer …".
    pub response_promise: String,
    /// Where letters reach the brokerage: messages about homes must say so.
    #[serde(default, skip_serializing_if = "PostalAddress::is_blank")]
    pub postal_address: PostalAddress,
    /// Whether visitors are asked before anything of their visit is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks_first: bool,
}

impl Website {
    /// How visitors see it.
    pub fn worn(&self) -> Theme {
        Theme {
            preset: self.theme,
            accent: self.accent,
            look: self.look.clone(),
        }
    }

    /// Has visitors see it so.
    pub fn wear(&mut self, theme: Theme) {
        self.theme = theme.preset;
        self.accent = theme.accent;
        self.look = theme.look;
    }
}

/// A module as a tenant has set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WebsiteModule {
    /// Which.
    pub key: ModuleKey,
    /// Whether it is shown, given data.
    pub enabled: bool,
    /// Its place, from 0.
    pub sort_order: i64,
}
