//! `cargo run`: the whole house in one process, from nothing.

use std::net::SocketAddr;

use tests::{AVA, Caller, FAIRFIELD, Process, World, an_enquiry};

/// Where its website and its CRM listen.
async fn doors(house: &mut Process) -> (SocketAddr, SocketAddr) {
    (house.address(), house.next_address().await)
}

async fn ava_at(crm: SocketAddr) -> Caller {
    let ava = Caller::at(crm, AVA.host);
    ava.sign_in(AVA.email).await.expect(200);
    ava
}

#[tokio::test]
async fn one_command_brings_a_house_with_the_demo_in_which_the_story_works() {
    let world = World::empty().await;
    let mut house = world.house().await;
    let (web, crm) = doors(&mut house).await;
    house.line_with(FAIRFIELD).await;
    house.line_with(tests::PASSWORD).await;
    house.line_with(AVA.email).await;
    let ava = ava_at(crm).await;
    let mut feed = ava.feed("/api/events/stream", None).await;

    let visitor = Caller::at(web, FAIRFIELD);
    visitor.get("/").await.expect(200);
    visitor
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await
        .expect(202);

    let created = feed.next("lead_created").await.json();
    let lead = format!("/api/leads/{}", created["leadId"].as_str().unwrap());
    let lead = ava.get(&lead).await.expect(200).json();
    assert_eq!(lead["lead"]["contact"]["email"], "ann@example.com");
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_one_left() {
    let world = World::empty().await;
    let mut first = world.house().await;
    let (web, _) = doors(&mut first).await;
    let visitor = Caller::at(web, FAIRFIELD);
    visitor
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await
        .expect(202);
    assert_eq!(first.stop().await.code(), Some(0));

    let mut second = world.house().await;
    let (_, crm) = doors(&mut second).await;
    let ava = ava_at(crm).await;
    // The first one may have stopped before it worked on the lead: then the feed tells when the second has.
    let mut feed = ava.feed("/api/events/stream", Some("0")).await;
    while feed.next("lead_created").await.json()["name"] != "Ann Example" {}

    let found = ava.get("/api/leads?q=ann@example.com").await.expect(200).json();
    assert_eq!(found["leads"].as_array().unwrap().len(), 1);
}
