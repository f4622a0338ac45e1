use axum::{
    Router,
    routing::{get, post},
};
use serde_json::json;

use super::*;
use crate::testing::{a_service, says};

fn a_question(address: &Url, path: &str) -> Question {
    Question {
        address: address.join(path).unwrap(),
        headers: vec![("x-key", SecretString::from("sesame"))],
        body: None,
    }
}

#[tokio::test]
async fn an_answer_is_read_and_who_asks_is_told() {
    let echo = async |headers: HeaderMap, body: String| {
        let body: Value = serde_json::from_str(&body).unwrap();
        says(
            200,
            &json!({ "key": headers["x-key"].to_str().unwrap(), "body": body }),
        )
    };
    let service = a_service(Router::new().route("/echo", post(echo))).await;
    let outgoing = Outgoing::new(Duration::from_secs(5), 1_000).unwrap();

    let answer = outgoing
        .json(Question {
            body: Some(json!({ "near": 3 })),
            ..a_question(&service, "echo")
        })
        .await;

    assert_eq!(answer, Ok(json!({ "key": "sesame", "body": { "near": 3 } })));
}

#[tokio::test]
async fn what_keeps_an_answer_away_is_told_apart() {
    let router = Router::new()
        .route("/slow", get(std::future::pending::<()>))
        .route(
            "/busy",
            get(async || (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "90")])),
        )
        .route("/broken", get(async || StatusCode::BAD_GATEWAY))
        .route(
            "/moved",
            get(async || (StatusCode::FOUND, [("location", "/json")])),
        )
        .route("/json", get(async || says(200, &json!({}))))
        .route("/page", get(async || "<html>"))
        .route("/endless", get(async || "1".repeat(2_000)));
    let service = a_service(router).await;
    let outgoing = Outgoing::new(Duration::from_millis(300), 1_000).unwrap();
    let nobody: Url = "http://127.0.0.1:9/".parse().unwrap();

    for (address, path, why) in [
        (&service, "slow", Unanswered::TooSlow),
        (
            &service,
            "busy",
            Unanswered::Busy {
                wait: Some(Duration::from_secs(90)),
            },
        ),
        (&service, "broken", Unanswered::Refused(502)),
        (&service, "moved", Unanswered::Refused(302)),
        (&service, "page", Unanswered::NotJson),
        (&service, "endless", Unanswered::TooLarge(1_000)),
        (&nobody, "", Unanswered::Unreachable),
    ] {
        assert_eq!(outgoing.json(a_question(address, path)).await, Err(why), "{path}");
    }
}

#[test]
fn keys_leave_this_machine_only_under_seal() {
    for (address, may) in [
        ("https://api.example.com/x", true),
        ("http://127.0.0.1:8080/", true),
        ("http://localhost/", true),
        ("http://api.example.com/", false),
        ("ftp://localhost/", false),
    ] {
        assert_eq!(is_private(&address.parse().unwrap()), may, "{address}");
    }
}
