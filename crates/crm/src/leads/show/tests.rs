use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;

use crate::testing::{Crm, without_hashes};

#[tokio::test]
async fn a_lead_is_moved_and_annotated_without_a_script() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    crm.clock.advance(SignedDuration::from_mins(3));

    let won = [
        ("version", "1"),
        ("status", "won"),
        ("closeReason", "great_service"),
    ];
    assert_eq!(
        ann.post_form(&format!("{path}/status"), &won).await.redirect(),
        path
    );
    assert!(ann.get(&path).await.page().contains("Status is won now."));
    // To the next day, without being idle for eight hours.
    crm.clock.advance(SignedDuration::from_hours(7));
    ann.get("/").await;
    crm.clock.advance(SignedDuration::from_hours(7));
    let note = [("summary", "Sent flowers\nand a card"), ("activityType", "note")];
    assert_eq!(
        ann.post_form(&format!("{path}/notes"), &note).await.redirect(),
        path
    );

    let page = ann.get(&path).await;
    insta::assert_snapshot!(without_hashes(page.page()));
}

#[tokio::test]
async fn who_was_slower_is_shown_theirs_and_yours() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let to = |version, status| [("version", version), ("status", status), ("closeReason", "")];
    ann.post_form(&format!("{path}/status"), &to("1", "qualified"))
        .await;

    let slower = ann.post_form(&format!("{path}/status"), &to("1", "lost")).await;

    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    let page = slower.text();
    assert!(page.contains("Somebody changed this lead while you were looking at it."));
    assert!(page.contains("Change it to lost") && page.contains("Keep it qualified"));
    assert!(page.contains(r#"name="version" value="2""#));
    ann.post_form(&format!("{path}/status"), &to("2", "lost"))
        .await
        .redirect();
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));

    let reason = [("version", "1"), ("status", "won"), ("closeReason", "financing")];
    let refused = ann.post_form(&format!("{path}/status"), &reason).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("“Financing” is a reason for lost, and the lead is won.")
    );
    assert!(refused.text().contains(r#"<option value="financing" selected>"#));

    let note = [("summary", "  "), ("activityType", "call_logged")];
    let refused = ann.post_form(&format!("{path}/notes"), &note).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("The note is missing."));
}

#[tokio::test]
async fn who_may_only_look_sees_no_forms() {
    let crm = Crm::new().await;
    let path = format!("/leads/{}", crm.a_lead_of_ana().await.id);

    let page = crm.ruth().await.get(&path).await;

    assert!(page.page().contains("Ana Ruiz") && !page.page().contains("Save note"));
}

#[tokio::test]
async fn the_list_says_why_it_is_empty() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    assert!(ann.get("/leads?status=won").await.page().contains("No leads yet"));
    crm.a_lead_of_ana().await;

    let filtered = ann.get("/leads?status=won&q=zimmer").await;

    assert!(filtered.page().contains("No lead matches") && filtered.page().contains("Contains “zimmer”"));
    assert!(filtered.page().contains("Clear all filters"));
    insta::assert_snapshot!(without_hashes(
        ann.get("/leads?sort=createdAt&q=ruiz").await.page()
    ));
}

#[tokio::test]
async fn a_foreign_lead_has_no_pages() {
    let crm = Crm::new().await;
    let path = format!("/leads/{}", crm.a_lead_of_ana().await.id);
    let hugo = crm.hugo().await;
    let form = [("version", "1"), ("status", "won"), ("summary", "x")];

    assert_eq!(hugo.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        hugo.post_form(&format!("{path}/status"), &form).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        hugo.post_form(&format!("{path}/notes"), &form).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_is_known_of_a_lead_is_corrected_and_theirs_stands_beside_yours() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let me = crm.ann.to_string();
    let form = [
        ("version", "1"),
        ("assignedTo", me.as_str()),
        ("nextActionAt", "2026-12-01T09:00"),
        ("nextActionNote", "Ring back"),
        ("priceMax", "$650,000"),
        ("tags", "hot, relocating"),
    ];

    let saved = ann.post_form(&path, &form).await;
    let slower = ann
        .post_form(&path, &[("version", "1"), ("timeframe", "3 months")])
        .await;
    let wrong = ann
        .post_form(
            &path,
            &[("version", "2"), ("priceMin", "cheap"), ("nextActionAt", "soon")],
        )
        .await;

    assert_eq!(saved.redirect(), path);
    let stored = ann.get(&format!("/api{path}")).await.json()["lead"].clone();
    assert_eq!(
        (
            &stored["priceMax"],
            &stored["assignedTo"],
            &stored["nextActionNote"]
        ),
        (&json!(650_000), &json!(crm.ann), &json!("Ring back"))
    );
    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    assert!(slower.text().contains("save to make yours the last word"));
    assert!(slower.text().contains("value=\"3 months\"") && slower.text().contains("Ring back"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text().contains("A price is whole dollars") && wrong.text().contains("When must be a date")
    );
    assert!(wrong.text().contains("value=\"cheap\""));
}
