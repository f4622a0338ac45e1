//! From the files of a tenant to its documents and facts.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use serde::Deserialize;
use serde_json::Value;
use types::{
    ModuleKey, Slug,
    content::{
        Category, Coordinates, Faq, Neighborhood, PageName, PageWords, Post, Scene, SitePage, Testimonial,
        Town,
    },
    facts::{Facts, Place, Source},
    listings::ResoListing,
};

use super::file::{FILES, Prose, json};

/// Everything a demo tenant publishes.
#[derive(Default)]
pub(super) struct Content {
    pub(super) towns: Vec<Town>,
    pub(super) neighborhoods: Vec<Neighborhood>,
    pub(super) posts: Vec<Post>,
    pub(super) pages: Vec<SitePage>,
    pub(super) faqs: Vec<Faq>,
    pub(super) testimonials: Vec<Testimonial>,
    pub(super) facts: Vec<(Place, Known)>,
    pub(super) listings: Vec<ResoListing>,
}

/// What is known of a place, before it is said when it was asked for.
pub(super) struct Known {
    module: ModuleKey,
    content: Value,
    source: Source,
}

impl Known {
    pub(super) fn fetched_at(self, at: Timestamp) -> Facts {
        Facts {
            module: self.module,
            content: self.content,
            source: self.source,
            fetched_at: at,
        }
    }
}

type Measured = BTreeMap<String, Value>;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TownHead {
    name: String,
    county: String,
    state: String,
    center: Coordinates,
    scene: Scene,
    image_alt: String,
    overview_short: String,
    highlights: Vec<String>,
    similar: Vec<Slug>,
    last_reviewed_on: Date,
    facts: Measured,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NeighborhoodHead {
    name: String,
    center: Coordinates,
    scene: Scene,
    overview_short: String,
    last_reviewed_on: Date,
    facts: Measured,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PostHead {
    title: String,
    summary: String,
    category: Category,
    author: String,
    published_on: Date,
    related_towns: Vec<Slug>,
}

impl Content {
    /// What lies below `seeds/<slug>/`, in the order of its paths.
    pub(super) fn of(slug: &str) -> Self {
        let mut content = Self::default();
        let folder = format!("{slug}/");
        let files = FILES
            .iter()
            .filter_map(|&(path, text)| Some((path, path.strip_prefix(&folder)?, text)));
        for (path, within, text) in files {
            content.take(path, within, text);
        }
        content.with_sources(&folder)
    }

    fn take(&mut self, path: &'static str, within: &str, text: &'static str) {
        match within.split('/').collect::<Vec<_>>()[..] {
            ["towns", _] => self.take_town(Prose::read(path, text)),
            ["towns", town, _] => self.take_neighborhood(town, Prose::read(path, text)),
            ["posts", _] => self.posts.push(post(Prose::read(path, text))),
            ["pages", _] => self.pages.push(site_page(Prose::read(path, text))),
            ["faqs.json"] => self.faqs = json(path, text),
            ["testimonials.json"] => self.testimonials = json(path, text),
            ["listings.json"] => self.listings = json(path, text),
            ["sources.json"] => {}
            _ => panic!("seeds/{path} is not something a site shows"),
        }
    }

    fn take_town(&mut self, file: Prose<TownHead>) {
        let slug = slug(file.name);
        let (overview, lifestyle, market) =
            (file.part("Overview"), file.part("Lifestyle"), file.part("Market"));
        let faqs = file.questions();
        let head = file.head;
        let place = Place {
            town: slug.clone(),
            neighborhood: None,
        };
        self.take_facts(&place, head.facts);
        self.towns.push(Town {
            slug,
            name: head.name,
            county: head.county,
            state: head.state,
            center: head.center,
            scene: head.scene,
            image_alt: head.image_alt,
            overview_short: head.overview_short,
            overview_long: overview,
            lifestyle,
            market_notes: market,
            highlights: head.highlights,
            faqs,
            similar: head.similar,
            seo_title: None,
            seo_description: None,
            last_reviewed_on: head.last_reviewed_on,
        });
    }

    fn take_neighborhood(&mut self, town: &str, file: Prose<NeighborhoodHead>) {
        let (slug, town) = (slug(file.name), slug(town));
        let (description, homes, access) = (
            file.part("Description"),
            file.part("Homes"),
            file.part("Getting there"),
        );
        let faqs = file.questions();
        let head = file.head;
        let place = Place {
            town: town.clone(),
            neighborhood: Some(slug.clone()),
        };
        self.take_facts(&place, head.facts);
        self.neighborhoods.push(Neighborhood {
            slug,
            town,
            name: head.name,
            center: head.center,
            scene: head.scene,
            overview_short: head.overview_short,
            description,
            housing_characteristics: homes,
            location_access: access,
            faqs,
            last_reviewed_on: head.last_reviewed_on,
        });
    }

    fn take_facts(&mut self, place: &Place, measured: Measured) {
        for (module, content) in measured {
            let known = Known {
                module: module
                    .parse()
                    .unwrap_or_else(|error| panic!("the module {module} {error}")),
                content,
                source: unsourced(),
            };
            self.facts.push((place.clone(), known));
        }
    }

    /// Every module of a demo tenant has one source, written down once.
    fn with_sources(mut self, folder: &str) -> Self {
        let path = format!("{folder}sources.json");
        let Some((_, text)) = FILES.iter().find(|(name, _)| *name == path) else {
            return self;
        };
        let sources: BTreeMap<String, Source> = json(&path, text);
        for (_, known) in &mut self.facts {
            let source = sources.get(known.module.as_str());
            known.source = source
                .unwrap_or_else(|| panic!("seeds/{path} does not name {}", known.module))
                .clone();
        }
        self
    }
}

/// Stands until the tenant's sources are read.
fn unsourced() -> Source {
    Source {
        name: String::new(),
        url: None,
        as_of: Date::ZERO,
    }
}

fn post(file: Prose<PostHead>) -> Post {
    let (slug, body) = (slug(file.name), file.body());
    let head = file.head;
    Post {
        slug,
        title: head.title,
        summary: head.summary,
        category: head.category,
        author: head.author,
        published_on: head.published_on,
        body,
        related_towns: head.related_towns,
        faqs: Vec::new(),
    }
}

/// The head is the page's words but for its text.
fn site_page(file: Prose<PageWords>) -> SitePage {
    let name: PageName = file
        .name
        .parse()
        .unwrap_or_else(|error| panic!("the page {} {error}", file.name));
    let body = file.body();
    SitePage::of(name, PageWords { body, ..file.head })
}

fn slug(name: &str) -> Slug {
    Slug::parse(name).unwrap_or_else(|error| panic!("the seed file {name} has a name that {error}"))
}
