//! Lists of leads: narrowed, in order, in pages.

use jiff::Timestamp;
use types::{ContactId, LeadId, LeadStatus, LeadType, Page, PageRequest, PersonId};

use super::{LeadWithContact, select_leads};
use crate::{
    Result, TenantScope, Tx,
    backend::Only,
    tenant::{before, contacts::search_pattern, sight::sees_lead, since, tag_pattern},
};

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

impl Need {
    const fn word(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Action => "action",
        }
    }
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

/// What every field of a filter asks of a lead.
macro_rules! narrowed {
    () => {
        "AND ($3 IS NULL OR leads.status = $3)
         AND ($4 IS NULL OR leads.lead_type = $4)
         AND ($5 IS NULL OR leads.source = $5)
         AND ($6 IS NULL OR leads.contact_id = $6)
         AND ($7 IS NULL OR leads.tags LIKE $7 ESCAPE '\\')
         AND ($8 IS NULL OR leads.assigned_to = $8)
         AND ($9 IS NULL OR contact.search_text LIKE $9 ESCAPE '\\'
                         OR LOWER(leads.notes) LIKE $9 ESCAPE '\\'
                         OR LOWER(leads.listing_address) LIKE $9 ESCAPE '\\')
         AND ($10 IS NULL
              OR ($10 = 'response' AND leads.status = 'new' AND NOT EXISTS (
                     SELECT 1
                       FROM activities
                      WHERE activities.tenant_id = $1 AND activities.lead_id = leads.id
                        AND activities.actor_id IS NOT NULL
                        AND activities.activity_type IN
                            ('call_logged', 'text_logged', 'email_logged', 'lead_status_changed')))
              OR ($10 = 'action' AND leads.status NOT IN ('won', 'lost') AND leads.next_action_at IS NULL
                  AND NOT EXISTS (
                     SELECT 1
                       FROM reminders
                      WHERE reminders.tenant_id = $1 AND reminders.lead_id = leads.id
                        AND reminders.completed_at IS NULL))) "
    };
}

macro_rules! list_leads {
    ($of:literal, $time:literal, $comes_after:literal, $direction:literal) => {
        concat!(
            select_leads!(""),
            $of,
            narrowed!(),
            "AND (leads.",
            $time,
            ", leads.id) ",
            $comes_after,
            " ($11, $12)
              ORDER BY leads.",
            $time,
            $direction,
            ", leads.id",
            $direction,
            " LIMIT $13 OFFSET $14"
        )
    };
    ($of:literal, $sort:expr) => {
        match $sort {
            LeadSort::Newest => list_leads!($of, "created_at", "<", " DESC"),
            LeadSort::Oldest => list_leads!($of, "created_at", ">", " ASC"),
            LeadSort::RecentlyUpdated => list_leads!($of, "updated_at", "<", " DESC"),
            LeadSort::LeastRecentlyUpdated => list_leads!($of, "updated_at", ">", " ASC"),
        }
    };
}

/// The text for a filter: what narrows most stands in it without an `OR`, so that an index can serve it.
const fn text(filter: &LeadFilter) -> &'static str {
    match filter {
        LeadFilter {
            contact_id: Some(_), ..
        } => list_leads!("AND leads.contact_id = $6 ", filter.sort),
        LeadFilter { status: Some(_), .. } => list_leads!("AND leads.status = $3 ", filter.sort),
        _ => list_leads!("", filter.sort),
    }
}

/// Lists leads.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &LeadFilter,
    page: PageRequest,
) -> Result<Page<LeadWithContact>> {
    let (at, id) = match filter.sort {
        LeadSort::Newest | LeadSort::RecentlyUpdated => before(filter.after),
        LeadSort::Oldest | LeadSort::LeastRecentlyUpdated => since(filter.after),
    };
    let rows = tx
        .query(text(filter))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.status)
        .bind(filter.lead_type)
        .bind(filter.source.clone())
        .bind(filter.contact_id)
        .bind(filter.tag.as_deref().map(tag_pattern))
        .bind(filter.assigned_to)
        .bind(filter.search.as_deref().map(search_pattern))
        .bind(filter.needs.map(|need| need.word().to_owned()))
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the leads that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &LeadFilter) -> Result<i64> {
    let Only(count) = tx
        .query(concat!(
            "SELECT COUNT(*) AS value
                   FROM leads
                   LEFT JOIN contacts AS contact
                     ON contact.tenant_id = leads.tenant_id AND contact.id = leads.contact_id
                  WHERE leads.tenant_id = $1 AND",
            sees_lead!("leads"),
            narrowed!()
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.status)
        .bind(filter.lead_type)
        .bind(filter.source.clone())
        .bind(filter.contact_id)
        .bind(filter.tag.as_deref().map(tag_pattern))
        .bind(filter.assigned_to)
        .bind(filter.search.as_deref().map(search_pattern))
        .bind(filter.needs.map(|need| need.word().to_owned()))
        .fetch_one()
        .await?;
    Ok(count)
}
