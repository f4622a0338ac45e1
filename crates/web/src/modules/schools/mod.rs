//! The public schools of a town.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use types::{ModuleKey, facts};

use super::{Ask, Block, Module};

pub(super) struct Schools;

#[derive(Template)]
#[template(path = "modules/schools/block.html")]
struct Table<'a> {
    town: &'a str,
    known: facts::Schools,
}

impl Module for Schools {
    fn key(&self) -> ModuleKey {
        ModuleKey::Schools
    }

    fn show<'a>(&'a self, ask: &'a Ask<'_>) -> BoxFuture<'a, anyhow::Result<Option<Block>>> {
        async move {
            let Some(facts) = ask.known_here_or_in_town(self.key()).await? else {
                return Ok(None);
            };
            let source = ask.source(&facts);
            let known: facts::Schools = serde_json::from_value(facts.content)?;
            if known.levels.is_empty() {
                return Ok(None);
            }
            let table = Table {
                town: ask.town,
                known,
            };
            let schools: i64 = table.known.levels.iter().map(|level| level.count).sum();
            let levels = table.known.levels.iter().map(|level| {
                let (label, grades) = (level.level.label(), &level.grades);
                format!("{label}, grades {grades}: {}", level.count)
            });
            let told = std::iter::once(format!("District: {}", table.known.district)).chain(levels);
            let block = Block::new(self, "Schools", &table, source)?.telling(told);
            Ok(Some(block.with_number("Public schools", schools.to_string())))
        }
        .boxed()
    }
}
