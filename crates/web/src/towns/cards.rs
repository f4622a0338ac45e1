//! A place as other pages show it: a drawing, a name, a sentence, and the way there.

use db::{
    TenantScope, Tx,
    tenant::documents::{self, DocumentFilter, Published},
};
use types::{
    PageRequest,
    content::{Neighborhood, Town},
};

use crate::site::Frame;

/// A site with more towns than a page has rows is no site of a local business.
const ALL: PageRequest = PageRequest::new(200, 0);

/// A place, small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Card {
    pub(crate) href: String,
    pub(crate) art: String,
    pub(crate) name: String,
    pub(crate) sentence: String,
}

impl Card {
    pub(crate) fn of_town(frame: &Frame, town: &Town) -> Self {
        Self {
            href: format!("/towns/{}", town.slug),
            art: frame.place_art(&town.scene, town.slug.as_str()),
            name: town.name.clone(),
            sentence: town.overview_short.clone(),
        }
    }

    pub(crate) fn of_neighborhood(frame: &Frame, part: &Neighborhood) -> Self {
        Self {
            href: format!("/towns/{}/{}", part.town, part.slug),
            // Silvermine of one town is not Silvermine of the next.
            art: frame.place_art(&part.scene, &format!("{}-{}", part.town, part.slug)),
            name: part.name.clone(),
            sentence: part.overview_short.clone(),
        }
    }
}

/// Every town of a tenant, in its order.
pub(crate) async fn all_towns(tx: &mut Tx, scope: &TenantScope) -> db::Result<Vec<Town>> {
    let found = documents::list(tx, scope, DocumentFilter::default(), ALL).await?;
    Ok(plain(found.items))
}

/// The neighborhoods of a town.
pub(super) async fn parts_of(tx: &mut Tx, scope: &TenantScope, town: &Town) -> db::Result<Vec<Neighborhood>> {
    let within = DocumentFilter {
        town: Some(&town.slug),
        ..DocumentFilter::default()
    };
    let found = documents::list(tx, scope, within, ALL).await?;
    Ok(plain(found.items))
}

fn plain<T>(found: Vec<Published<T>>) -> Vec<T> {
    found.into_iter().map(|found| found.document).collect()
}
