use axum::http::StatusCode;
use db::testing::{a_contact, a_lead};
use jiff::SignedDuration;
use serde_json::json;
use types::{Clock as _, LeadStatus};

use crate::testing::{Crm, without_hashes};

#[tokio::test]
async fn an_empty_dashboard_says_what_will_appear() {
    let crm = Crm::new().await;

    let page = crm.ann().await.get("/").await;

    let page = page.page();
    assert!(page.contains("No leads yet"));
    assert!(page.contains("Nobody is waiting"));
    assert!(page.contains("0 leads, 0 contacts and 0 activities in all."));
}

#[tokio::test]
async fn the_dashboard_shows_counts_newest_leads_and_what_happened() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    crm.clock.advance(SignedDuration::from_mins(3));
    let note = json!({ "summary": "Likes the <old> mill", "leadId": lead.id });
    ann.post_json("/api/activities", note).await;

    let page = ann.get("/").await;

    insta::assert_snapshot!(without_hashes(page.page()));
}

#[tokio::test]
async fn the_summary_counts_what_there_is() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;

    let summary = crm.ann().await.get("/api/summary").await.json();

    assert_eq!(
        summary,
        json!({
            "ok": true, "tenantId": "tenant_fairfield", "contactCount": 1, "leadCount": 1, "activityCount": 0,
            "newLeadCount": 1, "qualifiedLeadCount": 0, "nurturingLeadCount": 0, "wonLeadCount": 0,
            "lostLeadCount": 0, "waitingLeadCount": 1, "recentLeadCount": 1,
        })
    );
    let next_door = crm.hugo().await.get("/api/summary").await.json();
    assert_eq!(
        (&next_door["leadCount"], &next_door["contactCount"]),
        (&json!(0), &json!(0))
    );
}

#[tokio::test]
async fn nobody_sees_anything_without_signing_in() {
    let crm = Crm::new().await;
    let stranger = crm.stranger();
    for (method, path) in crate::routes::routes().table() {
        if [
            "/sign-in",
            "/sign-in/support",
            "/sign-out",
            "/api/openapi.json",
            "/calendar/{file}",
            "/invitation",
        ]
        .contains(&path)
            || (method == "POST" && path == "/api/session")
        {
            continue;
        }
        let asked = path.replace("{id}", "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44");
        let kind = if path.starts_with("/api/") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let answer = stranger
            .send(method.clone(), &asked, Some(kind), b"{}".to_vec())
            .await;
        if path.starts_with("/api/") {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        } else {
            assert!(answer.redirect().starts_with("/sign-in"), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn who_may_only_look_is_refused_by_every_route_that_changes() {
    let crm = Crm::new().await;
    let ruth = crm.ruth().await;
    for (method, path) in crate::routes::routes().table() {
        // Signing in and out, here or elsewhere, is everybody's own business; so is what one has read, and is told.
        let own = [
            "/sign-in",
            "/sign-in/support",
            "/sign-out",
            "/appearance",
            "/invitation",
            "/api/session",
            "/settings/sessions/{id}",
            "/settings/mail",
            "/settings/sound",
            "/notices",
            "/notices/{id}",
            "/api/notices/{id}",
            "/reminders/calendar",
        ];
        if method == "GET" || own.contains(&path) {
            continue;
        }
        let asked = path.replace("{id}", "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44");
        let kind = if path.starts_with("/api/") {
            "application/json"
        } else {
            "application/x-www-form-urlencoded"
        };
        let answer = ruth
            .send(method.clone(), &asked, Some(kind), b"{}".to_vec())
            .await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
    }
}

impl Crm {
    /// A lead of somebody of this name that came so many minutes ago.
    async fn a_lead_named(&self, name: &str, (minutes_ago, status): (i64, LeadStatus)) -> types::Lead {
        let (db, here) = (&self.test.db, &self.fairfield);
        let contact = a_contact(&*self.ids).name(name).insert(db, here).await;
        let came = self.clock.now() - SignedDuration::from_mins(minutes_ago);
        let lead = a_lead(&*self.ids).of(&contact).status(status).created_at(came);
        lead.insert(db, here).await
    }
}

/// The names on a page, in their order.
fn order<'a>(page: &str, names: &[&'a str]) -> Vec<&'a str> {
    let mut found: Vec<_> = names
        .iter()
        .filter_map(|name| Some((page.find(&format!(">{name}</a>"))?, *name)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name).collect()
}

#[tokio::test]
async fn who_waits_longest_comes_first_and_the_newest_fill_what_is_left() {
    let crm = Crm::new().await;
    let (new, qualified) = (LeadStatus::New, LeadStatus::Qualified);
    crm.a_lead_named("Fresh Fir", (1, new)).await;
    crm.a_lead_named("Settled Sorrel", (0, qualified)).await;
    crm.a_lead_named("Late Larch", (9, new)).await;
    for number in 0..12 {
        crm.a_lead_named(&format!("Old {number}"), (100 + number, qualified))
            .await;
    }
    crm.a_lead_named("Overdue Oak", (3_000, new)).await;

    let page = crm.ann().await.get("/").await;

    let page = page.page();
    let card = page.split_once("id=\"newest\"").unwrap().1;
    let card = card.split_once("</section>").unwrap().0;
    let names = [
        "Fresh Fir",
        "Settled Sorrel",
        "Late Larch",
        "Overdue Oak",
        "Old 0",
        "Old 5",
        "Old 6",
    ];
    assert_eq!(
        order(card, &names),
        [
            "Overdue Oak",
            "Late Larch",
            "Fresh Fir",
            "Settled Sorrel",
            "Old 0",
            "Old 5"
        ]
    );
    assert_eq!(card.matches("<tr data-lead").count(), 10);
}

#[tokio::test]
async fn a_next_action_that_is_due_is_told_where_one_looks() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let plans = [
        ("Tomorrow Teak", LeadStatus::Qualified, 30, "Send the offer"),
        ("Tonight Tamarack", LeadStatus::Qualified, 4, "Ring the bank"),
        ("Overdue Oak", LeadStatus::Nurturing, -72, "Show the mill"),
        ("Lost Laurel", LeadStatus::Lost, -72, "Forget them"),
    ];
    for (name, status, hours, what) in plans {
        let lead = crm.a_lead_named(name, (60, status)).await;
        let at = crm.clock.now() + SignedDuration::from_hours(hours);
        let plan = json!({ "nextActionAt": at, "nextActionNote": what });
        let answer = ann.patch_json(&format!("/api/leads/{}", lead.id), plan).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    }

    let page = ann.get("/").await;
    let page = page.page();
    let card = page.split_once("id=\"planned-h\"").unwrap().1;
    let card = card.split_once("</section>").unwrap().0;
    let names = plans.map(|(name, ..)| name);
    assert_eq!(order(card, &names), ["Overdue Oak", "Tonight Tamarack"]);
    assert!(card.contains("3 d overdue") && card.contains("Show the mill"));
    let tile = page.split_once("href=\"/leads?nextAction=overdue\"").unwrap().1;
    let tile = tile.split_once("</a>").unwrap().0;
    assert!(
        tile.contains(">1<") && tile.contains("1 more due today"),
        "{tile}"
    );
    for (asked, found) in [
        ("nextAction=overdue", vec!["Overdue Oak"]),
        ("nextActionTo=2026-03-02", vec!["Overdue Oak", "Tonight Tamarack"]),
        ("nextActionTo=2026-03-03&nextAction=overdue", vec!["Overdue Oak"]),
    ] {
        let list = ann.get(&format!("/leads?{asked}")).await;
        let mut shown = order(list.page(), &names);
        shown.sort_unstable();
        assert_eq!(shown, found, "{asked}");
        let told = ann.get(&format!("/api/leads?{asked}&count=true")).await.json();
        assert_eq!(told["pagination"]["total"], found.len(), "{asked}");
    }
    let chip = ann.get("/leads?nextAction=overdue").await;
    assert!(chip.page().contains("Next action is overdue"));
    assert_eq!(ann.get("/api/leads?nextAction=soon").await.status, 422);
}
