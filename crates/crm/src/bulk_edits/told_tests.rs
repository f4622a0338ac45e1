//! Whoever loses leads by a bulk edit hears of it as whoever gets them, and both hear when it is undone.

use db::{
    tenant::notices,
    testing::{a_lead, a_member},
};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Lead, PersonId, Role};

use crate::testing::Crm;

/// Ann, who does it, Bob and Cleo.
struct Office {
    crm: Crm,
    ann: Caller,
    bob: (PersonId, Caller),
    cleo: (PersonId, Caller),
}

impl Office {
    async fn new() -> Self {
        let crm = Crm::new().await;
        let hash = crm.password_hash().await;
        let mut all = Vec::new();
        for email in ["bob@example.com", "cleo@example.com"] {
            let who = (email, hash.as_str());
            let id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, who, Role::Agent).await;
            all.push((id, crm.at_fairfield(email).await));
        }
        let (cleo, bob) = (all.pop().unwrap(), all.pop().unwrap());
        let ann = crm.ann().await;
        Self { crm, ann, bob, cleo }
    }

    async fn a_lead(&self, of: Option<PersonId>) -> Lead {
        let mut lead = a_lead(&*self.crm.ids);
        lead.0.assigned_to = of;
        lead.insert(&self.crm.test.db, &self.crm.fairfield).await
    }

    async fn mails_due(&self) -> Vec<(PersonId, i64)> {
        let crm = &self.crm;
        let now = types::Clock::now(&*crm.clock);
        let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
        let due = notices::take_to_mail(&mut tx, &crm.fairfield, now, 50)
            .await
            .unwrap();
        due.iter()
            .map(|given| (given.person_id, given.lead_count))
            .collect()
    }
}

async fn give(caller: &Caller, leads: &[&Lead], to: Option<PersonId>) -> Value {
    let ids: Vec<_> = leads.iter().map(|lead| lead.id).collect();
    let wish = json!({ "leadIds": ids, "assignedTo": to });
    let done = caller.post_json("/api/bulk-edits", wish).await;
    assert!(done.status.is_success(), "{}", done.text());
    done.json()["bulkEdit"].clone()
}

async fn undo(caller: &Caller, edit: &Value) {
    let path = format!("/api/bulk-edits/{}/undo", edit["id"].as_str().unwrap());
    let undone = caller.post_json(&path, json!({})).await;
    assert!(undone.status.is_success(), "{}", undone.text());
}

/// What somebody was told, and has read by that.
async fn told(caller: &Caller) -> Vec<String> {
    let found = caller.get("/api/notices?status=unread").await.json()["notices"].clone();
    caller.post_form("/notices", &[]).await;
    let found = found.as_array().unwrap().iter();
    let mut texts: Vec<_> = found
        .map(|notice| notice["text"].as_str().unwrap().to_owned())
        .collect();
    texts.sort_unstable();
    texts
}

#[tokio::test]
async fn whose_leads_were_given_away_is_told_and_so_are_both_when_it_is_undone() {
    let office = Office::new().await;
    let (ann, bob, cleo) = (&office.ann, &office.bob, &office.cleo);
    let leads = [
        office.a_lead(Some(cleo.0)).await,
        office.a_lead(Some(cleo.0)).await,
        office.a_lead(Some(office.crm.ann)).await,
        office.a_lead(None).await,
    ];
    let [one, two, anns, nobodys] = &leads;

    let done = give(ann, &[one, two, anns, nobodys], Some(bob.0)).await;

    assert_eq!(told(&bob.1).await, ["Ann Member gave you 4 leads."]);
    assert_eq!(told(&cleo.1).await, ["Ann Member took 2 leads from you."]);
    assert_eq!(told(ann).await, [""; 0], "she did it");
    let kinds = cleo.1.get("/api/notices").await.json();
    assert_eq!(kinds["notices"][0]["kind"], "leads_taken");

    undo(ann, &done).await;

    assert_eq!(told(&bob.1).await, ["Ann Member took 4 leads from you."]);
    assert_eq!(told(&cleo.1).await, ["Ann Member gave you 2 leads."]);
    assert_eq!(told(ann).await, [""; 0], "she did it");
}

#[tokio::test]
async fn leads_that_become_nobodys_are_told_of_and_those_that_stay_are_not_counted() {
    let office = Office::new().await;
    let (ann, bob, cleo) = (&office.ann, &office.bob, &office.cleo);
    let (first, second) = (
        office.a_lead(Some(cleo.0)).await,
        office.a_lead(Some(cleo.0)).await,
    );

    let done = give(&bob.1, &[&first, &second], None).await;
    assert_eq!(told(&cleo.1).await, ["Bob Member took 2 leads from you."]);
    let notes = json!({ "notes": "Rang again." });
    ann.patch_json(&format!("/api/leads/{}", second.id), notes).await;
    undo(ann, &done).await;

    assert_eq!(told(&cleo.1).await, ["Ann Member gave you 1 lead."]);
    assert_eq!(told(&bob.1).await, [""; 0], "none of them was his");
}

#[tokio::test]
async fn no_message_tells_of_leads_that_went_back_before_it_was_written() {
    let office = Office::new().await;
    let (bob, cleo) = (&office.bob, &office.cleo);
    let lead = office.a_lead(Some(cleo.0)).await;

    let done = give(&office.ann, &[&lead], Some(bob.0)).await;
    undo(&office.ann, &done).await;

    assert_eq!(
        office.mails_due().await,
        [(cleo.0, 1)],
        "bob has none, she has hers again"
    );
}
