//! Where a row says that its home lies.

use crate::content::Coordinates;

/// A place, as far as a row says one that can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    /// Nothing is said of it.
    Unsaid,
    /// In the United States.
    At(Coordinates),
    /// There, if the one number is taken for the other.
    Swapped,
    /// In the sea, or on another continent.
    Elsewhere,
}

/// South, north, west and east of the states and the territories, each with some sea around it.
#[rustfmt::skip] // a table
const UNITED_STATES: [(f64, f64, f64, f64); 7] = [
    (24.0, 49.6, -125.0, -66.5),    // from Florida to the Lake of the Woods
    (51.0, 71.6, -180.0, -129.5),   // Alaska
    (51.0, 54.0, 172.0, 180.0),     // its islands beyond the date line
    (18.5, 28.8, -178.6, -154.5),   // Hawaii
    (17.5, 18.7, -68.1, -64.4),     // Puerto Rico and the Virgin Islands
    (13.0, 20.8, 144.4, 146.3),     // Guam and the Northern Mariana Islands
    (-14.8, -10.9, -171.3, -168.0), // American Samoa
];

impl Place {
    pub(super) fn of(lat: Option<f64>, lng: Option<f64>) -> Self {
        match lat.zip(lng) {
            None => Self::Unsaid,
            // Services write 0, 0 for what they do not know: a point in the sea.
            Some((0.0, 0.0)) => Self::Unsaid,
            Some((lat, lng)) if is_there(lat, lng) => Self::At(Coordinates { lat, lng }),
            Some((lat, lng)) if is_there(lng, lat) => Self::Swapped,
            Some(_) => Self::Elsewhere,
        }
    }

    pub(super) const fn on_the_map(self) -> Option<Coordinates> {
        match self {
            Self::At(place) => Some(place),
            Self::Unsaid | Self::Swapped | Self::Elsewhere => None,
        }
    }
}

fn is_there(lat: f64, lng: f64) -> bool {
    UNITED_STATES
        .iter()
        .any(|(south, north, west, east)| (*south..=*north).contains(&lat) && (*west..=*east).contains(&lng))
}
