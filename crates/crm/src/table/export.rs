//! Lists as files, sent row by row: CSV in the words of the page, safe to open in a spreadsheet; or vCards.

use axum::{
    body::{Body, Bytes},
    http::header,
    response::{IntoResponse, Response},
};
use futures::{Stream, TryStreamExt as _};
use server::{Failure, Params, csv_line::line};
use types::{Activity, ActivityId};

use crate::{activities::record, app::App, member::Member};

/// Rows read at once.
pub(crate) const BATCH: i64 = 200;

/// Spreadsheets of a certain age read UTF-8 only behind this.
const BYTE_ORDER_MARK: &str = "\u{feff}";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Csv,
    Vcard,
}

impl Format {
    const fn label(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Vcard => "vCards",
        }
    }

    pub(crate) const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Vcard => "text/vcard; charset=utf-8",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Vcard => "vcf",
        }
    }
}

/// The head of a file: its columns, behind a byte order mark if `bom=1` asks for one.
pub(crate) fn head(params: &Params, cells: Vec<String>) -> String {
    let mark = params.filled("bom").map_or("", |_| BYTE_ORDER_MARK);
    format!("{mark}{}", line(cells))
}

/// Notes in the timeline of the workspace who took which list out of it. Their filters may name people, so only the
/// names of the filters are kept.
pub(crate) async fn note(
    app: &App,
    member: &Member,
    (what, format): (&str, Format),
    params: &Params,
) -> Result<(), Failure> {
    let mut filters: Vec<_> = params.pairs().map(|(name, _)| name).collect();
    filters.dedup();
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(member.person_id()),
        (
            format!("Exported {what} as {}", format.label()),
            serde_json::json!({ "exported": what, "filters": filters }),
        ),
        app.clock.now(),
    );
    let mut tx = app.db.write(&member.scope).await?;
    record(&mut tx, &member.scope, &activity).await?;
    tx.commit().await?;
    Ok(())
}

/// The answer: sent as it is read, so that a list of any length takes the memory of a page.
pub(crate) fn answer(
    (name, format): (&'static str, Format),
    parts: impl Stream<Item = Result<String, Failure>> + Send + 'static,
) -> Response {
    // Too late for a status: the connection breaks, and whoever reads sees that the file is not whole.
    let parts = parts.map_ok(Bytes::from).map_err(|failure| {
        tracing::warn!(
            reason = failure.code(),
            "an export ended early: {}",
            failure.code()
        );
        std::io::Error::other(failure.code())
    });
    let disposition = format!("attachment; filename=\"{name}.{}\"", format.extension());
    let headers = [
        (header::CONTENT_TYPE, format.content_type().to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, Body::from_stream(parts)).into_response()
}
