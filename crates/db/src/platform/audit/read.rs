//! Reading the trail: newest first, narrowed in SQL, from the index that narrows it most.

use jiff::{SignedDuration, Timestamp};
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Page, PageRequest, TenantId};

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Only, Row},
    tenant::like_literal,
};

/// Which lines are wanted; every field that is set narrows them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this tenant.
    pub tenant_id: Option<TenantId>,
    /// By this actor.
    pub actor_id: Option<String>,
    /// About this action.
    pub action: Option<AuditAction>,
    /// That ended so.
    pub status: Option<AuditStatus>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// With this in their details, their request or their actor.
    pub text: Option<String>,
    /// Older than this one.
    pub after: Option<(Timestamp, AuditEventId)>,
}

/// The smallest step of a time that is kept.
const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);

macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id, attempt_id
               FROM admin_audit_events ",
            $rest
        )
    };
}

macro_rules! list_events {
    ($first:literal) => {
        concat!(
            select_events!("WHERE "),
            $first,
            " AND ($1 IS NULL OR tenant_id = $1)
                AND ($2 IS NULL OR actor_id = $2)
                AND ($3 IS NULL OR action = $3)
                AND ($4 IS NULL OR status = $4)
                AND occurred_at >= $5 AND occurred_at <= $6
                AND ($7 IS NULL OR LOWER(details) LIKE $7 ESCAPE '\\'
                                OR LOWER(actor_id) LIKE $7 ESCAPE '\\'
                                OR LOWER(request_id) LIKE $7 ESCAPE '\\')
                AND ($8 IS NULL OR (occurred_at, id) < ($8, $9))
              ORDER BY occurred_at DESC, id DESC
              LIMIT $10 OFFSET $11"
        )
    };
}

impl AuditFilter {
    /// The statement whose first condition has an index that keeps the order. An engine that plans for any value
    /// would walk the whole trail for a filter that may be absent.
    fn statement(&self) -> &'static str {
        if self.tenant_id.is_some() {
            list_events!("tenant_id = $1")
        } else if self.actor_id.is_some() {
            list_events!("actor_id = $2")
        } else if self.action.is_some() {
            list_events!("action = $3")
        } else if self.status.is_some() {
            list_events!("status = $4")
        } else {
            list_events!("occurred_at >= $5")
        }
    }

    /// The first and the last time that is looked at. There are always both, so that any engine begins to read the index
    /// there, however deep that is: of a bound that may be absent SQLite reads everything before it.
    fn span(&self) -> (Timestamp, Timestamp) {
        let from = self.from.unwrap_or(Timestamp::UNIX_EPOCH);
        let before = self.to.map(|to| to.saturating_sub(MICROSECOND).unwrap_or(to));
        let after = self.after.map(|(at, _)| at);
        let until = before.into_iter().chain(after).min();
        (from, until.unwrap_or(Timestamp::MAX))
    }

    fn pattern(&self) -> Option<String> {
        let text = self.text.as_deref()?;
        Some(format!("%{}%", like_literal(&text.to_lowercase())))
    }
}

/// Lists the trail, newest first.
pub async fn list(
    tx: &mut Tx,
    _platform: &PlatformScope,
    filter: &AuditFilter,
    page: PageRequest,
) -> Result<Page<AuditEvent>> {
    let (from, until) = filter.span();
    let rows = tx
        .query(filter.statement())
        .bind(filter.tenant_id.clone())
        .bind(filter.actor_id.clone())
        .bind(filter.action)
        .bind(filter.status)
        .bind(from)
        .bind(until)
        .bind(filter.pattern())
        .bind(filter.after.map(|(at, _)| at))
        .bind(filter.after.map(|(_, id)| id))
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Finds a line.
pub async fn find(tx: &mut Tx, _platform: &PlatformScope, id: AuditEventId) -> Result<Option<AuditEvent>> {
    tx.query(select_events!("WHERE id = $1"))
        .bind(id)
        .fetch_optional()
        .await
}

/// Whether this was ever done to the tenant.
pub async fn was_done(
    tx: &mut Tx,
    _platform: &PlatformScope,
    action: AuditAction,
    tenant_id: &TenantId,
) -> Result<bool> {
    let Only(was_done) = tx
        .query(
            "SELECT EXISTS (SELECT 1
                              FROM admin_audit_events
                             WHERE tenant_id = $1 AND action = $2 AND status = 'succeeded') AS value",
        )
        .bind(tenant_id)
        .bind(action)
        .fetch_one()
        .await?;
    Ok(was_done)
}

/// The most open ends one look finds.
const DANGLING: i64 = 100;

/// Lines that allowed something between `from` and `to`, and nothing tells what came of it.
pub async fn dangling(
    tx: &mut Tx,
    _platform: &PlatformScope,
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<AuditEvent>> {
    tx.query(select_events!(
        "AS allowed
          WHERE status = 'allowed' AND occurred_at >= $1 AND occurred_at < $2
            AND NOT EXISTS (SELECT 1 FROM admin_audit_events AS outcome WHERE outcome.attempt_id = allowed.id)
          ORDER BY occurred_at
          LIMIT $3"
    ))
    .bind(from)
    .bind(to)
    .bind(DANGLING)
    .fetch_all()
    .await
}

impl FromRow for AuditEvent {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            occurred_at: row.get("occurred_at")?,
            actor: Actor {
                id: row.get("actor_id")?,
                role: row.get("actor_role")?,
            },
            action: row.get("action")?,
            status: row.get("status")?,
            tenant_id: row.get("tenant_id")?,
            details: row.get("details")?,
            request_id: row.get("request_id")?,
            attempt_id: row.get("attempt_id")?,
        })
    }
}
