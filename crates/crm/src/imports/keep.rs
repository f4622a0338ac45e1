//! Taking a file in, and setting its import to work.

use db::{
    TenantScope,
    tenant::imports::{self, rows},
};
use server::Failure;
use types::{
    ImportId,
    imports::{Import, ImportCounts, ImportRow, ImportStatus, Target, header_key},
};

use super::{
    file::{File, FileError},
    upload::Upload,
    work::work,
};
use crate::{app::App, member::Writer};

/// Rows stored in one transaction: enquiries that come meanwhile wait for no more.
const AT_ONCE: usize = 1_000;

/// A file of so many rows is worked on while its sender waits; a longer one behind their back.
const SHORT: i64 = 1_000;

/// Stores a file and looks at every row; imports it at once, if that was asked for.
///
/// # Errors
///
/// Invalid, for a file that is no list of people.
pub(super) async fn receive(app: &App, writer: &Writer, upload: Upload) -> Result<Import, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let wish = upload.mapping;
    let file = tokio::task::spawn_blocking(move || File::read(upload.bytes, upload.said)).await;
    let file = file
        .map_err(|error| Failure::Internal(error.into()))?
        .map_err(|error| unreadable(&error))?;
    let key = header_key(file.own_columns());
    let mut tx = app.db.write(scope).await?;
    let remembered = imports::newest_of_kind(&mut tx, scope, &key).await?;
    let remembered = match remembered {
        Some(import) => import.mapping,
        // A column more or less makes it another kind, and its other columns none the less what they were.
        None => file.mapping_by_names(&imports::newest(&mut tx, scope).await?),
    };
    let mapping = file.mapping(remembered);
    let mapping = wish.map_or_else(|| mapping.clone(), |wish| wish.of(&file.header, &mapping));
    let import = Import {
        id: ImportId::new(&*app.ids),
        file_name: upload.file_name,
        status: ImportStatus::Receiving,
        format: file.format(),
        header: file.header.clone(),
        mapping,
        row_count: i64::try_from(file.row_count).unwrap_or(i64::MAX),
        rows_done: 0,
        counts: ImportCounts::default(),
        created_by: writer.0.person_id(),
        started_by: writer.0.person_id(),
        created_at: now,
        updated_at: now,
    };
    imports::insert(&mut tx, scope, &import, &key).await?;
    tx.commit().await?;
    store(app, writer, import.id, &file).await?;
    let next = match upload.is_dry_run {
        true => ImportStatus::Checking,
        false => ImportStatus::Importing,
    };
    set_to(app, writer, &import, next).await
}

async fn store(app: &App, writer: &Writer, id: ImportId, file: &File) -> Result<(), Failure> {
    let scope = &writer.0.scope;
    let mut batch = Vec::with_capacity(AT_ONCE);
    let mut left = file.rows().zip(1..).peekable();
    while let Some((cells, number)) = left.next() {
        batch.push(ImportRow {
            number,
            cells,
            fate: None,
        });
        if batch.len() == AT_ONCE || left.peek().is_none() {
            let mut tx = app.db.write(scope).await?;
            rows::insert(&mut tx, scope, id, &batch).await?;
            tx.commit().await?;
            batch.clear();
        }
    }
    Ok(())
}

/// Finds an import.
///
/// # Errors
///
/// Not found, also for another tenant's.
pub(super) async fn find(app: &App, scope: &TenantScope, id: ImportId) -> Result<Import, Failure> {
    let mut tx = app.db.read(scope).await?;
    imports::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)
}

/// Goes on from where an import waits: checks it again with another mapping, imports it, or undoes it.
///
/// # Errors
///
/// Not found; a conflict, when it is not waiting for that.
pub(super) async fn go_on(
    app: &App,
    writer: &Writer,
    id: ImportId,
    (mapping, next): (Option<Vec<Target>>, ImportStatus),
) -> Result<Import, Failure> {
    let scope = &writer.0.scope;
    let mut import = find(app, scope, id).await?;
    let waits_for_it = match next {
        ImportStatus::Undoing => import.status == ImportStatus::Done,
        _ => matches!(import.status, ImportStatus::Checked | ImportStatus::Undone),
    };
    if !waits_for_it {
        return Err(busy(&import));
    }
    import.mapping = mapping.unwrap_or(import.mapping);
    import.started_by = writer.0.person_id();
    set_to(app, writer, &import, next).await
}

/// Sets an import to work, and waits for it if it is short.
async fn set_to(app: &App, writer: &Writer, import: &Import, next: ImportStatus) -> Result<Import, Failure> {
    let scope = &writer.0.scope;
    let mut tx = app.db.write(scope).await?;
    let turn = (import.status, next);
    if !imports::start(&mut tx, scope, import, turn, app.clock.now()).await? {
        return Err(busy(import));
    }
    tx.commit().await?;
    if import.row_count <= SHORT {
        work(app, scope, import.id).await?;
    } else {
        app.long_work.notify_one();
    }
    find(app, scope, import.id).await
}

fn busy(import: &Import) -> Failure {
    Failure::conflict(
        "not_now",
        format!(
            "This import is “{}”: that cannot be done with it now.",
            import.status.label()
        ),
    )
}

fn unreadable(error: &FileError) -> Failure {
    Failure::invalid("/file", "unreadable", error.to_string())
}
