//! A tenant's page: how it fares, what is to be mended, what happened last; and the step that suspends or ends it.

use askama::Template;
use axum::response::Response;
use db::platform::{
    audit::{self, AuditFilter},
    tenants::TenantOverview,
};
use server::{Facts, Failure, Flash, Form, Frame, Params, Path, page};
use types::{PageRequest, TenantStatus};

use crate::{
    Refusal,
    audit::page::Entry,
    health::{Check, checks},
    operator::{Operator, Permission},
    shell::console_shell,
    view::{Badge, TenantHead, Time},
};

#[derive(Template)]
#[template(path = "tenants/show.html")]
struct TenantPage {
    frame: Frame,
    head: TenantHead,
    id: String,
    created: Time,
    last_lead: Option<Time>,
    last_failure: Option<Time>,
    backlog: i64,
    dead_letters: i64,
    domains: Vec<(String, Badge, bool)>,
    checks: Vec<Check>,
    entries: Vec<Entry>,
    moves: Vec<Move>,
}

/// A step that the tenant's status may take.
struct Move {
    to: TenantStatus,
    verb: &'static str,
}

#[derive(Template)]
#[template(path = "tenants/status.html")]
struct StatusPage {
    frame: Frame,
    head: TenantHead,
    to: TenantStatus,
    verb: &'static str,
    consequences: &'static [&'static str],
}

/// Lines of the trail that the page shows.
const LATEST: i64 = 8;

/// Shows a tenant.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = super::find(&mut tx, acting.platform, &id).await?;
    let about = AuditFilter {
        tenant_id: Some(overview.tenant.id.clone()),
        ..AuditFilter::default()
    };
    let latest = audit::list(&mut tx, acting.platform, &about, PageRequest::new(LATEST, 0)).await?;
    let moves = match operator.has(Permission::SetTenantStatus) {
        true => moves(overview.tenant.status),
        false => Vec::new(),
    };
    let domains = overview.domains.iter();
    page::private(&TenantPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, ""),
        id: overview.tenant.id.to_string(),
        created: Time::new(overview.tenant.created_at),
        last_lead: overview.last_lead_at.map(Time::new),
        last_failure: overview.last_failure_at.map(Time::new),
        backlog: overview.backlog,
        dead_letters: overview.dead_letters,
        domains: domains
            .map(|domain| {
                (
                    domain.hostname.to_unicode(),
                    Badge::of_domain(domain),
                    domain.is_primary,
                )
            })
            .collect(),
        checks: checks(&overview),
        entries: latest.items.into_iter().map(Entry::from).collect(),
        moves,
    })
}

fn moves(from: TenantStatus) -> Vec<Move> {
    let legal = TenantStatus::ALL
        .iter()
        .copied()
        .filter(|to| from.may_become(*to));
    legal
        .map(|to| Move {
            to,
            verb: verb(from, to),
        })
        .collect()
}

const fn verb(from: TenantStatus, to: TenantStatus) -> &'static str {
    match (from, to) {
        (_, TenantStatus::Active) => "Reactivate",
        (TenantStatus::Archived, TenantStatus::Suspended) => "Take back, suspended",
        (_, TenantStatus::Suspended) => "Suspend",
        (_, TenantStatus::Archived) => "Archive",
    }
}

const fn consequences(to: TenantStatus) -> &'static [&'static str] {
    match to {
        TenantStatus::Active => &[
            "Its site answers again, with the next request.",
            "Its people can sign in again.",
            "Jobs that waited are worked on.",
        ],
        TenantStatus::Suspended => &[
            "Its site answers 503 to everybody, with Retry-After.",
            "Its people are signed out, and nobody signs in.",
            "Jobs wait; nothing that was accepted is lost.",
            "It can be reactivated at any time.",
        ],
        TenantStatus::Archived => &[
            "Its site answers 404: the tenant is gone for everybody.",
            "Its people are signed out, and nobody signs in.",
            "Its data is kept. It comes back through suspension.",
        ],
    }
}

/// Asks before the status is moved, and tells what follows.
pub(crate) async fn ask(
    operator: Operator,
    Path(id): Path<String>,
    asked: Params,
    frame: Frame,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = super::find(&mut tx, acting.platform, &id).await?;
    // A link from before somebody else moved it leads to where it stands now.
    let Some(to) = wanted(&overview, asked.get("to")) else {
        return Ok(page::see_other(&format!("/tenants/{}", overview.tenant.slug)));
    };
    page::private(&StatusPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, ""),
        to,
        verb: verb(overview.tenant.status, to),
        consequences: consequences(to),
    })
}

fn wanted(overview: &TenantOverview, word: &str) -> Option<TenantStatus> {
    let to = word.parse().ok()?;
    overview.tenant.status.may_become(to).then_some(to)
}

/// Moves the status.
pub(crate) async fn set_status(
    operator: Operator,
    Path(id): Path<String>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let to = typed.get("to").parse::<TenantStatus>();
    let to = to.map_err(|error| Failure::invalid("/to", "unknown", format!("The status {error}.")))?;
    let path = format!("/tenants/{id}");
    let flash = match super::set_status(&acting, &id, to, &server::etag::IfMatch::default()).await {
        Ok(overview) => Flash::success(format!("{} is {to} now.", overview.tenant.name)),
        Err(Refusal::Conflict { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&path), &facts))
}
