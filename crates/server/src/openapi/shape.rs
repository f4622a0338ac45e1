//! Reads shapes written as in TypeScript into JSON Schema.
//!
//! `text integer number boolean uuid time email any`, `'word'`, `Name` for a named shape, `T[]`, `T | null`,
//! `{ name: T, name?: T }`.

use serde_json::{Map, Value, json};

/// Reads a shape.
///
/// # Panics
///
/// For what is no shape: these texts are ours.
#[track_caller]
pub(super) fn read(text: &str) -> Value {
    let mut reader = Reader { rest: text.trim() };
    let schema = reader.choice();
    assert!(reader.rest.is_empty(), "{text:?} goes on with {:?}", reader.rest);
    schema
}

struct Reader<'t> {
    rest: &'t str,
}

impl<'t> Reader<'t> {
    /// `T | T | null`.
    #[track_caller]
    fn choice(&mut self) -> Value {
        let mut choices = vec![self.array()];
        while self.takes("|") {
            choices.push(self.array());
        }
        if choices.len() == 1 {
            return choices.remove(0);
        }
        if choices.iter().all(|choice| choice.get("const").is_some()) {
            let words: Vec<_> = choices.iter().map(|choice| choice["const"].clone()).collect();
            return json!({ "type": "string", "enum": words });
        }
        json!({ "anyOf": choices })
    }

    /// `T[][]`.
    #[track_caller]
    fn array(&mut self) -> Value {
        let mut schema = self.one();
        while self.takes("[]") {
            schema = json!({ "type": "array", "items": schema });
        }
        schema
    }

    #[track_caller]
    fn one(&mut self) -> Value {
        if self.takes("{") {
            return self.object();
        }
        if self.takes("'") {
            let (word, rest) = self.rest.split_once('\'').expect("a word ends with a quote");
            self.rest = rest.trim_start();
            return json!({ "const": word });
        }
        let name = self.name();
        match name {
            "text" => json!({ "type": "string" }),
            "uuid" | "email" => json!({ "type": "string", "format": name }),
            "time" => json!({ "type": "string", "format": "date-time" }),
            "integer" | "number" | "boolean" | "null" => json!({ "type": name }),
            "any" => json!({}),
            _ => {
                let is_shape = name.starts_with(|first: char| first.is_ascii_uppercase());
                assert!(is_shape, "{name:?} is no shape");
                json!({ "$ref": format!("#/components/schemas/{name}") })
            }
        }
    }

    #[track_caller]
    fn object(&mut self) -> Value {
        let (mut members, mut required) = (Map::new(), Vec::new());
        while !self.takes("}") {
            let name = self.name().to_owned();
            if !self.takes("?") {
                required.push(Value::from(name.clone()));
            }
            assert!(self.takes(":"), "{name} has no shape before {:?}", self.rest);
            members.insert(name, self.choice());
            self.takes(",");
        }
        json!({ "type": "object", "properties": members, "required": required })
    }

    #[track_caller]
    fn name(&mut self) -> &'t str {
        let ends = |c: char| !c.is_ascii_alphanumeric() && c != '_';
        let end = self.rest.find(ends).unwrap_or(self.rest.len());
        assert!(end > 0, "a name was expected at {:?}", self.rest);
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest.trim_start();
        name
    }

    fn takes(&mut self, sign: &str) -> bool {
        let after = self.rest.strip_prefix(sign);
        self.rest = after.map_or(self.rest, str::trim_start);
        after.is_some()
    }
}
