//! The orders of a list of leads, and how a list in each goes on after a lead.

use types::{LeadId, Mark};

use crate::backend::Query;

/// The order of a list of leads. Those of which nothing is known that it goes by come last, whichever way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum LeadSort {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
    /// Last changed first.
    RecentlyUpdated,
    /// Longest unchanged first.
    LeastRecentlyUpdated,
    /// Last contacted first.
    RecentlyContacted,
    /// Longest without contact first.
    LeastRecentlyContacted,
    /// What is to be done soonest first.
    SoonestAction,
    /// What is to be done last first.
    LatestAction,
    /// Who may spend the most first.
    Dearest,
    /// Who may spend the least first.
    Cheapest,
}

/// What a list goes by.
#[derive(Clone, Copy)]
struct Walk {
    /// Whether that is known of a lead; nothing, where it is of each.
    known: Option<Known>,
    down: Side,
    up: Side,
}

#[derive(Clone, Copy)]
struct Known {
    yes: &'static str,
    no: &'static str,
}

/// One way to go.
#[derive(Clone, Copy)]
struct Side {
    from: &'static str,
    order: &'static str,
}

macro_rules! walk {
    ($key:literal, $known:expr) => {
        Walk {
            known: $known,
            down: Side {
                from: concat!(" AND (", $key, ", leads.id) < ($"),
                order: concat!(" ORDER BY ", $key, " DESC, leads.id DESC"),
            },
            up: Side {
                from: concat!(" AND (", $key, ", leads.id) > ($"),
                order: concat!(" ORDER BY ", $key, ", leads.id"),
            },
        }
    };
}

/// The same by what need not be known.
macro_rules! walk_if_known {
    ($key:literal) => {
        walk!(
            $key,
            Some(Known {
                yes: concat!(" AND ", $key, " IS NOT NULL"),
                no: concat!(" AND ", $key, " IS NULL"),
            })
        )
    };
}

const BY_ARRIVAL: Walk = walk!("leads.created_at", None);
const BY_CHANGE: Walk = walk!("leads.updated_at", None);
const BY_CONTACT: Walk = walk_if_known!("leads.last_contact_at");
const BY_ACTION: Walk = walk_if_known!("leads.next_action_at");

/// The bound stands there twice: SQLite finds no place in an index by a pair with an expression in it.
const BY_PRICE: Walk = Walk {
    down: Side {
        from: " AND COALESCE(leads.price_max, leads.price_min) <= $
                AND (COALESCE(leads.price_max, leads.price_min), leads.id) < ($",
        ..BY_PRICE_ALONE.down
    },
    up: Side {
        from: " AND COALESCE(leads.price_max, leads.price_min) >= $
                AND (COALESCE(leads.price_max, leads.price_min), leads.id) > ($",
        ..BY_PRICE_ALONE.up
    },
    ..BY_PRICE_ALONE
};
const BY_PRICE_ALONE: Walk = walk_if_known!("COALESCE(leads.price_max, leads.price_min)");

impl LeadSort {
    const fn walk(self) -> Walk {
        match self {
            Self::Newest | Self::Oldest => BY_ARRIVAL,
            Self::RecentlyUpdated | Self::LeastRecentlyUpdated => BY_CHANGE,
            Self::RecentlyContacted | Self::LeastRecentlyContacted => BY_CONTACT,
            Self::SoonestAction | Self::LatestAction => BY_ACTION,
            Self::Dearest | Self::Cheapest => BY_PRICE,
        }
    }

    const fn is_down(self) -> bool {
        matches!(
            self,
            Self::Newest
                | Self::RecentlyUpdated
                | Self::RecentlyContacted
                | Self::LatestAction
                | Self::Dearest
        )
    }
}

/// A part of a list that one statement reads.
pub(super) struct Stretch {
    /// Which leads are of it, as a condition.
    pub(super) of: &'static str,
    side: Side,
    after: Option<(Mark, LeadId)>,
}

impl Stretch {
    /// The parts of a list from where it goes on, in the order they are read.
    pub(super) fn all(sort: LeadSort, is_backward: bool, after: Option<&(Mark, LeadId)>) -> Vec<Self> {
        let walk = sort.walk();
        let side = |walk: Walk, is_down: bool| if is_down { walk.down } else { walk.up };
        let by_mark = Self {
            of: walk.known.map_or("", |known| known.yes),
            side: side(walk, sort.is_down() != is_backward),
            after: None,
        };
        let Some(known) = walk.known else {
            return vec![by_mark.from(after)];
        };
        let by_nothing = Self {
            of: known.no,
            side: side(BY_ARRIVAL, !is_backward),
            after: None,
        };
        let is_past_marks = matches!(after, Some((Mark::Unknown(_), _)));
        match (is_backward, after.is_some(), is_past_marks) {
            (false, _, false) => vec![by_mark.from(after), by_nothing],
            (false, _, true) => vec![by_nothing.from(after)],
            (true, true, false) => vec![by_mark.from(after)],
            (true, _, _) => vec![by_nothing.from(after), by_mark],
        }
    }

    fn from(self, after: Option<&(Mark, LeadId)>) -> Self {
        Self {
            after: after.cloned(),
            ..self
        }
    }

    /// Narrows a statement to this part, in its order.
    pub(super) fn narrow<'tx>(&self, query: Query<'tx>) -> Query<'tx> {
        let query = query.and(self.of);
        let from = self.side.from;
        let query = match &self.after {
            None => query,
            Some((mark, id)) => match mark {
                Mark::At(at) | Mark::Unknown(at) => query.and_with(from, *at),
                Mark::Number(number) => query.and_with(from, *number),
                Mark::Word(word) => query.and_with(from, word),
            }
            .and_with(", $)", *id),
        };
        query.and(self.side.order)
    }
}
