//! `/insights`: what the business writes, newest first, by category.

#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::documents::{self, DocumentFilter, Published};
use jiff::Timestamp;
use serde_json::json;
use server::{
    Failure, Params, Path, Submitted,
    page::{self, Pager},
};
use types::{
    PageRequest,
    content::{Category, Post},
};

use crate::{
    app::App,
    site::{Answered, Frame, Markup, Structured, day},
    social::{Announced, Picture},
    towns::{Card, Form, Named, all_towns, as_text},
    visitor::Visitor,
};

/// Articles on a page of the list.
const PER_PAGE: i64 = 12;

/// Towns shown below an article: a row of cards.
const SPOKEN_OF: usize = 3;

#[derive(Template)]
#[template(path = "insights/list.html")]
struct List {
    frame: Frame,
    chosen: Option<Category>,
    posts: Vec<Post>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "insights/post.html")]
struct Article {
    frame: Frame,
    post: Post,
    body: Markup,
    towns: Vec<Card>,
    /// What it is announced with where it is shared.
    announced: Picture,
    faqs: Vec<Answered>,
    changed: Timestamp,
}

#[derive(Template)]
#[template(path = "insights/post.md", escape = "none")]
struct Text {
    page: Article,
    /// Where the page is.
    address: String,
}

pub(crate) async fn list(
    visitor: Visitor,
    State(app): State<App>,
    mut frame: Frame,
    params: Params,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    // A category nobody knows has nothing in it; the page says so by showing all of them.
    let chosen = params.filled("category").and_then(|word| word.parse().ok());
    let filter = DocumentFilter {
        category: chosen.map(Category::as_str),
        ..DocumentFilter::default()
    };
    let request = PageRequest::new(PER_PAGE, params.page().offset().into());
    let mut tx = app.db.read(scope).await?;
    let posts = documents::list::<Post>(&mut tx, scope, filter, request).await?;
    let pager = Pager::of("articles", ("/insights", &params), &posts, None);
    // Each list is a page of its own to who searches the web, whatever else its address says.
    let offset = (request.offset() > 0).then(|| request.offset().to_string());
    let category = chosen.map_or_else(Submitted::default, |chosen| {
        Submitted::default().with("category", chosen.as_str())
    });
    frame.canonical = format!(
        "{}{}",
        frame.origin,
        at(&category.query_with("offset", offset.as_deref()))
    );
    page::public(&List {
        frame,
        chosen,
        posts: posts.items.into_iter().map(|found| found.document).collect(),
        pager,
    })
}

pub(crate) async fn show(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Path(Named { slug, form }): Path<Named>,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    let found: Option<Published<Post>> = documents::find(&mut tx, scope, &slug, None).await?;
    let found = found.ok_or(Failure::NotFound)?;
    let towns = all_towns(&mut tx, scope).await?;
    drop(tx);
    let body = app.prose.of(scope, &found, "body", &found.document.body).await;
    let spoken_of = towns
        .iter()
        .filter(|town| found.document.related_towns.contains(&town.slug))
        .take(SPOKEN_OF);
    let first = found.document.related_towns.first();
    let first = towns.iter().find(|town| Some(&town.slug) == first);
    let article = Article {
        announced: Picture::of_post(&found.document, first),
        towns: spoken_of.map(|town| Card::of_town(&frame, town)).collect(),
        frame,
        body,
        faqs: Answered::all(&found.document.faqs),
        changed: found.at,
        post: found.document,
    };
    match form {
        Form::Page => page::public(&article),
        Form::Text => {
            let address = format!("{}/insights/{slug}", article.frame.origin);
            let text = Text {
                page: article,
                address,
            };
            Ok(as_text(page::public(&text)?, &text.address))
        }
    }
}

/// The list that these parameters ask for.
fn at(query: &str) -> String {
    match query {
        "" => "/insights".to_owned(),
        query => format!("/insights?{query}"),
    }
}

impl List {
    /// Where it begins.
    fn first(&self) -> String {
        let category = self.chosen.map(Category::as_str);
        at(&Submitted::default().query_with("category", category))
    }

    fn day(post: &Post) -> String {
        day(post.published_on)
    }

    fn is_chosen(&self, category: &Category) -> bool {
        self.chosen.as_ref() == Some(category)
    }

    fn title(&self) -> &'static str {
        self.chosen.map_or("Insights", Category::label)
    }
}

impl Article {
    fn day(&self) -> String {
        day(self.post.published_on)
    }

    fn picture(&self) -> Announced {
        self.announced
            .announced(&self.frame, "post", self.post.slug.as_str())
    }

    fn structured(&self) -> Markup {
        let post = &self.post;
        let path = format!("/insights/{}", post.slug);
        Structured::of(&self.frame)
            .breadcrumbs(&[("Insights", "/insights"), (&post.title, &path)])
            .with(json!({
                "@type": "BlogPosting", "headline": post.title, "description": post.summary,
                "datePublished": post.published_on, "dateModified": self.changed,
                "author": { "@type": "Person", "name": post.author },
                "publisher": { "@type": "Organization", "name": self.frame.brand.name },
                "mainEntityOfPage": self.frame.canonical,
            }))
            .questions(&post.faqs)
            .finish()
    }
}
