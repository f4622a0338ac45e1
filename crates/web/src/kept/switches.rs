//! The modules of a tenant as they are now, asked of the database once for all who want to know at a time.

use std::{sync::Arc, time::Instant};

use db::{Db, TenantScope};
use moka::future::Cache;
use tokio::sync::Mutex;
use types::{TenantId, WebsiteModule};

/// Tenants whose visitors wait for one another.
const TENANTS: u64 = 10_000;

/// What the database said when it was last asked. An answer is good for everybody who came before it was asked for: none
/// is older than the request that it serves, and while many come, few ask.
struct Answer {
    asked: Instant,
    modules: Vec<WebsiteModule>,
}

/// The switches of every tenant.
pub(crate) struct Switches {
    db: Db,
    answers: Cache<TenantId, Arc<Mutex<Option<Answer>>>>,
}

impl Switches {
    pub(crate) fn new(db: Db) -> Self {
        let answers = Cache::new(TENANTS);
        Self { db, answers }
    }

    /// The modules as the tenant has set them, not before this was called.
    pub(crate) async fn now(&self, scope: &TenantScope) -> db::Result<Vec<WebsiteModule>> {
        let came = Instant::now();
        let answer = self
            .answers
            .get_with_by_ref(scope.tenant_id(), async { Arc::default() });
        let answer = answer.await;
        // Held while the database is asked: that is what the others wait for.
        let mut answer = answer.lock().await;
        if let Some(answer) = answer.as_ref().filter(|answer| answer.asked > came) {
            return Ok(answer.modules.clone());
        }
        let asked = Instant::now();
        let mut tx = self.db.read(scope).await?;
        let modules = db::tenant::websites::modules(&mut tx, scope).await?;
        *answer = Some(Answer {
            asked,
            modules: modules.clone(),
        });
        Ok(modules)
    }
}
