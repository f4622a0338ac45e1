//! HTML forms: what a person typed, kept so that a refused form comes back as it was sent.

use axum::{
    extract::{FromRequest, Request},
    http::header,
};

use crate::{Failure, FieldErrors, json};

/// More fields than any form of ours has; a body of a million one-letter fields is an attack.
const MOST_FIELDS: usize = 200;

/// The fields of a submitted form, in the order they came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submitted(Vec<(String, String)>);

impl Submitted {
    /// What stands in a field; nothing when it is absent.
    pub fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or("")
    }

    /// What stands in a field, or `None` when it is absent or blank.
    pub fn filled(&self, name: &str) -> Option<&str> {
        Some(self.get(name).trim()).filter(|value| !value.is_empty())
    }

    /// Every value of a field that may come several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.0.iter().filter(move |(key, _)| key == name);
        named.map(|(_, value)| value.as_str())
    }

    /// A ticked checkbox is there, an empty one is not.
    pub fn ticked(&self, name: &str) -> bool {
        self.all(name).next().is_some()
    }

    /// Fills a form before anybody typed: with what is stored.
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    fn parse(body: &[u8]) -> Result<Self, Failure> {
        let fields = form_urlencoded::parse(body).take(MOST_FIELDS + 1);
        let fields: Vec<_> = fields.map(|(name, value)| (name.into(), value.into())).collect();
        if fields.len() > MOST_FIELDS {
            return Err(Failure::TooLarge);
        }
        Ok(Self(fields))
    }
}

/// A submitted form, `application/x-www-form-urlencoded`.
#[derive(Debug, Clone)]
pub struct Form(pub Submitted);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        const URLENCODED: &str = "application/x-www-form-urlencoded";
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
        let essence = kind.split(';').next().unwrap_or("").trim();
        if !essence.eq_ignore_ascii_case(URLENCODED) {
            return Err(Failure::UnsupportedMediaType(URLENCODED));
        }
        let body = json::read(request, state).await?;
        Submitted::parse(&body).map(Self)
    }
}

/// A form as a template shows it: the values and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    pub values: Submitted,
    pub errors: FieldErrors,
}

impl Filled {
    pub fn new(values: Submitted, errors: FieldErrors) -> Self {
        Self { values, errors }
    }

    pub fn value(&self, name: &str) -> &str {
        self.values.get(name)
    }

    pub fn error(&self, name: &str) -> Option<&str> {
        self.errors.of(name)
    }

    /// Whether this is the option that was chosen.
    pub fn chose(&self, name: &str, option: &str) -> bool {
        self.values.all(name).any(|value| value == option)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        let form = Submitted::parse(b"name=+Ann+%C3%89&tag=a&tag=b&agree=on&empty=").unwrap();
        assert_eq!(form.get("name"), " Ann É");
        assert_eq!(form.filled("name"), Some("Ann É"));
        assert_eq!(form.filled("empty"), None);
        assert_eq!(form.all("tag").collect::<Vec<_>>(), ["a", "b"]);
        assert!(form.ticked("agree") && !form.ticked("news"));
    }

    #[test]
    fn a_flood_of_fields_is_refused() {
        let body = "a=1&".repeat(MOST_FIELDS + 1);
        assert!(matches!(
            Submitted::parse(body.as_bytes()),
            Err(Failure::TooLarge)
        ));
    }
}
