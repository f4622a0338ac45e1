//! Nobody is given leads who cannot have them any more.

use db::testing::{a_lead, a_member, leaves};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{BulkEditId, Lead, PersonId, Role};

use super::work;
use crate::{app::App, testing::Crm};

impl Crm {
    async fn bob(&self) -> PersonId {
        let bob = ("bob@example.com", "hash");
        a_member(&self.test.db, &*self.ids, &self.fairfield, bob, Role::Agent).await
    }

    async fn a_lead_held_by(&self, holder: Option<PersonId>) -> Lead {
        let mut lead = a_lead(&*self.ids);
        lead.0.assigned_to = holder;
        lead.insert(&self.test.db, &self.fairfield).await
    }
}

async fn edit(caller: &Caller, wish: Value) -> Value {
    let begun = caller.post_json("/api/bulk-edits", wish).await;
    assert!(begun.status.is_success(), "{}", begun.text());
    begun.json()["bulkEdit"].clone()
}

#[tokio::test]
async fn leads_come_back_to_the_pool_where_whoever_had_them_left() {
    let crm = Crm::new().await;
    let (ann, bob) = (crm.ann().await, crm.bob().await);
    let leads = [
        crm.a_lead_held_by(Some(bob)).await,
        crm.a_lead_held_by(Some(bob)).await,
    ];
    let given = edit(&ann, json!({ "leadIds": [leads[0].id], "assignedTo": crm.ann })).await;
    let deleted = edit(&ann, json!({ "leadIds": [leads[1].id], "delete": true })).await;

    leaves(&crm.test.db, &crm.fairfield, bob).await;
    for edit in [given, deleted] {
        let path = format!("/api/bulk-edits/{}/undo", edit["id"].as_str().unwrap());
        let undone = ann.post_json(&path, json!({})).await.json();
        assert_eq!(undone["bulkEdit"]["counts"]["putBack"], 1, "{undone}");
    }

    for lead in leads {
        let found = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
        assert_eq!(found["lead"]["assignedTo"], Value::Null, "{found}");
    }
}

#[tokio::test]
async fn whoever_leaves_while_leads_are_given_to_them_gets_none() {
    let crm = Crm::new().await;
    let (ann, bob) = (crm.ann().await, crm.bob().await);
    for _ in 0..501 {
        crm.a_lead_held_by(None).await;
    }
    let begun = edit(&ann, json!({ "filter": {}, "assignedTo": bob })).await;
    let id: BulkEditId = begun["id"].as_str().unwrap().parse().unwrap();

    leaves(&crm.test.db, &crm.fairfield, bob).await;
    let app = App::new(&crm.context).unwrap();
    work(&app, &crm.fairfield, id).await.unwrap();

    let done = ann.get(&format!("/api/bulk-edits/{id}")).await.json();
    assert_eq!(done["bulkEdit"]["counts"]["skipped"], 501, "{done}");
    let page = ann.get(&format!("/bulk-edits/{id}")).await;
    let why = "Whoever it was to go to cannot have it any more.";
    assert!(page.page().contains(why), "{}", page.text());
}
