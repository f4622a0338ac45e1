//! How a site looks: what of it is changed, what is refused because nobody could read it, and how it is told.

pub(crate) mod pages;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};
use serde_json::{Value, json};
use types::{Colour, Logo, Patch, Theme, ThemeColour, ThemePreset, TypePairing, content::Scene};

use crate::Refusal;

/// A change of a theme: another preset by its name, or what is mentioned of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ThemeChange(pub(crate) ThemeParts);

/// What of a theme is another; what is not mentioned stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ThemeParts {
    pub(crate) preset: Option<ThemePreset>,
    pub(crate) paper: Patch<Colour>,
    pub(crate) paper_by_night: Patch<Colour>,
    pub(crate) accent: Patch<Colour>,
    pub(crate) accent_by_night: Patch<Colour>,
    pub(crate) ornament: Patch<Colour>,
    pub(crate) ornament_by_night: Patch<Colour>,
    pub(crate) pairing: Patch<TypePairing>,
    pub(crate) logo: Patch<Logo>,
    pub(crate) hero: Patch<Scene>,
}

impl ThemeParts {
    fn colour(&self, which: ThemeColour) -> Patch<Colour> {
        match which {
            ThemeColour::Paper => self.paper,
            ThemeColour::PaperByNight => self.paper_by_night,
            ThemeColour::Accent => self.accent,
            ThemeColour::AccentByNight => self.accent_by_night,
            ThemeColour::Ornament => self.ornament,
            ThemeColour::OrnamentByNight => self.ornament_by_night,
        }
    }

    /// The theme after the change.
    pub(super) fn applied_to(&self, theme: Theme) -> Theme {
        let mut after = ThemeColour::ALL.iter().fold(theme, |theme, which| {
            let colour = self.colour(*which).apply(theme.colour(*which));
            theme.with_colour(*which, colour)
        });
        after.preset = self.preset.unwrap_or(after.preset);
        after.look.pairing = self.pairing.apply(after.look.pairing);
        after.look.hero = self.hero.apply(after.look.hero);
        after.look.logo = self.logo.clone().apply(Some(after.look.logo)).unwrap_or_default();
        after
    }
}

/// Refuses a theme that people could not read, and names the nearest that they could.
pub(super) fn must_be_read(theme: &Theme) -> Result<(), Refusal> {
    let Some(fault) = theme.faults().first().copied() else {
        return Ok(());
    };
    let detail = format!("{} {fault}.", fault.which.label());
    Err(Refusal::invalid(pointer(fault.which), "contrast", detail))
}

const fn pointer(which: ThemeColour) -> &'static str {
    match which {
        ThemeColour::Paper => "/theme/paper",
        ThemeColour::PaperByNight => "/theme/paperByNight",
        ThemeColour::Accent => "/theme/accent",
        ThemeColour::AccentByNight => "/theme/accentByNight",
        ThemeColour::Ornament => "/theme/ornament",
        ThemeColour::OrnamentByNight => "/theme/ornamentByNight",
    }
}

/// A theme as programs are told of it, with nothing where the preset decides.
pub(super) fn told(theme: &Theme) -> Value {
    let mut told = json!({
        "preset": theme.preset,
        "pairing": theme.look.pairing,
        "logo": theme.look.logo,
        "hero": theme.look.hero,
    });
    for which in ThemeColour::ALL {
        told[which.as_str()] = json!(theme.colour(*which));
    }
    told
}

/// The trail says that a drawing is another, and not what it looks like: it may be long.
pub(super) fn without_drawings(mut website: Value) -> Value {
    for place in ["/look/logo/svg", "/draftTheme/look/logo/svg"] {
        if let Some(svg) = website.pointer_mut(place) {
            let letters = svg.as_str().unwrap_or_default().len();
            *svg = json!(format!("a drawing of {letters} letters"));
        }
    }
    website
}

/// Read by hand, so that what is wrong is named by its own place and not by the whole theme's.
impl<'de> Deserialize<'de> for ThemeChange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrParts;

        impl<'de> Visitor<'de> for NameOrParts {
            type Value = ThemeChange;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a preset, or an object")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<ThemeChange, E> {
                let preset = name.parse().map_err(E::custom)?;
                Ok(ThemeChange(ThemeParts {
                    preset: Some(preset),
                    ..ThemeParts::default()
                }))
            }

            fn visit_map<A: MapAccess<'de>>(self, parts: A) -> Result<ThemeChange, A::Error> {
                ThemeParts::deserialize(MapAccessDeserializer::new(parts)).map(ThemeChange)
            }
        }

        deserializer.deserialize_any(NameOrParts)
    }
}
