//! Callers as objects, over an app in memory: `visitor.get("/").await.page()`; and what the log says meanwhile.
//!
//! The whole edge is between them and the router, so a test meets what a stranger meets.

use std::{
    io::Write,
    net::{IpAddr, Ipv4Addr},
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::Value;
use tokio::net::TcpListener;
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt};

use crate::{
    Edge, Settings,
    outgoing::Url,
    settings::{Duty, Environment},
    telemetry,
};

/// Somebody outside, on a port of their own, who answers by these routes. Gives where they are.
pub async fn a_service(routes: Router) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await;
    let listener = listener.expect("this machine has a free port");
    let address = listener.local_addr().expect("a listener is somewhere");
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}/").parse().expect("an address is a URL")
}

/// What somebody outside says, in JSON.
pub fn says(status: u16, answer: &Value) -> Response {
    let status = StatusCode::from_u16(status).expect("a test's status is one");
    let json = [(header::CONTENT_TYPE, "application/json")];
    (status, json, answer.to_string()).into_response()
}

/// Settings for a test: limits lifted, a secret made up, nothing kept.
#[track_caller]
pub fn settings() -> Settings {
    settings_with(&[])
}

/// The same with some variables set.
#[track_caller]
pub fn settings_with(variables: &[(&str, &str)]) -> Settings {
    let usual = [("RATE_LIMIT", "off")];
    let variables = usual.iter().chain(variables).copied();
    let environment = Environment::made_of(variables);
    Settings::read(&environment, Duty::Works).expect("a test's settings are right")
}

/// What is logged on this thread, for as long as it is held.
pub struct Log {
    page: Page,
    _listening: DefaultGuard,
}

impl Log {
    /// Listens to what a process would write with this `LOG_FORMAT`.
    pub fn listen(format: &str) -> Self {
        let (page, settings) = (Page::default(), settings_with(&[("LOG_FORMAT", format)]).log);
        let writer = page.clone();
        let registry = tracing_subscriber::registry()
            .with(EnvFilter::new(&settings.filter))
            .with(telemetry::lines(&settings, move || writer.clone()));
        Self {
            page,
            _listening: tracing::subscriber::set_default(registry),
        }
    }

    /// Everything said so far.
    pub fn text(&self) -> String {
        let bytes = self.page.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Every line said so far, as JSON.
    pub fn jsons(&self) -> Vec<Value> {
        let lines = self.text();
        let lines = lines.lines().map(serde_json::from_str);
        lines
            .collect::<Result<_, _>>()
            .expect("a line of the log is JSON")
    }
}

#[derive(Clone, Default)]
struct Page(Arc<Mutex<Vec<u8>>>);

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut page = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        page.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Somebody at a host: keeps the cookies they are given.
pub struct Caller {
    edge: Edge,
    host: String,
    cookies: Mutex<Vec<(String, String)>>,
    headers: HeaderMap,
}

impl Caller {
    pub fn at(edge: &Edge, host: &str) -> Self {
        Self {
            edge: edge.clone(),
            host: host.to_owned(),
            cookies: Mutex::default(),
            headers: HeaderMap::new(),
        }
    }

    /// Sends a header with everything from now on.
    #[track_caller]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        let value = value.parse().expect("a header value");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, Vec::new()).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, Vec::new()).await
    }

    pub async fn post_json(&self, path: &str, body: Value) -> Answer {
        self.json(Method::POST, path, body).await
    }

    pub async fn put_json(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PUT, path, body).await
    }

    pub async fn patch_json(&self, path: &str, body: Value) -> Answer {
        self.json(Method::PATCH, path, body).await
    }

    async fn json(&self, method: Method, path: &str, body: Value) -> Answer {
        let body = body.to_string().into_bytes();
        self.send(method, path, Some("application/json"), body).await
    }

    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let kind = Some("application/x-www-form-urlencoded");
        self.send(Method::POST, path, kind, body.finish().into_bytes())
            .await
    }

    /// Anything else: another method, another type, bytes that are no text.
    pub async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        let headers = request.headers_mut().expect("a path");
        headers.extend(self.headers.clone());
        let own_host = self.host.parse().expect("a host");
        headers.entry(header::HOST).or_insert(own_host);
        if let Some(kind) = kind {
            headers.insert(header::CONTENT_TYPE, kind.parse().expect("a type"));
        }
        if let Some(cookies) = self.cookie_header() {
            headers.append(header::COOKIE, cookies);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let answer = Answer::read(self.edge.answer(request, peer).await).await;
        self.keep_cookies(&answer.headers);
        answer
    }

    fn cookie_header(&self) -> Option<HeaderValue> {
        let cookies = self.cookies.lock().expect("no test panicked here");
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; ").parse().expect("cookies are text"))
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().expect("no test panicked here");
        for set in headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("cookies are text");
            let pair = set.split(';').next().unwrap_or("");
            let Some((name, value)) = pair.split_once('=') else {
                continue;
            };
            cookies.retain(|(kept, _)| kept != name);
            if !set.contains("Max-Age=0") {
                cookies.push((name.to_owned(), value.to_owned()));
            }
        }
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    async fn read(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body in memory");
        Self {
            status: parts.status,
            headers: parts.headers,
            body: body.to_vec(),
        }
    }

    /// A header as text; empty when absent.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("headers of ours are text"))
    }

    #[track_caller]
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("a body that is text")
    }

    /// The page, which must have arrived.
    #[track_caller]
    pub fn page(&self) -> &str {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text());
        assert!(self.header("content-type").starts_with("text/html"));
        self.text()
    }

    /// The JSON, whatever the status.
    #[track_caller]
    pub fn json(&self) -> Value {
        let json = serde_json::from_slice(&self.body);
        json.unwrap_or_else(|error| panic!("{} is not JSON ({error}): {}", self.status, self.text()))
    }

    /// Where a redirect leads, which it must be.
    #[track_caller]
    pub fn redirect(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.text());
        self.header("location")
    }
}
