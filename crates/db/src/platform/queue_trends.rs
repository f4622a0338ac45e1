//! The queue hour by hour over the last day, which its sparklines are drawn from: worked out from the jobs themselves.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use types::TenantId;

use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row, Sql},
};

/// How far back.
pub const HOURS: usize = 24;

const SECONDS: i64 = 3_600;

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

/// Jobs that came in one hour and left in one, or are still there.
struct Group {
    tenant_id: TenantId,
    event_type: String,
    came: i64,
    left: Option<i64>,
    is_done: bool,
    jobs: i64,
}

/// Attempts that failed in one hour.
struct Failed {
    tenant_id: TenantId,
    event_type: String,
    hour: i64,
    attempts: i64,
}

macro_rules! groups {
    ($hour_of_created:literal, $hour_of_left:literal) => {
        concat!(
            "SELECT tenant_id, event_type, ", $hour_of_created, " AS came, ", $hour_of_left, " AS gone, is_done,
                    COUNT(*) AS jobs
               FROM (SELECT tenant_id, event_type, created_at, CAST(NULL AS timestamptz) AS left_at, CAST(0 AS BIGINT) AS is_done
                       FROM ingestion_jobs WHERE status = 'pending'
                  UNION ALL
                     SELECT tenant_id, event_type, created_at, CAST(NULL AS timestamptz) AS left_at, CAST(0 AS BIGINT) AS is_done
                       FROM ingestion_jobs WHERE status = 'processing'
                  UNION ALL
                     SELECT tenant_id, event_type, created_at, dead_lettered_at AS left_at, CAST(0 AS BIGINT) AS is_done
                       FROM ingestion_jobs WHERE status = 'dead_letter' AND dead_lettered_at >= $1
                  UNION ALL
                     SELECT tenant_id, event_type, created_at, processed_at AS left_at, CAST(1 AS BIGINT) AS is_done
                       FROM ingestion_jobs WHERE status = 'processed' AND processed_at >= $1) AS job
              GROUP BY tenant_id, event_type, came, gone, is_done
              LIMIT $2"
        )
    };
}

macro_rules! failures {
    ($hour:literal) => {
        concat!(
            "SELECT attempt.tenant_id, job.event_type, ",
            $hour,
            " AS hour, COUNT(*) AS attempts
               FROM ingestion_attempts AS attempt
               JOIN ingestion_jobs AS job ON job.tenant_id = attempt.tenant_id AND job.id = attempt.job_id
              WHERE attempt.finished_at >= $1
              GROUP BY attempt.tenant_id, job.event_type, hour
              LIMIT $2"
        )
    };
}

/// Works out the trends of the last day.
pub async fn list(tx: &mut Tx, _platform: &PlatformScope, now: Timestamp) -> Result<Trends> {
    let since = now - SignedDuration::from_hours(HOURS as i64);
    let groups: Vec<Group> = tx
        .query(Sql {
            sqlite: groups!(
                "CAST(strftime('%s', created_at) AS INTEGER) / 3600",
                "CAST(strftime('%s', left_at) AS INTEGER) / 3600"
            ),
            postgres: groups!(
                "CAST(FLOOR(EXTRACT(EPOCH FROM created_at) / 3600) AS BIGINT)",
                "CAST(FLOOR(EXTRACT(EPOCH FROM CAST(left_at AS timestamptz)) / 3600) AS BIGINT)"
            ),
        })
        .bind(since)
        .bind(GROUPS)
        .fetch_all()
        .await?;
    let failed: Vec<Failed> = tx
        .query(Sql {
            sqlite: failures!("CAST(strftime('%s', attempt.finished_at) AS INTEGER) / 3600"),
            postgres: failures!("CAST(FLOOR(EXTRACT(EPOCH FROM attempt.finished_at) / 3600) AS BIGINT)"),
        })
        .bind(since)
        .bind(GROUPS)
        .fetch_all()
        .await?;
    let first = now.as_second() / SECONDS - (HOURS as i64 - 1);
    let mut trends = Trends::new();
    for group in groups {
        let key = (group.tenant_id.clone(), group.event_type.clone());
        count(trends.entry(key).or_insert(Trend::NOTHING), &group, first);
    }
    for failure in failed {
        let key = (failure.tenant_id, failure.event_type);
        let trend = trends.entry(key).or_insert(Trend::NOTHING);
        if let Some(hour) = place(failure.hour, first) {
            trend.failures[hour] += failure.attempts;
        }
    }
    Ok(trends)
}

fn place(hour: i64, first: i64) -> Option<usize> {
    usize::try_from(hour - first).ok().filter(|place| *place < HOURS)
}

fn count(trend: &mut Trend, group: &Group, first: i64) {
    if let Some(hour) = group
        .left
        .filter(|_| group.is_done)
        .and_then(|left| place(left, first))
    {
        trend.done[hour] += group.jobs;
    }
    for (at, hour) in (first..).take(HOURS).enumerate() {
        let was_there = group.came <= hour && group.left.is_none_or(|left| left > hour);
        if was_there {
            trend.depth[at] += group.jobs;
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
            is_done: row.get::<i64>("is_done")? == 1,
            jobs: row.get("jobs")?,
        })
    }
}

impl FromRow for Failed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            tenant_id: row.get("tenant_id")?,
            event_type: row.get("event_type")?,
            hour: row.get("hour")?,
            attempts: row.get("attempts")?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jobs(came: i64, left: Option<i64>, is_done: bool) -> Group {
        Group {
            tenant_id: "tenant_a".parse().unwrap(),
            event_type: "website.lead.submitted".to_owned(),
            came,
            left,
            is_done,
            jobs: 3,
        }
    }

    #[test]
    fn what_came_and_left_is_counted_by_the_hour() {
        let mut trend = Trend::NOTHING;

        count(&mut trend, &jobs(90, None, false), 100);
        count(&mut trend, &jobs(101, Some(104), true), 100);
        count(&mut trend, &jobs(104, Some(104), true), 100);

        assert_eq!(trend.depth[..6], [3, 6, 6, 6, 3, 3]);
        assert_eq!(trend.done[3..6], [0, 6, 0]);
        assert_eq!(trend.oldest_hours[0], 11, "it waits since before the first hour");
        assert_eq!(trend.oldest_hours[23], 34);
    }
}
