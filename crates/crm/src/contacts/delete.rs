//! Taking a contact away by hand: what goes with them, and a question. To forget a person is another thing: see `erase`.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use server::{Failure, Flash, Form, Frame, Path, etag::IfMatch, page};
use types::{ContactId, Role};

use super::{at_stake::AtStake, remove::remove, shared::check_ours};
use crate::{app::App, member::Writer, workspace::Workspace};

#[derive(Template)]
#[template(path = "contacts/delete.html")]
struct Sure {
    frame: Frame,
    id: String,
    version: i64,
    name: String,
    leads: i64,
    activities: i64,
    may_erase: bool,
    /// Somebody changed them since the question was asked.
    is_stale: bool,
}

/// `/contacts/{id}/delete`: what would go, and a question.
pub(crate) async fn ask(
    _: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    page::private(&sure(&app, &workspace, id).await?)
}

/// Takes them away, if they are still as they were when the question was asked.
pub(crate) async fn delete(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let seen = IfMatch::of_form(typed.get("version"));
    match remove(&app, &writer, id, &seen).await {
        Ok(()) => Ok(Flash::success("Contact deleted.").on(page::see_other("/contacts"), &workspace.facts)),
        Err(Failure::Stale) => {
            let sure = sure(&app, &workspace, id).await?;
            let again = Sure {
                is_stale: true,
                ..sure
            };
            page::with_status(StatusCode::PRECONDITION_FAILED, &again)
        }
        Err(failure) => Err(failure),
    }
}

async fn sure(app: &App, workspace: &Workspace, id: ContactId) -> Result<Sure, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let at_stake = AtStake::of(&mut tx, scope, id).await?;
    check_ours(&mut tx, scope, &[id]).await?;
    let counts = workspace.counts(&mut tx).await?;
    Ok(Sure {
        frame: workspace.framed(&counts),
        id: id.to_string(),
        version: at_stake.version,
        name: at_stake.name,
        leads: at_stake.leads,
        activities: at_stake.activities,
        may_erase: workspace.member.person.role == Role::Owner,
        is_stale: false,
    })
}
