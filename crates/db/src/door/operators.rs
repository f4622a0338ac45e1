//! From an operator's token to who they are, and the key of the platform.

use jiff::Timestamp;
use types::{AuditEvent, Email, Operator, OperatorId, SessionId, TokenHash};

pub use super::sessions::{NewSession, Shown};
use crate::{
    Db, PlatformScope, Result,
    backend::{FromRow, Row},
    error::or_the_next_time,
    platform::{audit, second_factors},
};

/// What an operator shows at sign-in is compared with this.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who they claim to be.
    pub operator_id: OperatorId,
    /// The argon2 hash of their password, in PHC form.
    pub password_hash: String,
}

/// An operator who is signed in, with the role they have now.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The key of the platform.
    pub scope: PlatformScope,
    /// The session.
    pub session_id: SessionId,
    /// When the session ends at the latest.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute.
    pub last_seen_at: Timestamp,
    /// The operator.
    pub operator: Operator,
}

/// Finds what to compare a password with.
pub async fn credentials(db: &Db, email: &Email) -> Result<Option<Credentials>> {
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query("SELECT id, password_hash FROM operators WHERE email = $1 AND removed_at IS NULL")
        .bind(email)
        .fetch_optional()
        .await
}

/// What an operator's second factor is made from, if a code of it is asked for.
pub async fn second_factor(db: &Db, id: OperatorId) -> Result<Option<String>> {
    let platform = PlatformScope::new();
    let mut tx = db.read(&platform).await?;
    let stored = second_factors::find(&mut tx, &platform, id).await?;
    let confirmed = stored.filter(|stored| stored.confirmed_at.is_some());
    Ok(confirmed.map(|confirmed| confirmed.salt))
}

/// Takes the code of a step of time. False when that one, or a later one, was taken before.
pub async fn take_step(db: &Db, id: OperatorId, step: i64) -> Result<bool> {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await?;
    let passes = second_factors::take_step(&mut tx, &platform, id, step).await?;
    tx.commit().await?;
    Ok(passes)
}

/// Takes a recovery code. False when there is no such one, or it was taken before.
pub async fn take_recovery_code(db: &Db, id: OperatorId, code: &TokenHash, now: Timestamp) -> Result<bool> {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await?;
    let passes = second_factors::take_recovery_code(&mut tx, &platform, (id, code), now).await?;
    tx.commit().await?;
    Ok(passes)
}

/// Opens a session of an operator.
pub async fn open(db: &Db, session: &NewSession<OperatorId>) -> Result<()> {
    let mut tx = db.write(&PlatformScope::new()).await?;
    tx.query(
        "INSERT INTO operator_sessions (id, operator_id, token_hash, created_at, last_seen_at, expires_at)
         VALUES ($1, $2, $3, $4, $4, $5)",
    )
    .bind(session.id)
    .bind(session.of)
    .bind(session.token_hash.as_str())
    .bind(session.now)
    .bind(session.expires_at)
    .execute()
    .await?;
    tx.commit().await
}

/// Writes to the trail that somebody was not let in: the one line that nobody with a key writes.
pub async fn note_refusal(db: &Db, event: &AuditEvent) -> Result<()> {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await?;
    audit::record(&mut tx, &platform, event).await?;
    tx.commit().await
}

/// Finds who is signed in. Sessions that ended, or that nobody used since `idle_since`, are not there.
pub async fn find(
    db: &Db,
    shown: Shown<'_>,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<SignedIn>> {
    let (token_hash, id) = match shown {
        Shown::Token(hash) => (Some(hash.as_str().to_owned()), None),
        Shown::Id(id) => (None, Some(id)),
    };
    let mut tx = db.read(&PlatformScope::new()).await?;
    tx.query(
        "SELECT session.id AS session_id, session.expires_at, session.last_seen_at,
                operators.id, operators.email, operators.name, operators.role, operators.created_at
           FROM operator_sessions AS session
           JOIN operators ON operators.id = session.operator_id AND operators.removed_at IS NULL
          WHERE (session.token_hash = $1 OR session.id = $2)
            AND session.expires_at > $3 AND session.last_seen_at > $4",
    )
    .bind(token_hash)
    .bind(id)
    .bind(now)
    .bind(idle_since)
    .fetch_optional()
    .await
}

/// Notes that a session was used, if the database has time for that. Callers do so at most once a minute.
pub async fn touch(db: &Db, id: SessionId, now: Timestamp) -> Result<()> {
    or_the_next_time(note(db, id, now).await)
}

async fn note(db: &Db, id: SessionId, now: Timestamp) -> Result<()> {
    let mut tx = db.write(&PlatformScope::new()).await?;
    tx.query("UPDATE operator_sessions SET last_seen_at = $2 WHERE id = $1")
        .bind(id)
        .bind(now)
        .execute()
        .await?;
    tx.commit().await
}

/// Ends a session. One that is not there is ended already.
pub async fn close(db: &Db, id: SessionId) -> Result<()> {
    let mut tx = db.write(&PlatformScope::new()).await?;
    tx.query("DELETE FROM operator_sessions WHERE id = $1")
        .bind(id)
        .execute()
        .await?;
    tx.commit().await
}

impl FromRow for Credentials {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            operator_id: row.get("id")?,
            password_hash: row.get("password_hash")?,
        })
    }
}

impl FromRow for Operator {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            email: row.get("email")?,
            name: row.get("name")?,
            role: row.get("role")?,
            created_at: row.get("created_at")?,
        })
    }
}

impl FromRow for SignedIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            scope: PlatformScope::new(),
            session_id: row.get("session_id")?,
            expires_at: row.get("expires_at")?,
            last_seen_at: row.get("last_seen_at")?,
            operator: Operator::from_row(row)?,
        })
    }
}
