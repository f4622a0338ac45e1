//! Lists of contacts: narrowed, in order, in pages.

use jiff::Timestamp;
use types::{Contact, ContactId, Page, PageRequest};

use super::search_pattern;
use crate::{
    Result, TenantScope, Tx,
    backend::Only,
    tenant::{before, sight::sees_contact, since, tag_pattern},
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

macro_rules! list_contacts {
    ($comes_after:literal, $direction:literal) => {
        concat!(
            "SELECT id, full_name, email, phone, phone_normalized, source, tags, version, created_at, updated_at
               FROM contacts
              WHERE tenant_id = $1
                AND ($3 IS NULL OR source = $3)
                AND ($4 IS NULL OR tags LIKE $4 ESCAPE '\\')
                AND ($5 IS NULL OR search_text LIKE $5 ESCAPE '\\')
                AND",
            sees_contact!("contacts.id"),
            "AND (created_at, id) ",
            $comes_after,
            " ($6, $7)
              ORDER BY created_at",
            $direction,
            ", id",
            $direction,
            " LIMIT $8 OFFSET $9"
        )
    };
}

/// Lists contacts.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &ContactFilter,
    page: PageRequest,
) -> Result<Page<Contact>> {
    let (at, id) = match filter.sort {
        ContactSort::Newest => before(filter.after),
        ContactSort::Oldest => since(filter.after),
    };
    let rows = tx
        .query(match filter.sort {
            ContactSort::Newest => list_contacts!("<", " DESC"),
            ContactSort::Oldest => list_contacts!(">", " ASC"),
        })
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.source.clone())
        .bind(filter.tag.as_deref().map(tag_pattern))
        .bind(filter.search.as_deref().map(search_pattern))
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the contacts that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &ContactFilter) -> Result<i64> {
    let Only(count) = tx
        .query(concat!(
            "SELECT COUNT(*) AS value
               FROM contacts
              WHERE tenant_id = $1
                AND ($3 IS NULL OR source = $3)
                AND ($4 IS NULL OR tags LIKE $4 ESCAPE '\\')
                AND ($5 IS NULL OR search_text LIKE $5 ESCAPE '\\') AND",
            sees_contact!("contacts.id")
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(filter.source.clone())
        .bind(filter.tag.as_deref().map(tag_pattern))
        .bind(filter.search.as_deref().map(search_pattern))
        .fetch_one()
        .await?;
    Ok(count)
}
