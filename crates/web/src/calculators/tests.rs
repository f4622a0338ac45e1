use db::{tenant::websites, testing::a_listing};
use serde_json::json;
use types::{ModuleKey, WebsiteModule, content::Town, facts::Place};

use crate::testing::{FAIRFIELD, HUDSON, Houses};

#[tokio::test]
async fn a_mortgage_is_worked_out_without_a_script() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    let usual = visitor.get("/calculators/mortgage").await;
    let own = visitor
        .get("/calculators/mortgage?price=1,000,000&down=20&rate=6.5&years=30")
        .await;

    assert!(usual.page().contains("value=\"750,000\""));
    assert!(own.page().contains("$6,598.21"));
}

#[tokio::test]
async fn what_is_no_number_is_named_and_the_rest_kept() {
    let houses = Houses::new().await;
    let visitor = houses.visitor(FAIRFIELD);

    for path in [
        "/calculators/mortgage?price=much&down=110&years=7&rate=x",
        "/calculators/closing-costs?price=-5&commission=101",
        "/calculators/taxes?value=99999999999999",
    ] {
        let page = visitor.get(path).await;
        assert!(page.page().contains("aria-invalid"), "{path}");
        assert!(!page.page().contains("class=\"range\""), "{path}");
    }
}

#[tokio::test]
async fn a_seller_sees_what_is_left() {
    let houses = Houses::new().await;

    let page = houses
        .visitor(FAIRFIELD)
        .get("/calculators/closing-costs?price=1000000&commission=5")
        .await;

    assert!(page.page().contains("$935,850") && page.page().contains("$8,500"));
}

#[tokio::test]
async fn a_seller_in_new_york_pays_what_new_york_takes() {
    let houses = Houses::new().await;
    let mut town = wilton_as_written();
    town.state = "NY".to_owned();
    houses.publish(town).await;

    let page = houses
        .visitor(FAIRFIELD)
        .get("/calculators/closing-costs?price=1000000&commission=5")
        .await;

    assert!(page.page().contains("For a seller, in New York."));
    assert!(
        page.page().contains("$4,000") && page.page().contains("$943,350"),
        "{}",
        page.page()
    );
    assert!(!page.page().contains("0.75 percent") && !page.page().contains("Title</th>"));
}

fn wilton_as_written() -> Town {
    let town = json!({
        "slug": "wilton", "name": "Wilton", "county": "Fairfield County", "state": "CT",
        "center": { "lat": 41.1954, "lng": -73.4379 }, "scene": "hills", "imageAlt": "Wooded hills.",
        "overviewShort": "A town.", "overviewLong": "", "lifestyle": "", "marketNotes": "", "highlights": [],
        "faqs": [], "similar": [], "lastReviewedOn": "2026-10-20",
    });
    serde_json::from_value(town).unwrap()
}

#[tokio::test]
async fn towns_are_compared_by_their_own_rates() {
    let houses = Houses::new().await;
    houses.publish(wilton_as_written()).await;
    let wilton = Place {
        town: "wilton".parse().unwrap(),
        neighborhood: None,
    };
    let rate = json!({"millRate": 23.94, "assessmentRatio": 70, "year": 2024});
    houses.tell(&wilton, ModuleKey::Taxes, rate).await;

    let own = houses
        .visitor(FAIRFIELD)
        .get("/calculators/taxes?value=1000000")
        .await;
    let next_door = houses
        .visitor(HUDSON)
        .get("/calculators/taxes?value=1000000")
        .await;

    assert!(own.page().contains("$16,758"));
    assert!(
        own.page()
            .contains("2024–25, The town hall, as of <time datetime=\"2026-07-01\">July 1, 2026</time>")
    );
    assert!(next_door.page().contains("name=\"rate\"") && !next_door.page().contains("Wilton"));
}

#[tokio::test]
async fn what_is_switched_off_stands_nowhere_and_is_led_to_from_nowhere() {
    let houses = Houses::new().await;
    houses.publish(wilton_as_written()).await;
    let wilton = Place {
        town: "wilton".parse().unwrap(),
        neighborhood: None,
    };
    let rate = json!({"millRate": 23.94, "assessmentRatio": 70, "year": 2024});
    houses.tell(&wilton, ModuleKey::Taxes, rate).await;
    a_listing("FB1").insert(&houses.db.db, &houses.fairfield).await;
    let visitor = houses.visitor(FAIRFIELD);
    let pages = [
        "/calculators/taxes?value=1000000&rate=1.2",
        "/calculators/mortgage",
        "/listings/FB1",
    ];
    let has_rates = async || {
        let mut has_rates = Vec::new();
        for path in pages {
            let page = visitor.get(path).await;
            let words = ["23.94", "#taxes", "Each town’s own rate"];
            has_rates.push(words.iter().any(|words| page.page().contains(words)));
        }
        has_rates
    };

    let on = has_rates().await;
    let switch = WebsiteModule {
        key: ModuleKey::Taxes,
        enabled: false,
        sort_order: 0,
    };
    let mut tx = houses.db.db.write(&houses.fairfield).await.unwrap();
    websites::upsert_module(&mut tx, &houses.fairfield, &switch)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let off = has_rates().await;

    assert_eq!(on, [true; 3]);
    assert_eq!(off, [false; 3]);
    let plain = visitor.get(pages[0]).await;
    assert!(plain.page().contains("$12,000") && plain.page().contains("name=\"rate\""));
    let mistake = visitor.get("/calculators/taxes?rate=much").await;
    assert!(mistake.page().contains("aria-invalid") && !mistake.page().contains("class=\"range\""));
}
