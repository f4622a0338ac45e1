//! Lists of contacts: narrowed, in order, in pages.

use types::{Contact, ContactId, Mark, Page, PageRequest};

use crate::{
    Result, TenantScope, Tx,
    backend::{Only, Query, Sql},
    tenant::{
        sight::sees_contact,
        tag_pattern,
        words::{Asked, Of, Way},
    },
};

/// Which contacts a list shows; every field that is set narrows it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ContactFilter {
    /// Came from exactly here.
    pub source: Option<String>,
    /// Carry this tag.
    pub tag: Option<String>,
    /// Have this in their name, address or number; numbers match in any punctuation.
    pub search: Option<String>,
    /// Are one of these.
    pub named: Option<Vec<ContactId>>,
    /// In which order.
    pub sort: ContactSort,
    /// Come after this one in the list: by what it stands there, and its id.
    pub after: Option<(Mark, ContactId)>,
}

/// The order of a list of contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContactSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// By the name they are shown by.
    Name,
    /// The same backwards.
    NameBackwards,
}

impl ContactSort {
    /// The same list from its other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Newest,
            Self::Name => Self::NameBackwards,
            Self::NameBackwards => Self::Name,
        }
    }
}

/// Adds what a filter asks, and nothing it does not.
fn narrowed<'tx>(mut query: Query<'tx>, filter: &ContactFilter, words: Option<(&Asked, Way)>) -> Query<'tx> {
    if let Some(source) = &filter.source {
        query = query.and_with(" AND source = $", source);
    }
    if let Some(tag) = &filter.tag {
        query = query.and_with(" AND tags LIKE $ ESCAPE '\\'", tag_pattern(tag));
    }
    if let Some(ids) = &filter.named {
        query = query.and_one_of("contacts.id", ids.iter().copied());
    }
    match words {
        Some((words, way)) => words.narrow_contacts(query, way),
        None => query,
    }
}

macro_rules! page_from {
    ($contacts:literal) => {
        concat!(
            "SELECT contact.id, contact.full_name, contact.email, contact.phone, contact.phone_normalized,
                    contact.source, contact.tags, contact.version, contact.created_at, contact.updated_at
               FROM (SELECT id, created_at FROM ",
            $contacts,
            " WHERE tenant_id = $1 AND",
            sees_contact!("contacts.id")
        )
    };
}

const IN_ORDER: &str = page_from!("contacts");

/// The same of contacts that are known by their ids. SQLite is told so: it would walk an order.
const BY_ID: Sql = Sql {
    sqlite: page_from!("contacts INDEXED BY sqlite_autoindex_contacts_1"),
    postgres: IN_ORDER,
};

/// Lists contacts. What a search needs is in the index of the order, so that only the contacts of the page are opened.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &ContactFilter,
    page: PageRequest,
) -> Result<Page<Contact>> {
    let (from, order, order_of_page) = match filter.sort {
        ContactSort::Newest => (
            " AND (created_at, id) < ($",
            " ORDER BY created_at DESC, id DESC",
            " ORDER BY page.created_at DESC, page.id DESC",
        ),
        ContactSort::Oldest => (
            " AND (created_at, id) > ($",
            " ORDER BY created_at, id",
            " ORDER BY page.created_at, page.id",
        ),
        ContactSort::Name => (
            // The bound stands there twice: SQLite finds no place in an index by a pair with an expression in it.
            " AND LOWER(COALESCE(full_name, email, phone)) >= LOWER($)
              AND (LOWER(COALESCE(full_name, email, phone)), id) > (LOWER($)",
            " ORDER BY LOWER(COALESCE(full_name, email, phone)), id",
            " ORDER BY LOWER(COALESCE(contact.full_name, contact.email, contact.phone)), contact.id",
        ),
        ContactSort::NameBackwards => (
            " AND LOWER(COALESCE(full_name, email, phone)) <= LOWER($)
              AND (LOWER(COALESCE(full_name, email, phone)), id) < (LOWER($)",
            " ORDER BY LOWER(COALESCE(full_name, email, phone)) DESC, id DESC",
            " ORDER BY LOWER(COALESCE(contact.full_name, contact.email, contact.phone)) DESC, contact.id DESC",
        ),
    };
    let words = Asked::of(tx, scope, Of::Contacts, filter.search.as_deref()).await?;
    let words = words.as_ref().map(|words| (words, words.for_a_page()));
    let begun = match words {
        Some((_, Way::Opened)) => BY_ID,
        _ => IN_ORDER.into(),
    };
    let all = tx.query(begun).bind(scope.tenant_id()).bind(scope.only());
    let mut found = narrowed(all, filter, words);
    if let Some((mark, id)) = &filter.after {
        found = match mark {
            Mark::At(at) | Mark::Unknown(at) => found.and_with(from, *at),
            Mark::Number(number) => found.and_with(from, *number),
            Mark::Word(word) => found.and_with(from, word),
        }
        .and_with(", $)", *id);
    }
    let rows = found
        .and(order)
        .and_with(" LIMIT $", page.fetch())
        .and_with(" OFFSET $", i64::from(page.offset()))
        // CROSS, so that SQLite opens the contacts of the page and does not look among all for them.
        .and(") AS page CROSS JOIN contacts AS contact WHERE contact.tenant_id = $1 AND contact.id = page.id")
        .and(order_of_page)
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

macro_rules! count_from {
    ($contacts:literal) => {
        concat!(
            "SELECT COUNT(*) AS value FROM ",
            $contacts,
            " WHERE tenant_id = $1 AND",
            sees_contact!("contacts.id")
        )
    };
}

const COUNT: &str = count_from!("contacts");

/// As [`BY_ID`].
const COUNT_BY_ID: Sql = Sql {
    sqlite: count_from!("contacts INDEXED BY sqlite_autoindex_contacts_1"),
    postgres: COUNT,
};

/// Counts the contacts that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &ContactFilter) -> Result<i64> {
    let words = Asked::of(tx, scope, Of::Contacts, filter.search.as_deref()).await?;
    let words = words.as_ref().map(|words| (words, Way::Opened));
    let counted = if words.is_some() {
        COUNT_BY_ID
    } else {
        COUNT.into()
    };
    let all = tx.query(counted).bind(scope.tenant_id()).bind(scope.only());
    let Only(count) = narrowed(all, filter, words).fetch_one().await?;
    Ok(count)
}
