use axum::http::StatusCode;
use types::OperatorRole;

use crate::testing::{Console, acme};

#[tokio::test]
async fn the_trail_is_read_newest_first_of_everything_or_of_one_tenant() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let all = viewer.get("/api/admin-audit").await.json();
    let acme = viewer
        .get("/api/admin-audit?tenantId=tenant_acme&limit=1")
        .await
        .json();

    assert_eq!(all["scope"], "global");
    assert_eq!(
        all["events"].as_array().unwrap().len(),
        3,
        "two sign-ins and a tenant"
    );
    insta::assert_json_snapshot!(acme);
}

#[tokio::test]
async fn a_filter_nobody_understands_is_refused() {
    let console = Console::new().await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let answer = viewer.get("/api/admin-audit?tenantId=nonsense").await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
