//! What a tenant's site says about itself and how it looks, ready to be shown.
//!
//! A tenant that has written nothing yet still has a name, and a sober site that promises nothing in its name.

use std::{sync::Arc, time::Duration};

use db::{
    Db,
    door::hosts::Site,
    tenant::{
        documents::{self, DocumentFilter, Published},
        listings,
    },
};
use moka::future::Cache;
use types::{
    Logo, PageRequest, Phone, PostalAddress, Region, Slug, TenantId, Theme, ThemePreset, Website,
    content::{DocumentKind, Scene, Town},
};

use super::look;

/// How long a text is believed. Whoever changes their site sees it within this.
const BELIEVED: Duration = Duration::from_secs(2);

/// Sites remembered at once, at some kilobytes each.
const SITES: u64 = 10_000;

/// Towns that pages may lead to: as many as `/towns` lists. A site with more is no site of a local business.
const KNOWN: PageRequest = PageRequest::new(200, 0);

/// Towns named at the foot of a page.
const LINKED: usize = 12;

/// A tenant's site as visitors see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Brand {
    pub(crate) name: String,
    pub(crate) look: Option<Look>,
    /// What stands at the head of each page.
    pub(crate) logo: Logo,
    pub(crate) headline: String,
    pub(crate) tagline: String,
    pub(crate) about: Option<About>,
    pub(crate) agent: Option<Agent>,
    pub(crate) phone: Option<PhoneLink>,
    pub(crate) email: Option<String>,
    pub(crate) brokerage: String,
    pub(crate) license: Option<String>,
    /// Where letters reach it.
    pub(crate) address: Option<PostalAddress>,
    pub(crate) areas: Vec<String>,
    /// Whether visitors are asked before anything of their visit is kept.
    pub(crate) asks_first: bool,
    /// The end of "we answer …".
    pub(crate) promise: String,
    /// The state it works in, in two letters, if it says so.
    pub(crate) state: Option<String>,
    /// The towns it writes about, at most two hundred.
    pub(crate) towns: Vec<TownLink>,
    /// Whether it writes articles.
    pub(crate) has_posts: bool,
    /// Whether it has homes for sale.
    pub(crate) has_listings: bool,
}

/// The business in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct About {
    pub(crate) heading: String,
    pub(crate) paragraphs: Vec<String>,
}

/// The files that make a theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Look {
    pub(crate) theme: Theme,
    pub(crate) style: &'static str,
    /// The style of what the tenant chose beside the preset.
    pub(crate) own_style: Option<String>,
    pub(crate) hero: Hero,
    /// The face of its headings, which the browser should fetch before it has read the style.
    pub(crate) font: &'static str,
}

/// The picture of the home page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Hero {
    /// A file of ours, drawn by hand for a preset.
    File(&'static str),
    /// A place that is drawn in the preset's colours.
    Drawn { scene: Scene, name: String },
}

/// Who answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Agent {
    pub(crate) name: String,
    pub(crate) title: Option<String>,
    pub(crate) initials: String,
}

/// A town, as pages lead to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TownLink {
    pub(crate) name: String,
    pub(crate) href: String,
    slug: Slug,
    scene: Scene,
}

impl TownLink {
    fn of(found: Published<Town>) -> Self {
        Self {
            href: format!("/towns/{}", found.document.slug),
            name: found.document.name,
            slug: found.document.slug,
            scene: found.document.scene,
        }
    }
}

/// A number to ring: as people read it, and as a telephone does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PhoneLink {
    pub(crate) shown: String,
    pub(crate) href: String,
}

impl Brand {
    /// What the drawing of a page shows: a town it speaks of, or any of the towns, the same each time.
    pub(crate) fn scene_of(&self, page: &str, speaks_of: &[Slug]) -> Scene {
        let spoken_of = self.towns.iter().find(|town| speaks_of.contains(&town.slug));
        let any = || self.towns.get(page.len().checked_rem(self.towns.len())?);
        spoken_of.or_else(any).map_or(Scene::Hills, |town| town.scene)
    }

    /// The towns that the foot of every page leads to.
    pub(crate) fn linked_towns(&self) -> impl Iterator<Item = &TownLink> {
        self.towns.iter().take(LINKED)
    }

    /// The colours that drawings are in.
    pub(crate) fn art_theme(&self) -> ThemePreset {
        self.look
            .as_ref()
            .map_or(ThemePreset::IvoryForest, |look| look.theme.preset)
    }

    pub(crate) fn of(name: &str, website: Option<Website>) -> Self {
        let Some(website) = website else {
            return Self::unwritten(name);
        };
        let unwritten = Self::unwritten(name);
        Self {
            name: name.to_owned(),
            look: Some(Look::of(website.worn(), name)),
            logo: website.look.logo,
            headline: filled(website.headline).unwrap_or(unwritten.headline),
            tagline: filled(website.tagline).unwrap_or(unwritten.tagline),
            about: About::of(name, &website.about),
            agent: filled(website.agent_name).map(|name| Agent::new(name, website.agent_title)),
            phone: filled(website.phone).map(PhoneLink::new),
            email: filled(website.email),
            brokerage: filled(website.brokerage).unwrap_or(unwritten.brokerage),
            license: filled(website.license),
            address: Some(website.postal_address).filter(|address| !address.is_blank()),
            areas: website.areas.into_iter().filter_map(filled).collect(),
            asks_first: website.asks_first,
            promise: filled(website.response_promise).unwrap_or(unwritten.promise),
            state: None,
            towns: Vec::new(),
            has_posts: false,
            has_listings: false,
        }
    }

    /// A tenant of whom only the name is known.
    fn unwritten(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            look: None,
            logo: Logo::Wordmark,
            headline: name.to_owned(),
            tagline: "Ask what your home is worth, or tell us what you are looking for.".to_owned(),
            about: None,
            agent: None,
            phone: None,
            email: None,
            brokerage: name.to_owned(),
            license: None,
            address: None,
            areas: Vec::new(),
            asks_first: false,
            promise: "as soon as we can".to_owned(),
            state: None,
            towns: Vec::new(),
            has_posts: false,
            has_listings: false,
        }
    }

    /// Who a sentence about answering is about: the agent, or the business.
    pub(crate) fn answerer(&self) -> &str {
        self.agent.as_ref().map_or(&self.name, |agent| &agent.name)
    }
}

impl About {
    /// A line that goes before further paragraphs is their heading; longer ones stand below the name.
    pub(super) fn of(name: &str, text: &str) -> Option<Self> {
        const LINE: usize = 80;

        let paragraphs = text.split("\n\n").map(str::trim);
        let mut paragraphs: Vec<_> = paragraphs
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect();
        let has_heading = paragraphs.len() > 1 && paragraphs[0].chars().count() <= LINE;
        let heading = match has_heading {
            true => paragraphs.remove(0),
            false => name.to_owned(),
        };
        (!paragraphs.is_empty()).then_some(Self { heading, paragraphs })
    }
}

impl Look {
    fn of(theme: Theme, name: &str) -> Self {
        let font = match theme.pairing().has_serif_headings() {
            true => "/assets/fonts/newsreader.woff2",
            false => "/assets/fonts/inter.woff2",
        };
        let style = match theme.preset {
            ThemePreset::IvoryForest => "/themes/ivory-forest.css",
            ThemePreset::Harbour => "/themes/harbour.css",
            ThemePreset::Brownstone => "/themes/brownstone.css",
            ThemePreset::Gallery => "/themes/gallery.css",
        };
        Self {
            style,
            own_style: look::href(&theme),
            hero: Hero::of(&theme, name),
            font,
            theme,
        }
    }
}

impl Hero {
    /// What the tenant chose, or what the preset shows.
    fn of(theme: &Theme, name: &str) -> Self {
        match (theme.look.hero.or(theme.preset.hero()), theme.preset) {
            (Some(scene), _) => Self::Drawn {
                scene,
                name: drawing_of(name),
            },
            (None, ThemePreset::Harbour) => Self::File("/art/hudson.svg"),
            (None, _) => Self::File("/art/fairfield.svg"),
        }
    }
}

/// Every name has a picture of its own.
fn drawing_of(name: &str) -> String {
    let name = Slug::from_name(name);
    name.as_ref().map_or("home", Slug::as_str).to_owned()
}

impl Agent {
    fn new(name: String, title: String) -> Self {
        let first_letters = name.split_whitespace().filter_map(|word| word.chars().next());
        Self {
            initials: first_letters.take(2).collect(),
            title: filled(title),
            name,
        }
    }
}

impl PhoneLink {
    fn new(shown: String) -> Self {
        let e164 = Phone::parse(&shown, Region::US)
            .ok()
            .and_then(|phone| phone.e164().map(str::to_owned));
        // A number we cannot place is dialled as it stands, without its punctuation.
        let dialled = e164.unwrap_or_else(|| {
            shown
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect()
        });
        Self {
            href: format!("tel:{dialled}"),
            shown,
        }
    }
}

fn filled(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

/// Finds brands, and remembers them for a moment.
pub(crate) struct Brands {
    db: Db,
    remembered: Cache<TenantId, Arc<Brand>>,
}

impl Brands {
    pub(crate) fn new(db: Db) -> Self {
        let remembered = Cache::builder()
            .max_capacity(SITES)
            .time_to_live(BELIEVED)
            .build();
        Self { db, remembered }
    }

    /// The brand of a tenant. However many ask at once, the database is asked once.
    pub(crate) async fn of(&self, site: &Site) -> db::Result<Arc<Brand>> {
        let tenant = site.scope.tenant_id();
        if let Some(brand) = self.remembered.get(tenant).await {
            return Ok(brand);
        }
        // Boxed: to look it up takes a lot of room, which a request does not carry that finds it.
        Box::pin(self.remembered.try_get_with_by_ref(tenant, self.look_up(site)))
            .await
            .map_err(db::Error::Shared)
    }

    async fn look_up(&self, site: &Site) -> db::Result<Arc<Brand>> {
        let mut tx = self.db.read(&site.scope).await?;
        let website = db::tenant::websites::find(&mut tx, &site.scope).await?;
        let kinds = documents::kinds(&mut tx, &site.scope).await?;
        let towns = documents::list::<Town>(&mut tx, &site.scope, DocumentFilter::default(), KNOWN).await?;
        let state = towns.items.first().map(|town| town.document.state.clone());
        let brand = Brand::of(&site.tenant.name, website);
        let of_office = || brand.address.as_ref().map(|address| address.state.clone());
        Ok(Arc::new(Brand {
            state: state.or_else(of_office),
            towns: towns.items.into_iter().map(TownLink::of).collect(),
            has_posts: kinds.contains(&DocumentKind::Post),
            has_listings: listings::any(&mut tx, &site.scope).await?,
            ..brand
        }))
    }
}
