//! Whose leads become that come by the queue: the rules of their tenant, asked with the lead's birth.

use std::collections::BTreeMap;

use db::{
    tenant::{activities, assignment, changes, members},
    testing::{a_listing, a_member},
};
use serde_json::json;
use types::{
    Activity, ActivityType, AssignmentRuleId, ChangeKind, Clock as _, PageRequest, PersonId, Role,
    assignment::{AssignmentRule, Criteria, Target, TargetKind},
};

use crate::{
    testing::{House, a_lead_of, an_event},
    worker::Tally,
};

impl House {
    async fn an_agent(&self, name: &str) -> PersonId {
        let email = format!("{name}@example.com");
        a_member(self.db(), &*self.ids, &self.here, (&email, ""), Role::Agent).await
    }

    async fn a_rule(&self, name: &str, criteria: Criteria, target: Target) -> AssignmentRule {
        let rule = AssignmentRule {
            id: AssignmentRuleId::new(&*self.ids),
            name: name.to_owned(),
            criteria,
            target,
            position: 1,
            created_at: self.clock.now(),
            updated_at: self.clock.now(),
            ..AssignmentRule::catch_all()
        };
        let mut tx = self.db().write(&self.here).await.unwrap();
        assignment::insert(&mut tx, &self.here, &rule).await.unwrap();
        tx.commit().await.unwrap();
        rule
    }

    /// What the timeline says about whose the leads became.
    async fn told(&self) -> Vec<Activity> {
        let mut tx = self.db().read(&self.here).await.unwrap();
        let filter = activities::ActivityFilter {
            activity_type: Some(ActivityType::LeadAssigned),
            ..activities::ActivityFilter::default()
        };
        let found = activities::list(&mut tx, &self.here, &filter, PageRequest::new(200, 0)).await;
        found.unwrap().items.into_iter().map(|row| row.activity).collect()
    }

    async fn enqueue_leads(&self, count: usize) {
        for number in 0..count {
            let email = format!("visitor{number}@example.com");
            self.enqueue(&a_lead_of(&email, &format!("203-555-{number:04}")))
                .await;
        }
    }

    /// How many leads each person has.
    async fn shares(&self) -> BTreeMap<Option<PersonId>, usize> {
        let mut shares = BTreeMap::new();
        for lead in self.leads().await {
            *shares.entry(lead.assigned_to).or_default() += 1;
        }
        shares
    }
}

fn of_source(source: &str) -> Criteria {
    Criteria {
        source: Some(source.to_owned()),
        ..Criteria::default()
    }
}

#[tokio::test]
async fn a_rule_gives_the_lead_away_with_its_birth_and_says_so_once() {
    let house = House::new().await;
    let bob = house.an_agent("bob").await;
    let rule = house
        .a_rule("Contact form", of_source("contact"), Target::Person(bob))
        .await;
    let job = house
        .enqueue(&a_lead_of("ann@example.com", "(203) 555-0123"))
        .await;

    house.drain().await;
    db::testing::pretend_unprocessed(house.db(), job).await;
    house.drain().await;

    let lead = house.leads().await.remove(0);
    assert_eq!(lead.assigned_to, Some(bob));
    let told = house.told().await;
    assert_eq!(told.len(), 1);
    assert_eq!(
        told[0].summary,
        "Was given to Bob Member by the rule “Contact form”"
    );
    assert_eq!(
        told[0].metadata,
        json!({ "rule": "Contact form", "ruleId": rule.id, "to": bob, "why": "“Contact form” matched first." })
    );
    assert_eq!((told[0].lead_id, told[0].actor), (Some(lead.id), None));
    let mut tx = house.db().read(&house.here).await.unwrap();
    let changes = changes::list_after(&mut tx, &house.here, 0).await.unwrap();
    let kinds: Vec<_> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(
        kinds,
        [
            ChangeKind::ContactCreated,
            ChangeKind::LeadCreated,
            ChangeKind::ActivityLogged,
            ChangeKind::ActivityLogged
        ]
    );
}

#[tokio::test]
async fn a_lead_that_no_rule_matches_waits_in_the_pool_without_a_word() {
    let house = House::new().await;
    let bob = house.an_agent("bob").await;
    house.a_rule("Fair", of_source("fair"), Target::Person(bob)).await;
    house.enqueue_leads(1).await;

    house.drain().await;

    assert_eq!(house.leads().await[0].assigned_to, None);
    assert!(house.told().await.is_empty());
}

#[tokio::test]
async fn a_home_on_the_site_says_its_town_and_its_price() {
    let house = House::new().await;
    let (bob, cat) = (house.an_agent("bob").await, house.an_agent("cat").await);
    a_listing("FB-1").insert(house.db(), &house.here).await;
    let in_town = Criteria {
        town: Some("wilton".to_owned()),
        ..Criteria::default()
    };
    house.a_rule("Wilton", in_town, Target::Person(bob)).await;
    let dear = Criteria {
        price_min: types::Money::from_dollars(1),
        ..Criteria::default()
    };
    house.a_rule("Any price", dear, Target::Person(cat)).await;
    let payload = json!({
        "source": "listing-inquiry",
        "contact": {"email": "ann@example.com", "phone": "(203) 555-0123"},
        "listing": {"id": "FB-1"},
    });
    house.enqueue(&an_event("website.lead.submitted", &payload)).await;
    house.enqueue_leads(1).await;

    house.drain().await;

    assert_eq!(house.shares().await, BTreeMap::from([(None, 1), (Some(bob), 1)]));
}

#[tokio::test]
async fn who_is_paused_or_has_left_is_passed_over() {
    let house = House::new().await;
    let mut people = Vec::new();
    for name in ["bob", "cat", "dan"] {
        people.push(house.an_agent(name).await);
    }
    let target = Target::new(TargetKind::RoundRobin, people.clone()).unwrap();
    house.a_rule("Turns", of_source("contact"), target).await;
    let mut tx = house.db().write(&house.here).await.unwrap();
    assert!(
        members::set_paused(&mut tx, &house.here, people[0], true)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    db::testing::leaves(house.db(), &house.here, people[1]).await;
    house.enqueue_leads(4).await;

    house.drain().await;

    assert_eq!(house.shares().await, BTreeMap::from([(Some(people[2]), 4)]));
    assert!(house.told().await.iter().any(|told| {
        told.metadata["why"] == "“Turns” matched first. Bob Member is paused. Somebody has left."
    }));
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_are_fair_however_many_workers_there_are() {
    let house = House::new().await;
    let mut people = Vec::new();
    for name in ["bob", "cat", "dan", "eve"] {
        people.push(house.an_agent(name).await);
    }
    let target = Target::new(TargetKind::RoundRobin, people.clone()).unwrap();
    house.a_rule("Turns", of_source("contact"), target).await;
    house.enqueue_leads(48).await;
    let (one, other) = (house.another_worker().await, house.another_worker().await);
    let work = async |worker: crate::worker::Worker, size: u32| {
        let mut total = Tally::default();
        loop {
            let tally = worker.batch(size, &house.context.stop).await.unwrap();
            total += tally;
            if tally.picked == 0 {
                return total;
            }
        }
    };

    let (first, second, third) = tokio::join!(work(one, 3), work(other, 2), work(house.worker(), 1));

    assert_eq!(first.processed + second.processed + third.processed, 48);
    let even: BTreeMap<_, _> = people.into_iter().map(|person| (Some(person), 12)).collect();
    assert_eq!(house.shares().await, even);
}
