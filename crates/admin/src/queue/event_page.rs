//! A job's event as it came, on a page, with what it was before; and the form that mends a dead letter's.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, page};
use types::{JobId, JobStatus, Text};

use super::mend;
use crate::{
    Refusal,
    operator::{Operator, Permission},
    shell::console_shell,
    view::Time,
};

#[derive(Template)]
#[template(path = "queue/event.html")]
struct EventPage {
    frame: Frame,
    id: String,
    payload: String,
    former: Vec<Former>,
    form: Filled,
    may_mend: bool,
}

struct Former {
    number: i64,
    payload: String,
    reason: String,
    by: String,
    at: Time,
}

/// Shows the event with the visitor in it; the trail tells who looked.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<JobId>,
    frame: Frame,
) -> Result<Response, Failure> {
    let payload = super::read_payload(&operator.acting(), id).await?;
    let form = Submitted::default().with("payload", pretty(&payload));
    let form = Filled::new(form, FieldErrors::default());
    page::private(&drawn(&operator, id, (frame, form, payload)).await?)
}

async fn drawn(
    operator: &Operator,
    id: JobId,
    (frame, form, payload): (Frame, Filled, String),
) -> Result<EventPage, Failure> {
    let acting = operator.acting();
    let (job, _) = super::find(&acting, id).await?;
    let former = mend::former(&acting, &job).await?;
    Ok(EventPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        id: id.to_string(),
        payload: pretty(&payload),
        former: former
            .into_iter()
            .map(|former| Former {
                number: former.number,
                payload: pretty(&former.payload),
                reason: former.reason,
                by: former.replaced_by,
                at: Time::new(former.replaced_at),
            })
            .collect(),
        form,
        may_mend: job.status == JobStatus::DeadLetter && operator.has(Permission::MendEvent),
    })
}

/// What is JSON on lines of its own; anything else as it is.
fn pretty(payload: &str) -> String {
    let parsed: Result<serde_json::Value, _> = serde_json::from_str(payload);
    parsed.map_or_else(|_| payload.to_owned(), |event| format!("{event:#}"))
}

/// Mends the event, or says beside the field what is wrong with it.
pub(crate) async fn update(
    operator: Operator,
    Path(id): Path<JobId>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut errors = FieldErrors::default();
    let reason = errors.keep("reason", "required", typed.get("reason").parse::<Text<500>>());
    let event = typed.get("payload").trim().to_owned();
    if let Some(reason) = &reason {
        match mend::mend(&acting, id, (&event, reason)).await {
            Ok(()) => {
                let flash = Flash::success("The event is mended and back in line. What it was is kept.");
                return Ok(flash.on(page::see_other(&format!("/queue/jobs/{id}")), &facts));
            }
            Err(Refusal::Invalid { detail, .. }) => errors.add("payload", "invalid", detail),
            Err(other) => return Err(other.into()),
        }
    }
    let payload = super::read_payload(&acting, id).await?;
    let form = Filled::new(typed, errors);
    page::refused(&drawn(&operator, id, (frame, form, payload)).await?)
}

/// Makes a dead letter of a job that failed and waits.
pub(crate) async fn abandon(
    operator: Operator,
    Path(id): Path<JobId>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let flash = match typed.get("reason").parse::<Text<500>>() {
        Err(_) => Flash::danger("Say why it is not to be tried again."),
        Ok(reason) => match mend::abandon(&operator.acting(), id, &reason).await {
            Ok(()) => Flash::success("The job is a dead letter now."),
            Err(Refusal::Conflict { detail, .. }) => Flash::danger(detail),
            Err(other) => return Err(other.into()),
        },
    };
    Ok(flash.on(page::see_other(&format!("/queue/jobs/{id}")), &facts))
}
