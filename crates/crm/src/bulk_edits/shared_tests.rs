//! What a bulk edit of somebody who sees their own leads leaves alone: contacts that a colleague works with, too.

use axum::http::StatusCode;
use db::{
    tenant::assignment,
    testing::{a_lead, a_member},
};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{AgentsSee, Clock as _, Contact, Lead, PersonId, Role};

use crate::testing::Crm;

const CONTACTS: &str = "/api/contacts/bulk-edits";

impl Crm {
    async fn a_colleague(&self, email: &str, role: Role) -> (PersonId, Caller) {
        let hash = self.password_hash().await;
        let who = (email, hash.as_str());
        let id = a_member(&self.test.db, &*self.ids, &self.fairfield, who, role).await;
        (id, self.at_fairfield(email).await)
    }

    async fn a_lead_of_theirs(&self, contact: &Contact, whose: PersonId) -> Lead {
        let mut lead = a_lead(&*self.ids).of(contact);
        lead.0.assigned_to = Some(whose);
        lead.insert(&self.test.db, &self.fairfield).await
    }

    async fn narrow(&self) {
        let mut tx = self.test.db.write(&self.fairfield).await.unwrap();
        assignment::set_agents_see(&mut tx, &self.fairfield, AgentsSee::Own, self.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

async fn status(caller: &Caller, contact: &Contact) -> StatusCode {
    caller.get(&format!("/api/contacts/{}", contact.id)).await.status
}

#[tokio::test]
async fn contacts_that_a_colleague_works_with_too_are_left_alone_with_the_reason() {
    let crm = Crm::new().await;
    let (bens_id, ben) = crm.a_colleague("ben@example.com", Role::Agent).await;
    let (_, olga) = crm.a_colleague("olga@example.com", Role::Owner).await;
    let ann = crm.ann().await;
    let (shared, bens) = (
        crm.a_person("shared@example.com").await,
        crm.a_person("bens@example.com").await,
    );
    let anns = crm.a_lead_of_theirs(&shared, crm.ann).await;
    crm.a_lead_of_theirs(&shared, bens_id).await;
    crm.a_lead_of_theirs(&bens, bens_id).await;
    crm.narrow().await;
    let alone = ben.delete(&format!("/api/contacts/{}", shared.id)).await;
    assert_eq!(alone.status, StatusCode::FORBIDDEN, "{}", alone.text());

    let wish = json!({ "contactIds": [shared.id, bens.id], "delete": true });
    let done = ben.post_json(CONTACTS, wish.clone()).await.json()["bulkEdit"].clone();
    let listed = ben
        .post_json(CONTACTS, json!({ "filter": {}, "delete": true }))
        .await
        .json()["bulkEdit"]
        .clone();

    let reason = "A colleague works with this contact too. Only somebody who sees all leads can delete, merge or separate it.";
    let left = json!([{ "contactId": shared.id, "reason": reason }]);
    assert_eq!((&done["counts"]["changed"], &done["skipped"]), (&json!(1), &left));
    assert_eq!(
        (&listed["counts"]["changed"], &listed["skipped"]),
        (&json!(0), &left)
    );
    assert_eq!(status(&ann, &shared).await, StatusCode::OK);
    assert_eq!(status(&olga, &bens).await, StatusCode::NOT_FOUND);
    let lead = ann.get(&format!("/api/leads/{}", anns.id)).await.json();
    assert_eq!(lead["lead"]["contactId"], json!(shared.id));
    let all = olga.post_json(CONTACTS, wish).await.json();
    assert_eq!(all["bulkEdit"]["counts"]["changed"], 1, "who sees all may: {all}");
}

#[tokio::test]
async fn whoever_is_narrowed_takes_back_nobody_elses_edit_and_changes_no_lead_that_they_do_not_see() {
    let crm = Crm::new().await;
    let (bens_id, ben) = crm.a_colleague("ben@example.com", Role::Agent).await;
    let ann = crm.ann().await;
    let person = crm.a_person("anns@example.com").await;
    let lead = crm.a_lead_of_theirs(&person, crm.ann).await;
    let own = crm.a_lead_of_theirs(&person, bens_id).await;
    crm.narrow().await;
    let tagged = json!({ "leadIds": [lead.id], "addTag": "hot" });
    let anns = ann.post_json("/api/bulk-edits", tagged.clone()).await.json()["bulkEdit"]["id"].clone();
    let given = json!({ "leadIds": [own.id], "assignedTo": crm.ann });
    let given = ben.post_json("/api/bulk-edits", given).await.json()["bulkEdit"]["id"].clone();
    let undo = |id: &Value| format!("/api/bulk-edits/{}/undo", id.as_str().unwrap());

    let theirs = ben.post_json(&undo(&anns), json!({})).await;
    let unseen = ben.post_json("/api/bulk-edits", tagged).await;
    let gone = ben.post_json(&undo(&given), json!({})).await.json();

    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    assert_eq!(unseen.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(gone["bulkEdit"]["counts"]["kept"], 1, "{gone}");
    let lead = ann.get(&format!("/api/leads/{}", own.id)).await.json();
    assert_eq!(lead["lead"]["assignedTo"], json!(crm.ann), "it is hers");
}
