//! Dead letters by what they died of.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use types::{
    JobId, TenantId,
    error_groups::{self, Fingerprint},
};

use crate::{
    Error, PlatformScope, Result, Tx,
    backend::{FromRow, Row},
};

/// Dead letters with one cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorGroup {
    /// What it is called.
    pub fingerprint: Fingerprint,
    /// The error, without what differs from case to case.
    pub pattern: String,
    /// How many there are.
    pub jobs: i64,
    /// Whose.
    pub tenants: BTreeSet<TenantId>,
    /// What their events say they are.
    pub event_types: BTreeSet<String>,
    /// When the first of them was given up.
    pub first_at: Timestamp,
    /// When the last was.
    pub last_at: Timestamp,
    /// One of them, to look at.
    pub example: JobId,
}

/// Errors that are the same to the letter, of one tenant and type.
struct Same {
    tenant_id: TenantId,
    event_type: String,
    last_error: String,
    jobs: i64,
    first_at: Timestamp,
    last_at: Timestamp,
    example: JobId,
}

/// The most different errors that are looked at: ours repeat nothing of an event, so there are few.
const ERRORS: i64 = 10_000;

/// Groups dead letters by cause, the most frequent first. All of one tenant's, or everybody's.
pub async fn list_groups(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: Option<&TenantId>,
) -> Result<Vec<ErrorGroup>> {
    let errors: Vec<Same> = tx
        .query(
            "SELECT tenant_id, event_type, COALESCE(last_error, '') AS last_error, COUNT(*) AS jobs,
                    MIN(dead_lettered_at) AS first_at, MAX(dead_lettered_at) AS last_at,
                    MAX(CAST(id AS TEXT)) AS example
               FROM ingestion_jobs
              WHERE status = 'dead_letter' AND ($1 IS NULL OR tenant_id = $1)
              GROUP BY tenant_id, event_type, last_error
              ORDER BY COUNT(*) DESC
              LIMIT $2",
        )
        .bind(tenant_id.cloned())
        .bind(ERRORS)
        .fetch_all()
        .await?;
    let mut groups: BTreeMap<Fingerprint, ErrorGroup> = BTreeMap::new();
    for same in errors {
        let pattern = error_groups::pattern(&same.last_error);
        let fingerprint = Fingerprint::of(&pattern);
        groups
            .entry(fingerprint.clone())
            .or_insert_with(|| ErrorGroup::new(fingerprint, pattern, &same))
            .add(same);
    }
    let mut groups: Vec<ErrorGroup> = groups.into_values().collect();
    groups.sort_by(|a, b| (b.jobs, b.last_at, &a.fingerprint).cmp(&(a.jobs, a.last_at, &b.fingerprint)));
    Ok(groups)
}

impl ErrorGroup {
    fn new(fingerprint: Fingerprint, pattern: String, first: &Same) -> Self {
        Self {
            fingerprint,
            pattern,
            jobs: 0,
            tenants: BTreeSet::new(),
            event_types: BTreeSet::new(),
            first_at: first.first_at,
            last_at: first.last_at,
            example: first.example,
        }
    }

    fn add(&mut self, same: Same) {
        self.jobs += same.jobs;
        self.tenants.insert(same.tenant_id);
        self.event_types.insert(same.event_type);
        self.first_at = self.first_at.min(same.first_at);
        if same.last_at > self.last_at {
            (self.last_at, self.example) = (same.last_at, same.example);
        }
    }
}

impl FromRow for Same {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let example: String = row.get("example")?;
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            event_type: row.get("event_type")?,
            last_error: row.get("last_error")?,
            jobs: row.get("jobs")?,
            first_at: row.get("first_at")?,
            last_at: row.get("last_at")?,
            example: example.parse().map_err(|source: uuid::Error| Error::Corrupt {
                column: "id",
                source: source.into(),
            })?,
        })
    }
}
