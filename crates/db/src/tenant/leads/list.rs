//! Lists of leads: narrowed, in order, in pages.

use jiff::Timestamp;
use types::{ContactId, LeadId, LeadStatus, LeadType, Page, PageRequest, PersonId};

use super::{LeadWithContact, narrow::narrowed, select_leads};
use crate::{Result, TenantScope, Tx, backend::Only, tenant::sight::sees_lead};

/// Which leads a list shows, and in which order; every field that is set narrows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadFilter {
    /// Stand here.
    pub status: Option<LeadStatus>,
    /// Are about this.
    pub lead_type: Option<LeadType>,
    /// Came from exactly here.
    pub source: Option<String>,
    /// Are this contact's.
    pub contact_id: Option<ContactId>,
    /// Carry this tag.
    pub tag: Option<String>,
    /// Are this member's.
    pub assigned_to: Option<PersonId>,
    /// Have this in their contact's name, address or number, or in their notes or address.
    pub search: Option<String>,
    /// Want this of a member.
    pub needs: Option<Need>,
    /// Came then or later.
    pub created_from: Option<Timestamp>,
    /// Came before then.
    pub created_before: Option<Timestamp>,
    /// Were answered so.
    pub answered: Option<Answered>,
    /// Were so far at some time, wherever they stand now.
    pub reached: Option<Reached>,
    /// In which order.
    pub sort: LeadSort,
    /// Come after this one: the time it is sorted by, and its id. Unlike an offset, it skips and repeats nothing
    /// when leads arrive meanwhile.
    pub after: Option<(Timestamp, LeadId)>,
}

/// What a lead wants of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// An answer: it is new, and nobody has reached out.
    Response,
    /// A plan: it is open, and nothing is to be done next.
    Action,
}

/// How soon a member first reached out or decided something: the stop of the first-response clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// At all.
    AtAll,
    /// Before it was late.
    InTime,
    /// Not yet.
    Never,
}

/// How far a lead came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It was qualified or won once, and may be lost by now.
    Qualified,
}

/// The order of a list of leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LeadSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Last changed first.
    RecentlyUpdated,
    /// Longest unchanged first.
    LeastRecentlyUpdated,
}

impl LeadSort {
    /// The same list from its other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Newest,
            Self::RecentlyUpdated => Self::LeastRecentlyUpdated,
            Self::LeastRecentlyUpdated => Self::RecentlyUpdated,
        }
    }
}

/// How a list goes on after a row, and its order.
struct Walk {
    from: &'static str,
    order: &'static str,
}

const fn walk(sort: LeadSort) -> Walk {
    let (from, order) = match sort {
        LeadSort::Newest => (
            " AND (leads.created_at, leads.id) < ($",
            " ORDER BY leads.created_at DESC, leads.id DESC",
        ),
        LeadSort::Oldest => (
            " AND (leads.created_at, leads.id) > ($",
            " ORDER BY leads.created_at, leads.id",
        ),
        LeadSort::RecentlyUpdated => (
            " AND (leads.updated_at, leads.id) < ($",
            " ORDER BY leads.updated_at DESC, leads.id DESC",
        ),
        LeadSort::LeastRecentlyUpdated => (
            " AND (leads.updated_at, leads.id) > ($",
            " ORDER BY leads.updated_at, leads.id",
        ),
    };
    Walk { from, order }
}

/// Lists leads.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &LeadFilter,
    page: PageRequest,
) -> Result<Page<LeadWithContact>> {
    let Walk { from, order } = walk(filter.sort);
    let all = tx
        .query(select_leads!(""))
        .bind(scope.tenant_id())
        .bind(scope.only());
    let mut found = narrowed(all, filter);
    if let Some((at, id)) = filter.after {
        found = found.and_with(from, at).and_with(", $)", id);
    }
    let rows = found
        .and(order)
        .and_with(" LIMIT $", page.fetch())
        .and_with(" OFFSET $", i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the leads that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &LeadFilter) -> Result<i64> {
    let all = tx
        .query(concat!(
            "SELECT COUNT(*) AS value FROM leads WHERE leads.tenant_id = $1 AND",
            sees_lead!("leads")
        ))
        .bind(scope.tenant_id())
        .bind(scope.only());
    let Only(count) = narrowed(all, filter).fetch_one().await?;
    Ok(count)
}
