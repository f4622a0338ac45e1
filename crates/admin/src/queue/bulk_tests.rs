//! Bulk actions: begun, watched, stopped, and gone on with by another console.

use db::platform::{
    bulk_actions::{self, Meant},
    jobs::DeadLetterFilter,
};
use jiff::SignedDuration;
use serde_json::json;
use types::{
    BulkStatus, DeadLetterMove,
    JobStatus::{DeadLetter, Discarded, Pending},
};

use super::{
    bulk::{Hands, begin, find},
    tests::Ward,
};

fn everything() -> Meant {
    Meant::Matching(DeadLetterFilter::all())
}

#[tokio::test]
async fn a_bulk_action_has_an_address_says_how_far_it_is_and_is_in_the_trail() {
    let ward = Ward::new().await;

    let moved = ward
        .post("dead-letters/requeue", json!({ "all": true }))
        .await
        .json();
    let path = format!("/api/queue/actions/{}", moved["bulkActionId"].as_str().unwrap());
    let action = ward.admin.get(&path).await.json();
    let listed = ward.admin.get("/api/queue/actions").await.json();
    let page = ward.admin.get(&path.replace("/api", "")).await;
    let stopped = ward.admin.post_json(&format!("{path}/stop"), json!({})).await;

    assert_eq!(moved["status"], "done");
    assert_eq!(action["action"]["moved"], moved["requeuedCount"]);
    assert_eq!(action["action"]["meant"], moved["requeuedCount"]);
    assert_eq!(listed["actions"][0], action["action"]);
    assert!(page.page().contains("<progress"), "{}", page.text());
    assert_eq!(
        stopped.json()["action"]["status"],
        "done",
        "what is over stays so"
    );
    let told = ward.console.events().await;
    let told = told
        .iter()
        .rfind(|event| event.details.get("bulkAction").is_some())
        .unwrap();
    assert_eq!(told.details["bulkAction"], action["action"]["id"]);
    assert!(told.attempt_id.is_some());
}

#[tokio::test]
async fn a_bulk_action_that_was_stopped_goes_on_no_more() {
    let ward = Ward::new().await;
    let shell = ward.console.shell();
    let begun = begin(&shell, everything(), DeadLetterMove::Requeue)
        .await
        .unwrap();
    assert_eq!((begun.meant, begun.moved), (3, 0));
    assert_eq!(ward.stand().await, [DeadLetter; 3], "nothing moves by itself");

    let path = format!("/api/queue/actions/{}/stop", begun.id);
    let stopped = ward.admin.post_json(&path, json!({})).await.json();
    let mut tx = shell.db.write(shell.platform).await.unwrap();
    let after = bulk_actions::step(&mut tx, shell.platform, begun.id, (shell.now, shell.ids))
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(stopped["action"]["status"], "stopped");
    assert_eq!(after, None);
    assert_eq!(ward.stand().await, [DeadLetter; 3]);
}

#[tokio::test]
async fn what_a_process_left_half_way_is_gone_on_with_and_what_somebody_works_on_is_not() {
    let ward = Ward::new().await;
    let shell = ward.console.shell();
    let hands = Hands::of_platform(&ward.console.context);
    let begun = begin(&shell, everything(), DeadLetterMove::Requeue)
        .await
        .unwrap();

    hands.take_over().await.unwrap();
    let while_somebody_works = ward.stand().await;
    ward.console.test.clock.advance(SignedDuration::from_secs(31));
    hands.take_over().await.unwrap();

    assert_eq!(while_somebody_works, [DeadLetter; 3]);
    assert_eq!(ward.stand().await, [Pending; 3]);
    let done = find(&shell, begun.id).await.unwrap();
    assert_eq!((done.moved, done.status), (3, BulkStatus::Done));
}

#[tokio::test]
async fn a_console_that_stops_leaves_the_rest_to_another() {
    let ward = Ward::new().await;
    let shell = ward.console.shell();
    let begun = begin(&shell, everything(), DeadLetterMove::Requeue)
        .await
        .unwrap();
    ward.console.test.clock.advance(SignedDuration::from_secs(31));
    ward.console.context.stop.now();

    Hands::of_platform(&ward.console.context)
        .take_over()
        .await
        .unwrap();

    assert_eq!(ward.stand().await, [DeadLetter; 3]);
    let left = find(&shell, begun.id).await.unwrap();
    assert_eq!((left.moved, left.status), (0, BulkStatus::Running));
}

#[tokio::test]
async fn jobs_that_were_ticked_are_a_bulk_action_and_the_trail_says_which_they_were() {
    let ward = Ward::new().await;
    let [a, b, c] = ward.dead.map(|id| id.to_string());
    ward.post("dead-letters/requeue", json!({ "jobId": b })).await;

    let moved = json!({ "jobIds": [a, b, c], "reason": "spam" });
    let moved = ward.post("dead-letters/discard", moved).await.json();

    assert_eq!(
        (&moved["discardedCount"], &moved["skippedCount"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(moved["ineligible"][0]["jobId"], b);
    assert_eq!(ward.stand().await, [Discarded, Pending, Discarded]);
    let events = ward.console.events().await;
    let told: Vec<_> = events
        .iter()
        .filter(|event| event.details["bulkAction"] == moved["bulkActionId"])
        .map(|event| {
            (
                event.tenant_id.as_ref().unwrap().as_str(),
                &event.details["jobIds"],
            )
        })
        .collect();
    assert_eq!(
        told,
        [("tenant_acme", &json!([a])), ("tenant_bravo", &json!([c]))]
    );
    let page = format!("/queue/actions/{}", moved["bulkActionId"].as_str().unwrap());
    assert!(ward.admin.get(&page).await.page().contains("2 of 3"));
}

#[tokio::test]
async fn several_ticked_on_the_page_lead_to_their_action() {
    let ward = Ward::new().await;
    let [a, b, _] = ward.dead.map(|id| id.to_string());
    let form = |rest: &[(&'static str, &'static str)]| {
        let mut form = vec![
            ("scope", "chosen"),
            ("action", "requeue"),
            ("job", &*a),
            ("job", &*b),
        ];
        form.extend_from_slice(rest);
        form.into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect::<Vec<_>>()
    };

    let asked = ward
        .admin
        .post_form("/queue/dead-letters", &borrowed(&form(&[])))
        .await;
    let done = ward
        .admin
        .post_form("/queue/dead-letters", &borrowed(&form(&[("confirmed", "yes")])))
        .await;

    assert!(
        asked.page().contains("Requeue 2 dead letters?"),
        "{}",
        asked.text()
    );
    assert!(done.redirect().starts_with("/queue/actions/"));
    assert_eq!(ward.stand().await, [Pending, Pending, DeadLetter]);
}

fn borrowed(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}
