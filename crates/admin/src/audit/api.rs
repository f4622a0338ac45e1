//! `/api/admin-audit`: who did what, newest first, and the proof of a line.

use axum::response::Response;
use db::platform::audit::{self as rows, AuditFilter};
use jiff::Timestamp;
use serde::Serialize;
use server::{Facts, Failure, FieldErrors, Params, Path, cursor::Cursors, json, trail::TrailKeys};
use types::{AuditEventId, AuditProof, Pagination, TenantId};

use super::{AuditEventOut, PublicKeyOut, prove};
use crate::operator::Operator;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TrailOut {
    scope: &'static str,
    tenant_id: Option<TenantId>,
    events: Vec<AuditEventOut>,
    pagination: Pagination,
}

#[derive(Serialize)]
struct EventOut {
    event: AuditEventOut,
}

#[derive(Serialize)]
struct ProofOut {
    proof: AuditProof,
}

/// Reads the filters that the API, the page and the export share.
pub(crate) fn filter(asked: &Params) -> Result<AuditFilter, Failure> {
    let mut errors = FieldErrors::default();
    let mut time = |name: &str| {
        let text = asked.filled(name)?;
        let parsed = text.parse::<Timestamp>().or_else(|_| day(text));
        errors.keep(
            name,
            "invalid",
            parsed.map_err(|_| format!("{name} must be a time such as 2026-01-31T09:00:00Z.")),
        )
    };
    let (from, to) = (time("from"), time("to"));
    let filter = AuditFilter {
        tenant_id: asked.one_of("tenantId", &mut errors),
        status: asked.one_of("status", &mut errors),
        action: asked.one_of("action", &mut errors),
        actor_id: asked.filled("actorId").map(str::to_owned),
        text: asked.filled("q").map(str::to_owned),
        from,
        to,
        after: None,
    };
    errors.finish()?;
    Ok(filter)
}

/// The start of a day, in UTC: what a date field of a browser sends.
fn day(text: &str) -> Result<Timestamp, jiff::Error> {
    let day: jiff::civil::Date = text.parse()?;
    Ok(day.to_zoned(jiff::tz::TimeZone::UTC)?.timestamp())
}

/// Lists the trail, of one tenant or of everything.
pub(crate) async fn list(operator: Operator, facts: Facts, asked: Params) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut filter = filter(&asked)?;
    let whose = filter.tenant_id.as_ref().map_or("*", |id| id.as_str()).to_owned();
    let cursors = Cursors::new(vec![&whose, "admin-audit"], facts.secrets());
    filter.after = cursors.after(&asked)?;
    let mut tx = acting.db.read(acting.platform).await?;
    let page = rows::list(&mut tx, acting.platform, &filter, asked.page()).await?;
    let last = page.items.last().filter(|_| page.has_more);
    let pagination = Pagination {
        next_cursor: last.map(|event| cursors.sealed((event.occurred_at, event.id))),
        ..Pagination::of(&page)
    };
    Ok(json::ok(TrailOut {
        scope: if filter.tenant_id.is_some() {
            "tenant"
        } else {
            "global"
        },
        tenant_id: filter.tenant_id,
        events: page.items.into_iter().map(AuditEventOut::from).collect(),
        pagination,
    }))
}

/// Shows one line.
pub(crate) async fn show(operator: Operator, Path(id): Path<AuditEventId>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let found = rows::find(&mut tx, acting.platform, id).await?;
    let event = found.ok_or(Failure::NotFound)?.into();
    Ok(json::ok(EventOut { event }))
}

/// Gives the proof of one line.
pub(crate) async fn proof(operator: Operator, Path(id): Path<AuditEventId>) -> Result<Response, Failure> {
    let proof = prove(&operator.acting(), id).await?;
    Ok(json::ok(ProofOut { proof }))
}

/// Says which key proofs are signed with.
pub(crate) async fn public_key(_operator: Operator, facts: Facts) -> Response {
    json::ok(PublicKeyOut::of(&TrailKeys::of(facts.secrets()).public()))
}
