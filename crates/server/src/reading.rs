//! Reads a JSON object field by field, so that everything that is wrong with it is told at once.

use axum::extract::{FromRequest, Request};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use types::{MOST_TAGS, Patch, Text, misfit::Misfit};

use crate::{Failure, FieldErrors, Json};

/// The members of a body that are still to be read, and what was wrong with those that were.
#[derive(Debug, Default)]
pub struct Fields {
    given: Map<String, Value>,
    errors: FieldErrors,
}

impl Fields {
    /// What a PATCH says about a field: absent, null or a value.
    pub fn patch<T: DeserializeOwned>(&mut self, name: &'static str) -> Patch<T> {
        match self.given.remove(name) {
            None => Patch::Keep,
            Some(Value::Null) => Patch::Clear,
            Some(value) => self.parsed(name, value).map_or(Patch::Keep, Patch::Set),
        }
    }

    /// A field that may be absent or null.
    pub fn optional<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        self.patch(name).apply(None)
    }

    /// A field that must be there.
    pub fn required<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        match self.given.remove(name) {
            None | Some(Value::Null) => {
                self.refuse(name, "required", format!("{name} is missing."));
                None
            }
            Some(value) => self.parsed(name, value),
        }
    }

    /// What a PATCH says about a text; an empty one clears, as emptying a field does.
    pub fn text<const MAX: usize>(&mut self, name: &'static str) -> Patch<String> {
        match self.patch::<String>(name) {
            Patch::Set(text) if text.trim().is_empty() => Patch::Clear,
            Patch::Set(text) => match Text::<MAX>::parse(&text) {
                Ok(text) => Patch::Set(text.into_string()),
                Err(error) => {
                    self.refuse(name, "invalid", format!("{name} {error}."));
                    Patch::Keep
                }
            },
            Patch::Clear => Patch::Clear,
            Patch::Keep => Patch::Keep,
        }
    }

    /// What a PATCH says about `tags`: the words on a record, each once.
    pub fn tags(&mut self) -> Patch<Vec<String>> {
        let tags = self.patch::<Vec<Text<50>>>("tags");
        let tags = tags.map(|tags| {
            let mut once: Vec<String> = Vec::new();
            for tag in tags.into_iter().map(Text::into_string) {
                if !once.contains(&tag) {
                    once.push(tag);
                }
            }
            once
        });
        if matches!(&tags, Patch::Set(tags) if tags.iter().any(|tag| tag.contains(','))) {
            let sentence = "A tag has no comma: that is what stands between two of them.";
            self.refuse("tags", "invalid", sentence);
        }
        if matches!(&tags, Patch::Set(tags) if tags.len() > MOST_TAGS) {
            self.refuse("tags", "too_many", format!("There are at most {MOST_TAGS} tags."));
        }
        tags
    }

    /// Notes what is wrong with a field that reads well by itself.
    pub fn refuse(&mut self, name: &str, code: &'static str, sentence: impl Into<String>) {
        self.errors.add(name, code, sentence);
    }

    /// Whether nothing was wrong so far.
    pub fn is_fine(&self) -> bool {
        self.errors.is_empty()
    }

    /// Done reading. Members nobody asked for are ignored.
    ///
    /// # Errors
    ///
    /// Invalid, with everything that was wrong.
    pub fn finish(self) -> Result<(), Failure> {
        self.errors.finish()
    }

    /// Done reading a body that is to be understood whole: a member nobody asked for is refused, as it may be a wish that
    /// would be passed over.
    ///
    /// # Errors
    ///
    /// Invalid, with everything that was wrong.
    pub fn finish_strictly(mut self) -> Result<(), Failure> {
        let unknown: Vec<String> = self.given.keys().cloned().collect();
        for name in unknown {
            let pointer = name.replace('~', "~0").replace('/', "~1");
            let sentence =
                "There is no such field here. Take it out, so that nothing you wish for is passed over.";
            self.refuse(&format!("/{pointer}"), "unknown", sentence);
        }
        self.finish()
    }

    fn parsed<T: DeserializeOwned>(&mut self, name: &'static str, value: Value) -> Option<T> {
        let read = T::deserialize(&value);
        let misfit = read.is_err().then(|| Misfit::of::<T>(&value)).flatten();
        if let Some(Misfit { pointer, rule }) = misfit {
            self.refuse(&format!("{name}{pointer}"), "invalid", format!("{name} {rule}."));
        }
        read.ok()
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let Json(given) = Json::from_request(request, state).await?;
        Ok(Self {
            given,
            errors: FieldErrors::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;
    use types::{Beds, LeadId, Text};

    use super::*;

    fn fields(value: Value) -> Fields {
        Fields {
            given: value.as_object().unwrap().clone(),
            errors: FieldErrors::default(),
        }
    }

    #[test]
    fn absent_null_and_a_value_are_three_things() {
        let mut fields = fields(json!({ "beds": 3, "notes": null }));

        assert_eq!(fields.patch("beds"), Patch::Set(3));
        assert_eq!(fields.patch::<String>("notes"), Patch::Clear);
        assert_eq!(fields.patch::<String>("source"), Patch::Keep);
        assert!(fields.finish().is_ok());
    }

    #[test]
    fn what_nobody_asked_for_is_passed_over_or_refused_as_the_reader_likes() {
        let given = json!({ "keepId": null, "kept~/": 1 });

        let mut lenient = fields(given.clone());
        lenient.optional::<LeadId>("keepId");
        assert!(lenient.finish().is_ok());

        let mut strict = fields(given);
        strict.optional::<LeadId>("keepId");
        let Err(Failure::Invalid(errors)) = strict.finish_strictly() else {
            panic!("nobody asked for it");
        };
        let told: Vec<_> = errors.iter().map(|error| (&*error.pointer, error.code)).collect();
        assert_eq!(told, [("/kept~0~1", "unknown")]);
    }

    #[test]
    fn a_tag_has_no_comma() {
        let mut fields = fields(json!({ "tags": ["spring", "big, old"] }));

        fields.tags();

        let Err(Failure::Invalid(errors)) = fields.finish() else {
            panic!("a form would make two tags of it");
        };
        assert_eq!(
            errors.of("tags"),
            Some("A tag has no comma: that is what stands between two of them.")
        );
    }

    #[test]
    fn everything_that_is_wrong_is_told_in_one_answer() {
        let mut fields = fields(json!({
            "beds": "many", "tags": "one", "leadId": "7", "dueAt": "tomorrow", "done": "yes", "unknown": 1,
        }));

        fields.patch::<Beds>("beds");
        fields.patch::<Vec<String>>("tags");
        fields.optional::<LeadId>("leadId");
        fields.required::<Timestamp>("dueAt");
        fields.optional::<bool>("done");
        fields.required::<Text<10>>("summary");

        let Err(Failure::Invalid(errors)) = fields.finish() else {
            panic!("six fields are wrong");
        };
        let sentences: Vec<_> = errors.iter().map(|error| error.detail.as_str()).collect();
        assert_eq!(
            sentences,
            [
                "beds must be a number.",
                "tags must be a list.",
                "leadId must be an id.",
                "dueAt must be a date and time such as 2026-03-02T09:00:00Z.",
                "done must be true or false.",
                "summary is missing.",
            ]
        );
    }
}
