//! Why a host leads where it leads: the answer to "my site does not come up".

use db::{
    Db, PlatformScope,
    door::hosts,
    platform::{certificates, domains, tenants},
};
use jiff::Timestamp;
use serde::Serialize;
use types::{
    Certificate, DomainState, DomainStatus, Hostname, ResolutionSource, Slug, Tenant, TenantDomain, TenantId,
    TenantStatus,
};

use super::explain_steps::steps;
use crate::{Refusal, health::Check};

/// What a visitor of a host gets, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explanation {
    /// The host.
    pub(crate) hostname: Hostname,
    /// What visitors get.
    pub(crate) answer: SiteAnswer,
    /// Whose site it is, or would be.
    pub(crate) tenant_id: Option<TenantId>,
    /// How it was found.
    pub(crate) source: Option<ResolutionSource>,
    /// The name that matched.
    pub(crate) matched: Option<Hostname>,
    /// Why, and what to do.
    pub(crate) why: String,
    /// What was looked at on the way, and what is to be mended.
    pub(crate) steps: Vec<Check>,
}

/// What visitors of a host get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SiteAnswer {
    /// The site.
    Served,
    /// 503 for now.
    Suspended,
    /// 404.
    NotFound,
}

/// Explains a host as the doors see it. `fallback` is `TENANT_FALLBACK`.
pub(crate) async fn explain(
    db: &Db,
    platform: &PlatformScope,
    hostname: &Hostname,
    (fallback, now): (Option<&Slug>, Timestamp),
) -> Result<Explanation, Refusal> {
    let site = hosts::find(db, hostname).await?;
    let matched = site.as_ref().map_or(hostname, |site| &site.hostname);
    let registered = registered(db, platform, matched, now).await?;
    let steps = steps(hostname, registered.as_ref());
    if let Some(site) = site {
        let why = format!("{} is a verified name of it", site.hostname);
        return Ok(found((hostname, steps), site, ResolutionSource::HostMatch, &why));
    }
    if let Some(slug) = fallback
        && let Some(site) = hosts::find_by_slug(db, slug).await?
    {
        let source = if hostname.is_loopback_name() {
            ResolutionSource::LocalhostFallback
        } else {
            ResolutionSource::DefaultFallback
        };
        let why = "no verified name matches, and TENANT_FALLBACK names it";
        return Ok(found((hostname, steps), site, source, why));
    }
    Ok(Explanation {
        hostname: hostname.clone(),
        answer: SiteAnswer::NotFound,
        why: match &registered {
            None => "No tenant has this name; add it with `admin domain add`.".to_owned(),
            Some(of) => unusable(&of.domain),
        },
        tenant_id: registered.map(|of| of.tenant.id),
        source: None,
        matched: None,
        steps,
    })
}

/// A name that somebody registered, in whatever state, and whose it is.
pub(super) struct Registered {
    pub(super) domain: TenantDomain,
    pub(super) tenant: Tenant,
    /// What was last reported of its certificate, and where that stands now.
    pub(super) certificate: Option<(Certificate, DomainState)>,
}

/// The name itself or the one without `www.`.
async fn registered(
    db: &Db,
    platform: &PlatformScope,
    hostname: &Hostname,
    now: Timestamp,
) -> Result<Option<Registered>, Refusal> {
    let mut tx = db.read(platform).await?;
    let mut found = domains::find(&mut tx, platform, hostname).await?;
    if let (None, Some(bare)) = (&found, hostname.without_www()) {
        found = domains::find(&mut tx, platform, &bare).await?;
    }
    let Some(domain) = found else { return Ok(None) };
    let tenant = tenants::find(&mut tx, platform, domain.tenant_id.as_str()).await?;
    let certificates = certificates::list(&mut tx, platform, &domain.tenant_id).await?;
    let known = certificates
        .into_iter()
        .find(|known| known.domain_id == domain.id);
    let certificate = known.map(|known| {
        let state = known.state(now);
        (known, state)
    });
    Ok(tenant.map(|tenant| Registered {
        domain,
        tenant,
        certificate,
    }))
}

fn unusable(domain: &TenantDomain) -> String {
    let TenantDomain {
        hostname, tenant_id, ..
    } = domain;
    match domain.status {
        DomainStatus::Archived => format!("{hostname} was given up by {tenant_id}."),
        DomainStatus::Active => format!(
            "{hostname} belongs to {tenant_id} but is not verified; look for its record with `admin domain verify \
             {hostname}`."
        ),
    }
}

fn found(
    (hostname, steps): (&Hostname, Vec<Check>),
    site: hosts::Site,
    source: ResolutionSource,
    why: &str,
) -> Explanation {
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
        steps,
    }
}
