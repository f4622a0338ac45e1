//! `/api/tenants/{id}/domains`: add a hostname, have it proved, change it.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Serialize;
use server::{
    Failure, Fields, Path,
    etag::{IfMatch, Version},
    json,
};
use types::{DomainChange, DomainId, DomainState, ProofRecord, TenantDomain};

use super::NewDomain;
use crate::{
    Acting,
    app::App,
    operator::Operator,
    tenants::{self, TenantOut},
};

/// A hostname, where it stands, and the record that proves it.
#[derive(Debug, Serialize)]
pub(crate) struct DomainOut {
    #[serde(flatten)]
    pub(crate) domain: TenantDomain,
    pub(crate) state: DomainState,
    required: RecordOut,
}

#[derive(Debug, Serialize)]
struct RecordOut {
    r#type: &'static str,
    #[serde(flatten)]
    record: ProofRecord,
}

impl From<TenantDomain> for DomainOut {
    fn from(domain: TenantDomain) -> Self {
        Self {
            state: domain.state(),
            required: RecordOut {
                r#type: "TXT",
                record: domain.proof_record(),
            },
            domain,
        }
    }
}

#[derive(Serialize)]
struct OneDomainOut {
    domain: DomainOut,
    tenant: TenantOut,
}

#[derive(Serialize)]
struct DomainsOut {
    domains: Vec<DomainOut>,
}

/// Lists a tenant's hostnames, the primary one first.
pub(crate) async fn list(operator: Operator, Path(id): Path<String>) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, &id).await?;
    let domains = DomainsOut {
        domains: overview.domains.into_iter().map(DomainOut::from).collect(),
    };
    Ok(Version::of(overview.version).on(json::ok(domains)))
}

/// Adds a hostname.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    tenants::look_up(&acting, &id).await?;
    let hostname = fields.required("hostname");
    let is_primary = fields.optional("isPrimary").unwrap_or(false);
    fields.finish()?;
    let hostname = hostname.expect("a required field that is missing was refused");
    let new = NewDomain { hostname, is_primary };
    let domain = super::add(&acting, &id, &new, &seen).await?;
    one(&acting, domain, StatusCode::CREATED).await
}

/// Verifies, releases, takes back, or makes primary.
pub(crate) async fn update(
    operator: Operator,
    Path((id, domain)): Path<(String, DomainId)>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let domain = super::of_path(&acting, (&id, domain)).await?;
    let change = DomainChange {
        is_primary: fields.optional("isPrimary"),
        is_verified: fields.optional("isVerified"),
        status: fields.optional("status"),
    };
    fields.finish()?;
    if change == DomainChange::default() {
        return Err(nothing_to_change());
    }
    let domain = super::change(&acting, &domain, (change, None), &seen).await?;
    one(&acting, domain, StatusCode::OK).await
}

/// Looks for the proof of a hostname in DNS now.
pub(crate) async fn check(
    operator: Operator,
    State(app): State<App>,
    Path((id, domain)): Path<(String, DomainId)>,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let domain = super::of_path(&acting, (&id, domain)).await?;
    let domain = super::check(&acting, &domain, &app.resolver).await?;
    one(&acting, domain, StatusCode::OK).await
}

async fn one(acting: &Acting<'_>, domain: TenantDomain, status: StatusCode) -> Result<Response, Failure> {
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, domain.tenant_id.as_str()).await?;
    let version = Version::of(overview.version);
    let one = OneDomainOut {
        domain: domain.into(),
        tenant: overview.into(),
    };
    Ok(version.on(json::ok_with(status, one)))
}

/// A PATCH that says nothing is a mistake of whoever sent it.
pub(crate) fn nothing_to_change() -> Failure {
    Failure::invalid("", "nothing_to_change", "The body names nothing to change.")
}
