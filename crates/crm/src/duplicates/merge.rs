//! Making one contact of several: what is checked, written and told, in one transaction.

use std::collections::BTreeMap;

use db::{
    Tx,
    tenant::{
        consents, contacts,
        merges::{self, Merge, Moved},
        orphans::{self, Among},
    },
};
use server::Failure;
use types::{
    Activity, ActivityId, ActivityType, Contact, ContactId, MOST_MERGED, MergeChoice, MergeError, MergeId,
    consents::Consents,
};

use crate::{
    app::App,
    contacts::{change::record_change, shared::check_ours},
    hands::occasion,
    member::Writer,
};

/// Which contacts are to become one, and what of whom it keeps.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// All of them, each once.
    pub(super) ids: Vec<ContactId>,
    /// The one that is left; the first, if nobody says.
    pub(super) kept: Option<ContactId>,
    pub(super) choice: MergeChoice,
    /// The versions of those that whoever merges them saw, as far as they say.
    pub(super) seen: Vec<(ContactId, i64)>,
}

/// What a merge did, or would do.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) id: MergeId,
    /// As it is now.
    pub(super) kept: Contact,
    /// As they were.
    pub(super) others: Vec<Contact>,
    pub(super) moved: Moved,
    /// What they allow as one: of each channel the least that one of them did.
    pub(super) consents: Consents,
}

impl Outcome {
    /// The versions of all of them before.
    pub(super) fn versions(&self) -> BTreeMap<ContactId, i64> {
        let others = self.others.iter().map(|contact| (contact.id, contact.version));
        others.chain([(self.kept.id, self.kept.version - 1)]).collect()
    }
}

/// Names in a sentence of the timeline; the rest are counted.
const MOST_NAMES: usize = 3;

/// Merges, if `for_real`; else says what merging would do, and does nothing.
///
/// # Errors
///
/// Not found, for a contact that is absent or another tenant's; forbidden, for one with a lead that is not seen; stale, for one
/// that is not as it was seen any more; invalid.
pub(super) async fn merge(
    app: &App,
    writer: &Writer,
    wanted: &Wanted,
    for_real: bool,
) -> Result<Outcome, Failure> {
    let mut tx = app.db.write(&writer.0.scope).await?;
    let outcome = carry_out(&mut tx, app, writer, wanted).await?;
    if for_real {
        tx.commit().await?;
    }
    Ok(outcome)
}

async fn carry_out(tx: &mut Tx, app: &App, writer: &Writer, wanted: &Wanted) -> Result<Outcome, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let (before, others) = found(tx, writer, wanted).await?;
    let mut kept = before
        .merged_with(&others, &wanted.choice, now)
        .map_err(|error| refusal(&error))?;
    let merge = Merge {
        id: MergeId::new(&*app.ids),
        kept_id: kept.id,
        kept_version: kept.version + 1,
        merged_by: writer.0.person_id(),
        merged_at: now,
        undone: None,
    };
    let moved = merges::carry_out(tx, scope, &merge, &wanted.ids).await?;
    if !contacts::update(tx, scope, &kept).await? {
        return Err(Failure::Stale);
    }
    kept.version += 1;
    orphans::settle(tx, scope, &occasion(app, &writer.0), Among::Merge(merge.id)).await?;
    let what = Told {
        summary: format!("Merged {}", names(&others)),
        metadata: serde_json::json!({
            "mergeId": merge.id,
            "mergedIds": others.iter().map(|contact| contact.id).collect::<Vec<_>>(),
        }),
    };
    tell(tx, app, writer, kept.id, what).await?;
    Ok(Outcome {
        consents: consents::of_contact(tx, scope, kept.id).await?,
        id: merge.id,
        kept,
        others,
        moved,
    })
}

/// The contact that is to be left, and the others, in the order they were named.
async fn found(tx: &mut Tx, writer: &Writer, wanted: &Wanted) -> Result<(Contact, Vec<Contact>), Failure> {
    let mut ids = wanted.ids.clone();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != wanted.ids.len() || !(2..=MOST_MERGED).contains(&ids.len()) {
        return Err(refusal(&MergeError::Count));
    }
    let kept_id = wanted.kept.unwrap_or(wanted.ids[0]);
    if !ids.contains(&kept_id) {
        let sentence = "keepId must be one of contactIds.";
        return Err(Failure::invalid("/keepId", "unknown", sentence));
    }
    let mut all = contacts::find_to_change(tx, &writer.0.scope, &ids).await?;
    if all.len() != ids.len() {
        return Err(Failure::NotFound);
    }
    check_ours(tx, &writer.0.scope, &ids).await?;
    let is_stale = |contact: &Contact| {
        let seen = wanted.seen.iter().find(|(id, _)| *id == contact.id);
        seen.is_some_and(|(_, version)| *version != contact.version)
    };
    if all.iter().any(is_stale) {
        return Err(Failure::Stale);
    }
    all.sort_by_key(|contact| wanted.ids.iter().position(|id| *id == contact.id));
    let kept = all.iter().position(|contact| contact.id == kept_id);
    let kept = all.remove(kept.ok_or(Failure::NotFound)?);
    Ok((kept, all))
}

/// What stands in the timeline.
pub(super) struct Told {
    pub(super) summary: String,
    pub(super) metadata: serde_json::Value,
}

/// Says in the timeline, and to open dashboards, what happened to a contact.
pub(super) async fn tell(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    id: ContactId,
    what: Told,
) -> Result<(), Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let activity = Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: Some(id),
        lead_id: None,
        activity_type: ActivityType::ContactMerged,
        occurred_at: now,
        summary: what.summary,
        metadata: what.metadata,
        actor: Some(writer.0.person_id()),
    };
    record_change(tx, scope, &activity).await?;
    Ok(())
}

/// `A. Ruiz, Anna and 2 others`.
pub(super) fn names(contacts: &[Contact]) -> String {
    let named: Vec<_> = contacts
        .iter()
        .take(MOST_NAMES)
        .map(Contact::display_name)
        .collect();
    let named = named.join(", ");
    match contacts.len().saturating_sub(MOST_NAMES) {
        0 => named,
        1 => format!("{named} and 1 other"),
        more => format!("{named} and {more} others"),
    }
}

pub(super) fn refusal(error: &MergeError) -> Failure {
    let (pointer, code) = match error {
        MergeError::Count => ("/contactIds", "count"),
        MergeError::Stranger => ("/fields", "unknown"),
        MergeError::OutOfReach => ("/fields", "required"),
    };
    Failure::invalid(pointer, code, error.to_string())
}
