//! Tenants with what belongs to them and how they fare, one or many: a constant number of statements.

use std::collections::HashMap;

use jiff::Timestamp;
use types::{
    Feature, Page, PageRequest, Plan, Slug, Tenant, TenantControlSettings, TenantDomain, TenantId,
    TenantStatus,
};

use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row, Words},
    platform::domains,
    tenant::like_literal,
};

/// A tenant with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantOverview {
    /// The tenant.
    pub tenant: Tenant,
    /// How often anything about it was changed.
    pub version: i64,
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
    /// Members who own it.
    pub owners: i64,
    /// Whether its jobs are told to wait.
    pub is_paused: bool,
}

/// Which tenants are wanted; every field that is set narrows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFilter {
    /// Stand here.
    pub status: Option<TenantStatus>,
    /// Pay for this.
    pub plan: Option<Plan>,
    /// Have this in their slug, their name, a hostname or a member's address.
    pub text: Option<String>,
    /// Come after this one.
    pub after: Option<Slug>,
}

impl TenantFilter {
    fn pattern(&self) -> Option<String> {
        let text = self.text.as_deref()?;
        Some(format!("%{}%", like_literal(&text.to_lowercase())))
    }
}

// Of the jobs only those that wait, are worked on or were given up are read, each from its own partial index. The text
// that is added to a tenant's id keeps the engines from reading every job there ever was of the tenant instead of the
// few that are worked on.
macro_rules! select_overview {
    ($rest:expr) => {
        concat!(
            "SELECT tenants.id, tenants.slug, tenants.name, tenants.status, tenants.version, tenants.created_at,
                    tenants.updated_at, tenant_settings.plan_code, tenant_settings.feature_flags,
                    (SELECT MAX(leads.created_at) FROM leads WHERE leads.tenant_id = tenants.id) AS last_lead_at,
                    (SELECT MAX(attempt.finished_at) FROM ingestion_attempts AS attempt
                      WHERE attempt.tenant_id = tenants.id) AS last_failure_at,
                    (SELECT COUNT(*) FROM ingestion_jobs AS job
                      WHERE job.tenant_id = tenants.id AND job.status = 'pending')
                      + (SELECT COUNT(*) FROM ingestion_jobs AS job
                          WHERE job.tenant_id || '' = tenants.id AND job.status = 'processing') AS backlog,
                    (SELECT COUNT(*) FROM ingestion_jobs AS job
                      WHERE job.tenant_id = tenants.id AND job.status = 'dead_letter') AS dead_letters,
                    (SELECT COUNT(*) FROM members
                      WHERE members.tenant_id = tenants.id AND members.role = 'owner'
                        AND members.removed_at IS NULL) AS owners,
                    EXISTS (SELECT 1 FROM ingestion_pauses AS pause
                             WHERE pause.scope IN ('*', tenants.id)) AS is_paused
               FROM tenants
               JOIN tenant_settings ON tenant_settings.tenant_id = tenants.id ",
            $rest
        )
    };
}

// Who has a hostname or a member with the text is worked out once, not for each tenant again.
macro_rules! matching {
    ($rest:literal) => {
        concat!(
            "WHERE ($1 IS NULL OR tenants.status = $1)
               AND ($2 IS NULL OR tenant_settings.plan_code = $2)
               AND ($3 IS NULL OR tenants.slug LIKE $3 ESCAPE '\\'
                               OR LOWER(tenants.name) LIKE $3 ESCAPE '\\'
                               OR tenants.id IN (SELECT domain.tenant_id
                                                   FROM tenant_domains AS domain
                                                  WHERE domain.hostname LIKE $3 ESCAPE '\\')
                               OR tenants.id IN (SELECT members.tenant_id
                                                   FROM people
                                                   JOIN members ON members.person_id = people.id
                                                  WHERE people.email LIKE $3 ESCAPE '\\')) ",
            $rest
        )
    };
}

/// Finds a tenant with what belongs to it, by its id or its slug.
pub async fn overview(
    tx: &mut Tx,
    platform: &PlatformScope,
    id_or_slug: &str,
) -> Result<Option<TenantOverview>> {
    let found: Option<TenantOverview> = tx
        .query(select_overview!("WHERE tenants.id = $1 OR tenants.slug = $1"))
        .bind(id_or_slug)
        .fetch_optional()
        .await?;
    let Some(mut overview) = found else {
        return Ok(None);
    };
    overview.domains = domains::list(tx, platform, &overview.tenant.id).await?;
    Ok(Some(overview))
}

/// Finds a tenant's plan and features alone.
pub async fn settings(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: &TenantId,
) -> Result<Option<TenantControlSettings>> {
    tx.query("SELECT tenant_id, plan_code, feature_flags FROM tenant_settings WHERE tenant_id = $1")
        .bind(tenant_id)
        .fetch_optional()
        .await
}

/// Lists tenants by slug, each with what belongs to it: two statements however many there are.
///
/// The page is cut out before anything is asked about the tenants on it, so that those before it cost next to nothing.
pub async fn list(
    tx: &mut Tx,
    _platform: &PlatformScope,
    filter: &TenantFilter,
    page: PageRequest,
) -> Result<Page<TenantOverview>> {
    let rows: Vec<TenantOverview> = tx
        .query(select_overview!(concat!(
            "WHERE tenants.id IN (
                   SELECT tenants.id
                     FROM tenants
                     JOIN tenant_settings ON tenant_settings.tenant_id = tenants.id ",
            matching!("AND tenants.slug > $6 ORDER BY tenants.slug LIMIT $4 OFFSET $5"),
            ") ORDER BY tenants.slug"
        )))
        .bind(filter.status)
        .bind(filter.plan)
        .bind(filter.pattern())
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        // No slug is empty: without one, all come after it.
        .bind(filter.after.as_ref().map_or("", Slug::as_str))
        .fetch_all()
        .await?;
    let page = Page::from_fetched(rows, page);
    let mut by_tenant = domains_of(tx, &page.items).await?;
    Ok(page.map(|mut overview| {
        overview.domains = by_tenant.remove(&overview.tenant.id).unwrap_or_default();
        overview
    }))
}

/// The names of a page of tenants, which lie between its first and its last slug.
async fn domains_of(tx: &mut Tx, tenants: &[TenantOverview]) -> Result<HashMap<TenantId, Vec<TenantDomain>>> {
    let mut by_tenant: HashMap<TenantId, Vec<TenantDomain>> = HashMap::new();
    let ids = tenants.iter().map(|overview| overview.tenant.id.to_string());
    let domains: Vec<TenantDomain> = domains::list_of(tx, ids.collect()).await?;
    for domain in domains {
        by_tenant
            .entry(domain.tenant_id.clone())
            .or_default()
            .push(domain);
    }
    Ok(by_tenant)
}

/// Counts the tenants that a list would show on all its pages.
pub async fn count(tx: &mut Tx, _platform: &PlatformScope, filter: &TenantFilter) -> Result<i64> {
    let Only(count) = tx
        .query(concat!(
            "SELECT COUNT(*) AS value
               FROM tenants
               JOIN tenant_settings ON tenant_settings.tenant_id = tenants.id ",
            matching!("")
        ))
        .bind(filter.status)
        .bind(filter.plan)
        .bind(filter.pattern())
        .fetch_one()
        .await?;
    Ok(count)
}

impl FromRow for TenantOverview {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let tenant = Tenant::from_row(row)?;
        Ok(Self {
            version: row.get("version")?,
            domains: Vec::new(),
            settings: settings_of(row, tenant.id.clone())?,
            last_lead_at: row.get("last_lead_at")?,
            last_failure_at: row.get("last_failure_at")?,
            backlog: row.get("backlog")?,
            dead_letters: row.get("dead_letters")?,
            owners: row.get("owners")?,
            is_paused: row.get("is_paused")?,
            tenant,
        })
    }
}

impl FromRow for TenantControlSettings {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        settings_of(row, row.get("tenant_id")?)
    }
}

fn settings_of(row: &Row<'_>, tenant_id: TenantId) -> Result<TenantControlSettings> {
    let flags = features(&row.get::<Words>("feature_flags")?)?;
    let plan = row.get::<Plan>("plan_code")?;
    Ok(TenantControlSettings::stored(tenant_id, plan, &flags))
}

/// The features that a tenant chose, as they are kept.
pub(crate) fn features(words: &Words) -> Result<Vec<Feature>> {
    let parsed = words
        .0
        .iter()
        .map(|word| word.parse::<Feature>())
        .collect::<Result<_, _>>();
    parsed.map_err(|source| Error::Corrupt {
        column: "feature_flags",
        source: source.into(),
    })
}
