//! Lists of leads: narrowed, in order, in pages.

use jiff::Timestamp;
use types::{ContactId, LeadId, LeadStatus, LeadType, Mark, Page, PageRequest, PersonId, ResponseState};

use super::{
    LeadWithContact,
    moments::Moments,
    narrow::narrowed,
    order::{LeadSort, Stretch},
    select_leads,
};
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
    /// Are open, and their next action was to be done by now.
    pub is_overdue: bool,
    /// Are open, and something is to be done with them before then.
    pub next_action_before: Option<Timestamp>,
    /// Were so far at some time, wherever they stand now.
    pub reached: Option<Reached>,
    /// Are one of these.
    pub named: Option<Vec<LeadId>>,
    /// In which order.
    pub sort: LeadSort,
    /// Come after this one: by what it stands there, and its id. Unlike an offset, it skips and repeats nothing
    /// when leads arrive meanwhile.
    pub after: Option<(Mark, LeadId)>,
    /// Come before that one instead, nearest first.
    pub is_backward: bool,
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
    /// A member logged an appointment with whoever it is from.
    Appointment,
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
    let words = Asked::of(tx, scope, Of::Leads, filter.search.as_deref()).await?;
    let words = words.as_ref().map(|words| (words, words.for_a_page()));
    let begun = match words {
        Some((_, Way::Opened)) => BY_ID,
        _ if filter.is_hot => BY_CONTACT,
        _ => IN_ORDER.into(),
    };
    let moments = Moments::of(tx, scope, filter).await?;
    let mut rows: Vec<LeadWithContact> = Vec::new();
    let mut skipped = i64::from(page.offset());
    for stretch in Stretch::all(filter.sort, filter.is_backward, filter.after.as_ref()) {
        let wanted = page.fetch() - rows.len() as i64;
        if wanted <= 0 {
            break;
        }
        let all = tx.query(begun).bind(scope.tenant_id()).bind(scope.only());
        let found = stretch.narrow(moments.narrowed(narrowed(all, filter, words)));
        let found: Vec<LeadWithContact> = found
            .and_with(" LIMIT $", wanted)
            .and_with(" OFFSET $", skipped)
            .fetch_all()
            .await?;
        if skipped > 0 {
            skipped -= match found.len() {
                0 => count_of(tx, scope, (filter, stretch.of)).await?,
                _ => skipped,
            };
        }
        rows.extend(found);
    }
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
    count_of(tx, scope, (filter, "")).await
}

/// Counts those of them of which a condition is true.
async fn count_of(
    tx: &mut Tx,
    scope: &TenantScope,
    (filter, condition): (&LeadFilter, &'static str),
) -> Result<i64> {
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
    let Only(count) = found.and(condition).fetch_one().await?;
    Ok(count)
}
