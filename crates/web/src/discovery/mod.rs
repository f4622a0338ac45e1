//! What programs read about a site before they read the site.

mod pages;
#[cfg(test)]
mod tests;

use std::ops::RangeInclusive;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use server::{Failure, Path, etag};

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

/// Homes in a file of a sitemap: it is written in memory, and 50,000 are the most a file may have.
const HOMES: i64 = 10_000;

/// With so many files, more homes than any tenant has.
const MOST_FILES: i64 = 1_000;

/// What a sitemap is written in.
const XML: &str = "application/xml; charset=utf-8";

#[derive(Template)]
#[template(path = "discovery/sitemap.xml")]
struct Sitemap {
    frame: Frame,
    pages: Vec<Listed>,
}

/// The files that a sitemap is in, where there are more pages than one has room for.
#[derive(Template)]
#[template(path = "discovery/sitemaps.xml")]
struct Sitemaps {
    frame: Frame,
    files: i64,
}

impl Sitemaps {
    fn numbers(&self) -> RangeInclusive<i64> {
        1..=self.files
    }
}

/// `/sitemap.xml`: every page a search engine may show, with the day it last changed; or else the files that name them.
pub(crate) async fn sitemap(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let homes = app.listings.count_published(scope).await?.count;
    let text = match homes > HOMES {
        true => {
            let files = ((homes + HOMES - 1) / HOMES).min(MOST_FILES);
            Sitemaps { frame, files }.render()?
        }
        false => {
            let mut pages = listed(&app, scope).await?;
            pages.extend(pages::homes(&app, scope, (HOMES, 0)).await?);
            Sitemap { frame, pages }.render()?
        }
    };
    Ok(etag::unless_known(&headers, XML, text))
}

/// `/sitemaps/{file}`: `pages.xml`, or ten thousand homes each in `homes-1.xml` and so on.
pub(crate) async fn sitemap_file(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    headers: HeaderMap,
    Path(file): Path<String>,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let pages = match file.as_str() {
        "pages.xml" => listed(&app, scope).await?,
        file => {
            let before = number(file).ok_or(Failure::NotFound)? - 1;
            pages::homes(&app, scope, (HOMES, before * HOMES)).await?
        }
    };
    if pages.is_empty() {
        return Err(Failure::NotFound);
    }
    let text = Sitemap { frame, pages }.render()?;
    Ok(etag::unless_known(&headers, XML, text))
}

/// Which file of homes a name means, in its one spelling.
fn number(file: &str) -> Option<i64> {
    let number = file.strip_prefix("homes-")?.strip_suffix(".xml")?.parse().ok()?;
    let is_one = (1..=MOST_FILES).contains(&number) && file == format!("homes-{number}.xml");
    is_one.then_some(number)
}

#[derive(Template)]
#[template(path = "discovery/llms.txt", escape = "none")]
struct Llms {
    frame: Frame,
    pages: Vec<Listed>,
    homes: Vec<Listed>,
    /// What must be said beside them, by whoever lists one.
    disclaimers: Vec<String>,
    /// How many there are besides.
    more: i64,
}

impl Llms {
    fn has_more(&self) -> bool {
        self.more > 0
    }
}

/// `/llms.txt`: the same for language models, which read prose, and of many homes those that came last.
pub(crate) async fn llms(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let pages = listed(&app, scope).await?;
    let (homes, disclaimers) = pages::newest_homes(&app, scope).await?;
    let count = app.listings.count_published(scope).await?.count;
    let more = count - i64::try_from(homes.len()).unwrap_or(count);
    let text = Llms {
        frame,
        pages,
        homes,
        disclaimers,
        more,
    }
    .render()?;
    Ok(etag::unless_known(&headers, "text/plain; charset=utf-8", text))
}
