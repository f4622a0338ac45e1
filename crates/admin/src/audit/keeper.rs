//! Looks after the trail while the console runs: signs its end, closes what was allowed and never ended, and notes
//! the end of support sessions whose time is up.

use std::{path::Path, time::Duration};

use db::{PlatformScope, platform::audit as rows};
use jiff::SignedDuration;
use serde_json::json;
use server::{
    Context,
    trail::{self, Signer, TrailKeys},
};
use types::{AuditEvent, AuditEventId, AuditStatus};

use crate::{Acting, Refusal, support};

/// What was written since the last look can be written anew unseen.
const EVERY: Duration = Duration::from_secs(60);

/// Longer than any request or command of ours takes.
const OPEN_FOR: SignedDuration = SignedDuration::from_mins(15);

/// How far back open ends are looked for: a console that was away for longer leaves them to whoever reads the trail.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Keeps looking until the process stops.
pub(crate) async fn keep(context: Context) {
    let keys = TrailKeys::of(&context.settings.secrets);
    let file = context.settings.audit_checkpoints.clone();
    loop {
        tokio::select! {
            () = context.stop.stopped() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        let platform = PlatformScope::of_command_line();
        if let Err(error) = look(&Acting::of_platform(&context, &platform), &keys, &file).await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the audit trail was not looked after"
            );
        }
    }
}

/// One look.
pub(crate) async fn look(acting: &Acting<'_>, keys: &TrailKeys, file: &Path) -> Result<(), Refusal> {
    support::end_overdue(acting).await?;
    close_open_ends(acting).await?;
    trail::sign_end(acting.db, acting.platform, Signer { keys, file }, acting.now)
        .await
        .map_err(Refusal::Unexpected)?;
    Ok(())
}

async fn close_open_ends(acting: &Acting<'_>) -> Result<(), Refusal> {
    let until = acting.now - OPEN_FOR;
    let mut tx = acting.db.read(acting.platform).await?;
    let open = rows::dangling(&mut tx, acting.platform, (until - LOOK_BACK, until)).await?;
    drop(tx);
    for allowed in open {
        let failed = AuditEvent {
            id: AuditEventId::new(acting.ids),
            occurred_at: acting.now,
            status: AuditStatus::Failed,
            details: json!({ "code": "no_outcome", "closedBy": acting.actor.id }),
            attempt_id: Some(allowed.id),
            ..allowed
        };
        let mut tx = acting.db.write(acting.platform).await?;
        rows::record(&mut tx, acting.platform, &failed).await?;
        tx.commit().await?;
    }
    Ok(())
}
