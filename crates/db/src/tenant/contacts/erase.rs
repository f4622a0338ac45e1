//! Forgetting a person: everything that names them goes, from the queue to the answers kept for repeated requests.

use types::{Contact, ContactId, LeadId, Phone};

use super::{
    delete,
    former::{Was, everybody},
    named,
};
use crate::{Result, TenantScope, Tx, answers, backend::Only, tenant::like_literal};

/// Which rows are theirs: those of the contact (`$2`), of whom was merged into it, and of its leads, which a merge gave it.
/// A merge that was taken back made them another person again.
macro_rules! theirs {
    ($which:literal) => {
        concat!(
            $which,
            " (contact_id = $2
                     OR lead_id IN (SELECT id FROM leads WHERE tenant_id = $1 AND contact_id = $2)
                     OR contact_id IN (SELECT former_id
                                         FROM former_contacts
                                        WHERE tenant_id = $1 AND contact_id = $2))"
        )
    };
}

/// Erases a contact with all that is known of them.
///
/// That is their leads, what happened, what was to be done, the events, the files and the browsers they came with, what was
/// held or told of them, the merges they were part of, and their account on the site.
///
/// False, and the transaction is to be dropped, when somebody changed the contact since it was read.
pub async fn erase(tx: &mut Tx, scope: &TenantScope, contact: &Contact) -> Result<bool> {
    let known = everybody(tx, scope, contact).await?;
    forget_events(tx, scope, contact.id).await?;
    forget_mails_about(tx, scope, contact.id).await?;
    named::forget_letters(tx, scope, contact, &known).await?;
    named::forget_merges(tx, scope, &known).await?;
    for trace in known.iter().flat_map(traces) {
        let in_a_query = in_query(&trace);
        let named = NAMING.iter().map(|forgetting| (*forgetting, &trace));
        for (forgetting, trace) in named.chain([(ASKING, &in_a_query)]) {
            tx.query(forgetting)
                .bind(scope.tenant_id())
                .bind(format!("%{}%", like_literal(trace)))
                .execute()
                .await?;
        }
        answers::forget(tx, scope, &trace).await?;
    }
    for email in known.iter().filter_map(|known| known.email.as_ref()) {
        forget_account(tx, scope, &email.as_str().to_lowercase()).await?;
    }
    for known in &known {
        run(
            tx,
            scope,
            "DELETE FROM import_rows WHERE tenant_id = $1 AND contact_id = $2",
            known.id,
        )
        .await?;
        answers::forget(tx, scope, &known.id.to_string()).await?;
    }
    for forgetting in [
        theirs!("DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND"),
        theirs!("DELETE FROM reminders WHERE tenant_id = $1 AND"),
        theirs!("DELETE FROM activities WHERE tenant_id = $1 AND"),
        "DELETE FROM leads WHERE tenant_id = $1 AND contact_id = $2",
        "DELETE FROM visitors WHERE tenant_id = $1 AND contact_id = $2",
        // What was deleted minutes ago, and lies there to be put back.
        "DELETE FROM removed_reminders
          WHERE tenant_id = $1
            AND (contact_id = $2
                 OR lead_id IN (SELECT id FROM removed_leads WHERE tenant_id = $1 AND contact_id = $2))",
        "DELETE FROM removed_leads WHERE tenant_id = $1 AND contact_id = $2",
    ] {
        run(tx, scope, forgetting, contact.id).await?;
    }
    delete(tx, scope, contact.id, contact.version).await
}

/// Whatever says in a text (`$2`, in lower case) who they are: events that were never ingested, too, and what an event
/// said before somebody mended it.
const NAMING: [&str; 8] = [
    "DELETE FROM ingestion_jobs
      WHERE tenant_id = $1
        AND (LOWER(payload) LIKE $2 ESCAPE '\\'
             OR id IN (SELECT job_id
                         FROM ingestion_payloads
                        WHERE tenant_id = $1 AND LOWER(payload) LIKE $2 ESCAPE '\\'))",
    "DELETE FROM held_leads WHERE tenant_id = $1 AND LOWER(payload) LIKE $2 ESCAPE '\\'",
    "DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND LOWER(payload) LIKE $2 ESCAPE '\\'",
    "DELETE FROM import_rows WHERE tenant_id = $1 AND LOWER(cells) LIKE $2 ESCAPE '\\'",
    "DELETE FROM mails
      WHERE tenant_id = $1
        AND (LOWER(recipient) LIKE $2 ESCAPE '\\' OR LOWER(content) LIKE $2 ESCAPE '\\')",
    "DELETE FROM saved_views WHERE tenant_id = $1 AND LOWER(name) LIKE $2 ESCAPE '\\'",
    "UPDATE imports SET file_name = 'contacts.csv' WHERE tenant_id = $1 AND LOWER(file_name) LIKE $2 ESCAPE '\\'",
    // What the timeline says of such a file.
    "UPDATE activities
        SET summary = 'Imported contacts from a file, or took them out again'
      WHERE tenant_id = $1 AND contact_id IS NULL AND lead_id IS NULL AND LOWER(summary) LIKE $2 ESCAPE '\\'",
];

/// The same of the addresses of lists, which write signs in their own way.
const ASKING: &str = "DELETE FROM saved_views WHERE tenant_id = $1 AND LOWER(query) LIKE $2 ESCAPE '\\'";

/// A text in lower case as it stands in an address.
fn in_query(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_');
    let mut written = String::new();
    for byte in text.bytes() {
        match byte {
            b' ' => written.push('+'),
            byte if plain(byte) => written.push(char::from(byte)),
            byte => written.push_str(&format!("%{byte:02x}")),
        }
    }
    written
}

/// The jobs that were ingested for them. That something was ingested stays known: else an event sent again would bring
/// them back.
async fn forget_events(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<()> {
    for forgetting in [
        concat!(
            "DELETE FROM ingestion_jobs WHERE tenant_id = $1 AND id IN (",
            theirs!("SELECT job_id FROM ingested_events WHERE tenant_id = $1 AND"),
            ")"
        ),
        theirs!("UPDATE ingested_events SET contact_id = NULL, lead_id = NULL WHERE tenant_id = $1 AND"),
    ] {
        run(tx, scope, forgetting, id).await?;
    }
    Ok(())
}

/// The messages that tell of their leads: what one is about is in its name, and in where it leads to.
async fn forget_mails_about(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<()> {
    let leads: Vec<Only<LeadId>> = tx
        .query("SELECT id AS value FROM leads WHERE tenant_id = $1 AND contact_id = $2")
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_all()
        .await?;
    for Only(lead) in leads {
        tx.query("DELETE FROM mails WHERE tenant_id = $1 AND (mail_key LIKE $2 OR content LIKE $2)")
            .bind(scope.tenant_id())
            .bind(format!("%{lead}%"))
            .execute()
            .await?;
    }
    Ok(())
}

/// Their account on the site, with what they saved there, and the links that would open it.
async fn forget_account(tx: &mut Tx, scope: &TenantScope, email: &str) -> Result<()> {
    for forgetting in [
        "DELETE FROM sign_in_links WHERE tenant_id = $1 AND LOWER(email) = $2",
        "DELETE FROM accounts WHERE tenant_id = $1 AND LOWER(email) = $2",
    ] {
        tx.query(forgetting)
            .bind(scope.tenant_id())
            .bind(email)
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
fn traces(known: &Was) -> Vec<String> {
    let email = known.email.as_ref().map(ToString::to_string);
    let phone = known
        .phone
        .as_ref()
        .map(Phone::original)
        .filter(|text| text.len() >= 7);
    let traces = email.into_iter().chain(phone.map(str::to_owned));
    traces.map(|trace| trace.to_lowercase()).collect()
}
