//! A tenant as the API and `--json` show it.

use db::platform::tenants::TenantOverview;
use jiff::Timestamp;
use serde::Serialize;
use types::{Tenant, TenantControlSettings, TenantDomain};

/// A tenant with what belongs to it and how it fares.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TenantOut {
    /// The tenant.
    pub tenant: Tenant,
    /// Its names, the primary one first.
    pub domains: Vec<TenantDomain>,
    /// Its plan and features.
    pub settings: TenantControlSettings,
    /// When its newest lead came.
    pub last_lead_at: Option<Timestamp>,
    /// When a job of it last failed.
    pub last_failure_at: Option<Timestamp>,
    /// Jobs of it that wait or are being worked on.
    pub backlog: i64,
    /// Jobs of it that were given up.
    pub dead_letters: i64,
}

impl From<TenantOverview> for TenantOut {
    fn from(overview: TenantOverview) -> Self {
        Self {
            tenant: overview.tenant,
            domains: overview.domains,
            settings: overview.settings,
            last_lead_at: overview.last_lead_at,
            last_failure_at: overview.last_failure_at,
            backlog: overview.backlog,
            dead_letters: overview.dead_letters,
        }
    }
}
