//! Taking a reminder away by hand: a question, because there is no way back.

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, Frame, Params, Path, page};
use types::ReminderId;

use super::{Row, keep};
use crate::{app::App, member::Writer, workspace::Workspace};

#[derive(Template)]
#[template(path = "reminders/delete.html")]
struct Sure {
    frame: Frame,
    row: Row,
    is_done: bool,
    /// Where whoever asks was, and goes again.
    back: String,
}

/// `/reminders/{id}/delete`: what would go, and a question. The answer is an action of the reminder.
pub(crate) async fn ask(
    _: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ReminderId>,
    params: Params,
) -> Result<Response, Failure> {
    let found = keep::read(&app, &workspace.member, id).await?;
    let is_done = found.reminder.completed.is_some();
    let list = if is_done {
        "/reminders?status=done"
    } else {
        "/reminders"
    };
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    page::private(&Sure {
        frame: workspace.framed(&counts),
        is_done,
        back: page::own_path(params.get("back")).unwrap_or(list).to_owned(),
        row: Row::new(found, &workspace.zone, workspace.now),
    })
}
