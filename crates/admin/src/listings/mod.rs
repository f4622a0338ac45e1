//! Homes for sale in RESO's words, imported from a file or asked from a service: good rows are kept, bad ones named.

mod feeds;
mod poll;
#[cfg(test)]
mod poll_tests;
mod schedule;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use axum::body::Bytes;
use db::{TenantScope, Tx, platform::tenants as rows, tenant::listings};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use server::{
    csv_records::Records,
    encoding::{in_utf8, unmarked},
};
use types::{
    AuditAction,
    listings::{Listing, ListingId, ResoListing},
};

pub(crate) use feeds::{feeds, rejected};
pub use poll::{Feed, Polled, poll};
pub(crate) use schedule::go_round;
pub use schedule::{Wanted, schedule, unschedule};

use crate::{Acting, Refusal};

/// Rows written by one statement.
const AT_ONCE: usize = 500;

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
    pub bad: Vec<LeftOut>,
}

/// A row that was left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// Which row of the file, from 1.
    pub row: usize,
    /// What it is called, if it says.
    pub listing_key: Option<String>,
    /// Why, as the end of "this row …".
    pub reason: String,
}

/// A file: a list of rows, or the answer of a RESO Web API with the list in it.
#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Rows(Vec<Value>),
    Answer { value: Vec<Value> },
}

/// A row of a file: its key, if it says, and the listing or why it is none.
type Read = (Option<String>, Result<ResoListing, String>);

/// The rows of a file: JSON when it looks like it, else CSV.
fn rows_of(file: Bytes) -> Result<Vec<Read>, Refusal> {
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

fn rows_of_json(text: &str) -> Result<Vec<Read>, Refusal> {
    let file: File = serde_json::from_str(text).map_err(|_| {
        malformed(
            "The file must be a JSON list of RESO listings, or an object with such a list in \"value\".",
        )
    })?;
    let (File::Rows(all) | File::Answer { value: all }) = file;
    let read = all.iter().map(|row| {
        let key = row["ListingKey"].as_str().map(str::to_owned);
        (key, ResoListing::parse(row))
    });
    Ok(read.collect())
}

fn rows_of_csv(text: &str) -> Result<Vec<Read>, Refusal> {
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
        let key = cells.get("ListingKey").map(|key| (*key).to_owned());
        let listing = match record.is_closed {
            true => ResoListing::from_cells(&cells),
            false => Err(format!(
                "has a quote on line {} of the file that is not closed",
                record.line
            )),
        };
        (key, listing)
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

/// Imports a file for a tenant. Importing it again changes nothing.
pub async fn import(
    acting: &Acting<'_>,
    id_or_slug: &str,
    (file, disclaimer): (Bytes, &str),
) -> Result<Imported, Refusal> {
    let sorted = Sorted::of(rows_of(file)?, disclaimer, acting);
    let mut tx = acting.db.write(acting.platform).await?;
    let tenant = rows::find(&mut tx, acting.platform, id_or_slug).await?;
    let tenant = tenant.ok_or_else(|| Refusal::no_tenant(id_or_slug))?;
    let scope = db::door::tenants::enter(&mut tx, acting.platform, &tenant.id)
        .await?
        .ok_or_else(|| Refusal::no_tenant(id_or_slug))?;
    let imported = sorted.write(&mut tx, &scope, acting.now).await?;
    let details = json!({
        "rows": imported.rows, "kept": imported.kept, "removed": imported.removed, "bad": imported.bad.len(),
    });
    acting
        .succeeded(&mut tx, AuditAction::ListingsImport, Some(&tenant.id), details)
        .await?;
    tx.commit().await?;
    Ok(imported)
}

/// The rows of a file, sorted by what is to be done with them.
#[derive(Default)]
struct Sorted {
    rows: usize,
    /// By id: of a listing that is there twice, the later row counts.
    kept: BTreeMap<ListingId, Listing>,
    hidden: Vec<ListingId>,
    bad: Vec<LeftOut>,
}

impl Sorted {
    fn of(all: Vec<Read>, disclaimer: &str, acting: &Acting<'_>) -> Self {
        let mut sorted = Self {
            rows: all.len(),
            ..Self::default()
        };
        for (row, (listing_key, read)) in (1..).zip(all) {
            let taken = read.and_then(|listing| sorted.take(listing, disclaimer, acting));
            if let Err(reason) = taken {
                sorted.bad.push(LeftOut {
                    row,
                    listing_key,
                    reason,
                });
            }
        }
        sorted
    }

    fn take(&mut self, row: ResoListing, disclaimer: &str, acting: &Acting<'_>) -> Result<(), String> {
        let id = row.key().clone();
        match row.read(disclaimer, acting.now) {
            Ok(listing) => {
                self.kept.insert(id, listing);
                Ok(())
            }
            Err(bad) if bad.takes_off() => {
                self.kept.remove(&id);
                self.hidden.push(id);
                Ok(())
            }
            Err(bad) => Err(bad.to_string()),
        }
    }

    async fn write(self, tx: &mut Tx, scope: &TenantScope, now: Timestamp) -> Result<Imported, Refusal> {
        let kept: Vec<_> = self.kept.into_values().collect();
        for some in kept.chunks(AT_ONCE) {
            listings::upsert(tx, scope, some, now).await?;
        }
        let mut removed = 0;
        for some in self.hidden.chunks(AT_ONCE) {
            removed += listings::delete(tx, scope, some, now).await?;
        }
        Ok(Imported {
            rows: self.rows,
            kept: kept.len(),
            removed,
            bad: self.bad,
        })
    }
}
