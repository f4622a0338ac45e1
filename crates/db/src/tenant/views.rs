//! A tenant's saved views, each of one member, some for all to see.

use jiff::Timestamp;
use types::{ListKind, Page, PageRequest, PersonId, SavedView, ViewId};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
};

/// Which views a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewFilter {
    /// Are this member's own, or everybody's.
    pub seen_by: PersonId,
    /// Are of this list.
    pub list: Option<ListKind>,
    /// Come after this one in the list: when it was saved first, and its id.
    pub after: Option<(Timestamp, ViewId)>,
}

/// Lists views, oldest first: they keep their places.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: &ViewFilter,
    page: PageRequest,
) -> Result<Page<SavedView>> {
    let rows = tx
        .query(
            "SELECT id, list, name, query, owner_id, is_shared, version, created_at, updated_at
               FROM saved_views
              WHERE tenant_id = $1 AND (owner_id = $2 OR is_shared)
                AND ($3 IS NULL OR list = $3)
                AND ($4 IS NULL OR (created_at, id) > ($4, $5))
              ORDER BY created_at, id
              LIMIT $6 OFFSET $7",
        )
        .bind(scope.tenant_id())
        .bind(filter.seen_by)
        .bind(filter.list)
        .bind(filter.after.map(|(at, _)| at))
        .bind(filter.after.map(|(_, id)| id))
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the views that a list would show on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, filter: &ViewFilter) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM saved_views
              WHERE tenant_id = $1 AND (owner_id = $2 OR is_shared)
                AND ($3 IS NULL OR list = $3)",
        )
        .bind(scope.tenant_id())
        .bind(filter.seen_by)
        .bind(filter.list)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Finds a view, whoever it belongs to.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: ViewId) -> Result<Option<SavedView>> {
    tx.query(
        "SELECT id, list, name, query, owner_id, is_shared, version, created_at, updated_at
           FROM saved_views
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .fetch_optional()
    .await
}

/// The view that a list opens with for a member, as long as they see it.
pub async fn default_of(
    tx: &mut Tx,
    scope: &TenantScope,
    (person_id, list): (PersonId, ListKind),
) -> Result<Option<SavedView>> {
    tx.query(
        "SELECT view.id, view.list, view.name, view.query, view.owner_id, view.is_shared, view.version,
                view.created_at, view.updated_at
           FROM default_views AS chosen
           JOIN saved_views AS view ON view.tenant_id = chosen.tenant_id AND view.id = chosen.view_id
          WHERE chosen.tenant_id = $1 AND chosen.person_id = $2 AND chosen.list = $3
            AND (view.owner_id = $2 OR view.is_shared)",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .bind(list)
    .fetch_optional()
    .await
}

/// Opens its list with this view for a member from now on.
pub async fn set_default(
    tx: &mut Tx,
    scope: &TenantScope,
    person_id: PersonId,
    view: &SavedView,
) -> Result<()> {
    tx.query(
        "INSERT INTO default_views (tenant_id, person_id, list, view_id)
         VALUES ($1, $2, $3, $4)
             ON CONFLICT (tenant_id, person_id, list) DO UPDATE SET view_id = excluded.view_id",
    )
    .bind(scope.tenant_id())
    .bind(person_id)
    .bind(view.list)
    .bind(view.id)
    .execute()
    .await?;
    Ok(())
}

/// Opens no list with this view for a member any more.
pub async fn unset_default(
    tx: &mut Tx,
    scope: &TenantScope,
    (person_id, id): (PersonId, ViewId),
) -> Result<()> {
    tx.query("DELETE FROM default_views WHERE tenant_id = $1 AND person_id = $2 AND view_id = $3")
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(id)
        .execute()
        .await?;
    Ok(())
}

/// Adds a view.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, view: &SavedView) -> Result<()> {
    tx.query(
        "INSERT INTO saved_views
                (tenant_id, id, list, name, query, owner_id, is_shared, version, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(scope.tenant_id())
    .bind(view.id)
    .bind(view.list)
    .bind(&view.name)
    .bind(&view.query)
    .bind(view.owner_id)
    .bind(view.is_shared)
    .bind(view.version)
    .bind(view.created_at)
    .bind(view.updated_at)
    .execute()
    .await?;
    Ok(())
}

/// Writes a view back if nobody changed it since it was read: `view.version` is the one that was read.
///
/// False, and nothing written, when somebody did.
pub async fn update(tx: &mut Tx, scope: &TenantScope, view: &SavedView) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE saved_views
                SET name = $4, query = $5, is_shared = $6, updated_at = $7, version = version + 1
              WHERE tenant_id = $1 AND id = $2 AND version = $3",
        )
        .bind(scope.tenant_id())
        .bind(view.id)
        .bind(view.version)
        .bind(&view.name)
        .bind(&view.query)
        .bind(view.is_shared)
        .bind(view.updated_at)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Takes a view away. False when there is none.
pub async fn delete(tx: &mut Tx, scope: &TenantScope, id: ViewId) -> Result<bool> {
    let touched = tx
        .query("DELETE FROM saved_views WHERE tenant_id = $1 AND id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .execute()
        .await?;
    Ok(touched == 1)
}

impl FromRow for SavedView {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            list: row.get("list")?,
            name: row.get("name")?,
            query: row.get("query")?,
            owner_id: row.get("owner_id")?,
            is_shared: row.get("is_shared")?,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
