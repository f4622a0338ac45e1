//! Making several contacts again of one.

use db::{
    TenantScope, Tx,
    tenant::{
        bulk_edits::removed,
        contacts::{self, former},
        merges::{self, Merge},
        orphans::{self, Among},
    },
};
use server::Failure;
use types::{Completion, Contact, ContactId, MergeId};

use super::merge::{Told, names, tell};
use crate::{app::App, contacts::shared::check_ours, hands::occasion, member::Writer};

/// Takes a merge back: everybody has again what was theirs. Says who is back, the kept contact first.
///
/// What was edited since is a conflict, unless it `may_keep_edits`: then the kept contact stays as it is, but for what
/// the others get back.
///
/// # Errors
///
/// Not found; forbidden, for a contact with a lead that is not seen; a conflict, for what was undone already, was edited,
/// merged again or deleted since, or has an address that is somebody else's now.
pub(super) async fn undo(
    app: &App,
    writer: &Writer,
    id: MergeId,
    may_keep_edits: bool,
) -> Result<Vec<Contact>, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let merge = merges::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)?;
    if merge.undone.is_some() {
        return Err(Failure::conflict(
            "already_undone",
            "This merge was undone already.",
        ));
    }
    let (kept, others) = restored(&mut tx, writer, &merge, may_keep_edits).await?;
    if !contacts::update(&mut tx, scope, &kept).await? {
        return Err(Failure::Stale);
    }
    let undone = Completion {
        at: now,
        by: writer.0.person_id(),
    };
    match merges::take_back(&mut tx, scope, &merge, undone).await {
        Ok(()) => {}
        Err(db::Error::Conflict { .. }) => return Err(taken()),
        Err(error) => return Err(error.into()),
    }
    orphans::settle(&mut tx, scope, &occasion(app, &writer.0), Among::Merge(merge.id)).await?;
    let what = Told {
        summary: format!("Undid the merge of {}", names(&others)),
        metadata: serde_json::json!({ "mergeId": merge.id }),
    };
    tell(&mut tx, app, writer, kept.id, what).await?;
    let mut all = Vec::with_capacity(others.len() + 1);
    for id in std::iter::once(kept.id).chain(others.iter().map(|contact| contact.id)) {
        all.extend(contacts::find(&mut tx, scope, id).await?);
    }
    tx.commit().await?;
    Ok(all)
}

/// The kept contact as it shall be, and the others as they were.
async fn restored(
    tx: &mut Tx,
    writer: &Writer,
    merge: &Merge,
    may_keep_edits: bool,
) -> Result<(Contact, Vec<Contact>), Failure> {
    let scope = &writer.0.scope;
    let found = contacts::find_to_change(tx, scope, &[merge.kept_id]).await?.pop();
    let Some(now) = found else {
        return Err(away(tx, scope, merge.kept_id).await?);
    };
    check_ours(tx, scope, &[merge.kept_id]).await?;
    let was_edited = now.version != merge.kept_version;
    if was_edited && !may_keep_edits {
        return Err(Failure::conflict(
            "edited_since",
            "The contact was edited after the merge. Undo anyway, and it keeps the edits.",
        ));
    }
    let mut others = merges::contacts_before(tx, scope, merge.id).await?;
    let before = others.iter().position(|contact| contact.id == merge.kept_id);
    let before = others.remove(before.ok_or(Failure::NotFound)?);
    let mut kept = Contact {
        version: now.version,
        updated_at: now.updated_at,
        ..before.clone()
    };
    if was_edited {
        kept = Contact {
            created_at: before.created_at,
            ..now
        };
        if others
            .iter()
            .any(|other| other.email.is_some() && other.email == kept.email)
        {
            kept.email = before.email;
        }
        if others
            .iter()
            .any(|other| other.phone.is_some() && other.phone == kept.phone)
        {
            kept.phone = before.phone;
        }
    }
    Ok((kept, others))
}

/// Why a merge cannot be undone while the contact it left is not there.
async fn away(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Failure, Failure> {
    if let Some(into) = former::became(tx, scope, id).await? {
        let kept = contacts::find(tx, scope, into).await?.ok_or(Failure::NotFound)?;
        let sentence = format!(
            "This contact was merged into {} later. Undo that merge first.",
            kept.display_name()
        );
        let into = into.to_string();
        return Ok(Failure::conflict("merged_since", sentence).with_member("contactId", into));
    }
    if removed::may_come_back(tx, scope, id).await? {
        let sentence = "This contact was deleted later. Put it back first.";
        return Ok(Failure::conflict("deleted_since", sentence));
    }
    Ok(Failure::NotFound)
}

fn taken() -> Failure {
    Failure::conflict(
        "contact_exists",
        "Somebody new has an address or a number that the undo would give back. Change theirs first.",
    )
}
