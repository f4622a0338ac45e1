use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};

use super::{Face, Problem};
use crate::{Failure, FieldErrors};

fn json(failure: &Failure) -> Value {
    serde_json::to_value(Problem::of(failure, "/api/leads", "r1")).unwrap()
}

#[test]
fn wrong_fields_are_all_named() {
    let mut errors = FieldErrors::default();
    errors.add("email", "invalid", "Write it like name@example.com.");
    errors.add("/propertyDetails/beds", "range", "Between 0 and 50.");
    insta::assert_json_snapshot!(json(&errors.finish().unwrap_err()), @r#"
    {
      "code": "invalid",
      "detail": "Some fields need another look.",
      "error": "Some fields need another look.",
      "errors": [
        {
          "code": "invalid",
          "detail": "Write it like name@example.com.",
          "pointer": "/email"
        },
        {
          "code": "range",
          "detail": "Between 0 and 50.",
          "pointer": "/propertyDetails/beds"
        }
      ],
      "instance": "/api/leads",
      "ok": false,
      "requestId": "r1",
      "status": 422,
      "title": "Unprocessable Entity",
      "type": "about:blank"
    }
    "#);
}

#[test]
fn a_failure_of_no_field_names_none_and_says_so() {
    assert_eq!(json(&Failure::NotFound)["errors"], json!([]));
}

#[test]
fn a_conflict_says_with_what() {
    let failure = Failure::conflict("contact_exists", "That address is already used.");
    let problem = json(&failure.with_member("contactId", "c1"));
    assert_eq!(problem["status"], 409);
    assert_eq!(problem["code"], "contact_exists");
    assert_eq!(problem["contactId"], "c1");
}

#[test]
fn the_cause_stays_with_us() {
    let cause = anyhow::anyhow!("no such table: leads").context("asking the database");
    let problem = json(&Failure::Internal(cause)).to_string();
    assert!(!problem.contains("table") && !problem.contains("database"));
}

#[test]
fn programs_and_people_are_told_apart() {
    for (path, accept, face) in [
        ("/api/leads", "text/html", Face::Api),
        ("/leads", "text/html,application/xhtml+xml,*/*;q=0.8", Face::Page),
        ("/leads", "", Face::Page),
        ("/leads", "application/json", Face::Api),
        ("/leads", "application/problem+json", Face::Api),
        ("/leads", "text/html, application/json", Face::Page),
        ("/apiary", "", Face::Page),
    ] {
        let request = Request::get(path)
            .header(header::ACCEPT, accept)
            .body(())
            .unwrap();
        assert_eq!(Face::of(&request), face, "{path} {accept}");
    }
}

#[test]
fn every_failure_has_a_page_without_markup_of_the_callers() {
    let problem = Problem::of(&Failure::malformed("<b>"), "/", "r1");
    let page = super::plain(&problem);
    assert!(
        page.contains("&#60;b&#62;") && page.contains("Request r1"),
        "{page}"
    );
    assert_eq!(
        json(&Failure::NotFound)["error"],
        json!("There is nothing at this address.")
    );
    assert_eq!(problem.status, StatusCode::BAD_REQUEST);
}
