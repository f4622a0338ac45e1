use axum::http::StatusCode;
use jiff::SignedDuration;
use serde_json::json;
use server::testing::Caller;

use crate::testing::Crm;

/// The address on somebody's page of reminders, below the host.
async fn address(caller: &Caller) -> String {
    let page = caller.get("/reminders").await;
    let after = page.page().split("http://fairfield.localhost/calendar/").nth(1);
    let secret = after
        .expect("the page shows an address")
        .split('"')
        .next()
        .unwrap();
    format!("/calendar/{secret}")
}

async fn make(caller: &Caller) -> String {
    let made = caller
        .post_form("/reminders/calendar", &[("action", "renew")])
        .await;
    assert_eq!(made.redirect(), "/reminders#calendar");
    address(caller).await
}

async fn remind(caller: &Caller, title: &str, due_at: &str) -> String {
    let body = json!({ "title": title, "dueAt": due_at });
    let made = caller.post_json("/api/reminders", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()["reminder"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_calendar_shows_what_one_has_to_do_and_nobody_elses() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, ruth) = (crm.ann().await, crm.ruth().await);
    let body = json!({ "title": "Call Ana, again", "dueAt": "2026-03-03T15:30:00Z", "leadId": lead.id });
    let id = ann.post_json("/api/reminders", body).await.json()["reminder"]["id"].clone();
    let (anns, ruths) = (make(&ann).await, make(&ruth).await);

    let shown = crm.stranger().get(&anns).await;
    let empty = crm.stranger().get(&ruths).await;

    assert_eq!(shown.header("content-type"), "text/calendar; charset=utf-8");
    let text = shown.text().replace("\r\n ", "");
    for line in [
        "BEGIN:VCALENDAR".to_owned(),
        "SUMMARY:Call Ana\\, again".to_owned(),
        "DTSTART:20260303T153000Z".to_owned(),
        "DTSTAMP:20260302T120000Z".to_owned(),
        format!("UID:{}@tenant_fairfield.freehold", id.as_str().unwrap()),
        format!("URL:http://fairfield.localhost/leads/{}", lead.id),
    ] {
        assert!(text.contains(&format!("{line}\r\n")), "{line} in\n{text}");
    }
    assert!(!empty.text().contains("VEVENT"));
}

#[tokio::test]
async fn what_did_not_change_is_not_sent_again() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let id = remind(&ann, "Call back", "2026-03-03T15:30:00Z").await;
    let path = make(&ann).await;
    let first = crm.stranger().get(&path).await;
    let asked = |tag: &str| crm.stranger().with_header("if-none-match", tag);

    crm.clock.advance(SignedDuration::from_hours(1));
    let same = asked(first.header("etag")).get(&path).await;
    let snoozed = json!({ "dueAt": "2026-03-04T15:30:00Z" });
    ann.patch_json(&format!("/api/reminders/{id}"), snoozed).await;
    let changed = asked(first.header("etag")).get(&path).await;

    assert_eq!((same.status, same.body.len()), (StatusCode::NOT_MODIFIED, 0));
    assert_eq!(same.header("etag"), first.header("etag"));
    assert_eq!(changed.status, StatusCode::OK);
    assert!(changed.text().contains("SEQUENCE:1\r\n") && changed.text().contains("20260304T153000Z"));
}

#[tokio::test]
async fn what_is_done_is_no_plan_any_more() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let id = remind(&ann, "Call back", "2026-03-03T15:30:00Z").await;
    let path = make(&ann).await;

    ann.patch_json(&format!("/api/reminders/{id}"), json!({ "completed": true }))
        .await;

    assert!(!crm.stranger().get(&path).await.text().contains("Call back"));
}

#[tokio::test]
async fn a_renewed_address_shuts_the_old_one_and_no_one_guesses() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let first = make(&ann).await;

    let second = make(&ann).await;

    let asked = async |path: &str| crm.stranger().get(path).await.status;
    assert_ne!(first, second);
    assert_eq!(asked(&first).await, StatusCode::NOT_FOUND);
    assert_eq!(asked(&second).await, StatusCode::OK);
    let next_door = Caller::at(&crm.edge, "hudson.localhost");
    assert_eq!(next_door.get(&second).await.status, StatusCode::NOT_FOUND);
    for nonsense in ["/calendar/x.ics", "/calendar/x", &second.replace(".ics", "")] {
        assert_eq!(asked(nonsense).await, StatusCode::NOT_FOUND, "{nonsense}");
    }
    ann.post_form("/reminders/calendar", &[("action", "remove")])
        .await;
    assert_eq!(asked(&second).await, StatusCode::NOT_FOUND);
}
