//! What nobody should send, through the real processes: never a crash, never a lost lead, and a reason that an operator
//! understands.

use serde_json::{Value, json};
use tests::{AVA, Caller, FAIRFIELD, World, an_enquiry};
use types::JobStatus;

fn nested(depth: usize) -> String {
    format!("{}{}", "[".repeat(depth), "]".repeat(depth))
}

/// An event of fairfield's contact form as JSON text, with this text in place of a value: what no serialiser writes.
fn an_event_with(pointer: &str, value: &str) -> String {
    let mut event = json!({
        "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T12:00:00Z",
        "tenant": {"tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": FAIRFIELD},
        "payload": {
            "source": "contact", "message": "Hello",
            "contact": {"name": "Ann Example", "email": "ann@example.com", "phone": "860-555-0117"},
            "propertyDetails": {"propertyType": "condo", "beds": 2, "baths": 1.5},
        },
    });
    *event.pointer_mut(pointer).unwrap() = "<here>".into();
    event.to_string().replace("\"<here>\"", value)
}

#[tokio::test]
async fn what_a_worker_cannot_use_has_a_reason_and_its_neighbours_have_their_leads() {
    let world = World::seeded().await;
    let crm = world.crm().await;
    let ava = crm.member(AVA).await;
    let ten_megabytes = format!("\"{}\"", "x".repeat(10 << 20));
    let (message, beds, baths) = (
        "/payload/message",
        "/payload/propertyDetails/beds",
        "/payload/propertyDetails/baths",
    );
    let (fine, retried, buried) = (JobStatus::Processed, JobStatus::Pending, JobStatus::DeadLetter);
    let cases = [
        (
            an_event_with(message, &ten_megabytes),
            retried,
            "payload.message: must be at most 4000 characters",
        ),
        (
            an_event_with(message, &nested(10_000)),
            retried,
            "payload.message: must be a value of another kind",
        ),
        (nested(10_000), buried, "this event is not a JSON object"),
        (an_event_with(message, r#""Is it\u0000 there?""#), fine, ""),
        (an_event_with(message, r#""Is it \ud83d there?""#), fine, ""),
        (an_event_with(message, r#""Is it \ude00\ud83d there?""#), fine, ""),
        (an_event_with(baths, "0.5"), fine, ""),
        (an_event_with(baths, "2.5"), fine, ""),
        (an_event_with(beds, "0"), fine, ""),
        (
            an_event_with(beds, "1.5"),
            retried,
            "payload.propertyDetails.beds: must be a whole number",
        ),
    ];
    let mut jobs = Vec::new();
    for (payload, ..) in &cases {
        jobs.push(world.enqueue("website.lead.submitted", payload).await);
    }

    let drained = world.drain().await;

    let fine = cases.iter().filter(|(_, status, _)| *status == fine).count();
    assert_eq!(drained["totalProcessed"], fine);
    assert_eq!(leads_of(&ava, "ann@example.com").await, fine);
    for (id, (payload, status, reason)) in jobs.into_iter().zip(&cases) {
        let job = world.job(id).await;
        let said = job.last_error.unwrap_or_default();
        let shown: String = payload.chars().skip(150).take(80).collect();
        assert!(
            job.status == *status && said.ends_with(reason),
            "{shown}: {:?} {said}",
            job.status
        );
    }
}

async fn leads_of(agent: &Caller, email: &str) -> usize {
    let list = agent
        .get(&format!("/api/leads?q={email}&limit=200"))
        .await
        .expect(200)
        .json();
    list["leads"].as_array().unwrap().len()
}

#[tokio::test]
async fn what_a_site_accepts_becomes_a_lead_however_strange_and_the_rest_is_refused() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let visitor = web.caller(FAIRFIELD);
    let ava = crm.member(AVA).await;
    let lead = |number: usize, name: &str, value: &str| {
        let mut enquiry = an_enquiry("ann@example.com");
        enquiry["submissionId"] = number.to_string().into();
        enquiry[name] = "<here>".into();
        enquiry.to_string().replace("\"<here>\"", value)
    };
    let home =
        |beds: &str, baths: &str| format!(r#"{{"propertyType":"condo","beds":{beds},"baths":{baths}}}"#);
    let ten_megabytes = format!("\"{}\"", "x".repeat(10 << 20));

    let mut accepted = 0;
    for (number, (name, value, status)) in [
        ("message", ten_megabytes, 413),
        ("message", nested(5_000), 422),
        // Nobody asked for it, so nobody reads it.
        ("surprise", nested(5_000), 202),
        ("name", r#""Ann\u0000 Example""#.to_owned(), 202),
        ("name", r#""Ann \ud83d Example""#.to_owned(), 202),
        ("propertyDetails", home("0", "0.5"), 202),
        ("propertyDetails", home("\"0\"", "\"2.5\""), 202),
        ("propertyDetails", home("1.5", "1"), 422),
    ]
    .into_iter()
    .enumerate()
    {
        let body = lead(number, name, &value).into_bytes();
        let answer = visitor.post_bytes("/api/lead", "application/json", body).await;
        let shown: String = value.chars().take(40).collect();
        assert_eq!(answer.status, status, "{name} {shown}: {}", answer.text);
        accepted += usize::from(status == 202);
    }

    let drained = world.drain().await;
    assert_eq!(
        (&drained["totalProcessed"], &drained["totalFailed"]),
        (&json!(accepted), &json!(0))
    );
    assert_eq!(leads_of(&ava, "ann@example.com").await, accepted);
}

#[tokio::test]
async fn the_email_of_one_with_the_phone_of_another_is_a_lead_and_a_question() {
    let world = World::seeded().await;
    let (web, crm) = (world.web().await, world.crm().await);
    let visitor = web.caller(FAIRFIELD);
    let ava = crm.member(AVA).await;
    let (ann, mut mixed) = (an_enquiry("ann@example.com"), an_enquiry("bea@example.com"));
    for enquiry in [&ann, &mixed] {
        visitor.post_json("/api/lead", enquiry.clone()).await.expect(202);
    }
    world.drain().await;
    let contacts = async || ava.get("/api/summary").await.expect(200).json()["contactCount"].clone();
    let known = contacts().await;

    mixed["phone"] = ann["phone"].clone();
    visitor.post_json("/api/lead", mixed).await.expect(202);
    assert_eq!(world.drain().await["totalProcessed"], 1);

    assert_eq!(contacts().await, known);
    assert_eq!(leads_of(&ava, "bea@example.com").await, 2);
    let suspected = ava.get("/api/duplicates").await.expect(200).text;
    let bea = ava
        .get("/api/contacts?search=bea@example.com")
        .await
        .expect(200)
        .json();
    let bea: &Value = &bea["contacts"][0]["id"];
    assert!(suspected.contains(bea.as_str().unwrap()), "{suspected}");
}
