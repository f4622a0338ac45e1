use axum::http::StatusCode;
use db::{
    tenant::{members, notices, reminders},
    testing::{a_lead, a_member},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{Clock as _, Notice, NoticeId, Role};

use crate::testing::Crm;

async fn texts(caller: &server::testing::Caller, path: &str) -> Vec<String> {
    let told = caller.get(path).await.json();
    let told = told["notices"].as_array().unwrap().iter();
    told.map(|notice| notice["text"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn whoever_is_given_a_lead_or_loses_one_is_told_until_they_have_read_it() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bobs_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let (ann, bob) = (crm.ann().await, crm.at_fairfield("bob@example.com").await);
    let lead = crm.a_lead_of_ana().await;
    let path = format!("/api/leads/{}", lead.id);

    ann.patch_json(&path, json!({ "assignedTo": bobs_id })).await;
    assert_eq!(
        texts(&bob, "/api/notices").await,
        ["Ann Member gave you the lead of Ana Ruiz."]
    );
    assert_eq!(texts(&ann, "/api/notices").await, [""; 0]);
    ann.patch_json(&path, json!({ "assignedTo": crm.ann })).await;
    ann.patch_json(&path, json!({ "notes": "Nobody need hear of this" }))
        .await;

    let page = bob.get("/notices").await;
    assert!(
        page.page()
            .contains("Ann Member took the lead of Ana Ruiz from you.")
    );
    assert!(page.page().contains("Mark all read"));
    let id = bob.get("/api/notices").await.json()["notices"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let read = bob
        .patch_json(&format!("/api/notices/{id}"), json!({ "read": true }))
        .await;
    assert_eq!(read.status, StatusCode::OK, "{}", read.text());
    assert_eq!(
        texts(&bob, "/api/notices?status=unread").await,
        ["Ann Member gave you the lead of Ana Ruiz."]
    );
    let by_ann = ann
        .patch_json(&format!("/api/notices/{id}"), json!({ "read": false }))
        .await;
    assert_eq!(by_ann.status, StatusCode::NOT_FOUND);
    bob.post_form("/notices", &[]).await;
    assert_eq!(texts(&bob, "/api/notices?status=unread").await, [""; 0]);
    bob.post_form(&format!("/notices/{id}"), &[("action", "unread")])
        .await;
    assert_eq!(texts(&bob, "/api/notices?status=unread").await.len(), 1);
    assert!(
        ann.get("/notices")
            .await
            .page()
            .contains("Nothing happened behind your back")
    );
}

#[tokio::test]
async fn a_notice_of_a_lead_that_is_not_seen_any_more_names_nobody() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    let olgas_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let (ann, olga) = (crm.ann().await, crm.at_fairfield("olga@example.com").await);
    olga.post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await;
    let lead = crm.a_lead_of_ana().await;
    let path = format!("/api/leads/{}", lead.id);

    for holder in [crm.ann, olgas_id] {
        olga.patch_json(&path, json!({ "assignedTo": holder })).await;
    }

    let told = ann.get("/api/notices").await.json();
    assert_eq!(told["notices"][0]["text"], "Olga Member took a lead from you.");
    assert_eq!(told["notices"][0]["leadId"], Value::Null);
    assert!(!told.to_string().contains("Ruiz"));
}

#[tokio::test]
async fn a_rule_tells_whom_it_gave_a_lead_to_and_a_deleted_lead_is_forgotten() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let (ann, olga) = (crm.ann().await, crm.at_fairfield("olga@example.com").await);
    let rule = json!({ "name": "Ann's", "source": "crm_manual", "target": "person", "people": [crm.ann] });
    olga.post_json("/api/assignment-rules", rule).await;

    let made = olga
        .post_json("/api/leads", json!({ "leadType": "buyer", "listingId": "elm-1" }))
        .await
        .json();

    assert_eq!(
        texts(&ann, "/api/notices").await,
        ["A rule gave you a lead of an unknown visitor."]
    );
    let path = format!("/api/leads/{}", made["lead"]["id"].as_str().unwrap());
    assert_eq!(olga.delete(&path).await.status, StatusCode::OK);
    assert_eq!(texts(&ann, "/api/notices").await, [""; 0]);
}

/// Tells of what is overdue, as a website's process does.
async fn tell_of_what_is_overdue(crm: &Crm) {
    let (scope, now) = (&crm.fairfield, crm.clock.now());
    let mut tx = crm.test.db.write(scope).await.unwrap();
    let members = members::list(&mut tx, scope).await.unwrap();
    for found in reminders::list_untold(&mut tx, scope, now, 10).await.unwrap() {
        let (next, told) = found
            .escalation
            .next((&found.reminder, types::InSight::Seen), &members, now);
        assert!(reminders::mark_told(&mut tx, scope, &found, next).await.unwrap());
        let notice = |told| Notice::of_reminder(NoticeId::new(&*crm.ids), told, &found.reminder, now);
        let told: Vec<_> = told.into_iter().map(notice).collect();
        notices::insert(&mut tx, scope, &told).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_is_overdue_is_told_to_whoever_shall_do_it_and_to_owners_and_marked_until_it_is_put_off() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let reminder = json!({ "title": "Call back", "dueAt": crm.clock.now(), "leadId": lead.id });
    ann.post_json("/api/reminders", reminder).await;
    let own = json!({ "title": "Tidy up", "dueAt": crm.clock.now() });
    ann.post_json("/api/reminders", own).await;
    crm.clock.advance(SignedDuration::from_hours(72));
    let ann = crm.ann().await;
    for path in ["/", "/reminders"] {
        assert!(!ann.get(path).await.page().contains("Escalated"), "{path}");
    }

    tell_of_what_is_overdue(&crm).await;

    let mut told = texts(&ann, "/api/notices").await;
    told.sort_unstable();
    assert_eq!(
        told,
        ["“Call back” about Ana Ruiz is overdue.", "“Tidy up” is overdue."]
    );
    let olga = crm.at_fairfield("olga@example.com").await;
    let mut told = texts(&olga, "/api/notices").await;
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "Ann Member has not done what is overdue: “Call back” about Ana Ruiz.",
            "Ann Member has not done what is overdue: “Tidy up”."
        ]
    );
    let page = ann.get("/notices").await;
    for place in [&format!("/leads/{}", lead.id), "/reminders?due=overdue"] {
        assert!(
            page.page().contains(&format!("href=\"{place}\"")),
            "{}",
            page.text()
        );
    }
    for path in ["/", "/reminders"] {
        assert_eq!(
            ann.get(path).await.page().matches("Escalated").count(),
            2,
            "{path}"
        );
    }
    let listed = ann.get("/api/reminders").await.json();
    let first = &listed["reminders"][0];
    assert_eq!(first["escalatedAt"], json!(crm.clock.now()));
    let later = json!({ "dueAt": crm.clock.now() + SignedDuration::from_hours(1) });
    let path = format!("/api/reminders/{}", first["id"].as_str().unwrap());
    let put_off = ann.patch_json(&path, later).await.json();
    assert_eq!(put_off["reminder"]["escalatedAt"], Value::Null);
}

/// What is to be told to members by a message, too.
async fn to_be_mailed(crm: &Crm) -> Vec<notices::GivenLeads> {
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    let due = notices::take_to_mail(&mut tx, &crm.fairfield, crm.clock.now(), 50).await;
    tx.commit().await.unwrap();
    due.unwrap()
}

#[tokio::test]
async fn many_leads_at_once_are_one_notice_and_one_message() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bobs_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let (ann, bob) = (crm.ann().await, crm.at_fairfield("bob@example.com").await);
    let mut leads = vec![crm.a_lead_of_ana().await.id];
    for _ in 0..2 {
        let lead = a_lead(&*crm.ids).insert(&crm.test.db, &crm.fairfield).await;
        leads.push(lead.id);
    }
    let give = json!({ "leadIds": leads, "assignedTo": bobs_id });
    let mine = json!({ "leadIds": leads, "assignedTo": crm.ann });

    let given = ann.post_json("/api/bulk-edits", give.clone()).await;
    let again = ann.post_json("/api/bulk-edits", give).await;

    assert_eq!(
        given.json()["bulkEdit"]["counts"]["changed"],
        3,
        "{}",
        given.text()
    );
    assert_eq!(again.json()["bulkEdit"]["counts"]["same"], 3, "{}", again.text());
    let told = bob.get("/api/notices").await.json()["notices"].clone();
    assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
    assert_eq!(
        (&told[0]["kind"], &told[0]["leadCount"], &told[0]["text"]),
        (
            &json!("leads_given"),
            &json!(3),
            &json!("Ann Member gave you 3 leads.")
        )
    );
    let page = bob.get("/notices").await;
    assert!(page.page().contains("href=\"/leads?assignedTo=me\""));
    let due = to_be_mailed(&crm).await;
    let due: Vec<_> = due
        .iter()
        .map(|given| (given.person_id, given.lead_count))
        .collect();
    assert_eq!(due, [(bobs_id, 3)]);
    ann.post_json("/api/bulk-edits", mine).await;
    assert_eq!(
        texts(&ann, "/api/notices").await,
        [""; 0],
        "not by oneself to oneself"
    );
    assert_eq!(to_be_mailed(&crm).await, []);
}

#[tokio::test]
async fn a_lead_that_a_colleague_gives_is_told_by_a_message_unless_one_gave_it_to_oneself() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bobs_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let ann = crm.ann().await;
    let path = format!("/api/leads/{}", crm.a_lead_of_ana().await.id);

    ann.patch_json(&path, json!({ "assignedTo": crm.ann })).await;
    assert_eq!(to_be_mailed(&crm).await, []);
    ann.patch_json(&path, json!({ "assignedTo": bobs_id })).await;

    let due = to_be_mailed(&crm).await;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].contact_name.as_deref(), Some("Ana Ruiz"));
    assert_eq!(due[0].actor_name.as_deref(), Some("Ann Member"));
    assert_eq!(to_be_mailed(&crm).await, [], "once");
}
