use serde::{Deserialize, Serialize};

use super::{Json, ok, parse};
use crate::Failure;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its reading is tested")]
struct Wanted {
    name: String,
    homes: Vec<Home>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only its reading is tested")]
struct Home {
    beds: u8,
}

/// Code, pointer and sentence of a refusal.
fn refusal(body: &str) -> (&'static str, String, String) {
    let failure = parse::<Wanted>(body.as_bytes()).unwrap_err();
    let pointer = match &failure {
        Failure::Invalid(errors) => errors.iter().map(|error| error.pointer.clone()).collect(),
        _ => String::new(),
    };
    (failure.code(), pointer, failure.detail().into_owned())
}

#[test]
fn what_is_not_json_is_malformed_and_says_where() {
    for body in ["", "{", "{\"name\":\"a\",}", "{} x", "\u{0}"] {
        assert_eq!(refusal(body).0, "malformed", "{body:?}");
    }
    let (_, _, sentence) = refusal("{\n  \"name\": nope }");
    assert_eq!(sentence, "The body is not JSON: it breaks at line 2, column 12.");
}

#[test]
fn the_wrong_shape_is_invalid_at_the_field() {
    for (body, pointer, sentence) in [
        (r#"{"homes":[]}"#, "/name", "name is missing."),
        (r#"{"name":1,"homes":[]}"#, "/name", "name must be text."),
        (
            r#"{"name":"a","homes":[{"beds":1},{"beds":300}]}"#,
            "/homes/1/beds",
            "beds must be a whole number from 0 to 255.",
        ),
        (
            r#"{"name":"a","homes":[{"beds":1},7]}"#,
            "/homes/1",
            "An entry of homes must be an object.",
        ),
        (r#"{"name":"a","homes":{}}"#, "/homes", "homes must be a list."),
        ("[]", "", "The body must be an object."),
        (r#"["a", []]"#, "", "The body must be an object."),
        ("7", "", "The body must be an object."),
    ] {
        let expected = ("invalid", pointer.to_owned(), sentence.to_owned());
        assert_eq!(refusal(body), expected, "{body}");
    }
}

#[test]
fn nesting_that_would_exhaust_the_stack_is_malformed() {
    let deep = "[".repeat(100_000);
    assert_eq!(refusal(&deep).0, "malformed");
}

#[tokio::test]
async fn an_answer_is_the_value_with_ok_beside_it() {
    #[derive(Serialize)]
    struct Lead {
        id: u8,
    }
    let body = axum::body::to_bytes(ok(Lead { id: 7 }).into_body(), 100)
        .await
        .unwrap();
    assert_eq!(body, r#"{"ok":true,"id":7}"#);
    let Json(none) = Json(());
    let body = axum::body::to_bytes(ok(none).into_body(), 100).await.unwrap();
    assert_eq!(body, r#"{"ok":true}"#);
}
