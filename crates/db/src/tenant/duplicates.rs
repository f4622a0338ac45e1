//! Pairs of a tenant's contacts that may be one person, for somebody to look at.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};
use types::{Contact, ContactId, Page, PageRequest};
use uuid::Uuid;

use super::{contacts::name_key, sight::sees_contact};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
};

/// Two contacts that may be one person, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The one that sorts first by its id.
    pub contact_id: ContactId,
    /// The other.
    pub other_contact_id: ContactId,
    /// `same_phone` or `same_name`.
    pub reason: String,
    /// When it was noticed.
    pub created_at: Timestamp,
}

/// The two contacts of a pair, as they are kept: the one whose id sorts first comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair(pub ContactId, pub ContactId);

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.0, self.1)
    }
}

impl FromStr for Pair {
    type Err = uuid::Error;

    fn from_str(text: &str) -> std::result::Result<Self, uuid::Error> {
        let (one, other) = text.split_once(',').unwrap_or((text, ""));
        let id = |text: &str| text.parse::<Uuid>().map(ContactId::from);
        Ok(Self(id(one)?, id(other)?))
    }
}

/// Lists the pairs nobody has looked at, newest first; after one of them, those that follow it.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    after: Option<(Timestamp, Pair)>,
    page: PageRequest,
) -> Result<Page<Suggestion>> {
    let last = Uuid::max().into();
    let (at, Pair(one, other)) = after.unwrap_or((Timestamp::MAX, Pair(last, last)));
    let rows = tx
        .query(concat!(
            "SELECT contact_id, other_contact_id, reason, created_at
                   FROM duplicate_suggestions AS pair
                  WHERE tenant_id = $1 AND dismissed_at IS NULL AND",
            sees_contact!("pair.contact_id"),
            "AND",
            sees_contact!("pair.other_contact_id"),
            "AND (created_at, contact_id, other_contact_id) < ($3, $4, $5)
                ORDER BY created_at DESC, contact_id DESC, other_contact_id DESC
                 LIMIT $6 OFFSET $7"
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(at)
        .bind(one)
        .bind(other)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts the pairs nobody has looked at.
pub async fn count(tx: &mut Tx, scope: &TenantScope) -> Result<i64> {
    let Only(count) = tx
        .query(concat!(
            "SELECT COUNT(*) AS value
                   FROM duplicate_suggestions AS pair
                  WHERE tenant_id = $1 AND dismissed_at IS NULL AND",
            sees_contact!("pair.contact_id"),
            "AND",
            sees_contact!("pair.other_contact_id")
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .fetch_one()
        .await?;
    Ok(count)
}

/// Says that two contacts are two people: the pair is not suggested again. False when it was not suggested.
pub async fn dismiss(
    tx: &mut Tx,
    scope: &TenantScope,
    (one, other): (ContactId, ContactId),
    now: Timestamp,
) -> Result<bool> {
    let touched = tx
        .query(
            concat!(
                "UPDATE duplicate_suggestions AS pair
                    SET dismissed_at = $5
                  WHERE tenant_id = $1 AND contact_id = $3 AND other_contact_id = $4 AND dismissed_at IS NULL AND",
                sees_contact!("pair.contact_id"),
                "AND",
                sees_contact!("pair.other_contact_id")
            ),
        )
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(one.min(other))
        .bind(one.max(other))
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// Suggests every contact that has its whole name in common with an earlier one, together with the first of that name.
///
/// As many pairs as there are such contacts, however often a name comes. Says how many are new.
pub async fn suspect_names(tx: &mut Tx, scope: &TenantScope, now: Timestamp) -> Result<u64> {
    tx.query(
        "INSERT INTO duplicate_suggestions (tenant_id, contact_id, other_contact_id, reason, created_at)
         SELECT tenant_id, first_id, id, 'same_name', $2
           FROM (SELECT tenant_id, id, FIRST_VALUE(id) OVER (PARTITION BY name_key ORDER BY id) AS first_id
                   FROM contacts
                  WHERE tenant_id = $1 AND name_key IS NOT NULL) AS named
          WHERE first_id <> id
             ON CONFLICT DO NOTHING",
    )
    .bind(scope.tenant_id())
    .bind(now)
    .execute()
    .await
}

/// How long nobody looks through all contacts again. What comes meanwhile is looked at when it comes, as far as one
/// contact shows it.
pub const LOOKED_THROUGH_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// Notes that all contacts are being looked through now. False when somebody did already.
pub async fn note_look(tx: &mut Tx, scope: &TenantScope, now: Timestamp) -> Result<bool> {
    let touched = tx
        .query(
            "UPDATE tenant_settings
                SET duplicates_looked_at = $3
              WHERE tenant_id = $1 AND (duplicates_looked_at IS NULL OR duplicates_looked_at <= $2)",
        )
        .bind(scope.tenant_id())
        .bind(now - LOOKED_THROUGH_EVERY)
        .bind(now)
        .execute()
        .await?;
    Ok(touched == 1)
}

/// The contacts that have this one's whole name, oldest first: at most five. Each pair is suggested from now on.
pub async fn suspect(
    tx: &mut Tx,
    scope: &TenantScope,
    contact: &Contact,
    now: Timestamp,
) -> Result<Vec<ContactId>> {
    let Some(name) = name_key(contact) else {
        return Ok(Vec::new());
    };
    let alike: Vec<Only<ContactId>> = tx
        .query(concat!(
            "SELECT id AS value
                   FROM contacts
                  WHERE tenant_id = $1 AND name_key = $3 AND id <> $4 AND",
            sees_contact!("contacts.id"),
            "ORDER BY id
                 LIMIT 5"
        ))
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(name)
        .bind(contact.id)
        .fetch_all()
        .await?;
    let alike: Vec<_> = alike.into_iter().map(|Only(id)| id).collect();
    for other in &alike {
        tx.query(
            "INSERT INTO duplicate_suggestions (tenant_id, contact_id, other_contact_id, reason, created_at)
             VALUES ($1, $2, $3, 'same_name', $4)
                 ON CONFLICT DO NOTHING",
        )
        .bind(scope.tenant_id())
        .bind(contact.id.min(*other))
        .bind(contact.id.max(*other))
        .bind(now)
        .execute()
        .await?;
    }
    Ok(alike)
}

impl FromRow for Suggestion {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            contact_id: row.get("contact_id")?,
            other_contact_id: row.get("other_contact_id")?,
            reason: row.get("reason")?,
            created_at: row.get("created_at")?,
        })
    }
}
