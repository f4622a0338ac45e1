//! What a member logged by mistake is changed or taken back.

use axum::http::StatusCode;
use db::testing::a_member;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Clock as _, Lead, Role};

use crate::testing::Crm;

/// Ann, who logs things of Ana's lead; Bob, who works beside her; and Olga, who owns the place.
struct Office {
    crm: Crm,
    lead: Lead,
    ann: Caller,
    bob: Caller,
    olga: Caller,
}

impl Office {
    async fn new() -> Self {
        let crm = Crm::new().await;
        let hash = crm.password_hash().await;
        for (email, role) in [
            ("bob@example.com", Role::Agent),
            ("olga@example.com", Role::Owner),
        ] {
            a_member(&crm.test.db, &*crm.ids, &crm.fairfield, (email, &hash), role).await;
        }
        Self {
            lead: crm.a_lead_of_ana().await,
            ann: crm.ann().await,
            bob: crm.at_fairfield("bob@example.com").await,
            olga: crm.at_fairfield("olga@example.com").await,
            crm,
        }
    }

    /// What Ann logs of the lead: its id.
    async fn logged(&self, kind: &str, summary: &str) -> String {
        let body = json!({ "summary": summary, "activityType": kind, "leadId": self.lead.id });
        let made = self.ann.post_json("/api/activities", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        made.json()["activity"]["id"].as_str().unwrap().to_owned()
    }

    async fn told_of_lead(&self) -> Value {
        let path = format!("/api/leads/{}", self.lead.id);
        self.ann.get(&path).await.json()["lead"].clone()
    }

    async fn waiting(&self) -> Value {
        self.ann.get("/api/summary").await.json()["waitingLeadCount"].clone()
    }

    /// What the timeline says, newest first.
    async fn timeline(&self) -> Vec<String> {
        let path = format!("/api/activities?leadId={}", self.lead.id);
        let told = self.ann.get(&path).await.json();
        let rows = told["activities"].as_array().unwrap().iter();
        rows.map(|row| row["summary"].as_str().unwrap().to_owned())
            .collect()
    }

    async fn finds(&self, word: &str) -> usize {
        let found = self.ann.get(&format!("/api/leads?q={word}")).await.json();
        found["leads"].as_array().unwrap().len()
    }

    /// As many as the report says and as its list has.
    async fn appointments(&self) -> (Value, usize) {
        let told = self.ann.get("/api/sources").await.json();
        let list = self.ann.get("/api/leads?reached=appointment").await.json();
        let listed = list["leads"].as_array().unwrap().len();
        (told["all"]["appointmentCount"].clone(), listed)
    }
}

#[tokio::test]
async fn a_note_is_changed_by_who_wrote_it_and_the_timeline_says_that_it_was() {
    let office = Office::new().await;
    let path = format!("/api/activities/{}", office.logged("note", "Likes mils").await);
    let shown = office.ann.get(&path).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let seen = shown.headers["etag"].to_str().unwrap().to_owned();
    let named = office.crm.ann().await.with_header("if-match", &seen);

    let changed = named.patch_json(&path, json!({ "summary": "Likes mills" })).await;
    let again = named
        .patch_json(&path, json!({ "summary": "Likes windmills" }))
        .await;

    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    assert_eq!(changed.json()["activity"]["summary"], "Likes mills");
    assert_ne!(changed.headers["etag"], seen.as_str());
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(
        office.timeline().await,
        ["Changed the words of a note", "Likes mills"]
    );
    assert_eq!((office.finds("mills").await, office.finds("mils").await), (1, 0));
    let page = office.ann.get(&format!("/leads/{}", office.lead.id)).await;
    assert!(
        page.page().contains("changed the words of a note"),
        "{}",
        page.text()
    );
    let same = office
        .ann
        .patch_json(&path, json!({ "summary": "Likes mills" }))
        .await;
    assert_eq!(same.status, StatusCode::OK);
    assert_eq!(
        office.timeline().await.len(),
        2,
        "what stays the same is no change"
    );
    for (body, pointer) in [
        (json!({}), ""),
        (json!({ "summary": " " }), "/summary"),
        (json!({ "occurredAt": "2026-03-02T12:00:01Z" }), "/occurredAt"),
        (json!({ "occurredAt": null }), "/occurredAt"),
    ] {
        let refused = office.ann.patch_json(&path, body.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
    }
}

#[tokio::test]
async fn what_is_taken_back_leaves_who_did_it_and_none_of_its_words() {
    let office = Office::new().await;
    let path = format!(
        "/api/activities/{}",
        office.logged("note", "Secretly divorced").await
    );

    let stale = office.crm.ann().await.with_header("if-match", "\"7\"");
    let stale = stale.delete(&path).await;
    let taken = office.ann.delete(&path).await;

    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text());
    assert_eq!(office.ann.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.ann.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(office.timeline().await, ["Took back a note"]);
    assert_eq!(office.finds("divorced").await, 0);
    for page in ["/activity".to_owned(), format!("/leads/{}", office.lead.id)] {
        let page = office.ann.get(&page).await;
        assert!(page.page().contains("took back a note"), "{}", page.text());
        assert!(!page.page().contains("divorced"));
    }
}

#[tokio::test]
async fn a_call_that_was_none_answered_nobody() {
    let office = Office::new().await;
    office.crm.clock.advance(SignedDuration::from_mins(3));
    let call = office.logged("call_logged", "Spoke").await;
    assert_eq!(office.waiting().await, 0);

    office.ann.delete(&format!("/api/activities/{call}")).await;

    assert_eq!(office.waiting().await, 1);
    assert_eq!(office.told_of_lead().await["lastContactAt"], Value::Null);
    let first = office.crm.clock.now();
    let call = office.logged("call_logged", "Now I did").await;
    office.crm.clock.advance(SignedDuration::from_mins(3));
    let second = office.logged("email_logged", "Wrote as well").await;
    let earlier = json!({ "occurredAt": first - SignedDuration::from_mins(1) });
    office
        .ann
        .patch_json(&format!("/api/activities/{call}"), earlier)
        .await;
    let told = office.told_of_lead().await;
    assert_eq!(
        told["lastContactAt"],
        json!(office.crm.clock.now()),
        "the later one stays"
    );
    office.ann.delete(&format!("/api/activities/{second}")).await;
    let told = office.told_of_lead().await;
    assert_eq!(told["lastContactAt"], json!(first - SignedDuration::from_mins(1)));
}

#[tokio::test]
async fn a_call_to_a_contact_answers_their_leads_only_while_it_stands() {
    let office = Office::new().await;
    office.crm.clock.advance(SignedDuration::from_mins(3));
    let body =
        json!({ "summary": "Spoke", "activityType": "call_logged", "contactId": office.lead.contact_id });
    let made = office.ann.post_json("/api/activities", body).await.json();
    assert_eq!(office.waiting().await, 0);

    let id = made["activity"]["id"].as_str().unwrap();
    office.ann.delete(&format!("/api/activities/{id}")).await;

    assert_eq!(office.waiting().await, 1);
    assert_eq!(office.told_of_lead().await["lastContactAt"], Value::Null);
}

#[tokio::test]
async fn an_appointment_counts_as_long_as_one_stands() {
    let office = Office::new().await;
    let first = office.logged("appointment_logged", "Saw the mill").await;
    let second = office.logged("appointment_logged", "And again").await;
    assert_eq!(office.appointments().await, (json!(1), 1));

    office.ann.delete(&format!("/api/activities/{first}")).await;
    assert_eq!(office.appointments().await, (json!(1), 1));
    office.ann.delete(&format!("/api/activities/{second}")).await;

    assert_eq!(office.appointments().await, (json!(0), 0));
}

#[tokio::test]
async fn what_others_wrote_is_theirs_and_an_owners() {
    let office = Office::new().await;
    let path = format!("/api/activities/{}", office.logged("note", "Likes mils").await);
    let (ruth, hugo) = (office.crm.ruth().await, office.crm.hugo().await);

    for (caller, status) in [
        (&office.bob, StatusCode::FORBIDDEN),
        (&ruth, StatusCode::FORBIDDEN),
        (&hugo, StatusCode::NOT_FOUND),
    ] {
        let changed = caller.patch_json(&path, json!({ "summary": "x" })).await;
        assert_eq!(changed.status, status, "{}", changed.text());
        assert_eq!(caller.delete(&path).await.status, status);
    }
    let page = office.bob.get(&path.replace("/api", "")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    let changed = office
        .olga
        .patch_json(&path, json!({ "summary": "Likes mills" }))
        .await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    assert_eq!(
        changed.json()["activity"]["actor"]["name"],
        "Ann Member",
        "it stays hers"
    );
    assert_eq!(office.olga.delete(&path).await.status, StatusCode::OK);
    let page = office.ann.get("/activity").await;
    assert!(
        page.page()
            .contains("<strong><bdi>Olga Member</bdi></strong> <bdi>took back a note")
    );
}

#[tokio::test]
async fn what_the_system_wrote_stays_as_it_is() {
    let office = Office::new().await;
    let lead = format!("/api/leads/{}", office.lead.id);
    office
        .ann
        .patch_json(&lead, json!({ "status": "nurturing" }))
        .await;
    let note = office.logged("note", "Likes mills").await;
    office.ann.delete(&format!("/api/activities/{note}")).await;
    let told = office.olga.get("/api/activities").await.json();
    let traces = told["activities"].as_array().unwrap();
    assert!(traces.len() >= 2);

    for trace in traces {
        let path = format!("/api/activities/{}", trace["id"].as_str().unwrap());
        let changed = office
            .olga
            .patch_json(&path, json!({ "summary": "Nothing" }))
            .await;
        assert_eq!(changed.status, StatusCode::CONFLICT, "{trace}");
        assert_eq!(changed.json()["code"], "not_logged");
        assert_eq!(office.olga.delete(&path).await.status, StatusCode::CONFLICT);
        let page = office.olga.get(&path.replace("/api", "")).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(
            page.text().contains("cannot be changed or taken back"),
            "{}",
            page.text()
        );
    }
}

#[tokio::test]
async fn each_timeline_leads_whoever_may_correct_a_line_there() {
    let office = Office::new().await;
    let note = office.logged("note", "Likes mils").await;
    let link = format!("href=\"/activities/{note}\"");

    for path in [
        format!("/leads/{}", office.lead.id),
        "/activity".to_owned(),
        format!("/contacts/{}", office.lead.contact_id.unwrap()),
    ] {
        assert!(office.ann.get(&path).await.page().contains(&link), "{path}");
        assert!(!office.bob.get(&path).await.page().contains(&link), "{path}");
        assert!(office.olga.get(&path).await.page().contains(&link), "{path}");
    }
}

#[tokio::test]
async fn without_a_script_it_is_changed_and_taken_back_from_its_timeline() {
    let office = Office::new().await;
    let note = office.logged("note", "Likes mils").await;
    let (page, lead) = (
        format!("/activities/{note}"),
        format!("/leads/{}", office.lead.id),
    );
    let form = office.ann.get(&page).await;
    assert!(form.page().contains(">Likes mils</textarea>"), "{}", form.text());
    let typed = |version: &'static str, summary: &'static str| {
        [
            ("action", "save"),
            ("version", version),
            ("summary", summary),
            ("occurredAt", "2026-03-02T12:00"),
        ]
    };

    let saved = office.ann.post_form(&page, &typed("1", "Likes mills")).await;
    let late = office.ann.post_form(&page, &typed("1", "Likes hills")).await;
    let empty = office.ann.post_form(&page, &typed("2", " ")).await;

    assert_eq!(saved.redirect(), lead);
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED);
    assert!(
        late.text()
            .contains("Theirs: <bdi class=\"side-text\">Likes mills<"),
        "{}",
        late.text()
    );
    assert!(
        late.text()
            .contains("Yours: <bdi class=\"side-text\">Likes hills<")
    );
    assert!(
        late.text().contains("name=\"version\" value=\"2\""),
        "to be sent again"
    );
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        office.timeline().await,
        ["Changed the words of a note", "Likes mills"],
        "the time stayed"
    );
    let stale = office
        .ann
        .post_form(&page, &[("action", "take-back"), ("version", "1")])
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let taken = office
        .ann
        .post_form(&page, &[("action", "take-back"), ("version", "2")])
        .await;
    assert_eq!(taken.redirect(), lead);
    assert_eq!(
        office.timeline().await,
        ["Took back a note", "Changed the words of a note"]
    );
}
