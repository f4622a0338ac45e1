//! Homes wall to wall or over each other, close by.

use super::{
    houses::GROUND,
    parts::{Frame, Paint},
    shapes::{Brush, Spot},
};

impl Brush<'_> {
    /// Narrow houses of three floors, each of its own colour, with steps up to its door.
    pub(super) fn terrace(&mut self) -> f64 {
        const WIDTH: f64 = 236.0;
        let mut door = 0.0;
        for nth in 0..4 {
            let paint = self.paint();
            let house = Spot {
                x: 328.0 + WIDTH * f64::from(nth),
                base: GROUND,
                width: WIDTH,
                height: self.dice.between(352.0, 372.0),
            };
            let is_gabled = nth % 2 == self.dice.pick([0, 1]);
            door = self.terraced(house, paint, is_gabled.then_some(94.0));
        }
        self.shrubs((300.0, 390.0), GROUND + 10.0, 46.0);
        door - WIDTH
    }

    fn terraced(&mut self, house: Spot, paint: Paint, gable: Option<f64>) -> f64 {
        let top = house.base - house.height;
        self.boarded(house, paint);
        match gable {
            Some(rise) => self.front_gable(house, rise, paint),
            None => {
                self.chimney((house.x + house.width - 74.0, top - 108.0), 70.0);
                self.long_roof(house, (62.0, 10.0), paint);
            }
        }
        let look = (Frame::Sash, paint);
        for row in [34.0, 142.0] {
            self.row_of_windows(house, (3, None), (top + row, (40.0, 68.0)), look);
        }
        let door = house.x + house.width * 0.24;
        self.window(
            (house.x + house.width * 0.66, house.base - 112.0),
            (78.0, 74.0),
            look,
        );
        self.door(door, GROUND, (42.0, 92.0), paint);
        self.shrubs(
            (house.x + house.width * 0.46, house.x + house.width - 16.0),
            GROUND + 8.0,
            34.0,
        );
        door
    }

    /// Five floors with balconies, the highest set back.
    pub(super) fn flats(&mut self) -> f64 {
        let paint = self.paint();
        let columns = self.dice.pick([4_u32, 5]);
        let width = 150.0 * f64::from(columns);
        let x = 800.0 - width / 2.0;
        let top = GROUND - 88.0 * 4.0 - 116.0;
        let attic = Spot {
            x: x + 90.0,
            base: top,
            width: width - 180.0,
            height: 84.0,
        };
        self.canvas.rect(
            (attic.x, top - attic.height),
            (attic.width, attic.height),
            paint.shade,
        );
        self.glass(
            (attic.x + 24.0, top - 66.0),
            (attic.width - 48.0, 66.0),
            columns,
            paint,
        );
        self.canvas.rect(
            (attic.x - 18.0, top - 94.0),
            (attic.width + 36.0, 14.0),
            paint.dark,
        );
        self.canvas.rect((x, top), (width, GROUND - top), paint.wall);
        self.canvas
            .rect((x - 10.0, top - 8.0), (width + 20.0, 14.0), paint.trim);
        for floor in 0..4_u32 {
            self.floor((x, top + 24.0 + 88.0 * f64::from(floor)), columns, paint);
        }
        let foot = format!("M{x:.0} {:.0}h{width:.0}v102h-{width:.0}Z", GROUND - 102.0);
        self.canvas.path(&foot, paint.shade);
        for middle in [x + 110.0, x + width - 110.0] {
            self.glass((middle - 70.0, GROUND - 76.0), (140.0, 56.0), 3, paint);
        }
        self.lobby(800.0, paint);
        self.shrubs((x - 20.0, 690.0), GROUND + 10.0, 42.0);
        self.shrubs((910.0, x + width + 10.0), GROUND + 10.0, 42.0);
        800.0
    }

    /// A floor of flats: glass, with a balcony before every second.
    fn floor(&mut self, (x, y): (f64, f64), columns: u32, paint: Paint) {
        for column in 0..columns {
            let left = x + 150.0 * f64::from(column);
            self.glass((left + 26.0, y), (98.0, 64.0), 2, paint);
            if column % 2 == 0 {
                self.canvas
                    .rect((left + 10.0, y + 62.0), (130.0, 9.0), paint.trim);
                let rails: String = (0..11)
                    .map(|nth| format!("M{:.0} {:.0}v28", left + 15.0 + f64::from(nth) * 12.0, y + 34.0))
                    .collect();
                self.canvas.strokes(&rails, paint.trim, 2.5, 0.85);
                let rail = format!("M{:.0} {:.0}h130", left + 10.0, y + 34.0);
                self.canvas.strokes(&rail, paint.trim, 4.0, 1.0);
            }
        }
    }

    /// The way in, under a roof of its own.
    fn lobby(&mut self, middle: f64, paint: Paint) {
        self.canvas
            .rect((middle - 96.0, GROUND - 82.0), (192.0, 84.0), paint.shade);
        self.glass((middle - 74.0, GROUND - 70.0), (148.0, 70.0), 4, paint);
        self.canvas
            .rect((middle - 124.0, GROUND - 92.0), (248.0, 14.0), paint.dark);
    }

    /// Two or three homes over each other, with a veranda on every floor.
    pub(super) fn decker(&mut self) -> f64 {
        let paint = self.paint();
        let (floors, storey) = (3_u32, 116.0);
        let house = Spot {
            x: 560.0,
            base: GROUND,
            width: 480.0,
            height: storey * f64::from(floors) + 10.0,
        };
        let top = house.base - house.height;
        self.chimney((house.x + 360.0, top - 120.0), 110.0);
        self.boarded(house, paint);
        self.long_roof(house, (66.0, 60.0), paint);
        let look = (Frame::Sash, paint);
        for floor in 0..floors {
            let y = top + 24.0 + storey * f64::from(floor);
            for middle in [house.x + 300.0, house.x + 404.0] {
                self.window((middle, y + 6.0), (54.0, 76.0), look);
            }
            self.veranda((house.x + 16.0, y), storey, paint);
        }
        let door = house.x + 76.0;
        self.door(door, GROUND, (48.0, 88.0), paint);
        self.shrubs((house.x + 250.0, house.x + house.width), GROUND + 8.0, 46.0);
        door
    }

    /// A deep shade with a door in it, posts and a rail.
    fn veranda(&mut self, (x, y): (f64, f64), storey: f64, paint: Paint) {
        const WIDTH: f64 = 212.0;
        let shade = format!("M{x:.0} {:.0}h{WIDTH}v{:.0}h-{WIDTH}Z", y - 8.0, storey - 6.0);
        self.canvas.veil(&shade, paint.dark, 0.34);
        self.window((x + 150.0, y + 14.0), (54.0, 64.0), (Frame::Sash, paint));
        for post in [0.0, WIDTH / 2.0 - 6.0, WIDTH - 12.0] {
            self.canvas.rect((x + post, y - 10.0), (12.0, storey), paint.trim);
        }
        let rails: String = (1..21)
            .map(|nth| format!("M{:.0} {:.0}v30", x + f64::from(nth) * 10.0, y + storey - 42.0))
            .collect();
        self.canvas.strokes(&rails, paint.trim, 2.5, 0.9);
        let rail = format!("M{x:.0} {:.0}h{WIDTH}", y + storey - 42.0);
        self.canvas.strokes(&rail, paint.trim, 5.0, 1.0);
        self.canvas
            .rect((x - 10.0, y + storey - 14.0), (WIDTH + 20.0, 12.0), paint.trim);
    }
}
