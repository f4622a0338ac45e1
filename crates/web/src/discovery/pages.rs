//! The pages of a site that anybody may find.

use db::{
    TenantScope, Tx,
    tenant::{
        documents::{self, DocumentFilter, Published},
        websites,
    },
};
use jiff::Timestamp;
use types::{
    PageRequest,
    content::{Document, Neighborhood, Post, SitePage, Town},
    listings::{Listing, ListingSearch},
};

use crate::{
    app::App,
    listings::{each_once, firm},
};

/// Rows asked for at a time.
const PAGE: u32 = PageRequest::MAX_LIMIT;

/// The most pages of a kind that are listed: together they stay below the 50,000 a sitemap may have.
const MOST: u32 = 10_000;

/// The pages that every site has, of which there are nine.
const OWN: PageRequest = PageRequest::new(20, 0);

/// Pages that every site has.
const ALWAYS: [(&str, &str); 14] = [
    ("/", "Home"),
    ("/about", "About"),
    ("/services/buy", "Buying"),
    ("/services/sell", "Selling"),
    ("/services/investing", "Investing"),
    ("/home-value", "Home value"),
    ("/calculators/mortgage", "Mortgage calculator"),
    ("/calculators/closing-costs", "Closing costs of a seller"),
    ("/calculators/taxes", "Property taxes, town by town"),
    ("/contact", "Contact"),
    ("/privacy", "Privacy"),
    ("/terms", "Terms"),
    ("/fair-housing", "Fair housing"),
    ("/accessibility", "Accessibility"),
];

/// A page, as programs are told of it.
pub(super) struct Listed {
    pub(super) path: String,
    pub(super) name: String,
    /// What it says in a sentence.
    pub(super) sentence: Option<String>,
    pub(super) changed: Option<Timestamp>,
    /// Whether its text is there, too, at its address and `.md`.
    pub(super) has_text: bool,
}

impl Listed {
    fn plain(path: &str, name: &str, changed: Option<Timestamp>) -> Self {
        Self {
            path: path.to_owned(),
            name: name.to_owned(),
            sentence: None,
            changed,
            has_text: false,
        }
    }

    /// The day it changed, as sitemaps write it.
    pub(super) fn day(&self) -> Option<String> {
        self.changed.map(|at| at.strftime("%Y-%m-%d").to_string())
    }
}

/// Every page but those of homes.
pub(super) async fn listed(app: &App, scope: &TenantScope) -> anyhow::Result<Vec<Listed>> {
    let mut tx = app.db.read(scope).await?;
    // They show the site's words and its agent.
    let site = websites::changed_at(&mut tx, scope).await?;
    let own = documents::list::<SitePage>(&mut tx, scope, DocumentFilter::default(), OWN).await?;
    let written = |path: &str| {
        let is_it =
            |found: &&Published<SitePage>| found.document.name().is_some_and(|name| name.path() == path);
        own.items.iter().find(is_it).map(|found| found.at)
    };
    let always = ALWAYS.iter();
    let mut pages: Vec<_> = always
        .map(|(path, name)| Listed::plain(path, name, site.max(written(path))))
        .collect();
    let towns = add(&mut tx, scope, &mut pages, |town: Town| {
        (format!("/towns/{}", town.slug), town.name, town.overview_short)
    })
    .await?;
    pages.push(Listed::plain("/towns", "Towns", towns.or(site)));
    add(&mut tx, scope, &mut pages, |part: Neighborhood| {
        let path = format!("/towns/{}/{}", part.town, part.slug);
        (path, part.name, part.overview_short)
    })
    .await?;
    let posts = add(&mut tx, scope, &mut pages, |post: Post| {
        (format!("/insights/{}", post.slug), post.title, post.summary)
    })
    .await?;
    pages.push(Listed::plain("/insights", "Insights", posts.or(site)));
    drop(tx);
    let homes = app.listings.count_published(scope).await?.newest;
    pages.push(Listed::plain("/home-search", "Homes for sale", homes.or(site)));
    Ok(pages)
}

/// A piece of the homes that are still to be had, as a sitemap names them.
pub(super) async fn homes(app: &App, scope: &TenantScope, piece: (i64, i64)) -> anyhow::Result<Vec<Listed>> {
    let homes = app.listings.published(scope, piece).await?.into_iter();
    let homes = homes.map(|home| {
        let path = format!("/listings/{}", home.id);
        Listed::plain(&path, "", Some(home.updated_at))
    });
    Ok(homes.collect())
}

/// The homes that came last, each with what it is; and what must be said beside them.
pub(super) async fn newest_homes(
    app: &App,
    scope: &TenantScope,
) -> anyhow::Result<(Vec<Listed>, Vec<String>)> {
    let search = ListingSearch::for_sale();
    let request = PageRequest::new(PAGE.into(), 0);
    let found = app.listings.some(scope, &search, request).await?;
    let told = |listing: &Listing| Listed {
        path: format!("/listings/{}", listing.id),
        name: format!("{}, {}", listing.headline(), listing.address.city),
        sentence: Some(whose(listing)),
        changed: Some(listing.updated_at),
        has_text: false,
    };
    let said = each_once(found.iter().map(|home| home.attribution.disclaimer.as_str()));
    let said = said.into_iter().map(str::to_owned).collect();
    Ok((found.iter().map(told).collect(), said))
}

/// What is known of a home, and who lists it.
fn whose(listing: &Listing) -> String {
    let facts = Some(listing.facts()).filter(|facts| !facts.is_empty());
    let facts = facts.map_or_else(String::new, |facts| format!("{facts}. "));
    format!("{facts}Listed by {}", firm(listing))
}

fn newest(pages: &[Listed]) -> Option<Timestamp> {
    pages.iter().filter_map(|page| page.changed).max()
}

/// Adds the pages of a kind of document: their path, name and sentence. Says when the last of them changed.
async fn add<T: Document>(
    tx: &mut Tx,
    scope: &TenantScope,
    pages: &mut Vec<Listed>,
    page_of: impl Fn(T) -> (String, String, String),
) -> db::Result<Option<Timestamp>> {
    let before = pages.len();
    let mut offset = 0;
    while offset < MOST {
        let request = PageRequest::new(PAGE.into(), offset.into());
        let found = documents::list::<T>(tx, scope, DocumentFilter::default(), request).await?;
        let next = found.next_offset();
        pages.extend(found.items.into_iter().map(|found| {
            let (path, name, sentence) = page_of(found.document);
            Listed {
                path,
                name,
                sentence: Some(sentence),
                changed: Some(found.at),
                has_text: true,
            }
        }));
        let Some(next) = next else { break };
        offset = next;
    }
    Ok(newest(&pages[before..]))
}
