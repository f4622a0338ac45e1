//! Forgetting what was deleted, once nobody may put it back any more.

use db::{
    TenantScope,
    tenant::bulk_edits::{
        self,
        removed::{self, Step},
    },
};
use types::BulkEditId;

use super::work::STEP;
use crate::app::App;

/// Forgets what a deletion took, once nobody may put it back any more: some at a time, so that others wait for no more.
pub(crate) async fn forget(app: &App, scope: &TenantScope, id: BulkEditId) -> db::Result<()> {
    let mut tx = app.db.read(scope).await?;
    let Some(edit) = bulk_edits::find(&mut tx, scope, id).await? else {
        return Ok(());
    };
    drop(tx);
    let steps = (0..edit.record_count).step_by(STEP as usize * 5);
    for number in steps.chain([i64::MAX]) {
        let mut tx = app.db.write(scope).await?;
        removed::forget(&mut tx, scope, Step { edit: id, number }).await?;
        if number == i64::MAX {
            bulk_edits::forgotten(&mut tx, scope, id).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
