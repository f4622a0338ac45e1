//! What is counted or measured about a place, each with its source and its day: the data of a page's modules.

mod income;
mod taxes;
mod walking;

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

pub use income::{HouseholdIncome, HouseholdIncomeError};
pub use taxes::{MillRate, MillRateError, Taxes};
pub use walking::{WalkLabel, WalkScore};

use crate::{ModuleKey, Slug, text_enum::text_enum};

/// A town, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The town.
    pub town: Slug,
    /// The part; the whole town when absent.
    pub neighborhood: Option<Slug>,
}

/// Where a number comes from, and how old it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Source {
    /// Who counted, as a footnote names them.
    pub name: String,
    /// Where one can look it up.
    pub url: Option<String>,
    /// The day it was true.
    pub as_of: Date,
}

/// What a module knows of a place, as it lies in the database: which words `content` has, the module says.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Whose data it is.
    pub module: ModuleKey,
    /// What is known.
    pub content: serde_json::Value,
    /// Where it comes from.
    pub source: Source,
    /// When we last asked for it.
    pub fetched_at: Timestamp,
}

/// Who lives there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AtAGlance {
    /// People.
    pub population: i64,
    /// Years.
    pub median_age: f64,
    /// What half of the households have more than.
    pub median_household_income: HouseholdIncome,
}

text_enum! {
    /// How old the pupils are.
    pub enum SchoolLevel {
        /// The first years.
        Elementary = "elementary",
        /// The years between.
        Middle = "middle",
        /// The last years.
        High = "high",
    }
}

impl SchoolLevel {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Elementary => "Elementary",
            Self::Middle => "Middle",
            Self::High => "High",
        }
    }
}

/// The public schools.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Schools {
    /// The district that runs them.
    pub district: String,
    /// How many there are of each level.
    pub levels: Vec<SchoolsOfLevel>,
}

/// The public schools of one level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchoolsOfLevel {
    /// Which.
    pub level: SchoolLevel,
    /// The grades they teach: "K–5".
    pub grades: String,
    /// How many there are.
    pub count: i64,
}

/// Where people go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PointsOfInterest {
    /// The places, those one should know first in front.
    pub places: Vec<PointOfInterest>,
}

/// A place one goes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PointOfInterest {
    /// What it is called.
    pub name: String,
    /// What it is: "Station", "Beach".
    pub kind: String,
    /// What to know about it.
    pub note: Option<String>,
}

#[cfg(test)]
mod tests;
