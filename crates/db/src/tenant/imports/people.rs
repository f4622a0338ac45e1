//! The people that the rows of an import speak of: met, written back, and taken out again.

use jiff::Timestamp;
use types::{
    Contact, ContactId, Ids,
    matching::{Directory, Memory, Met, Person, Unmet},
};

use crate::{
    Result, TenantScope, Tx,
    backend::{Only, Sql},
    tenant::contacts::{self, many},
};

/// How a person was met, or why they were not.
pub type Outcome = std::result::Result<Met, Unmet>;

/// How each of these people would be met, one after the other, by what the database and `memory` know.
///
/// Nothing is written but into `memory`. Whose address or number is a contact's that is not seen is not met.
pub async fn preview(
    tx: &mut Tx,
    scope: &TenantScope,
    (people, memory): (&[&Person], &mut Memory),
    chance: (&dyn Ids, Timestamp),
) -> Result<Vec<Outcome>> {
    let mut directory = look(tx, scope, people).await?;
    memory.recall(&mut directory, scope.tenant_id(), people);
    let met = met(&mut directory, scope, people, chance);
    memory.remember(&directory);
    Ok(met)
}

/// Meets people one after the other: finds the contact of each, fills in what it lacked, or makes it. Contacts that are
/// not seen are neither filled in nor named.
///
/// None when somebody else made one of them meanwhile: then all of it begins again, in another transaction.
pub async fn meet(
    tx: &mut Tx,
    scope: &TenantScope,
    people: &[&Person],
    chance: (&dyn Ids, Timestamp),
) -> Result<Option<Vec<Outcome>>> {
    let mut directory = look(tx, scope, people).await?;
    let met = met(&mut directory, scope, people, chance);
    let is_written = many::write(tx, &directory, chance.1).await?;
    Ok(is_written.then_some(met))
}

async fn look(tx: &mut Tx, scope: &TenantScope, people: &[&Person]) -> Result<Directory> {
    let ours: Vec<_> = people.iter().map(|person| (scope.tenant_id(), *person)).collect();
    let mut directory = many::directory(tx, &ours).await?;
    if !scope.sees_all() {
        let seen = contacts::find_all(tx, scope, &directory.known()).await?;
        directory.hide_all_but(&seen.iter().map(|contact| contact.id).collect());
    }
    directory.tell_apart_by_name();
    Ok(directory)
}

fn met(
    directory: &mut Directory,
    scope: &TenantScope,
    people: &[&Person],
    (ids, now): (&dyn Ids, Timestamp),
) -> Vec<Outcome> {
    let tenant_id = scope.tenant_id();
    let met = people
        .iter()
        .map(|person| match directory.unmet(tenant_id, person) {
            Some(why) => Err(why),
            None => Ok(directory.meet(tenant_id, person, ids, now)),
        });
    met.collect()
}

/// Writes contacts back that this transaction found to change them.
pub async fn update(tx: &mut Tx, scope: &TenantScope, contacts: &[Contact]) -> Result<()> {
    let ours: Vec<_> = contacts
        .iter()
        .map(|contact| (scope.tenant_id(), contact))
        .collect();
    many::update(tx, &ours).await
}

/// Takes contacts out again that nobody touched since they were at this version: says which.
///
/// What has a lead, a reminder or anything in its timeline is a person somebody works with, and stays.
pub async fn remove_untouched(
    tx: &mut Tx,
    scope: &TenantScope,
    those: &[(ContactId, i64)],
) -> Result<Vec<ContactId>> {
    // PostgreSQL holds them: nobody gives them anything before they are gone.
    const CHOOSE: Sql = Sql {
        sqlite: "SELECT id AS value
                   FROM contacts
                  WHERE tenant_id = $1 AND (id, version) IN (SELECT c0, c1 FROM list)
                    AND NOT EXISTS (SELECT 1 FROM leads WHERE tenant_id = $1 AND contact_id = contacts.id)
                    AND NOT EXISTS (SELECT 1 FROM activities WHERE tenant_id = $1 AND contact_id = contacts.id)
                    AND NOT EXISTS (SELECT 1 FROM reminders WHERE tenant_id = $1 AND contact_id = contacts.id)",
        postgres: "SELECT id AS value
                     FROM contacts
                    WHERE tenant_id = $3
                      AND (id, version) IN (SELECT list.id, list.version FROM UNNEST($1, $2) AS list (id, version))
                      AND NOT EXISTS (SELECT 1 FROM leads WHERE tenant_id = $3 AND contact_id = contacts.id)
                      AND NOT EXISTS (SELECT 1 FROM activities WHERE tenant_id = $3 AND contact_id = contacts.id)
                      AND NOT EXISTS (SELECT 1 FROM reminders WHERE tenant_id = $3 AND contact_id = contacts.id)
                    ORDER BY id
                      FOR UPDATE",
    };
    const FORGET: Sql = Sql {
        sqlite: "DELETE FROM duplicate_suggestions
                  WHERE tenant_id = $1
                    AND (contact_id IN (SELECT c0 FROM list) OR other_contact_id IN (SELECT c0 FROM list))",
        postgres: "DELETE FROM duplicate_suggestions
                    WHERE tenant_id = $2 AND (contact_id = ANY($1) OR other_contact_id = ANY($1))",
    };
    const REMOVE: Sql = Sql {
        sqlite: "DELETE FROM contacts WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list)",
        postgres: "DELETE FROM contacts WHERE tenant_id = $2 AND id = ANY($1)",
    };
    if those.is_empty() {
        return Ok(Vec::new());
    }
    let chosen: Vec<Only<ContactId>> = tx
        .bulk(CHOOSE)
        .column(those.iter().map(|(id, _)| *id))
        .column(those.iter().map(|(_, version)| *version))
        .bind(scope.tenant_id())
        .fetch_all()
        .await?;
    let chosen: Vec<_> = chosen.into_iter().map(|Only(id)| id).collect();
    // What was said of those who stay, stays.
    for statement in [FORGET, REMOVE] {
        tx.bulk(statement)
            .column(chosen.iter().copied())
            .bind(scope.tenant_id())
            .execute()
            .await?;
    }
    Ok(chosen)
}
