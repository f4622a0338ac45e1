//! The import itself: contacts that nobody had are added, others filled with what they lacked.

use std::collections::HashMap;

use db::{
    Tx,
    tenant::{duplicates, imports::people},
};
use jiff::Timestamp;
use types::{
    Contact, ContactId,
    imports::{ImportRow, ImportStatus, RowFate, RowOutcome, RowPerson},
    matching::{Directory, Person},
};

use super::{
    Job,
    check::{error, readable},
};
use crate::imports::trace;

/// How often a step looks again for contacts that somebody else made or changed in the meantime.
const LOOKS: u32 = 3;

/// What a step came to.
enum Step {
    /// It is committed, or was somebody else's.
    Over { is_ours: bool },
    /// Somebody made or changed one of the contacts meanwhile.
    Again,
}

/// Writes the next rows. False when somebody else took over.
pub(super) async fn step(job: &mut Job<'_>) -> db::Result<bool> {
    for _ in 0..LOOKS {
        if let Step::Over { is_ours } = attempt(job).await? {
            return Ok(is_ours);
        }
    }
    Err(db::Error::Conflict {
        constraint: "contacts that others keep making".to_owned(),
    })
}

async fn attempt(job: &mut Job<'_>) -> db::Result<Step> {
    let mut tx = job.db.write(job.scope).await?;
    let now = tx.time().await?;
    let rows = job.rows(&mut tx).await?;
    let read = readable(job, &rows);
    let those: Vec<&Person> = read.iter().flatten().map(|row| &row.person).collect();
    let mut directory = Directory::default();
    for contact in people::known(&mut tx, job.scope, &those).await? {
        directory.enter(job.scope.tenant_id().clone(), contact);
    }
    let (mut fates, tags) = meet(job, &mut directory, rows.iter().zip(read), now);
    let filled: Vec<Contact> = directory
        .filled_contacts()
        .map(|(_, contact)| contact.clone())
        .collect();
    let new: Vec<Contact> = directory
        .new_contacts()
        .map(|(_, contact)| Contact {
            tags: tags.get(&contact.id).cloned().unwrap_or_default(),
            ..contact.clone()
        })
        .collect();
    if people::insert(&mut tx, job.scope, &new).await? < new.len() as u64
        || people::update(&mut tx, job.scope, &filled).await? < filled.len() as u64
    {
        return Ok(Step::Again);
    }
    note_versions(&mut fates, &filled);
    suspect(&mut tx, job, &directory, now).await?;
    let is_ours = job.advance(&mut tx, &fates).await?;
    if !is_ours {
        return Ok(Step::Over { is_ours });
    }
    if job.import.status == ImportStatus::Done {
        trace::imported(&mut tx, job.ids, job.scope, &job.import, now).await?;
    }
    tx.commit().await?;
    Ok(Step::Over { is_ours })
}

/// The words on contacts nobody had.
type TagsOfNew = HashMap<ContactId, Vec<String>>;

/// Meets everybody in order. What became of each row, and the words on those who are new.
fn meet<'r>(
    job: &Job<'_>,
    directory: &mut Directory,
    rows: impl Iterator<Item = (&'r ImportRow, Result<RowPerson, String>)>,
    now: Timestamp,
) -> (Vec<(i64, RowFate)>, TagsOfNew) {
    let mut fates = Vec::new();
    let mut tags = HashMap::new();
    for (row, read) in rows {
        let fate = match read {
            Err(reason) => error(reason),
            Ok(RowPerson { person, tags: words }) => {
                let met = directory.meet(job.scope.tenant_id(), &person, job.ids, now);
                if met.is_new {
                    tags.insert(met.contact_id, words);
                }
                RowFate {
                    outcome: match (met.is_new, met.filled.is_empty()) {
                        (true, _) => RowOutcome::New,
                        (false, false) => RowOutcome::Updated,
                        (false, true) => RowOutcome::Duplicate,
                    },
                    reason: None,
                    contact_id: Some(met.contact_id),
                    filled: met.filled.into_iter().map(str::to_owned).collect(),
                    contact_version: Some(1),
                }
            }
        };
        fates.push((row.number, fate));
    }
    (fates, tags)
}

/// Notes the version that contacts were left at: one that has another by the time of an undo was edited since.
fn note_versions(fates: &mut [(i64, RowFate)], filled: &[Contact]) {
    let versions: HashMap<_, _> = filled
        .iter()
        .map(|contact| (contact.id, contact.version + 1))
        .collect();
    for (_, fate) in fates {
        if let Some(version) = fate.contact_id.and_then(|id| versions.get(&id)) {
            fate.contact_version = Some(*version);
        }
    }
}

async fn suspect(tx: &mut Tx, job: &Job<'_>, directory: &Directory, now: Timestamp) -> db::Result<()> {
    let pairs: Vec<_> = directory
        .suspicions()
        .map(|pair| (pair.contact_id, pair.other_id))
        .collect();
    duplicates::suspect_shared_phones(tx, job.scope, &pairs, now).await
}
