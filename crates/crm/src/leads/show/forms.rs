//! The forms of a lead's page: they post, are checked, and lead back.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::leads;
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    etag::{IfMatch, Version},
    page,
};
use types::{CloseReason, Lead, LeadChange, LeadId, LeadStatus, Patch};

use super::view::{self, Show};
use crate::{
    activities::{NewActivity, log, read_note},
    app::App,
    leads::{Badge, change::change, row},
    member::Writer,
    once,
    pipeline::unexplained,
    workspace::Workspace,
};

/// The status form before anybody touched it.
pub(super) fn as_it_is(lead: &Lead) -> Filled {
    let reason = lead.close_reason.map_or("", CloseReason::as_str);
    let values = Submitted::default()
        .with("status", lead.status.as_str())
        .with("closeReason", reason);
    Filled::new(values, FieldErrors::default())
}

/// Somebody else was faster: what it is now, beside what was wanted.
#[derive(Template)]
#[template(path = "leads/show/stale.html")]
struct Stale {
    frame: Frame,
    id: String,
    version: i64,
    name: String,
    theirs: Badge,
    yours: Badge,
    status: &'static str,
    close_reason: String,
}

/// Moves the lead to another status. An end without a reason is asked about, as on the board.
pub(crate) async fn move_status(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (wanted, errors) = read_status(&typed);
    let Some(wanted) = wanted.filter(|_| errors.is_empty()) else {
        return refused(&app, &workspace, id, Filled::new(typed, errors)).await;
    };
    let status = wanted.status;
    let seen = IfMatch::of_form(typed.get("version"));
    if unexplained(&wanted).is_some() && is_current(&app, &workspace, id, &seen).await? {
        let mut errors = FieldErrors::default();
        errors.add("closeReason", "required", "Choose the reason that fits best.");
        return refused(&app, &workspace, id, Filled::new(typed, errors)).await;
    }
    match change(&app, &writer, id, &seen, wanted).await {
        Ok(changed) => {
            let told = format!("Status is {} now.", changed.lead.status.label().to_lowercase());
            Ok(Flash::success(told).on(page::see_other(&format!("/leads/{id}")), &workspace.facts))
        }
        Err(Failure::Stale) => stale(&app, &workspace, id, (status, typed.get("closeReason"))).await,
        Err(Failure::Invalid(errors)) => refused(&app, &workspace, id, Filled::new(typed, errors)).await,
        Err(failure) => Err(failure),
    }
}

/// Whether the lead is as whoever asks saw it: one who is slower hears of that first.
async fn is_current(app: &App, workspace: &Workspace, id: LeadId, seen: &IfMatch) -> Result<bool, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let found = leads::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)?;
    Ok(seen.allows(Version::of(found.lead.version)).is_ok())
}

fn read_status(typed: &Submitted) -> (Option<LeadChange>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let status: Option<LeadStatus> = errors.keep("status", "unknown", typed.get("status").parse());
    let reason = typed
        .filled("closeReason")
        .map(str::parse::<CloseReason>)
        .transpose();
    let reason = errors.keep("closeReason", "unknown", reason);
    let change = status.zip(reason).map(|(status, reason)| LeadChange {
        status: Some(status),
        close_reason: reason.map_or(Patch::Clear, Patch::Set),
        ..LeadChange::default()
    });
    (change, errors)
}

async fn stale(
    app: &App,
    workspace: &Workspace,
    id: LeadId,
    (wanted, close_reason): (Option<LeadStatus>, &str),
) -> Result<Response, Failure> {
    let record = view::load(app, workspace, id, &Params::default()).await?;
    let lead = &record.found.lead;
    let wanted = wanted.unwrap_or(lead.status);
    let contact = record.found.contact.as_ref();
    let page = Stale {
        frame: workspace.framed(&record.counts),
        id: id.to_string(),
        version: lead.version,
        name: contact
            .map_or("Unknown visitor", |contact| contact.display_name())
            .to_owned(),
        theirs: row::status(lead.status),
        yours: row::status(wanted),
        status: wanted.as_str(),
        close_reason: close_reason.to_owned(),
    };
    page::with_status(StatusCode::PRECONDITION_FAILED, &page)
}

/// Writes down what the member did: a note, a call, a text, an e-mail, an appointment.
pub(crate) async fn log_activity(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (activity_type, summary) = match read_note(&typed) {
        Ok(note) => note,
        Err(errors) => {
            let record = view::load(&app, &workspace, id, &Params::default()).await?;
            return page::refused(&Show::new(&workspace, record).noting(Filled::new(typed, errors)));
        }
    };
    let done = NewActivity {
        id: once::id(&app, &typed).into(),
        activity_type,
        summary,
        lead_id: Some(id),
        contact_id: None,
    };
    log(&app, &writer, done).await?;
    let told = format!("{} saved.", activity_type.label());
    Ok(Flash::success(told).on(page::see_other(&format!("/leads/{id}")), &workspace.facts))
}

/// The page again, with the status that was chosen and what is wrong with it.
async fn refused(app: &App, workspace: &Workspace, id: LeadId, status: Filled) -> Result<Response, Failure> {
    let record = view::load(app, workspace, id, &Params::default()).await?;
    page::refused(&Show::new(workspace, record).moving(status))
}
