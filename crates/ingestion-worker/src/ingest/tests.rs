//! What each event leaves behind in the CRM.

use db::{
    tenant::{changes, contacts, held},
    testing::{a_contact, a_flag, a_plan, an_exception, the_suspected_duplicates},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{
    ActivityType, ChangeKind, EventKey, EventType, Exception, Feature, JobStatus, LeadStatus, LeadType,
    PageRequest, Percentage, Plan, Switch,
};

use crate::{
    testing::{House, a_lead_of, a_valuation_of, an_event},
    worker::Tally,
};

const EMAIL: &str = "ann@example.com";
const PHONE: &str = "(203) 555-0123";
const AUTOMATION: Feature = Feature::AutomationSequences;

#[tokio::test]
async fn a_lead_and_a_valuation_of_one_person_are_one_contact_two_leads_and_two_activities() {
    let house = House::new().await;
    house.enqueue(&a_lead_of(EMAIL, PHONE)).await;
    house
        .enqueue(&a_valuation_of(&json!({"email": "ANN@example.com"})))
        .await;

    let tally = house.drain().await;

    assert_eq!((tally.picked, tally.processed), (2, 2));
    let (contacts, leads, activities) = (
        house.contacts().await,
        house.leads().await,
        house.activities().await,
    );
    assert_eq!((contacts.len(), leads.len(), activities.len()), (1, 2, 2));
    assert!(leads.iter().all(|lead| lead.contact_id == Some(contacts[0].id)));
    assert!(
        activities
            .iter()
            .all(|activity| activity.contact_id == Some(contacts[0].id))
    );
}

#[tokio::test]
async fn a_lead_says_everything_the_visitor_said() {
    let house = House::new().await;
    let payload = json!({
        "source": "listing-inquiry",
        "contact": {"email": EMAIL, "phone": PHONE, "name": "Ann Smith"},
        "timeframe": "3-6 months",
        "message": "Is it\nstill there?",
        "listing": {"id": "FB-1", "url": "https://here.localhost/listings/FB-1", "address": "1 Elm St"},
        "propertyDetails": {"propertyType": "condo", "beds": 2, "baths": 1.5, "sqft": 900},
        "consent": {"marketingCalls": true, "marketingEmail": false, "text": "I agree."},
    });
    house.enqueue(&an_event("website.lead.submitted", &payload)).await;

    house.drain().await;

    let lead = house.leads().await.remove(0);
    assert_eq!(
        (lead.status, lead.lead_type, lead.source.as_str()),
        (LeadStatus::New, LeadType::WebsiteLead, "listing-inquiry")
    );
    assert_eq!(lead.timeframe.as_deref(), Some("3-6 months"));
    assert_eq!(lead.notes.as_deref(), Some("Is it\nstill there?"));
    let home = &lead.property;
    assert_eq!(
        (home.listing_id.as_deref(), home.listing_address.as_deref()),
        (Some("FB-1"), Some("1 Elm St"))
    );
    assert_eq!(
        (home.beds, home.baths, home.sqft),
        (Some(2), Some(1.5), Some(900))
    );
    let contact = house.contacts().await.remove(0);
    assert_eq!(contact.full_name.as_deref(), Some("Ann Smith"));
    assert_eq!(contact.phone.unwrap().e164(), Some("+12035550123"));
    let activity = house.activities().await.remove(0);
    assert_eq!(activity.activity_type, ActivityType::LeadSubmitted);
    assert_eq!(activity.summary, "Asked about 1 Elm St");
    assert_eq!(activity.occurred_at.to_string(), "2026-03-02T11:59:58Z");
    assert_eq!(activity.metadata["consent"]["marketingCalls"], Value::Bool(true));
    assert_eq!(
        (activity.lead_id, activity.contact_id),
        (Some(lead.id), Some(contact.id))
    );
}

#[tokio::test]
async fn an_open_dashboard_is_told_of_the_lead_and_the_activity() {
    let house = House::new().await;
    house.enqueue(&a_lead_of(EMAIL, PHONE)).await;
    let mut hints = house.db().signals().subscribe();

    house.drain().await;

    hints.changed(house.here.tenant_id()).await;
    let mut tx = house.db().read(&house.here).await.unwrap();
    let changes = changes::list_after(&mut tx, &house.here, 0).await.unwrap();
    let kinds: Vec<_> = changes.iter().map(|change| change.kind).collect();
    assert_eq!(
        kinds,
        [
            ChangeKind::ContactCreated,
            ChangeKind::LeadCreated,
            ChangeKind::ActivityLogged
        ]
    );
}

#[tokio::test]
async fn a_valuation_with_a_contact_makes_one_lead_with_it() {
    let house = House::new().await;
    let contact = json!({"name": "Ann", "email": EMAIL, "phone": PHONE});
    house.enqueue(&a_valuation_of(&contact)).await;

    house.drain().await;

    let leads = house.leads().await;
    let [lead] = leads.as_slice() else {
        panic!("one lead, not {}", leads.len())
    };
    assert_eq!(
        (lead.lead_type, lead.source.as_str()),
        (LeadType::ValuationRequest, "website_valuation")
    );
    assert_eq!(lead.contact_id, Some(house.contacts().await[0].id));
    assert_eq!(lead.property.listing_address.as_deref(), Some("1 Elm Street"));
    assert_eq!(lead.timeframe.as_deref(), Some("3-6 months"));
    assert_eq!(
        house.activities().await[0].summary,
        "Asked what 1 Elm Street is worth"
    );
}

#[tokio::test]
async fn facts_that_are_changed_after_the_range_was_seen_are_the_same_lead() {
    let house = House::new().await;
    let mut valuation = a_valuation_of(&json!({"email": EMAIL}));
    let first = house.enqueue(&valuation).await;
    house.drain().await;
    let tenant_id = house.here.tenant_id();
    let key = EventKey::from_submission(EventType::LeadSubmitted, tenant_id, &first.to_string());
    valuation["payload"]["beds"] = json!(6);
    valuation["payload"]["corrects"] = json!(key.as_str());

    house.enqueue(&valuation).await;
    house.drain().await;

    let leads = house.leads().await;
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0].property.beds, Some(6));
    let activities = house.activities().await;
    assert!(
        activities
            .iter()
            .all(|activity| activity.lead_id == Some(leads[0].id))
    );
    assert!(
        activities
            .iter()
            .any(|activity| activity.summary == "Asked again what 1 Elm Street is worth, with other facts")
    );
}

#[tokio::test]
async fn a_valuation_leaves_the_proof_of_what_was_allowed_and_how_they_came_with_its_lead() {
    let house = House::new().await;
    let mut valuation = a_valuation_of(&json!({"email": EMAIL}));
    let consent =
        json!({"marketingCalls": false, "marketingEmail": true, "text": "I agree.", "version": "2026-11"});
    let attribution = json!({"first": {"utm_source": "search", "landingPath": "/home-value"}});
    valuation["payload"]["consent"] = consent.clone();
    valuation["payload"]["attribution"] = attribution.clone();
    house.enqueue(&valuation).await;

    house.drain().await;

    let (lead, activity) = (house.leads().await.remove(0), house.activities().await.remove(0));
    assert_eq!(activity.activity_type, ActivityType::ValuationRequested);
    assert_eq!(activity.lead_id, Some(lead.id));
    assert_eq!(activity.metadata["consent"], consent);
    assert_eq!(activity.metadata["attribution"], attribution);
}

#[tokio::test]
async fn a_valuation_of_somebody_nobody_can_reach_is_an_activity_and_no_lead() {
    let house = House::new().await;
    for contact in [Value::Null, json!({"name": "Ann", "phone": "12"})] {
        house.enqueue(&a_valuation_of(&contact)).await;
    }

    let tally = house.drain().await;

    assert_eq!(tally.processed, 2);
    assert_eq!((house.contacts().await.len(), house.leads().await.len()), (0, 0));
    let activities = house.activities().await;
    assert_eq!(activities.len(), 2);
    assert!(
        activities
            .iter()
            .all(|activity| activity.lead_id.is_none() && activity.contact_id.is_none())
    );
}

#[tokio::test]
async fn only_empty_fields_of_a_known_contact_are_filled() {
    let house = House::new().await;
    let known = a_contact(&*house.ids).name("Ann Ruiz").phone(PHONE);
    let known = known.insert(house.db(), &house.here).await;
    house.enqueue(&a_lead_of(EMAIL, "203.555.0123 x9")).await;

    house.drain().await;

    let contacts = house.contacts().await;
    assert_eq!(contacts.len(), 1);
    assert_eq!(contacts[0].id, known.id);
    assert_eq!(contacts[0].full_name.as_deref(), Some("Ann Ruiz"));
    assert_eq!(
        contacts[0].email.as_ref().map(|email| email.as_str()),
        Some(EMAIL)
    );
    assert_eq!(
        contacts[0].phone.as_ref().map(|phone| phone.original()),
        Some(PHONE)
    );
}

#[tokio::test]
async fn the_email_of_one_and_the_phone_of_another_is_the_emails_lead_and_a_suspicion() {
    let house = House::new().await;
    let ann = a_contact(&*house.ids)
        .email(EMAIL)
        .insert(house.db(), &house.here)
        .await;
    let bob = a_contact(&*house.ids)
        .phone(PHONE)
        .insert(house.db(), &house.here)
        .await;
    house.enqueue(&a_lead_of(EMAIL, PHONE)).await;

    let tally = house.drain().await;

    assert_eq!(tally.processed, 1);
    assert_eq!(house.leads().await[0].contact_id, Some(ann.id));
    let mut tx = house.db().read(&house.here).await.unwrap();
    let ann_now = contacts::find(&mut tx, &house.here, ann.id)
        .await
        .unwrap()
        .unwrap();
    let bob_now = contacts::find(&mut tx, &house.here, bob.id)
        .await
        .unwrap()
        .unwrap();
    drop(tx);
    assert_eq!((ann_now.phone, bob_now.phone), (None, bob.phone));
    let suspected = the_suspected_duplicates(house.db(), &house.here).await;
    assert_eq!(suspected, [(ann.id, bob.id, "same_phone".to_owned())]);
}

#[tokio::test]
async fn an_event_that_had_its_effect_has_no_second_one() {
    let house = House::new().await;
    let job = house.enqueue(&a_lead_of(EMAIL, PHONE)).await;
    house.drain().await;
    db::testing::pretend_unprocessed(house.db(), job).await;

    let tally = house.drain().await;

    assert_eq!(tally.processed, 1);
    assert_eq!(house.job(job).await.status, JobStatus::Processed);
    assert_eq!(
        (house.leads().await.len(), house.activities().await.len()),
        (1, 1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn workers_side_by_side_never_make_two_contacts_of_one_person() {
    let house = House::new().await;
    for number in 0..40 {
        // Four in a row are one person's, for four workers to meet over.
        let person = number / 4;
        house
            .enqueue(&a_lead_of(
                &format!("ann{person}@example.com"),
                &format!("203-555-01{person:02}"),
            ))
            .await;
    }
    let work = async || {
        let (worker, mut total) = (house.worker(), Tally::default());
        loop {
            let tally = worker.batch(1, &house.context.stop).await.unwrap();
            total += tally;
            if tally.picked == 0 {
                return total;
            }
        }
    };

    let (first, second, third, fourth) = tokio::join!(work(), work(), work(), work());

    let mut total = first;
    total += second;
    total += third;
    total += fourth;
    assert_eq!((total.processed, total.failed()), (40, 0));
    assert_eq!(
        (house.contacts().await.len(), house.leads().await.len()),
        (10, 40)
    );
}

#[tokio::test]
async fn text_no_database_can_hold_does_not_lose_the_lead() {
    let house = House::new().await;
    let lead = a_lead_of(EMAIL, PHONE).to_string();
    house
        .enqueue_text(&lead.replace("Ann Smith", r"Ann\u0000 \ud83d Smith"))
        .await;

    let tally = house.drain().await;

    assert_eq!(tally.processed, 1);
    let name = house.contacts().await.remove(0).full_name;
    assert_eq!(name.as_deref(), Some("Ann \u{fffd} Smith"));
}

/// A form like a machine's, or like a person's who corrected theirs.
fn a_form_with(signs: &Value) -> Value {
    let payload = json!({
        "source": "contact", "contact": {"email": EMAIL, "phone": PHONE}, "suspicion": {"signs": signs},
    });
    an_event("website.lead.submitted", &payload)
}

#[tokio::test]
async fn what_a_machine_sent_waits_and_leaves_nothing_else_behind() {
    let house = House::new().await;
    house.enqueue(&a_form_with(&json!(["trap", "haste"]))).await;

    let tally = house.drain().await;

    assert_eq!((tally.picked, tally.processed), (1, 1));
    assert_eq!(
        (
            house.contacts().await.len(),
            house.leads().await.len(),
            house.activities().await.len()
        ),
        (0, 0, 0)
    );
    let scope = &house.here;
    let mut tx = house.db().read(scope).await.unwrap();
    assert_eq!(changes::list_after(&mut tx, scope, 0).await.unwrap(), []);
    let held = held::list(&mut tx, scope, held::Looked::NotYet, PageRequest::new(9, 0)).await;
    let held = held.unwrap().items;
    assert_eq!((held.len(), held[0].score), (1, 100));
    assert_eq!(held[0].occurred_at.to_string(), "2026-03-02T11:59:58Z");
    assert!(held[0].payload.contains(EMAIL));
}

#[tokio::test]
async fn a_person_who_corrected_a_link_is_a_lead() {
    let house = House::new().await;
    house
        .enqueue(&a_form_with(&json!(["reused_form", "links"])))
        .await;

    house.drain().await;

    assert_eq!((house.contacts().await.len(), house.leads().await.len()), (1, 1));
}

#[tokio::test]
async fn a_lead_of_a_tenant_with_automation_plans_its_own_next_step() {
    let (with, without) = (House::new().await, House::new().await);
    let on = Exception::Feature {
        subject: Feature::AutomationSequences,
        is_on: true,
    };
    an_exception(&with.test.db, &with.here, on).await;

    for house in [&with, &without] {
        house.enqueue(&a_lead_of(EMAIL, PHONE)).await;
        house.drain().await;
    }

    let planned = with.leads().await.remove(0);
    let unplanned = without.leads().await.remove(0);
    assert_eq!(planned.next_action_note.as_deref(), Some("Follow up"));
    assert_eq!(
        planned.next_action_at,
        Some(planned.created_at + SignedDuration::from_hours(24))
    );
    assert_eq!(
        (unplanned.next_action_at, unplanned.next_action_note),
        (None, None)
    );
}

#[tokio::test]
async fn automation_that_is_rolled_out_plans_and_that_is_switched_off_for_every_tenant_does_not() {
    let (rolled_out, killed) = (House::new().await, House::new().await);
    let percentage = Percentage::new(100).unwrap();
    a_plan(&rolled_out.test.db, &rolled_out.here, Plan::Growth).await;
    a_flag(&rolled_out.test.db, AUTOMATION, Switch::Rollout { percentage }).await;
    let on = Exception::Feature {
        subject: AUTOMATION,
        is_on: true,
    };
    an_exception(&killed.test.db, &killed.here, on).await;
    a_flag(&killed.test.db, AUTOMATION, Switch::Off).await;

    for (house, plans) in [(&rolled_out, true), (&killed, false)] {
        house.enqueue(&a_lead_of(EMAIL, PHONE)).await;
        house.drain().await;

        let lead = house.leads().await.remove(0);
        assert_eq!(
            lead.next_action_at.is_some(),
            plans,
            "{:?}",
            lead.next_action_note
        );
    }
}
