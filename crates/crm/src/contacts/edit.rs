//! The form that corrects a contact: it posts, is checked, and leads back.

use axum::{extract::State, http::StatusCode, response::Response};
use server::{Failure, FieldErrors, Filled, Flash, Form, Params, Path, Submitted, etag::IfMatch, page};
use types::{Contact, ContactChange, ContactId, Email, Patch, Phone, Region, Text};

use super::{
    change::change,
    pages::{self, Edit},
};
use crate::{app::App, member::Writer, workspace::Workspace};

/// The form before anybody touched it.
pub(super) fn as_it_is(contact: &Contact) -> Filled {
    let values = Submitted::default()
        .with("fullName", contact.full_name.as_deref().unwrap_or_default())
        .with("email", contact.email.as_ref().map_or("", Email::as_str))
        .with("phone", contact.phone.as_ref().map_or("", Phone::original))
        .with("tags", contact.tags.join(", "));
    Filled::new(values, FieldErrors::default())
}

/// Saves what was typed.
pub(crate) async fn save(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (wanted, mut errors) = read(&typed);
    if errors.is_empty() {
        let seen = IfMatch::of_form(typed.get("version"));
        match change(&app, &writer, id, &seen, wanted).await {
            Ok(_) => {
                let back = page::see_other(&format!("/contacts/{id}"));
                return Ok(Flash::success("Contact saved.").on(back, &workspace.facts));
            }
            Err(Failure::Stale) => {
                let typed = Edit::Stale(Filled::new(typed, errors));
                let page = pages::load(&app, &workspace, id, &Params::default(), Some(typed)).await?;
                return page::with_status(StatusCode::PRECONDITION_FAILED, &page);
            }
            Err(Failure::Invalid(refused)) => errors = refused,
            Err(Failure::Conflict(conflict)) => {
                let field = conflict.members.get("field").and_then(|field| field.as_str());
                errors.add(field.unwrap_or("email"), conflict.code, conflict.detail);
            }
            Err(failure) => return Err(failure),
        }
    }
    let refused = Edit::Refused(Filled::new(typed, errors));
    page::refused(&pages::load(&app, &workspace, id, &Params::default(), Some(refused)).await?)
}

/// A form shows every field, so an empty one clears.
pub(crate) fn read(typed: &Submitted) -> (ContactChange, FieldErrors) {
    let mut errors = FieldErrors::default();
    let name = typed.filled("fullName").map(Text::<200>::parse).transpose();
    let name = name.map_err(|error| format!("The name {error}."));
    let email = typed.filled("email").map(str::parse::<Email>).transpose();
    let email = email.map_err(|error| format!("The e-mail {error}."));
    let phone = typed.filled("phone").map(|text| Phone::parse(text, Region::US));
    let phone = phone.transpose().map_err(|error| format!("The phone {error}."));
    let tags: Result<Vec<Text<50>>, _> = words(typed.get("tags")).map(Text::parse).collect();
    let tags = tags.map_err(|error| format!("Each tag {error}."));
    let change = ContactChange {
        full_name: set(errors.keep("fullName", "invalid", name)).map(Text::into_string),
        email: set(errors.keep("email", "invalid", email)),
        phone: set(errors.keep("phone", "invalid", phone)),
        tags: (errors.keep("tags", "invalid", tags)).map_or(Patch::Keep, |tags| {
            Patch::Set(tags.into_iter().map(Text::into_string).collect())
        }),
    };
    (change, errors)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

/// What was readable is set or cleared; what was not is told, and kept.
fn set<T>(read: Option<Option<T>>) -> Patch<T> {
    match read {
        Some(Some(value)) => Patch::Set(value),
        Some(None) => Patch::Clear,
        None => Patch::Keep,
    }
}
