//! Working through an import: some rows at a time, each time what became of them and how far we are in one transaction.
//!
//! A process that dies leaves whole steps behind; another one takes over when the lease has run out. Checking keeps what
//! it has seen in memory, so whoever takes that over begins again: nothing was written but what rows would become.

mod take_in;
mod take_out;

use db::{
    Db, TenantScope, Tx,
    tenant::{duplicates, imports},
};
use jiff::SignedDuration;
use types::{
    Ids, ImportId,
    imports::{Import, ImportRow, ImportStatus, RowFate},
    matching::Memory,
};
use uuid::Uuid;

use crate::app::App;

/// Rows of one step: enquiries that come meanwhile wait for no more.
const STEP: i64 = 500;

/// How long a step may take before somebody else takes over.
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// An import in our hands.
struct Job<'a> {
    db: &'a Db,
    ids: &'a dyn Ids,
    scope: &'a TenantScope,
    import: Import,
    token: Uuid,
    /// Whom the rows checked so far would have made or filled in.
    memory: Memory,
}

/// Works on an import until it is through, we are told to stop, or somebody else took it over.
pub(crate) async fn work(app: &App, scope: &TenantScope, id: ImportId) -> db::Result<()> {
    let token = app.ids.new_id();
    let mut tx = app.db.write(scope).await?;
    if !imports::take(&mut tx, scope, id, token, LEASE).await? {
        return Ok(());
    }
    tx.commit().await?;
    let mut tx = app.db.read(scope).await?;
    let Some(mut import) = imports::find(&mut tx, scope, id).await? else {
        return Ok(());
    };
    drop(tx);
    if import.status == ImportStatus::Checking {
        (import.rows_done, import.counts) = Default::default();
    }
    let mut job = Job {
        db: &app.db,
        ids: &*app.ids,
        scope,
        import,
        token,
        memory: Memory::default(),
    };
    while job.import.status.is_working() {
        if app.stop.is_stopping() {
            return job.let_go().await;
        }
        let is_ours = match job.import.status {
            ImportStatus::Checking | ImportStatus::Importing => take_in::step(&mut job).await?,
            _ => take_out::step(&mut job).await?,
        };
        if !is_ours {
            return Ok(());
        }
    }
    if job.import.status == ImportStatus::Done {
        let mut tx = app.db.write(scope).await?;
        let now = tx.time().await?;
        duplicates::suspect_names(&mut tx, scope, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

impl Job<'_> {
    async fn rows(&self, tx: &mut Tx) -> db::Result<Vec<ImportRow>> {
        imports::rows::list(tx, self.scope, self.import.id, (self.import.rows_done, STEP)).await
    }

    /// Writes what became of a step's rows, and how far we are now. False when somebody else took over.
    async fn advance(&mut self, tx: &mut Tx, fates: &[(i64, RowFate)]) -> db::Result<bool> {
        let mut next = self.import.clone();
        for (number, fate) in fates {
            next.rows_done = *number;
            next.counts.add(fate.outcome);
        }
        if next.rows_done >= next.row_count || fates.is_empty() {
            next.status = next.status.once_worked().unwrap_or(next.status);
        }
        imports::rows::decide(tx, self.scope, next.id, fates).await?;
        let is_ours = imports::advance(tx, self.scope, &next, self.token, LEASE).await?;
        if is_ours {
            self.import = next;
        }
        Ok(is_ours)
    }

    async fn let_go(&self) -> db::Result<()> {
        let mut tx = self.db.write(self.scope).await?;
        imports::release(&mut tx, self.scope, self.import.id, self.token).await?;
        tx.commit().await
    }
}
