//! Moves many dead letters at once, some at a time, so that nobody waits for the whole and a person sees it go on.
//!
//! It is a bulk action as the console begins them: there it is seen, and a console goes on with it when this command is
//! killed.

use db::{
    PlatformScope,
    platform::{
        bulk_actions::{self, Meant, NewBulkAction},
        jobs::{self, DeadLetterFilter},
    },
};
use indicatif::{ProgressBar, ProgressStyle};
use server::Context;
use types::{Actor, BulkAction, BulkActionId, BulkStatus, DeadLetterMove};

use super::Refused;

/// What came of moving dead letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Moved {
    /// These were moved.
    pub(super) moved: u64,
    /// These were meant too, but moved by somebody else in the meantime.
    pub(super) skipped: u64,
}

/// Counts what the filter means and changes nothing.
pub(super) async fn look(context: &Context, filter: &DeadLetterFilter) -> Result<Moved, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.read(&platform).await?;
    let moved = jobs::count_dead(&mut tx, &platform, filter).await?;
    Ok(Moved { moved, skipped: 0 })
}

/// Moves what the filter means, each transaction with one line of audit for each tenant. Told to stop, it stops.
pub(super) async fn carry_out(
    context: &Context,
    filter: &DeadLetterFilter,
    how: DeadLetterMove,
    actor: &str,
) -> Result<Moved, Refused> {
    let platform = PlatformScope::of_command_line();
    let mut action = begin(context, filter, how, actor).await?;
    let progress = progress(action.meant.unsigned_abs());
    while action.status == BulkStatus::Running {
        let mut tx = context.db.write(&platform).await?;
        if context.stop.is_stopping() {
            bulk_actions::stop(&mut tx, &platform, action.id).await?;
            tx.commit().await?;
            break;
        }
        let with = (context.clock.now(), &*context.ids);
        let gone_on = bulk_actions::step(&mut tx, &platform, action.id, with).await?;
        tx.commit().await?;
        // Stopped from the console meanwhile.
        let Some(gone_on) = gone_on else { break };
        action = gone_on;
        progress.set_position(action.moved.unsigned_abs());
    }
    progress.finish_and_clear();
    Ok(Moved {
        moved: action.moved.unsigned_abs(),
        skipped: (action.meant - action.moved).max(0).unsigned_abs(),
    })
}

async fn begin(
    context: &Context,
    filter: &DeadLetterFilter,
    how: DeadLetterMove,
    actor: &str,
) -> Result<BulkAction, Refused> {
    let platform = PlatformScope::of_command_line();
    let new = NewBulkAction {
        id: BulkActionId::new(&*context.ids),
        how,
        meant: Meant::Matching(filter.clone()),
        actor: Actor::at_command_line(actor),
        request_id: None,
        attempt_id: None,
    };
    let mut tx = context.db.write(&platform).await?;
    let action = bulk_actions::insert(&mut tx, &platform, &new).await?;
    tx.commit().await?;
    Ok(action)
}

/// How far it is, on standard error, where that is a terminal.
fn progress(meant: u64) -> ProgressBar {
    let style =
        ProgressStyle::with_template("{bar:30} {pos} of {len} dead letters").expect("the template is ours");
    ProgressBar::new(meant).with_style(style)
}
