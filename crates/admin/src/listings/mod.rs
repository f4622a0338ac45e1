//! Homes for sale in RESO's words, imported from a file or asked from a service: good rows are kept, bad ones named.

mod feeds;
mod poll;
mod schedule;
mod sorted;
#[cfg(test)]
mod tests;
mod way;

use std::collections::BTreeMap;

use axum::body::Bytes;
use db::TenantScope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use server::{
    csv_records::Records,
    encoding::{in_utf8, unmarked},
};
use types::{AuditAction, TenantId, listings::ResoListing};

pub(crate) use feeds::{feeds, rejected};
use poll::enter;
pub use poll::{Polled, forget, poll};
pub(crate) use schedule::go_round;
pub use schedule::{Wanted, schedule, unschedule};
use sorted::{Changes, Row, Sorted};
pub use way::Feed;

use crate::{Acting, Refusal};

/// What came of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Imported {
    /// Rows in the file.
    pub rows: usize,
    /// Listings written, new or changed.
    pub kept: usize,
    /// Listings taken off the site: their sellers want it, or they are not to be had any more.
    pub removed: u64,
    /// Rows that were left out, and why.
    pub bad: Vec<Remark>,
    /// Rows that were kept although something is wrong with them, and what was done instead.
    pub odd: Vec<Remark>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Remark {
    /// Which row of the file, from 1.
    pub row: usize,
    /// What it is called, if it says.
    pub listing_key: Option<String>,
    /// As the end of "this row …".
    pub reason: String,
}

/// A file: a list of rows, or the answer of a RESO Web API with the list in it.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Rows(Vec<Value>),
    Answer { value: Vec<Value> },
}

/// The rows of a file: JSON when it looks like it, else CSV.
fn rows_of(file: Bytes) -> Result<Vec<Row>, Refusal> {
    let file = unmarked(file);
    if !file.trim_ascii_start().starts_with(b"[") && !file.trim_ascii_start().starts_with(b"{") {
        let (text, _) = in_utf8(file, None);
        return rows_of_csv(&String::from_utf8_lossy(&text));
    }
    let text = std::str::from_utf8(&file).map_err(|error| {
        let line = 1 + file[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        malformed(&format!(
            "A JSON file must be in UTF-8, and line {line} of this one is not. Save it as UTF-8, and import it again."
        ))
    })?;
    rows_of_json(text)
}

fn rows_of_json(text: &str) -> Result<Vec<Row>, Refusal> {
    let file: File = serde_json::from_str(text).map_err(|_| {
        malformed(
            "The file must be a JSON list of RESO listings, or an object with such a list in \"value\".",
        )
    })?;
    let (File::Rows(all) | File::Answer { value: all }) = file;
    Ok(all.iter().map(Row::of).collect())
}

fn rows_of_csv(text: &str) -> Result<Vec<Row>, Refusal> {
    let mut records = Records::of(text, b',');
    let header = records.header();
    if !header.iter().any(|name| name == "ListingKey") {
        return Err(malformed(
            "The first line of a CSV file must name the fields as RESO does, ListingKey among them.",
        ));
    }
    let read = records.map(|record| {
        let row = &record.cells;
        let cells: BTreeMap<_, _> = header.iter().zip(row).collect();
        if record.is_closed {
            return Row::of(&ResoListing::row_of(&cells));
        }
        let key = cells.get("ListingKey").map(|key| (*key).to_owned());
        let reason = format!(
            "has a quote on line {} of the file that is not closed",
            record.line
        );
        Row::broken(key, reason)
    });
    Ok(read.collect())
}

fn malformed(detail: &str) -> Refusal {
    Refusal::Invalid {
        pointer: "",
        code: "malformed",
        detail: detail.to_owned(),
    }
}

/// Imports a file for a tenant, some listings at a time, and says how many are done of how many. Importing it again
/// changes nothing, and goes on with what died in between.
pub async fn import(
    acting: &Acting<'_>,
    id_or_slug: &str,
    (file, disclaimer): (Bytes, &str),
    done: &dyn Fn(usize, usize),
) -> Result<Imported, Refusal> {
    let mut sorted = Sorted::of(rows_of(file)?, disclaimer, acting);
    let (tenant_id, scope) = enter(acting, id_or_slug).await?;
    let mut imported = Imported {
        rows: sorted.rows,
        bad: std::mem::take(&mut sorted.bad),
        odd: sorted.odd(),
        ..Imported::default()
    };
    let all = sorted.known().count();
    let parts = match sorted.parts() {
        // Nothing of it can be read: the trail says that somebody tried.
        none if none.is_empty() => vec![Sorted::default().whole()],
        parts => parts,
    };
    let (mut written, count) = (0, parts.len());
    for (part, changes) in (1..).zip(parts) {
        written += changes.count();
        write(
            acting,
            (&tenant_id, &scope),
            (changes, part, count),
            &mut imported,
        )
        .await?;
        done(written, all);
    }
    Ok(imported)
}

/// Writes a part of a file, all or nothing.
async fn write(
    acting: &Acting<'_>,
    (tenant_id, scope): (&TenantId, &TenantScope),
    (changes, part, parts): (Changes, usize, usize),
    imported: &mut Imported,
) -> Result<(), Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let (kept, removed) = changes.write(&mut tx, scope, acting.now).await?;
    let details = json!({
        "rows": imported.rows, "kept": kept, "removed": removed, "bad": imported.bad.len(),
        "odd": imported.odd.len(), "part": part, "parts": parts,
    });
    acting
        .succeeded(&mut tx, AuditAction::ListingsImport, Some(tenant_id), details)
        .await?;
    tx.commit().await?;
    imported.kept += kept;
    imported.removed += removed;
    Ok(())
}
