//! Lists of leads: narrowed, in order, in pages.

use jiff::Timestamp;
use types::{ContactId, LeadId, LeadStatus, LeadType, Page, PageRequest, PersonId, ResponseState};

use super::{LeadWithContact, moments::Moments, narrow::narrowed, select_leads};
use crate::{
    Result, TenantScope, Tx,
    backend::{Only, Sql},
    tenant::{
        sight::sees_lead,
        words::{Asked, Of, Way},
    },
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
    /// Are this member's, or nobody's.
    pub held_by: Option<Holder>,
    /// Have this in their contact's name, address or number, or in their notes or address.
    pub search: Option<String>,
    /// Want this of a member.
    pub needs: Option<Need>,
    /// Want an answer, and their clock stands here.
    pub response: Option<ResponseState>,
    /// Came then or later.
    pub created_from: Option<Timestamp>,
    /// Came before then.
    pub created_before: Option<Timestamp>,
    /// Were answered so.
    pub answered: Option<Answered>,
    /// Are open, and their contact did something on the site lately that says to ring them now.
    pub is_hot: bool,
    /// Were so far at some time, wherever they stand now.
    pub reached: Option<Reached>,
    /// Are one of these.
    pub named: Option<Vec<LeadId>>,
    /// In which order.
    pub sort: LeadSort,
    /// Come after this one: the time it is sorted by, and its id. Unlike an offset, it skips and repeats nothing
    /// when leads arrive meanwhile.
    pub after: Option<(Timestamp, LeadId)>,
}

/// Whose leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// This member's.
    Member(PersonId),
    /// Those that nobody has.
    Nobody,
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

const IN_ORDER: &str = select_leads!("");

/// The same of leads that are known by their ids. SQLite is told so: it would walk an order.
const BY_ID: Sql = Sql {
    sqlite: select_leads!("leads INDEXED BY sqlite_autoindex_leads_1", ""),
    postgres: IN_ORDER,
};

/// The same of leads that are found by their contacts.
const BY_CONTACT: Sql = Sql {
    sqlite: select_leads!("leads INDEXED BY leads_contact_idx", ""),
    postgres: IN_ORDER,
};

/// Lists leads.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &LeadFilter,
    page: PageRequest,
) -> Result<Page<LeadWithContact>> {
    let Walk { from, order } = walk(filter.sort);
    let words = Asked::of(tx, scope, Of::Leads, filter.search.as_deref()).await?;
    let words = words.as_ref().map(|words| (words, words.for_a_page()));
    let begun = match words {
        Some((_, Way::Opened)) => BY_ID,
        _ if filter.is_hot => BY_CONTACT,
        _ => IN_ORDER.into(),
    };
    let moments = Moments::of(tx, scope, filter).await?;
    let all = tx.query(begun).bind(scope.tenant_id()).bind(scope.only());
    let mut found = moments.narrowed(narrowed(all, filter, words));
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

const COUNT: &str = concat!(
    "SELECT COUNT(*) AS value FROM leads WHERE leads.tenant_id = $1 AND",
    sees_lead!("leads")
);

/// As [`BY_ID`].
const COUNT_BY_ID: Sql = Sql {
    sqlite: concat!(
        "SELECT COUNT(*) AS value FROM leads INDEXED BY sqlite_autoindex_leads_1 WHERE leads.tenant_id = $1 AND",
        sees_lead!("leads")
    ),
    postgres: COUNT,
};

macro_rules! count_with_contacts {
    ($leads:literal) => {
        concat!(
            "SELECT COUNT(*) AS value FROM ",
            $leads,
            " LEFT JOIN contacts AS contact ON contact.tenant_id = leads.tenant_id AND contact.id = leads.contact_id
              WHERE leads.tenant_id = $1 AND",
            sees_lead!("leads")
        )
    };
}

/// The same of leads that are asked for more than one word, which may be their contact's.
const COUNT_BY_WORDS: Sql = Sql {
    sqlite: count_with_contacts!("leads INDEXED BY sqlite_autoindex_leads_1"),
    postgres: count_with_contacts!("leads"),
};

/// Counts the leads that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &LeadFilter) -> Result<i64> {
    let words = Asked::of(tx, scope, Of::Leads, filter.search.as_deref()).await?;
    let words = words.as_ref().map(|words| (words, Way::Opened));
    let counted = match words {
        None => COUNT.into(),
        Some((asked, _)) if asked.is_one_word() => COUNT_BY_ID,
        Some(_) => COUNT_BY_WORDS,
    };
    let moments = Moments::of(tx, scope, filter).await?;
    let all = tx.query(counted).bind(scope.tenant_id()).bind(scope.only());
    let found = moments.narrowed(narrowed(all, filter, words));
    let Only(count) = found.fetch_one().await?;
    Ok(count)
}
