//! An owner who lets agents see their own leads and unclaimed ones: every route of the CRM, walked by an agent who must
//! not find a colleague's.
//!
//! The routes are asked of the app itself, as next door in `tenants_never_meet`, so a new one is walked before anybody
//! thinks of it.

use reqwest::Method;
use serde_json::{Value, json};
use tests::{AVA, Answer, BEN, Caller, FAIRFIELD};

use crate::tenants_never_meet::{Street, a_calendar};

/// What Ben must never read. The shared view called Zelda's is everybody's, and so is her first name.
const SECRETS: [&str; 3] = ["zelda.quince@example.com", "Quince", "Call Zelda"];

/// Fairfield, where Zelda's lead is Ava's and Ben sees only his own.
async fn apart() -> (Street, Caller) {
    let street = Street::new().await;
    apart_in(&street, &street.crm.member(AVA).await).await;
    let ben = street.crm.member(BEN).await;
    (street, ben)
}

async fn apart_in(street: &Street, ava: &Caller) {
    let me = ava.get("/api/session").await.expect(200).json()["userId"].clone();
    let lead = format!("/api/leads/{}", street.lead());
    ava.patch_json(&lead, json!({ "assignedTo": me }))
        .await
        .expect(200);
    ava.post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await
        .expect(303);
}

#[track_caller]
fn assert_silent(street: &Street, answer: &Answer, route: &str, path: &str) {
    let shown = answer.text.replace(path, "…");
    for secret in SECRETS.into_iter().chain([street.lead(), street.contact()]) {
        assert!(
            !shown.contains(secret),
            "{route} shows {secret} to a colleague:\n{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn an_agent_finds_no_lead_of_a_colleague_behind_any_route() {
    let (street, ben) = apart().await;
    let mut walked = 0;

    for (method, pattern) in crm::surface() {
        let route = format!("{method} {pattern}");
        let example = street.example(&method, pattern);
        // Ava's own calendar, whose address only she has.
        if pattern == "/calendar/{file}" {
            continue;
        }
        let is_about_hers = example
            .id
            .as_ref()
            .is_some_and(|id| [street.lead(), street.contact(), street.reminder()].contains(&id.as_str()));
        if method != Method::GET && !is_about_hers {
            continue;
        }
        walked += 1;

        let answer = ben.answer(example.request(&ben)).await;

        assert_silent(&street, &answer, &route, &example.path);
        if is_about_hers {
            let missing = example.with_missing_id();
            let nothing = ben.answer(missing.request(&ben)).await;
            // What only owners do is refused before anybody looks.
            assert!(
                [403, 404].contains(&answer.status),
                "{route} answers {}",
                answer.status
            );
            assert_eq!(
                answer.status, nothing.status,
                "{route} tells a colleague's id from a missing one"
            );
        }
    }

    assert!(walked > 60, "only {walked} routes were walked");
}

/// A calendar cannot sign in, and shows no more than its owner would be shown.
#[tokio::test]
async fn ones_own_calendar_forgets_whose_lead_became_a_colleagues() {
    let street = Street::new().await;
    let (ava, ben) = (street.crm.member(AVA).await, street.crm.member(BEN).await);
    let calendar = format!("/calendar/{}", a_calendar(&ben).await);
    for about in [
        json!({ "title": "Call Zelda again", "dueAt": "2030-01-03T09:00:00Z", "leadId": street.lead() }),
        json!({ "title": "Buy stamps", "dueAt": "2030-01-04T09:00:00Z" }),
    ] {
        ben.post_json("/api/reminders", about).await.expect(201);
    }
    let nobody = street.crm.caller(FAIRFIELD);
    let before = nobody.get(&calendar).await.expect(200).text;
    assert!(
        before.contains("Call Zelda again") && before.contains("Buy stamps"),
        "{before}"
    );

    apart_in(&street, &ava).await;

    let after = nobody.get(&calendar).await.expect(200).text;
    assert!(
        !after.contains("Zelda") && after.contains("Buy stamps"),
        "{after}"
    );
}

#[tokio::test]
async fn no_filter_and_no_search_finds_it_and_no_number_counts_it() {
    let (street, ben) = apart().await;
    let (lead, contact) = (street.lead(), street.contact());
    for path in [
        "/leads?q=quince".to_owned(),
        "/api/leads?q=zelda".to_owned(),
        format!("/api/leads?contactId={contact}"),
        "/api/leads.csv?q=quince".to_owned(),
        "/contacts?search=quince".to_owned(),
        "/api/contacts?search=zelda.quince".to_owned(),
        "/api/contacts.csv?search=quince".to_owned(),
        "/api/contacts.vcf?search=quince".to_owned(),
        format!("/api/activities?leadId={lead}"),
        format!("/api/activities?contactId={contact}"),
        format!("/api/reminders?leadId={lead}"),
        format!("/contacts/merge?ids={contact}"),
        "/contacts/merge?search=quince".to_owned(),
        "/pipeline".to_owned(),
    ] {
        let answer = ben.get(&path).await;
        assert_silent(&street, &answer, &path, &path);
    }
    let ava = street.crm.member(AVA).await;
    let count = async |caller: &Caller| {
        let counted = caller
            .get("/api/leads?count=true&limit=1")
            .await
            .expect(200)
            .json();
        let summary = caller.get("/api/summary").await.expect(200).json();
        assert_eq!(counted["pagination"]["total"], summary["leadCount"]);
        summary["leadCount"].as_i64().unwrap()
    };
    assert!(count(&ben).await < count(&ava).await);
}

#[tokio::test]
async fn the_live_stream_tells_only_that_something_changed() {
    let (street, ben) = apart().await;
    let ava = street.crm.member(AVA).await;
    let mut feed = ben.feed("/api/events/stream", None).await;

    let lead = format!("/api/leads/{}", street.lead());
    ava.patch_json(&lead, json!({ "notes": "Rang" }))
        .await
        .expect(200);

    let told = feed.next("lead_updated").await;
    let said: Value = serde_json::from_str(&told.data).unwrap();
    assert_eq!(
        (&said["leadId"], &said["contactId"]),
        (&Value::Null, &Value::Null)
    );
    ava.patch_json(&lead, json!({ "assignedTo": null }))
        .await
        .expect(200);
    let told = feed.next("lead_updated").await;
    let said: Value = serde_json::from_str(&told.data).unwrap();
    assert_eq!(said["leadId"], street.lead());
}
