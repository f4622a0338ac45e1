//! Many contacts at once: looked up, made, filled, suspected to be one. A batch of the queue and a step of an import
//! meet people here, in as many statements for a thousand as for one.

use jiff::Timestamp;
use types::{
    Contact, Email, Phone, TenantId,
    matching::{Directory, Former, Person},
};

use super::{former, name_key};
use crate::{
    Result, Tx,
    backend::{FromRow, Row, Sql, Words},
    tenant::words,
};

/// A contact, and whose it is.
struct Owned {
    tenant_id: TenantId,
    contact: Contact,
}

impl FromRow for Owned {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            contact: Contact::from_row(row)?,
        })
    }
}

/// Contacts by their address or number, or by their id where a former address or number leads to them.
pub(super) const FIND: Sql = Sql {
    // The tenant is named in each alternative: named once, SQLite walks all of its contacts for each person.
    sqlite: "SELECT DISTINCT contact.tenant_id, contact.id, contact.full_name, contact.email, contact.phone,
                    contact.phone_normalized, contact.source, contact.tags, contact.version,
                    contact.created_at, contact.updated_at
               FROM list
               JOIN contacts AS contact
                 ON (contact.tenant_id = list.c0 AND contact.email_normalized = list.c1)
                 OR (contact.tenant_id = list.c0 AND contact.phone_normalized = list.c2)
                 OR (contact.tenant_id = list.c0 AND contact.id = list.c3)
                 OR (contact.tenant_id = list.c0 AND contact.id = list.c4)",
    postgres: "SELECT contact.tenant_id, contact.id, contact.full_name, contact.email, contact.phone,
                      contact.phone_normalized, contact.source, contact.tags, contact.version,
                      contact.created_at, contact.updated_at
                 FROM contacts AS contact
                WHERE (contact.tenant_id, contact.id) IN (
                      SELECT found.tenant_id, found.id
                        FROM UNNEST($1, $2) AS list (tenant_id, email)
                        JOIN contacts AS found
                          ON found.tenant_id = list.tenant_id AND found.email_normalized = list.email
                       UNION
                      SELECT found.tenant_id, found.id
                        FROM UNNEST($1, $3) AS list (tenant_id, phone)
                        JOIN contacts AS found
                          ON found.tenant_id = list.tenant_id AND found.phone_normalized = list.phone
                       UNION
                      SELECT list.tenant_id, list.id FROM UNNEST($1, $4) AS list (tenant_id, id)
                       UNION
                      SELECT list.tenant_id, list.id FROM UNNEST($1, $5) AS list (tenant_id, id))
                ORDER BY contact.tenant_id, contact.id
                  FOR UPDATE OF contact",
};

/// The contacts that have an address or a number of any of these people, or had it before they were merged, each with
/// whose they are. PostgreSQL holds them until the commit, so that what is filled in is really empty.
pub(crate) async fn directory(tx: &mut Tx, people: &[(&TenantId, &Person)]) -> Result<Directory> {
    let mut directory = Directory::default();
    if people.is_empty() {
        return Ok(directory);
    }
    let former = former::of_people(tx, people).await?;
    let led = |by: fn(&Former, &TenantId, &Person) -> bool| {
        let one = |(tenant_id, person): &(&TenantId, &Person)| {
            let found = former.iter().find(|former| by(former, tenant_id, person));
            found.map(|former| former.contact_id)
        };
        people.iter().map(one).collect::<Vec<_>>()
    };
    let (by_email, by_phone) = (led(Former::has_email_of), led(Former::has_phone_of));
    let found: Vec<Owned> = tx
        .bulk(FIND)
        .column(people.iter().map(|(tenant_id, _)| (*tenant_id).clone()))
        .column(people.iter().map(|(_, person)| person.email.clone()))
        .column(people.iter().map(|(_, person)| e164(person.phone.as_ref())))
        .column(by_email)
        .column(by_phone)
        .fetch_all()
        .await?;
    for Owned { tenant_id, contact } in found {
        directory.enter(tenant_id, contact);
    }
    directory.lead(former);
    Ok(directory)
}

pub(super) fn e164(phone: Option<&Phone>) -> Option<String> {
    phone.and_then(Phone::e164).map(str::to_owned)
}

/// Writes what the directory has that the database has not. False when somebody else made one of the new contacts
/// in the meantime: then everybody has to be looked up again.
pub(crate) async fn write(tx: &mut Tx, directory: &Directory, now: Timestamp) -> Result<bool> {
    let mut made: Vec<_> = directory.new_contacts().collect();
    made.sort_by_key(|(tenant_id, contact)| {
        (*tenant_id, contact.email.as_ref().map(Email::as_str), contact.id)
    });
    if insert(tx, &made).await? < made.len() as u64 {
        return Ok(false);
    }
    let filled: Vec<_> = directory.filled_contacts().collect();
    update(tx, &filled).await?;
    suggest_duplicates(tx, directory, now).await?;
    Ok(true)
}

/// Contacts, each with whose they are.
pub(crate) type Owners<'a> = [(&'a TenantId, &'a Contact)];

async fn insert(tx: &mut Tx, contacts: &Owners<'_>) -> Result<u64> {
    const INSERT: Sql = Sql {
        sqlite: "INSERT INTO contacts
                        (tenant_id, id, full_name, email, email_normalized, phone, phone_normalized, source, tags,
                         search_text, name_key, created_at, updated_at)
                 SELECT c0, c1, c2, c3, c3, c4, c5,
                        c6, c7, c8, c9, c10, c10
                   FROM list
                  WHERE TRUE
                     ON CONFLICT DO NOTHING",
        postgres: "INSERT INTO contacts
                          (tenant_id, id, full_name, email, email_normalized, phone, phone_normalized, source, tags,
                           search_text, name_key, created_at, updated_at)
                   SELECT tenant_id, id, full_name, email, email, phone, e164, source, tags, search_text, name_key, at, at
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
                       AS list (tenant_id, id, full_name, email, phone, e164, source, tags, search_text, name_key, at)
                       ON CONFLICT DO NOTHING",
    };
    if contacts.is_empty() {
        return Ok(0);
    }
    tx.bulk(INSERT)
        .column(contacts.iter().map(|(tenant_id, _)| (*tenant_id).clone()))
        .column(contacts.iter().map(|(_, contact)| contact.id))
        .column(contacts.iter().map(|(_, contact)| contact.full_name.clone()))
        .column(contacts.iter().map(|(_, contact)| contact.email.clone()))
        .column(contacts.iter().map(|(_, contact)| original(contact)))
        .column(contacts.iter().map(|(_, contact)| e164(contact.phone.as_ref())))
        .column(contacts.iter().map(|(_, contact)| contact.source.clone()))
        .column(contacts.iter().map(|(_, contact)| Words(contact.tags.clone())))
        .column(contacts.iter().map(|(_, contact)| words::of_contact(contact)))
        .column(contacts.iter().map(|(_, contact)| name_key(contact)))
        .column(contacts.iter().map(|(_, contact)| contact.created_at))
        .execute()
        .await
}

fn original(contact: &Contact) -> Option<String> {
    contact.phone.as_ref().map(|phone| phone.original().to_owned())
}

/// Writes contacts back that this transaction holds.
pub(crate) async fn update(tx: &mut Tx, contacts: &Owners<'_>) -> Result<()> {
    const UPDATE: Sql = Sql {
        sqlite: "UPDATE contacts AS contact
                    SET full_name = list.c2, email = list.c3, email_normalized = list.c3,
                        phone = list.c4, phone_normalized = list.c5,
                        search_text = list.c6 || former_words, name_key = list.c7, updated_at = list.c8,
                        tags = list.c9, version = version + 1
                   FROM list
                  WHERE contact.tenant_id = list.c0 AND contact.id = list.c1",
        postgres: "UPDATE contacts AS contact
                      SET full_name = list.full_name, email = list.email, email_normalized = list.email,
                          phone = list.phone, phone_normalized = list.e164,
                          search_text = list.search_text || contact.former_words, tags = list.tags,
                          name_key = list.name_key, updated_at = list.at, version = contact.version + 1
                     FROM UNNEST($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                       AS list (tenant_id, id, full_name, email, phone, e164, search_text, name_key, at, tags)
                    WHERE contact.tenant_id = list.tenant_id AND contact.id = list.id",
    };
    if contacts.is_empty() {
        return Ok(());
    }
    tx.bulk(UPDATE)
        .column(contacts.iter().map(|(tenant_id, _)| (*tenant_id).clone()))
        .column(contacts.iter().map(|(_, contact)| contact.id))
        .column(contacts.iter().map(|(_, contact)| contact.full_name.clone()))
        .column(contacts.iter().map(|(_, contact)| contact.email.clone()))
        .column(contacts.iter().map(|(_, contact)| original(contact)))
        .column(contacts.iter().map(|(_, contact)| e164(contact.phone.as_ref())))
        .column(contacts.iter().map(|(_, contact)| words::of_contact(contact)))
        .column(contacts.iter().map(|(_, contact)| name_key(contact)))
        .column(contacts.iter().map(|(_, contact)| contact.updated_at))
        .column(contacts.iter().map(|(_, contact)| Words(contact.tags.clone())))
        .execute()
        .await?;
    Ok(())
}

/// What is noted on two contacts when one visitor gave the e-mail of one and the phone of the other.
const SHARED_PHONE: &str = "same_phone";

async fn suggest_duplicates(tx: &mut Tx, directory: &Directory, now: Timestamp) -> Result<()> {
    const SUGGEST: Sql = Sql {
        sqlite:
            "INSERT INTO duplicate_suggestions (tenant_id, contact_id, other_contact_id, reason, created_at)
                 SELECT c0, c1, c2, $1, $2
                   FROM list
                  WHERE TRUE
                     ON CONFLICT DO NOTHING",
        postgres:
            "INSERT INTO duplicate_suggestions (tenant_id, contact_id, other_contact_id, reason, created_at)
                   SELECT tenant_id, contact_id, other_id, $4, $5
                     FROM UNNEST($1, $2, $3) AS list (tenant_id, contact_id, other_id)
                       ON CONFLICT DO NOTHING",
    };
    let suspicions: Vec<_> = directory.suspicions().collect();
    if suspicions.is_empty() {
        return Ok(());
    }
    tx.bulk(SUGGEST)
        .column(suspicions.iter().map(|pair| pair.tenant_id.clone()))
        .column(suspicions.iter().map(|pair| pair.contact_id.min(pair.other_id)))
        .column(suspicions.iter().map(|pair| pair.contact_id.max(pair.other_id)))
        .bind(SHARED_PHONE)
        .bind(now)
        .execute()
        .await?;
    Ok(())
}
