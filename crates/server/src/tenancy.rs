//! From the host of a request to the tenant that answers to it, remembered for a moment.

use std::{sync::Arc, time::Duration};

use db::{Db, door::hosts::Site};
use jiff::Timestamp;
use moka::future::Cache;
use types::{
    Entitlement, Entitlements, Feature, Hostname, ResolutionSource, Slug, TenantContext, TenantStatus,
};

use crate::Failure;

/// How long an answer is believed. A changed domain or a suspended tenant takes effect within this.
const BELIEVED: Duration = Duration::from_secs(2);

/// Hosts remembered at once. Attackers can invent hosts, and each costs a hundred bytes or so.
const HOSTS: u64 = 100_000;

/// How long a visitor of a suspended site is told to wait.
const SUSPENDED_RETRY: Duration = Duration::from_secs(3_600);

/// Finds tenants by host. Cheap to clone; clones share what they remember.
#[derive(Debug, Clone)]
pub struct Tenancy {
    db: Db,
    /// Serves hosts nobody registered. Development only.
    fallback: Option<Slug>,
    /// One look-up per host however many requests miss at once; that nobody answers is remembered too.
    sites: Cache<Hostname, Option<Arc<Resolved>>>,
}

/// The tenant of a request.
#[derive(Debug)]
pub struct Resolved {
    /// The tenant, its key and its names.
    pub site: Arc<Site>,
    /// How it was found, as the API tells it.
    pub context: TenantContext,
    /// What it is entitled to.
    pub entitlements: Arc<Entitlements>,
}

impl Resolved {
    fn new(site: Site, source: ResolutionSource, entitlements: Entitlements) -> Arc<Self> {
        let context = TenantContext {
            tenant_id: site.tenant.id.clone(),
            tenant_slug: site.tenant.slug.clone(),
            tenant_domain: site.hostname.clone(),
            source,
        };
        Arc::new(Self {
            site: Arc::new(site),
            context,
            entitlements: Arc::new(entitlements),
        })
    }

    /// Makes sure that the tenant has a feature now.
    ///
    /// # Errors
    ///
    /// Forbidden, in words for whoever asked.
    pub fn require(&self, feature: Feature, now: Timestamp) -> Result<(), Failure> {
        if self.entitlements.has(feature, now) {
            return Ok(());
        }
        let why = self.entitlements.why(feature, now);
        Err(Failure::forbidden(match (feature, why) {
            (Feature::LeadCapture, _) => "This site takes no messages at the moment. Please call instead.",
            (_, Entitlement::Killed) => "This is switched off for everybody at the moment.",
            _ => "Your plan does not have this at the moment.",
        }))
    }
}

impl Tenancy {
    /// A resolver that sends unknown hosts to `fallback`, if there is one.
    pub fn new(db: Db, fallback: Option<Slug>) -> Self {
        let sites = Cache::builder()
            .max_capacity(HOSTS)
            .time_to_live(BELIEVED)
            .build();
        Self { db, fallback, sites }
    }

    /// Finds the tenant that answers to `host`.
    ///
    /// # Errors
    ///
    /// Not found when nobody does, or the tenant is archived: one answer, which names no tenant. Unavailable when it
    /// is suspended, or the database cannot be asked; never somebody else's site.
    pub async fn resolve(&self, host: &Hostname) -> Result<Arc<Resolved>, Failure> {
        let found = match self.sites.get(host).await {
            Some(found) => found,
            // Boxed: to look it up takes a lot of room, which a request does not carry that finds it.
            None => Box::pin(self.sites.try_get_with(host.clone(), self.look_up(host)))
                .await
                .map_err(|error| Failure::from(db::Error::Shared(error)))?,
        };
        let found = found.ok_or(Failure::NotFound)?;
        match found.site.tenant.status {
            TenantStatus::Active => Ok(found),
            TenantStatus::Suspended => Err(Failure::Unavailable {
                retry_after: SUSPENDED_RETRY,
            }),
            TenantStatus::Archived => Err(Failure::NotFound),
        }
    }

    async fn look_up(&self, host: &Hostname) -> db::Result<Option<Arc<Resolved>>> {
        if let Some(site) = db::door::hosts::find(&self.db, host).await? {
            return self.found(site, ResolutionSource::HostMatch).await;
        }
        let Some(slug) = &self.fallback else {
            return Ok(None);
        };
        let source = if host.is_loopback_name() {
            ResolutionSource::LocalhostFallback
        } else {
            ResolutionSource::DefaultFallback
        };
        match db::door::hosts::find_by_slug(&self.db, slug).await? {
            Some(site) => self.found(site, source).await,
            None => Ok(None),
        }
    }

    async fn found(&self, site: Site, source: ResolutionSource) -> db::Result<Option<Arc<Resolved>>> {
        let entitlements = db::door::hosts::entitlements(&self.db, &site).await?;
        Ok(entitlements.map(|entitlements| Resolved::new(site, source, entitlements)))
    }
}
