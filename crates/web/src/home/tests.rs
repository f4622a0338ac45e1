use insta::assert_snapshot;

use crate::testing::{FAIRFIELD, Houses, still};

#[tokio::test]
async fn the_home_page_of_a_tenant_that_wrote_its_site() {
    let houses = Houses::new().await;

    let answer = houses.visitor("fairfield.localhost:3000").get("/").await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn a_tenant_that_wrote_nothing_has_a_whole_page_all_the_same() {
    let houses = Houses::new().await;
    db::testing::a_tenant(&houses.db.db, &*houses.ids, "oakdale").await;

    let answer = houses.visitor("oakdale.localhost").get("/").await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn search_engines_are_let_in_where_visitors_are_real() {
    let secret = [
        ("SESSION_SECRET", "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6"),
        ("APP_ENV", "production"),
    ];
    let (at_home, in_production) = (Houses::new().await, Houses::with(&secret).await);

    let closed = at_home.visitor(FAIRFIELD).get("/robots.txt").await;
    let open = in_production.visitor(FAIRFIELD).get("/robots.txt").await;

    assert_eq!(closed.text(), "User-agent: *\nDisallow: /\n");
    assert_eq!(
        open.text(),
        "User-agent: *\nDisallow: /api/\n\nSitemap: http://fairfield.localhost/sitemap.xml\n"
    );
    assert!(open.header("content-type").starts_with("text/plain"));
    let page = in_production.visitor(FAIRFIELD).get("/").await;
    assert!(!page.page().contains("noindex"));
    for (path, is_indexed) in [
        ("/home-value", true),
        ("/home-value?address=1+Elm", false),
        ("/saved-homes", false),
        ("/sign-in", false),
        ("/contact", true),
        ("/contact/thanks", false),
    ] {
        let page = in_production.visitor(FAIRFIELD).get(path).await;
        assert_eq!(!page.page().contains("noindex"), is_indexed, "{path}");
    }
}
