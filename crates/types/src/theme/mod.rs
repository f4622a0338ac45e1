//! How a tenant's site looks: a preset, and what the tenant chose of its own. People can read what is chosen, or it is
//! refused with the nearest colour that they can.

mod colour;
mod drawing;
mod logo;
mod palette;
mod presets;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use colour::{Colour, ColourError};
pub use drawing::{Drawing, DrawingError, Outline};
pub use logo::{Logo, Monogram, MonogramError};
pub use palette::{Colours, Palette};

use crate::{ThemePreset, content::Scene, text_enum::text_enum};

text_enum! {
    /// The faces of headings and of what is read.
    pub enum TypePairing {
        /// A serif over a sans.
        Editorial = "editorial",
        /// A sans throughout.
        Modern = "modern",
        /// A serif throughout.
        Literary = "literary",
        /// A heavy sans over a serif.
        Contrast = "contrast",
    }
}

impl TypePairing {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Editorial => "Editorial: serif headings, sans text",
            Self::Modern => "Modern: sans throughout",
            Self::Literary => "Literary: serif throughout",
            Self::Contrast => "Contrast: bold sans headings, serif text",
        }
    }

    /// Whether headings have serifs.
    pub const fn has_serif_headings(self) -> bool {
        matches!(self, Self::Editorial | Self::Literary)
    }

    /// Whether what is read has serifs.
    pub const fn has_serif_text(self) -> bool {
        matches!(self, Self::Literary | Self::Contrast)
    }
}

text_enum! {
    /// A colour that a tenant may choose.
    pub enum ThemeColour {
        /// What a page is written on, by day.
        Paper = "paper",
        /// The same by night.
        PaperByNight = "paperByNight",
        /// Links and buttons, by day.
        Accent = "accent",
        /// The same by night.
        AccentByNight = "accentByNight",
        /// Small lines above headings and marks, by day.
        Ornament = "ornament",
        /// The same by night.
        OrnamentByNight = "ornamentByNight",
    }
}

impl ThemeColour {
    /// As people read it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Paper => "Paper by day",
            Self::PaperByNight => "Paper by night",
            Self::Accent => "Accent by day",
            Self::AccentByNight => "Accent by night",
            Self::Ornament => "Ornament by day",
            Self::OrnamentByNight => "Ornament by night",
        }
    }

    /// What it is in a palette.
    pub const fn of(self, palette: &Palette) -> Colour {
        match self {
            Self::Paper => palette.day.paper,
            Self::PaperByNight => palette.night.paper,
            Self::Accent => palette.day.primary,
            Self::AccentByNight => palette.night.primary,
            Self::Ornament => palette.day.ornament,
            Self::OrnamentByNight => palette.night.ornament,
        }
    }

    const fn is_by_night(self) -> bool {
        matches!(
            self,
            Self::PaperByNight | Self::AccentByNight | Self::OrnamentByNight
        )
    }
}

/// What a tenant chose beside a preset and an accent. What it did not choose is the preset's, or follows from the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct OwnLook {
    /// What a page is written on, by day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper: Option<Colour>,
    /// The same by night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paper_by_night: Option<Colour>,
    /// Links and buttons by night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent_by_night: Option<Colour>,
    /// Small lines above headings and marks, by day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ornament: Option<Colour>,
    /// The same by night.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ornament_by_night: Option<Colour>,
    /// The faces.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairing: Option<TypePairing>,
    /// What stands at the head of each page.
    #[serde(skip_serializing_if = "Logo::is_wordmark")]
    pub logo: Logo,
    /// What the picture of the home page shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hero: Option<Scene>,
}

impl OwnLook {
    /// Whether nothing was chosen.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// How a site looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Theme {
    /// What it begins with.
    pub preset: ThemePreset,
    /// The colour of links and buttons by day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accent: Option<Colour>,
    /// What else is the tenant's own.
    #[serde(default, skip_serializing_if = "OwnLook::is_none")]
    pub look: OwnLook,
}

/// A chosen colour that people could not read, or not what is written beside it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Faint {
    /// Which of the colours.
    pub which: ThemeColour,
    /// The colour itself.
    pub colour: Colour,
    /// What it stands beside.
    pub pair: [Colour; 2],
    /// Their contrast.
    pub found: f64,
    /// The least there must be.
    pub needed: f64,
    /// The nearest colour that would do.
    pub nearest: Option<Colour>,
}

impl Theme {
    /// A preset as it comes.
    pub fn plain(preset: ThemePreset) -> Self {
        Self {
            preset,
            accent: None,
            look: OwnLook::default(),
        }
    }

    /// The faces.
    pub fn pairing(&self) -> TypePairing {
        self.look.pairing.unwrap_or(self.preset.pairing())
    }

    /// A colour, if the tenant chose it.
    pub fn colour(&self, which: ThemeColour) -> Option<Colour> {
        match which {
            ThemeColour::Paper => self.look.paper,
            ThemeColour::PaperByNight => self.look.paper_by_night,
            ThemeColour::Accent => self.accent,
            ThemeColour::AccentByNight => self.look.accent_by_night,
            ThemeColour::Ornament => self.look.ornament,
            ThemeColour::OrnamentByNight => self.look.ornament_by_night,
        }
    }

    /// The same with another colour, or without one of its own.
    #[must_use]
    pub fn with_colour(mut self, which: ThemeColour, colour: Option<Colour>) -> Self {
        let place = match which {
            ThemeColour::Paper => &mut self.look.paper,
            ThemeColour::PaperByNight => &mut self.look.paper_by_night,
            ThemeColour::Accent => &mut self.accent,
            ThemeColour::AccentByNight => &mut self.look.accent_by_night,
            ThemeColour::Ornament => &mut self.look.ornament,
            ThemeColour::OrnamentByNight => &mut self.look.ornament_by_night,
        };
        *place = colour;
        self
    }

    /// Whether a colour is the tenant's own.
    pub fn has_own_colours(&self) -> bool {
        ThemeColour::ALL.iter().any(|which| self.colour(*which).is_some())
    }

    /// The chosen colours that people could not read, by day or by night, each with the nearest that they could.
    pub fn faults(&self) -> Vec<Faint> {
        let faults = ThemeColour::ALL.iter().filter_map(|which| {
            let colour = self.colour(*which)?;
            let pair = self.faint_pair(*which)?;
            let will_do = |other| {
                let changed = self.clone().with_colour(*which, Some(other));
                changed.faint_pair(*which).is_none()
            };
            Some(Faint {
                which: *which,
                colour,
                pair: [pair.colour, pair.beside],
                found: pair.contrast(),
                needed: pair.needed,
                nearest: colour.nearest(will_do),
            })
        });
        faults.collect()
    }

    /// The worst pair that a colour is to blame for, if one is too faint.
    fn faint_pair(&self, which: ThemeColour) -> Option<palette::Pair> {
        let pairs = self.pairs_of(which).into_iter();
        let faint = pairs.filter(|pair| pair.contrast() < pair.needed);
        faint.min_by(|one, other| one.contrast().total_cmp(&other.contrast()))
    }

    /// What a colour is to blame for. Paper is there first: what is chosen besides must be read on it.
    fn pairs_of(&self, which: ThemeColour) -> Vec<palette::Pair> {
        let palette = Palette::of(self);
        let (colours, accent, ornament) = match which.is_by_night() {
            true => (
                palette.night,
                self.look.accent_by_night,
                self.look.ornament_by_night,
            ),
            false => (palette.day, self.accent, self.look.ornament),
        };
        match which {
            ThemeColour::Accent | ThemeColour::AccentByNight => colours.pairs_of_primary(),
            ThemeColour::Ornament | ThemeColour::OrnamentByNight => colours.pairs_of_ornament(),
            ThemeColour::Paper | ThemeColour::PaperByNight => {
                let mut pairs = colours.pairs_of_paper();
                if accent.is_none() {
                    pairs.extend(colours.pairs_of_primary());
                }
                if ornament.is_none() {
                    pairs.extend(colours.pairs_of_ornament());
                }
                pairs
            }
        }
    }
}

/// Reads as the end of "the accent …".
impl fmt::Display for Faint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            colour,
            pair: [one, other],
            found,
            needed,
            ..
        } = self;
        match *one == *colour {
            true => write!(f, "{colour} has a contrast of {found:.1} with {other}")?,
            false if *other == *colour => write!(f, "{colour} has a contrast of {found:.1} with {one}")?,
            false => write!(
                f,
                "{colour} leaves {one} on {other} with a contrast of {found:.1}"
            )?,
        }
        write!(f, ", where people need {needed}")?;
        match self.nearest {
            Some(nearest) => write!(f, "; the nearest colour that has it is {nearest}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
