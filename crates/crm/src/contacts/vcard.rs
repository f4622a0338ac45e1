//! Contacts as vCards, to be taken into a phone or another program: one, or a whole list.
//!
//! They are of version 3.0 (RFC 2426), which phones and mail programs write themselves. Some of the largest do not read
//! 4.0 (<https://github.com/Dolibarr/dolibarr/issues/36532>), or only in part
//! (<https://github.com/GrapheneOS/os-issue-tracker/issues/977>); and what it has beyond 3.0, we keep of nobody.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use db::tenant::contacts::{self, ContactFilter};
use server::{Failure, Params, Path};
use types::{Contact, ContactId, Email, Phone};

use super::{filter, list::batches};
use crate::{
    app::App,
    content_lines::{ContentLines, escaped},
    listing,
    member::Member,
    table::export::{self, Format},
};

/// `/api/contacts/{id}/vcard`: one contact.
pub(crate) async fn one(
    member: Member,
    State(app): State<App>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let contact = contacts::find(&mut tx, &member.scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, Format::Vcard.content_type()),
        // Not called by the person's name: a download's name is in the history of a shared computer.
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"contact.vcf\"",
        ),
    ];
    Ok((headers, card(&contact)).into_response())
}

/// `/api/contacts.vcf`: the list as it is shown, with its filters and its order.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let filter = ContactFilter {
        named: listing::named(&params)?,
        ..filter(&params)?
    };
    let what = ("contacts", Format::Vcard);
    export::note(&app, &member, what, &params).await?;
    Ok(export::answer(what, batches((app, member), filter, card)))
}

/// Everything of a contact that a card has a place for.
pub(crate) fn card(contact: &Contact) -> String {
    let mut card = ContentLines::default();
    card.line("BEGIN", "VCARD");
    card.line("VERSION", "3.0");
    card.line("PRODID", "-//Freehold//Contacts//EN");
    // Who takes the card in again has the same one, changed.
    card.line("UID", &format!("urn:uuid:{}", contact.id));
    let number = contact.phone.as_ref().map(dialled);
    let address = contact.email.as_ref().map(Email::as_str);
    let name = contact.full_name.as_deref();
    // A card must say both: what to call somebody, and their name in parts.
    card.text("FN", name.or(address).or(number.as_deref()).unwrap_or_default());
    card.line("N", &name.map_or_else(|| ";;;;".to_owned(), parts));
    if let Some(email) = address {
        card.text("EMAIL;TYPE=INTERNET", email);
    }
    if let Some(number) = &number {
        card.text("TEL;TYPE=VOICE", number);
    }
    if !contact.tags.is_empty() {
        let tags: Vec<_> = contact.tags.iter().map(|tag| escaped(tag)).collect();
        card.line("CATEGORIES", &tags.join(","));
    }
    card.time("REV", contact.updated_at);
    card.line("END", "VCARD");
    card.finish()
}

/// Family and given name. We keep the name whole: of several words the last is taken for the family's.
fn parts(name: &str) -> String {
    let (given, family) = name.rsplit_once(char::is_whitespace).unwrap_or((name, ""));
    format!("{};{};;;", escaped(family), escaped(given.trim()))
}

/// A number that a phone dials, with its extension after a pause; or what somebody wrote instead of one.
fn dialled(phone: &Phone) -> String {
    match (phone.e164(), phone.extension()) {
        (Some(number), Some(extension)) => format!("{number},{extension}"),
        (Some(number), None) => number.to_owned(),
        (None, _) => phone.original().to_owned(),
    }
}
