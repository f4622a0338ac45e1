//! A field of a change: absent, cleared or set.

use serde::{Deserialize, Deserializer};

/// What a PATCH says about one field. Absent keeps it, `null` clears it, a value sets it.
///
/// Give the field `#[serde(default)]`, so that absence is [`Patch::Keep`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Patch<T> {
    /// The field was not mentioned.
    #[default]
    Keep,
    /// The field was `null`.
    Clear,
    /// The field has a new value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field was not mentioned.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// The same change of a field that is kept as something else.
    pub fn map<U>(self, to: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(to(value)),
        }
    }

    /// The field after the change.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Clear, Self::Set))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Change {
        #[serde(default)]
        notes: Patch<String>,
    }

    fn notes(json: &str) -> Patch<String> {
        serde_json::from_str::<Change>(json).unwrap().notes
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        assert_eq!(notes("{}"), Patch::Keep);
        assert_eq!(notes(r#"{"notes":null}"#), Patch::Clear);
        assert_eq!(
            notes(r#"{"notes":"call back"}"#),
            Patch::Set("call back".to_owned())
        );
    }
}
