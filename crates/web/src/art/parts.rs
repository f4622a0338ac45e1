//! What a house close by is put together from: boards, windows, doors, roofs.

use std::fmt::Write as _;

use super::shapes::{Brush, Spot};

/// The colours of one house.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint {
    pub(super) wall: &'static str,
    pub(super) shade: &'static str,
    pub(super) roof: &'static str,
    pub(super) trim: &'static str,
    pub(super) door: &'static str,
    /// Of shutters, posts and frames that are not white.
    pub(super) dark: &'static str,
}

/// How a window looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// White, with bars.
    Sash,
    /// White with bars, between shutters.
    Shuttered,
    /// Dark and without bars.
    Plain,
}

impl Brush<'_> {
    pub(super) fn paint(&mut self) -> Paint {
        let (wall, shade) = self.dice.pick(self.palette.walls);
        Paint {
            wall,
            shade,
            roof: self.dice.pick(self.palette.roofs),
            trim: "#fffaf0",
            door: self
                .dice
                .pick([self.palette.brick, self.palette.dark, self.palette.trees[0].0]),
            dark: self.palette.dark,
        }
    }

    /// A wall of boards.
    pub(super) fn boarded(&mut self, spot: Spot, paint: Paint) {
        let Spot {
            x,
            base,
            width,
            height,
        } = spot;
        self.canvas.rect((x, base - height), (width, height), paint.wall);
        let mut boards = String::new();
        let mut y = base - height + 14.0;
        while y < base - 4.0 {
            write!(boards, "M{x:.0} {y:.0}h{width:.0}").expect("a string takes text");
            y += 14.0;
        }
        self.canvas.strokes(&boards, paint.shade, 1.6, 0.55);
        for corner in [x, x + width - 7.0] {
            self.canvas
                .rect((corner, base - height), (7.0, height), paint.trim);
        }
        self.canvas.rect((x, base - 10.0), (width, 12.0), paint.shade);
    }

    /// A window by the middle of its upper edge.
    pub(super) fn window(&mut self, (middle, top): (f64, f64), (w, h): (f64, f64), look: (Frame, Paint)) {
        let (frame, paint) = look;
        let x = middle - w / 2.0;
        if frame == Frame::Shuttered {
            for side in [x - w * 0.46, x + w + w * 0.06] {
                self.canvas
                    .rect((side, top - 2.0), (w * 0.4, h + 4.0), paint.dark);
            }
        }
        let edge = if frame == Frame::Plain {
            paint.dark
        } else {
            paint.trim
        };
        self.canvas.rect((x - 5.0, top - 6.0), (w + 10.0, h + 12.0), edge);
        let glass = match self.dice.falls(0.5) {
            true => self.palette.lamp,
            false => self.palette.glass,
        };
        self.canvas.rect((x, top), (w, h), glass);
        let light = format!("M{x:.0} {:.0}L{:.0} {top:.0}H{x:.0}Z", top + h * 0.6, x + w * 0.7);
        self.canvas.veil(&light, self.palette.cloud, 0.28);
        if frame != Frame::Plain {
            let bars = format!("M{middle:.0} {top:.0}v{h:.0}M{x:.0} {:.0}h{w:.0}", top + h * 0.5);
            self.canvas.strokes(&bars, edge, 3.0, 0.95);
        }
        self.canvas.rect((x - 8.0, top + h + 5.0), (w + 16.0, 5.0), edge);
    }

    /// Windows side by side in a wall, but none in the middle when there is something else.
    pub(super) fn row_of_windows(
        &mut self,
        wall: Spot,
        (columns, skipped): (u32, Option<u32>),
        (top, size): (f64, (f64, f64)),
        look: (Frame, Paint),
    ) {
        let pitch = wall.width / f64::from(columns);
        for column in (0..columns).filter(|column| Some(*column) != skipped) {
            let middle = wall.x + pitch * (f64::from(column) + 0.5);
            self.window((middle, top), size, look);
        }
    }

    /// A door with its light above, and two steps.
    pub(super) fn door(&mut self, middle: f64, base: f64, (w, h): (f64, f64), paint: Paint) {
        let x = middle - w / 2.0;
        self.canvas
            .rect((x - 12.0, base - h - 30.0), (w + 24.0, h + 30.0), paint.trim);
        self.canvas
            .rect((x, base - h - 20.0), (w, 14.0), self.palette.lamp);
        self.canvas.rect((x, base - h), (w, h), paint.door);
        let panels = format!(
            "M{:.0} {:.0}v{:.0}M{:.0} {:.0}v{:.0}",
            x + w * 0.3,
            base - h * 0.86,
            h * 0.34,
            x + w * 0.7,
            base - h * 0.86,
            h * 0.34
        );
        self.canvas.strokes(&panels, paint.wall, 3.0, 0.35);
        self.canvas
            .circle((x + w * 0.84, base - h * 0.46), 3.0, self.palette.lamp);
        self.canvas
            .rect((x - 26.0, base - 6.0), (w + 52.0, 8.0), paint.trim);
        self.canvas
            .rect((x - 38.0, base + 2.0), (w + 76.0, 9.0), paint.shade);
    }

    /// A small roof on two columns over a door.
    pub(super) fn portico(&mut self, middle: f64, base: f64, (w, h): (f64, f64), paint: Paint) {
        let (left, right) = (middle - w / 2.0, middle + w / 2.0);
        for column in [left + 6.0, right - 18.0] {
            self.canvas.rect((column, base - h), (12.0, h), paint.trim);
        }
        self.canvas
            .rect((left - 6.0, base - h - 14.0), (w + 12.0, 16.0), paint.trim);
        let pediment = [
            (left - 14.0, base - h - 12.0),
            (middle, base - h - 12.0 - w * 0.26),
            (right + 14.0, base - h - 12.0),
        ];
        self.canvas.polygon(&pediment, paint.trim);
        let face = [
            (left + 16.0, base - h - 18.0),
            (middle, base - h - 16.0 - w * 0.18),
            (right - 16.0, base - h - 18.0),
        ];
        self.canvas.polygon(&face, paint.shade);
    }

    /// A roof whose long side is towards us, with the shadow of its eaves on the wall.
    pub(super) fn long_roof(&mut self, wall: Spot, (rise, hip): (f64, f64), paint: Paint) {
        let (top, over) = (wall.base - wall.height, 20.0);
        let (left, right) = (wall.x - over, wall.x + wall.width + over);
        self.eaves(wall);
        let slope = [
            (left, top + 4.0),
            (left + hip, top - rise),
            (right - hip, top - rise),
            (right, top + 4.0),
        ];
        self.canvas.polygon(&slope, paint.roof);
        let mut courses = String::new();
        let mut down = 22.0;
        while down < rise {
            let inset = hip * (1.0 - down / rise);
            write!(
                courses,
                "M{:.0} {:.0}H{:.0}",
                left + inset + 6.0,
                top - rise + down,
                right - inset - 6.0
            )
            .expect("a string takes text");
            down += 22.0;
        }
        self.canvas.strokes(&courses, paint.dark, 2.0, 0.22);
        self.canvas.rect((left, top), (right - left, 9.0), paint.trim);
    }

    /// The shadow that a roof throws on the wall below it.
    fn eaves(&mut self, wall: Spot) {
        let top = wall.base - wall.height;
        let shadow = format!("M{:.0} {top:.0}h{:.0}v30h-{:.0}Z", wall.x, wall.width, wall.width);
        self.canvas.veil(&shadow, self.palette.dark, 0.22);
    }

    /// A gable towards us: the wall that rises to a point, and the edges of the roof.
    pub(super) fn front_gable(&mut self, wall: Spot, rise: f64, paint: Paint) {
        let (top, middle) = (wall.base - wall.height, wall.x + wall.width / 2.0);
        let (left, right) = (wall.x, wall.x + wall.width);
        let over = wall.width * 0.07;
        self.canvas.polygon(
            &[(left, top + 1.0), (middle, top - rise), (right, top + 1.0)],
            paint.wall,
        );
        let mut boards = String::new();
        let mut up = 14.0;
        while up < rise - 12.0 {
            let half = wall.width / 2.0 * (1.0 - up / rise);
            write!(boards, "M{:.0} {:.0}h{:.0}", middle - half, top - up, half * 2.0)
                .expect("a string takes text");
            up += 14.0;
        }
        self.canvas.strokes(&boards, paint.shade, 1.6, 0.55);
        let fall = rise / (wall.width / 2.0) * over;
        for (outer, thick, colour) in [(0.0, 30.0, paint.roof), (-26.0, 10.0, paint.trim)] {
            let edge = [
                (left - over, top + fall - outer),
                (middle, top - rise - outer),
                (right + over, top + fall - outer),
                (right + over, top + fall - outer - thick),
                (middle, top - rise - outer - thick * 1.2),
                (left - over, top + fall - outer - thick),
            ];
            let edge = edge.map(|(x, y)| (x, if outer < 0.0 { y - 26.0 } else { y }));
            self.canvas.polygon(&edge, colour);
        }
    }

    pub(super) fn chimney(&mut self, (x, top): (f64, f64), h: f64) {
        self.canvas.rect((x, top), (40.0, h), self.palette.brick);
        self.canvas
            .rect((x - 5.0, top - 2.0), (50.0, 11.0), self.palette.dark);
        let side = format!("M{:.0} {top:.0}h14v{h:.0}h-14Z", x + 26.0);
        self.canvas.veil(&side, self.palette.dark, 0.25);
    }

    /// A dormer on a roof, by the middle of its foot.
    pub(super) fn dormer(&mut self, middle: f64, foot: f64, w: f64, paint: Paint) {
        let (left, h) = (middle - w / 2.0, w * 0.92);
        self.canvas.rect((left, foot - h), (w, h), paint.wall);
        // The roof behind it has the same colour: a white edge parts them.
        for (wider, colour) in [(0.18, paint.trim), (0.06, paint.shade)] {
            let gable = [
                (left - w * wider, foot - h + 5.0),
                (middle, foot - h - w * (0.36 + wider)),
                (left + w * (1.0 + wider), foot - h + 5.0),
            ];
            self.canvas.polygon(&gable, colour);
        }
        self.window(
            (middle, foot - h * 0.8),
            (w * 0.46, h * 0.6),
            (Frame::Sash, paint),
        );
    }

    /// Shrubs along the foot of a wall.
    pub(super) fn shrubs(&mut self, (from, to): (f64, f64), base: f64, size: f64) {
        let mut x = from;
        while x < to {
            let w = size * self.dice.between(0.8, 1.5);
            let h = w * self.dice.between(0.5, 0.75);
            let (shade, lit) = self.dice.pick(self.palette.trees);
            let bush = |x: f64, w: f64, h: f64| {
                format!(
                    "M{x:.0} {base:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} {base:.0}Z",
                    x - w * 0.06,
                    base - h * 1.34,
                    x + w * 1.06,
                    base - h * 1.34,
                    x + w
                )
            };
            self.canvas.path(&bush(x, w, h), shade);
            self.canvas.veil(&bush(x + w * 0.34, w * 0.56, h * 0.8), lit, 0.8);
            x += w * self.dice.between(0.7, 0.95);
        }
    }
}
