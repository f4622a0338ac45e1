//! Undoing an import: what it added and nobody touched goes, what it filled in and nobody edited is empty again.

use std::collections::{HashMap, HashSet};

use db::tenant::{contacts, imports::people};
use types::{
    Contact, ContactId,
    imports::{ImportRow, ImportStatus, RowFate, RowOutcome},
    matching::TAG,
};

use super::Job;
use crate::imports::trace;

/// Takes the next rows out. False when somebody else took over.
pub(super) async fn step(job: &mut Job<'_>) -> db::Result<bool> {
    let mut tx = job.db.write(job.scope).await?;
    let now = tx.time().await?;
    let rows = job.rows(&mut tx).await?;
    let with = |outcome: RowOutcome| {
        let fates = rows.iter().filter_map(|row| row.fate.as_ref());
        fates.filter(move |fate| fate.outcome == outcome)
    };
    let added: Vec<ContactId> = with(RowOutcome::New).filter_map(|fate| fate.contact_id).collect();
    let removed = people::remove_untouched(&mut tx, job.scope, &added).await?;
    let ids: Vec<_> = with(RowOutcome::Updated)
        .filter_map(|fate| fate.contact_id)
        .collect();
    let found = match ids.is_empty() {
        true => Vec::new(),
        false => contacts::find_to_change(&mut tx, job.scope, &ids).await?,
    };
    let mut emptied: HashMap<ContactId, Contact> = HashMap::new();
    for fate in with(RowOutcome::Updated) {
        empty(fate, &found, &mut emptied);
    }
    let emptied: Vec<Contact> = emptied
        .into_values()
        .map(|contact| Contact {
            updated_at: now,
            ..contact
        })
        .collect();
    people::update(&mut tx, job.scope, &emptied).await?;
    let gone: HashSet<_> = removed
        .into_iter()
        .chain(emptied.iter().map(|contact| contact.id))
        .collect();
    let fates: Vec<_> = rows
        .into_iter()
        .map(|row| (row.number, after(row, &gone)))
        .collect();
    let is_ours = job.advance(&mut tx, &fates).await?;
    if !is_ours {
        return Ok(false);
    }
    if job.import.status == ImportStatus::Undone {
        trace::tell(&mut tx, job.ids, job.scope, &job.import, now).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Takes what the row filled in out of its contact, unless that is gone or was edited since.
fn empty(fate: &RowFate, found: &[Contact], emptied: &mut HashMap<ContactId, Contact>) {
    let is_theirs = |contact: &&Contact| Some(contact.id) == fate.contact_id;
    let Some(was) = found.iter().find(is_theirs) else {
        return;
    };
    if Some(was.version) != fate.contact_version {
        return;
    }
    let contact = emptied.entry(was.id).or_insert_with(|| was.clone());
    for field in &fate.filled {
        match field.as_str() {
            "name" => contact.full_name = None,
            "email" => contact.email = None,
            "phone" => contact.phone = None,
            other => contact.tags.retain(|tag| other.strip_prefix(TAG) != Some(tag)),
        }
    }
}

/// What became of a row. One that changed nothing has nothing to take out.
fn after(row: ImportRow, gone: &HashSet<ContactId>) -> RowFate {
    let fate = row.fate.unwrap_or_else(|| RowFate::new(RowOutcome::Error));
    let outcome = match fate.outcome {
        RowOutcome::New | RowOutcome::Updated => {
            let is_gone = fate.contact_id.is_some_and(|id| gone.contains(&id));
            if is_gone {
                RowOutcome::TakenBack
            } else {
                RowOutcome::Kept
            }
        }
        other => other,
    };
    RowFate { outcome, ..fate }
}
