//! `/imports`: the files that came, a form for the next, and each with what became of it.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::imports::{self, rows};
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    page::{self, Pager, thousands},
};
use types::{
    ImportId,
    imports::{Delimiter, Import, ImportRow, ImportStatus, TableFormat, Target},
};

use super::{keep, upload::Upload};
use crate::{app::App, member::Writer, workspace::Workspace, zone::When};

/// Rows of the file that the page shows, so that people see what each column is.
const SAMPLE: i64 = 3;
/// Errors and notes on the page; all of them are in the downloads.
const FIRST_ERRORS: i64 = 20;

const FIND_OUT: &str = "Find out";

/// What programs save files in; the API takes every other encoding too.
const ENCODINGS: &[(&str, &str)] = &[
    ("", FIND_OUT),
    ("utf-8", "Unicode (UTF-8)"),
    ("utf-16le", "Unicode (UTF-16)"),
    ("windows-1252", "Western Europe, Windows"),
    ("macintosh", "Western Europe, Mac"),
    ("windows-1250", "Central Europe, Windows"),
    ("windows-1251", "Cyrillic, Windows"),
    ("shift_jis", "Japanese (Shift JIS)"),
    ("gbk", "Chinese, simplified (GBK)"),
    ("big5", "Chinese, traditional (Big5)"),
    ("euc-kr", "Korean (EUC-KR)"),
];

#[derive(Template)]
#[template(path = "imports/list.html")]
struct List {
    frame: Frame,
    rows: Vec<ListRow>,
    pager: Pager,
    form: Filled,
    delimiters: Vec<(&'static str, &'static str)>,
    encodings: &'static [(&'static str, &'static str)],
    may_write: bool,
}

struct ListRow {
    href: String,
    file_name: String,
    status: &'static str,
    tone: &'static str,
    row_count: String,
    outcome: String,
    came: When,
}

#[derive(Template)]
#[template(path = "imports/show.html")]
struct Show {
    frame: Frame,
    progress: Progress,
    file_name: String,
    id: ImportId,
    /// How it was read, in a sentence.
    format: Option<String>,
    columns: Vec<Column>,
    targets: Vec<(&'static str, &'static str)>,
    errors: Vec<(i64, String)>,
    more_errors: bool,
    /// Rows of which something was left out, and what.
    notes: Vec<(i64, String)>,
    more_notes: bool,
    /// Whether several columns are the same.
    is_doubled: bool,
    waits: bool,
    can_undo: bool,
    may_write: bool,
}

/// A column of the file, what it is taken for, and what stands in its first rows.
struct Column {
    field: String,
    name: String,
    target: &'static str,
    sample: String,
}

/// The part of the page that changes by itself.
struct Progress {
    href: String,
    status: &'static str,
    tone: &'static str,
    is_working: bool,
    rows_done: i64,
    row_count: i64,
    done: String,
    counts: Vec<(&'static str, String)>,
}

/// Lists the files that came.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let form = Filled::new(Submitted::default(), FieldErrors::default());
    page::private(&load(&app, &workspace, &params, form).await?)
}

async fn load(app: &App, workspace: &Workspace, params: &Params, form: Filled) -> Result<List, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let found = imports::list(&mut tx, scope, None, params.page()).await?;
    let counts = workspace.counts(&mut tx).await?;
    let row = |import: &Import| ListRow {
        href: format!("/imports/{}", import.id),
        file_name: import.file_name.clone(),
        status: import.status.label(),
        tone: tone(import.status),
        row_count: thousands(import.row_count),
        outcome: outcome(import),
        came: workspace.zone.when(import.created_at, workspace.now),
    };
    Ok(List {
        frame: workspace.framed(&counts),
        pager: Pager::of("imports", ("/imports", params), &found, None),
        rows: found.items.iter().map(row).collect(),
        form,
        delimiters: delimiters(),
        encodings: ENCODINGS,
        may_write: workspace.may_write(),
    })
}

fn delimiters() -> Vec<(&'static str, &'static str)> {
    let known = Delimiter::ALL
        .iter()
        .map(|delimiter| (delimiter.as_str(), delimiter.label()));
    std::iter::once(("", FIND_OUT)).chain(known).collect()
}

/// Takes a file in and looks at every row; nothing is imported yet.
pub(crate) async fn create(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    upload: Result<Upload, Failure>,
) -> Result<Response, Failure> {
    let received = match upload {
        Ok(upload) => keep::receive(&app, &writer, upload.only_checked()).await,
        Err(failure) => Err(failure),
    };
    match received {
        Ok(import) => Ok(page::see_other(&format!("/imports/{}", import.id))),
        Err(Failure::Invalid(errors)) => {
            let form = Filled::new(Submitted::default(), errors);
            page::refused(&load(&app, &workspace, &Params::default(), form).await?)
        }
        Err(failure) => Err(failure),
    }
}

/// Shows one file: what its columns are, what would become of its rows, or what did.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let import = imports::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let sample = rows::list(&mut tx, scope, id, (0, SAMPLE)).await?;
    let errors = rows::errors(&mut tx, scope, id, (0, FIRST_ERRORS + 1)).await?;
    let notes = rows::noted(&mut tx, scope, id, (0, FIRST_ERRORS + 1)).await?;
    let counts = workspace.counts(&mut tx).await?;
    page::private(&Show {
        frame: workspace.framed(&counts),
        format: import.format.as_ref().map(format_words),
        columns: columns(&import, &sample),
        targets: targets(&import),
        more_errors: is_more(&errors),
        errors: reasons(&import, errors),
        more_notes: is_more(&notes),
        notes: reasons(&import, notes),
        is_doubled: is_doubled(&import),
        waits: matches!(import.status, ImportStatus::Checked | ImportStatus::Undone),
        can_undo: import.status == ImportStatus::Done,
        may_write: workspace.may_write(),
        id,
        file_name: import.file_name.clone(),
        progress: Progress::of(&import),
    })
}

/// The part of the page that says how far it is.
pub(crate) async fn progress(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ImportId>,
) -> Result<Response, Failure> {
    #[derive(Template)]
    #[template(path = "imports/progress.html")]
    struct Fragment {
        progress: Progress,
    }

    let import = keep::find(&app, &workspace.member.scope, id).await?;
    let progress = Progress::of(&import);
    page::private(&Fragment { progress })
}

/// Checks again, imports, or takes out again: whichever button was pressed.
pub(crate) async fn go_on(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ImportId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mapping: Option<Vec<Target>> = (0..)
        .map(|index| typed.filled(&format!("column-{index}")))
        .map_while(|word| word.map(|word| word.parse().ok()))
        .collect();
    let mapping = mapping.filter(|mapping| !mapping.is_empty());
    let next = match typed.get("action") {
        "check" => ImportStatus::Checking,
        "import" => ImportStatus::Importing,
        "undo" => ImportStatus::Undoing,
        _ => return Err(Failure::malformed("The form names no action.")),
    };
    let back = page::see_other(&format!("/imports/{id}"));
    match keep::go_on(&app, &writer, id, (mapping, next)).await {
        Ok(_) => Ok(back),
        Err(Failure::Conflict(conflict)) => Ok(Flash::danger(conflict.detail).on(back, &workspace.facts)),
        Err(failure) => Err(failure),
    }
}

impl Progress {
    fn of(import: &Import) -> Self {
        let counts = import.counts;
        let is_plan = matches!(import.status, ImportStatus::Checking | ImportStatus::Checked);
        let known = [
            (if is_plan { "Would be added" } else { "Added" }, counts.new),
            (
                if is_plan {
                    "Would be filled in"
                } else {
                    "Filled in"
                },
                counts.updated,
            ),
            ("Known already", counts.duplicate),
            ("Not readable", counts.error),
        ];
        let undone = [
            ("Taken out", counts.taken_back),
            ("Kept, used since", counts.kept),
        ];
        let shown = match import.status {
            ImportStatus::Receiving => &[][..],
            ImportStatus::Undoing | ImportStatus::Undone => &undone[..],
            _ => &known[..],
        };
        Self {
            href: format!("/imports/{}/progress", import.id),
            status: import.status.label(),
            tone: tone(import.status),
            is_working: import.status.is_working(),
            rows_done: import.rows_done,
            row_count: import.row_count,
            done: format!(
                "{} of {} rows",
                thousands(import.rows_done),
                thousands(import.row_count)
            ),
            counts: shown
                .iter()
                .map(|(label, count)| (*label, thousands(*count)))
                .collect(),
        }
    }
}

fn format_words(format: &TableFormat) -> String {
    let header = match format.has_header {
        true => "the first row names the columns",
        false => "no row names the columns",
    };
    format!(
        "Read with {} between cells, as {}; {header}.",
        format.delimiter.label().to_lowercase(),
        format.encoding
    )
}

/// What a column can be. Only cards bring a column of what is wrong with them.
fn targets(import: &Import) -> Vec<(&'static str, &'static str)> {
    let is_offered = |target: &Target| *target != Target::Problem || import.mapping.contains(target);
    let offered = Target::ALL.iter().filter(|target| is_offered(target));
    offered.map(|target| (target.as_str(), target.label())).collect()
}

fn columns(import: &Import, sample: &[ImportRow]) -> Vec<Column> {
    let columns = import.header.iter().zip(&import.mapping).enumerate();
    let column = |(index, (name, target)): (usize, (&String, &Target))| {
        let cells = sample.iter().filter_map(|row| row.cells.get(index));
        let cells: Vec<_> = cells
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
            .collect();
        Column {
            field: format!("column-{index}"),
            name: name.clone(),
            target: target.as_str(),
            sample: cells.join(" · "),
        }
    };
    columns.map(column).collect()
}

fn is_more(rows: &[ImportRow]) -> bool {
    i64::try_from(rows.len()).is_ok_and(|count| count > FIRST_ERRORS)
}

fn reasons(import: &Import, rows: Vec<ImportRow>) -> Vec<(i64, String)> {
    let most = usize::try_from(FIRST_ERRORS).unwrap_or_default();
    rows.into_iter()
        .map(|row| reason(import, row))
        .take(most)
        .collect()
}

/// Whether two columns are the same: then what stands in the first that is filled in counts.
fn is_doubled(import: &Import) -> bool {
    let kept: Vec<_> = import
        .mapping
        .iter()
        .filter(|target| **target != Target::Ignore)
        .collect();
    (1..kept.len()).any(|later| kept[..later].contains(&kept[later]))
}

fn reason(import: &Import, row: ImportRow) -> (i64, String) {
    let reason = row.fate.and_then(|fate| fate.reason);
    (import.row_in_file(row.number), reason.unwrap_or_default())
}

fn outcome(import: &Import) -> String {
    let counts = import.counts;
    match import.status {
        ImportStatus::Done | ImportStatus::Importing => {
            format!(
                "{} added, {} filled in",
                thousands(counts.new),
                thousands(counts.updated)
            )
        }
        ImportStatus::Undone | ImportStatus::Undoing => {
            format!(
                "{} taken out, {} kept",
                thousands(counts.taken_back),
                thousands(counts.kept)
            )
        }
        _ => format!("{} would be added", thousands(counts.new)),
    }
}

const fn tone(status: ImportStatus) -> &'static str {
    match status {
        ImportStatus::Done => "badge-success",
        ImportStatus::Checked => "badge-info",
        ImportStatus::Checking | ImportStatus::Importing | ImportStatus::Undoing => "badge-warning",
        ImportStatus::Receiving | ImportStatus::Undone => "",
    }
}
