//! What stands on the map: the price of a home, or how many homes are too close to each other to be told apart.

use std::collections::HashMap;

use db::{TenantScope, tenant::listings::Spot};
use server::page::thousands;
use types::listings::{Bounds, Listing, ListingId, ListingStatus};

use super::{
    Links, percent,
    room::{Taken, WIDTHS},
};
use crate::listings::Provider;

/// The air around a marker, in dots of the screen, with its edge.
const AIR: f64 = 2.0;

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
    pub(in super::super) half: (u16, u16),
}

/// Homes that share a marker, the first of the list first.
pub(super) struct Cluster<'a> {
    pub(super) place: (f64, f64),
    spots: Vec<&'a Spot>,
}

impl Cluster<'_> {
    /// What its marker takes on the map.
    pub(super) fn taken(&self) -> Taken {
        let (width, height) = self.half();
        Taken::around(self.place, (f64::from(width) + AIR, f64::from(height) + AIR))
    }

    /// Half of its marker's width and of its height.
    fn half(&self) -> (u16, u16) {
        match self.spots.as_slice() {
            [spot] => (half_of(&short(spot.dollars)), 13),
            several if several.len() < MANY => (15, 15),
            _ => (19, 19),
        }
    }
}

/// So many homes have a larger marker.
const MANY: usize = 10;

/// Gives every home to the first marker that would hide its own. On the narrowest map none hides another, so that on a
/// wider one they stand farther apart.
pub(super) fn clustered(view: Bounds, spots: &[Spot]) -> Vec<Cluster<'_>> {
    let mut clusters: Vec<_> = spots
        .iter()
        .map(|spot| Cluster {
            place: view.place_of(spot.at),
            spots: vec![spot],
        })
        .collect();
    // One that took another in may have grown over its neighbour.
    loop {
        let before = clusters.len();
        clusters = gathered(clusters);
        if clusters.len() == before {
            return clusters;
        }
    }
}

/// Joins each to the first that hides it.
fn gathered(clusters: Vec<Cluster<'_>>) -> Vec<Cluster<'_>> {
    let mut kept: Vec<Cluster<'_>> = Vec::new();
    for cluster in clusters {
        let taken = cluster.taken();
        let first = kept
            .iter_mut()
            .find(|other| other.taken().hides(&taken, WIDTHS[0]));
        match first {
            Some(other) => other.spots.extend(cluster.spots),
            None => kept.push(cluster),
        }
    }
    kept
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
            [spot] => of_a_home(cluster, spot, first),
            _ => of_many(cluster, first, links),
        })
    });
    Ok(markers.collect())
}

fn of_a_home(cluster: &Cluster<'_>, spot: &Spot, home: &Listing) -> Marker {
    let (x, y) = cluster.place;
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
        half: cluster.half(),
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
    let (href, ends) = match around.and_then(|homes| links.closer(homes)) {
        Some(href) => (href, "come closer"),
        None => (links.list(), "see them in the list"),
    };
    Marker {
        x: percent(x),
        y: percent(y),
        href,
        name: format!("{count} homes near {}, {prices}: {ends}", first.address.city),
        label: thousands(count.try_into().unwrap_or(i64::MAX)),
        look: if count < MANY {
            "map-many"
        } else {
            "map-many map-lots"
        },
        half: cluster.half(),
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
fn half_of(label: &str) -> u16 {
    label.chars().map(|_| 7).sum::<u16>() / 2 + 6
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
            spot("above", (41.62, -73.5)),
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

    #[test]
    fn no_marker_hides_another_however_wide_the_map_is() {
        let view: Bounds = "41,-74,42,-73".parse().unwrap();
        // Places as the dice throw them, of prices with short and long labels.
        let place = |nth: u32, factor: u32| f64::from(nth * factor % 997) / 997.0;
        let spots: Vec<_> = (0..300_u32)
            .map(|nth| Spot {
                dollars: i64::from(nth) * 41_000,
                ..spot(
                    &nth.to_string(),
                    (41.0 + place(nth, 389), -74.0 + place(nth, 211)),
                )
            })
            .collect();

        let taken: Vec<_> = clustered(view, &spots).iter().map(Cluster::taken).collect();

        let pairs = || {
            taken
                .iter()
                .enumerate()
                .flat_map(|(nth, one)| taken[..nth].iter().map(move |other| (one, other)))
        };
        let hidden = WIDTHS.map(|width| pairs().filter(|(one, other)| one.hides(other, width)).count());
        assert_eq!(hidden, [0; 4]);
        assert!(taken.len() > 20, "{}", taken.len());
    }
}
