//! The contacts that the rows of an import speak of: looked up, made, filled, and taken out again.

use types::{Contact, ContactId, Phone, matching::Person};

use crate::{
    Result, TenantScope, Tx,
    backend::{Only, Sql, Words},
    tenant::contacts::{name_key, search_text},
};

/// The contacts that have an address or a number of any of these people, each once.
pub async fn known(tx: &mut Tx, scope: &TenantScope, people: &[&Person]) -> Result<Vec<Contact>> {
    const BY_EMAIL: Sql = Sql {
        sqlite: "SELECT id, full_name, email, phone, phone_normalized, source, tags, version, created_at, updated_at
                   FROM contacts
                  WHERE tenant_id = $1 AND email_normalized IN (SELECT c0 FROM list)",
        postgres: "SELECT id, full_name, email, phone, phone_normalized, source, tags, version, created_at, updated_at
                     FROM contacts
                    WHERE tenant_id = $2 AND email_normalized = ANY($1)",
    };
    const BY_PHONE: Sql = Sql {
        sqlite: "SELECT id, full_name, email, phone, phone_normalized, source, tags, version, created_at, updated_at
                   FROM contacts
                  WHERE tenant_id = $1 AND phone_normalized IN (SELECT c0 FROM list)",
        postgres: "SELECT id, full_name, email, phone, phone_normalized, source, tags, version, created_at, updated_at
                     FROM contacts
                    WHERE tenant_id = $2 AND phone_normalized = ANY($1)",
    };
    let emails: Vec<_> = people.iter().filter_map(|person| person.email.clone()).collect();
    let phones: Vec<_> = people
        .iter()
        .filter_map(|person| e164(person.phone.as_ref()))
        .collect();
    let mut known: Vec<Contact> = Vec::new();
    if !emails.is_empty() {
        let found = tx.bulk(BY_EMAIL).column(emails).bind(scope.tenant_id());
        known.extend(found.fetch_all::<Contact>().await?);
    }
    if !phones.is_empty() {
        let found = tx.bulk(BY_PHONE).column(phones).bind(scope.tenant_id());
        known.extend(found.fetch_all::<Contact>().await?);
    }
    known.sort_by_key(|contact| contact.id);
    known.dedup_by_key(|contact| contact.id);
    Ok(known)
}

/// Adds contacts. How many: fewer when somebody made one of them in the meantime.
pub async fn insert(tx: &mut Tx, scope: &TenantScope, contacts: &[Contact]) -> Result<u64> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO contacts
                        (tenant_id, id, full_name, email, email_normalized, phone, phone_normalized, source, tags,
                         search_text, name_key, created_at, updated_at)
                 SELECT $1, c0, c1, c2, c2, c3, c4, c5, c6, c7, c8, c9, c9
                   FROM list
                  WHERE TRUE
                     ON CONFLICT DO NOTHING",
        postgres: "INSERT INTO contacts
                          (tenant_id, id, full_name, email, email_normalized, phone, phone_normalized, source, tags,
                           search_text, name_key, created_at, updated_at)
                   SELECT $11, id, full_name, email, email, phone, e164, source, tags, search_text, name_key, at, at
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                       AS list (id, full_name, email, phone, e164, source, tags, search_text, name_key, at)
                       ON CONFLICT DO NOTHING",
    };
    if contacts.is_empty() {
        return Ok(0);
    }
    tx.bulk(INSERT)
        .column(contacts.iter().map(|contact| contact.id))
        .column(contacts.iter().map(|contact| contact.full_name.clone()))
        .column(contacts.iter().map(|contact| contact.email.clone()))
        .column(contacts.iter().map(original))
        .column(contacts.iter().map(|contact| e164(contact.phone.as_ref())))
        .column(contacts.iter().map(|contact| contact.source.clone()))
        .column(contacts.iter().map(|contact| Words(contact.tags.clone())))
        .column(contacts.iter().map(search_text))
        .column(contacts.iter().map(name_key))
        .column(contacts.iter().map(|contact| contact.created_at))
        .bind(scope.tenant_id())
        .execute()
        .await
}

/// Writes contacts back that are still what they were when they were read. How many: fewer when somebody was faster.
pub async fn update(tx: &mut Tx, scope: &TenantScope, contacts: &[Contact]) -> Result<u64> {
    const UPDATE: Sql = Sql {
        sqlite: "UPDATE contacts AS contact
                    SET full_name = list.c2, email = list.c3, email_normalized = list.c3, phone = list.c4,
                        phone_normalized = list.c5, search_text = list.c6, name_key = list.c7,
                        updated_at = list.c8, version = version + 1
                   FROM list
                  WHERE contact.tenant_id = $1 AND contact.id = list.c0 AND contact.version = list.c1",
        postgres:
            "UPDATE contacts AS contact
                      SET full_name = list.full_name, email = list.email, email_normalized = list.email,
                          phone = list.phone, phone_normalized = list.e164, search_text = list.search_text,
                          name_key = list.name_key, updated_at = list.at, version = contact.version + 1
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9)
                       AS list (id, version, full_name, email, phone, e164, search_text, name_key, at)
                    WHERE contact.tenant_id = $10 AND contact.id = list.id AND contact.version = list.version",
    };
    if contacts.is_empty() {
        return Ok(0);
    }
    tx.bulk(UPDATE)
        .column(contacts.iter().map(|contact| contact.id))
        .column(contacts.iter().map(|contact| contact.version))
        .column(contacts.iter().map(|contact| contact.full_name.clone()))
        .column(contacts.iter().map(|contact| contact.email.clone()))
        .column(contacts.iter().map(original))
        .column(contacts.iter().map(|contact| e164(contact.phone.as_ref())))
        .column(contacts.iter().map(search_text))
        .column(contacts.iter().map(name_key))
        .column(contacts.iter().map(|contact| contact.updated_at))
        .bind(scope.tenant_id())
        .execute()
        .await
}

/// Takes contacts out again that nobody touched since they came: says which.
///
/// What has a lead, a reminder or anything in its timeline is a person somebody works with, and stays.
pub async fn remove_untouched(tx: &mut Tx, scope: &TenantScope, ids: &[ContactId]) -> Result<Vec<ContactId>> {
    const FORGET: Sql = Sql {
        sqlite: "DELETE FROM duplicate_suggestions
                  WHERE tenant_id = $1
                    AND (contact_id IN (SELECT c0 FROM list) OR other_contact_id IN (SELECT c0 FROM list))",
        postgres: "DELETE FROM duplicate_suggestions
                    WHERE tenant_id = $2 AND (contact_id = ANY($1) OR other_contact_id = ANY($1))",
    };
    const REMOVE: Sql = Sql {
        sqlite: "DELETE FROM contacts
                  WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list) AND version = 1
                    AND NOT EXISTS (SELECT 1 FROM leads WHERE tenant_id = $1 AND contact_id = contacts.id)
                    AND NOT EXISTS (SELECT 1 FROM activities WHERE tenant_id = $1 AND contact_id = contacts.id)
                    AND NOT EXISTS (SELECT 1 FROM reminders WHERE tenant_id = $1 AND contact_id = contacts.id)
              RETURNING id AS value",
        postgres: "DELETE FROM contacts
                    WHERE tenant_id = $2 AND id = ANY($1) AND version = 1
                      AND NOT EXISTS (SELECT 1 FROM leads WHERE tenant_id = $2 AND contact_id = contacts.id)
                      AND NOT EXISTS (SELECT 1 FROM activities WHERE tenant_id = $2 AND contact_id = contacts.id)
                      AND NOT EXISTS (SELECT 1 FROM reminders WHERE tenant_id = $2 AND contact_id = contacts.id)
                RETURNING id AS value",
    };
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    tx.bulk(FORGET)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .execute()
        .await?;
    let removed: Vec<Only<ContactId>> = tx
        .bulk(REMOVE)
        .column(ids.iter().copied())
        .bind(scope.tenant_id())
        .fetch_all()
        .await?;
    Ok(removed.into_iter().map(|Only(id)| id).collect())
}

fn e164(phone: Option<&Phone>) -> Option<String> {
    phone.and_then(Phone::e164).map(str::to_owned)
}

fn original(contact: &Contact) -> Option<String> {
    contact.phone.as_ref().map(|phone| phone.original().to_owned())
}
