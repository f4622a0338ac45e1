//! Colours of a tenant's own, and whether people can read them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::ThemePreset;

/// An opaque colour, written `#2b3467`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour([u8; 3]);

/// What is wrong with a colour. Reads as the end of "this colour …".
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ColourError {
    /// Anything but six hexadecimal digits.
    #[error("must look like #2b3467")]
    Malformed,
    /// Text in it, or on it, would be hard to read.
    #[error("has a contrast of {found:.1} with {with}; text needs 4.5, so choose a darker one")]
    Faint {
        /// The colour beside which it stands.
        with: Colour,
        /// The contrast.
        found: f64,
    },
}

impl Colour {
    /// White.
    pub const WHITE: Self = Self([255, 255, 255]);

    /// The contrast of two colours as WCAG 2 counts it, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            match share <= 0.040_45 {
                true => share / 12.92,
                false => ((share + 0.055) / 1.055).powf(2.4),
            }
        };
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// The least contrast of text: WCAG 2.2, 1.4.3.
const READABLE: f64 = 4.5;

impl ThemePreset {
    /// The paper of the preset by day.
    pub const fn paper(self) -> Colour {
        match self {
            Self::IvoryForest => Colour([0xfb, 0xf9, 0xf5]),
            Self::Harbour => Colour([0xf8, 0xf9, 0xfb]),
        }
    }

    /// Whether a colour can be that of links and buttons: it is read on the preset's paper, and white is read on it.
    ///
    /// # Errors
    ///
    /// The colour beside which it is too faint.
    pub fn suits(self, accent: Colour) -> Result<(), ColourError> {
        for with in [self.paper(), Colour::WHITE] {
            let found = accent.contrast(with);
            if found < READABLE {
                return Err(ColourError::Faint { with, found });
            }
        }
        Ok(())
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl FromStr for Colour {
    type Err = ColourError;

    fn from_str(text: &str) -> Result<Self, ColourError> {
        let digits = text.trim().strip_prefix('#').ok_or(ColourError::Malformed)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(ColourError::Malformed);
        }
        let channel = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16);
        match (channel(0), channel(2), channel(4)) {
            (Ok(red), Ok(green), Ok(blue)) => Ok(Self([red, green, blue])),
            _ => Err(ColourError::Malformed),
        }
    }
}

impl Serialize for Colour {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Colour {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_counted_as_wcag_counts_it() {
        let of = |a: &str, b: &str| {
            let contrast = a.parse::<Colour>().unwrap().contrast(b.parse().unwrap());
            format!("{contrast:.2}")
        };

        assert_eq!(of("#000000", "#ffffff"), "21.00");
        assert_eq!(of("#777777", "#ffffff"), "4.48");
        assert_eq!(of("#767676", "#FFFFFF"), "4.54");
        assert_eq!(of("#2851d9", "#2851d9"), "1.00");
    }

    #[test]
    fn a_colour_that_cannot_be_read_is_refused_by_its_contrast() {
        let suits = |text: &str| ThemePreset::Harbour.suits(text.parse().unwrap());

        assert_eq!(suits("#1f3a34"), Ok(()));
        let refused = suits("#f4bd98").unwrap_err();
        assert_eq!(
            refused.to_string(),
            "has a contrast of 1.6 with #f8f9fb; text needs 4.5, so choose a darker one"
        );
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        for text in [
            "", "#fff", "2b3467", "#2b346", "#2b346g", "#2b34678", "red", "#é2b34",
        ] {
            assert_eq!(text.parse::<Colour>(), Err(ColourError::Malformed), "{text}");
        }
    }
}
