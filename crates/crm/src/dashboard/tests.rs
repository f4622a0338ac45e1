use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::testing::{Crm, without_hashes};

#[tokio::test]
async fn an_empty_dashboard_says_what_will_appear() {
    let crm = Crm::new().await;

    let page = crm.ann().await.get("/").await;

    let page = page.page();
    assert!(page.contains("No leads yet"));
    assert!(page.contains("Nobody is waiting"));
    assert!(page.contains("0 leads, 0 contacts and 0 activities in all."));
}

#[tokio::test]
async fn the_dashboard_shows_counts_newest_leads_and_what_happened() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    crm.clock.advance(SignedDuration::from_mins(3));
    let note = json!({ "summary": "Likes the <old> mill", "leadId": lead.id });
    ann.post_json("/api/activities", note).await;

    let page = ann.get("/").await;

    insta::assert_snapshot!(without_hashes(page.page()));
}

#[tokio::test]
async fn the_summary_counts_what_there_is() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;

    let summary = crm.ann().await.get("/api/summary").await.json();

    assert_eq!(
        summary,
        json!({
            "ok": true, "tenantId": "tenant_fairfield", "contactCount": 1, "leadCount": 1, "activityCount": 0,
            "newLeadCount": 1, "qualifiedLeadCount": 0, "nurturingLeadCount": 0, "wonLeadCount": 0,
            "lostLeadCount": 0, "waitingLeadCount": 1, "recentLeadCount": 1,
        })
    );
    let next_door = crm.hugo().await.get("/api/summary").await.json();
    assert_eq!(
        (&next_door["leadCount"], &next_door["contactCount"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test]
async fn nobody_sees_anything_without_signing_in() {
    let crm = Crm::new().await;
    let stranger = crm.stranger();
    for (method, path) in crate::routes::routes().table() {
        if [
            "/sign-in",
            "/sign-in/support",
            "/sign-out",
            "/api/openapi.json",
            "/calendar/{file}",
            "/invitation",
        ]
        .contains(&path)
            || (method == "POST" && path == "/api/session")
        {
            continue;
        }
        let asked = path.replace("{id}", "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44");
        let kind = if path.starts_with("/api/") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let answer = stranger
            .send(method.clone(), &asked, Some(kind), b"{}".to_vec())
            .await;
        if path.starts_with("/api/") {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        } else {
            assert!(answer.redirect().starts_with("/sign-in"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn who_may_only_look_is_refused_by_every_route_that_changes() {
    let crm = Crm::new().await;
    let ruth = crm.ruth().await;
    for (method, path) in crate::routes::routes().table() {
        // Signing in and out, here or elsewhere, is everybody's own business; so is what one has read, and is told.
        let own = [
            "/sign-in",
            "/sign-in/support",
            "/sign-out",
            "/invitation",
            "/api/session",
            "/settings/sessions/{id}",
            "/settings/mail",
            "/notices",
            "/notices/{id}",
            "/api/notices/{id}",
            "/reminders/calendar",
        ];
        if method == "GET" || own.contains(&path) {
            continue;
        }
        let asked = path.replace("{id}", "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44");
        let kind = if path.starts_with("/api/") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let answer = ruth
            .send(method.clone(), &asked, Some(kind), b"{}".to_vec())
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
}
