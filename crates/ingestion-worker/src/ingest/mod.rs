//! What a website event leaves behind: one exhaustive match from the event to its effects.
//!
//! Effects are worked out without a database, then written for a whole batch at once, in one transaction with the
//! marks `processed`: a worker that dies anywhere leaves all of a job or nothing.

#[cfg(test)]
mod assignment_tests;
#[cfg(test)]
mod bad_input_tests;
mod behaviour;
#[cfg(test)]
mod behaviour_tests;
mod lead_submitted;
#[cfg(test)]
mod tests;
mod valuation_requested;

use std::{collections::HashSet, sync::Arc};

use db::{
    Db, PlatformScope,
    door::claims::Claimed,
    platform::effects::{self, Work},
};
use futures::future::BoxFuture;
use server::Context;
use types::{ActivityType, Ids, JobId, WebsiteEvent, effects::Effects, events::Payload};

use crate::failure::JobError;

/// What is done with jobs. [`Stories`] in earnest; tests have one that panics, and one that hangs, and a measurement
/// one that does nothing.
pub trait Ingest: Send + Sync {
    /// Reads a job's event and works out its effects.
    fn read(&self, job: &Claimed) -> Result<Effects, JobError>;

    /// Writes the effects of a batch, and says which of its jobs were still held.
    fn write<'a>(&'a self, batch: &'a [Work<'a>]) -> BoxFuture<'a, db::Result<HashSet<JobId>>>;
}

/// The stories of the website events.
pub struct Stories {
    db: Db,
    ids: Arc<dyn Ids>,
}

impl Stories {
    /// Stories that are written into this process's database.
    pub fn new(context: &Context) -> Self {
        Self {
            db: context.db.clone(),
            ids: Arc::clone(&context.ids),
        }
    }
}

impl Ingest for Stories {
    fn read(&self, job: &Claimed) -> Result<Effects, JobError> {
        let event = WebsiteEvent::parse(&job.payload, job.scope.tenant_id())?;
        Ok(effects_of(&event))
    }

    fn write<'a>(&'a self, batch: &'a [Work<'a>]) -> BoxFuture<'a, db::Result<HashSet<JobId>>> {
        let platform = PlatformScope::of_worker();
        Box::pin(async move { effects::apply(&self.db, &platform, batch, &*self.ids).await })
    }
}

fn effects_of(event: &WebsiteEvent) -> Effects {
    let at = event.occurred_at;
    if let Some(suspicion) = event.payload.suspicion().filter(|suspicion| suspicion.is_held()) {
        return Effects::held(at, suspicion.score());
    }
    match &event.payload {
        Payload::LeadSubmitted(lead) => lead_submitted::effects(lead, at),
        Payload::ValuationRequested(valuation) => valuation_requested::effects(valuation, at),
        Payload::SearchPerformed(search) => behaviour::search(search, at),
        Payload::ListingViewed(listing) => {
            behaviour::listing((ActivityType::WebsiteListingViewed, "Looked at"), listing, at)
        }
        Payload::ListingFavorited(listing) => {
            behaviour::listing((ActivityType::WebsiteListingFavorited, "Kept"), listing, at)
        }
        Payload::ListingUnfavorited(listing) => behaviour::listing(
            (ActivityType::WebsiteListingUnfavorited, "Let go of"),
            listing,
            at,
        ),
    }
}
