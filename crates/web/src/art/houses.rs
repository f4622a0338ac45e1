//! Houses close by, one manner of building after the other.

use super::{
    parts::{Frame, Paint},
    shapes::{Brush, Spot},
};

/// Where houses stand.
pub(super) const GROUND: f64 = 742.0;

/// A wall of so much, its middle at `middle`.
const fn wall(middle: f64, width: f64, height: f64) -> Spot {
    Spot {
        x: middle - width / 2.0,
        base: GROUND,
        width,
        height,
    }
}

impl Brush<'_> {
    /// Two floors, five windows wide, a door in the middle. Gives where its door is, as the others do.
    pub(super) fn colonial(&mut self, middle: f64) -> f64 {
        let paint = self.paint();
        let main = wall(middle, self.dice.between(600.0, 680.0), 268.0);
        let rise = self.dice.between(120.0, 150.0);
        let top = main.base - main.height;
        if self.dice.falls(0.6) {
            self.side_wing(main, paint);
        }
        for x in [main.x + 54.0, main.x + main.width - 94.0] {
            self.chimney((x, top - rise - 44.0), 90.0);
        }
        self.boarded(main, paint);
        let hip = if self.dice.falls(0.5) { 96.0 } else { 30.0 };
        self.long_roof(main, (rise, hip), paint);
        if self.dice.falls(0.45) {
            for nth in [0.26, 0.5, 0.74] {
                self.dormer(main.x + main.width * nth, top - 16.0, 62.0, paint);
            }
        }
        let look = (Frame::Shuttered, paint);
        self.row_of_windows(main, (5, None), (top + 36.0, (44.0, 70.0)), look);
        self.row_of_windows(main, (5, Some(2)), (top + 152.0, (44.0, 78.0)), look);
        self.door(middle, GROUND, (50.0, 98.0), paint);
        self.portico(middle, GROUND, (120.0, 132.0), paint);
        self.beds_beside(main, middle);
        middle
    }

    /// A lower part to one side, behind the main house.
    fn side_wing(&mut self, main: Spot, paint: Paint) {
        let wing = wall(main.x + main.width + 96.0, 230.0, 164.0);
        self.boarded(wing, paint);
        self.long_roof(wing, (92.0, 16.0), paint);
        let look = (Frame::Sash, paint);
        self.row_of_windows(wing, (2, None), (wing.base - 122.0, (48.0, 70.0)), look);
        self.shrubs((wing.x + 30.0, wing.x + wing.width - 10.0), GROUND + 6.0, 40.0);
    }

    /// A tall gable, and a low part with a porch along it.
    pub(super) fn farmhouse(&mut self, middle: f64) -> f64 {
        let paint = Paint {
            wall: self.palette.walls[0].0,
            shade: self.palette.walls[0].1,
            dark: self.palette.dark,
            ..self.paint()
        };
        let low = wall(middle + 150.0, 480.0, 172.0);
        let tall = wall(middle - 190.0, 320.0, 250.0);
        let top = tall.base - tall.height;
        self.chimney((low.x + low.width * 0.62, low.base - 350.0), 110.0);
        self.boarded(low, paint);
        self.long_roof(low, (128.0, 14.0), paint);
        let dormers = self.dice.pick([&[0.68][..], &[0.5, 0.8][..]]);
        for nth in dormers {
            self.dormer(low.x + low.width * nth, low.base - low.height - 22.0, 76.0, paint);
        }
        let look = (Frame::Plain, paint);
        self.row_of_windows(low, (4, Some(1)), (low.base - 132.0, (56.0, 92.0)), look);
        let door = low.x + low.width * 0.375;
        self.door(door, GROUND, (54.0, 96.0), paint);
        self.porch((low.x + 20.0, low.x + low.width + 16.0), low.base - 158.0, paint);
        self.boarded(tall, paint);
        self.front_gable(tall, 176.0, paint);
        self.row_of_windows(tall, (2, None), (top + 28.0, (62.0, 78.0)), look);
        self.row_of_windows(tall, (2, None), (top + 142.0, (62.0, 84.0)), look);
        self.window((tall.x + tall.width / 2.0, top - 92.0), (46.0, 58.0), look);
        self.shrubs((tall.x + 8.0, tall.x + tall.width - 30.0), GROUND + 8.0, 46.0);
        self.shrubs((door + 70.0, low.x + low.width - 20.0), GROUND + 8.0, 40.0);
        door
    }

    /// A roof on posts along a wall.
    fn porch(&mut self, (from, to): (f64, f64), top: f64, paint: Paint) {
        let shadow = format!("M{from:.0} {top:.0}H{to:.0}v44H{from:.0}Z");
        self.canvas.veil(&shadow, paint.dark, 0.24);
        let posts = 5_u32;
        for post in 0..posts {
            let x = from + (to - from - 12.0) * f64::from(post) / f64::from(posts - 1);
            self.canvas.rect((x, top), (11.0, GROUND - top), paint.trim);
        }
        let roof = [
            (from - 12.0, top + 8.0),
            (from + 16.0, top - 36.0),
            (to - 10.0, top - 36.0),
            (to + 16.0, top + 8.0),
        ];
        self.canvas.polygon(&roof, paint.roof);
        self.canvas
            .rect((from - 12.0, top + 4.0), (to - from + 28.0, 8.0), paint.trim);
        self.canvas
            .rect((from - 8.0, GROUND - 6.0), (to - from + 20.0, 10.0), paint.shade);
    }

    /// One floor under a steep roof with dormers.
    pub(super) fn cape(&mut self, middle: f64) -> f64 {
        let paint = self.paint();
        let main = wall(middle - 40.0, 600.0, 160.0);
        let top = main.base - main.height;
        let door = main.x + main.width / 2.0;
        let garage = wall(main.x + main.width + 130.0, 230.0, 146.0);
        self.boarded(garage, paint);
        self.front_gable(garage, 96.0, paint);
        self.canvas.rect(
            (garage.x + 36.0, GROUND - 104.0),
            (garage.width - 72.0, 104.0),
            paint.trim,
        );
        let doors = format!(
            "M{0:.0} {1:.0}h{2:.0}m-{2:.0} 30h{2:.0}m-{2:.0} 30h{2:.0}",
            garage.x + 42.0,
            GROUND - 78.0,
            garage.width - 84.0
        );
        self.canvas.strokes(&doors, paint.shade, 3.0, 0.9);
        self.chimney((door + 30.0, top - 254.0), 100.0);
        self.boarded(main, paint);
        self.long_roof(main, (206.0, 46.0), paint);
        for nth in [0.22, 0.5, 0.78] {
            self.dormer(main.x + main.width * nth, top - 36.0, 84.0, paint);
        }
        let look = (Frame::Shuttered, paint);
        self.row_of_windows(main, (5, Some(2)), (top + 44.0, (48.0, 76.0)), look);
        self.door(door, GROUND, (52.0, 96.0), paint);
        self.beds_beside(main, door);
        door
    }

    /// Two boxes, one upon the other, of plaster, wood and glass.
    pub(super) fn modern(&mut self, middle: f64) -> f64 {
        let paint = Paint {
            trim: self.palette.walls[0].0,
            ..self.paint()
        };
        let upper = Spot {
            base: GROUND - 150.0,
            ..wall(middle - 90.0, 560.0, 168.0)
        };
        let lower = wall(middle + 40.0, 700.0, 152.0);
        self.chimney((upper.x + 400.0, upper.base - 250.0), 120.0);
        self.canvas.rect(
            (lower.x, lower.base - lower.height),
            (lower.width, lower.height),
            paint.shade,
        );
        self.slats((lower.x, lower.base - lower.height), (214.0, lower.height), paint);
        let door = lower.x + 300.0;
        self.glass((lower.x + 360.0, lower.base - 128.0), (320.0, 128.0), 4, paint);
        self.door(door, GROUND, (58.0, 108.0), paint);
        self.canvas.rect(
            (lower.x + lower.width * 0.5, lower.base - lower.height - 14.0),
            (lower.width * 0.5 + 26.0, 18.0),
            paint.trim,
        );
        self.canvas.rect(
            (upper.x, upper.base - upper.height),
            (upper.width, upper.height),
            paint.trim,
        );
        self.glass((upper.x + 40.0, upper.base - 128.0), (250.0, 96.0), 3, paint);
        self.slats(
            (upper.x + 330.0, upper.base - upper.height + 18.0),
            (196.0, upper.height - 36.0),
            paint,
        );
        let under = format!(
            "M{:.0} {:.0}h{:.0}v34h-{:.0}Z",
            upper.x + 90.0,
            upper.base,
            upper.width - 90.0,
            upper.width - 90.0
        );
        self.canvas.veil(&under, paint.dark, 0.3);
        self.canvas.rect(
            (upper.x - 22.0, upper.base - upper.height - 12.0),
            (upper.width + 44.0, 18.0),
            paint.dark,
        );
        self.shrubs((lower.x - 30.0, lower.x + 210.0), GROUND + 8.0, 44.0);
        self.shrubs(
            (lower.x + 420.0, lower.x + lower.width + 20.0),
            GROUND + 8.0,
            36.0,
        );
        door
    }

    /// Upright boards of dark wood.
    fn slats(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), paint: Paint) {
        self.canvas.rect((x, y), (w, h), self.palette.roofs[1]);
        let boards: String = (1..(w / 14.0) as u32)
            .map(|nth| format!("M{:.0} {y:.0}v{h:.0}", x + f64::from(nth) * 14.0))
            .collect();
        self.canvas.strokes(&boards, paint.dark, 2.0, 0.45);
    }

    /// A wall of glass, lit in part.
    pub(super) fn glass(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), panes: u32, paint: Paint) {
        self.canvas
            .rect((x - 6.0, y - 6.0), (w + 12.0, h + 10.0), paint.dark);
        let pitch = w / f64::from(panes);
        for pane in 0..panes {
            let (left, lit) = (x + pitch * f64::from(pane), self.dice.falls(0.55));
            let fill = if lit {
                self.palette.lamp
            } else {
                self.palette.glass
            };
            self.canvas.rect((left + 2.0, y), (pitch - 4.0, h), fill);
        }
        let light = format!("M{x:.0} {:.0}L{:.0} {y:.0}H{x:.0}Z", y + h * 0.7, x + w * 0.42);
        self.canvas.veil(&light, self.palette.cloud, 0.22);
    }

    /// Shrubs on both sides of a door.
    fn beds_beside(&mut self, main: Spot, door: f64) {
        self.shrubs((main.x + 10.0, door - 110.0), GROUND + 8.0, 44.0);
        self.shrubs((door + 76.0, main.x + main.width - 40.0), GROUND + 8.0, 44.0);
    }
}
