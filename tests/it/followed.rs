//! A visitor's click is followed to the lead: by the id of its request, through the logs of two processes.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{FAIRFIELD, World, an_enquiry};

/// The lines that say this, of a log for machines.
fn lines_with(log: &str, words: &str) -> Vec<Value> {
    let lines = log.lines().filter(|line| line.contains(words));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn the_request_of_a_click_is_in_the_workers_log_and_leads_to_the_lead() {
    let world = World::seeded().await.with("LOG_FORMAT", "json");
    let (web, crm) = (world.web().await, world.crm().await);
    let visitor = web.caller(FAIRFIELD);
    let click = visitor
        .request(Method::POST, "/api/lead")
        .header("x-request-id", "r-from-the-visitor")
        .json(&an_enquiry("ann@example.com"));

    let sent = visitor.answer(click).await.expect(202);
    let drained = world.queue(&["drain"]).await.expect(0);

    let job = sent.json()["jobId"].as_str().unwrap().to_owned();
    let heard = lines_with(&web.said(), "r-from-the-visitor");
    assert_eq!(heard[0]["route"], "/api/lead", "{heard:?}");
    let worked = lines_with(&drained.stderr, "r-from-the-visitor");
    assert_eq!(worked.len(), 1, "{}", drained.stderr);
    assert_eq!(worked[0]["message"], format!("job {job} processed"));
    assert_eq!(worked[0]["tenant"], "tenant_fairfield");
    let shown = world.queue(&["job", "show", &job]).await.expect(0).json();
    assert_eq!(shown["requestId"], "r-from-the-visitor");
    let ava = crm.member(tests::AVA).await;
    let lead = shown["leadId"].as_str().unwrap();
    let lead = ava.get(&format!("/api/leads/{lead}")).await.expect(200).json();
    assert_eq!(lead["lead"]["contactId"], shown["contactId"]);
    assert_eq!(lead["lead"]["contact"]["email"], "ann@example.com");
}

#[tokio::test]
async fn a_retry_and_a_burial_name_the_request_in_words_and_in_json() {
    for format in ["text", "json"] {
        let world = World::seeded().await.with("LOG_FORMAT", format);
        let malformed = json!({
            "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T12:00:00Z",
            "tenant": {"tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": FAIRFIELD},
            "payload": {"source": "contact"},
        });
        let retried = world
            .enqueue_from(
                Some("r-retried"),
                "website.lead.submitted",
                &malformed.to_string(),
            )
            .await;
        let buried = world.enqueue_from(Some("r-buried"), "", "{").await;

        let log = world.queue(&["drain"]).await.expect(0).stderr;

        for (said, request_id) in [
            (format!("job {retried} will be tried again"), "r-retried"),
            (format!("job {buried} buried"), "r-buried"),
        ] {
            let line = log.lines().find(|line| line.contains(&said));
            assert!(
                line.is_some_and(|line| line.contains(request_id)),
                "{format}: {log}"
            );
            let is_json = line.is_some_and(|line| serde_json::from_str::<Value>(line).is_ok());
            assert_eq!(is_json, format == "json", "{log}");
        }
    }
}
