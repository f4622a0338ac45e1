use axum::http::StatusCode;
use db::testing::a_member;
use types::{PersonId, Role};

use crate::testing::Crm;

async fn with_an_owner() -> (Crm, PersonId) {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    let olga = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    (crm, olga)
}

#[tokio::test]
async fn an_owner_says_what_others_may_do_from_their_next_request_on() {
    let (crm, _) = with_an_owner().await;
    let (olga, ann) = (crm.at_fairfield("olga@example.com").await, crm.ann().await);
    let path = format!("/settings/members/{}", crm.ann);
    let note = serde_json::json!({ "summary": "Rang" });
    assert_eq!(
        ann.post_json("/api/activities", note.clone()).await.status,
        StatusCode::CREATED
    );

    let changed = olga.post_form(&path, &[("role", "read_only")]).await;
    let settings = olga.get(changed.redirect()).await;

    assert!(settings.page().contains("Ann Member is read only now."));
    assert_eq!(
        ann.post_json("/api/activities", note).await.status,
        StatusCode::FORBIDDEN
    );
    let told = ann.get("/activity").await;
    assert!(
        told.page()
            .contains("changed the role of Ann Member to read only")
    );
}

#[tokio::test]
async fn nobody_but_an_owner_changes_roles_and_one_owner_stays() {
    let (crm, olga_id) = with_an_owner().await;
    let (olga, ann, hugo) = (
        crm.at_fairfield("olga@example.com").await,
        crm.ann().await,
        crm.hugo().await,
    );
    let (anns, olgas) = (
        format!("/settings/members/{}", crm.ann),
        format!("/settings/members/{olga_id}"),
    );

    let by_agent = ann.post_form(&anns, &[("role", "owner")]).await;
    let by_neighbour = hugo.post_form(&anns, &[("role", "owner")]).await;
    let nonsense = olga.post_form(&anns, &[("role", "king")]).await;
    let last = olga.post_form(&olgas, &[("role", "agent")]).await;

    assert_eq!(by_agent.status, StatusCode::FORBIDDEN);
    assert_eq!(by_neighbour.status, StatusCode::NOT_FOUND);
    assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        olga.get(last.redirect())
            .await
            .page()
            .contains("A workspace needs an owner.")
    );
    assert!(!ann.get("/settings").await.page().contains("Save role"));
}

#[tokio::test]
async fn one_signs_out_elsewhere_and_only_oneself() {
    let crm = Crm::new().await;
    let (desk, phone, ruth) = (crm.ann().await, crm.ann().await, crm.ruth().await);
    let page = phone.get("/settings").await;
    let this = page.page().split("data-current=\"").nth(1).unwrap();
    let path = format!("/settings/sessions/{}", this.split('"').next().unwrap());

    let by_another = ruth.post_form(&path, &[]).await;
    let ended = desk.post_form(&path, &[]).await;

    assert_eq!(by_another.status, StatusCode::NOT_FOUND);
    assert_eq!(ended.redirect(), "/settings");
    assert_eq!(phone.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.get("/api/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_owner_says_whether_anybody_is_told_of_what_is_overdue() {
    let crm = Crm::new().await;
    let hugo = crm.hugo().await;
    let settings = async || {
        let mut tx = crm.test.db.read(&crm.hudson).await.unwrap();
        let settings = db::tenant::assignment::settings(&mut tx, &crm.hudson).await;
        settings.unwrap().escalates_reminders
    };
    assert!(settings().await);

    let told = hugo
        .post_form("/settings/reminders", &[("escalates", "no")])
        .await;

    assert_eq!(told.redirect(), "/settings");
    assert!(!settings().await);
    let page = hugo.get("/settings").await;
    assert!(page.page().contains("value=\"no\" checked"), "{}", page.text());
    let activity = hugo.get("/activity").await;
    assert!(
        activity
            .page()
            .contains("let nobody be told of overdue reminders")
    );
    let unclear = hugo.post_form("/settings/reminders", &[]).await;
    assert_eq!(unclear.status, 422);
    let ann = crm.ann().await;
    let agents = ann.post_form("/settings/reminders", &[("escalates", "no")]).await;
    assert_eq!(agents.status, 403);
}
