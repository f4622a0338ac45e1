//! A household income as the census tells it: an amount, or "more than the most we tell".

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::Money;

/// Whole dollars a year. `250001+` is the census' way to say more than 250,000, and never a number to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HouseholdIncome {
    dollars: u32,
    is_top_code: bool,
}

/// Text that is no income. Reads as the end of "this income …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be whole dollars, with a plus when it is the census' top code")]
pub struct HouseholdIncomeError;

impl FromStr for HouseholdIncome {
    type Err = HouseholdIncomeError;

    fn from_str(text: &str) -> Result<Self, HouseholdIncomeError> {
        let (digits, is_top_code) = match text.strip_suffix('+') {
            Some(digits) => (digits, true),
            None => (text, false),
        };
        let dollars = digits.parse().map_err(|_| HouseholdIncomeError)?;
        Ok(Self { dollars, is_top_code })
    }
}

/// `$172,813`, or `$250,000+`.
impl fmt::Display for HouseholdIncome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.dollars - u32::from(self.is_top_code && self.dollars > 0);
        let money = Money::from_dollars(shown.into()).expect("four billion dollars fit");
        let plus = if self.is_top_code { "+" } else { "" };
        f.pad(&format!("{money}{plus}"))
    }
}

impl Serialize for HouseholdIncome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plus = if self.is_top_code { "+" } else { "" };
        serializer.collect_str(&format_args!("{}{plus}", self.dollars))
    }
}

impl<'de> Deserialize<'de> for HouseholdIncome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
