//! Forgetting a person: everything that names them goes, from the queue to the answers kept for repeated requests.

use types::{Contact, ContactId, Phone};

use super::delete;
use crate::{Result, TenantScope, Tx, answers, tenant::like_literal};

/// Erases a contact with their leads, what happened, what was to be done, the events, the files and the browsers they
/// came with, what was held or told of them, and the merges they were part of.
///
/// False, and the transaction is to be dropped, when somebody changed the contact since it was read.
pub async fn erase(tx: &mut Tx, scope: &TenantScope, contact: &Contact) -> Result<bool> {
    forget_events(tx, scope, contact).await?;
    for forgetting in [
        "DELETE FROM webhook_deliveries
          WHERE tenant_id = $1
            AND (contact_id = $2
                 OR lead_id IN (SELECT id FROM leads WHERE tenant_id = $1 AND contact_id = $2)
                 OR contact_id IN (SELECT merged.id
                                     FROM merged_contacts AS merged
                                     JOIN contact_merges AS merge
                                       ON merge.tenant_id = merged.tenant_id AND merge.id = merged.merge_id
                                    WHERE merged.tenant_id = $1 AND merge.kept_id = $2))",
        "DELETE FROM reminders
          WHERE tenant_id = $1
            AND (contact_id = $2
                 OR lead_id IN (SELECT id FROM leads WHERE tenant_id = $1 AND contact_id = $2))",
        "DELETE FROM activities
          WHERE tenant_id = $1
            AND (contact_id = $2
                 OR lead_id IN (SELECT id FROM leads WHERE tenant_id = $1 AND contact_id = $2))",
        "DELETE FROM leads WHERE tenant_id = $1 AND contact_id = $2",
        "DELETE FROM import_rows WHERE tenant_id = $1 AND contact_id = $2",
        "DELETE FROM visitors WHERE tenant_id = $1 AND contact_id = $2",
        "DELETE FROM contact_merges
          WHERE tenant_id = $1
            AND id IN (SELECT merge_id FROM merged_contacts WHERE tenant_id = $1 AND id = $2)",
    ] {
        run(tx, scope, forgetting, contact.id).await?;
    }
    for trace in traces(contact) {
        answers::forget(tx, scope, &trace).await?;
        tx.query("DELETE FROM held_leads WHERE tenant_id = $1 AND LOWER(payload) LIKE $2 ESCAPE '\\'")
            .bind(scope.tenant_id())
            .bind(format!("%{}%", like_literal(&trace)))
            .execute()
            .await?;
        tx.query(
            "DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND LOWER(payload) LIKE $2 ESCAPE '\\'",
        )
        .bind(scope.tenant_id())
        .bind(format!("%{}%", like_literal(&trace)))
        .execute()
        .await?;
        tx.query("DELETE FROM import_rows WHERE tenant_id = $1 AND LOWER(cells) LIKE $2 ESCAPE '\\'")
            .bind(scope.tenant_id())
            .bind(format!("%{}%", like_literal(&trace)))
            .execute()
            .await?;
    }
    answers::forget(tx, scope, &contact.id.to_string()).await?;
    delete(tx, scope, contact.id, contact.version).await
}

/// The jobs that were ingested for them, and those that never were and say who they are. That something was ingested
/// stays known: else an event sent again would bring them back.
async fn forget_events(tx: &mut Tx, scope: &TenantScope, contact: &Contact) -> Result<()> {
    for forgetting in [
        "DELETE FROM ingestion_jobs
          WHERE tenant_id = $1
            AND id IN (SELECT job_id FROM ingested_events WHERE tenant_id = $1 AND contact_id = $2)",
        "UPDATE ingested_events SET contact_id = NULL, lead_id = NULL WHERE tenant_id = $1 AND contact_id = $2",
    ] {
        run(tx, scope, forgetting, contact.id).await?;
    }
    for trace in traces(contact) {
        // What an event said before somebody mended it names them as well.
        tx.query(
            "DELETE FROM ingestion_jobs
              WHERE tenant_id = $1
                AND (LOWER(payload) LIKE $2 ESCAPE '\\'
                     OR id IN (SELECT job_id
                                 FROM ingestion_payloads
                                WHERE tenant_id = $1 AND LOWER(payload) LIKE $2 ESCAPE '\\'))",
        )
        .bind(scope.tenant_id())
        .bind(format!("%{}%", like_literal(&trace)))
        .execute()
        .await?;
    }
    Ok(())
}

async fn run(tx: &mut Tx, scope: &TenantScope, sql: &'static str, id: ContactId) -> Result<()> {
    tx.query(sql).bind(scope.tenant_id()).bind(id).execute().await?;
    Ok(())
}

/// What names them in a text, in lower case. A number of a few digits names nobody.
fn traces(contact: &Contact) -> Vec<String> {
    let email = contact.email.as_ref().map(ToString::to_string);
    let phone = contact
        .phone
        .as_ref()
        .map(Phone::original)
        .filter(|text| text.len() >= 7);
    let traces = email.into_iter().chain(phone.map(str::to_owned));
    traces.map(|trace| trace.to_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use types::{Clock as _, EventKey, EventType, Ids as _, JobId, TestClock, TestIds};

    use super::*;
    use crate::{
        Db,
        tenant::{
            held,
            jobs::{self, NewJob},
        },
        testing::{TestDb, a_contact, a_lead, a_tenant, hold},
    };

    async fn waiting(db: &Db, ids: &TestIds, scope: &TenantScope, payload: &str) -> JobId {
        let id = JobId::new(ids);
        let name = ids.new_id().to_string();
        let job = NewJob {
            id,
            event_key: EventKey::from_submission(EventType::LeadSubmitted, scope.tenant_id(), &name),
            event_type: "website.lead.submitted".to_owned(),
            payload: payload.to_owned(),
            request_id: None,
            created_at: TestClock::default().now(),
        };
        jobs::enqueue(db, scope, job).await.unwrap();
        id
    }

    #[tokio::test]
    async fn what_never_became_a_lead_is_forgotten_too_and_nobody_elses() {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let db = &test.db;
        let (here, there) = (
            a_tenant(db, &ids, "here").await,
            a_tenant(db, &ids, "there").await,
        );
        let ana = a_contact(&ids)
            .email("ana_ruiz@example.com")
            .insert(db, &here)
            .await;
        a_lead(&ids).of(&ana).insert(db, &here).await;
        let theirs = waiting(db, &ids, &here, r#"{"email":"Ana_Ruiz@Example.com"}"#).await;
        let alike = waiting(db, &ids, &here, r#"{"email":"anaxruiz@example.com"}"#).await;
        let next_door = waiting(db, &ids, &there, r#"{"email":"ana_ruiz@example.com"}"#).await;
        let held = hold(db, &ids, &here, r#"{"email":"Ana_Ruiz@Example.com"}"#).await;
        let held_alike = hold(db, &ids, &here, r#"{"email":"anaxruiz@example.com"}"#).await;

        let mut tx = db.write(&here).await.unwrap();
        assert!(erase(&mut tx, &here, &ana).await.unwrap());
        tx.commit().await.unwrap();

        for (scope, id, is_there) in [
            (&here, theirs, false),
            (&here, alike, true),
            (&there, next_door, true),
        ] {
            let mut tx = db.read(scope).await.unwrap();
            let payload = jobs::payload(&mut tx, scope, id).await.unwrap();
            assert_eq!(payload.is_some(), is_there);
        }
        let mut tx = db.read(&here).await.unwrap();
        assert_eq!(held::find(&mut tx, &here, held).await.unwrap(), None);
        assert!(held::find(&mut tx, &here, held_alike).await.unwrap().is_some());
    }
}
