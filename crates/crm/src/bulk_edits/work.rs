//! Working through a bulk edit: some records at a time, each time what became of them and how far we are in one
//! transaction. A process that dies leaves whole steps behind; another one goes on when the lease has run out.

use std::marker::PhantomData;

use db::{
    Db, TenantScope, Tx,
    tenant::{
        bulk_edits::{self, records, removed::Step},
        changes::{self, NewChange},
        members,
    },
};
use jiff::{SignedDuration, Timestamp};
use types::{
    BulkChange, BulkEdit, BulkEditId, BulkEditStatus, ChangeKind, Contact, DELETED_FOR, EditOutcome,
    EditSubject, EditedRecord, Ids, Lead, Meant, PageRequest, Unfit,
};
use uuid::Uuid;

use super::{
    holders,
    noted::Noted as _,
    numbers,
    record::{Changed, Record, Rest},
    told, trace,
    turn::{Outcome, Turn, put_back},
};
use crate::{app::App, hands};

/// Records of one step: enquiries that come meanwhile wait for no more.
pub(super) const STEP: u32 = 200;

/// How long a step may take before somebody else takes over.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// An edit of such records in our hands.
struct Job<'a, R> {
    db: &'a Db,
    ids: &'a dyn Ids,
    scope: &'a TenantScope,
    edit: BulkEdit,
    token: Uuid,
    about: PhantomData<fn() -> R>,
}

/// Works on an edit until it is through, we are told to stop, or somebody else took it over.
pub(crate) async fn work(app: &App, scope: &TenantScope, id: BulkEditId) -> db::Result<()> {
    let token = app.ids.new_id();
    let mut tx = app.db.write(scope).await?;
    if !bulk_edits::take(&mut tx, scope, id, token, LEASE).await? {
        return Ok(());
    }
    tx.commit().await?;
    let mut tx = app.db.read(scope).await?;
    let Some(edit) = bulk_edits::find(&mut tx, scope, id).await? else {
        return Ok(());
    };
    drop(tx);
    match edit.subject {
        EditSubject::Leads => Job::<Lead>::of(app, scope, (edit, token)).work(app).await,
        EditSubject::Contacts => Job::<Contact>::of(app, scope, (edit, token)).work(app).await,
    }
}

impl<'a, R: Record> Job<'a, R> {
    fn of(app: &'a App, scope: &'a TenantScope, (edit, token): (BulkEdit, Uuid)) -> Self {
        Self {
            db: &app.db,
            ids: &*app.ids,
            scope,
            edit,
            token,
            about: PhantomData,
        }
    }

    async fn work(mut self, app: &App) -> db::Result<()> {
        while self.edit.status.is_working() {
            if app.stop.is_stopping() {
                return self.let_go().await;
            }
            if !self.step().await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Gives the next records their turn. False when somebody else took over.
    async fn step(&mut self) -> db::Result<bool> {
        let mut tx = self.db.write(self.scope).await?;
        let now = tx.time().await?;
        let turn = match self.edit.status {
            BulkEditStatus::Undoing => self.noted(&mut tx).await?,
            _ => self.meant(&mut tx).await?,
        };
        let mut next = self.edit.clone();
        next.records_done += turn.ids.len() as i64;
        next.last = (turn.ids.last())
            .and_then(|id| Some((turn.there.get(id)?.created_at(), *id)))
            .or(next.last);
        if turn.is_last {
            next.status = next.status.once_worked();
            next.forget_at = self.forget_at(next.status, now);
        }
        let outcome = self.given(&mut tx, turn, now).await?;
        for record in &outcome.noted {
            next.counts.add(record.outcome);
        }
        records::note(&mut tx, self.scope, next.id, &outcome.noted).await?;
        if !bulk_edits::advance(&mut tx, self.scope, &next, self.token, LEASE).await? {
            return Ok(false);
        }
        self.tell(&mut tx, &next, &outcome, now).await?;
        tx.commit().await?;
        self.edit = next;
        Ok(true)
    }

    /// Gives records their turn: changes or deletes them, or takes that back.
    async fn given(&self, tx: &mut Tx, turn: Turn<R>, now: Timestamp) -> db::Result<Outcome<R>> {
        let is_undone = self.edit.status == BulkEditStatus::Undoing;
        if is_undone && self.deletes() {
            return self.bring_back(tx, turn).await;
        }
        let mut outcome = match is_undone {
            true => put_back(turn, now),
            false => self.changed(tx, turn, now).await?,
        };
        self.write(tx, &mut outcome).await?;
        Ok(outcome)
    }

    fn deletes(&self) -> bool {
        self.edit.change == BulkChange::Delete
    }

    /// When what a deletion took is forgotten: after a while, or at once when it was taken back.
    fn forget_at(&self, status: BulkEditStatus, now: Timestamp) -> Option<Timestamp> {
        let kept_for = match status {
            BulkEditStatus::Done => DELETED_FOR,
            _ => SignedDuration::ZERO,
        };
        self.deletes().then_some(now + kept_for)
    }

    /// What the next records are deleted as, or put back.
    const fn as_step(&self) -> Step {
        let number = match self.edit.status {
            // Those that are put back become steps of their own.
            BulkEditStatus::Undoing => -1 - self.edit.records_done,
            _ => self.edit.records_done,
        };
        Step {
            edit: self.edit.id,
            number,
        }
    }

    /// Puts back what was deleted, where nobody new is in its place.
    async fn bring_back(&self, tx: &mut Tx, turn: Turn<R>) -> db::Result<Outcome<R>> {
        let mut outcome = Outcome::default();
        let deleted = turn.noted.into_iter();
        outcome.noted = deleted
            .filter(|record| record.outcome == EditOutcome::Changed)
            .collect();
        let ids: Vec<_> = outcome.noted.iter().map(|record| record.record_id).collect();
        let back = R::put_back_removed(tx, self.scope, self.as_step(), &ids).await?;
        for noted in &mut outcome.noted {
            if back.contains(&noted.record_id) {
                noted.outcome = EditOutcome::PutBack;
            } else {
                noted.skip(match self.edit.subject {
                    EditSubject::Leads => Unfit::Erased,
                    EditSubject::Contacts => Unfit::Taken,
                });
                noted.outcome = EditOutcome::Kept;
            }
        }
        let found = R::named(tx, self.scope, &back).await?;
        outcome.written = found.into_iter().map(Changed::nothing).collect();
        Ok(outcome)
    }

    /// The records that the edit means and that had no turn yet.
    async fn meant(&self, tx: &mut Tx) -> db::Result<Turn<R>> {
        match &self.edit.meant {
            Meant::Named(ids) => {
                let done = usize::try_from(self.edit.records_done).unwrap_or(usize::MAX);
                let ids: Vec<_> = ids.iter().skip(done).copied().collect();
                let there = R::named(tx, self.scope, &ids).await?;
                Ok(Turn::of(ids, there, true))
            }
            Meant::Listed(query) => {
                // From where the list stood when the edit began: what came since is not meant.
                let after = self.edit.last.unwrap_or((self.edit.created_at, Uuid::max()));
                let page = PageRequest::new(STEP.into(), 0);
                let Some(page) = R::listed(tx, self.scope, Rest { query, after }, page).await? else {
                    return Ok(Turn::of(Vec::new(), Vec::new(), true));
                };
                let ids = page.items.iter().map(Record::id).collect();
                Ok(Turn::of(ids, page.items, !page.has_more))
            }
        }
    }

    /// The records that were given their turn before, to be put back.
    async fn noted(&self, tx: &mut Tx) -> db::Result<Turn<R>> {
        let window = (self.edit.records_done, i64::from(STEP));
        let mut noted = records::list(tx, self.scope, self.edit.id, window).await?;
        holders::leave_out_gone(tx, self.scope, &self.edit.change, &mut noted).await?;
        let ids: Vec<_> = noted.iter().map(|record| record.record_id).collect();
        let changed = noted
            .iter()
            .filter(|record| record.outcome == EditOutcome::Changed);
        let changed: Vec<_> = changed.map(|record| record.record_id).collect();
        let there = R::named(tx, self.scope, &changed).await?;
        let is_last = ids.len() < STEP as usize;
        Ok(Turn {
            noted,
            ..Turn::of(ids, there, is_last)
        })
    }

    /// What the edit makes of records, and what is kept of them for whoever undoes it.
    async fn changed(&self, tx: &mut Tx, turn: Turn<R>, now: Timestamp) -> db::Result<Outcome<R>> {
        let left_alone = match holders::is_gone(tx, self.scope, &self.edit.change).await? {
            true => (turn.ids.clone(), Unfit::NoHolder),
            false if self.deletes() => (R::shared(tx, self.scope, &turn.ids).await?, Unfit::Shared),
            false => (Vec::new(), Unfit::Shared),
        };
        let mut outcome = self.change(turn, &left_alone, now);
        numbers::keep(tx, self.scope, &self.edit, &mut outcome.noted).await?;
        Ok(outcome)
    }

    fn change(
        &self,
        mut turn: Turn<R>,
        (left_alone, why): &(Vec<Uuid>, Unfit),
        now: Timestamp,
    ) -> Outcome<R> {
        let mut outcome = Outcome::default();
        for (number, record_id) in (self.edit.records_done + 1..).zip(turn.ids) {
            let mut noted = EditedRecord {
                number,
                record_id,
                outcome: EditOutcome::Same,
                reason: None,
                before: None,
                version: None,
            };
            match turn.there.remove(&record_id).ok_or(Unfit::Gone) {
                Ok(_) if left_alone.contains(&record_id) => noted.skip(*why),
                Ok(record) if self.deletes() => {
                    noted.outcome = EditOutcome::Changed;
                    noted.version = Some(record.version());
                    outcome.written.push(Changed::nothing(record));
                }
                Ok(record) => {
                    let changed = record.changed(&self.edit.change, now);
                    noted.apply(&record, changed, &mut outcome.written);
                }
                Err(gone) => noted.skip(gone),
            }
            outcome.noted.push(noted);
        }
        outcome
    }

    /// Writes or deletes the records, and notes those that somebody else wrote at the same moment.
    async fn write(&self, tx: &mut Tx, outcome: &mut Outcome<R>) -> db::Result<()> {
        let all: Vec<R> = outcome
            .written
            .iter()
            .map(|changed| changed.record.clone())
            .collect();
        let written = match self.deletes() {
            true => R::remove(tx, self.scope, self.as_step(), &all).await?,
            false => R::update(tx, self.scope, &all).await?,
        };
        outcome
            .written
            .retain(|changed| written.contains(&changed.record.id()));
        if written.len() == all.len() {
            return Ok(());
        }
        let meant = |noted: &&mut EditedRecord| all.iter().any(|meant| meant.id() == noted.record_id);
        for noted in outcome.noted.iter_mut().filter(meant) {
            if !written.contains(&noted.record_id) {
                noted.skip(Unfit::JustChanged);
            }
        }
        Ok(())
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        edit: &BulkEdit,
        outcome: &Outcome<R>,
        now: Timestamp,
    ) -> db::Result<()> {
        let (mut activities, mut told) = (Vec::new(), Vec::new());
        let members = match edit.change {
            BulkChange::AssignedTo(_) => members::list(tx, self.scope).await?,
            _ => Vec::new(),
        };
        for changed in &outcome.written {
            let activity = R::traced(changed, self.ids, (edit.started_by, now), &members);
            told.push(
                match self.deletes() && self.edit.status == BulkEditStatus::Running {
                    true => changed.record.told_gone(),
                    false => changed.record.told(activity.as_ref()),
                },
            );
            activities.extend(activity);
        }
        if let BulkChange::AssignedTo(_) = edit.change {
            let leads: Vec<_> = outcome
                .written
                .iter()
                .map(|changed| changed.record.id().into())
                .collect();
            let by = (edit.started_by, now);
            let followed = hands::reminders_follow(tx, (self.scope, self.ids), &leads, by).await?;
            told.extend(followed.iter().map(hands::told));
            activities.extend(followed);
        }
        told::tell(tx, (self.scope, self.ids), edit, now).await?;
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
        records::trace(tx, self.scope, &activities).await?;
        // After the trace: that a member moved the lead back counts as an answer, too.
        numbers::put_back(tx, self.scope, &outcome.noted).await?;
        changes::append_many(tx, self.scope, &told, now).await
    }

    async fn let_go(&self) -> db::Result<()> {
        let mut tx = self.db.write(self.scope).await?;
        bulk_edits::release(&mut tx, self.scope, self.edit.id, self.token).await?;
        tx.commit().await
    }
}
