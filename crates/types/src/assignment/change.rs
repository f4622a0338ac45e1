//! What an owner wants to be different about a rule.

use jiff::Timestamp;

use super::{AssignmentRule, Day, RuleError, Target, TargetKind, TimeOfDay, TimeWindow, ZipCode};
use crate::{LeadType, Money, Patch, PersonId};

/// What is to be different about a rule. The default changes nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleChange {
    /// What it is called.
    pub name: Option<String>,
    /// The source it asks for.
    pub source: Patch<String>,
    /// The type it asks for.
    pub lead_type: Patch<LeadType>,
    /// The town it asks for.
    pub town: Patch<String>,
    /// The postal codes it asks for, all of them.
    pub zips: Patch<Vec<ZipCode>>,
    /// The tag it asks for.
    pub tag: Patch<String>,
    /// The least it asks for.
    pub price_min: Patch<Money>,
    /// The most it asks for.
    pub price_max: Patch<Money>,
    /// The days of its window; none named are all.
    pub days: Patch<Vec<Day>>,
    /// When its window begins; at midnight, if only days are named.
    pub from: Patch<TimeOfDay>,
    /// When its window ends; at midnight, if only days are named.
    pub until: Patch<TimeOfDay>,
    /// To whom it gives leads.
    pub target: Option<TargetKind>,
    /// Who that is.
    pub people: Option<Vec<PersonId>>,
    /// How many turns of a round each of them has.
    pub shares: Option<Vec<u8>>,
}

impl AssignmentRule {
    /// Changes the rule; false, and its time as it was, when nothing differs.
    ///
    /// # Errors
    ///
    /// When it would say nothing, or contradict itself.
    pub fn apply(&mut self, change: RuleChange, now: Timestamp) -> Result<bool, RuleError> {
        let mut changed = self.clone();
        changed.name = change.name.unwrap_or(changed.name);
        let criteria = &mut changed.criteria;
        criteria.source = change.source.apply(criteria.source.take());
        criteria.lead_type = change.lead_type.apply(criteria.lead_type);
        criteria.town = change.town.apply(criteria.town.take());
        let zips = std::mem::take(&mut criteria.zips);
        criteria.zips = change.zips.apply(Some(zips)).unwrap_or_default();
        criteria.zips.sort_unstable();
        criteria.zips.dedup();
        criteria.tag = change.tag.apply(criteria.tag.take());
        criteria.price_min = change.price_min.apply(criteria.price_min);
        criteria.price_max = change.price_max.apply(criteria.price_max);
        criteria.window = window(criteria.window.take(), change.days, (change.from, change.until));
        if change.target.is_some() || change.people.is_some() || change.shares.is_some() {
            let kind = change.target.unwrap_or(self.target.kind());
            let people = match (change.people, kind) {
                (Some(people), _) => people,
                (None, TargetKind::Pool) => Vec::new(),
                (None, TargetKind::Person | TargetKind::RoundRobin) => self.target.people().to_vec(),
            };
            let shares = match change.shares {
                Some(shares) => shares,
                // The same people in the same order share as before.
                None if kind == self.target.kind() && people == self.target.people() => {
                    self.target.shares().to_vec()
                }
                None => Vec::new(),
            };
            let target = Target::new(kind, people)?.sharing(shares)?;
            changed.target = target.going_on_from(&self.target);
        }
        changed.check()?;
        let differs = changed != *self;
        if differs {
            changed.updated_at = now;
            *self = changed;
        }
        Ok(differs)
    }
}

fn window(
    current: Option<TimeWindow>,
    days: Patch<Vec<Day>>,
    (from, until): (Patch<TimeOfDay>, Patch<TimeOfDay>),
) -> Option<TimeWindow> {
    let hours = current.as_ref().map(|window| (window.from, window.until));
    // Whole days have no hours of their own to keep.
    let hours = hours.filter(|(from, until)| from != until);
    let from = from.apply(hours.map(|(from, _)| from));
    let until = until.apply(hours.map(|(_, until)| until));
    let mut days = days.apply(current.map(|window| window.days)).unwrap_or_default();
    days.sort_unstable();
    days.dedup();
    if days.is_empty() && from.is_none() && until.is_none() {
        return None;
    }
    Some(TimeWindow {
        days,
        from: from.unwrap_or_default(),
        until: until.unwrap_or_default(),
    })
}
