//! A tenant's merges: several contacts that became one, and what it takes to make them several again.
//!
//! A merge keeps the contacts as they were and notes every row it gave to the kept one, so that undoing it gives back
//! exactly those: what came since stays where it came. It stays while its contact is away, part of another one or deleted
//! for a while, and goes with whoever takes that one away for good.

mod hands;

use jiff::Timestamp;
use types::{Completion, Contact, ContactId, MergeId, PersonId};

use self::hands::{ACTIVITIES, Hands, LEADS, REMINDERS, VISITORS};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql},
    tenant::contacts::former,
};

/// That contacts became one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// Names the merge within its tenant.
    pub id: MergeId,
    /// The contact that is left.
    pub kept_id: ContactId,
    /// The version it was left at: a later one was edited since.
    pub kept_version: i64,
    /// Who merged them.
    pub merged_by: PersonId,
    /// When.
    pub merged_at: Timestamp,
    /// Who took it back, and when.
    pub undone: Option<Completion>,
}

/// How many rows changed hands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moved {
    /// Leads.
    pub leads: u64,
    /// Entries of timelines.
    pub activities: u64,
    /// Reminders.
    pub reminders: u64,
}

/// Merges: keeps the contacts as they are now, gives what is theirs to the kept one, and removes the others. Their
/// addresses and numbers lead to the kept one from then on.
///
/// The kept contact itself is the caller's to write afterwards, with [`contacts::update`](super::contacts::update).
/// Hold the contacts first, with [`contacts::find_to_change`](super::contacts::find_to_change).
pub async fn carry_out(tx: &mut Tx, scope: &TenantScope, merge: &Merge, all: &[ContactId]) -> Result<Moved> {
    note(tx, scope, merge).await?;
    keep_as_they_were(tx, scope, merge, all).await?;
    former::hand_over(tx, scope, (merge.id, merge.kept_id)).await?;
    let moved = Moved {
        leads: take(tx, scope, merge, LEADS).await?,
        activities: take(tx, scope, merge, ACTIVITIES).await?,
        reminders: take(tx, scope, merge, REMINDERS).await?,
    };
    take(tx, scope, merge, VISITORS).await?;
    for statement in [
        "INSERT INTO merged_suggestions
                (tenant_id, merge_id, contact_id, other_contact_id, reason, created_at, dismissed_at)
         SELECT tenant_id, $2, contact_id, other_contact_id, reason, created_at, dismissed_at
           FROM duplicate_suggestions
          WHERE tenant_id = $1
            AND (contact_id IN (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)
              OR other_contact_id IN
                 (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3))",
        "DELETE FROM duplicate_suggestions
          WHERE tenant_id = $1
            AND (contact_id IN (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)
              OR other_contact_id IN
                 (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3))",
        "DELETE FROM contacts
          WHERE tenant_id = $1
            AND id IN (SELECT id FROM merged_contacts WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3)",
    ] {
        of_merge(tx, scope, merge, statement).await?;
    }
    Ok(moved)
}

/// What was said of pairs, as far as both are there.
const SAY_AGAIN: &str = "INSERT INTO duplicate_suggestions
                                (tenant_id, contact_id, other_contact_id, reason, created_at, dismissed_at)
                         SELECT tenant_id, contact_id, other_contact_id, reason, created_at, dismissed_at
                           FROM merged_suggestions AS said
                          WHERE tenant_id = $1 AND merge_id = $2
                            AND (contact_id = $3 OR EXISTS (
                                SELECT 1 FROM contacts WHERE tenant_id = $1 AND id = said.contact_id))
                            AND (other_contact_id = $3 OR EXISTS (
                                SELECT 1 FROM contacts WHERE tenant_id = $1 AND id = said.other_contact_id))
                         ON CONFLICT DO NOTHING";

/// Takes a merge back: the contacts it removed are there again, with the rows that were theirs and still are the kept
/// one's. A conflict is an address or number that somebody new has by now.
///
/// The kept contact is the caller's to write before, since it may hold what the others get back.
pub async fn take_back(tx: &mut Tx, scope: &TenantScope, merge: &Merge, undone: Completion) -> Result<()> {
    tx.query(
        "UPDATE contact_merges
            SET undone_by = $3, undone_at = $4
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(merge.id)
    .bind(undone.by)
    .bind(undone.at)
    .execute()
    .await?;
    of_merge(
        tx,
        scope,
        merge,
        "INSERT INTO contacts
                (tenant_id, id, full_name, email, email_normalized, phone, phone_normalized, source, tags,
                 search_text, former_words, name_key, version, created_at, updated_at)
         SELECT tenant_id, id, full_name, email, email, phone, phone_normalized, source, tags,
                search_text, former_words, name_key, version + 1, created_at, updated_at
           FROM merged_contacts
          WHERE tenant_id = $1 AND merge_id = $2 AND id <> $3",
    )
    .await?;
    of_merge(tx, scope, merge, SAY_AGAIN).await?;
    // Coming back is no edit of what an earlier merge left.
    of_merge(
        tx,
        scope,
        merge,
        "UPDATE contact_merges
            SET kept_version = kept_version + 1
          WHERE tenant_id = $1 AND kept_id <> $3
            AND EXISTS (SELECT 1
                          FROM merged_contacts AS back
                         WHERE back.tenant_id = $1 AND back.merge_id = $2 AND back.id = contact_merges.kept_id
                           AND back.version = contact_merges.kept_version)",
    )
    .await?;
    for hands in [LEADS, ACTIVITIES, REMINDERS, VISITORS] {
        of_merge(tx, scope, merge, hands.give_back).await?;
    }
    former::take_back(tx, scope, (merge.id, merge.kept_id)).await
}

macro_rules! select_merges {
    ($rest:literal) => {
        concat!(
            "SELECT id, kept_id, kept_version, merged_by, merged_at, undone_by, undone_at
               FROM contact_merges
              WHERE tenant_id = $1 ",
            $rest
        )
    };
}

/// Finds a merge.
pub async fn find(tx: &mut Tx, scope: &TenantScope, id: MergeId) -> Result<Option<Merge>> {
    tx.query(select_merges!("AND id = $2"))
        .bind(scope.tenant_id())
        .bind(id)
        .fetch_optional()
        .await
}

/// The merges into this contact that can be taken back, newest first: at most five.
pub async fn of_contact(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Vec<Merge>> {
    tx.query(select_merges!(
        "AND kept_id = $2 AND undone_at IS NULL ORDER BY merged_at DESC, id DESC LIMIT 5"
    ))
    .bind(scope.tenant_id())
    .bind(id)
    .fetch_all()
    .await
}

/// Whom a contact was before a merge, which may have been taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Before {
    /// The merge.
    pub merge_id: MergeId,
    /// When that was.
    pub merged_at: Timestamp,
    /// When it was taken back.
    pub undone_at: Option<Timestamp>,
    /// One of its contacts, as it was.
    pub contact: Contact,
}

/// Everybody of every merge that was made into this contact, or into whoever became part of it, the first merge first: at
/// most five hundred.
pub async fn before(tx: &mut Tx, scope: &TenantScope, id: ContactId) -> Result<Vec<Before>> {
    tx.query(
        "SELECT merge_id, merged_at, undone_at, merged.id, full_name, email, phone, phone_normalized, source, tags,
                version, created_at, updated_at
           FROM contact_merges AS merge
           JOIN merged_contacts AS merged ON merged.tenant_id = merge.tenant_id AND merged.merge_id = merge.id
          WHERE merge.tenant_id = $1
            AND (merge.kept_id = $2
                 OR merge.kept_id IN (SELECT former_id
                                        FROM former_contacts
                                       WHERE tenant_id = $1 AND contact_id = $2))
          ORDER BY merged_at, merge_id, merged.id
          LIMIT 500",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .fetch_all()
    .await
}

impl FromRow for Before {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            merge_id: row.get("merge_id")?,
            merged_at: row.get("merged_at")?,
            undone_at: row.get("undone_at")?,
            contact: Contact::from_row(row)?,
        })
    }
}

/// The contacts of a merge as they were before it: two to ten.
pub async fn contacts_before(tx: &mut Tx, scope: &TenantScope, id: MergeId) -> Result<Vec<Contact>> {
    tx.query(
        "SELECT id, full_name, email, phone, phone_normalized, source, tags, version, created_at, updated_at
           FROM merged_contacts
          WHERE tenant_id = $1 AND merge_id = $2
          ORDER BY id",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .fetch_all()
    .await
}

async fn take(tx: &mut Tx, scope: &TenantScope, merge: &Merge, hands: Hands) -> Result<u64> {
    of_merge(tx, scope, merge, hands.note).await?;
    of_merge(tx, scope, merge, hands.take).await
}

/// Runs a statement about a merge: `$1` its tenant, `$2` itself, `$3` the contact that is left.
async fn of_merge(tx: &mut Tx, scope: &TenantScope, merge: &Merge, sql: &'static str) -> Result<u64> {
    tx.query(sql)
        .bind(scope.tenant_id())
        .bind(merge.id)
        .bind(merge.kept_id)
        .execute()
        .await
}

async fn note(tx: &mut Tx, scope: &TenantScope, merge: &Merge) -> Result<()> {
    tx.query(
        "INSERT INTO contact_merges (tenant_id, id, kept_id, kept_version, merged_by, merged_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(scope.tenant_id())
    .bind(merge.id)
    .bind(merge.kept_id)
    .bind(merge.kept_version)
    .bind(merge.merged_by)
    .bind(merge.merged_at)
    .execute()
    .await?;
    Ok(())
}

async fn keep_as_they_were(tx: &mut Tx, scope: &TenantScope, merge: &Merge, all: &[ContactId]) -> Result<()> {
    const KEEP: Sql = Sql {
        sqlite:
            "INSERT INTO merged_contacts
                    (tenant_id, merge_id, id, full_name, email, phone, phone_normalized, source, tags, search_text,
                     former_words, name_key, version, created_at, updated_at)
             SELECT tenant_id, $2, id, full_name, email, phone, phone_normalized, source, tags, search_text,
                    former_words, name_key, version, created_at, updated_at
               FROM contacts
              WHERE tenant_id = $1 AND id IN (SELECT c0 FROM list)",
        postgres:
            "INSERT INTO merged_contacts
                    (tenant_id, merge_id, id, full_name, email, phone, phone_normalized, source, tags, search_text,
                     former_words, name_key, version, created_at, updated_at)
             SELECT tenant_id, $3, id, full_name, email, phone, phone_normalized, source, tags, search_text,
                    former_words, name_key, version, created_at, updated_at
               FROM contacts
              WHERE tenant_id = $2 AND id = ANY($1)",
    };
    tx.bulk(KEEP)
        .column(all.iter().copied())
        .bind(scope.tenant_id())
        .bind(merge.id)
        .execute()
        .await?;
    Ok(())
}

impl FromRow for Merge {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (at, by) = (row.get("undone_at")?, row.get("undone_by")?);
        Ok(Self {
            id: row.get("id")?,
            kept_id: row.get("kept_id")?,
            kept_version: row.get("kept_version")?,
            merged_by: row.get("merged_by")?,
            merged_at: row.get("merged_at")?,
            undone: Option::zip(at, by).map(|(at, by)| Completion { at, by }),
        })
    }
}
