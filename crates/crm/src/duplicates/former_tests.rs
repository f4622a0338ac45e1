//! A merge forgets no address, and is not made of what somebody changed meanwhile.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::testing::Caller;

use crate::testing::Crm;

async fn somebody(ann: &Caller, word: &str) -> String {
    let body = json!({ "fullName": format!("Yara {word}"), "email": format!("{word}@example.com") });
    let made = ann.post_json("/api/contacts", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()["contact"]["id"].as_str().unwrap().to_owned()
}

async fn merge(ann: &Caller, body: Value) -> Value {
    let merged = ann.post_json("/api/contacts/merge", body).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());
    merged.json()["merge"].clone()
}

#[tokio::test]
async fn a_merged_address_is_taken_imported_searched_and_shown_as_the_kept_contacts() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (one, two) = (somebody(&ann, "quartz").await, somebody(&ann, "basalt").await);
    let merged = merge(&ann, json!({ "contactIds": [one, two] })).await;

    let again = ann
        .post_json("/api/contacts", json!({ "email": "BASALT@example.com" }))
        .await;
    let edited = somebody(&ann, "marble").await;
    let edit = json!({ "email": "basalt@example.com" });
    let edited = ann.patch_json(&format!("/api/contacts/{edited}"), edit).await;
    let file = b"Name,E-mail,Phone\nY,basalt@example.com,203-555-0142\n".to_vec();
    let sent = ann
        .send(Method::POST, "/api/imports", Some("text/csv"), file)
        .await
        .json();
    let searched = ann.get("/api/contacts?search=basalt").await.json();
    let page = ann.get(&format!("/contacts/{one}")).await;
    let old = ann.get(&format!("/contacts/{two}")).await;

    for refused in [again, edited] {
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(refused.json()["contactId"], json!(one));
    }
    assert_eq!(
        sent["import"]["counts"]["updated"], 1,
        "the phone is the kept contact's now"
    );
    assert_eq!(searched["contacts"][0]["id"], json!(one));
    assert_eq!(searched["contacts"].as_array().unwrap().len(), 1);
    assert!(
        page.page()
            .contains("Also found by basalt@example.com: merged contacts had it.")
    );
    assert_eq!(old.redirect(), format!("/contacts/{one}"));
    assert_eq!(
        ann.get(&format!("/api/contacts/{two}")).await.status,
        StatusCode::NOT_FOUND
    );

    // What came since is an edit, which stays with the kept one.
    let undo = format!("/api/contacts/merge/{}/undo", merged["id"].as_str().unwrap());
    assert_eq!(ann.post_json(&undo, json!({})).await.status, StatusCode::CONFLICT);
    let undone = ann.post_json(&format!("{undo}?force=true"), json!({})).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text());
    let kept = ann.get(&format!("/api/contacts/{one}")).await.json()["contact"].clone();
    assert_eq!(
        (&kept["email"], &kept["phone"]),
        (&json!("quartz@example.com"), &json!("203-555-0142"))
    );
    assert_eq!(ann.get(&format!("/contacts/{two}")).await.status, StatusCode::OK);
    let page = ann.get(&format!("/contacts/{one}")).await;
    assert!(!page.page().contains("Also found by"));
}

#[tokio::test]
async fn a_neighbour_is_led_nowhere() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (one, two) = (somebody(&ann, "quartz").await, somebody(&ann, "basalt").await);
    merge(&ann, json!({ "contactIds": [one, two] })).await;

    let led = crm.hugo().await.get(&format!("/contacts/{two}")).await;

    assert_eq!(led.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_changed_since_the_comparison_is_not_merged_but_shown_anew() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (one, two) = (somebody(&ann, "quartz").await, somebody(&ann, "basalt").await);
    let page = ann.get(&format!("/contacts/merge?ids={one},{two}")).await;
    assert!(page.page().contains(&format!("name=\"seen\" value=\"{two}:1\"")));
    let edit = json!({ "fullName": "Somebody Else" });
    ann.patch_json(&format!("/api/contacts/{two}"), edit).await;
    let (first, second) = (format!("{one}:1"), format!("{two}:1"));
    let ids = format!("{one},{two}");
    let typed = [
        ("ids", ids.as_str()),
        ("seen", &first),
        ("seen", &second),
        ("keep", &one),
        ("fullName", &two),
    ];

    let refused = ann.post_form("/contacts/merge", &typed).await;
    let preview = format!("/contacts/merge?step=preview&ids={ids}&seen={first}&seen={second}");
    let foretold = ann.get(&preview).await;

    for answer in [&refused, &foretold] {
        assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
        let text = answer.text();
        assert!(text.contains("Somebody changed one of these contacts"), "{text}");
        assert!(text.contains("Somebody Else") && text.contains(&format!("value=\"{two}:2\"")));
    }
    assert_eq!(
        ann.get(&format!("/api/contacts/{two}")).await.status,
        StatusCode::OK
    );
    let second = format!("{two}:2");
    let typed = [("ids", ids.as_str()), ("seen", &first), ("seen", &second)];
    let merged = ann.post_form("/contacts/merge", &typed).await;
    assert_eq!(merged.redirect(), format!("/contacts/{one}"));
}

#[tokio::test]
async fn a_program_may_insist_on_what_it_saw() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (one, two) = (somebody(&ann, "quartz").await, somebody(&ann, "basalt").await);
    let wish = |more: Value| {
        let mut body = json!({ "contactIds": [one, two] });
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        body
    };
    let dry = merge(&ann, wish(json!({ "dryRun": true }))).await;
    let mut versions = serde_json::Map::new();
    versions.insert(one.clone(), json!(1));
    versions.insert(two.clone(), json!(1));
    assert_eq!(dry["versions"], json!(versions));
    ann.patch_json(&format!("/api/contacts/{two}"), json!({ "fullName": "Else" }))
        .await;

    let stale = ann
        .post_json(
            "/api/contacts/merge",
            wish(json!({ "versions": dry["versions"] })),
        )
        .await;

    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    versions.insert(two.clone(), json!(2));
    merge(&ann, wish(json!({ "versions": versions }))).await;
}

#[tokio::test]
async fn more_than_ten_are_told_to_be_too_many() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let mut ids = Vec::new();
    for number in 0..12 {
        ids.push(somebody(&ann, &format!("p{number}")).await);
    }

    let many = ann.get(&format!("/contacts/merge?ids={}", ids.join(","))).await;
    let ten = ann
        .get(&format!("/contacts/merge?ids={}", ids[..10].join(",")))
        .await;

    assert!(many.page().contains("2 more are left out"));
    assert!(many.page().contains("Merge 10 contacts") && !many.page().contains(&ids[10]));
    assert!(!ten.page().contains("left out, and"));
}
