//! `/api/contacts`: the list, one contact, and new ones.

use axum::{extract::State, http::StatusCode, response::Response};
use db::{
    Tx,
    tenant::contacts::{self, ContactFilter},
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{Facts, Failure, Params, Path, json as answer};
use types::{Contact, ContactId, Email, Phone, Region, Text, sources};

use super::filter;
use crate::{
    app::App,
    listing::Listing,
    member::{Member, Writer},
    reading::Fields,
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
    let listing = Listing::new(("contacts", "-createdAt"), member.scope.tenant_id(), &facts);
    let filter = ContactFilter {
        after: listing.after(&params)?,
        ..filter(&params)
    };
    let mut tx = app.db.read(&member.scope).await?;
    let page = contacts::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(contacts::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let place = |contact: &Contact| (contact.created_at, contact.id);
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
    let contact = ContactOut::from(found);
    Ok(answer::ok(
        json!({ "tenantId": member.scope.tenant_id(), "contact": contact }),
    ))
}

/// Adds somebody a member typed in.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let full_name = fields.optional::<Text<200>>("fullName");
    let email = fields.optional::<Email>("email");
    let phone = fields.optional::<String>("phone");
    let phone = phone
        .filter(|text| !text.trim().is_empty())
        .map(|text| Phone::parse(&text, Region::US));
    let phone = phone.transpose().unwrap_or_else(|error| {
        fields.refuse("phone", "invalid", format!("phone {error}."));
        None
    });
    if email.is_none() && phone.is_none() && fields.is_fine() {
        fields.refuse("email", "required", "A contact needs an e-mail or a phone.");
    }
    fields.finish()?;
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let contact = Contact {
        id: ContactId::new(&*app.ids),
        full_name: full_name.map(Text::into_string),
        email,
        phone,
        source: sources::CRM_MANUAL.to_owned(),
        tags: Vec::new(),
        created_at: now,
        updated_at: now,
    };
    let mut tx = app.db.write(scope).await?;
    if !contacts::insert(&mut tx, scope, &contact).await? {
        return Err(duplicate(&mut tx, &writer, &contact).await?);
    }
    tx.commit().await?;
    let contact = ContactOut::from(contact);
    Ok(answer::ok_with(
        StatusCode::CREATED,
        json!({ "tenantId": scope.tenant_id(), "contact": contact }),
    ))
}

/// Names the contact that has the address or the number already.
async fn duplicate(tx: &mut Tx, writer: &Writer, contact: &Contact) -> Result<Failure, Failure> {
    let scope = &writer.0.scope;
    let by_email = match &contact.email {
        Some(email) => contacts::find_by_email(tx, scope, email).await?,
        None => None,
    };
    let (existing, what) = match (by_email, &contact.phone) {
        (Some(existing), _) => (Some(existing), "address"),
        (None, Some(phone)) => (contacts::find_by_phone(tx, scope, phone).await?, "number"),
        (None, None) => (None, "address"),
    };
    // Gone again between the two statements: trying again will work.
    let existing = existing.ok_or_else(Failure::unavailable)?;
    let sentence = format!("That {what} is already used by another contact.");
    Ok(Failure::conflict("contact_exists", sentence).with_member("contactId", existing.id.to_string()))
}
