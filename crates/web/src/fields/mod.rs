//! Reads the fields of a JSON object one by one, so that a caller hears of every wrong one at once.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use server::FieldErrors;
use types::{misfit::Misfit, text::is_blank};

/// An object being read, and what was wrong with it so far.
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// The pointer of the object: empty, or `/propertyDetails`.
    within: String,
    errors: FieldErrors,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(object: &'a Map<String, Value>) -> Self {
        Self {
            object,
            within: String::new(),
            errors: FieldErrors::default(),
        }
    }

    /// A field that must be there. The label begins the sentence that people read: "The e-mail address is missing."
    pub(crate) fn required<T: DeserializeOwned>(&mut self, name: &str, label: &str) -> Option<T> {
        if self.filled(name).is_none() {
            self.add(name, "required", format!("{label} is missing."));
        }
        self.optional(name, label)
    }

    /// A field that may be left out.
    pub(crate) fn optional<T: DeserializeOwned>(&mut self, name: &str, label: &str) -> Option<T> {
        let value = self.filled(name)?;
        let read = T::deserialize(value);
        let misfit = read.is_err().then(|| Misfit::of::<T>(value)).flatten();
        if let Some(Misfit { pointer, rule }) = misfit {
            self.add(&format!("{name}{pointer}"), "invalid", format!("{label} {rule}."));
        }
        read.ok()
    }

    /// Reads an object within this one, if it is there.
    pub(crate) fn inside<T>(
        &mut self,
        name: &str,
        label: &str,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(object) = self.filled(name)? else {
            self.add(name, "invalid", format!("{label} must be an object."));
            return None;
        };
        let mut inner = Self {
            object,
            within: format!("{}/{name}", self.within),
            errors: std::mem::take(&mut self.errors),
        };
        let value = read(&mut inner);
        self.errors = inner.errors;
        value
    }

    /// The value, if everything it was made of was right.
    pub(crate) fn finish<T>(self, value: Option<T>) -> Result<T, FieldErrors> {
        match value {
            Some(value) if self.errors.is_empty() => Ok(value),
            _ => Err(self.errors),
        }
    }

    /// Absent, null and blank are the same: a form sends what was not filled in.
    fn filled(&self, name: &str) -> Option<&'a Value> {
        match self.object.get(name)? {
            Value::Null => None,
            Value::String(text) if is_blank(text) => None,
            value => Some(value),
        }
    }

    fn add(&mut self, name: &str, code: &'static str, sentence: String) {
        self.errors.add(format!("{}/{name}", self.within), code, sentence);
    }
}

#[cfg(test)]
mod tests;
