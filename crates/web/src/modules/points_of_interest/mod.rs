//! Where people of a place go.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use types::{ModuleKey, facts};

use super::{Ask, Block, Module};

pub(super) struct PointsOfInterest;

/// More is a directory.
const MOST: usize = 12;

#[derive(Template)]
#[template(path = "modules/points_of_interest/block.html")]
struct List {
    places: Vec<facts::PointOfInterest>,
}

impl Module for PointsOfInterest {
    fn key(&self) -> ModuleKey {
        ModuleKey::PointsOfInterest
    }

    fn show<'a>(&'a self, ask: &'a Ask<'_>) -> BoxFuture<'a, anyhow::Result<Option<Block>>> {
        async move {
            let Some(facts) = ask.known(self.key()).await? else {
                return Ok(None);
            };
            let source = ask.source(&facts);
            let mut known: facts::PointsOfInterest = serde_json::from_value(facts.content)?;
            known.places.truncate(MOST);
            if known.places.is_empty() {
                return Ok(None);
            }
            let told: Vec<_> = known.places.iter().map(told).collect();
            let list = List { places: known.places };
            Ok(Some(
                Block::new(self, "Places to know", &list, source)?.telling(told),
            ))
        }
        .boxed()
    }
}

fn told(place: &facts::PointOfInterest) -> String {
    let note = place.note.as_ref().map(|note| format!(". {note}"));
    format!("{}: {}{}", place.kind, place.name, note.unwrap_or_default())
}
