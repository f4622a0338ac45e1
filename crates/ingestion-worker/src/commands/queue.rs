//! `queue stats|pause|resume`: what waits and how old it is, stopping and going on.

use std::process::ExitCode;

use comfy_table::Cell;
use db::{
    PlatformScope,
    platform::{
        audit, queue,
        queue_statistics::{self, Line},
        tenants,
    },
};
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;
use server::Context;
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, TenantId};

use super::{
    Refused,
    output::{self, Answer, Form},
    selection,
};
use crate::cli::{PauseArgs, StatsArgs};

/// What is in the queue.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Stats {
    event: &'static str,
    /// The hours that `processed` counts.
    hours: i64,
    pending: i64,
    processing: i64,
    dead_letter: i64,
    processed: i64,
    oldest_pending_seconds: Option<i64>,
    /// Tenants whose jobs wait until they are resumed; `*` for everybody's.
    paused: Vec<String>,
    lines: Vec<StatsLine>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct StatsLine {
    tenant_id: TenantId,
    event_type: String,
    pending: i64,
    processing: i64,
    dead_letter: i64,
    processed: i64,
    processed_per_hour: f64,
    oldest_pending_seconds: Option<i64>,
}

/// What came of pausing or resuming.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Switched {
    event: &'static str,
    tenant_id: String,
    /// False when it was so already.
    changed: bool,
}

/// Shows what is in the queue.
pub(crate) async fn stats(context: &Context, args: &StatsArgs, form: Form) -> Result<ExitCode, Refused> {
    output::print(&statistics(context, args.hours).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn statistics(context: &Context, hours: u32) -> Result<Stats, Refused> {
    let (platform, now) = (PlatformScope::of_command_line(), context.clock.now());
    let since = now
        .saturating_sub(SignedDuration::from_hours(hours.into()))
        .unwrap_or(Timestamp::MIN);
    let mut tx = context.db.read(&platform).await?;
    let statistics = queue_statistics::list(&mut tx, &platform, None, since).await?;
    let totals = statistics.totals;
    let paused = queue::paused(&mut tx, &platform).await?;
    Ok(Stats {
        event: "queue_stats_result",
        hours: hours.into(),
        pending: totals.pending,
        processing: totals.processing,
        dead_letter: totals.dead_letter,
        processed: totals.processed,
        oldest_pending_seconds: totals
            .oldest_pending_at
            .map(|at| now.duration_since(at).as_secs().max(0)),
        paused: paused.into_iter().map(|pause| pause.scope).collect(),
        lines: statistics
            .lines
            .into_iter()
            .map(|line| StatsLine::of(line, now, hours))
            .collect(),
    })
}

/// Lets jobs wait until they are resumed.
pub(crate) async fn pause(context: &Context, args: &PauseArgs, form: Form) -> Result<ExitCode, Refused> {
    output::print(&switch(context, args, AuditAction::IngestionPause).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

/// Lets paused jobs go on.
pub(crate) async fn resume(context: &Context, args: &PauseArgs, form: Form) -> Result<ExitCode, Refused> {
    output::print(&switch(context, args, AuditAction::IngestionResume).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn switch(
    context: &Context,
    args: &PauseArgs,
    action: AuditAction,
) -> Result<Switched, Refused> {
    let (platform, now) = (PlatformScope::of_command_line(), context.clock.now());
    let mut tx = context.db.write(&platform).await?;
    let tenant_id = match &args.tenant {
        None => None,
        Some(tenant) => {
            let found = tenants::find(&mut tx, &platform, tenant).await?;
            Some(found.ok_or_else(|| selection::no_tenant(tenant))?.id)
        }
    };
    let actor = Actor::at_command_line(&args.who.actor);
    let pausing = action == AuditAction::IngestionPause;
    let changed = if pausing {
        queue::pause(&mut tx, &platform, tenant_id.as_ref(), &actor.id, now).await?
    } else {
        queue::resume(&mut tx, &platform, tenant_id.as_ref()).await?
    };
    if changed {
        let event = AuditEvent {
            id: AuditEventId::new(&*context.ids),
            occurred_at: now,
            actor,
            action,
            status: AuditStatus::Succeeded,
            tenant_id: tenant_id.clone(),
            details: json!({}),
            request_id: None,
            attempt_id: None,
        };
        audit::record(&mut tx, &platform, &event).await?;
    }
    tx.commit().await?;
    Ok(Switched {
        event: if pausing {
            "queue_pause_result"
        } else {
            "queue_resume_result"
        },
        tenant_id: tenant_id.map_or_else(|| "all".to_owned(), |id| id.to_string()),
        changed,
    })
}

impl StatsLine {
    fn of(line: Line, now: Timestamp, hours: u32) -> Self {
        Self {
            oldest_pending_seconds: line
                .oldest_pending_at
                .map(|at| now.duration_since(at).as_secs().max(0)),
            tenant_id: line.tenant_id,
            event_type: line.event_type,
            pending: line.pending,
            processing: line.processing,
            dead_letter: line.dead_letter,
            processed: line.processed,
            // One decimal: a rate is for comparing, not for counting.
            processed_per_hour: (line.processed as f64 * 10.0 / f64::from(hours)).round() / 10.0,
        }
    }

    fn row(&self) -> [Cell; 8] {
        let oldest = self.oldest_pending_seconds.map(|seconds| format!("{seconds} s"));
        [
            Cell::new(&self.tenant_id),
            Cell::new(output::printable(&self.event_type)),
            Cell::new(self.pending),
            Cell::new(oldest.unwrap_or_default()),
            Cell::new(self.processing),
            output::alarm(self.dead_letter),
            Cell::new(self.processed),
            Cell::new(self.processed_per_hour),
        ]
    }
}

impl Answer for Stats {
    fn words(&self) -> String {
        let mut words = match self.paused.as_slice() {
            [] => String::new(),
            paused if paused.iter().any(|scope| scope == "*") => "The queue is paused.\n".to_owned(),
            paused => format!("Paused: {}.\n", paused.join(", ")),
        };
        if self.lines.is_empty() {
            return words + "Nothing is in the queue.";
        }
        let processed = format!("PROCESSED IN {} H", self.hours);
        let mut table = output::table(&[
            "TENANT",
            "EVENT",
            "PENDING",
            "OLDEST",
            "PROCESSING",
            "DEAD",
            processed.as_str(),
            "PER HOUR",
        ]);
        for line in &self.lines {
            table.add_row(line.row());
        }
        words += &output::lines_of(&table);
        words
    }
}

impl Answer for Switched {
    fn words(&self) -> String {
        let whose = match self.tenant_id.as_str() {
            "all" => "The queue".to_owned(),
            tenant_id => format!("The queue of {tenant_id}"),
        };
        match (self.event, self.changed) {
            ("queue_pause_result", true) => {
                format!("{whose} is paused. Leads are still accepted; they wait.")
            }
            ("queue_pause_result", false) => format!("{whose} was paused already."),
            (_, true) => format!("{whose} goes on."),
            (_, false) => format!("{whose} was not paused."),
        }
    }
}
