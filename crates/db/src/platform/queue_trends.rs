//! The queue hour by hour over the last day, which its sparklines are drawn from: what left it is counted already, what
//! is still there is looked at.

use std::collections::BTreeMap;

use jiff::Timestamp;
use types::TenantId;

use super::{
    queue_hours::{hour_of, start_of},
    queue_statistics::Line,
};
use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row, Sql},
};

/// How far back.
pub const HOURS: usize = 24;

/// The most groups of jobs that are looked at: what came and left in the same hours is one.
const GROUPS: i64 = 50_000;

/// What one tenant had of one type of event, hour by hour, the last one being this hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trend {
    /// How many waited or were worked on at the end of each hour.
    pub depth: [i64; HOURS],
    /// How many had their effect in each hour.
    pub done: [i64; HOURS],
    /// Since how many hours the oldest had been there at the end of each.
    pub oldest_hours: [i64; HOURS],
    /// How many attempts failed in each hour.
    pub failures: [i64; HOURS],
}

impl Trend {
    const NOTHING: Self = Self {
        depth: [0; HOURS],
        done: [0; HOURS],
        oldest_hours: [0; HOURS],
        failures: [0; HOURS],
    };
}

/// Trends by tenant and type.
pub type Trends = BTreeMap<(TenantId, String), Trend>;

/// Jobs that came in one hour, and left in one or are still there.
struct Group {
    tenant_id: TenantId,
    event_type: String,
    came: i64,
    left: Option<i64>,
    /// How many there are that did not have their effect.
    waiting: i64,
    /// How many had their effect.
    done: i64,
    /// How many attempts failed.
    failed: i64,
}

macro_rules! groups {
    ($hour_of_created:literal, $hour_of_buried:literal) => {
        concat!(
            "SELECT tenant_id, event_type, came, hour AS gone, CAST(0 AS BIGINT) AS waiting, done, failed
               FROM queue_hours
              WHERE hour > $1 AND tenant_id >= $3 AND tenant_id <= $4
          UNION ALL
             SELECT tenant_id, event_type, ",
            $hour_of_created,
            " AS came, gone, COUNT(*) AS waiting,
                    CAST(0 AS BIGINT) AS done, CAST(0 AS BIGINT) AS failed
               FROM (SELECT tenant_id, event_type, created_at, CAST(NULL AS BIGINT) AS gone
                       FROM ingestion_jobs
                      WHERE status = 'pending' AND tenant_id >= $3 AND tenant_id <= $4
                  UNION ALL
                     SELECT tenant_id, event_type, created_at, CAST(NULL AS BIGINT) AS gone
                       FROM ingestion_jobs
                      WHERE status = 'processing' AND lease_until >= $6
                        AND tenant_id >= $3 AND tenant_id <= $4
                  UNION ALL
                     SELECT tenant_id, event_type, created_at, ",
            $hour_of_buried,
            " AS gone
                       FROM ingestion_jobs
                      WHERE status = 'dead_letter' AND dead_lettered_at >= $5
                        AND tenant_id >= $3 AND tenant_id <= $4) AS job
              GROUP BY tenant_id, event_type, came, gone
              LIMIT $2"
        )
    };
}

/// Works out the trends of the last day for these lines, which are in the order of their tenants.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope, lines: &[Line], now: Timestamp) -> Result<Trends> {
    let (Some(from), Some(to)) = (lines.first(), lines.last()) else {
        return Ok(Trends::new());
    };
    let before = hour_of(now) - HOURS as i64;
    let groups: Vec<Group> = tx
        .query(Sql {
            sqlite: groups!(
                "CAST(strftime('%s', created_at) AS INTEGER) / 3600",
                "CAST(strftime('%s', dead_lettered_at) AS INTEGER) / 3600"
            ),
            postgres: groups!(
                "CAST(FLOOR(EXTRACT(EPOCH FROM created_at) / 3600) AS BIGINT)",
                "CAST(FLOOR(EXTRACT(EPOCH FROM dead_lettered_at) / 3600) AS BIGINT)"
            ),
        })
        .bind(before)
        .bind(GROUPS)
        .bind(&from.tenant_id)
        .bind(&to.tenant_id)
        .bind(start_of(before + 1))
        // As in the statistics: so that SQLite reads the leases, and not every job of these tenants.
        .bind(Timestamp::UNIX_EPOCH)
        .fetch_all()
        .await?;
    let mut trends = Trends::new();
    for group in groups {
        let key = (group.tenant_id.clone(), group.event_type.clone());
        count(trends.entry(key).or_insert(Trend::NOTHING), &group, before + 1);
    }
    Ok(trends)
}

fn place(hour: i64, first: i64) -> Option<usize> {
    usize::try_from(hour - first).ok().filter(|place| *place < HOURS)
}

fn count(trend: &mut Trend, group: &Group, first: i64) {
    if let Some(hour) = group.left.and_then(|left| place(left, first)) {
        trend.done[hour] += group.done;
        trend.failures[hour] += group.failed;
    }
    let jobs = group.waiting + group.done;
    if jobs == 0 {
        return;
    }
    for (at, hour) in (first..).take(HOURS).enumerate() {
        let was_there = group.came <= hour && group.left.is_none_or(|left| left > hour);
        if was_there {
            trend.depth[at] += jobs;
            trend.oldest_hours[at] = trend.oldest_hours[at].max(hour - group.came + 1);
        }
    }
}

impl FromRow for Group {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            event_type: row.get("event_type")?,
            came: row.get("came")?,
            left: row.get("gone")?,
            waiting: row.get("waiting")?,
            done: row.get("done")?,
            failed: row.get("failed")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three jobs, and an attempt that failed in the hour they left.
    fn jobs(came: i64, left: Option<i64>) -> Group {
        Group {
            tenant_id: "tenant_a".parse().unwrap(),
            event_type: "website.lead.submitted".to_owned(),
            came,
            left,
            waiting: if left.is_none() { 3 } else { 0 },
            done: if left.is_some() { 3 } else { 0 },
            failed: i64::from(left.is_some()),
        }
    }

    #[test]
    fn what_came_and_left_is_counted_by_the_hour() {
        let mut trend = Trend::NOTHING;

        count(&mut trend, &jobs(90, None), 100);
        count(&mut trend, &jobs(101, Some(104)), 100);
        count(&mut trend, &jobs(104, Some(104)), 100);

        assert_eq!(trend.depth[..6], [3, 6, 6, 6, 3, 3]);
        assert_eq!(trend.done[3..6], [0, 6, 0]);
        assert_eq!(trend.failures[3..6], [0, 2, 0]);
        assert_eq!(trend.oldest_hours[0], 11, "it waits since before the first hour");
        assert_eq!(trend.oldest_hours[23], 34);
    }
}
