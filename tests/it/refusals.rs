//! What is refused, and that it leaves nothing behind.

use serde_json::{Value, json};
use tests::{AVA, Answer, FAIRFIELD, HUDSON, Process, World, an_enquiry};

const JSON: &str = "application/json";

/// Asserts that this is a failure as the contract has it, and none that tells more than it should.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16) -> Value {
    let problem = answer.clone().expect(status).json();
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(problem["ok"], false);
    assert_eq!(problem["status"], status);
    assert_eq!(problem["error"], problem["detail"]);
    assert!(problem["errors"].is_array(), "no list of errors: {}", answer.text);
    assert!(!problem["code"].as_str().unwrap().is_empty());
    assert_eq!(problem["requestId"], answer.header("x-request-id"));
    for secret in ["sqlx", "SQL", "panicked", "/crates/", "tenant_"] {
        assert!(!answer.text.contains(secret), "tells {secret}: {}", answer.text);
    }
    problem
}

#[tokio::test]
async fn what_is_no_enquiry_is_refused_for_what_it_is() {
    let world = World::seeded().await;
    let web = world.web().await;
    let visitor = web.caller(FAIRFIELD);
    let fine = an_enquiry("ann@example.com").to_string();
    let large = json!({ "message": "x".repeat(16 * 1024) }).to_string();
    let cases = [
        ("/api/lead", JSON, "{\"email\":", 400),
        ("/api/lead", JSON, "", 400),
        ("/api/lead", JSON, "[]", 422),
        ("/api/lead", JSON, "{}", 422),
        ("/api/lead", JSON, large.as_str(), 413),
        ("/api/lead", "text/plain", fine.as_str(), 415),
        ("/api/valuation", JSON, "{", 400),
        (
            "/api/valuation",
            JSON,
            r#"{"address":"12 Elm Street","propertyType":"condo","beds":"NaN","baths":1}"#,
            422,
        ),
        ("/api/valuation", "text/plain", "{}", 415),
        ("/api/website-events", JSON, "nothing", 400),
        (
            "/api/website-events",
            JSON,
            r#"{"eventType":"website.lead.submitted","payload":{}}"#,
            422,
        ),
        ("/api/nowhere", JSON, "{}", 404),
    ];

    for (path, kind, body, status) in cases {
        let answer = visitor.post_bytes(path, kind, body.into()).await;
        assert_problem(&answer, status);
    }

    assert_problem(&visitor.get("/api/lead").await, 405);
    assert_eq!(world.drain().await["totalPicked"], 0);
}

#[tokio::test]
async fn every_wrong_field_is_named_at_once() {
    let world = World::seeded().await;
    let web = world.web().await;

    let lead = json!({ "email": "nobody", "phone": "12", "timeframe": 7 });
    let answer = web.caller(FAIRFIELD).post_json("/api/lead", lead).await;

    let problem = assert_problem(&answer, 422);
    let errors = problem["errors"].as_array().unwrap();
    let mut pointers: Vec<_> = errors
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    pointers.sort_unstable();
    assert_eq!(pointers, ["/email", "/phone", "/timeframe"]);
    assert!(
        errors
            .iter()
            .all(|error| error["detail"].is_string() && error["code"].is_string())
    );
}

#[tokio::test]
async fn a_host_nobody_has_is_not_found_and_names_nobody() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);

    for process in [&web, &crm] {
        let stranger = process.caller("nobody.localhost");
        let page = stranger.get("/").await.expect(404);
        for name in ["Fairfield", "Hudson", "tenant_"] {
            assert!(!page.text.contains(name), "the page of nobody names {name}");
        }
    }
    let sent = web
        .caller("nobody.localhost")
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await;
    assert_problem(&sent, 404);
    assert_eq!(world.drain().await["totalPicked"], 0);
}

#[tokio::test]
async fn a_header_cannot_choose_the_tenant() {
    let world = World::seeded().await;
    let web = world.web().await;
    let visitor = web.caller(FAIRFIELD);

    let forged = visitor
        .request(reqwest::Method::GET, "/")
        .header("x-tenant-id", "tenant_hudson")
        .header("x-tenant-slug", "hudson")
        .header("x-tenant-domain", HUDSON)
        .header("x-forwarded-host", HUDSON);
    let answer = visitor.answer(forged).await.expect(200);

    assert_eq!(answer.header("x-tenant-slug"), "fairfield");
    assert_eq!(answer.header("x-tenant-resolution"), "host_match");
}

#[tokio::test]
async fn a_suspended_tenant_asks_for_patience_and_an_archived_one_is_gone() {
    let world = World::seeded().await;
    world
        .admin(&["tenant", "suspend", "fairfield", "--yes"])
        .await
        .expect(0);
    world
        .admin(&["tenant", "suspend", "hudson", "--yes"])
        .await
        .expect(0);
    world
        .admin(&["tenant", "archive", "hudson", "--yes"])
        .await
        .expect(0);
    let web = world.web().await;

    let suspended = web
        .caller(FAIRFIELD)
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await;
    let archived = web
        .caller(HUDSON)
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await;

    assert_problem(&suspended, 503);
    assert_ne!(suspended.header("retry-after"), "");
    assert_problem(&archived, 404);
}

async fn lead_count(crm: &Process) -> Value {
    let ava = crm.member(AVA).await;
    ava.get("/api/summary").await.expect(200).json()["leadCount"].clone()
}

#[tokio::test]
async fn while_the_database_is_away_nothing_is_accepted() {
    let mut world = World::seeded().await;
    let crm = world.crm().await;
    let before = lead_count(&crm).await;
    let mut outage = world.with_outage().await;
    let web = world.web().await;
    let visitor = web.caller(FAIRFIELD);
    visitor.get("/contact").await.expect(200);

    outage.begin().await;
    let refused = visitor
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await;
    outage.end().await;

    assert_problem(&refused, 503);
    assert_ne!(refused.header("retry-after"), "");
    assert_eq!(world.drain().await["totalPicked"], 0);
    assert_eq!(lead_count(&crm).await, before);

    // What was refused can be sent again, by the same process.
    visitor
        .post_json("/api/lead", an_enquiry("ann@example.com"))
        .await
        .expect(202);
}

#[tokio::test]
async fn readiness_tells_of_the_outage_and_liveness_does_not() {
    let mut world = World::seeded().await;
    let mut outage = world.with_outage().await;
    let web = world.web().await;
    let probe = web.caller("any.host.at.all");
    probe.get("/readyz").await.expect(200);
    let is_file = world.is_on_a_file();

    outage.begin().await;
    let ready = probe.get("/readyz").await;
    let alive = probe.get("/healthz").await;
    outage.end().await;

    alive.expect(200);
    // A locked file can still be read; a database that is cut off cannot.
    ready.expect(if is_file { 200 } else { 503 });
    assert!(probe.get("/metrics").await.expect(200).text.contains("# TYPE"));
    assert!(!probe.get("/metrics").await.expect(200).text.contains("fairfield"));
    probe.get("/version").await.expect(200);
}
