use axum::http::StatusCode;
use serde_json::{Value, json};
use server::testing::Caller;

use crate::testing::{Console, acme};

const MEMBERS: &str = "/api/tenants/tenant_acme/members";

async fn with_acme() -> (Console, Caller) {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    (console, admin)
}

async fn invite(admin: &Caller, email: &str, role: &str) -> Value {
    let answer = admin
        .post_json(MEMBERS, json!({ "email": email, "role": role }))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn path_of(invited: &Value) -> String {
    format!("{MEMBERS}/{}", invited["member"]["memberId"].as_str().unwrap())
}

#[tokio::test]
async fn somebody_is_invited_and_their_first_password_told_once() {
    let (console, admin) = with_acme().await;

    let invited = invite(&admin, "Ann@Acme.example", "owner").await;

    assert_eq!(invited["member"]["email"], "ann@acme.example");
    assert_eq!(invited["member"]["name"], "ann");
    assert_eq!(invited["initialPassword"].as_str().unwrap().len(), 27);
    let listed = admin.get(MEMBERS).await.json();
    assert_eq!(listed["members"], json!([invited["member"]]));
    assert!(listed.get("initialPassword").is_none());
    let told = console.events().await.pop().unwrap().details.to_string();
    assert!(!told.contains("ann"), "the trail knows no address: {told}");
}

#[tokio::test]
async fn a_role_is_changed_and_the_last_owner_stays_one() {
    let (_console, admin) = with_acme().await;
    let ann = path_of(&invite(&admin, "ann@acme.example", "owner").await);

    let last = admin.patch_json(&ann, json!({ "role": "agent" })).await;
    let removed = admin.delete(&ann).await;
    invite(&admin, "bob@acme.example", "owner").await;
    let changed = admin.patch_json(&ann, json!({ "role": "agent" })).await;

    assert_eq!(
        (last.status, removed.status),
        (StatusCode::CONFLICT, StatusCode::CONFLICT)
    );
    assert_eq!(last.json()["code"], "last_owner");
    assert_eq!(changed.json()["member"]["role"], "agent");
    assert_eq!(admin.get(&ann).await.json()["member"]["role"], "agent");
}

#[tokio::test]
async fn whoever_is_removed_is_gone_and_may_come_back() {
    let (_console, admin) = with_acme().await;
    invite(&admin, "ann@acme.example", "owner").await;
    let bob = path_of(&invite(&admin, "bob@acme.example", "agent").await);

    let removed = admin.delete(&bob).await;
    let gone = admin.get(&bob).await;
    let again = admin.delete(&bob).await;
    let back = invite(&admin, "bob@acme.example", "assistant").await;

    assert_eq!(removed.status, StatusCode::OK);
    assert_eq!(
        (gone.status, again.status),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
    assert_eq!(path_of(&back), bob);
    assert_eq!(
        (&back["wasKnown"], &back["initialPassword"]),
        (&json!(true), &Value::Null)
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_told_at_once() {
    let (_console, admin) = with_acme().await;
    invite(&admin, "ann@acme.example", "owner").await;

    let wrong = json!({ "email": "nobody", "role": "king", "password": "short" });
    let wrong = admin.post_json(MEMBERS, wrong).await;
    let twice = admin
        .post_json(MEMBERS, json!({ "email": "ann@acme.example", "role": "agent" }))
        .await;

    let pointers: Vec<_> = wrong.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/email", "/role", "/password"]);
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert_eq!(twice.json()["code"], "already_member");
}
