use std::time::Duration;

use axum::{
    extract::FromRequestParts,
    http::{Method, StatusCode, request::Parts},
    response::Response,
};
use serde_json::json;

use crate::{
    Edge, Facts, Failure, Form, Health, Json, Path, Routes, json, limits,
    telemetry::Metrics,
    testing::{Caller, settings_with},
};

/// As an app's own extractor does: it learns the tenant, then the route's quota counts.
struct Visitor;

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let tenant = Facts::of(parts).host.name();
        limits::enforce(parts, tenant).map(|()| Self)
    }
}

fn routes() -> Routes<()> {
    Routes::default()
        .get("/", async || axum::response::Html("<h1>Home</h1>"))
        .get("/boom", async || -> Response { panic!("a secret detail") })
        .get("/broken", async || -> Result<Response, Failure> {
            Err(anyhow::anyhow!("table leads is gone").into())
        })
        .get("/slow", async || std::future::pending::<()>().await)
        .deadline(Duration::from_millis(1))
        .get("/mine", async || -> Result<Response, Failure> {
            Err(Failure::SignedOut)
        })
        .post("/mine", async || -> Result<Response, Failure> {
            Err(Failure::SignedOut)
        })
        .get("/api/who", async |facts: Facts| {
            json::ok(
                json!({ "host": facts.host.name(), "client": facts.client.address(), "https": facts.https }),
            )
        })
        .post("/api/lead", async |_: Visitor| json::ok(()))
        .limit(limits::LEAD)
        .get("/towns/{town}", async |Path(town): Path<String>| town)
        .get("/leads/{id}", async |Path(lead): Path<types::LeadId>| {
            lead.to_string()
        })
        .get("/long", async || "long ".repeat(1000))
        .post("/api/echo", async |Json(body): Json<serde_json::Value>| {
            json::ok(body)
        })
        .cap(64)
        .post("/form", async |Form(form): Form| form.get("name").to_owned())
}

fn edge(variables: &[(&str, &str)]) -> Edge {
    let settings = settings_with(variables);
    let health = Health::new(Metrics::install(), "1.2.3")
        .check("database", async || Err("does not answer".to_owned()));
    Edge::new("test", &settings, health, routes().into_router(()))
}

fn visitor() -> Caller {
    Caller::at(&edge(&[]), "example.com")
}

#[tokio::test]
async fn every_answer_carries_the_headers_and_the_callers_request_id() {
    let caller = visitor().with_header("x-request-id", "abc-1");
    for path in ["/", "/nowhere", "/boom", "/healthz"] {
        let answer = caller.get(path).await;
        assert_eq!(answer.header("x-request-id"), "abc-1", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .starts_with("default-src 'none'")
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
}

#[tokio::test]
async fn an_unreadable_request_id_is_replaced() {
    for theirs in ["has space", &"a".repeat(129)] {
        let answer = visitor().with_header("x-request-id", theirs).get("/").await;
        assert_eq!(answer.header("x-request-id").len(), 32);
    }
}

#[tokio::test]
async fn a_panic_is_one_answer_that_tells_nothing() {
    let answer = visitor().get("/boom").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text().contains("secret"));
    assert!(answer.text().contains(answer.header("x-request-id")));
}

#[tokio::test]
async fn a_cause_is_never_told() {
    let answer = visitor()
        .with_header("accept", "application/json")
        .get("/broken")
        .await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!answer.text().contains("table"));
}

#[tokio::test]
async fn the_routers_own_refusals_look_like_ours() {
    let caller = visitor().with_header("x-request-id", "r1");
    let answer = caller.get("/api/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    insta::assert_json_snapshot!(answer.json(), @r#"
    {
      "code": "not_found",
      "detail": "There is nothing at this address.",
      "error": "There is nothing at this address.",
      "errors": [],
      "instance": "/api/nowhere",
      "ok": false,
      "requestId": "r1",
      "status": 404,
      "title": "Not Found",
      "type": "about:blank"
    }
    "#);
    let answer = caller.delete("/api/echo").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(answer.header("allow"), "POST");
    assert_eq!(answer.json()["code"], "method_not_allowed");
}

#[tokio::test]
async fn people_get_a_page() {
    let answer = visitor().with_header("x-request-id", "r1").get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    insta::assert_snapshot!(answer.text());
}

#[tokio::test]
async fn a_handler_that_hangs_is_given_up() {
    let answer = visitor().get("/slow").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.header("retry-after"), "5");
}

#[tokio::test]
async fn a_person_who_is_signed_out_is_led_to_the_door_and_back() {
    let edge = edge(&[]).sign_in_at("/sign-in");
    let caller = Caller::at(&edge, "example.com");
    let answer = caller.get("/mine?a=1&b=2").await;
    assert_eq!(answer.redirect(), "/sign-in?next=%2Fmine%3Fa%3D1%26b%3D2");
    assert_eq!(caller.post_form("/mine", &[]).await.redirect(), "/sign-in");
    let program = Caller::at(&edge, "example.com").with_header("accept", "application/json");
    let answer = program.get("/mine").await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert_eq!(answer.header("www-authenticate"), "Bearer");
}

#[tokio::test]
async fn forwarded_headers_count_only_from_trusted_proxies() {
    let forwarded = |edge: &Edge| {
        Caller::at(edge, "inner.example")
            .with_header("x-forwarded-for", "203.0.113.9")
            .with_header("x-forwarded-host", "outer.example")
            .with_header("x-forwarded-proto", "https")
    };
    let believed = forwarded(&edge(&[("TRUSTED_PROXIES", "127.0.0.0/8")]));
    insta::assert_json_snapshot!(believed.get("/api/who").await.json(), @r#"
    {
      "client": "203.0.113.9",
      "host": "outer.example",
      "https": true,
      "ok": true
    }
    "#);
    let ignored = forwarded(&edge(&[]));
    insta::assert_json_snapshot!(ignored.get("/api/who").await.json(), @r#"
    {
      "client": "127.0.0.1",
      "host": "inner.example",
      "https": false,
      "ok": true
    }
    "#);
}

#[tokio::test]
async fn another_sites_page_changes_nothing() {
    let foreign = visitor().with_header("sec-fetch-site", "cross-site");
    let answer = foreign.post_form("/form", &[("name", "Ann")]).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let own = visitor().with_header("sec-fetch-site", "same-origin");
    assert_eq!(own.post_form("/form", &[("name", "Ann")]).await.text(), "Ann");
}

#[tokio::test]
async fn a_path_that_names_nothing_is_not_found() {
    let caller = visitor();
    assert_eq!(caller.get("/towns/new%20canaan").await.text(), "new canaan");
    for path in ["/leads/1", "/leads/nonsense", "/towns/a%00b", "/towns/%ff"] {
        assert_eq!(caller.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[tokio::test]
async fn bodies_are_checked_for_size_type_and_sense() {
    let caller = visitor();
    let json = Some("application/json");
    for (kind, body, status) in [
        (json, "{\"a\":1}".to_owned(), 200),
        (json, format!("\"{}\"", "x".repeat(64)), 413),
        (json, "{".to_owned(), 400),
        (json, "{} {}".to_owned(), 400),
        (Some("text/plain"), "{}".to_owned(), 415),
        (None, "{}".to_owned(), 415),
    ] {
        let answer = caller
            .send(Method::POST, "/api/echo", kind, body.clone().into_bytes())
            .await;
        assert_eq!(answer.status, status, "{kind:?} {body}");
    }
}

#[tokio::test]
async fn a_callers_share_of_a_route_is_its_own_and_its_tenants() {
    let edge = edge(&[("RATE_LIMIT", "on"), ("TRUSTED_PROXIES", "127.0.0.1")]);
    let from = |host, address| Caller::at(&edge, host).with_header("x-forwarded-for", address);
    let eager = from("a.example", "203.0.113.9");
    for _ in 0..20 {
        assert_eq!(
            eager.post_json("/api/lead", json!({})).await.status,
            StatusCode::OK
        );
    }
    let refused = eager.post_json("/api/lead", json!({})).await;
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.json()["code"], "too_many_requests");
    // One comes back every three seconds.
    assert!(["1", "2", "3"].contains(&refused.header("retry-after")));
    for other in [from("b.example", "203.0.113.9"), from("a.example", "203.0.113.8")] {
        assert_eq!(
            other.post_json("/api/lead", json!({})).await.status,
            StatusCode::OK
        );
    }
}

#[tokio::test]
async fn probes_are_answered_on_any_host() {
    let caller = visitor();
    assert_eq!(caller.get("/healthz").await.json(), json!({ "ok": true }));
    assert_eq!(
        caller.get("/version").await.json(),
        json!({ "ok": true, "version": "1.2.3" })
    );
    let ready = caller.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    let database = json!({ "ok": false, "detail": "does not answer" });
    assert_eq!(
        ready.json(),
        json!({ "ok": false, "checks": { "database": database } })
    );
    let metrics = caller.get("/metrics").await;
    assert!(
        metrics
            .text()
            .contains("http_request_duration_seconds_bucket{app=\"test\"")
    );
}

#[tokio::test]
async fn long_answers_are_compressed_for_those_who_ask() {
    let answer = visitor()
        .with_header("accept-encoding", "br, gzip")
        .get("/long")
        .await;
    assert_eq!(answer.header("content-encoding"), "br");
    assert!(answer.body.len() < 500);
    let answer = visitor().get("/long").await;
    assert_eq!((answer.header("content-encoding"), answer.body.len()), ("", 5000));
}

#[tokio::test]
async fn too_many_at_once_are_told_to_come_back() {
    let edge = edge(&[]);
    let _all = edge
        .0
        .in_flight
        .acquire_many(super::IN_FLIGHT as u32)
        .await
        .unwrap();
    let caller = Caller::at(&edge, "example.com");
    let shed = tokio::time::timeout(Duration::from_secs(1), caller.get("/"))
        .await
        .unwrap();
    assert_eq!(shed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(caller.get("/healthz").await.status, StatusCode::OK);
}
