//! `/towns/{town}/{neighborhood}`.

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
    Card, Form, Named, as_text, cards,
    place::{self, Blocks, Here},
};
use crate::{
    app::App,
    kept::{self, Key},
    site::{Answered, Frame, Markup, Structured, day},
    social::{Announced, Picture},
    visitor::Visitor,
};

#[derive(Template)]
#[template(path = "towns/neighborhood.html")]
struct NeighborhoodPage {
    frame: Frame,
    town: Town,
    part: Neighborhood,
    description: Markup,
    homes: Markup,
    access: Markup,
    blocks: Blocks,
    others: Vec<Card>,
    faqs: Vec<Answered>,
    form: Filled,
    token: &'static str,
}

#[derive(Template)]
#[template(path = "towns/neighborhood.md", escape = "none")]
struct NeighborhoodText {
    page: NeighborhoodPage,
    /// Where the page is.
    address: String,
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Path((town, Named { slug, form })): Path<(Slug, Named)>,
    Params(params): Params,
) -> Result<Response, Failure> {
    let wanted = app.switches.now(&visitor.site.scope).await?;
    let key = Key::of(&visitor, &frame, &params, &wanted);
    let address = format!("{}/towns/{town}/{slug}", frame.origin);
    let page = || draw((&app, &visitor), frame, (town, slug), (&params, &wanted));
    match form {
        Form::Page => app.kept.show((&app, &visitor), key, page).await,
        Form::Text => {
            let text = async || {
                let (page, address) = (page().await?, address.clone());
                Ok(NeighborhoodText { page, address })
            };
            let shown = app.kept.show((&app, &visitor), key, text).await?;
            Ok(as_text(shown, &address))
        }
    }
}

async fn draw(
    (app, visitor): (&App, &Visitor),
    frame: Frame,
    (town, slug): (Slug, Slug),
    (params, wanted): (&Submitted, &[WebsiteModule]),
) -> Result<NeighborhoodPage, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let found: Option<Published<Town>> = documents::find(&mut tx, scope, &town, None).await?;
    let town = found.ok_or(Failure::NotFound)?.document;
    let found: Option<Published<Neighborhood>> =
        documents::find(&mut tx, scope, &slug, Some(&town.slug)).await?;
    let found = found.ok_or(Failure::NotFound)?;
    let parts = cards::parts_of(&mut tx, scope, &town).await?;
    drop(tx);
    let here = Here {
        place: &Place {
            town: town.slug.clone(),
            neighborhood: Some(slug),
        },
        town: &town.name,
        named: &found.document.name,
        theme: frame.art_theme(),
        path: &format!("/towns/{}/{}", town.slug, found.document.slug),
        params,
    };
    let blocks = place::blocks(app, visitor, wanted, &here).await;
    let page = NeighborhoodPage::new(app, visitor, frame, (town, found)).await;
    Ok(NeighborhoodPage {
        blocks,
        ..page.beside(&parts)
    })
}

impl NeighborhoodPage {
    async fn new(
        app: &App,
        visitor: &Visitor,
        frame: Frame,
        (town, found): (Town, Published<Neighborhood>),
    ) -> Self {
        let prose = async |part, text: &str| app.prose.of(&visitor.site.scope, &found, part, text).await;
        let part = &found.document;
        Self {
            description: prose("description", &part.description).await,
            homes: prose("homes", &part.housing_characteristics).await,
            access: prose("access", &part.location_access).await,
            blocks: Blocks::none(),
            others: Vec::new(),
            faqs: Answered::all(&part.faqs),
            form: place::form(&format!("neighborhood-{}", part.slug)),
            token: kept::TOKEN,
            frame,
            town,
            part: found.document,
        }
    }

    /// With the other parts of the town.
    fn beside(mut self, parts: &[Neighborhood]) -> Self {
        let others = parts.iter().filter(|other| other.slug != self.part.slug);
        self.others = others
            .map(|part| Card::of_neighborhood(&self.frame, part))
            .collect();
        self
    }

    fn art(&self) -> String {
        let name = format!("{}-{}", self.town.slug, self.part.slug);
        self.frame.place_art(&self.part.scene, &name)
    }

    /// What it is announced with where it is shared.
    fn picture(&self) -> Announced {
        let name = format!("{}.{}", self.town.slug, self.part.slug);
        Picture::of_neighborhood(&self.town, &self.part).announced(&self.frame, "neighborhood", &name)
    }

    /// What stands above the form.
    fn ask_heading(&self) -> String {
        format!("Tell us what you would like to know about {}.", self.part.name)
    }

    fn reviewed(&self) -> String {
        day(self.part.last_reviewed_on)
    }

    fn structured(&self) -> Markup {
        let (town, part) = (&self.town, &self.part);
        let above = format!("/towns/{}", town.slug);
        let path = format!("{above}/{}", part.slug);
        let geo =
            json!({ "@type": "GeoCoordinates", "latitude": part.center.lat, "longitude": part.center.lng });
        Structured::of(&self.frame)
            .breadcrumbs(&[("Towns", "/towns"), (&town.name, &above), (&part.name, &path)])
            .with(json!({
                "@type": "Place", "name": part.name, "description": part.overview_short, "geo": geo,
                "containedInPlace": { "@type": "City", "name": town.name },
            }))
            .questions(&part.faqs)
            .finish()
    }
}
