//! `/api/tenants`: list, look, make, move.

use axum::{http::StatusCode, response::Response};
use db::platform::tenants::{self as rows, TenantFilter, TenantOverview};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use server::{
    Facts, Failure, FieldErrors, Json, Params, Path, Submitted,
    cursor::Cursors,
    etag::{IfMatch, Version},
    json,
};
use types::{Feature, Hostname, Pagination, Plan, Slug, TenantStatus, text::Text};

use super::{NewTenant, TenantOut};
use crate::operator::Operator;

#[derive(Serialize)]
struct TenantsOut {
    tenants: Vec<TenantOut>,
    pagination: Pagination,
}

#[derive(Serialize)]
struct OneTenantOut {
    tenant: TenantOut,
}

/// A tenant to be made, as it is asked for. Read as text first, so that everything wrong is told at once.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TenantIn {
    #[serde(default)]
    name: String,
    #[serde(default)]
    slug: String,
    #[serde(default)]
    primary_domain: String,
    plan_code: Option<String>,
    #[serde(default)]
    feature_flags: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct StatusIn {
    status: TenantStatus,
}

/// Reads the filters that the API and the pages share.
pub(crate) fn filter(asked: &Params) -> Result<TenantFilter, Failure> {
    let mut errors = FieldErrors::default();
    let filter = TenantFilter {
        status: asked.one_of("status", &mut errors),
        plan: asked.one_of("planCode", &mut errors),
        text: asked.filled("q").map(str::to_owned),
        after: None,
    };
    errors.finish()?;
    Ok(filter)
}

/// Where the list goes on, sealed. It is sorted by the slug alone, so the time that a cursor has says nothing.
fn cursors(facts: &Facts) -> Cursors<'_> {
    Cursors::new(vec!["tenants"], facts.secrets())
}

/// Lists tenants by slug.
pub(crate) async fn list(operator: Operator, facts: Facts, asked: Params) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut filter = filter(&asked)?;
    let cursors = cursors(&facts);
    let after: Option<(Timestamp, Slug)> = cursors.after(&asked)?;
    filter.after = after.map(|(_, slug)| slug);
    let mut tx = acting.db.read(acting.platform).await?;
    let page = rows::list(&mut tx, acting.platform, &filter, asked.page()).await?;
    let total = match asked.wants_count() {
        true => Some(rows::count(&mut tx, acting.platform, &filter).await?),
        false => None,
    };
    let last = page.items.last().filter(|_| page.has_more);
    let pagination = Pagination {
        total,
        next_cursor: last.map(|last| cursors.sealed((Timestamp::UNIX_EPOCH, &last.tenant.slug))),
        ..Pagination::of(&page)
    };
    Ok(json::ok(TenantsOut {
        tenants: page.items.into_iter().map(TenantOut::from).collect(),
        pagination,
    }))
}

/// Shows one tenant.
pub(crate) async fn show(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = super::find(&mut tx, acting.platform, &id).await?;
    Ok(one(overview, StatusCode::OK))
}

/// Makes a tenant. The body is looked at once the role is known to suffice.
pub(crate) async fn create(
    operator: Operator,
    body: Result<Json<TenantIn>, Failure>,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let Json(asked) = body?;
    let overview = super::provision(&acting, &asked.parse()?).await?;
    Ok(one(overview, StatusCode::CREATED))
}

/// Moves a tenant between active, suspended and archived.
pub(crate) async fn set_status(
    operator: Operator,
    Path(id): Path<String>,
    seen: IfMatch,
    body: Result<Json<StatusIn>, Failure>,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let Json(StatusIn { status }) = body?;
    let overview = super::set_status(&acting, &id, status, &seen).await?;
    Ok(one(overview, StatusCode::OK))
}

fn one(overview: TenantOverview, status: StatusCode) -> Response {
    let version = Version::of(overview.version);
    let tenant = overview.into();
    version.on(json::ok_with(status, OneTenantOut { tenant }))
}

impl TenantIn {
    /// The same, typed into the console's form.
    pub(super) fn typed(form: &Submitted) -> Self {
        Self {
            name: form.get("name").to_owned(),
            slug: form.get("slug").trim().to_owned(),
            primary_domain: form.get("primaryDomain").to_owned(),
            plan_code: form.filled("planCode").map(str::to_owned),
            feature_flags: form.all("featureFlags").map(str::to_owned).collect(),
        }
    }

    pub(super) fn parse(self) -> Result<NewTenant, Failure> {
        let mut errors = FieldErrors::default();
        let mut keep = Kept(&mut errors);
        let name = keep.field::<Text<200>>("name", "The name", &self.name);
        let slug = keep.field::<Slug>("slug", "The slug", &self.slug);
        let hostname = keep.field::<Hostname>("primaryDomain", "The domain", &self.primary_domain);
        let plan = match &self.plan_code {
            Some(code) => keep.field::<Plan>("planCode", "The plan", code),
            None => Some(Plan::Starter),
        };
        let features = self
            .feature_flags
            .iter()
            .filter_map(|flag| keep.field::<Feature>("featureFlags", "Each feature", flag))
            .collect();
        match (name, slug, hostname, plan) {
            (Some(name), Some(slug), Some(hostname), Some(plan)) if errors.is_empty() => Ok(NewTenant {
                slug,
                name: name.into_string(),
                hostname,
                verified_at: None,
                plan,
                features,
            }),
            _ => Err(Failure::Invalid(errors)),
        }
    }
}

/// Reads fields one after the other and keeps what is wrong with each.
struct Kept<'a>(&'a mut FieldErrors);

impl Kept<'_> {
    fn field<T>(&mut self, pointer: &str, called: &str, text: &str) -> Option<T>
    where
        T: std::str::FromStr,
        T::Err: std::fmt::Display,
    {
        let parsed = text.parse::<T>().map_err(|error| format!("{called} {error}."));
        self.0.keep(pointer, "invalid", parsed)
    }
}
