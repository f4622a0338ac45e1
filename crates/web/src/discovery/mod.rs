//! What programs read about a site before they read the site.

mod pages;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use server::Failure;

use crate::{app::App, site::Frame, visitor::Visitor};
use pages::{Listed, listed};

/// Search engines are welcome in production, where the content is real, and nowhere else.
pub(crate) async fn robots(_: Visitor, State(app): State<App>, frame: Frame) -> Response {
    let rules = if app.in_production {
        format!(
            "User-agent: *\nDisallow: /api/\n\nSitemap: {}/sitemap.xml\n",
            frame.origin
        )
    } else {
        "User-agent: *\nDisallow: /\n".to_owned()
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules).into_response()
}

#[derive(Template)]
#[template(path = "discovery/sitemap.xml")]
struct Sitemap {
    frame: Frame,
    pages: Vec<Listed>,
}

/// `/sitemap.xml`: every page a search engine may show, with the day it last changed.
pub(crate) async fn sitemap(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    let pages = listed(&app, &visitor.site.scope).await?;
    let text = Sitemap { frame, pages }.render()?;
    Ok(([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], text).into_response())
}

#[derive(Template)]
#[template(path = "discovery/llms.txt", escape = "none")]
struct Llms {
    frame: Frame,
    pages: Vec<Listed>,
}

/// `/llms.txt`: the same for language models, which read prose.
pub(crate) async fn llms(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    let pages = listed(&app, &visitor.site.scope).await?;
    let text = Llms { frame, pages }.render()?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}
