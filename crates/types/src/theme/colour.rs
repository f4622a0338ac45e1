//! A colour, how it compares with another, and the colours near it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An opaque colour, written `#2b3467`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour([u8; 3]);

/// Text that is no colour. Reads as the end of "the accent …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must look like #2b3467")]
pub struct ColourError;

/// A colour as `OKLab` has it: lightness, and how green or red, how blue or yellow it is. Two that look alike lie close.
type OkLab = [f64; 3];

impl Colour {
    /// White.
    pub const WHITE: Self = Self([255, 255, 255]);

    /// Black.
    pub const BLACK: Self = Self([0, 0, 0]);

    /// A colour by its six digits.
    pub(super) const fn hex(digits: u32) -> Self {
        let [_, red, green, blue] = digits.to_be_bytes();
        Self([red, green, blue])
    }

    /// Red, green and blue, from 0 to 255.
    pub const fn channels(self) -> [u8; 3] {
        self.0
    }

    /// The contrast of two colours as WCAG 2 counts it, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Part of the way to another colour, as the eye goes.
    #[must_use]
    pub(super) fn mixed(self, other: Self, share: f64) -> Self {
        let (from, to) = (self.oklab(), other.oklab());
        Self::of_oklab([0, 1, 2].map(|part| from[part] + (to[part] - from[part]) * share))
    }

    /// The same hue, as light as this and at most so vivid: from it a set of colours is made that go together.
    #[must_use]
    pub(super) fn shade(self, lightness: f64, most_chroma: f64) -> Self {
        let [_, a, b] = self.oklab();
        let chroma = a.hypot(b);
        let share = if chroma > most_chroma {
            most_chroma / chroma
        } else {
            1.0
        };
        Self::of_oklab([lightness, a * share, b * share])
    }

    /// The colour of the same hue nearest to this one in `OKLab` that will do, if one is found: not more vivid, and
    /// lighter or darker by as little as can be.
    pub(super) fn nearest(self, will_do: impl Fn(Self) -> bool) -> Option<Self> {
        let [_, a, b] = self.oklab();
        let shades = (0..=LIGHTNESSES).flat_map(|lightness| {
            let lightness = f64::from(lightness) / f64::from(LIGHTNESSES);
            (0..=VIVIDNESSES).map(move |share| {
                let share = f64::from(share) / f64::from(VIVIDNESSES);
                [lightness, a * share, b * share]
            })
        });
        let mut best: Option<(f64, Self)> = None;
        for shade in shades {
            let colour = Self::of_oklab(shade);
            // What no screen shows comes out in another hue.
            if away(colour.oklab(), shade) > SAME {
                continue;
            }
            let away = away(colour.oklab(), self.oklab());
            if best.is_none_or(|(least, _)| away < least) && will_do(colour) {
                best = Some((away, colour));
            }
        }
        best.map(|(_, colour)| colour)
    }

    fn oklab(self) -> OkLab {
        let [red, green, blue] = self.0.map(linear);
        let long = 0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue;
        let medium = 0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue;
        let short = 0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue;
        let (long, medium, short) = (long.cbrt(), medium.cbrt(), short.cbrt());
        [
            0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        ]
    }

    /// What no screen shows is as near to it as a screen comes, channel by channel.
    fn of_oklab([lightness, a, b]: OkLab) -> Self {
        let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let medium = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548_0 * b).powi(3);
        Self(
            [
                4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short,
                -1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short,
                -0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short,
            ]
            .map(channel),
        )
    }
}

/// How many lightnesses are tried for a colour that will do, from black to white.
const LIGHTNESSES: u32 = 320;

/// And how many degrees of vividness, from grey to what it was.
const VIVIDNESSES: u32 = 12;

/// As far apart as nobody sees.
const SAME: f64 = 0.01;

/// How far apart two colours are.
fn away(one: OkLab, other: OkLab) -> f64 {
    let squares = [0, 1, 2].map(|part| (one[part] - other[part]).powi(2));
    squares.iter().sum::<f64>().sqrt()
}

/// The light of a channel.
fn linear(channel: u8) -> f64 {
    let share = f64::from(channel) / 255.0;
    match share <= 0.040_45 {
        true => share / 12.92,
        false => ((share + 0.055) / 1.055).powf(2.4),
    }
}

/// The channel that gives so much light.
fn channel(light: f64) -> u8 {
    let share = match light <= 0.003_130_8 {
        true => light * 12.92,
        false => 1.055 * light.powf(1.0 / 2.4) - 0.055,
    };
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
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
        let digits = text.trim().strip_prefix('#').ok_or(ColourError)?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(ColourError);
        }
        u32::from_str_radix(digits, 16)
            .map(Self::hex)
            .map_err(|_| ColourError)
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
    use proptest::prelude::*;

    use super::*;

    fn a(text: &str) -> Colour {
        text.parse().unwrap()
    }

    #[test]
    fn contrast_is_counted_as_wcag_counts_it() {
        let of = |one: &str, other: &str| format!("{:.2}", a(one).contrast(a(other)));

        assert_eq!(of("#000000", "#ffffff"), "21.00");
        assert_eq!(of("#777777", "#ffffff"), "4.48");
        assert_eq!(of("#767676", "#FFFFFF"), "4.54");
        assert_eq!(of("#2851d9", "#2851d9"), "1.00");
    }

    #[test]
    fn only_six_digits_are_a_colour() {
        for text in [
            "", "#fff", "2b3467", "#2b346", "#2b346g", "#2b34678", "red", "#é2b34", "#+2b346",
        ] {
            assert_eq!(text.parse::<Colour>(), Err(ColourError), "{text}");
        }
    }

    #[test]
    fn oklab_is_as_its_maker_published_it() {
        let [lightness, green_red, blue_yellow] = a("#ff0000").oklab();

        assert!((lightness - 0.628).abs() < 0.001, "{lightness}");
        assert!((green_red - 0.225).abs() < 0.001, "{green_red}");
        assert!((blue_yellow - 0.126).abs() < 0.001, "{blue_yellow}");
    }

    #[test]
    fn a_shade_keeps_the_hue() {
        let hue = |colour: Colour| {
            let [_, a, b] = colour.oklab();
            b.atan2(a).to_degrees()
        };
        let dark = a("#8a1538").shade(0.3, 0.07);

        assert!((hue(dark) - hue(a("#8a1538"))).abs() < 4.0, "{dark}");
        assert!(dark.contrast(Colour::WHITE) > 10.0, "{dark}");
    }

    proptest! {
        #[test]
        fn a_colour_comes_back_from_oklab(channels: [u8; 3]) {
            prop_assert_eq!(Colour::of_oklab(Colour(channels).oklab()), Colour(channels));
        }

        #[test]
        fn no_shade_that_will_do_is_nearer(channels: [u8; 3], lightnesses in prop::collection::vec(0.0..1.0, 30)) {
            let wanted = Colour(channels);
            let will_do = |colour: Colour| colour.contrast(Colour::WHITE) >= 4.5;
            let from = |colour: Colour| away(colour.oklab(), wanted.oklab());

            let nearest = wanted.nearest(will_do).unwrap();

            prop_assert!(will_do(nearest));
            for lightness in lightnesses {
                let shade = wanted.shade(lightness, 0.04);
                let is_nearer = will_do(shade) && from(shade) + 0.015 < from(nearest);
                prop_assert!(!is_nearer, "{} is nearer to {} than {}", shade, wanted, nearest);
            }
        }
    }

    #[test]
    fn the_nearest_has_the_hue_of_what_was_wanted() {
        let nearest = |text: &str| {
            a(text)
                .nearest(|colour| colour.contrast(Colour::WHITE) >= 4.5)
                .unwrap()
                .to_string()
        };

        assert_eq!(nearest("#2b3467"), "#2b3467", "it will do as it is");
        assert_eq!(nearest("#808080"), "#767676", "grey stays grey");
    }
}
