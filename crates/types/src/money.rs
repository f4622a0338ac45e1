//! Money in whole cents, so that sums are exact.

use std::{fmt, iter::Sum, str::FromStr};

use serde::{Deserialize, Serialize};

/// US dollars in cents. May be negative: a difference of two prices is money too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(i64);

/// What is wrong with an amount. Reads as the end of "this amount …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not digits, commas and at most two decimals.
    #[error("must look like 1,234.50")]
    Malformed,
    /// More than fits.
    #[error("is too large")]
    TooLarge,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// An amount in cents.
    pub const fn from_cents(cents: i64) -> Self {
        Self(cents)
    }

    /// An amount in whole dollars; `None` when it does not fit.
    pub const fn from_dollars(dollars: i64) -> Option<Self> {
        match dollars.checked_mul(100) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// The amount in cents.
    pub const fn cents(self) -> i64 {
        self.0
    }

    /// The amount in dollars, cents dropped.
    pub const fn whole_dollars(self) -> i64 {
        self.0 / 100
    }

    /// The sum; `None` when it does not fit.
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        match self.0.checked_add(other.0) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// The difference; `None` when it does not fit.
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        match self.0.checked_sub(other.0) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// This amount so many times; `None` when it does not fit.
    pub const fn checked_mul(self, times: i64) -> Option<Self> {
        match self.0.checked_mul(times) {
            Some(cents) => Some(Self(cents)),
            None => None,
        }
    }

    /// A share of the amount in basis points (550 is 5.5 %), rounded half away from zero as closing statements do.
    pub fn basis_points(self, points: u32) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(points);
        let rounded = (product.abs() + 5_000) / 10_000 * product.signum();
        i64::try_from(rounded).ok().map(Self)
    }
}

/// `$1,234,567`, with cents only when there are any: `-$1,234.50`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (dollars, cents) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        let digits = dollars.to_string();
        let mut text = format!("{sign}$");
        for (index, digit) in digits.chars().enumerate() {
            if index > 0 && (digits.len() - index).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        if cents > 0 {
            text.push_str(&format!(".{cents:02}"));
        }
        f.pad(&text)
    }
}

/// Reads plain amounts: `1234`, `$1,234.50`. Commas must stand where thousands end, so `1,50` is not 150.
impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let text = text.trim();
        let (negative, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let text = text.strip_prefix('$').unwrap_or(text);
        let (dollars, decimals) = text.split_once('.').unwrap_or((text, "00"));
        let digits = thousands(dollars).ok_or(MoneyError::Malformed)?;
        if !(1..=2).contains(&decimals.len()) || !decimals.bytes().all(|b| b.is_ascii_digit()) {
            return Err(MoneyError::Malformed);
        }
        // Read with its sign: the smallest i64 has no positive twin.
        let sign = if negative { "-" } else { "" };
        format!("{sign}{digits}{decimals:0<2}")
            .parse()
            .map(Self)
            .map_err(|_| MoneyError::TooLarge)
    }
}

/// The digits of a whole number, with its commas checked and taken out.
fn thousands(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split(',').collect();
    let (first, rest) = groups.split_first()?;
    let all_digits = groups
        .iter()
        .all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    let commas_fit = rest.is_empty() || (first.len() <= 3 && rest.iter().all(|group| group.len() == 3));
    (all_digits && commas_fit).then(|| groups.concat())
}

/// The sum of amounts, `None` when it does not fit.
impl Sum<Money> for Option<Money> {
    fn sum<I: Iterator<Item = Money>>(mut amounts: I) -> Self {
        amounts.try_fold(Money::ZERO, Money::checked_add)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_reads_as_people_write_it() {
        for (cents, text) in [
            (0, "$0"),
            (5, "$0.05"),
            (100, "$1"),
            (99_999, "$999.99"),
            (123_456_700, "$1,234,567"),
            (-123_450, "-$1,234.50"),
            (i64::MIN, "-$92,233,720,368,547,758.08"),
        ] {
            assert_eq!(Money::from_cents(cents).to_string(), text);
        }
    }

    #[test]
    fn a_plain_amount_is_read() {
        for (text, cents) in [
            ("1234", 123_400),
            (" $1,234.5 ", 123_450),
            ("-0.05", -5),
            ("1234567.00", 123_456_700),
        ] {
            assert_eq!(text.parse(), Ok(Money::from_cents(cents)), "{text}");
        }
        for text in [
            "", "$", "1,50", "1.234", "1.", "1e5", "900k", ",100", "1,,000", "--1", "1 000", "+5", "0123,456",
        ] {
            assert_eq!(text.parse::<Money>(), Err(MoneyError::Malformed), "{text}");
        }
        assert_eq!("99999999999999999999".parse::<Money>(), Err(MoneyError::TooLarge));
    }

    #[test]
    fn sums_refuse_to_wrap() {
        let most = Money::from_cents(i64::MAX);

        assert_eq!(most.checked_add(Money::from_cents(1)), None);
        assert_eq!([most, most].into_iter().sum::<Option<Money>>(), None);
        assert_eq!(Money::from_dollars(i64::MAX), None);
        assert_eq!(most.basis_points(20_000), None);
    }

    #[test]
    fn a_share_is_rounded_half_away_from_zero() {
        for (cents, points, share) in [(10_000, 550, 550), (1, 5_000, 1), (-1, 5_000, -1), (1, 4_999, 0)] {
            assert_eq!(
                Money::from_cents(cents).basis_points(points),
                Some(Money::from_cents(share))
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(cents: i64) {
            let money = Money::from_cents(cents);
            prop_assert_eq!(money.to_string().parse(), Ok(money));
        }
    }
}
