//! Which fields of a body are wrong, and why: collected, so that a person hears all at once.

use std::borrow::Cow;

use serde::Serialize;

use crate::Failure;

/// One wrong field. The pointer is RFC 6901: `/email`, `/propertyDetails/beds`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    pub pointer: String,
    pub detail: String,
    pub code: &'static str,
}

/// Every wrong field of one body, in the order they were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Notes a wrong field. `email` and `/email` are the same pointer.
    pub fn add(&mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) {
        let mut pointer = pointer.into();
        if !pointer.is_empty() && !pointer.starts_with('/') {
            pointer.insert(0, '/');
        }
        self.0.push(FieldError {
            pointer,
            detail: detail.into(),
            code,
        });
    }

    /// Keeps the value of a field, or notes what is wrong with it and goes on.
    ///
    /// The error's text is the sentence people read, so it must be one of our parsing types'.
    pub fn keep<T, E: std::fmt::Display>(
        &mut self,
        pointer: &str,
        code: &'static str,
        parsed: Result<T, E>,
    ) -> Option<T> {
        parsed
            .map_err(|error| self.add(pointer, code, error.to_string()))
            .ok()
    }

    /// The same for a filter, whose error is how the sentence about it ends: `must be one of new, won`.
    pub fn keep_filter<T, E: std::fmt::Display>(
        &mut self,
        name: &str,
        code: &'static str,
        parsed: Result<T, E>,
    ) -> Option<T> {
        let sentence = |rule: E| format!("The {name} {rule}.");
        self.keep(name, code, parsed.map_err(sentence))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.0.iter()
    }

    /// What is wrong with one field of a form; templates ask this.
    pub fn of(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|error| error.pointer.strip_prefix('/') == Some(name))
            .map(|error| error.detail.as_str())
    }

    /// Done looking: `Ok` when nothing was wrong.
    ///
    /// # Errors
    /// `Failure::Invalid` with everything noted so far.
    pub fn finish(self) -> Result<(), Failure> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(Failure::Invalid(self))
        }
    }

    pub(super) fn summary(&self) -> Cow<'_, str> {
        match self.0.as_slice() {
            [only] => Cow::Borrowed(&only.detail),
            _ => Cow::Borrowed("Some fields need another look."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_right_is_kept_and_what_is_wrong_is_remembered() {
        let mut errors = FieldErrors::default();
        assert_eq!(errors.keep("beds", "number", "3".parse::<u8>()), Some(3));
        assert_eq!(errors.keep("baths", "number", "x".parse::<u8>()), None);
        assert_eq!(errors.of("baths"), Some("invalid digit found in string"));
        assert_eq!(errors.of("beds"), None);
        assert!(matches!(errors.finish(), Err(Failure::Invalid(_))));
    }

    #[test]
    fn nothing_wrong_is_fine() {
        assert!(FieldErrors::default().finish().is_ok());
    }
}
