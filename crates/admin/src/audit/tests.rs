use axum::http::StatusCode;
use server::testing::Caller;
use types::OperatorRole;

use crate::testing::{Console, acme};

#[tokio::test]
async fn the_trail_is_read_newest_first_of_everything_or_of_one_tenant() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let all = viewer.get("/api/admin-audit").await.json();
    let mut acme = viewer
        .get("/api/admin-audit?tenantId=tenant_acme&limit=1")
        .await
        .json();

    assert_eq!(all["scope"], "global");
    assert_eq!(
        all["events"].as_array().unwrap().len(),
        4,
        "two sign-ins, and a tenant that was allowed and made"
    );
    acme["pagination"]["nextCursor"] = "sealed with a secret of this run".into();
    insta::assert_json_snapshot!(acme);
}

/// The actions and statuses that a filter finds, newest first.
async fn found(caller: &Caller, query: &str) -> Vec<String> {
    let trail = caller.get(&format!("/api/admin-audit?{query}")).await;
    assert_eq!(trail.status, StatusCode::OK, "{query}: {}", trail.text());
    let trail = trail.json();
    let word = |event: &serde_json::Value, name: &str| event[name].as_str().unwrap().to_owned();
    let events = trail["events"].as_array().unwrap().iter();
    events
        .map(|event| format!("{} {}", word(event, "action"), word(event, "status")))
        .collect()
}

#[tokio::test]
async fn the_trail_is_narrowed_by_every_filter() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;
    viewer.post_json("/api/tenants", acme()).await;

    let denied = "tenant.provision denied".to_owned();
    let allowed = "tenant.provision allowed".to_owned();
    let made = "tenant.provision succeeded".to_owned();
    assert_eq!(found(&viewer, "status=denied").await, vec![denied.clone()]);
    assert_eq!(
        found(&viewer, "action=tenant.provision").await,
        [denied.clone(), made.clone(), allowed.clone()]
    );
    assert_eq!(
        found(&viewer, "action=tenant.provision&status=allowed").await,
        [allowed]
    );
    let actor = console.events().await.pop().unwrap().actor.id;
    assert_eq!(
        found(&viewer, &format!("actorId={actor}")).await,
        [denied, "operator.sign_in succeeded".to_owned()]
    );
    assert_eq!(found(&viewer, "q=acme%20realty").await, [made]);
    assert_eq!(found(&viewer, "to=2000-01-01").await, Vec::<String>::new());
    assert_eq!(found(&viewer, "from=2000-01-01T00:00:00Z").await.len(), 5);
}

#[tokio::test]
async fn a_cursor_goes_on_where_the_page_stopped_and_nowhere_else() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;

    let first = admin.get("/api/admin-audit?limit=2").await.json();
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap().to_owned();
    admin.post_json("/api/tenants", acme()).await;
    let rest = admin
        .get(&format!("/api/admin-audit?limit=2&cursor={cursor}"))
        .await
        .json();

    assert_eq!(rest["events"].as_array().unwrap().len(), 1, "the sign-in");
    assert_eq!(rest["events"][0]["action"], "operator.sign_in");
    assert_eq!(rest["pagination"]["nextCursor"], serde_json::Value::Null);
    let elsewhere = format!("/api/admin-audit?tenantId=tenant_acme&cursor={cursor}");
    for path in [elsewhere, "/api/admin-audit?cursor=nonsense".to_owned()] {
        assert_eq!(admin.get(&path).await.status, StatusCode::BAD_REQUEST, "{path}");
    }
}

#[tokio::test]
async fn a_line_has_an_address_of_its_own() {
    let console = Console::new().await;
    let admin = console.admin().await;
    let event = console.events().await.pop().unwrap();

    let shown = admin.get(&format!("/api/admin-audit/{}", event.id)).await.json();
    let missing = admin
        .get("/api/admin-audit/01930000-0000-7000-8000-0000000000ff")
        .await;

    assert_eq!(shown["event"]["action"], "operator.sign_in");
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_filter_nobody_understands_is_refused() {
    let console = Console::new().await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    for query in [
        "tenantId=nonsense",
        "status=maybe",
        "action=tea",
        "from=yesterday",
        "to=x",
    ] {
        let answer = viewer.get(&format!("/api/admin-audit?{query}")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
}
