//! Moves many dead letters: those that a filter means, some at a time, or those that were chosen one by one.

use db::platform::{
    jobs::{self, Chunks, DeadLetterFilter, Moved},
    queue as rows,
};
use serde_json::json;
use types::{JobId, JobStatus};

use super::Move;
use crate::{Acting, Refusal, acting::Attempt};

/// Counts what the filter means and changes nothing.
pub(crate) async fn look(acting: &Acting<'_>, filter: &DeadLetterFilter) -> Result<Moved, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let moved = jobs::count_dead(&mut tx, acting.platform, filter).await?;
    Ok(Moved { moved, skipped: 0 })
}

/// Moves what the filter means, each transaction with one line in the trail for each tenant.
pub(crate) async fn move_matching(
    acting: &Acting<'_>,
    filter: &DeadLetterFilter,
    how: &Move,
) -> Result<Moved, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let mut chunks = Chunks::of(&mut tx, acting.platform, filter).await?;
    drop(tx);
    let attempt = acting.attempt(how.action(), filter.tenant_id.as_ref()).await?;
    let moving = async {
        while let Some(chunk) = chunks.next() {
            chunks.note(move_chunk(&attempt, &chunk, how).await?);
        }
        if chunks.moved().moved == 0 {
            note_nothing(&attempt, how).await?;
        }
        Ok(chunks.moved())
    };
    attempt.end(moving).await
}

async fn move_chunk(attempt: &Attempt<'_>, filter: &DeadLetterFilter, how: &Move) -> Result<u64, Refusal> {
    let mut tx = attempt.db.write(attempt.platform).await?;
    let moved = match how {
        Move::Requeue => jobs::requeue_all(&mut tx, attempt.platform, filter).await?,
        Move::Discard(_) => jobs::discard_all(&mut tx, attempt.platform, filter).await?,
    };
    for (tenant_id, count) in &moved {
        let mut details = how.details();
        details["count"] = json!(count);
        details["filter"] = json!({ "reason": filter.reason, "tenantId": filter.tenant_id });
        attempt.succeeded_for(&mut tx, tenant_id, details).await?;
    }
    tx.commit().await?;
    Ok(moved.values().sum())
}

async fn note_nothing(attempt: &Attempt<'_>, how: &Move) -> Result<(), Refusal> {
    let mut details = how.details();
    details["count"] = json!(0);
    let mut tx = attempt.db.write(attempt.platform).await?;
    attempt.succeeded(&mut tx, details).await?;
    Ok(tx.commit().await?)
}

/// What becomes of one of several chosen jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Chosen {
    pub(crate) id: JobId,
    /// Why it is not moved; none when it is, or would be.
    pub(crate) refused: Option<String>,
}

/// Moves each of the chosen jobs that is a dead letter, and says of the others why they stay. Without a move, it only
/// says so.
pub(crate) async fn move_chosen(
    acting: &Acting<'_>,
    ids: &[JobId],
    how: Option<&Move>,
) -> Result<Vec<Chosen>, Refusal> {
    let mut chosen = Vec::with_capacity(ids.len());
    for id in ids {
        let refused = match how {
            Some(how) => match super::move_one(acting, *id, how).await {
                Ok(_) => None,
                Err(refusal @ (Refusal::NotFound(_) | Refusal::Conflict { .. })) => Some(refusal.to_string()),
                Err(other) => return Err(other),
            },
            None => why_not(acting, *id).await?,
        };
        chosen.push(Chosen { id: *id, refused });
    }
    Ok(chosen)
}

async fn why_not(acting: &Acting<'_>, id: JobId) -> Result<Option<String>, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    Ok(match rows::find(&mut tx, acting.platform, id).await? {
        None => Some(format!("There is no job {id}.")),
        Some((job, _)) if job.status == JobStatus::DeadLetter => None,
        Some((job, _)) => Some(super::no_dead_letter(job.status).to_string()),
    })
}
