use axum::http::StatusCode;
use types::{ListingType, ThemePreset, content::Scene};

use crate::testing::{FAIRFIELD, Houses};

#[tokio::test]
async fn a_drawing_follows_from_its_name() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    for scene in Scene::ALL {
        let drawing = |theme: &str, name: &str| format!("/art/{theme}/{scene}/{name}.svg");
        let once = visitor.get(&drawing("ivory-forest", "darien")).await;
        let twice = visitor.get(&drawing("ivory-forest", "darien")).await;
        let other = visitor.get(&drawing("ivory-forest", "wilton")).await;
        let of_another = visitor.get(&drawing("harbour", "darien")).await;

        assert_eq!(once.header("content-type"), "image/svg+xml");
        assert!(once.header("cache-control").contains("max-age"));
        assert_eq!(once.text(), twice.text());
        assert_ne!(once.text(), other.text());
        assert_ne!(once.text(), of_another.text());
        assert!(once.text().len() < 40_000, "{scene}: {} bytes", once.text().len());
        assert!(!once.text().contains("NaN"));
    }
}

#[tokio::test]
async fn what_is_no_drawing_is_missing() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);
    let of_no_slugs = format!("/art/ivory-forest/shore/{}.svg", "a".repeat(64));
    let of_three = format!("/art/ivory-forest/shore/{}.svg", ["a"; 65].join("-"));

    for path in [
        of_no_slugs.as_str(),
        of_three.as_str(),
        "/art/ivory-forest/shore/darien",
        "/art/ivory-forest/shore/Dar%20ien.svg",
        "/art/neon/shore/darien.svg",
        "/art/ivory-forest/moon/darien.svg",
        "/art/ivory-forest/homes/castle/a.svg",
    ] {
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn a_home_of_every_kind_is_drawn_in_every_theme() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let all = ThemePreset::ALL
        .iter()
        .flat_map(|theme| ListingType::ALL.iter().map(move |kind| (theme, kind)));
    for (theme, kind) in all {
        let path = format!("/art/{theme}/homes/{kind}/fb1001.svg");
        let once = visitor.get(&path).await;
        let twice = visitor.get(&path).await;

        assert_eq!(once.text(), twice.text(), "{path}");
        assert!(once.text().len() < 40_000, "{path}: {} bytes", once.text().len());
        assert!(
            once.text().ends_with("</svg>") && !once.text().contains("NaN"),
            "{path}"
        );
    }
}
