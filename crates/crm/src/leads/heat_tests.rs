//! Who is hot: each sign, where it is told, and what is none.

use db::{
    tenant::activities,
    testing::{a_contact, a_lead},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{Activity, ActivityId, ActivityType, Clock as _, Contact, LeadStatus};

use crate::testing::Crm;

const VIEWED: ActivityType = ActivityType::WebsiteListingViewed;
const HOUR: i64 = 1;
const DAY: i64 = 24;

impl Crm {
    /// Somebody who wrote to fairfield, and their lead.
    async fn a_visitor(&self, name: &str, status: LeadStatus) -> Contact {
        let contact = a_contact(&*self.ids)
            .name(name)
            .insert(&self.test.db, &self.fairfield)
            .await;
        let lead = a_lead(&*self.ids).of(&contact).status(status);
        lead.insert(&self.test.db, &self.fairfield).await;
        contact
    }

    /// What they did on the site so many hours ago, with which home.
    async fn a_step(&self, of: &Contact, what: ActivityType, (hours_ago, home): (i64, &str)) {
        let activity = Activity {
            id: ActivityId::new(&*self.ids),
            contact_id: Some(of.id),
            lead_id: None,
            activity_type: what,
            occurred_at: self.clock.now() - SignedDuration::from_hours(hours_ago),
            summary: "Did something".to_owned(),
            metadata: json!({ "listing": { "id": home } }),
            actor: None,
        };
        let mut tx = self.test.db.write(&self.fairfield).await.unwrap();
        activities::insert(&mut tx, &self.fairfield, &activity)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
}

fn names(leads: &Value) -> Vec<&str> {
    let leads = leads["leads"].as_array().unwrap().iter();
    leads
        .map(|lead| lead["contact"]["fullName"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn whoever_shows_a_sign_is_told_on_today_in_the_list_and_on_the_record() {
    let crm = Crm::new().await;
    let new = LeadStatus::New;
    let again = crm.a_visitor("Again Oak", new).await;
    for hours_ago in [HOUR, 2 * DAY, 6 * DAY] {
        crm.a_step(&again, VIEWED, (hours_ago, "elm-1")).await;
    }
    let back = crm.a_visitor("Back Ash", LeadStatus::Nurturing).await;
    let searched = ActivityType::WebsiteSearchPerformed;
    crm.a_step(&back, searched, (HOUR, "")).await;
    crm.a_step(&back, searched, (36 * DAY, "")).await;
    let many = crm.a_visitor("Many Yew", new).await;
    for home in ["elm-1", "elm-2", "elm-3", "elm-4", "elm-5"] {
        crm.a_step(&many, VIEWED, (HOUR, home)).await;
    }
    let saved = crm.a_visitor("Saved Fir", new).await;
    crm.a_step(&saved, ActivityType::WebsiteListingFavorited, (5 * DAY, "elm-1"))
        .await;
    let worth = crm.a_visitor("Worth Elm", new).await;
    crm.a_step(&worth, ActivityType::ValuationRequested, (DAY, ""))
        .await;
    let ann = crm.ann().await;

    let hot = ann
        .get("/api/leads?hot=true&sort=createdAt&count=true")
        .await
        .json();

    let all = ["Again Oak", "Back Ash", "Many Yew", "Saved Fir", "Worth Elm"];
    assert_eq!(names(&hot), all);
    assert_eq!(hot["pagination"]["total"], 5);
    let (today, list) = (ann.get("/").await, ann.get("/leads?hot=true").await);
    for told in [
        "Viewed the same home 3 times",
        "Back after 35 days",
        "Viewed 5 homes in a day",
        "Saved a home",
        "Asked what a home is worth",
    ] {
        assert!(today.page().contains(told), "no {told} in {}", today.text());
        assert!(list.page().contains(told), "no {told} in {}", list.text());
    }
    assert!(
        list.page().contains("Hot now"),
        "the filter is named: {}",
        list.text()
    );
    assert!(
        today
            .page()
            .contains("<a href=\"/leads?hot=true\">All of them</a>")
    );
    let contact = hot["leads"][0]["contactId"].as_str().unwrap();
    let contact = ann.get(&format!("/contacts/{contact}")).await;
    assert!(
        contact.page().contains("Viewed the same home 3 times"),
        "{}",
        contact.text()
    );
    let lead = hot["leads"][0]["id"].as_str().unwrap();
    let record = ann.get(&format!("/leads/{lead}")).await;
    assert!(record.page().contains("Viewed the same home 3 times"));
}

#[tokio::test]
async fn what_is_too_little_too_old_or_over_is_no_sign() {
    let crm = Crm::new().await;
    let new = LeadStatus::New;
    let twice = crm.a_visitor("Twice Oak", new).await;
    for (hours_ago, home) in [(HOUR, "elm-1"), (DAY, "elm-1"), (8 * DAY, "elm-1")] {
        crm.a_step(&twice, VIEWED, (hours_ago, home)).await;
    }
    let slow = crm.a_visitor("Slow Yew", new).await;
    for (place, home) in ["elm-1", "elm-2", "elm-3", "elm-4", "elm-5"]
        .into_iter()
        .enumerate()
    {
        let days_ago = i64::try_from(place).unwrap();
        crm.a_step(&slow, VIEWED, (days_ago * DAY + HOUR, home)).await;
    }
    let near = crm.a_visitor("Near Ash", new).await;
    for hours_ago in [HOUR, 29 * DAY] {
        crm.a_step(&near, VIEWED, (hours_ago, "elm-1")).await;
    }
    let done = crm.a_visitor("Done Fir", LeadStatus::Lost).await;
    let kept = ActivityType::WebsiteListingFavorited;
    crm.a_step(&done, kept, (HOUR, "elm-1")).await;
    let old = crm.a_visitor("Old Elm", new).await;
    crm.a_step(&old, kept, (8 * DAY, "elm-1")).await;
    let ann = crm.ann().await;

    let hot = ann.get("/api/leads?hot=true").await.json();
    assert_eq!(names(&hot), [""; 0]);
    for path in ["/", "/leads", "/leads?status=lost"] {
        let page = ann.get(path).await;
        assert!(!page.page().contains("badge-hot"), "{path}: {}", page.text());
    }
    let refused = ann.get("/api/leads?hot=lukewarm").await;
    assert_eq!(refused.status, 422);
}
