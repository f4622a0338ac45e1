//! A tenant's page: how it fares, what is to be mended, how much it uses, what happened last.

use askama::Template;
use axum::response::Response;
use db::platform::audit::{self, AuditFilter};
use server::{Failure, Frame, Path, page};
use types::{PageRequest, TenantStatus};

use super::{
    status_page::verb,
    usage::{self, Share},
};
use crate::{
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
    usage: Vec<Share>,
    entries: Vec<Entry>,
    moves: Vec<Move>,
}

/// A step that the tenant's status may take.
struct Move {
    to: TenantStatus,
    verb: &'static str,
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
        usage: usage::of(&mut tx, &acting, &overview).await?,
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
