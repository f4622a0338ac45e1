use axum::http::StatusCode;
use serde_json::json;

use crate::testing::{Crm, without_hashes};

#[tokio::test]
async fn contacts_are_listed_searched_and_shown() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());

    for query in [
        "",
        "?search=ruiz",
        "?search=(203)%20555-01",
        "?source=contact&count=true",
    ] {
        let list = ann.get(&format!("/api/contacts{query}")).await.json();
        assert_eq!(list["contacts"][0]["id"], json!(id), "{query}");
    }
    assert_eq!(
        ann.get("/api/contacts?search=zimmer").await.json()["contacts"],
        json!([])
    );
    let shown = ann.get(&format!("/api/contacts/{id}")).await.json();
    assert_eq!(shown["contact"]["phone"], "203-555-0117");
    assert_eq!(shown["contact"]["phoneNormalized"], "+12035550117");
    assert_eq!(
        crm.hugo().await.get(&format!("/api/contacts/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_contact_typed_in_is_marked_as_such_and_known_once() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let body = json!({ "fullName": "Lena Sorensen", "email": "Lena@Example.com", "source": "csv_import" });

    let created = ann.post_json("/api/contacts", body.clone()).await;
    let again = ann.post_json("/api/contacts", body.clone()).await;

    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let contact = created.json()["contact"].clone();
    assert_eq!(
        (&contact["source"], &contact["email"]),
        (&json!("crm_manual"), &json!("lena@example.com"))
    );
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(
        (&again.json()["code"], &again.json()["contactId"]),
        (&json!("contact_exists"), &contact["id"])
    );
    assert_eq!(
        crm.hugo().await.post_json("/api/contacts", body).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_contact_nobody_could_reach_is_refused() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for body in [
        json!({}),
        json!({ "fullName": "Lena" }),
        json!({ "email": "lena" }),
        json!({ "phone": " ", "email": null }),
    ] {
        let answer = ann.post_json("/api/contacts", body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/email", "{body}");
    }
}

#[tokio::test]
async fn the_pages_show_the_list_and_one_contact() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());

    assert!(ann.get("/contacts").await.page().contains("(203) 555-0117"));
    assert!(
        ann.get("/contacts?search=zimmer")
            .await
            .page()
            .contains("No contact matches")
    );
    let page = ann.get(&format!("/contacts/{id}")).await;
    insta::assert_snapshot!(without_hashes(page.page()));
    assert_eq!(
        crm.hugo().await.get(&format!("/contacts/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
}
