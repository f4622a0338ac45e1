//! What the log says of jobs: every line that speaks of one names it, and the request it came with.

use std::sync::Arc;

use server::testing::Log;

use super::tests::a_faulty_worker;
use crate::testing::{House, a_lead_of, a_malformed_lead};

const FORMATS: [&str; 2] = ["text", "json"];

#[tokio::test]
async fn every_outcome_of_an_attempt_names_the_job_and_its_request() {
    for format in FORMATS {
        let house = House::with(&[("INGESTION_MAX_ATTEMPTS", "2")]).await;
        let healthy = a_lead_of("ann@example.com", "203-555-0123").to_string();
        let processed = house.enqueue_from("r-processed", &healthy).await;
        let retried = house
            .enqueue_from("r-retried", &a_malformed_lead().to_string())
            .await;
        let buried = house.enqueue_from("r-buried", "{").await;
        let log = Log::listen(format);

        house.drain().await;

        let log = log.text();
        for (job, request_id, said) in [
            (processed, "r-processed", "processed"),
            (retried, "r-retried", "will be tried again after attempt 1"),
            (buried, "r-buried", "buried at attempt 1"),
        ] {
            let said = format!("job {job} {said}");
            let line = log.lines().find(|line| line.contains(&said));
            assert!(
                line.is_some_and(|line| line.contains(request_id)),
                "{format}: {log}"
            );
        }
        assert_eq!(log.lines().count(), 3, "{format}: {log}");
    }
}

#[tokio::test]
async fn a_lease_that_ran_out_is_a_line_for_each_of_its_jobs() {
    for format in FORMATS {
        let house = House::with(&[("INGESTION_MAX_ATTEMPTS", "2")]).await;
        let lead = a_lead_of("ann@example.com", "203-555-0123").to_string();
        let job = house.enqueue_from("r1", &lead).await;
        let worker = house.worker();
        let log = Log::listen(format);

        for _ in 0..2 {
            worker.claim(10).await.unwrap();
            house.wait(61);
            worker.release_expired().await.unwrap();
        }

        let log = log.text();
        let lines: Vec<&str> = log.lines().collect();
        assert!(
            lines[0].contains(&format!("job {job} will be tried again after attempt 1")),
            "{log}"
        );
        assert!(
            lines[1].contains(&format!("job {job} buried at attempt 2")),
            "{log}"
        );
        assert!(lines.iter().all(|line| line.contains("r1")), "{log}");
    }
}

#[tokio::test]
async fn whatever_is_said_while_a_job_is_worked_on_has_its_span() {
    let house = House::new().await;
    let job = house
        .enqueue_from("r1", &a_lead_of("says@example.com", "203-555-0123").to_string())
        .await;
    let worker = a_faulty_worker(&house, &Arc::default());
    let log = Log::listen("json");

    worker.batch(10, &house.context.stop).await.unwrap();

    let lines = log.jsons();
    for said in ["said while reading", "said while writing"] {
        let line = lines.iter().find(|line| line["message"] == said).unwrap();
        let span = &line["span"];
        assert_eq!(span["name"], "job", "{line}");
        assert_eq!(span["job.id"], job.to_string(), "{line}");
        assert_eq!(span["request_id"], "r1", "{line}");
        assert_eq!(span["tenant"], "tenant_here", "{line}");
        assert_eq!(span["event_type"], "website.lead.submitted", "{line}");
    }
}
