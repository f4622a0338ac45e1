//! What a town takes of a home's value each year, with a calculator that is a plain form.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use server::Submitted;
use types::{ModuleKey, Money, facts};

use super::{Ask, Block, Module};

pub(super) struct Taxes;

/// What is calculated before anybody asked.
const EXAMPLE: Money = Money::from_cents(100_000_000);

/// No home has been sold for more; beyond it somebody leant on a key.
const MOST: Money = Money::from_cents(100_000_000_000);

#[derive(Template)]
#[template(path = "modules/taxes/block.html")]
struct Calculator<'a> {
    town: &'a str,
    path: &'a str,
    taxes: facts::Taxes,
    typed: String,
    answer: Answer,
}

/// What the calculator says to what was typed.
enum Answer {
    Tax {
        value: Money,
        yearly: Money,
        monthly: Money,
    },
    Mistake(&'static str),
}

impl Module for Taxes {
    fn key(&self) -> ModuleKey {
        ModuleKey::Taxes
    }

    fn show<'a>(&'a self, ask: &'a Ask<'_>) -> BoxFuture<'a, anyhow::Result<Option<Block>>> {
        async move {
            let Some(facts) = ask.known_here_or_in_town(self.key()).await? else {
                return Ok(None);
            };
            let source = ask.source(&facts);
            let taxes: facts::Taxes = serde_json::from_value(facts.content)?;
            let calculator = Calculator::asked(ask, taxes);
            let (years, rate) = (taxes.years(), taxes.mill_rate.to_string());
            let told = [
                Some(format!("Mill rate {years}: {rate}")),
                Some(format!(
                    "Assessed share of the value: {} %",
                    taxes.assessment_ratio
                )),
                Some(format!(
                    "Tax as a share of the value: {} %",
                    taxes.effective_rate()
                )),
                taxes
                    .estimate(EXAMPLE)
                    .map(|yearly| format!("A home of {EXAMPLE} pays {yearly} a year")),
            ];
            let block = Block::new(self, "Property taxes", &calculator, source)?;
            let block = block.telling(told.into_iter().flatten());
            Ok(Some(block.with_number(format!("Mill rate {years}"), rate)))
        }
        .boxed()
    }
}

impl<'a> Calculator<'a> {
    fn asked(ask: &'a Ask<'_>, taxes: facts::Taxes) -> Self {
        Self {
            town: ask.town,
            path: ask.path,
            taxes,
            typed: typed(ask.params),
            answer: Answer::to(ask.params, &taxes),
        }
    }
}

fn typed(params: &Submitted) -> String {
    let shown = EXAMPLE.to_string();
    params
        .filled("value")
        .unwrap_or(&shown)
        .trim_start_matches('$')
        .to_owned()
}

impl Answer {
    fn to(params: &Submitted, taxes: &facts::Taxes) -> Self {
        let value = match params.filled("value").map(str::parse::<Money>) {
            None => EXAMPLE,
            Some(Ok(value)) if (Money::ZERO..=MOST).contains(&value) => value,
            Some(Ok(_)) => return Self::Mistake("The value must be from $0 to $1,000,000,000."),
            Some(Err(_)) => return Self::Mistake("The value must look like 1,250,000."),
        };
        match taxes.estimate(value) {
            Some(yearly) => Self::Tax {
                value,
                yearly,
                monthly: Money::from_dollars((yearly.whole_dollars() + 6) / 12).unwrap_or(Money::ZERO),
            },
            None => Self::Mistake("The value must be from $0 to $1,000,000,000."),
        }
    }
}
