use serde_json::{Map, Value, json};
use server::FieldErrors;
use types::{Beds, Email, events::Consent};

use super::Fields;

fn object(value: Value) -> Map<String, Value> {
    let Value::Object(object) = value else {
        panic!("a test's object is one")
    };
    object
}

fn told(errors: &FieldErrors) -> Vec<String> {
    errors
        .iter()
        .map(|error| format!("{} {}: {}", error.pointer, error.code, error.detail))
        .collect()
}

#[test]
fn every_wrong_field_is_named_where_it_is() {
    let object = object(json!({
        "email": "nobody",
        "consent": {"marketingCalls": "perhaps"},
        "home": {"beds": "many"},
        "other": 7,
    }));
    let mut fields = Fields::of(&object);

    fields.required::<Email>("email", "The e-mail address");
    fields.required::<String>("phone", "The phone number");
    fields.optional::<Consent>("consent", "The consent");
    fields.inside("home", "The home", |home| {
        home.required::<Beds>("beds", "The number of bedrooms")
    });
    fields.inside("other", "The other", |_| Some(()));

    assert_eq!(
        told(&fields.finish(Some(())).unwrap_err()),
        [
            "/email invalid: The e-mail address must look like name@example.com.",
            "/phone required: The phone number is missing.",
            "/consent/marketingCalls invalid: The consent must be true or false.",
            "/home/beds invalid: The number of bedrooms must be a number.",
            "/other invalid: The other must be an object.",
        ]
    );
}

#[test]
fn blank_null_and_absent_are_the_same() {
    let object = object(json!({"blank": " \u{0}\n", "null": null}));
    let mut fields = Fields::of(&object);

    let read = ["blank", "null", "absent"].map(|name| fields.optional::<String>(name, "It"));

    assert_eq!(read, [None, None, None]);
    assert!(fields.finish(Some(())).is_ok());
}
