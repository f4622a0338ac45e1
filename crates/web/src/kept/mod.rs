//! Pages that are the same for everybody, kept drawn for a moment: a busy page is drawn once, not once a visitor.
//!
//! What differs is the token of the form on them. A page is drawn with a mark where the token goes, and each visitor
//! gets it with a token of their own.

mod drawn;
mod switches;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use moka::future::Cache;
use server::{Failure, Submitted, page::Theme};
use types::{TenantId, WebsiteModule};

use self::drawn::Drawn;
pub(crate) use self::switches::Switches;
use crate::{app::App, contact, remembering::Remembering, site::Frame, visitor::Visitor};

/// How long a page is believed. Whoever changes their site sees it within this, and what the frame is believed.
const BELIEVED: SignedDuration = SignedDuration::from_secs(2);

/// How long one is shown while somebody draws it anew, which takes some milliseconds: hundreds who come meanwhile neither
/// wait nor draw it too.
const SHOWN: SignedDuration = SignedDuration::from_secs(4);

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
    remembering: Remembering,
    /// The modules of its tenant as they are now: a switch takes effect with the next request.
    modules: Arc<[WebsiteModule]>,
}

impl Key {
    /// None for a page that was asked something: there are too many questions to keep the answers.
    pub(crate) fn of(
        visitor: &Visitor,
        frame: &Frame,
        params: &Submitted,
        modules: &Arc<[WebsiteModule]>,
    ) -> Option<Self> {
        params.pairs().next().is_none().then(|| Self {
            tenant_id: visitor.context.tenant_id.clone(),
            address: frame.canonical.clone(),
            theme: frame.theme,
            remembering: frame.remembering,
            modules: Arc::clone(modules),
        })
    }
}

impl KeptPages {
    pub(crate) fn new() -> Self {
        let size = |_: &Key, drawn: &Arc<Drawn>| u32::try_from(drawn.size()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(size).max_capacity(MOST).build())
    }

    /// The page of this address: kept, or else drawn. Where its token goes it has [`TOKEN`].
    pub(crate) async fn show<Drawing, Page>(
        &self,
        (app, visitor): (&App, &Visitor),
        key: Option<Key>,
        draw: impl FnOnce() -> Drawing,
    ) -> Result<Response, Failure>
    where
        Drawing: Future<Output = Result<Page, Failure>>,
        Page: Template,
    {
        let kept = match &key {
            Some(key) => self.0.get(key).await,
            None => None,
        };
        let now = app.clock.now();
        let old = kept
            .as_ref()
            .filter(|drawn| !drawn.is_younger_than(BELIEVED, now));
        let turn = old.and_then(Drawn::turn);
        let drawn = match kept.filter(|drawn| turn.is_none() && drawn.is_younger_than(SHOWN, now)) {
            Some(drawn) => drawn,
            // To draw takes a lot of room, which whoever gets a kept page does not carry through every layer.
            None => Box::pin(self.draw(key, draw(), now)).await?,
        };
        Ok(drawn.with(|| contact::token(app, visitor)))
    }

    /// Draws a page, and keeps it.
    async fn draw<Page: Template>(
        &self,
        key: Option<Key>,
        page: impl Future<Output = Result<Page, Failure>>,
        now: Timestamp,
    ) -> Result<Arc<Drawn>, Failure> {
        let drawn = Arc::new(Drawn::of(&page.await?, now)?);
        if let Some(key) = key {
            self.0.insert(key, Arc::clone(&drawn)).await;
        }
        Ok(drawn)
    }
}
