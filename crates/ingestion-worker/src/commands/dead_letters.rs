//! `dead-letter list`: the jobs that were given up, and why.

use std::process::ExitCode;

use db::{
    PlatformScope,
    platform::jobs::{self, DeadLetter},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use server::Context;
use types::{JobId, TenantId};

use super::{
    Refused,
    output::{self, Answer, Form},
    selection,
};
use crate::cli::ListArgs;

/// A page of dead letters.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DeadLetterList {
    event: &'static str,
    tenant_id: String,
    limit: i64,
    offset: i64,
    count: usize,
    include_payload: bool,
    jobs: Vec<DeadLetterOut>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct DeadLetterOut {
    #[serde(serialize_with = "as_text")]
    id: JobId,
    tenant_id: TenantId,
    event_type: String,
    attempt_count: i64,
    last_error: Option<String>,
    dead_lettered_at: Option<Timestamp>,
    next_attempt_at: Timestamp,
    /// The event as it came: JSON when it is JSON, else the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<Value>,
}

/// Lists dead letters.
pub(crate) async fn list(context: &Context, args: &ListArgs, form: Form) -> Result<ExitCode, Refused> {
    output::print(&dead_letters(context, args).await?, form)?;
    Ok(ExitCode::SUCCESS)
}

/// The page that the flags mean.
pub(super) async fn dead_letters(context: &Context, args: &ListArgs) -> Result<DeadLetterList, Refused> {
    let platform = PlatformScope::of_command_line();
    let filter = selection::filter(context, &platform, &args.selection).await?;
    let include_payload = args.include_payload || context.settings.ingestion.dead_letters.include_payload;
    let mut tx = context.db.read(&platform).await?;
    let found = jobs::list_dead(&mut tx, &platform, &filter).await?;
    let jobs: Vec<_> = found
        .into_iter()
        .map(|job| DeadLetterOut::of(job, include_payload))
        .collect();
    Ok(DeadLetterList {
        event: "dead_letter_list_result",
        tenant_id: selection::tenant_word(&filter),
        limit: filter.limit,
        offset: filter.offset,
        count: jobs.len(),
        include_payload,
        jobs,
    })
}

impl DeadLetterOut {
    fn of(job: DeadLetter, include_payload: bool) -> Self {
        let payload =
            include_payload.then(|| serde_json::from_str(&job.payload).unwrap_or(Value::String(job.payload)));
        Self {
            id: job.id,
            tenant_id: job.tenant_id,
            event_type: job.event_type,
            attempt_count: job.attempt_count,
            last_error: job.last_error,
            dead_lettered_at: job.dead_lettered_at,
            next_attempt_at: job.next_attempt_at,
            payload,
        }
    }

    fn row(&self) -> [String; 6] {
        [
            self.id.to_string(),
            self.tenant_id.to_string(),
            output::printable(&self.event_type),
            self.attempt_count.to_string(),
            self.dead_lettered_at
                .map_or_else(String::new, |at| format!("{at:.0}")),
            self.last_error
                .as_deref()
                .map(output::printable)
                .unwrap_or_default(),
        ]
    }
}

impl Answer for DeadLetterList {
    fn words(&self) -> String {
        if self.jobs.is_empty() {
            return "No dead letter matches.".to_owned();
        }
        let mut table = output::table(&["JOB", "TENANT", "EVENT", "ATTEMPTS", "BURIED", "ERROR"]);
        table.add_rows(self.jobs.iter().map(DeadLetterOut::row));
        let mut lines = vec![output::lines_of(&table)];
        for job in &self.jobs {
            if let Some(payload) = &job.payload {
                lines.push(format!("\n{}\n{payload:#}", job.id));
            }
        }
        lines.join("\n")
    }
}

fn as_text<S: serde::Serializer>(id: &JobId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}
