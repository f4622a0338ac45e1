//! What a home is, in numbers: read from JSON numbers or from the text a form sends.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text_enum::text_enum;

text_enum! {
    /// What an owner may ask about.
    pub enum PropertyType {
        /// A house.
        SingleFamily = "single-family",
        /// A condominium.
        Condo = "condo",
        /// Two homes or more under one roof.
        MultiFamily = "multi-family",
    }
}

text_enum! {
    /// What may be listed: wider than [`PropertyType`], as land and townhouses are sold too.
    pub enum ListingType {
        /// A house.
        SingleFamily = "single-family",
        /// A condominium.
        Condo = "condo",
        /// A house in a row.
        Townhouse = "townhouse",
        /// Two homes or more under one roof.
        MultiFamily = "multi-family",
        /// Nothing built on it.
        Land = "land",
    }
}

/// What is wrong with a number. Reads as the end of "this number of bedrooms …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Not a finite number.
    #[error("must be a number")]
    NotANumber,
    /// A part where only wholes make sense.
    #[error("must be a whole number")]
    NotWhole,
    /// Negative, or more than any home has.
    #[error("must be from 0 to {max}")]
    OutOfRange {
        /// The most there may be.
        max: u32,
    },
}

/// Bedrooms: whole, 0 (a studio) to 99.
///
/// More than ten is a case for an agent, not an error; a hundred is a typing mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Beds(u8);

/// Bathrooms: 2.5 is two and a half. 0 to 99, kept in hundredths so that equal counts are equal.
///
/// Hundredths, not halves: listing services write quarters, and some write 2.1 for two full and one half. What a
/// stranger typed is not ours to round to a different room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Baths(u16);

/// Square feet of living space: whole, up to ten million (the largest buildings there are).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sqft(u32);

/// An asking price in whole dollars, up to four billion (no home has come near).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Price(u32);

impl Beds {
    /// The most we believe.
    pub const MAX: u32 = 99;

    /// How many.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl Baths {
    /// The most we believe.
    pub const MAX: u32 = 99;

    /// How many: `2.5`.
    pub fn as_f64(self) -> f64 {
        f64::from(self.0) / 100.0
    }

    /// How many hundredths of one: `250`.
    pub const fn hundredths(self) -> u16 {
        self.0
    }
}

impl Sqft {
    /// The most we believe.
    pub const MAX: u32 = 10_000_000;

    /// How many.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Reads what was measured more finely than anybody asks: `1850.5`. A null is none.
    ///
    /// # Errors
    ///
    /// When it is no number, or out of range.
    pub fn rounded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let measured = Option::<Measured>::deserialize(deserializer)?;
        let rounded = measured.map(|Measured(number)| Self::try_from(number.round()));
        rounded.transpose().map_err(de::Error::custom)
    }
}

impl Price {
    /// The most we believe.
    pub const MAX: u32 = 4_000_000_000;

    /// Whole dollars.
    pub const fn dollars(self) -> u32 {
        self.0
    }
}

impl TryFrom<f64> for Beds {
    type Error = NumberError;

    fn try_from(number: f64) -> Result<Self, NumberError> {
        let beds = whole(number, Self::MAX)?;
        Ok(Self(u8::try_from(beds).expect("99 fits a byte")))
    }
}

impl TryFrom<f64> for Baths {
    type Error = NumberError;

    fn try_from(number: f64) -> Result<Self, NumberError> {
        let hundredths = whole((in_range(number, Self::MAX)? * 100.0).round(), Self::MAX * 100)?;
        Ok(Self(u16::try_from(hundredths).expect("9900 fits sixteen bits")))
    }
}

impl TryFrom<f64> for Sqft {
    type Error = NumberError;

    fn try_from(number: f64) -> Result<Self, NumberError> {
        whole(number, Self::MAX).map(Self)
    }
}

impl TryFrom<f64> for Price {
    type Error = NumberError;

    fn try_from(number: f64) -> Result<Self, NumberError> {
        // Feeds send "1250000.00", and cents of a house price mean nothing.
        whole(in_range(number, Self::MAX)?.round(), Self::MAX).map(Self)
    }
}

fn in_range(number: f64, max: u32) -> Result<f64, NumberError> {
    if !number.is_finite() {
        Err(NumberError::NotANumber)
    } else if (0.0..=f64::from(max)).contains(&number) {
        Ok(number)
    } else {
        Err(NumberError::OutOfRange { max })
    }
}

fn whole(number: f64, max: u32) -> Result<u32, NumberError> {
    let number = in_range(number, max)?;
    if number.fract() != 0.0 {
        return Err(NumberError::NotWhole);
    }
    // In range and whole, so the cast is exact; there is no checked one.
    Ok(number as u32)
}

/// Reads `1850`, `1,850` and `2.5`; not `1e3`, `inf` or `NaN`, which Rust would take.
fn number(text: &str) -> Result<f64, NumberError> {
    let text = text.trim().replace(',', "");
    if !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'-')) {
        return Err(NumberError::NotANumber);
    }
    text.parse().map_err(|_| NumberError::NotANumber)
}

/// Takes a JSON number or a numeric string.
struct NumberVisitor;

impl de::Visitor<'_> for NumberVisitor {
    type Value = f64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<f64, E> {
        Ok(value)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<f64, E> {
        Ok(value as f64)
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<f64, E> {
        number(value).map_err(E::custom)
    }
}

/// Any number, or its text.
struct Measured(f64);

impl<'de> Deserialize<'de> for Measured {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NumberVisitor).map(Self)
    }
}

macro_rules! reads_numbers {
    ($($name:ident, $to:ident => $wire:expr;)+) => { $(
        impl FromStr for $name {
            type Err = NumberError;

            fn from_str(text: &str) -> Result<Self, NumberError> {
                Self::try_from(number(text)?)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = deserializer.deserialize_any(NumberVisitor)?;
                Self::try_from(number).map_err(de::Error::custom)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let $to = self;
                $wire.serialize(serializer)
            }
        }
    )+ };
}

reads_numbers! {
    Beds, beds => beds.0;
    Sqft, sqft => sqft.0;
    Price, price => price.0;
    Baths, baths => BathsOut(*baths);
}

/// `2` and `2.5`, as a person writes them, not `2.0`.
struct BathsOut(Baths);

impl Serialize for BathsOut {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.0.is_multiple_of(100) {
            serializer.serialize_u16(self.0.0 / 100)
        } else {
            serializer.serialize_f64(self.0.as_f64())
        }
    }
}

impl fmt::Display for Beds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Baths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_f64().fmt(f)
    }
}

impl fmt::Display for Sqft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests;
