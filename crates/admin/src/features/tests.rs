//! A feature is switched for every tenant, after somebody saw what that does.

use axum::http::StatusCode;
use db::testing::{a_plan, a_tenant, an_exception};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Exception, Feature, OperatorRole, Plan};

use crate::testing::{Console, without_hashes};

const AUTOMATION: &str = "/api/features/automation_sequences";
const PAGE: &str = "/features/automation_sequences";

/// Three tenants that may have automation (ben is at 3 of 100, cid at 59, ann at 64), one that may not, and one by an
/// exception.
async fn with_tenants() -> (Console, Caller) {
    let console = Console::new().await;
    let (db, ids) = (&console.test.db, &*console.ids);
    for slug in ["ann", "ben", "cid"] {
        let scope = a_tenant(db, ids, slug).await;
        a_plan(db, &scope, Plan::Growth).await;
    }
    a_tenant(db, ids, "dan").await;
    let eve = a_tenant(db, ids, "eve").await;
    let on = Exception::Feature {
        subject: Feature::AutomationSequences,
        is_on: true,
    };
    an_exception(db, &eve, on).await;
    let admin = console.admin().await;
    (console, admin)
}

fn rollout(percentage: i64) -> Value {
    json!({ "state": "rollout", "percentage": percentage, "reason": "first tenants" })
}

fn off() -> Value {
    json!({ "state": "off", "reason": "it writes nonsense" })
}

async fn why(admin: &Caller, tenant: &str) -> Value {
    let settings = admin.get(&format!("/api/tenants/{tenant}/settings")).await.json();
    let features = settings["features"].as_array().unwrap();
    let found = features
        .iter()
        .find(|found| found["feature"] == "automation_sequences");
    found.unwrap()["why"].clone()
}

#[tokio::test]
async fn features_are_listed_with_how_many_have_them_and_why() {
    let (console, admin) = with_tenants().await;
    admin.put_json(AUTOMATION, rollout(60)).await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let listed = viewer.get("/api/features").await;
    let shown = viewer.get(AUTOMATION).await.json();

    assert_eq!(listed.status, StatusCode::OK);
    let listed = listed.json();
    assert_eq!(listed["features"].as_array().unwrap().len(), Feature::ALL.len());
    assert_eq!(listed["features"][3], shown["feature"]);
    insta::assert_json_snapshot!(shown["feature"]);
}

#[tokio::test]
async fn a_rollout_grows_keeps_who_has_it_and_ends() {
    let (_console, admin) = with_tenants().await;
    let have = async || {
        let mut have = Vec::new();
        for tenant in ["ann", "ben", "cid", "dan", "eve"] {
            let why = why(&admin, tenant).await;
            if why == "rolled_out" || why == "granted" {
                have.push(tenant);
            }
        }
        have
    };

    let mut steps = vec![have().await];
    for percentage in [4, 60, 100, 60, 0] {
        let set = admin.put_json(AUTOMATION, rollout(percentage)).await;
        assert_eq!(set.status, StatusCode::OK, "{}", set.text());
        steps.push(have().await);
    }
    let cleared = admin
        .put_json(AUTOMATION, json!({ "state": "default", "reason": "done" }))
        .await;

    assert_eq!(
        steps,
        [
            &["eve"][..],
            &["ben", "eve"],
            &["ben", "cid", "eve"],
            &["ann", "ben", "cid", "eve"],
            &["ben", "cid", "eve"],
            &["eve"],
        ]
    );
    let cleared = cleared.json();
    assert_eq!(
        (&cleared["feature"]["state"], &cleared["feature"]["setBy"]),
        (&json!("default"), &Value::Null)
    );
    assert_eq!(why(&admin, "ann").await, "available");
}

#[tokio::test]
async fn the_kill_switch_beats_an_exception_and_lets_go_of_it() {
    let (_console, admin) = with_tenants().await;

    let before = why(&admin, "eve").await;
    let killed = admin.put_json(AUTOMATION, off()).await.json();
    let during = why(&admin, "eve").await;
    let page = admin.get("/tenants/eve/settings").await;
    let clear = json!({ "state": "default", "reason": "it is mended" });
    admin.put_json(AUTOMATION, clear).await;

    assert_eq!((before, during), (json!("granted"), json!("killed")));
    assert_eq!(killed["feature"]["tenantsOn"], 0);
    assert_eq!(killed["effect"]["losing"], json!(["tenant_eve"]));
    let says =
        "Kill switch: off for every tenant, set by admin@freehold.example on 2 Mar 2026: it writes nonsense";
    assert!(
        page.page()
            .contains(&format!("<li class=\"decides\">{says}</li>")),
        "{}",
        page.text()
    );
    assert!(
        page.page()
            .contains("Exception: made by a test on 2 Mar 2026, says on")
    );
    assert_eq!(why(&admin, "eve").await, "granted");
}

#[tokio::test]
async fn a_dry_run_foretells_what_happens_and_changes_nothing() {
    let (console, admin) = with_tenants().await;
    let mut dry = rollout(60);
    dry["dryRun"] = json!(true);

    let foretold = admin.put_json(AUTOMATION, dry).await;
    let between = admin.get(AUTOMATION).await.json();
    let quiet = console.trail().await;
    let done = admin.put_json(AUTOMATION, rollout(60)).await.json();

    assert_eq!(foretold.status, StatusCode::OK, "{}", foretold.text());
    let foretold = foretold.json();
    assert_eq!(
        foretold["effect"],
        json!({
            "wouldGain": 2, "wouldLose": 0, "gaining": ["tenant_ben", "tenant_cid"], "losing": [],
            "lookedAt": 5, "isAll": true,
        })
    );
    assert_eq!(
        (&foretold["dryRun"], &done["dryRun"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(between["feature"], foretold["feature"]);
    assert_eq!(between["feature"]["state"], "default");
    assert_eq!(quiet, Vec::<String>::new());
    assert_eq!(done["effect"], foretold["effect"]);
    assert_eq!(done["feature"]["tenantsOn"], 3);
}

#[tokio::test]
async fn every_switch_is_in_the_trail_with_before_and_after() {
    let (console, admin) = with_tenants().await;

    admin.put_json(AUTOMATION, rollout(10)).await;
    admin.put_json(AUTOMATION, off()).await;
    admin
        .put_json(AUTOMATION, json!({ "state": "default", "reason": "done" }))
        .await;

    assert_eq!(
        console.trail().await,
        [
            "admin feature.flag.set allowed -",
            "admin feature.flag.set succeeded -",
            "admin feature.flag.set allowed -",
            "admin feature.flag.set succeeded -",
            "admin feature.flag.clear allowed -",
            "admin feature.flag.clear succeeded -",
        ]
    );
    let told = console.events().await;
    let told: Vec<_> = told.iter().rev().step_by(2).map(|event| &event.details).collect();
    let [cleared, killed, rolled_out] = told[..3] else {
        panic!("three switches")
    };
    assert_eq!(rolled_out["before"], Value::Null);
    assert_eq!(rolled_out["after"]["percentage"], 10);
    assert_eq!(killed["before"], rolled_out["after"]);
    assert_eq!(killed["after"]["state"], "off");
    assert_eq!(
        (&cleared["before"], &cleared["after"], &cleared["reason"]),
        (&killed["after"], &Value::Null, &json!("done"))
    );
}

#[tokio::test]
async fn what_is_no_switch_is_refused_beside_its_field() {
    let (_console, admin) = with_tenants().await;

    for (body, pointer) in [
        (json!({ "reason": "r" }), "/state"),
        (json!({ "state": "on", "reason": "r" }), "/state"),
        (json!({ "state": "off" }), "/reason"),
        (json!({ "state": "off", "reason": " " }), "/reason"),
        (json!({ "state": "rollout", "reason": "r" }), "/percentage"),
        (
            json!({ "state": "rollout", "percentage": 101, "reason": "r" }),
            "/percentage",
        ),
        (
            json!({ "state": "rollout", "percentage": 0.5, "reason": "r" }),
            "/percentage",
        ),
        (
            json!({ "state": "off", "percentage": 5, "reason": "r" }),
            "/percentage",
        ),
        (
            json!({ "state": "default", "percentage": 5, "reason": "r" }),
            "/percentage",
        ),
    ] {
        let answer = admin.put_json(AUTOMATION, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        let errors = &answer.json()["errors"];
        assert_eq!(errors[0]["pointer"], pointer, "{body}");
        assert_eq!(errors.as_array().unwrap().len(), 1, "{body}");
    }
    let unknown = admin.put_json("/api/features/tea", off()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_has_not_seen_how_it_stands_does_not_switch_it() {
    let (console, admin) = with_tenants().await;
    let seen = admin.get(AUTOMATION).await;
    let with_seen = console.admin().await;
    let with_seen = with_seen.with_header("if-match", seen.header("etag"));

    let first = with_seen.put_json(AUTOMATION, rollout(10)).await;
    let second = with_seen.put_json(AUTOMATION, off()).await;

    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(first.header("etag"), admin.get(AUTOMATION).await.header("etag"));
}

#[tokio::test]
async fn the_page_foretells_and_then_switches() {
    let (console, admin) = with_tenants().await;
    let typed = [
        ("state", "rollout"),
        ("percentage", "60 %"),
        ("reason", "first tenants"),
    ];

    let foretold = admin.post_form(PAGE, &typed).await;
    let quiet = console.trail().await;
    let page = foretold.page();
    let version = page.split("name=\"version\" value=\"").nth(1).unwrap();
    let version = version.split('"').next().unwrap();
    let mut confirmed = typed.to_vec();
    confirmed.extend([("confirmed", "yes"), ("version", version)]);
    let done = admin.post_form(PAGE, &confirmed).await;
    let again = admin.post_form(PAGE, &confirmed).await;

    assert_eq!(foretold.status, StatusCode::OK);
    for said in [
        "Roll Automation sequences out to 60 % of the tenants?",
        "2 tenants would gain it, 0 would lose it.",
        "href=\"/tenants/cid/settings\"",
    ] {
        assert!(page.contains(said), "no {said} in {page}");
    }
    assert!(!page.contains("href=\"/tenants/ann/settings\""));
    assert_eq!(quiet, Vec::<String>::new());
    assert_eq!(done.redirect(), "/features");
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED);
    assert!(again.text().contains("Somebody else switched it meanwhile."));
    assert!(again.text().contains("0 tenants would gain it, 0 would lose it."));
    let shown = admin.get(PAGE).await;
    assert!(shown.page().contains("On: by the rollout: 2"), "{}", shown.text());
}

#[tokio::test]
async fn a_form_comes_back_with_what_is_wrong_beside_its_field() {
    let (console, admin) = with_tenants().await;

    let wrong = admin
        .post_form(
            PAGE,
            &[("state", "rollout"), ("percentage", "many"), ("reason", "")],
        )
        .await;
    let unknown = admin
        .post_form(PAGE, &[("state", "on"), ("reason", "r"), ("confirmed", "yes")])
        .await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "id=\"percentage-error\"",
        "Write a whole number from 0 to 100.",
        "id=\"reason-error\"",
        "value=\"many\"",
    ] {
        assert!(wrong.text().contains(said), "no {said} in {}", wrong.text());
    }
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text().contains("id=\"state-error\""));
    assert_eq!(console.trail().await, Vec::<String>::new());
}

#[tokio::test]
async fn the_page_reads_well() {
    let (console, admin) = with_tenants().await;
    admin.put_json(AUTOMATION, rollout(60)).await;
    admin
        .put_json(
            "/api/features/domain_ops",
            json!({ "state": "off", "reason": "a flood" }),
        )
        .await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let page = viewer.get("/features").await;
    let one = viewer.get(PAGE).await;

    insta::assert_snapshot!(without_hashes(page.page()));
    assert!(!one.page().contains("See what would happen"));
}
