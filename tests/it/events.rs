//! Every website event: its wire form, and what it leaves behind.

use db::testing::queued;
use jiff::Timestamp;
use serde_json::{Value, json};
use tests::{AVA, Caller, FAIRFIELD, Process, World};
use types::{EventType, TestIds};

/// How a visitor causes one of its kind: where it is sent, what is sent, and the payload that waits in the queue.
struct Example {
    path: &'static str,
    body: Value,
    payload: Value,
    leaves: Leaves,
}

/// How many more contacts, leads and activities there are afterwards.
#[derive(Debug, PartialEq, Eq)]
struct Leaves(i64, i64, i64);

/// The match is exhaustive: an event without an example does not compile.
fn example(event_type: EventType) -> Example {
    match event_type {
        EventType::LeadSubmitted => lead(),
        EventType::ValuationRequested => valuation(),
        EventType::SearchPerformed => behaviour(
            event_type,
            json!({"source": "home-search", "searchContext": {"query": "beach", "sortField": "price", "page": 2},
                   "resultCount": 12, "actor": {"visitorId": "v-1"}}),
        ),
        EventType::ListingViewed | EventType::ListingFavorited | EventType::ListingUnfavorited => behaviour(
            event_type,
            json!({"source": "listing", "listing": {"id": "FB-1", "city": "Westport", "price": 985_000,
                   "beds": 4, "baths": 2.5}, "actor": {"sessionId": "s-1"}}),
        ),
    }
}

fn lead() -> Example {
    Example {
        path: "/api/lead",
        body: json!({
            "name": "Ann Example", "email": "Ann@Example.com", "phone": "860-555-0117", "source": "listing-inquiry",
            "message": "Hello", "listingId": "FB-1", "listingAddress": "12 Elm Street", "unknown": true,
            "propertyDetails": {"propertyType": "condo", "beds": "2", "baths": 1.5},
            "attribution": {"first": {"utm_source": "search"}},
        }),
        payload: json!({
            "source": "listing-inquiry", "message": "Hello",
            "contact": {"name": "Ann Example", "email": "ann@example.com", "phone": "860-555-0117"},
            "listing": {"id": "FB-1", "address": "12 Elm Street"},
            "propertyDetails": {"propertyType": "condo", "beds": 2, "baths": 1.5},
            "attribution": {"first": {"utm_source": "search"}},
        }),
        leaves: Leaves(1, 1, 1),
    }
}

fn valuation() -> Example {
    Example {
        path: "/api/valuation",
        body: json!({
            "address": "12 Elm Street, Westport", "propertyType": "single-family", "beds": 4, "baths": "2.5",
            "sqft": "2400", "contact": {"email": "val@example.com"}, "timeframe": "this year",
        }),
        payload: json!({
            "address": "12 Elm Street, Westport", "propertyType": "single-family", "beds": 4, "baths": 2.5,
            "sqft": 2400, "contact": {"email": "val@example.com"}, "timeframe": "this year",
        }),
        leaves: Leaves(1, 1, 1),
    }
}

fn behaviour(event_type: EventType, payload: Value) -> Example {
    Example {
        path: "/api/website-events",
        body: json!({ "eventType": event_type, "payload": payload }),
        payload,
        // It belongs to a visitor nobody knows, so it is on nobody's timeline.
        leaves: Leaves(0, 0, 0),
    }
}

async fn send(visitor: &Caller, example: &Example) {
    let answer = visitor.post_json(example.path, example.body.clone()).await;
    assert!([200, 202].contains(&answer.status), "{answer:?}");
}

/// The one event that waits, as a worker gets it.
async fn waiting(world: &World) -> Value {
    let mut jobs = queued(world.db(), &TestIds::default()).await;
    assert_eq!(jobs.len(), 1);
    serde_json::from_str(&jobs.remove(0).payload).unwrap()
}

#[tokio::test]
async fn each_waits_in_the_queue_in_its_wire_form() {
    for event_type in EventType::ALL {
        let world = World::seeded().await;
        let web = world.web().await;
        let example = example(*event_type);

        send(&web.caller(FAIRFIELD), &example).await;

        let event = waiting(&world).await;
        assert_eq!(event["eventType"], event_type.as_str());
        assert_eq!(event["version"], 1);
        let occurred_at = event["occurredAt"].as_str().unwrap();
        assert!(
            occurred_at.ends_with('Z') && occurred_at.parse::<Timestamp>().is_ok(),
            "{occurred_at}"
        );
        let tenant =
            json!({"tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": FAIRFIELD});
        assert_eq!(event["tenant"], tenant);
        assert_eq!(event["payload"], example.payload, "{event_type}");
    }
}

async fn counts(crm: &Process) -> [i64; 3] {
    let summary = crm.member(AVA).await.get("/api/summary").await.expect(200).json();
    ["contactCount", "leadCount", "activityCount"].map(|name| summary[name].as_i64().unwrap())
}

#[tokio::test]
async fn each_leaves_behind_what_it_should() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);

    for event_type in EventType::ALL {
        let example = example(*event_type);
        let before = counts(&crm).await;

        send(&web.caller(FAIRFIELD), &example).await;
        assert_eq!(world.drain().await["totalProcessed"], 1, "{event_type}");

        let after = counts(&crm).await;
        let [contacts, leads, activities] = [0, 1, 2].map(|of| after[of] - before[of]);
        assert_eq!(
            Leaves(contacts, leads, activities),
            example.leaves,
            "{event_type}"
        );
    }
}
