//! Every colour of a site, which follow from a preset and the few that a tenant chooses.

use super::{Colour, Theme};

/// The colours of a site by day, or by night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colours {
    /// What a page is written on.
    pub paper: Colour,
    /// What lies on it: forms, the foot of a page.
    pub surface: Colour,
    /// What is written.
    pub ink: Colour,
    /// What is written beside it.
    pub muted: Colour,
    /// Lines between things.
    pub line: Colour,
    /// Lines round what is filled in.
    pub field_line: Colour,
    /// Links and buttons.
    pub primary: Colour,
    /// Buttons below a pointer.
    pub primary_hover: Colour,
    /// What is written on buttons.
    pub on_primary: Colour,
    /// Small lines above headings, and marks.
    pub ornament: Colour,
    /// A stripe across the page.
    pub band: Colour,
}

/// All colours of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// By day.
    pub day: Colours,
    /// By night.
    pub night: Colours,
    /// What is written on a stripe.
    pub on_band: Colour,
    /// What is written beside it.
    pub on_band_muted: Colour,
    /// What lies over a picture, below white words.
    pub scrim: Colour,
    /// Marks and the button over a picture.
    pub hero: Colour,
    /// What is written on that button.
    pub on_hero: Colour,
}

/// The least contrast of text: WCAG 2.2, 1.4.3.
const READABLE: f64 = 4.5;

/// The least of what shows where one writes: WCAG 2.2, 1.4.11.
const SEEN: f64 = 3.0;

/// Two colours of which one is seen on the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pair {
    pub(super) colour: Colour,
    pub(super) beside: Colour,
    pub(super) needed: f64,
}

impl Pair {
    const fn text(colour: Colour, beside: Colour) -> Self {
        Self {
            colour,
            beside,
            needed: READABLE,
        }
    }

    pub(super) fn contrast(&self) -> f64 {
        self.colour.contrast(self.beside)
    }
}

impl Colours {
    pub(super) fn pairs_of_paper(&self) -> Vec<Pair> {
        let field = Pair {
            colour: self.field_line,
            beside: self.paper,
            needed: SEEN,
        };
        vec![
            Pair::text(self.ink, self.paper),
            Pair::text(self.ink, self.surface),
            Pair::text(self.muted, self.paper),
            Pair::text(self.muted, self.surface),
            field,
        ]
    }

    pub(super) fn pairs_of_primary(&self) -> Vec<Pair> {
        vec![
            Pair::text(self.primary, self.paper),
            Pair::text(self.primary, self.surface),
            Pair::text(self.on_primary, self.primary),
            Pair::text(self.on_primary, self.primary_hover),
        ]
    }

    pub(super) fn pairs_of_ornament(&self) -> Vec<Pair> {
        vec![
            Pair::text(self.ornament, self.paper),
            Pair::text(self.ornament, self.surface),
        ]
    }

    /// Other paper, with what lies on it.
    fn lay_on(&mut self, paper: Colour) {
        self.paper = paper;
        self.surface = paper.mixed(self.ink, 0.035);
        self.line = paper.mixed(self.ink, 0.13);
    }
}

impl Palette {
    /// The colours of a theme. What follows from a chosen colour has its hue, and is as light as it must be.
    pub fn of(theme: &Theme) -> Self {
        let mut palette = theme.preset.palette();
        let look = &theme.look;
        if let Some(paper) = look.paper {
            palette.day.lay_on(paper);
        }
        if let Some(paper) = look.paper_by_night {
            palette.night.lay_on(paper);
        }
        if let Some(accent) = theme.accent {
            palette.take_accent(accent);
        }
        if let Some(accent) = look.accent_by_night {
            palette.night.primary = accent;
            palette.night.primary_hover = accent.mixed(Colour::WHITE, 0.25);
            palette.night.on_primary = accent.shade(0.2, 0.03);
        }
        if let Some(ornament) = look.ornament {
            palette.day.ornament = ornament;
            palette.night.ornament = ornament.shade(0.8, 0.09);
            palette.hero = ornament.shade(0.87, 0.08);
            palette.on_hero = ornament.shade(0.24, 0.03);
        }
        if let Some(ornament) = look.ornament_by_night {
            palette.night.ornament = ornament;
        }
        palette
    }

    fn take_accent(&mut self, accent: Colour) {
        self.day.primary = accent;
        self.day.primary_hover = accent.mixed(Colour::BLACK, 0.15);
        self.day.on_primary = Colour::WHITE;
        self.day.band = accent.shade(0.31, 0.06);
        self.night.primary = accent.shade(0.86, 0.06);
        self.night.primary_hover = accent.shade(0.91, 0.04);
        self.night.on_primary = accent.shade(0.2, 0.03);
        self.night.band = accent.shade(0.27, 0.04);
        self.on_band_muted = accent.shade(0.85, 0.02);
        self.scrim = accent.shade(0.21, 0.04);
    }

    /// Everything that is read on something, or seen on it.
    #[cfg(test)]
    pub(super) fn pairs(&self) -> Vec<Pair> {
        let sides = [self.day, self.night].into_iter();
        let sides = sides.flat_map(|side| {
            let on_band = [self.on_band, self.on_band_muted].map(|ink| Pair::text(ink, side.band));
            [
                side.pairs_of_paper(),
                side.pairs_of_primary(),
                side.pairs_of_ornament(),
                on_band.to_vec(),
            ]
        });
        let over_pictures = vec![
            Pair::text(Colour::WHITE, self.scrim),
            Pair::text(self.hero, self.scrim),
            Pair::text(self.on_hero, self.hero),
        ];
        sides.flatten().chain(over_pictures).collect()
    }
}
