use axum::http::StatusCode;
use insta::assert_snapshot;
use serde_json::json;
use types::content::{Post, QuestionAndAnswer, Scene};

use crate::{
    testing::{FAIRFIELD, HUDSON, Houses, still},
    towns::tests::a_town,
};

fn a_post(slug: &str, category: &str, day: &str) -> Post {
    serde_json::from_value(json!({
        "slug": slug, "title": format!("About {slug}"), "summary": "In short.", "category": category,
        "author": "Nora Whitfield", "publishedOn": day, "body": "First.\n\n## Then\n\nSecond.",
    }))
    .unwrap()
}

async fn houses() -> Houses {
    let houses = Houses::new().await;
    houses
        .publish(a_post("spring", "market-update", "2026-04-01"))
        .await;
    houses.publish(a_post("dogs", "community", "2026-05-01")).await;
    houses
}

#[tokio::test]
async fn an_article_as_it_is_read() {
    let houses = houses().await;

    let answer = houses.visitor(FAIRFIELD).get("/insights/spring").await;

    assert_snapshot!(still(answer.page()));
}

#[tokio::test]
async fn the_list_shows_the_newest_first_and_one_category_when_asked() {
    let houses = houses().await;
    let visitor = houses.visitor(FAIRFIELD);

    let all = visitor.get("/insights").await;
    let market = visitor.get("/insights?category=market-update").await;
    let unknown = visitor.get("/insights?category=%3Cb%3E&offset=nonsense").await;

    let place = |page: &str, slug: &str| page.find(&format!("href=\"/insights/{slug}\""));
    assert!(place(all.page(), "dogs") < place(all.page(), "spring"));
    assert!(place(market.page(), "dogs").is_none() && place(market.page(), "spring").is_some());
    assert!(place(unknown.page(), "dogs").is_some());
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let houses = Houses::new().await;
    for day in 10..24 {
        houses
            .publish(a_post(&format!("day-{day}"), "news", &format!("2026-03-{day}")))
            .await;
    }
    let visitor = houses.visitor(FAIRFIELD);

    let first = visitor.get("/insights?category=news").await;
    let second = visitor.get("/insights?category=news&offset=12").await;
    let beyond = visitor.get("/insights?offset=4000000000").await;

    assert!(
        first
            .page()
            .contains("href=\"/insights?category=news&#38;offset=12\" rel=\"next\"")
    );
    assert!(second.page().contains("/insights/day-10") && !second.page().contains("/insights/day-23"));
    assert!(second.page().contains(
        "rel=\"canonical\" href=\"http://fairfield.localhost/insights?category=news&#38;offset=12\""
    ));
    assert!(
        beyond
            .page()
            .contains("href=\"/insights\">Begin with the newest</a>")
    );
    assert!(!beyond.page().contains("Nothing has been written"));
}

#[tokio::test]
async fn an_article_is_drawn_as_the_town_it_speaks_of() {
    let houses = Houses::new().await;
    let mut shore = a_town("darien", "Darien");
    shore.scene = Scene::Shore;
    houses.publish(shore).await;
    houses.publish(a_town("wilton", "Wilton")).await;
    let mut post = a_post("tides", "news", "2026-04-01");
    post.related_towns = vec!["darien".parse().unwrap()];
    houses.publish(post).await;
    let visitor = houses.visitor(FAIRFIELD);

    let list = visitor.get("/insights").await;
    let article = visitor.get("/insights/tides").await;

    for page in [list.page(), article.page()] {
        assert!(page.contains("/shore/tides.svg\""), "{page}");
    }
}

#[tokio::test]
async fn what_is_not_written_here_is_missing() {
    let houses = houses().await;

    let missing = houses.visitor(FAIRFIELD).get("/insights/autumn").await;
    let next_door = houses.visitor(HUDSON).get("/insights/spring").await;

    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(next_door.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_article_has_its_questions_on_the_page_in_the_text_and_without_marks_for_programs() {
    let houses = Houses::new().await;
    let mut post = a_post("spring", "market-update", "2026-04-01");
    post.faqs = vec![QuestionAndAnswer {
        question: "Is it far?".to_owned(),
        answer: "No. See **[the towns](/towns)**.".to_owned(),
    }];
    houses.publish(post).await;
    let visitor = houses.visitor(FAIRFIELD);

    let page = visitor.get("/insights/spring").await;
    let text = visitor.get("/insights/spring.md").await;

    assert!(
        page.page().contains("<summary>Is it far?</summary>"),
        "{}",
        page.page()
    );
    assert!(
        page.page().contains("\"text\":\"No. See the towns.\""),
        "{}",
        page.page()
    );
    assert_eq!(text.header("content-type"), "text/markdown; charset=utf-8");
    for part in [
        "# About spring\n",
        "## Then\n",
        "### Is it far?\n\nNo. See **[the towns](/towns)**.",
    ] {
        assert!(text.text().contains(part), "{part} in {}", text.text());
    }
}
