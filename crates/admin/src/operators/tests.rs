use axum::http::StatusCode;
use serde_json::{Value, json};
use server::testing::Caller;
use types::OperatorRole;

use crate::testing::Console;

const OPERATORS: &str = "/api/operators";

/// The address of the operator with this role.
async fn one(admin: &Caller, role: &str) -> String {
    let all = admin.get(OPERATORS).await.json();
    let all: Vec<Value> = all["operators"].as_array().unwrap().clone();
    let found = all.into_iter().find(|found| found["role"] == role).unwrap();
    format!("{OPERATORS}/{}", found["operatorId"].as_str().unwrap())
}

#[tokio::test]
async fn an_operator_is_invited_changed_signed_out_and_let_go() {
    let console = Console::new().await;
    let admin = console.admin().await;

    let made = admin
        .post_json(
            OPERATORS,
            json!({ "email": "mara@freehold.example", "role": "viewer" }),
        )
        .await;
    let made = made.json();
    let again = admin
        .post_json(
            OPERATORS,
            json!({ "email": "mara@freehold.example", "role": "viewer" }),
        )
        .await;
    let mara = console.stranger();
    let claim = json!({ "email": "mara@freehold.example", "password": made["initialPassword"] });
    assert_eq!(
        mara.post_json("/api/session", claim.clone()).await.status,
        StatusCode::OK
    );
    let path = format!("{OPERATORS}/{}", made["operator"]["operatorId"].as_str().unwrap());
    let raised = admin.patch_json(&path, json!({ "role": "admin" })).await;
    let as_admin = mara.get("/api/session").await.json();
    admin.patch_json(&path, json!({ "revokeSessions": true })).await;
    let out = mara.get("/api/session").await;
    let gone = admin.delete(&path).await;
    let refused = mara.post_json("/api/session", claim).await;
    let back = admin
        .post_json(
            OPERATORS,
            json!({ "email": "mara@freehold.example", "role": "support" }),
        )
        .await;

    assert_eq!(again.json()["code"], "operator_exists");
    assert_eq!(raised.json()["operator"]["role"], "admin");
    assert_eq!(as_admin["role"], "admin", "the next request meets the new role");
    assert_eq!(
        (out.status, gone.status),
        (StatusCode::UNAUTHORIZED, StatusCode::OK)
    );
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert_eq!(back.status, StatusCode::CREATED, "{}", back.text());
}

#[tokio::test]
async fn the_last_admin_stays_and_nobody_raises_themselves() {
    let console = Console::new().await;
    let admin = console.admin().await;
    let me = one(&admin, "admin").await;

    let own = admin.patch_json(&me, json!({ "role": "viewer" })).await;
    let gone = admin.delete(&me).await;
    let shell = console.shell();
    let id = me.rsplit('/').next().unwrap().parse().unwrap();
    let by_shell = super::remove(&shell, id).await.unwrap_err();

    assert_eq!(own.json()["code"], "own_role");
    assert_eq!(gone.json()["code"], "own_role");
    assert_eq!(by_shell.code(), "last_admin");
    let viewer = console.signed_in(OperatorRole::Viewer).await;
    let raised = viewer
        .patch_json(&one(&admin, "viewer").await, json!({ "role": "admin" }))
        .await;
    assert_eq!(raised.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_page_invites_changes_and_removes() {
    let console = Console::new().await;
    let admin = console.admin().await;
    let viewer = one(&admin, "viewer").await.replace("/api", "");

    let refused = admin
        .post_form("/operators", &[("email", "nobody"), ("role", "tea")])
        .await;
    let form = [("email", "mara@freehold.example"), ("role", "support")];
    let invited = admin.post_form("/operators", &form).await;
    let role = admin
        .post_form(&viewer, &[("action", "role"), ("role", "operator")])
        .await;
    let out = admin.post_form(&viewer, &[("action", "sign-out")]).await;
    let removed = admin.post_form(&format!("{viewer}/remove"), &[]).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(invited.page().contains("told here and nowhere else"));
    for done in [role, out, removed] {
        assert_eq!(done.redirect(), "/operators");
    }
    let page = admin.get("/operators").await;
    assert!(page.page().contains("mara@freehold.example"));
    assert!(!page.text().contains("viewer@freehold.example"));
    assert!(!page.text().contains("told here and nowhere else"));
}
