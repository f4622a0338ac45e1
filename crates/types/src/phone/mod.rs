//! Phone numbers: what a person typed, and the E.164 form that finds them again.

use std::{fmt, str::FromStr};

use phonenumber::{
    Mode,
    country::{self, Id},
    metadata::DATABASE,
};
use serde::{Deserialize, Deserializer, Serialize, de};

/// A phone number as typed, with its E.164 form if it has one.
///
/// An agent can call a number no library understands, so the text is never dropped.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    original: String,
    e164: Option<String>,
}

/// What is wrong with a phone number. Reads as the end of "this phone number …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing but space.
    #[error("is missing")]
    Empty,
    /// More text than any number with its extension needs.
    #[error("must be at most {} characters", Phone::MAX_LEN)]
    TooLong,
    /// A lead nobody could call back.
    #[error("must have at least 10 characters and 7 digits, area code included")]
    TooShort,
}

/// The country whose dialling habits a number without `+` follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Region(Id);

/// Text that is not the code of a country with phones. Reads as the end of "this region …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a two-letter country code such as US")]
pub struct RegionError;

impl Phone {
    /// Fifteen digits, generous punctuation, and "extension 12345" fit twice; an essay does not.
    pub const MAX_LEN: usize = 64;

    /// Reads a number as typed. Only nothing and far too much are refused.
    pub fn parse(text: &str, region: Region) -> Result<Self, PhoneError> {
        let original = clean(text)?;
        let e164 = e164(&original, region);
        Ok(Self { original, e164 })
    }

    /// A number as it was stored: its two columns, trusted.
    pub fn from_stored(original: String, e164: Option<String>) -> Self {
        Self { original, e164 }
    }

    /// What the person typed.
    pub fn original(&self) -> &str {
        &self.original
    }

    /// The form to match people by, such as `+12035550123`. Has no extension: an office is one contact's phone.
    pub fn e164(&self) -> Option<&str> {
        self.e164.as_deref()
    }

    /// The extension in the typed text: `302` of `203-555-0123 ext. 302`.
    pub fn extension(&self) -> Option<&str> {
        split_extension(&self.original).1
    }

    /// The number as a link dials it, such as `+12035550147;ext=12` (RFC 3966).
    ///
    /// What has no E.164 form is dialled as its keys are pressed; a text such as `ask Ana` is not dialled at all.
    pub fn dialled(&self) -> Option<String> {
        let (number, extension) = split_extension(&self.original);
        let mut keys = match self.e164() {
            Some(e164) => e164.to_owned(),
            None => pressed(number)?,
        };
        if let Some(extension) = extension {
            keys.push_str(";ext=");
            keys.push_str(extension);
        }
        Some(keys)
    }

    /// The number as a person in the United States reads and dials it: `(203) 555-0123 ext. 302`.
    pub fn display_national(&self) -> String {
        let Some(e164) = self.e164() else {
            return self.original.clone();
        };
        let mut text = match e164.strip_prefix("+1") {
            Some(nanp) if nanp.len() == 10 => {
                format!("({}) {}-{}", &nanp[..3], &nanp[3..6], &nanp[6..])
            }
            _ => e164.parse().map_or_else(
                |_| e164.to_owned(),
                |number: phonenumber::PhoneNumber| number.format().mode(Mode::International).to_string(),
            ),
        };
        if let Some(extension) = self.extension() {
            text.push_str(" ext. ");
            text.push_str(extension);
        }
        text
    }
}

/// The number of a lead as typed: long enough to call back, not yet read in the tenant's region.
///
/// Events carry it, since whoever reads an event knows the tenant and its region.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct PhoneText(String);

impl PhoneText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number, read in the tenant's region.
    pub fn in_region(&self, region: Region) -> Phone {
        Phone {
            original: self.0.clone(),
            e164: e164(&self.0, region),
        }
    }
}

impl FromStr for PhoneText {
    type Err = PhoneError;

    fn from_str(text: &str) -> Result<Self, PhoneError> {
        let text = clean(text)?;
        check_callable(&text)?;
        Ok(Self(text))
    }
}

impl<'de> Deserialize<'de> for PhoneText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// Personal data: a log line or a failed assertion must not spread it.
impl fmt::Debug for PhoneText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneText(…)")
    }
}

fn clean(text: &str) -> Result<String, PhoneError> {
    // PostgreSQL text cannot hold NUL, and no keyboard types the other control characters.
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    let clean = clean.trim();
    if clean.is_empty() {
        return Err(PhoneError::Empty);
    }
    if clean.chars().count() > Phone::MAX_LEN {
        return Err(PhoneError::TooLong);
    }
    Ok(clean.to_owned())
}

/// The contract's rule for lead forms: at least ten characters with at least seven digits.
fn check_callable(text: &str) -> Result<(), PhoneError> {
    let digits = text.chars().filter(|c| c.is_numeric()).count();
    if text.chars().count() < 10 || digits < 7 {
        Err(PhoneError::TooShort)
    } else {
        Ok(())
    }
}

/// Cuts an extension off the end: one to seven digits after `x`, `#`, `ext`, `extn` or `extension`.
fn split_extension(text: &str) -> (&str, Option<&str>) {
    let head = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[head.len()..];
    let head = head.trim_end_matches([' ', '.', ':']);
    let number = ["extension", "extn", "ext", "x", "#"].iter().find_map(|mark| {
        let (number, end) = head.split_at_checked(head.len().checked_sub(mark.len())?)?;
        end.eq_ignore_ascii_case(mark)
            .then(|| number.trim_end_matches([' ', ',', ';']))
    });
    match number {
        Some(number) if (1..=7).contains(&digits.len()) => (number, Some(digits)),
        _ => (text, None),
    }
}

fn e164(text: &str, region: Region) -> Option<String> {
    let (number, _) = split_extension(text);
    let number = number.strip_prefix("tel:").unwrap_or(number);
    let Some(dialled) = dialled(number, region) else {
        // Letters, or signs nobody dials: "1-800-FLOWERS".
        return e164_by_library(number, region);
    };
    plain_nanp(&dialled, region).or_else(|| e164_by_library(&dialled, region))
}

/// The keys of a number that no library reads; none for words, and for less than the shortest number that is rung.
fn pressed(number: &str) -> Option<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let is_number = digits.len() >= 3 && !number.contains(char::is_alphabetic);
    let plus = if number.trim_start().starts_with('+') {
        "+"
    } else {
        ""
    };
    is_number.then(|| format!("{plus}{digits}"))
}

/// The number as keys are pressed: `+` and digits, the punctuation gone and an international prefix made `+`.
///
/// Not only to be quick. The library takes `+1203555-0123` for a malformed URI, and after an international prefix
/// it strips the trunk prefix of the wrong country: `011 49 171…` dialled from the US would lose its 1.
fn dialled(text: &str, region: Region) -> Option<String> {
    let mut keys = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '0'..='9' => keys.push(letter),
            '+' if keys.is_empty() => keys.push(letter),
            ' ' | '-' | '.' | '(' | ')' | '/' | '\u{a0}' | '\u{2010}'..='\u{2015}' => {}
            _ => return None,
        }
    }
    let international = if region.is_north_american() { "011" } else { "00" };
    match keys.strip_prefix(international) {
        Some(abroad) => Some(format!("+{abroad}")),
        None => Some(keys),
    }
}

/// The number most people type, read without the library's regular expressions.
///
/// Those cost 60 µs a number and half a second for the first one; a CSV import has fifty thousand.
fn plain_nanp(dialled: &str, region: Region) -> Option<String> {
    let e164 = match dialled.len() {
        10 if region.is_north_american() && !dialled.starts_with('+') => format!("+1{dialled}"),
        11 if region.is_north_american() && dialled.starts_with('1') => format!("+{dialled}"),
        12 => dialled.to_owned(),
        _ => return None,
    };
    is_nanp(&e164).then_some(e164)
}

fn e164_by_library(text: &str, region: Region) -> Option<String> {
    // With a region the library would strip that region's trunk prefix from a foreign number.
    let region = (!text.contains('+')).then_some(region.0);
    let number = phonenumber::parse(region, text).ok()?;
    // An international prefix that `dialled` does not know: better no match than a wrong one.
    if number.code().source() == country::Source::Idd {
        return None;
    }
    let e164 = number.format().mode(Mode::E164).to_string();
    // The metadata knows which area codes are in use today. A new one must not split a person in two contacts,
    // and the 555-01xx numbers of fiction must match like any other; the shape is enough for North America.
    (is_nanp(&e164) || number.is_valid()).then_some(e164)
}

/// `+1`, an area code and an exchange that start with 2 to 9, four digits.
fn is_nanp(e164: &str) -> bool {
    let starts = |index: usize| matches!(e164.as_bytes().get(index), Some(b'2'..=b'9'));
    e164.len() == 12 && e164.starts_with("+1") && starts(2) && starts(5)
}

impl Region {
    /// The United States, where tenants are unless they say otherwise.
    pub const US: Self = Self(country::US);

    fn is_north_american(self) -> bool {
        matches!(self.0, country::US | country::CA)
    }

    /// The two-letter code.
    pub fn as_str(&self) -> &str {
        self.0.as_ref()
    }
}

impl Default for Region {
    fn default() -> Self {
        Self::US
    }
}

impl FromStr for Region {
    type Err = RegionError;

    fn from_str(text: &str) -> Result<Self, RegionError> {
        let id: Id = text
            .trim()
            .to_ascii_uppercase()
            .parse()
            .map_err(|_| RegionError)?;
        // The library panics on a country it has a name for but no metadata.
        DATABASE.by_id(id.as_ref()).map(|_| Self(id)).ok_or(RegionError)
    }
}

/// Personal data: a log line or a failed assertion must not spread it.
impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

#[cfg(test)]
mod tests;
