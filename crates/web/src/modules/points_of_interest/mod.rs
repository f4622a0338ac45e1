//! Where people of a place go.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use types::{ModuleKey, facts};

use super::{Ask, Block, Module};
use crate::site::Markup;

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
            Ok(Some(Block {
                key: self.key(),
                title: "Places to know",
                body: Markup::of_template(&List { places: known.places })?,
                source,
            }))
        }
        .boxed()
    }
}
