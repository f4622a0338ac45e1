//! Whoever cannot see or do any more what they have to do, has it no more: it is somebody's who can.

use axum::http::StatusCode;
use db::testing::{a_contact, a_lead, a_member};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Contact, Lead, PersonId, Role};

use crate::testing::Crm;

/// Fairfield with an owner and two agents.
struct Office {
    crm: Crm,
    olga: Caller,
    ann: Caller,
    bob: Caller,
    olgas: PersonId,
    bobs: PersonId,
}

impl Office {
    async fn new() -> Self {
        let crm = Crm::new().await;
        let hash = crm.password_hash().await;
        let mut ids = Vec::new();
        for (email, role) in [
            ("olga@example.com", Role::Owner),
            ("bob@example.com", Role::Agent),
        ] {
            let who = (email, hash.as_str());
            ids.push(a_member(&crm.test.db, &*crm.ids, &crm.fairfield, who, role).await);
        }
        Self {
            olga: crm.at_fairfield("olga@example.com").await,
            ann: crm.ann().await,
            bob: crm.at_fairfield("bob@example.com").await,
            olgas: ids[0],
            bobs: ids[1],
            crm,
        }
    }

    /// The same where agents see their own leads and unclaimed ones.
    async fn apart() -> Self {
        let office = Self::new().await;
        office.narrow().await;
        office
    }

    async fn narrow(&self) {
        let own = [("agentsSee", "own")];
        let switched = self.olga.post_form("/settings/agents-see", &own).await;
        assert_eq!(switched.redirect(), "/settings");
    }

    async fn somebody(&self, name: &str) -> Contact {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let contact = a_contact(&*self.crm.ids).name(name).email(&email);
        contact.insert(&self.crm.test.db, &self.crm.fairfield).await
    }

    async fn a_lead(&self, of: &Contact, holder: Option<PersonId>) -> Lead {
        let mut lead = a_lead(&*self.crm.ids).of(of);
        lead.0.assigned_to = holder;
        lead.insert(&self.crm.test.db, &self.crm.fairfield).await
    }

    /// Something that Olga writes down for somebody to do. Brings its path.
    async fn to_do(&self, of: PersonId, about: Value) -> String {
        let mut body = json!({ "title": "Call back", "dueAt": "2026-03-09T09:00:00Z", "assignedTo": of });
        body.as_object_mut()
            .unwrap()
            .extend(about.as_object().unwrap().clone());
        let made = self.olga.post_json("/api/reminders", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        format!(
            "/api/reminders/{}",
            made.json()["reminder"]["id"].as_str().unwrap()
        )
    }

    async fn whose(&self, reminder: &str) -> Value {
        self.olga.get(reminder).await.json()["reminder"]["assignedTo"].clone()
    }

    async fn role(&self, of: PersonId, body: Value) {
        let changed = self.olga.patch_json(&format!("/api/members/{of}"), body).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    }

    /// What stands in the timeline, anywhere.
    async fn timeline(&self) -> String {
        self.olga.get("/api/activities").await.text().to_owned()
    }

    async fn merge(&self, ids: [&Contact; 2]) -> String {
        let body = json!({ "contactIds": [ids[0].id, ids[1].id] });
        let merged = self.olga.post_json("/api/contacts/merge", body).await;
        assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());
        merged.json()["merge"]["id"].as_str().unwrap().to_owned()
    }
}

/// What somebody was told, newest first.
async fn told(caller: &Caller) -> Vec<String> {
    let told = caller.get("/api/notices").await.json();
    let told = told["notices"].as_array().unwrap().iter();
    told.map(|notice| notice["text"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn what_agents_do_not_see_any_more_is_for_who_has_it_to_do() {
    let office = Office::new().await;
    let (anns, bobs) = (office.crm.ann, office.bobs);
    let ana = office.somebody("Ana Ruiz").await;
    let lead = office.a_lead(&ana, Some(anns)).await;
    let bo = office.somebody("Bo Lind").await;
    let waits = office.a_lead(&bo, None).await;
    let cy = office.somebody("Cy Young").await;
    let ruth = office.crm.ruth().await.get("/api/session").await.json()["userId"].clone();
    let ruth = ruth.as_str().unwrap().parse().unwrap();
    let of_ruth = office.a_lead(&cy, Some(ruth)).await;
    let gone = [
        office.to_do(bobs, json!({ "leadId": lead.id })).await,
        office.to_do(bobs, json!({ "contactId": ana.id })).await,
    ];
    let to_an_owner = office.to_do(bobs, json!({ "leadId": of_ruth.id })).await;
    let kept = [
        office.to_do(bobs, json!({ "leadId": waits.id })).await,
        office.to_do(bobs, json!({})).await,
    ];
    let done = office.to_do(bobs, json!({ "leadId": lead.id })).await;
    office.bob.patch_json(&done, json!({ "completed": true })).await;

    office.narrow().await;
    office.narrow().await;

    for reminder in &gone {
        assert_eq!(office.whose(reminder).await, json!(anns));
    }
    for reminder in kept.iter().chain([&done]) {
        assert_eq!(office.whose(reminder).await, json!(bobs));
    }
    assert_eq!(office.whose(&to_an_owner).await, json!(office.olgas));
    assert_eq!(told(&office.ann).await, ["2 reminders are yours to do now."]);
    assert_eq!(told(&office.olga).await, [""; 0], "she did it");
    let timeline = office.timeline().await;
    let trace = "The reminder “Call back” went to Ann Member, who sees what it is about";
    assert_eq!(timeline.matches(trace).count(), 2, "{timeline}");
    let page = office.ann.get("/notices").await;
    assert!(page.page().contains("href=\"/reminders\""), "{}", page.text());
}

#[tokio::test]
async fn whoever_becomes_an_agent_leaves_what_they_do_not_see_to_who_has_it() {
    let office = Office::apart().await;
    let bobs = office.bobs;
    office.role(bobs, json!({ "role": "assistant" })).await;
    let ana = office.somebody("Ana Ruiz").await;
    let lead = office.a_lead(&ana, Some(office.crm.ann)).await;
    let gone = office.to_do(bobs, json!({ "leadId": lead.id })).await;
    let kept = office.to_do(bobs, json!({})).await;

    office.role(bobs, json!({ "role": "agent" })).await;

    assert_eq!(office.whose(&gone).await, json!(office.crm.ann));
    assert_eq!(office.whose(&kept).await, json!(bobs));
    assert_eq!(told(&office.ann).await, ["1 reminder is yours to do now."]);
    let timeline = office.timeline().await;
    let trace = "Changed the role of Bob Member to agent: 1 reminder to who sees what it is about";
    assert!(timeline.contains(trace), "{timeline}");
}

#[tokio::test]
async fn an_heir_has_what_they_see_and_others_the_rest() {
    let office = Office::apart().await;
    let (anns, bobs) = (office.crm.ann, office.bobs);
    office.role(bobs, json!({ "role": "assistant" })).await;
    let ana = office.somebody("Ana Ruiz").await;
    let lead = office.a_lead(&ana, Some(office.olgas)).await;
    let hidden = office.to_do(bobs, json!({ "leadId": lead.id })).await;
    let seen = office.to_do(bobs, json!({})).await;

    office
        .role(bobs, json!({ "role": "read_only", "remindersTo": anns }))
        .await;

    assert_eq!(office.whose(&hidden).await, json!(office.olgas));
    assert_eq!(office.whose(&seen).await, json!(anns));
    assert_eq!(told(&office.ann).await, ["1 reminder is yours to do now."]);
}

#[tokio::test]
async fn what_is_to_be_done_about_who_was_merged_is_for_who_sees_who_is_left() {
    let office = Office::apart().await;
    let (ana, anna) = (office.somebody("Ana").await, office.somebody("Anna").await);
    office.a_lead(&ana, Some(office.crm.ann)).await;
    let reminder = office.to_do(office.bobs, json!({ "contactId": anna.id })).await;

    let merge = office.merge([&ana, &anna]).await;

    assert_eq!(office.whose(&reminder).await, json!(office.crm.ann));
    assert_eq!(told(&office.ann).await, ["1 reminder is yours to do now."]);
    let undo = format!("/api/contacts/merge/{merge}/undo");
    let undone = office.olga.post_json(&undo, json!({})).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text());
    assert_eq!(
        office.whose(&reminder).await,
        json!(office.crm.ann),
        "whoever still sees it keeps it"
    );
}

#[tokio::test]
async fn what_somebody_does_not_see_once_a_merge_is_undone_is_for_who_does() {
    let office = Office::apart().await;
    let (ana, anna) = (office.somebody("Ana").await, office.somebody("Anna").await);
    office.a_lead(&ana, Some(office.crm.ann)).await;
    office.a_lead(&anna, Some(office.bobs)).await;
    let merge = office.merge([&ana, &anna]).await;
    let reminder = office.to_do(office.bobs, json!({ "contactId": ana.id })).await;

    let undo = format!("/api/contacts/merge/{merge}/undo");
    let undone = office.olga.post_json(&undo, json!({})).await;

    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text());
    assert_eq!(office.whose(&reminder).await, json!(office.crm.ann));
}

#[tokio::test]
async fn what_is_to_be_done_about_somebody_outlives_the_lead_by_which_they_were_seen() {
    for by_many in [false, true] {
        let office = Office::apart().await;
        let ana = office.somebody("Ana Ruiz").await;
        office.a_lead(&ana, Some(office.crm.ann)).await;
        let lead = office.a_lead(&ana, Some(office.bobs)).await;
        let reminder = office.to_do(office.bobs, json!({ "contactId": ana.id })).await;

        let deleted = match by_many {
            true => {
                let body = json!({ "leadIds": [lead.id], "delete": true });
                office.bob.post_json("/api/bulk-edits", body).await
            }
            false => office.bob.delete(&format!("/api/leads/{}", lead.id)).await,
        };

        assert!(deleted.status.is_success(), "{}", deleted.text());
        assert_eq!(office.whose(&reminder).await, json!(office.crm.ann));
        assert_eq!(told(&office.ann).await, ["1 reminder is yours to do now."]);
    }
}

#[tokio::test]
async fn what_is_open_again_is_for_who_sees_it() {
    let office = Office::apart().await;
    let ana = office.somebody("Ana Ruiz").await;
    let lead = office.a_lead(&ana, Some(office.bobs)).await;
    let reminder = office.to_do(office.bobs, json!({ "leadId": lead.id })).await;
    office
        .bob
        .patch_json(&reminder, json!({ "completed": true }))
        .await;
    let to_ann = json!({ "assignedTo": office.crm.ann });
    office
        .olga
        .patch_json(&format!("/api/leads/{}", lead.id), to_ann)
        .await;
    assert_eq!(office.whose(&reminder).await, json!(office.bobs), "done is done");

    let open = json!({ "completed": false });
    let opened = office.olga.patch_json(&reminder, open).await;

    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
    assert_eq!(opened.json()["reminder"]["assignedTo"], json!(office.crm.ann));
}
