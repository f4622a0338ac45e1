//! What a batch leaves behind, on whichever database the run is on.

use jiff::{SignedDuration, Timestamp};
use types::{
    ActivityType, AgentsSee, ChangeKind, Clock as _, Email, EventKey, EventType, JobId, LeadProperty,
    LeadType, PageRequest, Phone, Region, Reminder, ReminderId, Role, TestClock, TestIds,
    assignment::{AssignmentRule, Target},
    effects::{Effects, Happening, Wish},
    matching::Person,
};
use uuid::Uuid;

use super::{Work, apply};
use crate::{
    Db, PlatformScope, TenantScope,
    door::claims::{self, ClaimRequest, Claimed},
    tenant::{activities, assignment, changes, contacts, jobs, leads, reminders, summary},
    testing::{TestDb, a_contact, a_member, a_tenant},
};

fn now() -> Timestamp {
    TestClock::default().now()
}

fn an_inquiry(email: &str, phone: Option<&str>) -> Effects {
    Effects {
        occurred_at: now(),
        visitor: None,
        behaviour: None,
        corrects: None,
        held: None,
        person: Some(Person {
            name: Some("Ann \"Quote\" Élodie".to_owned()),
            email: Some(Email::parse(email).unwrap()),
            phone: phone.map(|phone| Phone::parse(phone, Region::US).unwrap()),
            source: "contact".to_owned(),
            tags: Vec::new(),
        }),
        wish: Some(Wish {
            lead_type: LeadType::WebsiteLead,
            source: "contact".to_owned(),
            timeframe: None,
            notes: Some("Is it still\nfor sale?".to_owned()),
            property: LeadProperty {
                beds: Some(3),
                baths: Some(2.5),
                ..LeadProperty::default()
            },
        }),
        happening: Some(Happening {
            activity_type: ActivityType::LeadSubmitted,
            summary: "Sent the contact form".to_owned(),
            metadata: serde_json::json!({"source": "contact"}),
        }),
    }
}

struct Queue {
    test: TestDb,
    ids: TestIds,
    here: TenantScope,
    there: TenantScope,
}

impl Queue {
    async fn new() -> Self {
        let test = TestDb::new().await;
        let ids = TestIds::default();
        let here = a_tenant(&test.db, &ids, "here").await;
        let there = a_tenant(&test.db, &ids, "there").await;
        Self {
            test,
            ids,
            here,
            there,
        }
    }

    fn db(&self) -> &Db {
        &self.test.db
    }

    async fn enqueue(&self, scope: &TenantScope, submission: &str) {
        let job = jobs::NewJob {
            id: JobId::new(&self.ids),
            event_key: EventKey::from_submission(EventType::LeadSubmitted, scope.tenant_id(), submission),
            event_type: EventType::LeadSubmitted.as_str().to_owned(),
            payload: "{}".to_owned(),
            request_id: None,
            created_at: now(),
        };
        jobs::enqueue(self.db(), scope, job).await.unwrap();
    }

    async fn claim(&self, token: u128) -> Vec<Claimed> {
        let lease = SignedDuration::from_secs(60);
        let request = ClaimRequest {
            limit: 100,
            token: Uuid::from_u128(token),
            lease,
        };
        claims::claim(
            self.db(),
            &PlatformScope::of_worker(),
            &request,
            &mut claims::Round::default(),
        )
        .await
        .unwrap()
        .jobs
    }

    async fn apply(&self, work: &[(&Claimed, &Effects)]) -> usize {
        let batch: Vec<Work<'_>> = work.iter().map(|(job, effects)| Work { job, effects }).collect();
        let worker = PlatformScope::of_worker();
        apply(self.db(), &worker, &batch, &self.ids).await.unwrap().len()
    }

    async fn counts(&self, scope: &TenantScope) -> (i64, i64, i64) {
        let mut tx = self.db().read(scope).await.unwrap();
        let counted = summary::find(&mut tx, scope, now()).await.unwrap();
        (counted.contact_count, counted.lead_count, counted.activity_count)
    }
}

#[tokio::test]
async fn a_batch_over_two_tenants_leaves_each_its_own() {
    let queue = Queue::new().await;
    for submission in ["one", "two"] {
        queue.enqueue(&queue.here, submission).await;
    }
    queue.enqueue(&queue.there, "three").await;
    let jobs = queue.claim(1).await;
    let ann = an_inquiry("ann@example.com", Some("203-555-0123"));

    assert_eq!(
        queue
            .apply(&jobs.iter().map(|job| (job, &ann)).collect::<Vec<_>>())
            .await,
        3
    );

    assert_eq!(queue.counts(&queue.here).await, (1, 2, 2));
    assert_eq!(queue.counts(&queue.there).await, (1, 1, 1));
    let mut tx = queue.db().read(&queue.here).await.unwrap();
    let seqs: Vec<i64> = changes::list_after(&mut tx, &queue.here, 0)
        .await
        .unwrap()
        .iter()
        .map(|change| change.seq)
        .collect();
    // A person, and a lead and an activity for each of two wishes.
    assert_eq!(seqs, [1, 2, 3, 4, 5]);
    assert!(queue.claim(2).await.is_empty(), "every job is processed");
}

#[tokio::test]
async fn a_batch_of_more_rows_than_a_statement_takes_is_written_whole() {
    let queue = Queue::new().await;
    for number in 0..81 {
        queue.enqueue(&queue.here, &number.to_string()).await;
    }
    let jobs = queue.claim(1).await;
    let inquiries: Vec<Effects> = (0..81)
        .map(|number| an_inquiry(&format!("p{number}@example.com"), None))
        .collect();

    let written = queue
        .apply(&jobs.iter().zip(&inquiries).collect::<Vec<_>>())
        .await;

    assert_eq!(written, 81);
    assert_eq!(queue.counts(&queue.here).await, (81, 81, 81));
}

#[tokio::test]
async fn what_is_written_reads_back_to_the_letter() {
    let queue = Queue::new().await;
    queue.enqueue(&queue.here, "one").await;
    let job = queue.claim(1).await.remove(0);
    let effects = an_inquiry("ann@example.com", Some("(203) 555-0123 x9"));
    let mut listener = queue.db().signals().subscribe();

    queue.apply(&[(&job, &effects)]).await;

    listener.changed(queue.here.tenant_id()).await;
    let mut tx = queue.db().read(&queue.here).await.unwrap();
    let all = leads::LeadFilter::default();
    let row = leads::list(&mut tx, &queue.here, &all, PageRequest::default())
        .await
        .unwrap()
        .items
        .remove(0);
    let (person, wish) = (effects.person.unwrap(), effects.wish.unwrap());
    let contact = row.contact.unwrap();
    assert_eq!(
        (contact.full_name, contact.email, contact.phone),
        (person.name, person.email, person.phone)
    );
    assert_eq!((row.lead.notes, row.lead.property), (wish.notes, wish.property));
    let timeline = activities::ActivityFilter {
        lead_id: Some(row.lead.id),
        ..Default::default()
    };
    let timeline = activities::list(&mut tx, &queue.here, &timeline, PageRequest::default())
        .await
        .unwrap();
    assert_eq!(
        timeline.items[0].activity.metadata,
        effects.happening.unwrap().metadata
    );
}

#[tokio::test]
async fn a_job_whose_lease_is_lost_leaves_nothing_and_its_neighbours_everything() {
    let queue = Queue::new().await;
    queue.enqueue(&queue.here, "one").await;
    queue.enqueue(&queue.here, "two").await;
    let mut jobs = queue.claim(1).await;
    jobs[0].token = Uuid::from_u128(9);
    let (ann, bea) = (
        an_inquiry("ann@example.com", None),
        an_inquiry("bea@example.com", None),
    );

    assert_eq!(queue.apply(&[(&jobs[0], &ann), (&jobs[1], &bea)]).await, 1);

    assert_eq!(queue.counts(&queue.here).await, (1, 1, 1));
    let mut tx = queue.db().read(&queue.here).await.unwrap();
    let ann = Email::parse("ann@example.com").unwrap();
    let found = contacts::find_by_email(&mut tx, &queue.here, &ann).await.unwrap();
    assert_eq!(found, None);
}

#[tokio::test]
async fn a_known_contact_is_filled_and_two_that_may_be_one_are_noted() {
    let queue = Queue::new().await;
    let ann = a_contact(&queue.ids).name("Ann").email("ann@example.com");
    let ann = ann.insert(queue.db(), &queue.here).await;
    a_contact(&queue.ids)
        .name("Bea")
        .phone("203-555-0123")
        .insert(queue.db(), &queue.here)
        .await;
    queue.enqueue(&queue.here, "one").await;
    queue.enqueue(&queue.here, "two").await;
    let jobs = queue.claim(1).await;
    let shared = an_inquiry("ann@example.com", Some("203-555-0123"));
    let own = an_inquiry("ann@example.com", Some("203-555-0199"));

    queue.apply(&[(&jobs[0], &shared), (&jobs[1], &own)]).await;

    assert_eq!(queue.counts(&queue.here).await, (2, 2, 2));
    let mut tx = queue.db().read(&queue.here).await.unwrap();
    let found = contacts::find(&mut tx, &queue.here, ann.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.full_name.as_deref(), Some("Ann"));
    assert_eq!(found.phone.unwrap().e164(), Some("+12035550199"));
}

#[tokio::test]
async fn an_event_that_had_its_effect_has_none_a_second_time() {
    let queue = Queue::new().await;
    queue.enqueue(&queue.here, "one").await;
    let job = queue.claim(1).await.remove(0);
    let ann = an_inquiry("ann@example.com", None);
    queue.apply(&[(&job, &ann)]).await;
    let mut tx = queue.db().write(&queue.here).await.unwrap();
    tx.query("UPDATE ingestion_jobs SET status = 'pending' WHERE tenant_id = $1")
        .bind(queue.here.tenant_id())
        .execute()
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let again = queue.claim(2).await.remove(0);
    assert_eq!(queue.apply(&[(&again, &ann)]).await, 1);

    assert_eq!(queue.counts(&queue.here).await, (1, 1, 1));
}

#[tokio::test]
async fn two_workers_with_the_same_people_make_each_once() {
    let queue = Queue::new().await;
    let other = TestDb::connect(&queue.test.url).await;
    for number in 0..40 {
        queue.enqueue(&queue.here, &number.to_string()).await;
    }
    let jobs = queue.claim(1).await;
    let inquiries: Vec<Effects> = (0..jobs.len())
        .map(|number| an_inquiry(&format!("p{}@example.com", number % 7), None))
        .collect();
    let work: Vec<Work<'_>> = jobs
        .iter()
        .zip(&inquiries)
        .map(|(job, effects)| Work { job, effects })
        .collect();
    let (one_half, other_half) = work.split_at(20);
    let worker = PlatformScope::of_worker();

    let (first, second) = tokio::join!(
        apply(queue.db(), &worker, one_half, &queue.ids),
        apply(&other, &worker, other_half, &queue.ids),
    );

    assert_eq!(first.unwrap().len() + second.unwrap().len(), 40);
    assert_eq!(queue.counts(&queue.here).await, (7, 40, 40));
}

/// The same request with so many bedrooms, which corrects the submission of this name.
fn corrected(email: &str, beds: i64, (queue, submission): (&Queue, &str)) -> Effects {
    let tenant_id = queue.here.tenant_id();
    let earlier = EventKey::from_submission(EventType::LeadSubmitted, tenant_id, submission);
    let mut effects = an_inquiry(email, None);
    let wish = effects.wish.as_mut().unwrap();
    wish.property.beds = Some(beds);
    effects.corrects = Some(earlier.as_str().to_owned());
    effects
}

async fn beds(queue: &Queue) -> Vec<Option<i64>> {
    let mut tx = queue.db().read(&queue.here).await.unwrap();
    let all = leads::LeadFilter::default();
    let page = leads::list(&mut tx, &queue.here, &all, PageRequest::default())
        .await
        .unwrap();
    page.items.into_iter().map(|row| row.lead.property.beds).collect()
}

#[tokio::test]
async fn what_corrects_a_request_joins_its_lead_in_one_batch_and_in_the_next() {
    for is_one_batch in [true, false] {
        let queue = Queue::new().await;
        for submission in ["one", "two", "three"] {
            queue.enqueue(&queue.here, submission).await;
        }
        let jobs = queue.claim(1).await;
        let inquiries = [
            an_inquiry("ann@example.com", None),
            corrected("ann@example.com", 4, (&queue, "one")),
            corrected("ann@example.com", 5, (&queue, "one")),
        ];
        let work: Vec<_> = jobs.iter().zip(&inquiries).collect();

        match is_one_batch {
            true => drop(queue.apply(&work).await),
            false => {
                queue.apply(&work[..1]).await;
                queue.apply(&work[1..]).await;
            }
        }

        assert_eq!(queue.counts(&queue.here).await, (1, 1, 3));
        assert_eq!(beds(&queue).await, [Some(5)]);
    }
}

#[tokio::test]
async fn what_corrects_nothing_of_the_same_person_is_a_lead_of_its_own() {
    let queue = Queue::new().await;
    for submission in ["one", "two", "three"] {
        queue.enqueue(&queue.here, submission).await;
    }
    let jobs = queue.claim(1).await;
    let first = an_inquiry("ann@exampel.com", None);
    let mistyped = corrected("ann@example.com", 4, (&queue, "one"));
    let of_nobody = corrected("ann@exampel.com", 5, (&queue, "never sent"));

    queue.apply(&[(&jobs[0], &first)]).await;
    queue
        .apply(&[(&jobs[1], &mistyped), (&jobs[2], &of_nobody)])
        .await;

    assert_eq!(queue.counts(&queue.here).await, (2, 3, 3));
}

#[tokio::test]
async fn an_open_dashboard_hears_that_a_lead_was_corrected() {
    let queue = Queue::new().await;
    for submission in ["one", "two"] {
        queue.enqueue(&queue.here, submission).await;
    }
    let jobs = queue.claim(1).await;
    queue
        .apply(&[(&jobs[0], &an_inquiry("ann@example.com", None))])
        .await;

    let again = corrected("ann@example.com", 4, (&queue, "one"));
    queue.apply(&[(&jobs[1], &again)]).await;

    let mut tx = queue.db().read(&queue.here).await.unwrap();
    let told = changes::list_after(&mut tx, &queue.here, 3).await.unwrap();
    let kinds: Vec<_> = told.iter().map(|change| change.kind).collect();
    assert_eq!(kinds, [ChangeKind::LeadUpdated, ChangeKind::ActivityLogged]);
    assert_eq!(told[0].lead_id, told[1].lead_id);
}

#[tokio::test]
async fn a_lead_that_a_rule_gives_away_takes_what_is_to_be_done_about_its_contact_with_it() {
    let queue = Queue::new().await;
    let member = async |email| a_member(queue.db(), &queue.ids, &queue.here, (email, "x"), Role::Agent).await;
    let (bob, cy) = (member("bob@example.com").await, member("cy@example.com").await);
    let ann = a_contact(&queue.ids).email("ann@example.com");
    let ann = ann.insert(queue.db(), &queue.here).await;
    let reminder = Reminder {
        id: ReminderId::new(&queue.ids),
        title: "Call her".to_owned(),
        due_at: now(),
        lead_id: None,
        contact_id: Some(ann.id),
        assigned_to: bob,
        created_by: bob,
        completed: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    };
    let all_to_cy = AssignmentRule {
        target: Target::Person(cy),
        ..AssignmentRule::catch_all()
    };
    let mut tx = queue.db().write(&queue.here).await.unwrap();
    reminders::insert(&mut tx, &queue.here, &reminder).await.unwrap();
    assignment::set_agents_see(&mut tx, &queue.here, AgentsSee::Own, now())
        .await
        .unwrap();
    assignment::insert(&mut tx, &queue.here, &all_to_cy)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    queue.enqueue(&queue.here, "one").await;
    let job = queue.claim(1).await.remove(0);

    queue.apply(&[(&job, &an_inquiry("ann@example.com", None))]).await;

    let mut tx = queue.db().read(&queue.here).await.unwrap();
    let found = reminders::find(&mut tx, &queue.here, reminder.id).await.unwrap();
    assert_eq!(found.unwrap().reminder.assigned_to, cy);
    let all = activities::ActivityFilter::default();
    let timeline = activities::list(&mut tx, &queue.here, &all, PageRequest::default()).await;
    let said = timeline
        .unwrap()
        .items
        .into_iter()
        .map(|entry| entry.activity.summary);
    let said: Vec<_> = said.collect();
    assert!(
        said.contains(&"The reminder “Call her” went with the lead".to_owned()),
        "{said:?}"
    );
}
