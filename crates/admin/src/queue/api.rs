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

use super::{Move, attempt_told, bulk, dead_letter_told, group_told, job_told, line_told};
use crate::{Acting, Refusal, app::App, operator::Operator, tenants::look_up};

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
    let hands = bulk::Hands::of(&app, operator.scope());
    let dry_run = fields.optional("dryRun").unwrap_or(false);
    let why = fields.text::<500>("why").apply(None);
    let meant = meant(&acting, &mut fields).await?;
    // Of jobs that are named, the reason is why they go; of many it tells which.
    let why = match (&meant, why) {
        (_, Some(why)) => Some(why),
        (Meant::One(_) | Meant::Chosen(_), None) => fields.text::<500>("reason").apply(None),
        (Meant::Matching(_), None) => None,
    };
    if why.is_none() && !dry_run {
        fields.refuse("why", "required", "why is missing: say why these are not wanted.");
    }
    fields.finish()?;
    carry_out(
        (&acting, hands),
        meant,
        (Move::Discard(why.unwrap_or_default()), dry_run),
    )
    .await
}

async fn meant(acting: &Acting<'_>, fields: &mut Fields) -> Result<Meant, Failure> {
    if let Some(id) = fields.optional("jobId") {
        return Ok(Meant::One(id));
    }
    if let Some(ids) = fields.optional::<Vec<JobId>>("jobIds") {
        if ids.len() > MOST_CHOSEN {
            let sentence = format!("At most {MOST_CHOSEN} jobs are named at once; use a filter.");
            fields.refuse("jobIds", "too_many", sentence);
        }
        return Ok(Meant::Chosen(ids));
    }
    let named = fields.optional::<String>("tenantId");
    let all = fields.optional("all").unwrap_or(false);
    let limit = fields.optional::<i64>("limit").map_or(50, |limit| limit.max(0));
    let filter = DeadLetterFilter {
        tenant_id: tenant(acting, named.as_deref()).await?,
        reason: fields.text::<500>("reason").apply(None),
        buried_until: None,
        limit: if all { i64::MAX } else { limit },
        offset: if all {
            0
        } else {
            fields.optional::<i64>("offset").unwrap_or(0).max(0)
        },
    };
    Ok(Meant::Matching(filter))
}

/// Shorter than the deadline of the route: what takes longer goes on, and its address says how far it is.
const PATIENCE: Duration = Duration::from_secs(50);

async fn carry_out(
    (acting, hands): (&Acting<'_>, bulk::Hands),
    meant: Meant,
    (how, dry_run): (Move, bool),
) -> Result<Response, Failure> {
    let word = match how {
        Move::Requeue => "requeued",
        Move::Discard(_) => "discarded",
    };
    let how = (!dry_run).then_some(how);
    match meant {
        Meant::One(id) if how.is_none() => told_chosen(acting, (&[id], word), None).await,
        Meant::One(id) => {
            let how = how.expect("it was looked at just now");
            super::move_one(acting, id, &how).await?;
            Ok(answer::ok(
                json!({ "jobId": id.to_string(), word: true, format!("{word}Count"): 1 }),
            ))
        }
        Meant::Chosen(ids) => told_chosen(acting, (&ids, word), how.as_ref()).await,
        Meant::Matching(filter) => {
            let (moved, skipped, action) = match &how {
                Some(how) => {
                    let begun = bulk::begin(acting, &filter, how).await?;
                    let action = hands.go_on(begun.id, PATIENCE).await?;
                    (action.moved, action.skipped(), Some(action))
                }
                None => {
                    let meant = bulk::look(acting, &filter).await?;
                    (i64::try_from(meant).unwrap_or(i64::MAX), 0, None)
                }
            };
            Ok(answer::ok(json!({
                "tenantId": tenant_word(filter.tenant_id.as_ref()),
                "limit": (filter.limit < i64::MAX).then_some(filter.limit),
                "offset": filter.offset,
                format!("{word}Count"): moved,
                "skippedCount": skipped,
                "dryRun": how.is_none(),
                "bulkActionId": action.as_ref().map(|action| action.id),
                "status": action.as_ref().map(|action| action.status),
            })))
        }
    }
}

async fn told_chosen(
    acting: &Acting<'_>,
    (ids, word): (&[JobId], &str),
    how: Option<&Move>,
) -> Result<Response, Failure> {
    let chosen = bulk::move_chosen(acting, ids, how).await?;
    let (refused, moved): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|job| job.refused.is_some());
    let refused: Vec<Value> = refused
        .iter()
        .map(|job| json!({ "jobId": job.id.to_string(), "reason": job.refused }))
        .collect();
    Ok(answer::ok(json!({
        format!("{word}Count"): moved.len(),
        "skippedCount": refused.len(),
        "ineligible": refused,
        "dryRun": how.is_none(),
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
