//! Tenants: the agents' businesses that share an installation, and the names they answer to.

use jiff::Timestamp;
use serde::Serialize;

use crate::{DomainId, Hostname, ProofSearch, Slug, TenantId, text_enum::text_enum};

text_enum! {
    /// Where a tenant stands with the platform.
    pub enum TenantStatus {
        /// Serves its site, its people sign in, its jobs run.
        Active = "active",
        /// Site answers 503, nobody signs in, jobs wait.
        Suspended = "suspended",
        /// Gone for everybody; its data is kept.
        Archived = "archived",
    }
}

impl TenantStatus {
    /// Whether an operator may move a tenant from here to `next`.
    ///
    /// An archived tenant comes back through suspension, so that nothing serves before somebody looked.
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Active, Self::Suspended | Self::Archived)
                | (Self::Suspended, Self::Active | Self::Archived)
                | (Self::Archived, Self::Suspended)
        )
    }

    /// Whether the tenant's people may sign in and stay signed in.
    pub const fn may_sign_in(self) -> bool {
        matches!(self, Self::Active)
    }
}

text_enum! {
    /// Whether a hostname still belongs to its tenant.
    pub enum DomainStatus {
        /// The tenant's.
        Active = "active",
        /// Given up; kept so that nobody else grabs it unseen.
        Archived = "archived",
    }
}

text_enum! {
    /// How a request found its tenant.
    pub enum ResolutionSource {
        /// The Host header is a verified name of the tenant.
        HostMatch = "host_match",
        /// A loopback name, and development names a fallback tenant.
        LocalhostFallback = "localhost_fallback",
        /// Any other name, and development names a fallback tenant.
        DefaultFallback = "default_fallback",
    }
}

/// A business that has a site and a CRM here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Tenant {
    /// `tenant_<slug>`.
    pub id: TenantId,
    /// The short name in commands and addresses.
    pub slug: Slug,
    /// The name people read.
    pub name: String,
    /// Where it stands with the platform.
    pub status: TenantStatus,
    /// When it was provisioned.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

/// A hostname of a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantDomain {
    /// Names this row.
    pub id: DomainId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// The name itself, as an A-label; unique over all tenants.
    pub hostname: Hostname,
    /// Whether the other names of the tenant redirect here. Exactly one per tenant.
    pub is_primary: bool,
    /// Whether the tenant proved that the name is theirs. Only then does it resolve.
    pub is_verified: bool,
    /// When it was proved.
    pub verified_at: Option<Timestamp>,
    /// Whether it still belongs to the tenant.
    pub status: DomainStatus,
    /// How the search for its proof goes.
    #[serde(flatten)]
    pub proof: ProofSearch,
    /// When it was added.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

/// Whose request this is, and how that was found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantContext {
    /// The tenant.
    pub tenant_id: TenantId,
    /// Its slug.
    pub tenant_slug: Slug,
    /// The hostname that matched.
    pub tenant_domain: Hostname,
    /// How it matched.
    pub source: ResolutionSource,
}

#[cfg(test)]
mod tests {
    use super::TenantStatus::{Active, Archived, Suspended};

    #[test]
    fn an_archived_tenant_comes_back_through_suspension() {
        let legal: Vec<_> = [Active, Suspended, Archived]
            .into_iter()
            .flat_map(|from| [Active, Suspended, Archived].map(|to| (from, to)))
            .filter(|(from, to)| from.may_become(*to))
            .collect();

        assert_eq!(
            legal,
            [
                (Active, Suspended),
                (Active, Archived),
                (Suspended, Active),
                (Suspended, Archived),
                (Archived, Suspended)
            ]
        );
    }
}
