use jiff::ToSpan as _;
use proptest::prelude::*;

use super::*;
use crate::{Clock as _, Ids as _, TestClock, TestIds};

fn now() -> Timestamp {
    TestClock::default().now()
}

fn an_attempt(status: Option<u16>) -> Attempt {
    Attempt {
        status,
        took: SignedDuration::from_millis(80),
        error: None,
        body: String::new(),
        wait: None,
    }
}

fn a_delivery(attempts: i64) -> Delivery {
    let ids = TestIds::default();
    Delivery {
        id: ids.new_id().into(),
        endpoint_id: ids.new_id().into(),
        seq: Some(7),
        event: WebhookEvent::LeadCreated,
        payload: Value::Null,
        contact_id: None,
        lead_id: None,
        created_at: now(),
        status: DeliveryStatus::Waiting,
        attempts,
        next_attempt_at: Some(now()),
        last_attempt: None,
    }
}

fn an_endpoint() -> WebhookEndpoint {
    let ids = TestIds::default();
    WebhookEndpoint {
        id: ids.new_id().into(),
        url: "https://hooks.example.com".to_owned(),
        name: "Newsletter".to_owned(),
        events: vec![WebhookEvent::LeadCreated],
        salt: "salt".to_owned(),
        former: None,
        made_by: ids.new_id().into(),
        failing_since: None,
        off: None,
        version: 1,
        created_at: now(),
        updated_at: now(),
    }
}

#[test]
fn what_fails_is_tried_seven_times_more_over_a_day_and_a_half() {
    let mut delivery = a_delivery(0);
    let mut at = now();
    let mut waits = Vec::new();
    while delivery.status == DeliveryStatus::Waiting {
        delivery.attempts += 1;
        delivery.tried(an_attempt(Some(500)), at);
        let next = delivery.next_attempt_at;
        waits.extend(next.map(|next| next.duration_since(at)));
        at = next.unwrap_or(at);
    }

    assert_eq!((delivery.attempts, delivery.status), (8, DeliveryStatus::GivenUp));
    for (wait, planned) in waits.iter().zip(AGAIN) {
        assert!(
            *wait >= planned && *wait <= planned.mul_f64(1.1),
            "{wait} for {planned}"
        );
    }
}

#[test]
fn a_delivery_that_arrived_is_done() {
    for status in [200, 202, 204] {
        let mut delivery = a_delivery(3);
        delivery.tried(an_attempt(Some(status)), now());
        assert_eq!(
            (delivery.status, delivery.next_attempt_at),
            (DeliveryStatus::Delivered, None)
        );
    }
    for status in [None, Some(199), Some(302), Some(404)] {
        let mut delivery = a_delivery(3);
        delivery.tried(an_attempt(status), now());
        assert_eq!(delivery.status, DeliveryStatus::Waiting, "{status:?}");
    }
}

#[test]
fn who_asks_to_be_left_alone_is_for_a_day_at_most() {
    for (asked, least, most) in [
        (SignedDuration::from_secs(90), 90, 90),
        (SignedDuration::from_secs(1), 5, 6),
        (SignedDuration::from_hours(1_000), 86_400, 86_400),
    ] {
        let mut delivery = a_delivery(1);
        let attempt = Attempt {
            wait: Some(asked),
            ..an_attempt(Some(429))
        };
        delivery.tried(attempt, now());
        let wait = delivery.next_attempt_at.unwrap().duration_since(now()).as_secs();
        assert!((least..=most).contains(&wait), "{wait} for {asked}");
    }
}

#[test]
fn an_endpoint_that_fails_for_days_or_says_farewell_is_switched_off() {
    let mut endpoint = an_endpoint();
    let (start, end) = (now(), now() + 120.hours());

    endpoint.heard(&an_attempt(None), start);
    endpoint.heard(&an_attempt(Some(500)), end - 1.second());
    assert_eq!((endpoint.failing_since, endpoint.off), (Some(start), None));
    endpoint.heard(&an_attempt(Some(500)), end);
    assert_eq!(endpoint.off, Some((end, OffReason::Failing)));

    let mut gone = an_endpoint();
    gone.heard(&an_attempt(Some(410)), start);
    assert_eq!(gone.off, Some((start, OffReason::Gone)));
}

#[test]
fn success_ends_a_time_of_failure() {
    let mut endpoint = an_endpoint();

    endpoint.heard(&an_attempt(None), now());
    endpoint.heard(&an_attempt(Some(204)), now() + 100.hours());
    endpoint.heard(&an_attempt(None), now() + 200.hours());

    assert_eq!(endpoint.failing_since, Some(now() + 200.hours()));
    assert_eq!(endpoint.off, None);
}

proptest! {
    #[test]
    fn no_attempt_comes_sooner_than_planned_or_after_the_last(attempts in 1i64..40, id in any::<u128>()) {
        let mut delivery = a_delivery(attempts);
        delivery.id = uuid::Uuid::from_u128(id).into();
        delivery.tried(an_attempt(None), now());
        let planned = AGAIN.get(usize::try_from(attempts - 1).unwrap());
        match (planned, delivery.next_attempt_at) {
            (Some(planned), Some(next)) => prop_assert!(next >= now() + *planned),
            (planned, next) => prop_assert_eq!((planned, next), (None, None)),
        }
    }
}
