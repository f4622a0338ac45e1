//! What the edge found out about a request, for everything further in.

use std::{convert::Infallible, sync::Arc};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, request::Parts},
};

use super::{Client, Host};
use crate::{limits::Limits, page::Theme, secrets::Secrets};

/// The name of one request, in its answer, its log line and its failures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The caller's own, if it is 1 to 128 visible ASCII characters; else a new one.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let theirs = headers
            .get("x-request-id")
            .and_then(|value| value.to_str().ok())
            .filter(|id| (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic()));
        match theirs {
            Some(id) => Self(id.into()),
            None => Self(format!("{:032x}", rand::random::<u128>()).into()),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&self.0).expect("a request id is visible ASCII")
    }
}

/// What holds for a whole app, reachable from any request.
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) secrets: Secrets,
    /// Cookies carry `Secure` even where a proxy forgot to say https.
    pub(crate) always_secure: bool,
}

/// What the edge knows about a request. Take it as an extractor where a handler needs it.
#[derive(Clone)]
pub struct Facts {
    pub request_id: RequestId,
    pub host: Host,
    pub client: Client,
    /// The caller spoke https: to the proxy, for we never terminate TLS.
    pub https: bool,
    /// The look this person chose.
    pub theme: Theme,
    pub(crate) shared: Arc<Shared>,
}

impl Facts {
    /// The facts of a request that came through the edge.
    ///
    /// # Panics
    /// For a router that is not behind an [`crate::Edge`], which is a mistake in `main`.
    pub fn of(parts: &Parts) -> &Self {
        parts
            .extensions
            .get()
            .expect("every router is served behind an Edge")
    }

    /// Whether cookies must only travel over https.
    pub fn secure_cookies(&self) -> bool {
        self.https || self.shared.always_secure
    }

    /// `https://fairfield.example.com`, for links that leave the page.
    pub fn origin(&self) -> String {
        let scheme = if self.https { "https" } else { "http" };
        format!("{scheme}://{}", self.host.authority())
    }

    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    pub fn secrets(&self) -> &Secrets {
        &self.shared.secrets
    }
}

impl<S: Sync> FromRequestParts<S> for Facts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts).clone())
    }
}
