//! The map of a search: our own drawing of where the homes lie. What it shows is in the list too, and its address is
//! the search's: every way about it is a link that changes `bounds`.

mod drawing;
mod labels;
mod markers;
mod room;
#[cfg(test)]
mod tests;

use db::TenantScope;
use server::Submitted;
use types::{
    content::{Coordinates, Town},
    listings::{Bounds, ListingSearch},
};

pub(super) use markers::Marker;

use self::{
    drawing::{Drawing, Scale},
    labels::Label,
    markers::Cluster,
};
use super::Provider;

/// Homes drawn at once: the first of the list. One who wants the others comes closer, or asks for less.
const MOST: i64 = 500;

/// How much wider than what it shows a map is, so that nothing lies on its edge.
const MARGIN: f64 = 1.25;

/// A map, ready to be drawn.
pub(super) struct Map {
    pub(super) view: Bounds,
    pub(super) markers: Vec<Marker>,
    pub(super) towns: Vec<Label>,
    pub(super) drawing: Drawing,
    pub(super) scale: Scale,
    pub(super) ways: Vec<Way>,
    /// The same search within what is in sight.
    pub(super) here: String,
    /// The same search wherever the homes lie, when this one looks within a part of the map.
    pub(super) everywhere: Option<String>,
    /// What is in the list and not on the map.
    pub(super) rest: Option<String>,
}

/// A way about the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) icon: &'static str,
    pub(super) label: &'static str,
    /// None at the end of the way.
    pub(super) href: Option<String>,
}

impl Map {
    /// Draws a search of which so many homes were found. Without homes and towns there is nothing to draw.
    pub(super) async fn of(
        listings: &dyn Provider,
        scope: &TenantScope,
        (search, total): (&ListingSearch, i64),
        params: &Submitted,
        towns: &[Town],
    ) -> anyhow::Result<Option<Self>> {
        let spots = listings.spots(scope, search, MOST).await?;
        let homes = Bounds::around(spots.iter().map(|spot| spot.at));
        let area = || Bounds::around(towns.iter().map(|town| town.center));
        let shown = homes.or_else(area).map(|bounds| bounds.squared().zoomed(MARGIN));
        let Some(view) = search.bounds.map(Bounds::squared).or(shown) else {
            return Ok(None);
        };
        let links = Links { params, view };
        let (clusters, placed) = (markers::clustered(view, &spots), spots.len());
        Ok(Some(Self {
            view,
            markers: markers::named(listings, scope, &clusters, &links).await?,
            towns: labels::of(view, towns, clusters.iter().map(Cluster::taken)),
            drawing: Drawing::of(view, spots.iter().map(|spot| spot.at), towns),
            scale: Scale::of(view),
            ways: links.ways(),
            here: links.to(Some(view)),
            everywhere: search.bounds.map(|_| links.to(None)),
            rest: rest(total, placed),
        }))
    }
}

/// What the map does not show.
fn rest(total: i64, placed: usize) -> Option<String> {
    let placed = i64::try_from(placed).unwrap_or(MOST);
    match total - placed {
        ..=0 => None,
        _ if placed == MOST => Some(format!(
            "The map shows the first {MOST} homes of the list. Come closer to see the others."
        )),
        1 => Some("1 home is in the list only: where it stands is not told.".to_owned()),
        missing => Some(format!(
            "{missing} homes are in the list only: where they stand is not told."
        )),
    }
}

/// Makes the addresses of the same search elsewhere.
struct Links<'a> {
    params: &'a Submitted,
    /// What is in sight.
    view: Bounds,
}

impl Links<'_> {
    fn to(&self, bounds: Option<Bounds>) -> String {
        let params = self.params.without("page");
        match params.query_with("bounds", bounds.map(|bounds| bounds.to_string()).as_deref()) {
            query if query.is_empty() => "/home-search#map".to_owned(),
            query => format!("/home-search?{query}#map"),
        }
    }

    /// Where homes come apart that stand close together; none when one can come no closer to them.
    fn closer(&self, homes: Bounds) -> Option<String> {
        let there = homes.squared().zoomed(MARGIN);
        // An address has its degrees to ten metres only.
        let is_closer = there.miles() < self.view.miles() * 0.95 && !self.view.is_smallest();
        is_closer.then(|| self.to(Some(there)))
    }

    /// The list of what is in sight.
    fn list(&self) -> String {
        match self.params.query_with("page", None) {
            query if query.is_empty() => "/home-search#list".to_owned(),
            query => format!("/home-search?{query}#list"),
        }
    }

    /// Closer, away, and half a map to each side.
    fn ways(&self) -> Vec<Way> {
        let view = self.view;
        let way = |icon, label, to: Bounds| Way {
            icon,
            label,
            href: (to != view).then(|| self.to(Some(to))),
        };
        let closer = if view.is_smallest() {
            view
        } else {
            view.zoomed(0.5)
        };
        let away = if view.is_largest() { view } else { view.zoomed(2.0) };
        vec![
            way("plus", "Come closer", closer),
            way("minus", "Step back", away),
            way("west", "Move west", view.moved(0.0, -0.5)),
            way("north", "Move north", view.moved(0.5, 0.0)),
            way("south", "Move south", view.moved(-0.5, 0.0)),
            way("east", "Move east", view.moved(0.0, 0.5)),
        ]
    }
}

/// A place on the map, as its drawing has it.
fn percent(part: f64) -> String {
    format!("{:.2}%", part * 100.0)
}

/// Where a point is drawn, if it is in sight.
fn in_sight(view: Bounds, point: Coordinates) -> Option<(f64, f64)> {
    let (x, y) = view.place_of(point);
    ((0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)).then_some((x, y))
}
