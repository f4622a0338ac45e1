//! From the host of a request to the tenant it is for. Every page and every API route passes here.
//!
//! Headers such as `x-tenant-id` are not read, here or anywhere: a client that sends them is talking to itself.

mod browser;
mod programs;

use std::{ops::Deref, sync::Arc};

use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use db::door::hosts::Site;
use server::{Facts, Failure, RequestId, limits, tenancy::Resolved};
use types::{Hostname, ResolutionSource, TenantContext, events::Actor};

use crate::{app::App, attribution::Arrival, remembering::Remembering, site::Brand};

const X_TENANT_SLUG: HeaderName = HeaderName::from_static("x-tenant-slug");
const X_TENANT_RESOLUTION: HeaderName = HeaderName::from_static("x-tenant-resolution");

/// Somebody who looks at a tenant's site. Taking one as an extractor counts against the route's limit.
pub(crate) struct Visitor {
    /// The tenant, how it was found, and what it is entitled to.
    resolved: Arc<Resolved>,
    /// The path of the page they ask for, or send something to.
    pub(crate) path: String,
    /// `https://` and the main name of the site, to which a path is added.
    pub(crate) origin: String,
    /// Names what they sent, in the log and in the queue.
    pub(crate) request_id: RequestId,
    /// The browser, if it says which it is.
    pub(crate) browser: Option<Actor>,
    /// Whether it may be told what they do.
    pub(crate) followed: Followed,
}

/// Whether it may be told what a visitor does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Followed {
    Yes,
    /// Only what names itself or its visitor: a program of somebody's own that tells of people, as the API has it. One
    /// that merely fetches pages names neither.
    OnPurpose,
    No,
}

impl Deref for Visitor {
    type Target = Resolved;

    fn deref(&self) -> &Resolved {
        &self.resolved
    }
}

impl Visitor {
    /// Whether it may be told what they do by the way.
    pub(crate) fn is_followed(&self) -> bool {
        self.followed == Followed::Yes
    }

    /// The name their browser goes by, if it says one.
    pub(crate) fn name(&self) -> Option<&str> {
        let name = self.browser.as_ref()?.visitor_id.as_ref()?;
        Some(name.as_str())
    }

    /// Has their browser go by the name of the account that they signed in to.
    pub(crate) fn becomes(&self, name: &str, facts: &Facts, response: &mut Response) {
        if self.name() != Some(name) {
            browser::rename(response, name, facts.secure_cookies());
        }
    }

    /// Gives their browser a name if it has none, as the site's script does where there is one.
    pub(crate) fn introduce(&mut self, name: &str, facts: &Facts, response: &mut Response) {
        if self.browser.is_none() {
            browser::rename(response, name, facts.secure_cookies());
            self.browser = browser::called(name);
        }
    }

    /// Has their browser forget its name: whoever is next at it is somebody else.
    pub(crate) fn leaves(&self, facts: &Facts, response: &mut Response) {
        if self.name().is_some() {
            browser::forget(response, facts.secure_cookies());
        }
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let resolved = Arc::clone(resolved(parts));
        limits::enforce(parts, resolved.context.tenant_id.as_str())?;
        let request_id = Facts::of(parts).request_id.clone();
        let may = Remembering::here(parts).may();
        let origin = origin(Facts::of(parts), &resolved.site);
        Ok(Self {
            resolved,
            path: parts.uri.path().to_owned(),
            origin,
            request_id,
            browser: browser::of(&parts.headers).filter(|_| may),
            followed: match may {
                true => browser::followed(&parts.headers),
                false => Followed::No,
            },
        })
    }
}

/// Has a browser forget the name it goes by.
pub(crate) fn forget(response: &mut Response, facts: &Facts) {
    browser::forget(response, facts.secure_cookies());
}

/// What [`admit`] found out.
pub(crate) fn resolved(parts: &Parts) -> &Arc<Resolved> {
    let found = parts.extensions.get();
    found.expect("every route but the assets lies behind visitor::admit")
}

/// What the site of a request says and looks like, as [`admit`] found it.
pub(crate) fn brand(parts: &Parts) -> &Arc<Brand> {
    let found = parts.extensions.get();
    found.expect("every route but the assets lies behind visitor::admit")
}

/// Lets a request through to the site of its tenant, sends it to the site's main name, or turns it away.
pub(crate) async fn admit(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Failure> {
    let facts = request.extensions().get::<Facts>();
    let facts = facts.expect("every router is served behind an Edge");
    let found = find(&app, facts).await?;
    let (slug, how) = (slug(&found.context), found.context.source.as_str());
    let brand = app.brands.of(&found.site).await?;
    let remembering = Remembering::of(request.headers(), &brand);
    let arrival = Arrival::of(&request, facts).filter(|_| remembering.may());
    let moved = main_address(&request, facts, &found)
        .map(|address| (StatusCode::MOVED_PERMANENTLY, address))
        .or_else(|| Some((StatusCode::PERMANENT_REDIRECT, without_slash(&request)?)));
    let mut response = match moved {
        Some((status, address)) => moved_to(status, &address),
        None => {
            request.extensions_mut().insert(found);
            request.extensions_mut().insert(brand);
            request.extensions_mut().insert(remembering);
            next.run(request).await
        }
    };
    if let Some(arrival) = arrival {
        arrival.keep(&mut response);
    }
    let headers = response.headers_mut();
    headers.insert(X_TENANT_SLUG, slug);
    headers.insert(X_TENANT_RESOLUTION, HeaderValue::from_static(how));
    Ok(response)
}

/// The tenant that answers to the host of a request.
pub(crate) async fn find(app: &App, facts: &Facts) -> Result<Arc<Resolved>, Failure> {
    let host = Hostname::parse(facts.host.name()).map_err(|_| Failure::NotFound)?;
    app.tenancy.resolve(&host).await
}

fn slug(context: &TenantContext) -> HeaderValue {
    HeaderValue::from_str(context.tenant_slug.as_str()).expect("a slug is letters, digits and dashes")
}

/// Where a page lives when it was asked for by another name of its tenant. The API answers under every name: a
/// redirected POST is a lost one.
fn main_address(request: &Request, facts: &Facts, found: &Resolved) -> Option<String> {
    let by_name = found.context.source == ResolutionSource::HostMatch;
    let primary = found.site.primary.as_str();
    if !is_page(request) || !by_name || facts.host.name() == primary {
        return None;
    }
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", |wanted| wanted.as_str());
    Some(format!("{}{wanted}", origin(facts, &found.site)))
}

/// Where a page lives that was asked for with slashes at its end. Never at another site, as `//elsewhere/` would be.
fn without_slash(request: &Request) -> Option<String> {
    let path = request.uri().path();
    if !is_page(request) || path == "/" || !path.ends_with('/') {
        return None;
    }
    let query = request.uri().query().map(|query| format!("?{query}"));
    Some(format!(
        "/{}{}",
        path.trim_matches('/'),
        query.unwrap_or_default()
    ))
}

fn is_page(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD) && !request.uri().path().starts_with("/api/")
}

/// `https://` and the main name of a site, with the port of this request: in development there is one.
pub(crate) fn origin(facts: &Facts, site: &Site) -> String {
    let scheme = if facts.https { "https" } else { "http" };
    let authority = facts.host.authority();
    let name_ends = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let port = authority[name_ends..]
        .find(':')
        .map_or("", |colon| &authority[name_ends + colon..]);
    format!("{scheme}://{}{port}", site.primary)
}

fn moved_to(status: StatusCode, address: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(address) else {
        return Failure::NotFound.into_response();
    };
    (status, HeaderMap::from_iter([(header::LOCATION, location)])).into_response()
}

#[cfg(test)]
mod tests;
