//! Undoing an import: what it added and nobody touched goes, what it filled in and nobody edited is empty again.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ops::RangeInclusive,
};

use db::{
    Tx,
    tenant::{
        contacts,
        imports::{people, rows},
    },
};
use jiff::Timestamp;
use types::{
    Contact, ContactId,
    imports::{ImportRow, ImportStatus, RowFate, RowOutcome},
    matching::TAG,
};

use super::Job;
use crate::imports::trace;

/// The version of a contact that nobody touched since it was made.
const MADE: i64 = 1;

/// Rows by their number, and what became of each.
type Fates = Vec<(i64, RowFate)>;

/// The rows that made a contact or filled it in: those of this step, and others of the same contacts, which may stand
/// steps ahead.
type Written = BTreeMap<ContactId, Fates>;

/// Takes the next rows out. False when somebody else took over.
pub(super) async fn step(job: &mut Job<'_>) -> db::Result<bool> {
    let mut tx = job.db.write(job.scope).await?;
    let now = tx.time().await?;
    let rows = job.rows(&mut tx).await?;
    let written = written(&mut tx, job, &rows).await?;
    let mut taken = remove(&mut tx, job, &written).await?;
    let emptied = empty(&mut tx, job, (&written, &taken), now).await?;
    taken.extend(emptied);
    let (here, ahead) = decided(rows, written, &taken);
    rows::decide(&mut tx, job.scope, job.import.id, &ahead).await?;
    let is_ours = job.advance(&mut tx, &here).await?;
    if !is_ours {
        return Ok(false);
    }
    if job.import.status == ImportStatus::Undone {
        trace::tell(&mut tx, job.ids, job.scope, &job.import, now).await?;
    }
    tx.commit().await?;
    Ok(true)
}

const fn wrote(fate: &RowFate) -> bool {
    matches!(fate.outcome, RowOutcome::New | RowOutcome::Updated)
}

async fn written(tx: &mut Tx, job: &Job<'_>, rows: &[ImportRow]) -> db::Result<Written> {
    let fates = rows.iter().filter_map(|row| row.fate.as_ref());
    let ids: BTreeSet<ContactId> = fates
        .filter(|fate| wrote(fate))
        .filter_map(|fate| fate.contact_id)
        .collect();
    let ids: Vec<_> = ids.into_iter().collect();
    let mut written = Written::new();
    for row in rows::writing(tx, job.scope, job.import.id, &ids).await? {
        if let Some(fate) = row.fate
            && let Some(id) = fate.contact_id
        {
            written.entry(id).or_default().push((row.number, fate));
        }
    }
    Ok(written)
}

/// The versions up to `last` at which this import left a contact, one after the other: nobody else wrote in between.
fn unbroken(rows: &[(i64, RowFate)], last: i64) -> RangeInclusive<i64> {
    let is_left = |version: i64| rows.iter().any(|(_, fate)| fate.contact_version == Some(version));
    let mut first = last + 1;
    while is_left(first - 1) {
        first -= 1;
    }
    first..=last
}

/// Takes out whom the import added and nobody else touched. Says which rows went with them.
async fn remove(tx: &mut Tx, job: &Job<'_>, written: &Written) -> db::Result<HashSet<i64>> {
    let added = written.iter().filter_map(|(id, rows)| {
        let last = rows.iter().filter_map(|(_, fate)| fate.contact_version).max()?;
        (*unbroken(rows, last).start() == MADE).then_some((*id, last))
    });
    let added: Vec<_> = added.collect();
    let removed = people::remove_untouched(tx, job.scope, &added).await?;
    let rows = removed.iter().filter_map(|id| written.get(id)).flatten();
    Ok(rows.map(|(number, _)| *number).collect())
}

/// Takes what the import filled in out of contacts that nobody edited since. Says which rows are undone by that.
async fn empty(
    tx: &mut Tx,
    job: &Job<'_>,
    (written, gone): (&Written, &HashSet<i64>),
    now: Timestamp,
) -> db::Result<HashSet<i64>> {
    let fills =
        |(number, fate): &(i64, RowFate)| fate.outcome == RowOutcome::Updated && !gone.contains(number);
    let filled = written.iter().filter(|(_, rows)| rows.iter().any(fills));
    let ids: Vec<_> = filled.map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let (mut emptied, mut undone) = (Vec::new(), HashSet::new());
    for mut contact in contacts::find_to_change(tx, job.scope, &ids).await? {
        let rows = written.get(&contact.id).map(Vec::as_slice).unwrap_or_default();
        let ours = unbroken(rows, contact.version);
        let is_ours = |fate: &RowFate| {
            fate.contact_version
                .is_some_and(|version| ours.contains(&version))
        };
        let undoable: Vec<_> = rows.iter().filter(|row| fills(row) && is_ours(&row.1)).collect();
        if undoable.is_empty() {
            continue;
        }
        for (number, fate) in undoable {
            clear(&mut contact, &fate.filled);
            undone.insert(*number);
        }
        contact.updated_at = now;
        emptied.push(contact);
    }
    people::update(tx, job.scope, &emptied).await?;
    Ok(undone)
}

fn clear(contact: &mut Contact, filled: &[String]) {
    for field in filled {
        match field.as_str() {
            "name" => contact.full_name = None,
            "email" => contact.email = None,
            "phone" => contact.phone = None,
            other => contact.tags.retain(|tag| other.strip_prefix(TAG) != Some(tag)),
        }
    }
}

/// What became of the rows of this step, and of those ahead whose contacts are done with it. One that changed nothing
/// has nothing to take out.
fn decided(rows: Vec<ImportRow>, written: Written, taken: &HashSet<i64>) -> (Fates, Fates) {
    let last = rows.last().map_or(0, |row| row.number);
    let decide = |(number, fate): (i64, RowFate)| {
        let outcome = match fate.outcome {
            RowOutcome::New | RowOutcome::Updated if taken.contains(&number) => RowOutcome::TakenBack,
            RowOutcome::New | RowOutcome::Updated => RowOutcome::Kept,
            other => other,
        };
        (number, RowFate { outcome, ..fate })
    };
    let here = rows.into_iter().map(|row| {
        let fate = row.fate.unwrap_or_else(|| RowFate::new(RowOutcome::Error));
        (row.number, fate)
    });
    let ahead = written
        .into_values()
        .flatten()
        .filter(|(number, _)| *number > last);
    (here.map(decide).collect(), ahead.map(decide).collect())
}
