//! The first rule that matches decides, one always does, and turns are fair.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use proptest::prelude::*;

use super::*;
use crate::{Clock as _, Ids as _, Lead, LeadId, LeadType, Money, Patch, TestClock, TestIds};

/// A Monday, at noon in UTC and at seven in New York.
fn now() -> Timestamp {
    TestClock::default().now()
}

fn a_member(ids: &TestIds, name: &str) -> Member {
    Member {
        person_id: PersonId::from(ids.new_id()),
        email: format!("{}@example.com", name.to_lowercase()).parse().unwrap(),
        name: name.to_owned(),
        role: Role::Agent,
        is_paused: false,
        created_at: now(),
    }
}

fn a_rule(ids: &TestIds, name: &str, criteria: Criteria, target: Target) -> AssignmentRule {
    let id = AssignmentRuleId::new(ids);
    AssignmentRule {
        id,
        name: name.to_owned(),
        criteria,
        target,
        position: id.uuid().as_u128() as i64,
        ..AssignmentRule::catch_all()
    }
}

fn of_source(source: &str) -> Criteria {
    Criteria {
        source: Some(source.to_owned()),
        ..Criteria::default()
    }
}

fn facts() -> LeadFacts {
    let lead = Lead::new(
        LeadId::new(&TestIds::default()),
        LeadType::WebsiteLead,
        "contact",
        now(),
    );
    LeadFacts::of(&lead, None)
}

fn book(rules: Vec<AssignmentRule>, members: Vec<Member>) -> RuleBook {
    RuleBook::new(rules, members, TimeZone::UTC)
}

#[test]
fn without_a_rule_a_lead_waits_in_the_pool_as_ever() {
    let decision = book(Vec::new(), Vec::new()).decide(&facts());

    assert_eq!(decision.to, None);
    assert!(decision.is_as_ever);
}

#[test]
fn the_first_rule_that_matches_decides_and_the_later_are_told_to_come_too_late() {
    let ids = TestIds::default();
    let (ann, bob) = (a_member(&ids, "Ann"), a_member(&ids, "Bob"));
    let rules = vec![
        a_rule(&ids, "Valuations", of_source("home-value"), Target::Pool),
        a_rule(
            &ids,
            "Contact",
            of_source("Contact"),
            Target::Person(bob.person_id),
        ),
        a_rule(
            &ids,
            "Contact too",
            of_source("contact"),
            Target::Person(ann.person_id),
        ),
    ];
    let book = book(rules, vec![ann, bob.clone()]);

    let (verdicts, decision) = book.explain(&facts());

    let answers: Vec<_> = verdicts.iter().map(|verdict| verdict.answer).collect();
    assert_eq!(
        answers,
        [
            Answer::Passes,
            Answer::Decides,
            Answer::ComesTooLate,
            Answer::ComesTooLate
        ]
    );
    assert_eq!(decision.to, Some(bob.person_id));
    assert_eq!(decision.why(), "“Contact” matched first.");
    assert_eq!(verdicts[0].checks[0].wanted, "home-value");
    assert_eq!(verdicts[0].checks[0].found, "contact");
}

#[test]
fn who_is_paused_has_left_or_only_looks_is_passed_over_and_the_reason_told() {
    let ids = TestIds::default();
    let mut people: Vec<_> = ["Ann", "Bob", "Cat"].map(|name| a_member(&ids, name)).into();
    people[0].is_paused = true;
    people[1].role = Role::ReadOnly;
    let gone = PersonId::from(ids.new_id());
    let turns = [
        people[0].person_id,
        people[1].person_id,
        gone,
        people[2].person_id,
    ];
    let target = Target::new(TargetKind::RoundRobin, turns.to_vec()).unwrap();
    let rule = a_rule(&ids, "Turns", of_source("contact"), target);
    let only_ann = Target::Person(people[0].person_id);
    let anns = a_rule(&ids, "Ann's", of_source("fair"), only_ann);
    let mut book = book(vec![rule, anns], people.clone());

    let in_turn = book.decide(&facts());
    let to_ann = book.decide(&LeadFacts {
        source: "fair".to_owned(),
        ..facts()
    });

    assert_eq!(in_turn.to, Some(people[2].person_id));
    assert_eq!(
        in_turn.why(),
        "“Turns” matched first. Ann is paused. Bob may only look. Somebody has left."
    );
    assert_eq!((to_ann.to, to_ann.is_as_ever), (None, false));
    assert_eq!(to_ann.why(), "“Ann's” matched first. Ann is paused.");
}

#[test]
fn a_town_is_that_of_the_listing_or_the_one_the_address_ends_with() {
    let about = |address: &str| LeadFacts {
        address: Some(address.to_owned()),
        ..facts()
    };
    for address in [
        "12 Elm Street, Wilton, CT 06897",
        "12 Elm Street, wilton CT",
        "12 Elm Street Wilton",
        "12 Elm Street Wilton CT 06897-1234",
        "Unit 4, 12 Elm Street, Wilton",
    ] {
        assert!(about(address).is_in("Wilton"), "{address}");
    }
    for address in [
        "5 Wilton Road, Ridgefield, CT",
        "5 Wilton Road",
        "Wilton",
        "",
        "12 Elm Street, New Wilton",
    ] {
        assert!(!about(address).is_in("Wilton"), "{address}");
    }
    assert!(about("1 Main St, New Canaan, CT").is_in("new canaan"));
    let listed = LeadFacts {
        town: Some("Ridgefield".to_owned()),
        ..about("12 Elm Street, Wilton")
    };
    assert!(listed.is_in("ridgefield") && !listed.is_in("Wilton"));
}

#[test]
fn a_price_fits_where_the_bands_meet_and_an_unknown_one_does_not() {
    let dollars = |dollars: i64| Money::from_dollars(dollars).unwrap();
    let band = Criteria {
        price_min: Some(dollars(500_000)),
        price_max: Some(dollars(800_000)),
        ..Criteria::default()
    };
    let fits = |price: Option<(i64, i64)>| {
        let price = price.map(|(least, most)| (dollars(least), dollars(most)));
        band.checks(&LeadFacts { price, ..facts() }, &TimeZone::UTC)[0].fits
    };

    assert!(fits(Some((800_000, 900_000))) && fits(Some((600_000, 600_000))));
    assert!(!fits(Some((900_000, 990_000))) && !fits(Some((1, 499_999))));
    assert!(!fits(None));
}

#[test]
fn hours_are_the_tenants_own_and_may_go_past_midnight() {
    let zone = TimeZone::get("America/New_York").unwrap();
    let window = |days: &[Day], from: &str, until: &str| Criteria {
        window: Some(TimeWindow {
            days: days.to_vec(),
            from: from.parse().unwrap(),
            until: until.parse().unwrap(),
        }),
        ..Criteria::default()
    };
    let is_open = |criteria: &Criteria, hours: i64| {
        let at = now() + SignedDuration::from_hours(hours);
        criteria.checks(&LeadFacts { at, ..facts() }, &zone)[0].fits
    };
    let office = window(&[Day::Monday], "07:00", "17:00");
    let night = window(&[Day::Monday], "20:00", "06:00");
    let whole_days = window(&[Day::Monday], "00:00", "00:00");

    assert_eq!(
        [0, -1, 10].map(|hours| is_open(&office, hours)),
        [true, false, false]
    );
    assert_eq!(
        [13, 22, 23, -2].map(|hours| is_open(&night, hours)),
        [true, true, false, false]
    );
    assert_eq!(
        [0, 16, 17, -8].map(|hours| is_open(&whole_days, hours)),
        [true, true, false, false]
    );
}

#[test]
fn nonsense_is_no_time_of_a_day() {
    for text in ["", "9", "24:00", "12:60", "-1:00", "1:2:3", "٩:٠٠", "+9:00"] {
        assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
    }
    assert_eq!("9:05".parse::<TimeOfDay>().unwrap().to_string(), "09:05");
}

#[test]
fn a_rule_says_which_leads_and_to_whom() {
    let ids = TestIds::default();
    let person = PersonId::from(ids.new_id());

    let empty = a_rule(&ids, "All", Criteria::default(), Target::Pool);
    let narrowed = AssignmentRule {
        criteria: of_source("contact"),
        ..AssignmentRule::catch_all()
    };

    assert_eq!(empty.check(), Err(RuleError::NoCriterion));
    assert_eq!(narrowed.check(), Err(RuleError::CatchAllMatchesAll));
    assert_eq!(AssignmentRule::catch_all().check(), Ok(()));
    for (kind, people, error) in [
        (TargetKind::Person, vec![], RuleError::OnePerson),
        (TargetKind::RoundRobin, vec![person], RuleError::SeveralPeople),
        (
            TargetKind::RoundRobin,
            vec![person, person],
            RuleError::NamedTwice,
        ),
        (TargetKind::Pool, vec![person], RuleError::NobodyInThePool),
    ] {
        assert_eq!(Target::new(kind, people), Err(error));
    }
}

/// Rules of two sources for three people, some of whom are paused.
fn any_book() -> impl Strategy<Value = RuleBook> {
    let rule = (0..3_usize, 0..4_usize);
    let rules = prop::collection::vec(rule, 0..6);
    let paused = prop::collection::vec(any::<bool>(), 3);
    (rules, paused).prop_map(|(rules, paused)| {
        let ids = TestIds::default();
        let mut members: Vec<_> = ["Ann", "Bob", "Cat"].map(|name| a_member(&ids, name)).into();
        for (member, is_paused) in members.iter_mut().zip(paused) {
            member.is_paused = is_paused;
        }
        let people: Vec<_> = members.iter().map(|member| member.person_id).collect();
        let rules = rules.into_iter().map(|(source, target)| {
            let target = match target {
                0 => Target::Pool,
                3 => Target::new(TargetKind::RoundRobin, people.clone()).unwrap(),
                person => Target::Person(people[person]),
            };
            a_rule(
                &ids,
                "Rule",
                of_source(["contact", "fair", "sign"][source]),
                target,
            )
        });
        book(rules.collect(), members)
    })
}

proptest! {
    #[test]
    fn exactly_one_rule_decides_and_it_is_the_first_that_matches(
        book in any_book(),
        source in prop::sample::select(vec!["contact", "fair", "sign", "elsewhere"]),
    ) {
        let facts = LeadFacts { source: source.to_owned(), ..facts() };

        let (verdicts, decision) = book.explain(&facts);

        let deciding: Vec<_> = verdicts.iter().filter(|verdict| verdict.answer == Answer::Decides).collect();
        prop_assert_eq!(deciding.len(), 1);
        prop_assert_eq!(deciding[0].rule_id, decision.rule_id);
        let first = verdicts.iter().find(|verdict| verdict.checks.iter().all(|check| check.fits));
        prop_assert_eq!(first.map(|verdict| verdict.rule_id), Some(decision.rule_id));
        prop_assert!(verdicts.last().is_some_and(|verdict| verdict.answer != Answer::Passes));
        let to = book.members().iter().find(|member| Some(member.person_id) == decision.to);
        prop_assert!(to.is_none_or(|member| !member.is_paused));
    }

    #[test]
    fn turns_are_even_among_those_who_take_leads(
        paused in prop::collection::vec(any::<bool>(), 2..8),
        leads in 0..40_usize,
    ) {
        let ids = TestIds::default();
        let members: Vec<_> = paused
            .iter()
            .map(|is_paused| Member { is_paused: *is_paused, ..a_member(&ids, "Ann") })
            .collect();
        let people = members.iter().map(|member| member.person_id).collect();
        let target = Target::new(TargetKind::RoundRobin, people).unwrap();
        let mut book = book(vec![a_rule(&ids, "Turns", of_source("contact"), target)], members.clone());

        let mut given: BTreeMap<PersonId, usize> = BTreeMap::new();
        for _ in 0..leads {
            // As the next worker reads it: from what was stored.
            book = RuleBook::new(book.rules().to_vec(), members.clone(), TimeZone::UTC);
            if let Some(to) = book.decide(&facts()).to {
                *given.entry(to).or_default() += 1;
            }
        }

        let free: Vec<_> = members.iter().filter(|member| !member.is_paused).collect();
        let counts: Vec<_> = free.iter().map(|member| given.get(&member.person_id).copied().unwrap_or(0)).collect();
        prop_assert_eq!(counts.iter().sum::<usize>(), if free.is_empty() { 0 } else { leads });
        let spread = counts.iter().max().unwrap_or(&0) - counts.iter().min().unwrap_or(&0);
        prop_assert!(spread <= 1, "{:?}", counts);
    }
}

#[test]
fn who_has_a_greater_share_has_more_turns_and_whose_is_paused_go_to_the_next() {
    let ids = TestIds::default();
    let mut people: Vec<_> = ["Ann", "Bob"].map(|name| a_member(&ids, name)).into();
    let turns = people.iter().map(|member| member.person_id).collect();
    let target = Target::new(TargetKind::RoundRobin, turns).unwrap();
    let target = target.sharing(vec![3, 1]).unwrap();
    let rule = a_rule(&ids, "Turns", of_source("contact"), target);
    let mut given = Vec::new();
    for _ in 0..2 {
        // As the next look at the database finds it.
        let mut book = book(vec![rule.clone()], people.clone());
        let decided = (0..8).map(|_| book.decide(&facts()).name.unwrap());
        given.push(decided.collect::<Vec<_>>().join(" "));
        people[0].is_paused = true;
    }

    assert_eq!(
        given,
        [
            "Ann Ann Bob Ann Ann Ann Bob Ann",
            "Bob Bob Bob Bob Bob Bob Bob Bob"
        ]
    );
    let mut book = book(vec![rule], people);
    assert_eq!(book.decide(&facts()).passed_over, ["Ann is paused"], "once");
}

#[test]
fn a_share_is_somebodys_and_goes_on_while_the_people_are_the_same() {
    let ids = TestIds::default();
    let people: Vec<_> = (0..3).map(|_| PersonId::from(ids.new_id())).collect();
    let of = |kind, people: &[PersonId], shares: &[u8]| {
        Target::new(kind, people.to_vec())
            .unwrap()
            .sharing(shares.to_vec())
    };
    for (kind, people, shares) in [
        (TargetKind::RoundRobin, &people[..2], &[1][..]),
        (TargetKind::RoundRobin, &people[..2], &[1, 0]),
        (TargetKind::RoundRobin, &people[..2], &[1, 11]),
        (TargetKind::Person, &people[..1], &[1]),
        (TargetKind::Pool, &[], &[1]),
    ] {
        assert_eq!(
            of(kind, people, shares),
            Err(RuleError::Shares),
            "{kind} {shares:?}"
        );
    }
    let target = of(TargetKind::RoundRobin, &people[..2], &[2, 1]).unwrap();
    let mut rule = a_rule(&ids, "Turns", of_source("contact"), target);
    let change = |people: &[PersonId], shares: Option<Vec<u8>>| RuleChange {
        people: Some(people.to_vec()),
        shares,
        ..RuleChange::default()
    };

    assert_eq!(rule.apply(change(&people[..2], None), now()), Ok(false));
    assert_eq!(rule.apply(change(&people, None), now()), Ok(true));
    assert_eq!(rule.target.shares(), [1, 1, 1]);
    assert_eq!(rule.apply(change(&people, Some(vec![1, 1, 4])), now()), Ok(true));
    assert_eq!(rule.target.shares(), [1, 1, 4]);
}

#[test]
fn who_goes_takes_their_share_along_and_who_came_after_them_is_next() {
    let ids = TestIds::default();
    let members = ["Ann", "Bob", "Cat"].map(|name| a_member(&ids, name));
    let people: Vec<_> = members.iter().map(|member| member.person_id).collect();
    let round = Target::new(TargetKind::RoundRobin, people.clone()).unwrap();
    let rule = a_rule(
        &ids,
        "Turns",
        of_source("contact"),
        round.sharing(vec![1, 2, 3]).unwrap(),
    );
    let mut book = book(vec![rule], members.to_vec());
    while book.decide(&facts()).to != Some(people[0]) {}

    let without_ann = book.rules()[0].target.without(people[0]).unwrap();
    assert_eq!(without_ann.people(), &people[1..]);
    assert_eq!(without_ann.shares(), [2, 3]);
    let rule = AssignmentRule {
        target: without_ann.clone(),
        ..book.rules()[0].clone()
    };
    let mut left = RuleBook::new(vec![rule], members[1..].to_vec(), TimeZone::UTC);
    assert_eq!(left.decide(&facts()).to, Some(people[1]), "who came after Ann");

    let alone = without_ann.without(people[1]).unwrap();
    assert_eq!(
        Target::kept(TargetKind::RoundRobin, alone.people().to_vec())
            .unwrap()
            .people(),
        &people[2..]
    );
    assert_eq!(alone.without(people[2]), None, "a round of nobody would be none");
    assert_eq!(alone.without(people[0]), None, "they had no turn");
    assert_eq!(Target::Person(people[0]).without(people[0]), None);
}

#[test]
fn a_postal_code_and_a_tag_are_compared_and_told() {
    let zips = ["06897", "06880"].map(|zip| zip.parse().unwrap()).to_vec();
    let criteria = Criteria {
        zips,
        tag: Some("Investor".to_owned()),
        ..Criteria::default()
    };
    let told = |facts: LeadFacts| {
        let checks = criteria.checks(&facts, &TimeZone::UTC);
        let told = checks.into_iter().map(|check| (check.found, check.fits));
        told.collect::<Vec<_>>()
    };
    let about = |address: &str| LeadFacts {
        address: Some(address.to_owned()),
        ..facts()
    };

    assert_eq!(
        told(about("1 Elm Street, Westport, CT 06880").from_somebody_tagged(&["investor".to_owned()])),
        [("06880".to_owned(), true), ("investor".to_owned(), true)]
    );
    assert_eq!(
        told(about("06880 Elm Street, Westport")),
        [
            ("no ZIP code is known".to_owned(), false),
            ("no tag".to_owned(), false)
        ]
    );
    let listed = LeadFacts {
        zip: Some("06820".parse().unwrap()),
        ..about("1 Elm Street, Westport, CT 06880")
    };
    assert_eq!(
        told(listed)[0],
        ("06820".to_owned(), false),
        "the listing knows better"
    );
    assert_eq!(criteria.in_words(), ["ZIP code: 06897, 06880", "Tag: Investor"]);
}

#[test]
fn a_rule_is_changed_field_by_field_and_the_turn_goes_on() {
    let ids = TestIds::default();
    let people: Vec<_> = (0..3).map(|_| PersonId::from(ids.new_id())).collect();
    let target = Target::RoundRobin {
        people: people[..2].to_vec(),
        shares: vec![1, 1],
        last: Some(people[1]),
        turn: Some(1),
    };
    let mut rule = a_rule(&ids, "Turns", of_source("contact"), target);
    let later = now() + SignedDuration::from_hours(1);

    let more = RuleChange {
        people: Some(people.clone()),
        days: Patch::Set(vec![Day::Sunday, Day::Saturday, Day::Sunday]),
        ..RuleChange::default()
    };
    assert_eq!(rule.apply(more.clone(), later), Ok(true));
    assert_eq!(rule.apply(more, later + SignedDuration::from_hours(1)), Ok(false));

    let last = Some(people[1]);
    assert_eq!(
        rule.target,
        Target::RoundRobin {
            people: people.clone(),
            shares: vec![1, 1, 1],
            last,
            turn: None,
        }
    );
    assert_eq!(rule.criteria.in_words(), ["Source: contact", "Saturday, Sunday"]);
    assert_eq!(rule.updated_at, later);
    let nothing_left = RuleChange {
        source: Patch::Clear,
        days: Patch::Clear,
        ..RuleChange::default()
    };
    assert_eq!(rule.apply(nothing_left, later), Err(RuleError::NoCriterion));
    let hours_only = RuleChange {
        from: Patch::Set("18:00".parse().unwrap()),
        days: Patch::Clear,
        target: Some(TargetKind::Pool),
        ..RuleChange::default()
    };
    assert_eq!(rule.apply(hours_only, later), Ok(true));
    assert_eq!(rule.criteria.in_words()[1], "Every day, 18:00 to 00:00");
    assert_eq!(rule.target, Target::Pool);
}
