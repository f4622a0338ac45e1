//! What a test looks at behind the queue's back.

use jiff::Timestamp;
use types::{Clock as _, ContactId, EventKey, EventType, Ids, JobId, JobStatus, TestClock};

use crate::{
    Db, PlatformScope, Result, TenantScope,
    backend::{FromRow, Only, Row},
    tenant::jobs::{self, NewJob},
};

/// A job as it lies in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredJob {
    /// Where it stands.
    pub status: JobStatus,
    /// How often it was claimed.
    pub attempt_count: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When it is due.
    pub next_attempt_at: Timestamp,
}

/// The job with this id.
pub async fn the_job(db: &Db, id: JobId) -> StoredJob {
    let mut tx = db
        .read(&PlatformScope::new())
        .await
        .expect("the test database can be read");
    tx.query("SELECT status, attempt_count, last_error, next_attempt_at FROM ingestion_jobs WHERE id = $1")
        .bind(id)
        .fetch_one()
        .await
        .expect("the job is there")
}

/// A job of this tenant that was tried five times and given up with this error.
pub async fn a_dead_letter(db: &Db, ids: &dyn Ids, scope: &TenantScope, error: &str) -> JobId {
    let id = JobId::new(ids);
    let payload = serde_json::json!({
        "eventType": "website.lead.submitted", "version": 1, "tenant": { "tenantId": scope.tenant_id() },
        "payload": { "source": "contact", "contact": { "email": "zelda@example.com" } },
    });
    let job = NewJob {
        id,
        event_key: EventKey::from_submission(EventType::LeadSubmitted, scope.tenant_id(), &id.to_string()),
        event_type: "website.lead.submitted".to_owned(),
        payload: payload.to_string(),
        request_id: None,
        created_at: TestClock::default().now(),
    };
    jobs::enqueue(db, scope, job)
        .await
        .expect("the test database takes events");
    let mut tx = db.write(scope).await.expect("the test database takes writes");
    tx.query(
        "UPDATE ingestion_jobs
            SET status = 'dead_letter', attempt_count = 5, last_error = $3, dead_lettered_at = $4
          WHERE tenant_id = $1 AND id = $2",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(error)
    .bind(TestClock::default().now())
    .execute()
    .await
    .expect("the job is there");
    tx.commit().await.expect("the test database commits");
    id
}

/// An event of this tenant that is held as spam, as the worker leaves it behind.
pub async fn hold(db: &Db, ids: &dyn Ids, scope: &TenantScope, payload: &str) -> JobId {
    let id = JobId::new(ids);
    let mut tx = db.write(scope).await.expect("the test database takes writes");
    tx.query(
        "INSERT INTO held_leads (tenant_id, id, payload, score, occurred_at, held_at)
         VALUES ($1, $2, $3, 100, $4, $4)",
    )
    .bind(scope.tenant_id())
    .bind(id)
    .bind(payload)
    .bind(TestClock::default().now())
    .execute()
    .await
    .expect("the test database takes events");
    tx.commit().await.expect("the test database commits");
    id
}

/// Puts a processed job back in line, as a lost commit of its mark alone would: something that must not happen.
pub async fn pretend_unprocessed(db: &Db, id: JobId) {
    let mut tx = db
        .write(&PlatformScope::new())
        .await
        .expect("the test database takes writes");
    tx.query("UPDATE ingestion_jobs SET status = 'pending', processed_at = NULL WHERE id = $1")
        .bind(id)
        .execute()
        .await
        .expect("the job is there");
    tx.commit().await.expect("the test database commits");
}

/// Lets a dead letter be a job that failed twice and waits to be tried again.
pub async fn pretend_retrying(db: &Db, id: JobId) {
    let mut tx = db
        .write(&PlatformScope::new())
        .await
        .expect("the test database takes writes");
    tx.query(
        "UPDATE ingestion_jobs SET status = 'pending', attempt_count = 2, dead_lettered_at = NULL WHERE id = $1",
    )
    .bind(id)
    .execute()
    .await
    .expect("the job is there");
    tx.commit().await.expect("the test database commits");
}

/// What each failed attempt at a job said, the first one first.
pub async fn the_errors_of(db: &Db, id: JobId) -> Vec<String> {
    let mut tx = db
        .read(&PlatformScope::new())
        .await
        .expect("the test database can be read");
    let errors: Vec<Only<String>> = tx
        .query("SELECT error AS value FROM ingestion_attempts WHERE job_id = $1 ORDER BY number, started_at")
        .bind(id)
        .fetch_all()
        .await
        .expect("attempts can be read");
    errors.into_iter().map(|Only(error)| error).collect()
}

/// Pairs of contacts that were noted as perhaps one person, and why.
pub async fn the_suspected_duplicates(db: &Db, scope: &TenantScope) -> Vec<(ContactId, ContactId, String)> {
    let mut tx = db.read(scope).await.expect("the test database can be read");
    let pairs: Vec<Pair> = tx
        .query("SELECT contact_id, other_contact_id, reason FROM duplicate_suggestions WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_all()
        .await
        .expect("suggestions can be read");
    pairs.into_iter().map(|Pair(pair)| pair).collect()
}

/// Forgets every suspicion, as if contacts had come by a way that does not look for any.
pub async fn forget_duplicates(db: &Db, scope: &TenantScope) {
    let mut tx = db.write(scope).await.expect("the test database can be written");
    tx.query("DELETE FROM duplicate_suggestions WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .execute()
        .await
        .expect("suggestions can be forgotten");
    tx.commit().await.expect("the test database can be written");
}

struct Pair((ContactId, ContactId, String));

impl FromRow for Pair {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self((
            row.get("contact_id")?,
            row.get("other_contact_id")?,
            row.get("reason")?,
        )))
    }
}

impl FromRow for StoredJob {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            status: row.get("status")?,
            attempt_count: row.get("attempt_count")?,
            last_error: row.get("last_error")?,
            next_attempt_at: row.get("next_attempt_at")?,
        })
    }
}
