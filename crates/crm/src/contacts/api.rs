//! `/api/contacts`: the list, one contact, new ones, and changes.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::{consents, contacts};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{
    Facts, Failure, Fields, Params, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{Contact, ContactChange, ContactId, Email, Patch, Phone, Region, Text, sources};

use super::{ConsentsOut, add::add, change::change, filter, list::place, remove::remove, word};
use crate::{
    app::App,
    listing::Listing,
    member::{Member, Writer},
};

/// A contact as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ContactOut {
    id: ContactId,
    full_name: Option<String>,
    email: Option<Email>,
    email_normalized: Option<Email>,
    /// As they wrote it.
    phone: Option<String>,
    phone_normalized: Option<String>,
    source: String,
    tags: Vec<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<Contact> for ContactOut {
    fn from(contact: Contact) -> Self {
        let phone = contact.phone.as_ref();
        Self {
            id: contact.id,
            full_name: contact.full_name,
            phone: phone.map(|phone| phone.original().to_owned()),
            phone_normalized: phone.and_then(Phone::e164).map(str::to_owned),
            // An address is normal by the time it is one.
            email_normalized: contact.email.clone(),
            email: contact.email,
            source: contact.source,
            tags: contact.tags,
            created_at: contact.created_at,
            updated_at: contact.updated_at,
        }
    }
}

/// Lists contacts, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let mut filter = filter(&params)?;
    let order = ("contacts", word(filter.sort));
    let listing = Listing::new(order, member.scope.tenant_id(), &facts);
    filter.after = listing.after(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let page = contacts::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true if filter.after.is_none() && page.is_all() => Some(page.items.len() as i64),
        true => Some(contacts::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let place = |contact: &Contact| place(filter.sort, contact);
    Ok(answer::ok(listing.answer::<_, _, ContactOut>(page, total, place)))
}

/// Shows one contact.
pub(crate) async fn show(
    member: Member,
    State(app): State<App>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let found = contacts::find(&mut tx, &member.scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let consents = consents::of_contact(&mut tx, &member.scope, id).await?;
    let version = Version::of(found.version);
    let shown = json!({
        "tenantId": member.scope.tenant_id(), "contact": ContactOut::from(found),
        "consents": ConsentsOut::from(consents),
    });
    Ok(version.on(answer::ok(shown)))
}

/// Changes what the body mentions; null clears.
pub(crate) async fn update(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let wanted = ContactChange {
        full_name: fields.text::<200>("fullName"),
        email: fields.patch("email"),
        phone: phone(&mut fields),
        tags: fields.tags(),
    };
    fields.finish()?;
    if wanted == ContactChange::default() {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    let changed = change(&app, &writer, id, &seen, wanted).await?;
    Ok(one(&writer.0, changed, StatusCode::OK))
}

/// Takes a contact away.
pub(crate) async fn delete(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    remove(&app, &writer, id, &seen).await?;
    Ok(answer::ok(json!({ "tenantId": writer.0.scope.tenant_id() })))
}

fn one(member: &Member, contact: Contact, status: StatusCode) -> Response {
    let version = Version::of(contact.version);
    let contact = json!({ "tenantId": member.scope.tenant_id(), "contact": ContactOut::from(contact) });
    version.on(answer::ok_with(status, contact))
}

/// A number; an empty one clears.
fn phone(fields: &mut Fields) -> Patch<Phone> {
    match fields.text::<100>("phone") {
        Patch::Set(text) => match Phone::parse(&text, Region::US) {
            Ok(phone) => Patch::Set(phone),
            Err(error) => {
                fields.refuse("phone", "invalid", format!("phone {error}."));
                Patch::Keep
            }
        },
        Patch::Clear => Patch::Clear,
        Patch::Keep => Patch::Keep,
    }
}

/// Adds somebody a member typed in.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let full_name = fields.optional::<Text<200>>("fullName");
    let email = fields.optional::<Email>("email");
    let phone = phone(&mut fields).apply(None);
    let tags = fields.tags().apply(None).unwrap_or_default();
    if email.is_none() && phone.is_none() && fields.is_fine() {
        fields.refuse("email", "required", "A contact needs an e-mail or a phone.");
    }
    fields.finish()?;
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let contact = Contact {
        full_name: full_name.map(Text::into_string),
        email,
        phone,
        tags,
        ..Contact::new(ContactId::new(&*app.ids), sources::CRM_MANUAL, now)
    };
    let mut tx = app.db.write(scope).await?;
    let alike = add(&mut tx, &app, &writer, &contact).await?;
    tx.commit().await?;
    let version = Version::of(contact.version);
    let made = json!({
        "tenantId": scope.tenant_id(), "contact": ContactOut::from(contact), "possibleDuplicates": alike,
    });
    Ok(version.on(answer::ok_with(StatusCode::CREATED, made)))
}
