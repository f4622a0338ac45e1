//! How much of a week is done on foot.

use askama::Template;
use futures::{FutureExt as _, future::BoxFuture};
use types::{ModuleKey, facts};

use super::{Ask, Block, Module};

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
            let told = format!("Walk Score: {} of 100, {}", scale.score, scale.label);
            let block = Block::new(self, "On foot", &scale, source)?.telling([told]);
            Ok(Some(block.with_number("Walk Score", scale.score.to_string())))
        }
        .boxed()
    }
}
