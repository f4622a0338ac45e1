//! Putting an export together: table by table out of one moment of the database, into a zip file that grows part by part.
//! A process that dies leaves parts that nobody is offered; whoever takes over when the lease has run out begins anew,
//! because another moment has other rows.

use db::{
    TenantScope, Tx,
    archive::{GivenTable, Moment},
    tenant::exports::{self, PART},
};
use futures::TryStreamExt as _;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use types::{Activity, ActivityId, ExportId, ExportStatus, RemovedReason, TenantExport};
use uuid::Uuid;
use zip::result::ZipError;

use super::{
    pack::Pack,
    texts::{self, Counted, Head},
};
use crate::{activities::record, app::App};

/// How long nothing may be noted before somebody else takes over.
const LEASE: SignedDuration = SignedDuration::from_secs(120);

/// How often it is noted how far it is, and held on to it, when no part is full.
const OFTEN: SignedDuration = SignedDuration::from_secs(1);

/// Text that is compressed at once.
const PIECE: usize = 64 * 1024;

/// Files besides those of tables.
const OWN_FILES: usize = 3;

/// Why an export is not whole.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error(transparent)]
    Database(#[from] db::Error),
    #[error("writing the file")]
    File(#[from] ZipError),
    #[error("a row is no JSON")]
    Row(#[from] serde_json::Error),
    /// Somebody else has it now, or somebody was erased.
    #[error("it was taken from us")]
    Lost,
    /// The process is to end.
    #[error("the process stops")]
    Stopping,
}

/// An export in our hands.
struct Job<'a> {
    app: &'a App,
    scope: &'a TenantScope,
    export: TenantExport,
    token: Uuid,
    pack: Pack,
    parts: i64,
    noted_at: Option<Timestamp>,
}

/// Which of its two files a table is written to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Csv,
    JsonLines,
}

/// Puts an export together, unless somebody else does. What fails is tried again, a few times.
pub(crate) async fn work(app: &App, scope: &TenantScope, id: ExportId) -> db::Result<()> {
    let token = app.ids.new_id();
    let mut tx = app.db.write(scope).await?;
    if !exports::take(&mut tx, scope, id, (token, LEASE)).await? {
        return Ok(());
    }
    tx.commit().await?;
    let mut tx = app.db.read(scope).await?;
    let Some(export) = exports::find(&mut tx, scope, id).await? else {
        return Ok(());
    };
    drop(tx);
    if export.attempts > TenantExport::MOST_ATTEMPTS {
        return give_up(app, scope, export, token).await;
    }
    let mut job = Job {
        app,
        scope,
        export,
        token,
        pack: Pack::new(),
        parts: 0,
        noted_at: None,
    };
    match job.prepare().await {
        Ok(()) => job.finish().await,
        Err(Broken::Stopping) => {
            let mut tx = app.db.write(scope).await?;
            exports::release(&mut tx, scope, id, token).await?;
            tx.commit().await
        }
        Err(Broken::Lost) => Ok(()),
        Err(Broken::Database(error)) => Err(error),
        Err(broken) => {
            tracing::error!(export.id = %id, tenant = %scope.tenant_id(), "export {id} broke off: {broken}");
            give_up(app, scope, job.export, token).await
        }
    }
}

/// Says that it cannot be done.
async fn give_up(app: &App, scope: &TenantScope, mut export: TenantExport, token: Uuid) -> db::Result<()> {
    export.status = ExportStatus::Failed;
    export.finished_at = Some(app.clock.now());
    let mut tx = app.db.write(scope).await?;
    tell(&mut tx, app, (scope, &export), "An export could not be prepared").await?;
    if exports::advance(&mut tx, scope, &export, (token, LEASE)).await? {
        exports::remove_parts(&mut tx, scope, export.id).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Takes the file of an export away whose time is up.
pub(crate) async fn expire(app: &App, scope: &TenantScope, id: ExportId) -> db::Result<()> {
    let mut tx = app.db.write(scope).await?;
    exports::remove(&mut tx, scope, id, RemovedReason::Expired).await?;
    tx.commit().await
}

impl Job<'_> {
    async fn prepare(&mut self) -> Result<(), Broken> {
        // Read before the moment is held, so that what we write is never of a later one.
        let at = self.app.clock.now();
        let mut moment = Moment::hold(&self.app.db, self.scope).await?;
        let tables = moment.tables().await?;
        self.export.file_count = (2 * tables.len() + OWN_FILES) as i64;
        let mut counted: Vec<Counted> = Vec::new();
        let mut workspace = String::new();
        for table in tables {
            let rows = self.table(&mut moment, (&table, Form::Csv)).await?;
            self.table(&mut moment, (&table, Form::JsonLines)).await?;
            if table.name == "tenants" {
                workspace = own_name(&mut moment, &table).await?;
            }
            counted.push((table, rows));
        }
        drop(moment);
        let head = Head {
            workspace,
            tenant_id: self.scope.tenant_id().to_string(),
            at,
        };
        self.pack.add("schema.json", &texts::schema(&head, &counted))?;
        self.pack.add("README.txt", &texts::readme(&head, &counted))?;
        self.pack.close()?;
        self.export.files_done = self.export.file_count;
        self.keep_parts().await
    }

    /// Writes one of the files of a table. Says how many rows it has.
    async fn table(
        &mut self,
        moment: &mut Moment,
        (table, form): (&GivenTable, Form),
    ) -> Result<i64, Broken> {
        let kind = match form {
            Form::Csv => "csv",
            Form::JsonLines => "jsonl",
        };
        self.pack.start(&texts::name(table, kind))?;
        let mut piece = match form {
            Form::Csv => texts::csv_head(table),
            Form::JsonLines => String::new(),
        };
        let mut count = 0;
        let mut rows = moment.rows(table);
        while let Some(row) = rows.try_next().await? {
            let values: Vec<Value> = serde_json::from_str(&row)?;
            piece.push_str(&match form {
                Form::Csv => texts::csv_row(&values),
                Form::JsonLines => texts::json_row(table, &values),
            });
            count += 1;
            if piece.len() >= PIECE {
                self.pack.write(&std::mem::take(&mut piece))?;
                self.keep_parts().await?;
            }
        }
        self.pack.write(&piece)?;
        self.pack.end();
        self.export.files_done += 1;
        if form == Form::Csv {
            self.export.row_count += count;
        }
        self.keep_parts().await?;
        Ok(count)
    }

    /// Stores the parts that are full, and notes now and then how far it is.
    async fn keep_parts(&mut self) -> Result<(), Broken> {
        if self.app.stop.is_stopping() {
            return Err(Broken::Stopping);
        }
        while let Some(part) = self.pack.take(PART) {
            self.note(Some(part)).await?;
        }
        let now = self.app.clock.now();
        if self.noted_at.is_none_or(|at| now.duration_since(at) >= OFTEN) {
            self.note(None).await?;
        }
        Ok(())
    }

    /// Notes how far it is, with a part if one is full, and holds on to it.
    async fn note(&mut self, part: Option<Vec<u8>>) -> Result<(), Broken> {
        self.noted_at = Some(self.app.clock.now());
        self.export.byte_count += part.as_ref().map_or(0, Vec::len) as i64;
        let mut tx = self.app.db.write(self.scope).await?;
        if !exports::advance(&mut tx, self.scope, &self.export, (self.token, LEASE)).await? {
            return Err(Broken::Lost);
        }
        if let Some(part) = part {
            exports::add_part(&mut tx, self.scope, (self.export.id, self.parts), part).await?;
            self.parts += 1;
        }
        Ok(tx.commit().await?)
    }

    /// Stores the last part, and offers the file.
    async fn finish(self) -> db::Result<()> {
        let Self {
            app,
            scope,
            mut export,
            token,
            pack,
            parts,
            ..
        } = self;
        let (rest, sha256) = pack.last();
        let now = app.clock.now();
        export.byte_count += rest.len() as i64;
        export.sha256 = Some(sha256);
        export.status = ExportStatus::Ready;
        export.finished_at = Some(now);
        export.expires_at = Some(now + TenantExport::KEPT);
        let mut tx = app.db.write(scope).await?;
        tell(&mut tx, app, (scope, &export), "Prepared an export of everything").await?;
        if !exports::advance(&mut tx, scope, &export, (token, LEASE)).await? {
            return Ok(());
        }
        if !rest.is_empty() {
            exports::add_part(&mut tx, scope, (export.id, parts), rest).await?;
        }
        exports::keep_newest(&mut tx, scope).await?;
        tx.commit().await
    }
}

/// What the workspace is called.
async fn own_name(moment: &mut Moment, table: &GivenTable) -> Result<String, Broken> {
    let place = table.columns.iter().position(|column| column.name == "name");
    let row = moment.rows(table).try_next().await?;
    let values: Vec<Value> = serde_json::from_str(&row.unwrap_or_else(|| "[]".to_owned()))?;
    let name = place.and_then(|place| values.get(place)?.as_str());
    Ok(name.unwrap_or_default().to_owned())
}

/// Says in the timeline of the workspace what came of an export, and tells open pages.
///
/// Before the export is touched: whoever erases somebody holds the feed, and then takes exports away.
async fn tell(
    tx: &mut Tx,
    app: &App,
    (scope, export): (&TenantScope, &TenantExport),
    summary: &str,
) -> db::Result<()> {
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(export.created_by),
        (summary.to_owned(), serde_json::json!({ "exportId": export.id })),
        app.clock.now(),
    );
    record(tx, scope, &activity).await?;
    Ok(())
}
