use serde_json::{Value, json};

use super::*;
use crate::{EventKey, FailureKind};

fn tenant_id() -> TenantId {
    "tenant_fairfield".parse().unwrap()
}

fn an_event(event_type: &str, payload: Value) -> Value {
    json!({
        "eventType": event_type,
        "version": 1,
        "occurredAt": "2026-11-21T09:00:00.123456Z",
        "tenant": {"tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": "fairfield.localhost"},
        "payload": payload,
    })
}

fn a_lead() -> Value {
    json!({
        "source": "listing-inquiry",
        "contact": {"email": "ann@example.com", "phone": "(203) 555-0123", "name": "Ann Smith"},
        "timeframe": "3-6 months",
        "message": "Is it\nstill there?",
        "listing": {"id": "FB-1", "url": "https://fairfield.localhost/listings/FB-1", "address": "1 Elm St"},
        "propertyDetails": {"propertyType": "condo", "beds": 2, "baths": 1.5, "sqft": 900, "address": "2 Oak St"},
        "consent": {"marketingCalls": true, "marketingEmail": false, "text": "I agree.", "version": "2026-01"},
        "attribution": {"first": {"utm_source": "search", "landingPath": "/"}, "last": {"referrer": "https://example.com"}},
    })
}

fn examples() -> Vec<Value> {
    let home = json!({
        "source": "listing-page",
        "listing": {"id": "FB-1", "address": "1 Elm St", "city": "Darien", "state": "CT", "zip": "06820",
                    "propertyType": "townhouse", "price": 895_000, "beds": 3, "baths": 2.5, "sqft": 1_850},
        "searchContext": {"query": "elm", "page": 2},
        "actor": {"visitorId": "v1", "sessionId": "s1"},
    });
    vec![
        an_event("website.lead.submitted", a_lead()),
        an_event(
            "website.valuation.requested",
            json!({"address": "1 Elm St", "propertyType": "single-family", "beds": 3, "baths": 2.5, "sqft": 2_000,
                   "contact": {"name": "Ann", "email": "ann@example.com", "phone": "555-0123"}, "timeframe": "soon",
                   "consent": {"marketingCalls": false, "marketingEmail": true, "version": "2026-01"},
                   "attribution": {"first": {"utm_source": "search"}}}),
        ),
        an_event(
            "website.search.performed",
            json!({"source": "home-search", "resultCount": 12, "actor": {"visitorId": "v1"},
                   "searchContext": {"query": "elm", "filtersJson": "{\"beds\":3}", "sortField": "price",
                                     "sortOrder": "asc", "page": 1}}),
        ),
        an_event("website.listing.viewed", home.clone()),
        an_event("website.listing.favorited", home.clone()),
        an_event("website.listing.unfavorited", home),
    ]
}

fn parse(event: &Value) -> Result<WebsiteEvent, ParseError> {
    WebsiteEvent::parse(&event.to_string(), &tenant_id())
}

/// What is wrong with a lead whose field `pointer` is `value`.
#[track_caller]
fn problem_of_lead_with(pointer: &str, value: Value) -> String {
    let mut lead = a_lead();
    *lead.pointer_mut(pointer).unwrap() = value;
    parse(&an_event("website.lead.submitted", lead))
        .unwrap_err()
        .to_string()
}

#[test]
fn every_event_comes_back_as_it_was_written() {
    for (event, event_type) in examples().iter().zip(EventType::ALL) {
        let parsed = parse(event).unwrap();
        assert_eq!(parsed.payload.event_type(), *event_type);
        assert_eq!(serde_json::from_str::<Value>(&parsed.to_json()).unwrap(), *event);
        assert_eq!(WebsiteEvent::parse(&parsed.to_json(), &tenant_id()), Ok(parsed));
    }
    assert_eq!(examples().len(), EventType::ALL.len());
}

#[test]
fn an_envelope_nobody_understands_is_buried() {
    let with = |key: &str, value: Value| {
        let mut event = an_event("website.lead.submitted", a_lead());
        event[key] = value;
        event.to_string()
    };
    for (json, error) in [
        ("", ParseError::NotJson),
        ("{\"eventType\":", ParseError::NotJson),
        ("[1,2,3,4,5]", ParseError::NotJson),
        ("null", ParseError::NotJson),
        ("{} {}", ParseError::NotJson),
        ("{}", ParseError::UnknownType),
        (
            &with("eventType", json!("website.tour.requested")),
            ParseError::UnknownType,
        ),
        (&with("eventType", json!(7)), ParseError::UnknownType),
        (&with("version", json!(2)), ParseError::UnknownVersion),
        (&with("version", json!("1")), ParseError::UnknownVersion),
        (&with("version", Value::Null), ParseError::UnknownVersion),
        (&with("tenant", Value::Null), ParseError::WrongTenant),
        (
            &with("tenant", json!({"tenantId": "tenant_hudson"})),
            ParseError::WrongTenant,
        ),
    ] {
        assert_eq!(
            WebsiteEvent::parse(json, &tenant_id()),
            Err(error.clone()),
            "{json}"
        );
        assert_eq!(error.kind(), FailureKind::InvalidPayload);
    }
}

#[test]
fn a_payload_that_does_not_validate_is_tried_again() {
    for (key, value) in [
        ("payload", json!({})),
        ("payload", Value::Null),
        ("payload", json!("text")),
        ("occurredAt", json!("yesterday")),
        ("tenant", json!({"tenantId": "tenant_fairfield"})),
    ] {
        let mut event = an_event("website.lead.submitted", a_lead());
        event[key] = value;
        let error = parse(&event).unwrap_err();
        assert!(matches!(error, ParseError::InvalidPayload(_)), "{key}: {error}");
        assert_eq!(error.kind(), FailureKind::IngestionFailed);
    }
}

#[test]
fn an_error_names_the_field_and_not_what_was_in_it() {
    for (pointer, value, problem) in [
        (
            "/contact/email",
            json!("secret"),
            "has an invalid payload.contact.email: must look like name@example.com",
        ),
        (
            "/contact/email",
            json!(["secret"]),
            "has an invalid payload.contact.email: must be text",
        ),
        (
            "/contact/phone",
            json!("555-0123"),
            "has an invalid payload.contact.phone: must have at least 10 characters and 7 digits, area code included",
        ),
        (
            "/message",
            json!("é".repeat(4_001)),
            "has an invalid payload.message: must be at most 4000 characters",
        ),
        (
            "/propertyDetails/beds",
            json!("NaN"),
            "has an invalid payload.propertyDetails.beds: must be a number",
        ),
        (
            "/propertyDetails/baths",
            json!(-1),
            "has an invalid payload.propertyDetails.baths: must be from 0 to 99",
        ),
        (
            "/propertyDetails/propertyType",
            json!("secret"),
            "has an invalid payload.propertyDetails.propertyType: must be one of single-family, condo, multi-family",
        ),
        (
            "/consent/marketingCalls",
            json!("secret"),
            "has an invalid payload.consent.marketingCalls: must be true or false",
        ),
    ] {
        assert_eq!(problem_of_lead_with(pointer, value), problem);
    }
}

#[test]
fn blank_and_null_mean_absent_and_unknown_keys_are_dropped() {
    let lead = json!({
        "source": "contact", "surprise": {"a": 1},
        "contact": {"email": " ANN@example.com ", "phone": "203-555-0123", "name": " \u{0} "},
        "message": "", "listing": null, "timeframe": null,
        "propertyDetails": {"propertyType": "condo", "beds": "2", "baths": "1.50", "sqft": ""},
        "attribution": {"firstTouch": {"utmSource": "search"}},
    });

    let event = parse(&an_event("website.lead.submitted", lead)).unwrap();

    assert_eq!(
        serde_json::to_value(&event.payload).unwrap(),
        json!({
            "source": "contact",
            "contact": {"email": "ann@example.com", "phone": "203-555-0123"},
            "propertyDetails": {"propertyType": "condo", "beds": 2, "baths": 1.5},
            "attribution": {"first": {"utm_source": "search"}},
        })
    );
}

#[test]
fn what_a_database_cannot_hold_is_taken_out() {
    let json = an_event("website.lead.submitted", a_lead())
        .to_string()
        .replace("still there?", r"st\u0000ill \ud83d");

    let event = WebsiteEvent::parse(&json, &tenant_id()).unwrap();

    let Payload::LeadSubmitted(lead) = event.payload else {
        panic!("a lead became something else")
    };
    assert_eq!(lead.message.unwrap().as_str(), "Is it\nstill \u{fffd}");
}

#[test]
fn filters_may_be_text_or_an_object() {
    for filters in [json!("{\"beds\":3}"), json!({"beds": 3})] {
        let search = json!({"source": "home-search", "searchContext": {"filtersJson": filters}});
        let payload = Payload::parse(EventType::SearchPerformed, &search.to_string()).unwrap();
        let Payload::SearchPerformed(search) = payload else {
            panic!("a search became something else")
        };
        assert_eq!(
            search.search_context.filters_json.unwrap().as_str(),
            "{\"beds\":3}"
        );
    }
}

#[test]
fn personal_data_is_not_shown() {
    for event in examples() {
        let shown = format!("{:?}", parse(&event).unwrap());
        for secret in ["Ann", "ann@", "555", "still there", "elm", "Oak"] {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}

mod keys {
    use super::*;

    fn key(event: &Value) -> EventKey {
        let tenant: TenantId = serde_json::from_value(event["tenant"]["tenantId"].clone()).unwrap();
        EventKey::of_event(&WebsiteEvent::parse(&event.to_string(), &tenant).unwrap())
    }

    #[test]
    fn a_second_click_is_the_same_event() {
        let first = an_event("website.lead.submitted", a_lead());
        let mut second = first.clone();
        second["occurredAt"] = json!("2026-11-21T09:00:01Z");
        second["payload"]["message"] = json!(" Is it\nstill there? ");
        second["payload"]["surprise"] = json!(1);
        second["payload"]["propertyDetails"]["baths"] = json!("1.50");

        assert_eq!(key(&first), key(&second));
        assert_eq!(key(&first).as_str().len(), 64);
    }

    #[test]
    fn another_word_tenant_or_type_is_another_event() {
        let first = an_event("website.listing.favorited", examples()[3]["payload"].clone());
        let mut elsewhere = first.clone();
        elsewhere["tenant"]["tenantId"] = json!("tenant_hudson");
        let undone = an_event("website.listing.unfavorited", first["payload"].clone());
        let mut other = first.clone();
        other["payload"]["listing"]["id"] = json!("FB-2");

        let keys = [key(&first), key(&elsewhere), key(&undone), key(&other)];
        let distinct: std::collections::HashSet<_> = keys.iter().collect();

        assert_eq!(distinct.len(), keys.len());
    }

    #[test]
    fn a_named_submission_is_known_by_its_name_within_its_tenant() {
        let hudson: TenantId = "tenant_hudson".parse().unwrap();
        let key =
            |tenant: &TenantId, id: &str| EventKey::from_submission(EventType::LeadSubmitted, tenant, id);

        assert_eq!(key(&tenant_id(), "abc"), key(&tenant_id(), "abc"));
        assert_ne!(key(&tenant_id(), "abc"), key(&hudson, "abc"));
        assert_ne!(key(&tenant_id(), "abc"), key(&tenant_id(), "abd"));
    }

    #[test]
    fn a_key_does_not_change_between_releases() {
        // Keys are stored: a change here would ingest events in flight twice.
        let event = an_event("website.lead.submitted", a_lead());

        assert_eq!(
            key(&event).as_str(),
            "a01d07c180d164038b63e944b1dccbefb4623c7655b853d2b091917b0bb2482d"
        );
    }
}
