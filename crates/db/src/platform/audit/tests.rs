use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use types::{
    Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, ChainLink, Clock as _, PageRequest, TestClock,
    TestIds,
};

use super::{AuditFilter, chain, dangling, head, list, record};
use crate::{PlatformScope, testing::TestDb};

const PLATFORM: PlatformScope = PlatformScope::of_command_line();

fn a_line(ids: &TestIds, minute: i64) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::new(ids),
        occurred_at: at(minute),
        actor: Actor::at_command_line("ann"),
        action: AuditAction::TenantProvision,
        status: AuditStatus::Succeeded,
        tenant_id: None,
        details: json!({ "minute": minute }),
        request_id: None,
        attempt_id: None,
    }
}

fn at(minute: i64) -> Timestamp {
    TestClock::default().now() + SignedDuration::from_mins(minute)
}

async fn write(test: &TestDb, lines: &[AuditEvent]) {
    for line in lines {
        let mut tx = test.db.write(&PLATFORM).await.unwrap();
        record(&mut tx, &PLATFORM, line).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// The minutes of the lines that a filter finds, newest first.
async fn found(test: &TestDb, filter: AuditFilter) -> Vec<i64> {
    let mut tx = test.db.read(&PLATFORM).await.unwrap();
    let page = list(&mut tx, &PLATFORM, &filter, PageRequest::default())
        .await
        .unwrap();
    let minutes = page.items.iter().map(|line| &line.details["minute"]);
    minutes.map(|minute| minute.as_i64().unwrap()).collect()
}

#[tokio::test]
async fn every_filter_narrows_the_trail() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let mut lines: Vec<AuditEvent> = (0..6).map(|minute| a_line(&ids, minute)).collect();
    lines[1].tenant_id = Some("tenant_a".parse().unwrap());
    lines[2].actor.id = "cli:bob".to_owned();
    lines[3].action = AuditAction::IngestionRequeue;
    lines[4].status = AuditStatus::Denied;
    lines[5].request_id = Some("Needle-1".to_owned());
    write(&test, &lines).await;
    let all = AuditFilter::default;

    assert_eq!(found(&test, all()).await, [5, 4, 3, 2, 1, 0]);
    let tenant_id = Some("tenant_a".parse().unwrap());
    assert_eq!(found(&test, AuditFilter { tenant_id, ..all() }).await, [1]);
    let actor_id = Some("cli:bob".to_owned());
    assert_eq!(found(&test, AuditFilter { actor_id, ..all() }).await, [2]);
    let action = Some(AuditAction::IngestionRequeue);
    assert_eq!(found(&test, AuditFilter { action, ..all() }).await, [3]);
    let status = Some(AuditStatus::Denied);
    assert_eq!(found(&test, AuditFilter { status, ..all() }).await, [4]);
    let text = Some("needle".to_owned());
    assert_eq!(found(&test, AuditFilter { text, ..all() }).await, [5]);
    let (from, to) = (Some(at(1)), Some(at(3)));
    assert_eq!(found(&test, AuditFilter { from, to, ..all() }).await, [2, 1]);
    let after = Some((at(2), lines[2].id));
    assert_eq!(found(&test, AuditFilter { after, ..all() }).await, [1, 0]);
}

#[tokio::test]
async fn lines_are_linked_in_the_order_they_were_committed() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let lines: Vec<AuditEvent> = (0..3).map(|minute| a_line(&ids, -minute)).collect();
    write(&test, &lines).await;

    let mut tx = test.db.read(&PLATFORM).await.unwrap();
    let linked = chain(&mut tx, &PLATFORM, 0, 10).await.unwrap();
    let head = head(&mut tx, &PLATFORM).await.unwrap().unwrap();

    let mut link = ChainLink::genesis();
    for (linked, line) in linked.iter().zip(&lines) {
        link = link.next(line, &linked.details);
        assert_eq!((&linked.link, &linked.event), (&link, line));
    }
    assert_eq!((linked.len(), head), (3, link));
}

#[tokio::test]
async fn many_who_write_at_once_make_one_chain() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let lines: Vec<AuditEvent> = (0..20).map(|minute| a_line(&ids, minute)).collect();

    let writers = lines.iter().map(|line| write(&test, std::slice::from_ref(line)));
    futures::future::join_all(writers).await;

    let mut tx = test.db.read(&PLATFORM).await.unwrap();
    let linked = chain(&mut tx, &PLATFORM, 0, 100).await.unwrap();
    let mut link = ChainLink::genesis();
    for linked in &linked {
        link = link.next(&linked.event, &linked.details);
        assert_eq!(linked.link, link);
    }
    assert_eq!(linked.len(), 20);
}

#[tokio::test]
async fn a_line_can_neither_be_changed_nor_removed() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    write(&test, &[a_line(&ids, 0)]).await;

    for statement in [
        "UPDATE admin_audit_events SET actor_id = 'cli:bob'",
        "DELETE FROM admin_audit_events",
    ] {
        let mut tx = test.db.write(&PLATFORM).await.unwrap();
        let refused = tx.query(statement).execute().await;
        assert!(refused.is_err(), "{statement}");
    }
}

#[tokio::test]
async fn what_was_allowed_and_never_ended_is_found() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let mut lines: Vec<AuditEvent> = (0..3).map(|minute| a_line(&ids, minute)).collect();
    lines[0].status = AuditStatus::Allowed;
    lines[1].status = AuditStatus::Allowed;
    lines[2].attempt_id = Some(lines[0].id);
    write(&test, &lines).await;

    let mut tx = test.db.read(&PLATFORM).await.unwrap();
    let open = dangling(&mut tx, &PLATFORM, (at(0), at(10))).await.unwrap();

    assert_eq!(open, [lines[1].clone()]);
}
