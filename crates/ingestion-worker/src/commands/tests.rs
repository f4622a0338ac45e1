//! What the commands answer: exactly the objects scripts rely on, and words for people.

use std::sync::Arc;

use insta::assert_snapshot;
use types::JobStatus;

use super::{
    Refused,
    dead_letters::dead_letters,
    drain::drain_queue,
    output::{Answer, Form, text_of},
    requeue::{job_of, requeue_many, requeue_one},
};
use crate::{
    cli::{DrainArgs, ListArgs, RequeueArgs, Selection, Who},
    testing::{House, a_lead_of, a_malformed_lead, an_event},
};

fn json(answer: &impl Answer) -> String {
    text_of(answer, Form::Json).unwrap()
}

fn of_tenant(tenant: &str) -> Selection {
    Selection {
        tenant: Some(tenant.to_owned()),
        ..Selection::default()
    }
}

fn no_flags() -> RequeueArgs {
    RequeueArgs {
        job: None,
        selection: Selection::default(),
        all: false,
        dry_run: false,
        who: Who {
            actor: "ann".to_owned(),
        },
    }
}

/// A house with two dead letters.
async fn a_house_with_dead_letters(variables: &[(&str, &str)]) -> House {
    let house = House::with(variables).await;
    for text in ["{", &an_event("website.tour.requested", &1.into()).to_string()] {
        house.enqueue_text(text).await;
        house.drain().await;
        house.wait(1);
    }
    house
}

#[tokio::test]
async fn a_drain_counts_what_it_did() {
    let house = House::new().await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
    house.enqueue(&a_malformed_lead()).await;
    house.enqueue_text("{").await;
    let one_at_a_time = DrainArgs {
        batch_size: Some(1),
        ..DrainArgs::default()
    };

    let drained = drain_queue(Arc::new(house.worker()), &house.context, &one_at_a_time)
        .await
        .unwrap();

    assert_snapshot!(json(&drained), @r#"{"event":"drain_result","loops":4,"totalPicked":3,"totalProcessed":1,"totalFailed":2,"totalRequeued":1,"totalDeadLettered":1}"#);
    assert_snapshot!(drained.words(), @"Picked 3 jobs in 4 loops: 1 processed, 2 failed (1 will be tried again, 1 buried).");
}

#[tokio::test]
async fn a_drain_leaves_after_its_loops_unless_it_is_to_go_on_until_nothing_is_due() {
    let house = House::with(&[("INGESTION_BATCH_SIZE", "1"), ("INGESTION_MAX_LOOPS", "2")]).await;
    for number in 0..6 {
        house
            .enqueue(&a_lead_of("ann@example.com", &format!("203-555-012{number}")))
            .await;
    }
    let drain = async |args| {
        drain_queue(Arc::new(house.worker()), &house.context, &args)
            .await
            .map(|d| json(&d))
            .unwrap()
    };

    let by_settings = drain(DrainArgs::default()).await;
    let by_flag = drain(DrainArgs {
        max_loops: Some(1),
        ..DrainArgs::default()
    })
    .await;
    let by_both = drain(DrainArgs {
        until_empty: true,
        max_loops: Some(1),
        ..DrainArgs::default()
    })
    .await;
    let to_the_end = drain(DrainArgs {
        until_empty: true,
        ..DrainArgs::default()
    })
    .await;

    assert!(
        by_settings.contains(r#""loops":2,"totalPicked":2"#),
        "{by_settings}"
    );
    assert!(by_flag.contains(r#""loops":1,"totalPicked":1"#), "{by_flag}");
    assert!(by_both.contains(r#""loops":1,"totalPicked":1"#), "{by_both}");
    assert!(
        to_the_end.contains(r#""loops":3,"totalPicked":2"#),
        "{to_the_end}"
    );
}

#[tokio::test]
async fn dead_letters_are_listed_with_their_reasons() {
    let house = a_house_with_dead_letters(&[]).await;

    let listed = dead_letters(&house.context, &ListArgs::default()).await.unwrap();

    assert_snapshot!(json(&listed), @r#"{"event":"dead_letter_list_result","tenantId":"all","limit":50,"offset":0,"count":2,"includePayload":false,"jobs":[{"id":"00000000-0000-7000-8000-000000000005","tenantId":"tenant_here","eventType":"website.tour.requested","attemptCount":1,"lastError":"invalid_payload: this event has an unknown eventType","deadLetteredAt":"2026-03-02T12:00:01Z","nextAttemptAt":"2026-03-02T12:00:01Z"},{"id":"00000000-0000-7000-8000-000000000002","tenantId":"tenant_here","eventType":"","attemptCount":1,"lastError":"invalid_payload: this event is not a JSON object","deadLetteredAt":"2026-03-02T12:00:00Z","nextAttemptAt":"2026-03-02T12:00:00Z"}]}"#);
    assert_snapshot!(listed.words(), @r"
    JOB                                   TENANT       EVENT                   ATTEMPTS  BURIED                ERROR
    00000000-0000-7000-8000-000000000005  tenant_here  website.tour.requested  1         2026-03-02T12:00:01Z  invalid_payload: this event has an unknown eventType
    00000000-0000-7000-8000-000000000002  tenant_here                          1         2026-03-02T12:00:00Z  invalid_payload: this event is not a JSON object
    ");
}

#[tokio::test]
async fn flags_beat_variables_and_a_payload_is_shown_only_when_asked_for() {
    let house = a_house_with_dead_letters(&[
        ("INGESTION_DEAD_LETTER_LIMIT", "7"),
        ("INGESTION_DEAD_LETTER_OFFSET", "1"),
        ("INGESTION_DEAD_LETTER_TENANT_ID", "tenant_here"),
        ("INGESTION_DEAD_LETTER_INCLUDE_PAYLOAD", "1"),
    ])
    .await;
    let flags = ListArgs {
        selection: Selection {
            limit: Some(1),
            offset: Some(0),
            ..of_tenant("here")
        },
        include_payload: false,
    };

    let by_variables = dead_letters(&house.context, &ListArgs::default()).await.unwrap();
    let by_flags = dead_letters(&house.context, &flags).await.unwrap();

    assert_snapshot!(json(&by_variables), @r#"{"event":"dead_letter_list_result","tenantId":"tenant_here","limit":7,"offset":1,"count":1,"includePayload":true,"jobs":[{"id":"00000000-0000-7000-8000-000000000002","tenantId":"tenant_here","eventType":"","attemptCount":1,"lastError":"invalid_payload: this event is not a JSON object","deadLetteredAt":"2026-03-02T12:00:00Z","nextAttemptAt":"2026-03-02T12:00:00Z","payload":"{"}]}"#);
    assert!(json(&by_flags).starts_with(
        r#"{"event":"dead_letter_list_result","tenantId":"tenant_here","limit":1,"offset":0,"count":1,"includePayload":true"#
    ));
}

#[tokio::test]
async fn a_tenant_nobody_knows_is_not_found() {
    let house = House::new().await;
    let args = ListArgs {
        selection: of_tenant("nobody"),
        include_payload: false,
    };

    let refused = dead_letters(&house.context, &args).await.unwrap_err();

    assert!(matches!(&refused, Refused::NotFound(_)), "{refused}");
    assert_eq!(refused.to_string(), "there is no tenant \"nobody\"");
}

#[tokio::test]
async fn an_unknown_type_is_buried_requeued_and_buried_again() {
    let house = House::new().await;
    let job = house
        .enqueue(&an_event("website.tour.requested", &1.into()))
        .await;
    house.drain().await;

    let requeued = requeue_one(&house.context, &job.to_string(), "ann")
        .await
        .unwrap();

    assert_eq!(
        json(&requeued),
        format!(r#"{{"event":"dead_letter_requeue_single_result","jobId":"{job}","requeued":true}}"#)
    );
    let stored = house.job(job).await;
    assert_eq!(
        (stored.status, stored.attempt_count, stored.last_error),
        (JobStatus::Pending, 0, None)
    );
    assert_eq!(house.drain().await.dead_lettered, 1);
    let audit = house.audit().await.remove(0);
    assert_eq!(
        (
            audit.action.as_str(),
            audit.actor.id.as_str(),
            audit.tenant_id.as_ref()
        ),
        ("ingestion.requeue", "cli:ann", Some(house.here.tenant_id()))
    );
}

#[tokio::test]
async fn only_a_dead_letter_is_requeued() {
    let house = House::new().await;
    let waiting = house.enqueue(&a_malformed_lead()).await;

    for job in [waiting.to_string(), "12".to_owned()] {
        let refused = requeue_one(&house.context, &job, "ann").await.unwrap();
        assert!(!refused.requeued, "{job}");
    }

    assert_eq!(house.audit().await, []);
}

#[tokio::test]
async fn a_batch_is_requeued_by_filter_after_a_look_at_how_many() {
    let house = a_house_with_dead_letters(&[]).await;
    let all = |dry_run| RequeueArgs {
        all: true,
        dry_run,
        ..no_flags()
    };
    let of_another_reason = RequeueArgs {
        selection: Selection {
            reason: Some("ingestion_failed".to_owned()),
            ..of_tenant("here")
        },
        ..no_flags()
    };

    let none = requeue_many(&house.context, &of_another_reason).await.unwrap();
    let looked = requeue_many(&house.context, &all(true)).await.unwrap();
    let requeued = requeue_many(&house.context, &all(false)).await.unwrap();

    assert_snapshot!(json(&none), @r#"{"event":"dead_letter_requeue_batch_result","tenantId":"tenant_here","limit":50,"offset":0,"requeuedCount":0,"skippedCount":0}"#);
    assert_snapshot!(json(&looked), @r#"{"event":"dead_letter_requeue_batch_result","tenantId":"all","limit":null,"offset":0,"requeuedCount":2,"skippedCount":0,"dryRun":true}"#);
    assert_snapshot!(json(&requeued), @r#"{"event":"dead_letter_requeue_batch_result","tenantId":"all","limit":null,"offset":0,"requeuedCount":2,"skippedCount":0}"#);
    assert_snapshot!(requeued.words(), @"2 dead letters put back in line.");
    assert_eq!(house.audit().await.len(), 1);
    assert_eq!(house.drain().await.dead_lettered, 2);
}

#[tokio::test]
async fn a_flag_that_speaks_of_many_beats_the_variable_that_names_one() {
    let house = House::with(&[("INGESTION_DEAD_LETTER_JOB_ID", "from-the-environment")]).await;
    let many = RequeueArgs {
        selection: of_tenant("here"),
        ..no_flags()
    };
    let one = RequeueArgs {
        job: Some("from-a-flag".to_owned()),
        ..no_flags()
    };

    assert_eq!(job_of(&house.context, &no_flags()), Some("from-the-environment"));
    assert_eq!(job_of(&house.context, &one), Some("from-a-flag"));
    assert_eq!(job_of(&house.context, &many), None);
}
