//! What others know of a place, asked for when it is due and kept in the database with its age.
//!
//! A page never waits for them longer than for any module: what is stored is shown at once, however old, and the question
//! goes on behind it. One question about a place is under way at a time. Whoever does not answer is left alone for a
//! while, and for longer when they say so: a quota is theirs to give.

mod google_places;
#[cfg(test)]
mod tests;
mod walk_score;

use std::{sync::Arc, time::Duration};

use anyhow::Context as _;
use db::{
    Db, TenantScope,
    tenant::{
        assignment,
        documents::{self, Published},
        facts,
    },
};
use futures::{FutureExt as _, future::BoxFuture};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use moka::future::Cache;
use secrecy::SecretString;
use server::{
    outgoing::{Outgoing, Unanswered, Url},
    settings::PlaceSettings,
};
use types::{
    Clock, ModuleKey, TenantId,
    content::{Coordinates, Neighborhood, Town},
    facts::{Facts, Place},
};

use google_places::GooglePlaces;
pub(super) use walk_score::NAME as WALK_SCORE;
use walk_score::WalkScores;

use super::{Provider, Stored};

/// How long a place is not asked about again when there was no answer.
const REST: SignedDuration = SignedDuration::from_mins(10);

/// How long nobody is asked anything when their quota is used up and they did not say until when.
const LONG_REST: SignedDuration = SignedDuration::from_hours(1);

/// Places under way or at rest at once.
const PLACES: u64 = 10_000;

/// How long an answer may take. Pages do not wait for it.
const DEADLINE: Duration = Duration::from_secs(5);

/// More than anybody has to say of a place.
const LARGEST_ANSWER: usize = 1024 * 1024;

/// Everybody the settings have a key of.
pub(crate) fn services(settings: &PlaceSettings) -> anyhow::Result<Vec<Box<dyn Service>>> {
    let mut services: Vec<Box<dyn Service>> = Vec::new();
    let access = |address: &str, key: &SecretString| {
        anyhow::Ok(Access {
            outgoing: Outgoing::new(DEADLINE, LARGEST_ANSWER)?,
            address: address.parse()?,
            key: key.clone(),
        })
    };
    if let Some(key) = &settings.walk_score {
        services.push(Box::new(WalkScores(access(walk_score::ADDRESS, key)?)));
    }
    if let Some(key) = &settings.google_places {
        services.push(Box::new(GooglePlaces(access(google_places::ADDRESS, key)?)));
    }
    Ok(services)
}

/// How somebody outside is reached.
struct Access {
    outgoing: Outgoing,
    address: Url,
    key: SecretString,
}

/// Somebody outside who knows something about places.
pub(crate) trait Service: Send + Sync {
    fn module(&self) -> ModuleKey;

    /// What their facts are signed with. Facts of another source are due at once.
    fn source(&self) -> &'static str;

    /// What they know of a place there.
    fn ask<'a>(&'a self, spot: &'a Spot) -> BoxFuture<'a, Result<Facts, Unanswered>>;
}

/// A place as somebody outside is asked about it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Spot {
    /// `Georgetown, Wilton, CT`.
    pub(crate) name: String,
    pub(crate) at: Coordinates,
    pub(crate) now: Timestamp,
    /// The day it is now where the tenant works.
    pub(crate) today: Date,
}

/// Asks services, and else tells what is stored.
pub(crate) struct Asked {
    stored: Stored,
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    services: Vec<Box<dyn Service>>,
    /// Questions under way, and places that had no answer, each with the time from which it is asked about again.
    busy: Cache<Key, Timestamp>,
    /// Services that are left alone, until when.
    resting: Cache<ModuleKey, Timestamp>,
}

/// A tenant's place, and what is asked about it.
type Key = (TenantId, Place, ModuleKey);

impl Asked {
    pub(crate) fn new(db: Db, clock: Arc<dyn Clock>, services: Vec<Box<dyn Service>>) -> Self {
        let inner = Inner {
            db: db.clone(),
            clock,
            services,
            busy: Cache::builder().max_capacity(PLACES).build(),
            resting: Cache::builder().max_capacity(16).build(),
        };
        Self {
            stored: Stored::new(db),
            inner: Arc::new(inner),
        }
    }
}

impl Provider for Asked {
    fn find<'a>(
        &'a self,
        scope: &'a TenantScope,
        place: &'a Place,
        module: ModuleKey,
    ) -> BoxFuture<'a, anyhow::Result<Option<Facts>>> {
        async move {
            let known = self.stored.find(scope, place, module).await?;
            if !self.inner.is_due(module, known.as_ref()) {
                return Ok(known);
            }
            let asking = Inner::ask(Arc::clone(&self.inner), scope.clone(), place.clone(), module);
            // On its own task: a page that is not waiting any more must not take the question with it.
            let asking = tokio::spawn(asking);
            if known.is_some() {
                return Ok(known);
            }
            asking.await.context("the question was given up")?;
            self.stored.find(scope, place, module).await
        }
        .boxed()
    }
}

impl Inner {
    fn service(&self, module: ModuleKey) -> Option<&dyn Service> {
        let mut services = self.services.iter();
        services
            .find(|service| service.module() == module)
            .map(AsRef::as_ref)
    }

    /// Whether somebody is to be asked: nobody was, or it is long ago.
    fn is_due(&self, module: ModuleKey, known: Option<&Facts>) -> bool {
        let (Some(service), Some(known)) = (self.service(module), known) else {
            return self.service(module).is_some();
        };
        let fresh = SignedDuration::from_hours(24 * module.fresh_for_days());
        known.source.name != service.source() || self.clock.now().duration_since(known.fetched_at) > fresh
    }

    /// Asks about a place and keeps the answer, unless somebody does already or they are left alone.
    async fn ask(self: Arc<Self>, scope: TenantScope, place: Place, module: ModuleKey) {
        let key = (scope.tenant_id().clone(), place.clone(), module);
        if self.rests(module).await || !self.is_first(&key).await {
            return;
        }
        let outcome = match self.ask_now(&scope, &place, module).await {
            Ok(Ok(())) => {
                // Fresh from here on: the next question is due in days.
                self.busy.invalidate(&key).await;
                "answered"
            }
            Ok(Err(why)) => {
                tracing::warn!(
                    module = module.as_str(),
                    "asked for {module}, and the service {why}"
                );
                if let Unanswered::Busy { wait } = why {
                    let wait = wait.and_then(|wait| SignedDuration::try_from(wait).ok());
                    let until = self.clock.now() + wait.unwrap_or(LONG_REST);
                    self.resting.insert(module, until).await;
                }
                "unanswered"
            }
            Err(error) => {
                tracing::error!(
                    error = &*error,
                    module = module.as_str(),
                    "asking for {module} failed"
                );
                "failed"
            }
        };
        metrics::counter!("web_questions_total", "module" => module.as_str(), "outcome" => outcome)
            .increment(1);
    }

    async fn rests(&self, module: ModuleKey) -> bool {
        let until = self.resting.get(&module).await;
        until.is_some_and(|until| until > self.clock.now())
    }

    /// Whether nobody asks about it already, and it is not at rest.
    async fn is_first(&self, key: &Key) -> bool {
        let now = self.clock.now();
        let entry = self.busy.entry(key.clone());
        let entry = entry
            .or_insert_with_if(async { now + REST }, |until| *until <= now)
            .await;
        entry.is_fresh()
    }

    async fn ask_now(
        &self,
        scope: &TenantScope,
        place: &Place,
        module: ModuleKey,
    ) -> anyhow::Result<Result<(), Unanswered>> {
        let service = self.service(module).context("nobody to ask")?;
        let Some(spot) = self.spot(scope, place).await? else {
            return Ok(Ok(()));
        };
        let facts = match service.ask(&spot).await {
            Ok(facts) => facts,
            Err(why) => return Ok(Err(why)),
        };
        let mut tx = self.db.write(scope).await?;
        facts::upsert(&mut tx, scope, place, &facts).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// Where a place is. None when nobody writes about it any more.
    async fn spot(&self, scope: &TenantScope, place: &Place) -> anyhow::Result<Option<Spot>> {
        let mut tx = self.db.read(scope).await?;
        let town: Option<Published<Town>> = documents::find(&mut tx, scope, &place.town, None).await?;
        let Some(Published { document: town, .. }) = town else {
            return Ok(None);
        };
        let now = self.clock.now();
        let zone = assignment::settings(&mut tx, scope).await?.zone;
        let today = now.to_zoned(TimeZone::get(&zone).unwrap_or(TimeZone::UTC)).date();
        let whole = format!("{}, {}", town.name, town.state);
        let Some(part) = &place.neighborhood else {
            return Ok(Some(Spot {
                name: whole,
                at: town.center,
                now,
                today,
            }));
        };
        let part: Option<Published<Neighborhood>> =
            documents::find(&mut tx, scope, part, Some(&place.town)).await?;
        Ok(part.map(|part| Spot {
            name: format!("{}, {whole}", part.document.name),
            at: part.document.center,
            now,
            today,
        }))
    }
}
