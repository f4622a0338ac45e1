//! `/calculators/…`: what a home costs by the month, what selling one costs, what a town takes each year.
//!
//! Plain forms whose answers are in the address: a result can be bookmarked and sent to somebody.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::facts;
use server::{Failure, FieldErrors, Filled, Params, Submitted, page};
use types::{
    ModuleKey, Money,
    calculators::{ClosingCosts, Mortgage, Payments, Percent, SellersState},
    facts::{Place, Taxes},
};

use crate::{
    app::App,
    site::{Frame, SourceLine},
    towns::all_towns,
    visitor::Visitor,
};

/// What stands in a form that nobody filled in.
const MORTGAGE: [(&str, &str); 6] = [
    ("price", "750,000"),
    ("down", "20"),
    ("rate", "6.5"),
    ("years", "30"),
    ("taxes", "1.5"),
    ("insurance", "0.35"),
];
const CLOSING: [(&str, &str); 2] = [("price", "750,000"), ("commission", "5")];
const VALUE: [(&str, &str); 2] = [("value", "750,000"), ("rate", "1.5")];

const YEARS: [(&str, &str); 3] = [("15", "15 years"), ("20", "20 years"), ("30", "30 years")];

/// No home has been sold for more; beyond it somebody leant on a key.
const MOST: Money = Money::from_cents(100_000_000_000);

#[derive(Template)]
#[template(path = "calculators/mortgage.html")]
struct MortgagePage {
    frame: Frame,
    form: Filled,
    payments: Option<Payments>,
    /// Whether the rates of towns are shown.
    has_rates: bool,
}

#[derive(Template)]
#[template(path = "calculators/closing.html")]
struct ClosingPage {
    frame: Frame,
    form: Filled,
    costs: Option<ClosingCosts>,
    state: SellersState,
}

impl ClosingPage {
    /// Where its sums hold.
    const fn place(&self) -> &'static str {
        match self.state {
            SellersState::Connecticut => "in Connecticut",
            SellersState::NewYork => "in New York",
            SellersState::Elsewhere => "before the taxes of your state",
        }
    }

    /// What goes off the price, as far as anything does.
    fn lines(costs: &ClosingCosts) -> Vec<(&'static str, Money)> {
        let lines = [
            ("Commission", costs.commission),
            ("State tax on the transfer", costs.conveyance),
            ("Title", costs.title),
            ("Attorney", costs.attorney),
            ("Recording", costs.recording),
        ];
        lines.into_iter().filter(|(_, sum)| *sum > Money::ZERO).collect()
    }

    /// What the sums rest on.
    const fn note(&self) -> &'static str {
        match self.state {
            SellersState::Connecticut => {
                "The conveyance tax is 0.75 percent up to $800,000 and 1.25 percent on what lies above; towns add a part of \
                 their own."
            }
            SellersState::NewYork => {
                "The transfer tax is $2 for each $500 of the price; some cities add one of their own. The tax on homes of \
                 $1,000,000 and more is the buyer’s, and so is title insurance."
            }
            SellersState::Elsewhere => {
                "What the state and the county take when a home changes hands is not in here: ask us for it."
            }
        }
    }
}

#[derive(Template)]
#[template(path = "calculators/taxes.html")]
struct TaxesPage {
    frame: Frame,
    form: Filled,
    answer: Option<TaxAnswer>,
    /// Whether the rates of towns are shown. Else it asks for a rate.
    has_rates: bool,
}

impl TaxesPage {
    const fn title(&self) -> &'static str {
        match self.has_rates {
            true => "Property taxes, town by town",
            false => "Property taxes of a home",
        }
    }
}

/// What a home pays in a year.
enum TaxAnswer {
    ByTown { value: Money, rows: Vec<TownTax> },
    At { rate: Percent, yearly: Money },
}

/// What a home would pay in one town.
struct TownTax {
    town: String,
    href: String,
    taxes: Taxes,
    source: SourceLine,
    yearly: Money,
}

/// `GET /calculators/mortgage`.
pub(crate) async fn mortgage(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Params(asked): Params,
) -> Result<Response, Failure> {
    let (asked, mut errors) = (with_usual(asked, &MORTGAGE), FieldErrors::default());
    let share = |name, errors: &mut FieldErrors| percent(&asked, name, errors);
    let mortgage = Mortgage {
        price: price(&asked, "price", &mut errors),
        down: share("down", &mut errors),
        rate: share("rate", &mut errors),
        years: years(&asked, &mut errors),
        taxes: share("taxes", &mut errors),
        insurance: share("insurance", &mut errors),
    };
    let payments = errors.is_empty().then(|| mortgage.payments());
    let form = Filled::new(asked, errors);
    page::public(&MortgagePage {
        frame,
        form,
        payments,
        has_rates: has_rates(&app, &visitor).await?,
    })
}

/// `GET /calculators/closing-costs`.
pub(crate) async fn closing_costs(
    _: Visitor,
    frame: Frame,
    Params(asked): Params,
) -> Result<Response, Failure> {
    let (asked, mut errors) = (with_usual(asked, &CLOSING), FieldErrors::default());
    let price = price(&asked, "price", &mut errors);
    let commission = percent(&asked, "commission", &mut errors);
    let state = frame.brand.state.as_deref();
    let state = state.map_or(SellersState::Connecticut, SellersState::of);
    let costs = errors
        .is_empty()
        .then(|| ClosingCosts::at(price, commission, state));
    let form = Filled::new(asked, errors);
    page::public(&ClosingPage {
        frame,
        form,
        costs,
        state,
    })
}

/// `GET /calculators/taxes`: every town of the tenant side by side; a plain form for a tenant that shows no taxes.
pub(crate) async fn taxes(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Params(asked): Params,
) -> Result<Response, Failure> {
    let (asked, mut errors) = (with_usual(asked, &VALUE), FieldErrors::default());
    let value = price(&asked, "value", &mut errors);
    let has_rates = has_rates(&app, &visitor).await?;
    let rate = match has_rates {
        true => None,
        false => Some(percent(&asked, "rate", &mut errors)),
    };
    let answer = match rate {
        _ if !errors.is_empty() => None,
        Some(rate) => Some(TaxAnswer::At {
            rate,
            yearly: rate.of(value),
        }),
        None => Some(TaxAnswer::ByTown {
            value,
            rows: rows(&app, &visitor, value).await?,
        }),
    };
    page::public(&TaxesPage {
        frame,
        form: Filled::new(asked, errors),
        answer,
        has_rates,
    })
}

/// Whether the tenant shows what its towns take: what is switched off stands nowhere.
async fn has_rates(app: &App, visitor: &Visitor) -> Result<bool, Failure> {
    Ok(app.switches.is_on(&visitor.site.scope, ModuleKey::Taxes).await?)
}

/// The towns whose rate is known, the cheapest first.
async fn rows(app: &App, visitor: &Visitor, value: Money) -> Result<Vec<TownTax>, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let mut rows = Vec::new();
    for town in all_towns(&mut tx, scope).await? {
        let place = Place {
            town: town.slug.clone(),
            neighborhood: None,
        };
        let known = facts::find(&mut tx, scope, &place, ModuleKey::Taxes).await?;
        rows.extend(known.and_then(|known| {
            let about = (known.module, known.fetched_at);
            let source = SourceLine::of(&known.source, about, app.clock.now());
            let taxes = serde_json::from_value::<Taxes>(known.content).ok()?;
            Some(TownTax {
                href: format!("/towns/{}#taxes", town.slug),
                town: town.name,
                yearly: taxes.estimate(value)?,
                taxes,
                source,
            })
        }));
    }
    rows.sort_by_key(|row| row.yearly);
    Ok(rows)
}

/// What was asked, and the usual for what was not.
fn with_usual(asked: Submitted, usual: &[(&str, &str)]) -> Submitted {
    usual
        .iter()
        .fold(asked, |asked, (name, value)| match asked.filled(name) {
            Some(_) => asked,
            None => asked.without(name).with(name, *value),
        })
}

fn price(asked: &Submitted, name: &'static str, errors: &mut FieldErrors) -> Money {
    let price = errors.keep(name, "invalid", asked.get(name).parse::<Money>());
    let price = price.unwrap_or(Money::ZERO);
    if !(Money::ZERO..=MOST).contains(&price) {
        errors.add(name, "invalid", "must be from $0 to $1,000,000,000");
    }
    price
}

fn percent(asked: &Submitted, name: &'static str, errors: &mut FieldErrors) -> Percent {
    let share = errors.keep(name, "invalid", asked.get(name).parse::<Percent>());
    share.unwrap_or(Percent::from_thousandths(0))
}

fn years(asked: &Submitted, errors: &mut FieldErrors) -> u32 {
    let known = YEARS.iter().any(|(years, _)| *years == asked.get("years"));
    if !known {
        errors.add("years", "unknown", "must be 15, 20 or 30");
    }
    asked.get("years").parse().unwrap_or(30)
}
