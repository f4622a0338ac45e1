use std::collections::{BTreeMap, BTreeSet};

use types::{
    ModuleKey,
    content::PageName,
    facts,
    listings::{Listing, ResoListing},
};

use super::read::Content;

const TENANTS: [&str; 2] = ["fairfield", "hudson"];

#[test]
fn fairfield_has_nine_towns_and_hudson_others() {
    let [fairfield, hudson] = TENANTS.map(|slug| {
        let towns = Content::of(slug).towns.into_iter();
        towns
            .map(|town| town.slug.as_str().to_owned())
            .collect::<BTreeSet<_>>()
    });

    assert_eq!(fairfield.len(), 9);
    assert_eq!(hudson.len(), 5);
    assert!(fairfield.is_disjoint(&hudson));
}

#[test]
fn every_town_has_at_least_three_neighborhoods_and_similar_towns_that_exist() {
    for tenant in TENANTS {
        let content = Content::of(tenant);
        let towns: BTreeSet<_> = content.towns.iter().map(|town| &town.slug).collect();
        for town in &content.towns {
            let parts = content
                .neighborhoods
                .iter()
                .filter(|part| part.town == town.slug)
                .count();
            assert!(parts >= 3, "{} has {parts} neighborhoods", town.slug);
            assert!(
                town.similar.iter().all(|similar| towns.contains(similar)),
                "{}",
                town.slug
            );
            assert_eq!(
                town.faqs.len() >= 2,
                town.faqs.iter().all(|faq| !faq.answer.is_empty())
            );
        }
    }
}

#[test]
fn every_neighborhood_answers_two_to_four_questions() {
    for tenant in TENANTS {
        for part in Content::of(tenant).neighborhoods {
            let name = format!("{}/{}", part.town, part.slug);
            assert!((2..=4).contains(&part.faqs.len()), "{name}");
            let is_said = |text: &str| !text.is_empty() && !text.contains('#');
            let mut faqs = part.faqs.iter();
            assert!(
                faqs.all(|faq| faq.question.ends_with('?') && is_said(&faq.answer)),
                "{name}"
            );
        }
    }
}

#[test]
fn both_sites_say_every_page_in_words_of_their_own() {
    let [fairfield, hudson] = TENANTS.map(|tenant| {
        let pages = Content::of(tenant).pages.into_iter();
        pages
            .map(|page| (page.name().unwrap(), page.words))
            .collect::<BTreeMap<_, _>>()
    });

    for name in PageName::ALL {
        assert_ne!(fairfield[name], hudson[name], "{name}");
        for words in [&fairfield[name], &hudson[name]] {
            let said = words.body.len() + words.steps.iter().map(|step| step.text.len()).sum::<usize>();
            assert!(said > 200, "{name}");
        }
    }
}

#[test]
fn silvermine_is_a_part_of_more_than_one_town() {
    let content = Content::of("fairfield");

    let towns: BTreeSet<_> = content
        .neighborhoods
        .iter()
        .filter(|part| part.slug.as_str() == "silvermine")
        .map(|part| part.town.as_str())
        .collect();

    assert_eq!(towns, BTreeSet::from(["new-canaan", "norwalk", "wilton"]));
}

#[test]
fn what_is_known_of_a_place_is_what_its_module_reads() {
    for tenant in TENANTS {
        for (place, known) in Content::of(tenant).facts {
            let facts = known.fetched_at(jiff::Timestamp::UNIX_EPOCH);
            let read = match facts.module {
                ModuleKey::AtAGlance => serde_json::from_value::<facts::AtAGlance>(facts.content).map(drop),
                ModuleKey::Schools => serde_json::from_value::<facts::Schools>(facts.content).map(drop),
                ModuleKey::Taxes => serde_json::from_value::<facts::Taxes>(facts.content).map(drop),
                ModuleKey::WalkScore => serde_json::from_value::<facts::WalkScore>(facts.content).map(drop),
                ModuleKey::PointsOfInterest => {
                    serde_json::from_value::<facts::PointsOfInterest>(facts.content).map(drop)
                }
                ModuleKey::Listings => panic!("listings are no facts of {place:?}"),
            };
            assert!(read.is_ok(), "{place:?}: {read:?}");
            assert!(!facts.source.name.is_empty());
        }
    }
}

#[test]
fn the_homes_of_the_demo_are_as_many_as_it_is_told_to_have() {
    let mut counts = BTreeMap::new();
    let listings = Content::of("fairfield").listings;
    assert_eq!(listings.len(), 225);
    for row in listings {
        let listing = row.read("", jiff::Timestamp::UNIX_EPOCH).unwrap();
        *counts.entry(listing.status.as_str()).or_insert(0) += 1;
        *counts.entry(listing.address.city.clone().leak()).or_insert(0) += 1;
    }

    for (status, count) in [("active", 143), ("pending", 45), ("sold", 37)] {
        assert_eq!(counts.remove(status), Some(count), "{status}");
    }
    assert!(counts.values().all(|of_town| *of_town == 25), "{counts:?}");
}

#[test]
fn the_homes_of_the_demo_cost_and_measure_what_they_are_said_to() {
    let read = |row: ResoListing| row.read("", jiff::Timestamp::UNIX_EPOCH).unwrap();
    let homes: Vec<Listing> = Content::of("fairfield").listings.into_iter().map(read).collect();
    let median = |town: &str| {
        let of_town = homes.iter().filter(|home| home.town().unwrap().as_str() == town);
        let mut prices: Vec<_> = of_town.map(|home| home.price.dollars()).collect();
        prices.sort_unstable();
        prices[prices.len() / 2]
    };

    for (town, thousands) in [
        ("greenwich", 3_500),
        ("westport", 2_100),
        ("new-canaan", 1_850),
        ("darien", 1_800),
        ("ridgefield", 1_100),
        ("norwalk", 1_050),
        ("wilton", 1_050),
        ("fairfield", 985),
        ("stamford", 895),
    ] {
        assert_eq!(median(town), thousands * 1_000, "{town}");
    }
    let range = |of: fn(&Listing) -> Option<f64>| {
        let known: Vec<_> = homes.iter().filter_map(of).collect();
        let least = known.iter().copied().reduce(f64::min);
        (least.unwrap(), known.iter().copied().reduce(f64::max).unwrap())
    };
    assert_eq!(range(|home| Some(home.beds?.get().into())), (2.0, 7.0));
    assert_eq!(range(|home| Some(home.baths?.as_f64())), (1.5, 7.0));
    assert_eq!(range(|home| Some(home.sqft?.get().into())), (1_400.0, 8_400.0));
    assert_eq!(range(|home| home.lot_acres), (0.07, 1.02));
    for home in &homes {
        let Some(sqft) = home.sqft else { continue };
        let a_square_foot = home.price.dollars() / sqft.get();
        assert!(
            (150..=1_700).contains(&a_square_foot),
            "{}: {a_square_foot}",
            home.id
        );
    }
}
