use axum::http::{Method, StatusCode};
use db::{door, tenant::activities, testing::a_contact};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Activity, ActivityId, ActivityType, Clock as _, Lead};

use super::look_through;
use crate::{
    app::App,
    testing::{Crm, without_hashes},
};

/// Ana of the lead, and Ana as somebody typed her in again.
struct Twice {
    crm: Crm,
    ann: Caller,
    lead: Lead,
    known: String,
    again: String,
}

async fn ana_twice() -> Twice {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let body = json!({ "fullName": "ana  RUIZ", "email": "ana@work.example.com" });
    let typed = ann.post_json("/api/contacts", body).await.json();
    let (known, again) = (
        lead.contact_id.unwrap().to_string(),
        text(&typed["contact"]["id"]),
    );
    assert_eq!(typed["possibleDuplicates"], json!([known]));
    Twice {
        crm,
        ann,
        lead,
        known,
        again,
    }
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("no text: {value}"))
        .to_owned()
}

impl Twice {
    async fn contact(&self, id: &str) -> Value {
        self.ann.get(&format!("/api/contacts/{id}")).await.json()["contact"].clone()
    }

    /// Everything about the two but for the entries that tell of merging.
    async fn all(&self) -> Vec<Value> {
        let lead = self.ann.get(&format!("/api/leads/{}", self.lead.id)).await.json();
        let timeline = self.ann.get("/api/activities").await.json();
        let timeline: Vec<_> = timeline["activities"].as_array().unwrap().clone();
        let told = |entry: &Value| entry["activityType"] != "contact_merged";
        vec![
            self.contact(&self.known).await,
            self.contact(&self.again).await,
            lead["lead"]["contactId"].clone(),
            timeline.into_iter().filter(told).collect(),
        ]
    }

    async fn merge(&self, more: Value) -> Value {
        let mut body = json!({ "contactIds": [self.again, self.known] });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = self.ann.post_json("/api/contacts/merge", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()
    }
}

#[tokio::test]
async fn two_become_one_with_everything_of_both_and_two_again() {
    let twice = ana_twice().await;
    let (ann, lead) = (&twice.ann, &twice.lead);
    let note = json!({ "summary": "Prefers evenings", "leadId": lead.id });
    ann.post_json("/api/activities", note).await;
    let reminder = json!({ "title": "Call", "dueAt": "2030-01-02T09:00:00Z", "leadId": lead.id });
    ann.post_json("/api/reminders", reminder).await;
    let before = twice.all().await;

    let dry = twice.merge(json!({ "dryRun": true })).await;
    assert_eq!(
        (&dry["dryRun"], &dry["merge"]["id"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(twice.all().await, before);

    let fields = json!({ "fullName": twice.known, "email": twice.again });
    let merged = twice
        .merge(json!({ "keepId": twice.known, "fields": fields }))
        .await;

    let moved = json!({ "leads": 0, "activities": 0, "reminders": 0 });
    assert_eq!(merged["merge"]["moved"], moved);
    assert_eq!(merged["contact"]["email"], "ana@work.example.com");
    assert_eq!(twice.contact(&twice.known).await["phone"], "203-555-0117");
    let gone = ann.get(&format!("/api/contacts/{}", twice.again)).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);

    let undo = format!("/api/contacts/merge/{}/undo", text(&merged["merge"]["id"]));
    let undone = ann.post_json(&undo, json!({})).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text());
    assert_eq!(undone.json()["contacts"].as_array().unwrap().len(), 2);
    let mut after = twice.all().await;
    for (contact, was) in after.iter_mut().zip(&before).take(2) {
        contact["updatedAt"] = was["updatedAt"].clone();
    }
    assert_eq!(after, before);
    let again = ann.post_json(&undo, json!({})).await;
    assert_eq!(
        (again.status.as_u16(), &again.json()["code"]),
        (409, &json!("already_undone"))
    );
}

impl Twice {
    /// Somebody's form came, and allowed e-mail and calls or not.
    async fn allowed(&self, id: &str, (email, calls): (bool, bool)) {
        self.crm.clock.advance(SignedDuration::from_secs(60));
        let activity = Activity {
            id: ActivityId::new(&*self.crm.ids),
            contact_id: Some(id.parse().unwrap()),
            lead_id: None,
            activity_type: ActivityType::LeadSubmitted,
            occurred_at: self.crm.clock.now(),
            summary: "Wrote".to_owned(),
            metadata: json!({ "consent": { "marketingEmail": email, "marketingCalls": calls } }),
            actor: None,
        };
        let mut tx = self.crm.test.db.write(&self.crm.fairfield).await.unwrap();
        activities::insert(&mut tx, &self.crm.fairfield, &activity)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        self.crm.clock.advance(SignedDuration::from_secs(60));
    }

    /// Whether they allow e-mail and calls.
    async fn consents(&self, id: &str) -> [Value; 2] {
        let shown = self.ann.get(&format!("/api/contacts/{id}")).await.json();
        ["email", "calls"].map(|channel| shown["consents"][channel]["allowed"].clone())
    }
}

#[tokio::test]
async fn of_each_channel_the_consent_that_allows_less_is_left_until_the_merge_is_undone() {
    let twice = ana_twice().await;
    twice.allowed(&twice.known, (false, false)).await;
    twice.allowed(&twice.known, (true, true)).await;
    twice.allowed(&twice.again, (true, false)).await;
    let (all, some) = ([json!(true), json!(true)], [json!(true), json!(false)]);
    assert_eq!(twice.consents(&twice.known).await, all);
    assert_eq!(twice.consents(&twice.again).await, some);

    let dry = twice
        .merge(json!({ "keepId": twice.known, "dryRun": true }))
        .await;
    assert_eq!(
        twice.consents(&twice.known).await,
        all,
        "a dry run changes nothing"
    );
    let preview = format!("/contacts/merge?step=preview&ids={},{}", twice.known, twice.again);
    let preview = twice.ann.get(&preview).await;
    let merged = twice.merge(json!({ "keepId": twice.known })).await;
    let united = twice.consents(&twice.known).await;
    let page = twice.ann.get(&format!("/contacts/{}", twice.known)).await;
    twice.allowed(&twice.known, (false, true)).await;
    let later = twice.consents(&twice.known).await;
    let undo = format!("/api/contacts/merge/{}/undo", text(&merged["merge"]["id"]));
    twice.ann.post_json(&undo, json!({})).await;

    for told in [dry, merged] {
        let told = ["email", "calls"].map(|channel| told["consents"][channel]["allowed"].clone());
        assert_eq!(told, some);
    }
    assert_eq!(united, some);
    let says_no = "<dt>Marketing calls and texts</dt><dd>No, by a form of 2 Mar 2026</dd>";
    assert!(
        page.page().contains(says_no) && preview.page().contains(says_no),
        "{}",
        page.page()
    );
    assert_eq!(
        later,
        [json!(false), json!(true)],
        "what they say now is their word"
    );
    assert_eq!(
        twice.consents(&twice.again).await,
        some,
        "undoing gives back their own"
    );
    assert_eq!(twice.consents(&twice.known).await, later);
}

#[tokio::test]
async fn who_was_not_asked_takes_the_word_of_who_was() {
    let twice = ana_twice().await;
    assert_eq!(twice.consents(&twice.known).await, [Value::Null, Value::Null]);
    twice.allowed(&twice.again, (true, false)).await;

    twice.merge(json!({ "keepId": twice.known })).await;

    assert_eq!(twice.consents(&twice.known).await, [json!(true), json!(false)]);
}

#[tokio::test]
async fn a_wish_that_merging_knows_nothing_of_is_refused() {
    let twice = ana_twice().await;
    let ids = json!([twice.known, twice.again]);
    for (body, pointer) in [
        (json!({ "contactIds": ids, "keep": twice.again }), "/keep"),
        (
            json!({ "contactIds": ids, "fields": { "tags": twice.again } }),
            "/fields",
        ),
    ] {
        let refused = twice.ann.post_json("/api/contacts/merge", body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text()
        );
        let told = text(&refused.json()["errors"][0]["pointer"]);
        assert!(told.starts_with(pointer), "{told}");
    }
    let ids = format!("{},{}", twice.known, twice.again);
    for (field, value) in [("source", twice.again.as_str()), ("email", "theirs")] {
        let typed = [("ids", ids.as_str()), (field, value)];
        let refused = twice.ann.post_form("/contacts/merge", &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("class=\"flash flash-danger\""));
    }
    let both = twice.ann.get("/api/contacts").await.json();
    assert_eq!(both["contacts"].as_array().unwrap().len(), 2, "nobody was merged");
}

#[tokio::test]
async fn what_was_of_the_other_moves_and_what_came_since_stays() {
    let twice = ana_twice().await;
    let (ann, lead) = (&twice.ann, &twice.lead);
    ann.post_json(
        "/api/activities",
        json!({ "summary": "Wrote", "leadId": lead.id }),
    )
    .await;

    let merged = twice.merge(json!({})).await;

    let moved = json!({ "leads": 1, "activities": 1, "reminders": 0 });
    assert_eq!(merged["merge"]["moved"], moved);
    let shown = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(shown["lead"]["contactId"], json!(twice.again));
    let timeline = ann
        .get(&format!("/api/activities?contactId={}", twice.again))
        .await
        .json();
    assert_eq!(timeline["activities"][0]["summary"], "Merged Ana Ruiz");

    let later = json!({ "summary": "Rang", "contactId": twice.again });
    ann.post_json("/api/activities", later).await;
    let edit = json!({ "fullName": "Ana R. Ruiz" });
    ann.patch_json(&format!("/api/contacts/{}", twice.again), edit)
        .await;
    let undo = format!("/api/contacts/merge/{}/undo", text(&merged["merge"]["id"]));
    let careful = ann.post_json(&undo, json!({})).await;
    assert_eq!(
        (careful.status.as_u16(), &careful.json()["code"]),
        (409, &json!("edited_since"))
    );
    let forced = ann.post_json(&format!("{undo}?force=true"), json!({})).await;
    assert_eq!(forced.status, StatusCode::OK, "{}", forced.text());

    assert_eq!(twice.contact(&twice.again).await["fullName"], "Ana R. Ruiz");
    assert_eq!(twice.contact(&twice.known).await["phone"], "203-555-0117");
    let list = |id: &str| format!("/api/activities?contactId={id}&activityType=note");
    let theirs = ann.get(&list(&twice.known)).await.json();
    assert_eq!(theirs["activities"][0]["summary"], "Wrote");
    let kept = ann.get(&list(&twice.again)).await.json();
    assert_eq!(kept["activities"][1]["summary"], "Rang");
}

#[tokio::test]
async fn an_address_that_is_somebody_elses_by_now_stops_the_undo_and_loses_nothing() {
    let twice = ana_twice().await;
    let merged = twice.merge(json!({ "keepId": twice.known })).await;
    // As it may be since before merged addresses led anywhere: nobody can be added with one now.
    let somebody = a_contact(&*twice.crm.ids).email("ana@work.example.com");
    somebody.insert(&twice.crm.test.db, &twice.crm.fairfield).await;

    let undo = format!("/api/contacts/merge/{}/undo", text(&merged["merge"]["id"]));
    let refused = twice.ann.post_json(&undo, json!({})).await;

    assert_eq!(
        (refused.status.as_u16(), &refused.json()["code"]),
        (409, &json!("contact_exists"))
    );
    assert_eq!(twice.contact(&twice.known).await, merged["contact"]);
}

#[tokio::test]
async fn what_cannot_be_merged_is_refused_and_a_neighbours_is_not_there() {
    let twice = ana_twice().await;
    let (known, again) = (&twice.known, &twice.again);
    let stranger = "01930000-0000-7000-8000-0000000000ff";
    for (body, status) in [
        (json!({}), 422),
        (json!({ "contactIds": [known] }), 422),
        (json!({ "contactIds": [known, known] }), 422),
        (json!({ "contactIds": vec![known; 11] }), 422),
        (json!({ "contactIds": [known, "7"] }), 422),
        (json!({ "contactIds": [known, again], "keepId": stranger }), 422),
        (
            json!({ "contactIds": [known, again], "fields": { "email": stranger } }),
            422,
        ),
        (
            json!({ "contactIds": [known, again], "fields": { "email": known, "fullName": 7 } }),
            422,
        ),
        (json!({ "contactIds": [known, stranger] }), 404),
    ] {
        let answer = twice.ann.post_json("/api/contacts/merge", body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
    }
    let both = json!({ "contactIds": [known, again] });
    let hugo = twice.crm.hugo().await;
    assert_eq!(
        hugo.post_json("/api/contacts/merge", both.clone()).await.status,
        404
    );
    let ruth = twice.crm.ruth().await;
    assert_eq!(
        ruth.post_json("/api/contacts/merge", both.clone()).await.status,
        403
    );
    assert_eq!(hugo.post_json("/api/duplicates/dismiss", both).await.status, 404);
    assert_eq!(hugo.get("/api/duplicates").await.json()["duplicates"], json!([]));
    let merged = twice.merge(json!({})).await;
    let undo = format!("/api/contacts/merge/{}/undo", text(&merged["merge"]["id"]));
    assert_eq!(hugo.post_json(&undo, json!({})).await.status, 404);
}

#[tokio::test]
async fn a_pair_waits_until_somebody_decides() {
    let twice = ana_twice().await;
    let ann = &twice.ann;
    let list = ann.get("/api/duplicates?count=true").await.json();
    assert_eq!(list["pagination"]["total"], 1);
    let pair = &list["duplicates"][0];
    assert_eq!(
        (&pair["reason"], &pair["score"]),
        (&json!("same_name"), &json!(60))
    );
    assert_eq!(pair["contacts"].as_array().unwrap().len(), 2);

    let both = json!({ "contactIds": [twice.again, twice.known] });
    assert_eq!(
        ann.post_json("/api/duplicates/dismiss", both.clone())
            .await
            .status,
        200
    );
    assert_eq!(ann.post_json("/api/duplicates/dismiss", both).await.status, 404);
    assert_eq!(
        ann.post_form("/duplicates/look", &[]).await.redirect(),
        "/duplicates"
    );
    assert_eq!(ann.get("/api/duplicates").await.json()["duplicates"], json!([]));
}

#[tokio::test]
async fn looking_through_all_finds_every_name_that_comes_again() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    for (name, email) in [
        ("ANA RUIZ", "1@example.com"),
        ("Ana Ruiz", "2@example.com"),
        ("Ana", "3@example.com"),
    ] {
        let body = json!({ "fullName": name, "email": email });
        ann.post_json("/api/contacts", body).await;
    }
    db::testing::forget_duplicates(&crm.test.db, &crm.fairfield).await;

    ann.post_form("/duplicates/look", &[]).await.redirect();

    let pairs = ann.get("/api/duplicates").await.json();
    assert_eq!(pairs["duplicates"].as_array().unwrap().len(), 2);
    let first = ann.get("/api/duplicates?limit=1").await.json();
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    let rest = ann.get(&format!("/api/duplicates?cursor={cursor}")).await.json();
    assert_eq!(rest["duplicates"], json!([pairs["duplicates"][1]]));
    assert_eq!(rest["pagination"]["nextCursor"], Value::Null);
    let altered = ann.get(&format!("/api/duplicates?cursor={cursor}0")).await;
    assert_eq!(altered.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        crm.hugo().await.get("/api/duplicates").await.json()["duplicates"],
        json!([])
    );
}

#[tokio::test]
async fn all_contacts_are_looked_through_once_a_day_by_one_process() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let app = App::new(&crm.context).unwrap();
    let look = async || {
        let mut tenants = 0;
        while let Some(due) = door::duplicates::due(&app.db, 1).await.unwrap().pop() {
            let twice = tokio::join!(look_through(&app, &due), look_through(&app, &due));
            assert!(twice.0.is_ok() && twice.1.is_ok(), "{twice:?}");
            tenants += 1;
        }
        tenants
    };
    let people = async |number: u8| {
        let file = format!("Name,E-mail\nAl Unser,al{number}@example.com\n").into_bytes();
        ann.send(Method::POST, "/api/imports", Some("text/csv"), file)
            .await;
        db::testing::forget_duplicates(&crm.test.db, &crm.fairfield).await;
    };
    let pairs = async || {
        ann.get("/api/duplicates").await.json()["duplicates"]
            .as_array()
            .unwrap()
            .len()
    };

    people(1).await;
    people(2).await;
    assert!(look().await >= 2, "every tenant, the first time");
    assert_eq!(pairs().await, 1);
    assert_eq!(look().await, 0, "not again on the same day");
    crm.clock.advance(SignedDuration::from_hours(24));
    assert!(look().await >= 2);
}

#[tokio::test]
async fn a_merge_is_shown_before_it_is_done() {
    let twice = ana_twice().await;
    let ann = &twice.ann;
    let preview = format!(
        "/contacts/merge?step=preview&ids={0},{1}&keep={0}&email={1}",
        twice.known, twice.again
    );
    let foretold = ann.get(&preview).await;
    insta::assert_snapshot!("preview", without_hashes(foretold.page()));
    let still = ann.get("/api/contacts").await.json();
    assert_eq!(
        still["contacts"].as_array().unwrap().len(),
        2,
        "looking merged them"
    );
    let alone = ann
        .get(&format!("/contacts/merge?step=preview&ids={}", twice.known))
        .await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(alone.text().contains("Choose 2 to 10 different contacts"));
}

#[tokio::test]
async fn the_pages_work_without_a_script() {
    let twice = ana_twice().await;
    let ann = &twice.ann;
    insta::assert_snapshot!("duplicates", without_hashes(ann.get("/duplicates").await.page()));
    let pair = format!("/contacts/merge?ids={},{}", twice.known, twice.again);
    insta::assert_snapshot!("compare", without_hashes(ann.get(&pair).await.page()));
    let one = format!("/contacts/merge?ids={}", twice.known);
    assert!(ann.get(&one).await.page().contains("Add a contact"));
    let searched = ann.get(&format!("{one}&search=ana")).await;
    assert!(
        searched
            .page()
            .contains(&format!("ids={},{}", twice.known, twice.again))
    );
    let nobody = ann.get(&format!("{one}&search=zimmer")).await;
    assert!(nobody.page().contains("No other contact matches"));

    let typed = [("ids", twice.known.as_str())];
    let alone = ann.post_form("/contacts/merge", &typed).await;
    assert_eq!(alone.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(alone.text().contains("Choose 2 to 10 different contacts"));

    let ids = format!("{},{}", twice.known, twice.again);
    let typed = [
        ("ids", ids.as_str()),
        ("keep", &twice.known),
        ("email", &twice.again),
    ];
    let kept = format!("/contacts/{}", twice.known);
    assert_eq!(ann.post_form("/contacts/merge", &typed).await.redirect(), kept);
    let page = ann.get(&kept).await;
    let action = page.page().split("/contacts/merges/").nth(1).unwrap();
    let undo = format!("/contacts/merges/{}", action.split('"').next().unwrap());
    let pressed = ann.post_form(&undo, &[("contact", twice.known.as_str())]).await;
    assert_eq!(pressed.redirect(), kept);
    assert_eq!(
        ann.get(&format!("/contacts/{}", twice.again)).await.status,
        StatusCode::OK
    );
    let empty = twice.crm.hugo().await.get("/duplicates").await;
    assert!(empty.page().contains("Nobody twice"));
    assert!(
        !twice
            .crm
            .ruth()
            .await
            .get("/duplicates")
            .await
            .page()
            .contains("Compare and merge")
    );
}
