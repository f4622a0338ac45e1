//! Callers as objects: who is asking is visible in the test.

use std::net::SocketAddr;

use reqwest::{Client, Method, RequestBuilder, header::HeaderMap, redirect::Policy};
use serde_json::{Value, json};

use crate::{Answer, Feed, PASSWORD, PATIENCE};

/// Somebody at a host of one process. Keeps cookies, follows no redirect.
#[derive(Debug, Clone)]
pub struct Caller {
    client: Client,
    origin: String,
}

impl Caller {
    /// Somebody whose browser was told that this host is at this address.
    pub fn at(address: SocketAddr, host: &str) -> Self {
        let client = Client::builder()
            .resolve(host, address)
            .redirect(Policy::none())
            .cookie_store(true)
            .timeout(PATIENCE)
            .build()
            .expect("a client without TLS can always be made");
        Self {
            client,
            origin: format!("http://{host}:{}", address.port()),
        }
    }

    /// A request of any kind, to be completed and given to [`Caller::answer`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.origin));
        request.header("sec-fetch-site", "same-origin")
    }

    /// Sends a request and reads what comes back.
    pub async fn answer(&self, request: RequestBuilder) -> Answer {
        let answer = self.try_answer(request).await;
        answer.unwrap_or_else(|error| panic!("{error:?}"))
    }

    /// The same, of a process that may end before it has answered.
    pub async fn try_answer(&self, request: RequestBuilder) -> Result<Answer, reqwest::Error> {
        let request = request.build().expect("a request that can be sent");
        let asked = format!("{} {}", request.method(), request.url());
        let response = self.client.execute(request).await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = match is_endless(&headers) {
            true => String::new(),
            false => response.text().await?,
        };
        Ok(Answer {
            asked,
            status,
            headers,
            text,
        })
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.answer(self.request(Method::GET, path)).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.answer(self.request(Method::DELETE, path)).await
    }

    pub async fn post_json(&self, path: &str, body: Value) -> Answer {
        self.answer(self.request(Method::POST, path).json(&body)).await
    }

    pub async fn patch_json(&self, path: &str, body: Value) -> Answer {
        self.answer(self.request(Method::PATCH, path).json(&body)).await
    }

    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.answer(self.request(Method::POST, path).form(fields)).await
    }

    /// Bytes that may be anything, called anything.
    pub async fn post_bytes(&self, path: &str, kind: &str, body: Vec<u8>) -> Answer {
        let request = self.request(Method::POST, path).header("content-type", kind);
        self.answer(request.body(body)).await
    }

    /// Signs in with the demo's password.
    pub async fn sign_in(&self, email: &str) -> Answer {
        let body = json!({ "email": email, "password": PASSWORD });
        self.post_json("/api/session", body).await
    }

    /// Opens a stream of events, after the one with this id or from now on.
    pub async fn feed(&self, path: &str, after: Option<&str>) -> Feed {
        let request = self
            .request(Method::GET, path)
            .header("accept", "text/event-stream");
        let request = match after {
            Some(id) => request.header("last-event-id", id),
            None => request,
        };
        Feed::open(request).await
    }
}

/// Whether reading this to its end would take for ever.
fn is_endless(headers: &HeaderMap) -> bool {
    let kind = headers.get("content-type");
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"))
}
