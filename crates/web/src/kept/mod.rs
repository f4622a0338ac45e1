//! Pages that are the same for everybody, kept drawn for a moment: a busy page is drawn once, not once a visitor.
//!
//! What differs is the token of the form on them. A page is drawn with a mark where the token goes, and each visitor
//! gets it with a token of their own.

#[cfg(test)]
mod tests;

use std::{convert::Infallible, sync::Arc};

use askama::Template;
use axum::{
    body::{Body, Bytes},
    http::header,
    response::{Html, IntoResponse as _, Response},
};
use futures::stream;
use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;
use server::{
    Failure, Submitted,
    page::{self, Theme},
};
use types::{TenantId, WebsiteModule};

use crate::{app::App, contact, site::Frame, visitor::Visitor};

/// How long a page is believed. Whoever changes their site sees it within this, and what the frame is believed.
const BELIEVED: SignedDuration = SignedDuration::from_secs(2);

/// Text kept at once, in bytes: some hundred pages.
const MOST: u64 = 16 * 1024 * 1024;

/// Where the token goes. Whoever writes this into a text of theirs sees a token there, which is no secret.
pub(crate) const TOKEN: &str = "\u{1}form-token\u{1}";

/// The pages of this process.
pub(crate) struct KeptPages(Cache<Key, Arc<Drawn>>);

/// What a page may depend on beside what its tenant wrote.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    tenant_id: TenantId,
    /// Its whole address, because links and search engines are told by it.
    address: String,
    theme: Theme,
    /// The modules of its tenant as they are now: a switch takes effect with the next request.
    modules: Vec<WebsiteModule>,
}

impl Key {
    /// None for a page that was asked something: there are too many questions to keep the answers.
    pub(crate) fn of(
        visitor: &Visitor,
        frame: &Frame,
        params: &Submitted,
        modules: &[WebsiteModule],
    ) -> Option<Self> {
        params.pairs().next().is_none().then(|| Self {
            tenant_id: visitor.context.tenant_id.clone(),
            address: frame.canonical.clone(),
            theme: frame.theme,
            modules: modules.to_vec(),
        })
    }
}

/// A page as it was at a time, cut where tokens go.
struct Drawn {
    pieces: Vec<Bytes>,
    at: Timestamp,
}

impl KeptPages {
    pub(crate) fn new() -> Self {
        let size = |_: &Key, drawn: &Arc<Drawn>| u32::try_from(drawn.size()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(size).max_capacity(MOST).build())
    }

    /// The page of this address: kept, or else drawn. Where its token goes it has [`TOKEN`].
    pub(crate) async fn show(
        &self,
        (app, visitor): (&App, &Visitor),
        key: Option<Key>,
        draw: impl Future<Output = Result<impl Template, Failure>>,
    ) -> Result<Response, Failure> {
        let kept = match &key {
            Some(key) => self.0.get(key).await,
            None => None,
        };
        let now = app.clock.now();
        let drawn = match kept.filter(|drawn| drawn.is_believed(now)) {
            Some(drawn) => drawn,
            None => {
                let drawn = Arc::new(Drawn::of(&draw.await?, now)?);
                if let Some(key) = key {
                    self.0.insert(key, Arc::clone(&drawn)).await;
                }
                drawn
            }
        };
        Ok(drawn.with(|| contact::token(app, visitor)))
    }
}

impl Drawn {
    fn of(page: &impl Template, at: Timestamp) -> Result<Self, Failure> {
        let text = page.render()?;
        let pieces = text
            .split(TOKEN)
            .map(|piece| Bytes::copy_from_slice(piece.as_bytes()));
        Ok(Self {
            pieces: pieces.collect(),
            at,
        })
    }

    /// The page for one visitor. What has a token is not copied.
    fn with(&self, token: impl FnOnce() -> String) -> Response {
        let Some((last, rest @ [_, ..])) = self.pieces.split_last() else {
            return page::open_to_all(self.pieces.concat());
        };
        let token = Bytes::from(token());
        let length = self.size() + rest.len() * token.len();
        let pieces = rest.iter().flat_map(|piece| [piece.clone(), token.clone()]);
        let pieces: Vec<_> = pieces.chain([last.clone()]).map(Ok::<_, Infallible>).collect();
        let body = Html(Body::from_stream(stream::iter(pieces)));
        ([(header::CONTENT_LENGTH, length)], body).into_response()
    }

    /// A clock that was set back believes nothing it drew later.
    fn is_believed(&self, now: Timestamp) -> bool {
        let age = now.duration_since(self.at);
        !age.is_negative() && age < BELIEVED
    }

    fn size(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }
}
