//! Asking services that answer as Walk Score and Google do, and ones that do not.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, Uri},
    response::Response,
};
use serde_json::{Value, json};
use server::testing::{a_service, says};
use tokio::sync::Notify;
use types::{Slug, facts::Source};

use super::*;
use crate::testing::Houses;

/// What a service says next, and what it was asked.
#[derive(Default)]
struct Outside {
    answer: Mutex<(u16, Value)>,
    asked: Mutex<Vec<String>>,
    count: AtomicUsize,
    /// While it holds its answer back.
    holds_back: Mutex<bool>,
    go_on: Notify,
}

impl Outside {
    async fn start(answer: Value) -> (Arc<Self>, Url) {
        let outside = Arc::new(Self {
            answer: Mutex::new((200, answer)),
            ..Self::default()
        });
        let router = Router::new().fallback(tell).with_state(Arc::clone(&outside));
        (outside, a_service(router).await)
    }

    fn say(&self, status: u16, answer: Value) {
        *self.answer.lock().unwrap() = (status, answer);
    }

    fn times(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }
}

async fn tell(State(outside): State<Arc<Outside>>, uri: Uri, headers: HeaderMap, body: String) -> Response {
    let key = headers
        .get("x-goog-api-key")
        .map_or("", |key| key.to_str().unwrap());
    outside.asked.lock().unwrap().push(format!("{uri} {key} {body}"));
    outside.count.fetch_add(1, Ordering::SeqCst);
    let holds_back = *outside.holds_back.lock().unwrap();
    if holds_back {
        outside.go_on.notified().await;
    }
    let (status, answer) = outside.answer.lock().unwrap().clone();
    let mut response = says(status, &answer);
    response
        .headers_mut()
        .insert("retry-after", HeaderValue::from_static("120"));
    response
}

fn access(address: Url) -> Access {
    Access {
        outgoing: Outgoing::new(DEADLINE, LARGEST_ANSWER).unwrap(),
        address,
        key: "sesame".into(),
    }
}

/// Fairfield, whose Wilton Walk Score is asked about.
struct Asking {
    houses: Houses,
    outside: Arc<Outside>,
    asked: Asked,
    wilton: Place,
}

impl Asking {
    async fn new() -> Self {
        let score =
            json!({ "status": 1, "walkscore": 63, "ws_link": "https://www.walkscore.com/score/wilton" });
        let (outside, address) = Outside::start(score).await;
        let service = WalkScores(access(address));
        Self::with(outside, Box::new(service)).await
    }

    async fn with(outside: Arc<Outside>, service: Box<dyn Service>) -> Self {
        let houses = Houses::new().await;
        let wilton = json!({
            "slug": "wilton", "name": "Wilton", "county": "Fairfield County", "state": "CT",
            "center": { "lat": 41.1954, "lng": -73.4379 }, "scene": "hills", "imageAlt": "Hills.",
            "overviewShort": "A town.", "overviewLong": "", "lifestyle": "", "marketNotes": "",
            "lastReviewedOn": "2026-10-20",
        });
        houses
            .publish(serde_json::from_value::<Town>(wilton).unwrap())
            .await;
        let asked = Asked::new(houses.db.db.clone(), houses.clock.clone(), vec![service]);
        Self {
            houses,
            outside,
            asked,
            wilton: Place {
                town: Slug::parse("wilton").unwrap(),
                neighborhood: None,
            },
        }
    }

    async fn find(&self, module: ModuleKey) -> Option<Facts> {
        let found = self
            .asked
            .find(&self.houses.fairfield, &self.wilton, module)
            .await;
        found.unwrap()
    }

    async fn score(&self) -> Option<Value> {
        self.find(ModuleKey::WalkScore)
            .await
            .map(|facts| facts.content["score"].clone())
    }

    /// Returns once a question that goes on behind a page has left its answer in the database, which is all one sees of it.
    async fn stored(&self, score: Value) {
        let stored = Stored::new(self.houses.db.db.clone());
        let deadline = tokio::time::timeout(Duration::from_secs(20), async {
            loop {
                let facts = stored
                    .find(&self.houses.fairfield, &self.wilton, ModuleKey::WalkScore)
                    .await
                    .unwrap();
                if facts.is_some_and(|facts| facts.content["score"] == score) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        });
        deadline.await.expect("the answer is kept");
    }
}

#[tokio::test]
async fn an_unknown_place_is_asked_about_once_and_remembered_with_its_source() {
    let asking = Asking::new().await;

    let first = asking.find(ModuleKey::WalkScore).await.unwrap();
    let second = asking.find(ModuleKey::WalkScore).await.unwrap();

    assert_eq!(first.content, json!({ "score": 63 }));
    assert_eq!(first.source.name, "Walk Score®");
    assert_eq!(
        first.source.url.as_deref(),
        Some("https://www.walkscore.com/score/wilton")
    );
    assert_eq!((first == second, asking.outside.times()), (true, 1));
    let asked = asking.outside.asked.lock().unwrap().join("\n");
    for part in [
        "address=Wilton%2C+CT",
        "lat=41.1954",
        "lon=-73.4379",
        "wsapikey=sesame",
    ] {
        assert!(asked.contains(part), "{part} is not in {asked}");
    }
}

#[tokio::test]
async fn what_is_old_is_shown_while_somebody_is_asked_again() {
    let asking = Asking::new().await;
    asking.score().await;
    asking.outside.say(200, json!({ "status": 1, "walkscore": 70 }));
    asking.houses.clock.advance(SignedDuration::from_hours(24 * 31));

    let meanwhile = asking.score().await;
    asking.stored(json!(70)).await;

    assert_eq!(meanwhile, Some(json!(63)), "nobody waits for the new one");
    assert_eq!(
        (asking.score().await, asking.outside.times()),
        (Some(json!(70)), 2)
    );
}

#[tokio::test]
async fn one_question_is_under_way_at_a_time_and_outlives_the_page_that_asked() {
    let asking = Asking::new().await;
    *asking.outside.holds_back.lock().unwrap() = true;

    for _ in 0..3 {
        let page = tokio::time::timeout(Duration::from_millis(300), asking.score()).await;
        assert!(page.is_err() || page == Ok(None), "the page goes without it");
    }
    *asking.outside.holds_back.lock().unwrap() = false;
    asking.outside.go_on.notify_one();
    asking.stored(json!(63)).await;

    assert_eq!(
        (asking.score().await, asking.outside.times()),
        (Some(json!(63)), 1)
    );
}

#[tokio::test]
async fn who_has_no_more_to_give_is_left_alone_as_long_as_they_say() {
    let asking = Asking::new().await;
    asking
        .outside
        .say(429, json!({ "error": { "status": "RESOURCE_EXHAUSTED" } }));

    let scores = [asking.score().await, asking.score().await];
    asking.houses.clock.advance(SignedDuration::from_secs(119));
    asking.score().await;
    let times = asking.outside.times();
    asking.outside.say(200, json!({ "status": 1, "walkscore": 63 }));
    asking.houses.clock.advance(SignedDuration::from_mins(10));

    assert_eq!((scores, times), ([None, None], 1));
    assert_eq!(asking.score().await, Some(json!(63)));
}

#[tokio::test]
async fn an_answer_that_is_none_leaves_what_was_known_and_the_place_alone_for_a_while() {
    for (status, answer) in [
        (200, json!({ "status": 41 })),
        (200, json!({ "status": 40 })),
        (200, json!({ "status": 2 })),
        (200, json!({ "status": 1 })),
        (200, json!("<html>")),
        (500, json!({})),
    ] {
        let asking = Asking::new().await;
        asking.score().await;
        asking.outside.say(status, answer.clone());
        asking.houses.clock.advance(SignedDuration::from_hours(24 * 31));

        let scores = [asking.score().await, asking.score().await];
        let again = Arc::clone(&asking.asked.inner);
        again
            .ask(
                asking.houses.fairfield.clone(),
                asking.wilton.clone(),
                ModuleKey::WalkScore,
            )
            .await;

        assert_eq!(scores, [Some(json!(63)), Some(json!(63))], "{answer}");
        assert!(asking.outside.times() <= 2, "{answer}");
    }
}

#[tokio::test]
async fn facts_from_elsewhere_give_way_to_those_that_are_asked_for() {
    let asking = Asking::new().await;
    let seeded = json!({ "score": 24 });
    asking
        .houses
        .tell(&asking.wilton, ModuleKey::WalkScore, seeded)
        .await;

    let meanwhile = asking.score().await;
    asking.stored(json!(63)).await;

    assert_eq!(meanwhile, Some(json!(24)));
    assert_eq!(asking.score().await, Some(json!(63)));
}

#[tokio::test]
async fn google_is_asked_for_places_near_and_named() {
    let places = json!({ "places": [
        { "displayName": { "text": "Wilton Library" }, "primaryTypeDisplayName": { "text": "Library" },
          "shortFormattedAddress": "137 Old Ridgefield Rd, Wilton" },
        { "displayName": { "text": "Merwin Meadows" } },
    ]});
    let (outside, address) = Outside::start(places).await;
    let service = GooglePlaces(access(address));
    let asking = Asking::with(outside, Box::new(service)).await;

    let known = asking.find(ModuleKey::PointsOfInterest).await.unwrap();
    let nothing = asking.find(ModuleKey::WalkScore).await;

    assert_eq!(
        known.content,
        json!({ "places": [
            { "name": "Wilton Library", "kind": "Library", "note": "137 Old Ridgefield Rd, Wilton" },
            { "name": "Merwin Meadows", "kind": "Place", "note": null },
        ]})
    );
    let source = Source {
        name: "Google Maps".to_owned(),
        url: Some("https://www.google.com/maps".to_owned()),
        as_of: "2026-03-02".parse().unwrap(),
    };
    assert_eq!((known.source, nothing), (source, None));
    let asked = asking.outside.asked.lock().unwrap().join("\n");
    for part in [" sesame ", "\"latitude\":41.1954", "\"maxResultCount\":12"] {
        assert!(asked.contains(part), "{part} is not in {asked}");
    }
}

/// What of Google's answer is told of Wilton.
async fn told_by_google(asking: &Asking) -> Option<Value> {
    let known = asking.find(ModuleKey::PointsOfInterest).await?;
    Some(known.content["places"][0]["name"].clone())
}

#[tokio::test]
async fn google_may_break_or_have_no_more_to_give_and_what_it_said_stays() {
    let one = json!({ "places": [{ "displayName": { "text": "Wilton Library" } }] });
    for (status, answer) in [
        (429, json!({ "error": { "status": "RESOURCE_EXHAUSTED" } })),
        (403, json!({ "error": { "status": "PERMISSION_DENIED" } })),
        (500, json!({})),
        (200, json!({ "places": [{ "id": "without a name" }] })),
        (200, json!("<html>")),
    ] {
        let (outside, address) = Outside::start(one.clone()).await;
        let asking = Asking::with(outside, Box::new(GooglePlaces(access(address)))).await;
        told_by_google(&asking).await;
        asking.outside.say(status, answer.clone());
        asking.houses.clock.advance(SignedDuration::from_hours(24 * 15));

        let meanwhile = told_by_google(&asking).await;
        let inner = Arc::clone(&asking.asked.inner);
        let (scope, place) = (asking.houses.fairfield.clone(), asking.wilton.clone());
        inner.ask(scope, place, ModuleKey::PointsOfInterest).await;

        assert_eq!(meanwhile, Some(json!("Wilton Library")), "{answer}");
        assert_eq!(told_by_google(&asking).await, meanwhile, "{answer}");
        assert!(asking.outside.times() <= 2, "{answer}");
    }
}

#[tokio::test]
async fn who_takes_longer_than_the_deadline_has_not_answered() {
    let (outside, address) = Outside::start(json!({})).await;
    *outside.holds_back.lock().unwrap() = true;
    let outgoing = Outgoing::new(Duration::from_secs(1), LARGEST_ANSWER).unwrap();
    let access = |address: &Url| Access {
        outgoing: outgoing.clone(),
        address: address.clone(),
        key: "sesame".into(),
    };
    let services: [Box<dyn Service>; 2] = [
        Box::new(WalkScores(access(&address))),
        Box::new(GooglePlaces(access(&address))),
    ];
    for service in services {
        let asking = Asking::with(Arc::clone(&outside), service).await;
        for module in [ModuleKey::WalkScore, ModuleKey::PointsOfInterest] {
            assert_eq!(asking.find(module).await, None);
        }
    }
    assert_eq!(outside.times(), 2);
}

#[tokio::test]
async fn a_place_that_nobody_writes_about_is_not_asked_about() {
    let asking = Asking::new().await;
    let nowhere = Place {
        town: Slug::parse("nowhere").unwrap(),
        neighborhood: None,
    };

    let found = asking
        .asked
        .find(&asking.houses.fairfield, &nowhere, ModuleKey::WalkScore)
        .await;

    assert_eq!((found.unwrap(), asking.outside.times()), (None, 0));
}

#[tokio::test]
async fn without_a_key_nobody_is_asked() {
    let none = services(&PlaceSettings::default()).unwrap();
    let both = services(&PlaceSettings {
        walk_score: Some("a".into()),
        google_places: Some("b".into()),
    });

    let modules: Vec<_> = both.unwrap().iter().map(|service| service.module()).collect();
    assert!(none.is_empty());
    assert_eq!(modules, [ModuleKey::WalkScore, ModuleKey::PointsOfInterest]);
}
