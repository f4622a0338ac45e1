//! Taking a contact away: what is checked, written and told, in one transaction.

use db::tenant::{
    activities,
    changes::{self, NewChange},
    contacts,
};
use server::{
    Failure,
    etag::{IfMatch, Version},
};
use types::{Activity, ActivityId, ActivityType, ChangeKind, ContactId};

use super::shared::check_ours;
use crate::{app::App, member::Writer};

/// Takes away a contact that is still what the caller saw. Their leads stay, without a name.
///
/// # Errors
///
/// Not found, stale, or forbidden, when a colleague's lead is theirs that is not seen.
pub(super) async fn remove(app: &App, writer: &Writer, id: ContactId, seen: &IfMatch) -> Result<(), Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let contact = contacts::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    check_ours(&mut tx, scope, &[id]).await?;
    seen.allows(Version::of(contact.version))?;
    if !contacts::delete(&mut tx, scope, id, contact.version).await? {
        return Err(Failure::Stale);
    }
    let activity = Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: None,
        lead_id: None,
        activity_type: ActivityType::Note,
        occurred_at: now,
        // Without the name: whoever asked to be forgotten must not live on here.
        summary: "Deleted a contact".to_owned(),
        metadata: serde_json::json!({ "deletedContactId": id }),
        actor: Some(writer.0.person_id()),
    };
    activities::insert(&mut tx, scope, &activity).await?;
    let told = NewChange {
        kind: ChangeKind::ActivityLogged,
        lead_id: None,
        contact_id: Some(id),
        activity_id: Some(activity.id),
    };
    changes::append(&mut tx, scope, &told, now).await?;
    tx.commit().await?;
    Ok(())
}
