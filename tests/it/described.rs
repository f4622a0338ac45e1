//! What `/api/openapi.json` says is so: every route is there, and every answer has the shape that is promised.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;
use tests::{AVA, Answer, Caller, FAIRFIELD, OPS, World};

use crate::tenants_never_meet::{Walk, examples::Example, records_of, sign_in_by_mail};

async fn description(caller: &Caller) -> Value {
    caller.get("/api/openapi.json").await.expect(200).json()
}

/// The routes of an app that programs use.
fn of_programs(surface: Vec<(Method, &'static str)>) -> Vec<(Method, &'static str)> {
    let of_programs = |(_, path): &(Method, &'static str)| path.starts_with("/api/");
    surface.into_iter().filter(of_programs).collect()
}

#[track_caller]
fn assert_complete(description: &Value, surface: Vec<(Method, &'static str)>) {
    let there: BTreeSet<_> = of_programs(surface)
        .into_iter()
        .map(|(method, path)| format!("{method} {path}"))
        .collect();
    let paths = description["paths"].as_object().unwrap();
    let described: BTreeSet<_> = paths
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys();
            methods.map(move |method| format!("{} {path}", method.to_uppercase()))
        })
        .collect();
    assert_eq!(described, there, "described on the left, there on the right");
}

/// Everything that keeps an answer from being what its route promises.
fn misfits(description: &Value, (method, path): (&Method, &str), answer: &Answer) -> Vec<String> {
    let operation = &description["paths"][path][method.as_str().to_lowercase()];
    let promised = &operation["responses"][answer.status.to_string()]["content"];
    // How a route may say no is promised, too: here each is asked for what it does.
    if promised.is_null() || !(200..300).contains(&answer.status) {
        return vec![format!("{} is not promised: {}", answer.status, answer.text)];
    }
    match promised.pointer("/application~1json/schema") {
        Some(schema) => misfit(description, schema, &answer.json(), ""),
        None => Vec::new(),
    }
}

fn misfit(description: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str() {
        let named = description.pointer(name.trim_start_matches('#')).unwrap();
        return misfit(description, named, value, at);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let mut misfits = choices
            .iter()
            .map(|choice| misfit(description, choice, value, at));
        let fits = misfits.any(|misfits| misfits.is_empty());
        return if fits {
            Vec::new()
        } else {
            vec![format!("{at} is none of the choices: {value}")]
        };
    }
    let one_of = schema["enum"]
        .as_array()
        .is_none_or(|words| words.contains(value));
    if !one_of || schema.get("const").is_some_and(|only| only != value) || !is_of_type(schema, value) {
        return vec![format!("{at} is {value}, not {schema}")];
    }
    match value {
        Value::Array(items) => (items.iter().enumerate())
            .flat_map(|(index, item)| misfit(description, &schema["items"], item, &format!("{at}/{index}")))
            .collect(),
        Value::Object(members) => {
            let Some(known) = schema["properties"].as_object() else {
                return Vec::new();
            };
            let required = schema["required"].as_array().into_iter().flatten();
            let missing = required
                .filter(|name| !members.contains_key(name.as_str().unwrap()))
                .map(|name| format!("{at} has no {name}"));
            let present = members.iter().flat_map(|(name, member)| match known.get(name) {
                Some(schema) => misfit(description, schema, member, &format!("{at}/{name}")),
                None => vec![format!("{at}/{name} is not described")],
            });
            missing.chain(present).collect()
        }
        _ => Vec::new(),
    }
}

fn is_of_type(schema: &Value, value: &Value) -> bool {
    match schema["type"].as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        _ => true,
    }
}

#[tokio::test]
async fn the_crm_answers_as_it_is_described() {
    let mut walk = Walk::through(of_programs(crm::surface())).await;
    let description = description(&walk.street.crm.member(AVA).await).await;
    assert_complete(&description, crm::surface());

    while let Some((method, path)) = walk.next().await {
        let ava = walk.street.crm.member(AVA).await;

        let answer = ava.answer(walk.street.example(&method, path).request(&ava)).await;

        let misfits = misfits(&description, (&method, path), &answer);
        assert_eq!(misfits, Vec::<String>::new(), "{method} {path}");
    }
}

#[tokio::test]
async fn the_console_answers_as_it_is_described() {
    let world = World::seeded().await;
    let console = world.console().await;
    let description = description(&console.member(OPS).await).await;
    assert_complete(&description, admin::surface());
    let records = records_of(&world, &console).await;

    for (method, path) in of_programs(admin::surface()) {
        // By then no job fails and none is dead any more: the console's own tests ask these.
        if ["/api/queue/jobs/{job}/event", "/api/queue/jobs/{job}/abandon"].contains(&path) {
            continue;
        }
        let ops = console.member(OPS).await;
        let example = Example::of(&method, path, &records);

        let answer = match (method.as_str(), path) {
            // The example is a member's.
            ("POST", "/api/session") => ops.sign_in(OPS.email).await,
            _ => ops.answer(example.request(&ops)).await,
        };

        let misfits = misfits(&description, (&method, path), &answer);
        assert_eq!(misfits, Vec::<String>::new(), "{method} {path}");
    }
}

#[tokio::test]
async fn a_site_answers_as_it_is_described() {
    let world = World::seeded().await;
    let web = world.web().await;
    let visitor = web.caller(FAIRFIELD);
    let description = description(&visitor).await;
    assert_complete(&description, web::surface());
    sign_in_by_mail(&visitor).await;

    for (method, path) in of_programs(web::surface()) {
        let (example, _) = Example::of_site(&method, path, "fairfield");

        let answer = visitor.answer(example.request(&visitor)).await;

        let misfits = misfits(&description, (&method, path), &answer);
        assert_eq!(misfits, Vec::<String>::new(), "{method} {path}");
    }
}
