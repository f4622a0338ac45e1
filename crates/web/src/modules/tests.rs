use std::future;

use db::testing::a_listing;
use futures::FutureExt as _;
use serde_json::{Value, json};
use types::{
    Clock as _, Slug, TestClock,
    facts::{Facts, Source},
    listings::{Listing, ListingStatus},
};

use super::*;
use crate::testing::{FAIRFIELD, Houses};

/// What is known of every place, or what goes wrong.
enum Told {
    Facts(Value),
    /// The same from somebody else.
    Signed(&'static str, Value),
    Trouble,
    Nothing,
    Silence,
}

impl Provider for Told {
    fn find<'a>(
        &'a self,
        _: &'a db::TenantScope,
        _: &'a Place,
        module: ModuleKey,
    ) -> BoxFuture<'a, anyhow::Result<Option<Facts>>> {
        match self {
            Self::Facts(content) => future::ready(Ok(Some(facts(module, content.clone())))).boxed(),
            Self::Signed(name, content) => {
                let mut facts = facts(module, content.clone());
                facts.source.name = (*name).to_owned();
                future::ready(Ok(Some(facts))).boxed()
            }
            Self::Trouble => future::ready(Err(anyhow::anyhow!("the quota is used up"))).boxed(),
            Self::Nothing => future::ready(Ok(None)).boxed(),
            Self::Silence => future::pending().boxed(),
        }
    }
}

fn facts(module: ModuleKey, content: Value) -> Facts {
    Facts {
        module,
        content,
        source: Source {
            name: "The town hall".to_owned(),
            url: Some("https://example.com/rates".to_owned()),
            as_of: "2026-07-01".parse().unwrap(),
        },
        fetched_at: TestClock::default().now(),
    }
}

/// The blocks of wilton for a visitor who typed `params`, when providers tell this.
async fn blocks(told: Told, wanted: &[(ModuleKey, bool)], params: Submitted) -> Vec<Block> {
    blocks_of(&Houses::new().await, told, wanted, params).await
}

async fn blocks_of(
    houses: &Houses,
    told: Told,
    wanted: &[(ModuleKey, bool)],
    params: Submitted,
) -> Vec<Block> {
    let site = houses.site(FAIRFIELD).await;
    let place = Place {
        town: Slug::parse("wilton").unwrap(),
        neighborhood: None,
    };
    let ask = Ask {
        site: &site,
        facts: &told,
        listings: &crate::listings::Stored::new(houses.db.db.clone()),
        place: &place,
        town: "Wilton",
        named: "Wilton",
        theme: ThemePreset::IvoryForest,
        params: &params,
        path: "/towns/wilton",
        now: TestClock::default().now(),
    };
    let wanted: Vec<_> = (0..)
        .zip(wanted)
        .map(|(sort_order, &(key, enabled))| WebsiteModule {
            key,
            enabled,
            sort_order,
        })
        .collect();
    shown(&all(), &wanted, &ask).await
}

const TAXES: [(ModuleKey, bool); 1] = [(ModuleKey::Taxes, true)];

fn a_rate() -> Told {
    Told::Facts(json!({ "millRate": 23.94, "assessmentRatio": 70, "year": 2024 }))
}

#[tokio::test]
async fn a_module_that_fails_is_silent_or_knows_nothing_is_left_out() {
    for told in [Told::Trouble, Told::Nothing, Told::Silence] {
        assert_eq!(blocks(told, &TAXES, Submitted::default()).await, []);
    }
}

#[tokio::test]
async fn facts_that_are_not_a_modules_own_do_not_break_the_page() {
    let wanted = [(ModuleKey::WalkScore, true), (ModuleKey::Taxes, true)];

    let blocks = blocks(a_rate(), &wanted, Submitted::default()).await;

    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].key, ModuleKey::Taxes);
}

#[tokio::test]
async fn modules_stand_in_the_tenants_order_and_only_those_it_wants() {
    let score = || Told::Facts(json!({ "score": 71 }));
    let all_off = [(ModuleKey::WalkScore, false)];
    let twice = [(ModuleKey::WalkScore, true), (ModuleKey::Schools, true)];

    assert_eq!(blocks(score(), &all_off, Submitted::default()).await, []);
    let shown = blocks(score(), &twice, Submitted::default()).await;
    assert_eq!(
        shown.iter().map(|block| block.key).collect::<Vec<_>>(),
        [ModuleKey::WalkScore]
    );
    assert!(shown[0].body.to_string().contains("Very Walkable"));
    assert_eq!(shown[0].source.name, "The town hall");
    assert_eq!(shown[0].source.day(), "July 1, 2026");
    assert_eq!(shown[0].source.age, None);
}

#[tokio::test]
async fn a_number_has_the_name_of_who_counted() {
    let wanted = [(ModuleKey::WalkScore, true)];
    let score = || json!({ "score": 71 });
    let named = async |told| {
        let shown = blocks(told, &wanted, Submitted::default()).await;
        let number = shown[0].number.clone().unwrap();
        (number.name, shown[0].told[0].clone())
    };
    let said = |name: &str, told: &str| (name.to_owned(), told.to_owned());

    let ours = named(Told::Facts(score())).await;
    let theirs = named(Told::Signed("Walk Score®", score())).await;

    let (own, other) = ("Errands on foot", "Walk Score");
    assert_eq!(ours, said(own, "Errands on foot: 71 of 100, Very Walkable"));
    assert_eq!(theirs, said(other, "Walk Score: 71 of 100, Very Walkable"));
}

#[tokio::test]
async fn homes_have_who_lists_them_as_their_source_and_what_each_wants_said_besides() {
    let houses = Houses::new().await;
    let other = |home: &mut Listing| {
        home.attribution.office = "Palisade Realty".to_owned();
        home.attribution.disclaimer = "As reported.".to_owned();
        home.status = ListingStatus::Pending;
        (home.beds, home.baths, home.sqft) = (None, None, None);
        home.updated_at = "2026-03-02T03:00:00Z".parse().unwrap();
    };
    for home in [a_listing("FB1"), a_listing("FB2").with(other)] {
        home.insert(&houses.db.db, &houses.fairfield).await;
    }
    let sold = a_listing("FB3").with(|home| home.status = ListingStatus::Sold);
    sold.insert(&houses.db.db, &houses.fairfield).await;

    let wanted = [(ModuleKey::Listings, true)];
    let shown = blocks_of(&houses, Told::Nothing, &wanted, Submitted::default()).await;

    let block = &shown[0];
    assert_eq!(block.number.as_ref().unwrap().value, "2");
    let mut firms: Vec<_> = block
        .source
        .name
        .trim_start_matches("listings of ")
        .split(", ")
        .collect();
    firms.sort_unstable();
    assert_eq!(firms, ["Palisade Realty", "Saltmarsh Realty"]);
    let body = block.body.to_string();
    for said in [
        "<p class=\"note\">A synthetic listing.</p>",
        "<p class=\"note\">As reported.</p>",
        "href=\"/home-search?towns=wilton\"",
    ] {
        assert!(body.contains(said), "{said}: {body}");
    }
    let told = block.told.join("\n");
    assert!(
        told.contains("12 Elm Street. Listed by Palisade Realty"),
        "{told}"
    );
    assert!(told.contains("As reported.") && !told.contains(", ."), "{told}");
}

#[tokio::test]
async fn the_tax_calculator_answers_what_was_typed() {
    for (typed, answer) in [
        ("1,050,000", "<strong>$17,596</strong> a year"),
        ("$0", "<strong>$0</strong> a year"),
        ("", "<strong>$16,758</strong> a year"),
        ("a lot", "must look like 1,250,000"),
        ("-5", "must be from $0 to"),
        ("99999999999999999999", "must look like 1,250,000"),
        ("9000000000", "must be from $0 to"),
        ("\"><script>", "must look like"),
    ] {
        let blocks = blocks(a_rate(), &TAXES, Submitted::default().with("value", typed)).await;
        let body = blocks[0].body.to_string();
        assert!(body.contains(answer), "{typed}: {body}");
        assert!(!body.contains("<script>"), "{body}");
    }
}
