//! Contacts that a colleague works with too: what takes one away is for whoever sees the colleague's leads.

use db::{TenantScope, Tx, tenant::contacts};
use server::Failure;
use types::{ContactId, Unfit};

/// Lets whoever sees every lead of these contacts go on.
///
/// # Errors
///
/// Forbidden, when one of them has a lead that is not seen.
pub(crate) async fn check_ours(tx: &mut Tx, scope: &TenantScope, ids: &[ContactId]) -> Result<(), Failure> {
    match contacts::with_unseen_leads(tx, scope, ids).await?.is_empty() {
        true => Ok(()),
        false => Err(Failure::forbidden(Unfit::Shared.to_string())),
    }
}
