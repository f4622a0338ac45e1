//! What stands on the map: the price of a home, or how many homes are too close to each other to be told apart.

use std::collections::HashMap;

use db::{TenantScope, tenant::listings::Spot};
use server::page::thousands;
use types::listings::{Bounds, Listing, ListingId, ListingStatus};

use super::{Links, percent};
use crate::listings::Provider;

/// The room a price takes, as parts of the map. On a telephone it takes a little more, and may touch another.
pub(super) const ROOM: (f64, f64) = (0.13, 0.065);

/// A link on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Marker {
    pub(in super::super) x: String,
    pub(in super::super) y: String,
    pub(in super::super) href: String,
    /// What is written on it.
    pub(in super::super) label: String,
    /// What a screen reader says, which begins with what is written.
    pub(in super::super) name: String,
    pub(in super::super) look: &'static str,
    /// Half of its width and of its height.
    pub(in super::super) half: (usize, usize),
}

/// Homes that share a marker, the first of the list first.
pub(super) struct Cluster<'a> {
    pub(super) place: (f64, f64),
    spots: Vec<&'a Spot>,
}

/// Gives every home to the first marker that would hide its own.
pub(super) fn clustered(view: Bounds, spots: &[Spot]) -> Vec<Cluster<'_>> {
    let mut clusters: Vec<Cluster<'_>> = Vec::new();
    for spot in spots {
        let (x, y) = view.place_of(spot.at);
        let hides = |cluster: &&mut Cluster<'_>| {
            (cluster.place.0 - x).abs() < ROOM.0 && (cluster.place.1 - y).abs() < ROOM.1
        };
        match clusters.iter_mut().find(hides) {
            Some(cluster) => cluster.spots.push(spot),
            None => clusters.push(Cluster {
                place: (x, y),
                spots: vec![spot],
            }),
        }
    }
    clusters
}

/// The markers, each named by the home it leads to or by the homes it stands for.
pub(super) async fn named(
    listings: &dyn Provider,
    scope: &TenantScope,
    clusters: &[Cluster<'_>],
    links: &Links<'_>,
) -> anyhow::Result<Vec<Marker>> {
    let firsts: Vec<_> = clusters
        .iter()
        .map(|cluster| cluster.spots[0].id.clone())
        .collect();
    let homes = listings.several(scope, &firsts).await?;
    let homes = homes.iter().map(|listing| (&listing.id, listing));
    let homes: HashMap<&ListingId, &Listing> = homes.collect();
    let markers = clusters.iter().filter_map(|cluster| {
        let first = homes.get(&cluster.spots[0].id)?;
        Some(match cluster.spots[..] {
            [spot] => of_a_home(cluster.place, spot, first),
            _ => of_many(cluster, first, links),
        })
    });
    Ok(markers.collect())
}

fn of_a_home((x, y): (f64, f64), spot: &Spot, home: &Listing) -> Marker {
    let label = short(spot.dollars);
    let facts = [home.headline(), home.address.city.clone(), home.facts()];
    let facts = facts.iter().filter(|fact| !fact.is_empty());
    let name = facts.fold(label.clone(), |name, fact| format!("{name}, {fact}"));
    let (look, status) = match spot.status {
        ListingStatus::Active => ("map-home", String::new()),
        other => ("map-home map-gone", format!(", {}", other.label().to_lowercase())),
    };
    Marker {
        x: percent(x),
        y: percent(y),
        href: format!("/listings/{}", spot.id),
        half: (half_of(&label), 13),
        name: name + &status,
        label,
        look,
    }
}

fn of_many(cluster: &Cluster<'_>, first: &Listing, links: &Links<'_>) -> Marker {
    let (x, y) = cluster.place;
    let count = cluster.spots.len();
    let dollars = || cluster.spots.iter().map(|spot| spot.dollars);
    let (least, most) = (dollars().min().unwrap_or(0), dollars().max().unwrap_or(0));
    let prices = match least == most {
        true => short(least),
        false => format!("{} to {}", short(least), short(most)),
    };
    let around = Bounds::around(cluster.spots.iter().map(|spot| spot.at));
    let around = around.map(|bounds| bounds.squared().zoomed(super::MARGIN));
    Marker {
        x: percent(x),
        y: percent(y),
        href: links.to(around),
        name: format!("{count} homes near {}, {prices}: come closer", first.address.city),
        label: thousands(count.try_into().unwrap_or(i64::MAX)),
        look: if count < 10 {
            "map-many"
        } else {
            "map-many map-lots"
        },
        half: if count < 10 { (15, 15) } else { (19, 19) },
    }
}

/// `$985K`, `$1.25M`: a price in five or six letters.
fn short(dollars: i64) -> String {
    match dollars {
        // What would round up to a thousand thousands is a million.
        999_500.. => {
            let hundredths = (dollars + 5_000) / 10_000;
            let text = format!("{}.{:02}", thousands(hundredths / 100), hundredths % 100);
            format!("${}M", text.trim_end_matches('0').trim_end_matches('.'))
        }
        1_000.. => format!("${}K", (dollars + 500) / 1_000),
        _ => format!("${dollars}"),
    }
}

/// Half of what a price in small letters measures.
const fn half_of(label: &str) -> usize {
    (label.len() * 7 + 12) / 2
}

#[cfg(test)]
mod tests {
    use types::content::Coordinates;

    use super::*;

    fn spot(id: &str, (lat, lng): (f64, f64)) -> Spot {
        Spot {
            id: id.parse().unwrap(),
            at: Coordinates { lat, lng },
            dollars: 900_000,
            status: ListingStatus::Active,
        }
    }

    #[test]
    fn a_price_is_short_and_right() {
        for (dollars, text) in [
            (900, "$900"),
            (985_000, "$985K"),
            (999_499, "$999K"),
            (999_500, "$1M"),
            (1_250_000, "$1.25M"),
            (1_204_000, "$1.2M"),
            (3_500_000, "$3.5M"),
            (12_000_000, "$12M"),
            (4_000_000_000, "$4,000M"),
        ] {
            assert_eq!(short(dollars), text);
        }
    }

    #[test]
    fn homes_share_a_marker_when_theirs_would_hide_each_other() {
        let view: Bounds = "41,-74,42,-73".parse().unwrap();
        let spots = [
            spot("a", (41.5, -73.5)),
            spot("near", (41.55, -73.57)),
            spot("above", (41.6, -73.5)),
            spot("right", (41.5, -73.2)),
        ];

        let clusters = clustered(view, &spots);

        let ids = |cluster: &Cluster<'_>| {
            let ids = cluster.spots.iter().map(|spot| spot.id.to_string());
            ids.collect::<Vec<_>>()
        };
        let ids: Vec<_> = clusters.iter().map(ids).collect();
        assert_eq!(ids, [vec!["a", "near"], vec!["above"], vec!["right"]]);
    }

    #[test]
    fn every_home_is_on_the_map_once_and_a_thousand_make_few_markers() {
        let view: Bounds = "41,-74,42,-73".parse().unwrap();
        let spots: Vec<_> = (0..1000_u32)
            .map(|nth| {
                let (row, column) = (f64::from(nth / 32) / 32.0, f64::from(nth % 32) / 32.0);
                spot(&nth.to_string(), (41.0 + row, -74.0 + column))
            })
            .collect();

        let clusters = clustered(view, &spots);

        assert_eq!(
            clusters.iter().map(|cluster| cluster.spots.len()).sum::<usize>(),
            1000
        );
        assert!(clusters.len() <= 130, "{}", clusters.len());
    }
}
