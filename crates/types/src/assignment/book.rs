//! A tenant's rules in their order, with the people they name: what is decided about a lead, and how to explain it.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{AssignmentRule, Check, LeadFacts, Target, turns::round, why_passed_over};
use crate::{AssignmentRuleId, Member, PersonId, text_enum::text_enum};

/// A tenant's rules, in the order they are asked. The last one is the catch-all, always.
#[derive(Debug, Clone)]
pub struct RuleBook {
    rules: Vec<AssignmentRule>,
    members: Vec<Member>,
    zone: TimeZone,
}

/// What became of a lead, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The rule that matched first.
    pub rule_id: AssignmentRuleId,
    /// What it is called.
    pub rule: String,
    /// Whose the lead is; nobody's, while it waits in the pool.
    pub to: Option<PersonId>,
    /// What they are called.
    pub name: Option<String>,
    /// Whom it passed over, each with the reason: `Ann Member is paused`.
    pub passed_over: Vec<String>,
    /// Whether it is what would have happened without any rule.
    pub is_as_ever: bool,
}

/// What one rule says about a lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The rule.
    pub rule_id: AssignmentRuleId,
    /// What it is called.
    pub rule: String,
    /// What it says.
    pub answer: Answer,
    /// How each of its criteria compares.
    pub checks: Vec<Check>,
}

text_enum! {
    /// What a rule says about a lead.
    pub enum Answer {
        /// It is the first that matches: what it says is done.
        Decides = "decides",
        /// It does not match.
        Passes = "passes",
        /// It matches, and was not asked: one before it had decided.
        ComesTooLate = "comes_too_late",
    }
}

impl RuleBook {
    /// The rules in any order, the tenant's members, and its zone.
    pub fn new(mut rules: Vec<AssignmentRule>, members: Vec<Member>, zone: TimeZone) -> Self {
        if !rules.iter().any(AssignmentRule::is_catch_all) {
            rules.push(AssignmentRule::catch_all());
        }
        rules.sort_by_key(|rule| (rule.is_catch_all(), rule.position, rule.id));
        Self { rules, members, zone }
    }

    /// The rules, in the order they are asked.
    pub fn rules(&self) -> &[AssignmentRule] {
        &self.rules
    }

    /// The tenant's members.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The tenant's zone.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Decides whose a lead becomes. The turn of a round robin goes on with it.
    pub fn decide(&mut self, facts: &LeadFacts) -> Decision {
        let (zone, members) = (&self.zone, &self.members);
        let matches =
            |rule: &AssignmentRule| rule.criteria.checks(facts, zone).iter().all(|check| check.fits);
        let place = self.rules.iter().position(matches);
        let last = self.rules.len() - 1;
        let rule = &mut self.rules[place.unwrap_or(last)];
        let mut passed_over = Vec::new();
        let to = next(&mut rule.target, members, &mut passed_over);
        let name = to.and_then(|to| Some(find(members, to)?.name.clone()));
        Decision {
            rule_id: rule.id,
            rule: rule.name.clone(),
            to,
            name,
            is_as_ever: rule.is_catch_all() && rule.target == Target::Pool,
            passed_over,
        }
    }

    /// What every rule says about a lead, in their order. Nobody's turn is used up.
    pub fn explain(&self, facts: &LeadFacts) -> (Vec<Verdict>, Decision) {
        let mut is_decided = false;
        let verdict = |rule: &AssignmentRule| {
            let checks = rule.criteria.checks(facts, &self.zone);
            let answer = match (checks.iter().all(|check| check.fits), is_decided) {
                (false, _) => Answer::Passes,
                (true, true) => Answer::ComesTooLate,
                (true, false) => Answer::Decides,
            };
            is_decided |= answer == Answer::Decides;
            Verdict {
                rule_id: rule.id,
                rule: rule.name.clone(),
                answer,
                checks,
            }
        };
        let verdicts = self.rules.iter().map(verdict).collect();
        (verdicts, self.clone().decide(facts))
    }

    /// Whose turn was the last under each round robin, and which of its round.
    pub fn turns(&self) -> impl Iterator<Item = (AssignmentRuleId, PersonId, Option<usize>)> {
        self.rules.iter().filter_map(|rule| match rule.target {
            Target::RoundRobin { last, turn, .. } => Some((rule.id, last?, turn)),
            Target::Person(_) | Target::Pool => None,
        })
    }

    /// Whether a rule asks where a lead's home is or what it costs: then its listing is worth a look.
    pub fn asks_for_homes(&self) -> bool {
        self.rules.iter().any(|rule| {
            let criteria = &rule.criteria;
            criteria.town.is_some()
                || !criteria.zips.is_empty()
                || criteria.price_min.is_some()
                || criteria.price_max.is_some()
        })
    }

    /// Whether a rule asks for a tag: then those of whoever a lead is from are worth a look.
    pub fn asks_for_tags(&self) -> bool {
        self.rules.iter().any(|rule| rule.criteria.tag.is_some())
    }
}

/// Whoever the target gives the next lead to, the turn going on with it; nobody when none of them takes leads now.
fn next(target: &mut Target, members: &[Member], passed_over: &mut Vec<String>) -> Option<PersonId> {
    let mut is_free = |person: PersonId| {
        let member = find(members, person);
        let Some(why) = why_passed_over(member) else {
            return true;
        };
        let name = member.map_or("Somebody", |member| member.name.as_str());
        let told = format!("{name} {why}");
        // Whoever has several turns of a round is passed over once.
        if !passed_over.contains(&told) {
            passed_over.push(told);
        }
        false
    };
    match target {
        Target::Pool => None,
        Target::Person(person) => Some(*person).filter(|person| is_free(*person)),
        Target::RoundRobin {
            people,
            shares,
            last,
            turn,
        } => {
            let round: Vec<_> = round(shares).iter().map(|place| people[*place]).collect();
            let stands = turn.filter(|turn| round.get(*turn).is_some_and(|person| Some(*person) == *last));
            let stands = stands.or_else(|| round.iter().position(|person| Some(*person) == *last));
            let start = stands.map_or(0, |turn| turn + 1);
            let in_turn = (start..start + round.len()).map(|turn| turn % round.len());
            let mut in_turn = in_turn.filter(|turn| is_free(round[*turn]));
            let next = in_turn.next()?;
            (*turn, *last) = (Some(next), Some(round[next]));
            *last
        }
    }
}

fn find(members: &[Member], person: PersonId) -> Option<&Member> {
    members.iter().find(|member| member.person_id == person)
}

impl Decision {
    /// Why, in whole sentences: `“Wilton” matched first. Ann Member is paused.`
    pub fn why(&self) -> String {
        let mut why = format!("“{}” matched first.", self.rule);
        for passed_over in &self.passed_over {
            why.push_str(&format!(" {passed_over}."));
        }
        why
    }

    /// One line for the timeline of the lead, about whose it is.
    pub fn summary(&self) -> String {
        match &self.name {
            Some(name) => format!("Was given to {name} by the rule “{}”", self.rule),
            None => format!("Waits for somebody to claim it, by the rule “{}”", self.rule),
        }
    }

    /// What the timeline keeps for programs.
    pub fn metadata(&self) -> Value {
        json!({ "rule": self.rule, "ruleId": self.rule_id, "to": self.to, "why": self.why() })
    }
}
