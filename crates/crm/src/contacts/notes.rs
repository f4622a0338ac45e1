//! What a member did with a contact, written down on their page.

use axum::{extract::State, response::Response};
use server::{Failure, Filled, Flash, Form, Params, Path, page};
use types::ContactId;

use super::pages;
use crate::{
    activities::{NewActivity, log, read_note},
    app::App,
    member::Writer,
    once,
    workspace::Workspace,
};

/// Writes it down: a note, a call, a text, an e-mail, an appointment, about no lead in particular.
pub(crate) async fn log_activity(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (activity_type, summary) = match read_note(&typed) {
        Ok(note) => note,
        Err(errors) => {
            let page = pages::load(&app, &workspace, id, &Params::default(), None).await?;
            return page::refused(&page.noting(Filled::new(typed, errors)));
        }
    };
    let done = NewActivity {
        id: once::id(&app, &typed).into(),
        activity_type,
        summary,
        lead_id: None,
        contact_id: Some(id),
    };
    log(&app, &writer, done).await?;
    let told = format!("{} saved.", activity_type.label());
    Ok(Flash::success(told).on(page::see_other(&format!("/contacts/{id}")), &workspace.facts))
}
