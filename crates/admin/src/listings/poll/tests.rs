//! Asking a service that answers as a RESO Web API does, and one that does not.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    extract::{Query, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::get,
};
use db::{door::hosts, tenant::listing_feeds, testing::a_tenant};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{a_service, says};
use tokio::sync::Semaphore;

use crate::{
    Refusal,
    listings::{
        Feed, Polled, Wanted, feeds, forget, poll, rejected, schedule,
        schedule::Rounds,
        tests::{a_lot, a_row, shown, streets},
        unschedule,
    },
    testing::Console,
};

/// A service with rows, two on a page. It knows nobody without its token.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<Shelf>>);

#[derive(Default)]
struct Shelf {
    rows: Vec<Value>,
    address: String,
    /// After so many pages it answers no more.
    pages_left: Option<u32>,
    asked: Vec<String>,
    /// Where its next pages are, when not at itself.
    elsewhere: Option<String>,
    /// It takes `$top` by its word, sends no more than so many, and names no next page.
    most: Option<usize>,
    /// It names the same next page for ever.
    turns: bool,
    /// Whoever asks for a next page waits here.
    gate: Option<Arc<Semaphore>>,
}

impl Service {
    async fn start() -> Self {
        let service = Self::default();
        let router = Router::new()
            .route("/odata/Property", get(answer))
            .with_state(service.clone());
        let address = format!("{}odata", a_service(router).await);
        service.change(|shelf| shelf.address = address);
        service
    }

    fn change(&self, change: impl FnOnce(&mut Shelf)) {
        change(&mut self.0.lock().unwrap());
    }

    fn put(&self, key: &str, minute: u8, changes: Value) {
        let mut row = a_row(
            key,
            json!({ "ModificationTimestamp": format!("2026-03-01T10:{minute:02}:00Z") }),
        );
        row.as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        self.change(|shelf| {
            shelf.rows.retain(|row| row["ListingKey"] != key);
            shelf.rows.push(row);
        });
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap().asked)
    }
}

async fn answer(
    State(service): State<Service>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let gate = service.0.lock().unwrap().gate.clone();
    if let Some(gate) = gate {
        gate.acquire().await.unwrap().forget();
    }
    let mut shelf = service.0.lock().unwrap();
    let filter = query.get("$filter").cloned().unwrap_or_default();
    shelf.asked.push(filter.clone());
    if headers
        .get("authorization")
        .is_none_or(|token| token != "Bearer sesame")
    {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match &mut shelf.pages_left {
        Some(0) => return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "60")]).into_response(),
        Some(left) => *left -= 1,
        None => {}
    }
    let mut rows: Vec<_> = shelf
        .rows
        .iter()
        .filter(|row| asks_for(&filter, row))
        .cloned()
        .collect();
    rows.sort_by_key(|row| (text(row, "ModificationTimestamp"), text(row, "ListingKey")));
    if let Some(most) = shelf.most {
        rows.truncate(most.min(query["$top"].parse().unwrap()));
        return says(200, &json!({ "value": rows }));
    }
    let skip: usize = query.get("$skip").map_or(0, |skip| skip.parse().unwrap());
    let is_last = rows.len() <= skip + 2 && !shelf.turns;
    let page: Vec<_> = rows.into_iter().skip(skip).take(2).collect();
    let mut answer = json!({ "@odata.context": "$metadata#Property", "value": page });
    if !is_last {
        let at = shelf.elsewhere.as_ref().unwrap_or(&shelf.address);
        let skip = if shelf.turns { 2 } else { skip + 2 };
        let next = format!(
            "{at}/Property?$skip={skip}&$filter={}",
            filter.replace(' ', "%20")
        );
        answer["@odata.nextLink"] = next.into();
    }
    says(200, &answer)
}

fn text(row: &Value, field: &str) -> String {
    row[field].as_str().unwrap().to_owned()
}

/// What changed since a moment, or comes behind a row.
fn asks_for(filter: &str, row: &Value) -> bool {
    let (at, key) = (text(row, "ModificationTimestamp"), text(row, "ListingKey"));
    let words: Vec<_> = filter
        .split([' ', '(', ')', '\''])
        .filter(|word| !word.is_empty())
        .collect();
    match words[..] {
        [] => true,
        ["ModificationTimestamp", "ge", since] => *at >= *since,
        [
            _,
            "gt",
            late,
            "or",
            _,
            "eq",
            same,
            "and",
            "ListingKey",
            "gt",
            last,
        ] => *at > *late || (*at == *same && *key > *last),
        _ => panic!("{filter}"),
    }
}

/// Asks everybody who is due, and waits for the last of them.
async fn round(console: &Console) -> usize {
    let (mut rounds, mut asked) = (Rounds::new(console.context.clone()), 0);
    loop {
        asked += rounds.look().await.unwrap();
        if !rounds.one_ended().await {
            return asked;
        }
    }
}

async fn a_console() -> Console {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    console
}

async fn polled(console: &Console, service: &Service) -> Result<Polled, Refusal> {
    let address = service.0.lock().unwrap().address.clone();
    let feed = Feed::at(&address, Some("sesame".into())).unwrap();
    poll(&console.shell(), "acme", (&feed, "As reported.")).await
}

#[tokio::test]
async fn every_page_is_read_and_the_next_time_only_what_changed() {
    let (console, service) = (a_console().await, Service::start().await);
    for (key, minute) in [("A1", 1), ("A2", 2), ("A3", 3), ("A4", 4), ("A5", 5)] {
        service.put(key, minute, json!({}));
    }

    let first = polled(&console, &service).await.unwrap();
    service.asked();
    service.put("A2", 9, json!({ "ListPrice": 990_000 }));
    let second = polled(&console, &service).await.unwrap();
    let asked = service.asked();
    let third = polled(&console, &service).await.unwrap();

    assert_eq!((first.pages, first.rows, first.kept), (3, 5, 5));
    assert_eq!(asked, ["ModificationTimestamp ge 2026-03-01T10:05:00Z"]);
    assert_eq!(
        (second.rows, second.kept),
        (2, 2),
        "the last of before and the changed one"
    );
    assert_eq!((third.rows, third.kept), (1, 1));
    let all = [
        "A1 1250000",
        "A2 990000",
        "A3 1250000",
        "A4 1250000",
        "A5 1250000",
    ];
    assert_eq!(shown(&console).await, all);
}

#[tokio::test]
async fn a_service_that_breaks_off_is_heard_on_from_there_and_what_it_said_stays() {
    let (console, service) = (a_console().await, Service::start().await);
    for (key, minute) in [("A1", 1), ("A2", 2), ("A3", 3)] {
        service.put(key, minute, json!({}));
    }
    service.change(|shelf| shelf.pages_left = Some(1));

    let broken = polled(&console, &service).await.unwrap_err();
    let known = feeds(&console.shell(), "acme").await.unwrap();
    assert_eq!(shown(&console).await, ["A1 1250000", "A2 1250000"]);
    service.asked();
    service.change(|shelf| shelf.pages_left = None);
    let whole = polled(&console, &service).await.unwrap();

    assert_eq!(broken.exit_code(), 5);
    assert!(broken.to_string().contains("takes no questions now"), "{broken}");
    assert_eq!(known[0].failure.as_deref(), Some("takes no questions now"));
    assert_eq!(
        (known[0].answered_at, known[0].failed_at),
        (None, Some(console.shell().now))
    );
    assert_eq!(service.asked(), ["ModificationTimestamp ge 2026-03-01T10:02:00Z"]);
    assert_eq!((whole.rows, shown(&console).await.len()), (2, 3));
    let known = feeds(&console.shell(), "acme").await.unwrap();
    assert_eq!(
        (known[0].answered_at, known[0].failed_at),
        (Some(console.shell().now), None)
    );
}

#[tokio::test]
async fn bad_rows_wait_with_their_reason_until_they_come_right() {
    let (console, service) = (a_console().await, Service::start().await);
    service.put("A1", 1, json!({ "ListPrice": "a lot" }));
    service.put("A2", 2, json!({}));
    service.put("A3", 3, json!({ "PropertySubType": "Boat Slip" }));

    let first = polled(&console, &service).await.unwrap();
    let waiting = rejected(&console.shell(), "acme", 50).await.unwrap();
    service.put("A1", 4, json!({}));
    polled(&console, &service).await.unwrap();
    let still = rejected(&console.shell(), "acme", 50).await.unwrap();

    assert_eq!((first.kept, first.rejected), (1, 2));
    let reasons: Vec<_> = waiting
        .iter()
        .map(|row| (row.listing_key.as_str(), row.reason.as_str()))
        .collect();
    assert_eq!(reasons.len(), 2);
    assert!(
        reasons[0].1.contains("ListPrice") && reasons[1].1.contains("Boat Slip"),
        "{reasons:?}"
    );
    assert!(waiting[0].content.contains("a lot"));
    assert_eq!(still.len(), 1, "A3 has not come right");
    assert_eq!(feeds(&console.shell(), "acme").await.unwrap()[0].rejected, 1);
    assert_eq!(shown(&console).await, ["A1 1250000", "A2 1250000"]);
}

#[tokio::test]
async fn a_row_that_changes_in_the_future_stops_nobody_and_is_named() {
    let (console, service) = (a_console().await, Service::start().await);
    let later = |moment: &str| json!({ "ModificationTimestamp": moment });
    service.put("A1", 1, json!({}));
    service.put("A2", 2, later("2099-01-01T00:00:00Z"));
    let mut bad = later("2098-01-01T00:00:00Z");
    bad["ListPrice"] = json!("a lot");
    service.put("A3", 3, bad);

    let first = polled(&console, &service).await.unwrap();
    let waiting = rejected(&console.shell(), "acme", 50).await.unwrap();
    service.asked();
    service.put("A1", 9, json!({ "ListPrice": 990_000 }));
    let second = polled(&console, &service).await.unwrap();
    service.put("A2", 10, json!({}));
    polled(&console, &service).await.unwrap();
    let still = rejected(&console.shell(), "acme", 50).await.unwrap();

    assert_eq!((first.kept, first.rejected, first.odd), (2, 1, 1));
    assert_eq!(first.heard_until.unwrap().to_string(), "2026-03-01T10:01:00Z");
    let odd = waiting.iter().find(|row| row.listing_key == "A2").unwrap();
    assert!(
        odd.reason.contains("ModificationTimestamp a time in the future"),
        "{odd:?}"
    );
    assert_eq!(
        service.asked()[0],
        "ModificationTimestamp ge 2026-03-01T10:01:00Z"
    );
    assert_eq!(second.heard_until.unwrap().to_string(), "2026-03-01T10:09:00Z");
    assert_eq!(shown(&console).await, ["A1 990000", "A2 1250000"]);
    assert_eq!(still.len(), 1, "A2 has come right");
}

#[tokio::test]
async fn a_mark_in_the_future_is_none_and_one_may_begin_again() {
    let (console, service) = (a_console().await, Service::start().await);
    service.put("A1", 1, json!({}));
    service.put("A2", 2, json!({}));
    polled(&console, &service).await.unwrap();
    let address = service.0.lock().unwrap().address.clone();
    let feed = Feed::at(&address, None).unwrap();
    let acme = hosts::find_by_slug(&console.test.db, &"acme".parse().unwrap()).await;
    let scope = acme.unwrap().unwrap().scope;
    let far = "2099-01-01T00:00:00Z".parse().unwrap();
    let mut tx = console.test.db.write(&scope).await.unwrap();
    listing_feeds::hear(&mut tx, &scope, feed.name(), (Some(far), far))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let marked = feeds(&console.shell(), "acme").await.unwrap();
    service.asked();

    let healed = polled(&console, &service).await.unwrap();
    let next = polled(&console, &service).await.unwrap();
    forget(&console.shell(), "acme", &feed).await.unwrap();
    let again = polled(&console, &service).await.unwrap();

    assert_eq!(marked[0].heard_until, Some(far));
    let since = "ModificationTimestamp ge 2026-03-01T10:02:00Z";
    assert_eq!(service.asked(), ["", since, ""]);
    assert_eq!((healed.rows, next.rows, again.rows), (2, 1, 2));
    let known = feeds(&console.shell(), "acme").await.unwrap();
    assert_eq!(known[0].heard_until.unwrap().to_string(), "2026-03-01T10:02:00Z");
}

#[tokio::test]
async fn a_service_is_asked_by_itself_once_in_its_time_by_whoever_comes_first() {
    let (console, service) = (a_console().await, Service::start().await);
    service.put("A1", 1, json!({}));
    let address = service.0.lock().unwrap().address.clone();
    let feed = Feed::at(&address, None).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, "sesame\n").unwrap();
    let wanted = |every_minutes| Wanted {
        every_minutes,
        token_file: Some(token_file.clone()),
        disclaimer: "As reported.".to_owned(),
    };
    schedule(&console.shell(), "acme", (&feed, wanted(15)))
        .await
        .unwrap();

    let (one, other) = tokio::join!(round(&console), round(&console));
    assert_eq!(one + other, 1);
    assert_eq!(shown(&console).await, ["A1 1250000"]);
    service.put("A2", 2, json!({}));
    assert_eq!(round(&console).await, 0, "before its time");
    console.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(round(&console).await, 1);
    assert_eq!(shown(&console).await.len(), 2);

    std::fs::remove_file(&token_file).unwrap();
    console.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(round(&console).await, 1);
    let known = feeds(&console.shell(), "acme").await.unwrap();
    assert!(
        known[0]
            .failure
            .as_ref()
            .unwrap()
            .contains("its token cannot be read")
    );
    assert_eq!(known[0].every_minutes, Some(15));

    let suspended = json!({ "status": "suspended" });
    let admin = console.admin().await;
    let answer = admin
        .patch_json("/api/tenants/tenant_acme/status", suspended)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    console.clock.advance(SignedDuration::from_mins(15));
    assert_eq!(round(&console).await, 0, "its jobs wait");
    unschedule(&console.shell(), "acme", &feed).await.unwrap();
    let again = unschedule(&console.shell(), "acme", &feed).await.unwrap_err();
    assert_eq!(again.exit_code(), 3);
    assert_eq!(
        feeds(&console.shell(), "acme").await.unwrap()[0].every_minutes,
        None
    );
}

#[tokio::test]
async fn a_slow_service_keeps_no_other_waiting_and_is_not_asked_twice_at_once() {
    let (console, slow, quick) = (a_console().await, Service::start().await, Service::start().await);
    slow.put("A1", 1, json!({}));
    quick.put("B1", 1, json!({}));
    let gate = Arc::new(Semaphore::new(0));
    slow.change(|shelf| shelf.gate = Some(Arc::clone(&gate)));
    let folder = tempfile::tempdir().unwrap();
    let token_file = folder.path().join("token");
    std::fs::write(&token_file, "sesame").unwrap();
    for service in [&slow, &quick] {
        let address = service.0.lock().unwrap().address.clone();
        let wanted = Wanted {
            every_minutes: 1,
            token_file: Some(token_file.clone()),
            disclaimer: String::new(),
        };
        let feed = Feed::at(&address, None).unwrap();
        schedule(&console.shell(), "acme", (&feed, wanted)).await.unwrap();
        console.clock.advance(SignedDuration::from_secs(1));
    }

    let mut rounds = Rounds::new(console.context.clone());
    assert_eq!(rounds.look().await.unwrap(), 2);
    assert!(rounds.one_ended().await);
    assert_eq!(
        shown(&console).await,
        ["B1 1250000"],
        "the slow one is asked first"
    );
    console.clock.advance(SignedDuration::from_mins(2));
    assert_eq!(rounds.look().await.unwrap(), 1, "the slow one is being asked");
    assert!(rounds.one_ended().await);
    gate.add_permits(2);
    assert!(rounds.one_ended().await);
    assert_eq!(shown(&console).await, ["A1 1250000", "B1 1250000"]);
    assert_eq!(rounds.look().await.unwrap(), 1, "now it may be asked again");
}

#[tokio::test]
async fn a_service_that_names_no_next_page_is_asked_on_behind_the_last_row() {
    let (console, service) = (a_console().await, Service::start().await);
    service.change(|shelf| shelf.most = Some(usize::MAX));
    for number in 0..350 {
        service.put(
            &format!("A{number:03}"),
            if number < 300 { 1 } else { 2 },
            json!({}),
        );
    }

    let all = polled(&console, &service).await.unwrap();
    let asked = service.asked();
    let again = polled(&console, &service).await.unwrap();

    assert_eq!((all.pages, all.rows, all.kept), (2, 350, 350));
    let moment = "2026-03-01T10:01:00Z";
    let behind = format!(
        "ModificationTimestamp gt {moment} or (ModificationTimestamp eq {moment} and ListingKey gt 'A199')"
    );
    assert_eq!(asked, ["", &behind]);
    assert_eq!(all.heard_until.unwrap().to_string(), "2026-03-01T10:02:00Z");
    assert_eq!((again.rows, service.asked().len()), (50, 2));
}

#[tokio::test]
async fn a_service_that_sends_few_at_a_time_is_never_asked_for_the_same_ones_for_ever() {
    let (console, service) = (a_console().await, Service::start().await);
    service.change(|shelf| shelf.most = Some(2));
    for key in ["A1", "A2", "A3", "A4", "A5"] {
        service.put(key, 1, json!({}));
    }

    let first = polled(&console, &service).await.unwrap();
    let second = polled(&console, &service).await.unwrap();

    assert_eq!((first.rows, second.rows), (2, 5));
    assert_eq!(shown(&console).await.len(), 5);
}

#[tokio::test]
async fn a_service_that_leads_in_a_circle_is_left_and_what_it_sent_stays() {
    let (console, service) = (a_console().await, Service::start().await);
    for (key, minute) in [("A1", 1), ("A2", 2), ("A3", 3), ("A4", 4)] {
        service.put(key, minute, json!({}));
    }
    service.change(|shelf| shelf.turns = true);

    let refused = polled(&console, &service).await.unwrap_err();

    assert!(refused.to_string().contains("leads in a circle"), "{refused}");
    assert_eq!(service.asked().len(), 2);
    assert_eq!(shown(&console).await.len(), 4);
    let known = feeds(&console.shell(), "acme").await.unwrap();
    assert!(known[0].failure.as_ref().unwrap().contains("in a circle"));
}

#[tokio::test]
async fn a_service_is_heard_for_so_long_and_no_longer() {
    let (console, service) = (a_console().await, Service::start().await);
    service.put("A1", 1, json!({}));
    service.change(|shelf| shelf.gate = Some(Arc::new(Semaphore::new(0))));
    let address = service.0.lock().unwrap().address.clone();
    let feed = Feed::at(&address, None)
        .unwrap()
        .heard_for(Duration::from_millis(200));

    let refused = poll(&console.shell(), "acme", (&feed, "")).await.unwrap_err();

    assert!(
        refused.to_string().contains("did not come to its end in time"),
        "{refused}"
    );
    let known = feeds(&console.shell(), "acme").await.unwrap();
    assert_eq!(known[0].failed_at, Some(console.shell().now));
}

#[tokio::test]
async fn a_home_whose_permission_cannot_be_read_leaves_the_site_and_its_row_waits() {
    let (console, service) = (a_console().await, Service::start().await);
    service.put("A1", 1, json!({}));
    service.put("A2", 2, json!({}));
    polled(&console, &service).await.unwrap();

    service.put("A1", 3, json!({ "InternetEntireListingDisplayYN": "perhaps" }));
    service.put(
        "A2",
        4,
        json!({ "InternetEntireListingDisplayYN": "N", "ListPrice": "a lot" }),
    );
    let later = polled(&console, &service).await.unwrap();

    assert_eq!((later.removed, later.rejected), (2, 2));
    assert_eq!(shown(&console).await, Vec::<String>::new());
    let waiting = rejected(&console.shell(), "acme", 50).await.unwrap();
    let reasons: Vec<_> = waiting.iter().map(|row| row.reason.as_str()).collect();
    assert!(
        reasons[0].contains("neither yes nor no") && reasons[1].contains("ListPrice"),
        "{reasons:?}"
    );
}

#[tokio::test]
async fn what_is_not_to_be_had_any_more_leaves_the_site() {
    let (console, service) = (a_console().await, Service::start().await);
    service.put("A1", 1, json!({}));
    service.put("A2", 2, json!({}));
    polled(&console, &service).await.unwrap();

    service.put("A1", 3, json!({ "StandardStatus": "Withdrawn" }));
    service.put("A2", 4, json!({ "InternetEntireListingDisplayYN": false }));
    let later = polled(&console, &service).await.unwrap();

    assert_eq!((later.removed, later.rejected), (2, 0));
    assert_eq!(shown(&console).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_token_goes_nowhere_else() {
    let (console, service) = (a_console().await, Service::start().await);
    for (key, minute) in [("A1", 1), ("A2", 2), ("A3", 3)] {
        service.put(key, minute, json!({}));
    }
    service.change(|shelf| shelf.elsewhere = Some("http://127.0.0.1:9/odata".to_owned()));

    let refused = polled(&console, &service).await.unwrap_err();

    assert!(refused.to_string().contains("leads elsewhere"), "{refused}");
    for address in ["http://api.example.com/odata", "ftp://127.0.0.1/", "odata"] {
        assert!(Feed::at(address, None).is_err(), "{address}");
    }
}

#[tokio::test]
async fn a_service_that_knows_nobody_is_told_as_it_is() {
    let (console, service) = (a_console().await, Service::start().await);
    let address = service.0.lock().unwrap().address.clone();
    let stranger = Feed::at(&address, Some("wrong".into())).unwrap();

    let refused = poll(&console.shell(), "acme", (&stranger, "")).await.unwrap_err();
    let nobody = poll(&console.shell(), "nobody", (&stranger, "")).await;

    assert!(refused.to_string().contains("refused with 401"), "{refused}");
    assert!(matches!(nobody, Err(Refusal::NotFound(_))));
}

#[tokio::test]
async fn a_service_that_sends_addresses_in_parts_and_land_without_a_sub_type_is_understood() {
    let (console, service) = (a_console().await, Service::start().await);
    service.put(
        "A1",
        1,
        a_lot("A1", json!({ "ModificationTimestamp": "2026-03-01T10:01:00Z" })),
    );

    let polled = polled(&console, &service).await.unwrap();

    assert_eq!((polled.kept, polled.rejected), (1, 0));
    assert_eq!(streets(&console).await, ["48 N Main Street"]);
}
