//! A tenant's contacts: found by who they are, never twice.

mod delete;
mod erase;
#[cfg(test)]
mod erase_tests;
pub mod former;
#[cfg(test)]
mod former_tests;
mod list;
pub(crate) mod many;
#[cfg(test)]
mod many_tests;
mod named;

use types::{Contact, ContactId, Email, Phone};

pub use delete::delete;
pub use erase::erase;
pub use list::{ContactFilter, ContactSort, count, list};

use super::{
    sight::{sees_contact, sees_lead},
    words,
};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql, Words},
};

/// The name in lower case, its words with one space between: two contacts that have it in common may be one person.
/// A single word says too little.
pub(crate) fn name_key(contact: &Contact) -> Option<String> {
    let words: Vec<_> = contact.full_name.as_deref()?.split_whitespace().collect();
    (words.len() > 1).then(|| words.join(" ").to_lowercase())
}

/// Selects contacts: where the statement has the tenant, and what else it asks for.
macro_rules! select_contacts {
    ($tenant_and_rest:literal) => {
        concat!(
            "SELECT id, full_name, email, phone, phone_normalized, source, tags, version, created_at, updated_at
               FROM contacts
              WHERE tenant_id = ",
            $tenant_and_rest
        )
    };
}

/// Finds a contact.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Option<Contact>> {
    tx.query(concat!(
        select_contacts!("$1 AND id = $3 AND"),
        sees_contact!("contacts.id")
    ))
    .bind(scope.tenant_id())
    .bind(scope.only())
    .bind(id)
    .fetch_optional()
    .await
}

/// Finds these contacts, in no order. Those that are not this tenant's are not among them.
pub async fn find_all(tx: &mut Tx, scope: &TenantScope, ids: &[ContactId]) -> Result<Vec<Contact>> {
    const FIND: Sql = Sql {
        sqlite: concat!(
            select_contacts!("$1 AND id IN (SELECT c0 FROM list) AND"),
            sees_contact!("contacts.id")
        ),
        postgres: concat!(
            select_contacts!("$2 AND id = ANY($1) AND"),
            sees_contact!("contacts.id", "$2", "$3")
        ),
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.bulk(FIND)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await
}

/// Finds these contacts, to be changed: PostgreSQL holds them until the commit, SQLite everything.
pub async fn find_to_change(tx: &mut Tx, scope: &TenantScope, ids: &[ContactId]) -> Result<Vec<Contact>> {
    const FIND: Sql = Sql {
        sqlite: concat!(
            select_contacts!("$1 AND id IN (SELECT c0 FROM list) AND"),
            sees_contact!("contacts.id")
        ),
        postgres: concat!(
            select_contacts!("$2 AND id = ANY($1) AND"),
            sees_contact!("contacts.id", "$2", "$3"),
            "ORDER BY id FOR UPDATE"
        ),
    };
    tx.bulk(FIND)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await
}

/// Which of these contacts have a lead that is not seen: what takes one of them from under it is not for whoever holds
/// this key.
pub async fn with_unseen_leads(
    tx: &mut Tx,
    scope: &TenantScope,
    ids: &[ContactId],
) -> Result<Vec<ContactId>> {
    const FIND: Sql = Sql {
        sqlite: concat!(
            "SELECT DISTINCT contact_id AS value
               FROM leads
              WHERE tenant_id = $1 AND contact_id IN (SELECT c0 FROM list) AND NOT",
            sees_lead!("leads")
        ),
        postgres: concat!(
            "SELECT DISTINCT contact_id AS value
               FROM leads
              WHERE tenant_id = $2 AND contact_id = ANY($1) AND NOT",
            sees_lead!("leads", "$3")
        ),
    };
    if scope.sees_all() || ids.is_empty() {
        return Ok(Vec::new());
    }
    let unseen: Vec<Only<ContactId>> = tx
        .bulk(FIND)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_all()
        .await?;
    Ok(unseen.into_iter().map(|Only(id)| id).collect())
}

/// Adds that a contact has this, or that one that was merged into it had: the first counts for more.
macro_rules! has_or_had {
    ($has:literal, $had:literal) => {
        concat!(
            select_contacts!("$1 AND ("),
            $has,
            " = $2 OR id = (SELECT former.contact_id
                              FROM former_contacts AS former
                              JOIN contacts AS kept
                                ON kept.tenant_id = former.tenant_id AND kept.id = former.contact_id
                             WHERE former.tenant_id = $1 AND former.",
            $had,
            " = $2
                             ORDER BY former.merge_id DESC
                             LIMIT 1))
              ORDER BY CASE WHEN ",
            $has,
            " = $2 THEN 0 ELSE 1 END
              LIMIT 1"
        )
    };
}

/// Finds the contact with this address, whether or not it is seen: an address is one contact's. What a contact had before
/// it was merged is its address, too.
pub async fn find_by_email(tx: &mut Tx, scope: &TenantScope, email: &Email) -> Result<Option<Contact>> {
    tx.query(has_or_had!("email_normalized", "email"))
        .bind(scope.tenant_id())
        .bind(email)
        .fetch_optional()
        .await
}

/// Finds the contact with this number, whether or not it is seen. A number that could not be read as one finds nobody.
pub async fn find_by_phone(tx: &mut Tx, scope: &TenantScope, phone: &Phone) -> Result<Option<Contact>> {
    let Some(e164) = phone.e164() else { return Ok(None) };
    tx.query(has_or_had!("phone_normalized", "phone_normalized"))
        .bind(scope.tenant_id())
        .bind(e164)
        .fetch_optional()
        .await
}

/// Adds a contact. False, and nothing added, when somebody has its address or number already.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, contact: &Contact) -> Result<bool> {
    let inserted = tx
        .query(
            "INSERT INTO contacts
                    (tenant_id, id, full_name, email, email_normalized, phone, phone_normalized, source, tags,
                     search_text, name_key, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                 ON CONFLICT DO NOTHING",
        )
        .bind(scope.tenant_id())
        .bind(contact.id)
        .bind(contact.full_name.clone())
        .bind(contact.email.clone())
        .bind(contact.phone.as_ref().map(|phone| phone.original().to_owned()))
        .bind(contact.phone.as_ref().and_then(Phone::e164).map(str::to_owned))
        .bind(&contact.source)
        .bind(Words(contact.tags.clone()))
        .bind(words::of_contact(contact))
        .bind(name_key(contact))
        .bind(contact.created_at)
        .bind(contact.updated_at)
        .execute()
        .await?;
    Ok(inserted == 1)
}

/// Writes a contact back if nobody changed it since it was read: `contact.version` is the one that was read.
///
/// False, and nothing written, when somebody did. A conflict names the column somebody else has the value of.
pub async fn update(tx: &mut Tx, scope: &TenantScope, contact: &Contact) -> Result<bool> {
    let touched = tx.query(
        "UPDATE contacts
            SET full_name = $4, email = $5, email_normalized = $5, phone = $6, phone_normalized = $7, source = $8,
                tags = $9, search_text = $10 || former_words, name_key = $11, updated_at = $12, version = version + 1
          WHERE tenant_id = $1 AND id = $2 AND version = $3",
    )
    .bind(scope.tenant_id())
    .bind(contact.id)
    .bind(contact.version)
    .bind(contact.full_name.clone())
    .bind(contact.email.clone())
    .bind(contact.phone.as_ref().map(|phone| phone.original().to_owned()))
    .bind(contact.phone.as_ref().and_then(Phone::e164).map(str::to_owned))
    .bind(&contact.source)
    .bind(Words(contact.tags.clone()))
    .bind(words::of_contact(contact))
    .bind(name_key(contact))
    .bind(contact.updated_at)
    .execute()
    .await?;
    Ok(touched == 1)
}

/// The contact of a joined row, whose columns are called `contact_…`; none when the join found nobody.
pub(super) fn joined(row: &Row<'_>) -> Result<Option<Contact>> {
    if row.is_null("contact_source")? {
        return Ok(None);
    }
    Ok(Some(Contact {
        id: row.get("contact_id")?,
        full_name: row.get("contact_full_name")?,
        email: row.get("contact_email")?,
        phone: phone_of(row)?,
        source: row.get("contact_source")?,
        tags: row.get::<Words>("contact_tags")?.0,
        version: row.get("contact_version")?,
        created_at: row.get("contact_created_at")?,
        updated_at: row.get("contact_updated_at")?,
    }))
}

/// The number of a contact that stands beside something else in a row.
pub(crate) fn phone_of(row: &Row<'_>) -> Result<Option<Phone>> {
    Ok(phone(
        row.get("contact_phone")?,
        row.get("contact_phone_normalized")?,
    ))
}

fn phone(original: Option<String>, e164: Option<String>) -> Option<Phone> {
    original.map(|original| Phone::from_stored(original, e164))
}

impl FromRow for Contact {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            full_name: row.get("full_name")?,
            email: row.get("email")?,
            phone: phone(row.get("phone")?, row.get("phone_normalized")?),
            source: row.get("source")?,
            tags: row.get::<Words>("tags")?.0,
            version: row.get("version")?,
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
        })
    }
}
