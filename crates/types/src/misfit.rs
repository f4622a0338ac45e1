//! Why a JSON value is not what was wanted, in words for people that repeat none of it.
//!
//! Parsers speak to programmers: of structs, of maps, of the digit that came instead of another. What is said here is
//! the end of a sentence about the field, and names neither a type of ours, nor a parser, nor what a visitor sent.

use serde::de::DeserializeOwned;
use serde_json::Value;

/// The rule of a field that must be there and is not.
pub const IS_MISSING: &str = "is missing";

const IS_NOT_READABLE: &str = "is not readable";

/// A value of the wrong shape: where it breaks, and which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// RFC 6901, from the value: `/homes/1/beds`, empty for the value itself.
    pub pointer: String,
    /// The end of "this field …".
    pub rule: String,
}

impl Misfit {
    /// What keeps a value from being a `T`.
    pub fn of<T: DeserializeOwned>(value: &Value) -> Option<Self> {
        let error = serde_path_to_error::deserialize::<_, T>(value).err()?;
        Some(Self::told::<T>(&error, || Some(value.clone())))
    }

    /// The same of a value that is still text. Nothing either when the text is no JSON.
    pub fn of_text<T: DeserializeOwned>(json: &str) -> Option<Self> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let error = serde_path_to_error::deserialize::<_, T>(&mut reader).err()?;
        Some(Self::told::<T>(&error, || serde_json::from_str(json).ok()))
    }

    fn told<T: DeserializeOwned>(
        error: &serde_path_to_error::Error<serde_json::Error>,
        value: impl FnOnce() -> Option<Value>,
    ) -> Self {
        let mut pointer = pointer(error.path());
        let words = error.inner().to_string();
        // serde_json appends where in the text it stopped.
        let words = words.rfind(" at line ").map_or(&*words, |end| &words[..end]);
        if let Some(field) = missing_field(words) {
            pointer.push('/');
            pointer.push_str(field);
        }
        let rule = rule(words).or_else(|| expected::<T>(value()?, &pointer));
        Self {
            pointer,
            rule: rule.unwrap_or_else(|| IS_NOT_READABLE.to_owned()),
        }
    }

    /// The path of the field in dots: `homes.1.beds`.
    pub fn path(&self) -> String {
        self.pointer.trim_start_matches('/').replace('/', ".")
    }

    /// The sentence about the field, or about what has no name: `whole` is what the value itself is called.
    pub fn sentence(&self, whole: &str) -> String {
        let mut names = self.pointer.rsplit('/');
        let last = names.next().unwrap_or_default();
        let subject = match (last, last.parse::<usize>()) {
            ("", _) => whole.to_owned(),
            (_, Ok(_)) => format!(
                "An entry of {}",
                names.next().filter(|name| !name.is_empty()).unwrap_or(whole)
            ),
            (name, Err(_)) => name.to_owned(),
        };
        format!("{subject} {}.", self.rule)
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

fn missing_field(words: &str) -> Option<&str> {
    words.strip_prefix("missing field `")?.strip_suffix('`')
}

/// The rule in the words of a parser. None when they are neither serde's nor ours.
fn rule(words: &str) -> Option<String> {
    if words.starts_with("must ") || words.starts_with("is ") {
        return Some(words.to_owned());
    }
    if missing_field(words).is_some() {
        return Some(IS_MISSING.to_owned());
    }
    if words.starts_with("unknown field ") {
        let (_, known) = words.rsplit_once(", expected ")?;
        let known = known.trim_start_matches("one of ").replace('`', "");
        return Some(format!("must have no other fields than {known}"));
    }
    if words == "number out of range" {
        return Some("must be a smaller number".to_owned());
    }
    let (_, wanted) = words.rsplit_once(", expected ")?;
    if words.starts_with("unknown variant ") {
        let wanted = wanted.trim_start_matches("one of ").replace("` or `", "`, `");
        return Some(format!("must be one of {}", wanted.replace('`', "")));
    }
    words
        .starts_with("invalid ")
        .then(|| format!("must be {}", plain(wanted)))
}

/// What stands where `pointer` leads, by the word of whoever reads it: what is no value of theirs they refuse in their
/// own words, and a value of another kind in serde's, which say what they expect.
fn expected<T: DeserializeOwned>(mut value: Value, pointer: &str) -> Option<String> {
    *value.pointer_mut(pointer)? = Value::Bool(true);
    let error = T::deserialize(value).err()?;
    rule(&error.to_string())
}

/// What serde and others expect, as people call it.
fn plain(wanted: &str) -> &str {
    match wanted {
        "a string" | "a borrowed string" => "text",
        "a boolean" => "true or false",
        "a map" => "an object",
        "a sequence" => "a list",
        "a timestamp string" => "a date and time such as 2026-03-02T09:00:00Z",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number from 0",
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number",
        "f32" | "f64" => "a number",
        wanted if wanted.contains("UUID") => "an id",
        wanted if wanted.starts_with("struct ") => "an object",
        wanted if wanted.starts_with("tuple ") || wanted.starts_with("a tuple") => "a list",
        wanted => wanted,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[expect(dead_code, reason = "only its reading is tested")]
    struct Home {
        beds: u8,
        at: jiff::Timestamp,
        kind: Kind,
        photos: Vec<String>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        House,
        Land,
    }

    /// What is wrong with a home that says this.
    fn broken(home: &str) -> String {
        Misfit::of_text::<Home>(home).unwrap().rule
    }

    #[test]
    fn a_rule_names_neither_a_type_nor_a_parser_nor_what_was_sent() {
        for (home, rule) in [
            ("7", "must be an object"),
            ("[]", "must be an object"),
            ("{}", "is missing"),
            (r#"{"beds": "secret"}"#, "must be a whole number from 0 to 255"),
            (r#"{"beds": 256}"#, "must be a whole number from 0 to 255"),
            (r#"{"beds": 1.5}"#, "must be a whole number from 0 to 255"),
            (r#"{"beds": 1e999999}"#, "must be a smaller number"),
            (r#"{"photos": "secret"}"#, "must be a list"),
            (r#"{"photos": [7]}"#, "must be text"),
            (r#"{"kind": "secret"}"#, "must be one of house, land"),
            (
                r#"{"at": 7}"#,
                "must be a date and time such as 2026-03-02T09:00:00Z",
            ),
        ] {
            assert_eq!(broken(home), rule, "{home}");
        }
    }

    #[test]
    fn a_time_is_asked_for_in_the_form_it_has() {
        for time in [
            "tomorrow",
            "",
            "2026-03-02",
            "2026-03-02T09:00:00",
            "2026-13-45T00:00:00Z",
            "2026-03-02T25:00:00Z",
            "2026-03-02T09:00:00Zoo",
            "9999-12-31T23:59:59.9+99:99",
            "-",
            "2026-03-02T09:00:00[Mars/Base]",
            "20260302",
        ] {
            let rule = broken(&format!("{{\"at\": \"{time}\"}}"));
            assert_eq!(
                rule, "must be a date and time such as 2026-03-02T09:00:00Z",
                "{time}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_no_time_is_told_what_one_looks_like(time in "[-+0-9TZtz:. \\[\\]a-c]{0,24}|\\PC{0,12}") {
            if let Some(Misfit { rule, .. }) = Misfit::of::<jiff::Timestamp>(&time.clone().into()) {
                prop_assert_eq!(rule, "must be a date and time such as 2026-03-02T09:00:00Z", "{}", time);
            }
        }
    }
}
