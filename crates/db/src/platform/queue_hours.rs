//! What the queue did hour by hour: counted by whoever finishes jobs, in the transaction that does, so that nobody who
//! looks has to go through the jobs themselves.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use types::TenantId;

use crate::{PlatformScope, Result, Tx, backend::Sql};

const SECONDS: i64 = 3_600;

/// How long hours are kept: a little longer than anybody can ask about.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 32);

/// The hour that a time is in, counted since 1970.
pub(super) fn hour_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(SECONDS)
}

/// When an hour began.
pub(super) fn start_of(hour: i64) -> Timestamp {
    Timestamp::from_second(hour * SECONDS).expect("an hour of a time there is begins at one")
}

/// What jobs came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// They had their effect.
    Done,
    /// An attempt at each failed.
    Failed,
}

/// Jobs to be counted, by whose they are, what their events say they are, and the hour they came in.
#[derive(Debug, Default)]
pub(super) struct Counted<'a>(BTreeMap<(&'a TenantId, &'a str, i64), i64>);

impl<'a> Counted<'a> {
    /// One job more.
    pub(super) fn add(&mut self, tenant_id: &'a TenantId, event_type: &'a str, created_at: Timestamp) {
        *self
            .0
            .entry((tenant_id, event_type, hour_of(created_at)))
            .or_default() += 1;
    }

    /// Adds them to their hours: one statement. The rows are taken in one order, so that two workers wait for each
    /// other at worst; and last in a transaction, so that they do not wait for long.
    pub(super) async fn write(self, tx: &mut Tx, outcome: Outcome, now: Timestamp) -> Result<()> {
        const COUNT: Sql = Sql {
            sqlite: "INSERT INTO queue_hours (tenant_id, event_type, hour, came, done, failed)
                     SELECT c0, c1, $1, c2, c3, c4
                       FROM list
                      WHERE TRUE
                         ON CONFLICT (tenant_id, event_type, hour, came) DO UPDATE
                        SET done = queue_hours.done + excluded.done,
                            failed = queue_hours.failed + excluded.failed",
            postgres: "INSERT INTO queue_hours (tenant_id, event_type, hour, came, done, failed)
                       SELECT tenant_id, event_type, $6, came, done, failed
                         FROM UNNEST($1, $2, $3, $4, $5) AS list (tenant_id, event_type, came, done, failed)
                           ON CONFLICT (tenant_id, event_type, hour, came) DO UPDATE
                          SET done = queue_hours.done + excluded.done,
                              failed = queue_hours.failed + excluded.failed",
        };
        if self.0.is_empty() {
            return Ok(());
        }
        let counts = |of: Outcome| {
            let of_each = self.0.values();
            of_each.map(move |jobs| if of == outcome { *jobs } else { 0 })
        };
        let (done, failed) = (counts(Outcome::Done), counts(Outcome::Failed));
        tx.bulk(COUNT)
            .column(self.0.keys().map(|(tenant_id, ..)| (*tenant_id).clone()))
            .column(self.0.keys().map(|(_, event_type, _)| (*event_type).to_owned()))
            .column(self.0.keys().map(|(.., came)| *came))
            .column(done)
            .column(failed)
            .bind(hour_of(now))
            .execute()
            .await?;
        Ok(())
    }
}

/// Lets go of up to `limit` counts of hours that nobody can ask about any more. Says how many.
pub async fn forget(tx: &mut Tx, _platform: &PlatformScope, limit: i64) -> Result<u64> {
    let before = hour_of(tx.time().await?.saturating_sub(KEPT).unwrap_or(Timestamp::MIN));
    tx.query(
        "DELETE FROM queue_hours
          WHERE (tenant_id, event_type, hour, came) IN (
                SELECT tenant_id, event_type, hour, came
                  FROM queue_hours
                 WHERE hour < $1
                 ORDER BY hour
                 LIMIT $2)",
    )
    .bind(before)
    .bind(limit)
    .execute()
    .await
}
