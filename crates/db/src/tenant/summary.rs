//! A tenant's numbers for the dashboard, exact.

use jiff::Timestamp;
use types::{LeadStatus, PersonId};

use super::{
    held, notices,
    sight::{sees_about, sees_contact, sees_lead},
};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
};

/// How much of everything there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Contacts.
    pub contact_count: i64,
    /// Leads.
    pub lead_count: i64,
    /// Activities, but for what was done with the workspace itself: taking a list out of it is work with nobody.
    pub activity_count: i64,
    /// Leads that are new.
    pub new_lead_count: i64,
    /// Leads worth the time.
    pub qualified_lead_count: i64,
    /// Leads that are not ready yet.
    pub nurturing_lead_count: i64,
    /// Leads won.
    pub won_lead_count: i64,
    /// Leads lost.
    pub lost_lead_count: i64,
    /// New leads that no member has answered.
    pub waiting_lead_count: i64,
    /// Leads that came since the time asked for.
    pub recent_lead_count: i64,
}

impl Summary {
    /// Leads that stand here.
    pub const fn of(&self, status: LeadStatus) -> i64 {
        match status {
            LeadStatus::New => self.new_lead_count,
            LeadStatus::Qualified => self.qualified_lead_count,
            LeadStatus::Nurturing => self.nurturing_lead_count,
            LeadStatus::Won => self.won_lead_count,
            LeadStatus::Lost => self.lost_lead_count,
        }
    }
}

/// As much as every page tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct News {
    /// Leads that are new.
    pub new_count: i64,
    /// Forms that are held as spam, which are no leads.
    pub held_count: i64,
    /// What the reader has not read of what they were told.
    pub unread_count: i64,
}

/// How many leads stand where.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeadCounts {
    /// Leads.
    pub lead_count: i64,
    by_status: [i64; LeadStatus::ALL.len()],
}

impl LeadCounts {
    /// Leads that stand here.
    pub const fn of(&self, status: LeadStatus) -> i64 {
        self.by_status[status as usize]
    }
}

/// Counts leads by status, from an index alone.
pub async fn count_leads(tx: &mut Tx, scope: &TenantScope) -> Result<LeadCounts> {
    let rows: Vec<(LeadStatus, i64)> = tx
        .query(concat!(
            "SELECT status, COUNT(*) AS value FROM leads WHERE tenant_id = $1 AND",
            sees_lead!("leads"),
            "GROUP BY status"
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await?;
    let mut counts = LeadCounts::default();
    for (status, count) in rows {
        counts.lead_count += count;
        counts.by_status[status as usize] = count;
    }
    Ok(counts)
}

/// Counts the new leads, from the same index: most leads of a tenant are new no more.
pub async fn count_new(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query(concat!(
            "SELECT COUNT(*) AS value FROM leads WHERE tenant_id = $1 AND status = 'new' AND",
            sees_lead!("leads")
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Counts what is held, and what a reader has not read, beside so many new leads.
pub async fn count_news(tx: &mut Tx, scope: &TenantScope, reader: PersonId, new_count: i64) -> Result<News> {
    Ok(News {
        new_count,
        held_count: held::count(tx, scope).await?,
        unread_count: notices::count_unread(tx, scope, reader).await?,
    })
}

/// What happened in a span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Leads that came.
    pub lead_count: i64,
    /// What visitors did.
    pub visitor_count: i64,
    /// What members did.
    pub member_count: i64,
}

/// Counts what happened in each of a few spans of time, each from its start until before its end.
pub async fn count_spans(
    tx: &mut Tx,
    scope: &TenantScope,
    spans: &[(Timestamp, Timestamp)],
) -> Result<Vec<Span>> {
    tx.bulk(SPANS)
        .column(spans.iter().map(|(start, _)| *start))
        .column(spans.iter().map(|(_, end)| *end))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await
}

macro_rules! count_spans {
    (($tenant:literal, $who:literal), ($starts:literal, $ends:literal), $rest:literal) => {
        concat!(
            "SELECT (SELECT COUNT(*)
                       FROM leads
                      WHERE tenant_id = ",
            $tenant,
            "
                        AND created_at >= ",
            $starts,
            " AND created_at < ",
            $ends,
            " AND",
            sees_lead!("leads", $who),
            ") AS lead_count,
                    (SELECT COUNT(*)
                       FROM activities
                      WHERE tenant_id = ",
            $tenant,
            "
                        AND occurred_at >= ",
            $starts,
            " AND occurred_at < ",
            $ends,
            "
                        AND actor_id IS NULL AND",
            sees_about!("activities", $tenant, $who),
            ") AS visitor_count,
                    (SELECT COUNT(*)
                       FROM activities
                      WHERE tenant_id = ",
            $tenant,
            "
                        AND occurred_at >= ",
            $starts,
            " AND occurred_at < ",
            $ends,
            "
                        AND actor_id IS NOT NULL
                        AND (activity_type <> 'note' OR lead_id IS NOT NULL OR contact_id IS NOT NULL
                             OR metadata = '{}') AND",
            sees_about!("activities", $tenant, $who),
            ") AS member_count ",
            $rest
        )
    };
}

const SPANS: Sql = Sql {
    sqlite: count_spans!(("$1", "$2"), ("c0", "c1"), "FROM list ORDER BY c0"),
    postgres: count_spans!(
        ("$3", "$4"),
        ("starts", "ends"),
        "FROM UNNEST($1, $2) AS spans (starts, ends) ORDER BY starts"
    ),
};

/// Counts everything; `since` bounds the recent leads.
pub async fn find(tx: &mut Tx, scope: &TenantScope, since: Timestamp) -> Result<Summary> {
    tx.query(concat!(
        "SELECT (SELECT COUNT(*) FROM contacts WHERE tenant_id = $1 AND",
        sees_contact!("contacts.id"),
        ") AS contact_count,
                (SELECT COUNT(*) FROM activities WHERE tenant_id = $1 AND",
        sees_about!("activities"),
        ") - (SELECT COUNT(*)
                     FROM activities
                    WHERE tenant_id = $1 AND activity_type = 'note' AND lead_id IS NULL AND contact_id IS NULL
                      AND metadata <> '{}') AS activity_count,
                COUNT(*) AS lead_count,
                COUNT(*) FILTER (WHERE status = 'new') AS new_lead_count,
                COUNT(*) FILTER (WHERE status = 'qualified') AS qualified_lead_count,
                COUNT(*) FILTER (WHERE status = 'nurturing') AS nurturing_lead_count,
                COUNT(*) FILTER (WHERE status = 'won') AS won_lead_count,
                COUNT(*) FILTER (WHERE status = 'lost') AS lost_lead_count,
                (SELECT COUNT(*)
                   FROM leads AS waiting
                  WHERE waiting.tenant_id = $1 AND waiting.status = 'new' AND waiting.answered_after IS NULL AND",
        sees_lead!("waiting"),
        ") AS waiting_lead_count,
                COUNT(*) FILTER (WHERE created_at >= $3) AS recent_lead_count
           FROM leads
          WHERE tenant_id = $1 AND",
        sees_lead!("leads")
    ))
    .bind(scope.tenant_id())
    .bind(scope.only())
    .bind(since)
    .fetch_one()
    .await
}

impl FromRow for (LeadStatus, i64) {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok((row.get("status")?, row.get("value")?))
    }
}

impl FromRow for Span {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            lead_count: row.get("lead_count")?,
            visitor_count: row.get("visitor_count")?,
            member_count: row.get("member_count")?,
        })
    }
}

impl FromRow for Summary {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            contact_count: row.get("contact_count")?,
            lead_count: row.get("lead_count")?,
            activity_count: row.get("activity_count")?,
            new_lead_count: row.get("new_lead_count")?,
            qualified_lead_count: row.get("qualified_lead_count")?,
            nurturing_lead_count: row.get("nurturing_lead_count")?,
            won_lead_count: row.get("won_lead_count")?,
            lost_lead_count: row.get("lost_lead_count")?,
            waiting_lead_count: row.get("waiting_lead_count")?,
            recent_lead_count: row.get("recent_lead_count")?,
        })
    }
}
