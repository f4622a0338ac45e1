//! Whom contacts were before they were merged: an address, a number or an id of theirs leads to the contact that is left.

use types::{
    Contact, ContactId, Email, MergeId, Phone, TenantId,
    matching::{Former, Person},
};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row, Sql},
    tenant::sight::sees_contact,
};

/// The most that are told of one contact.
const MOST: i64 = 100;

/// The contact that one of this id became part of, if it is seen.
pub async fn became(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Option<ContactId>> {
    let kept: Option<Only<ContactId>> = tx
        .query(concat!(
            "SELECT contacts.id AS value
               FROM former_contacts AS former
               JOIN contacts ON contacts.tenant_id = former.tenant_id AND contacts.id = former.contact_id
              WHERE former.tenant_id = $1 AND former.former_id = $3 AND former.contact_id <> $3 AND",
            sees_contact!("contacts.id"),
            "ORDER BY former.merge_id DESC
              LIMIT 1"
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(id)
        .fetch_optional()
        .await?;
    Ok(kept.map(|Only(id)| id))
}

/// Somebody who became part of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Was {
    /// Their id then; the contact's own, for what it said itself before a merge.
    pub id: ContactId,
    /// Their address.
    pub email: Option<Email>,
    /// Their number.
    pub phone: Option<Phone>,
}

/// Who a contact that its caller found was before it was merged: at most a hundred, the first merged first.
pub async fn of_contact(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Vec<Was>> {
    tx.query(
        "SELECT former_id, email, phone, phone_normalized
           FROM former_contacts
          WHERE tenant_id = $1 AND contact_id = $2
          ORDER BY first_merge_id, former_id
          LIMIT $3",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(MOST)
    .fetch_all()
    .await
}

impl FromRow for Was {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let phone: Option<String> = row.get("phone")?;
        let e164 = row.get("phone_normalized")?;
        Ok(Self {
            id: row.get("former_id")?,
            email: row.get("email")?,
            phone: phone.map(|original| Phone::from_stored(original, e164)),
        })
    }
}

/// A row, with the merge that wrote it.
struct Written {
    merge_id: MergeId,
    former: Former,
}

impl FromRow for Written {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            merge_id: row.get("merge_id")?,
            former: Former {
                tenant_id: row.get("tenant_id")?,
                contact_id: row.get("contact_id")?,
                email: row.get("email")?,
                e164: row.get("phone_normalized")?,
            },
        })
    }
}

pub(super) const FIND: Sql = Sql {
    // By each way apart: asked for either, SQLite may walk all that the tenant ever merged for each person.
    sqlite: "SELECT former.tenant_id, former.merge_id, former.contact_id, former.email, former.phone_normalized
               FROM list
               JOIN former_contacts AS former
                 ON former.tenant_id = list.c0 AND former.email = list.c1
              UNION
             SELECT former.tenant_id, former.merge_id, former.contact_id, former.email, former.phone_normalized
               FROM list
               JOIN former_contacts AS former
                 ON former.tenant_id = list.c0 AND former.phone_normalized = list.c2",
    postgres: "SELECT former.tenant_id, former.merge_id, former.contact_id, former.email, former.phone_normalized
                 FROM UNNEST($1, $2) AS list (tenant_id, email)
                 JOIN former_contacts AS former
                   ON former.tenant_id = list.tenant_id AND former.email = list.email
                UNION
               SELECT former.tenant_id, former.merge_id, former.contact_id, former.email, former.phone_normalized
                 FROM UNNEST($1, $3) AS list (tenant_id, phone)
                 JOIN former_contacts AS former
                   ON former.tenant_id = list.tenant_id AND former.phone_normalized = list.phone",
};

/// Where addresses and numbers of these people lead that were a contact's before it was merged, the last merged first.
pub(super) async fn of_people(tx: &mut Tx, people: &[(&TenantId, &Person)]) -> Result<Vec<Former>> {
    let mut found: Vec<Written> = tx
        .bulk(FIND)
        .column(people.iter().map(|(tenant_id, _)| (*tenant_id).clone()))
        .column(people.iter().map(|(_, person)| person.email.clone()))
        .column(
            people
                .iter()
                .map(|(_, person)| super::many::e164(person.phone.as_ref())),
        )
        .fetch_all()
        .await?;
    found.sort_by_key(|written| std::cmp::Reverse(written.merge_id));
    Ok(found.into_iter().map(|written| written.former).collect())
}

/// Lets what each contact of a merge was lead to the one that is left, and what led to them before.
pub(in crate::tenant) async fn hand_over(
    tx: &mut Tx,
    scope: &TenantScope,
    (merge, kept): (MergeId, ContactId),
) -> Result<()> {
    for statement in [
        "INSERT INTO former_contacts
                (tenant_id, merge_id, first_merge_id, former_id, contact_id, email, phone, phone_normalized, search_text)
         SELECT tenant_id, merge_id, merge_id, id, $3, email, phone, phone_normalized,
                substr(search_text, 1, length(search_text) - length(former_words))
           FROM merged_contacts
          WHERE tenant_id = $1 AND merge_id = $2",
        "INSERT INTO former_contacts
                (tenant_id, merge_id, first_merge_id, former_id, contact_id, email, phone, phone_normalized, search_text)
         SELECT tenant_id, $2, first_merge_id, former_id, $3, email, phone, phone_normalized, search_text
           FROM former_contacts
          WHERE tenant_id = $1
            AND contact_id IN (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    ] {
        tx.query(statement)
            .bind(scope.tenant_id())
            .bind(merge)
            .bind(kept)
            .execute()
            .await?;
    }
    find_by(tx, scope, kept).await
}

/// Takes that back with the merge.
pub(in crate::tenant) async fn take_back(
    tx: &mut Tx,
    scope: &TenantScope,
    (merge, kept): (MergeId, ContactId),
) -> Result<()> {
    tx.query("DELETE FROM former_contacts WHERE tenant_id = $1 AND merge_id = $2")
        .bind(scope.tenant_id())
        .bind(merge)
        .execute()
        .await?;
    find_by(tx, scope, kept).await
}

/// Lets searches find a contact by what it is and by what it was.
async fn find_by(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<()> {
    tx.query(
        "UPDATE contacts
            SET search_text = substr(search_text, 1, length(search_text) - length(former_words)) || COALESCE(
                    (SELECT string_agg(former.search_text, '')
                       FROM former_contacts AS former
                      WHERE former.tenant_id = $1 AND former.contact_id = $2), ''),
                former_words = COALESCE(
                    (SELECT string_agg(former.search_text, '')
                       FROM former_contacts AS former
                      WHERE former.tenant_id = $1 AND former.contact_id = $2), '')
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .execute()
    .await?;
    Ok(())
}

/// Who a contact is and was, all of them: by whose addresses and numbers what is known of it is found, and erased.
pub async fn everybody(tx: &mut Tx, scope: &TenantScope, contact: &Contact) -> Result<Vec<Was>> {
    let mut known: Vec<Was> = tx
        .query(
            "SELECT DISTINCT former_id, email, phone, phone_normalized
               FROM former_contacts
              WHERE tenant_id = $1 AND contact_id = $2",
        )
        .bind(scope.tenant_id())
        .bind(contact.id)
        .fetch_all()
        .await?;
    known.push(Was {
        id: contact.id,
        email: contact.email.clone(),
        phone: contact.phone.clone(),
    });
    Ok(known)
}
