//! Files that broke off on their way in: what came of them lies about, and nobody waits for the rest.

use db::{TenantScope, tenant::imports};
use jiff::SignedDuration;
use types::ImportId;

use crate::app::App;

/// What is being received for longer never will be: its request ended within [`DEADLINE`](super::DEADLINE), and the
/// rest is for clocks that differ.
pub(crate) const LONGEST: SignedDuration = SignedDuration::from_mins(15);

/// Rows taken away in one transaction: enquiries that come meanwhile wait for no more.
const AT_ONCE: u32 = 1_000;

/// Forgets what came of a file that broke off.
pub(crate) async fn forget(app: &App, scope: &TenantScope, id: ImportId) -> db::Result<()> {
    loop {
        let mut tx = app.db.write(scope).await?;
        let is_gone = imports::forget_broken_off(&mut tx, scope, id, (LONGEST, AT_ONCE)).await?;
        tx.commit().await?;
        if is_gone {
            return Ok(());
        }
    }
}
