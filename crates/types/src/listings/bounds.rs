//! A part of the map: what a search looks within, and how one moves about.

use std::{fmt, str::FromStr};

use crate::content::Coordinates;

/// A part of the map. Its edges lie on the globe, and it does not cross the date line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Degrees north of its lower edge.
    pub south: f64,
    /// Degrees east of its left edge.
    pub west: f64,
    /// Degrees north of its upper edge.
    pub north: f64,
    /// Degrees east of its right edge.
    pub east: f64,
}

/// Text that is no part of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Bounds must be south, west, north and east, in degrees.")]
pub struct BoundsError;

/// The smallest map, from south to north: about half a mile, in which the homes of one street lie apart.
const SMALLEST: f64 = 0.008;

/// The largest: a tenant works in towns, not in continents.
const LARGEST: f64 = 20.0;

/// A degree to the east is worth nothing at the poles, where nobody sells homes.
const LEAST_EAST: f64 = 0.1;

/// Nearer to the others no home is a stranger among them: a tenant may work at both ends of a state.
const NEAR: f64 = 3.0;

/// Nor when it is not so many times as far away as half of them are.
const FAR: f64 = 8.0;

/// Of so many homes one may be a stranger. More of them are a place of their own.
const A_STRANGER_OF: usize = 50;

/// Between two degrees of latitude, on average.
const MILES_A_DEGREE: f64 = 69.0;

impl Bounds {
    /// The least part that has all of these in it; none without any.
    pub fn around(points: impl IntoIterator<Item = Coordinates>) -> Option<Self> {
        let mut points = points.into_iter();
        let first = points.next()?;
        let point = Self {
            south: first.lat,
            west: first.lng,
            north: first.lat,
            east: first.lng,
        };
        Some(points.fold(point, |bounds, point| Self {
            south: bounds.south.min(point.lat),
            west: bounds.west.min(point.lng),
            north: bounds.north.max(point.lat),
            east: bounds.east.max(point.lng),
        }))
    }

    /// The same without strangers, and how many those are: a few that lie far from where the others do, as one does
    /// whose place was written down wrong.
    pub fn around_most(points: &[Coordinates]) -> Option<(Self, usize)> {
        let (lat, lng) = (
            middle(points.iter().map(|point| point.lat))?,
            middle(points.iter().map(|point| point.lng))?,
        );
        let away = |point: &Coordinates| (point.lat - lat).abs().max((point.lng - lng).abs());
        let far = (FAR * middle(points.iter().map(away))?).max(NEAR);
        let near = points.iter().filter(|point| away(point) <= far).copied();
        let strangers = points.len() - near.clone().count();
        // Of two, nobody knows which is the stranger.
        if points.len() > 2 && strangers <= (points.len() / A_STRANGER_OF).max(1) {
            return Some((Self::around(near)?, strangers));
        }
        Some((Self::around(points.iter().copied())?, 0))
    }

    /// Widened until it is as wide as high on the ground, and not smaller than what tells homes of a street apart.
    #[must_use]
    pub fn squared(self) -> Self {
        let (width, height) = (self.east - self.west, self.north - self.south);
        self.with_side((width * self.shrink()).max(height))
    }

    /// A square around the same middle, so many times as wide; below 1 one comes closer.
    #[must_use]
    pub fn zoomed(self, times: f64) -> Self {
        self.with_side((self.north - self.south) * times)
    }

    /// Moved by so much of its own height and width.
    #[must_use]
    pub fn moved(self, north: f64, east: f64) -> Self {
        let (height, width) = (self.north - self.south, self.east - self.west);
        Self {
            south: self.south + height * north,
            west: self.west + width * east,
            north: self.north + height * north,
            east: self.east + width * east,
        }
        .on_the_globe()
    }

    /// Whether one can come no closer.
    pub fn is_smallest(self) -> bool {
        self.north - self.south <= SMALLEST * 1.01
    }

    /// Whether one can go no further away.
    pub fn is_largest(self) -> bool {
        self.north - self.south >= LARGEST * 0.99
    }

    /// Where a point lies, as parts of the width from the left and of the height from the top.
    pub fn place_of(self, point: Coordinates) -> (f64, f64) {
        (
            (point.lng - self.west) / (self.east - self.west),
            (self.north - point.lat) / (self.north - self.south),
        )
    }

    /// From its lower edge to its upper, in miles.
    pub fn miles(self) -> f64 {
        (self.north - self.south) * MILES_A_DEGREE
    }

    /// How much shorter a degree to the east is than one to the north.
    fn shrink(self) -> f64 {
        let middle = f64::midpoint(self.south, self.north);
        middle.to_radians().cos().max(LEAST_EAST)
    }

    fn with_side(self, side: f64) -> Self {
        let (north, east) = (
            f64::midpoint(self.south, self.north),
            f64::midpoint(self.west, self.east),
        );
        let half = side.clamp(SMALLEST, LARGEST) / 2.0;
        let half_width = half / self.shrink();
        Self {
            south: north - half,
            west: east - half_width,
            north: north + half,
            east: east + half_width,
        }
        .on_the_globe()
    }

    fn on_the_globe(self) -> Self {
        Self {
            south: self.south.clamp(-90.0, 90.0),
            west: self.west.clamp(-180.0, 180.0),
            north: self.north.clamp(-90.0, 90.0),
            east: self.east.clamp(-180.0, 180.0),
        }
    }
}

/// The one in the middle of them.
fn middle(numbers: impl Iterator<Item = f64>) -> Option<f64> {
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

impl FromStr for Bounds {
    type Err = BoundsError;

    fn from_str(text: &str) -> Result<Self, BoundsError> {
        let edges: Result<Vec<f64>, _> = text.split(',').map(|edge| edge.trim().parse()).collect();
        match edges.map_err(|_| BoundsError)?[..] {
            [south, west, north, east]
                if (-90.0..=90.0).contains(&south)
                    && (south..=90.0).contains(&north)
                    && (-180.0..=180.0).contains(&west)
                    && (west..=180.0).contains(&east) =>
            {
                Ok(Self {
                    south,
                    west,
                    north,
                    east,
                })
            }
            _ => Err(BoundsError),
        }
    }
}

impl fmt::Display for Bounds {
    /// `south,west,north,east`, to ten metres: addresses stay short.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            south,
            west,
            north,
            east,
        } = self;
        write!(f, "{south:.4},{west:.4},{north:.4},{east:.4}")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WILTON: Coordinates = Coordinates {
        lat: 41.2,
        lng: -73.43,
    };

    fn some_bounds() -> impl Strategy<Value = Bounds> {
        (-80.0..80.0_f64, -170.0..170.0_f64, 0.0..5.0_f64, 0.0..5.0_f64).prop_map(
            |(south, west, height, width)| Bounds {
                south,
                west,
                north: south + height,
                east: west + width,
            },
        )
    }

    proptest! {
        #[test]
        fn a_square_has_in_it_what_it_was_made_of(bounds in some_bounds()) {
            let square = bounds.squared();

            prop_assert!(square.south <= bounds.south + 1e-9 && square.north >= bounds.north - 1e-9);
            prop_assert!(square.west <= bounds.west + 1e-9 && square.east >= bounds.east - 1e-9);
            prop_assert!(square.north - square.south >= SMALLEST - 1e-9);
        }

        #[test]
        fn every_way_about_leads_to_a_part_of_the_map(
            bounds in some_bounds(),
            steps in prop::collection::vec((0.1..4.0_f64, -1.0..1.0_f64, -1.0..1.0_f64), 0..40),
        ) {
            let arrived = steps.into_iter().fold(bounds.squared(), |here, (times, north, east)| {
                here.moved(north, east).zoomed(times)
            });

            prop_assert!(arrived.to_string().parse::<Bounds>().is_ok(), "{arrived}");
        }

        #[test]
        fn what_one_leaves_one_comes_back_to(bounds in some_bounds()) {
            let here = bounds.squared();

            let back = here.zoomed(2.0).zoomed(0.5).moved(0.5, 0.0).moved(-0.5, 0.0);

            prop_assert!((back.south - here.south).abs() < 1e-6 && (back.north - here.north).abs() < 1e-6);
        }
    }

    #[test]
    fn one_home_lies_in_the_middle_of_a_small_map() {
        let map = Bounds::around([WILTON]).unwrap().squared();

        assert!(map.is_smallest());
        let (x, y) = map.place_of(WILTON);
        assert!((x - 0.5).abs() < 1e-9 && (y - 0.5).abs() < 1e-9, "{x} {y}");
        assert!(Bounds::around([]).is_none());
    }

    #[test]
    fn a_few_strangers_do_not_rule_a_map_and_a_second_place_does() {
        let near = |count: i32| {
            (0..count).map(|number| Coordinates {
                lat: 41.0 + f64::from(number % 20) / 100.0,
                lng: -73.5 + f64::from(number % 7) / 100.0,
            })
        };
        let at = |lat, lng| Coordinates { lat, lng };
        let around = |points: Vec<Coordinates>| {
            let (bounds, strangers) = Bounds::around_most(&points).unwrap();
            (bounds.to_string(), strangers)
        };
        let here = around(near(196).collect());
        assert_eq!(here.1, 0);
        for stranger in [at(-73.47, 41.05), at(41.05, 73.47), at(31.05, -73.4)] {
            let with = |count| near(count).chain([stranger]).collect();
            assert_eq!(around(with(196)), (here.0.clone(), 1));
            assert_eq!(around(with(2)).1, 1);
            assert_eq!(around(with(1)).1, 0, "nobody knows which");
        }
        let beach = (0..9).map(|_| at(26.1, -80.1));
        assert_eq!(around(near(196).chain(beach).collect()).1, 0);
        assert_eq!(
            around(near(196).chain([at(43.9, -73.4)]).collect()).1,
            0,
            "a day's drive"
        );
        assert!(Bounds::around_most(&[]).is_none());
    }

    #[test]
    fn a_map_is_as_wide_as_high_on_the_ground() {
        let map = "41,-74,42,-73.5".parse::<Bounds>().unwrap().squared();

        let width = (map.east - map.west) * 41.5_f64.to_radians().cos();
        assert!((width - 1.0).abs() < 1e-9, "{width}");
        assert!((map.miles() - 69.0).abs() < 1e-6);
    }

    #[test]
    fn what_is_no_part_of_the_map_is_refused() {
        for text in [
            "",
            "1,2,3",
            "1,2,3,4,5",
            "1,2,x,3,4",
            "2,1,1,2",
            "1,2,3,1",
            "-91,0,0,0",
            "0,0,0,181",
            "NaN,0,0,0",
            "0,0,inf,0",
        ] {
            assert_eq!(text.parse::<Bounds>(), Err(BoundsError), "{text}");
        }
        assert_eq!(
            " 41, -74,42 ,-73".parse::<Bounds>().unwrap().to_string(),
            "41.0000,-74.0000,42.0000,-73.0000"
        );
    }
}
