//! Forgetting a person where they stand by their name: in letters of what was to be done for them, and in what timelines
//! say of their merges.

use std::collections::BTreeSet;

use types::{Contact, ContactId, MergeId, ReminderId};

use super::former::Was;
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::like_literal,
};

/// Forgets the letters that tell members of overdue reminders of theirs: by the reminder, which the key of one names that
/// tells of it first, by its title, which is a line of each, and by their name, which ends where it says when it was due.
pub(super) async fn forget_letters(
    tx: &mut Tx,
    scope: &TenantScope,
    contact: &Contact,
    known: &[Was],
) -> Result<()> {
    let (mut in_key, mut in_content) = (BTreeSet::new(), BTreeSet::new());
    for reminder in reminders(tx, scope, contact.id).await? {
        in_key.insert(reminder.id.to_string());
        in_content.insert(in_json(&format!("\n{}\n", reminder.title)));
    }
    for name in names(tx, scope, contact, known).await? {
        in_content.insert(in_json(&format!("about {name}, due ")));
    }
    let in_key = in_key.iter().map(|id| {
        (
            "DELETE FROM mails WHERE tenant_id = $1 AND mail_key LIKE $2 ESCAPE '\\'",
            id,
        )
    });
    let in_content = in_content.iter().map(|text| {
        let forgetting = "DELETE FROM mails
                           WHERE tenant_id = $1 AND mail_key LIKE 'overdue/%' AND content LIKE $2 ESCAPE '\\'";
        (forgetting, text)
    });
    for (forgetting, text) in in_key.chain(in_content) {
        tx.query(forgetting)
            .bind(scope.tenant_id())
            .bind(format!("%{}%", like_literal(text)))
            .execute()
            .await?;
    }
    Ok(())
}

/// A text as it stands within one that is kept as JSON.
fn in_json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// Something that was to be done.
struct Reminder {
    id: ReminderId,
    title: String,
}

impl FromRow for Reminder {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            title: row.get("title")?,
        })
    }
}

/// What was to be done for them: also what was deleted with a lead and may be put back.
async fn reminders(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Vec<Reminder>> {
    tx.query(
        "SELECT id, title
           FROM reminders
          WHERE tenant_id = $1
            AND (contact_id = $2 OR lead_id IN (SELECT id FROM leads WHERE tenant_id = $1 AND contact_id = $2))
          UNION
         SELECT id, title
           FROM removed_reminders
          WHERE tenant_id = $1
            AND (contact_id = $2
                 OR lead_id IN (SELECT id FROM removed_leads WHERE tenant_id = $1 AND contact_id = $2))",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .fetch_all()
    .await
}

/// What they are called, and were before merges.
async fn names(
    tx: &mut Tx,
    scope: &TenantScope,
    contact: &Contact,
    known: &[Was],
) -> Result<BTreeSet<String>> {
    let mut names: BTreeSet<_> = contact.full_name.iter().cloned().collect();
    for was in known {
        let before: Vec<Only<String>> = tx
            .query(
                "SELECT DISTINCT full_name AS value
                   FROM merged_contacts
                  WHERE tenant_id = $1 AND id = $2 AND full_name IS NOT NULL",
            )
            .bind(scope.tenant_id())
            .bind(was.id)
            .fetch_all()
            .await?;
        names.extend(before.into_iter().map(|Only(name)| name));
    }
    Ok(names)
}

/// Forgets the merges they were part of, and those taken back that were made while they were part of another contact: that
/// one bore what was theirs. What the timelines of others say of these names nobody any more.
pub(super) async fn forget_merges(tx: &mut Tx, scope: &TenantScope, known: &[Was]) -> Result<()> {
    let mut merges = BTreeSet::new();
    for was in known {
        merges.extend(merges_of(tx, scope, was.id).await?);
    }
    for merge in merges {
        tx.query(
            "UPDATE activities
                SET summary = CASE WHEN summary LIKE 'Undid %' THEN 'Undid a merge' ELSE 'Merged contacts' END
              WHERE tenant_id = $1 AND activity_type = 'contact_merged' AND metadata LIKE $2",
        )
        .bind(scope.tenant_id())
        .bind(format!("%{merge}%"))
        .execute()
        .await?;
        // What endpoints were told of it says the same.
        tx.query("DELETE FROM webhook_deliveries WHERE tenant_id = $1 AND payload LIKE $2")
            .bind(scope.tenant_id())
            .bind(format!("%{merge}%"))
            .execute()
            .await?;
        tx.query("DELETE FROM contact_merges WHERE tenant_id = $1 AND id = $2")
            .bind(scope.tenant_id())
            .bind(merge)
            .execute()
            .await?;
    }
    Ok(())
}

async fn merges_of(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Vec<MergeId>> {
    let found: Vec<Only<MergeId>> = tx
        .query(
            "WITH RECURSIVE theirs (id, kept_id, since, until) AS (
                 SELECT merge.id, merge.kept_id, merge.merged_at, merge.undone_at
                   FROM merged_contacts AS one
                   JOIN contact_merges AS merge ON merge.tenant_id = $1 AND merge.id = one.merge_id
                  WHERE one.tenant_id = $1 AND one.id = $2
                  UNION
                 SELECT later.id, later.kept_id, later.merged_at, later.undone_at
                   FROM theirs
                   JOIN merged_contacts AS bore ON bore.tenant_id = $1 AND bore.id = theirs.kept_id
                   JOIN contact_merges AS later ON later.tenant_id = $1 AND later.id = bore.merge_id
                  WHERE later.undone_at IS NOT NULL
                    AND later.merged_at >= theirs.since AND later.merged_at <= theirs.until)
             SELECT id AS value FROM theirs",
        )
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_all()
        .await?;
    Ok(found.into_iter().map(|Only(id)| id).collect())
}
