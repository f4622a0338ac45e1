//! What a member wants to be different about a lead, and what follows from it.

use jiff::Timestamp;

use crate::{Baths, Beds, CloseReason, Lead, LeadStatus, ListingType, Money, Patch, PersonId, Sqft};

/// What is to be different about a lead. The default changes nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeadChange {
    /// Where it stands.
    pub status: Option<LeadStatus>,
    /// Why it ended; must be a reason for the status it ends with.
    pub close_reason: Patch<CloseReason>,
    /// When they want it.
    pub timeframe: Patch<String>,
    /// What is known besides.
    pub notes: Patch<String>,
    /// The address it is about.
    pub listing_address: Patch<String>,
    /// What kind of home.
    pub property_type: Patch<ListingType>,
    /// Bedrooms.
    pub beds: Patch<Beds>,
    /// Bathrooms.
    pub baths: Patch<Baths>,
    /// Square feet inside.
    pub sqft: Patch<Sqft>,
    /// The least they would pay or take.
    pub price_min: Patch<Money>,
    /// The most.
    pub price_max: Patch<Money>,
    /// Whose lead it is.
    pub assigned_to: Patch<PersonId>,
    /// When somebody should do something.
    pub next_action_at: Patch<Timestamp>,
    /// What they should do.
    pub next_action_note: Patch<String>,
    /// The words on it, all of them.
    pub tags: Patch<Vec<String>>,
}

/// A lead went from one status to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusMove {
    /// Where it stood.
    pub from: LeadStatus,
    /// Where it stands now.
    pub to: LeadStatus,
}

/// Why a lead cannot be changed so, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeadChangeError {
    /// The reason is one for another status.
    #[error("“{}” is a reason for {}, and the lead is {}.", .reason.label(), .reason.status(), .status)]
    OtherReason {
        /// The reason that was given.
        reason: CloseReason,
        /// The status the lead would have.
        status: LeadStatus,
    },
    /// The least is more than the most.
    #[error("The lowest price must be at most the highest.")]
    PricesCrossed,
}

impl Lead {
    /// Changes the lead; says whether its status moved. Nothing that differs leaves it as it was, its time too.
    ///
    /// A close reason that does not fit the new status goes by itself: a reopened lead has none.
    pub fn apply(
        &mut self,
        change: LeadChange,
        now: Timestamp,
    ) -> Result<Option<StatusMove>, LeadChangeError> {
        let mut changed = self.clone();
        let from = self.status;
        changed.status = change.status.unwrap_or(from);
        changed.close_reason = close_reason(changed.status, self.close_reason, change.close_reason)?;
        changed.timeframe = change.timeframe.apply(changed.timeframe);
        changed.notes = change.notes.apply(changed.notes);
        changed.assigned_to = change.assigned_to.apply(changed.assigned_to);
        changed.next_action_at = change.next_action_at.apply(changed.next_action_at);
        changed.next_action_note = change.next_action_note.apply(changed.next_action_note);
        changed.tags = change.tags.apply(Some(changed.tags)).unwrap_or_default();
        let property = &mut changed.property;
        property.listing_address = change.listing_address.apply(property.listing_address.take());
        property.property_type =
            (change.property_type.map(|kind| kind.to_string())).apply(property.property_type.take());
        property.beds = change.beds.map(|beds| beds.get().into()).apply(property.beds);
        property.baths = change.baths.map(Baths::as_f64).apply(property.baths);
        property.sqft = change.sqft.map(|sqft| sqft.get().into()).apply(property.sqft);
        property.price_min = change.price_min.apply(property.price_min);
        property.price_max = change.price_max.apply(property.price_max);
        if property
            .price_min
            .zip(property.price_max)
            .is_some_and(|(min, max)| min > max)
        {
            return Err(LeadChangeError::PricesCrossed);
        }
        if changed != *self {
            changed.updated_at = now;
            *self = changed;
        }
        let to = self.status;
        Ok((from != to).then_some(StatusMove { from, to }))
    }

    /// What differs from how it was before, in words for its timeline.
    ///
    /// Not where it stands, why it ended there and whose it is: moves and assignments have lines of their own.
    pub fn changed_since(&self, before: &Self) -> Vec<&'static str> {
        let (is, was) = (&self.property, &before.property);
        let is_moved = self.status != before.status;
        let differs = [
            ("timeframe", self.timeframe != before.timeframe),
            ("address", is.listing_address != was.listing_address),
            ("kind of home", is.property_type != was.property_type),
            ("beds", is.beds != was.beds),
            ("baths", is.baths != was.baths),
            ("area", is.sqft != was.sqft),
            (
                "price",
                (is.price_min, is.price_max) != (was.price_min, was.price_max),
            ),
            ("notes", self.notes != before.notes),
            (
                "next action",
                (&self.next_action_at, &self.next_action_note)
                    != (&before.next_action_at, &before.next_action_note),
            ),
            ("tags", self.tags != before.tags),
            (
                "close reason",
                !is_moved && self.close_reason != before.close_reason,
            ),
        ];
        let changed = differs.into_iter().filter(|(_, differs)| *differs);
        changed.map(|(word, _)| word).collect()
    }
}

fn close_reason(
    status: LeadStatus,
    current: Option<CloseReason>,
    change: Patch<CloseReason>,
) -> Result<Option<CloseReason>, LeadChangeError> {
    match change {
        Patch::Set(reason) if reason.status() != status => {
            Err(LeadChangeError::OtherReason { reason, status })
        }
        Patch::Set(reason) => Ok(Some(reason)),
        Patch::Clear => Ok(None),
        Patch::Keep => Ok(current.filter(|reason| reason.status() == status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clock, LeadId, LeadType, TestClock, TestIds};

    fn a_lead() -> Lead {
        Lead::new(
            LeadId::new(&TestIds::default()),
            LeadType::WebsiteLead,
            "contact",
            TestClock::default().now(),
        )
    }

    fn later() -> Timestamp {
        TestClock::default().now() + jiff::SignedDuration::from_mins(1)
    }

    fn to(status: LeadStatus) -> LeadChange {
        LeadChange {
            status: Some(status),
            ..LeadChange::default()
        }
    }

    #[test]
    fn a_move_is_told_and_dated() {
        let mut lead = a_lead();

        let moved = lead.apply(to(LeadStatus::Won), later());

        let (from, to) = (LeadStatus::New, LeadStatus::Won);
        assert_eq!(moved, Ok(Some(StatusMove { from, to })));
        assert_eq!(lead.updated_at, later());
    }

    #[test]
    fn what_changes_nothing_leaves_the_lead_as_it_was() {
        let mut lead = a_lead();

        assert_eq!(lead.apply(to(LeadStatus::New), later()), Ok(None));
        assert_eq!(lead, a_lead());
    }

    #[test]
    fn what_differs_is_named_but_for_what_has_a_line_of_its_own() {
        let (before, mut lead) = (a_lead(), a_lead());
        let dearer = Money::from_dollars(500_000);
        let change = LeadChange {
            price_max: dearer.map_or(Patch::Keep, Patch::Set),
            notes: Patch::Set("Wants a garden".to_owned()),
            assigned_to: Patch::Set(PersonId::new(&TestIds::default())),
            close_reason: Patch::Set(CloseReason::Financing),
            ..to(LeadStatus::Lost)
        };
        lead.apply(change, later()).unwrap();
        assert_eq!(lead.changed_since(&before), ["price", "notes"]);

        let lost = lead.clone();
        let another = LeadChange {
            close_reason: Patch::Set(CloseReason::Timing),
            ..LeadChange::default()
        };
        lead.apply(another, later()).unwrap();
        assert_eq!(lead.changed_since(&lost), ["close reason"]);
        assert!(lead.changed_since(&lead.clone()).is_empty());
    }

    #[test]
    fn a_close_reason_belongs_to_its_status() {
        let mut lead = a_lead();
        let lost_to_money = LeadChange {
            close_reason: Patch::Set(CloseReason::Financing),
            ..to(LeadStatus::Lost)
        };
        lead.apply(lost_to_money.clone(), later()).unwrap();
        assert_eq!(lead.close_reason, Some(CloseReason::Financing));

        lead.apply(to(LeadStatus::Qualified), later()).unwrap();
        assert_eq!(lead.close_reason, None);

        let won_for_money = LeadChange {
            status: Some(LeadStatus::Won),
            ..lost_to_money
        };
        let refused = lead.apply(won_for_money, later()).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "“Financing” is a reason for lost, and the lead is won."
        );
        assert_eq!(lead.status, LeadStatus::Qualified);
    }

    #[test]
    fn null_clears_and_prices_do_not_cross() {
        let mut lead = a_lead();
        let dollars = |dollars| Patch::Set(Money::from_dollars(dollars).unwrap());
        let wish = LeadChange {
            beds: Patch::Set("3".parse().unwrap()),
            tags: Patch::Set(vec!["hot".to_owned()]),
            price_max: dollars(500_000),
            ..LeadChange::default()
        };
        lead.apply(wish, later()).unwrap();
        assert_eq!(lead.property.beds, Some(3));

        let dearer = LeadChange {
            price_min: dollars(600_000),
            ..LeadChange::default()
        };
        assert_eq!(lead.apply(dearer, later()), Err(LeadChangeError::PricesCrossed));

        let nothing_known = LeadChange {
            beds: Patch::Clear,
            tags: Patch::Clear,
            ..LeadChange::default()
        };
        lead.apply(nothing_known, later()).unwrap();
        assert_eq!((lead.property.beds, lead.tags.len()), (None, 0));
    }
}
