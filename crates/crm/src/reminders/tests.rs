use axum::http::StatusCode;
use db::{tenant::changes, testing::a_member};
use serde_json::{Value, json};
use types::Role;

use crate::testing::{Crm, without_hashes};

/// After the clock of the tests.
const LATER: &str = "2030-01-02T09:00:00Z";

async fn a_reminder(crm: &Crm, body: Value) -> Value {
    let answer = crm.ann().await.post_json("/api/reminders", body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()["reminder"].clone()
}

#[tokio::test]
async fn a_reminder_about_a_lead_is_about_its_contact_and_done_once() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let body = json!({ "title": "Call Ana back", "dueAt": LATER, "leadId": lead.id });
    let reminder = a_reminder(&crm, body).await;
    let path = format!("/api/reminders/{}", reminder["id"].as_str().unwrap());

    assert_eq!(reminder["contactId"], json!(lead.contact_id));
    assert_eq!(reminder["assignedTo"], json!(crm.ann));
    for filter in ["", "?assignedTo=me", &format!("?leadId={}&count=true", lead.id)] {
        let list = ann.get(&format!("/api/reminders{filter}")).await.json();
        assert_eq!(list["reminders"][0]["id"], reminder["id"], "{filter}");
    }

    let done = ann.patch_json(&path, json!({ "completed": true })).await;
    let again = ann.patch_json(&path, json!({ "completed": true })).await;

    assert_eq!(done.json()["reminder"]["completedBy"], json!(crm.ann));
    assert_eq!(again.header("etag"), done.header("etag"));
    let told = ann
        .get(&format!(
            "/api/activities?leadId={}&activityType=reminder_completed",
            lead.id
        ))
        .await
        .json();
    assert_eq!(told["activities"].as_array().unwrap().len(), 1);
    assert_eq!(told["activities"][0]["summary"], "Call Ana back");
    assert_eq!(ann.get("/api/reminders").await.json()["reminders"], json!([]));
    let kept = ann.get("/api/reminders?status=done").await.json();
    assert_eq!(kept["reminders"][0]["id"], reminder["id"]);
}

#[tokio::test]
async fn whatever_changes_what_is_to_be_done_stands_in_the_feed() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let feed = async || {
        let mut tx = crm.test.db.read(&crm.fairfield).await.unwrap();
        changes::last_seq(&mut tx, &crm.fairfield).await.unwrap()
    };
    let waiting =
        async || ann.get("/api/leads?needs=action&count=true").await.json()["pagination"]["total"].clone();
    let mut length = feed().await;
    assert_eq!(waiting().await, json!(1));

    let body = json!({ "title": "Call Ana back", "dueAt": LATER, "leadId": lead.id });
    let reminder = a_reminder(&crm, body).await;
    let path = format!("/api/reminders/{}", reminder["id"].as_str().unwrap());
    assert!(feed().await > length, "added");
    assert_eq!(waiting().await, json!(0));

    for change in [
        json!({ "dueAt": "2030-01-03T09:00:00Z" }),
        json!({ "completed": true }),
        json!({ "completed": false }),
    ] {
        length = feed().await;
        let answer = ann.patch_json(&path, change.clone()).await;
        assert_eq!(answer.status, 200, "{change}: {}", answer.text());
        assert!(feed().await > length, "{change}");
    }
    length = feed().await;
    assert!(ann.delete(&path).await.status.is_success());
    assert!(feed().await > length, "deleted");
    assert_eq!(waiting().await, json!(1));

    length = feed().await;
    a_reminder(&crm, json!({ "title": "Buy stamps", "dueAt": LATER })).await;
    assert_eq!(feed().await, length, "which is about nobody");
}

#[tokio::test]
async fn reminders_come_by_when_they_are_due_in_pages() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for hour in [3, 1, 2] {
        let due = format!("2030-01-02T0{hour}:00:00Z");
        a_reminder(&crm, json!({ "title": format!("At {hour}"), "dueAt": due })).await;
    }

    let first = ann.get("/api/reminders?limit=2").await.json();
    let cursor = first["pagination"]["nextCursor"].as_str().unwrap();
    let rest = ann
        .get(&format!("/api/reminders?limit=2&cursor={cursor}"))
        .await
        .json();

    let titles = |list: &Value| -> Vec<Value> {
        let rows = list["reminders"].as_array().unwrap();
        rows.iter().map(|row| row["title"].clone()).collect()
    };
    assert_eq!(titles(&first), ["At 1", "At 2"]);
    assert_eq!(titles(&rest), ["At 3"]);
    assert_eq!(rest["pagination"]["nextCursor"], Value::Null);
}

#[tokio::test]
async fn what_is_no_reminder_is_refused_and_a_neighbours_is_not_there() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);
    let reminder = a_reminder(&crm, json!({ "title": "Call", "dueAt": LATER })).await;
    let path = format!("/api/reminders/{}", reminder["id"].as_str().unwrap());

    for (body, status) in [
        (json!({ "dueAt": LATER }), 422),
        (json!({ "title": " ", "dueAt": LATER }), 422),
        (json!({ "title": "Call", "dueAt": "tomorrow" }), 422),
        (json!({ "title": "Call", "dueAt": "9999-12-31T00:00:00Z" }), 422),
        (
            json!({ "title": "Call", "dueAt": LATER, "assignedTo": crm.hugo }),
            422,
        ),
    ] {
        let answer = ann.post_json("/api/reminders", body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
    }
    for body in [json!({}), json!({ "title": null }), json!({ "dueAt": null })] {
        assert_eq!(ann.patch_json(&path, body).await.status, 422);
    }
    assert_eq!(ann.get("/api/reminders?status=late").await.status, 422);
    let theirs = json!({ "title": "Call", "dueAt": LATER, "leadId": lead.id });
    assert_eq!(hugo.post_json("/api/reminders", theirs).await.status, 404);
    assert_eq!(
        hugo.patch_json(&path, json!({ "completed": true })).await.status,
        404
    );
    assert_eq!(hugo.delete(&path).await.status, 404);
    let stale = crm.ann().await.with_header("if-match", "\"7\"");
    assert_eq!(stale.delete(&path).await.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(
        ann.get("/api/reminders").await.json()["reminders"][0]["id"],
        reminder["id"]
    );
}

#[tokio::test]
async fn who_deletes_a_reminder_stands_in_the_timeline() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let reminder = a_reminder(
        &crm,
        json!({ "title": "Call", "dueAt": LATER, "leadId": lead.id }),
    )
    .await;
    let path = format!("/api/reminders/{}", reminder["id"].as_str().unwrap());

    assert_eq!(ann.delete(&path).await.status, StatusCode::OK);
    assert_eq!(ann.delete(&path).await.status, StatusCode::NOT_FOUND);

    let told = ann
        .get(&format!("/api/activities?leadId={}", lead.id))
        .await
        .json();
    let newest = &told["activities"][0];
    assert_eq!(newest["summary"], "Deleted the reminder “Call”");
    assert_eq!(newest["actor"]["id"], json!(crm.ann));
}

#[tokio::test]
async fn the_page_groups_them_and_its_buttons_work_without_a_script() {
    let crm = Crm::new().await;
    let (ann, ruth) = (crm.ann().await, crm.ruth().await);
    assert!(ann.get("/reminders").await.page().contains("Nothing to remember"));

    let typed = [("title", "Show the harbour house"), ("dueAt", "2020-01-02T09:00")];
    assert_eq!(ann.post_form("/reminders", &typed).await.redirect(), "/reminders");
    a_reminder(&crm, json!({ "title": "Send the survey", "dueAt": LATER })).await;
    insta::assert_snapshot!(without_hashes(ann.get("/reminders").await.page()));
    assert!(!ruth.get("/reminders").await.page().contains("Save reminder"));

    let refused = ann
        .post_form("/reminders", &[("title", " "), ("dueAt", "soon")])
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("value=\"soon\""));

    let list = ann.get("/api/reminders").await.json();
    let overdue = format!("/reminders/{}", list["reminders"][0]["id"].as_str().unwrap());
    let press = |action: &'static str, version: &'static str| [("action", action), ("version", version)];
    ann.post_form(&overdue, &press("tomorrow", "1")).await.redirect();
    let put_off = ann.get("/reminders").await;
    assert!(!put_off.page().contains(" overdue<"));
    // Pressed on a page that is not true any more.
    ann.post_form(&overdue, &press("delete", "1")).await.redirect();
    ann.post_form(&overdue, &press("done", "2")).await.redirect();
    assert!(
        ann.get("/reminders?status=done")
            .await
            .page()
            .contains("Show the harbour house")
    );
    assert_eq!(ann.post_form(&overdue, &press("burn", "3")).await.status, 400);
}

#[tokio::test]
async fn a_reminder_is_deleted_once_somebody_is_asked() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, ruth) = (crm.ann().await, crm.ruth().await);
    let about = json!({ "title": "Call <her>", "dueAt": LATER, "leadId": lead.id });
    let reminder = a_reminder(&crm, about).await;
    let path = format!("/reminders/{}", reminder["id"].as_str().unwrap());

    let list = ann.get("/reminders").await;
    let question = ann.get(&format!("{path}/delete")).await;

    assert!(
        list.page()
            .contains(&format!("href=\"{path}/delete?back=%2Freminders\""))
    );
    assert!(
        !list.page().contains("value=\"delete\""),
        "it would go at one touch"
    );
    assert!(
        question
            .page()
            .contains("Delete the reminder “Call &#60;her&#62;”?")
    );
    assert!(question.page().contains("Ana Ruiz"));
    assert_eq!(
        ruth.get(&format!("{path}/delete")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(ann.get(&format!("/api{path}")).await.status, StatusCode::OK);

    let sure = [("version", "1"), ("action", "delete")];
    assert_eq!(ann.post_form(&path, &sure).await.redirect(), "/reminders");
    assert_eq!(
        ann.get(&format!("{path}/delete")).await.status,
        StatusCode::NOT_FOUND
    );
    let told = ann.get(&format!("/leads/{}?timeline=changes", lead.id)).await;
    assert!(told.page().contains("deleted the reminder “Call &#60;her&#62;”"));
    assert!(!told.page().contains("wrote a note"));
}

#[tokio::test]
async fn who_puts_a_reminder_off_has_it_later_at_the_same_time_of_day() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for (due, action, later, told) in [
        (
            "2026-02-20T09:30:00Z",
            "tomorrow",
            "2026-03-03T09:30:00Z",
            "Put off: Tomorrow 09:30.",
        ),
        (
            "2026-03-02T16:00:00Z",
            "next-week",
            "2026-03-09T16:00:00Z",
            "Put off: 9 Mar, 16:00.",
        ),
        (
            "2027-03-12T14:00:00Z",
            "tomorrow",
            "2027-03-13T14:00:00Z",
            "Put off: 13 Mar 2027, 14:00.",
        ),
        (
            "2027-04-12T14:00:00Z",
            "next-week",
            "2027-04-19T14:00:00Z",
            "Put off: 19 Apr 2027, 14:00.",
        ),
    ] {
        let reminder = a_reminder(&crm, json!({ "title": "Call", "dueAt": due })).await;
        let path = format!("/reminders/{}", reminder["id"].as_str().unwrap());

        let pressed = ann
            .post_form(&path, &[("action", action), ("version", "1")])
            .await;

        assert_eq!(pressed.redirect(), "/reminders");
        let list = ann.get("/api/reminders").await.json();
        let mut rows = list["reminders"].as_array().unwrap().iter();
        let row = rows.find(|row| row["id"] == reminder["id"]).unwrap();
        assert_eq!(row["dueAt"], later, "{due}, {action}");
        assert!(ann.get("/reminders").await.page().contains(told), "{told}");
    }
}

#[tokio::test]
async fn a_refused_reminder_stays_about_its_lead() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);
    let (lead_id, once) = (lead.id.to_string(), "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44");
    let typed = [
        ("leadId", lead_id.as_str()),
        ("once", once),
        ("title", "Keep me"),
        ("dueAt", "bad"),
    ];

    let refused = ann.post_form("/reminders", &typed).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text();
    assert!(
        page.contains(&format!("name=\"leadId\" value=\"{lead_id}\"")),
        "{page}"
    );
    assert!(
        page.contains(&format!("name=\"once\" value=\"{once}\"")),
        "{page}"
    );
    assert!(
        page.contains(&format!("About <a href=\"/leads/{lead_id}\">Ana Ruiz</a>")),
        "{page}"
    );
    let theirs = hugo.post_form("/reminders", &typed).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn one_reminder_is_shown_as_its_list_shows_it_and_to_nobody_next_door() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);
    let body = json!({ "title": "Call", "dueAt": LATER, "leadId": lead.id });
    let reminder = a_reminder(&crm, body).await;
    let path = format!("/api/reminders/{}", reminder["id"].as_str().unwrap());
    ann.patch_json(&path, json!({ "title": "Call Ana" })).await;

    let shown = ann.get(&path).await;

    assert_eq!((shown.status, shown.header("etag")), (StatusCode::OK, "\"2\""));
    let shown = shown.json()["reminder"].clone();
    assert_eq!(
        (&shown["title"], &shown["version"]),
        (&json!("Call Ana"), &json!(2))
    );
    assert_eq!(ann.get("/api/reminders").await.json()["reminders"][0], shown);
    assert_eq!(hugo.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_is_overdue_is_counted_by_the_tile_and_shown_where_it_leads() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bob = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let ann = crm.ann().await;
    for (title, due) in [
        ("Late", "2026-03-01T09:00:00Z"),
        ("Soon", "2026-03-02T18:00:00Z"),
        ("Ahead", LATER),
    ] {
        a_reminder(&crm, json!({ "title": title, "dueAt": due })).await;
    }
    let of_bob = json!({ "title": "Of Bob", "dueAt": "2026-03-01T10:00:00Z", "assignedTo": bob });
    a_reminder(&crm, of_bob).await;

    for (query, titles) in [
        ("due=overdue", json!(["Late", "Of Bob"])),
        ("due=overdue&assignedTo=me", json!(["Late"])),
        ("due=today", json!(["Soon"])),
        ("dueBefore=2026-03-01T10:00:00Z", json!(["Late"])),
        ("dueBefore=2026-03-03", json!(["Late", "Of Bob", "Soon"])),
        ("dueBefore=2026-03-03&due=overdue", json!(["Late", "Of Bob"])),
    ] {
        let list = ann
            .get(&format!("/api/reminders?count=true&{query}"))
            .await
            .json();
        let rows = list["reminders"].as_array().unwrap();
        let found: Value = rows.iter().map(|row| row["title"].clone()).collect();
        assert_eq!(found, titles, "{query}");
        assert_eq!(list["pagination"]["total"], json!(rows.len()), "{query}");
    }
    for query in ["due=soon", "due=overdue&status=done", "dueBefore=soon"] {
        assert_eq!(
            ann.get(&format!("/api/reminders?{query}")).await.status,
            422,
            "{query}"
        );
    }

    let today = ann.get("/").await;
    let tile = "/reminders?assignedTo=me&#38;due=overdue\"><span class=\"kpi-label\">Overdue reminders</span>\
                <span class=\"kpi-value\">1</span>";
    assert!(today.page().contains(tile), "{}", today.page());
    let behind = ann.get("/reminders?assignedTo=me&due=overdue").await;
    assert!(behind.page().contains("<strong>Late</strong>"));
    assert_eq!(behind.page().matches("class=\"reminder\"").count(), 1);
    let chosen = "due=overdue\" aria-current=\"true\"";
    assert!(behind.page().contains(chosen), "{}", behind.page());
}

#[tokio::test]
async fn a_reminder_is_put_off_to_any_time_renamed_and_given_away_on_its_page() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bob = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let reminder = a_reminder(&crm, json!({ "title": "Call", "dueAt": LATER })).await;
    let path = format!("/reminders/{}", reminder["id"].as_str().unwrap());
    let ann = crm.ann().await;
    let page = ann.get("/reminders").await;
    assert!(
        page.page().contains("value=\"2030-01-02T09:00\""),
        "{}",
        page.page()
    );
    let who = bob.to_string();
    let typed = |due_at| {
        [
            ("version", "1"),
            ("action", "save"),
            ("title", "Call Bo"),
            ("dueAt", due_at),
            ("assignedTo", who.as_str()),
        ]
    };

    let refused = ann.post_form(&path, &typed("1800-01-05T14:30")).await;
    ann.post_form(&path, &typed("2030-01-05T14:30")).await.redirect();

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in [
        "of the years 1900 to 2999",
        "value=\"1800-01-05T14:30\"",
        "value=\"Call Bo\"",
        &format!("<option value=\"{who}\" selected>"),
    ] {
        assert!(refused.text().contains(kept), "no {kept} in {}", refused.text());
    }
    let told = ann.get("/api/reminders").await.json()["reminders"][0].clone();
    assert_eq!(
        (&told["title"], &told["dueAt"], &told["assignedTo"]),
        (&json!("Call Bo"), &json!("2030-01-05T14:30:00Z"), &json!(bob))
    );
}

#[tokio::test]
async fn a_new_reminder_is_for_whoever_is_chosen_on_its_page_and_on_a_leads() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let bob = ("bob@example.com", "x");
    let bob = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let (ann, bobs, lead_id) = (crm.ann().await, bob.to_string(), lead.id.to_string());

    for page in ["/reminders".to_owned(), format!("/leads/{lead_id}")] {
        let shown = ann.get(&page).await;
        let offered = format!("<option value=\"{bobs}\">Bob Member</option>");
        let form = shown.page().split("name=\"dueAt\"").last().unwrap();
        assert!(form.contains(&offered), "{page}");
        assert!(
            form.contains(&format!("<option value=\"{}\" selected>", crm.ann)),
            "{page}"
        );
    }
    let typed = [
        ("leadId", lead_id.as_str()),
        ("title", "Call Ana"),
        ("dueAt", "2030-01-02T09:00"),
        ("assignedTo", &bobs),
    ];
    ann.post_form("/reminders", &typed).await.redirect();
    let stranger = [
        ("title", "Call Ana"),
        ("dueAt", "2030-01-02T09:00"),
        ("assignedTo", &*crm.hugo.to_string()),
    ];
    let refused = ann.post_form("/reminders", &stranger).await;

    let listed = ann.get("/api/reminders").await.json();
    assert_eq!(listed["reminders"][0]["assignedTo"], json!(bob), "{listed}");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("must be a member"), "{}", refused.text());
}

#[tokio::test]
async fn every_button_of_the_list_leads_back_to_the_same_filter() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let mut paths = Vec::new();
    for title in ["Call", "Write"] {
        let body = json!({ "title": title, "dueAt": "2026-03-01T09:00:00Z" });
        let reminder = a_reminder(&crm, body).await;
        paths.push(format!("/reminders/{}", reminder["id"].as_str().unwrap()));
    }
    let list = "/reminders?assignedTo=me&due=overdue";
    let field = "name=\"back\" value=\"/reminders?assignedTo=me&#38;due=overdue\"";

    let shown = ann.get(&format!("{list}&open=nothing")).await;
    let (_, asks) = shown
        .page()
        .split_once(&format!("href=\"{}/delete", paths[1]))
        .unwrap();
    let (asks, _) = asks.split_once('"').unwrap();
    let question = ann.get(&format!("{}/delete{asks}", paths[1])).await;
    let snooze = [("version", "1"), ("action", "tomorrow"), ("back", list)];
    let snoozed = ann.post_form(&paths[0], &snooze).await;
    let sure = [("version", "1"), ("action", "delete"), ("back", list)];
    let deleted = ann.post_form(&paths[1], &sure).await;
    let elsewhere = [("version", "2"), ("action", "done"), ("back", "//evil.example")];
    let elsewhere = ann.post_form(&paths[0], &elsewhere).await;

    assert_eq!(shown.page().matches(field).count(), 4, "{}", shown.page());
    assert!(question.page().contains(field), "{}", question.page());
    let kept = "href=\"/reminders?assignedTo=me&#38;due=overdue\">Keep it</a>";
    assert!(question.page().contains(kept), "{}", question.page());
    assert_eq!(snoozed.redirect(), list);
    assert_eq!(deleted.redirect(), list);
    assert_eq!(elsewhere.redirect(), "/reminders");
}

#[tokio::test]
async fn a_page_on_which_nothing_is_left_leads_to_the_one_before() {
    let crm = Crm::new().await;

    let page = crm.ann().await.get("/reminders?assignedTo=me&offset=50").await;

    let before = "href=\"/reminders?assignedTo=me\">Show the page before</a>";
    assert!(page.page().contains(before), "{}", page.page());
    assert!(!page.page().contains("Nothing to remember"));
}

/// The form of a reminder to call, due at `LATER`, with what somebody typed over it.
fn filled<'a>(whose: &'a str, typed: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let stored = [
        ("title", "Call"),
        ("dueAt", "2030-01-02T09:00"),
        ("assignedTo", whose),
    ];
    let hidden = [
        ("version", "1"),
        ("was.title", "Call"),
        ("was.dueAt", "2030-01-02T09:00"),
        ("was.assignedTo", whose),
        ("back", "/reminders?assignedTo=me"),
        ("action", "save"),
    ];
    let is_untouched = |(name, _): &(&str, &str)| typed.iter().all(|(over, _)| over != name);
    let untouched = stored.into_iter().filter(is_untouched);
    hidden
        .into_iter()
        .chain(untouched)
        .chain(typed.iter().copied())
        .collect()
}

#[tokio::test]
async fn a_refused_reminder_comes_back_as_it_was_typed_and_leads_back_once_it_is_right() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (anns, hugos) = (crm.ann.to_string(), crm.hugo.to_string());
    let reminder = a_reminder(&crm, json!({ "title": "Call", "dueAt": LATER })).await;
    let path = format!("/reminders/{}", reminder["id"].as_str().unwrap());
    let due = ("dueAt", "2030-01-05T14:30");
    let stranger = ("assignedTo", hugos.as_str());

    for (typed, told, kept) in [
        ([("title", " "), due], "What to do is missing.", "name=\"title\""),
        (
            [("title", "Call Bo"), ("dueAt", "soon")],
            "When must be a date",
            "value=\"soon\"",
        ),
        ([due, stranger], "must be a member", "value=\"2030-01-05T14:30\""),
    ] {
        let refused = ann.post_form(&path, &filled(&anns, &typed)).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        for part in [
            told,
            kept,
            "name=\"version\" value=\"1\"",
            "name=\"was.title\" value=\"Call\"",
            "name=\"back\" value=\"/reminders?assignedTo=me\"",
            "href=\"/reminders?assignedTo=me\">Keep it as it is</a>",
        ] {
            assert!(refused.text().contains(part), "no {part} in {}", refused.text());
        }
    }
    let unchanged = ann.get("/api/reminders").await.json()["reminders"][0].clone();
    assert_eq!(unchanged, reminder);

    let saved = ann.post_form(&path, &filled(&anns, &[due])).await;

    assert_eq!(saved.redirect(), "/reminders?assignedTo=me");
    let stored = ann.get("/api/reminders").await.json()["reminders"][0].clone();
    assert_eq!(
        (&stored["title"], &stored["dueAt"]),
        (&json!("Call"), &json!("2030-01-05T14:30:00Z"))
    );
}

#[tokio::test]
async fn what_two_people_made_of_a_reminder_is_both_and_asked_where_it_is_the_same_field() {
    let crm = Crm::new().await;
    let bob = ("bob@example.com", "x");
    let bob = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let (ann, anns, bobs) = (crm.ann().await, crm.ann.to_string(), bob.to_string());
    let reminder = a_reminder(&crm, json!({ "title": "Call", "dueAt": LATER })).await;
    let path = format!("/reminders/{}", reminder["id"].as_str().unwrap());
    let stored = async || ann.get(&format!("/api{path}")).await.json()["reminder"].clone();
    let first = filled(&anns, &[("title", "Call Ana")]);
    let beside = filled(&anns, &[("assignedTo", &bobs)]);
    let against = filled(&anns, &[("title", "Call Bo"), ("dueAt", "2030-01-05T14:30")]);

    ann.post_form(&path, &first).await.redirect();
    ann.post_form(&path, &beside).await.redirect();
    let told = ann.get("/reminders").await;
    let torn = ann.post_form(&path, &against).await;

    let kept = "Reminder saved. What somebody else changed meanwhile is kept: What to do.";
    assert!(told.page().contains(kept), "{}", told.page());
    let both = stored().await;
    assert_eq!(
        (&both["title"], &both["assignedTo"], &both["dueAt"]),
        (&json!("Call Ana"), &json!(bob), &json!(LATER))
    );
    assert_eq!(torn.status, StatusCode::PRECONDITION_FAILED);
    for said in [
        "It was: <bdi class=\"side-text\">Call</bdi>",
        "Theirs: <bdi class=\"side-text\">Call Ana</bdi>",
        "Yours: <bdi class=\"side-text\">Call Bo</bdi>",
        "2030-01-05 14:30",
        "Bob Member",
        &format!("action=\"{path}\""),
    ] {
        assert!(torn.text().contains(said), "no {said} in {}", torn.text());
    }

    let tags = torn.text().split("<input type=\"hidden\" name=\"").skip(1);
    let mut meant: Vec<_> = tags
        .map(|tag| {
            let (name, rest) = tag.split_once("\" value=\"").unwrap();
            (name, rest.split('"').next().unwrap())
        })
        .collect();
    meant.push(("choose.title", "yours"));
    let saved = ann.post_form(&path, &meant).await;

    assert_eq!(saved.redirect(), "/reminders?assignedTo=me");
    let mine = stored().await;
    assert_eq!(
        (&mine["title"], &mine["assignedTo"], &mine["dueAt"]),
        (&json!("Call Bo"), &json!(bob), &json!("2030-01-05T14:30:00Z"))
    );
}

#[tokio::test]
async fn who_corrects_a_reminder_that_somebody_did_meanwhile_is_told() {
    let crm = Crm::new().await;
    let (ann, anns) = (crm.ann().await, crm.ann.to_string());
    let reminder = a_reminder(&crm, json!({ "title": "Call", "dueAt": LATER })).await;
    let path = format!("/reminders/{}", reminder["id"].as_str().unwrap());
    let done = [("version", "1"), ("action", "done")];
    ann.post_form(&path, &done).await.redirect();

    let saved = ann
        .post_form(&path, &filled(&anns, &[("title", "Call Ana")]))
        .await;

    assert_eq!(saved.redirect(), "/reminders?assignedTo=me");
    let told = ann.get("/reminders").await;
    assert!(told.page().contains("It is done by now"), "{}", told.page());
}
