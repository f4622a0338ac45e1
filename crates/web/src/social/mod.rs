//! `/social/{version}/{kind}/{file}`: the picture that a shared page is announced with.
//!
//! It is drawn from our own drawings and the words of the page. Only pages that are there have one, and each has one at
//! a time: nobody can have us draw what they like. Its address has the version of all that is on it, so that whoever
//! keeps it need not ask again.

mod drawing;
mod lines;
mod pictures;
#[cfg(test)]
mod tests;

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use db::{
    TenantScope,
    tenant::documents::{self, Published},
};
use serde::{Deserialize, Serialize};
use server::{Failure, Path, etag::Version};
use types::{
    ListingType, Slug, Theme,
    content::{Neighborhood, Post, Scene, Town},
    listings::{Listing, ListingId},
};

pub(crate) use pictures::Pictures;

use crate::{
    app::App,
    site::{Brand, Frame},
    visitor::Visitor,
};

/// What networks that show pictures ask for.
pub(crate) const WIDTH: u32 = 1200;
pub(crate) const HEIGHT: u32 = 630;

/// Another number for each change of how pictures are drawn.
const DRAWN: u32 = 1;

/// What is on a picture never changes at its address.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");

/// At an address of before, it is the picture of now.
const FOR_NOW: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// What a picture announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Site,
    Town,
    Neighborhood,
    Post,
    Listing,
}

/// What is on a picture, beside whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Picture {
    /// A line above.
    eyebrow: String,
    /// What is read first.
    title: String,
    /// A line below.
    line: String,
    art: Art,
}

/// The drawing below the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
enum Art {
    /// The site's own.
    Hero,
    /// A place.
    Place { scene: Scene, name: String },
    /// A home.
    Home { kind: ListingType, name: String },
}

/// A picture as a page announces it.
pub(crate) struct Announced {
    pub(crate) href: String,
    pub(crate) alt: String,
}

impl Picture {
    /// Of the site itself, and of each of its pages that has none.
    pub(crate) fn of_site(brand: &Brand) -> Self {
        Self {
            eyebrow: brand
                .areas
                .iter()
                .take(4)
                .cloned()
                .collect::<Vec<_>>()
                .join(" · "),
            title: brand.headline.clone(),
            line: brand.brokerage.clone(),
            art: Art::Hero,
        }
    }

    pub(crate) fn of_town(town: &Town) -> Self {
        Self {
            eyebrow: format!("{}, {}", town.county, town.state),
            title: town.name.clone(),
            line: town.overview_short.clone(),
            art: Art::Place {
                scene: town.scene,
                name: town.slug.to_string(),
            },
        }
    }

    pub(crate) fn of_neighborhood(town: &Town, part: &Neighborhood) -> Self {
        Self {
            eyebrow: format!("{}, {}", town.name, town.state),
            title: part.name.clone(),
            line: part.overview_short.clone(),
            art: Art::Place {
                scene: part.scene,
                name: format!("{}-{}", part.town, part.slug),
            },
        }
    }

    /// An article has the drawing of the first town it speaks of.
    pub(crate) fn of_post(post: &Post, town: Option<&Town>) -> Self {
        Self {
            eyebrow: post.category.label().to_owned(),
            title: post.title.clone(),
            line: format!("{}, {}", post.author, crate::site::day(post.published_on)),
            art: town.map_or(Art::Hero, |town| Art::Place {
                scene: town.scene,
                name: town.slug.to_string(),
            }),
        }
    }

    pub(crate) fn of_listing(listing: &Listing) -> Self {
        let (address, price) = (&listing.address, crate::listings::price(listing));
        let name = Slug::from_name(listing.id.as_str());
        Self {
            eyebrow: format!("{} · {}", listing.status.label(), listing.property_type.label()),
            title: format!("{price} · {}", listing.headline()),
            line: format!("{}, {} · {}", address.city, address.state, listing.facts()),
            art: Art::Home {
                kind: listing.property_type,
                name: name.as_ref().map_or("home", Slug::as_str).to_owned(),
            },
        }
    }

    /// How a page of this brand announces it.
    pub(crate) fn announced(&self, frame: &Frame, kind: &str, name: &str) -> Announced {
        let version = self.version(&frame.brand);
        Announced {
            href: format!("{}/social/{version}/{kind}/{name}.png", frame.origin),
            alt: format!("{}, over a drawing.", self.title),
        }
    }

    fn version(&self, brand: &Brand) -> String {
        let whose = (&brand.name, worn(brand));
        Version::of_content(&(DRAWN, self, whose)).to_string()
    }
}

/// How the site of a brand looks.
fn worn(brand: &Brand) -> Option<&Theme> {
    brand.look.as_ref().map(|look| &look.theme)
}

/// Answers with a picture.
pub(crate) async fn show(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Path((asked, kind, file)): Path<(String, Kind, String)>,
) -> Result<Response, Failure> {
    let name = file.strip_suffix(".png").ok_or(Failure::NotFound)?;
    let scope = &visitor.site.scope;
    let picture = find(&app, (scope, &*frame.brand), kind, name).await?;
    let picture = picture.ok_or(Failure::NotFound)?;
    let version = picture.version(&frame.brand);
    let drawn = app.pictures.of((scope.tenant_id(), &version), || {
        drawing::svg(&picture, &frame.brand)
    });
    let kept = if asked == version { FOR_EVER } else { FOR_NOW };
    let kind = HeaderValue::from_static("image/png");
    Ok((
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)],
        drawn.await?,
    )
        .into_response())
}

/// What announces a page, if there is such a page.
async fn find(
    app: &App,
    (scope, brand): (&TenantScope, &Brand),
    kind: Kind,
    name: &str,
) -> Result<Option<Picture>, Failure> {
    let slug = |text: &str| Slug::parse(text).map_err(|_| Failure::NotFound);
    Ok(match kind {
        Kind::Site => (name == "home").then(|| Picture::of_site(brand)),
        Kind::Town => {
            let mut tx = app.db.read(scope).await?;
            let town: Option<Published<Town>> = documents::find(&mut tx, scope, &slug(name)?, None).await?;
            town.map(|town| Picture::of_town(&town.document))
        }
        Kind::Neighborhood => {
            let (town, part) = name.split_once('.').ok_or(Failure::NotFound)?;
            let (town, part) = (slug(town)?, slug(part)?);
            let mut tx = app.db.read(scope).await?;
            let above: Option<Published<Town>> = documents::find(&mut tx, scope, &town, None).await?;
            let part: Option<Published<Neighborhood>> =
                documents::find(&mut tx, scope, &part, Some(&town)).await?;
            above
                .zip(part)
                .map(|(town, part)| Picture::of_neighborhood(&town.document, &part.document))
        }
        Kind::Post => {
            let mut tx = app.db.read(scope).await?;
            let post: Option<Published<Post>> = documents::find(&mut tx, scope, &slug(name)?, None).await?;
            let Some(post) = post.map(|post| post.document) else {
                return Ok(None);
            };
            let town: Option<Published<Town>> = match post.related_towns.first() {
                Some(town) => documents::find(&mut tx, scope, town, None).await?,
                None => None,
            };
            Some(Picture::of_post(&post, town.as_ref().map(|town| &town.document)))
        }
        Kind::Listing => {
            let id: ListingId = name.parse().map_err(|_| Failure::NotFound)?;
            let listing = app.listings.find(scope, &id).await?;
            listing.map(|listing| Picture::of_listing(&listing))
        }
    })
}
