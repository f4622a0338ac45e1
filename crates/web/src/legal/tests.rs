use crate::testing::{FAIRFIELD, HUDSON, Houses};

/// Pages that are there for every tenant, whatever it wrote.
const PAGES: [&str; 9] = [
    "/about",
    "/services/buy",
    "/services/sell",
    "/services/investing",
    "/insights",
    "/privacy",
    "/terms",
    "/fair-housing",
    "/accessibility",
];

#[tokio::test]
async fn every_site_has_its_pages_each_with_a_heading_a_title_and_an_address() {
    let houses = Houses::new().await;
    db::testing::a_tenant(&houses.db.db, &*houses.ids, "oakdale").await;

    for host in [FAIRFIELD, HUDSON, "oakdale.localhost"] {
        for path in PAGES {
            let answer = houses.visitor(host).get(path).await;
            let page = answer.page();
            assert_eq!(page.matches("<h1").count(), 1, "{host}{path}");
            assert_eq!(page.matches("<title>").count(), 1, "{host}{path}");
            let canonical = format!("<link rel=\"canonical\" href=\"http://{host}{path}\">");
            assert!(page.contains(&canonical), "{host}{path}");
            assert!(!page.contains("<title> "), "{host}{path}");
        }
    }
}

#[tokio::test]
async fn legal_pages_name_the_brokerage_and_its_licence() {
    let houses = Houses::new().await;

    for path in ["/privacy", "/terms", "/fair-housing", "/accessibility"] {
        let answer = houses.visitor(FAIRFIELD).get(path).await;
        assert!(
            answer
                .page()
                .contains("Fairfield Realty LLC, Connecticut licence REB.0790142")
        );
    }
}
