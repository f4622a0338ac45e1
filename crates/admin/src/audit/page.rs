//! The audit trail on a page: a timeline with filters, a line's own page and proof, and the trail as a file.

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use db::platform::audit::{self as rows, AuditFilter};
use server::{
    Failure, FieldErrors, Filled, Frame, Params, Path,
    cursor::Cursors,
    page,
    proof::{self, NoProof},
};
use types::{AuditAction, AuditEvent, AuditEventId, AuditStatus};

use super::{
    api::filter,
    export::{ExportFormat, next_page},
    prove,
};
use crate::{
    operator::Operator,
    shell::console_shell,
    view::{Badge, Time},
};

/// A line of the trail as the timeline shows it.
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) at: Time,
    pub(crate) who: String,
    pub(crate) what: String,
    pub(crate) status: Badge,
    pub(crate) tenant: Option<String>,
    pub(crate) details: String,
    pub(crate) request: Option<String>,
    pub(crate) attempt: Option<String>,
}

impl From<AuditEvent> for Entry {
    fn from(event: AuditEvent) -> Self {
        let is_bare = event.details.as_object().is_some_and(serde_json::Map::is_empty);
        Self {
            id: event.id.to_string(),
            at: Time::new(event.occurred_at),
            who: format!("{} ({})", event.actor.id, event.actor.role),
            what: event.action.to_string(),
            status: Badge::of_audit(event.status),
            tenant: event.tenant_id.map(|id| id.to_string()),
            details: if is_bare {
                String::new()
            } else {
                format!("{:#}", event.details)
            },
            request: event.request_id,
            attempt: event.attempt_id.map(|id| id.to_string()),
        }
    }
}

#[derive(Template)]
#[template(path = "audit/list.html")]
struct TrailPage {
    frame: Frame,
    form: Filled,
    entries: Vec<Entry>,
    actions: Vec<(&'static str, &'static str)>,
    statuses: Vec<(&'static str, &'static str)>,
    older: Option<String>,
    is_filtered: bool,
    query: String,
}

/// Shows the trail, newest first.
pub(crate) async fn list(
    operator: Operator,
    facts: server::Facts,
    asked: Params,
    frame: Frame,
) -> Result<Response, Failure> {
    let (mut narrowed, errors) = match filter(&asked) {
        Ok(narrowed) => (narrowed, FieldErrors::default()),
        // A filter nobody understands shows everything, and says so beside its field.
        Err(Failure::Invalid(errors)) => (AuditFilter::default(), errors),
        Err(other) => return Err(other),
    };
    let cursors = Cursors::new(vec!["audit-page"], facts.secrets());
    narrowed.after = cursors.after(&asked)?;
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let found = rows::list(&mut tx, acting.platform, &narrowed, asked.page()).await?;
    let last = found.items.last().filter(|_| found.has_more);
    let older = last.map(|event| {
        let cursor = cursors.sealed((event.occurred_at, event.id));
        format!("/audit?{}", asked.query_with("cursor", Some(&cursor)))
    });
    let query = asked.without("cursor").query_with("offset", None);
    page::private(&TrailPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        form: Filled::new(asked.0.clone(), errors),
        entries: found.items.into_iter().map(Entry::from).collect(),
        actions: choices(
            "Any action",
            AuditAction::ALL.iter().map(|action| action.as_str()),
        ),
        statuses: choices(
            "Any outcome",
            AuditStatus::ALL.iter().map(|status| status.as_str()),
        ),
        older,
        is_filtered: !query.is_empty(),
        query,
    })
}

fn choices(
    any: &'static str,
    words: impl Iterator<Item = &'static str>,
) -> Vec<(&'static str, &'static str)> {
    let words = words.map(|word| (word, word));
    std::iter::once(("", any)).chain(words).collect()
}

#[derive(Template)]
#[template(path = "audit/show.html")]
struct EventPage {
    frame: Frame,
    entry: Entry,
    /// Why there is no proof to take home, when there is none.
    no_proof: Option<&'static str>,
}

/// Shows one line: what a permalink leads to.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<AuditEventId>,
    frame: Frame,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let found = rows::find(&mut tx, acting.platform, id).await?;
    let entry = found.ok_or(Failure::NotFound)?.into();
    let covered = rows::covered(&mut tx, acting.platform, id).await?;
    page::private(&EventPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        entry,
        no_proof: covered.err().map(|why| NoProof::from(why).sentence()),
    })
}

/// The proof of one line, as a file to take home.
pub(crate) async fn proof(operator: Operator, Path(id): Path<AuditEventId>) -> Result<Response, Failure> {
    Ok(proof::as_file(&prove(&operator.acting(), id).await?))
}

/// The lines that the filter means, for a spreadsheet.
pub(crate) async fn csv(operator: Operator, asked: Params) -> Result<Response, Failure> {
    export(
        &operator,
        &asked,
        (ExportFormat::Csv, "text/csv; charset=utf-8", "audit.csv"),
    )
    .await
}

/// The same, a JSON object a line.
pub(crate) async fn json_lines(operator: Operator, asked: Params) -> Result<Response, Failure> {
    export(
        &operator,
        &asked,
        (ExportFormat::JsonLines, "application/jsonl", "audit.jsonl"),
    )
    .await
}

/// More lines than a browser should wait for; the command has no such end.
const MOST: usize = 100_000;

async fn export(
    operator: &Operator,
    asked: &Params,
    (format, kind, name): (ExportFormat, &'static str, &'static str),
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut filter = filter(asked)?;
    let mut text = format.head();
    let mut lines = 0;
    while lines < MOST {
        let events = next_page(&acting, &mut filter).await?;
        if events.is_empty() {
            break;
        }
        lines += events.len();
        events.iter().for_each(|event| text.push_str(&format.line(event)));
    }
    Ok(attachment((kind, name), text))
}

fn attachment((kind, name): (&'static str, &str), text: String) -> Response {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            disposition.expect("a name of ours is ASCII"),
        ),
    ];
    (headers, Body::from(text)).into_response()
}
