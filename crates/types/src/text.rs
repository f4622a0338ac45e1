//! Text from strangers: cleaned, bounded, and hidden from logs when it is about a person.

use std::{fmt, ops::Deref, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

/// Text that says something, in at most `MAX` characters, with nothing a database could choke on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Text<const MAX: usize>(String);

/// What is wrong with a text. Reads as the end of "this message …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing that anybody could see.
    #[error("is missing")]
    Empty,
    /// Refused rather than cut: a cut sentence says something else.
    #[error("must be at most {max} characters")]
    TooLong {
        /// The most there may be.
        max: usize,
    },
}

impl<const MAX: usize> Text<MAX> {
    /// Trims, and takes out the control characters that are not line breaks or tabs.
    ///
    /// NUL above all: PostgreSQL text cannot hold it. Nobody types the others; they come from pasting, or an attack
    /// on whoever later reads a log in a terminal.
    pub fn parse(text: &str) -> Result<Self, TextError> {
        let clean: String = text
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let clean = clean.trim();
        if is_blank(clean) {
            return Err(TextError::Empty);
        }
        if clean.chars().count() > MAX {
            return Err(TextError::TooLong { max: MAX });
        }
        Ok(Self(clean.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, owned.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> Deref for Text<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::parse(text)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Text<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Whether nobody would see anything of this text: a link with such a name could not be found, and not be read out.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_unseen)
}

/// Space, controls, and what only says how its neighbours are drawn: Unicode's default ignorable characters. And the
/// braille pattern without a dot.
fn is_unseen(c: char) -> bool {
    let is_ignorable = matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fff8}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    );
    c.is_whitespace() || c.is_control() || c == '\u{2800}' || is_ignorable
}

/// Personal data: travels like its value, but a log line or a failed assertion does not show it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Private<T>(pub T);

impl<T> Deref for Private<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: FromStr> FromStr for Private<T> {
    type Err = T::Err;

    fn from_str(text: &str) -> Result<Self, T::Err> {
        text.parse().map(Self)
    }
}

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cleaned_and_bounded() {
        assert_eq!(
            Text::<10>::parse("  a\0b\u{7}\r\nc\t ").unwrap().as_str(),
            "ab\nc"
        );
        assert_eq!(Text::<3>::parse("äöü").unwrap().as_str(), "äöü");
        assert_eq!(Text::<3>::parse("abcd"), Err(TextError::TooLong { max: 3 }));
        assert_eq!(Text::<3>::parse(" \0 "), Err(TextError::Empty));
    }

    #[test]
    fn text_that_nobody_could_see_is_missing() {
        for unseen in [
            "\u{200b}",
            " \u{feff}\u{2060} ",
            "\u{ad}",
            "\u{3164}",
            "\u{2800}",
            "\u{e0041}\u{fe0f}",
        ] {
            assert_eq!(
                Text::<9>::parse(unseen),
                Err(TextError::Empty),
                "{}",
                unseen.escape_unicode()
            );
        }
        // Between letters they have a meaning, as in this Persian word, and they make one picture of two.
        for seen in ["می\u{200c}خواهم", "👩\u{200d}🌾", "❤\u{fe0f}", "ㅤ이"] {
            assert_eq!(Text::<9>::parse(seen).unwrap().as_str(), seen);
        }
    }

    #[test]
    fn private_text_travels_but_is_not_shown() {
        let name: Private<Text<20>> = "Ann Smith".parse().unwrap();

        assert_eq!(format!("{name:?}"), "Private(…)");
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"Ann Smith\"");
    }
}
