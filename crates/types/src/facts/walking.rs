//! How much of a week is done on foot, from 0 to 100.

use serde::{Deserialize, Serialize};

use crate::text_enum::text_enum;

/// A score, as the module keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WalkScore {
    /// From 0 to 100; more is told as 100.
    pub score: u8,
}

text_enum! {
    /// What a score means.
    pub enum WalkLabel {
        /// From 90.
        WalkersParadise = "Walker's Paradise",
        /// From 70.
        VeryWalkable = "Very Walkable",
        /// From 50.
        SomewhatWalkable = "Somewhat Walkable",
        /// From 25.
        CarDependent = "Car-Dependent",
        /// Below 25.
        AlmostAllErrands = "Almost All Errands Require a Car",
    }
}

impl WalkScore {
    /// What the score means.
    pub const fn label(self) -> WalkLabel {
        match self.score {
            90.. => WalkLabel::WalkersParadise,
            70..90 => WalkLabel::VeryWalkable,
            50..70 => WalkLabel::SomewhatWalkable,
            25..50 => WalkLabel::CarDependent,
            ..25 => WalkLabel::AlmostAllErrands,
        }
    }
}
