//! The strict edge: what every request passes before an app sees it, and every answer after.
//!
//! In this order: request id, panic catcher, access log, headers on every answer, one host,
//! health, client address, load shed, CSRF; the route's mark then sets deadline and body cap.
//! It is one function rather than a dozen boxed layers, so it can be read from top to bottom
//! and costs little.

mod client;
mod compression;
mod facts;
mod headers;
mod host;
mod log;
mod panics;
#[cfg(test)]
mod tests;

use std::{net::IpAddr, sync::Arc};

use axum::{
    Router,
    extract::Request,
    http::{HeaderName, HeaderValue, Method, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use ipnet::IpNet;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tracing::Instrument;

pub use client::Client;
pub(crate) use facts::Shared;
pub use facts::{Facts, RequestId};
pub use host::Host;

use crate::{
    Failure, csrf,
    failure::Carried,
    flash,
    health::Health,
    limits::Limits,
    page::Theme,
    problem::{self, Face, FailurePages, Problem},
    serve::Ambiguous,
    settings::Settings,
};

/// Requests being worked on at once before new ones are told to come back. Far above what a
/// healthy process has in flight, far below what would exhaust memory.
const IN_FLIGHT: usize = 1024;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A router behind the strict edge; what [`crate::serve`] serves.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    app: &'static str,
    router: Router,
    shared: Arc<Shared>,
    health: Health,
    failure_pages: Option<Arc<dyn FailurePages>>,
    sign_in: Option<&'static str>,
    proxies: Vec<IpNet>,
    in_flight: Semaphore,
}

impl Edge {
    /// Puts a router behind the edge. The name tells apps apart in logs and metrics.
    pub fn new(app: &'static str, settings: &Settings, health: Health, router: Router) -> Self {
        let limits = if settings.rate_limit {
            Limits::on()
        } else {
            Limits::off()
        };
        let shared = Shared {
            limits,
            secrets: settings.secrets.clone(),
            always_secure: settings.stage.is_production(),
        };
        Self(Arc::new(Inner {
            app,
            router,
            shared: Arc::new(shared),
            health,
            failure_pages: None,
            sign_in: None,
            proxies: settings.trusted_proxies.clone(),
            in_flight: Semaphore::new(IN_FLIGHT),
        }))
    }

    /// Shows failures to people in the app's own layout.
    pub fn failure_pages(self, pages: impl FailurePages) -> Self {
        self.with(|inner| inner.failure_pages = Some(Arc::new(pages)))
    }

    /// Sends people who are signed out to this page, which brings them back.
    pub fn sign_in_at(self, path: &'static str) -> Self {
        self.with(|inner| inner.sign_in = Some(path))
    }

    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        let inner = Arc::get_mut(&mut self.0);
        change(inner.expect("an edge is set up before it is shared"));
        self
    }

    pub(crate) fn app(&self) -> &'static str {
        self.0.app
    }

    /// Answers one request. Never fails and never panics: everything has an answer.
    pub async fn answer(&self, request: Request, peer: IpAddr) -> Response {
        let asked = Asked::of(&request);
        let started = std::time::Instant::now();
        let (answered, facts) = self.admit(request, peer, &asked).await;
        let mut response = self.faced(answered, &asked, facts.as_ref()).await;
        if asked.brought_flash {
            let secure = facts.as_ref().is_none_or(Facts::secure_cookies);
            flash::spend(&mut response, secure);
        }
        headers::secure(response.headers_mut(), self.0.shared.always_secure);
        let id = asked.request_id.header();
        response.headers_mut().insert(X_REQUEST_ID, id);
        log::request(self.0.app, &asked, &response, started.elapsed());
        compression::fitting(asked.accept_encoding, response).await
    }

    /// From the bare request to the app's answer, or to the reason it never got there.
    async fn admit(&self, mut request: Request, peer: IpAddr, asked: &Asked) -> (Response, Option<Facts>) {
        let facts = match self.facts(&request, peer, asked) {
            Ok(facts) => facts,
            Err(failure) => return (closing(failure.into_response()), None),
        };
        if let Some(response) = self.0.health.answer(&asked.method, asked.uri.path()).await {
            return (response, Some(facts));
        }
        let Ok(_slot) = self.0.in_flight.try_acquire() else {
            return (Failure::unavailable().into_response(), Some(facts));
        };
        if let Err(failure) = csrf::check(request.method(), request.headers(), &facts.host) {
            return (failure.into_response(), Some(facts));
        }
        request.extensions_mut().insert(facts.clone());
        let answering = panics::caught(self.0.router.clone().oneshot(request));
        (answering.instrument(log::span(asked)).await, Some(facts))
    }

    fn facts(&self, request: &Request, peer: IpAddr, asked: &Asked) -> Result<Facts, Failure> {
        let headers = request.headers();
        if request.extensions().get::<Ambiguous>().is_some() {
            return Err(Failure::malformed("A body has one length, not two."));
        }
        let mut host = host::strict(headers, request.uri())?;
        let mut client = Client::new(peer);
        let mut https = false;
        if client::is_trusted(peer, &self.0.proxies) {
            client = client::behind_proxies(peer, headers, &self.0.proxies);
            https = client::forwarded_https(headers);
            host = host::forwarded(headers)?.unwrap_or(host);
        }
        Ok(Facts {
            request_id: asked.request_id.clone(),
            host,
            client,
            https,
            theme: Theme::of(headers),
            shared: self.0.shared.clone(),
        })
    }

    /// Gives a failure its face; leaves every other answer alone.
    async fn faced(&self, mut response: Response, asked: &Asked, facts: Option<&Facts>) -> Response {
        let carried = response.extensions_mut().remove::<Carried>();
        let failure = match carried {
            Some(Carried(failure)) => failure,
            None => match problem::of_bare_status(&response) {
                Some(failure) => Arc::new(failure),
                None => return response,
            },
        };
        log::failure(&failure, &asked.request_id);
        let problem = Problem::of(&failure, asked.uri.path(), asked.request_id.as_str());
        let mut faced = match (asked.face, &*failure, self.0.sign_in) {
            (Face::Api, ..) => problem.into_json(),
            (Face::Page, Failure::SignedOut, Some(path)) => to_sign_in(path, asked),
            (Face::Page, ..) => {
                let page = self.page(&problem, facts).instrument(log::span(asked)).await;
                problem.into_page(page)
            }
        };
        carry_over(response, &mut faced);
        explain(&failure, asked.face, &mut faced);
        faced
    }

    async fn page(&self, problem: &Problem, facts: Option<&Facts>) -> Option<String> {
        let pages = self.0.failure_pages.as_ref()?;
        panics::caught_page(pages.page(problem, facts?)).await
    }
}

/// What must be known of a request after the app has consumed it.
struct Asked {
    request_id: RequestId,
    method: Method,
    uri: Uri,
    face: Face,
    accept_encoding: Option<HeaderValue>,
    brought_flash: bool,
}

impl Asked {
    fn of(request: &Request) -> Self {
        Self {
            request_id: RequestId::of(request.headers()),
            method: request.method().clone(),
            uri: request.uri().clone(),
            face: Face::of(request),
            accept_encoding: request.headers().get(header::ACCEPT_ENCODING).cloned(),
            brought_flash: flash::is_brought(request.headers()),
        }
    }
}

/// Whoever cannot name a host may be smuggling: nothing more is read from this connection.
fn closing(mut response: Response) -> Response {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
    response
}

/// Headers and marks set before the failure stay: `Allow`, cookies, the tenant's name.
fn carry_over(from: Response, to: &mut Response) {
    let (parts, _) = from.into_parts();
    for (name, value) in &parts.headers {
        if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
            to.headers_mut().append(name, value.clone());
        }
    }
    to.extensions_mut().extend(parts.extensions);
}

/// The headers a status owes its reader.
fn explain(failure: &Failure, face: Face, response: &mut Response) {
    let headers = response.headers_mut();
    if let Some(wait) = failure.retry_after() {
        // Rounded up: an early caller would only be told again.
        let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if matches!(failure, Failure::SignedOut) && face == Face::Api {
        let bearer = HeaderValue::from_static("Bearer");
        headers.insert(header::WWW_AUTHENTICATE, bearer);
    }
}

/// A redirect to the sign-in page that remembers where the person was going. Not after a form:
/// what was sent is lost, and its address answers no `GET`.
fn to_sign_in(path: &str, asked: &Asked) -> Response {
    let wanted = asked.uri.path_and_query().map_or("/", |wanted| wanted.as_str());
    let location = if wanted == "/" || asked.method != Method::GET {
        path.to_owned()
    } else {
        let next: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        format!("{path}?next={next}")
    };
    Redirect::to(&location).into_response()
}
