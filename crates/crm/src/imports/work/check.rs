//! A dry run: what every row would become, and nothing written but that.

use std::hash::{DefaultHasher, Hash, Hasher as _};

use db::tenant::imports::people;
use types::{
    Phone, Region,
    imports::{ImportRow, RowFate, RowOutcome, RowPerson, read},
    matching::{Directory, Person},
};

use super::Job;

/// Looks at the next rows. False when somebody else took over.
pub(super) async fn step(job: &mut Job<'_>) -> db::Result<bool> {
    let mut tx = job.db.write(job.scope).await?;
    let now = tx.time().await?;
    let rows = job.rows(&mut tx).await?;
    let read = readable(job, &rows);
    let those: Vec<&Person> = read.iter().flatten().map(|row| &row.person).collect();
    let mut directory = Directory::default();
    for contact in people::known(&mut tx, job.scope, &those).await? {
        directory.enter(job.scope.tenant_id().clone(), contact);
    }
    let mut fates = Vec::with_capacity(rows.len());
    for (row, read) in rows.iter().zip(read) {
        let fate = match read {
            Err(reason) => error(reason),
            Ok(RowPerson { person, .. }) => {
                let met = directory.meet(job.scope.tenant_id(), &person, job.ids, now);
                // Somebody of an earlier step is not in the database yet.
                let was_seen = is_seen(job, &person);
                let outcome = match (met.is_new && !was_seen, met.filled.is_empty()) {
                    (true, _) => RowOutcome::New,
                    (false, false) => RowOutcome::Updated,
                    (false, true) => RowOutcome::Duplicate,
                };
                RowFate {
                    outcome,
                    reason: None,
                    contact_id: None,
                    filled: Vec::new(),
                    contact_version: None,
                }
            }
        };
        fates.push((row.number, fate));
    }
    let is_ours = job.advance(&mut tx, &fates).await?;
    if is_ours {
        tx.commit().await?;
    }
    Ok(is_ours)
}

/// Each row as a person, or why it is none.
pub(super) fn readable(job: &Job<'_>, rows: &[ImportRow]) -> Vec<Result<RowPerson, String>> {
    let columns = (job.import.header.as_slice(), job.import.mapping.as_slice());
    let read_one = |row: &ImportRow| read(columns, &row.cells, Region::US).map_err(|error| error.to_string());
    rows.iter().map(read_one).collect()
}

pub(super) fn error(reason: String) -> RowFate {
    RowFate {
        outcome: RowOutcome::Error,
        reason: Some(reason),
        contact_id: None,
        filled: Vec::new(),
        contact_version: None,
    }
}

/// Whether an earlier row had this address or number; from now on one had.
fn is_seen(job: &mut Job<'_>, person: &Person) -> bool {
    let email = person.email.as_ref().map(|email| ("email", email.as_str()));
    let phone = person
        .phone
        .as_ref()
        .and_then(Phone::e164)
        .map(|e164| ("phone", e164));
    let mut was_seen = false;
    for key in [email, phone].into_iter().flatten() {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        was_seen |= !job.seen.insert(hasher.finish());
    }
    was_seen
}
