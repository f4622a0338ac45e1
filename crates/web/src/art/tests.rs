use axum::http::StatusCode;
use types::content::Scene;

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

    for path in [
        "/art/ivory-forest/shore/darien",
        "/art/ivory-forest/shore/Dar%20ien.svg",
        "/art/neon/shore/darien.svg",
        "/art/ivory-forest/moon/darien.svg",
        "/art/ivory-forest/homes/castle/a.svg",
    ] {
        assert_eq!(visitor.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}
