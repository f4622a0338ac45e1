//! What a home is worth, roughly and at once: beside homes like it, or by the baseline rule.

mod comparables;
#[cfg(test)]
mod comparables_tests;
mod own;

use jiff::Timestamp;
use serde::Serialize;

pub use comparables::{Comparable, ENOUGH, OFF_ASKED, OFF_PENDING};
pub use own::is_at;

use crate::{
    listings::Listing,
    property::{Baths, Beds, PropertyType, Sqft},
    text_enum::text_enum,
};

/// What the rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Home {
    /// House, condominium or more.
    pub property_type: PropertyType,
    /// Bedrooms.
    pub beds: Beds,
    /// Bathrooms.
    pub baths: Baths,
    /// Living space, if the owner knows.
    pub sqft: Option<Sqft>,
}

/// The answer to an owner, in its wire form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Valuation {
    /// A range in whole dollars.
    Ok(Range),
    /// An agent must look at it.
    NeedsReview {
        /// Why.
        reason: ReviewReason,
    },
}

/// What a home may fetch, and how sure we are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Range {
    /// Whole dollars.
    pub low: u64,
    /// Whole dollars.
    pub high: u64,
    /// How sure we are.
    pub confidence: Confidence,
    /// How it was found.
    pub method: Method,
    /// The listings it was compared with, the likest first: none by the baseline rule, which looks at the home alone.
    pub comparables: Vec<Comparable>,
}

text_enum! {
    /// How sure a valuation is.
    pub enum Confidence {
        /// Many like it, and they agree.
        High = "high",
        /// From its size, or from few like it.
        Medium = "medium",
        /// From its rooms only, or from homes that disagree.
        Low = "low",
    }
}

text_enum! {
    /// How a valuation was found.
    pub enum Method {
        /// From what homes like it fetched.
        Comparables = "comparables",
        /// From the numbers of the home alone.
        Baseline = "baseline",
    }
}

text_enum! {
    /// Why no rule can value a home.
    pub enum ReviewReason {
        /// Valued by its rents, not its rooms.
        MultiFamily = "multi_family",
        /// More than ten beds or baths.
        ManyRooms = "many_rooms",
        /// Outside 500 to 10,000 square feet.
        UnusualSize = "unusual_size",
    }
}

impl Home {
    /// Values this home beside the listings of its town, or by its own numbers where too few are like it.
    pub fn estimate_beside(&self, listings: &[Listing], now: Timestamp) -> Valuation {
        match comparables::range(self, listings, now) {
            Some(range) if self.review_reason().is_none() => Valuation::Ok(range),
            _ => self.estimate(),
        }
    }

    /// Values this home by its own numbers.
    pub fn estimate(&self) -> Valuation {
        if let Some(reason) = self.review_reason() {
            return Valuation::NeedsReview { reason };
        }
        let base: u64 = if self.property_type == PropertyType::Condo {
            300_000
        } else {
            500_000
        };
        let value = base
            + 50_000 * u64::from(self.beds.get())
            + 30_000 * u64::from(self.baths.hundredths()) / 100
            + 200 * self.sqft.map_or(0, |sqft| u64::from(sqft.get()));
        // Without its size all we know is the number of rooms: twice the doubt.
        let (percent, confidence) = if self.sqft.is_some() {
            (10, Confidence::Medium)
        } else {
            (20, Confidence::Low)
        };
        Valuation::Ok(Range {
            low: value * (100 - percent) / 100,
            high: value * (100 + percent) / 100,
            confidence,
            method: Method::Baseline,
            comparables: Vec::new(),
        })
    }

    /// Why an agent must look at it, if one must.
    pub fn review_reason(&self) -> Option<ReviewReason> {
        let too_many = self.beds.get() > 10 || self.baths.hundredths() > 1_000;
        let unusual = self
            .sqft
            .is_some_and(|sqft| !(500..=10_000).contains(&sqft.get()));
        match self.property_type {
            PropertyType::MultiFamily => Some(ReviewReason::MultiFamily),
            PropertyType::SingleFamily | PropertyType::Condo if too_many => Some(ReviewReason::ManyRooms),
            PropertyType::SingleFamily | PropertyType::Condo if unusual => Some(ReviewReason::UnusualSize),
            PropertyType::SingleFamily | PropertyType::Condo => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn home(property_type: PropertyType, beds: &str, baths: &str, sqft: Option<&str>) -> Home {
        Home {
            property_type,
            beds: beds.parse().unwrap(),
            baths: baths.parse().unwrap(),
            sqft: sqft.map(|sqft| sqft.parse().unwrap()),
        }
    }

    #[test]
    fn a_home_is_valued_by_its_numbers() {
        use PropertyType::{Condo, SingleFamily};

        for (home, low, high) in [
            (home(SingleFamily, "3", "2.5", Some("2000")), 1_012_500, 1_237_500),
            (home(SingleFamily, "3", "2.5", None), 580_000, 870_000),
            (home(Condo, "0", "1", Some("500")), 387_000, 473_000),
            (
                home(SingleFamily, "10", "10", Some("10000")),
                2_970_000,
                3_630_000,
            ),
        ] {
            let Valuation::Ok(range) = home.estimate() else {
                panic!("{home:?} needs review")
            };
            assert_eq!((range.low, range.high), (low, high), "{home:?}");
        }
    }

    #[test]
    fn an_unusual_home_needs_an_agent() {
        use PropertyType::{Condo, MultiFamily, SingleFamily};

        for (home, reason) in [
            (
                home(MultiFamily, "3", "2", Some("2000")),
                ReviewReason::MultiFamily,
            ),
            (home(SingleFamily, "11", "2", None), ReviewReason::ManyRooms),
            (home(SingleFamily, "3", "10.5", None), ReviewReason::ManyRooms),
            (home(Condo, "3", "2", Some("499")), ReviewReason::UnusualSize),
            (home(Condo, "3", "2", Some("10001")), ReviewReason::UnusualSize),
        ] {
            assert_eq!(home.estimate(), Valuation::NeedsReview { reason }, "{home:?}");
        }
    }

    #[test]
    fn the_answer_is_the_one_the_contract_names() {
        let valued = home(PropertyType::SingleFamily, "3", "2.5", Some("2000")).estimate();
        let refused = home(PropertyType::MultiFamily, "3", "2.5", None).estimate();

        assert_eq!(
            serde_json::to_value(valued).unwrap(),
            json!({"status": "ok", "low": 1_012_500, "high": 1_237_500, "confidence": "medium",
                   "method": "baseline", "comparables": []})
        );
        assert_eq!(
            serde_json::to_value(refused).unwrap(),
            json!({"status": "needs_review", "reason": "multi_family"})
        );
    }

    proptest! {
        #[test]
        fn more_rooms_are_never_worth_less(beds in 0u8..10, baths in 0u16..=1_000, sqft in proptest::option::of(500u32..=10_000)) {
            let home = |beds: u8| Home {
                property_type: PropertyType::Condo,
                beds: Beds::try_from(f64::from(beds)).unwrap(),
                baths: Baths::try_from(f64::from(baths) / 100.0).unwrap(),
                sqft: sqft.map(|sqft| Sqft::try_from(f64::from(sqft)).unwrap()),
            };
            let (Valuation::Ok(fewer), Valuation::Ok(more)) = (home(beds).estimate(), home(beds + 1).estimate()) else {
                return Err(TestCaseError::fail("an ordinary home needs review"));
            };
            prop_assert!(fewer.low <= fewer.high);
            prop_assert!(fewer.low < more.low && fewer.high < more.high);
        }
    }
}
