//! What lies below the prices: where homes are close together, a grid, and how far a mile is.

use std::fmt::Write as _;

use types::{
    content::{Coordinates, Town},
    listings::Bounds,
};

use super::{in_sight, percent};

/// The side of the drawing in its own units.
const SIDE: f64 = 1000.0;

/// Lines of the grid that are in sight, at least.
const LINES: f64 = 4.0;

/// The ground, as paths in a square of a thousand units.
pub(in super::super) struct Drawing {
    /// A point for every home and every town. Drawn with broad round pens over each other, they flow together where
    /// homes are many.
    pub(in super::super) points: String,
    pub(in super::super) grid: String,
}

impl Drawing {
    pub(super) fn of(view: Bounds, homes: impl Iterator<Item = Coordinates>, towns: &[Town]) -> Self {
        let mut points: Vec<_> = homes
            .chain(towns.iter().map(|town| town.center))
            .filter_map(|point| in_sight(view, point))
            .map(|(x, y)| (units(x), units(y)))
            .collect();
        points.sort_unstable();
        points.dedup();
        let points = points.iter().fold(String::new(), |mut path, (x, y)| {
            let _ = write!(path, "M{x} {y}h0");
            path
        });
        Self {
            points,
            grid: grid(view),
        }
    }
}

/// Lines at round degrees, which stay where they are on the ground when one moves about.
fn grid(view: Bounds) -> String {
    let step = round_below((view.north - view.south) / LINES);
    let lines = |from: f64, to: f64| {
        let first = (from / step).ceil();
        (0..40_u8)
            .map(move |line| (first + f64::from(line)) * step)
            .take_while(move |at| *at <= to)
    };
    let mut path = String::new();
    // One map more to each side, for hands that drag it.
    let (height, width) = (view.north - view.south, view.east - view.west);
    for lat in lines(view.south - height, view.north + height) {
        let (_, y) = view.place_of(Coordinates { lat, lng: view.west });
        let _ = write!(path, "M-1000 {}H2000", units(y));
    }
    for lng in lines(view.west - width, view.east + width) {
        let (x, _) = view.place_of(Coordinates { lat: view.south, lng });
        let _ = write!(path, "M{} -1000V2000", units(x));
    }
    path
}

/// 1, 2 or 5 times a power of ten.
fn round_below(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    match number / power {
        5.0.. => 5.0 * power,
        2.0.. => 2.0 * power,
        _ => power,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a part of a thousand units")]
fn units(part: f64) -> i32 {
    (part * SIDE).round() as i32
}

/// How far a round distance is on the map.
pub(in super::super) struct Scale {
    /// Its length, as a part of the map's width.
    pub(in super::super) length: String,
    pub(in super::super) label: String,
}

impl Scale {
    /// A quarter of the map, or a little less.
    pub(super) fn of(view: Bounds) -> Self {
        let miles = round_below(view.miles() / 4.0);
        let label = match miles {
            1.0 => "1 mile".to_owned(),
            1.0.. => format!("{miles:.0} miles"),
            _ => format!("{miles:.1} mile"),
        };
        Self {
            length: percent(miles / view.miles()),
            label,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_round() {
        for (bounds, label) in [
            ("41,-74,41.4,-73.6", "5 miles"),
            ("41,-74,41.06,-73.9", "1 mile"),
            ("41,-74,41.01,-73.99", "0.1 mile"),
        ] {
            let view = bounds.parse::<Bounds>().unwrap().squared();
            assert_eq!(Scale::of(view).label, label, "{bounds}");
        }
    }

    #[test]
    fn homes_at_one_place_are_one_point_of_the_ground() {
        let view: Bounds = "41,-74,42,-73".parse().unwrap();
        let home = Coordinates {
            lat: 41.25,
            lng: -73.5,
        };
        let away = Coordinates {
            lat: 40.0,
            lng: -73.5,
        };

        let drawing = Drawing::of(view, [home, home, away].into_iter(), &[]);

        assert_eq!(drawing.points, "M500 750h0");
        assert!(
            drawing.grid.contains("M-1000 1000H2000M-1000 800H2000"),
            "{}",
            drawing.grid
        );
    }
}
