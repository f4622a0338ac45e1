//! Working through a bulk edit: some leads at a time, each time what became of them and how far we are in one
//! transaction. A process that dies leaves whole steps behind; another one goes on when the lease has run out.

use std::collections::HashMap;

use db::{
    Db, TenantScope, Tx,
    tenant::{
        bulk_edits::{self, leads as edited},
        changes::NewChange,
        leads,
    },
};
use jiff::{SignedDuration, Timestamp};
use types::{
    Activity, Before, BulkEdit, BulkEditId, BulkEditStatus, ChangeKind, EditOutcome, EditedLead, Ids, Lead,
    LeadChange, LeadId, Meant, PageRequest, StatusMove, Unfit,
};
use uuid::Uuid;

use super::trace;
use crate::{app::App, leads::filter};

/// Leads of one step: enquiries that come meanwhile wait for no more.
const STEP: u32 = 200;

/// How long a step may take before somebody else takes over.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// An edit in our hands.
struct Job<'a> {
    db: &'a Db,
    ids: &'a dyn Ids,
    scope: &'a TenantScope,
    edit: BulkEdit,
    token: Uuid,
}

/// The leads whose turn it is, and those of them that are there.
struct Turn {
    /// In their order.
    ids: Vec<LeadId>,
    there: HashMap<LeadId, Lead>,
    /// What was noted of each before, when an edit is taken back.
    noted: Vec<EditedLead>,
    is_last: bool,
}

/// What a step writes.
#[derive(Default)]
struct Outcome {
    noted: Vec<EditedLead>,
    written: Vec<(Lead, Option<StatusMove>)>,
}

/// Works on an edit until it is through, we are told to stop, or somebody else took it over.
pub(crate) async fn work(app: &App, scope: &TenantScope, id: BulkEditId) -> db::Result<()> {
    let token = app.ids.new_id();
    let mut tx = app.db.write(scope).await?;
    let Some(edit) = bulk_edits::take(&mut tx, scope, id, token, LEASE).await? else {
        return Ok(());
    };
    tx.commit().await?;
    let mut job = Job {
        db: &app.db,
        ids: &*app.ids,
        scope,
        edit,
        token,
    };
    while job.edit.status.is_working() {
        if app.stop.is_stopping() {
            return job.let_go().await;
        }
        if !job.step().await? {
            return Ok(());
        }
    }
    Ok(())
}

impl Job<'_> {
    /// Gives the next leads their turn. False when somebody else took over.
    async fn step(&mut self) -> db::Result<bool> {
        let mut tx = self.db.write(self.scope).await?;
        let now = tx.time().await?;
        let turn = match self.edit.status {
            BulkEditStatus::Undoing => self.noted(&mut tx).await?,
            _ => self.meant(&mut tx).await?,
        };
        let mut next = self.edit.clone();
        next.leads_done += turn.ids.len() as i64;
        next.last = (turn.ids.last())
            .and_then(|id| Some((turn.there.get(id)?.created_at, *id)))
            .or(next.last);
        if turn.is_last {
            next.status = next.status.once_worked();
        }
        let mut outcome = match self.edit.status {
            BulkEditStatus::Undoing => self.put_back(turn, now),
            _ => self.change(turn, now),
        };
        self.write(&mut tx, &mut outcome).await?;
        for lead in &outcome.noted {
            next.counts.add(lead.outcome);
        }
        edited::note(&mut tx, self.scope, next.id, &outcome.noted).await?;
        if !bulk_edits::advance(&mut tx, self.scope, &next, self.token, LEASE).await? {
            return Ok(false);
        }
        self.tell(&mut tx, &next, &outcome.written, now).await?;
        tx.commit().await?;
        self.edit = next;
        Ok(true)
    }

    /// The leads that the edit means and that had no turn yet.
    async fn meant(&self, tx: &mut Tx) -> db::Result<Turn> {
        match &self.edit.meant {
            Meant::Named(ids) => {
                let done = usize::try_from(self.edit.leads_done).unwrap_or(usize::MAX);
                let ids: Vec<_> = ids.iter().skip(done).copied().collect();
                let there = leads::find_to_change(tx, self.scope, &ids).await?;
                Ok(Turn::of(ids, there, true))
            }
            Meant::Listed(query) => {
                // From where the list stood when the edit began: what came since is not meant.
                let start = (self.edit.created_at, Uuid::max().into());
                let Ok(filter) = filter::of_query(query) else {
                    // Begun by a version that knew another filter. No filter would mean every lead.
                    return Ok(Turn::of(Vec::new(), Vec::new(), true));
                };
                let filter = leads::LeadFilter {
                    sort: leads::LeadSort::Newest,
                    after: Some(self.edit.last.unwrap_or(start)),
                    ..filter
                };
                let page = leads::list(tx, self.scope, &filter, PageRequest::new(STEP.into(), 0)).await?;
                let there: Vec<Lead> = page.items.into_iter().map(|found| found.lead).collect();
                let ids = there.iter().map(|lead| lead.id).collect();
                Ok(Turn::of(ids, there, !page.has_more))
            }
        }
    }

    /// The leads that were given their turn before, to be put back.
    async fn noted(&self, tx: &mut Tx) -> db::Result<Turn> {
        let window = (self.edit.leads_done, i64::from(STEP));
        let noted = edited::list(tx, self.scope, self.edit.id, window).await?;
        let ids: Vec<_> = noted.iter().map(|lead| lead.lead_id).collect();
        let changed = noted.iter().filter(|lead| lead.outcome == EditOutcome::Changed);
        let changed: Vec<_> = changed.map(|lead| lead.lead_id).collect();
        let there = leads::find_to_change(tx, self.scope, &changed).await?;
        let is_last = ids.len() < STEP as usize;
        Ok(Turn {
            noted,
            ..Turn::of(ids, there, is_last)
        })
    }

    fn change(&self, mut turn: Turn, now: Timestamp) -> Outcome {
        let mut outcome = Outcome::default();
        for (number, id) in (self.edit.leads_done + 1..).zip(turn.ids) {
            let mut noted = EditedLead {
                number,
                lead_id: id,
                outcome: EditOutcome::Same,
                reason: None,
                before: None,
                version: None,
            };
            match turn.there.remove(&id).ok_or(Unfit::Gone) {
                Ok(lead) => {
                    let change = self.edit.change.of(&lead).map_err(|error| error.to_string());
                    noted.apply(lead, change, now, &mut outcome.written);
                }
                Err(gone) => noted.skip(gone),
            }
            outcome.noted.push(noted);
        }
        outcome
    }

    fn put_back(&self, mut turn: Turn, now: Timestamp) -> Outcome {
        let mut outcome = Outcome::default();
        let changed = turn.noted.into_iter();
        for mut noted in changed.filter(|lead| lead.outcome == EditOutcome::Changed) {
            let lead = turn.there.remove(&noted.lead_id);
            let untouched = lead.filter(|lead| Some(lead.version) == noted.version);
            noted.outcome = EditOutcome::Kept;
            if let Some((lead, before)) = untouched.zip(noted.before.clone()) {
                noted.apply(lead, Ok(before.again()), now, &mut outcome.written);
                noted.outcome = EditOutcome::PutBack;
            }
            outcome.noted.push(noted);
        }
        outcome
    }

    /// Writes the leads, and notes those that somebody else wrote at the same moment.
    async fn write(&self, tx: &mut Tx, outcome: &mut Outcome) -> db::Result<()> {
        let leads: Vec<_> = outcome.written.iter().map(|(lead, _)| lead.clone()).collect();
        let written = edited::update(tx, self.scope, &leads).await?;
        outcome.written.retain(|(lead, _)| written.contains(&lead.id));
        if written.len() == leads.len() {
            return Ok(());
        }
        let meant = |lead: &&mut EditedLead| leads.iter().any(|meant| meant.id == lead.lead_id);
        for lead in outcome.noted.iter_mut().filter(meant) {
            if !written.contains(&lead.lead_id) {
                lead.skip(Unfit::JustChanged);
            }
        }
        Ok(())
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        edit: &BulkEdit,
        written: &[(Lead, Option<StatusMove>)],
        now: Timestamp,
    ) -> db::Result<()> {
        let (mut activities, mut told) = (Vec::<Activity>::new(), Vec::new());
        for (lead, moved) in written {
            let activity =
                moved.map(|moved| crate::leads::status_changed(self.ids, edit.started_by, lead, moved, now));
            told.push(NewChange {
                kind: ChangeKind::LeadUpdated,
                lead_id: Some(lead.id),
                contact_id: lead.contact_id,
                activity_id: activity.as_ref().map(|activity| activity.id),
            });
            activities.extend(activity);
        }
        if !edit.status.is_working() {
            let activity = trace::activity(self.ids, edit, now);
            told.push(NewChange {
                kind: ChangeKind::ActivityLogged,
                lead_id: None,
                contact_id: None,
                activity_id: Some(activity.id),
            });
            activities.push(activity);
        }
        edited::tell(tx, self.scope, (&activities, &told), now).await
    }

    async fn let_go(&self) -> db::Result<()> {
        let mut tx = self.db.write(self.scope).await?;
        bulk_edits::release(&mut tx, self.scope, self.edit.id, self.token).await?;
        tx.commit().await
    }
}

impl Turn {
    fn of(ids: Vec<LeadId>, there: Vec<Lead>, is_last: bool) -> Self {
        Self {
            ids,
            there: there.into_iter().map(|lead| (lead.id, lead)).collect(),
            noted: Vec::new(),
            is_last,
        }
    }
}

/// What an edit makes of a lead.
trait Noted {
    fn skip(&mut self, why: impl ToString);
    fn apply(
        &mut self,
        lead: Lead,
        change: Result<LeadChange, String>,
        now: Timestamp,
        written: &mut Vec<(Lead, Option<StatusMove>)>,
    );
}

impl Noted for EditedLead {
    fn skip(&mut self, why: impl ToString) {
        self.outcome = EditOutcome::Skipped;
        self.reason = Some(why.to_string());
        (self.before, self.version) = (None, None);
    }

    fn apply(
        &mut self,
        lead: Lead,
        change: Result<LeadChange, String>,
        now: Timestamp,
        written: &mut Vec<(Lead, Option<StatusMove>)>,
    ) {
        let mut after = lead.clone();
        let moved = change.and_then(|change| after.apply(change, now).map_err(|error| error.to_string()));
        match moved {
            Ok(_) if after == lead => {}
            Ok(moved) => {
                self.outcome = EditOutcome::Changed;
                self.before = Some(Before::of(&lead));
                self.version = Some(lead.version + 1);
                written.push((after, moved));
            }
            Err(why) => self.skip(why),
        }
    }
}
