//! Support sessions of a tenant on a page: started by a form, widened and ended by buttons.

use askama::Template;
use axum::response::Response;
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, page};
use types::{Hostname, SupportEnd, SupportSession, SupportSessionId, Text};

use super::Request;
use crate::{
    Refusal,
    operator::{Operator, Permission},
    shell::console_shell,
    tenants,
    view::{TenantHead, Time},
};

#[derive(Template)]
#[template(path = "support/list.html")]
struct SupportPage {
    frame: Frame,
    head: TenantHead,
    sessions: Vec<Row>,
    form: Filled,
    lengths: Vec<(&'static str, String)>,
    /// The code of a session that was just started, and the host whose CRM takes it.
    started: Option<(String, String)>,
    may_start: bool,
    may_widen: bool,
}

struct Row {
    id: String,
    who: String,
    on_behalf_of: String,
    reason: String,
    ticket: Option<String>,
    started: Time,
    ends: Time,
    ended_by: &'static str,
    is_open: bool,
    may_write: bool,
    change_count: i64,
}

/// Shows who looks in, and who did.
pub(crate) async fn list(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
) -> Result<Response, Failure> {
    let form = Submitted::default().with("minutes", "30");
    let form = Filled::new(form, FieldErrors::default());
    page::private(&drawn(&operator, &id, (frame, form, None)).await?)
}

async fn drawn(
    operator: &Operator,
    id: &str,
    (frame, form, code): (Frame, Filled, Option<String>),
) -> Result<SupportPage, Failure> {
    let acting = operator.acting();
    let sessions = super::list(&acting, id).await?;
    let mut tx = acting.db.read(acting.platform).await?;
    let overview = tenants::find(&mut tx, acting.platform, id).await?;
    let primary = overview.domains.iter().find(|domain| domain.is_primary);
    let host = primary.map_or_else(
        || "its host".to_owned(),
        |domain| Hostname::to_unicode(&domain.hostname),
    );
    Ok(SupportPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        head: TenantHead::of(&overview, "/support"),
        sessions: sessions
            .into_iter()
            .map(|session| row(session, acting.now))
            .collect(),
        form,
        lengths: [("15", "15 minutes"), ("30", "30 minutes"), ("60", "60 minutes")]
            .map(|(value, text)| (value, text.to_owned()))
            .into(),
        started: code.map(|code| (code, host)),
        may_start: operator.has(Permission::StartSupport),
        may_widen: operator.has(Permission::WidenSupport),
    })
}

fn row(session: SupportSession, now: jiff::Timestamp) -> Row {
    let is_open = session.is_open(now);
    Row {
        id: session.id.to_string(),
        ended_by: match session.ended_by {
            Some(SupportEnd::Operator) => "by an operator",
            Some(SupportEnd::Tenant) => "by the tenant",
            Some(SupportEnd::Clock) | None => "by the clock",
        },
        ends: Time::new(session.ended_at.unwrap_or(session.expires_at)),
        started: Time::new(session.started_at),
        who: session.operator_name,
        on_behalf_of: session.person_name,
        reason: session.reason,
        ticket: session.ticket,
        is_open,
        may_write: session.may_write,
        change_count: session.change_count,
    }
}

/// Starts a session and shows its code, once.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    if let Some(request) = read(&typed, &mut errors) {
        match super::start(&operator.acting(), &id, (operator.profile(), &request)).await {
            Ok((_, code)) => {
                let code = Some(code.exposed().to_owned());
                let shown = drawn(&operator, &id, (frame, Filled::default(), code)).await?;
                return page::private(&shown);
            }
            Err(Refusal::Invalid {
                pointer,
                code,
                detail,
            }) => {
                errors.add(pointer.trim_start_matches('/'), code, detail);
            }
            Err(Refusal::Conflict { code, detail }) => errors.add("reason", code, detail),
            Err(other) => return Err(other.into()),
        }
    }
    let form = Filled::new(typed, errors);
    page::refused(&drawn(&operator, &id, (frame, form, None)).await?)
}

fn read(typed: &Submitted, errors: &mut FieldErrors) -> Option<Request> {
    let reason = typed.get("reason").parse::<Text<500>>();
    let reason = reason.map_err(|error| format!("The reason {error}."));
    let reason = errors.keep("reason", "invalid", reason);
    let ticket = typed.filled("ticket").map(str::parse::<Text<100>>).transpose();
    let ticket = ticket.map_err(|error| format!("The ticket {error}."));
    let ticket = errors.keep("ticket", "invalid", ticket);
    Some(Request {
        reason: reason?,
        ticket: ticket?,
        minutes: typed.get("minutes").parse().unwrap_or(Request::MINUTES),
        person_id: None,
    })
}

/// Lets a session change things.
pub(crate) async fn widen(
    operator: Operator,
    Path((id, session)): Path<(String, SupportSessionId)>,
    facts: Facts,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let reason = typed.get("reason").parse::<Text<500>>();
    let reason =
        reason.map_err(|error| Failure::invalid("/reason", "invalid", format!("The reason {error}.")))?;
    let widened = super::widen(&operator.acting(), (&id, session), &reason).await;
    answered(widened.map(|_| "The session may change things now."), &id, &facts)
}

/// Ends a session before its time.
pub(crate) async fn end(
    operator: Operator,
    Path((id, session)): Path<(String, SupportSessionId)>,
    facts: Facts,
) -> Result<Response, Failure> {
    let ended = super::end(&operator.acting(), (&id, session)).await;
    answered(ended.map(|_| "The support session is over."), &id, &facts)
}

fn answered(done: Result<&'static str, Refusal>, id: &str, facts: &Facts) -> Result<Response, Failure> {
    let flash = match done {
        Ok(text) => Flash::success(text),
        Err(Refusal::Conflict { detail, .. } | Refusal::Invalid { detail, .. }) => Flash::danger(detail),
        Err(other) => return Err(other.into()),
    };
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/support")), facts))
}
