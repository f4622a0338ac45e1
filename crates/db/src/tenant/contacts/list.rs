//! Lists of contacts: narrowed, in order, in pages.

use jiff::Timestamp;
use types::{Contact, ContactId, Page, PageRequest};

use super::search_pattern;
use crate::{
    Result, TenantScope, Tx,
    backend::{Only, Query},
    tenant::{sight::sees_contact, tag_pattern},
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
    /// In which order.
    pub sort: ContactSort,
    /// Come after this one in the list: when it was first known, and its id.
    pub after: Option<(Timestamp, ContactId)>,
}

/// The order of a list of contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContactSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
}

impl ContactSort {
    /// The same list from its other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Newest => Self::Oldest,
            Self::Oldest => Self::Newest,
        }
    }
}

/// Adds what a filter asks, and nothing it does not.
fn narrowed<'tx>(mut query: Query<'tx>, filter: &ContactFilter) -> Query<'tx> {
    if let Some(source) = &filter.source {
        query = query.and_with(" AND source = $", source);
    }
    if let Some(tag) = &filter.tag {
        query = query.and_with(" AND tags LIKE $ ESCAPE '\\'", tag_pattern(tag));
    }
    if let Some(text) = &filter.search {
        query = query.and_with(" AND search_text LIKE $ ESCAPE '\\'", search_pattern(text));
    }
    query
}

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
    };
    let all = tx
        .query(concat!(
            "SELECT contact.id, contact.full_name, contact.email, contact.phone, contact.phone_normalized,
                    contact.source, contact.tags, contact.version, contact.created_at, contact.updated_at
               FROM (SELECT id, created_at FROM contacts WHERE tenant_id = $1 AND",
            sees_contact!("contacts.id")
        ))
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
        // CROSS, so that SQLite opens the contacts of the page and does not look among all for them.
        .and(") AS page CROSS JOIN contacts AS contact WHERE contact.tenant_id = $1 AND contact.id = page.id")
        .and(order_of_page)
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the contacts that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &ContactFilter) -> Result<i64> {
    let all = tx
        .query(concat!(
            "SELECT COUNT(*) AS value FROM contacts WHERE tenant_id = $1 AND",
            sees_contact!("contacts.id")
        ))
        .bind(scope.tenant_id())
        .bind(scope.only());
    let Only(count) = narrowed(all, filter).fetch_one().await?;
    Ok(count)
}
