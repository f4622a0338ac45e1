//! What stands at the head of each page: a name, letters in a ring, or a drawing in one colour.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, de};

use super::Drawing;

/// What stands at the head of each page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Logo {
    /// The name alone.
    #[default]
    Wordmark,
    /// Letters in a ring, and the name.
    Monogram {
        /// The letters.
        letters: Monogram,
    },
    /// A drawing, and the name.
    Emblem {
        /// The drawing.
        svg: Drawing,
    },
    /// A drawing that is the name.
    Lettering {
        /// The drawing.
        svg: Drawing,
    },
}

impl Logo {
    /// The word for its kind.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Wordmark => "wordmark",
            Self::Monogram { .. } => "monogram",
            Self::Emblem { .. } => "emblem",
            Self::Lettering { .. } => "lettering",
        }
    }

    /// Whether it is the name alone.
    pub fn is_wordmark(&self) -> bool {
        *self == Self::Wordmark
    }
}

/// One to three letters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Monogram(String);

/// Text that is no monogram. Reads as the end of "the monogram …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one to three letters")]
pub struct MonogramError;

impl FromStr for Monogram {
    type Err = MonogramError;

    fn from_str(text: &str) -> Result<Self, MonogramError> {
        let text = text.trim();
        let is_letter = |letter: char| letter.is_alphanumeric() || letter == '&';
        let is_one = (1..=3).contains(&text.chars().count()) && text.chars().all(is_letter);
        is_one.then(|| Self(text.to_owned())).ok_or(MonogramError)
    }
}

impl fmt::Display for Monogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for Monogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monogram_is_a_few_letters() {
        for text in ["H", "H&V", " FB ", "Å1"] {
            assert!(text.parse::<Monogram>().is_ok(), "{text}");
        }
        for text in ["", " ", "FBLS", "<b>", "a b"] {
            assert_eq!(text.parse::<Monogram>(), Err(MonogramError), "{text}");
        }
    }
}
