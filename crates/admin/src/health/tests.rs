use axum::http::StatusCode;
use db::testing::{a_dead_letter, a_tenant};
use types::OperatorRole;

use crate::testing::{Console, acme};

#[tokio::test]
async fn every_tenants_health_is_told_and_what_to_mend() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let bravo = a_tenant(&console.test.db, &*console.ids, "bravo").await;
    a_dead_letter(&console.test.db, &*console.ids, &bravo, "ingestion_failed: no").await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    let all = viewer.get("/api/health/tenants").await.json();
    let one = viewer.get("/api/health/tenants/tenant_bravo").await.json();
    let nobody = viewer.get("/api/health/tenants/nobody").await;

    insta::assert_json_snapshot!(all);
    insta::assert_json_snapshot!(one["health"]["checks"]);
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}
