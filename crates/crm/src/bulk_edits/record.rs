//! What a bulk edit may be about: how leads and contacts are found, changed, put back, written and told.

use db::{
    TenantScope, Tx,
    tenant::{
        bulk_edits::{
            records,
            removed::{self, Step},
        },
        changes::NewChange,
        contacts::{self, ContactFilter, ContactSort},
        leads::{self, LeadFilter, LeadSort},
    },
};
use jiff::Timestamp;
use types::{
    Activity, Before, BulkChange, ChangeKind, Contact, ContactBefore, ContactId, Ids, Lead, LeadBefore, Mark,
    Member, Page, PageRequest, PersonId, StatusMove,
};
use uuid::Uuid;

use crate::{contacts as contact_pages, leads::filter};

/// A record as an edit leaves it, and what its timeline says of it.
pub(super) struct Changed<R> {
    pub(super) record: R,
    pub(super) before: R,
    pub(super) moved: Option<StatusMove>,
}

impl<R: Clone> Changed<R> {
    /// A record that is as it was: it goes, or comes back.
    pub(super) fn nothing(record: R) -> Self {
        Self {
            before: record.clone(),
            record,
            moved: None,
        }
    }
}

/// The rest of a list: its query, and the record before it, by when it came and its id.
pub(super) struct Rest<'a> {
    pub(super) query: &'a str,
    pub(super) after: (Timestamp, Uuid),
}

/// A kind of record that a bulk edit may be about.
pub(super) trait Record: Clone + PartialEq + Sized {
    /// Names it within its tenant.
    fn id(&self) -> Uuid;

    /// Counts its changes.
    fn version(&self) -> i64;

    /// When it came.
    fn created_at(&self) -> Timestamp;

    /// What of it an edit may change.
    fn before(&self) -> Before;

    /// What an edit makes of it, or why it leaves it alone, as a sentence.
    fn changed(&self, change: &BulkChange, now: Timestamp) -> Result<Changed<Self>, String>;

    /// The same record as it was before.
    fn put_back(&self, before: &Before, now: Timestamp) -> Result<Changed<Self>, String>;

    /// Finds those of these that are seen, in no order. PostgreSQL holds them until the commit.
    async fn named(tx: &mut Tx, scope: &TenantScope, ids: &[Uuid]) -> db::Result<Vec<Self>>;

    /// Lists what a list shows after a record, newest first; none for a query that nobody knows (any more): no filter
    /// would mean every record.
    async fn listed(
        tx: &mut Tx,
        scope: &TenantScope,
        list: Rest<'_>,
        page: PageRequest,
    ) -> db::Result<Option<Page<Self>>>;

    /// Writes back those that nobody changed since they were read: says which.
    async fn update(tx: &mut Tx, scope: &TenantScope, all: &[Self]) -> db::Result<Vec<Uuid>>;

    /// Those of these that a colleague works with, too: whoever sees their own leads takes none of them away.
    async fn shared(tx: &mut Tx, scope: &TenantScope, ids: &[Uuid]) -> db::Result<Vec<Uuid>>;

    /// Deletes those that nobody changed since they were read: says which.
    async fn remove(tx: &mut Tx, scope: &TenantScope, step: Step, all: &[Self]) -> db::Result<Vec<Uuid>>;

    /// Puts those back that were deleted and can come back: says which.
    async fn put_back_removed(
        tx: &mut Tx,
        scope: &TenantScope,
        step: Step,
        ids: &[Uuid],
    ) -> db::Result<Vec<Uuid>>;

    /// What the feed is told of it.
    fn told(&self, activity: Option<&Activity>) -> NewChange;

    /// What the feed is told when it is no more.
    fn told_gone(&self) -> NewChange;

    /// What its timeline says of the one thing that is different. Whoever has it now is named if they are among `members`.
    fn traced(
        changed: &Changed<Self>,
        ids: &dyn Ids,
        by: (PersonId, Timestamp),
        members: &[Member],
    ) -> Option<Activity>;
}

impl Record for Lead {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn before(&self) -> Before {
        Before::Lead(LeadBefore::of(self))
    }

    fn changed(&self, change: &BulkChange, now: Timestamp) -> Result<Changed<Self>, String> {
        let change = change.of(self).map_err(|unfit| unfit.to_string())?;
        let mut record = self.clone();
        let moved = record.apply(change, now).map_err(|error| error.to_string())?;
        let before = self.clone();
        Ok(Changed {
            record,
            before,
            moved,
        })
    }

    fn put_back(&self, before: &Before, now: Timestamp) -> Result<Changed<Self>, String> {
        let Before::Lead(before) = before else {
            return Err(OF_ANOTHER_KIND.to_owned());
        };
        let mut record = self.clone();
        let moved = record
            .apply(before.again(), now)
            .map_err(|error| error.to_string())?;
        let before = self.clone();
        Ok(Changed {
            record,
            before,
            moved,
        })
    }

    async fn named(tx: &mut Tx, scope: &TenantScope, ids: &[Uuid]) -> db::Result<Vec<Self>> {
        let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
        leads::find_to_change(tx, scope, &ids).await
    }

    async fn listed(
        tx: &mut Tx,
        scope: &TenantScope,
        Rest { query, after }: Rest<'_>,
        page: PageRequest,
    ) -> db::Result<Option<Page<Self>>> {
        let Ok(filter) = filter::of_query(query) else {
            return Ok(None);
        };
        let filter = LeadFilter {
            sort: LeadSort::Newest,
            after: Some((Mark::At(after.0), after.1.into())),
            ..filter
        };
        let found = leads::list(tx, scope, &filter, page).await?;
        Ok(Some(found.map(|found| found.lead)))
    }

    async fn update(tx: &mut Tx, scope: &TenantScope, all: &[Self]) -> db::Result<Vec<Uuid>> {
        records::update_leads(tx, scope, all).await
    }

    /// A lead is one member's or nobody's.
    async fn shared(_: &mut Tx, _: &TenantScope, _: &[Uuid]) -> db::Result<Vec<Uuid>> {
        Ok(Vec::new())
    }

    async fn remove(tx: &mut Tx, scope: &TenantScope, step: Step, all: &[Self]) -> db::Result<Vec<Uuid>> {
        removed::remove_leads(tx, scope, step, all).await
    }

    async fn put_back_removed(
        tx: &mut Tx,
        scope: &TenantScope,
        step: Step,
        ids: &[Uuid],
    ) -> db::Result<Vec<Uuid>> {
        let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
        removed::put_back_leads(tx, scope, step, &ids).await
    }

    fn told(&self, activity: Option<&Activity>) -> NewChange {
        NewChange {
            kind: ChangeKind::LeadUpdated,
            lead_id: Some(self.id),
            contact_id: self.contact_id,
            activity_id: activity.map(|activity| activity.id),
        }
    }

    fn told_gone(&self) -> NewChange {
        NewChange {
            kind: ChangeKind::LeadDeleted,
            ..self.told(None)
        }
    }

    fn traced(
        changed: &Changed<Self>,
        ids: &dyn Ids,
        by: (PersonId, Timestamp),
        members: &[Member],
    ) -> Option<Activity> {
        let leads = (&changed.record, &changed.before);
        crate::leads::traces(ids, by, leads, changed.moved, members)
            .into_iter()
            .next()
    }
}

/// What never was of this kind cannot be put back as one.
const OF_ANOTHER_KIND: &str = "What it was before cannot be read.";

impl Record for Contact {
    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i64 {
        self.version
    }

    fn created_at(&self) -> Timestamp {
        self.created_at
    }

    fn before(&self) -> Before {
        Before::Contact(ContactBefore::of(self))
    }

    fn changed(&self, change: &BulkChange, now: Timestamp) -> Result<Changed<Self>, String> {
        let change = change.of_contact(self).map_err(|unfit| unfit.to_string())?;
        let mut record = self.clone();
        record.apply(change, now).map_err(|error| error.to_string())?;
        let before = self.clone();
        Ok(Changed {
            record,
            before,
            moved: None,
        })
    }

    fn put_back(&self, before: &Before, now: Timestamp) -> Result<Changed<Self>, String> {
        let Before::Contact(before) = before else {
            return Err(OF_ANOTHER_KIND.to_owned());
        };
        let mut record = self.clone();
        record
            .apply(before.again(), now)
            .map_err(|error| error.to_string())?;
        let before = self.clone();
        Ok(Changed {
            record,
            before,
            moved: None,
        })
    }

    async fn named(tx: &mut Tx, scope: &TenantScope, ids: &[Uuid]) -> db::Result<Vec<Self>> {
        let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
        contacts::find_to_change(tx, scope, &ids).await
    }

    async fn listed(
        tx: &mut Tx,
        scope: &TenantScope,
        Rest { query, after }: Rest<'_>,
        page: PageRequest,
    ) -> db::Result<Option<Page<Self>>> {
        let Ok(filter) = contact_pages::filter_of_query(query) else {
            return Ok(None);
        };
        let filter = ContactFilter {
            sort: ContactSort::Newest,
            after: Some((Mark::At(after.0), after.1.into())),
            ..filter
        };
        Ok(Some(contacts::list(tx, scope, &filter, page).await?))
    }

    async fn update(tx: &mut Tx, scope: &TenantScope, all: &[Self]) -> db::Result<Vec<Uuid>> {
        records::update_contacts(tx, scope, all).await
    }

    async fn shared(tx: &mut Tx, scope: &TenantScope, ids: &[Uuid]) -> db::Result<Vec<Uuid>> {
        let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
        let shared = contacts::with_unseen_leads(tx, scope, &ids).await?;
        Ok(shared.into_iter().map(ContactId::uuid).collect())
    }

    async fn remove(tx: &mut Tx, scope: &TenantScope, step: Step, all: &[Self]) -> db::Result<Vec<Uuid>> {
        removed::remove_contacts(tx, scope, step, all).await
    }

    async fn put_back_removed(
        tx: &mut Tx,
        scope: &TenantScope,
        step: Step,
        ids: &[Uuid],
    ) -> db::Result<Vec<Uuid>> {
        let ids: Vec<_> = ids.iter().copied().map(Into::into).collect();
        removed::put_back_contacts(tx, scope, step, &ids).await
    }

    fn told(&self, activity: Option<&Activity>) -> NewChange {
        NewChange {
            kind: ChangeKind::ContactUpdated,
            lead_id: None,
            contact_id: Some(self.id),
            activity_id: activity.map(|activity| activity.id),
        }
    }

    fn told_gone(&self) -> NewChange {
        self.told(None)
    }

    fn traced(
        changed: &Changed<Self>,
        ids: &dyn Ids,
        by: (PersonId, Timestamp),
        _members: &[Member],
    ) -> Option<Activity> {
        // Of a contact an edit changes the tags alone; one that goes or comes back is as it was.
        let differs = changed.record.tags != changed.before.tags;
        differs.then(|| contact_pages::edited(ids, by, changed.record.id, &["tags"]))
    }
}
