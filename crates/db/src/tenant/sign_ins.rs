//! Who came in to a tenant's CRM or was refused, and from where: so many, and for 90 days.

use jiff::Timestamp;
use types::{Page, PageRequest, PersonId, SignIn, SignInId, Whence};

use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Only, Row},
    tenant::before,
};

/// How many are taken away at once that are too many. One is added at a time.
const AWAY: i64 = 100;

/// Adds one, and forgets those that are too old or too many. Whoever knocks costs as much, member or not: how long a
/// refusal takes tells nobody which it was.
pub async fn note(tx: &mut Tx, scope: &TenantScope, sign_in: &SignIn) -> Result<()> {
    tx.query(
        "INSERT INTO sign_ins (tenant_id, id, person_id, outcome, occurred_at, address, user_agent)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(scope.tenant_id())
    .bind(sign_in.id)
    .bind(sign_in.person_id)
    .bind(sign_in.outcome)
    .bind(sign_in.occurred_at)
    .bind(&sign_in.whence.address)
    .bind(&sign_in.whence.user_agent)
    .execute()
    .await?;
    tx.query("DELETE FROM sign_ins WHERE tenant_id = $1 AND occurred_at < $2")
        .bind(scope.tenant_id())
        .bind(sign_in.occurred_at - SignIn::KEPT)
        .execute()
        .await?;
    tx.query(
        "DELETE FROM sign_ins
          WHERE tenant_id = $1
            AND id IN (SELECT id
                         FROM sign_ins
                        WHERE tenant_id = $1 AND outcome = $3
                          AND (person_id = $2 OR ($2 IS NULL AND person_id IS NULL))
                        ORDER BY occurred_at DESC, id DESC
                        LIMIT $5 OFFSET $4)",
    )
    .bind(scope.tenant_id())
    .bind(sign_in.person_id)
    .bind(sign_in.outcome)
    .bind(SignIn::MOST)
    .bind(AWAY)
    .execute()
    .await?;
    Ok(())
}

/// Lists a member's, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: &TenantScope,
    (person_id, now): (PersonId, Timestamp),
    after: Option<(Timestamp, SignInId)>,
    page: PageRequest,
) -> Result<Page<SignIn>> {
    let (at, id) = before(after);
    let rows = tx
        .query(
            "SELECT id, person_id, outcome, occurred_at, address, user_agent
               FROM sign_ins
              WHERE tenant_id = $1 AND person_id = $2 AND occurred_at > $3 AND (occurred_at, id) < ($4, $5)
              ORDER BY occurred_at DESC, id DESC
              LIMIT $6 OFFSET $7",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(now - SignIn::KEPT)
        .bind(at)
        .bind(id)
        .bind(page.fetch())
        .bind(i64::from(page.offset()))
        .fetch_all()
        .await?;
    Ok(Page::from_fetched(rows, page))
}

/// Counts a member's that a list shows on all its pages.
pub async fn count(tx: &mut Tx, scope: &TenantScope, (person_id, now): (PersonId, Timestamp)) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM sign_ins
              WHERE tenant_id = $1 AND person_id = $2 AND occurred_at > $3",
        )
        .bind(scope.tenant_id())
        .bind(person_id)
        .bind(now - SignIn::KEPT)
        .fetch_one()
        .await?;
    Ok(count)
}

/// Counts the refusals of addresses that are no member's: as many as are kept.
pub async fn count_strangers(tx: &mut Tx, scope: &TenantScope, now: Timestamp) -> Result<i64> {
    let Only(count) = tx
        .query(
            "SELECT COUNT(*) AS value
               FROM sign_ins
              WHERE tenant_id = $1 AND person_id IS NULL AND occurred_at > $2",
        )
        .bind(scope.tenant_id())
        .bind(now - SignIn::KEPT)
        .fetch_one()
        .await?;
    Ok(count)
}

impl FromRow for SignIn {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            person_id: row.get("person_id")?,
            outcome: row.get("outcome")?,
            whence: Whence {
                address: row.get("address")?,
                user_agent: row.get("user_agent")?,
            },
            occurred_at: row.get("occurred_at")?,
        })
    }
}
