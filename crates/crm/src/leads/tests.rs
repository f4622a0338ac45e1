use axum::http::StatusCode;
use db::testing::{a_contact, a_lead};
use jiff::SignedDuration;
use serde_json::{Value, json};
use types::{Clock as _, Lead, LeadStatus};

use crate::testing::Crm;

impl Crm {
    /// A new lead of Ana Ruiz, who wrote to fairfield.
    pub(crate) async fn a_lead_of_ana(&self) -> Lead {
        let ana = a_contact(&*self.ids)
            .name("Ana Ruiz")
            .email("ana.ruiz@example.com")
            .phone("203-555-0117")
            .insert(&self.test.db, &self.fairfield)
            .await;
        a_lead(&*self.ids)
            .of(&ana)
            .insert(&self.test.db, &self.fairfield)
            .await
    }

    async fn feed(&self) -> Vec<types::Change> {
        let mut tx = self.test.db.read(&self.fairfield).await.unwrap();
        db::tenant::changes::list_after(&mut tx, &self.fairfield, 0)
            .await
            .unwrap()
    }

    async fn timeline(&self) -> Vec<types::Activity> {
        let mut tx = self.test.db.read(&self.fairfield).await.unwrap();
        let all = db::tenant::activities::ActivityFilter::default();
        let page =
            db::tenant::activities::list(&mut tx, &self.fairfield, &all, types::PageRequest::default());
        page.await.unwrap().map(|entry| entry.activity).items
    }
}

fn ids(leads: &Value) -> Vec<String> {
    let leads = leads["leads"].as_array().unwrap();
    leads
        .iter()
        .map(|lead| lead["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_lead_is_told_with_everything_known_about_it() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;

    let answer = crm.ann().await.get(&format!("/api/leads/{}", lead.id)).await;

    assert_eq!(answer.header("etag"), "\"1\"");
    insta::assert_json_snapshot!(answer.json());
}

#[tokio::test]
async fn the_list_is_filtered_sorted_and_paged() {
    let crm = Crm::new().await;
    let (db, scope) = (&crm.test.db, &crm.fairfield);
    let first = crm.a_lead_of_ana().await;
    let at = |minutes| crm.clock.now() + SignedDuration::from_mins(minutes);
    let won = a_lead(&*crm.ids)
        .status(LeadStatus::Won)
        .created_at(at(1))
        .tagged(&["hot"]);
    let won = won.insert(db, scope).await;
    let newest = a_lead(&*crm.ids).created_at(at(2)).insert(db, scope).await;
    a_lead(&*crm.ids).insert(db, &crm.hudson).await;
    let (first, won, newest) = (first.id.to_string(), won.id.to_string(), newest.id.to_string());
    let ann = crm.ann().await;
    let list = async |query: &str| {
        let answer = ann.get(&format!("/api/leads{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        answer.json()
    };

    assert_eq!(
        ids(&list("").await),
        [newest.as_str(), won.as_str(), first.as_str()]
    );
    assert_eq!(ids(&list("?sort=createdAt&limit=1").await), [first.as_str()]);
    assert_eq!(
        ids(&list("?status=won&leadType=website_lead&source=contact").await),
        [won.as_str()]
    );
    assert_eq!(ids(&list("?tag=hot").await), [won.as_str()]);
    assert_eq!(ids(&list("?q=RUIZ").await), [first.as_str()]);
    assert_eq!(ids(&list("?q=(203)%20555").await), [first.as_str()]);
    for (whose, found) in [("me", 0), (&*crm.ann.to_string(), 0), ("none", 3)] {
        let list = list(&format!("?assignedTo={whose}")).await;
        assert_eq!(ids(&list).len(), found, "{whose}");
    }
    let path = format!("/api/leads/{won}");
    ann.patch_json(&path, json!({ "assignedTo": crm.ann })).await;
    for whose in ["me", &*crm.ann.to_string()] {
        assert_eq!(ids(&list(&format!("?assignedTo={whose}")).await), [won.as_str()]);
    }
    let nobodys = list("?assignedTo=none").await;
    assert_eq!(ids(&nobodys), [newest.as_str(), first.as_str()]);
    let some = list("?limit=2&count=true&unknown=1").await["pagination"].clone();
    assert_eq!((&some["nextOffset"], &some["total"]), (&json!(2), &json!(3)));
    assert_eq!(
        list("?limit=2&offset=1").await["pagination"],
        json!({ "limit": 2, "offset": 1, "nextOffset": null, "nextCursor": null })
    );
}

#[tokio::test]
async fn a_cursor_goes_on_where_the_list_stopped_though_leads_arrive() {
    let crm = Crm::new().await;
    let at = |minutes| crm.clock.now() + SignedDuration::from_mins(minutes);
    let mut added = Vec::new();
    for minute in 0..3 {
        let lead = a_lead(&*crm.ids).created_at(at(minute));
        added.push(lead.insert(&crm.test.db, &crm.fairfield).await.id.to_string());
    }
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);

    let start = ann.get("/api/leads?limit=2").await.json();
    a_lead(&*crm.ids)
        .created_at(at(9))
        .insert(&crm.test.db, &crm.fairfield)
        .await;
    let cursor = start["pagination"]["nextCursor"].as_str().unwrap();
    let rest = ann
        .get(&format!("/api/leads?limit=2&cursor={cursor}"))
        .await
        .json();

    assert_eq!(
        [ids(&start), ids(&rest)].concat(),
        [&*added[2], &*added[1], &*added[0]]
    );
    assert_eq!(rest["pagination"]["nextCursor"], Value::Null);
    let altered = cursor.replacen(|c: char| c.is_ascii_digit(), "x", 1);
    for refused in [
        ann.get(&format!("/api/leads?cursor={altered}")).await,
        ann.get(&format!("/api/leads?cursor={cursor}&sort=createdAt"))
            .await,
        ann.get(&format!("/api/contacts?cursor={cursor}")).await,
        hugo.get(&format!("/api/leads?cursor={cursor}")).await,
        ann.get("/api/leads?cursor=.").await,
    ] {
        assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn a_filter_nobody_knows_is_refused_and_every_one_named() {
    let crm = Crm::new().await;

    let answer = crm
        .ann()
        .await
        .get("/api/leads?status=open&leadType=x&contactId=7&assignedTo=you&sort=name")
        .await;

    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let errors = answer.json()["errors"].clone();
    let pointers: Vec<_> = errors
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(
        pointers,
        ["/status", "/leadType", "/contactId", "/assignedTo", "/sort"]
    );
}

#[tokio::test]
async fn a_changed_status_leaves_one_activity_and_is_told_once() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/api/leads/{}", lead.id));
    crm.clock.advance(SignedDuration::from_mins(1));

    let changed = ann
        .patch_json(&path, json!({ "status": "lost", "closeReason": "financing" }))
        .await;
    let repeated = ann.patch_json(&path, json!({ "status": "lost" })).await;

    assert_eq!(
        (changed.status, changed.header("etag")),
        (StatusCode::OK, "\"2\"")
    );
    assert_eq!(
        (repeated.status, repeated.header("etag")),
        (StatusCode::OK, "\"2\"")
    );
    let told = &changed.json()["lead"];
    assert_eq!(
        (&told["status"], &told["closeReason"]),
        (&json!("lost"), &json!("financing"))
    );
    let timeline = crm.timeline().await;
    assert_eq!(timeline.len(), 1);
    assert_eq!(timeline[0].metadata, json!({ "from": "new", "to": "lost" }));
    assert_eq!(
        (timeline[0].actor, timeline[0].lead_id),
        (Some(crm.ann), Some(lead.id))
    );
    let feed = crm.feed().await;
    assert_eq!(feed.len(), 1);
    assert_eq!(
        (feed[0].lead_id, feed[0].activity_id),
        (Some(lead.id), Some(timeline[0].id))
    );
}

#[tokio::test]
async fn fields_are_set_and_null_clears_them() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/api/leads/{}", lead.id));
    let everything = json!({
        "notes": "Prefers mornings", "timeframe": "3 months", "listingAddress": "8 Brookside Road",
        "propertyType": "condo", "beds": 3, "baths": "2.5", "sqft": 1980, "priceMin": 500000, "priceMax": 650000,
        "assignedTo": crm.ann, "nextActionAt": "2026-03-03T14:00:00Z", "nextActionNote": "Ring back",
        "tags": ["hot", "hot", "relocating"],
    });

    let set = ann.patch_json(&path, everything.clone()).await;
    let cleared: serde_json::Map<_, _> = everything
        .as_object()
        .unwrap()
        .keys()
        .map(|name| (name.clone(), Value::Null))
        .collect();
    let cleared = ann.patch_json(&path, cleared.into()).await;

    insta::assert_json_snapshot!(set.json()["lead"]);
    assert_eq!(cleared.json()["lead"]["beds"], Value::Null);
    assert_eq!(cleared.json()["lead"]["tags"], json!([]));
}

#[tokio::test]
async fn who_gives_a_lead_away_stands_in_its_timeline() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/api/leads/{}", lead.id));
    let both = json!({ "assignedTo": crm.ann, "status": "qualified" });

    ann.patch_json(&path, both.clone()).await;
    ann.patch_json(&path, both).await;
    ann.patch_json(&path, json!({ "assignedTo": null })).await;

    let told = ann
        .get(&format!("/api/activities?leadId={}", lead.id))
        .await
        .json();
    let said: Vec<_> = (told["activities"].as_array().unwrap().iter())
        .map(|activity| {
            (
                activity["activityType"].as_str().unwrap(),
                activity["summary"].as_str().unwrap(),
            )
        })
        .collect();
    let me = ann.get("/api/session").await.json();
    let name = me["user"]["name"].as_str().unwrap();
    assert_eq!(
        said,
        [
            ("lead_assigned", "Unassigned"),
            ("lead_assigned", format!("Assigned to {name}").as_str()),
            ("lead_status_changed", "Status changed from New to Qualified"),
        ]
    );
    assert_eq!(told["activities"][1]["metadata"]["to"], json!(crm.ann));
    let page = ann.get(&format!("/leads/{}", lead.id)).await;
    assert!(
        page.page().contains(&format!(
            "</strong> <bdi>assigned</bdi> this lead <bdi>to {name}</bdi> <time"
        )),
        "{}",
        page.text()
    );
    let feed: Vec<_> = crm.feed().await.into_iter().map(|change| change.kind).collect();
    use types::ChangeKind::{ActivityLogged, LeadUpdated};
    assert_eq!(feed, [LeadUpdated, ActivityLogged, LeadUpdated]);
}

#[tokio::test]
async fn a_change_that_makes_no_sense_is_refused_and_leaves_no_trace() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/api/leads/{}", lead.id));
    for (change, pointer) in [
        (json!({}), ""),
        (json!({ "colour": "red" }), ""),
        (json!({ "status": null }), "/status"),
        (json!({ "status": "open" }), "/status"),
        (
            json!({ "status": "won", "closeReason": "financing" }),
            "/closeReason",
        ),
        (json!({ "beds": -1 }), "/beds"),
        (json!({ "priceMin": 2, "priceMax": 1 }), "/priceMin"),
        (json!({ "assignedTo": crm.hugo }), "/assignedTo"),
        (json!({ "assignedTo": "ann" }), "/assignedTo"),
        (json!({ "nextActionAt": "tomorrow" }), "/nextActionAt"),
        (json!({ "notes": "x".repeat(10_001) }), "/notes"),
    ] {
        let answer = ann.patch_json(&path, change.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{change}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{change}");
    }
    assert_eq!(crm.feed().await.len(), 0);
}

#[tokio::test]
async fn a_lead_heard_of_elsewhere_is_opened_by_hand() {
    let crm = Crm::new().await;
    let ana = crm.a_lead_of_ana().await.contact_id;
    let (ann, hugo) = (crm.ann().await, crm.hugo().await);
    let heard =
        json!({ "leadType": "seller", "contactId": ana, "notes": "Met at the fair", "assignedTo": crm.ann });

    let opened = ann.post_json("/api/leads", heard).await;

    assert_eq!(
        (opened.status, opened.header("etag")),
        (StatusCode::CREATED, "\"1\"")
    );
    let lead = opened.json()["lead"].clone();
    assert_eq!(
        (&lead["source"], &lead["status"]),
        (&json!("crm_manual"), &json!("new"))
    );
    assert_eq!(lead["contact"]["fullName"], "Ana Ruiz");
    let shown = ann
        .get(&format!("/api/leads/{}", lead["id"].as_str().unwrap()))
        .await;
    assert_eq!(shown.json()["lead"], lead);
    let feed = crm.feed().await;
    assert_eq!((feed.len(), feed[0].kind), (1, types::ChangeKind::LeadCreated));
    let foreign = hugo.post_json("/api/leads", json!({ "contactId": ana })).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    for (body, pointer) in [
        (json!({ "email": "lena@example.com" }), "/email"),
        (json!({ "contact": { "email": "lena@example.com" } }), "/contact"),
    ] {
        let nobodys = ann.post_json("/api/leads", body).await;
        assert_eq!(nobodys.status, StatusCode::UNPROCESSABLE_ENTITY, "{pointer}");
        let error = nobodys.json()["errors"][0].clone();
        assert_eq!(error["pointer"], pointer);
        let told = error["detail"].as_str().unwrap();
        assert!(told.starts_with("A lead is about a contact"), "{told}");
    }
    for body in [
        json!({}),
        json!({ "leadType": "buyer", "notes": "Wants a garden", "listingAddress": " " }),
    ] {
        let about_nothing = ann.post_json("/api/leads", body).await;
        assert_eq!(about_nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let error = about_nothing.json()["errors"][0].clone();
        assert_eq!(
            (&error["pointer"], &error["code"]),
            (&json!("/contactId"), &json!("required"))
        );
    }
    let of_the_site = ann
        .post_json("/api/leads", json!({ "leadType": "website_lead" }))
        .await;
    assert_eq!(of_the_site.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_lead_opened_by_hand_names_the_listing_it_is_about() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let about =
        json!({ "listingId": " FB-1 ", "listingUrl": "/listings/FB-1", "listingAddress": "12 Elm Street" });

    let opened = ann.post_json("/api/leads", about).await.json()["lead"].clone();
    let wrong = json!({ "listingId": "x".repeat(129), "listingUrl": "javascript:alert(1)" });
    let refused = ann.post_json("/api/leads", wrong).await;

    assert_eq!(opened["listingId"], "FB-1");
    assert_eq!(opened["listingUrl"], "/listings/FB-1");
    assert_eq!(opened["listingAddress"], "12 Elm Street");
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let said: Vec<_> = refused.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].clone())
        .collect();
    assert_eq!(said, ["/listingUrl", "/listingId"]);
}

#[tokio::test]
async fn what_somebody_changed_meanwhile_is_not_overwritten() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let path = format!("/api/leads/{}", lead.id);
    let first = crm.ann().await.with_header("if-match", "\"1\"");

    assert_eq!(
        first.patch_json(&path, json!({ "status": "won" })).await.status,
        StatusCode::OK
    );
    let second = first.patch_json(&path, json!({ "status": "lost" })).await;

    assert_eq!(second.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(second.json()["code"], "stale");
}

#[tokio::test]
async fn who_may_only_look_changes_nothing() {
    let crm = Crm::new().await;
    let path = format!("/api/leads/{}", crm.a_lead_of_ana().await.id);
    let ruth = crm.ruth().await;

    assert_eq!(ruth.get(&path).await.status, StatusCode::OK);
    assert_eq!(
        ruth.patch_json(&path, json!({ "status": "won" })).await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn a_neighbour_cannot_tell_a_foreign_lead_from_a_missing_one() {
    let crm = Crm::new().await;
    let foreign = crm.a_lead_of_ana().await.id.to_string();
    let hugo = crm.hugo().await;
    let mut answers = Vec::new();
    for id in [
        foreign.as_str(),
        "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44",
        "nonsense",
    ] {
        let path = format!("/api/leads/{id}");
        for answer in [
            hugo.get(&path).await,
            hugo.patch_json(&path, json!({ "status": "won" })).await,
        ] {
            assert_eq!(answer.status, StatusCode::NOT_FOUND);
            answers.push(answer.json()["detail"].clone());
        }
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    assert_eq!(ids(&hugo.get("/api/leads").await.json()), Vec::<String>::new());
}

#[tokio::test]
async fn a_lead_that_is_taken_away_leaves_what_happened_with_its_contact() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/api/leads/{}", lead.id));
    ann.post_json("/api/activities", json!({ "summary": "Rang", "leadId": lead.id }))
        .await;
    let reminder = json!({ "title": "Ring again", "dueAt": "2026-03-03T14:00:00Z", "leadId": lead.id });
    ann.post_json("/api/reminders", reminder).await;

    let stale = crm
        .ann()
        .await
        .with_header("if-match", "\"7\"")
        .delete(&path)
        .await;
    let foreign = crm.hugo().await.delete(&path).await;
    let forbidden = crm.ruth().await.delete(&path).await;
    let deleted = ann.delete(&path).await;
    let again = ann.delete(&path).await;

    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    assert_eq!(deleted.status, StatusCode::OK, "{}", deleted.text());
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let told: Vec<_> = crm.timeline().await.into_iter().collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|activity| activity.contact_id == lead.contact_id));
    assert!(told.iter().all(|activity| activity.lead_id.is_none()));
    let open = ann.get("/api/reminders?count=true").await.json();
    assert_eq!(open["pagination"]["total"], json!(0));
    assert_eq!(crm.feed().await.last().unwrap().lead_id, Some(lead.id));
}

#[tokio::test]
async fn a_list_that_is_asked_for_what_nobody_knows_is_shown_without_it_and_says_so() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;

    let page = ann
        .get("/leads?status=archived&leadType=website_lead&hot=perhaps")
        .await;
    let contacts = ann.get("/contacts?sort=shoe&search=ana").await;

    let text = page.page();
    assert!(
        text.contains("status “archived”, hot “perhaps”. The list is shown without it."),
        "{text}"
    );
    assert!(
        text.contains("Ana Ruiz") && text.contains("Type is"),
        "the other filter is on"
    );
    assert!(!text.contains("Status is"));
    assert!(contacts.page().contains("sort “shoe”") && contacts.page().contains("Ana Ruiz"));
    assert!(
        !ann.get("/leads?status=new")
            .await
            .page()
            .contains("is shown without it")
    );
    let program = ann.get("/api/leads?status=archived").await;
    assert_eq!(program.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_filter_for_somebody_who_left_says_so() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;

    let left = ann
        .get("/leads?assignedTo=01a20000-0000-7000-8000-000000000001")
        .await;
    let own = ann.get("/leads?assignedTo=me").await;

    assert!(
        left.page()
            .contains("Assigned to is somebody who is no member any more")
    );
    assert!(!own.page().contains("no member any more"));
}

#[tokio::test]
async fn two_words_for_one_filter_are_none_and_a_plan_for_no_time_is_refused() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;

    let shown = ann.get("/leads?status=new&status=won").await;
    assert!(
        shown
            .page()
            .contains("status “new”, “won”. The list is shown without it.")
    );
    let both = ann.get("/api/leads?status=new&status=won").await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);
    for list in ["/leads", "/api/leads"] {
        let twice = ann.get(&format!("{list}?status=new&status=new&status=")).await;
        assert_eq!(twice.status, StatusCode::OK, "{list}");
    }
    let path = format!("/api/leads/{}", lead.id);
    let long_ago = ann
        .patch_json(&path, json!({ "nextActionAt": "1800-01-01T00:00:00Z" }))
        .await;
    assert_eq!(long_ago.status, StatusCode::UNPROCESSABLE_ENTITY);
    let told = long_ago.json()["errors"][0]["detail"].clone();
    let rule = "nextActionAt must be a time of the years 1900 to 2999, such as 2026-12-01T09:00:00Z.";
    assert_eq!(told, rule);
}
