//! Bulk actions: listed, looked at while they go on, and stopped; on a page and by the API.

use askama::Template;
use axum::response::Response;
use db::platform::bulk_actions;
use serde_json::{Value, json};
use server::{Facts, Failure, Flash, Frame, Path, json as answer, page};
use types::{BulkAction, BulkActionId, BulkKind, BulkStatus};

use super::bulk;
use crate::{
    operator::{Operator, Permission},
    shell::console_shell,
    view::{Badge, Time},
};

/// An action, as lists and pages show it.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) what: String,
    pub(crate) status: Badge,
    pub(crate) by: String,
    pub(crate) started: Time,
    pub(crate) progress: String,
}

impl Row {
    pub(crate) fn of(action: &BulkAction) -> Self {
        Self {
            id: action.id.to_string(),
            what: what(action),
            status: badge(action.status),
            by: format!("{} ({})", action.actor.id, action.actor.role),
            started: Time::new(action.started_at),
            progress: format!(
                "{} of {}",
                page::thousands(action.moved),
                page::thousands(action.meant)
            ),
        }
    }
}

fn what(action: &BulkAction) -> String {
    let verb = match action.kind {
        BulkKind::Requeue => "Requeue",
        BulkKind::Discard => "Discard",
    };
    let whose = match &action.tenant_id {
        _ if action.chosen.is_some() => return format!("{verb} dead letters that were ticked"),
        Some(tenant_id) => format!("dead letters of {tenant_id}"),
        None => "dead letters of every tenant".to_owned(),
    };
    match &action.reason {
        Some(reason) => format!("{verb} {whose} whose error begins with “{reason}”"),
        None => format!("{verb} {whose}"),
    }
}

const fn badge(status: BulkStatus) -> Badge {
    let (word, class) = match status {
        BulkStatus::Running => ("Going on", "badge badge-info"),
        BulkStatus::Done => ("Done", "badge badge-success"),
        BulkStatus::Stopped => ("Stopped", "badge badge-warning"),
    };
    Badge { word, class }
}

#[derive(Template)]
#[template(path = "queue/action.html")]
struct ActionPage {
    frame: Frame,
    action: Row,
    moved: i64,
    meant: i64,
    skipped: i64,
    why: Option<String>,
    ended: Option<Time>,
    is_running: bool,
    may_stop: bool,
}

/// Shows how far an action is.
pub(crate) async fn show(
    operator: Operator,
    Path(id): Path<BulkActionId>,
    frame: Frame,
) -> Result<Response, Failure> {
    let action = bulk::find(&operator.acting(), id).await?;
    page::private(&ActionPage {
        frame: frame.in_shell(console_shell(operator.profile())),
        moved: action.moved,
        meant: action.meant,
        skipped: action.skipped(),
        ended: action.ended_at.map(Time::new),
        is_running: action.status == BulkStatus::Running,
        may_stop: operator.has(Permission::StopBulk),
        why: action.why.clone(),
        action: Row::of(&action),
    })
}

/// Stops an action.
pub(crate) async fn stop(
    operator: Operator,
    Path(id): Path<BulkActionId>,
    facts: Facts,
) -> Result<Response, Failure> {
    let action = bulk::stop(&operator.acting(), id).await?;
    let flash = Flash::success(match action.status {
        BulkStatus::Stopped => "Stopped. What was moved stays moved.",
        _ => "It was over already.",
    });
    Ok(flash.on(page::see_other(&format!("/queue/actions/{id}")), &facts))
}

/// `GET /api/queue/actions`: the newest first.
pub(crate) async fn list_all(operator: Operator) -> Result<Response, Failure> {
    let acting = operator.acting();
    let mut tx = acting.db.read(acting.platform).await?;
    let actions = bulk_actions::list(&mut tx, acting.platform).await?;
    let actions: Vec<Value> = actions.iter().map(told).collect();
    Ok(answer::ok(json!({ "actions": actions })))
}

/// `GET /api/queue/actions/{action}`.
pub(crate) async fn tell(operator: Operator, Path(id): Path<BulkActionId>) -> Result<Response, Failure> {
    let action = bulk::find(&operator.acting(), id).await?;
    Ok(answer::ok(json!({ "action": told(&action) })))
}

/// `POST /api/queue/actions/{action}/stop`.
pub(crate) async fn end(operator: Operator, Path(id): Path<BulkActionId>) -> Result<Response, Failure> {
    let action = bulk::stop(&operator.acting(), id).await?;
    Ok(answer::ok(json!({ "action": told(&action) })))
}

fn told(action: &BulkAction) -> Value {
    let mut told = json!(action);
    told["skipped"] = json!(action.skipped());
    told["startedBy"] = json!(action.actor.id);
    told
}
