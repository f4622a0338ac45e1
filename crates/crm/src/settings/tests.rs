use axum::http::StatusCode;

use crate::testing::Crm;

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
