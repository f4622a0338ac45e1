//! What surrounds every page of a site: whose it is, where one is, what search engines are told.

mod answered;
pub(crate) mod appearance;
mod brand;
mod failure;
pub(crate) mod form;
pub(crate) mod look;
mod markup;
mod prose;
mod source_line;
mod structured;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{Uri, request::Parts},
};
use serde_json::{Value, json};
use server::{Assets, Facts, Failure, page::Theme, qr::QrPath};
use types::{
    ThemePreset,
    content::{Post, Scene},
};

pub(crate) use answered::Answered;
pub(crate) use brand::{Brand, Brands, Hero};
pub(crate) use markup::Markup;
pub(crate) use prose::Prose;
pub(crate) use source_line::{SourceLine, day};
pub(crate) use structured::Structured;

use crate::{
    app::App,
    remembering::Remembering,
    social::{Announced, Picture},
    visitor,
};

/// The frame round a page. A page's struct has it in the field `frame`.
#[derive(Clone)]
pub(crate) struct Frame {
    pub(crate) brand: Arc<Brand>,
    pub(crate) theme: Theme,
    /// Whether this visit may be remembered.
    pub(crate) remembering: Remembering,
    /// The one address of this page, whatever it was asked for by.
    pub(crate) canonical: String,
    /// `https://` and the site's main name, to which a path is added.
    pub(crate) origin: String,
    /// Whether search engines may show it.
    pub(crate) is_indexed: bool,
    path: String,
    assets: Assets,
}

impl Frame {
    /// Where a static file is served.
    pub(crate) fn asset(&self, file: &str) -> &str {
        self.assets.url(file)
    }

    /// The looks a visitor may choose, and what they are called.
    pub(crate) const fn appearances(&self) -> [(Theme, &'static str); 3] {
        [
            (Theme::System, "As my device"),
            (Theme::Light, "Light"),
            (Theme::Dark, "Dark"),
        ]
    }

    /// The picture of the home page.
    pub(crate) fn hero_art(&self) -> Option<String> {
        Some(match &self.brand.look.as_ref()?.hero {
            Hero::File(file) => self.asset(file).to_owned(),
            Hero::Drawn { scene, name } => self.place_art(scene, name),
        })
    }

    /// The picture that a page is announced with which has none of its own.
    pub(crate) fn picture(&self) -> Announced {
        Picture::of_site(&self.brand).announced(self, "site", "home")
    }

    /// The style of what the tenant chose beside its preset.
    pub(crate) fn own_style(&self) -> Option<&str> {
        self.brand.look.as_ref()?.own_style.as_deref()
    }

    /// The drawing of a place, in the site's colours.
    pub(crate) fn place_art(&self, scene: &Scene, name: &str) -> String {
        format!("/art/{}/{scene}/{name}.svg", self.art_theme())
    }

    /// The drawing that goes with an article.
    pub(crate) fn post_art(&self, post: &Post) -> String {
        let name = post.slug.as_str();
        self.place_art(&self.brand.scene_of(name, &post.related_towns), name)
    }

    /// The drawing of a page that has none of its own: another on each.
    pub(crate) fn page_art(&self) -> String {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.place_art(&self.brand.scene_of(name, &[]), name)
    }

    /// This page's address, for whoever reads it on paper.
    pub(crate) fn code(&self) -> Option<QrPath> {
        QrPath::of(&self.canonical)
    }

    /// Who runs the site: what search engines are told on every page that says nothing more.
    pub(crate) fn structured(&self) -> Markup {
        Structured::of(self).with(self.business()).finish()
    }

    /// The business, as schema.org has it.
    pub(crate) fn business(&self) -> Value {
        let brand = &self.brand;
        let mut business = json!({
            "@type": "RealEstateAgent", "name": brand.name, "url": format!("{}/", self.origin),
            "description": brand.tagline, "email": brand.email, "areaServed": brand.areas,
            "telephone": brand.phone.as_ref().map(|phone| phone.href.trim_start_matches("tel:")),
        });
        if let Some(address) = &brand.address {
            business["address"] = json!({
                "@type": "PostalAddress", "streetAddress": address.street, "addressLocality": address.city,
                "addressRegion": address.state, "postalCode": address.zip, "addressCountry": "US",
            });
        }
        business
    }

    /// The colours that drawings are in.
    pub(crate) fn art_theme(&self) -> ThemePreset {
        self.brand.art_theme()
    }

    /// Whether a link of the navigation leads to this page or to one above it.
    pub(crate) fn is_at(&self, path: &str) -> bool {
        let below = self
            .path
            .strip_prefix(path)
            .is_some_and(|rest| rest.starts_with('/'));
        self.path == path || (path != "/" && below)
    }
}

/// Whether a page says the same to all who come: what is one visitor's, and an answer to what they typed, is nothing to
/// find in a search of the web.
fn is_for_everybody(uri: &Uri) -> bool {
    const OF_ONE: [&str; 9] = [
        "/account",
        "/contact/thanks",
        "/dev/mailbox",
        "/home-value/range",
        "/saved-homes",
        "/saved-searches",
        "/sign-in",
        "/sign-in/link",
        "/unsubscribe",
    ];
    let is_an_answer = uri.path() == "/home-value" && uri.query().is_some();
    !is_an_answer && !OF_ONE.contains(&uri.path())
}

impl FromRequestParts<App> for Frame {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let (facts, site) = (Facts::of(parts), &visitor::resolved(parts).site);
        let (path, origin) = (parts.uri.path(), visitor::origin(facts, site));
        Ok(Self {
            brand: Arc::clone(visitor::brand(parts)),
            theme: Theme::of(&parts.headers),
            remembering: Remembering::here(parts),
            canonical: format!("{origin}{path}"),
            origin,
            is_indexed: app.in_production && is_for_everybody(&parts.uri),
            path: path.to_owned(),
            assets: app.assets.clone(),
        })
    }
}
