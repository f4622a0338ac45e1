//! Walk Score®, asked over its API. Its licence wants its name with the mark, and a link to the place there.

use futures::{FutureExt as _, future::BoxFuture};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use server::outgoing::{Question, Unanswered};
use types::{
    ModuleKey,
    facts::{Facts, Source, WalkScore},
};

use super::{Access, Service, Spot};

/// Where it is asked.
pub(super) const ADDRESS: &str = "https://api.walkscore.com/score";

/// What it is called, with its mark.
pub(in crate::modules) const NAME: &str = "Walk Score®";

/// What the words of its answer mean.
const DONE: i64 = 1;
const NOT_YET: i64 = 2;
const QUOTA_EXCEEDED: i64 = 41;

/// Asks Walk Score.
pub(super) struct WalkScores(pub(super) Access);

/// What it answers, as far as it matters.
#[derive(Deserialize)]
struct Answer {
    status: i64,
    walkscore: Option<u8>,
    /// The place on its site.
    ws_link: Option<String>,
}

impl Service for WalkScores {
    fn module(&self) -> ModuleKey {
        ModuleKey::WalkScore
    }

    fn source(&self) -> &'static str {
        NAME
    }

    fn ask<'a>(&'a self, spot: &'a Spot) -> BoxFuture<'a, Result<Facts, Unanswered>> {
        async move {
            let mut address = self.0.address.clone();
            address
                .query_pairs_mut()
                .append_pair("format", "json")
                .append_pair("address", &spot.name)
                .append_pair("lat", &spot.at.lat.to_string())
                .append_pair("lon", &spot.at.lng.to_string())
                .append_pair("wsapikey", self.0.key.expose_secret());
            let answer = self.0.outgoing.json(Question {
                address,
                headers: Vec::new(),
                body: None,
            });
            let answer: Answer = serde_json::from_value(answer.await?).map_err(|_| Unanswered::NotJson)?;
            match (answer.status, answer.walkscore) {
                (DONE, Some(score)) => Ok(self.facts(spot, score.min(100), answer.ws_link)),
                // It is being worked out: in some minutes it is there.
                (NOT_YET, _) => Err(Unanswered::TooSlow),
                (QUOTA_EXCEEDED, _) => Err(Unanswered::Busy { wait: None }),
                _ => Err(Unanswered::Refused(403)),
            }
        }
        .boxed()
    }
}

impl WalkScores {
    fn facts(&self, spot: &Spot, score: u8, link: Option<String>) -> Facts {
        Facts {
            module: self.module(),
            content: serde_json::to_value(WalkScore { score }).expect("a score is a number"),
            source: Source {
                name: self.source().to_owned(),
                url: Some(link.unwrap_or_else(|| "https://www.walkscore.com/".to_owned())),
                as_of: spot.today,
            },
            fetched_at: spot.now,
        }
    }
}
