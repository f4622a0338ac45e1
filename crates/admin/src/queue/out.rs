//! The queue as the API shows it: the members that the worker's commands print.

use db::platform::{
    error_groups::ErrorGroup,
    jobs::DeadLetter,
    mended::FormerEvent,
    queue::{Attempt, Job},
    queue_statistics::Line,
    queue_trends::Trends,
};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What a tenant has of a type of event.
pub(crate) fn line_told(line: &Line, (now, hours): (Timestamp, i64), trends: &Trends) -> Value {
    let trend = trends.get(&(line.tenant_id.clone(), line.event_type.clone()));
    json!({
        "tenantId": line.tenant_id,
        "eventType": line.event_type,
        "pending": line.pending,
        "processing": line.processing,
        "deadLetter": line.dead_letter,
        "processed": line.processed,
        "processedPerHour": line.processed as f64 / hours as f64,
        "oldestPendingSeconds": line.oldest_pending_at.map(|at| now.duration_since(at).as_secs().max(0)),
        "trend": trend.map(|trend| json!({
            "depth": trend.depth, "done": trend.done, "oldestHours": trend.oldest_hours, "failures": trend.failures,
        })),
    })
}

/// A dead letter without its event.
pub(crate) fn dead_letter_told(job: &DeadLetter) -> Value {
    json!({
        "id": job.id.to_string(),
        "tenantId": job.tenant_id,
        "eventType": job.event_type,
        "attemptCount": job.attempt_count,
        "lastError": job.last_error,
        "deadLetteredAt": job.dead_lettered_at,
        "nextAttemptAt": job.next_attempt_at,
    })
}

/// Dead letters with one cause.
pub(crate) fn group_told(group: &ErrorGroup) -> Value {
    json!({
        "fingerprint": group.fingerprint.to_string(),
        "pattern": group.pattern,
        "count": group.jobs,
        "tenantIds": group.tenants,
        "eventTypes": group.event_types,
        "firstAt": group.first_at,
        "lastAt": group.last_at,
        "exampleJobId": group.example.to_string(),
    })
}

/// A job without its event.
pub(crate) fn job_told(job: &Job) -> Value {
    json!({
        "id": job.id.to_string(),
        "tenantId": job.tenant_id,
        "eventType": job.event_type,
        "eventKey": job.event_key,
        "status": job.status,
        "attemptCount": job.attempt_count,
        "lastError": job.last_error,
        "createdAt": job.created_at,
        "nextAttemptAt": job.next_attempt_at,
        "processedAt": job.processed_at,
        "deadLetteredAt": job.dead_lettered_at,
        "requestId": job.request_id,
    })
}

/// An event as it came: JSON, or the text it is.
pub(crate) fn event_told(payload: &str) -> Value {
    serde_json::from_str(payload).unwrap_or_else(|_| Value::String(payload.to_owned()))
}

/// An event as it was until somebody mended it.
pub(crate) fn former_told(former: &FormerEvent) -> Value {
    json!({
        "number": former.number,
        "payload": event_told(&former.payload),
        "reason": former.reason,
        "replacedBy": former.replaced_by,
        "replacedAt": former.replaced_at,
    })
}

/// An attempt that failed.
pub(crate) fn attempt_told(attempt: &Attempt) -> Value {
    json!({
        "number": attempt.number,
        "worker": attempt.worker,
        "startedAt": attempt.started_at,
        "finishedAt": attempt.finished_at,
        "errorClass": attempt.kind(),
        "message": attempt.message(),
        "error": attempt.error,
    })
}
