use axum::http::StatusCode;
use db::tenant::activities;
use jiff::SignedDuration;
use serde_json::json;
use types::{Activity, ActivityId, ActivityType, Lead};

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

/// The form that a lead came by said this.
async fn submitted(crm: &Crm, lead: &Lead, metadata: serde_json::Value) {
    let activity = Activity {
        id: ActivityId::new(&*crm.ids),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadSubmitted,
        occurred_at: lead.created_at,
        summary: "Sent the contact form".to_owned(),
        metadata,
        actor: None,
    };
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    activities::insert(&mut tx, &crm.fairfield, &activity)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn it_says_how_the_visitor_came_and_what_they_allowed() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let first = json!({ "utm_source": "newsletter", "utm_medium": "email", "landingPath": "/towns/wilton" });
    let last = json!({ "referrer": "https://search.example.com/", "gclid": true });
    let consent =
        json!({ "marketingEmail": true, "marketingCalls": false, "agreedAt": "2026-03-02T12:00:00Z" });
    let said = json!({ "attribution": { "first": first, "last": last }, "consent": consent });
    submitted(&crm, &lead, said).await;

    let page = ann.get(&path).await;

    let (_, source) = page.page().split_once(r#"id="source-h""#).unwrap();
    for fact in [
        "<dt>Came by</dt><dd>newsletter, email</dd>",
        "<dt>Came back by</dt><dd>https://search.example.com/; Google advertisement</dd>",
        "<dt>First page</dt><dd>/towns/wilton</dd>",
        "<dt>Consent</dt><dd>Marketing e-mail, no calls; given 2 Mar 2026</dd>",
    ] {
        assert!(source.contains(fact), "{fact} is not in {source}");
    }
}

#[tokio::test]
async fn who_allowed_nothing_is_said_to_have_allowed_nothing() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    submitted(&crm, &lead, json!({})).await;

    let page = crm.ann().await.get(&format!("/leads/{}", lead.id)).await;

    assert!(page.page().contains("<dt>Consent</dt><dd>No marketing</dd>"));
    assert!(!page.page().contains("Came by"));
}

#[tokio::test]
async fn who_signs_with_another_name_than_the_contacts_is_shown() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let said = json!({ "name": "Zoe <Quince>", "email": "zoe@example.com", "phone": "(203) 555-0199" });
    submitted(&crm, &lead, json!({ "contact": said })).await;

    let page = ann.get(&format!("/leads/{}", lead.id)).await;

    let text = page.page();
    let (_, told) = text.split_once("The form is signed differently.").unwrap();
    for fact in [
        "<dd>Zoe &#60;Quince&#62;</dd>",
        r#"<a href="mailto:zoe@example.com">"#,
        r#"<a href="tel:+12035550199">"#,
    ] {
        assert!(told.contains(fact), "{fact} is not in {told}");
    }
    assert!(
        text.contains("as Zoe &#60;Quince&#62;"),
        "the timeline says so, too"
    );
}

#[tokio::test]
async fn who_signs_as_the_contact_is_called_is_nobody_else() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let said = json!({ "name": " ANA ruiz", "email": "Ana.Ruiz@example.com", "phone": null });
    submitted(&crm, &lead, json!({ "contact": said })).await;

    let page = crm.ann().await.get(&format!("/leads/{}", lead.id)).await;

    assert!(!page.page().contains("signed differently"), "{}", page.text());
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

    assert!(filtered.page().contains("No lead matches") && filtered.page().contains("Searched for “zimmer”"));
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
