//! Whose wish is it? Finds the contact an event speaks of, or makes it; never a second one for the same person.
//!
//! The e-mail decides, else the phone. What a contact already says of itself stays: only empty fields are filled,
//! and what else a visitor wrote is kept with the activity.

use db::tenant::contacts;
use types::{Contact, ContactId, Email, Phone};

use super::scene::Scene;
use crate::failure::JobError;

/// A person as an event describes them.
pub(super) struct Person {
    pub(super) name: Option<String>,
    pub(super) email: Option<Email>,
    pub(super) phone: Option<Phone>,
    /// Where they would come from, if nobody knows them yet.
    pub(super) source: String,
}

/// What is noted on two contacts when one visitor gave the e-mail of one and the phone of the other.
const SHARED_PHONE: &str = "same_phone";

/// The contact of this person.
///
/// Rivals may add the same person at the same moment: then the story is overtaken, and finds them when it begins
/// again.
pub(super) async fn find_or_add(scene: &mut Scene<'_>, person: Person) -> Result<ContactId, JobError> {
    let by_email = match &person.email {
        Some(email) => contacts::find_by_email(scene.tx, scene.scope, email).await?,
        None => None,
    };
    let by_phone = match &person.phone {
        Some(phone) => contacts::find_by_phone(scene.tx, scene.scope, phone).await?,
        None => None,
    };
    match (by_email, by_phone) {
        (Some(contact), Some(other)) if contact.id != other.id => {
            // The number stays with whom it is; a person of the tenant decides whether the two are one.
            let unphoned = Person {
                phone: None,
                ..person
            };
            fill(scene, &contact, unphoned).await?;
            contacts::suggest_duplicate(
                scene.tx,
                scene.scope,
                (contact.id, other.id),
                SHARED_PHONE,
                scene.now,
            )
            .await?;
            Ok(contact.id)
        }
        (Some(contact), _) | (None, Some(contact)) => {
            fill(scene, &contact, person).await?;
            Ok(contact.id)
        }
        (None, None) => add(scene, person).await,
    }
}

async fn add(scene: &mut Scene<'_>, person: Person) -> Result<ContactId, JobError> {
    let contact = Contact {
        id: ContactId::new(scene.ids),
        full_name: person.name,
        email: person.email,
        phone: person.phone,
        source: person.source,
        tags: Vec::new(),
        created_at: scene.now,
        updated_at: scene.now,
    };
    if contacts::insert(scene.tx, scene.scope, &contact).await? {
        Ok(contact.id)
    } else {
        Err(JobError::Overtaken)
    }
}

/// Writes down what the contact did not say of itself yet.
async fn fill(scene: &mut Scene<'_>, known: &Contact, person: Person) -> Result<(), JobError> {
    if !has_news(known, &person) {
        return Ok(());
    }
    // Read again under a lock: a member may be editing this contact, and theirs must not be undone.
    let Some(mut contact) = contacts::find_locked(scene.tx, scene.scope, known.id).await? else {
        return Err(JobError::Overtaken);
    };
    contact.full_name = contact.full_name.or(person.name);
    contact.email = contact.email.or(person.email);
    contact.phone = contact.phone.or(person.phone);
    contact.updated_at = scene.now;
    contacts::update(scene.tx, scene.scope, &contact).await?;
    Ok(())
}

const fn has_news(known: &Contact, person: &Person) -> bool {
    (known.full_name.is_none() && person.name.is_some())
        || (known.email.is_none() && person.email.is_some())
        || (known.phone.is_none() && person.phone.is_some())
}
