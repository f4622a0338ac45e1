//! Taking a lead away: what is checked, written and told, in one transaction.

use db::tenant::{
    activities,
    changes::{self, NewChange},
    leads,
    orphans::{self, Among},
};
use server::{
    Failure,
    etag::{IfMatch, Version},
};
use types::{Activity, ActivityId, ActivityType, ChangeKind, Lead, LeadId};

use crate::{app::App, hands::occasion, member::Writer};

/// Takes away a lead that is still what the caller saw. The timeline of its contact keeps what happened, and who did
/// this.
///
/// # Errors
///
/// Not found or stale.
pub(super) async fn remove(app: &App, writer: &Writer, id: LeadId, seen: &IfMatch) -> Result<Lead, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let lead = leads::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?
        .lead;
    seen.allows(Version::of(lead.version))?;
    if !leads::delete(&mut tx, scope, id, lead.version).await? {
        return Err(Failure::Stale);
    }
    if let Some(contact_id) = lead.contact_id {
        let among = Among::Contact(contact_id);
        orphans::settle(&mut tx, scope, &occasion(app, &writer.0), among).await?;
    }
    let activity = Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: lead.contact_id,
        lead_id: None,
        activity_type: ActivityType::Note,
        occurred_at: now,
        summary: format!("Deleted a lead ({})", lead.lead_type.label().to_lowercase()),
        metadata: serde_json::json!({ "deletedLeadId": id }),
        actor: Some(writer.0.person_id()),
    };
    activities::insert(&mut tx, scope, &activity).await?;
    let told = NewChange {
        kind: ChangeKind::LeadDeleted,
        lead_id: Some(id),
        contact_id: lead.contact_id,
        activity_id: Some(activity.id),
    };
    changes::append(&mut tx, scope, &told, now).await?;
    tx.commit().await?;
    Ok(lead)
}
