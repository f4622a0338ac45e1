//! A search that somebody wants to keep who has to sign in first.
//!
//! It travels in the address to which the sign-in leads, and that is stored with the link in the message: whichever browser
//! opens the link keeps the search, once, and without a script.

use db::{
    TenantScope, Tx,
    tenant::saved::{self, Kept},
};
use jiff::Timestamp;
use server::Submitted;
use types::{AccountId, SavedSearch, SavedSearchId};

use super::{keeping::keep_search, reading};

const PAGE: &str = "/saved-searches?";

/// A search that is kept once its visitor has signed in.
pub(crate) struct Pending {
    query: String,
    alerts: bool,
}

impl Pending {
    pub(super) const fn new(query: String, alerts: bool) -> Self {
        Self { query, alerts }
    }

    /// What an address asks to keep, if it can be kept.
    pub(crate) fn in_address(next: &str) -> Option<Self> {
        let params = Submitted::of_query(next.strip_prefix(PAGE)?).ok()?;
        let query = params.get("keep");
        let is_one = params.ticked("keep") && reading::mistake(query).is_none();
        is_one.then(|| Self::new(reading::tidy(query), params.ticked("alerts")))
    }

    /// The address that asks for it.
    pub(super) fn address(&self) -> String {
        let mut params = form_urlencoded::Serializer::for_suffix(PAGE.to_owned(), PAGE.len());
        params.append_pair("keep", &self.query);
        if self.alerts {
            params.append_pair("alerts", "yes");
        }
        params.finish()
    }

    /// What it is called.
    pub(crate) fn name(&self) -> String {
        reading::name_of(&self.query)
    }

    /// Keeps it. The address says what came of it.
    pub(crate) async fn keep(
        self,
        tx: &mut Tx,
        scope: &TenantScope,
        account: AccountId,
        (id, now): (SavedSearchId, Timestamp),
    ) -> db::Result<String> {
        let search = SavedSearch {
            id,
            name: self.name(),
            query: self.query.clone(),
            alerts: self.alerts,
            created_at: now,
        };
        if keep_search(tx, scope, account, search).await? == Kept::Full {
            return Ok(format!("{PAGE}full=yes"));
        }
        let searches = saved::searches(tx, scope, account).await?;
        let kept = searches
            .iter()
            .find(|kept| reading::tidy(&kept.query) == self.query);
        Ok(format!("{PAGE}saved={}", kept.map_or(id, |kept| kept.id)))
    }
}
