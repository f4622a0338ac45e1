//! What a town takes of a home's value each year.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Money;

/// The yearly property tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Taxes {
    /// Dollars for each thousand of assessed value.
    pub mill_rate: MillRate,
    /// How much of the market value is assessed, in percent.
    pub assessment_ratio: u8,
    /// The first calendar year of the tax year: 2024 for 2024-25.
    pub year: i16,
}

/// Dollars for each thousand of assessed value, in hundredths so that sums are exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MillRate(u32);

/// A number that is no rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 0 to 1000, with at most two decimals")]
pub struct MillRateError;

impl Taxes {
    /// What a home of this market value pays in a year, to the dollar. Nothing for more than anybody owns.
    pub fn estimate(&self, value: Money) -> Option<Money> {
        // Percent, thousandths, hundredths of a mill, cents of a dollar.
        const SCALE: i128 = 100 * 1_000 * 100 * 100;

        let product =
            i128::from(value.cents()) * i128::from(self.assessment_ratio) * i128::from(self.mill_rate.0);
        let dollars = (product + SCALE / 2).div_euclid(SCALE);
        Money::from_dollars(i64::try_from(dollars).ok()?)
    }

    /// `2024–25`.
    pub fn years(&self) -> String {
        format!("{}–{:02}", self.year, (self.year + 1).rem_euclid(100))
    }

    /// What the tax is of the market value, in percent with two decimals: `1.03`.
    pub fn effective_rate(&self) -> String {
        let hundredths = u64::from(self.mill_rate.0) * u64::from(self.assessment_ratio);
        let rounded = (hundredths + 500) / 1_000;
        format!("{}.{:02}", rounded / 100, rounded % 100)
    }
}

impl TryFrom<f64> for MillRate {
    type Error = MillRateError;

    fn try_from(number: f64) -> Result<Self, MillRateError> {
        let hundredths = (number * 100.0).round();
        let is_one = (0.0..=100_000.0).contains(&hundredths) && (hundredths / 100.0 - number).abs() < 1e-9;
        // In range and whole, so the cast is exact; there is no checked one.
        is_one.then_some(Self(hundredths as u32)).ok_or(MillRateError)
    }
}

impl fmt::Display for MillRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{:02}", self.0 / 100, self.0 % 100))
    }
}

impl Serialize for MillRate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(f64::from(self.0) / 100.0)
    }
}

impl<'de> Deserialize<'de> for MillRate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(f64::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
