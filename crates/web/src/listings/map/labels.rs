//! The names of the towns, where there is room for them: a name below a price says nothing.

use types::{content::Town, listings::Bounds};

use super::{
    in_sight, percent,
    room::{Taken, WIDTHS},
};

/// A town, where it lies.
pub(in super::super) struct Label {
    pub(in super::super) x: String,
    pub(in super::super) y: String,
    pub(in super::super) name: String,
    /// Where its name stands; nowhere, when there is no room.
    pub(in super::super) side: Option<Side>,
}

/// Where the name stands, seen from the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Side {
    Above,
    Right,
    Left,
    Below,
    /// Above the price that stands on the point itself, and so on.
    Over,
    Under,
    FarRight,
    FarLeft,
}

impl Side {
    /// The best first.
    const ALL: [Self; 8] = [
        Self::Above,
        Self::Right,
        Self::Left,
        Self::Below,
        Self::Over,
        Self::Under,
        Self::FarRight,
        Self::FarLeft,
    ];

    /// Where its letters begin, end or have their middle, in dots of the screen.
    pub(in super::super) const fn offset(self) -> (i8, i8) {
        match self {
            Self::Above => (0, -9),
            Self::Right => (9, 5),
            Self::Left => (-9, 5),
            Self::Below => (0, 20),
            Self::Over => (0, -26),
            Self::Under => (0, 35),
            Self::FarRight => (34, 5),
            Self::FarLeft => (-34, 5),
        }
    }

    /// Which part of its letters that is.
    pub(in super::super) const fn anchor(self) -> &'static str {
        match self {
            Self::Above | Self::Below | Self::Over | Self::Under => "map-mid",
            Self::Right | Self::FarRight => "map-from",
            Self::Left | Self::FarLeft => "map-to",
        }
    }

    /// What a name takes that stands here.
    fn taken(self, at: (f64, f64), name: &str) -> Taken {
        let (x, y) = self.offset();
        let (x, y) = (f64::from(x), f64::from(y));
        let width = name.chars().map(|_| LETTER).sum::<f64>();
        let across = match self.anchor() {
            "map-from" => (x, x + width),
            "map-to" => (x - width, x),
            _ => (x - width / 2.0, x + width / 2.0),
        };
        Taken {
            at,
            across,
            down: (y - RISE, y + FALL),
        }
    }
}

/// The room of a letter; how far letters rise above their line, and fall below it.
const LETTER: f64 = 8.5;
const RISE: f64 = 12.0;
const FALL: f64 = 4.0;

/// The scale in its corner.
const SCALE: Taken = Taken {
    at: (0.0, 1.0),
    across: (6.0, 110.0),
    down: (-38.0, -6.0),
};

/// The towns in sight. Names give way to what stands on the map, and to the names before them.
pub(super) fn of(view: Bounds, towns: &[Town], markers: impl Iterator<Item = Taken>) -> Vec<Label> {
    let mut taken: Vec<_> = markers.chain([SCALE]).collect();
    let mut labels = Vec::new();
    for town in towns {
        let Some(at) = in_sight(view, town.center) else {
            continue;
        };
        let side = Side::ALL.into_iter().find_map(|side| {
            let name = side.taken(at, &town.name);
            let is_free =
                |width: &f64| name.is_inside(*width) && !taken.iter().any(|other| other.hides(&name, *width));
            WIDTHS.iter().all(is_free).then_some((side, name))
        });
        taken.extend(side.map(|(_, name)| name));
        labels.push(Label {
            x: percent(at.0),
            y: percent(at.1),
            name: town.name.clone(),
            side: side.map(|(side, _)| side),
        });
    }
    labels
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn town(name: &str, (lat, lng): (f64, f64)) -> Town {
        serde_json::from_value(json!({
            "slug": name.to_lowercase(), "name": name, "county": "Fairfield County", "state": "CT",
            "center": { "lat": lat, "lng": lng }, "scene": "hills", "imageAlt": "Hills.", "overviewShort": "A town.",
            "overviewLong": "", "lifestyle": "", "marketNotes": "", "lastReviewedOn": "2026-10-20",
        }))
        .unwrap()
    }

    fn price(at: (f64, f64)) -> Taken {
        Taken::around(at, (27.0, 13.0))
    }

    fn sides(labels: &[Label]) -> Vec<(&str, Option<Side>)> {
        labels
            .iter()
            .map(|label| (label.name.as_str(), label.side))
            .collect()
    }

    #[test]
    fn names_stand_where_nothing_else_does() {
        let view: Bounds = "41,-74,42,-73".parse().unwrap();
        let towns = [
            town("Wilton", (41.5, -73.5)),
            town("Darien", (41.5, -73.42)),
            town("Weston", (41.5, -73.58)),
            town("Between", (41.5, -73.5)),
            town("Second", (41.5, -73.5)),
            town("Third", (41.5, -73.5)),
            town("Nowhere", (41.5, -73.5)),
            town("Corner", (41.02, -73.9)),
            town("Elsewhere", (40.0, -73.5)),
        ];

        let free = of(view, &towns, std::iter::empty());

        assert_eq!(
            sides(&free),
            [
                ("Wilton", Some(Side::Above)),
                ("Darien", Some(Side::Right)),
                ("Weston", Some(Side::Left)),
                ("Between", Some(Side::Below)),
                ("Second", Some(Side::Over)),
                ("Third", None),
                ("Nowhere", None),
                ("Corner", None),
            ]
        );
    }

    #[test]
    fn a_name_keeps_off_the_price_on_its_town_and_gives_way_to_prices_all_around() {
        let view: Bounds = "41,-74,42,-73".parse().unwrap();
        let wilton = [town("Wilton", (41.5, -73.5))];

        let below_it = of(view, &wilton, [price((0.5, 0.5))].into_iter());
        let around = [(0.5, 0.5), (0.5, 0.42), (0.5, 0.58), (0.35, 0.5), (0.65, 0.5)];
        let crowded = of(view, &wilton, around.into_iter().map(price));

        assert_eq!(sides(&below_it), [("Wilton", Some(Side::Over))]);
        assert_eq!(sides(&crowded), [("Wilton", None)]);
    }
}
