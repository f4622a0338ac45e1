use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::testing::Crm;

fn names(views: &Value) -> Vec<&str> {
    let views = views["views"].as_array().unwrap();
    views.iter().map(|view| view["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_view_is_saved_seen_by_whom_it_is_for_changed_and_taken_away() {
    let crm = Crm::new().await;
    let (ann, ruth, hugo) = (crm.ann().await, crm.ruth().await, crm.hugo().await);
    let hot = json!({ "name": "Hot", "query": "?tag=hot&offset=50&unheard=1" });
    let shared = json!({ "name": "Everybody's", "list": "contacts", "isShared": true });

    let saved = ann.post_json("/api/views", hot).await;
    ann.post_json("/api/views", shared).await;

    assert_eq!(
        (saved.status, saved.header("etag")),
        (StatusCode::CREATED, "\"1\"")
    );
    assert_eq!(saved.json()["view"]["query"], "tag=hot");
    assert_eq!(names(&ann.get("/api/views").await.json()), ["Hot", "Everybody's"]);
    assert_eq!(names(&ann.get("/api/views?list=leads").await.json()), ["Hot"]);
    assert_eq!(names(&ruth.get("/api/views").await.json()), ["Everybody's"]);
    assert_eq!(names(&hugo.get("/api/views").await.json()), Vec::<&str>::new());
    let path = format!("/api/views/{}", saved.json()["view"]["id"].as_str().unwrap());
    let renamed = ann.patch_json(&path, json!({ "name": "Hotter" })).await;
    assert_eq!(renamed.json()["view"]["name"], "Hotter");
    let stale = crm.ann().await.with_header("if-match", "\"1\"");
    assert_eq!(stale.delete(&path).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(ruth.delete(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(hugo.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(ann.delete(&path).await.status, StatusCode::OK);
    assert_eq!(names(&ann.get("/api/views").await.json()), ["Everybody's"]);
}

#[tokio::test]
async fn what_is_no_view_is_refused() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for (view, pointer) in [
        (json!({}), "/name"),
        (json!({ "name": "x", "list": "homes" }), "/list"),
        (json!({ "name": "x", "query": "a".repeat(2_001) }), "/query"),
        (json!({ "name": "x", "query": "q=%00" }), "/query"),
    ] {
        let answer = ann.post_json("/api/views", view.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{view}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{view}");
    }
}

#[tokio::test]
async fn a_view_whose_field_is_gone_opens_with_what_is_left_and_says_so() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let view = json!({ "name": "Old", "query": "status=new&sort=createdAt" });
    let saved = ann.post_json("/api/views", view).await.json();
    let id = saved["view"]["id"].as_str().unwrap();
    let query = json!({ "query": "status=prospect&score=9&sort=createdAt" });
    ann.patch_json(&format!("/api/views/{id}"), query).await;

    let opened = ann.get(&format!("/views/{id}")).await;
    let list = ann.get(opened.redirect()).await;

    assert_eq!(opened.redirect(), format!("/leads?sort=createdAt&view={id}"));
    assert!(list.page().contains("Part of this view no longer exists"));
}

#[tokio::test]
async fn the_list_one_looks_at_is_saved_and_opened_without_a_script() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let form = [
        ("list", "leads"),
        ("name", "Fresh"),
        ("query", "status=new&column=source"),
        ("shared", "yes"),
    ];

    let saved = ann.post_form("/views", &form).await;
    let list = ann.get(saved.redirect()).await;
    let tab = format!("/views/{}", saved.redirect().rsplit_once("view=").unwrap().1);
    let deleted = ann.post_form(&tab, &[("action", "delete")]).await;

    assert!(
        saved
            .redirect()
            .starts_with("/leads?status=new&column=source&view=")
    );
    let page = list.page();
    assert!(page.contains("View “Fresh” saved."));
    assert!(page.contains(&format!("href=\"{tab}\" aria-current=\"true\"")));
    assert!(page.contains("Status is New"));
    assert!(page.contains("<th scope=\"col\">Source</th>") && !page.contains("<th scope=\"col\">Type</th>"));
    assert_eq!(deleted.redirect(), "/leads");
    assert!(!ann.get("/leads").await.page().contains("Fresh<"));
}
