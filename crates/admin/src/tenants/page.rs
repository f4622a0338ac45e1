//! The console's first page: every tenant, and how it fares.

use askama::Template;
use axum::response::Response;
use db::platform::tenants::{self as rows, TenantOverview};
use jiff::Timestamp;
use server::{
    Failure, Frame, Params,
    page::{self, Pager},
};
use types::{Plan, TenantDomain, TenantStatus};

use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
};

#[derive(Template)]
#[template(path = "tenants/list.html")]
struct TenantList {
    frame: Frame,
    tenants: Vec<Row>,
    pager: Pager,
    /// There is none on any page.
    is_empty: bool,
}

/// A tenant as a row of the table.
struct Row {
    name: String,
    slug: String,
    status: Badge,
    domain: Option<(String, Badge)>,
    plan: &'static str,
    last_lead: Option<Time>,
    backlog: i64,
    dead_letters: i64,
}

/// A word in a colour.
struct Badge {
    word: &'static str,
    class: &'static str,
}

/// A time to the minute, in UTC as the table's head says.
struct Time {
    iso: String,
    text: String,
}

/// Shows the tenants by slug.
pub(crate) async fn list(operator: Operator, asked: Params, frame: Frame) -> Result<Response, Failure> {
    let acting = operator.require(Permission::ReadTenants, None).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let page = rows::list(&mut tx, acting.platform, asked.page()).await?;
    let total = rows::count(&mut tx, acting.platform).await?;
    let pager = Pager::of("tenants", ("/", &asked), &page, Some(total));
    page::private(&TenantList {
        frame: frame.in_shell(console_shell(operator.profile())),
        tenants: page.items.into_iter().map(Row::from).collect(),
        pager,
        is_empty: total == 0,
    })
}

impl From<TenantOverview> for Row {
    fn from(overview: TenantOverview) -> Self {
        let primary = overview.domains.iter().find(|domain| domain.is_primary);
        Self {
            name: overview.tenant.name,
            slug: overview.tenant.slug.to_string(),
            status: Badge::of_tenant(overview.tenant.status),
            domain: primary.map(|domain| (domain.hostname.to_unicode(), Badge::of_domain(domain))),
            plan: plan_name(overview.settings.plan_code),
            last_lead: overview.last_lead_at.map(Time::new),
            backlog: overview.backlog,
            dead_letters: overview.dead_letters,
        }
    }
}

impl Badge {
    const fn of_tenant(status: TenantStatus) -> Self {
        let (word, class) = match status {
            TenantStatus::Active => ("Active", "badge badge-success"),
            TenantStatus::Suspended => ("Suspended", "badge badge-warning"),
            TenantStatus::Archived => ("Archived", "badge"),
        };
        Self { word, class }
    }

    const fn of_domain(domain: &TenantDomain) -> Self {
        let (word, class) = if domain.is_verified {
            ("Live", "badge badge-success")
        } else {
            ("Needs action", "badge badge-warning")
        };
        Self { word, class }
    }
}

impl Time {
    fn new(at: Timestamp) -> Self {
        Self {
            iso: at.to_string(),
            text: at.strftime("%-d %b %Y, %H:%M").to_string(),
        }
    }
}

const fn plan_name(plan: Plan) -> &'static str {
    match plan {
        Plan::Starter => "Starter",
        Plan::Growth => "Growth",
        Plan::Pro => "Pro",
        Plan::Team => "Team",
    }
}
