//! Gives a batch of jobs their effects: one transaction, a constant number of statements, whatever the batch holds.
//!
//! The mark `processed` is written first and asks for each job's lease: what is not held any more is left out, and
//! nothing of it is there. Everything else follows for the jobs that are, and all of it is committed together.

mod assign;
#[cfg(test)]
mod tests;
mod write;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use jiff::{SignedDuration, Timestamp};
use types::{
    Activity, ActivityId, ContactId, Feature, Ids, JobId, Lead, LeadId, Notice, TenantId,
    effects::{Effects, Happening, Wish},
    matching::Directory,
};

use self::write::{Correction, Earlier, EventOf, Known, VisitorKey};
use super::{
    overrides,
    queue_hours::{Counted, Outcome},
};
use crate::{Db, Error, PlatformScope, Result, Tx, door::claims::Claimed, tenant::contacts::many};

/// A job and what its event leaves behind.
#[derive(Debug, Clone, Copy)]
pub struct Work<'a> {
    /// The job, held under a lease.
    pub job: &'a Claimed,
    /// What it leaves behind.
    pub effects: &'a Effects,
}

/// Rows that are about to be written, each with whose they are.
#[derive(Debug, Default)]
struct Rows<'a> {
    leads: Vec<(&'a TenantId, Lead)>,
    /// Leads of earlier events that get newer facts, each once.
    corrected: BTreeMap<(TenantId, LeadId), Correction<'a>>,
    activities: Vec<(TenantId, Activity)>,
    notices: Vec<(TenantId, Notice)>,
    ingested: Vec<Ingested<'a>>,
    /// Visitors who said who they are.
    introduced: BTreeMap<VisitorKey, ContactId>,
    /// What visitors did whom nobody knows yet.
    waiting: Vec<Work<'a>>,
}

/// An event that has had its effect.
#[derive(Debug)]
struct Ingested<'a> {
    work: Work<'a>,
    contact_id: Option<ContactId>,
    lead_id: Option<LeadId>,
}

/// What a batch has to know before it is worked out.
struct Before {
    known: Known,
    planned: HashSet<TenantId>,
    earlier: BTreeMap<EventOf, Earlier>,
}

/// How often a batch looks again for contacts that somebody else made in the meantime.
const LOOKS: u32 = 3;

/// Gives the jobs their effects, and says which of them were still held. The others were taken over by another
/// worker, and have none of this.
pub async fn apply(
    db: &Db,
    platform: &PlatformScope,
    batch: &[Work<'_>],
    ids: &dyn Ids,
) -> Result<HashSet<JobId>> {
    let mut tx = db.write_repeatable(platform).await?;
    let now = tx.time().await?;
    let held = write::finish(&mut tx, batch, now).await?;
    let holding: Vec<Work<'_>> = batch
        .iter()
        .filter(|work| held.contains(&work.job.id))
        .copied()
        .collect();
    let ingested = write::ingested_before(&mut tx, &holding).await?;
    // Requeued after its effect: the mark is all it still needed.
    let fresh: Vec<Work<'_>> = holding
        .into_iter()
        .filter(|work| !ingested.contains(&work.job.id))
        .collect();
    let people: Vec<_> = fresh
        .iter()
        .filter_map(|work| Some((work.job.scope.tenant_id(), work.effects.person.as_ref()?)))
        .collect();
    let mut directory = many::directory(&mut tx, &people).await?;
    // After the contacts: whoever merges those takes them first, too.
    let before = Before {
        known: write::meet(&mut tx, &fresh, now).await?,
        planned: planned(&mut tx, platform, &fresh, now).await?,
        earlier: write::earlier(&mut tx, &fresh).await?,
    };
    let mut rows = plan(&fresh, &mut directory, &before, (ids, now));
    let mut looks = 1;
    while !many::write(&mut tx, &directory, now).await? {
        if looks == LOOKS {
            return Err(Error::Conflict {
                constraint: "contacts that others keep making".to_owned(),
            });
        }
        looks += 1;
        directory = many::directory(&mut tx, &people).await?;
        rows = plan(&fresh, &mut directory, &before, (ids, now));
    }
    // Late, because whoever takes a turn holds it to the commit.
    assign::assign(&mut tx, &mut rows, (ids, now)).await?;
    write::rows(&mut tx, &rows, now).await?;
    write::reminders_follow(&mut tx, &mut rows, (ids, now)).await?;
    write::keep_waiting(&mut tx, &rows.waiting).await?;
    // After that: who is introduced by this batch finds what they did in it before.
    write::introduce(&mut tx, &rows.introduced, ids).await?;
    write::feed(&mut tx, (&directory, &rows), now).await?;
    count(&mut tx, batch, &held, now).await?;
    tx.commit().await?;
    Ok(held)
}

/// Only marks the jobs as processed that are still held, and says which: what a job costs that leaves nothing behind.
pub async fn finish(db: &Db, platform: &PlatformScope, batch: &[Work<'_>]) -> Result<HashSet<JobId>> {
    let mut tx = db.write_repeatable(platform).await?;
    let now = tx.time().await?;
    let held = write::finish(&mut tx, batch, now).await?;
    count(&mut tx, batch, &held, now).await?;
    tx.commit().await?;
    Ok(held)
}

/// Counts the jobs that had their effect, for whoever looks at the queue.
async fn count(tx: &mut Tx, batch: &[Work<'_>], held: &HashSet<JobId>, now: Timestamp) -> Result<()> {
    let mut counted = Counted::default();
    for Work { job, .. } in batch.iter().filter(|work| held.contains(&work.job.id)) {
        counted.add(job.scope.tenant_id(), &job.event_type, job.created_at);
    }
    counted.write(tx, Outcome::Done, now).await
}

/// How long after it came a lead is to be followed up, where that plans itself.
const FOLLOW_UP: SignedDuration = SignedDuration::from_hours(24);

/// Whose new leads plan their own next step: tenants that have automation. Nobody is asked about when no lead comes.
async fn planned(
    tx: &mut Tx,
    platform: &PlatformScope,
    fresh: &[Work<'_>],
    now: Timestamp,
) -> Result<HashSet<TenantId>> {
    let wishes = fresh.iter().filter(|work| work.effects.wish.is_some());
    let tenants: BTreeSet<&TenantId> = wishes.map(|work| work.job.scope.tenant_id()).collect();
    if tenants.is_empty() {
        return Ok(HashSet::new());
    }
    let tenants: Vec<TenantId> = tenants.into_iter().cloned().collect();
    let entitled = overrides::entitlements_of(tx, platform, &tenants).await?;
    let planned = entitled
        .into_iter()
        .filter(|(_, entitled)| entitled.has(Feature::AutomationSequences, now));
    Ok(planned.map(|(tenant_id, _)| tenant_id).collect())
}

/// Works out every row, in the order the events came.
fn plan<'a>(
    fresh: &[Work<'a>],
    directory: &mut Directory,
    before: &Before,
    (ids, now): (&dyn Ids, Timestamp),
) -> Rows<'a> {
    let mut rows = Rows::default();
    for work in fresh {
        let tenant_id = work.job.scope.tenant_id();
        let effects = work.effects;
        let contact_id = effects
            .person
            .as_ref()
            .map(|person| directory.find_or_add(tenant_id, person, ids, now));
        let follow_up = before.planned.contains(tenant_id).then(|| now + FOLLOW_UP);
        let joined = rows.join(work, contact_id, &before.earlier);
        let wish = effects.wish.as_ref().filter(|_| joined.is_none());
        let lead = wish.map(|wish| lead(wish, (contact_id, follow_up), ids, now));
        let lead_id = joined.or(lead.as_ref().map(|lead| lead.id));
        rows.leads.extend(lead.map(|lead| (tenant_id, lead)));
        if let Some(happening) = &effects.happening {
            let activity = activity(happening, effects.occurred_at, (contact_id, lead_id), ids);
            rows.activities.push((tenant_id.clone(), activity));
        }
        let followed = rows.follow(work, contact_id, &before.known, ids);
        rows.ingested.push(Ingested {
            work: *work,
            contact_id: contact_id.or(followed),
            lead_id,
        });
    }
    rows
}

/// A lead of this wish. It is created now, not when the visitor wrote: whoever works through the newest leads must
/// meet one that was held up, and the timeline says when it was written.
fn lead(
    wish: &Wish,
    (contact_id, follow_up): (Option<ContactId>, Option<Timestamp>),
    ids: &dyn Ids,
    now: Timestamp,
) -> Lead {
    Lead {
        contact_id,
        next_action_at: follow_up,
        next_action_note: follow_up.map(|_| "Follow up".to_owned()),
        timeframe: wish.timeframe.clone(),
        notes: wish.notes.clone(),
        property: wish.property.clone(),
        ..Lead::new(LeadId::new(ids), wish.lead_type, wish.source.as_str(), now)
    }
}

impl<'a> Rows<'a> {
    /// Gives the lead of the event that this one corrects its facts, and says which lead that is.
    ///
    /// None when it corrects nothing, when the lead is gone, and when somebody else asks by now: that is a lead of its own.
    fn join(
        &mut self,
        work: &Work<'a>,
        contact_id: Option<ContactId>,
        earlier: &BTreeMap<EventOf, Earlier>,
    ) -> Option<LeadId> {
        let (event, wish) = (work.corrects()?, work.effects.wish.as_ref()?);
        if let Some(earlier) = earlier.get(&event) {
            let (whose, lead_id) = (Some(earlier.contact_id), earlier.lead_id);
            return (whose == contact_id).then(|| {
                let correction = Correction::of(earlier.clone(), wish);
                self.corrected.insert((event.0, lead_id), correction);
                lead_id
            });
        }
        // Not long ago: in this very batch.
        let (tenant_id, key) = (&event.0, &event.1);
        let opened = self.ingested.iter().find(|ingested| {
            ingested.work.job.scope.tenant_id() == tenant_id && ingested.work.job.event_key == *key
        })?;
        let lead_id = opened.lead_id.filter(|_| opened.contact_id == contact_id)?;
        let (_, lead) = self.leads.iter_mut().find(|(_, lead)| lead.id == lead_id)?;
        lead.property = wish.property.clone();
        lead.timeframe = wish.timeframe.clone().or(lead.timeframe.take());
        Some(lead_id)
    }

    /// Learns who the visitor is, or whose timeline it is that what they did belongs to. None while nobody knows.
    fn follow(
        &mut self,
        work: &Work<'a>,
        introduced: Option<ContactId>,
        known: &Known,
        ids: &dyn Ids,
    ) -> Option<ContactId> {
        let visitor = work.visitor()?;
        if let Some(contact_id) = introduced {
            self.introduced.insert(visitor.clone(), contact_id);
        }
        let whose = self.introduced.get(&visitor).copied();
        let whose = whose.or_else(|| known.get(&visitor).copied().flatten());
        let behaviour = work.effects.behaviour.as_ref()?;
        match whose {
            Some(_) => {
                let activity = activity(behaviour, work.effects.occurred_at, (whose, None), ids);
                self.activities.push((visitor.0, activity));
            }
            None => self.waiting.push(*work),
        }
        whose
    }
}

impl Work<'_> {
    /// The event that this one corrects, if it does.
    fn corrects(&self) -> Option<EventOf> {
        let key = self.effects.corrects.as_ref()?;
        Some((self.job.scope.tenant_id().clone(), key.clone()))
    }

    /// The visitor, if the event says which.
    fn visitor(&self) -> Option<VisitorKey> {
        let visitor_id = self.effects.visitor.as_ref()?;
        Some((self.job.scope.tenant_id().clone(), visitor_id.clone()))
    }
}

fn activity(
    happening: &Happening,
    occurred_at: Timestamp,
    (contact_id, lead_id): (Option<ContactId>, Option<LeadId>),
    ids: &dyn Ids,
) -> Activity {
    Activity {
        id: ActivityId::new(ids),
        contact_id,
        lead_id,
        activity_type: happening.activity_type,
        occurred_at,
        summary: happening.summary.clone(),
        metadata: happening.metadata.clone(),
        actor: None,
    }
}
