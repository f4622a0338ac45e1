use axum::http::{Method, StatusCode};
use db::testing::{another_domain, end_service};
use serde_json::json;
use types::TenantStatus;

use crate::testing::{FAIRFIELD, HUDSON, Houses, a_lead};

#[tokio::test]
async fn every_answer_says_whose_it_is_and_how_that_was_found() {
    let houses = Houses::new().await;
    let visitor = houses.visitor("FAIRFIELD.localhost.:3000");

    for path in ["/", "/contact", "/nowhere", "/api/nowhere", "/robots.txt"] {
        let answer = visitor.get(path).await;

        assert_eq!(answer.header("x-tenant-slug"), "fairfield", "{path}");
        assert_eq!(answer.header("x-tenant-resolution"), "host_match", "{path}");
    }
}

#[tokio::test]
async fn an_address_with_a_slash_too_many_leads_to_the_one_without() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    for (path, there) in [
        ("/contact/", "/contact"),
        ("/towns/darien/?utm_source=sign", "/towns/darien?utm_source=sign"),
        ("/contact//", "/contact"),
        ("//elsewhere.example/", "/elsewhere.example"),
    ] {
        let moved = visitor.get(path).await;

        assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT, "{path}");
        assert_eq!(moved.header("location"), there);
    }
    visitor.get("/").await.page();
    let program = visitor.get("/api/listings/").await;
    assert_eq!(program.status, StatusCode::NOT_FOUND);
    let posted = visitor.post_form("/contact/", &[]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn neighbours_have_a_look_of_their_own() {
    let houses = Houses::new().await;

    let fairfield = houses.visitor(FAIRFIELD).get("/").await;
    let hudson = houses.visitor(HUDSON).get("/").await;

    assert!(fairfield.page().contains("/assets/themes/ivory-forest."));
    assert!(!fairfield.page().contains("Hudson"));
    assert!(hudson.page().contains("/assets/themes/harbour."));
    assert!(!hudson.page().contains("Fairfield"));
}

#[tokio::test]
async fn an_unknown_host_gets_a_page_that_names_no_tenant() {
    let houses = Houses::new().await;

    for host in [
        "elsewhere.localhost",
        "localhost",
        "127.0.0.1",
        "[::1]",
        "a_b.localhost",
    ] {
        let answer = houses.visitor(host).get("/contact").await;

        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{host}");
        assert!(
            answer.text().contains("There is no site at this address."),
            "{host}"
        );
        let lower = answer.text().to_lowercase();
        assert!(
            !lower.contains("fairfield") && !lower.contains("hudson"),
            "{host}"
        );
        assert_eq!(answer.header("x-tenant-slug"), "", "{host}");
    }
    let lead = houses
        .program("elsewhere.localhost")
        .post_json("/api/lead", a_lead())
        .await;
    assert_eq!(lead.status, StatusCode::NOT_FOUND);
    assert!(houses.queued().await.is_empty());
}

#[tokio::test]
async fn a_suspended_site_is_away_and_an_archived_one_was_never_there() {
    let houses = Houses::new().await;
    end_service(&houses.db.db, &houses.fairfield, TenantStatus::Suspended).await;
    end_service(&houses.db.db, &houses.hudson, TenantStatus::Archived).await;

    let suspended = houses.visitor(FAIRFIELD).get("/").await;
    let refused = houses.program(FAIRFIELD).post_json("/api/lead", a_lead()).await;
    let archived = houses.visitor(HUDSON).get("/").await;

    assert_eq!(suspended.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(suspended.header("retry-after"), "3600");
    assert!(suspended.text().contains("This site is away for a moment."));
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.json()["ok"], false);
    assert_eq!(archived.status, StatusCode::NOT_FOUND);
    assert!(archived.text().contains("There is no site at this address."));
}

#[tokio::test]
async fn what_a_client_says_about_its_tenant_is_not_heard() {
    let houses = Houses::new().await;
    let liar = houses
        .program(FAIRFIELD)
        .with_header("x-tenant-id", "tenant_hudson")
        .with_header("x-tenant-slug", "hudson")
        .with_header("x-tenant-domain", HUDSON)
        .with_header("x-tenant-resolution", "default_fallback")
        .with_header("x-forwarded-host", HUDSON);

    let page = liar.get("/").await;
    let lead = liar.post_json("/api/lead", a_lead()).await;

    assert!(page.page().contains("Homes in Fairfield"));
    assert_eq!(page.header("x-tenant-slug"), "fairfield");
    assert_eq!(page.header("x-tenant-resolution"), "host_match");
    assert_eq!(lead.status, StatusCode::ACCEPTED);
    assert_eq!(houses.queued().await[0].scope, houses.fairfield);
}

#[tokio::test]
async fn a_page_by_another_name_moves_to_the_main_one_and_the_api_stays() {
    let houses = Houses::new().await;
    another_domain(&houses.db.db, &*houses.ids, &houses.fairfield, "old.example.com").await;

    for host in ["old.example.com:3000", "www.fairfield.localhost:3000"] {
        let moved = houses.visitor(host).get("/home-value?address=12%20Elm").await;
        let lead = houses.program(host).post_json("/api/lead", json!({})).await;
        let gone = houses.visitor(host).get("/api/nowhere").await;

        assert_eq!(moved.status, StatusCode::MOVED_PERMANENTLY, "{host}");
        assert_eq!(
            moved.header("location"),
            "http://fairfield.localhost:3000/home-value?address=12%20Elm"
        );
        assert_eq!(lead.status, StatusCode::UNPROCESSABLE_ENTITY, "{host}");
        assert_eq!(gone.status, StatusCode::NOT_FOUND, "{host}");
    }
}

#[tokio::test]
async fn the_fallback_serves_any_host_and_says_so() {
    let houses = Houses::with(&[("TENANT_FALLBACK", "hudson")]).await;

    for (host, how) in [
        ("localhost:3000", "localhost_fallback"),
        ("anything.example", "default_fallback"),
    ] {
        let answer = houses.visitor(host).get("/").await;

        assert!(answer.page().contains("Homes in Hudson"), "{host}");
        assert_eq!(answer.header("x-tenant-resolution"), how);
    }
}

#[tokio::test]
async fn probes_and_assets_need_no_tenant() {
    let houses = Houses::new().await;
    let style = houses.visitor(FAIRFIELD).get("/").await.page().to_owned();
    let (_, style) = style.split_once("rel=\"stylesheet\" href=\"").unwrap();
    let style = style.split('"').next().unwrap();
    let stranger = houses.visitor("elsewhere.localhost");

    let answers = [
        stranger.get("/healthz").await,
        stranger.get("/readyz").await,
        stranger.get(style).await,
    ];

    assert_eq!(answers.map(|answer| answer.status), [StatusCode::OK; 3]);
    assert!(
        stranger
            .get(style)
            .await
            .header("cache-control")
            .contains("immutable")
    );
}

#[tokio::test]
async fn a_method_no_route_has_is_refused_on_the_tenants_own_page() {
    let houses = Houses::new().await;

    let answer = houses
        .visitor(FAIRFIELD)
        .send(Method::DELETE, "/contact", None, Vec::new())
        .await;

    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(answer.text().contains("Fairfield"));
}
