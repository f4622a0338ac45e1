use axum::http::StatusCode;
use db::testing::a_member;
use serde_json::{Value, json};
use types::Role;

use crate::testing::Crm;

async fn texts(caller: &server::testing::Caller, path: &str) -> Vec<String> {
    let told = caller.get(path).await.json();
    let told = told["notices"].as_array().unwrap().iter();
    told.map(|notice| notice["text"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn whoever_is_given_a_lead_or_loses_one_is_told_until_they_have_read_it() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bobs_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let (ann, bob) = (crm.ann().await, crm.at_fairfield("bob@example.com").await);
    let lead = crm.a_lead_of_ana().await;
    let path = format!("/api/leads/{}", lead.id);

    ann.patch_json(&path, json!({ "assignedTo": bobs_id })).await;
    assert_eq!(
        texts(&bob, "/api/notices").await,
        ["Ann Member gave you the lead of Ana Ruiz."]
    );
    assert_eq!(texts(&ann, "/api/notices").await, [""; 0]);
    ann.patch_json(&path, json!({ "assignedTo": crm.ann })).await;
    ann.patch_json(&path, json!({ "notes": "Nobody need hear of this" }))
        .await;

    let page = bob.get("/notices").await;
    assert!(
        page.page()
            .contains("Ann Member took the lead of Ana Ruiz from you.")
    );
    assert!(page.page().contains("Mark all read"));
    let id = bob.get("/api/notices").await.json()["notices"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let read = bob
        .patch_json(&format!("/api/notices/{id}"), json!({ "read": true }))
        .await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text());
    assert_eq!(
        texts(&bob, "/api/notices?status=unread").await,
        ["Ann Member gave you the lead of Ana Ruiz."]
    );
    let by_ann = ann
        .patch_json(&format!("/api/notices/{id}"), json!({ "read": false }))
        .await;
    assert_eq!(by_ann.status, StatusCode::NOT_FOUND);
    bob.post_form("/notices", &[]).await;
    assert_eq!(texts(&bob, "/api/notices?status=unread").await, [""; 0]);
    bob.post_form(&format!("/notices/{id}"), &[("action", "unread")])
        .await;
    assert_eq!(texts(&bob, "/api/notices?status=unread").await.len(), 1);
    assert!(
        ann.get("/notices")
            .await
            .page()
            .contains("Nothing happened behind your back")
    );
}

#[tokio::test]
async fn a_notice_of_a_lead_that_is_not_seen_any_more_names_nobody() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    let olgas_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let (ann, olga) = (crm.ann().await, crm.at_fairfield("olga@example.com").await);
    olga.post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await;
    let lead = crm.a_lead_of_ana().await;
    let path = format!("/api/leads/{}", lead.id);

    for holder in [crm.ann, olgas_id] {
        olga.patch_json(&path, json!({ "assignedTo": holder })).await;
    }

    let told = ann.get("/api/notices").await.json();
    assert_eq!(told["notices"][0]["text"], "Olga Member took a lead from you.");
    assert_eq!(told["notices"][0]["leadId"], Value::Null);
    assert!(!told.to_string().contains("Ruiz"));
}

#[tokio::test]
async fn a_rule_tells_whom_it_gave_a_lead_to_and_a_deleted_lead_is_forgotten() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let (ann, olga) = (crm.ann().await, crm.at_fairfield("olga@example.com").await);
    let rule = json!({ "name": "Ann's", "source": "crm_manual", "target": "person", "people": [crm.ann] });
    olga.post_json("/api/assignment-rules", rule).await;

    let made = olga
        .post_json("/api/leads", json!({ "leadType": "buyer" }))
        .await
        .json();

    assert_eq!(
        texts(&ann, "/api/notices").await,
        ["A rule gave you a lead of an unknown visitor."]
    );
    let path = format!("/api/leads/{}", made["lead"]["id"].as_str().unwrap());
    assert_eq!(olga.delete(&path).await.status, StatusCode::OK);
    assert_eq!(texts(&ann, "/api/notices").await, [""; 0]);
}
