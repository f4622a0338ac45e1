//! Looking through all contacts of a tenant once a day: two people with one name, wherever they came from.

use db::{door::duplicates::Due, tenant::duplicates};

use crate::app::App;

/// Looks through them, unless another process was faster.
pub(crate) async fn look_through(app: &App, due: &Due) -> db::Result<()> {
    let mut tx = app.db.write(&due.scope).await?;
    let now = tx.time().await?;
    if !duplicates::note_look(&mut tx, &due.scope, now).await? {
        return Ok(());
    }
    duplicates::suspect_names(&mut tx, &due.scope, now).await?;
    tx.commit().await
}
