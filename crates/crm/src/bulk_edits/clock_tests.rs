//! Undoing a status puts back what the status had set: who waits for an answer, and what came to an appointment.

use db::{tenant::leads, testing::a_lead};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Clock as _, Lead};

use crate::testing::Crm;

impl Crm {
    async fn waiting_leads(&self, count: usize) -> Vec<Lead> {
        let mut leads = Vec::new();
        for _ in 0..count {
            let lead = a_lead(&*self.ids).created_at(self.clock.now());
            leads.push(lead.insert(&self.test.db, &self.fairfield).await);
        }
        leads
    }

    async fn first_response_at(&self, lead: &Lead) -> Option<Timestamp> {
        let mut tx = self.test.db.read(&self.fairfield).await.unwrap();
        let found = leads::find(&mut tx, &self.fairfield, lead.id).await.unwrap();
        found.unwrap().first_response_at
    }
}

async fn to_status(caller: &Caller, leads: &[&Lead], status: &str) -> Value {
    let ids: Vec<_> = leads.iter().map(|lead| lead.id).collect();
    let wish = json!({ "leadIds": ids, "status": status });
    let done = caller.post_json("/api/bulk-edits", wish).await;
    assert!(done.status.is_success(), "{}", done.text());
    done.json()["bulkEdit"].clone()
}

async fn undo(caller: &Caller, edit: &Value) -> Value {
    let path = format!("/api/bulk-edits/{}/undo", edit["id"].as_str().unwrap());
    caller.post_json(&path, json!({})).await.json()["bulkEdit"]["counts"]["putBack"].clone()
}

async fn call(caller: &Caller, about: Value) {
    let mut call = json!({ "summary": "Rang", "activityType": "call_logged" });
    call.as_object_mut()
        .unwrap()
        .extend(about.as_object().unwrap().clone());
    let logged = caller.post_json("/api/activities", call).await;
    assert!(logged.status.is_success(), "{}", logged.text());
}

/// How many wait, and what the sources say of all.
async fn numbers(caller: &Caller) -> (Value, Value) {
    let summary = caller.get("/api/summary").await.json();
    let sources = caller.get("/api/sources").await.json();
    (summary["waitingLeadCount"].clone(), sources["all"].clone())
}

#[tokio::test]
async fn leads_wait_again_and_were_never_qualified_when_their_status_is_undone() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let leads = crm.waiting_leads(4).await;
    crm.clock.advance(SignedDuration::from_mins(2));
    call(&ann, json!({ "leadId": leads[0].id })).await;
    let qualified = to_status(&ann, &[&leads[3]], "qualified").await;
    assert_eq!(qualified["counts"]["changed"], 1, "{qualified}");
    crm.clock.advance(SignedDuration::from_mins(3));
    let before = numbers(&ann).await;
    let rung_at = crm.first_response_at(&leads[0]).await;

    let done = to_status(&ann, &[&leads[0], &leads[1], &leads[2], &leads[3]], "won").await;
    let meanwhile = numbers(&ann).await;
    let put_back = undo(&ann, &done).await;

    assert_ne!(meanwhile, before);
    assert_eq!(put_back, 4);
    assert_eq!(numbers(&ann).await, before);
    assert_eq!(crm.first_response_at(&leads[1]).await, None);
    assert_eq!(crm.first_response_at(&leads[0]).await, rung_at);
}

#[tokio::test]
async fn who_was_rung_or_met_while_the_status_stood_waits_for_nobody_when_it_is_undone() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for (email, kind) in [
        ("zelda@example.com", "call_logged"),
        ("zoe@example.com", "appointment_logged"),
    ] {
        let person = crm.a_person(email).await;
        let lead = a_lead(&*crm.ids).of(&person).created_at(crm.clock.now());
        let lead = lead.insert(&crm.test.db, &crm.fairfield).await;
        crm.clock.advance(SignedDuration::from_mins(2));
        let done = to_status(&ann, &[&lead], "won").await;
        crm.clock.advance(SignedDuration::from_mins(2));
        call(&ann, json!({ "contactId": person.id, "activityType": kind })).await;
        let answered_at = crm.clock.now();

        let put_back = undo(&ann, &done).await;

        assert_eq!(put_back, 1);
        assert_eq!(crm.first_response_at(&lead).await, Some(answered_at), "{kind}");
    }
}
