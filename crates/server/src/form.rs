//! HTML forms: what a person typed, kept so that a refused form comes back as it was sent.

use std::{fmt::Display, ops::Deref, str::FromStr};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, header, request::Parts},
};
use types::PageRequest;

use crate::{Failure, FieldErrors, json};

/// More fields than any form of ours has, one with 200 ticked rows among them; a body of a million one-letter fields is
/// an attack.
const MOST_FIELDS: usize = 300;

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

    /// The same fields but for one.
    pub fn without(&self, name: &str) -> Self {
        let others = self.0.iter().filter(|(key, _)| key != name);
        Self(others.cloned().collect())
    }

    /// The same fields as the query of an address, with one of them changed or taken out: a link
    /// to the next page keeps the filters.
    pub fn query_with(&self, name: &str, value: Option<&str>) -> String {
        let others = self
            .0
            .iter()
            .filter(|(key, text)| key != name && !text.is_empty());
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(others);
        query.extend_pairs(value.map(|value| (name, value)));
        query.finish()
    }

    /// The fields of the query of an address.
    ///
    /// # Errors
    ///
    /// Malformed or too large, as a form would be.
    pub fn of_query(query: &str) -> Result<Self, Failure> {
        Self::parse(query.as_bytes())
    }

    /// The fields, each with its value.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The fields that are wanted, but for empty ones.
    pub fn only(&self, is_wanted: impl Fn(&str) -> bool) -> Self {
        let wanted = self
            .0
            .iter()
            .filter(|(name, value)| is_wanted(name) && !value.is_empty());
        Self(wanted.cloned().collect())
    }

    fn parse(body: &[u8]) -> Result<Self, Failure> {
        let fields = form_urlencoded::parse(body).take(MOST_FIELDS + 1);
        let fields: Vec<_> = fields.map(|(name, value)| (name.into(), value.into())).collect();
        if fields.len() > MOST_FIELDS {
            return Err(Failure::TooLarge);
        }
        // PostgreSQL stores no NUL, and no keyboard types one.
        if fields
            .iter()
            .any(|(name, value): &(String, String)| name.contains('\0') || value.contains('\0'))
        {
            return Err(Failure::malformed(
                "A field contains a character that no text has.",
            ));
        }
        Ok(Self(fields))
    }
}

const URLENCODED: &str = "application/x-www-form-urlencoded";

/// Whether a body says that it is a form, for routes that read JSON too.
pub fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case(URLENCODED)
}

/// A submitted form, `application/x-www-form-urlencoded`.
#[derive(Debug, Clone)]
pub struct Form(pub Submitted);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        if !is_form(request.headers()) {
            return Err(Failure::UnsupportedMediaType(URLENCODED));
        }
        let body = json::read(request, state).await?;
        Submitted::parse(&body).map(Self)
    }
}

/// The parameters of an address, read as forgivingly as the contract does: unknown ones are
/// ignored, and what each means is for the handler to say.
#[derive(Debug, Clone, Default)]
pub struct Params(pub Submitted);

impl Params {
    /// Which page of a list: `limit` and `offset`, clamped.
    pub fn page(&self) -> PageRequest {
        PageRequest::parse(self.0.filled("limit"), self.0.filled("offset"))
    }

    /// `?count=true`.
    pub fn wants_count(&self) -> bool {
        self.0.filled("count") == Some("true")
    }

    /// A filter that is one of known words. An unknown one is noted as wrong, and so is a second one that is another: a
    /// list that goes by the first alone would be taken for one of both.
    pub fn one_of<T>(&self, name: &str, errors: &mut FieldErrors) -> Option<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let first = self.0.filled(name)?;
        let is_another = |value: &str| !value.trim().is_empty() && value.trim() != first;
        if self.0.all(name).any(is_another) {
            return errors.keep_filter(name, "repeated", Err("can be one at a time"));
        }
        errors.keep_filter(name, "unknown", first.parse::<T>())
    }
}

impl Deref for Params {
    type Target = Submitted;

    fn deref(&self) -> &Submitted {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        Submitted::parse(parts.uri.query().unwrap_or("").as_bytes()).map(Self)
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
    fn a_link_to_the_next_page_keeps_the_filters() {
        let form = Submitted::parse(b"q=a+b&offset=50&status=").unwrap();
        assert_eq!(form.query_with("offset", Some("100")), "q=a+b&offset=100");
        assert_eq!(form.query_with("offset", None), "q=a+b");
        assert_eq!(form.without("q").query_with("offset", None), "");
    }

    #[test]
    fn what_no_database_can_store_is_refused_here() {
        for body in [&b"q=a%00b"[..], b"%00=a", b"q=a\0b"] {
            assert!(matches!(Submitted::parse(body), Err(Failure::Malformed(_))));
        }
    }

    #[test]
    fn a_flood_of_fields_is_refused() {
        let body = "a=1&".repeat(MOST_FIELDS + 1);
        assert!(matches!(
            Submitted::parse(body.as_bytes()),
            Err(Failure::TooLarge)
        ));
    }

    proptest::proptest! {
        #[test]
        fn a_form_survives_its_own_query(fields in proptest::collection::vec(("[a-z]{1,5}", "[^\0]{1,20}"), 0..5)) {
            let form = Submitted(fields);
            let query = form.query_with("OTHER", None);
            proptest::prop_assert_eq!(Submitted::parse(query.as_bytes()).unwrap(), form);
        }
    }
}
