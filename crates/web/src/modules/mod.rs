//! What a place's page knows from data: modules, each shown when the tenant wants it and there is something to show.
//!
//! A module is a folder and a line in [`all`]. It asks its provider and draws what it hears, with the source and the day
//! beside it. None of them can break a page, or hold it up beyond [`DEADLINE`]: a module that fails is left out.

mod asked;
mod at_a_glance;
mod listings;
mod points_of_interest;
mod provider;
mod schools;
mod taxes;
#[cfg(test)]
mod tests;
mod walk_score;

use std::{sync::Arc, time::Duration};

use askama::Template;
use db::door::hosts::Site;
use futures::future::{BoxFuture, join_all};
use jiff::Timestamp;
use server::Submitted;
use types::{
    ModuleKey, ThemePreset, WebsiteModule,
    facts::{Facts, Place},
};

pub(crate) use asked::{Asked, services};
pub(crate) use provider::{Provider, Stored};

use crate::site::{Markup, SourceLine};

/// How long a page waits for a module. A person waits a second for a page, and this is not all of it.
const DEADLINE: Duration = Duration::from_millis(250);

/// What a module may look at.
pub(crate) struct Ask<'a> {
    pub(crate) site: &'a Site,
    pub(crate) facts: &'a dyn Provider,
    pub(crate) listings: &'a dyn crate::listings::Provider,
    pub(crate) place: &'a Place,
    /// The town, as people call it, and the place itself.
    pub(crate) town: &'a str,
    pub(crate) named: &'a str,
    /// The colours of drawings.
    pub(crate) theme: ThemePreset,
    /// What stands in the address of the page: a calculator's answer is a page of its own.
    pub(crate) params: &'a Submitted,
    /// The address of the page.
    pub(crate) path: &'a str,
    pub(crate) now: Timestamp,
}

/// A part of a page that data fills.
pub(crate) trait Module: Send + Sync {
    fn key(&self) -> ModuleKey;

    /// Draws what is known of the place, if anything is.
    fn show<'a>(&'a self, ask: &'a Ask<'_>) -> BoxFuture<'a, anyhow::Result<Option<Block>>>;
}

/// A module as it stands on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) key: ModuleKey,
    pub(crate) title: &'static str,
    pub(crate) body: Markup,
    pub(crate) source: SourceLine,
    /// The same without a drawing, line by line: for programs that read text.
    pub(crate) told: Vec<String>,
    /// The one number of it that says most.
    pub(crate) number: Option<Number>,
}

/// A number with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Number {
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Block {
    fn new(
        module: &impl Module,
        title: &'static str,
        body: &impl Template,
        source: SourceLine,
    ) -> askama::Result<Self> {
        Ok(Self {
            key: module.key(),
            title,
            body: Markup::of_template(body)?,
            source,
            told: Vec::new(),
            number: None,
        })
    }

    /// With what it says to programs.
    fn telling(self, told: impl IntoIterator<Item = String>) -> Self {
        Self {
            told: told.into_iter().collect(),
            ..self
        }
    }

    /// With the number that says most.
    fn with_number(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let number = Number {
            name: name.into(),
            value: value.into(),
        };
        Self {
            number: Some(number),
            ..self
        }
    }

    /// The name of the section in addresses: `#walk-score`.
    pub(crate) fn anchor(&self) -> String {
        self.key.as_str().replace('_', "-")
    }
}

impl Ask<'_> {
    /// What is known of the place itself.
    async fn known(&self, module: ModuleKey) -> anyhow::Result<Option<Facts>> {
        self.facts.find(&self.site.scope, self.place, module).await
    }

    /// The same, or else what is known of its town: taxes and schools do not change from street to street.
    async fn known_here_or_in_town(&self, module: ModuleKey) -> anyhow::Result<Option<Facts>> {
        let here = self.known(module).await?;
        if here.is_some() || self.place.neighborhood.is_none() {
            return Ok(here);
        }
        let town = Place {
            town: self.place.town.clone(),
            neighborhood: None,
        };
        self.facts.find(&self.site.scope, &town, module).await
    }

    fn source(&self, facts: &Facts) -> SourceLine {
        SourceLine::of(&facts.source, (facts.module, facts.fetched_at), self.now)
    }
}

/// Every module there is.
pub(crate) fn all() -> Arc<[Box<dyn Module>]> {
    Arc::new([
        Box::new(at_a_glance::AtAGlance),
        Box::new(schools::Schools),
        Box::new(taxes::Taxes),
        Box::new(walk_score::WalkScore),
        Box::new(points_of_interest::PointsOfInterest),
        Box::new(listings::Listings),
    ])
}

/// The blocks of a place's page: what the tenant switched on, in its order, as far as there is data.
pub(crate) async fn shown(
    modules: &[Box<dyn Module>],
    wanted: &[WebsiteModule],
    ask: &Ask<'_>,
) -> Vec<Block> {
    let wanted = wanted.iter().filter(|wanted| wanted.enabled);
    let asked = wanted.filter_map(|wanted| modules.iter().find(|module| module.key() == wanted.key));
    let blocks = join_all(asked.map(|module| shown_in_time(module.as_ref(), ask))).await;
    blocks.into_iter().flatten().collect()
}

async fn shown_in_time(module: &dyn Module, ask: &Ask<'_>) -> Option<Block> {
    let key = module.key();
    let (outcome, block) = match tokio::time::timeout(DEADLINE, module.show(ask)).await {
        Ok(Ok(Some(block))) => ("shown", Some(block)),
        Ok(Ok(None)) => ("no_data", None),
        Ok(Err(error)) => {
            tracing::warn!(
                error = &*error,
                module = key.as_str(),
                "the module {key} failed and was left out"
            );
            ("failed", None)
        }
        Err(_) => {
            tracing::warn!(
                module = key.as_str(),
                "the module {key} was too slow and was left out"
            );
            ("too_slow", None)
        }
    };
    metrics::counter!("web_modules_total", "module" => key.as_str(), "outcome" => outcome).increment(1);
    block
}
