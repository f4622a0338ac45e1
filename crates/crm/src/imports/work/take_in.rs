//! Taking rows in. While the file is checked: what each would become, and nothing written but that. Then the import
//! itself: contacts that nobody had are added, others filled with what they lacked.

use db::tenant::imports::people;
use types::{
    Region,
    imports::{ImportStatus, RowError, RowFate, RowOutcome, left_out, read, unmet},
    matching::{Met, Person},
};

use super::Job;
use crate::imports::trace;

/// How often a step begins again because somebody else made one of its contacts in the meantime.
const LOOKS: u32 = 3;

/// Takes the next rows in. False when somebody else took over.
pub(super) async fn step(job: &mut Job<'_>) -> db::Result<bool> {
    for _ in 0..LOOKS {
        if let Some(is_ours) = attempt(job).await? {
            return Ok(is_ours);
        }
    }
    Err(db::Error::Conflict {
        constraint: "contacts that others keep making".to_owned(),
    })
}

/// None, and nothing written, when somebody else made one of the contacts.
async fn attempt(job: &mut Job<'_>) -> db::Result<Option<bool>> {
    let mut tx = job.db.write(job.scope).await?;
    let now = tx.time().await?;
    let columns = (job.import.header.as_slice(), job.import.mapping.as_slice());
    let (mut fates, mut rows) = (Vec::new(), Vec::new());
    for row in job.rows(&mut tx).await? {
        match read(columns, &row.cells, Region::US) {
            Ok(person) => rows.push((row, person)),
            Err(error) => fates.push((row.number, refused(&error))),
        }
    }
    let those: Vec<&Person> = rows.iter().map(|(_, person)| person).collect();
    let chance = (job.ids, now);
    let met = match job.import.status {
        ImportStatus::Checking => {
            people::preview(&mut tx, job.scope, (&those, &mut job.memory), chance).await?
        }
        _ => match people::meet(&mut tx, job.scope, &those, chance).await? {
            Some(met) => met,
            None => return Ok(None),
        },
    };
    let read = rows.iter().zip(met).map(|((row, _), met)| {
        let fate = match met {
            Ok(met) => RowFate {
                reason: left_out(columns, &row.cells, &met.left_out),
                ..fate(job, met)
            },
            Err(why) => refused(&unmet(columns, &row.cells, why)),
        };
        (row.number, fate)
    });
    fates.extend(read);
    fates.sort_by_key(|(number, _)| *number);
    let is_ours = job.advance(&mut tx, &fates).await?;
    if is_ours {
        if job.import.status == ImportStatus::Done {
            trace::tell(&mut tx, job.ids, job.scope, &job.import, now).await?;
        }
        tx.commit().await?;
    }
    Ok(Some(is_ours))
}

/// What becomes of a row that is not taken in.
fn refused(error: &RowError) -> RowFate {
    RowFate {
        reason: Some(error.to_string()),
        ..RowFate::new(RowOutcome::Error)
    }
}

/// What becomes of a row whose person was met like this.
fn fate(job: &Job<'_>, met: Met) -> RowFate {
    let outcome = match (met.is_new, met.filled.is_empty()) {
        (true, _) => RowOutcome::New,
        (false, false) => RowOutcome::Updated,
        (false, true) => RowOutcome::Duplicate,
    };
    if job.import.status == ImportStatus::Checking {
        return RowFate::new(outcome);
    }
    RowFate {
        contact_id: Some(met.contact_id),
        filled: met.filled,
        contact_version: Some(met.version),
        ..RowFate::new(outcome)
    }
}
