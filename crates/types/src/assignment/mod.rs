//! Whose a new lead becomes: a tenant's rules, asked in order until one matches, and what each says and why.

mod book;
mod change;
mod criteria;
mod facts;
#[cfg(test)]
mod tests;
mod turns;
mod window;
mod zip;

use jiff::Timestamp;
use uuid::Uuid;

pub use book::{Answer, Decision, RuleBook, Verdict};
pub use change::RuleChange;
pub use criteria::{Check, Criteria};
pub use facts::{LeadFacts, ListedHome};
pub use window::{Day, TimeOfDay, TimeWindow};
pub use zip::{ZipCode, ZipCodeError};

use crate::{AssignmentRuleId, Member, PersonId, Role, text_enum::text_enum};

/// More rules than anybody keeps in their head.
pub const MOST_RULES: usize = 50;

/// The most people who take turns under one rule.
pub const MOST_IN_TURN: usize = 20;

/// The most turns of a round that one of them has.
pub const MOST_SHARE: u8 = 10;

/// More ZIP codes than a rule is for; the towns of two counties have fewer.
pub const MOST_ZIPS: usize = 50;

text_enum! {
    /// To whom a rule gives the leads that match it.
    pub enum TargetKind {
        /// To one person.
        Person = "person",
        /// To each of several in turn.
        RoundRobin = "round_robin",
        /// To nobody yet: whoever claims it first has it.
        Pool = "pool",
    }
}

/// To whom a rule gives the leads that match it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To one person.
    Person(PersonId),
    /// To each of several in turn.
    RoundRobin {
        /// Who, in the order of their turns.
        people: Vec<PersonId>,
        /// How many turns of a round each has, in the same order.
        shares: Vec<u8>,
        /// Who had the last turn: the next is the one after them.
        last: Option<PersonId>,
        /// Which turn of the round that was, from 0.
        turn: Option<usize>,
    },
    /// To nobody yet: whoever claims it first has it.
    Pool,
}

impl Target {
    /// The target of this kind with these people.
    ///
    /// # Errors
    ///
    /// When their number does not fit the kind, or somebody is named twice.
    pub fn new(kind: TargetKind, people: Vec<PersonId>) -> Result<Self, RuleError> {
        match Self::kept(kind, people)? {
            Self::RoundRobin { people, .. } if people.len() < 2 => Err(RuleError::SeveralPeople),
            target => Ok(target),
        }
    }

    /// The same as it was kept: of a round one person may be left, since the others have gone.
    ///
    /// # Errors
    ///
    /// As for a new one.
    pub fn kept(kind: TargetKind, people: Vec<PersonId>) -> Result<Self, RuleError> {
        let mut once = people.clone();
        once.sort_unstable();
        once.dedup();
        if once.len() != people.len() {
            return Err(RuleError::NamedTwice);
        }
        match (kind, people.as_slice()) {
            (TargetKind::Person, [person]) => Ok(Self::Person(*person)),
            (TargetKind::Person, _) => Err(RuleError::OnePerson),
            (TargetKind::RoundRobin, round) if (1..=MOST_IN_TURN).contains(&round.len()) => {
                Ok(Self::RoundRobin {
                    shares: vec![1; people.len()],
                    people,
                    last: None,
                    turn: None,
                })
            }
            (TargetKind::RoundRobin, _) => Err(RuleError::SeveralPeople),
            (TargetKind::Pool, []) => Ok(Self::Pool),
            (TargetKind::Pool, _) => Err(RuleError::NobodyInThePool),
        }
    }

    /// The same with so many turns of a round for each of its people; none named are one each.
    ///
    /// # Errors
    ///
    /// When they are not as many as the people, or one is not from 1 to 10.
    pub fn sharing(self, named: Vec<u8>) -> Result<Self, RuleError> {
        let is_share = |share: &u8| (1..=MOST_SHARE).contains(share);
        match self {
            target if named.is_empty() => Ok(target),
            Self::RoundRobin {
                people, last, turn, ..
            } if named.len() == people.len() && named.iter().all(is_share) => Ok(Self::RoundRobin {
                people,
                shares: named,
                last,
                turn,
            }),
            Self::RoundRobin { .. } | Self::Person(_) | Self::Pool => Err(RuleError::Shares),
        }
    }

    /// How many turns of a round each of its people has, in their order; nothing where nobody takes turns.
    pub fn shares(&self) -> &[u8] {
        match self {
            Self::RoundRobin { shares, .. } => shares,
            Self::Person(_) | Self::Pool => &[],
        }
    }

    /// The word for it.
    pub const fn kind(&self) -> TargetKind {
        match self {
            Self::Person(_) => TargetKind::Person,
            Self::RoundRobin { .. } => TargetKind::RoundRobin,
            Self::Pool => TargetKind::Pool,
        }
    }

    /// Whoever is named in it.
    pub fn people(&self) -> &[PersonId] {
        match self {
            Self::Person(person) => std::slice::from_ref(person),
            Self::RoundRobin { people, .. } => people,
            Self::Pool => &[],
        }
    }

    /// The same without somebody who goes; whoever came after them is next. None when they have no turn in it, or nobody
    /// else has one: a round of nobody would be none.
    pub fn without(&self, gone: PersonId) -> Option<Self> {
        let Self::RoundRobin {
            people, shares, last, ..
        } = self
        else {
            return None;
        };
        let place = people.iter().position(|person| *person == gone)?;
        let before = place.checked_sub(1).unwrap_or(people.len() - 1);
        if before == place {
            return None;
        }
        let had_last = *last == Some(gone);
        let stay = people.iter().zip(shares).filter(|(person, _)| **person != gone);
        let (stay, shares) = stay.map(|(person, share)| (*person, *share)).unzip();
        Some(Self::RoundRobin {
            people: stay,
            shares,
            last: if had_last { Some(people[before]) } else { *last },
            // Where a round stands says nothing of another.
            turn: None,
        })
    }

    /// The same with the turn where it was, if whoever had it is still among the people.
    #[must_use]
    pub fn going_on_from(self, before: &Self) -> Self {
        match (self, before) {
            (
                Self::RoundRobin { people, shares, .. },
                Self::RoundRobin {
                    people: before,
                    shares: shared,
                    last,
                    turn,
                },
            ) => Self::RoundRobin {
                last: last.filter(|last| people.contains(last)),
                // Where a round stands says nothing of another.
                turn: turn.filter(|_| people == *before && shares == *shared),
                people,
                shares,
            },
            (changed, _) => changed,
        }
    }
}

/// Which new leads become whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignmentRule {
    /// Names the rule within its tenant.
    pub id: AssignmentRuleId,
    /// What the owner calls it.
    pub name: String,
    /// Which leads match: all of these must fit.
    pub criteria: Criteria,
    /// To whom they go.
    pub target: Target,
    /// Where it stands among the rules: the least is asked first.
    pub position: i64,
    /// Counts the changes, from 1: the rule's `ETag`.
    pub version: i64,
    /// Since when it is there.
    pub created_at: Timestamp,
    /// When any of this last changed.
    pub updated_at: Timestamp,
}

impl AssignmentRule {
    /// The rule that every tenant has, which is asked last and matches everything. Until somebody changes it, it leaves
    /// leads in the pool, and nobody has stored it.
    pub fn catch_all() -> Self {
        Self {
            id: Self::catch_all_id(),
            name: "Everything else".to_owned(),
            criteria: Criteria::default(),
            target: Target::Pool,
            position: i64::MAX,
            version: 1,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// The name that every tenant's catch-all has.
    pub fn catch_all_id() -> AssignmentRuleId {
        Uuid::nil().into()
    }

    /// Whether it is the one that cannot be removed.
    pub fn is_catch_all(&self) -> bool {
        self.id == Self::catch_all_id()
    }

    /// Makes sure that it says something: which leads, if it is not the catch-all, and nothing that contradicts itself.
    ///
    /// # Errors
    ///
    /// When it does not.
    pub fn check(&self) -> Result<(), RuleError> {
        let criteria = &self.criteria;
        if self.is_catch_all() != (*criteria == Criteria::default()) {
            return Err(match self.is_catch_all() {
                true => RuleError::CatchAllMatchesAll,
                false => RuleError::NoCriterion,
            });
        }
        if criteria.zips.len() > MOST_ZIPS {
            return Err(RuleError::TooManyZips);
        }
        let prices = criteria.price_min.zip(criteria.price_max);
        if prices.is_some_and(|(least, most)| least > most) {
            return Err(RuleError::PricesCrossed);
        }
        Ok(())
    }
}

/// Why a rule cannot be so, as a whole sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// It would match everything, which is the catch-all's.
    #[error("Say which leads the rule is for. What no rule is for, the last one catches.")]
    NoCriterion,
    /// The catch-all was to be narrowed.
    #[error("The last rule catches every lead that no other matched, so it has no criteria.")]
    CatchAllMatchesAll,
    /// The least is more than the most.
    #[error("The lowest price must be at most the highest.")]
    PricesCrossed,
    /// One person was to be named.
    #[error("Choose one person.")]
    OnePerson,
    /// Several were to be named.
    #[error("Choose two to twenty people to take turns.")]
    SeveralPeople,
    /// Nobody was to be named.
    #[error("A lead in the pool is nobody's, so no person is named.")]
    NobodyInThePool,
    /// Somebody would have two turns.
    #[error("Name everybody once.")]
    NamedTwice,
    /// Turns that are nobody's, or none, or too many.
    #[error("Everybody who takes turns has a share from 1 to 10, and nobody else has one.")]
    Shares,
    /// A list gone wrong.
    #[error("Name at most {} ZIP codes.", MOST_ZIPS)]
    TooManyZips,
}

impl RuleError {
    /// The field it is about.
    pub const fn field(self) -> &'static str {
        match self {
            Self::NoCriterion | Self::CatchAllMatchesAll => "source",
            Self::PricesCrossed => "priceMin",
            Self::TooManyZips => "zips",
            Self::Shares => "shares",
            Self::OnePerson | Self::SeveralPeople | Self::NobodyInThePool | Self::NamedTwice => "people",
        }
    }
}

/// Why somebody is not given leads, as the end of "Ann …"; none when they are. Of somebody who is no member, nothing is
/// known.
pub(crate) fn why_passed_over(member: Option<&Member>) -> Option<&'static str> {
    match member {
        None => Some("has left"),
        Some(member) if member.is_paused => Some("is paused"),
        Some(member) if member.role == Role::ReadOnly => Some("may only look"),
        Some(_) => None,
    }
}
