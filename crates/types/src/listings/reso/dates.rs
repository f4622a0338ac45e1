//! What a row says of time: since when its home is offered or from when, when it changed, and when it was sold.
//!
//! Nothing that a site shows has happened in the future, whatever a row says.

use jiff::{SignedDuration, Timestamp};

use super::ResoListing;
use crate::listings::{ListingStatus, moment::Said};

/// How far the clock of a service may be ahead of ours before its row is odd.
pub(super) const AHEAD: SignedDuration = SignedDuration::from_hours(1);

impl ResoListing {
    /// The fields that say since when it is offered, the best first.
    pub(super) const fn offers(&self) -> [(&'static str, Said); 4] {
        [
            ("ListingContractDate", self.listing_contract_date),
            ("OnMarketDate", self.on_market_date),
            ("OnMarketTimestamp", self.on_market_timestamp),
            ("OriginalEntryTimestamp", self.original_entry_timestamp),
        ]
    }

    /// When it was first offered, as the row says. None when nothing but a number of days does, or a day to come.
    pub fn offered_at(&self, now: Timestamp) -> Option<Timestamp> {
        let mut said = self.offers().into_iter().filter_map(|(_, said)| said.at());
        said.find(|at| *at <= now)
    }

    /// The field that announces from when it will be offered, and that moment.
    pub(super) fn announced(
        &self,
        status: ListingStatus,
        now: Timestamp,
    ) -> Option<(&'static str, Timestamp)> {
        if status != ListingStatus::Active {
            return None;
        }
        let [contract, date, timestamp, _] = self.offers();
        // Whoever signed for a day to come, and says no other, comes to the market then.
        let contract = self.offered_at(now).is_none().then_some(contract);
        let fields = [date, timestamp].into_iter().chain(contract);
        let mut to_come = fields.filter_map(|(field, said)| Some((field, said.at()?)));
        to_come.find(|(_, at)| *at > now)
    }

    pub(super) fn offered_from(&self, status: ListingStatus, now: Timestamp) -> Option<Timestamp> {
        self.announced(status, now).map(|(_, at)| at)
    }

    pub(super) fn listed_at(&self, now: Timestamp) -> Timestamp {
        let days = self.days_on_market.unwrap_or(0).min(36_500);
        self.offered_at(now)
            .unwrap_or_else(|| now - SignedDuration::from_hours(24 * i64::from(days)))
    }

    /// Whether the row says when it last changed.
    pub fn says_when_it_changed(&self, now: Timestamp) -> bool {
        self.modification_timestamp.at().is_some_and(|at| at <= now)
    }

    pub(super) fn updated_at(&self, now: Timestamp) -> Timestamp {
        let said = self.modification_timestamp.at();
        said.map_or_else(|| self.listed_at(now), |at| at.min(now))
    }

    pub(super) fn sold_at(&self, status: ListingStatus, now: Timestamp) -> Option<Timestamp> {
        let said = self.close_date.at().filter(|_| status == ListingStatus::Sold);
        said.filter(|at| *at <= now + AHEAD)
    }
}
