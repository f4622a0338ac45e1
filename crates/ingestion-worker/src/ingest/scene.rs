//! Where a story plays: in the job's one transaction, under the key of the job's tenant.

use db::{
    TenantScope, Tx,
    tenant::{activities, changes::NewChange, leads},
};
use jiff::Timestamp;
use serde_json::Value;
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, ContactId, Ids, Lead, LeadId, LeadProperty, LeadStatus,
    LeadType,
};

/// What a story may use.
pub(super) struct Scene<'a> {
    pub(super) tx: &'a mut Tx,
    pub(super) scope: &'a TenantScope,
    pub(super) ids: &'a dyn Ids,
    pub(super) now: Timestamp,
    /// When the visitor did it.
    pub(super) occurred_at: Timestamp,
}

/// What a story left behind.
#[derive(Debug, Default)]
pub(super) struct Traces {
    pub(super) contact_id: Option<ContactId>,
    pub(super) lead_id: Option<LeadId>,
    /// Told to open dashboards at the very end: the feed is locked from its first change to the commit.
    pub(super) changes: Vec<NewChange>,
}

/// A visitor's wish, as an event tells it.
pub(super) struct Wish {
    pub(super) lead_type: LeadType,
    pub(super) source: String,
    pub(super) timeframe: Option<String>,
    pub(super) notes: Option<String>,
    pub(super) property: LeadProperty,
}

/// Something for the timeline.
pub(super) struct Happening {
    pub(super) activity_type: ActivityType,
    /// One line for people.
    pub(super) summary: String,
    /// The event's payload, whole: what was agreed to and how they came is proof, not decoration.
    pub(super) metadata: Value,
}

impl Scene<'_> {
    /// Opens a lead of this contact.
    ///
    /// It is created now, not when the visitor wrote: whoever works through the newest leads must meet one that
    /// was held up, and the timeline says when it was written.
    pub(super) async fn open_lead(
        &mut self,
        traces: &mut Traces,
        contact_id: ContactId,
        wish: Wish,
    ) -> db::Result<()> {
        let lead = Lead {
            id: LeadId::new(self.ids),
            contact_id: Some(contact_id),
            status: LeadStatus::New,
            lead_type: wish.lead_type,
            source: wish.source,
            timeframe: wish.timeframe,
            notes: wish.notes,
            property: wish.property,
            assigned_to: None,
            next_action_at: None,
            next_action_note: None,
            last_contact_at: None,
            close_reason: None,
            tags: Vec::new(),
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        };
        leads::insert(self.tx, self.scope, &lead).await?;
        traces.contact_id = Some(contact_id);
        traces.lead_id = Some(lead.id);
        traces.note(ChangeKind::LeadCreated, None);
        Ok(())
    }

    /// Adds to the timeline of the contact and lead this story has so far.
    pub(super) async fn log(&mut self, traces: &mut Traces, happening: Happening) -> db::Result<()> {
        let activity = Activity {
            id: ActivityId::new(self.ids),
            contact_id: traces.contact_id,
            lead_id: traces.lead_id,
            activity_type: happening.activity_type,
            occurred_at: self.occurred_at,
            summary: happening.summary,
            metadata: happening.metadata,
            actor: None,
        };
        activities::insert(self.tx, self.scope, &activity).await?;
        traces.note(ChangeKind::ActivityLogged, Some(activity.id));
        Ok(())
    }
}

impl Traces {
    fn note(&mut self, kind: ChangeKind, activity_id: Option<ActivityId>) {
        self.changes.push(NewChange {
            kind,
            lead_id: self.lead_id,
            contact_id: self.contact_id,
            activity_id,
        });
    }
}
