//! The trail as a file: a line each, for whoever keeps it elsewhere.

use db::platform::audit::{self as rows, AuditFilter};
use server::csv_line::line;
use types::{AuditEvent, PageRequest};

use super::AuditEventOut;
use crate::{Acting, Refusal};

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    /// Comma-separated, for a spreadsheet.
    Csv,
    /// A JSON object each.
    JsonLines,
}

impl ExportFormat {
    /// The first line, if the format has one.
    pub(crate) fn head(self) -> String {
        match self {
            Self::Csv => line([
                "occurredAt",
                "actorId",
                "actorRole",
                "action",
                "status",
                "tenantId",
                "requestId",
                "details",
                "id",
                "attemptId",
            ]),
            Self::JsonLines => String::new(),
        }
    }

    /// An event as a line, its end included.
    pub(crate) fn line(self, event: &AuditEvent) -> String {
        match self {
            Self::JsonLines => {
                let json = serde_json::to_string(&AuditEventOut(event.clone()));
                json.expect("a line of the trail is always JSON") + "\n"
            }
            Self::Csv => csv(event),
        }
    }
}

fn csv(event: &AuditEvent) -> String {
    let optional = |text: Option<String>| text.unwrap_or_default();
    line([
        event.occurred_at.to_string(),
        event.actor.id.clone(),
        event.actor.role.clone(),
        event.action.to_string(),
        event.status.to_string(),
        optional(event.tenant_id.as_ref().map(ToString::to_string)),
        optional(event.request_id.clone()),
        event.details.to_string(),
        event.id.to_string(),
        optional(event.attempt_id.map(|id| id.to_string())),
    ])
}

/// Reads on: the next lines that the filter means, and where to go on after them.
pub(crate) async fn next_page(
    acting: &Acting<'_>,
    filter: &mut AuditFilter,
) -> Result<Vec<AuditEvent>, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let page = PageRequest::new(PageRequest::MAX_LIMIT.into(), 0);
    let page = rows::list(&mut tx, acting.platform, filter, page).await?;
    if let Some(last) = page.items.last() {
        filter.after = Some((last.occurred_at, last.id));
    }
    Ok(page.items)
}
