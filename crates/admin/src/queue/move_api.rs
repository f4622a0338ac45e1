//! `POST /api/queue/dead-letters/requeue` and `/discard`: one, some, or all that a filter means; or what would happen.

use std::time::Duration;

use axum::{extract::State, response::Response};
use db::platform::{bulk_actions::Meant, jobs::DeadLetterFilter};
use serde_json::{Value, json};
use server::{Failure, Fields, json as answer};
use types::{BulkAction, BulkKind, DeadLetterMove, JobId};

use super::{
    api::{tenant, tenant_word},
    bulk::{self, Hands, Ineligible},
};
use crate::{Acting, app::App, operator::Operator};

/// More jobs than anybody ticks.
const MOST_CHOSEN: usize = 500;

/// Shorter than the deadline of the route: what takes longer goes on, and its address says how far it is.
const PATIENCE: Duration = Duration::from_secs(50);

/// What a body says is to be moved.
enum Which {
    One(JobId),
    Many(Meant),
}

/// Puts dead letters back in line.
pub(crate) async fn requeue(
    operator: Operator,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let dry_run = fields.optional("dryRun").unwrap_or(false);
    let which = which(&acting, &mut fields).await?;
    fields.finish()?;
    if dry_run {
        return rehearse(&acting, which, BulkKind::Requeue).await;
    }
    let hands = Hands::of(&app, operator.scope());
    carry_out((&acting, hands), which, DeadLetterMove::Requeue).await
}

/// Gives dead letters up for good. Says why.
pub(crate) async fn discard(
    operator: Operator,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let dry_run = fields.optional("dryRun").unwrap_or(false);
    let why = fields.text::<500>("why").apply(None);
    let which = which(&acting, &mut fields).await?;
    // Of jobs that are named, the reason is why they go; of many it tells which.
    let why = match (&which, why) {
        (_, Some(why)) => Some(why),
        (Which::One(_) | Which::Many(Meant::Chosen(_)), None) => fields.text::<500>("reason").apply(None),
        (Which::Many(Meant::Matching(_)), None) => None,
    };
    if why.is_none() && !dry_run {
        fields.refuse("why", "required", "why is missing: say why these are not wanted.");
    }
    fields.finish()?;
    if dry_run {
        return rehearse(&acting, which, BulkKind::Discard).await;
    }
    let hands = Hands::of(&app, operator.scope());
    let how = DeadLetterMove::Discard(why.unwrap_or_default());
    carry_out((&acting, hands), which, how).await
}

async fn which(acting: &Acting<'_>, fields: &mut Fields) -> Result<Which, Failure> {
    if let Some(id) = fields.optional("jobId") {
        return Ok(Which::One(id));
    }
    if let Some(ids) = fields.optional::<Vec<JobId>>("jobIds") {
        if ids.len() > MOST_CHOSEN {
            let sentence = format!("At most {MOST_CHOSEN} jobs are named at once; use a filter.");
            fields.refuse("jobIds", "too_many", sentence);
        }
        return Ok(Which::Many(Meant::Chosen(ids)));
    }
    let named = fields.optional::<String>("tenantId");
    let all = fields.optional("all").unwrap_or(false);
    let limit = fields.optional::<i64>("limit");
    let reason = fields.text::<500>("reason").apply(None);
    // A misspelt name must not mean everybody's.
    if named.is_none() && reason.is_none() && limit.is_none() && !all {
        let sentence = "Say which: jobId, jobIds, tenantId, reason, limit, or all.";
        fields.refuse("", "required", sentence);
    }
    let limit = limit.map_or(50, |limit| limit.max(0));
    let offset = fields.optional::<i64>("offset").unwrap_or(0).max(0);
    Ok(Which::Many(Meant::Matching(DeadLetterFilter {
        tenant_id: tenant(acting, named.as_deref()).await?,
        reason,
        limit: if all { i64::MAX } else { limit },
        offset: if all { 0 } else { offset },
        ..DeadLetterFilter::all()
    })))
}

/// What these are called that were moved.
const fn word(kind: BulkKind) -> &'static str {
    match kind {
        BulkKind::Requeue => "requeued",
        BulkKind::Discard => "discarded",
    }
}

/// Says what would happen.
async fn rehearse(acting: &Acting<'_>, which: Which, kind: BulkKind) -> Result<Response, Failure> {
    let counted = format!("{}Count", word(kind));
    let chosen = match which {
        Which::One(id) => vec![id],
        Which::Many(Meant::Chosen(ids)) => ids,
        Which::Many(Meant::Matching(filter)) => {
            let mut told = told_of(&filter);
            told[counted] = json!(bulk::look(acting, &filter).await?);
            told["skippedCount"] = json!(0);
            told["dryRun"] = json!(true);
            return Ok(answer::ok(told));
        }
    };
    let staying = bulk::ineligible(acting, &chosen).await?;
    Ok(answer::ok(json!({
        counted: chosen.len() - staying.len(),
        "skippedCount": staying.len(),
        "ineligible": told_staying(&staying),
        "dryRun": true,
    })))
}

async fn carry_out(
    (acting, hands): (&Acting<'_>, Hands),
    which: Which,
    how: DeadLetterMove,
) -> Result<Response, Failure> {
    let word = word(how.kind());
    let (meant, mut told) = match which {
        Which::One(id) => {
            super::move_one(acting, id, &how).await?;
            return Ok(answer::ok(
                json!({ "jobId": id.to_string(), word: true, format!("{word}Count"): 1 }),
            ));
        }
        Which::Many(Meant::Chosen(ids)) => {
            let staying = bulk::ineligible(acting, &ids).await?;
            (
                Meant::Chosen(ids),
                json!({ "ineligible": told_staying(&staying) }),
            )
        }
        Which::Many(Meant::Matching(filter)) => {
            let told = told_of(&filter);
            (Meant::Matching(filter), told)
        }
    };
    let begun = bulk::begin(acting, meant, how).await?;
    let action: BulkAction = hands.go_on(begun.id, PATIENCE).await?;
    told[format!("{word}Count")] = json!(action.moved);
    told["skippedCount"] = json!(action.skipped());
    told["dryRun"] = json!(false);
    told["bulkActionId"] = json!(action.id);
    told["status"] = json!(action.status);
    Ok(answer::ok(told))
}

/// Which those are that a filter means.
fn told_of(filter: &DeadLetterFilter) -> Value {
    json!({
        "tenantId": tenant_word(filter.tenant_id.as_ref()),
        "limit": (filter.limit < i64::MAX).then_some(filter.limit),
        "offset": filter.offset,
    })
}

fn told_staying(staying: &[Ineligible]) -> Vec<Value> {
    let told = staying
        .iter()
        .map(|job| json!({ "jobId": job.id.to_string(), "reason": job.why }));
    told.collect()
}
