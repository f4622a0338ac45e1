//! What a home costs by the month, and what selling one costs: sums with every assumption in sight.

use std::{fmt, str::FromStr};

use crate::Money;

/// A share, in thousandths of a percent so that a rate of 6.375 % is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent(u32);

/// Text that is no share. Reads as the end of "this rate …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be from 0 to 100, with at most three decimals")]
pub struct PercentError;

impl Percent {
    /// So many thousandths of a percent.
    pub const fn from_thousandths(thousandths: u32) -> Self {
        Self(thousandths)
    }

    /// The share as a factor: 0.065.
    fn factor(self) -> f64 {
        f64::from(self.0) / 100_000.0
    }

    /// This share of an amount, to the cent.
    pub fn of(self, amount: Money) -> Money {
        let product = i128::from(amount.cents()) * i128::from(self.0);
        let cents = (product + 50_000).div_euclid(100_000);
        Money::from_cents(i64::try_from(cents).unwrap_or(i64::MAX))
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, PercentError> {
        let text = text.trim().trim_end_matches('%').trim_end();
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(decimals) || whole.len() > 3 || decimals.len() > 3 {
            return Err(PercentError);
        }
        let thousandths = format!("{whole}{decimals:0<3}")
            .parse()
            .map_err(|_| PercentError)?;
        (thousandths <= 100_000)
            .then_some(Self(thousandths))
            .ok_or(PercentError)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{}.{:03}", self.0 / 1_000, self.0 % 1_000);
        f.pad(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// A loan on a home, and what comes on top of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mortgage {
    /// What the home costs.
    pub price: Money,
    /// How much of it is paid at once.
    pub down: Percent,
    /// The yearly rate of interest.
    pub rate: Percent,
    /// For how long.
    pub years: u32,
    /// Property taxes a year, of the price.
    pub taxes: Percent,
    /// Insurance a year, of the price.
    pub insurance: Percent,
}

/// What a [`Mortgage`] comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Payments {
    /// Paid at once.
    pub down: Money,
    /// Borrowed.
    pub loan: Money,
    /// Each month, to the bank.
    pub loan_monthly: Money,
    /// Each month, to the town.
    pub taxes_monthly: Money,
    /// Each month, to the insurer.
    pub insurance_monthly: Money,
    /// Each month, in all.
    pub monthly: Money,
    /// To the bank over the years, beyond what was borrowed.
    pub interest: Money,
}

impl Mortgage {
    /// Works out the payments, each to the cent.
    pub fn payments(&self) -> Payments {
        let down = self.down.of(self.price);
        let loan = Money::from_cents(self.price.cents() - down.cents());
        let months = i64::from(self.years.max(1)) * 12;
        let loan_monthly = level_payment(loan, self.rate.factor() / 12.0, months);
        let twelfth = |share: Percent| Money::from_cents((share.of(self.price).cents() + 6) / 12);
        let (taxes_monthly, insurance_monthly) = (twelfth(self.taxes), twelfth(self.insurance));
        let paid = loan_monthly.cents().saturating_mul(months);
        Payments {
            down,
            loan,
            loan_monthly,
            taxes_monthly,
            insurance_monthly,
            monthly: sum(&[loan_monthly, taxes_monthly, insurance_monthly]),
            interest: Money::from_cents((paid - loan.cents()).max(0)),
        }
    }
}

/// The same sum each month that pays a loan off.
fn level_payment(loan: Money, monthly_rate: f64, months: i64) -> Money {
    let (owed, periods) = (loan.cents() as f64, months as f64);
    let payment = match monthly_rate > 0.0 {
        true => owed * monthly_rate / (1.0 - (1.0 + monthly_rate).powf(-periods)),
        false => owed / periods,
    };
    Money::from_cents(payment.round() as i64)
}

/// All together. Prices of homes are far from what does not fit.
fn sum(amounts: &[Money]) -> Money {
    Money::from_cents(amounts.iter().map(|amount| amount.cents()).sum())
}

/// Whose law says what a seller pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SellersState {
    /// A tax in two steps, and title work on the seller.
    Connecticut,
    /// A tax of $2 for each $500; title insurance is the buyer's.
    NewYork,
    /// A state whose taxes we do not know: they are left out.
    Elsewhere,
}

impl SellersState {
    /// The state with this code.
    pub fn of(code: &str) -> Self {
        match code.trim() {
            code if code.eq_ignore_ascii_case("ct") => Self::Connecticut,
            code if code.eq_ignore_ascii_case("ny") => Self::NewYork,
            _ => Self::Elsewhere,
        }
    }

    fn tax(self, price: Money) -> Money {
        match self {
            Self::Connecticut => {
                let below = price.min(ClosingCosts::STEP);
                let above = Money::from_cents(price.cents() - below.cents());
                sum(&[ClosingCosts::BELOW.of(below), ClosingCosts::ABOVE.of(above)])
            }
            Self::NewYork => Money::from_cents((price.cents() + 49_999) / 50_000 * 200),
            Self::Elsewhere => Money::ZERO,
        }
    }

    const fn attorney(self) -> Money {
        match self {
            Self::NewYork => Money::from_cents(250_000),
            Self::Connecticut | Self::Elsewhere => Money::from_cents(150_000),
        }
    }

    fn title(self, price: Money) -> Money {
        match self {
            Self::NewYork => Money::ZERO,
            Self::Connecticut | Self::Elsewhere => ClosingCosts::TITLE.of(price),
        }
    }
}

/// What a seller pays when a home changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClosingCosts {
    /// To the agents.
    pub commission: Money,
    /// To the state. In Connecticut 0.75 % up to $800,000 and 1.25 % on what lies above, in New York 0.4 %.
    pub conveyance: Money,
    /// To the attorney.
    pub attorney: Money,
    /// For the title.
    pub title: Money,
    /// To the town clerk.
    pub recording: Money,
    /// In all.
    pub total: Money,
    /// What is left of the price, before a loan is paid off.
    pub proceeds: Money,
}

impl ClosingCosts {
    const STEP: Money = Money::from_cents(80_000_000);
    const BELOW: Percent = Percent(750);
    const ABOVE: Percent = Percent(1_250);
    const TITLE: Percent = Percent(400);
    const RECORDING: Money = Money::from_cents(15_000);

    /// The costs at this price, with this commission, in this state.
    pub fn at(price: Money, commission: Percent, state: SellersState) -> Self {
        let (conveyance, attorney) = (state.tax(price), state.attorney());
        let (commission, title) = (commission.of(price), state.title(price));
        let total = sum(&[commission, conveyance, attorney, title, Self::RECORDING]);
        Self {
            commission,
            conveyance,
            attorney,
            title,
            recording: Self::RECORDING,
            total,
            proceeds: Money::from_cents(price.cents() - total.cents()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn dollars(amount: i64) -> Money {
        Money::from_dollars(amount).unwrap()
    }

    fn percent(text: &str) -> Percent {
        text.parse().unwrap()
    }

    #[test]
    fn a_loan_is_paid_off_in_level_payments() {
        let mortgage = Mortgage {
            price: dollars(1_000_000),
            down: percent("20"),
            rate: percent("6.5"),
            years: 30,
            taxes: percent("1.5"),
            insurance: percent("0.35"),
        };

        let payments = mortgage.payments();

        assert_eq!(
            (payments.down, payments.loan),
            (dollars(200_000), dollars(800_000))
        );
        assert_eq!(payments.loan_monthly.to_string(), "$5,056.54");
        assert_eq!(payments.taxes_monthly, dollars(1_250));
        assert_eq!(payments.insurance_monthly.to_string(), "$291.67");
        assert_eq!(payments.monthly.to_string(), "$6,598.21");
    }

    #[test]
    fn without_interest_a_loan_is_divided_by_its_months() {
        let mortgage = Mortgage {
            price: dollars(360_000),
            down: percent("0"),
            rate: percent("0"),
            years: 30,
            taxes: percent("0"),
            insurance: percent("0"),
        };

        let payments = mortgage.payments();

        assert_eq!(
            (payments.monthly, payments.interest),
            (dollars(1_000), Money::ZERO)
        );
    }

    #[test]
    fn a_seller_pays_more_on_what_lies_above_the_step() {
        for (price, conveyance, total) in [
            (800_000, 6_000, 40_000 + 6_000 + 1_500 + 3_200 + 150),
            (1_000_000, 8_500, 50_000 + 8_500 + 1_500 + 4_000 + 150),
        ] {
            let costs = ClosingCosts::at(dollars(price), percent("5"), SellersState::Connecticut);

            assert_eq!(costs.conveyance, dollars(conveyance), "{price}");
            assert_eq!(costs.total, dollars(total), "{price}");
            assert_eq!(costs.proceeds, dollars(price - total), "{price}");
        }
    }

    #[test]
    fn a_seller_in_new_york_pays_two_dollars_for_each_five_hundred_begun() {
        let state = SellersState::of("ny");
        for (price, tax) in [(750_000, 3_000), (750_001, 3_002), (1_000_000, 4_000)] {
            let costs = ClosingCosts::at(dollars(price), percent("5"), state);

            assert_eq!(costs.conveyance, dollars(tax), "{price}");
            assert_eq!(costs.title, Money::ZERO, "the buyer's");
        }
        let elsewhere = ClosingCosts::at(dollars(750_000), percent("5"), SellersState::of("NJ"));
        assert_eq!(elsewhere.conveyance, Money::ZERO);
    }

    #[test]
    fn a_share_is_written_and_read() {
        for (text, shown) in [
            ("6.375", "6.375"),
            ("20 %", "20"),
            ("0.35", "0.35"),
            ("100", "100"),
            ("5.50%", "5.5"),
        ] {
            assert_eq!(percent(text).to_string(), shown);
        }
        for wrong in ["", "-1", "100.1", "6.3755", "a", "1e3", "1.", "٣"] {
            assert_eq!(wrong.parse::<Percent>(), Err(PercentError), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn a_dearer_home_never_costs_less(price in 0i64..1_000_000_000, rate in 0u32..=100_000, years in 1u32..=40) {
            let at = |price| Mortgage {
                price: dollars(price),
                down: Percent(20_000),
                rate: Percent(rate),
                years,
                taxes: Percent(1_500),
                insurance: Percent(350),
            }
            .payments();
            prop_assert!(at(price).monthly <= at(price + 1_000).monthly);
            for state in [SellersState::Connecticut, SellersState::NewYork, SellersState::Elsewhere] {
                let costs = |price| ClosingCosts::at(dollars(price), Percent(5_000), state).total;
                prop_assert!(costs(price) <= costs(price + 1_000));
            }
        }
    }
}
