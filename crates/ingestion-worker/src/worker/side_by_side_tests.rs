//! Several workers on one queue: whatever they do to each other, the CRM is as one worker would leave it.

use db::{TenantScope, tenant::changes, testing::a_tenant};
use futures::future::join_all;
use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{TestCaseError, TestRunner},
};
use serde_json::{Value, json};
use types::{Change, Ids as _, JobStatus, Phone};

use super::{Tally, Worker};
use crate::testing::{House, a_lead_of, an_event};

/// What a visitor may send. People are complete and agree with themselves wherever they write: who comes first
/// decides what a contact is called, and two workers may disagree about who came first.
#[derive(Debug, Clone, Copy)]
enum Sent {
    Lead(u8),
    Valuation(u8),
    AnonymousValuation,
    /// With the browser of this person, who may never say who they are.
    Search(u8),
    /// Nobody can read it.
    Junk,
}

/// What happens next, to one of two workers.
#[derive(Debug, Clone, Copy)]
enum Step {
    Claims(usize, u32),
    Writes(usize),
    /// It forgets what it held, as one that was killed.
    Dies(usize),
    /// Every lease runs out and is taken back.
    LeasesEnd,
}

fn an_arrival() -> impl Strategy<Value = Sent> {
    prop_oneof![
        4 => (0..4_u8).prop_map(Sent::Lead),
        2 => (0..4_u8).prop_map(Sent::Valuation),
        1 => Just(Sent::AnonymousValuation),
        2 => (0..4_u8).prop_map(Sent::Search),
        1 => Just(Sent::Junk),
    ]
}

fn a_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..2_usize, 1..6_u32).prop_map(|(worker, size)| Step::Claims(worker, size)),
        4 => (0..2_usize).prop_map(Step::Writes),
        1 => (0..2_usize).prop_map(Step::Dies),
        1 => Just(Step::LeasesEnd),
    ]
}

fn email(person: u8) -> String {
    format!("visitor{person}@example.com")
}

fn phone(person: u8) -> String {
    format!("203-555-010{person}")
}

fn an_event_of(sent: Sent, number: usize, scope: &TenantScope) -> String {
    let home =
        json!({"address": format!("{number} Elm Street"), "propertyType": "condo", "beds": 2, "baths": 1.5});
    let event = match sent {
        Sent::Lead(person) => {
            let mut lead = a_lead_of(&email(person), &phone(person));
            lead["payload"]["message"] = format!("message {number}").into();
            lead["payload"]["contact"]["name"] = format!("Visitor {person}").into();
            lead["payload"]["actor"] = json!({"visitorId": person.to_string()});
            lead
        }
        Sent::Valuation(person) => {
            let mut valuation = home;
            valuation["contact"] =
                json!({"name": format!("Visitor {person}"), "email": email(person), "phone": phone(person)});
            an_event("website.valuation.requested", &valuation)
        }
        Sent::AnonymousValuation => an_event("website.valuation.requested", &home),
        Sent::Search(person) => an_event(
            "website.search.performed",
            &json!({"source": "home-search", "searchContext": {"query": number.to_string()},
                    "actor": {"visitorId": person.to_string()}}),
        ),
        Sent::Junk => Value::Null,
    };
    event
        .to_string()
        .replace("tenant_here", scope.tenant_id().as_str())
}

/// What a tenant's people can see, without what only says when and in which order.
#[derive(Debug, PartialEq)]
struct Crm {
    contacts: Vec<[Option<String>; 3]>,
    leads: Vec<String>,
    activities: Vec<String>,
    /// What open dashboards were told but for what visitors only did: of what they did before anybody knew them,
    /// nobody is told.
    told: Vec<String>,
}

async fn crm_of(house: &House, scope: &TenantScope) -> Crm {
    let contacts = house.contacts_of(scope).await;
    let who = |id| {
        contacts
            .iter()
            .find(|contact| Some(contact.id) == id)
            .map(|contact| contact.email.clone())
    };
    let leads = house.leads_of(scope).await;
    let leads = leads.iter().map(|lead| {
        format!(
            "{:?} {:?} {:?} {:?}",
            who(lead.contact_id),
            lead.lead_type,
            lead.notes,
            lead.property
        )
    });
    let activities = house.activities_of(scope).await;
    let activities = activities.iter().map(|activity| {
        let (of, kind) = (who(activity.contact_id), activity.activity_type);
        format!(
            "{of:?} {kind} {} {} {}",
            activity.summary,
            activity.metadata,
            activity.lead_id.is_some()
        )
    });
    let mut tx = house.db().read(scope).await.unwrap();
    let feed = changes::list_after(&mut tx, scope, 0).await.unwrap();
    let seqs: Vec<i64> = feed.iter().map(|change| change.seq).collect();
    assert_eq!(
        seqs,
        (1..=seqs.len() as i64).collect::<Vec<_>>(),
        "the feed has gaps"
    );
    let is_wish = |change: &&Change| change.lead_id.is_some() || change.contact_id.is_none();
    let told = feed.iter().filter(is_wish);
    let mut crm = Crm {
        leads: leads.collect(),
        activities: activities.collect(),
        told: told.map(|change| change.kind.to_string()).collect(),
        contacts: contacts
            .iter()
            .map(|contact| {
                let phone = contact.phone.as_ref().and_then(Phone::e164).map(str::to_owned);
                let email = contact.email.as_ref().map(ToString::to_string);
                [contact.full_name.clone(), email, phone]
            })
            .collect(),
    };
    crm.contacts.sort();
    crm.leads.sort();
    crm.activities.sort();
    crm.told.sort();
    crm
}

/// Two workers, taking turns as told, then one until nothing is left.
async fn take_turns(house: &House, steps: &[Step]) {
    let workers = [house.worker(), house.another_worker().await];
    let mut held = [Vec::new(), Vec::new()];
    for step in steps {
        match *step {
            Step::Claims(worker, size) if held[worker].is_empty() => {
                held[worker] = workers[worker].claim(size).await.unwrap().jobs;
            }
            Step::Claims(..) => {}
            Step::Writes(worker) => {
                let jobs = std::mem::take(&mut held[worker]);
                workers[worker]
                    .work_through(&jobs, &house.context.stop)
                    .await
                    .unwrap();
            }
            Step::Dies(worker) => held[worker].clear(),
            Step::LeasesEnd => leases_end(house, &workers[0]).await,
        }
    }
    leases_end(house, &workers[0]).await;
    while house.drain().await.picked > 0 {}
    // Who wakes now is too late.
    for (worker, jobs) in workers.iter().zip(&held) {
        let tally = worker.work_through(jobs, &house.context.stop).await.unwrap();
        assert_eq!(tally.processed, 0, "committed without a lease");
    }
}

async fn leases_end(house: &House, worker: &Worker) {
    house.wait(61);
    worker.release_expired().await.unwrap();
}

async fn compare(house: &House, sent: &[Sent], steps: &[Step]) -> Result<(), TestCaseError> {
    let number = house.ids.new_id().as_u128() as u64;
    let slug = |name: &str| format!("{name}-{number}");
    let alone = a_tenant(house.db(), &*house.ids, &slug("alone")).await;
    for (number, sent) in sent.iter().enumerate() {
        house
            .enqueue_for(&alone, &an_event_of(*sent, number, &alone))
            .await;
    }
    while house.worker().batch(1, &house.context.stop).await.unwrap().picked > 0 {}

    let shared = a_tenant(house.db(), &*house.ids, &slug("shared")).await;
    for (number, sent) in sent.iter().enumerate() {
        house
            .enqueue_for(&shared, &an_event_of(*sent, number, &shared))
            .await;
    }
    take_turns(house, steps).await;

    let (expected, found) = (crm_of(house, &alone).await, crm_of(house, &shared).await);
    prop_assert_eq!(expected, found);
    Ok(())
}

#[test]
fn however_two_workers_take_turns_the_crm_is_as_one_would_leave_it() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    // Attempts that ended with their lease must not make dead letters here.
    let house = runtime.block_on(House::with(&[("INGESTION_MAX_ATTEMPTS", "100")]));
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 24,
        failure_persistence: None,
        ..ProptestConfig::default()
    });

    let outcome = runner.run(
        &(vec(an_arrival(), 1..14), vec(a_step(), 0..20)),
        |(sent, steps)| runtime.block_on(compare(&house, &sent, &steps)),
    );

    outcome.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_and_eight_workers_at_once_take_each_job_once() {
    for count in [2, 8] {
        let house = House::new().await;
        let mut jobs = Vec::new();
        for number in 0..120 {
            let email = format!("visitor{number}@example.com");
            jobs.push(
                house
                    .enqueue(&a_lead_of(&email, &format!("203-555-0{number:03}")))
                    .await,
            );
        }
        let workers = join_all((0..count).map(|_| house.another_worker())).await;

        let work = workers.iter().map(async |worker| {
            let mut total = Tally::default();
            loop {
                let tally = worker.batch(7, &house.context.stop).await.unwrap();
                total += tally;
                if tally.picked == 0 {
                    return total;
                }
            }
        });
        let tallies = join_all(work).await;

        assert_eq!(
            tallies.iter().map(|tally| tally.processed).sum::<u64>(),
            120,
            "{count}"
        );
        assert_eq!(house.leads().await.len(), 120, "{count}");
        for job in jobs {
            let job = house.job(job).await;
            assert_eq!(
                (job.status, job.attempt_count),
                (JobStatus::Processed, 1),
                "{count}"
            );
        }
    }
}
