//! Text of a listing that is one line wherever it is shown.

use serde::{Deserialize, Deserializer, de};

use crate::text::Text;

/// Text on one line: line breaks, tabs and many spaces become one space.
#[derive(Debug, Clone)]
pub(super) struct Line<const MAX: usize>(Text<MAX>);

impl<const MAX: usize> Line<MAX> {
    pub(super) fn into_string(self) -> String {
        self.0.into_string()
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Line<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = on_one_line(&String::deserialize(deserializer)?);
        Text::parse(&text).map(Self).map_err(de::Error::custom)
    }
}

pub(super) fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
