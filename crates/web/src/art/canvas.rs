//! An SVG as it is drawn: paths, and the few shapes that landscapes are made of.

use std::fmt::Write as _;

use super::dice::Dice;

pub(super) const WIDTH: f64 = 1600.0;
pub(super) const HEIGHT: f64 = 900.0;

/// A drawing so far. Coordinates are written as whole numbers: nobody sees a tenth of a pixel, and it halves the file.
pub(super) struct Canvas {
    svg: String,
}

impl Canvas {
    pub(super) fn new() -> Self {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" preserveAspectRatio=\"xMidYMax slice\">"
        );
        Self { svg }
    }

    pub(super) fn finish(mut self) -> String {
        self.svg.push_str("</svg>");
        self.svg
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        self.svg.write_fmt(text).expect("a string takes text");
    }

    /// A gradient from top to bottom, to be used as `url(#name)`.
    pub(super) fn gradient(&mut self, name: &str, colours: &[&str]) {
        self.put(format_args!(
            "<linearGradient id=\"{name}\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"1\">"
        ));
        let last = (colours.len() - 1).max(1) as f64;
        for (nth, colour) in colours.iter().enumerate() {
            let offset = nth as f64 / last;
            self.put(format_args!(
                "<stop offset=\"{offset:.2}\" stop-color=\"{colour}\"/>"
            ));
        }
        self.put(format_args!("</linearGradient>"));
    }

    /// A glow that fades from its middle.
    pub(super) fn glow(&mut self, (x, y): (f64, f64), radius: f64, colour: &str) {
        self.put(format_args!(
            "<radialGradient id=\"glow\"><stop offset=\"0\" stop-color=\"{colour}\"/><stop offset=\".3\" \
             stop-color=\"{colour}\" stop-opacity=\".55\"/><stop offset=\"1\" stop-color=\"{colour}\" \
             stop-opacity=\"0\"/></radialGradient><circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.0}\" \
             fill=\"url(#glow)\"/>"
        ));
    }

    pub(super) fn circle(&mut self, (x, y): (f64, f64), radius: f64, fill: &str) {
        self.put(format_args!(
            "<circle cx=\"{x:.0}\" cy=\"{y:.0}\" r=\"{radius:.0}\" fill=\"{fill}\"/>"
        ));
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), fill: &str) {
        self.put(format_args!(
            "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" fill=\"{fill}\"/>"
        ));
    }

    pub(super) fn path(&mut self, d: &str, fill: &str) {
        self.put(format_args!("<path d=\"{d}\" fill=\"{fill}\"/>"));
    }

    /// The same, seen through.
    pub(super) fn veil(&mut self, d: &str, fill: &str, opacity: f64) {
        self.put(format_args!(
            "<path d=\"{d}\" fill=\"{fill}\" opacity=\"{opacity:.2}\"/>"
        ));
    }

    /// Strokes with round ends, such as light on water.
    pub(super) fn strokes(&mut self, d: &str, colour: &str, width: f64, opacity: f64) {
        self.put(format_args!(
            "<path d=\"{d}\" stroke=\"{colour}\" stroke-width=\"{width:.1}\" stroke-linecap=\"round\" \
             fill=\"none\" opacity=\"{opacity:.2}\"/>"
        ));
    }

    pub(super) fn polygon(&mut self, points: &[(f64, f64)], fill: &str) {
        let mut d = String::from("M");
        for (x, y) in points {
            write!(d, "{x:.0} {y:.0} ").expect("a string takes text");
        }
        d.push('Z');
        self.path(&d, fill);
    }
}

/// A stretch of land: from `left` to `right`, about `top` high, down to `bottom`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl Stretch {
    /// All across the picture.
    pub(super) const fn across(top: f64, bottom: f64) -> Self {
        Self {
            left: 0.0,
            right: WIDTH,
            top,
            bottom,
        }
    }

    /// Rolling land that rises and falls by `swing`.
    pub(super) fn ridge(self, dice: &mut Dice, swing: f64, waves: u32) -> String {
        let step = (self.right - self.left) / f64::from(waves);
        let mut y = self.thinned(self.left, self.top + dice.between(-swing, swing));
        let mut d = format!("M{:.0} {:.0}V{y:.0}", self.left, self.bottom);
        for wave in 0..waves {
            let (from, to) = (
                self.left + step * f64::from(wave),
                self.left + step * f64::from(wave + 1),
            );
            let next = self.thinned(to, self.top + dice.between(-swing, swing));
            write!(
                d,
                "C{:.0} {y:.0} {:.0} {next:.0} {to:.0} {next:.0}",
                from + step * 0.42,
                to - step * 0.42
            )
            .expect("a string takes text");
            y = next;
        }
        write!(d, "V{:.0}Z", self.bottom).expect("a string takes text");
        d
    }

    /// A height, lowered towards the ends that are in the picture: land runs out, it does not break off.
    fn thinned(self, x: f64, y: f64) -> f64 {
        let reach = 0.24 * (self.right - self.left);
        let from_left = if self.left > 0.0 {
            (x - self.left) / reach
        } else {
            1.0
        };
        let from_right = if self.right < WIDTH {
            (self.right - x) / reach
        } else {
            1.0
        };
        let missing = 1.0 - from_left.min(from_right).clamp(0.0, 1.0);
        y + (self.bottom - y) * missing.powf(1.7)
    }

    /// Tree tops: one bump beside the other, on land that rolls as slowly as `swing` says.
    pub(super) fn woods(self, dice: &mut Dice, size: f64, swing: f64) -> String {
        let (phase, length) = (dice.between(0.0, 6.0), dice.between(340.0, 620.0));
        let land =
            |x: f64| swing * (phase + x / length).sin() + swing * 0.4 * (phase * 2.0 + x / 173.0).sin();
        let mut x = self.left;
        let mut d = format!(
            "M{x:.0} {:.0}V{:.0}",
            self.bottom,
            self.thinned(x, self.top + land(x))
        );
        while x < self.right {
            let width = dice.between(0.5, 1.2) * size;
            let to = (x + width).min(self.right);
            let y = self.thinned(to, self.top + land(to) + dice.between(-0.25, 0.25) * size);
            write!(d, "Q{:.0} {:.0} {to:.0} {y:.0}", (x + to) / 2.0, y - width * 0.8)
                .expect("a string takes text");
            x = to;
        }
        write!(d, "V{:.0}Z", self.bottom).expect("a string takes text");
        d
    }
}
