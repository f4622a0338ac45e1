//! What the demo tenants publish: the files below `seeds/<slug>/`, as documents and facts.

mod file;
mod read;
#[cfg(test)]
mod tests;

use db::{
    TenantScope, Tx,
    tenant::{
        documents::{self, NewRevision},
        facts, listings,
    },
};
use jiff::Timestamp;
use types::{
    RevisionId, Slug,
    content::{Document, Entry, RevisionStatus},
    listings::{Listing, ResoListing},
};

use super::{stable::StableIds, visit::Homes};
use crate::Refusal;
use read::Content;

/// Said beside every home of the demo.
const SYNTHETIC: &str = "A synthetic listing, made for this demonstration. The home does not exist.";

/// Where content goes: the tenant, the ids of its demo, when it was published, and when its facts were asked for.
pub(super) struct Shelf<'a> {
    pub(super) scope: &'a TenantScope,
    pub(super) ids: &'a StableIds,
    pub(super) at: Timestamp,
    pub(super) asked_at: Timestamp,
}

/// What a tenant had not, and has now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Added {
    pub(super) documents: usize,
    pub(super) facts: usize,
    pub(super) listings: usize,
}

/// Publishes what there is for the tenant with this slug and is not on its site. What is there stays as it is: people
/// may have written it anew.
pub(super) async fn insert_missing(tx: &mut Tx, shelf: &Shelf<'_>, slug: &str) -> Result<Added, Refusal> {
    let content = Content::of(slug);
    let documents = publish(tx, shelf, content.towns).await?
        + publish(tx, shelf, content.neighborhoods).await?
        + publish(tx, shelf, content.posts).await?
        + publish(tx, shelf, content.pages).await?
        + publish(tx, shelf, content.faqs).await?
        + publish(tx, shelf, content.testimonials).await?;
    let mut facts = 0;
    for (place, known) in content.facts {
        let known = known.fetched_at(shelf.asked_at);
        facts += usize::from(facts::insert_missing(tx, shelf.scope, &place, &known).await?);
    }
    Ok(Added {
        documents,
        facts,
        listings: insert_listings(tx, shelf, content.listings).await?,
    })
}

/// The homes of a demo tenant, as they are at this time.
pub(super) fn homes(slug: &str, at: Timestamp) -> Homes {
    let rows = Content::of(slug).listings.into_iter();
    rows.map(|row| (row.key().clone(), read(row, at))).collect()
}

fn read(row: ResoListing, at: Timestamp) -> Listing {
    let key = row.key().clone();
    row.read(SYNTHETIC, at)
        .unwrap_or_else(|error| panic!("the seeded listing {key} {error}"))
}

async fn insert_listings(tx: &mut Tx, shelf: &Shelf<'_>, rows: Vec<ResoListing>) -> Result<usize, Refusal> {
    let read: Vec<_> = rows.into_iter().map(|row| read(row, shelf.asked_at)).collect();
    let written = listings::insert_missing(tx, shelf.scope, &read, shelf.asked_at).await?;
    Ok(usize::try_from(written).expect("a demo has some hundred listings"))
}

/// Says how many were published.
async fn publish<T: Document>(tx: &mut Tx, shelf: &Shelf<'_>, all: Vec<T>) -> Result<usize, Refusal> {
    let known = documents::known::<T>(tx, shelf.scope).await?;
    let revisions: Vec<_> = (0..)
        .zip(all)
        .filter(|(_, document)| !known.contains(&place(document)))
        .map(|(position, document)| NewRevision {
            id: RevisionId::from(shelf.ids.of(&name(&document))),
            document,
            position,
        })
        .collect();
    documents::insert(tx, shelf.scope, RevisionStatus::Published, &revisions, shelf.at).await?;
    Ok(revisions.len())
}

/// The town a document lies in, empty for none, and its slug.
fn place<T: Document>(document: &T) -> (String, Slug) {
    let entry = document.entry();
    (town(&entry).to_owned(), entry.slug.clone())
}

/// `neighborhood/wilton/georgetown`.
fn name<T: Document>(document: &T) -> String {
    let entry = document.entry();
    format!("{}/{}/{}", T::KIND, town(&entry), entry.slug)
}

fn town<'a>(entry: &Entry<'a>) -> &'a str {
    entry.town.map_or("", Slug::as_str)
}
