//! What is in the queue by tenant and type of event, and what left it lately.

use jiff::Timestamp;
use types::TenantId;

use super::queue_hours::hour_of;
use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row},
};

/// What one tenant has of one type of event in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Whose.
    pub tenant_id: TenantId,
    /// What the events say they are.
    pub event_type: String,
    /// Wait.
    pub pending: i64,
    /// Are being worked on.
    pub processing: i64,
    /// Were given up.
    pub dead_letter: i64,
    /// Had their effect since the time asked for.
    pub processed: i64,
    /// When the oldest that waits came.
    pub oldest_pending_at: Option<Timestamp>,
}

/// The most lines that statistics bring.
const LINES: i64 = 1_000;

/// What is in the queue, and what left it lately.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Statistics {
    /// By tenant and type, in the order of their tenants: the first thousand.
    pub lines: Vec<Line>,
    /// All of it, lines that are not among them too.
    pub totals: Totals,
}

/// What there is of everything that was asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Tenants with a type of event.
    pub lines: i64,
    /// Wait.
    pub pending: i64,
    /// Are being worked on.
    pub processing: i64,
    /// Were given up.
    pub dead_letter: i64,
    /// Had their effect since the time asked for.
    pub processed: i64,
    /// When the oldest that waits came.
    pub oldest_pending_at: Option<Timestamp>,
}

/// A line, with what there is of all lines.
struct Counted(Line, Totals);

/// What is in the queue by tenant and type, and what left it since the hour after `since`. What left it was counted
/// when it did, and the rest comes from partial indexes: finished jobs are not looked at.
pub async fn list(
    tx: &mut Tx,
    _platform: &PlatformScope,
    tenant_id: Option<&TenantId>,
    since: Timestamp,
) -> Result<Statistics> {
    let counted: Vec<Counted> = tx
        .query(
            "SELECT tenant_id, event_type, pending, processing, dead_letter, processed, oldest_pending_at,
                    COUNT(*) OVER () AS all_lines,
                    CAST(SUM(pending) OVER () AS BIGINT) AS all_pending,
                    CAST(SUM(processing) OVER () AS BIGINT) AS all_processing,
                    CAST(SUM(dead_letter) OVER () AS BIGINT) AS all_dead_letter,
                    CAST(SUM(processed) OVER () AS BIGINT) AS all_processed,
                    MIN(oldest_pending_at) OVER () AS first_pending_at
               FROM (SELECT tenant_id, event_type,
                            CAST(SUM(pending) AS BIGINT) AS pending, CAST(SUM(processing) AS BIGINT) AS processing,
                            CAST(SUM(dead_letter) AS BIGINT) AS dead_letter,
                            CAST(SUM(processed) AS BIGINT) AS processed,
                            MIN(oldest_pending_at) AS oldest_pending_at
                       FROM (SELECT tenant_id, event_type, COUNT(*) AS pending, 0 AS processing, 0 AS dead_letter,
                                    0 AS processed, MIN(created_at) AS oldest_pending_at
                               FROM ingestion_jobs
                              WHERE status = 'pending' AND ($3 IS NULL OR tenant_id = $3)
                              GROUP BY tenant_id, event_type
                          UNION ALL
                             SELECT tenant_id, event_type, 0, COUNT(*), 0, 0, NULL
                               FROM ingestion_jobs
                              WHERE status = 'processing' AND lease_until >= $4
                                AND ($3 IS NULL OR tenant_id = $3)
                              GROUP BY tenant_id, event_type
                          UNION ALL
                             SELECT tenant_id, event_type, 0, 0, COUNT(*), 0, NULL
                               FROM ingestion_jobs
                              WHERE status = 'dead_letter' AND ($3 IS NULL OR tenant_id = $3)
                              GROUP BY tenant_id, event_type
                          UNION ALL
                             SELECT tenant_id, event_type, 0, 0, 0, SUM(done), NULL
                               FROM queue_hours
                              WHERE hour > $1 AND ($3 IS NULL OR tenant_id = $3)
                              GROUP BY tenant_id, event_type) AS pile
                      GROUP BY tenant_id, event_type) AS line
              ORDER BY tenant_id, event_type
              LIMIT $2",
        )
        .bind(hour_of(since))
        .bind(LINES)
        .bind(tenant_id.cloned())
        // Every lease has a time; asked for it, SQLite reads the leases instead of every job there ever was.
        .bind(Timestamp::UNIX_EPOCH)
        .fetch_all()
        .await?;
    Ok(Statistics {
        totals: counted
            .first()
            .map(|Counted(_, totals)| *totals)
            .unwrap_or_default(),
        lines: counted.into_iter().map(|Counted(line, _)| line).collect(),
    })
}

impl FromRow for Counted {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let totals = Totals {
            lines: row.get("all_lines")?,
            pending: row.get("all_pending")?,
            processing: row.get("all_processing")?,
            dead_letter: row.get("all_dead_letter")?,
            processed: row.get("all_processed")?,
            oldest_pending_at: row.get_if_ours("first_pending_at")?,
        };
        Ok(Self(Line::from_row(row)?, totals))
    }
}

impl FromRow for Line {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            event_type: row.get("event_type")?,
            pending: row.get("pending")?,
            processing: row.get("processing")?,
            dead_letter: row.get("dead_letter")?,
            processed: row.get("processed")?,
            oldest_pending_at: row.get_if_ours("oldest_pending_at")?,
        })
    }
}
