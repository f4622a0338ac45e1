//! The form that corrects a contact: it posts, is checked, and leads back.

use axum::{extract::State, response::Response};
use db::tenant::contacts;
use server::{Failure, FieldErrors, Filled, Flash, Form, Params, Path, Submitted, etag::IfMatch, page};
use types::{Contact, ContactChange, ContactId, Email, Patch, Phone, Region, Text};

use super::{
    card::doubt,
    change::{change, refusal},
    pages::{self, Edit},
};
use crate::{
    app::App,
    member::Writer,
    sides::{self, About, Corrects, Named, Saved, Sides},
    words::tags,
    workspace::Workspace,
};

/// The fields of the form.
const FIELDS: [Named; 4] = [
    ("fullName", "Name"),
    ("email", "E-mail"),
    ("phone", "Phone"),
    ("tags", "Tags"),
];

/// The form before anybody touched it.
pub(super) fn as_it_is(contact: &Contact) -> Filled {
    let values = sides::remembering(values(contact), &FIELDS, contact.version);
    Filled::new(values, FieldErrors::default())
}

fn values(contact: &Contact) -> Submitted {
    Submitted::default()
        .with("fullName", contact.full_name.as_deref().unwrap_or_default())
        .with("email", contact.email.as_ref().map_or("", Email::as_str))
        .with("phone", contact.phone.as_ref().map_or("", Phone::original))
        .with("tags", contact.tags.join(", "))
}

/// Saves what was typed.
pub(crate) async fn save(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let form = OfContact {
        app: &app,
        writer: &writer,
        workspace: &workspace,
        id,
    };
    match sides::save(&form, typed).await? {
        Saved::Done(told) => {
            let back = page::see_other(&format!("/contacts/{id}"));
            Ok(Flash::success(format!("Contact saved.{told}")).on(back, &workspace.facts))
        }
        Saved::Torn(question) => Ok(question),
        Saved::Refused(typed) => {
            let edit = Some(Edit::Refused(typed));
            page::refused(&pages::load(&app, &workspace, id, &Params::default(), edit).await?)
        }
    }
}

/// The form of one contact, and who sent it.
struct OfContact<'a> {
    app: &'a App,
    writer: &'a Writer,
    workspace: &'a Workspace,
    id: ContactId,
}

impl Corrects for OfContact<'_> {
    const FIELDS: &'static [Named] = &FIELDS;

    async fn write(&self, typed: &Submitted) -> Result<String, Failure> {
        let (wanted, mut errors) = read(typed);
        if errors.is_empty() {
            let seen = IfMatch::of_form(typed.get("version"));
            match change(self.app, self.writer, self.id, &seen, wanted).await {
                Err(Failure::Conflict(conflict)) => {
                    let field = conflict.members.get("field").and_then(|field| field.as_str());
                    errors.add(field.unwrap_or("email"), conflict.code, conflict.detail);
                }
                changed => return changed.map(|contact| doubt(&contact)),
            }
        }
        errors.finish().map(|()| String::new())
    }

    async fn meet(&self, typed: &Submitted) -> Result<Sides, Failure> {
        let (wanted, errors) = read(typed);
        errors.finish()?;
        let scope = &self.workspace.member.scope;
        let mut tx = self.app.db.read(scope).await?;
        let theirs = contacts::find(&mut tx, scope, self.id)
            .await?
            .ok_or(Failure::NotFound)?;
        let mut yours = theirs.clone();
        yours.apply(wanted, self.workspace.now).map_err(refusal)?;
        let stored = (&values(&theirs), theirs.version);
        Ok(Sides::meet(&FIELDS, typed, stored, &values(&yours)))
    }

    async fn ask(&self, sides: &Sides) -> Result<Response, Failure> {
        let scope = &self.workspace.member.scope;
        let mut tx = self.app.db.read(scope).await?;
        let contact = contacts::find(&mut tx, scope, self.id)
            .await?
            .ok_or(Failure::NotFound)?;
        let about = About {
            kind: "contact",
            name: contact.display_name().to_owned(),
            href: format!("/contacts/{}", self.id),
            list: ("/contacts", "Contacts"),
        };
        let frame = self.workspace.framed(&self.workspace.counts(&mut tx).await?);
        sides::ask(frame, about, sides, |_, value| value.to_owned())
    }
}

/// A form shows every field, so an empty one clears, and one that nobody touched is no wish.
pub(crate) fn read(typed: &Submitted) -> (ContactChange, FieldErrors) {
    let mut errors = FieldErrors::default();
    let name = typed.filled("fullName").map(Text::<200>::parse).transpose();
    let name = name.map_err(|error| format!("The name {error}."));
    let email = typed.filled("email").map(str::parse::<Email>).transpose();
    let email = email.map_err(|error| format!("The e-mail {error}."));
    let phone = typed.filled("phone").map(|text| Phone::parse(text, Region::US));
    let phone = phone.transpose().map_err(|error| format!("The phone {error}."));
    let tags = match sides::is_untouched(typed, "tags") {
        // There may be more of them than anybody can give now: that is no mistake of this form.
        true => Ok(Vec::new()),
        false => tags(typed.get("tags")),
    };
    let name = errors.keep("fullName", "invalid", name);
    let email = errors.keep("email", "invalid", email);
    let phone = errors.keep("phone", "invalid", phone);
    let tags = errors.keep("tags", "invalid", tags);
    let change = ContactChange {
        full_name: set(typed, "fullName", name).map(Text::into_string),
        email: set(typed, "email", email),
        phone: set(typed, "phone", phone),
        tags: set(typed, "tags", tags.map(Some)),
    };
    (change, errors)
}

/// What was readable is set or cleared; what was not is told, and kept.
fn set<T>(typed: &Submitted, name: &str, read: Option<Option<T>>) -> Patch<T> {
    match read {
        _ if sides::is_untouched(typed, name) => Patch::Keep,
        Some(Some(value)) => Patch::Set(value),
        Some(None) => Patch::Clear,
        None => Patch::Keep,
    }
}
