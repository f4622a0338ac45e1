//! Moves many dead letters at once, some at a time, so that nobody waits for the whole and a person sees it go on.

use db::{
    PlatformScope,
    platform::{
        audit,
        jobs::{self, Chunks, DeadLetterFilter, Moved},
    },
};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use server::Context;
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus};

use super::Refused;

/// Where dead letters are moved to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Move<'a> {
    /// Back in line.
    Requeue,
    /// Out of sight, for this reason.
    Discard(&'a str),
}

/// Counts what the filter means and changes nothing.
pub(super) async fn look(context: &Context, filter: &DeadLetterFilter) -> Result<Moved, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.read(&platform).await?;
    let moved = jobs::count_dead(&mut tx, &platform, filter).await?;
    Ok(Moved { moved, skipped: 0 })
}

/// Moves what the filter means, each transaction with one line of audit for each tenant.
pub(super) async fn carry_out(
    context: &Context,
    filter: &DeadLetterFilter,
    how: Move<'_>,
    actor: &str,
) -> Result<Moved, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.read(&platform).await?;
    let mut chunks = Chunks::of(&mut tx, &platform, filter).await?;
    drop(tx);
    let progress = progress(chunks.meant());
    while let Some(chunk) = chunks.next().filter(|_| !context.stop.is_stopping()) {
        chunks.note(move_chunk(context, &chunk, how, actor).await?);
        progress.set_position(chunks.moved().moved);
    }
    progress.finish_and_clear();
    Ok(chunks.moved())
}

/// How far it is, on standard error, where that is a terminal.
fn progress(meant: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:30} {pos} of {len} dead letters").expect("the template is ours");
    ProgressBar::new(meant).with_style(style)
}

async fn move_chunk(
    context: &Context,
    filter: &DeadLetterFilter,
    how: Move<'_>,
    actor: &str,
) -> Result<u64, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.write(&platform).await?;
    let moved = match how {
        Move::Requeue => jobs::requeue_all(&mut tx, &platform, filter).await?,
        Move::Discard(_) => jobs::discard_all(&mut tx, &platform, filter).await?,
    };
    let all = moved.values().sum();
    for (tenant_id, count) in moved {
        let (action, details) = match how {
            Move::Requeue => (
                AuditAction::IngestionRequeue,
                json!({ "count": count, "reason": filter.reason }),
            ),
            Move::Discard(why) => (
                AuditAction::IngestionDiscard,
                json!({ "count": count, "reason": why }),
            ),
        };
        let event = AuditEvent {
            id: AuditEventId::new(&*context.ids),
            occurred_at: context.clock.now(),
            actor: Actor::at_command_line(actor),
            action,
            status: AuditStatus::Succeeded,
            tenant_id: Some(tenant_id),
            details,
            request_id: None,
            attempt_id: None,
        };
        audit::record(&mut tx, &platform, &event).await?;
    }
    tx.commit().await?;
    Ok(all)
}
