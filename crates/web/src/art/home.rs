//! A home by itself, large in the picture: what a card of a listing shows.

use types::ListingType;

use super::{
    canvas::{Stretch, WIDTH},
    shapes::{Brush, Spot},
};

/// Draws a home of this kind on its street.
pub(super) fn draw(brush: &mut Brush<'_>, kind: ListingType) {
    let sky = brush.palette.sky;
    brush.canvas.gradient("sky", &[sky[1], sky[2], sky[3], sky[4]]);
    brush.canvas.rect((0.0, 0.0), (WIDTH, 720.0), "url(#sky)");
    let sun = (
        brush.dice.between(200.0, 1400.0),
        brush.dice.between(240.0, 420.0),
    );
    brush.canvas.glow(sun, 320.0, brush.palette.sun);
    let far = Stretch::across(520.0, 760.0).woods(brush.dice, 60.0, 30.0);
    brush.canvas.path(&far, brush.palette.land[0]);
    let near = Stretch::across(580.0, 760.0).woods(brush.dice, 90.0, 24.0);
    brush.canvas.path(&near, brush.palette.land[1]);
    match kind {
        ListingType::SingleFamily => house(brush),
        ListingType::Townhouse => row(brush),
        ListingType::Condo => block(brush, 1),
        ListingType::MultiFamily => block(brush, 0),
        ListingType::Land => field(brush),
    }
    lawn(brush);
}

/// A main house, with a wing as often as not.
fn house(brush: &mut Brush<'_>) {
    let (tree, height) = (brush.dice.between(160.0, 320.0), brush.dice.between(330.0, 460.0));
    brush.tree(tree, 740.0, height);
    let width = brush.dice.between(520.0, 640.0);
    let x = brush.dice.between(430.0, 560.0);
    if brush.dice.falls(0.6) {
        let wing = Spot {
            x: x + width - 20.0,
            base: 732.0,
            width: width * 0.5,
            height: 150.0,
        };
        brush.house(wing);
    }
    let height = brush.dice.between(220.0, 262.0);
    brush.house(Spot {
        x,
        base: 734.0,
        width,
        height,
    });
    let (tree, height) = (
        brush.dice.between(1290.0, 1460.0),
        brush.dice.between(280.0, 420.0),
    );
    brush.tree(tree, 744.0, height);
}

/// Narrow houses, wall to wall.
fn row(brush: &mut Brush<'_>) {
    for nth in 0..4 {
        let x = 260.0 + 276.0 * f64::from(nth);
        let height = brush.dice.between(300.0, 330.0);
        brush.house(Spot {
            x,
            base: 736.0,
            width: 268.0,
            height,
        });
    }
}

/// Apartments: one house over several floors, or two side by side.
fn block(brush: &mut Brush<'_>, towers: u32) {
    brush.tree(250.0, 742.0, 300.0);
    if towers > 0 {
        let (width, height) = (brush.dice.between(420.0, 560.0), brush.dice.between(390.0, 500.0));
        brush.tower(Spot {
            x: 520.0,
            base: 738.0,
            width,
            height,
        });
    } else {
        brush.house(Spot {
            x: 400.0,
            base: 736.0,
            width: 420.0,
            height: 290.0,
        });
        brush.house(Spot {
            x: 812.0,
            base: 736.0,
            width: 400.0,
            height: 280.0,
        });
    }
    brush.tree(1330.0, 748.0, 340.0);
}

/// Nothing but trees.
fn field(brush: &mut Brush<'_>) {
    for _ in 0..7 {
        let (x, height) = (
            brush.dice.between(120.0, 1500.0),
            brush.dice.between(190.0, 420.0),
        );
        brush.tree(x, 742.0, height);
    }
}

fn lawn(brush: &mut Brush<'_>) {
    let lawn = Stretch::across(728.0, 900.0).ridge(brush.dice, 5.0, 5);
    brush.canvas.path(&lawn, brush.palette.land[2]);
    let hedge = Stretch {
        left: 0.0,
        right: WIDTH,
        top: 812.0,
        bottom: 900.0,
    };
    let hedge = hedge.woods(brush.dice, 46.0, 6.0);
    brush.canvas.path(&hedge, brush.palette.land[3]);
    let (x, base) = (brush.dice.between(760.0, 880.0), 730.0);
    let path = format!(
        "M{x:.0} {base:.0}C{:.0} 790 {:.0} 830 {:.0} 900H{:.0}C{:.0} 830 {:.0} 790 {:.0} {base:.0}Z",
        x - 6.0,
        x - 90.0,
        x - 110.0,
        x + 60.0,
        x + 50.0,
        x + 44.0,
        x + 40.0
    );
    brush.canvas.veil(&path, brush.palette.walls[1].0, 0.85);
}
