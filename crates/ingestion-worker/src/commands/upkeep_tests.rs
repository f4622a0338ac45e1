//! What looking after the queue answers, and what it leaves behind.

use insta::assert_snapshot;
use jiff::SignedDuration;
use types::{AuditAction, AuditStatus, JobStatus};

use super::{
    Refused, discard, groups,
    output::{Answer, Form, text_of},
    prune, queue,
};
use crate::{
    cli::{DiscardArgs, GroupsArgs, PauseArgs, PruneArgs, Selection, Who},
    testing::{House, a_lead_of, a_malformed_lead, an_event},
};

fn json(answer: &impl Answer) -> String {
    text_of(answer, Form::Json).unwrap()
}

fn of(tenant: Option<&str>) -> PauseArgs {
    PauseArgs {
        tenant: tenant.map(str::to_owned),
        who: Who {
            actor: "ann".to_owned(),
        },
    }
}

fn discarding(job: impl ToString) -> DiscardArgs {
    DiscardArgs {
        job: Some(job.to_string()),
        selection: Selection::default(),
        all: false,
        why: "a test of ours".to_owned(),
        yes: true,
        dry_run: false,
        who: Who {
            actor: "ann".to_owned(),
        },
    }
}

#[tokio::test]
async fn statistics_say_what_waits_how_old_it_is_and_what_went_through() {
    let house = House::new().await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
    house.drain().await;
    house.enqueue_text("{").await;
    house.drain().await;
    house.enqueue(&a_lead_of("bea@example.com", "203-555-0124")).await;
    house.wait(90);

    let stats = queue::statistics(&house.context, 24).await.unwrap();

    assert_snapshot!(json(&stats), @r#"{"event":"queue_stats_result","hours":24,"pending":1,"processing":0,"deadLetter":1,"processed":1,"oldestPendingSeconds":90,"paused":[],"lines":[{"tenantId":"tenant_here","eventType":"","pending":0,"processing":0,"deadLetter":1,"processed":0,"processedPerHour":0.0,"oldestPendingSeconds":null},{"tenantId":"tenant_here","eventType":"website.lead.submitted","pending":1,"processing":0,"deadLetter":0,"processed":1,"processedPerHour":0.0,"oldestPendingSeconds":90}]}"#);
    let words = stats.words();
    assert!(words.contains("TENANT") && words.contains("90 s"), "{words}");
}

#[tokio::test]
async fn an_empty_queue_says_so() {
    let house = House::new().await;

    let stats = queue::statistics(&house.context, 24).await.unwrap();

    assert_snapshot!(stats.words(), @"Nothing is in the queue.");
}

#[tokio::test]
async fn a_paused_tenants_jobs_wait_until_they_are_resumed_and_both_are_audited() {
    let house = House::new().await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;

    let paused = queue::switch(&house.context, &of(Some("here")), AuditAction::IngestionPause)
        .await
        .unwrap();
    assert_snapshot!(json(&paused), @r#"{"event":"queue_pause_result","tenantId":"tenant_here","changed":true}"#);
    let again = queue::switch(&house.context, &of(Some("here")), AuditAction::IngestionPause)
        .await
        .unwrap();
    assert_snapshot!(again.words(), @"The queue of tenant_here was paused already.");
    assert_eq!(house.drain().await.picked, 0);

    let resumed = queue::switch(&house.context, &of(Some("here")), AuditAction::IngestionResume)
        .await
        .unwrap();
    assert_snapshot!(resumed.words(), @"The queue of tenant_here goes on.");
    assert_eq!(house.drain().await.processed, 1);
    let trail: Vec<AuditAction> = house.audit().await.iter().map(|event| event.action).collect();
    assert_eq!(trail.len(), 2);
    assert!(trail.contains(&AuditAction::IngestionPause) && trail.contains(&AuditAction::IngestionResume));
}

#[tokio::test]
async fn pausing_nobody_we_know_is_refused() {
    let house = House::new().await;

    let refused = queue::switch(&house.context, &of(Some("nobody")), AuditAction::IngestionPause).await;

    assert!(matches!(refused, Err(Refused::NotFound(_))), "{refused:?}");
}

#[tokio::test]
async fn pruning_lets_go_of_old_processed_jobs_and_keeps_dead_letters() {
    let house = House::new().await;
    house.enqueue(&a_lead_of("ann@example.com", "203-555-0123")).await;
    house.enqueue_text("{").await;
    house.drain().await;
    house.wait(3_600);
    let dead = house.enqueue(&a_lead_of("bea@example.com", "203-555-0124")).await;
    house.drain().await;
    let older_than = |minutes, dry_run| PruneArgs {
        older_than: SignedDuration::from_mins(minutes),
        yes: true,
        dry_run,
        who: Who {
            actor: "ann".to_owned(),
        },
    };

    let looked = prune::prune_older(&house.context, &older_than(30, true))
        .await
        .unwrap();
    let pruned = prune::prune_older(&house.context, &older_than(30, false))
        .await
        .unwrap();

    assert_snapshot!(json(&looked), @r#"{"event":"queue_prune_result","before":"2026-03-02T12:30:00Z","prunedCount":1,"dryRun":true}"#);
    assert_snapshot!(pruned.words(), @"1 job processed before 2026-03-02T12:30:00Z pruned.");
    assert_eq!(house.job(dead).await.status, JobStatus::Processed, "too young");
    let stats = queue::statistics(&house.context, 24).await.unwrap();
    assert!(
        json(&stats).contains(r#""deadLetter":1,"processed":2"#),
        "what was done stays counted: {}",
        json(&stats)
    );
    assert_eq!(house.leads().await.len(), 2, "what they left behind stays");
    let trail = house.audit().await;
    let told: Vec<_> = trail
        .iter()
        .map(|line| (line.action, line.status, line.details["count"].as_u64()))
        .collect();
    let prune = AuditAction::IngestionPrune;
    assert_eq!(
        told,
        [
            (prune, AuditStatus::Succeeded, Some(1)),
            (prune, AuditStatus::Allowed, None)
        ]
    );
    assert_eq!(
        (&*trail[0].actor.id, trail[0].attempt_id),
        ("cli:ann", Some(trail[1].id))
    );
}

#[tokio::test]
async fn a_discarded_dead_letter_stays_with_its_reason_in_the_trail() {
    let house = House::new().await;
    let dead = house.enqueue_text("{").await;
    house.drain().await;

    let discarded = discard::discard_one(&house.context, &dead.to_string(), &discarding(dead))
        .await
        .unwrap();

    assert!(discarded.discarded);
    assert_eq!(house.job(dead).await.status, JobStatus::Discarded);
    let event = house.audit().await.remove(0);
    assert_eq!(event.action, AuditAction::IngestionDiscard);
    assert_eq!(event.details["reason"], "a test of ours");
    let again = discard::discard_one(&house.context, &dead.to_string(), &discarding(dead))
        .await
        .unwrap();
    assert!(!again.discarded);
}

#[tokio::test]
async fn a_dry_run_discards_nothing() {
    let house = House::new().await;
    let dead = house.enqueue_text("{").await;
    house.drain().await;

    let args = DiscardArgs {
        dry_run: true,
        ..discarding(dead)
    };
    let would = discard::discard_one(&house.context, &dead.to_string(), &args)
        .await
        .unwrap();

    assert!(would.discarded);
    assert_eq!(house.job(dead).await.status, JobStatus::DeadLetter);
}

#[tokio::test]
async fn a_job_is_shown_with_every_attempt_that_failed() {
    let house = House::new().await;
    let id = house.enqueue(&a_malformed_lead()).await;
    house.drain().await;
    house.wait(40);
    house.drain().await;

    let shown = super::job::job(&house.context, &id.to_string()).await.unwrap();

    let words = shown.words();
    assert!(words.contains("status      pending, attempt 2"), "{words}");
    assert!(
        words.contains("after 0.0 s") && words.contains("(worker-"),
        "{words}"
    );
    let attempts = &serde_json::from_str::<serde_json::Value>(&json(&shown)).unwrap()["attempts"];
    assert_eq!(attempts[1]["number"], 2);
    assert_eq!(attempts[1]["errorClass"], "ingestion_failed");
    assert_eq!(
        attempts[1]["message"],
        "this event has an invalid payload.contact.email: must look like name@example.com"
    );
    assert_eq!(words.matches("ingestion_failed: ").count(), 2, "{words}");
    let missing = super::job::job(&house.context, "nothing").await;
    assert!(matches!(missing, Err(Refused::NotFound(_))));
}

#[tokio::test]
async fn dead_letters_are_grouped_by_what_they_died_of() {
    let house = House::new().await;
    for text in [
        "{",
        "[",
        &an_event("website.tour.requested", &1.into()).to_string(),
    ] {
        house.enqueue_text(text).await;
    }
    house.drain().await;

    let grouped = groups::error_groups(&house.context, &GroupsArgs::default())
        .await
        .unwrap();

    assert_snapshot!(json(&grouped), @r#"{"event":"dead_letter_groups_result","tenantId":"all","count":2,"groups":[{"fingerprint":"9a2e395519","pattern":"invalid_payload: this event is not a JSON object","count":2,"tenantIds":["tenant_here"],"eventTypes":[""],"firstAt":"2026-03-02T12:00:00Z","lastAt":"2026-03-02T12:00:00Z","exampleJobId":"00000000-0000-7000-8000-000000000003"},{"fingerprint":"7c89339ebb","pattern":"invalid_payload: this event has an unknown eventType","count":1,"tenantIds":["tenant_here"],"eventTypes":["website.tour.requested"],"firstAt":"2026-03-02T12:00:00Z","lastAt":"2026-03-02T12:00:00Z","exampleJobId":"00000000-0000-7000-8000-000000000004"}]}"#);
    let words = grouped.words();
    assert!(
        words.starts_with("GROUP ") && words.contains("\n9a2e395519  2 "),
        "{words}"
    );
}

#[tokio::test]
async fn many_are_discarded_by_filter_after_a_look_at_how_many() {
    let house = House::new().await;
    for _ in 0..3 {
        house.enqueue_text("{").await;
    }
    house.drain().await;
    let many = |dry_run| DiscardArgs {
        job: None,
        selection: Selection {
            reason: Some("invalid_payload".to_owned()),
            limit: Some(2),
            ..Selection::default()
        },
        dry_run,
        ..discarding("")
    };

    let looked = discard::discard_many(&house.context, &many(true)).await.unwrap();
    let discarded = discard::discard_many(&house.context, &many(false)).await.unwrap();

    assert_snapshot!(json(&looked), @r#"{"event":"dead_letter_discard_batch_result","tenantId":"all","limit":2,"offset":0,"discardedCount":2,"skippedCount":0,"dryRun":true}"#);
    assert_snapshot!(discarded.words(), @"2 dead letters discarded.");
    assert_eq!(house.audit().await.len(), 1);
    let stats = queue::statistics(&house.context, 24).await.unwrap();
    assert!(json(&stats).contains(r#""deadLetter":1"#), "{}", json(&stats));
}
