//! What a tenant publishes: documents in revisions, of which visitors see the published one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use types::{
    Page, PageRequest, RevisionId, Slug,
    content::{Document, DocumentKind, Entry, RevisionStatus},
};

use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
};

/// A document as visitors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published<T> {
    /// Names this state of it: the same id is the same text, for ever.
    pub revision: RevisionId,
    /// What it says.
    pub document: T,
    /// When it was published.
    pub at: Timestamp,
}

/// A revision to be stored.
#[derive(Debug)]
pub struct NewRevision<T> {
    /// Names it.
    pub id: RevisionId,
    /// What it says.
    pub document: T,
    /// Its place among those of its day, from 0.
    pub position: i64,
}

/// Which documents of a kind a list shows; every field that is set narrows it.
#[derive(Debug, Clone, Copy, Default)]
pub struct DocumentFilter<'a> {
    /// Lie in this town.
    pub town: Option<&'a Slug>,
    /// Are about this.
    pub category: Option<&'static str>,
}

/// Whether a document of this kind is published under this name, in whichever town.
pub async fn any_called<T: Document>(tx: &mut Tx, scope: &TenantScope, slug: &Slug) -> Result<bool> {
    let Only(any) = tx
        .query(
            "SELECT EXISTS (SELECT 1
                              FROM document_revisions
                             WHERE tenant_id = $1 AND kind = $2 AND slug = $3 AND status = 'published') AS value",
        )
        .bind(scope.tenant_id())
        .bind(T::KIND)
        .bind(slug.as_str())
        .fetch_one()
        .await?;
    Ok(any)
}

/// Finds the published state of a document. `town` is the town it lies in, for kinds that lie in one.
pub async fn find<T: Document>(
    tx: &mut Tx,
    scope: &TenantScope,
    slug: &Slug,
    town: Option<&Slug>,
) -> Result<Option<Published<T>>> {
    tx.query(
        "SELECT id, content, created_at
           FROM document_revisions
          WHERE tenant_id = $1 AND kind = $2 AND town = $3 AND slug = $4 AND status = 'published'",
    )
    .bind(scope.tenant_id())
    .bind(T::KIND)
    .bind(town.map_or("", Slug::as_str))
    .bind(slug)
    .fetch_optional()
    .await
}

/// Lists the published documents of a kind: the newest first where they have a day, else in their own order.
pub async fn list<T: Document>(
    tx: &mut Tx,
    scope: &TenantScope,
    filter: DocumentFilter<'_>,
    page: PageRequest,
) -> Result<Page<Published<T>>> {
    let rows = tx
        .query(
            "SELECT id, content, created_at
               FROM document_revisions
              WHERE tenant_id = $1 AND kind = $2 AND status = 'published'
                AND ($3 IS NULL OR town = $3)
                AND ($4 IS NULL OR category = $4)
              ORDER BY dated DESC, position, slug
              LIMIT $5 OFFSET $6",
        )
        .bind(scope.tenant_id())
        .bind(T::KIND)
        .bind(filter.town.map(|town| town.as_str().to_owned()))
        .bind(filter.category.map(str::to_owned))
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Lists the documents of a kind that stand so, drafts among them: for those who write them.
pub async fn list_in<T: Document>(
    tx: &mut Tx,
    scope: &TenantScope,
    status: RevisionStatus,
    page: PageRequest,
) -> Result<Page<Published<T>>> {
    let rows = tx
        .query(
            "SELECT id, content, created_at
               FROM document_revisions
              WHERE tenant_id = $1 AND kind = $2 AND status = $3
              ORDER BY created_at DESC, town, slug
              LIMIT $4 OFFSET $5",
        )
        .bind(scope.tenant_id())
        .bind(T::KIND)
        .bind(status)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Takes a document that lies in no town out of this state, without another in its place. False when none was in it.
pub async fn withdraw<T: Document>(
    tx: &mut Tx,
    scope: &TenantScope,
    status: RevisionStatus,
    slug: &Slug,
) -> Result<bool> {
    let withdrawn = tx
        .query(
            "UPDATE document_revisions
                SET status = 'superseded'
              WHERE tenant_id = $1 AND kind = $2 AND town = '' AND slug = $3 AND status = $4",
        )
        .bind(scope.tenant_id())
        .bind(T::KIND)
        .bind(slug)
        .bind(status)
        .execute()
        .await?;
    Ok(withdrawn > 0)
}

/// Lists the kinds of which something is published.
pub async fn kinds(tx: &mut Tx, scope: &TenantScope) -> Result<Vec<DocumentKind>> {
    let rows: Vec<Only<DocumentKind>> = tx
        .query(
            "SELECT DISTINCT kind AS value
               FROM document_revisions
              WHERE tenant_id = $1 AND status = 'published'
              ORDER BY kind
              LIMIT 20",
        )
        .bind(scope.tenant_id())
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|Only(kind)| kind).collect())
}

/// Lists what there is of a kind, in whatever state: the town it lies in, empty for none, and its slug.
pub async fn known<T: Document>(tx: &mut Tx, scope: &TenantScope) -> Result<BTreeSet<(String, Slug)>> {
    let rows: Vec<Placed> = tx
        .query(
            "SELECT DISTINCT town, slug
               FROM document_revisions
              WHERE tenant_id = $1 AND kind = $2
              ORDER BY town, slug
              LIMIT 10000",
        )
        .bind(scope.tenant_id())
        .bind(T::KIND)
        .fetch_all()
        .await?;
    Ok(rows.into_iter().map(|Placed(town, slug)| (town, slug)).collect())
}

/// Where a document lies.
struct Placed(String, Slug);

impl FromRow for Placed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("town")?, row.get("slug")?))
    }
}

/// Stores revisions, each in the place of the one that had this status before.
pub async fn insert<T: Document>(
    tx: &mut Tx,
    scope: &TenantScope,
    status: RevisionStatus,
    revisions: &[NewRevision<T>],
    now: Timestamp,
) -> Result<()> {
    supersede(tx, scope, status, revisions).await?;
    let entries = || revisions.iter().map(|revision| revision.document.entry());
    tx.bulk(Sql {
        sqlite:
            "INSERT INTO document_revisions (tenant_id, id, town, slug, category, dated, position, content,
                                                 kind, status, created_at)
                 SELECT $1, c0, c1, c2, c3, c4, c5,
                        c6, $2, $3, $4
                   FROM list",
        postgres:
            "INSERT INTO document_revisions (tenant_id, id, town, slug, category, dated, position, content,
                                                   kind, status, created_at)
                   SELECT $8, id, town, slug, category, dated, position, content, $9, $10, $11
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7)
                       AS list (id, town, slug, category, dated, position, content)",
    })
    .column(revisions.iter().map(|revision| revision.id))
    .column(entries().map(town_of))
    .column(entries().map(|entry| entry.slug.clone()))
    .column(entries().map(|entry| entry.category.map(str::to_owned)))
    .column(entries().map(|entry| entry.dated.map(|day| day.to_string())))
    .column(revisions.iter().map(|revision| revision.position))
    .column(revisions.iter().map(content_of))
    .bind(scope.tenant_id())
    .bind(T::KIND)
    .bind(status)
    .bind(now)
    .execute()
    .await?;
    Ok(())
}

async fn supersede<T: Document>(
    tx: &mut Tx,
    scope: &TenantScope,
    status: RevisionStatus,
    revisions: &[NewRevision<T>],
) -> Result<()> {
    let entries = || revisions.iter().map(|revision| revision.document.entry());
    tx.bulk(Sql {
        sqlite: "UPDATE document_revisions
                    SET status = 'superseded'
                  WHERE tenant_id = $1 AND kind = $2 AND status = $3
                    AND (town, slug) IN (SELECT c0, c1 FROM list)",
        postgres: "UPDATE document_revisions
                      SET status = 'superseded'
                    WHERE tenant_id = $3 AND kind = $4 AND status = $5
                      AND (town, slug) IN (SELECT town, slug FROM UNNEST($1, $2) AS list (town, slug))",
    })
    .column(entries().map(town_of))
    .column(entries().map(|entry| entry.slug.clone()))
    .bind(scope.tenant_id())
    .bind(T::KIND)
    .bind(status)
    .execute()
    .await?;
    Ok(())
}

fn town_of(entry: Entry<'_>) -> String {
    entry
        .town
        .map_or_else(String::new, |town| town.as_str().to_owned())
}

fn content_of<T: Document>(revision: &NewRevision<T>) -> String {
    serde_json::to_string(&revision.document).expect("a document is text, numbers and lists of them")
}

impl<T: Document> FromRow for Published<T> {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let content: Value = row.get("content")?;
        let document = serde_json::from_value(content).map_err(|source| Error::Corrupt {
            column: "content",
            source: source.into(),
        })?;
        Ok(Self {
            revision: row.get("id")?,
            document,
            at: row.get("created_at")?,
        })
    }
}
