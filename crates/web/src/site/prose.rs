//! The prose of documents, rendered once: a revision is the same text for ever.

use db::{TenantScope, tenant::documents::Published};
use moka::future::Cache;
use types::{RevisionId, TenantId};

use super::Markup;

/// Texts remembered at once, by their size in bytes.
const REMEMBERED: u64 = 32 * 1024 * 1024;

/// Renders prose, and remembers it under the tenant, the revision and the part.
pub(crate) struct Prose {
    remembered: Cache<(TenantId, RevisionId, &'static str), Markup>,
}

impl Prose {
    pub(crate) fn new() -> Self {
        let remembered = Cache::builder()
            .max_capacity(REMEMBERED)
            .weigher(|_, markup: &Markup| u32::try_from(markup.len()).unwrap_or(u32::MAX))
            .build();
        Self { remembered }
    }

    /// A part of a document, such as its overview.
    pub(crate) async fn of<T: Sync>(
        &self,
        scope: &TenantScope,
        found: &Published<T>,
        part: &'static str,
        text: &str,
    ) -> Markup {
        let key = (scope.tenant_id().clone(), found.revision, part);
        self.remembered
            .get_with(key, async { Markup::of_markdown(text) })
            .await
    }
}
