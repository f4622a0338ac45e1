//! Rows, sorted by what is to be done with them, and written some at a time.

use std::collections::{BTreeMap, BTreeSet};

use db::{TenantScope, Tx, tenant::listings};
use jiff::Timestamp;
use serde_json::Value;
use types::listings::{Listing, ListingId, Oddity, ResoListing};

use super::Remark;
use crate::{Acting, Refusal};

/// Listings of a part: written in a moment, so that whoever else writes waits no longer.
const TOGETHER: usize = 200;

/// Rows written by one statement.
const AT_ONCE: usize = 500;

/// A row as it came.
pub(super) struct Row {
    /// What it is called, if it says.
    key: Option<String>,
    read: Result<ResoListing, String>,
    /// The listing that leaves the site whatever else the row says, unless it can be shown by it.
    must_go: Option<ListingId>,
}

impl Row {
    pub(super) fn of(row: &Value) -> Self {
        Self {
            key: row["ListingKey"].as_str().map(str::to_owned),
            read: ResoListing::parse(row),
            must_go: ResoListing::must_go(row),
        }
    }

    /// One that cannot be taken apart, and so says nothing.
    pub(super) const fn broken(key: Option<String>, reason: String) -> Self {
        Self {
            key,
            read: Err(reason),
            must_go: None,
        }
    }
}

/// A listing to be written.
struct Kept {
    listing: Listing,
    /// Which row said so.
    row: usize,
    /// Whether the row says since when it is offered. What was known of that before is better than a count of days.
    says_since: bool,
    /// Whether it says when it last changed.
    says_changed: bool,
    /// What is wrong with the row all the same.
    odd: Vec<Oddity>,
}

/// Rows by what is to be done with them.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) rows: usize,
    /// By id: of a listing that is there twice, the later row counts.
    kept: BTreeMap<ListingId, Kept>,
    hidden: BTreeSet<ListingId>,
    pub(super) bad: Vec<Remark>,
}

impl Sorted {
    pub(super) fn of(all: impl IntoIterator<Item = Row>, disclaimer: &str, acting: &Acting<'_>) -> Self {
        let mut sorted = Self::default();
        for (number, row) in (1..).zip(all) {
            sorted.rows = number;
            let Row { key, read, must_go } = row;
            let taken = read.and_then(|listing| sorted.take((number, listing), disclaimer, acting));
            if let Err(reason) = taken {
                if let Some(id) = must_go {
                    sorted.hide(id);
                }
                sorted.bad.push(Remark {
                    row: number,
                    listing_key: key,
                    reason,
                });
            }
        }
        sorted
    }

    fn take(
        &mut self,
        (number, row): (usize, ResoListing),
        disclaimer: &str,
        acting: &Acting<'_>,
    ) -> Result<(), String> {
        let (id, now) = (row.key().clone(), acting.now);
        let says_since = row.offered_at(now).is_some();
        let says_changed = row.says_when_it_changed(now);
        let odd = row.oddities(now);
        match row.read(disclaimer, now) {
            Ok(listing) => {
                self.hidden.remove(&id);
                let kept = Kept {
                    listing,
                    row: number,
                    says_since,
                    says_changed,
                    odd,
                };
                self.kept.insert(id, kept);
                Ok(())
            }
            Err(bad) if bad.takes_off() => {
                self.hide(id);
                Ok(())
            }
            Err(bad) => Err(bad.to_string()),
        }
    }

    fn hide(&mut self, id: ListingId) {
        self.kept.remove(&id);
        self.hidden.insert(id);
    }

    /// The listings that it can say something of, whether they are written or leave.
    pub(super) fn known(&self) -> impl Iterator<Item = &ListingId> {
        self.kept.keys().chain(&self.hidden)
    }

    /// What is wrong with rows that are kept, in their order.
    pub(super) fn odd(&self) -> Vec<Remark> {
        let odd = self.kept.iter().filter(|(_, kept)| !kept.odd.is_empty());
        let remark = |(id, kept): (&ListingId, &Kept)| Remark {
            row: kept.row,
            listing_key: Some(id.to_string()),
            reason: kept
                .odd
                .iter()
                .map(Oddity::to_string)
                .collect::<Vec<_>>()
                .join("; it "),
        };
        let mut odd: Vec<_> = odd.map(remark).collect();
        odd.sort_by_key(|remark| remark.row);
        odd
    }

    /// All that is to be done, at once.
    pub(super) fn whole(self) -> Changes {
        Changes {
            kept: self.kept.into_values().collect(),
            hidden: self.hidden.into_iter().collect(),
        }
    }

    /// The same in parts.
    pub(super) fn parts(self) -> Vec<Changes> {
        let (mut kept, mut hidden) = (self.kept.into_values(), self.hidden.into_iter());
        let parts = std::iter::from_fn(|| {
            let part = Changes {
                kept: kept.by_ref().take(TOGETHER).collect(),
                hidden: hidden.by_ref().take(TOGETHER).collect(),
            };
            (part.count() > 0).then_some(part)
        });
        parts.collect()
    }
}

/// What is written in one transaction.
pub(super) struct Changes {
    kept: Vec<Kept>,
    hidden: Vec<ListingId>,
}

impl Changes {
    /// Of how many listings.
    pub(super) const fn count(&self) -> usize {
        self.kept.len() + self.hidden.len()
    }

    /// Writes them, and says how many were kept and how many left the site.
    pub(super) async fn write(
        self,
        tx: &mut Tx,
        scope: &TenantScope,
        now: Timestamp,
    ) -> Result<(usize, u64), Refusal> {
        let count = self.kept.len();
        let mut kept = self.kept.into_iter();
        loop {
            let some: Vec<_> = kept.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            let some = as_known(tx, scope, some, now).await?;
            listings::upsert(tx, scope, &some, now).await?;
        }
        let mut removed = 0;
        for some in self.hidden.chunks(AT_ONCE) {
            removed += listings::delete(tx, scope, some, now).await?;
        }
        Ok((count, removed))
    }
}

/// The listings, of which those whose rows only count days are offered since when they were known to be, and those whose
/// rows do not say when they changed did when they were known to.
async fn as_known(
    tx: &mut Tx,
    scope: &TenantScope,
    some: Vec<Kept>,
    now: Timestamp,
) -> Result<Vec<Listing>, Refusal> {
    let unsaid = some.iter().filter(|kept| !(kept.says_since && kept.says_changed));
    let unsaid: Vec<_> = unsaid.map(|kept| kept.listing.id.clone()).collect();
    let known = listings::several(tx, scope, &unsaid).await?.into_iter();
    let known: BTreeMap<_, _> = known.map(|listing| (listing.id.clone(), listing)).collect();
    let some = some.into_iter().map(|kept| match known.get(&kept.listing.id) {
        Some(before) => as_before(kept, before, now),
        None => kept.listing,
    });
    Ok(some.collect())
}

/// A listing with the times that were known before and are not said. When nothing says that it changed, it did when
/// something else of it has.
fn as_before(kept: Kept, before: &Listing, now: Timestamp) -> Listing {
    let mut listing = kept.listing;
    if !kept.says_since {
        listing.listed_at = before.listed_at.min(now);
    }
    if !kept.says_changed {
        listing.updated_at = before.updated_at;
        if listing != *before || before.updated_at > now {
            listing.updated_at = now;
        }
    }
    listing
}
