//! The file of an export, whole or from where a download broke off.

use std::ops::Range;

use axum::{
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method},
    response::Response,
};
use db::{TenantScope, tenant::exports};
use futures::{Stream, TryStreamExt as _, stream};
use server::{
    Failure, Path,
    download::{File, Wanted},
};
use types::{ExportId, TenantExport};

use super::keep;
use crate::{app::App, member::Owner};

/// `GET …/file`: sends it, and notes who took it away before the first byte leaves.
///
/// # Errors
///
/// Not found; gone, when it is not there any more.
pub(crate) async fn file(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<ExportId>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let export = keep::find(&app, &owner, id).await?;
    let file = file_of(&app, &owner, &export)?;
    let wanted = file.wanted(&headers);
    let bytes = wanted.bytes(file.length);
    if method == Method::HEAD || bytes.is_empty() {
        return file.answer(&wanted, Body::empty());
    }
    let goes_on = matches!(&wanted, Wanted::Part(part) if part.start > 0)
        && export.goes_on(owner.0.person_id(), app.clock.now());
    if !goes_on {
        keep::note_download(&app, &owner, &export).await?;
    }
    let parts = parts((app, owner.0.scope.clone()), id, bytes);
    file.answer(&wanted, Body::from_stream(parts))
}

fn file_of(app: &App, Owner(owner): &Owner, export: &TenantExport) -> Result<File, Failure> {
    let Some(sha256) = export.file(app.clock.now()) else {
        return Err(match export.finished_at {
            Some(_) => Failure::Gone,
            None => Failure::NotFound,
        });
    };
    Ok(File {
        name: name(owner.context.tenant_slug.as_str(), export),
        kind: "application/zip",
        length: u64::try_from(export.byte_count).unwrap_or_default(),
        sha256: sha256.to_owned(),
    })
}

/// `fairfield-2026-11-22.zip`.
pub(super) fn name(slug: &str, export: &TenantExport) -> String {
    format!("{slug}-{}.zip", export.created_at.strftime("%Y-%m-%d"))
}

/// These bytes of the file, part by part: a download of any length takes the memory of a part.
fn parts(
    (app, scope): (App, TenantScope),
    id: ExportId,
    bytes: Range<u64>,
) -> impl Stream<Item = std::io::Result<Bytes>> + Send {
    let sent = stream::try_unfold((app, scope, bytes), move |(app, scope, bytes)| async move {
        if bytes.is_empty() {
            return Ok(None);
        }
        let size = exports::PART as u64;
        let number = i64::try_from(bytes.start / size).unwrap_or(i64::MAX);
        let mut tx = app.db.read(&scope).await?;
        let part = exports::part(&mut tx, &scope, (id, number)).await?;
        drop(tx);
        let mut part = Bytes::from(part.ok_or(Failure::Gone)?);
        let start = bytes.start / size * size;
        part.truncate(usize::try_from(bytes.end - start).unwrap_or(usize::MAX));
        let skipped = usize::try_from(bytes.start - start).unwrap_or_default();
        if part.len() <= skipped {
            return Err(Failure::Gone);
        }
        let part = part.split_off(skipped);
        let rest = bytes.start + part.len() as u64..bytes.end;
        Ok::<_, Failure>(Some((part, (app, scope, rest))))
    });
    // Too late for a status: the connection breaks, and whoever reads sees that the file is not whole.
    sent.map_err(|failure| {
        tracing::warn!(
            reason = failure.code(),
            "a download ended early: {}",
            failure.code()
        );
        std::io::Error::other(failure.code())
    })
}
