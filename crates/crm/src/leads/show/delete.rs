//! Taking a lead away by hand: what goes with it, and a question.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::{
    activities::{self, ActivityFilter},
    leads,
    reminders::{self, ReminderFilter},
};
use server::{Failure, Flash, Form, Frame, Path, etag::IfMatch, page};
use types::{Contact, LeadId};

use crate::{app::App, leads::remove::remove, member::Writer, workspace::Workspace};

#[derive(Template)]
#[template(path = "leads/show/delete.html")]
struct Sure {
    frame: Frame,
    id: String,
    version: i64,
    name: String,
    kind: String,
    has_contact: bool,
    activities: i64,
    reminders: i64,
    /// Somebody changed it since the question was asked.
    is_stale: bool,
}

/// `/leads/{id}/delete`: what would go, and a question.
pub(crate) async fn ask(
    _: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
) -> Result<Response, Failure> {
    page::private(&sure(&app, &workspace, id).await?)
}

/// Takes it away, if it is still as it was when the question was asked.
pub(crate) async fn delete(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let seen = IfMatch::of_form(typed.get("version"));
    match remove(&app, &writer, id, &seen).await {
        Ok(_) => Ok(Flash::success("Lead deleted.").on(page::see_other("/leads"), &workspace.facts)),
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

async fn sure(app: &App, workspace: &Workspace, id: LeadId) -> Result<Sure, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let found = leads::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)?;
    let of_lead = ActivityFilter {
        lead_id: Some(id),
        ..ActivityFilter::default()
    };
    let mut reminders = 0;
    for is_done in [false, true] {
        let of_lead = ReminderFilter {
            is_done,
            lead_id: Some(id),
            ..ReminderFilter::default()
        };
        reminders += reminders::count(&mut tx, scope, &of_lead).await?;
    }
    let counts = workspace.counts(&mut tx).await?;
    let contact = found.contact.as_ref();
    Ok(Sure {
        frame: workspace.framed(&counts),
        id: id.to_string(),
        version: found.lead.version,
        name: contact
            .map_or("Unknown visitor", Contact::display_name)
            .to_owned(),
        kind: found.lead.lead_type.label().to_lowercase(),
        has_contact: contact.is_some(),
        activities: activities::count(&mut tx, scope, &of_lead).await?,
        reminders,
        is_stale: false,
    })
}
