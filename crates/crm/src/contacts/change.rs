//! Changing a contact: what is checked, written and told, in one transaction.

use db::{
    TenantScope, Tx,
    tenant::{
        changes::{self, NewChange},
        contacts,
    },
};
use jiff::Timestamp;
use server::{
    Failure,
    etag::{IfMatch, Version},
};
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, Contact, ContactChange, ContactChangeError, ContactId,
    Ids, PersonId,
};

use crate::{activities::record, app::App, member::Writer};

/// Changes a contact that is still what the caller saw. Who changed what stands in the timeline; what changes nothing
/// leaves no trace.
///
/// # Errors
///
/// Not found, stale, invalid, or a conflict with whoever has the address or the number.
pub(super) async fn change(
    app: &App,
    writer: &Writer,
    id: ContactId,
    seen: &IfMatch,
    change: ContactChange,
) -> Result<Contact, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let mut contact = contacts::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    seen.allows(Version::of(contact.version))?;
    let changed = contact.apply(change, now).map_err(refusal)?;
    if changed.is_empty() {
        return Ok(contact);
    }
    if let Some(known) = taken(&mut tx, scope, &contact).await? {
        return Err(known);
    }
    match contacts::update(&mut tx, scope, &contact).await {
        Ok(true) => {}
        Ok(false) => return Err(Failure::Stale),
        // Taken between the two statements: trying again will name whom by.
        Err(db::Error::Conflict { .. }) => return Err(Failure::unavailable()),
        Err(error) => return Err(error.into()),
    }
    let activity = edited(&*app.ids, (writer.0.person_id(), now), id, &changed);
    record_change(&mut tx, scope, &activity).await?;
    tx.commit().await?;
    contact.version += 1;
    Ok(contact)
}

/// Writes down what happened to a contact, and tells open dashboards that it is another. Last in its transaction.
pub(crate) async fn record_change(tx: &mut Tx, scope: &TenantScope, activity: &Activity) -> db::Result<()> {
    let updated = NewChange {
        kind: ChangeKind::ContactUpdated,
        lead_id: None,
        contact_id: activity.contact_id,
        activity_id: None,
    };
    changes::append(tx, scope, &updated, activity.occurred_at).await?;
    record(tx, scope, activity).await?;
    Ok(())
}

/// The conflict with another contact that has the address or the number already; none when nobody has.
pub(super) async fn taken(
    tx: &mut Tx,
    scope: &TenantScope,
    contact: &Contact,
) -> Result<Option<Failure>, Failure> {
    let another = |found: Option<Contact>| found.filter(|found| found.id != contact.id);
    let by_email = match &contact.email {
        Some(email) => another(contacts::find_by_email(tx, scope, email).await?),
        None => None,
    };
    let (existing, field, what) = match (by_email, &contact.phone) {
        (Some(existing), _) => (Some(existing), "email", "address"),
        (None, Some(phone)) => {
            let by_phone = contacts::find_by_phone(tx, scope, phone).await?;
            (another(by_phone), "phone", "number")
        }
        (None, None) => (None, "email", "address"),
    };
    let Some(existing) = existing else { return Ok(None) };
    let sentence = format!("That {what} is already used by another contact.");
    let conflict = Failure::conflict("contact_exists", sentence).with_member("field", field);
    // Whose lead it is may be none of the caller's business: then that it is taken is all that is told.
    let is_seen = contacts::find(tx, scope, existing.id).await?.is_some();
    Ok(Some(match is_seen {
        true => conflict.with_member("contactId", existing.id.to_string()),
        false => conflict,
    }))
}

pub(super) fn refusal(error: ContactChangeError) -> Failure {
    let ContactChangeError::OutOfReach = error;
    Failure::invalid("/email", "required", error.to_string())
}

/// What the timeline says of a contact of whom these are different.
pub(crate) fn edited(
    ids: &dyn Ids,
    (actor, now): (PersonId, Timestamp),
    id: ContactId,
    changed: &[&str],
) -> Activity {
    Activity {
        id: ActivityId::new(ids),
        contact_id: Some(id),
        lead_id: None,
        activity_type: ActivityType::Note,
        occurred_at: now,
        summary: format!("Changed {}", changed.join(", ")),
        metadata: serde_json::json!({ "changed": changed }),
        actor: Some(actor),
    }
}
