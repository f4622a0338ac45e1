//! `GET /look/{file}`: what a tenant chose beside its preset, as a style that follows the preset's.
//!
//! It is named by what was chosen and is everybody's: whose it is stands on the page that asks for it.

use std::fmt::Write as _;

use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use server::{Failure, Path};
use types::{Colour, Palette, Theme, ThemeColour, TypePairing};

/// A day: what follows from a choice changes only when this program does.
const KEPT: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// Where the style of a theme is served; none for a preset as it comes.
pub(super) fn href(theme: &Theme) -> Option<String> {
    let mut name = theme.preset.to_string();
    for which in ThemeColour::ALL {
        if let Some(colour) = theme.colour(*which) {
            let digits = colour.to_string();
            write!(name, "_{which}-{}", digits.trim_start_matches('#')).expect("a string takes text");
        }
    }
    if let Some(pairing) = theme.look.pairing {
        write!(name, "_type-{pairing}").expect("a string takes text");
    }
    (name != theme.preset.as_str()).then(|| format!("/look/{name}.css"))
}

/// The theme that a file is named by, if this is its one spelling.
fn named(file: &str) -> Option<Theme> {
    let mut parts = file.strip_suffix(".css")?.split('_');
    let mut theme = Theme::plain(parts.next()?.parse().ok()?);
    for part in parts {
        let (name, value) = part.split_once('-')?;
        theme = match name {
            "type" => {
                theme.look.pairing = Some(value.parse().ok()?);
                theme
            }
            name => theme.with_colour(name.parse().ok()?, Some(format!("#{value}").parse().ok()?)),
        };
    }
    (href(&theme)? == format!("/look/{file}")).then_some(theme)
}

/// Answers with the style.
pub(crate) async fn show(Path(file): Path<String>) -> Result<Response, Failure> {
    let theme = named(&file).ok_or(Failure::NotFound)?;
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    Ok((
        [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, KEPT)],
        style(&theme),
    )
        .into_response())
}

fn style(theme: &Theme) -> String {
    let mut style = String::from(":root {\n");
    let mut line = |name: &str, value: String| {
        writeln!(style, "  --site-{name}: {value};").expect("a string takes text");
    };
    if theme.has_own_colours() {
        for (name, value) in colours(&Palette::of(theme)) {
            line(name, value);
        }
    }
    if let Some(pairing) = theme.look.pairing {
        for (name, value) in faces(pairing) {
            line(name, value.to_owned());
        }
    }
    style.push_str("}\n");
    style
}

/// The colours, by the names they have in the styles of the presets.
pub(super) fn colours(palette: &Palette) -> Vec<(&'static str, String)> {
    let (day, night) = (&palette.day, &palette.night);
    let both = |by_day: Colour, by_night: Colour| format!("light-dark({by_day}, {by_night})");
    let [red, green, blue] = palette.scrim.channels();
    vec![
        ("bg", both(day.paper, night.paper)),
        ("surface", both(day.surface, night.surface)),
        ("ink", both(day.ink, night.ink)),
        ("muted", both(day.muted, night.muted)),
        ("line", both(day.line, night.line)),
        ("field-line", both(day.field_line, night.field_line)),
        ("primary", both(day.primary, night.primary)),
        ("primary-hover", both(day.primary_hover, night.primary_hover)),
        ("on-primary", both(day.on_primary, night.on_primary)),
        ("link", both(day.primary, night.primary)),
        ("accent", both(day.ornament, night.ornament)),
        ("band", both(day.band, night.band)),
        ("on-band", palette.on_band.to_string()),
        ("on-band-muted", palette.on_band_muted.to_string()),
        ("scrim", format!("{red} {green} {blue}")),
        ("hero-accent", palette.hero.to_string()),
        ("hero-button", palette.hero.to_string()),
        ("on-hero-button", palette.on_hero.to_string()),
    ]
}

/// The faces, by the same names.
const fn faces(pairing: TypePairing) -> [(&'static str, &'static str); 4] {
    let text = match pairing.has_serif_text() {
        true => ("text", "var(--site-serif)"),
        false => ("text", "var(--site-sans)"),
    };
    let (display, weight, tracking) = match pairing {
        TypePairing::Editorial | TypePairing::Literary => ("var(--site-serif)", "400", "-.015em"),
        TypePairing::Modern => ("var(--site-sans)", "500", "-.03em"),
        TypePairing::Contrast => ("var(--site-sans)", "600", "-.035em"),
    };
    [
        text,
        ("display", display),
        ("display-weight", weight),
        ("display-tracking", tracking),
    ]
}

#[cfg(test)]
mod tests {
    use types::ThemePreset;

    use super::*;

    #[tokio::test]
    async fn only_a_choice_in_its_one_spelling_is_there() {
        let of = async |file: &str| show(Path(file.to_owned())).await.is_ok();

        assert!(of("harbour_accent-2b3467.css").await);
        assert!(of("gallery_paper-fffdf8_accent-2b3467_ornamentByNight-d8b65c_type-literary.css").await);
        for file in [
            "harbour.css",
            "harbour_accent-2b3467",
            "harbour_accent-2B3467.css",
            "harbour_accent-2b346.css",
            "harbour_accent-red.css",
            "harbour_accent-2b3467_paper-ffffff.css",
            "harbour_accent-2b3467_accent-2b3467.css",
            "harbour_type-comic.css",
            "harbour_ink-000000.css",
            "neon_accent-2b3467.css",
        ] {
            assert!(!of(file).await, "{file}");
        }
    }

    #[test]
    fn a_style_has_what_was_chosen_and_what_follows_from_it() {
        let theme = named("harbour_accent-8a1538_type-literary.css").unwrap();

        let style = style(&theme);

        assert!(style.contains("--site-primary: light-dark(#8a1538, "), "{style}");
        assert!(
            style.contains("--site-bg: light-dark(#f8f9fb, #0f1118);"),
            "{style}"
        );
        assert!(style.contains("--site-text: var(--site-serif);"), "{style}");
        assert!(
            !style.contains("#2b3467"),
            "the preset's own accent is gone: {style}"
        );
    }

    #[test]
    fn the_styles_of_the_presets_have_the_colours_that_are_checked() {
        for preset in ThemePreset::ALL {
            let file = format!("{}/assets/themes/{preset}.css", env!("CARGO_MANIFEST_DIR"));
            let style = std::fs::read_to_string(&file).unwrap();
            for (name, value) in colours(&preset.palette()) {
                assert!(
                    style.contains(&format!("--site-{name}: {value};")),
                    "{file}: {name} is not {value}"
                );
            }
            for (name, value) in faces(preset.pairing()).into_iter().skip(1) {
                let said = style.contains(&format!("--site-{name}: {value};"));
                // What the neutral style says need not be said again.
                let is_neutral = preset.pairing() == TypePairing::Editorial;
                assert!(said || is_neutral, "{file}: {name} is not {value}");
            }
        }
    }
}
