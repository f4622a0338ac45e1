use axum::http::StatusCode;
use db::{
    TenantScope,
    testing::{a_dead_letter, a_tenant, the_job},
};
use serde_json::json;
use server::testing::Caller;
use types::{JobId, JobStatus, OperatorRole};

use crate::testing::Console;

/// A console with two tenants, of which the first has two dead letters and the second one.
pub(super) struct Ward {
    pub(super) console: Console,
    pub(super) admin: Caller,
    pub(super) dead: [JobId; 3],
}

impl Ward {
    pub(super) async fn new() -> Self {
        let console = Console::new().await;
        let admin = console.admin().await;
        let acme = a_tenant(&console.test.db, &*console.ids, "acme").await;
        let bravo = a_tenant(&console.test.db, &*console.ids, "bravo").await;
        let bury = async |scope: &TenantScope, error: &str| {
            a_dead_letter(&console.test.db, &*console.ids, scope, error).await
        };
        let dead = [
            bury(&acme, "ingestion_failed: no contact 7").await,
            bury(&acme, "invalid_payload: no JSON").await,
            bury(&bravo, "ingestion_failed: no contact 8").await,
        ];
        Self { console, admin, dead }
    }

    /// Where the three jobs stand.
    pub(super) async fn stand(&self) -> [JobStatus; 3] {
        let [a, b, c] = self.dead;
        let db = &self.console.test.db;
        [
            the_job(db, a).await.status,
            the_job(db, b).await.status,
            the_job(db, c).await.status,
        ]
    }

    pub(super) async fn post(&self, what: &str, body: serde_json::Value) -> server::testing::Answer {
        self.admin.post_json(&format!("/api/queue/{what}"), body).await
    }
}

use JobStatus::{DeadLetter, Discarded, Pending};

#[tokio::test]
async fn what_is_in_the_queue_is_counted_listed_and_grouped() {
    let ward = Ward::new().await;
    let viewer = ward.console.signed_in(OperatorRole::Viewer).await;

    let stats = viewer.get("/api/queue").await.json();
    let page = viewer
        .get("/api/queue/dead-letters?tenantId=acme&limit=1")
        .await
        .json();
    let rest = viewer
        .get("/api/queue/dead-letters?tenantId=acme&limit=1&offset=1&count=true")
        .await
        .json();
    let failed = viewer
        .get("/api/queue/dead-letters?reason=ingestion_failed")
        .await
        .json();
    let groups = viewer.get("/api/queue/groups").await.json();

    assert_eq!((&stats["deadLetter"], &stats["pending"]), (&json!(3), &json!(0)));
    assert_eq!(
        (&page["tenantId"], &page["count"]),
        (&json!("tenant_acme"), &json!(1))
    );
    assert_eq!(page["pagination"]["nextOffset"], 1);
    assert_eq!(rest["pagination"]["nextOffset"], json!(null));
    assert_eq!(rest["pagination"]["total"], 2);
    assert_eq!(failed["count"], 2);
    insta::assert_json_snapshot!(page["jobs"]);
    assert_eq!(groups["groups"][0]["pattern"], "ingestion_failed: no contact N");
    assert_eq!(groups["groups"][0]["count"], 2);
}

#[tokio::test]
async fn a_misspelt_choice_is_nobodys_and_not_everybodys() {
    let ward = Ward::new().await;

    for (path, body) in [
        ("dead-letters/requeue", json!({ "job": "x" })),
        ("dead-letters/discard", json!({ "why": "spam" })),
    ] {
        let refused = ward.post(path, body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text()
        );
        assert!(refused.text().contains("Say which"), "{}", refused.text());
    }
}

#[tokio::test]
async fn one_dead_letter_is_requeued_once() {
    let ward = Ward::new().await;
    let body = json!({ "jobId": ward.dead[0].to_string() });

    let done = ward.post("dead-letters/requeue", body.clone()).await;
    let again = ward.post("dead-letters/requeue", body).await;
    let missing = json!({ "jobId": "01930000-0000-7000-8000-0000000000ff" });
    let missing = ward.post("dead-letters/requeue", missing).await;

    assert_eq!(done.json()["requeued"], true, "{}", done.text());
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(
        again.json()["error"],
        "The job is pending; only a dead letter can be requeued or discarded."
    );
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(ward.stand().await, [Pending, DeadLetter, DeadLetter]);
    assert_eq!(
        ward.console.trail().await,
        [
            "admin ingestion.requeue allowed tenant_acme",
            "admin ingestion.requeue succeeded tenant_acme",
            "admin ingestion.requeue allowed tenant_acme",
            "admin ingestion.requeue failed tenant_acme",
        ]
    );
}

#[tokio::test]
async fn a_dry_run_says_which_and_how_many_and_changes_nothing() {
    let ward = Ward::new().await;
    let [a, b, _] = ward.dead.map(|id| id.to_string());
    ward.post("dead-letters/requeue", json!({ "jobId": a })).await;

    let matching = json!({ "reason": "ingestion_failed", "dryRun": true });
    let matching = ward.post("dead-letters/requeue", matching).await.json();
    let chosen = json!({ "jobIds": [a, b], "dryRun": true });
    let chosen = ward.post("dead-letters/requeue", chosen).await.json();

    assert_eq!(
        (&matching["requeuedCount"], &matching["dryRun"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(
        (&chosen["requeuedCount"], &chosen["skippedCount"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(chosen["ineligible"][0]["jobId"], a);
    assert_eq!(ward.stand().await, [Pending, DeadLetter, DeadLetter]);
}

#[tokio::test]
async fn all_that_a_filter_means_are_moved_with_a_line_for_each_tenant() {
    let ward = Ward::new().await;

    let moved = json!({ "reason": "ingestion_failed", "all": true });
    let moved = ward.post("dead-letters/requeue", moved).await.json();

    assert_eq!(
        (&moved["requeuedCount"], &moved["skippedCount"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(ward.stand().await, [Pending, DeadLetter, Pending]);
    assert_eq!(
        ward.console.trail().await,
        [
            "admin ingestion.requeue allowed -",
            "admin ingestion.requeue succeeded tenant_acme",
            "admin ingestion.requeue succeeded tenant_bravo",
        ]
    );
}

#[tokio::test]
async fn whoever_discards_says_why() {
    let ward = Ward::new().await;
    let id = ward.dead[1].to_string();

    let silent = ward.post("dead-letters/discard", json!({ "jobId": id })).await;
    let done = ward
        .post("dead-letters/discard", json!({ "jobId": id, "reason": "spam" }))
        .await;
    let many = ward
        .post("dead-letters/discard", json!({ "tenantId": "acme" }))
        .await;

    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(done.json()["discarded"], true, "{}", done.text());
    assert_eq!(many.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(ward.stand().await, [DeadLetter, Discarded, DeadLetter]);
    assert_eq!(
        ward.console.events().await.pop().unwrap().details["reason"],
        "spam"
    );
}

#[tokio::test]
async fn a_job_is_shown_without_the_visitor_and_with_them_only_to_an_admin() {
    let ward = Ward::new().await;
    let path = format!("/api/queue/jobs/{}", ward.dead[0]);
    let viewer = ward.console.signed_in(OperatorRole::Viewer).await;

    let shown = viewer.get(&path).await;
    let refused = viewer.post_json(&format!("{path}/payload"), json!({})).await;
    let whole = ward.admin.post_json(&format!("{path}/payload"), json!({})).await;

    assert!(!shown.text().contains("zelda"), "{}", shown.text());
    assert_eq!(
        shown.json()["job"]["payload"]["payload"]["contact"]["email"],
        "[17 characters]"
    );
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(whole.text().contains("zelda@example.com"));
    assert_eq!(
        ward.console.trail().await,
        [
            "viewer ingestion.payload.read denied -",
            "admin ingestion.payload.read allowed tenant_acme",
            "admin ingestion.payload.read succeeded tenant_acme",
        ]
    );
}

#[tokio::test]
async fn jobs_wait_and_go_on() {
    let ward = Ward::new().await;

    let paused = ward.post("pause", json!({ "tenantId": "acme" })).await.json();
    let twice = ward.post("pause", json!({ "tenantId": "acme" })).await.json();
    let stats = ward.admin.get("/api/queue").await.json();
    let resumed = ward.post("resume", json!({ "tenantId": "acme" })).await.json();

    assert_eq!(
        (&paused["changed"], &twice["changed"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(stats["paused"], json!(["tenant_acme"]));
    assert_eq!(resumed["changed"], true);
}
