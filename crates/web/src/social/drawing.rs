//! A picture drawn: the art, a veil over it, and words.

use std::fmt::Write as _;

use anyhow::Context as _;
use axum::body::Bytes;
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::Tree,
};
use types::{Drawing, Logo, Palette, Theme, ThemePreset};

use super::{
    Art, HEIGHT, Picture, WIDTH,
    lines::{Face, SANS, SERIF, escaped, lines, options},
    worn,
};
use crate::{
    art,
    site::{Brand, Hero},
};

/// Where words begin, and how wide they may run.
const LEFT: f32 = 72.0;
const MEASURE: f32 = 700.0;

/// The largest a title is, and the smaller sizes that longer ones get.
const TITLES: [f32; 4] = [88.0, 74.0, 62.0, 52.0];

/// Lines of a title, and of what stands below it.
const TITLE_LINES: usize = 3;
const BELOW_LINES: usize = 2;

/// The picture as SVG.
pub(super) fn svg(picture: &Picture, brand: &Brand) -> anyhow::Result<String> {
    let plain = Theme::plain(ThemePreset::IvoryForest);
    let theme = worn(brand).unwrap_or(&plain);
    let palette = Palette::of(theme);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\"><g transform=\"translate(0 -45) scale(.75)\">{}</g>",
        art_of(picture, brand)
    );
    let scrim = palette.scrim;
    write!(
        svg,
        "<linearGradient id=\"veil\"><stop offset=\"0\" stop-color=\"{scrim}\" stop-opacity=\".93\"/><stop \
         offset=\".55\" stop-color=\"{scrim}\" stop-opacity=\".84\"/><stop offset=\".86\" stop-color=\"{scrim}\" \
         stop-opacity=\".08\"/><stop offset=\"1\" stop-color=\"{scrim}\" stop-opacity=\"0\"/></linearGradient><rect \
         width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"url(#veil)\"/><rect y=\"{}\" width=\"{WIDTH}\" height=\"8\" \
         fill=\"{}\"/>",
        HEIGHT - 8,
        palette.hero
    )?;
    let display = if theme.pairing().has_serif_headings() {
        SERIF
    } else {
        SANS
    };
    head(&mut svg, brand, display)?;
    words(&mut svg, picture, (&palette, display))?;
    svg.push_str("</svg>");
    Ok(svg)
}

/// Whose it is.
fn head(svg: &mut String, brand: &Brand, display: &'static str) -> std::fmt::Result {
    let name = Face {
        name: display,
        size: 30.0,
    };
    let mut name_at = LEFT;
    match &brand.logo {
        Logo::Wordmark => {}
        Logo::Monogram { letters } => {
            write!(
                svg,
                "<circle cx=\"{}\" cy=\"82\" r=\"28\" fill=\"none\" stroke=\"#fff\" stroke-width=\"1.5\"/><text \
                 x=\"{}\" y=\"90\" text-anchor=\"middle\" font-family=\"{display}\" font-size=\"22\" \
                 fill=\"#fff\">{}</text>",
                LEFT + 28.0,
                LEFT + 28.0,
                escaped(&letters.to_string())
            )?;
            name_at += 76.0;
        }
        Logo::Emblem { svg: drawing } => name_at += emblem(svg, drawing)?,
        Logo::Lettering { svg: drawing } => {
            emblem(svg, drawing)?;
            return Ok(());
        }
    }
    for line in lines(&brand.name, name, (MEASURE, 1)) {
        text(svg, &line, (name_at, 92.0), (name, "#fff"))?;
    }
    Ok(())
}

/// Draws a logo, and says how much room it took.
fn emblem(svg: &mut String, drawing: &Drawing) -> Result<f32, std::fmt::Error> {
    let width = drawing.width_at(56);
    write!(
        svg,
        "<svg x=\"{LEFT}\" y=\"54\" width=\"{width}\" height=\"56\" viewBox=\"{}\" fill=\"#fff\">",
        drawing.view_box()
    )?;
    for outline in drawing.outlines() {
        let rule = if outline.is_even_odd { "evenodd" } else { "nonzero" };
        write!(svg, "<path d=\"{}\" fill-rule=\"{rule}\"/>", outline.d)?;
    }
    svg.push_str("</svg>");
    Ok(width as f32 + 18.0)
}

/// What it says, from the foot of the picture up.
fn words(
    svg: &mut String,
    picture: &Picture,
    (palette, display): (&Palette, &'static str),
) -> std::fmt::Result {
    let below = Face {
        name: SANS,
        size: 28.0,
    };
    let above = Face {
        name: SANS,
        size: 24.0,
    };
    let (title, face) = title(&picture.title, display);
    let said = lines(&picture.line, below, (MEASURE, BELOW_LINES));
    let mut y = HEIGHT as f32 - 64.0;
    for line in said.iter().rev() {
        text(svg, line, (LEFT, y), (below, "#e9e9e6"))?;
        y -= below.size * 1.35;
    }
    y -= 14.0;
    for line in title.iter().rev() {
        text(svg, line, (LEFT, y), (face, "#fff"))?;
        y -= face.size * 1.06;
    }
    for line in lines(&picture.eyebrow, above, (MEASURE, 1)) {
        let hero = palette.hero.to_string();
        text(svg, &line, (LEFT, y - 6.0), (above, hero.as_str()))?;
    }
    Ok(())
}

/// A title in the largest size in which it has room.
fn title(title: &str, name: &'static str) -> (Vec<String>, Face) {
    let set = |size| {
        let face = Face { name, size };
        (lines(title, face, (MEASURE, TITLE_LINES)), face)
    };
    let fits = |(lines, _): &(Vec<String>, Face)| lines.last().is_none_or(|line| !line.ends_with('…'));
    let [.., least] = TITLES;
    TITLES
        .into_iter()
        .map(set)
        .find(fits)
        .unwrap_or_else(|| set(least))
}

fn text(svg: &mut String, line: &str, (x, y): (f32, f32), (face, fill): (Face, &str)) -> std::fmt::Result {
    let (Face { name, size }, line) = (face, escaped(line));
    let tracking = if size > 40.0 { -0.015 * size } else { 0.0 };
    write!(
        svg,
        "<text x=\"{x}\" y=\"{y}\" font-family=\"{name}\" font-size=\"{size}\" letter-spacing=\"{tracking}\" \
         fill=\"{fill}\">{line}</text>"
    )
}

fn art_of(picture: &Picture, brand: &Brand) -> String {
    let theme = brand.art_theme();
    match &picture.art {
        Art::Place { scene, name } => art::of_place(theme, *scene, name),
        Art::Home { kind, name } => art::of_home(theme, *kind, name),
        Art::Hero => match brand.look.as_ref().map(|look| &look.hero) {
            Some(Hero::Drawn { scene, name }) => art::of_place(theme, *scene, name),
            Some(Hero::File("/art/hudson.svg")) => include_str!("../../assets/art/hudson.svg").to_owned(),
            _ => include_str!("../../assets/art/fairfield.svg").to_owned(),
        },
    }
}

/// The picture as PNG.
pub(super) fn png(svg: &str) -> anyhow::Result<Bytes> {
    let tree = Tree::from_str(svg, &options()).context("reading a drawing of ours")?;
    let mut canvas = Pixmap::new(WIDTH, HEIGHT).context("making room for a picture")?;
    resvg::render(&tree, Transform::identity(), &mut canvas.as_mut());
    Ok(canvas.encode_png().context("writing a picture")?.into())
}
