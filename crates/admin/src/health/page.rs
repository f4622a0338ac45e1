//! How every tenant fares, on one page: those with something to mend first.

use askama::Template;
use axum::response::Response;
use db::platform::tenants::{self as rows, TenantOverview};
use server::{
    Failure, Frame, Params,
    page::{self, Pager},
};

use super::checks;
use crate::{
    operator::Operator,
    shell::console_shell,
    view::{Badge, Time},
};

#[derive(Template)]
#[template(path = "health/list.html")]
struct HealthPage {
    frame: Frame,
    rows: Vec<Row>,
    pager: Pager,
    troubled: usize,
}

struct Row {
    slug: String,
    name: String,
    status: Badge,
    last_lead: Option<Time>,
    last_failure: Option<Time>,
    /// What is to be mended, and where.
    todo: Vec<(String, String)>,
}

/// Shows the health of a page of tenants.
pub(crate) async fn list(operator: Operator, asked: Params, frame: Frame) -> Result<Response, Failure> {
    let acting = operator.acting();
    let filter = crate::tenants::api::filter(&asked)?;
    let mut tx = acting.db.read(acting.platform).await?;
    let found = rows::list(&mut tx, acting.platform, &filter, asked.page()).await?;
    let total = rows::count(&mut tx, acting.platform, &filter).await?;
    let pager = Pager::of("tenants", ("/health", &asked), &found, Some(total));
    let mut rows: Vec<Row> = found.items.into_iter().map(Row::of).collect();
    rows.sort_by_key(|row| row.todo.is_empty());
    page::private(&HealthPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        troubled: rows.iter().filter(|row| !row.todo.is_empty()).count(),
        rows,
        pager,
    })
}

impl Row {
    fn of(overview: TenantOverview) -> Self {
        let place = format!("/tenants/{}", overview.tenant.slug);
        let todo = checks(&overview).into_iter().filter(|check| !check.ok);
        Self {
            todo: todo
                .map(|check| (check.detail, check.fix.unwrap_or_else(|| place.clone())))
                .collect(),
            slug: overview.tenant.slug.to_string(),
            status: Badge::of_tenant(overview.tenant.status),
            last_lead: overview.last_lead_at.map(Time::new),
            last_failure: overview.last_failure_at.map(Time::new),
            name: overview.tenant.name,
        }
    }
}
