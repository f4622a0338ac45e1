//! A postal code of the United States.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// Five digits: `06897`. The four that may follow are a block of a street, which no rule asks for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ZipCode(String);

/// What is wrong with a postal code. Reads as the end of "a ZIP code …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be five digits such as 06897")]
pub struct ZipCodeError;

impl ZipCode {
    /// The five digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last one in an address: `12 Elm Street, Wilton, CT 06897-1234`. What the address begins with is the number of
    /// a house.
    pub fn of_address(address: &str) -> Option<Self> {
        let words = address.split(|c: char| !c.is_alphanumeric());
        let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
        let places = words.get(1..)?;
        places.iter().rev().find_map(|word| word.parse().ok())
    }
}

impl FromStr for ZipCode {
    type Err = ZipCodeError;

    fn from_str(text: &str) -> Result<Self, ZipCodeError> {
        let text = text.trim();
        let is_one = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_one.then(|| Self(text.to_owned())).ok_or(ZipCodeError)
    }
}

impl fmt::Display for ZipCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for ZipCode {
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
    fn an_address_ends_with_its_zip_code_if_it_has_one() {
        for (address, zip) in [
            ("12 Elm Street, Wilton, CT 06897", Some("06897")),
            ("12 Elm Street, Wilton, CT 06897-1234", Some("06897")),
            ("12345 Elm Street, Wilton, CT 06897, USA", Some("06897")),
            ("12345 Elm Street, Wilton", None),
            ("06897", None),
            ("", None),
        ] {
            let found = ZipCode::of_address(address);
            assert_eq!(found.as_ref().map(ZipCode::as_str), zip, "{address}");
        }
    }
}
