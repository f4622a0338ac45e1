//! Landscapes, from the sky down. What matters stands in the right half: on wide pages text covers the left.

use std::fmt::Write as _;

use types::content::Scene;

use super::{
    canvas::{Stretch, WIDTH},
    shapes::{Brush, Spot},
};

/// Draws a landscape.
pub(super) fn draw(brush: &mut Brush<'_>, scene: Scene) {
    match scene {
        Scene::Shore => shore(brush),
        Scene::Harbor => harbor(brush),
        Scene::River => river(brush),
        Scene::Hills => hills(brush),
        Scene::Village => village(brush),
        Scene::City => city(brush),
    }
}

/// The sky down to `horizon`, with the sun somewhere over the right half.
fn sky(brush: &mut Brush<'_>, horizon: f64) -> f64 {
    let sky = brush.palette.sky;
    brush.canvas.gradient("sky", &sky);
    brush
        .canvas
        .rect((0.0, 0.0), (WIDTH, horizon + 40.0), "url(#sky)");
    let sun = (
        brush.dice.between(900.0, 1300.0),
        horizon - brush.dice.between(20.0, 110.0),
    );
    brush.canvas.glow(sun, 300.0, brush.palette.sun);
    brush.canvas.circle(sun, 32.0, brush.palette.sun);
    for _ in 0..7 {
        brush.cloud(horizon);
    }
    sun.0
}

/// Water from `top` to our feet, with the sun's path at `sun`.
fn water(brush: &mut Brush<'_>, top: f64, sun: f64) {
    let water = brush.palette.water;
    brush.canvas.gradient("water", &water);
    brush.canvas.rect((0.0, top), (WIDTH, 900.0 - top), "url(#water)");
    let mut path = String::new();
    for step in 0..52 {
        let t = (f64::from(step) + brush.dice.share()) / 52.0;
        let (w, spread) = ((14.0 + 80.0 * t) * brush.dice.between(0.4, 1.2), 20.0 + 120.0 * t);
        let x = sun + brush.dice.between(-spread, spread) - w / 2.0;
        write!(
            path,
            "M{x:.0} {:.0}h{w:.0}",
            top + 4.0 + (890.0 - top) * t.powf(1.25)
        )
        .expect("a string takes text");
    }
    brush.canvas.strokes(&path, brush.palette.glint, 2.5, 0.7);
    let mut ripples = String::new();
    for _ in 0..44 {
        let t = brush.dice.share().powf(1.4);
        let (x, w) = (brush.dice.between(0.0, WIDTH), brush.dice.between(30.0, 130.0));
        write!(ripples, "M{x:.0} {:.0}h{w:.0}", top + 12.0 + (870.0 - top) * t).expect("a string takes text");
    }
    brush.canvas.strokes(&ripples, brush.palette.glint, 1.5, 0.25);
}

fn ridge(brush: &mut Brush<'_>, stretch: Stretch, swing: f64, depth: usize) {
    let d = stretch.ridge(brush.dice, swing, 9);
    brush.canvas.path(&d, brush.palette.land[depth]);
}

fn woods(brush: &mut Brush<'_>, stretch: Stretch, (size, swing): (f64, f64), depth: usize) {
    let d = stretch.woods(brush.dice, size, swing);
    brush.canvas.path(&d, brush.palette.land[depth]);
}

/// Houses side by side from `from` to the right edge, standing on `base`, with trees between them.
fn street(brush: &mut Brush<'_>, from: f64, base: f64, size: f64) {
    let mut x = from;
    while x < WIDTH + 40.0 {
        let width = size * brush.dice.between(0.95, 1.5);
        let spot = Spot {
            x,
            base: base + brush.dice.between(-4.0, 4.0),
            width,
            height: size * brush.dice.between(0.6, 0.78),
        };
        brush.house(spot);
        x += width + size * brush.dice.between(0.3, 0.75);
        if brush.dice.falls(0.75) {
            let height = size * brush.dice.between(0.8, 1.25);
            brush.tree(x - size * 0.25, base + 6.0, height);
        }
    }
}

fn sails(brush: &mut Brush<'_>, count: u32, (top, bottom): (f64, f64)) {
    for nth in 0..count {
        let t = f64::from(nth + 1) / f64::from(count);
        let y = top + (bottom - top) * t * t;
        let x = brush.dice.between(640.0, 1480.0);
        brush.sail(x, y, 0.32 + 0.95 * t * t);
    }
}

fn shore(brush: &mut Brush<'_>) {
    let sun = sky(brush, 540.0);
    ridge(brush, Stretch::across(528.0, 570.0), 9.0, 0);
    water(brush, 548.0, sun);
    sails(brush, 3, (580.0, 690.0));
    let left = brush.dice.between(1020.0, 1140.0);
    let point = Stretch {
        left,
        right: WIDTH,
        top: 540.0,
        bottom: 640.0,
    };
    woods(brush, point, (34.0, 14.0), 1);
    street(brush, left + 170.0, 622.0, 62.0);
    let beach = Stretch {
        left: left - 120.0,
        right: WIDTH,
        top: 628.0,
        bottom: 668.0,
    };
    let d = beach.ridge(brush.dice, 5.0, 6);
    brush.canvas.path(&d, brush.palette.walls[1].0);
    ridge(brush, Stretch::across(812.0, 900.0), 22.0, 3);
    let grass = Stretch::across(836.0, 900.0).woods(brush.dice, 26.0, 18.0);
    brush.canvas.path(&grass, brush.palette.dark);
}

fn harbor(brush: &mut Brush<'_>) {
    let sun = sky(brush, 520.0);
    ridge(brush, Stretch::across(512.0, 620.0), 12.0, 0);
    let hill = Stretch {
        left: 760.0,
        right: WIDTH,
        top: 470.0,
        bottom: 640.0,
    };
    woods(brush, hill, (40.0, 22.0), 1);
    let near = Stretch {
        left: 900.0,
        right: WIDTH,
        top: 530.0,
        bottom: 640.0,
    };
    woods(brush, near, (44.0, 10.0), 2);
    brush.steeple(1150.0, 580.0, 190.0);
    street(brush, 960.0, 606.0, 84.0);
    water(brush, 616.0, sun.min(900.0));
    brush
        .canvas
        .rect((900.0, 610.0), (700.0, 12.0), brush.palette.walls[1].1);
    sails(brush, 5, (650.0, 800.0));
}

fn river(brush: &mut Brush<'_>) {
    let sun = sky(brush, 470.0);
    ridge(brush, Stretch::across(440.0, 560.0), 46.0, 0);
    woods(brush, Stretch::across(486.0, 580.0), (24.0, 20.0), 1);
    water(brush, 556.0, sun);
    let right = Stretch {
        left: 880.0,
        right: WIDTH,
        top: 540.0,
        bottom: 640.0,
    };
    woods(brush, right, (44.0, 20.0), 2);
    street(brush, 1120.0, 628.0, 70.0);
    let bank = Stretch {
        left: 820.0,
        right: WIDTH,
        top: 634.0,
        bottom: 690.0,
    };
    ridge(brush, bank, 10.0, 3);
    let left = Stretch {
        left: 0.0,
        right: 620.0,
        top: 600.0,
        bottom: 740.0,
    };
    woods(brush, left, (60.0, 26.0), 2);
    sails(brush, 2, (640.0, 740.0));
    woods(brush, Stretch::across(850.0, 900.0), (60.0, 26.0), 3);
}

fn hills(brush: &mut Brush<'_>) {
    sky(brush, 500.0);
    ridge(brush, Stretch::across(430.0, 620.0), 52.0, 0);
    woods(brush, Stretch::across(500.0, 700.0), (26.0, 40.0), 1);
    ridge(brush, Stretch::across(600.0, 800.0), 34.0, 1);
    woods(
        brush,
        Stretch {
            left: 0.0,
            right: 900.0,
            top: 600.0,
            bottom: 800.0,
        },
        (44.0, 30.0),
        2,
    );
    ridge(brush, Stretch::across(664.0, 900.0), 22.0, 2);
    brush.stones(690.0);
    for _ in 0..3 {
        let (x, size) = (brush.dice.between(860.0, 1420.0), brush.dice.between(92.0, 124.0));
        let spot = Spot {
            x,
            base: 694.0,
            width: size * 1.35,
            height: size * 0.7,
        };
        brush.tree(x - size * 0.4, 700.0, size * 1.2);
        brush.house(spot);
    }
    for _ in 0..5 {
        let (x, h) = (
            brush.dice.between(760.0, 1560.0),
            brush.dice.between(110.0, 190.0),
        );
        brush.tree(x, 730.0, h);
    }
    ridge(brush, Stretch::across(782.0, 900.0), 20.0, 3);
    brush.stones(800.0);
}

fn village(brush: &mut Brush<'_>) {
    sky(brush, 520.0);
    ridge(brush, Stretch::across(480.0, 640.0), 40.0, 0);
    woods(brush, Stretch::across(530.0, 700.0), (36.0, 26.0), 1);
    woods(brush, Stretch::across(590.0, 720.0), (52.0, 14.0), 2);
    let x = brush.dice.between(1020.0, 1240.0);
    brush.steeple(x, 690.0, 330.0);
    street(brush, 700.0, 694.0, 116.0);
    ridge(brush, Stretch::across(694.0, 900.0), 6.0, 2);
    for nth in 0..6 {
        let x = 620.0 + 190.0 * f64::from(nth) + brush.dice.between(-50.0, 50.0);
        let h = brush.dice.between(150.0, 230.0);
        brush.tree(x, 782.0, h);
    }
    ridge(brush, Stretch::across(790.0, 900.0), 12.0, 3);
}

fn city(brush: &mut Brush<'_>) {
    let sun = sky(brush, 560.0);
    ridge(brush, Stretch::across(540.0, 620.0), 14.0, 0);
    let mut x = 700.0;
    while x < WIDTH {
        let width = brush.dice.between(64.0, 118.0);
        let height = brush.dice.between(120.0, 380.0);
        brush.tower(Spot {
            x,
            base: 622.0,
            width,
            height,
        });
        x += width * brush.dice.between(0.92, 1.3);
    }
    woods(
        brush,
        Stretch {
            left: 560.0,
            right: WIDTH,
            top: 600.0,
            bottom: 650.0,
        },
        (38.0, 6.0),
        2,
    );
    street(brush, 900.0, 646.0, 58.0);
    water(brush, 650.0, sun);
    brush
        .canvas
        .rect((560.0, 644.0), (1040.0, 10.0), brush.palette.walls[1].1);
    sails(brush, 3, (690.0, 800.0));
}
