//! `/towns/{town}`.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::documents::{self, Published};
use serde_json::json;
use server::{Failure, Filled, Params, Path, Submitted};
use types::{
    Slug, WebsiteModule,
    content::{Neighborhood, Town},
    facts::Place,
};

use super::{
    Card, Form, Named, all_towns, as_text, cards,
    place::{self, Blocks, Here},
};
use crate::{
    app::App,
    kept::{self, Key},
    site::{Answered, Frame, Markup, Structured, day},
    social::{Announced, Picture},
    visitor::Visitor,
};

/// Similar towns shown.
const SIMILAR: usize = 3;

#[derive(Template)]
#[template(path = "towns/town.html")]
struct TownPage {
    frame: Frame,
    town: Town,
    overview: Markup,
    lifestyle: Markup,
    market: Markup,
    blocks: Blocks,
    parts: Vec<Card>,
    similar: Vec<Card>,
    faqs: Vec<Answered>,
    form: Filled,
    token: &'static str,
}

#[derive(Template)]
#[template(path = "towns/town.md", escape = "none")]
struct TownText {
    page: TownPage,
    /// Where the page is.
    address: String,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Path(Named { slug, form }): Path<Named>,
    Params(params): Params,
) -> Result<Response, Failure> {
    let wanted = app.switches.now(&visitor.site.scope).await?;
    let key = Key::of(&visitor, &frame, &params, &wanted);
    let address = format!("{}/towns/{slug}", frame.origin);
    let page = || draw((&app, &visitor), frame, slug, (&params, &wanted));
    match form {
        Form::Page => app.kept.show((&app, &visitor), key, page).await,
        Form::Text => {
            let text = async || {
                let (page, address) = (page().await?, address.clone());
                Ok(TownText { page, address })
            };
            let shown = app.kept.show((&app, &visitor), key, text).await?;
            Ok(as_text(shown, &address))
        }
    }
}

async fn draw(
    (app, visitor): (&App, &Visitor),
    frame: Frame,
    slug: Slug,
    (params, wanted): (&Submitted, &[WebsiteModule]),
) -> Result<TownPage, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let found: Option<Published<Town>> = documents::find(&mut tx, scope, &slug, None).await?;
    let found = found.ok_or(Failure::NotFound)?;
    let parts = cards::parts_of(&mut tx, scope, &found.document).await?;
    let towns = all_towns(&mut tx, scope).await?;
    drop(tx);
    let here = Here {
        place: &Place {
            town: slug,
            neighborhood: None,
        },
        town: &found.document.name,
        named: &found.document.name,
        theme: frame.art_theme(),
        path: &format!("/towns/{}", found.document.slug),
        params,
    };
    let blocks = place::blocks(app, visitor, wanted, &here).await;
    let page = TownPage::new(app, visitor, frame, found).await;
    Ok(TownPage {
        blocks,
        ..page.with_places(&parts, &towns)
    })
}

impl TownPage {
    async fn new(app: &App, visitor: &Visitor, frame: Frame, found: Published<Town>) -> Self {
        let prose = async |part, text: &str| app.prose.of(&visitor.site.scope, &found, part, text).await;
        let town = &found.document;
        Self {
            overview: prose("overview", &town.overview_long).await,
            lifestyle: prose("lifestyle", &town.lifestyle).await,
            market: prose("market", &town.market_notes).await,
            blocks: Blocks::none(),
            parts: Vec::new(),
            similar: Vec::new(),
            faqs: Answered::all(&town.faqs),
            form: place::form(&format!("town-{}", town.slug)),
            token: kept::TOKEN,
            frame,
            town: found.document,
        }
    }

    fn with_places(mut self, parts: &[Neighborhood], towns: &[Town]) -> Self {
        let named = |slug: &Slug| towns.iter().find(|town| town.slug == *slug);
        let similar = self.town.similar.iter().filter_map(named).take(SIMILAR);
        self.similar = similar.map(|town| Card::of_town(&self.frame, town)).collect();
        self.parts = parts
            .iter()
            .map(|part| Card::of_neighborhood(&self.frame, part))
            .collect();
        self
    }

    fn title(&self) -> String {
        let plain = || {
            format!(
                "{}, {}: living there and buying there",
                self.town.name, self.town.state
            )
        };
        self.town.seo_title.clone().unwrap_or_else(plain)
    }

    fn description(&self) -> &str {
        let written = self.town.seo_description.as_ref();
        written.unwrap_or(&self.town.overview_short)
    }

    fn art(&self) -> String {
        self.frame.place_art(&self.town.scene, self.town.slug.as_str())
    }

    /// What it is announced with where it is shared.
    fn picture(&self) -> Announced {
        let name = self.town.slug.as_str();
        Picture::of_town(&self.town).announced(&self.frame, "town", name)
    }

    /// What stands above the form.
    fn ask_heading(&self) -> String {
        format!("Tell us what you would like to know about {}.", self.town.name)
    }

    fn reviewed(&self) -> String {
        day(self.town.last_reviewed_on)
    }

    fn structured(&self) -> Markup {
        let town = &self.town;
        let path = format!("/towns/{}", town.slug);
        let geo =
            json!({ "@type": "GeoCoordinates", "latitude": town.center.lat, "longitude": town.center.lng });
        Structured::of(&self.frame)
            .breadcrumbs(&[("Towns", "/towns"), (&town.name, &path)])
            .with(json!({
                "@type": "City", "name": town.name, "description": town.overview_short, "geo": geo,
                "containedInPlace": { "@type": "AdministrativeArea", "name": format!("{}, {}", town.county, town.state) },
            }))
            .questions(&town.faqs)
            .finish()
    }
}
