use axum::http::StatusCode;
use db::testing::a_member;
use serde_json::{Value, json};
use types::Role;

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

#[tokio::test]
async fn a_list_opens_with_the_view_somebody_chose_for_themselves() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);
    let view = json!({ "name": "Won", "query": "status=won&column=source", "isShared": true });
    let saved = ann.post_json("/api/views", view).await.json();
    let id = saved["view"]["id"].as_str().unwrap();
    let (view, opened) = (
        format!("/views/{id}"),
        format!("/leads?status=won&column=source&view={id}"),
    );
    assert!(!ann.get("/leads").await.page().contains("view=all"));

    let chosen = ann.post_form(&view, &[("action", "usual")]).await;

    assert_eq!(chosen.redirect(), view);
    assert_eq!(ann.get("/leads").await.redirect(), opened);
    let page = ann.get(&opened).await;
    assert!(page.page().contains("is what this list opens with now"));
    let all = page.page().matches("href=\"/leads?view=all\"").count();
    assert!(
        all >= 3,
        "the tab, the chip of all and the clearing of filters lead to all: {all}"
    );
    assert!(ann.get("/leads?view=all").await.page().contains("Ana Ruiz"));
    assert!(ann.get("/leads?q=").await.page().contains("Ana Ruiz"));
    ann.get("/contacts").await.page();
    let ruth = crm.ruth().await;
    ruth.get("/leads").await.page();
    for (caller, status) in [(&hugo, StatusCode::NOT_FOUND), (&ruth, StatusCode::FORBIDDEN)] {
        assert_eq!(
            caller.post_form(&view, &[("action", "usual")]).await.status,
            status
        );
    }

    ann.post_form(&view, &[("action", "not-usual")]).await.redirect();
    ann.get("/leads").await.page();
}

#[tokio::test]
async fn a_usual_view_that_is_gone_or_hidden_leaves_the_whole_list() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let (ann, olga) = (crm.ann().await, crm.at_fairfield("olga@example.com").await);
    let view = json!({ "name": "Ours", "list": "contacts", "query": "tag=hot&colour=red", "isShared": true });
    let saved = olga.post_json("/api/views", view).await.json();
    let (page, api) = (
        format!("/views/{}", saved["view"]["id"].as_str().unwrap()),
        format!("/api/views/{}", saved["view"]["id"].as_str().unwrap()),
    );
    olga.patch_json(&api, json!({ "query": "tag=hot&colour=red" }))
        .await;
    ann.post_form(&page, &[("action", "usual")]).await.redirect();

    let opened = ann.get("/contacts").await;
    let told = ann.get(opened.redirect()).await;
    assert!(told.page().contains("Part of this view no longer exists"));
    olga.patch_json(&api, json!({ "isShared": false })).await;
    ann.get("/contacts").await.page();
    olga.patch_json(&api, json!({ "isShared": true })).await;
    assert!(ann.get("/contacts").await.redirect().contains("tag=hot"));
    assert_eq!(olga.delete(&api).await.status, StatusCode::OK);
    ann.get("/contacts").await.page();
}
