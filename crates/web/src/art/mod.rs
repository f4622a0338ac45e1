//! Drawings of places and homes, which follow from their names: no photograph of ours would be true of all of them.

mod apartments;
mod canvas;
mod dice;
mod home;
mod houses;
mod palette;
mod parts;
mod scenes;
mod shapes;
#[cfg(test)]
mod tests;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use server::{Failure, Path};
use types::{ListingType, Slug, ThemePreset, content::Scene};

use canvas::Canvas;
use dice::Dice;
use palette::Palette;
use shapes::Brush;

/// A day: a drawing changes only when this program does.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// `GET /art/{theme}/{scene}/{name}`: a place, by its slug and `.svg`.
pub(crate) async fn place(
    Path((theme, scene, file)): Path<(ThemePreset, Scene, String)>,
) -> Result<Response, Failure> {
    Ok(answer(of_place(theme, scene, named(&file)?)))
}

/// `GET /art/{theme}/homes/{kind}/{name}`: a home, by its listing's id and `.svg`.
pub(crate) async fn home(
    Path((theme, kind, file)): Path<(ThemePreset, ListingType, String)>,
) -> Result<Response, Failure> {
    Ok(answer(of_home(theme, kind, named(&file)?)))
}

/// The name of a drawing: a slug, or two with a dash between them, as parts of towns are drawn by.
fn named(file: &str) -> Result<&str, Failure> {
    let name = file.strip_suffix(".svg").ok_or(Failure::NotFound)?;
    let is_slug = |name: &str| Slug::parse(name).is_ok();
    let is_two = || {
        let mut dashes = name.match_indices('-');
        dashes.any(|(at, _)| is_slug(&name[..at]) && is_slug(&name[at + 1..]))
    };
    let is_short = name.len() <= 2 * Slug::MAX_LEN + 1;
    let is_named = is_short && (is_slug(name) || is_two());
    is_named.then_some(name).ok_or(Failure::NotFound)
}

/// The drawing of a place, by its name.
pub(crate) fn of_place(theme: ThemePreset, scene: Scene, name: &str) -> String {
    drawn(theme, name, |brush| scenes::draw(brush, scene))
}

/// The drawing of a home, by its name.
pub(crate) fn of_home(theme: ThemePreset, kind: ListingType, name: &str) -> String {
    drawn(theme, name, |brush| home::draw(brush, kind))
}

fn drawn(theme: ThemePreset, name: &str, draw: impl FnOnce(&mut Brush<'_>)) -> String {
    let mut dice = Dice::of(name);
    let mut canvas = Canvas::new();
    let palette = Palette::of(theme, &mut dice);
    draw(&mut Brush {
        canvas: &mut canvas,
        dice: &mut dice,
        palette: &palette,
    });
    canvas.finish()
}

fn answer(svg: String) -> Response {
    let kind = HeaderValue::from_static("image/svg+xml");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)], svg).into_response()
}
