//! Answers kept for a day, so that a request sent twice has its effect once.
//!
//! A key is claimed before the request is worked on and filled with the answer after. Both are transactions of their
//! own: whoever is killed between them leaves a claim without an answer, and nobody can say whether it had its effect.

use jiff::{SignedDuration, Timestamp};

use crate::{
    Db, Result, Scope, Tx,
    backend::{FromRow, Only, Row},
    tenant::like_literal,
};

/// How long an answer is kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A request that named itself, as tags: neither its key nor its body is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Who asks.
    pub caller: String,
    /// Of the key they gave it.
    pub key_tag: String,
    /// Of what they want.
    pub request_tag: String,
}

/// An answer that can be given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Its HTTP status.
    pub status: i64,
    /// The headers worth repeating.
    pub headers: serde_json::Value,
    /// Its body.
    pub body: String,
}

/// What is known of a request that named itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// Nothing: it is ours to work on.
    Ours,
    /// It was answered before.
    Answered(KeptAnswer),
    /// It was begun, and not answered so far.
    Begun(Timestamp),
    /// The name belongs to another request.
    Another,
}

/// Claims a request, unless it was claimed within a day.
pub async fn claim(db: &Db, scope: &impl Scope, named: &Named, now: Timestamp) -> Result<Claim> {
    let mut tx = db.write(scope).await?;
    tx.query("DELETE FROM kept_answers WHERE scope = $1 AND created_at < $2")
        .bind(scope.row_security())
        .bind(now - KEPT)
        .execute()
        .await?;
    let claimed = tx
        .query(
            "INSERT INTO kept_answers (scope, caller, key_tag, request_tag, created_at)
             VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT DO NOTHING",
        )
        .bind(scope.row_security())
        .bind(&named.caller)
        .bind(&named.key_tag)
        .bind(&named.request_tag)
        .bind(now)
        .execute()
        .await?;
    if claimed == 1 {
        tx.commit().await?;
        return Ok(Claim::Ours);
    }
    let known: Known = tx
        .query(
            "SELECT request_tag, status, headers, body, created_at
               FROM kept_answers
              WHERE scope = $1 AND caller = $2 AND key_tag = $3",
        )
        .bind(scope.row_security())
        .bind(&named.caller)
        .bind(&named.key_tag)
        .fetch_one()
        .await?;
    tx.commit().await?;
    Ok(known.claim(named))
}

/// Keeps the answer to a claimed request.
pub async fn keep(db: &Db, scope: &impl Scope, named: &Named, answer: KeptAnswer) -> Result<()> {
    let mut tx = db.write(scope).await?;
    tx.query(
        "UPDATE kept_answers
            SET status = $4, headers = $5, body = $6
          WHERE scope = $1 AND caller = $2 AND key_tag = $3",
    )
    .bind(scope.row_security())
    .bind(&named.caller)
    .bind(&named.key_tag)
    .bind(answer.status)
    .bind(&answer.headers)
    .bind(answer.body)
    .execute()
    .await?;
    tx.commit().await
}

/// Gives a claim back: the request changed nothing, and may come again.
pub async fn release(db: &Db, scope: &impl Scope, named: &Named) -> Result<()> {
    let mut tx = db.write(scope).await?;
    tx.query("DELETE FROM kept_answers WHERE scope = $1 AND caller = $2 AND key_tag = $3")
        .bind(scope.row_security())
        .bind(&named.caller)
        .bind(&named.key_tag)
        .execute()
        .await?;
    tx.commit().await
}

/// Forgets every answer in which this stands, in lower case.
pub(crate) async fn forget(tx: &mut Tx, scope: &impl Scope, trace: &str) -> Result<()> {
    tx.query("DELETE FROM kept_answers WHERE scope = $1 AND LOWER(body) LIKE $2 ESCAPE '\\'")
        .bind(scope.row_security())
        .bind(format!("%{}%", like_literal(trace)))
        .execute()
        .await?;
    Ok(())
}

/// Counts the claims of a scope, answered or not.
pub async fn count(db: &Db, scope: &impl Scope) -> Result<i64> {
    let mut tx = db.read(scope).await?;
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM kept_answers WHERE scope = $1")
        .bind(scope.row_security())
        .fetch_one()
        .await?;
    Ok(count)
}

/// A claim as it is stored.
struct Known {
    request_tag: String,
    answer: Option<KeptAnswer>,
    created_at: Timestamp,
}

impl Known {
    fn claim(self, named: &Named) -> Claim {
        if self.request_tag != named.request_tag {
            return Claim::Another;
        }
        match self.answer {
            Some(answer) => Claim::Answered(answer),
            None => Claim::Begun(self.created_at),
        }
    }
}

impl FromRow for Known {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let (headers, body) = (row.get("headers")?, row.get("body")?);
        let status: Option<i64> = row.get("status")?;
        Ok(Self {
            request_tag: row.get("request_tag")?,
            answer: status.map(|status| KeptAnswer {
                status,
                headers,
                body,
            }),
            created_at: row.get("created_at")?,
        })
    }
}
