//! Logging what a member did: the activity, what it means for its lead, and the feed, in one transaction.

use db::{
    TenantScope, Tx,
    tenant::{
        activities,
        changes::{self, NewChange},
        contacts, leads,
    },
};
use server::Failure;
use types::{Activity, ActivityId, ActivityType, ChangeKind, ContactId, LeadId};

use crate::{app::App, member::Writer, once};

/// What a member did.
#[derive(Debug, Clone)]
pub(crate) struct NewActivity {
    pub(crate) id: ActivityId,
    pub(crate) activity_type: ActivityType,
    pub(crate) summary: String,
    pub(crate) lead_id: Option<LeadId>,
    pub(crate) contact_id: Option<ContactId>,
}

/// Logs it, once. What was done with a lead was done with its contact.
///
/// # Errors
///
/// Not found, for a lead or contact that is absent or another tenant's.
pub(crate) async fn log(app: &App, writer: &Writer, done: NewActivity) -> Result<Activity, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let contact_id = contact_of(&mut tx, writer, done.lead_id, done.contact_id).await?;
    let activity = Activity {
        id: done.id,
        contact_id,
        lead_id: done.lead_id,
        activity_type: done.activity_type,
        occurred_at: now,
        summary: done.summary,
        metadata: serde_json::json!({}),
        actor: Some(writer.0.person_id()),
    };
    match activities::insert(&mut tx, scope, &activity).await {
        Err(error) if once::is_made_already(&error) => return Ok(activity),
        written => written?,
    }
    if activity.activity_type.is_outbound() {
        match (activity.lead_id, activity.contact_id) {
            (Some(lead_id), _) => leads::note_contact(&mut tx, scope, lead_id, now).await?,
            // Whoever rings somebody answers what they wait for, whichever page they are on. That their open leads are no
            // longer waiting, the database notes itself.
            (None, Some(id)) => leads::note_contact_with(&mut tx, scope, id, now).await?,
            (None, None) => {}
        }
    }
    tell(&mut tx, scope, &activity).await?;
    tx.commit().await?;
    Ok(activity)
}

/// Whom something is about: the contact that is named, else the lead's.
///
/// # Errors
///
/// Not found, for a lead or contact that is absent or another tenant's; invalid, for a contact the lead is not of.
pub(crate) async fn contact_of(
    tx: &mut Tx,
    writer: &Writer,
    lead_id: Option<LeadId>,
    contact_id: Option<ContactId>,
) -> Result<Option<ContactId>, Failure> {
    let scope = &writer.0.scope;
    let of_lead = match lead_id {
        Some(id) => {
            leads::find(tx, scope, id)
                .await?
                .ok_or(Failure::NotFound)?
                .lead
                .contact_id
        }
        None => None,
    };
    let Some(id) = contact_id else {
        return Ok(of_lead);
    };
    contacts::find(tx, scope, id).await?.ok_or(Failure::NotFound)?;
    if of_lead.is_some_and(|theirs| theirs != id) {
        let sentence = "contactId must be the contact of the lead, or be left out.";
        return Err(Failure::invalid("/contactId", "mismatch", sentence));
    }
    Ok(Some(id))
}

/// Writes down what happened, and tells open dashboards. Says where in the feed that is. Last in its transaction.
pub(crate) async fn record(tx: &mut Tx, scope: &TenantScope, activity: &Activity) -> db::Result<i64> {
    activities::insert(tx, scope, activity).await?;
    tell(tx, scope, activity).await
}

async fn tell(tx: &mut Tx, scope: &TenantScope, activity: &Activity) -> db::Result<i64> {
    let told = NewChange {
        kind: ChangeKind::ActivityLogged,
        lead_id: activity.lead_id,
        contact_id: activity.contact_id,
        activity_id: Some(activity.id),
    };
    changes::append(tx, scope, &told, activity.occurred_at).await
}
