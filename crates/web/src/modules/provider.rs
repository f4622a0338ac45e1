//! Where modules hear what is known of a place. By default from the database.

use db::{Db, TenantScope};
use futures::{FutureExt as _, future::BoxFuture};
use types::{
    ModuleKey,
    facts::{Facts, Place},
};

/// Knows things about places.
pub(crate) trait Provider: Send + Sync {
    /// What a module may say of a place of this tenant.
    fn find<'a>(
        &'a self,
        scope: &'a TenantScope,
        place: &'a Place,
        module: ModuleKey,
    ) -> BoxFuture<'a, anyhow::Result<Option<Facts>>>;
}

/// What lies in the database: seeded, imported, or asked for earlier.
pub(crate) struct Stored {
    db: Db,
}

impl Stored {
    pub(crate) const fn new(db: Db) -> Self {
        Self { db }
    }
}

impl Provider for Stored {
    fn find<'a>(
        &'a self,
        scope: &'a TenantScope,
        place: &'a Place,
        module: ModuleKey,
    ) -> BoxFuture<'a, anyhow::Result<Option<Facts>>> {
        async move {
            let mut tx = self.db.read(scope).await?;
            Ok(db::tenant::facts::find(&mut tx, scope, place, module).await?)
        }
        .boxed()
    }
}
