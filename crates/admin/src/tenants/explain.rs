//! Why a host leads where it leads: the answer to "my site does not come up".

use db::{Db, PlatformScope, door::hosts, platform::domains};
use serde::Serialize;
use types::{DomainStatus, Hostname, ResolutionSource, Slug, TenantDomain, TenantId, TenantStatus};

use crate::Refusal;

/// What a visitor of a host gets, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The host.
    pub hostname: Hostname,
    /// What visitors get.
    pub answer: SiteAnswer,
    /// Whose site it is, or would be.
    pub tenant_id: Option<TenantId>,
    /// How it was found.
    pub source: Option<ResolutionSource>,
    /// The name that matched.
    pub matched: Option<Hostname>,
    /// Why, and what to do.
    pub why: String,
}

/// What visitors of a host get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteAnswer {
    /// The site.
    Served,
    /// 503 for now.
    Suspended,
    /// 404.
    NotFound,
}

/// Explains a host as the doors see it. `fallback` is `TENANT_FALLBACK`.
pub async fn explain(
    db: &Db,
    platform: &PlatformScope,
    hostname: &Hostname,
    fallback: Option<&Slug>,
) -> Result<Explanation, Refusal> {
    if let Some(site) = hosts::find(db, hostname).await? {
        let why = format!("{} is a verified name of it", site.hostname);
        return Ok(found(hostname, site, ResolutionSource::HostMatch, &why));
    }
    let registered = registered(db, platform, hostname).await?;
    if let Some(slug) = fallback
        && let Some(site) = hosts::find_by_slug(db, slug).await?
    {
        let source = if hostname.is_loopback_name() {
            ResolutionSource::LocalhostFallback
        } else {
            ResolutionSource::DefaultFallback
        };
        let why = "no verified name matches, and TENANT_FALLBACK names it";
        return Ok(found(hostname, site, source, why));
    }
    Ok(Explanation {
        hostname: hostname.clone(),
        answer: SiteAnswer::NotFound,
        why: match &registered {
            None => "No tenant has this name; add it with `admin domain add`.".to_owned(),
            Some(domain) => unusable(domain),
        },
        tenant_id: registered.map(|domain| domain.tenant_id),
        source: None,
        matched: None,
    })
}

/// The name itself or the one without `www.`, in whatever state.
async fn registered(
    db: &Db,
    platform: &PlatformScope,
    hostname: &Hostname,
) -> Result<Option<TenantDomain>, Refusal> {
    let mut tx = db.read(platform).await?;
    if let Some(domain) = domains::find(&mut tx, platform, hostname).await? {
        return Ok(Some(domain));
    }
    match hostname.without_www() {
        Some(bare) => Ok(domains::find(&mut tx, platform, &bare).await?),
        None => Ok(None),
    }
}

fn unusable(domain: &TenantDomain) -> String {
    let TenantDomain {
        hostname, tenant_id, ..
    } = domain;
    match domain.status {
        DomainStatus::Archived => format!("{hostname} was given up by {tenant_id}."),
        DomainStatus::Active => format!(
            "{hostname} belongs to {tenant_id} but is not verified; see `admin domain verify --help`."
        ),
    }
}

fn found(hostname: &Hostname, site: hosts::Site, source: ResolutionSource, why: &str) -> Explanation {
    let slug = &site.tenant.slug;
    let (answer, outcome) = match site.tenant.status {
        TenantStatus::Active => (SiteAnswer::Served, "which is active"),
        TenantStatus::Suspended => (SiteAnswer::Suspended, "which is suspended, so visitors get 503"),
        TenantStatus::Archived => (SiteAnswer::NotFound, "which is archived, so visitors get 404"),
    };
    Explanation {
        hostname: hostname.clone(),
        answer,
        why: format!("It leads to {slug}, {outcome}: {why}."),
        tenant_id: Some(site.tenant.id),
        source: Some(source),
        matched: (source == ResolutionSource::HostMatch).then_some(site.hostname),
    }
}
