use axum::http::StatusCode;
use serde_json::json;
use types::OperatorRole;

use crate::testing::{Console, acme};

const SETTINGS: &str = "/api/tenants/tenant_acme/settings";

#[tokio::test]
async fn plan_and_features_are_changed_and_explained() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;

    let change = json!({ "planCode": "pro", "featureFlags": ["domain_ops"] });
    let changed = admin.patch_json(SETTINGS, change).await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;
    let shown = viewer.get(SETTINGS).await;

    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    assert_eq!(shown.json()["settings"], changed.json()["settings"]);
    assert_eq!(
        shown.json()["settings"],
        json!({
            "tenantId": "tenant_acme", "planCode": "pro", "dormantFlags": [],
            "featureFlags": ["crm_pipeline", "lead_capture", "domain_ops"],
        })
    );
    insta::assert_json_snapshot!(shown.json()["features"]);
    let told = &console.events().await[4].details;
    assert_eq!(told["before"]["planCode"], "starter");
    assert_eq!(told["after"]["planCode"], "pro");
}

#[tokio::test]
async fn a_smaller_plan_forgets_nothing() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    let pro = json!({ "planCode": "pro", "featureFlags": ["domain_ops"] });
    admin.patch_json(SETTINGS, pro).await;

    let smaller = admin
        .patch_json(SETTINGS, json!({ "planCode": "starter" }))
        .await
        .json();
    let larger = admin
        .patch_json(SETTINGS, json!({ "planCode": "pro" }))
        .await
        .json();

    assert_eq!(
        smaller["settings"]["featureFlags"],
        json!(["crm_pipeline", "lead_capture"])
    );
    assert_eq!(smaller["settings"]["dormantFlags"], json!(["domain_ops"]));
    assert_eq!(
        larger["settings"]["featureFlags"],
        json!(["crm_pipeline", "lead_capture", "domain_ops"])
    );
}

#[tokio::test]
async fn what_the_plan_does_not_carry_or_nobody_knows_is_refused() {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;

    for (body, pointer) in [
        (json!({ "featureFlags": ["domain_ops"] }), "/featureFlags"),
        (json!({ "featureFlags": ["tea"] }), "/featureFlags/0"),
        (json!({ "featureFlags": "domain_ops" }), "/featureFlags"),
        (json!({ "planCode": "gold" }), "/planCode"),
        (json!({}), ""),
    ] {
        let answer = admin.patch_json(SETTINGS, body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    let nobody = admin.get("/api/tenants/tenant_nobody/settings").await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}
