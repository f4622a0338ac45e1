//! What stands in a landscape: trees, houses, a steeple, towers, boats.

use std::fmt::Write as _;

use super::{
    canvas::{Canvas, WIDTH},
    dice::Dice,
    palette::Palette,
};

/// Draws one thing after the other, in the colours of the picture.
pub(super) struct Brush<'a> {
    pub(super) canvas: &'a mut Canvas,
    pub(super) dice: &'a mut Dice,
    pub(super) palette: &'a Palette,
}

/// Where a thing stands: the left end of its foot, and its size.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) base: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Brush<'_> {
    /// A round crown with a side in the light.
    pub(super) fn tree(&mut self, x: f64, base: f64, h: f64) {
        let (shade, lit) = self.dice.pick(self.palette.trees);
        let w = h * 0.62;
        self.canvas.rect(
            (x - h * 0.025, base - h * 0.3),
            (h * 0.05, h * 0.3),
            self.palette.dark,
        );
        let crown = format!(
            "M{:.0} {:.0}C{:.0} {:.0} {:.0} {:.0} {x:.0} {:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}C{:.0} {:.0} {:.0} \
             {:.0} {:.0} {:.0}Z",
            x - w / 2.0,
            base - h * 0.38,
            x - w * 0.62,
            base - h * 0.7,
            x - w * 0.3,
            base - h * 0.98,
            base - h,
            x + w * 0.34,
            base - h * 0.98,
            x + w * 0.62,
            base - h * 0.66,
            x + w / 2.0,
            base - h * 0.36,
            x + w * 0.3,
            base - h * 0.2,
            x - w * 0.34,
            base - h * 0.2,
            x - w / 2.0,
            base - h * 0.38,
        );
        self.canvas.path(&crown, shade);
        let light = format!(
            "M{:.0} {:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}Z",
            x + w * 0.05,
            base - h * 0.97,
            x + w * 0.36,
            base - h * 0.94,
            x + w * 0.6,
            base - h * 0.64,
            x + w * 0.48,
            base - h * 0.38,
            x + w * 0.3,
            base - h * 0.5,
            x + w * 0.32,
            base - h * 0.8,
            x + w * 0.05,
            base - h * 0.97,
        );
        self.canvas.path(&light, lit);
    }

    /// A house with its gable or its long side towards us.
    pub(super) fn house(&mut self, spot: Spot) {
        let (wall, shade) = self.dice.pick(self.palette.walls);
        let roof = self.dice.pick(self.palette.roofs);
        let rise = spot.height * self.dice.between(0.5, 0.66);
        if self.dice.falls(0.45) {
            self.gable(spot, rise, (wall, shade, roof));
        } else {
            self.long_side(spot, rise, (wall, shade, roof));
        }
    }

    fn gable(&mut self, spot: Spot, rise: f64, (wall, shade, roof): (&str, &str, &str)) {
        let Spot {
            x,
            base,
            width: w,
            height: h,
        } = spot;
        let (top, ridge, eave) = (base - h, base - h - rise, w * 0.08);
        let front = [
            (x, base),
            (x, top),
            (x + w / 2.0, ridge),
            (x + w, top),
            (x + w, base),
        ];
        self.canvas.polygon(&front, wall);
        let side = [
            (x + w * 0.64, base),
            (x + w * 0.64, ridge + rise * 0.28),
            (x + w, top),
            (x + w, base),
        ];
        self.canvas.polygon(&side, shade);
        let cap = [
            (x - eave, top + eave * 0.7),
            (x + w / 2.0, ridge - 4.0),
            (x + w + eave, top + eave * 0.7),
            (x + w + eave, top - 4.0),
            (x + w / 2.0, ridge - h * 0.14 - 6.0),
            (x - eave, top - 4.0),
        ];
        self.canvas.polygon(&cap, roof);
        self.windows(spot, 3);
        let pane = w * 0.1;
        self.canvas.rect(
            (x + w / 2.0 - pane / 2.0, top - rise * 0.45),
            (pane, pane * 1.3),
            self.palette.glass,
        );
    }

    fn long_side(&mut self, spot: Spot, rise: f64, (wall, shade, roof): (&str, &str, &str)) {
        let Spot {
            x,
            base,
            width: w,
            height: h,
        } = spot;
        let (top, ridge) = (base - h, base - h - rise * 0.8);
        self.canvas.rect(
            (x + w * 0.74, ridge - h * 0.2),
            (w * 0.08, h * 0.4),
            self.palette.brick,
        );
        self.canvas.rect((x, top), (w, h), wall);
        self.canvas.rect((x, top), (w, h * 0.08), shade);
        let slope = [
            (x - w * 0.06, top + 3.0),
            (x + w * 0.1, ridge),
            (x + w * 0.9, ridge),
            (x + w * 1.06, top + 3.0),
        ];
        self.canvas.polygon(&slope, roof);
        self.windows(spot, 5);
    }

    /// Two rows of panes, some with a lamp behind them, and a door in the middle.
    fn windows(&mut self, spot: Spot, columns: u32) {
        let Spot {
            x,
            base,
            width: w,
            height: h,
        } = spot;
        let pitch = w / f64::from(columns);
        let (pane_w, pane_h) = ((pitch * 0.4).min(w * 0.13), h * 0.24);
        for row in [0.14, 0.58] {
            for column in 0..columns {
                let is_door = row > 0.5 && column == columns / 2;
                let left = x + pitch * (f64::from(column) + 0.5) - pane_w / 2.0;
                let lamp = self.dice.falls(0.45);
                let fill = if lamp {
                    self.palette.lamp
                } else {
                    self.palette.glass
                };
                if is_door {
                    self.canvas.rect(
                        (left, base - h * 0.42),
                        (pane_w * 1.1, h * 0.42),
                        self.palette.dark,
                    );
                } else {
                    self.canvas.rect(
                        (left - 2.0, base - h + h * row - 2.0),
                        (pane_w + 4.0, pane_h + 4.0),
                        "#fffaf0",
                    );
                    self.canvas
                        .rect((left, base - h + h * row), (pane_w, pane_h), fill);
                }
            }
        }
    }

    /// The tower of a meeting house, with its vane.
    pub(super) fn steeple(&mut self, x: f64, base: f64, h: f64) {
        let (wall, shade) = self.palette.walls[0];
        let w = h * 0.2;
        self.canvas.rect((x, base - h * 0.5), (w, h * 0.5), wall);
        self.canvas
            .rect((x + w * 0.6, base - h * 0.5), (w * 0.4, h * 0.5), shade);
        self.canvas
            .rect((x - w * 0.12, base - h * 0.52), (w * 1.24, h * 0.03), shade);
        self.canvas
            .rect((x + w * 0.14, base - h * 0.68), (w * 0.72, h * 0.17), wall);
        self.canvas.rect(
            (x + w * 0.36, base - h * 0.64),
            (w * 0.28, h * 0.12),
            self.palette.glass,
        );
        let spire = [
            (x + w * 0.1, base - h * 0.67),
            (x + w / 2.0, base - h * 1.06),
            (x + w * 0.9, base - h * 0.67),
        ];
        self.canvas.polygon(&spire, self.palette.roofs[0]);
        let vane = format!("M{:.0} {:.0}v{:.0}", x + w / 2.0, base - h * 1.05, -h * 0.06);
        self.canvas.strokes(&vane, self.palette.lamp, 2.0, 1.0);
    }

    /// A tower of glass or stone.
    pub(super) fn tower(&mut self, spot: Spot) {
        let Spot {
            x,
            base,
            width: w,
            height: h,
        } = spot;
        let (wall, shade) = self.dice.pick(self.palette.walls);
        let is_glass = self.dice.falls(0.5);
        let face = if is_glass { self.palette.glass } else { wall };
        self.canvas.rect((x, base - h), (w, h), face);
        self.canvas.rect(
            (x + w * 0.68, base - h),
            (w * 0.32, h),
            if is_glass { self.palette.land[2] } else { shade },
        );
        let mut lamps = String::new();
        let mut dark = String::new();
        let (rows, pitch) = ((h / 26.0) as u32, w / 6.0);
        for row in 0..rows {
            for column in 0..5 {
                let mark = format!(
                    "M{:.0} {:.0}h{:.0}",
                    x + pitch * (f64::from(column) + 0.55),
                    base - h + 18.0 + f64::from(row) * 26.0,
                    pitch * 0.5
                );
                match self.dice.falls(0.3) {
                    true => lamps.push_str(&mark),
                    false => dark.push_str(&mark),
                }
            }
        }
        self.canvas.strokes(&dark, self.palette.dark, 7.0, 0.28);
        self.canvas.strokes(&lamps, self.palette.lamp, 7.0, 0.9);
    }

    /// A small boat under sail, and its image in the water.
    pub(super) fn sail(&mut self, x: f64, y: f64, k: f64) {
        let (light, shade) = self.palette.walls[0];
        let image = [
            (x - 26.0 * k, y + 10.0 * k),
            (x + 28.0 * k, y + 10.0 * k),
            (x + 8.0 * k, y + 66.0 * k),
            (x - 6.0 * k, y + 58.0 * k),
        ];
        let points: Vec<String> = image.iter().map(|(x, y)| format!("{x:.0} {y:.0}")).collect();
        self.canvas
            .veil(&format!("M{}Z", points.join(" ")), self.palette.glint, 0.22);
        let mast = format!("M{x:.0} {y:.0}v{:.0}", -112.0 * k);
        self.canvas.strokes(&mast, self.palette.dark, 1.8 * k, 1.0);
        let main = format!(
            "M{:.0} {:.0}Q{:.0} {:.0} {:.0} {:.0}L{:.0} {:.0}Z",
            x + 3.0 * k,
            y - 108.0 * k,
            x + 30.0 * k,
            y - 66.0 * k,
            x + 40.0 * k,
            y - 12.0 * k,
            x + 3.0 * k,
            y - 10.0 * k
        );
        self.canvas.path(&main, light);
        let jib = format!(
            "M{:.0} {:.0}Q{:.0} {:.0} {:.0} {:.0}L{:.0} {:.0}Z",
            x - 3.0 * k,
            y - 96.0 * k,
            x - 12.0 * k,
            y - 50.0 * k,
            x - 30.0 * k,
            y - 12.0 * k,
            x - 3.0 * k,
            y - 12.0 * k
        );
        self.canvas.path(&jib, shade);
        let hull = [
            (x - 36.0 * k, y - 6.0 * k),
            (x + 44.0 * k, y - 8.0 * k),
            (x + 32.0 * k, y + 8.0 * k),
            (x - 26.0 * k, y + 8.0 * k),
        ];
        let colour = self.dice.pick([light, self.palette.brick, self.palette.dark]);
        self.canvas.polygon(&hull, colour);
    }

    /// A cloud somewhere below the top of a sky that ends at `horizon`.
    pub(super) fn cloud(&mut self, horizon: f64) {
        let (x, y) = (
            self.dice.between(0.0, 1500.0),
            self.dice.between(0.38, 0.86) * horizon,
        );
        let (w, h) = (self.dice.between(180.0, 480.0), self.dice.between(7.0, 16.0));
        let d = format!(
            "M{x:.0} {y:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}S{:.0} {:.0} {:.0} {y:.0}C{:.0} {:.0} {:.0} {:.0} {x:.0} \
             {y:.0}Z",
            x + w * 0.2,
            y - h,
            x + w * 0.35,
            y - h * 1.6,
            x + w * 0.52,
            y - h * 0.8,
            x + w * 0.8,
            y - h * 0.9,
            x + w,
            x + w * 0.7,
            y + h * 0.5,
            x + w * 0.3,
            y + h * 0.5,
        );
        let opacity = self.dice.between(0.16, 0.42);
        self.canvas.veil(&d, self.palette.cloud, opacity);
    }

    /// Dry stone along a field.
    pub(super) fn stones(&mut self, y: f64) {
        let mut x = 0.0;
        let mut stones = String::new();
        while x < WIDTH {
            let w = self.dice.between(12.0, 34.0);
            let lift = (x / 260.0).sin() * 8.0;
            write!(
                stones,
                "M{x:.0} {:.0}h{w:.0}",
                y + lift + self.dice.between(-3.0, 3.0)
            )
            .expect("a string takes text");
            x += w + 9.0;
        }
        self.canvas.strokes(&stones, self.palette.walls[1].1, 9.0, 0.75);
    }
}
