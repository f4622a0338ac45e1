//! `/api/queue`: what is in it, what was given up and why, letting it wait and go on.

use axum::response::Response;
use db::platform::{
    error_groups,
    jobs::{self, DeadLetterFilter},
    queue as rows,
    queue_statistics::{self, Statistics},
    queue_trends,
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::{Failure, Fields, Params, Path, json as answer};
use types::{JobId, Page, PageRequest, Pagination, TenantId};

use super::{attempt_told, dead_letter_told, event_told, former_told, group_told, job_told, line_told, mend};
use crate::{Acting, Refusal, operator::Operator, tenants::look_up};

/// The hours that `processed` counts when nobody says otherwise, and at most.
const HOURS: i64 = 24;
const MOST_HOURS: i64 = 24 * 31;

/// Shows what waits, is worked on, was given up and was done, by tenant and type.
pub(crate) async fn stats(operator: Operator, asked: Params) -> Result<Response, Failure> {
    let acting = operator.acting();
    let hours = asked.filled("hours").and_then(|text| text.parse().ok());
    let hours = hours.unwrap_or(HOURS).clamp(1, MOST_HOURS);
    let mut tx = acting.db.read(acting.platform).await?;
    let since = acting.now - SignedDuration::from_hours(hours);
    let Statistics { lines, totals } = queue_statistics::list(&mut tx, acting.platform, None, since).await?;
    let paused = rows::paused(&mut tx, acting.platform).await?;
    let trends = queue_trends::list(&mut tx, acting.platform, &lines, acting.now).await?;
    Ok(answer::ok(json!({
        "hours": hours,
        "pending": totals.pending,
        "processing": totals.processing,
        "deadLetter": totals.dead_letter,
        "processed": totals.processed,
        "oldestPendingSeconds": totals.oldest_pending_at.map(|at| acting.now.duration_since(at).as_secs().max(0)),
        "paused": paused.iter().map(|pause| pause.scope.clone()).collect::<Vec<_>>(),
        "lines": lines.iter().map(|line| line_told(line, (acting.now, hours), &trends)).collect::<Vec<_>>(),
    })))
}

/// Lists dead letters, the last buried first.
pub(crate) async fn dead_letters(operator: Operator, asked: Params) -> Result<Response, Failure> {
    let acting = operator.acting();
    if asked.filled("cursor").is_some() {
        return Err(Failure::malformed(
            "This list goes on by offset; it gives out no cursors.",
        ));
    }
    let (filter, page) = asked_for(&acting, &asked).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let found = jobs::list_dead(&mut tx, acting.platform, &filter).await?;
    let page = Page::from_fetched(found, page);
    let total = match asked.wants_count() {
        true => {
            let all = DeadLetterFilter {
                limit: i64::MAX,
                offset: 0,
                ..filter.clone()
            };
            Some(
                jobs::count_dead(&mut tx, acting.platform, &all)
                    .await?
                    .try_into()
                    .unwrap_or(i64::MAX),
            )
        }
        false => None,
    };
    let pagination = Pagination {
        total,
        ..Pagination::of(&page)
    };
    let jobs: Vec<Value> = page.items.iter().map(dead_letter_told).collect();
    Ok(answer::ok(json!({
        "tenantId": tenant_word(filter.tenant_id.as_ref()),
        "limit": pagination.limit,
        "offset": pagination.offset,
        "count": jobs.len(),
        "includePayload": false,
        "jobs": jobs,
        "pagination": pagination,
    })))
}

/// Lists what the dead letters died of, the most frequent cause first.
pub(crate) async fn groups(operator: Operator, asked: Params) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (filter, _) = asked_for(&acting, &asked).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let groups = error_groups::list_groups(&mut tx, acting.platform, filter.tenant_id.as_ref()).await?;
    Ok(answer::ok(json!({
        "tenantId": tenant_word(filter.tenant_id.as_ref()),
        "count": groups.len(),
        "groups": groups.iter().map(group_told).collect::<Vec<_>>(),
    })))
}

/// The filter of a list. A tenant may be named by its id or its slug, and must be one.
pub(crate) async fn asked_for(
    acting: &Acting<'_>,
    asked: &Params,
) -> Result<(DeadLetterFilter, PageRequest), Failure> {
    let named = asked.filled("tenantId").or_else(|| asked.filled("tenant"));
    let page = asked.page();
    let filter = DeadLetterFilter {
        tenant_id: tenant(acting, named).await?,
        reason: asked.filled("reason").map(str::to_owned),
        limit: page.fetch(),
        offset: page.offset().into(),
        ..DeadLetterFilter::all()
    };
    Ok((filter, page))
}

pub(super) async fn tenant(acting: &Acting<'_>, named: Option<&str>) -> Result<Option<TenantId>, Failure> {
    let Some(named) = named else { return Ok(None) };
    match look_up(acting, named).await {
        Ok(tenant) => Ok(Some(tenant.id)),
        Err(Refusal::NotFound(sentence)) => Err(Failure::invalid("/tenantId", "unknown", sentence)),
        Err(other) => Err(other.into()),
    }
}

pub(super) fn tenant_word(tenant_id: Option<&TenantId>) -> String {
    tenant_id.map_or_else(|| "all".to_owned(), ToString::to_string)
}

/// Shows a job, its attempts, and its event without the visitor in it.
pub(crate) async fn job(operator: Operator, Path(id): Path<JobId>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let (job, attempts) = super::find(&acting, id).await?;
    let payload = super::payload(&acting, &job).await?;
    let mut told = job_told(&job);
    told["attempts"] = attempts.iter().map(attempt_told).collect();
    told["payload"] = super::redacted(&payload);
    told["payloadRedacted"] = json!(true);
    Ok(answer::ok(json!({ "job": told })))
}

/// Shows a job's event as it came; the trail tells who looked.
pub(crate) async fn payload(operator: Operator, Path(id): Path<JobId>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let text = super::read_payload(&acting, id).await?;
    let (job, _) = super::find(&acting, id).await?;
    let former = mend::former(&acting, &job).await?;
    Ok(answer::ok(json!({
        "jobId": id.to_string(),
        "payload": event_told(&text),
        "former": former.iter().map(former_told).collect::<Vec<_>>(),
    })))
}

/// Lets jobs wait, of one tenant or of all.
pub(crate) async fn pause(operator: Operator, mut fields: Fields) -> Result<Response, Failure> {
    let tenant = fields.optional::<String>("tenantId");
    fields.finish()?;
    let changed = super::pause(&operator.acting(), tenant.as_deref()).await?;
    Ok(answer::ok(
        json!({ "paused": true, "tenantId": tenant.as_deref().unwrap_or("all"), "changed": changed }),
    ))
}

/// Lets paused jobs go on.
pub(crate) async fn resume(operator: Operator, mut fields: Fields) -> Result<Response, Failure> {
    let tenant = fields.optional::<String>("tenantId");
    fields.finish()?;
    let changed = super::resume(&operator.acting(), tenant.as_deref()).await?;
    Ok(answer::ok(
        json!({ "paused": false, "tenantId": tenant.as_deref().unwrap_or("all"), "changed": changed }),
    ))
}
