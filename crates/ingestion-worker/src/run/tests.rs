//! The daemon: woken by what comes, and saying how it is.

use std::sync::Arc;

use db::testing::by_sql;
use serde_json::json;
use server::testing::Caller;
use tokio::time::timeout;

use super::{PATIENCE, POLL, health_page, work};
use crate::testing::{House, a_lead_of};

#[tokio::test]
async fn a_lead_is_ingested_when_it_comes_and_the_loop_ends_when_told_to() {
    let house = House::new().await;
    let worker = Arc::new(house.worker());
    let stop = house.context.stop.clone();
    let (its_worker, its_stop) = (Arc::clone(&worker), stop.clone());
    let working = tokio::spawn(async move { work(its_worker, 25, &its_stop).await });
    let mut hints = house.db().signals().subscribe();

    for number in 0..5 {
        house
            .enqueue(&a_lead_of("ann@example.com", &format!("203-555-010{number}")))
            .await;
        let told = hints.changed(house.here.tenant_id());
        timeout(POLL / 2, told)
            .await
            .expect("the worker is woken, it need not poll");
    }
    stop.now();
    working.await.unwrap();

    assert_eq!(house.leads().await.len(), 5);
}

#[tokio::test]
async fn probes_learn_that_the_loop_is_alive_and_how_much_waits() {
    let house = House::new().await;
    let worker = house.worker();
    house.enqueue_text("{").await;
    house.drain().await;
    house.wait(90);
    super::keep_up(&worker).await;
    let prober = Caller::at(&health_page(&house.context, &worker.pulse), "worker.internal");

    let ready = prober.get("/readyz").await.json();
    let metrics = prober.get("/metrics").await.text().to_owned();

    assert_eq!(ready["checks"]["loop"], json!({"ok": true}));
    assert!(
        metrics.contains(r#"ingestion_queue_depth{status="dead_letter"}"#),
        "{metrics}"
    );
    for (name, labels) in [
        (
            "ingestion_queue_oldest_age_seconds",
            r#"{status="dead_letter"} 90"#,
        ),
        ("ingestion_picked_total", r#"{event_type="unknown"}"#),
        ("ingestion_batch_size", "_count"),
    ] {
        assert!(
            metrics.contains(&format!("{name}{labels}")),
            "{name} is not in {metrics}"
        );
    }
    assert!(
        metrics.contains(r#"ingestion_attempts_total{event_type="unknown",outcome="dead_lettered"}"#),
        "{metrics}"
    );
}

#[tokio::test]
async fn a_worker_whose_claims_all_fail_is_not_ready() {
    let house = House::new().await;
    let worker = house.worker();
    let prober = Caller::at(&health_page(&house.context, &worker.pulse), "worker.internal");
    let of_the_loop = async || prober.get("/readyz").await.json()["checks"]["loop"]["ok"].clone();

    worker.pulse.grow_old(PATIENCE * 2);
    worker.claim(10).await.unwrap();
    assert_eq!(of_the_loop().await, json!(true), "an empty queue answered");

    by_sql(house.db(), "ALTER TABLE ingestion_pauses RENAME TO gone")
        .await
        .unwrap();
    worker.pulse.grow_old(PATIENCE * 2);
    assert!(worker.claim(10).await.is_err());
    assert_eq!(of_the_loop().await, json!(false));
}
