use axum::http::StatusCode;
use resvg::tiny_skia::Pixmap;

use super::{HEIGHT, WIDTH};
use crate::testing::{FAIRFIELD, HUDSON, Houses};

/// What a page announces itself with.
async fn announced(houses: &Houses, path: &str) -> (String, String) {
    let page = houses.visitor(FAIRFIELD).get(path).await;
    let said = |name: &str| {
        let (_, rest) = page
            .text()
            .split_once(&format!("{name}\" content=\""))
            .expect(name);
        rest.split('"').next().unwrap().to_owned()
    };
    for (name, value) in [
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("twitter:card", "summary_large_image"),
    ] {
        assert_eq!(said(name), value, "{path}");
    }
    let address = said("og:image");
    let path = address
        .strip_prefix(&format!("http://{FAIRFIELD}"))
        .expect("an address of the site");
    (path.to_owned(), said("og:image:alt"))
}

#[tokio::test]
async fn a_page_is_announced_with_a_picture_that_is_there_and_never_changes() {
    let houses = crate::towns::tests::houses().await;

    for (page, words) in [
        ("/", "Homes in Fairfield"),
        ("/contact", "Homes in Fairfield"),
        ("/towns/wilton", "Wilton"),
        ("/towns/wilton/silvermine", "Silvermine"),
    ] {
        let (path, alt) = announced(&houses, page).await;
        let picture = houses.visitor(FAIRFIELD).get(&path).await;

        assert_eq!(picture.status, StatusCode::OK, "{path}");
        assert_eq!(picture.header("content-type"), "image/png");
        assert!(picture.header("cache-control").contains("immutable"), "{path}");
        assert!(alt.starts_with(words), "{alt}");
        let drawn = Pixmap::decode_png(&picture.body).expect("a PNG");
        assert_eq!((drawn.width(), drawn.height()), (WIDTH, HEIGHT));
        assert!(
            picture.body.len() < 1024 * 1024,
            "{path}: {} bytes",
            picture.body.len()
        );
        let first = drawn.pixels()[0];
        assert!(
            drawn.pixels().iter().any(|pixel| *pixel != first),
            "{path} is of one colour"
        );
    }
}

#[tokio::test]
async fn what_a_page_says_is_on_another_picture_when_it_changes() {
    let houses = Houses::new().await;
    let renamed = Houses::new().await;
    renamed
        .rewrite(|site| site.headline = "By the river".to_owned())
        .await;

    let (before, _) = announced(&houses, "/about").await;
    let (after, alt) = announced(&renamed, "/about").await;
    let old = renamed.visitor(FAIRFIELD).get(&before).await;

    assert_ne!(before, after);
    assert!(alt.starts_with("By the river"), "{alt}");
    assert_eq!(
        old.header("cache-control"),
        "public, max-age=300",
        "it is the picture of now"
    );
}

#[tokio::test]
async fn only_pages_that_are_there_have_a_picture_and_only_on_their_site() {
    let houses = crate::towns::tests::houses().await;

    for path in [
        "/social/1/town/nowhere.png",
        "/social/1/town/wilton.svg",
        "/social/1/town/Wilton.png",
        "/social/1/neighborhood/wilton.png",
        "/social/1/neighborhood/wilton.nowhere.png",
        "/social/1/post/nothing.png",
        "/social/1/listing/none.png",
        "/social/1/listing/-..png",
        "/social/1/site/else.png",
        "/social/1/moon/home.png",
    ] {
        let answer = houses.visitor(FAIRFIELD).get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
    }
    let there = houses.visitor(HUDSON).get("/social/1/town/wilton.png").await;
    assert_eq!(there.status, StatusCode::NOT_FOUND);
}
