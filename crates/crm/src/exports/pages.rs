//! `/settings/exports`: everything in the workspace as one file, how far it is, and what is in it.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    archive::{given, left_out},
    tenant::{exports, members},
};
use server::{
    Failure, Flash, Frame, Path,
    page::{self, thousands},
};
use types::{ExportId, ExportStatus, Member, PersonId, TenantExport};

use super::{download, keep};
use crate::{app::App, member::Owner, workspace::Workspace, zone::When};

#[derive(Template)]
#[template(path = "exports/list.html")]
struct List {
    frame: Frame,
    /// The one that is being prepared.
    progress: Option<Progress>,
    rows: Vec<Row>,
    given: Vec<(&'static str, &'static str)>,
    left_out: Vec<(&'static str, &'static str)>,
    days: i64,
}

/// The part of the page that changes by itself.
struct Progress {
    href: String,
    is_working: bool,
    done: String,
    files_done: i64,
    /// One at least: the bar has an end.
    file_count: i64,
    is_anew: bool,
}

/// An export that is over.
struct Row {
    name: String,
    status: &'static str,
    tone: &'static str,
    who: String,
    began: When,
    /// What to know of a file that is there.
    file: Option<FileRow>,
    why_not: &'static str,
}

struct FileRow {
    href: String,
    size: String,
    rows: String,
    sha256: String,
    until: String,
    downloads: String,
}

/// Shows the exports. To owners only.
pub(crate) async fn list(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&owner.scope).await?;
    let found = exports::list(&mut tx, &owner.scope).await?;
    let members = members::list(&mut tx, &owner.scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let (working, over): (Vec<_>, Vec<_>) = found
        .iter()
        .partition(|export| export.status == ExportStatus::Preparing);
    page::private(&List {
        frame: workspace.framed(&counts),
        progress: working.first().map(|export| Progress::of(export)),
        rows: over
            .into_iter()
            .map(|export| row(export, &members, &workspace))
            .collect(),
        given: given().collect(),
        left_out: left_out().collect(),
        days: TenantExport::KEPT.as_hours() / 24,
    })
}

/// Begins an export.
pub(crate) async fn create(
    owner: Owner,
    workspace: Workspace,
    State(app): State<App>,
) -> Result<Response, Failure> {
    keep::begin(&app, &owner).await?;
    let told = "Your export is being prepared. It goes on when you leave this page.";
    Ok(Flash::success(told).on(page::see_other("/settings/exports"), &workspace.facts))
}

/// The part of the page that says how far one is.
pub(crate) async fn progress(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<ExportId>,
) -> Result<Response, Failure> {
    #[derive(Template)]
    #[template(path = "exports/progress.html")]
    struct Fragment {
        progress: Progress,
    }

    let export = keep::find(&app, &owner, id).await?;
    let progress = Progress::of(&export);
    page::private(&Fragment { progress })
}

impl Progress {
    fn of(export: &TenantExport) -> Self {
        Self {
            href: format!("/settings/exports/{}/progress", export.id),
            is_working: export.status == ExportStatus::Preparing,
            done: match export.file_count {
                0 => "Waits for its turn".to_owned(),
                count => format!(
                    "{} of {count} files, {}",
                    export.files_done,
                    rows(export.row_count)
                ),
            },
            files_done: export.files_done,
            file_count: export.file_count.max(1),
            is_anew: export.attempts > 1,
        }
    }
}

fn row(export: &TenantExport, members: &[Member], workspace: &Workspace) -> Row {
    let slug = workspace.member.context.tenant_slug.as_str();
    let is_there = export.file(workspace.now).is_some();
    // What is not cleared away yet is gone for whoever looks.
    let (status, tone) = match export.status {
        ExportStatus::Ready if is_there => (ExportStatus::Ready.label(), "badge-success"),
        ExportStatus::Ready => (ExportStatus::Removed.label(), ""),
        ExportStatus::Preparing => (export.status.label(), "badge-warning"),
        ExportStatus::Failed => (export.status.label(), "badge-danger"),
        ExportStatus::Removed => (export.status.label(), ""),
    };
    Row {
        name: download::name(slug, export),
        status,
        tone,
        who: who(export.created_by, members),
        began: workspace.zone.when(export.created_at, workspace.now),
        file: export.file(workspace.now).map(|sha256| FileRow {
            href: format!("/settings/exports/{}/file", export.id),
            size: size(export.byte_count),
            rows: rows(export.row_count),
            sha256: sha256.to_owned(),
            until: export
                .expires_at
                .map_or_else(String::new, |end| workspace.zone.date(end)),
            downloads: downloads(export, members, workspace),
        }),
        why_not: match (export.status, export.removed) {
            (ExportStatus::Failed, _) => "It could not be prepared. Nothing of it is kept; prepare another.",
            (_, Some(reason)) => reason.sentence(),
            (_, None) => "Its time was up.",
        },
    }
}

/// `Downloaded twice, last by Olga`.
fn downloads(export: &TenantExport, members: &[Member], workspace: &Workspace) -> String {
    let Some((person, at)) = export.last_download else {
        return "Not downloaded yet".to_owned();
    };
    let times = match export.download_count {
        1 => "once".to_owned(),
        count => format!("{} times", thousands(count)),
    };
    let day = workspace.zone.date(at);
    format!("Downloaded {times}, last by {} on {day}", who(person, members))
}

fn who(person: PersonId, members: &[Member]) -> String {
    let member = members.iter().find(|member| member.person_id == person);
    member
        .map_or("Somebody who left", |member| &member.name)
        .to_owned()
}

fn rows(count: i64) -> String {
    match count {
        1 => "1 row".to_owned(),
        count => format!("{} rows", thousands(count)),
    }
}

/// `832 bytes`, `14 kB`, `3.2 MB`.
fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => {
            let tenths = bytes / 100_000;
            format!("{}.{} MB", thousands(tenths / 10), tenths % 10)
        }
    }
}
