//! Who lives in a town, in three numbers.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use server::page::thousands;
use types::{ModuleKey, facts};

use super::{Ask, Block, Module};

pub(super) struct AtAGlance;

#[derive(Template)]
#[template(path = "modules/at_a_glance/block.html")]
struct Strip {
    population: String,
    median_age: String,
    income: String,
}

impl Module for AtAGlance {
    fn key(&self) -> ModuleKey {
        ModuleKey::AtAGlance
    }

    fn show<'a>(&'a self, ask: &'a Ask<'_>) -> BoxFuture<'a, anyhow::Result<Option<Block>>> {
        async move {
            let Some(facts) = ask.known(self.key()).await? else {
                return Ok(None);
            };
            let source = ask.source(&facts);
            let known: facts::AtAGlance = serde_json::from_value(facts.content)?;
            let strip = Strip {
                population: thousands(known.population),
                median_age: format!("{:.1}", known.median_age),
                income: known.median_household_income.to_string(),
            };
            let told = [
                format!("Population: {}", strip.population),
                format!("Median age: {}", strip.median_age),
                format!("Median household income: {}", strip.income),
            ];
            Ok(Some(
                Block::new(self, "At a glance", &strip, source)?.telling(told),
            ))
        }
        .boxed()
    }
}
