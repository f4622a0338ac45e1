//! What a website event leaves behind: one exhaustive match from the event to its story.
//!
//! Everything a job does happens in one transaction under the key of the job's own tenant, its `processed` mark
//! included: a worker that dies anywhere leaves all of it or nothing.

mod behaviour;
mod lead_submitted;
mod matching;
mod scene;
#[cfg(test)]
mod tests;
mod valuation_requested;

use std::sync::Arc;

use db::{
    Db,
    door::claims::Claimed,
    tenant::{changes, jobs},
};
use futures::future::BoxFuture;
use scene::{Scene, Traces};
use types::{Clock, Ids, WebsiteEvent, events::Payload};

use crate::failure::JobError;

/// What is done with a job. [`Stories`] in earnest; tests have one that panics, and one that hangs.
pub(crate) trait Ingest: Send + Sync {
    /// Gives the job its effects, and marks it as processed with them.
    fn ingest<'a>(&'a self, job: &'a Claimed) -> BoxFuture<'a, Result<(), JobError>>;
}

/// The stories of the website events.
pub(crate) struct Stories {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
}

/// How often a story that was overtaken begins again. Each time somebody else got ahead with the same address or
/// number, so the next try finds that contact; three different rivals within milliseconds are no coincidence.
const TRIES: u32 = 3;

impl Ingest for Stories {
    fn ingest<'a>(&'a self, job: &'a Claimed) -> BoxFuture<'a, Result<(), JobError>> {
        Box::pin(async move {
            let event = WebsiteEvent::parse(&job.payload, job.scope.tenant_id())?;
            for _ in 1..TRIES {
                match self.tell(job, &event).await {
                    Err(JobError::Overtaken) => {}
                    told => return told,
                }
            }
            self.tell(job, &event).await
        })
    }
}

impl Stories {
    /// Tells the event's story once, in a transaction of its own.
    async fn tell(&self, job: &Claimed, event: &WebsiteEvent) -> Result<(), JobError> {
        let (scope, now) = (&job.scope, self.clock.now());
        let mut tx = self.db.write(scope).await?;
        let mut traces = Traces::default();
        if jobs::record_ingested(&mut tx, scope, job, event.occurred_at, now).await? {
            let mut scene = Scene {
                tx: &mut tx,
                scope,
                ids: &*self.ids,
                now,
                // A website's clock may be ahead of ours; nothing has happened in the future.
                occurred_at: event.occurred_at.min(now),
            };
            traces = story_of(&mut scene, &event.payload).await?;
            jobs::link_ingested(&mut tx, scope, job, traces.contact_id, traces.lead_id).await?;
        }
        jobs::finish(&mut tx, scope, job, now).await??;
        for change in &traces.changes {
            changes::append(&mut tx, scope, change, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

async fn story_of(scene: &mut Scene<'_>, payload: &Payload) -> Result<Traces, JobError> {
    match payload {
        Payload::LeadSubmitted(lead) => lead_submitted::ingest(scene, lead).await,
        Payload::ValuationRequested(valuation) => valuation_requested::ingest(scene, valuation).await,
        Payload::SearchPerformed(_)
        | Payload::ListingViewed(_)
        | Payload::ListingFavorited(_)
        | Payload::ListingUnfavorited(_) => Ok(behaviour::ingest()),
    }
}
