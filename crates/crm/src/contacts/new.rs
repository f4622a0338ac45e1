//! `/contacts/new`: somebody a member met, typed in. Who is known already is shown instead of made twice.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{Tx, tenant::contacts};
use server::{Conflict, Failure, FieldErrors, Filled, Flash, Form, Frame, Submitted, page};
use types::{Contact, ContactChange, ContactId, sources};

use super::{add::add, edit, saved};
use crate::{app::App, member::Writer, once, workspace::Workspace};

#[derive(Template)]
#[template(path = "contacts/new.html")]
struct New {
    frame: Frame,
    form: Filled,
    known: Option<Known>,
}

/// Who has the address or the number already.
pub(crate) struct Known {
    pub(crate) id: ContactId,
    pub(crate) name: String,
}

/// Shows the form.
pub(crate) async fn show(
    _: Writer,
    workspace: Workspace,
    State(app): State<App>,
) -> Result<Response, Failure> {
    let form = once::form(&app, Submitted::default());
    page::private(&load(&app, &workspace, form, None).await?)
}

/// Adds them.
pub(crate) async fn create(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (wanted, mut errors) = edit::read(&typed);
    let id: ContactId = once::id(&app, &typed).into();
    let mut tx = app.db.write(&writer.0.scope).await?;
    let here = |told: String| {
        let back = page::see_other(&format!("/contacts/{id}"));
        Ok(Flash::success(told).on(back, &workspace.facts))
    };
    if contacts::find(&mut tx, &writer.0.scope, id).await?.is_some() {
        return here("The contact is here.".to_owned());
    }
    let mut known = None;
    if let Some(contact) = typed_in(&app, id, wanted, &mut errors) {
        match add(&mut tx, &app, &writer, &contact).await {
            Ok(alike) => {
                tx.commit().await?;
                return here(match alike.is_empty() {
                    true => saved("Contact saved.", &contact),
                    false => saved(
                        "Contact saved. Somebody here may be the same person: see Duplicates.",
                        &contact,
                    ),
                });
            }
            Err(Failure::Conflict(conflict)) => {
                known = who(&mut tx, &writer, &conflict).await?;
                refuse(&mut errors, conflict);
            }
            Err(failure) => return Err(failure),
        }
    }
    drop(tx);
    page::refused(&load(&app, &workspace, Filled::new(typed, errors), known).await?)
}

/// The contact that was typed in; none, and why, when it cannot be.
pub(crate) fn typed_in(
    app: &App,
    id: ContactId,
    wanted: ContactChange,
    errors: &mut FieldErrors,
) -> Option<Contact> {
    let contact = Contact {
        full_name: wanted.full_name.apply(None),
        email: wanted.email.apply(None),
        phone: wanted.phone.apply(None),
        tags: wanted.tags.apply(None).unwrap_or_default(),
        ..Contact::new(id, sources::CRM_MANUAL, app.clock.now())
    };
    if errors.is_empty() && contact.email.is_none() && contact.phone.is_none() {
        errors.add("email", "required", "A contact needs an e-mail or a phone.");
    }
    errors.is_empty().then_some(contact)
}

/// Who stands in the way, as far as the member may see them.
pub(crate) async fn who(tx: &mut Tx, writer: &Writer, conflict: &Conflict) -> Result<Option<Known>, Failure> {
    let id = conflict.members.get("contactId").and_then(|id| id.as_str());
    let Some(id) = id.and_then(|id| id.parse().ok()) else {
        return Ok(None);
    };
    let found = contacts::find(tx, &writer.0.scope, id).await?;
    Ok(found.map(|contact| Known {
        id,
        name: contact.display_name().to_owned(),
    }))
}

/// Says it beside the field that names them.
pub(crate) fn refuse(errors: &mut FieldErrors, conflict: Conflict) {
    let field = conflict.members.get("field").and_then(|field| field.as_str());
    let field = field.unwrap_or("email").to_owned();
    errors.add(field, conflict.code, conflict.detail);
}

async fn load(app: &App, workspace: &Workspace, form: Filled, known: Option<Known>) -> Result<New, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    Ok(New {
        frame: workspace.framed(&counts),
        form,
        known,
    })
}
