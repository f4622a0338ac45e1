//! What is wrong with a row that is kept all the same, and what was done instead of what it says.

use jiff::Timestamp;

use super::{ResoListing, dates::AHEAD, place::Place};
use crate::listings::{ListingStatus, moment::Said, permission::Permission};

/// What is wrong with a row that is kept. Reads as the end of "this row …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Oddity {
    /// A date that is none.
    #[error("says in its {0} what is no date, and is kept without it")]
    NoDate(&'static str),
    /// A date that cannot have been.
    #[error("says in its {0} a day in the future, and is kept without it")]
    Future(&'static str),
    /// It is for sale, and comes to the market on a day in the future.
    #[error("is for sale and says in its {0} a day in the future, and is shown as coming soon")]
    Coming(&'static str),
    /// It will have changed.
    #[error("says in its ModificationTimestamp a time in the future, and counts as changed now")]
    Changing,
    /// Its place is that of another continent, and would be here the other way round.
    #[error(
        "has its Latitude and its Longitude in each other's place, and is kept without a place on the map"
    )]
    Swapped,
    /// Its place is that of another continent.
    #[error(
        "has a Latitude and a Longitude outside of the United States, and is kept without a place on the map"
    )]
    Elsewhere,
}

impl ResoListing {
    /// What is wrong with it, if it is kept.
    pub fn oddities(&self, now: Timestamp) -> Vec<Oddity> {
        let of_dates = self.unreadable().chain(self.future(now));
        of_dates.chain(self.misplaced()).collect()
    }

    fn unreadable(&self) -> impl Iterator<Item = Oddity> {
        let others = [
            ("ModificationTimestamp", self.modification_timestamp),
            ("CloseDate", self.close_date),
        ];
        let dates = self.offers().into_iter().chain(others);
        dates
            .filter(|(_, said)| *said == Said::Unreadable)
            .map(|(field, _)| Oddity::NoDate(field))
    }

    fn future(&self, now: Timestamp) -> impl Iterator<Item = Oddity> {
        let is_future = move |said: Said| said.at().is_some_and(|at| at > now + AHEAD);
        let status = self.status().ok();
        let announced = status.and_then(|status| self.announced(status, now));
        let is_announced = self.is_coming_soon();
        let offers = self.offers().into_iter().filter_map(move |(field, said)| {
            match is_future(said) {
                // What is coming soon may say so in each of them.
                true if is_announced => None,
                true if announced.is_some_and(|(by, _)| by == field) => Some(Oddity::Coming(field)),
                true => Some(Oddity::Future(field)),
                false => None,
            }
        });
        let is_sold_later = status == Some(ListingStatus::Sold) && is_future(self.close_date);
        let sale = is_sold_later.then_some(Oddity::Future("CloseDate"));
        let change = is_future(self.modification_timestamp).then_some(Oddity::Changing);
        offers.chain(sale).chain(change)
    }

    fn misplaced(&self) -> Option<Oddity> {
        match self.place() {
            // It is not told anyway.
            _ if self.address_may_be_shown == Permission::Refused => None,
            Place::Unsaid | Place::At(_) => None,
            Place::Swapped => Some(Oddity::Swapped),
            Place::Elsewhere => Some(Oddity::Elsewhere),
        }
    }
}
