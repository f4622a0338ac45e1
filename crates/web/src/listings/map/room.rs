//! What takes room on the map: prices, names and the scale keep their size on the screen, however large the map is.

/// The widths of maps, in dots of the screen, from a telephone's, which it fills from edge to edge, to the widest.
pub(super) const WIDTHS: [f64; 4] = [320.0, 420.0, 580.0, 860.0];

/// Something on the map.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    /// The point it belongs to, in parts of the map.
    pub(super) at: (f64, f64),
    /// Where it begins and ends, seen from there, in dots.
    pub(super) across: (f64, f64),
    pub(super) down: (f64, f64),
}

impl Taken {
    /// Something as far to each side of its point.
    pub(super) const fn around(at: (f64, f64), half: (f64, f64)) -> Self {
        Self {
            at,
            across: (-half.0, half.0),
            down: (-half.1, half.1),
        }
    }

    /// Whether it lies over the other on a map so wide.
    pub(super) fn hides(&self, other: &Self, width: f64) -> bool {
        let (this, other) = (self.on(width), other.on(width));
        this.0.0 < other.0.1 && other.0.0 < this.0.1 && this.1.0 < other.1.1 && other.1.0 < this.1.1
    }

    /// Whether nothing of it is cut off on a map so wide.
    pub(super) fn is_inside(&self, width: f64) -> bool {
        let (across, down) = self.on(width);
        across.0 >= 0.0 && across.1 <= width && down.0 >= 0.0 && down.1 <= width
    }

    /// From where to where it goes, across and down, on a map so wide.
    fn on(&self, width: f64) -> ((f64, f64), (f64, f64)) {
        let span = |at: f64, (from, to): (f64, f64)| (at * width + from, at * width + to);
        (span(self.at.0, self.across), span(self.at.1, self.down))
    }
}
