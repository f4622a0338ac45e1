//! Describes an API to programs, OpenAPI 3.1, one line for each thing a route says.
//!
//! Shapes are written as in TypeScript: `"{ id: uuid, tags: text[], closeReason: CloseReason | null }"` ([`shape`]).
//! What holds for every route (failures, request names, versions, pages) is added here and written nowhere else.

mod shape;
#[cfg(test)]
mod tests;

use std::fmt::Display;

use serde_json::{Map, Value, json};

const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// An API: its shapes and its routes.
#[derive(Debug, Clone)]
pub struct Document {
    title: &'static str,
    shapes: Map<String, Value>,
    paths: Map<String, Value>,
}

impl Document {
    pub fn new(title: &'static str) -> Self {
        let document = Self {
            title,
            shapes: Map::new(),
            paths: Map::new(),
        };
        document
            .shape(
                "Pagination",
                "{ limit: integer, offset: integer, nextOffset: integer | null, nextCursor: text | null, \
                   total?: integer }",
            )
            .shape(
                "Problem",
                "{ ok: boolean, type: text, title: text, status: integer, detail: text, error: text, \
                   instance: text, code: text, requestId: text, errors: FieldError[] }",
            )
            .shape("FieldError", "{ pointer: text, detail: text, code: text }")
            .route(
                Route::new("GET /api/openapi.json", "This description.")
                    .open()
                    .answers_as("application/json"),
            )
    }

    /// Describes signing in and out, where `who` is what is said of whoever did: `user: User, role: Role`.
    ///
    /// # Panics
    ///
    /// As for a shape.
    #[track_caller]
    pub fn sessions(self, who: &str, shown: &str) -> Self {
        let signs_in = format!("{{ token: text, expiresAt: time, {who} }}");
        self.route(
            Route::new("POST /api/session", "Signs in.")
                .open()
                .keeps_no_answer()
                .takes(shown)
                .answers(200, &signs_in),
        )
        .route(
            Route::new("GET /api/session", "Says who is signed in.")
                .answers(200, &format!("{{ userId: uuid, {who} }}")),
        )
        .route(Route::new("DELETE /api/session", "Signs out.").answers(200, "{}"))
    }

    /// Names a shape.
    ///
    /// # Panics
    ///
    /// For one that cannot be read; so do all that take a shape. A test builds every document.
    #[track_caller]
    pub fn shape(mut self, name: &'static str, text: &str) -> Self {
        self.shapes.insert(name.to_owned(), shape::read(text));
        self
    }

    /// Names a choice of words, which the code knows: `document.words("Role", Role::ALL)`.
    pub fn words<W: Display>(mut self, name: &'static str, words: impl IntoIterator<Item = W>) -> Self {
        let words: Vec<_> = words.into_iter().map(|word| word.to_string()).collect();
        self.shapes
            .insert(name.to_owned(), json!({ "type": "string", "enum": words }));
        self
    }

    /// Adds a route.
    pub fn route(mut self, route: Route) -> Self {
        let (method, path) = (route.method.to_lowercase(), route.path);
        let methods = self.paths.entry(path).or_insert_with(|| json!({}));
        methods[method] = route.into_operation();
        self
    }

    /// The document as it is served.
    pub fn finish(self, version: &str) -> Value {
        json!({
            "openapi": "3.1.0",
            "info": { "title": self.title, "version": version },
            "servers": [{ "url": "/" }],
            "security": [{ "bearer": [] }, { "session": [] }],
            "paths": self.paths,
            "components": {
                "schemas": self.shapes,
                "securitySchemes": {
                    "bearer": { "type": "http", "scheme": "bearer", "bearerFormat": "JWT" },
                    "session": { "type": "apiKey", "in": "cookie", "name": "__Host-session" },
                },
            },
        })
    }
}

/// A route: what it is for, what it takes, what it answers.
#[derive(Debug, Clone)]
pub struct Route {
    method: &'static str,
    path: &'static str,
    summary: &'static str,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Map<String, Value>,
    is_open: bool,
}

impl Route {
    /// `Route::new("GET /api/leads", "Lists leads, newest first.")`.
    #[track_caller]
    pub fn new(route: &'static str, summary: &'static str) -> Self {
        let (method, path) = route.split_once(' ').expect("a route is a method and a path");
        let mut parameters: Vec<_> = path.split('/').filter_map(parameter_of_path).collect();
        match method {
            "POST" => parameters.push(header(
                IDEMPOTENCY_KEY,
                "Names the request: sent again, it has its effect once.",
            )),
            "PUT" | "PATCH" | "DELETE" => parameters.push(header(
                "If-Match",
                "The ETag you read: 412 when it changed since.",
            )),
            _ => {}
        }
        Self {
            method,
            path,
            summary,
            parameters,
            body: None,
            answers: Map::new(),
            is_open: false,
        }
    }

    /// The parameters of its address, as members of an object.
    #[track_caller]
    pub fn asks(mut self, text: &str) -> Self {
        let asked = shape::read(text);
        let required = asked["required"].as_array().cloned().unwrap_or_default();
        let members = asked["properties"].as_object().cloned().unwrap_or_default();
        self.parameters.extend(members.into_iter().map(|(name, schema)| {
            let is_required = required.contains(&json!(name));
            json!({ "name": name, "in": "query", "required": is_required, "schema": schema })
        }));
        self
    }

    /// A list in pages, which answers `{ tenantId, <name>: <shape>[], pagination }`.
    #[track_caller]
    pub fn pages(self, name: &str, of: &str) -> Self {
        self.asks("{ limit?: integer, offset?: integer, cursor?: text, count?: boolean }")
            .answers(
                200,
                &format!("{{ tenantId: text, {name}: {of}[], pagination: Pagination }}"),
            )
    }

    /// The JSON it takes.
    #[track_caller]
    pub fn takes(mut self, text: &str) -> Self {
        let schema = shape::read(text);
        self.body =
            Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
        self
    }

    /// What it answers when all is well; `ok: true` stands beside it.
    #[track_caller]
    pub fn answers(mut self, status: u16, text: &str) -> Self {
        let mut schema = shape::read(text);
        schema["properties"]["ok"] = json!({ "const": true });
        if let Some(required) = schema["required"].as_array_mut() {
            required.push(json!("ok"));
        }
        self.answers.insert(
            status.to_string(),
            json!({ "description": "Done.", "content": { "application/json": { "schema": schema } } }),
        );
        self
    }

    /// Other kinds of body that it takes as well.
    pub fn takes_as(mut self, kinds: &[&str]) -> Self {
        let body = self
            .body
            .get_or_insert_with(|| json!({ "required": true, "content": {} }));
        for kind in kinds {
            body["content"][*kind] = json!({});
        }
        self
    }

    /// What it answers when that is no JSON of ours.
    pub fn answers_as(mut self, kind: &str) -> Self {
        let content = json!({ kind: {} });
        self.answers.insert(
            "200".to_owned(),
            json!({ "description": "Done.", "content": content }),
        );
        self
    }

    /// Sent again it is worked on again: its answer is a secret, or it comes to the same.
    pub fn keeps_no_answer(mut self) -> Self {
        self.parameters
            .retain(|parameter| parameter["name"] != IDEMPOTENCY_KEY);
        self
    }

    /// Anybody may ask.
    pub fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// How it may say no, by what it is: each status, and what it means. Any other is the `default`.
    fn refusals(&self) -> Vec<(&'static str, &'static str)> {
        let has = |name: &str, place: &str| {
            let mut parameters = self.parameters.iter();
            parameters.any(|parameter| parameter["name"] == name && parameter["in"] == place)
        };
        let is_there = |place: &str| self.parameters.iter().any(|parameter| parameter["in"] == place);
        let writes = self.method != "GET";
        let is_versioned = has("If-Match", "header");
        let all = [
            (
                self.body.is_some() || is_there("query"),
                "400",
                "It cannot be read.",
            ),
            (!self.is_open, "401", "Nobody is signed in."),
            (!self.is_open, "403", "Who is signed in may not."),
            (is_there("path"), "404", "It is not there, or another tenant's."),
            (writes, "409", "It stands against something that is there."),
            (is_versioned, "412", "It was changed since it was read."),
            (
                self.body.is_some(),
                "415",
                "The body is of a kind that is not taken.",
            ),
            (
                self.body.is_some() || is_there("query"),
                "422",
                "A field is not as it must be.",
            ),
            (
                true,
                "429",
                "Too many requests: `Retry-After` says when to come back.",
            ),
        ];
        let may_be = all.into_iter().filter(|(may_be, _, _)| *may_be);
        may_be
            .map(|(_, status, description)| (status, description))
            .collect()
    }

    fn into_operation(mut self) -> Value {
        for (status, description) in self.refusals() {
            self.answers.insert(status.to_owned(), problem(description));
        }
        self.answers
            .insert("default".to_owned(), problem("What went wrong."));
        let mut operation = json!({
            "summary": self.summary,
            "parameters": self.parameters,
            "responses": self.answers,
        });
        if let Some(body) = self.body {
            operation["requestBody"] = body;
        }
        if self.is_open {
            operation["security"] = json!([]);
        }
        operation
    }
}

fn problem(description: &str) -> Value {
    let schema = json!({ "$ref": "#/components/schemas/Problem" });
    json!({
        "description": description,
        "content": { "application/problem+json": { "schema": schema } },
    })
}

fn parameter_of_path(segment: &str) -> Option<Value> {
    let name = segment.strip_prefix('{')?.strip_suffix('}')?;
    Some(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
}

fn header(name: &str, description: &str) -> Value {
    json!({ "name": name, "in": "header", "description": description, "schema": { "type": "string" } })
}
