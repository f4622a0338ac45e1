//! What a person allowed, channel by channel, and what is left of it when two records of them become one.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::ContactId;

/// What somebody said of one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// Whether they may be reached by it.
    pub is_allowed: bool,
    /// When they said so.
    pub since: Timestamp,
}

/// What a person allowed; none of a channel that nobody asked them about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Consents {
    /// E-mail for marketing.
    pub email: Option<Permission>,
    /// Calls and texts for marketing.
    pub calls: Option<Permission>,
}

/// What a form said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statement {
    /// Whose form it was when it came.
    pub whose: ContactId,
    /// When it came.
    pub at: Timestamp,
    /// What it said of e-mail.
    pub allows_email: bool,
    /// What it said of calls and texts.
    pub allows_calls: bool,
}

/// That one contact became part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Joined {
    /// When.
    pub at: Timestamp,
    /// Who is gone.
    pub from: ContactId,
    /// Whose what they said is now.
    pub into: ContactId,
}

impl Consents {
    /// What a contact allows, by what was said and who became part of whom.
    ///
    /// The last word of one person counts. When two become one, of each channel the word that allows less counts,
    /// until they say something again.
    pub fn of(contact: ContactId, statements: &[Statement], joined: &[Joined]) -> Self {
        let (mut said, mut joined) = (statements.to_vec(), joined.to_vec());
        said.sort_by_key(|statement| statement.at);
        joined.sort_unstable();
        joined.dedup();
        let mut known: BTreeMap<ContactId, Self> = BTreeMap::new();
        let mut said = said.into_iter().peekable();
        for join in joined {
            while let Some(statement) = said.next_if(|statement| statement.at <= join.at) {
                known.insert(statement.whose, Self::said(statement));
            }
            let gone = known.remove(&join.from).unwrap_or_default();
            let kept = known.entry(join.into).or_default();
            *kept = kept.and(gone);
        }
        for statement in said {
            known.insert(statement.whose, Self::said(statement));
        }
        known.remove(&contact).unwrap_or_default()
    }

    const fn said(statement: Statement) -> Self {
        let since = statement.at;
        Self {
            email: Some(Permission {
                is_allowed: statement.allows_email,
                since,
            }),
            calls: Some(Permission {
                is_allowed: statement.allows_calls,
                since,
            }),
        }
    }

    fn and(self, other: Self) -> Self {
        Self {
            email: lesser(self.email, other.email),
            calls: lesser(self.calls, other.calls),
        }
    }
}

/// The one that allows less; of two that are the same, the later. Who was not asked takes the other's word.
fn lesser(one: Option<Permission>, other: Option<Permission>) -> Option<Permission> {
    let (Some(a), Some(b)) = (one, other) else {
        return one.or(other);
    };
    let b_counts = match (a.is_allowed, b.is_allowed) {
        (true, false) => true,
        (false, true) => false,
        _ => b.since > a.since,
    };
    Some(if b_counts { b } else { a })
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::{Clock as _, TestClock, TestIds};

    fn at(hour: i64) -> Timestamp {
        TestClock::default().now() + hour.hours()
    }

    fn says(whose: ContactId, hour: i64, (allows_email, allows_calls): (bool, bool)) -> Statement {
        Statement {
            whose,
            at: at(hour),
            allows_email,
            allows_calls,
        }
    }

    fn joins(from: ContactId, into: ContactId, hour: i64) -> Joined {
        let at = at(hour);
        Joined { at, from, into }
    }

    /// Whether e-mail and calls are allowed.
    fn words(consents: Consents) -> [Option<bool>; 2] {
        [consents.email, consents.calls].map(|channel| channel.map(|said| said.is_allowed))
    }

    #[test]
    fn the_last_word_counts_and_of_two_people_the_lesser() {
        let ids = TestIds::default();
        let [ana, bo, cy] = [(); 3].map(|()| ContactId::new(&ids));
        let said = [
            says(ana, 1, (false, false)),
            says(ana, 2, (true, true)),
            says(bo, 3, (true, false)),
        ];

        assert_eq!(words(Consents::of(ana, &said, &[])), [Some(true); 2]);
        assert_eq!(words(Consents::of(cy, &said, &[])), [None; 2]);
        for (from, into) in [(bo, ana), (ana, bo)] {
            let one = Consents::of(into, &said, &[joins(from, into, 4)]);
            assert_eq!(words(one), [Some(true), Some(false)]);
            assert_eq!(one.calls.unwrap().since, at(3));
        }
        let unasked = [says(ana, 1, (true, false))];
        let one = Consents::of(cy, &unasked, &[joins(ana, cy, 2)]);
        assert_eq!(words(one), [Some(true), Some(false)]);
    }

    #[test]
    fn what_is_said_after_a_merge_is_the_last_word_again() {
        let ids = TestIds::default();
        let [ana, bo, cy] = [(); 3].map(|()| ContactId::new(&ids));
        let said = [
            says(cy, 6, (false, true)),
            says(ana, 5, (true, true)),
            says(bo, 1, (false, false)),
        ];
        let merged = [joins(ana, cy, 7), joins(bo, ana, 4)];

        assert_eq!(words(Consents::of(ana, &said, &merged[1..])), [Some(true); 2]);
        assert_eq!(words(Consents::of(cy, &said, &merged)), [Some(false), Some(true)]);
    }
}
