use proptest::prelude::*;

use super::*;
use crate::Money;

fn taxes(mill_rate: f64, assessment_ratio: u8) -> Taxes {
    Taxes {
        mill_rate: MillRate::try_from(mill_rate).unwrap(),
        assessment_ratio,
        year: 2024,
    }
}

#[test]
fn a_tax_is_value_times_ratio_times_mills() {
    for (value, mills, ratio, tax) in [
        (1_000_000, 14.69, 70, "$10,283"),
        (985_000, 27.90, 70, "$19,237"),
        (0, 14.69, 70, "$0"),
        (850_000, 31.2, 100, "$26,520"),
    ] {
        let estimate = taxes(mills, ratio).estimate(Money::from_dollars(value).unwrap());
        assert_eq!(estimate.unwrap().to_string(), tax, "{value} at {mills}");
    }
}

#[test]
fn a_rate_is_told_as_people_compare_it() {
    assert_eq!(taxes(14.69, 70).effective_rate(), "1.03");
    assert_eq!(taxes(27.9, 70).effective_rate(), "1.95");
    assert_eq!(taxes(27.9, 70).mill_rate.to_string(), "27.90");
    assert_eq!(taxes(27.9, 70).years(), "2024–25");
}

#[test]
fn a_rate_that_is_none_is_refused() {
    for number in [-1.0, 1000.01, 14.695, f64::NAN, f64::INFINITY] {
        assert_eq!(MillRate::try_from(number), Err(MillRateError), "{number}");
    }
}

#[test]
fn the_top_code_of_the_census_is_never_shown_as_a_number() {
    let shown = |text: &str| text.parse::<HouseholdIncome>().unwrap().to_string();

    assert_eq!(shown("250001+"), "$250,000+");
    assert_eq!(shown("172813"), "$172,813");
    assert_eq!("a lot".parse::<HouseholdIncome>(), Err(HouseholdIncomeError));
}

#[test]
fn scores_have_names() {
    let labels = [100, 90, 89, 70, 69, 50, 49, 25, 24, 0].map(|score| WalkScore { score }.label());

    assert_eq!(labels[0], labels[1]);
    assert_eq!(labels[2], labels[3]);
    assert_eq!(labels[4], labels[5]);
    assert_eq!(labels[6], labels[7]);
    assert_eq!(labels[8], labels[9]);
    assert_eq!(labels[2].as_str(), "Very Walkable");
    assert_eq!(labels[9].as_str(), "Almost All Errands Require a Car");
}

proptest! {
    #[test]
    fn no_value_panics(cents: i64, mills in 0u32..=100_000, ratio: u8) {
        let _ = taxes(f64::from(mills) / 100.0, ratio).estimate(Money::from_cents(cents));
    }
}
