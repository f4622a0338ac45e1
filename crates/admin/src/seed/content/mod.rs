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
    RevisionId,
    content::{Document, RevisionStatus},
    listings::ResoListing,
};

use super::stable::StableIds;
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

/// Publishes everything there is for the tenant with this slug. Says how many documents that were.
pub(super) async fn insert(tx: &mut Tx, shelf: &Shelf<'_>, slug: &str) -> Result<usize, Refusal> {
    let content = Content::of(slug);
    let count = content.documents();
    publish(tx, shelf, content.towns).await?;
    publish(tx, shelf, content.neighborhoods).await?;
    publish(tx, shelf, content.posts).await?;
    publish(tx, shelf, content.faqs).await?;
    publish(tx, shelf, content.testimonials).await?;
    for (place, known) in content.facts {
        facts::upsert(tx, shelf.scope, &place, &known.fetched_at(shelf.asked_at)).await?;
    }
    insert_listings(tx, shelf, content.listings).await?;
    Ok(count)
}

async fn insert_listings(tx: &mut Tx, shelf: &Shelf<'_>, rows: Vec<ResoListing>) -> Result<(), Refusal> {
    let read = rows.into_iter().map(|row| {
        let key = row.key().clone();
        row.read(SYNTHETIC, shelf.asked_at)
            .unwrap_or_else(|error| panic!("the seeded listing {key} {error}"))
    });
    let read: Vec<_> = read.collect();
    listings::upsert(tx, shelf.scope, &read).await?;
    Ok(())
}

async fn publish<T: Document>(tx: &mut Tx, shelf: &Shelf<'_>, all: Vec<T>) -> Result<(), Refusal> {
    let revisions: Vec<_> = (0..)
        .zip(all)
        .map(|(position, document)| NewRevision {
            id: RevisionId::from(shelf.ids.of(&name(&document))),
            document,
            position,
        })
        .collect();
    documents::insert(tx, shelf.scope, RevisionStatus::Published, &revisions, shelf.at).await?;
    Ok(())
}

/// `neighborhood/wilton/georgetown`.
fn name<T: Document>(document: &T) -> String {
    let entry = document.entry();
    let town = entry.town.map_or("", |town| town.as_str());
    format!("{}/{town}/{}", T::KIND, entry.slug)
}
