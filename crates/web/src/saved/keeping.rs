//! Keeps a search for an account, by whichever way it comes.

use db::{
    TenantScope, Tx,
    tenant::saved::{self, Kept},
};
use types::{AccountId, SavedSearch};

use super::reading;

/// Keeps a search where there is room for it, and has its alerts sent if it says so: one that is kept already is told of
/// from now on, and never less than before.
///
/// Searches that were kept before all were spelt in one way may be there in another spelling.
pub(crate) async fn keep_search(
    tx: &mut Tx,
    scope: &TenantScope,
    account: AccountId,
    search: SavedSearch,
) -> db::Result<Kept> {
    let searches = saved::searches(tx, scope, account).await?;
    let same = searches
        .into_iter()
        .find(|kept| reading::tidy(&kept.query) == search.query);
    let search = SavedSearch {
        query: same.map_or(search.query, |kept| kept.query),
        ..search
    };
    let kept = saved::add_search(tx, scope, account, &search).await?;
    if search.alerts && kept == Kept::Added(0) {
        saved::start_alerts(tx, scope, (account, &search.query), search.created_at).await?;
    }
    Ok(kept)
}
