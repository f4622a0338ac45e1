//! The story of the house: a visitor writes, the worker works, the agent sees.

use futures::future::join_all;
use serde_json::{Value, json};
use tests::{AVA, FAIRFIELD, HUGO, Process, World, an_enquiry};

/// What fairfield's owner finds under this address.
async fn leads_of(crm: &Process, email: &str) -> Vec<Value> {
    let ava = crm.member(AVA).await;
    let list = ava.get(&format!("/api/leads?q={email}")).await.expect(200).json();
    list["leads"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_agent_sees_who_wrote_and_what() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);

    let visitor = web.caller(FAIRFIELD);
    let sent = visitor
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await;
    let sent = sent.expect(202).json();
    assert_eq!(sent["success"], true);
    assert_eq!(sent["accepted"], true);
    assert_eq!(sent["duplicate"], false);
    assert_eq!(world.drain().await["totalProcessed"], 1);

    let leads = leads_of(&crm, "ann@example.com").await;
    assert_eq!(leads.len(), 1);
    let lead = &leads[0];
    assert_eq!(lead["status"], "new");
    assert_eq!(lead["leadType"], "website_lead");
    assert_eq!(lead["source"], "contact");
    let ava = crm.member(AVA).await;
    let contact = format!("/api/contacts/{}", lead["contactId"].as_str().unwrap());
    let contact = ava.get(&contact).await.expect(200).json()["contact"].clone();
    assert_eq!(contact["fullName"], "Ann Example");
    assert_eq!(contact["email"], "ann@example.com");
    let id = lead["id"].as_str().unwrap();
    let timeline = ava
        .get(&format!("/api/activities?leadId={id}"))
        .await
        .expect(200)
        .json();
    assert_eq!(timeline["activities"][0]["activityType"], "lead_submitted");

    let page = ava.get(&format!("/leads/{id}")).await.expect(200);
    assert!(page.text.contains("Ann Example"));
    assert!(page.text.contains("Is the garden as large as it looks?"));
    assert!(ava.get("/").await.expect(200).text.contains("Ann Example"));
}

#[tokio::test]
async fn it_appears_in_an_open_dashboard_by_itself() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let _worker = world.worker().await;
    let ava = crm.member(AVA).await;
    let hugo = crm.member(HUGO).await;
    let mut feed = ava.feed("/api/events/stream", None).await;
    let mut neighbours = hugo.feed("/api/events/stream", None).await;

    let visitor = web.caller(FAIRFIELD);
    visitor
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await
        .expect(202);

    let created = feed.next("lead_created").await;
    let id = created.json()["leadId"].as_str().unwrap().to_owned();
    let lead = ava.get(&format!("/api/leads/{id}")).await.expect(200).json();
    assert_eq!(lead["lead"]["contact"]["email"], "ann@example.com");
    hugo.get(&format!("/api/leads/{id}")).await.expect(404);

    // The neighbour's first news is its own, so fairfield's was not shown there before it.
    web.caller(tests::HUDSON)
        .post_json("/api/lead", an_enquiry("bob@example.com"))
        .await
        .expect(202);
    let theirs = neighbours.next("lead_created").await;
    assert_ne!(theirs.json()["leadId"], id);
}

#[tokio::test]
async fn a_dashboard_that_was_away_misses_nothing() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let _worker = world.worker().await;
    let ava = crm.member(AVA).await;
    let visitor = web.caller(FAIRFIELD);
    let mut feed = ava.feed("/api/events/stream", None).await;
    visitor
        .post_json("/api/lead", an_enquiry("first@example.com"))
        .await
        .expect(202);
    let last_seen = feed.next("lead_created").await;
    // Somebody else keeps looking, so that we know when the others have arrived.
    drop(feed);
    let mut witness = ava.feed("/api/events/stream", None).await;
    let mut created = Vec::new();
    for email in ["second@example.com", "third@example.com"] {
        visitor
            .post_json("/api/lead", an_enquiry(email))
            .await
            .expect(202);
        created.push(witness.next("lead_created").await);
    }

    let mut back = ava.feed("/api/events/stream", Some(&last_seen.id)).await;

    let caught_up = [back.next("lead_created").await, back.next("lead_created").await];
    let told = created.iter().map(|message| {
        let mut missed = message.json();
        missed["replayed"] = true.into();
        (message.id.clone(), missed)
    });
    let told: Vec<_> = told.collect();
    let caught_up = caught_up.map(|message| (message.id.clone(), message.json()));
    assert_eq!(caught_up.to_vec(), told);
}

#[tokio::test]
async fn the_form_works_without_javascript() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let visitor = web.caller(FAIRFIELD);

    let page = visitor.get("/contact").await.expect(200);
    let token = page.field("token");
    let form = [
        ("token", token.as_str()),
        ("name", "Ann Example"),
        ("email", "ann@example.com"),
        ("phone", "(860) 555-0117"),
        ("message", "Is it still there?"),
    ];
    let sent = visitor.post_form("/contact", &form).await.expect(303);
    visitor.get(sent.header("location")).await.expect(200);
    // The second click of a double click.
    visitor.post_form("/contact", &form).await.expect(303);

    assert_eq!(world.drain().await["totalProcessed"], 1);
    let leads = leads_of(&crm, "ann@example.com").await;
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0]["source"], "contact");
    assert_eq!(leads[0]["notes"], "Is it still there?");
}

#[tokio::test]
async fn a_form_with_mistakes_comes_back_as_it_was_filled() {
    let world = World::seeded().await;
    let web = world.web().await;

    let form = [
        ("name", "Ann <b>Example</b>"),
        ("email", "nobody"),
        ("phone", "(860) 555-0117"),
    ];
    let again = web
        .caller(FAIRFIELD)
        .post_form("/contact", &form)
        .await
        .expect(422);

    assert_eq!(again.field("email"), "nobody");
    assert_eq!(again.field("phone"), "(860) 555-0117");
    assert!(
        !again.text.contains("<b>Example"),
        "what was typed is text, not markup"
    );
    assert_eq!(world.drain().await["totalPicked"], 0);
}

#[tokio::test]
async fn the_same_submission_a_hundred_times_at_once_is_one_lead() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let visitor = web.caller(FAIRFIELD);
    let mut enquiry = an_enquiry("ann@example.com");
    enquiry["submissionId"] = json!("a double click");

    let clicks = (0..100).map(|_| visitor.post_json("/api/lead", enquiry.clone()));
    let answers: Vec<Value> = join_all(clicks)
        .await
        .into_iter()
        .map(|answer| answer.expect(202).json())
        .collect();

    let firsts = answers
        .iter()
        .filter(|answer| answer["duplicate"] == false)
        .count();
    assert_eq!(firsts, 1);
    assert!(
        answers
            .iter()
            .all(|answer| answer["jobId"] == answers[0]["jobId"])
    );
    world.drain().await;
    assert_eq!(leads_of(&crm, "ann@example.com").await.len(), 1);
}

#[tokio::test]
async fn a_valuation_with_a_contact_is_one_lead() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let home = json!({
        "address": "12 Elm Street, Westport", "propertyType": "single-family", "beds": 4, "baths": "2.5", "sqft": 2400,
        "contact": {"name": "Val Example", "email": "val@example.com", "phone": "(860) 555-0118"},
    });

    let valued = web
        .caller(FAIRFIELD)
        .post_json("/api/valuation", home)
        .await
        .expect(200)
        .json();

    assert_eq!(valued["ok"], true);
    assert_eq!(valued["status"], "ok");
    assert!(valued["low"].as_f64() < valued["high"].as_f64());
    world.drain().await;
    let leads = leads_of(&crm, "val@example.com").await;
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0]["leadType"], "valuation_request");
    assert_eq!(leads[0]["baths"], 2.5);
}
