//! Many leads or contacts deleted at once, and put back for ten minutes.

use axum::http::{Method, StatusCode};
use db::{
    door,
    tenant::contacts::former,
    testing::{a_contact, a_lead, a_member},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};
use types::{Contact, Lead, Role};

use super::{forget, work};
use crate::{app::App, testing::Crm};

const LEADS: &str = "/api/bulk-edits";
const CONTACTS: &str = "/api/contacts/bulk-edits";

impl Crm {
    pub(super) async fn a_person(&self, email: &str) -> Contact {
        let person = a_contact(&*self.ids).name("Zelda Quist").email(email);
        person.insert(&self.test.db, &self.fairfield).await
    }

    /// A lead with a past, and with something to be done.
    async fn a_busy_lead(&self, caller: &Caller, contact: &Contact) -> Lead {
        let lead = a_lead(&*self.ids).of(contact).tagged(&["hot"]);
        let lead = lead.insert(&self.test.db, &self.fairfield).await;
        let call = json!({ "leadId": lead.id, "summary": "Rang them", "activityType": "call_logged" });
        let logged = caller.post_json("/api/activities", call).await;
        assert_eq!(logged.status, StatusCode::CREATED, "{}", logged.text());
        let due = json!({ "leadId": lead.id, "title": "Ring again", "dueAt": "2031-01-01T09:00:00Z" });
        let reminder = caller.post_json("/api/reminders", due).await;
        assert_eq!(reminder.status, StatusCode::CREATED, "{}", reminder.text());
        lead
    }

    /// Whatever is kept of what was deleted is forgotten, if its time is up. False when it is not.
    async fn forget_what_is_due(&self) -> bool {
        let Some(due) = door::bulk_edits::expired(&self.context.db, 1)
            .await
            .unwrap()
            .pop()
        else {
            return false;
        };
        let app = App::new(&self.context).unwrap();
        forget(&app, &due.scope, due.id).await.unwrap();
        true
    }
}

fn edit(answer: &Answer) -> Value {
    assert!(answer.status.is_success(), "{}", answer.text());
    answer.json()["bulkEdit"].clone()
}

fn counts(edit: &Value) -> [i64; 5] {
    let names = ["changed", "same", "skipped", "putBack", "kept"];
    names.map(|name| edit["counts"][name].as_i64().unwrap())
}

async fn undo(caller: &Caller, (door, edit): (&str, &Value)) -> Answer {
    let path = format!("{door}/{}/undo", edit["id"].as_str().unwrap());
    caller.post_json(&path, json!({})).await
}

/// A record without what every change of it counts up.
async fn as_it_is(caller: &Caller, (path, name): (&str, &str)) -> Value {
    let mut record = caller.get(path).await.json()[name].clone();
    assert!(record.is_object(), "{path} is not there");
    for counter in ["version", "updatedAt"] {
        record.as_object_mut().unwrap().remove(counter);
    }
    record
}

async fn found(caller: &Caller, path: &str) -> usize {
    let all = caller.get(path).await.json();
    let name = if path.contains("contacts") {
        "contacts"
    } else {
        "leads"
    };
    all[name].as_array().unwrap().len()
}

#[tokio::test]
async fn deleted_contacts_are_gone_and_nobody_elses_are() {
    let crm = Crm::new().await;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);
    let (zelda, other) = (
        crm.a_person("zelda@example.com").await,
        crm.a_person("other@example.com").await,
    );
    let namesake = a_contact(&*crm.ids)
        .name("Zelda Quist")
        .email("zelda@example.com");
    let namesake = namesake.insert(&crm.test.db, &crm.hudson).await;
    let lead = crm.a_busy_lead(&ann, &zelda).await;

    let wish = json!({ "contactIds": [zelda.id, namesake.id], "delete": true });
    let done = edit(&ann.post_json(CONTACTS, wish).await);

    assert_eq!(
        (&done["status"], &done["change"]),
        (&json!("done"), &json!("delete"))
    );
    assert_eq!(counts(&done), [1, 0, 1, 0, 0]);
    let of_zelda = format!("/api/contacts/{}", zelda.id);
    assert_eq!(ann.get(&of_zelda).await.status, StatusCode::NOT_FOUND);
    let left = found(&ann, "/api/contacts?search=zelda").await;
    assert_eq!(left, 1, "the other one is left");
    let of_lead = format!("/api/leads/{}", lead.id);
    assert_eq!(as_it_is(&ann, (&of_lead, "lead")).await["contactId"], Value::Null);
    assert_eq!(ann.get("/api/summary").await.json()["contactCount"], 1);
    assert_eq!(found(&hugo, "/api/contacts?search=zelda").await, 1);
    let told = ann.get("/api/activities").await.json();
    assert_eq!(told["activities"][0]["summary"], "Delete: 1 contact deleted");
    undo(&ann, (CONTACTS, &done)).await;
    let same = format!("/api/contacts/{}", other.id);
    let version = ann.get(&same).await.header("etag").to_owned();
    assert_eq!(version, "\"1\"", "nobody touched the other one");
}

#[tokio::test]
async fn deleted_contacts_take_up_again_what_was_theirs() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let zelda = crm.a_person("zelda@example.com").await;
    let lead = crm.a_busy_lead(&ann, &zelda).await;
    let card = json!({ "contactId": zelda.id, "title": "Send a card", "dueAt": "2030-01-01T09:00:00Z" });
    assert_eq!(
        ann.post_json("/api/reminders", card).await.status,
        StatusCode::CREATED
    );
    let theirs = |what: &str| format!("/api/{what}?contactId={}", zelda.id);
    let of_zelda = format!("/api/contacts/{}", zelda.id);
    let of_lead = format!("/api/leads/{}", lead.id);
    let before = as_it_is(&ann, (&of_zelda, "contact")).await;
    let lead_before = as_it_is(&ann, (&of_lead, "lead")).await;
    let happened = ann.get(&theirs("activities")).await.json()["activities"].clone();
    assert!(happened.to_string().contains("Rang them"), "{happened}");
    let wish = json!({ "contactIds": [zelda.id], "delete": true });
    let done = edit(&ann.post_json(CONTACTS, wish).await);
    let none = ann.get(&theirs("reminders")).await.json();
    assert_eq!(none["reminders"], json!([]));

    let undone = edit(&undo(&ann, (CONTACTS, &done)).await);

    assert_eq!(counts(&undone), [1, 0, 0, 1, 0]);
    assert_eq!(as_it_is(&ann, (&of_zelda, "contact")).await, before);
    assert_eq!(as_it_is(&ann, (&of_lead, "lead")).await, lead_before);
    assert_eq!(
        ann.get(&theirs("activities")).await.json()["activities"],
        happened
    );
    let to_do = ann.get(&theirs("reminders")).await.json();
    assert_eq!(to_do["reminders"][0]["title"], "Send a card");
    assert_eq!(found(&ann, "/api/contacts?search=zelda").await, 1);
    assert!(crm.forget_what_is_due().await, "nothing of it is kept any longer");
    assert_eq!(as_it_is(&ann, (&of_zelda, "contact")).await, before);
}

#[tokio::test]
async fn deleted_leads_come_back_with_their_past_and_what_was_to_be_done() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let zelda = crm.a_person("zelda@example.com").await;
    let lead = crm.a_busy_lead(&ann, &zelda).await;
    let path = format!("/api/leads/{}", lead.id);
    let about = |what: &str| format!("/api/{what}?leadId={}", lead.id);
    let before = as_it_is(&ann, (&path, "lead")).await;
    let happened = ann.get(&about("activities")).await.json()["activities"].clone();
    let to_do = ann.get(&about("reminders")).await.json()["reminders"].clone();
    assert_eq!(to_do.as_array().unwrap().len(), 1);

    let done = edit(
        &ann.post_json(LEADS, json!({ "filter": { "tag": "hot" }, "delete": true }))
            .await,
    );

    assert_eq!(counts(&done), [1, 0, 0, 0, 0]);
    assert_eq!(ann.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(found(&ann, "/api/leads?q=zelda").await, 0);
    let theirs = format!("/api/activities?contactId={}", zelda.id);
    let stays = ann.get(&theirs).await.json();
    assert!(stays.to_string().contains("Rang them"), "{stays}");

    let undone = edit(&undo(&ann, (LEADS, &done)).await);

    assert_eq!(counts(&undone), [1, 0, 0, 1, 0]);
    assert_eq!(as_it_is(&ann, (&path, "lead")).await, before);
    assert_eq!(ann.get(&about("activities")).await.json()["activities"], happened);
    let again = ann.get(&about("reminders")).await.json()["reminders"].clone();
    assert_eq!(
        (&again[0]["id"], &again[0]["title"], &again[0]["dueAt"]),
        (&to_do[0]["id"], &to_do[0]["title"], &to_do[0]["dueAt"])
    );
    assert_eq!(found(&ann, "/api/leads?q=zelda").await, 1);
}

#[tokio::test]
async fn after_ten_minutes_there_is_no_way_back() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let zelda = crm.a_person("zelda@example.com").await;
    let wish = json!({ "contactIds": [zelda.id], "delete": true });
    let done = edit(&ann.post_json(CONTACTS, wish).await);
    let page = format!("/bulk-edits/{}", done["id"].as_str().unwrap());
    crm.clock
        .advance(SignedDuration::from_mins(10) - SignedDuration::from_secs(1));
    assert!(!crm.forget_what_is_due().await);
    assert!(ann.get(&page).await.page().contains("Undo this edit"));

    crm.clock.advance(SignedDuration::from_secs(1));

    assert!(!ann.get(&page).await.page().contains("Undo this edit"));
    let late = undo(&ann, (CONTACTS, &done)).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    assert!(late.text().contains("ten minutes"), "{}", late.text());
    assert!(crm.forget_what_is_due().await);
    assert!(!crm.forget_what_is_due().await, "once is enough");
    let told = edit(
        &ann.get(&format!("{CONTACTS}/{}", done["id"].as_str().unwrap()))
            .await,
    );
    assert_eq!(
        (&told["status"], &told["undoUntil"]),
        (&json!("done"), &Value::Null)
    );
    assert_eq!(undo(&ann, (CONTACTS, &done)).await.status, StatusCode::CONFLICT);
}

/// How many addresses and numbers lead to a contact that had others merged into it.
async fn leading_to(crm: &Crm, contact: &Contact) -> usize {
    let mut tx = crm.test.db.read(&crm.fairfield).await.unwrap();
    let former = former::of_contact(&mut tx, &crm.fairfield, contact.id).await;
    former.unwrap().len()
}

#[tokio::test]
async fn what_led_to_a_deleted_contact_leads_to_nobody_and_to_them_again_when_they_are_back() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (zelda, other) = (
        crm.a_person("zelda@example.com").await,
        crm.a_person("basalt@example.com").await,
    );
    let both = json!({ "contactIds": [zelda.id, other.id] });
    let merged = ann.post_json("/api/contacts/merge", both).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());
    let wish = json!({ "contactIds": [zelda.id], "delete": true });
    let done = edit(&ann.post_json(CONTACTS, wish.clone()).await);
    assert_eq!(leading_to(&crm, &zelda).await, 2, "they may come back");

    let file = b"Name,E-mail\nNew,basalt@example.com\n".to_vec();
    let sent = ann
        .send(Method::POST, "/api/imports", Some("text/csv"), file)
        .await;
    let undone = edit(&undo(&ann, (CONTACTS, &done)).await);
    let renamed = json!({ "fullName": "Zelda Moss" });
    ann.patch_json(&format!("/api/contacts/{}", zelda.id), renamed)
        .await;

    assert_eq!(sent.json()["import"]["counts"]["new"], 1, "{}", sent.text());
    assert_eq!(counts(&undone)[3], 1);
    let by_address = ann.get("/api/contacts?search=basalt").await.json();
    let ids = by_address["contacts"].as_array().unwrap().iter();
    let ids: Vec<_> = ids.map(|contact| contact["id"].clone()).collect();
    assert!(ids.contains(&json!(zelda.id)) && ids.len() == 2, "{ids:?}");
    let old = ann.get(&format!("/contacts/{}", other.id)).await;
    assert_eq!(old.redirect(), format!("/contacts/{}", zelda.id));
    assert!(crm.forget_what_is_due().await);
    assert_eq!(leading_to(&crm, &zelda).await, 2, "they are there");

    edit(&ann.post_json(CONTACTS, wish).await);
    crm.clock.advance(SignedDuration::from_mins(10));
    assert!(crm.forget_what_is_due().await);
    assert_eq!(leading_to(&crm, &zelda).await, 0, "nobody can come back");
}

#[tokio::test]
async fn whoever_has_a_successor_stays_away_and_it_is_said_why() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (zelda, other) = (
        crm.a_person("zelda@example.com").await,
        crm.a_person("other@example.com").await,
    );
    let wish = json!({ "contactIds": [zelda.id, other.id], "delete": true });
    let done = edit(&ann.post_json(CONTACTS, wish).await);
    let newcomer = crm.a_person("zelda@example.com").await;

    let undone = edit(&undo(&ann, (CONTACTS, &done)).await);

    assert_eq!(counts(&undone), [2, 0, 0, 1, 1]);
    let left = json!([{ "contactId": zelda.id, "reason": "Somebody new has their e-mail or phone by now." }]);
    assert_eq!(undone["skipped"], left);
    assert_eq!(
        ann.get(&format!("/api/contacts/{}", other.id)).await.status,
        StatusCode::OK
    );
    assert_eq!(
        ann.get(&format!("/api/contacts/{}", newcomer.id)).await.status,
        StatusCode::OK
    );
    let page = ann
        .get(&format!("/bulk-edits/{}", undone["id"].as_str().unwrap()))
        .await;
    assert!(page.page().contains("Somebody new has their e-mail"));
    assert!(
        !page.page().contains(&format!("/contacts/{}", zelda.id)),
        "no link leads nowhere"
    );
}

#[tokio::test]
async fn what_was_deleted_of_a_person_is_forgotten_when_they_are() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let olga = crm.at_fairfield("olga@example.com").await;
    let zelda = crm.a_person("zelda@example.com").await;
    let lead = crm.a_busy_lead(&olga, &zelda).await;
    let done = edit(
        &olga
            .post_json(LEADS, json!({ "leadIds": [lead.id], "delete": true }))
            .await,
    );

    let form = [("version", "1"), ("name", "Zelda Quist")];
    let erased = olga
        .post_form(&format!("/contacts/{}/erase", zelda.id), &form)
        .await;
    assert!(erased.status.is_redirection(), "{}", erased.text());

    let undone = edit(&undo(&olga, (LEADS, &done)).await);
    assert_eq!(counts(&undone), [1, 0, 0, 0, 1]);
    assert_eq!(
        undone["skipped"][0]["reason"],
        "It was about somebody who was erased."
    );
    assert_eq!(found(&olga, "/api/leads").await, 0);
}

#[tokio::test]
async fn very_many_go_behind_ones_back_and_all_come_back() {
    let crm = Crm::new().await;
    for _ in 0..501 {
        a_lead(&*crm.ids).insert(&crm.test.db, &crm.fairfield).await;
    }
    let (ann, app) = (crm.ann().await, App::new(&crm.context).unwrap());
    let begun = edit(
        &ann.post_json(LEADS, json!({ "filter": {}, "delete": true }))
            .await,
    );
    assert_eq!(
        (&begun["status"], &begun["undoUntil"]),
        (&json!("running"), &Value::Null)
    );

    let waiting = door::bulk_edits::next(&crm.context.db).await.unwrap().unwrap();
    work(&app, &waiting.scope, waiting.id).await.unwrap();

    assert_eq!(found(&ann, "/api/leads").await, 0);
    assert_eq!(edit(&undo(&ann, (LEADS, &begun)).await)["status"], "undoing");
    let waiting = door::bulk_edits::next(&crm.context.db).await.unwrap().unwrap();
    work(&app, &waiting.scope, waiting.id).await.unwrap();
    assert_eq!(ann.get("/api/summary").await.json()["leadCount"], 501);
    assert!(crm.forget_what_is_due().await);
    assert!(!crm.forget_what_is_due().await);
}
