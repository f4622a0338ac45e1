//! The console's first page: every tenant, and how it fares.

use askama::Template;
use axum::response::Response;
use db::platform::tenants::{self as rows, TenantFilter, TenantOverview};
use server::{
    Failure, Frame, Params,
    page::{self, Pager},
};
use types::TenantStatus;

use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
    view::{Badge, Tab, Time, plan_name},
};

#[derive(Template)]
#[template(path = "tenants/list.html")]
struct TenantList {
    frame: Frame,
    tenants: Vec<Row>,
    pager: Pager,
    search: String,
    /// The status that is chosen, to be kept by a search.
    status: Option<TenantStatus>,
    chips: Vec<Tab>,
    may_provision: bool,
    /// There is none on any page, whatever the filter.
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
    last_failure: Option<Time>,
    backlog: i64,
    dead_letters: i64,
}

/// Shows the tenants by slug.
pub(crate) async fn list(operator: Operator, asked: Params, frame: Frame) -> Result<Response, Failure> {
    let acting = operator.acting();
    let filter = super::api::filter(&asked)?;
    let mut tx = acting.db.read(acting.platform).await?;
    let page = rows::list(&mut tx, acting.platform, &filter, asked.page()).await?;
    let total = rows::count(&mut tx, acting.platform, &filter).await?;
    let pager = Pager::of("tenants", ("/", &asked), &page, Some(total));
    page::private(&TenantList {
        frame: frame.in_shell(console_shell(operator.profile())),
        tenants: page.items.into_iter().map(Row::from).collect(),
        pager,
        search: filter.text.clone().unwrap_or_default(),
        status: filter.status,
        chips: chips(&asked, filter.status),
        may_provision: operator.has(Permission::ProvisionTenant),
        is_empty: total == 0 && filter == TenantFilter::default(),
    })
}

fn chips(asked: &Params, chosen: Option<TenantStatus>) -> Vec<Tab> {
    let chip = |status: Option<TenantStatus>, label| {
        let query = asked
            .without("offset")
            .query_with("status", status.map(TenantStatus::as_str));
        Tab {
            href: if query.is_empty() {
                "/".to_owned()
            } else {
                format!("/?{query}")
            },
            label,
            is_here: status == chosen,
        }
    };
    vec![
        chip(None, "All"),
        chip(Some(TenantStatus::Active), "Active"),
        chip(Some(TenantStatus::Suspended), "Suspended"),
        chip(Some(TenantStatus::Archived), "Archived"),
    ]
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
            last_failure: overview.last_failure_at.map(Time::new),
            backlog: overview.backlog,
            dead_letters: overview.dead_letters,
        }
    }
}
