//! A home by itself, large in the picture: what a card of a listing shows. What matters stands in the middle, which
//! every crop of it keeps.

use types::ListingType;

use super::{
    canvas::{Stretch, WIDTH},
    houses::GROUND,
    shapes::Brush,
};

/// Draws a home of this kind on its street.
pub(super) fn draw(brush: &mut Brush<'_>, kind: ListingType) {
    sky(brush);
    distance(brush);
    beside(brush, kind);
    lawn(brush);
    let middle = brush.dice.between(770.0, 830.0);
    let door = match kind {
        ListingType::SingleFamily => Some(house(brush, middle)),
        ListingType::Townhouse => Some(brush.terrace()),
        ListingType::Condo => Some(brush.flats()),
        ListingType::MultiFamily => Some(brush.decker()),
        ListingType::Land => {
            field(brush);
            None
        }
    };
    if let Some(door) = door {
        way(brush, door);
    }
    near(brush);
}

fn house(brush: &mut Brush<'_>, middle: f64) -> f64 {
    match brush.dice.share() {
        ..0.32 => brush.colonial(middle),
        ..0.58 => brush.farmhouse(middle),
        ..0.82 => brush.cape(middle),
        _ => brush.modern(middle),
    }
}

/// The sky, with the sun to one side of the house.
fn sky(brush: &mut Brush<'_>) {
    let sky = brush.palette.sky;
    brush.canvas.gradient("sky", &[sky[1], sky[2], sky[3], sky[4]]);
    brush.canvas.rect((0.0, 0.0), (WIDTH, 720.0), "url(#sky)");
    let left = brush.dice.falls(0.5);
    let x = match left {
        true => brush.dice.between(220.0, 480.0),
        false => brush.dice.between(1120.0, 1380.0),
    };
    let y = brush.dice.between(330.0, 470.0);
    brush.canvas.glow((x, y), 380.0, brush.palette.sun);
    for _ in 0..4 {
        brush.cloud(500.0);
    }
}

/// Hills, and woods before them.
fn distance(brush: &mut Brush<'_>) {
    let swing = brush.dice.between(20.0, 70.0);
    let far = Stretch::across(brush.dice.between(500.0, 580.0), 760.0).ridge(brush.dice, swing, 6);
    brush.canvas.path(&far, brush.palette.land[0]);
    let woods = Stretch::across(brush.dice.between(590.0, 630.0), 760.0).woods(brush.dice, 74.0, 22.0);
    brush.canvas.veil(&woods, brush.palette.land[1], 0.8);
    let near = Stretch::across(650.0, 760.0).woods(brush.dice, 56.0, 14.0);
    brush.canvas.path(&near, brush.palette.land[1]);
}

/// Trees to both sides, behind the house.
fn beside(brush: &mut Brush<'_>, kind: ListingType) {
    if kind == ListingType::Land {
        return;
    }
    for (from, to) in [(150.0, 330.0), (300.0, 420.0), (1180.0, 1290.0), (1290.0, 1460.0)] {
        let (x, height) = (brush.dice.between(from, to), brush.dice.between(250.0, 430.0));
        brush.tree(x, GROUND + 2.0, height);
    }
}

/// The lawn, which is lighter where the light falls.
fn lawn(brush: &mut Brush<'_>) {
    let lawn = Stretch::across(GROUND - 8.0, 900.0).ridge(brush.dice, 4.0, 5);
    brush.canvas.path(&lawn, brush.palette.land[2]);
    for (y, opacity) in [(776.0, 0.16), (812.0, 0.22)] {
        let stripe = Stretch::across(y, 900.0).ridge(brush.dice, 6.0, 4);
        brush.canvas.veil(&stripe, brush.palette.land[3], opacity);
    }
}

/// A field with a stone wall, and trees where somebody may build between them.
fn field(brush: &mut Brush<'_>) {
    for x in [170.0, 300.0, 430.0, 1120.0, 1270.0, 1400.0, 1500.0] {
        let (x, height) = (
            x + brush.dice.between(-50.0, 50.0),
            brush.dice.between(210.0, 450.0),
        );
        let foot = GROUND + brush.dice.between(-6.0, 10.0);
        brush.tree(x, foot, height);
    }
    let meadow = Stretch::across(GROUND + 6.0, 900.0).woods(brush.dice, 16.0, 6.0);
    brush.canvas.path(&meadow, brush.palette.land[2]);
    brush.stones(GROUND + 34.0);
}

/// The way to the door, which widens towards us.
fn way(brush: &mut Brush<'_>, door: f64) {
    let swing = brush.dice.between(-150.0, 150.0);
    let (top, foot) = (GROUND + 10.0, door + swing);
    let path = format!(
        "M{:.0} {top:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} 900H{:.0}C{:.0} {:.0} {:.0} {:.0} {:.0} {top:.0}Z",
        door - 26.0,
        door - 34.0,
        top + 60.0,
        foot - 96.0,
        top + 70.0,
        foot - 130.0,
        foot + 130.0,
        foot + 96.0,
        top + 80.0,
        door + 34.0,
        top + 60.0,
        door + 26.0
    );
    brush.canvas.veil(&path, brush.palette.walls[1].0, 0.9);
}

/// A hedge at the street, open where the way is, and a tree that stands nearer than all else.
fn near(brush: &mut Brush<'_>) {
    let is_left = brush.dice.falls(0.5);
    let (x, height) = match is_left {
        true => (brush.dice.between(30.0, 150.0), brush.dice.between(520.0, 640.0)),
        false => (
            brush.dice.between(1450.0, 1570.0),
            brush.dice.between(520.0, 640.0),
        ),
    };
    brush.tree(x, 866.0, height);
    for (left, right) in [(0.0, 470.0), (1130.0, WIDTH)] {
        let hedge = Stretch {
            left,
            right,
            top: 836.0,
            bottom: 900.0,
        };
        let hedge = hedge.woods(brush.dice, 40.0, 5.0);
        brush.canvas.path(&hedge, brush.palette.land[3]);
    }
}
