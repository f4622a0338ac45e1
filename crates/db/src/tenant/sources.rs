//! What became of the leads of a time, by where they came from.

use std::num::ParseIntError;

use jiff::{SignedDuration, Timestamp};
use types::Money;

use super::{leads::past, sight::sees_lead};
use crate::{
    Error, Result, TenantScope, Tx,
    backend::{FromRow, Row},
};

/// Sources in one report; the rest are told as one.
pub const MOST: i64 = 50;

/// What became of some leads.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SourceNumbers {
    /// Leads that came.
    pub leads: i64,
    /// Of these: a member reached out or decided something.
    pub answered: i64,
    /// Before it was late.
    pub answered_in_time: i64,
    /// So soon, or sooner, half of those answered were answered.
    pub median_wait: Option<SignedDuration>,
    /// A member logged an appointment with whoever they are from.
    pub appointments: i64,
    /// Were qualified or won at some time.
    pub qualified: i64,
    /// Are won.
    pub won: i64,
    /// Are lost.
    pub lost: i64,
    /// What those won may spend or take, as far as they said.
    pub won_value: Money,
}

/// Which leads a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceSpan {
    /// Came then or later.
    pub from: Timestamp,
    /// Came before then.
    pub before: Timestamp,
    /// So many sources, those with the most leads, are left out: a page before told them.
    pub offset: i64,
}

/// Where leads came from, and what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceReport {
    /// A source each; those with the most leads first.
    pub sources: Vec<(String, SourceNumbers)>,
    /// How many sources there are besides, and their leads together: with fewer leads than any of these.
    pub others: Option<(i64, SourceNumbers)>,
    /// All leads of the time.
    pub all: SourceNumbers,
}

/// Works out what became of the leads that came in a span of time.
///
/// Goes through these leads once, and finds the middle of their waits in this process: with 200,000 leads that takes a
/// quarter of a second of a processor and a few megabytes.
pub async fn report(tx: &mut Tx, scope: &TenantScope, span: SourceSpan) -> Result<SourceReport> {
    let rows: Vec<Told> = tx
        .query(REPORT)
        .bind(scope.tenant_id())
        .bind(scope.only())
        .bind(span.from)
        .bind(span.before)
        .bind(past::LATE)
        .bind(span.offset)
        .bind(MOST)
        .fetch_all()
        .await?;
    let mut report = SourceReport::default();
    let mut waits = Vec::new();
    for mut told in rows {
        told.numbers.median_wait = median(&mut told.waits);
        waits.append(&mut told.waits);
        report.all.add(told.numbers);
        match told.place {
            0 => {}
            place if place > span.offset + MOST => report.others = Some((told.source_count, told.numbers)),
            _ => report.sources.push((told.source, told.numbers)),
        }
    }
    report.all.median_wait = median(&mut waits);
    Ok(report)
}

/// The wait in the middle: of an even number, the shorter of the two.
fn median(waits: &mut [i64]) -> Option<SignedDuration> {
    let middle = waits.len().checked_sub(1)? / 2;
    let (_, wait, _) = waits.select_nth_unstable(middle);
    Some(SignedDuration::from_micros(*wait))
}

/// `sums` has a row for each source. `placed` says under which number a source is told, the fullest first: 0 for those left
/// out, one behind the last for the others. Waits are handed over as they are, in one text for each: neither engine finds
/// the middle of them as soon as we do, and one of them only by sorting all leads.
const REPORT: &str = concat!(
    "WITH told AS (
         SELECT leads.source, leads.status, COALESCE(leads.price_max, leads.price_min) AS price,
                CASE WHEN leads.answered_after < 0 THEN 0 ELSE leads.answered_after END AS wait,
                leads.had_appointment,",
    past::was_qualified!(),
    " AS qualified
           FROM leads
          WHERE leads.tenant_id = $1 AND leads.created_at >= $3 AND leads.created_at < $4 AND",
    sees_lead!("leads"),
    "),
     sums AS MATERIALIZED (
         SELECT source, ROW_NUMBER() OVER (ORDER BY COUNT(*) DESC, source) AS turn,
                COUNT(*) AS lead_count, COUNT(wait) AS answered_count,
                COUNT(*) FILTER (WHERE wait < $5) AS in_time_count,
                COUNT(*) FILTER (WHERE had_appointment) AS appointment_count,
                COUNT(*) FILTER (WHERE qualified) AS qualified_count,
                COUNT(*) FILTER (WHERE status = 'won') AS won_count,
                COUNT(*) FILTER (WHERE status = 'lost') AS lost_count,
                COALESCE(SUM(price) FILTER (WHERE status = 'won'), 0) AS won_cents,
                STRING_AGG(CAST(wait AS TEXT), ',') AS waits
           FROM told
          GROUP BY source),
     placed AS (
         SELECT source, lead_count, answered_count, in_time_count, appointment_count, qualified_count, won_count,
                lost_count, won_cents, waits,
                CASE WHEN turn <= $6 THEN 0
                     WHEN turn > $6 + $7 THEN $6 + $7 + 1
                     ELSE turn END AS place
           FROM sums)
     SELECT place, MIN(source) AS source, COUNT(*) AS source_count,
            CAST(SUM(lead_count) AS BIGINT) AS lead_count,
            CAST(SUM(answered_count) AS BIGINT) AS answered_count,
            CAST(SUM(in_time_count) AS BIGINT) AS in_time_count,
            CAST(SUM(appointment_count) AS BIGINT) AS appointment_count,
            CAST(SUM(qualified_count) AS BIGINT) AS qualified_count,
            CAST(SUM(won_count) AS BIGINT) AS won_count,
            CAST(SUM(lost_count) AS BIGINT) AS lost_count,
            CAST(SUM(won_cents) AS BIGINT) AS won_cents,
            COALESCE(STRING_AGG(waits, ','), '') AS waits
       FROM placed
      GROUP BY place
      ORDER BY place"
);

/// A row of the report.
struct Told {
    place: i64,
    source: String,
    source_count: i64,
    numbers: SourceNumbers,
    /// Microseconds, in no order.
    waits: Vec<i64>,
}

impl SourceNumbers {
    /// Counts these in; medians do not add up.
    fn add(&mut self, more: Self) {
        self.leads += more.leads;
        self.answered += more.answered;
        self.answered_in_time += more.answered_in_time;
        self.appointments += more.appointments;
        self.qualified += more.qualified;
        self.won += more.won;
        self.lost += more.lost;
        self.won_value = Money::from_cents(self.won_value.cents() + more.won_value.cents());
    }
}

impl FromRow for Told {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let waits: String = row.get("waits")?;
        let waits = waits.split(',').filter(|wait| !wait.is_empty()).map(str::parse);
        Ok(Self {
            place: row.get("place")?,
            source: row.get("source")?,
            source_count: row.get("source_count")?,
            numbers: SourceNumbers {
                leads: row.get("lead_count")?,
                answered: row.get("answered_count")?,
                answered_in_time: row.get("in_time_count")?,
                median_wait: None,
                appointments: row.get("appointment_count")?,
                qualified: row.get("qualified_count")?,
                won: row.get("won_count")?,
                lost: row.get("lost_count")?,
                won_value: row.get("won_cents")?,
            },
            waits: waits.collect::<Result<_, _>>().map_err(corrupt)?,
        })
    }
}

fn corrupt(error: ParseIntError) -> Error {
    Error::Corrupt {
        column: "waits",
        source: error.into(),
    }
}
