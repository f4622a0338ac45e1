//! The names of the towns, where there is room for them: a name below a price says nothing.

use types::{content::Town, listings::Bounds};

use super::{in_sight, markers::ROOM, percent};

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
    Below,
    Right,
    Left,
}

impl Side {
    /// The best first.
    const ALL: [Self; 4] = [Self::Above, Self::Right, Self::Left, Self::Below];

    /// Where its letters begin, end or have their middle, in dots of the screen.
    pub(in super::super) const fn offset(self) -> (i8, i8) {
        match self {
            Self::Above => (0, -9),
            Self::Below => (0, 20),
            Self::Right => (9, 5),
            Self::Left => (-9, 5),
        }
    }

    /// Which part of its letters that is.
    pub(in super::super) const fn anchor(self) -> &'static str {
        match self {
            Self::Above | Self::Below => "map-mid",
            Self::Right => "map-from",
            Self::Left => "map-to",
        }
    }

    /// The middle of a name so wide, from the point, in parts of the map.
    const fn middle(self, width: f64) -> (f64, f64) {
        match self {
            Self::Above => (0.0, -0.05),
            Self::Below => (0.0, 0.05),
            Self::Right => (width / 2.0 + 0.03, 0.0),
            Self::Left => (-width / 2.0 - 0.03, 0.0),
        }
    }
}

/// A letter and a line of letters, as parts of the map on a telephone, where they take most.
const LETTER: f64 = 0.024;
const LINE: f64 = 0.045;

/// A part of the map that is taken.
#[derive(Debug, Clone, Copy)]
struct Taken {
    middle: (f64, f64),
    size: (f64, f64),
}

impl Taken {
    fn hides(&self, other: &Self) -> bool {
        let apart = |one: f64, two: f64| (one - two).abs() * 2.0;
        apart(self.middle.0, other.middle.0) < self.size.0 + other.size.0
            && apart(self.middle.1, other.middle.1) < self.size.1 + other.size.1
    }

    const fn is_inside(&self) -> bool {
        let ((x, y), (width, height)) = (self.middle, self.size);
        x - width / 2.0 >= 0.0 && x + width / 2.0 <= 1.0 && y - height / 2.0 >= 0.0 && y + height / 2.0 <= 1.0
    }
}

/// The scale in its corner.
const SCALE: Taken = Taken {
    middle: (0.16, 0.93),
    size: (0.32, 0.14),
};

/// The towns in sight. Names give way to prices, and to the names before them.
pub(super) fn of(view: Bounds, towns: &[Town], markers: impl Iterator<Item = (f64, f64)>) -> Vec<Label> {
    let mut taken: Vec<_> = markers.map(|middle| Taken { middle, size: ROOM }).collect();
    taken.push(SCALE);
    let mut labels = Vec::new();
    for town in towns {
        let Some((x, y)) = in_sight(view, town.center) else {
            continue;
        };
        let side = Side::ALL.into_iter().find_map(|side| {
            let width = town.name.chars().map(|_| LETTER).sum::<f64>();
            let (right, down) = side.middle(width);
            let name = Taken {
                middle: (x + right, y + down),
                size: (width, LINE),
            };
            let is_free = name.is_inside() && !taken.iter().any(|other| other.hides(&name));
            is_free.then_some((side, name))
        });
        taken.extend(side.map(|(_, name)| name));
        labels.push(Label {
            x: percent(x),
            y: percent(y),
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

    #[test]
    fn names_stand_where_nothing_else_does() {
        let view: Bounds = "41,-74,42,-73".parse().unwrap();
        let towns = [
            town("Wilton", (41.5, -73.5)),
            town("Darien", (41.5, -73.48)),
            town("Weston", (41.5, -73.52)),
            town("Between", (41.5, -73.5)),
            town("Nowhere", (41.5, -73.5)),
            town("Corner", (41.02, -73.9)),
            town("Elsewhere", (40.0, -73.5)),
        ];

        let free = of(view, &towns, std::iter::empty());
        let prices = [(0.5, 0.45), (0.5, 0.55), (0.4, 0.5), (0.6, 0.5)];
        let crowded = of(view, &towns[..1], prices.into_iter());

        let sides: Vec<_> = free
            .iter()
            .map(|label| (label.name.as_str(), label.side))
            .collect();
        assert_eq!(
            sides,
            [
                ("Wilton", Some(Side::Above)),
                ("Darien", Some(Side::Right)),
                ("Weston", Some(Side::Left)),
                ("Between", Some(Side::Below)),
                ("Nowhere", None),
                ("Corner", None),
            ]
        );
        assert_eq!(crowded[0].side, None);
    }
}
