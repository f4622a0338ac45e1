//! What a bulk edit deletes, and puts back for a while.
//!
//! Each row is kept as it was, and each link that was undone for it is noted, so that putting it back restores exactly
//! those. What was told of a contact to endpoints and what was suspected of them are not kept: they go as when one contact
//! is deleted. The merges that left a contact, and whom it was before, stay as long as it may be put back; the latter
//! lead to nobody meanwhile.

mod contacts;
mod leads;

use types::{BulkEditId, Contact, ContactId, Lead, LeadId};
use uuid::Uuid;

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
};

/// What is deleted or put back in one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The edit.
    pub edit: BulkEditId,
    /// Tells it from the edit's other steps.
    pub number: i64,
}

/// Deletes contacts that nobody changed since they were read: says which. Their leads stay, without a name.
pub async fn remove_contacts(
    tx: &mut Tx,
    scope: &TenantScope,
    step: Step,
    contacts: &[Contact],
) -> Result<Vec<Uuid>> {
    tx.bulk(contacts::KEEP)
        .column(contacts.iter().map(|contact| contact.id))
        .column(contacts.iter().map(|contact| contact.version))
        .bind(scope.tenant_id())
        .bind(step.edit)
        .bind(step.number)
        .execute()
        .await?;
    run(tx, scope, step, &contacts::TAKE).await?;
    ids(tx, scope, step, of_step!("removed_contacts")).await
}

/// Deletes leads that nobody changed since they were read: says which. What happened stays with their contacts.
pub async fn remove_leads(tx: &mut Tx, scope: &TenantScope, step: Step, leads: &[Lead]) -> Result<Vec<Uuid>> {
    tx.bulk(leads::KEEP)
        .column(leads.iter().map(|lead| lead.id))
        .column(leads.iter().map(|lead| lead.version))
        .bind(scope.tenant_id())
        .bind(step.edit)
        .bind(step.number)
        .execute()
        .await?;
    run(tx, scope, step, &leads::TAKE).await?;
    ids(tx, scope, step, of_step!("removed_leads")).await
}

/// Puts contacts back, with what lost its name for them and has none since: says which.
///
/// One whose address or number somebody new has by now stays away.
pub async fn put_back_contacts(
    tx: &mut Tx,
    scope: &TenantScope,
    step: Step,
    contacts: &[ContactId],
) -> Result<Vec<Uuid>> {
    tx.bulk(contacts::CHOOSE)
        .column(contacts.iter().copied())
        .bind(scope.tenant_id())
        .bind(step.edit)
        .bind(step.number)
        .execute()
        .await?;
    run(tx, scope, step, &contacts::GIVE).await?;
    ids(tx, scope, step, of_step!("removed_contacts")).await
}

/// Puts leads back, with their past and what was to be done: says which. Whose contact is gone by now has none.
pub async fn put_back_leads(
    tx: &mut Tx,
    scope: &TenantScope,
    step: Step,
    leads: &[LeadId],
) -> Result<Vec<Uuid>> {
    tx.bulk(leads::CHOOSE)
        .column(leads.iter().copied())
        .bind(scope.tenant_id())
        .bind(step.edit)
        .bind(step.number)
        .execute()
        .await?;
    run(tx, scope, step, &leads::GIVE).await?;
    ids(tx, scope, step, of_step!("removed_leads")).await
}

/// Whether a contact, or whom it became part of, is deleted and may come back, as far as the holder of this key sees who
/// deleted it.
pub async fn may_come_back(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<bool> {
    let found: Option<Only<ContactId>> = tx
        .query(
            "SELECT removed.id AS value
               FROM removed_contacts AS removed
               JOIN bulk_edits AS edit ON edit.tenant_id = $1 AND edit.id = removed.bulk_edit_id
              WHERE removed.tenant_id = $1 AND ($2 IS NULL OR edit.created_by = $2)
                AND (removed.id = $3
                     OR removed.id IN (SELECT contact_id
                                         FROM former_contacts
                                        WHERE tenant_id = $1 AND former_id = $3))
                AND NOT EXISTS (SELECT 1 FROM contacts WHERE contacts.tenant_id = $1 AND contacts.id = removed.id)
              LIMIT 1",
        )
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(id)
        .fetch_optional()
        .await?;
    Ok(found.is_some())
}

/// The contacts of these steps that did not come back.
macro_rules! for_good {
    () => {
        "SELECT removed.id
           FROM removed_contacts AS removed
          WHERE removed.tenant_id = $1 AND removed.bulk_edit_id = $2 AND removed.step <= $3
            AND NOT EXISTS (SELECT 1 FROM contacts WHERE contacts.tenant_id = $1 AND contacts.id = removed.id)"
    };
}

/// Forgets what an edit took in this step and in those before it: then there is no way back.
pub async fn forget(tx: &mut Tx, scope: &TenantScope, step: Step) -> Result<()> {
    for forgetting in [
        concat!(
            "DELETE FROM contact_merges
              WHERE tenant_id = $1
                AND (kept_id IN (",
            for_good!(),
            ") OR kept_id IN (SELECT former_id FROM former_contacts WHERE tenant_id = $1 AND contact_id IN (",
            for_good!(),
            ")))"
        ),
        concat!(
            "DELETE FROM former_contacts
              WHERE tenant_id = $1
                AND (contact_id IN (",
            for_good!(),
            ") OR contact_id IN (SELECT former_id FROM former_contacts WHERE tenant_id = $1 AND contact_id IN (",
            for_good!(),
            ")))"
        ),
        "DELETE FROM removed_contacts WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step <= $3",
        "DELETE FROM removed_leads WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step <= $3",
        "DELETE FROM removed_reminders WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step <= $3",
        "DELETE FROM removed_visitors WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step <= $3",
        "DELETE FROM removed_links WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step <= $3",
    ] {
        run(tx, scope, step, &[forgetting]).await?;
    }
    Ok(())
}

/// Which rows of a table are of the step: `$1` the tenant, `$2` the edit, `$3` the step.
macro_rules! of_step {
    ($table:literal) => {
        concat!(
            "SELECT id FROM ",
            $table,
            " WHERE tenant_id = $1 AND bulk_edit_id = $2 AND step = $3"
        )
    };
}

/// Notes what loses its name for a contact of the step, or its lead.
macro_rules! note {
    ($kind:literal, $table:literal, $column:literal, $removed:literal) => {
        concat!(
            "INSERT INTO removed_links (tenant_id, bulk_edit_id, step, kind, row_id, record_id)
             SELECT tenant_id, $2, $3, '",
            $kind,
            "', id, ",
            $column,
            " FROM ",
            $table,
            " WHERE tenant_id = $1 AND ",
            $column,
            " IN (",
            $crate::tenant::bulk_edits::removed::of_step!($removed),
            ")"
        )
    };
}

use {note, of_step};

async fn run(tx: &mut Tx, scope: &TenantScope, step: Step, statements: &[&'static str]) -> Result<()> {
    for statement in statements {
        tx.query(*statement)
            .bind(scope.tenant_id())
            .bind(step.edit)
            .bind(step.number)
            .execute()
            .await?;
    }
    Ok(())
}

async fn ids(tx: &mut Tx, scope: &TenantScope, step: Step, sql: &'static str) -> Result<Vec<Uuid>> {
    let found: Vec<Named> = tx
        .query(sql)
        .bind(scope.tenant_id())
        .bind(step.edit)
        .bind(step.number)
        .fetch_all()
        .await?;
    Ok(found.into_iter().map(|Named(id)| id).collect())
}

/// A row by its id.
struct Named(Uuid);

impl FromRow for Named {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("id")?))
    }
}
