//! How much of a week is done on foot.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use types::{ModuleKey, facts};

use super::{Ask, Block, Module, asked};
use crate::site::SourceLine;

pub(super) struct WalkScore;

#[derive(Template)]
#[template(path = "modules/walk_score/block.html")]
struct Scale {
    score: u8,
    label: &'static str,
}

impl Scale {
    /// How far the line of the drawing goes, which is 400 long.
    fn filled(&self) -> u32 {
        u32::from(self.score) * 4
    }
}

/// What the number is called. Walk Score is the name of somebody's number, and no other's.
fn named(source: &SourceLine) -> &'static str {
    match source.name == asked::WALK_SCORE {
        true => "Walk Score",
        false => "Errands on foot",
    }
}

impl Module for WalkScore {
    fn key(&self) -> ModuleKey {
        ModuleKey::WalkScore
    }

    fn show<'a>(&'a self, ask: &'a Ask<'_>) -> BoxFuture<'a, anyhow::Result<Option<Block>>> {
        async move {
            let Some(facts) = ask.known(self.key()).await? else {
                return Ok(None);
            };
            let source = ask.source(&facts);
            let known: facts::WalkScore = serde_json::from_value(facts.content)?;
            let scale = Scale {
                score: known.score.min(100),
                label: known.label().as_str(),
            };
            let name = named(&source);
            let told = format!("{name}: {} of 100, {}", scale.score, scale.label);
            let block = Block::new(self, "On foot", &scale, source)?.telling([told]);
            Ok(Some(block.with_number(name, scale.score.to_string())))
        }
        .boxed()
    }
}
