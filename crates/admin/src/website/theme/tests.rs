use axum::http::StatusCode;
use serde_json::json;
use server::testing::Caller;

use crate::testing::{Console, acme};

const WEBSITE: &str = "/api/tenants/tenant_acme/website";
const PAGE: &str = "/tenants/acme/website/theme";
const ROOF: &str = "<svg viewBox=\"0 0 20 10\"><path d=\"M0 10L10 0L20 10Z\"/></svg>";

async fn admin_of_acme(console: &Console) -> Caller {
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    admin
}

#[tokio::test]
async fn a_theme_is_chosen_part_by_part_and_given_back_to_its_preset() {
    let console = Console::new().await;
    let admin = admin_of_acme(&console).await;
    let chosen = json!({
        "preset": "gallery", "accent": "#8a1538", "paperByNight": "#101418", "pairing": "literary",
        "logo": { "kind": "emblem", "svg": ROOF }, "hero": "harbor",
    });

    let changed = admin.patch_json(WEBSITE, json!({ "theme": chosen })).await.json();
    let told = console.events().await.pop().unwrap().details;
    let given_back =
        json!({ "theme": { "logo": null, "hero": null, "pairing": null, "paperByNight": null } });
    let given_back = admin.patch_json(WEBSITE, given_back).await.json();

    for (name, value) in chosen.as_object().unwrap() {
        let (said, drawing) = (&changed["theme"][name], "<svg xmlns");
        let is_told = said == value || said["svg"].as_str().is_some_and(|svg| svg.starts_with(drawing));
        assert!(is_told, "{name}: {said}");
    }
    assert_eq!(
        told["after"]["look"]["logo"]["svg"], "a drawing of 95 letters",
        "{told}"
    );
    assert_eq!(given_back["theme"]["logo"], json!({ "kind": "wordmark" }));
    for name in ["hero", "pairing", "paperByNight"] {
        assert_eq!(given_back["theme"][name], json!(null), "{name}");
    }
    assert_eq!(given_back["theme"]["accent"], "#8a1538");
}

#[tokio::test]
async fn what_is_wrong_with_a_theme_is_named_where_it_is() {
    let console = Console::new().await;
    let admin = admin_of_acme(&console).await;
    let before = admin.get(WEBSITE).await.json();

    for (theme, pointer) in [
        (json!({ "accent": "#f4bd98" }), "/theme/accent"),
        (json!({ "accentByNight": "#222222" }), "/theme/accentByNight"),
        (json!({ "ornament": "#eeeeee" }), "/theme/ornament"),
        (json!({ "paper": "#333333" }), "/theme/paper"),
        (json!({ "accent": "red" }), "/theme/accent"),
        (json!({ "pairing": "comic" }), "/theme/pairing"),
        (json!({ "hero": "moon" }), "/theme/hero"),
        (
            json!({ "logo": { "kind": "emblem", "svg": "<script/>" } }),
            "/theme/logo",
        ),
        (
            json!({ "logo": { "kind": "monogram", "letters": "ABCD" } }),
            "/theme/logo",
        ),
        (json!("neon"), "/theme"),
        (json!(7), "/theme"),
    ] {
        let answer = admin.patch_json(WEBSITE, json!({ "theme": theme })).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{theme}");
        let error = &answer.json()["errors"][0];
        assert!(
            error["pointer"].as_str().unwrap().starts_with(pointer),
            "{theme}: {error}"
        );
    }
    assert_eq!(admin.get(WEBSITE).await.json(), before);
}

#[tokio::test]
async fn whoever_chooses_a_faint_colour_takes_the_nearest_with_a_button() {
    let console = Console::new().await;
    let admin = admin_of_acme(&console).await;
    let faint = [("preset", "harbour"), ("accent", "#f4bd98"), ("do", "publish")];

    let refused = admin.post_form(PAGE, &faint).await;
    let (_, button) = refused
        .text()
        .split_once("name=\"take\" value=\"")
        .expect("a button");
    let offered = button.split('"').next().unwrap();
    let (_, colour) = offered.split_once(' ').unwrap();
    let tried = admin
        .post_form(
            PAGE,
            &[("preset", "harbour"), ("accent", "#f4bd98"), ("take", offered)],
        )
        .await;
    let before = admin.get(WEBSITE).await.json();
    let publish = [("preset", "harbour"), ("accent", colour), ("do", "publish")];
    let published = admin.post_form(PAGE, &publish).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("Accent by day #f4bd98 has a contrast of 1.5 with #eef0f5"),
        "{}",
        refused.text()
    );
    assert_eq!(tried.status, StatusCode::OK);
    assert!(tried.text().contains("Nothing is saved yet."));
    assert!(
        tried
            .text()
            .contains(&format!("name=\"accent\" type=\"text\" value=\"{colour}\"")),
        "{}",
        tried.text()
    );
    assert_eq!(before["theme"]["accent"], json!(null));
    assert_eq!(published.redirect(), PAGE);
    assert_eq!(admin.get(WEBSITE).await.json()["theme"]["accent"], colour);
}

#[tokio::test]
async fn a_theme_is_drafted_published_and_discarded() {
    let console = Console::new().await;
    let admin = admin_of_acme(&console).await;
    let typed = |button: &'static str| {
        [
            ("preset", "brownstone"),
            ("logo", "monogram"),
            ("letters", "AC"),
            ("do", button),
        ]
    };

    admin.post_form(PAGE, &typed("draft")).await.redirect();
    let drafted = admin.get(WEBSITE).await.json();
    let page = admin.get(PAGE).await;
    admin.post_form(PAGE, &typed("publish")).await.redirect();
    let published = admin.get(WEBSITE).await.json();
    admin
        .post_form(PAGE, &[("preset", "gallery"), ("do", "draft")])
        .await
        .redirect();
    admin.post_form(PAGE, &[("do", "discard")]).await.redirect();
    let discarded = admin.get(WEBSITE).await.json();

    assert_eq!(drafted["theme"]["preset"], "ivory-forest");
    assert_eq!(drafted["drafts"]["theme"]["preset"], "brownstone");
    assert!(page.text().contains("This is the draft"), "{}", page.text());
    assert_eq!(
        published["theme"]["logo"],
        json!({ "kind": "monogram", "letters": "AC" })
    );
    assert_eq!(
        published["drafts"]["theme"],
        json!(null),
        "its draft is what is published"
    );
    assert_eq!(discarded["theme"], published["theme"]);
    assert_eq!(discarded["drafts"]["theme"], json!(null));
}

#[tokio::test]
async fn a_form_that_is_wrong_comes_back_with_what_was_typed() {
    let console = Console::new().await;
    let admin = admin_of_acme(&console).await;
    let typed = [
        ("preset", "harbour"),
        ("accent", "blue"),
        ("logo", "lettering"),
        ("svg", "<svg>hello</svg>"),
        ("do", "publish"),
    ];

    let refused = admin.post_form(PAGE, &typed).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for said in [
        "Accent by day must look like #2b3467.",
        "The drawing must have 1 to 64 outlines.",
        "value=\"blue\"",
    ] {
        assert!(refused.text().contains(said), "{said}: {}", refused.text());
    }
    assert_eq!(admin.get(WEBSITE).await.json()["theme"]["preset"], "ivory-forest");
}
