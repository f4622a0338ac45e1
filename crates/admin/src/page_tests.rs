//! The console's pages as a person meets them: each shows what it should, and its forms do what their buttons say.

use axum::http::StatusCode;
use db::testing::a_dead_letter;
use server::testing::Caller;
use types::OperatorRole;

use crate::testing::{Console, acme};

async fn with_acme() -> (Console, Caller) {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    (console, admin)
}

const PAGES: [&str; 15] = [
    "/",
    "/provision",
    "/tenants/acme",
    "/tenants/acme/status?to=suspended",
    "/tenants/acme/domains",
    "/tenants/acme/settings",
    "/tenants/acme/website",
    "/tenants/acme/members",
    "/queue",
    "/audit",
    "/health",
    "/explain?host=acme.example",
    "/permissions",
    "/features",
    "/features/ai_nba",
];

#[tokio::test]
async fn every_page_answers_and_a_viewer_is_offered_nothing_to_press() {
    let (console, admin) = with_acme().await;
    let viewer = console.signed_in(OperatorRole::Viewer).await;

    for path in PAGES {
        let (whole, looked_at) = (admin.get(path).await, viewer.get(path).await);
        let page = whole.page();
        assert_eq!(
            page.matches("<h1").count(),
            1,
            "{path} has one heading of the first rank"
        );
        assert!(!page.contains("style=") && !page.contains("<script>"), "{path}");
        assert!(looked_at.status.is_success(), "{path}");
    }
    for path in [
        "/tenants/acme/domains",
        "/tenants/acme/settings",
        "/tenants/acme/members",
        "/tenants/acme",
        "/features",
        "/features/ai_nba",
    ] {
        let page = viewer.get(path).await;
        let buttons = page.page().matches("<button").count();
        assert_eq!(
            buttons,
            page.page().matches("Sign out</button>").count(),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_form_provisions_or_comes_back_with_what_is_wrong() {
    let (_console, admin) = with_acme().await;
    let form = |slug: &'static str| {
        [
            ("name", "Bravo"),
            ("slug", slug),
            ("primaryDomain", "bravo.example"),
        ]
    };

    let taken = admin.post_form("/provision", &form("acme")).await;
    let wrong = admin
        .post_form(
            "/provision",
            &[("name", ""), ("slug", "A b"), ("primaryDomain", "1.2.3.4")],
        )
        .await;
    let made = admin.post_form("/provision", &form("bravo")).await;

    assert_eq!(taken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(taken.text().contains("The slug acme is taken."));
    assert!(
        taken.text().contains("value=\"bravo.example\""),
        "what was typed is kept"
    );
    assert!(wrong.text().contains("id=\"name-error\"") && wrong.text().contains("id=\"slug-error\""));
    assert_eq!(made.redirect(), "/tenants/bravo");
}

#[tokio::test]
async fn whoever_closes_a_tenant_names_it_and_whoever_opens_it_need_not() {
    let (console, admin) = with_acme().await;
    let move_to = async |form: &[(&str, &str)]| admin.post_form("/tenants/acme/status", form).await;

    let unnamed = move_to(&[("to", "suspended")]).await;
    let another = move_to(&[("to", "archived"), ("slug", "bravo")]).await;
    let stands = admin.get("/api/tenants/acme").await.json()["tenant"]["tenant"]["status"].clone();
    let archived = move_to(&[("to", "archived"), ("slug", "acme")]).await;
    let taken_back = move_to(&[("to", "suspended")]).await;
    let opened = move_to(&[("to", "active")]).await;

    assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(another.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(another.text().contains("id=\"slug-error\""), "{}", another.text());
    assert_eq!(stands, "active");
    for moved in [archived, taken_back, opened] {
        assert_eq!(moved.redirect(), "/tenants/acme");
    }
    let moves = console.trail().await;
    let moves = moves
        .iter()
        .filter(|line| line.contains("status.update succeeded"));
    assert_eq!(moves.count(), 3);
}

#[tokio::test]
async fn a_suspension_is_asked_about_and_then_done() {
    let (_console, admin) = with_acme().await;

    let asked = admin.get("/tenants/acme/status?to=suspended").await;
    let nonsense = admin.get("/tenants/acme/status?to=active").await;
    let done = admin
        .post_form("/tenants/acme/status", &[("to", "suspended"), ("slug", "acme ")])
        .await;

    assert!(asked.page().contains("Suspend acme</button>"));
    assert!(asked.page().contains("answers 503"));
    assert_eq!(nonsense.redirect(), "/tenants/acme");
    assert_eq!(done.redirect(), "/tenants/acme");
    assert!(admin.get("/tenants/acme").await.page().contains("Suspended"));
}

#[tokio::test]
async fn a_domain_is_added_verified_and_switched_by_buttons() {
    let (_console, admin) = with_acme().await;
    let domains = "/tenants/acme/domains";

    let wrong = admin.post_form(domains, &[("hostname", "http://x")]).await;
    admin.post_form(domains, &[("hostname", "bücher.example")]).await;
    let honest = admin.get(domains).await;
    let listed = admin.get("/api/tenants/acme/domains").await.json();
    let id = listed["domains"][1]["id"].as_str().unwrap().to_owned();
    let path = format!("{domains}/{id}");
    admin.post_form(&path, &[("action", "verify")]).await;
    admin.post_form(&path, &[("action", "primary")]).await;
    // The first letter is Cyrillic.
    admin
        .post_form(domains, &[("hostname", "\u{430}cme-homes.example")])
        .await;
    let released = admin.post_form(&path, &[("action", "release")]).await;

    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(released.redirect(), domains);
    let page = admin.get(domains).await;
    assert!(page.page().contains("bücher.example") && page.page().contains("xn--bcher-kva.example"));
    assert!(page.page().contains("Mixed scripts") && !honest.page().contains("Mixed scripts"));
    assert!(
        page.page()
            .contains("is the primary hostname: make another one primary first")
    );
}

#[tokio::test]
async fn plan_site_and_members_are_saved_by_their_forms() {
    let (_console, admin) = with_acme().await;
    let pro = [("planCode", "pro"), ("featureFlags", "domain_ops")];
    admin.post_form("/tenants/acme/settings", &pro).await;
    admin
        .post_form(
            "/tenants/acme/settings",
            &[("planCode", "starter"), ("featureFlags", "domain_ops")],
        )
        .await;
    let site = [
        ("headline", "Homes by the water"),
        ("modules", "taxes"),
        ("place-at_a_glance", "1"),
        ("place-schools", "2"),
        ("place-taxes", "0"),
        ("place-walk_score", "3"),
        ("place-points_of_interest", "4"),
        ("place-listings", "5"),
    ];
    let saved = admin.post_form("/tenants/acme/website", &site).await;
    let mut nameless = site;
    nameless[0].1 = " ";
    let refused = admin.post_form("/tenants/acme/website", &nameless).await;
    let invited = admin
        .post_form(
            "/tenants/acme/members",
            &[("email", "ann@acme.example"), ("role", "owner")],
        )
        .await;

    let settings = admin.get("/api/tenants/acme/settings").await.json();
    assert_eq!(
        settings["settings"]["dormantFlags"],
        serde_json::json!(["domain_ops"])
    );
    assert_eq!(saved.redirect(), "/tenants/acme/website");
    let website = admin.get("/api/tenants/acme/website").await.json();
    assert_eq!(website["modules"][0]["key"], "taxes");
    assert_eq!(website["modules"][1]["enabled"], false);
    assert_eq!(website["copy"]["headline"], "Homes by the water");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("headline is missing."));
    assert!(invited.page().contains("told here and nowhere else"));
}

#[tokio::test]
async fn dead_letters_are_moved_after_a_rehearsal() {
    let (console, admin) = with_acme().await;
    let acme = db::door::hosts::find_by_slug(&console.test.db, &"acme".parse().unwrap()).await;
    let scope = acme.unwrap().unwrap().scope;
    let id = a_dead_letter(&console.test.db, &*console.ids, &scope, "ingestion_failed: no").await;
    let job = id.to_string();

    let shown = admin.get("/queue").await;
    let one = admin.get(&format!("/queue/jobs/{job}")).await;
    let rehearsed = admin
        .post_form("/queue/dead-letters", &[("action", "requeue"), ("job", &job)])
        .await;
    let silent = [("action", "discard"), ("job", &*job), ("confirmed", "yes")];
    let silent = admin.post_form("/queue/dead-letters", &silent).await;
    let done = [("action", "requeue"), ("job", &*job), ("confirmed", "yes")];
    let done = admin.post_form("/queue/dead-letters", &done).await;

    assert!(shown.page().contains(&job));
    assert!(one.page().contains("[17 characters]") && !one.page().contains("zelda"));
    assert!(rehearsed.page().contains("Requeue 1 dead letter?"));
    assert!(silent.page().contains("Say why these are not wanted."));
    assert_eq!(done.redirect(), "/queue");
    let stands = db::testing::the_job(&console.test.db, id).await.status;
    assert_eq!(stands, types::JobStatus::Pending);
}

#[tokio::test]
async fn jobs_are_paused_and_the_page_says_so() {
    let (_console, admin) = with_acme().await;

    admin.post_form("/queue/pause", &[("tenant", "acme")]).await;
    let paused = admin.get("/queue").await;
    admin
        .post_form("/queue/resume", &[("tenant", "tenant_acme")])
        .await;

    assert!(paused.page().contains("tenant_acme</span> wait"));
    assert!(
        !admin
            .get("/queue")
            .await
            .page()
            .contains("tenant_acme</span> wait")
    );
}

#[tokio::test]
async fn the_trail_is_filtered_followed_and_exported() {
    let (console, admin) = with_acme().await;
    let event = console.events().await.pop().unwrap();

    let all = admin.get("/audit").await;
    let none = admin.get("/audit?status=failed").await;
    let nonsense = admin.get("/audit?action=tea").await;
    let one = admin.get(&format!("/audit/{}", event.id)).await;
    let csv = admin.get("/audit.csv?action=tenant.provision").await;
    let json = admin.get("/audit.jsonl").await;

    assert!(all.page().contains("tenant.provision"));
    assert!(none.page().contains("No line matches"));
    assert!(nonsense.page().contains("id=\"action-error\""));
    assert!(one.page().contains(&event.id.to_string()));
    assert_eq!(csv.text().lines().count(), 3, "a head and two lines");
    assert_eq!(
        csv.header("content-disposition"),
        "attachment; filename=\"audit.csv\""
    );
    assert_eq!(json.text().lines().count(), 3, "a sign-in, and two lines");
}
