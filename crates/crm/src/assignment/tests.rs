//! Rules are the owner's, a lead of the pool is the first claimer's, and an agent sees what the owner lets them.

use axum::http::{Method, StatusCode};
use db::{
    door,
    tenant::{activities, contacts, leads},
    testing::{a_contact, a_lead, a_member},
};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{Contact, Lead, PersonId, Role};

use crate::testing::Crm;

const RULES: &str = "/api/assignment-rules";

/// Fairfield with an owner, and agents who share its leads.
struct Team {
    crm: Crm,
    olga: Caller,
    ann: Caller,
    bob: Caller,
    bobs_id: PersonId,
}

impl Team {
    async fn new() -> Self {
        let crm = Crm::new().await;
        let hash = crm.password_hash().await;
        let mut ids = Vec::new();
        for (email, role) in [
            ("olga@example.com", Role::Owner),
            ("bob@example.com", Role::Agent),
        ] {
            let who = (email, hash.as_str());
            ids.push(a_member(&crm.test.db, &*crm.ids, &crm.fairfield, who, role).await);
        }
        Self {
            olga: crm.at_fairfield("olga@example.com").await,
            ann: crm.ann().await,
            bob: crm.at_fairfield("bob@example.com").await,
            bobs_id: ids[1],
            crm,
        }
    }

    /// The same where agents see their own leads and unclaimed ones.
    async fn apart() -> Self {
        let team = Self::new().await;
        let switched = team
            .olga
            .post_form("/settings/agents-see", &[("agentsSee", "own")])
            .await;
        assert_eq!(switched.redirect(), "/settings");
        team
    }

    /// Somebody with a lead of this person's.
    async fn a_client(&self, name: &str, of: Option<PersonId>) -> (Contact, Lead) {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let (db, scope, ids) = (&self.crm.test.db, &self.crm.fairfield, &*self.crm.ids);
        let contact = a_contact(ids).name(name).email(&email).insert(db, scope).await;
        let mut lead = a_lead(ids).of(&contact);
        lead.0.assigned_to = of;
        (contact, lead.insert(db, scope).await)
    }

    async fn a_rule(&self, body: Value) -> Value {
        let made = self.olga.post_json(RULES, body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        made.json()["rule"].clone()
    }

    /// What the rules are called, in their order.
    async fn names(&self) -> Vec<String> {
        let listed = self.olga.get(RULES).await.json();
        let names = listed["rules"].as_array().unwrap().iter();
        names
            .map(|rule| rule["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn an_owner_adds_orders_changes_and_removes_rules_but_the_last_one_stays() {
    let team = Team::new().await;
    assert_eq!(team.names().await, ["Everything else"]);
    let fair = team
        .a_rule(json!({ "name": "Fair", "source": "fair", "target": "pool" }))
        .await;
    let town = json!({ "name": "Wilton", "town": "Wilton", "target": "person", "people": [team.bobs_id] });
    team.a_rule(town).await;
    let of_fair = format!("{RULES}/{}", fair["id"].as_str().unwrap());

    let moved = team
        .olga
        .patch_json(&of_fair, json!({ "position": 9, "days": ["sat", "sun"] }))
        .await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text());
    assert_eq!(team.names().await, ["Wilton", "Fair", "Everything else"]);
    assert_eq!(moved.json()["rule"]["position"], 2);
    assert_eq!(moved.json()["rule"]["days"], json!(["sat", "sun"]));

    let last = format!("{RULES}/{}", types::assignment::AssignmentRule::catch_all_id());
    let kept = team.olga.delete(&last).await;
    assert_eq!(kept.status, StatusCode::CONFLICT);
    let changed = team
        .olga
        .patch_json(&last, json!({ "target": "person", "people": [team.bobs_id] }))
        .await;
    assert_eq!(changed.json()["rule"]["target"], "person", "{}", changed.text());
    assert_eq!(changed.header("etag"), "\"2\"");
    let renamed = team.olga.patch_json(&last, json!({ "name": "The rest" })).await;
    assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.text());

    assert_eq!(team.olga.delete(&of_fair).await.status, StatusCode::OK);
    assert_eq!(team.olga.delete(&of_fair).await.status, StatusCode::NOT_FOUND);
    assert_eq!(team.names().await, ["Wilton", "The rest"]);
}

#[tokio::test]
async fn a_rule_that_says_nothing_or_names_a_stranger_is_refused() {
    let team = Team::new().await;
    for (body, pointer) in [
        (json!({ "name": "All", "target": "pool" }), "/source"),
        (json!({ "source": "fair", "target": "pool" }), "/name"),
        (json!({ "name": "Fair", "source": "fair" }), "/target"),
        (
            json!({ "name": "Fair", "source": "fair", "target": "person" }),
            "/people",
        ),
        (
            json!({ "name": "Fair", "source": "fair", "target": "person", "people": [team.crm.hugo] }),
            "/people",
        ),
        (
            json!({ "name": "Fair", "target": "pool", "priceMin": 9, "priceMax": 8 }),
            "/priceMin",
        ),
        (
            json!({ "name": "Fair", "target": "pool", "from": "25:00" }),
            "/from",
        ),
    ] {
        let refused = team.olga.post_json(RULES, body.clone()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer, "{body}");
    }
    assert_eq!(team.names().await, ["Everything else"]);
}

#[tokio::test]
async fn only_an_owner_and_no_neighbour_says_whose_leads_become() {
    let team = Team::new().await;
    let rule = team
        .a_rule(json!({ "name": "Fair", "source": "fair", "target": "pool" }))
        .await;
    let path = format!("{RULES}/{}", rule["id"].as_str().unwrap());
    let hugo = team.crm.hugo().await;

    for path in [RULES, "/settings/assignment", "/settings/assignment/test"] {
        assert_eq!(team.ann.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    let change = json!({ "name": "Mine" });
    assert_eq!(
        team.ann.patch_json(&path, change.clone()).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(hugo.patch_json(&path, change).await.status, StatusCode::NOT_FOUND);
    assert_eq!(hugo.delete(&path).await.status, StatusCode::NOT_FOUND);
    let own = hugo.get(RULES).await.json();
    assert_eq!(own["rules"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_lead_opened_by_hand_goes_where_the_rules_say_unless_somebody_said_whose_it_is() {
    let team = Team::new().await;
    let people = json!([team.bobs_id, team.crm.ann]);
    team.a_rule(json!({ "name": "Buyers", "leadType": "buyer", "target": "round_robin", "people": people }))
        .await;
    let open = async |mut body: Value| {
        body["listingAddress"] = json!("12 Elm Street");
        team.ann.post_json("/api/leads", body).await.json()["lead"].clone()
    };

    let first = open(json!({ "leadType": "buyer" })).await;
    let second = open(json!({ "leadType": "buyer" })).await;
    let nobodys = open(json!({ "leadType": "buyer", "assignedTo": null })).await;
    let seller = open(json!({ "leadType": "seller" })).await;

    assert_eq!(first["assignedTo"], json!(team.bobs_id));
    assert_eq!(second["assignedTo"], json!(team.crm.ann));
    assert_eq!(
        (&nobodys["assignedTo"], &seller["assignedTo"]),
        (&Value::Null, &Value::Null)
    );
    let told = team
        .ann
        .get("/api/activities?activityType=lead_assigned")
        .await
        .json();
    let told = told["activities"].as_array().unwrap();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["metadata"]["to"], json!(team.bobs_id));
    let page = team
        .ann
        .get(&format!("/leads/{}", first["id"].as_str().unwrap()))
        .await;
    assert!(
        page.page()
            .contains("was given to Bob Member by the rule “Buyers”")
    );
}

#[tokio::test]
async fn a_test_explains_rule_by_rule_and_uses_up_nobodys_turn() {
    let team = Team::new().await;
    let people = json!([team.bobs_id, team.crm.ann]);
    team.a_rule(json!({ "name": "Wilton", "town": "Wilton", "target": "pool" }))
        .await;
    team.a_rule(json!({ "name": "Turns", "source": "fair", "target": "round_robin", "people": people }))
        .await;
    let about = json!({ "source": "fair", "listingAddress": "5 Wilton Road, Ridgefield" });

    let first = team
        .olga
        .post_json("/api/assignment-rules/test", about.clone())
        .await
        .json();
    let again = team
        .olga
        .post_json("/api/assignment-rules/test", about)
        .await
        .json();

    assert_eq!(first["decision"]["assignedTo"], json!(team.bobs_id));
    assert_eq!(first, again);
    let answers: Vec<_> = first["rules"]
        .as_array()
        .unwrap()
        .iter()
        .map(|rule| &rule["answer"])
        .collect();
    assert_eq!(answers, ["passes", "decides", "comes_too_late"]);
    assert_eq!(
        first["rules"][0]["checks"][0],
        json!({ "what": "Town", "wanted": "Wilton", "found": "5 Wilton Road, Ridgefield", "fits": false })
    );
    let page = team
        .olga
        .get("/settings/assignment/test?source=fair&price=600000")
        .await;
    assert!(page.page().contains("Bob Member would get it"));
    assert!(page.page().contains("no address is known"));
    let lead = team.a_client("Cleo Park", None).await.1;
    let of_lead = json!({ "leadId": lead.id });
    let told = team
        .olga
        .post_json("/api/assignment-rules/test", of_lead)
        .await
        .json();
    assert_eq!(told["decision"]["assignedTo"], Value::Null);
}

#[tokio::test]
async fn rules_are_kept_with_plain_forms() {
    let team = Team::new().await;
    let bob = team.bobs_id.to_string();
    let fields = [
        ("name", "Nights"),
        ("from", "18:00"),
        ("until", "08:00"),
        ("target", "person"),
        ("people", bob.as_str()),
    ];
    let refused = team.olga.post_form("/settings/assignment", &fields[..4]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Choose one person."));
    let added = team.olga.post_form("/settings/assignment", &fields).await;
    team.a_rule(json!({ "name": "Fair", "source": "fair", "target": "pool" }))
        .await;
    let listed = team.olga.get(added.redirect()).await;
    assert!(listed.page().contains("Every day, 18:00 to 08:00"));
    let id = team.olga.get(RULES).await.json()["rules"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/settings/assignment/{id}");
    assert!(team.olga.get(&path).await.page().contains("value=\"18:00\""));

    team.olga
        .post_form(&path, &[("action", "down"), ("version", "1")])
        .await;
    assert_eq!(team.names().await, ["Fair", "Nights", "Everything else"]);
    let stale = team
        .olga
        .post_form(&path, &[("action", "up"), ("version", "1")])
        .await;
    assert!(
        team.olga
            .get(stale.redirect())
            .await
            .page()
            .contains("Somebody changed this rule")
    );
    team.olga
        .post_form(&path, &[("action", "remove"), ("version", "2")])
        .await;
    assert_eq!(team.names().await, ["Fair", "Everything else"]);
}

#[tokio::test]
async fn an_owner_who_was_slower_keeps_what_they_typed_and_sees_what_the_rule_says_now() {
    let team = Team::new().await;
    let rule = team
        .a_rule(json!({ "name": "Fair", "source": "fair", "target": "pool" }))
        .await;
    let path = format!("/settings/assignment/{}", rule["id"].as_str().unwrap());
    let typed = |version: &'static str, name: &'static str, town: &'static str| {
        [
            ("version", version),
            ("name", name),
            ("source", "fair"),
            ("town", town),
            ("target", "pool"),
        ]
    };
    team.olga
        .post_form(&path, &typed("1", "Fairs", "Wilton"))
        .await
        .redirect();

    let unnamed = team.olga.post_form(&path, &typed("1", " ", "Westport")).await;
    let slower = team
        .olga
        .post_form(&path, &typed("1", "Open days", "Westport"))
        .await;
    let meant = team
        .olga
        .post_form(&path, &typed("2", "Open days", "Westport"))
        .await;

    assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        unnamed.text().contains("name=\"version\" value=\"1\""),
        "who puts their own mistake right has not seen what the other one wrote"
    );
    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    for said in [
        "Somebody changed this rule while you were at it.",
        "<dd><bdi>Fairs</bdi></dd>",
        "Source: fair; Town: Wilton",
        "To the pool, for whoever claims it first",
        "value=\"Open days\"",
        "value=\"Westport\"",
        "name=\"version\" value=\"2\"",
    ] {
        assert!(slower.text().contains(said), "no {said} in {}", slower.text());
    }
    assert_eq!(meant.redirect(), "/settings/assignment");
    assert_eq!(team.names().await, ["Open days", "Everything else"]);
}

#[tokio::test]
async fn hours_of_rules_are_in_a_zone_that_there_is() {
    let team = Team::new().await;

    let zone = team
        .olga
        .post_form("/settings/zone", &[("zone", "Nowhere/At_All")])
        .await;
    assert!(
        team.olga
            .get(zone.redirect())
            .await
            .page()
            .contains("Choose the zone by its name")
    );
    let zone = team
        .olga
        .post_form("/settings/zone", &[("zone", "America/Chicago")])
        .await;
    assert!(
        team.olga
            .get(zone.redirect())
            .await
            .page()
            .contains("America/Chicago now")
    );
}

#[tokio::test]
async fn whoever_pauses_is_passed_over_and_only_owners_pause_others() {
    let team = Team::new().await;
    team.a_rule(
        json!({ "name": "Bob's", "source": "crm_manual", "target": "person", "people": [team.bobs_id] }),
    )
    .await;
    let bobs = format!("/settings/members/{}/turns", team.bobs_id);

    let by_ann = team.ann.post_form(&bobs, &[("takes", "no")]).await;
    let by_bob = team.bob.post_form(&bobs, &[("takes", "no")]).await;
    let lead = team
        .ann
        .post_json("/api/leads", json!({ "listingId": "elm-1" }))
        .await
        .json()["lead"]
        .clone();
    let by_olga = team.olga.post_form(&bobs, &[("takes", "yes")]).await;
    let next = team
        .ann
        .post_json("/api/leads", json!({ "listingId": "elm-1" }))
        .await
        .json()["lead"]
        .clone();

    assert_eq!(by_ann.status, StatusCode::FORBIDDEN);
    assert_eq!(
        (by_bob.redirect(), by_olga.redirect()),
        ("/settings", "/settings")
    );
    assert_eq!(
        (&lead["assignedTo"], &next["assignedTo"]),
        (&Value::Null, &json!(team.bobs_id))
    );
}

#[tokio::test]
async fn a_lead_of_the_pool_goes_to_one_of_two_who_claim_it_and_the_other_is_told_who() {
    for team in [Team::new().await, Team::apart().await] {
        let (_, lead) = team.a_client("Cleo Park", None).await;
        let path = format!("/api/leads/{}/claim", lead.id);

        let (ann, bob) = tokio::join!(
            team.ann.post_json(&path, json!({})),
            team.bob.post_json(&path, json!({}))
        );

        let (won, lost) = if ann.status == StatusCode::OK {
            (&ann, &bob)
        } else {
            (&bob, &ann)
        };
        assert_eq!(
            (won.status, lost.status),
            (StatusCode::OK, StatusCode::CONFLICT),
            "{}",
            lost.text()
        );
        let holder = won.json()["lead"]["assignedTo"].clone();
        assert_eq!(
            (&lost.json()["assignedTo"], &lost.json()["code"]),
            (&holder, &json!("claimed_already"))
        );
        let told = team
            .olga
            .get("/api/activities?activityType=lead_assigned")
            .await
            .json();
        assert_eq!(told["activities"].as_array().unwrap().len(), 1);
        assert_eq!(told["activities"][0]["actor"]["id"], holder);
    }
}

#[tokio::test]
async fn a_lead_that_is_closed_is_not_offered() {
    let team = Team::apart().await;
    let (_, lead) = team.a_client("Cleo Park", None).await;
    let record = format!("/leads/{}", lead.id);
    let lost = json!({ "status": "lost" });

    let closed = team
        .olga
        .patch_json(&format!("/api/leads/{}", lead.id), lost)
        .await;

    assert_eq!(closed.status, StatusCode::OK);
    assert!(!team.olga.get(&record).await.page().contains("Claim this lead"));
}

#[tokio::test]
async fn one_press_claims_and_whoever_presses_later_reads_who_was_faster() {
    let team = Team::apart().await;
    let (_, lead) = team.a_client("Cleo Park", None).await;
    let (record, claim) = (format!("/leads/{}", lead.id), format!("/leads/{}/claim", lead.id));
    assert!(team.ann.get(&record).await.page().contains("Claim this lead"));

    let first = team.ann.post_form(&claim, &[]).await;
    let second = team.bob.post_form(&claim, &[]).await;

    assert!(
        team.ann
            .get(first.redirect())
            .await
            .page()
            .contains("The lead is yours now.")
    );
    assert!(!team.ann.get(&record).await.page().contains("Claim this lead"));
    assert_eq!(second.redirect(), "/leads");
    assert!(
        team.bob
            .get("/leads")
            .await
            .page()
            .contains("Ann Member has this lead already.")
    );
    assert_eq!(team.bob.get(&record).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        team.crm.ruth().await.post_form(&claim, &[]).await.status,
        StatusCode::FORBIDDEN
    );
    let (_, given) = team.a_client("Dora Lane", Some(team.crm.ann)).await;
    let not_lately = team
        .bob
        .post_json(&format!("/api/leads/{}/claim", given.id), json!({}))
        .await;
    assert_eq!(not_lately.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_agent_sees_their_own_leads_and_unclaimed_ones_everywhere() {
    let team = Team::apart().await;
    let (secret, hidden) = team.a_client("Zelda Quince", Some(team.bobs_id)).await;
    team.a_client("Cleo Park", Some(team.crm.ann)).await;
    team.a_client("Dora Lane", None).await;
    let body = json!({ "title": "Call Quince", "dueAt": "2026-03-02T09:00:00Z", "leadId": hidden.id,
                       "assignedTo": team.crm.ann });
    team.bob.post_json("/api/reminders", body).await;
    let note = json!({ "summary": "Spoke to Quince", "contactId": secret.id });
    team.bob.post_json("/api/activities", note).await;
    let count = |summary: &Value| {
        let of = |name: &str| summary[name].as_i64().unwrap();
        (of("leadCount"), of("contactCount"), of("activityCount"))
    };

    for path in [
        "/",
        "/leads",
        "/leads?q=quince",
        "/contacts",
        "/contacts?search=quince",
        "/pipeline",
        "/activity",
        "/reminders",
        "/api/leads",
        "/api/leads?q=quince",
        "/api/contacts?search=quince",
        "/api/activities",
        "/api/reminders?assignedTo=me",
        "/api/leads.csv",
        "/api/contacts.csv",
        "/api/contacts.vcf",
    ] {
        let shown = team.ann.get(path).await;
        assert_eq!(shown.status, StatusCode::OK, "{path}");
        assert!(
            !shown.text().contains("Quince"),
            "{path} shows a colleague's client"
        );
    }
    let (seen, all) = (team.ann.get("/api/summary").await.json(), team.ruth_sees().await);
    // The switch and three files stand in everybody's timeline, and are no activity with anybody.
    assert_eq!((count(&seen), count(&all)), ((2, 2, 0), (3, 3, 1)));
}

#[tokio::test]
async fn a_colleagues_lead_is_not_there_by_its_id_and_ones_own_and_unclaimed_ones_are() {
    let team = Team::apart().await;
    let (secret, hidden) = team.a_client("Zelda Quince", Some(team.bobs_id)).await;
    let (own, _) = team.a_client("Cleo Park", Some(team.crm.ann)).await;
    let (free, _) = team.a_client("Dora Lane", None).await;
    let body = json!({ "title": "Call Quince", "dueAt": "2026-03-02T09:00:00Z", "leadId": hidden.id });
    let reminder = team.bob.post_json("/api/reminders", body).await.json();

    for path in [
        format!("/api/leads/{}", hidden.id),
        format!("/leads/{}", hidden.id),
        format!("/api/contacts/{}", secret.id),
        format!("/contacts/{}", secret.id),
        format!("/api/contacts/{}/export", secret.id),
        format!("/contacts/merge?ids={},{}", own.id, secret.id),
    ] {
        assert_eq!(team.ann.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(team.olga.get(&path).await.status, StatusCode::OK, "{path}");
    }
    for contact in [&own, &free] {
        assert_eq!(
            team.ann.get(&format!("/contacts/{}", contact.id)).await.status,
            StatusCode::OK
        );
    }
    let id = reminder["reminder"]["id"].as_str().unwrap();
    let done = team
        .ann
        .patch_json(&format!("/api/reminders/{id}"), json!({ "completed": true }))
        .await;
    assert_eq!(done.status, StatusCode::NOT_FOUND);
}

impl Team {
    /// A client and their lead are as they were, and nothing happened with them.
    async fn expect_untouched(&self, client: &Contact, lead: &Lead) {
        let scope = &self.crm.fairfield;
        let mut tx = self.crm.test.db.read(scope).await.unwrap();
        let found = leads::find(&mut tx, scope, lead.id).await.unwrap().unwrap();
        assert_eq!(&found.lead, lead);
        let found = contacts::find(&mut tx, scope, client.id).await.unwrap();
        assert_eq!(found.as_ref(), Some(client));
        let all = activities::ActivityFilter {
            contact_id: Some(client.id),
            ..activities::ActivityFilter::default()
        };
        assert_eq!(activities::count(&mut tx, scope, &all).await.unwrap(), 0);
    }

    /// The numbers of somebody who only looks, and sees all.
    async fn ruth_sees(&self) -> Value {
        self.crm.ruth().await.get("/api/summary").await.json()
    }
}

#[tokio::test]
async fn what_is_not_seen_is_not_written_to_either() {
    let team = Team::apart().await;
    let (secret, hidden) = team.a_client("Zelda Quince", Some(team.bobs_id)).await;
    let (own, _) = team.a_client("Cleo Park", Some(team.crm.ann)).await;
    let ann = &team.ann;
    let (lead, contact) = (
        format!("/api/leads/{}", hidden.id),
        format!("/api/contacts/{}", secret.id),
    );
    let note = |about: Value| {
        let mut note = json!({ "summary": "Mine", "title": "Mine", "dueAt": "2026-03-02T09:00:00Z" });
        note.as_object_mut()
            .unwrap()
            .extend(about.as_object().unwrap().clone());
        note
    };
    let (of_lead, of_contact) = (
        note(json!({ "leadId": hidden.id })),
        note(json!({ "contactId": secret.id })),
    );
    let merge = json!({ "contactIds": [own.id, secret.id] });

    let answers = [
        ann.patch_json(&lead, json!({ "notes": "Mine" })).await,
        ann.delete(&lead).await,
        ann.post_json(&format!("{lead}/claim"), json!({})).await,
        ann.post_form(
            &format!("/pipeline/{}", hidden.id),
            &[("version", "1"), ("to", "won")],
        )
        .await,
        ann.patch_json(&contact, json!({ "fullName": "Mine" })).await,
        ann.delete(&contact).await,
        ann.post_json("/api/contacts/merge", merge).await,
        ann.post_json("/api/leads", json!({ "contactId": secret.id }))
            .await,
        ann.post_json("/api/activities", of_lead.clone()).await,
        ann.post_json("/api/activities", of_contact.clone()).await,
        ann.post_json("/api/reminders", of_lead).await,
        ann.post_json("/api/reminders", of_contact).await,
    ];

    for (number, answer) in answers.iter().enumerate() {
        assert_eq!(
            answer.status,
            StatusCode::NOT_FOUND,
            "{number}: {}",
            answer.text()
        );
    }
    let taken = ann
        .post_json("/api/contacts", json!({ "email": "zelda.quince@example.com" }))
        .await;
    assert_eq!(taken.status, StatusCode::CONFLICT);
    assert_eq!(taken.json()["contactId"], Value::Null);
    team.expect_untouched(&secret, &hidden).await;
}

impl Team {
    /// A file as somebody sends it.
    async fn import(&self, by: &Caller, path: &str, file: &str) -> Value {
        let body = file.as_bytes().to_vec();
        let sent = by.send(Method::POST, path, Some("text/csv"), body).await;
        assert!(sent.status.is_success(), "{}", sent.text());
        sent.json()["import"].clone()
    }
}

const WITH_A_SECRET: &str = "Name,E-mail,Phone\n\
    Z,ZELDA.QUINCE@example.com,203-555-0142\n\
    Cleo Park,cleo.park@example.com,203-555-0143\n\
    Eva Moss,eva@example.com,203-555-0144\n\
    Who,who@example.com,203-555-0199\n";

#[tokio::test]
async fn a_file_neither_fills_in_nor_names_whom_its_sender_does_not_see() {
    let team = Team::apart().await;
    let (secret, hidden) = team.a_client("Zelda Quince", Some(team.bobs_id)).await;
    let (db, scope, ids) = (&team.crm.test.db, &team.crm.fairfield, &*team.crm.ids);
    let by_phone = a_contact(ids)
        .name("Yves Orr")
        .phone("203-555-0199")
        .insert(db, scope)
        .await;
    let mut lead = a_lead(ids).of(&by_phone);
    lead.0.assigned_to = Some(team.bobs_id);
    lead.insert(db, scope).await;
    team.a_client("Cleo Park", Some(team.crm.ann)).await;

    let tried = team
        .import(&team.ann, "/api/imports?dryRun=true", WITH_A_SECRET)
        .await;
    let done = team.import(&team.ann, "/api/imports", WITH_A_SECRET).await;

    for told in [&tried, &done] {
        let counts = json!({ "new": 1, "updated": 1, "duplicate": 0, "error": 2, "takenBack": 0, "kept": 0 });
        assert_eq!(told["counts"], counts);
        let reasons: Vec<_> = told["errors"].as_array().unwrap().iter().collect();
        assert_eq!(
            reasons[0]["reason"],
            "E-mail: “ZELDA.QUINCE@example.com” is already used by another contact, whom you do not see. \
             Somebody who sees all leads can import this row."
        );
        assert!(
            reasons[1]["reason"]
                .as_str()
                .unwrap()
                .starts_with("Phone: “203-555-0199”")
        );
        assert!(!told.to_string().contains(&secret.id.to_string()));
    }
    team.expect_untouched(&secret, &hidden).await;
    assert_eq!(pairs(team.olga.get("/api/duplicates").await.json()), 0);
    let by_olga = team.import(&team.olga, "/api/imports", WITH_A_SECRET).await;
    assert_eq!(
        (&by_olga["counts"]["updated"], &by_olga["counts"]["error"]),
        (&json!(1), &json!(0))
    );
}

#[tokio::test]
async fn a_long_file_is_worked_through_with_what_its_sender_sees() {
    let team = Team::apart().await;
    let (secret, hidden) = team.a_client("Zelda Quince", Some(team.bobs_id)).await;
    let mut file = "Name,E-mail,Phone\nZ,zelda.quince@example.com,203-555-0142\n".to_owned();
    for number in 0..1_100 {
        file.push_str(&format!("P {number},p{number}@example.com,\n"));
    }

    let sent = team.import(&team.ann, "/api/imports", &file).await;
    let waiting = door::imports::next(&team.crm.context.db).await.unwrap().unwrap();
    let app = crate::app::App::new(&team.crm.context).unwrap();
    crate::imports::work(&app, &waiting.scope, waiting.id)
        .await
        .unwrap();

    let path = format!("/api/imports/{}", sent["id"].as_str().unwrap());
    let done = team.ann.get(&path).await.json()["import"].clone();
    assert_eq!(
        (&done["status"], &done["counts"]["error"]),
        (&json!("done"), &json!(1))
    );
    team.expect_untouched(&secret, &hidden).await;
}

#[tokio::test]
async fn a_contact_is_not_taken_from_under_a_lead_that_is_not_seen() {
    let team = Team::apart().await;
    let (shared, _) = team.a_client("Cleo Park", Some(team.crm.ann)).await;
    let (own, _) = team.a_client("Dora Lane", Some(team.crm.ann)).await;
    let mut hidden = a_lead(&*team.crm.ids).of(&shared);
    hidden.0.assigned_to = Some(team.bobs_id);
    let hidden = hidden.insert(&team.crm.test.db, &team.crm.fairfield).await;
    let (path, page) = (
        format!("/api/contacts/{}", shared.id),
        format!("/contacts/{}/delete", shared.id),
    );
    let merge = json!({ "contactIds": [own.id, shared.id] });

    for refused in [
        team.ann.delete(&path).await,
        team.ann.get(&page).await,
        team.ann.post_form(&page, &[("version", "1")]).await,
        team.ann.post_json("/api/contacts/merge", merge.clone()).await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(
            refused
                .text()
                .contains("A colleague works with this contact too.")
        );
    }
    team.expect_untouched(&shared, &hidden).await;

    let merged = team.olga.post_json("/api/contacts/merge", merge).await.json();
    let undo = format!(
        "/api/contacts/merge/{}/undo",
        merged["merge"]["id"].as_str().unwrap()
    );
    assert_eq!(
        team.ann.post_json(&undo, json!({})).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(team.olga.post_json(&undo, json!({})).await.status, StatusCode::OK);
    assert_eq!(team.olga.delete(&path).await.status, StatusCode::OK);
}

fn pairs(listed: Value) -> usize {
    listed["duplicates"].as_array().unwrap().len()
}

#[tokio::test]
async fn pairs_are_suggested_to_whoever_sees_both() {
    let team = Team::apart().await;
    team.a_client("Zelda Quince", Some(team.bobs_id)).await;
    let twin = json!({ "fullName": "Zelda Quince", "email": "twin@example.com" });

    let made = team.ann.post_json("/api/contacts", twin).await.json();
    team.bob.post_form("/duplicates/look", &[]).await;

    assert_eq!(made["possibleDuplicates"], json!([]));
    assert_eq!(pairs(team.ann.get("/api/duplicates").await.json()), 0);
    assert_eq!(pairs(team.bob.get("/api/duplicates").await.json()), 1);
}

#[tokio::test]
async fn agents_see_every_lead_until_an_owner_says_otherwise_and_from_the_next_request_on() {
    let team = Team::new().await;
    let (_, lead) = team.a_client("Zelda Quince", Some(team.bobs_id)).await;
    let path = format!("/api/leads/{}", lead.id);

    let before = team.ann.get(&path).await.status;
    let by_ann = team
        .ann
        .post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await
        .status;
    team.olga
        .post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await;
    let apart = team.ann.get(&path).await.status;
    team.olga
        .post_form("/settings/agents-see", &[("agentsSee", "all")])
        .await;
    let after = team.ann.get(&path).await.status;

    assert_eq!(by_ann, StatusCode::FORBIDDEN);
    assert_eq!(
        (before, apart, after),
        (StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::OK)
    );
}

#[tokio::test]
async fn a_rule_asks_for_postal_codes_and_tags_and_some_have_more_turns_than_others() {
    let team = Team::new().await;
    let people = json!([team.bobs_id, team.crm.ann]);
    let rule = json!({ "name": "Shore", "zips": ["06880", "06820"], "target": "round_robin", "people": people,
                       "shares": [2, 1] });
    let vip = json!({ "name": "Vip", "tag": "VIP", "target": "person", "people": [team.crm.ann] });
    let made = team.olga.post_json(RULES, rule).await;
    team.a_rule(vip).await;
    let ana = json!({ "fullName": "Ana", "email": "ana@example.com", "tags": ["vip"] });
    let ana = team.ann.post_json("/api/contacts", ana).await.json()["contact"]["id"].clone();
    let open = async |body: Value| {
        let opened = team.ann.post_json("/api/leads", body).await.json();
        opened["lead"]["assignedTo"].clone()
    };
    let shore = json!({ "listingAddress": "1 Elm Street, Westport, CT 06880" });
    let mut given = Vec::new();
    for _ in 0..3 {
        given.push(open(shore.clone()).await);
    }

    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    let told = made.json()["rule"].clone();
    assert_eq!(
        (&told["zips"], &told["shares"], &told["tag"]),
        (&json!(["06820", "06880"]), &json!([2, 1]), &Value::Null)
    );
    let (bob, ann) = (json!(team.bobs_id), json!(team.crm.ann));
    assert_eq!(given, [bob.clone(), ann.clone(), bob.clone()]);
    assert_eq!(
        open(json!({ "contactId": ana })).await,
        ann,
        "a tag of the contact counts"
    );
    assert_eq!(
        open(json!({ "listingAddress": "1 Elm Street, Wilton, CT 06897" })).await,
        Value::Null
    );
    let test = json!({ "listingAddress": "1 Elm Street, Wilton, CT 06897", "tags": ["vip"] });
    let trial = team.olga.post_json(&format!("{RULES}/test"), test).await.json();
    let check = trial["rules"][0]["checks"][0].clone();
    assert_eq!(
        (&check["what"], &check["wanted"], &check["found"], &check["fits"]),
        (
            &json!("ZIP code"),
            &json!("06820, 06880"),
            &json!("06897"),
            &json!(false)
        )
    );
    assert_eq!(trial["decision"]["rule"], "Vip");
}

#[tokio::test]
async fn a_rule_with_half_a_postal_code_or_turns_of_nobody_is_refused() {
    let team = Team::new().await;
    for (wrong, pointer) in [
        (
            json!({ "name": "W", "zips": ["6880"], "target": "pool" }),
            "/zips/0",
        ),
        (
            json!({ "name": "W", "tag": "x", "target": "person", "people": [team.bobs_id], "shares": [1] }),
            "/shares",
        ),
    ] {
        let refused = team.olga.post_json(RULES, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
    }
}

#[tokio::test]
async fn the_form_of_a_rule_takes_postal_codes_a_tag_and_turns() {
    let team = Team::new().await;
    let (bob, ann) = (team.bobs_id.to_string(), team.crm.ann.to_string());
    let (bobs, anns) = (format!("share.{bob}"), format!("share.{ann}"));
    let form = |zips: &'static str, turns: &'static str| {
        vec![
            ("name", "Shore"),
            ("zips", zips),
            ("tag", "waterfront"),
            ("target", "round_robin"),
            ("people", bob.as_str()),
            ("people", ann.as_str()),
            (bobs.as_str(), turns),
            (anns.as_str(), "1"),
        ]
    };

    let made = team
        .olga
        .post_form("/settings/assignment", &form("06880; 06820", "3"))
        .await;
    let wrong = team
        .olga
        .post_form("/settings/assignment", &form("Westport", "11"))
        .await;

    assert_eq!(made.redirect(), "/settings/assignment");
    let list = team.olga.get("/settings/assignment").await;
    for told in [
        "ZIP code: 06820, 06880",
        "Tag: waterfront",
        "In turn to Bob Member (3 of 4), Ann Member (1 of 4)",
    ] {
        assert!(list.page().contains(told), "no {told} in {}", list.text());
    }
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text().contains("A ZIP code must be five digits"),
        "{}",
        wrong.text()
    );
    let rules = team.olga.get(RULES).await.json();
    let id = rules["rules"][0]["id"].as_str().unwrap().to_owned();
    let edit = team.olga.get(&format!("/settings/assignment/{id}")).await;
    assert!(edit.page().contains("value=\"06820, 06880\""));
    let bobs_turns = edit
        .page()
        .split(&format!("name=\"share.{bob}\""))
        .nth(1)
        .unwrap();
    assert!(
        bobs_turns
            .split("</select>")
            .next()
            .unwrap()
            .contains("<option value=\"3\" selected>")
    );
}

impl Team {
    /// Something this caller writes down for this member to do, overdue by a day.
    async fn a_reminder(&self, by: &Caller, about: Value, of: PersonId) -> Value {
        let mut body = json!({ "title": "Call back", "dueAt": "2026-03-01T09:00:00Z", "assignedTo": of });
        body.as_object_mut()
            .unwrap()
            .extend(about.as_object().unwrap().clone());
        let made = by.post_json("/api/reminders", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        made.json()["reminder"].clone()
    }

    /// Whose a reminder is.
    async fn whose(&self, reminder: &Value) -> Value {
        let path = format!("/api/reminders/{}", reminder["id"].as_str().unwrap());
        self.olga.get(&path).await.json()["reminder"]["assignedTo"].clone()
    }

    /// What the timeline of a lead says.
    async fn timeline(&self, lead: &Lead) -> String {
        let path = format!("/api/activities?leadId={}", lead.id);
        self.olga.get(&path).await.text().to_owned()
    }
}

#[tokio::test]
async fn what_is_to_be_done_about_a_lead_goes_with_it_where_agents_see_their_own_alone() {
    let team = Team::apart().await;
    let (ann, bob) = (team.crm.ann, team.bobs_id);
    let (client, lead) = team.a_client("Ana Ruiz", Some(bob)).await;
    let about_lead = team
        .a_reminder(&team.bob, json!({ "leadId": lead.id }), bob)
        .await;
    let about_client = team
        .a_reminder(&team.bob, json!({ "contactId": client.id }), bob)
        .await;
    let of_nobody = team.a_reminder(&team.bob, json!({}), bob).await;

    let lead_path = format!("/api/leads/{}", lead.id);
    let given = team
        .olga
        .patch_json(&lead_path, json!({ "assignedTo": ann }))
        .await;

    assert_eq!(given.status, StatusCode::OK, "{}", given.text());
    for gone in [&about_lead, &about_client] {
        assert_eq!(team.whose(gone).await, json!(ann));
    }
    assert_eq!(team.whose(&of_nobody).await, json!(bob));
    let mine = team.ann.get("/api/reminders?assignedTo=me").await.json();
    assert_eq!(mine["reminders"].as_array().unwrap().len(), 2, "{mine}");
    let told = team.timeline(&lead).await;
    assert!(
        told.contains("The reminder “Call back” went with the lead"),
        "{told}"
    );
}

#[tokio::test]
async fn it_stays_whose_it_is_where_they_still_see_the_lead() {
    let team = Team::new().await;
    let (_, lead) = team.a_client("Ana Ruiz", Some(team.bobs_id)).await;
    let reminder = team
        .a_reminder(&team.bob, json!({ "leadId": lead.id }), team.bobs_id)
        .await;
    let lead_path = format!("/api/leads/{}", lead.id);

    team.olga
        .patch_json(&lead_path, json!({ "assignedTo": team.crm.ann }))
        .await;
    assert_eq!(
        team.whose(&reminder).await,
        json!(team.bobs_id),
        "everybody sees all"
    );
    team.olga
        .patch_json(&lead_path, json!({ "assignedTo": null }))
        .await;
    team.olga
        .post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await;
    assert_eq!(
        team.whose(&reminder).await,
        json!(team.bobs_id),
        "the pool is everybody's"
    );

    let claimed = team.ann.post_json(&format!("{lead_path}/claim"), json!({})).await;

    assert_eq!(claimed.status, StatusCode::OK, "{}", claimed.text());
    assert_eq!(team.whose(&reminder).await, json!(team.crm.ann));
}

#[tokio::test]
async fn it_goes_with_many_leads_at_once_and_back_with_them() {
    let team = Team::apart().await;
    let (_, ana) = team.a_client("Ana Ruiz", Some(team.bobs_id)).await;
    let (_, bo) = team.a_client("Bo Lind", Some(team.bobs_id)).await;
    let mut reminders = Vec::new();
    for lead in [&ana, &bo] {
        reminders.push(
            team.a_reminder(&team.bob, json!({ "leadId": lead.id }), team.bobs_id)
                .await,
        );
    }

    let body = json!({ "leadIds": [ana.id, bo.id], "assignedTo": team.crm.ann });
    let edit = team.olga.post_json("/api/bulk-edits", body).await;

    assert!(edit.status.is_success(), "{}", edit.text());
    for reminder in &reminders {
        assert_eq!(team.whose(reminder).await, json!(team.crm.ann));
    }
    assert!(team.timeline(&bo).await.contains("went with the lead"));

    let edit = edit.json()["bulkEdit"]["id"].clone();
    let undo = format!("/api/bulk-edits/{}/undo", edit.as_str().unwrap());
    let undone = team.olga.post_json(&undo, json!({})).await;

    assert!(undone.status.is_success(), "{}", undone.text());
    for reminder in &reminders {
        assert_eq!(team.whose(reminder).await, json!(team.bobs_id));
    }
}

#[tokio::test]
async fn a_new_lead_by_hand_takes_what_is_to_be_done_about_its_contact_with_it() {
    let team = Team::apart().await;
    let (db, scope, ids) = (&team.crm.test.db, &team.crm.fairfield, &*team.crm.ids);
    let client = a_contact(ids).name("Ana Ruiz").insert(db, scope).await;
    let reminder = team
        .a_reminder(&team.bob, json!({ "contactId": client.id }), team.bobs_id)
        .await;

    let body = json!({ "contactId": client.id, "assignedTo": team.crm.ann });
    let opened = team.olga.post_json("/api/leads", body).await;

    assert_eq!(opened.status, StatusCode::CREATED, "{}", opened.text());
    assert_eq!(team.whose(&reminder).await, json!(team.crm.ann));
}

#[tokio::test]
async fn nobody_is_reminded_of_what_they_do_not_see() {
    let team = Team::apart().await;
    let (client, lead) = team.a_client("Ana Ruiz", Some(team.crm.ann)).await;
    let due = json!("2026-03-09T09:00:00Z");

    for about in [json!({ "leadId": lead.id }), json!({ "contactId": client.id })] {
        let mut body = json!({ "title": "Call", "dueAt": due, "assignedTo": team.bobs_id });
        body.as_object_mut()
            .unwrap()
            .extend(about.as_object().unwrap().clone());
        let refused = team.olga.post_json("/api/reminders", body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{about}");
        assert!(
            refused.text().contains("Bob Member does not see"),
            "{}",
            refused.text()
        );
    }
    let anns = team
        .a_reminder(&team.olga, json!({ "leadId": lead.id }), team.crm.ann)
        .await;
    let path = format!("/api/reminders/{}", anns["id"].as_str().unwrap());
    let refused = team
        .olga
        .patch_json(&path, json!({ "assignedTo": team.bobs_id }))
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let about_nobody = team.a_reminder(&team.olga, json!({}), team.bobs_id).await;
    assert_eq!(about_nobody["assignedTo"], json!(team.bobs_id));
}

#[tokio::test]
async fn who_may_only_look_is_given_nothing_to_do() {
    let team = Team::new().await;
    let (client, lead) = team.a_client("Ana Ruiz", Some(team.crm.ann)).await;
    let ruth = team.crm.ruth().await.get("/api/session").await.json()["userId"].clone();
    let ruths = ruth.as_str().unwrap();

    let lead_path = format!("/api/leads/{}", lead.id);
    let given = json!({ "assignedTo": ruth });
    let opened = json!({ "contactId": client.id, "assignedTo": ruth });
    let many = json!({ "leadIds": [lead.id], "assignedTo": ruth });
    let reminder = json!({ "title": "Call", "dueAt": "2026-03-09T09:00:00Z", "assignedTo": ruth });
    let rule = json!({ "name": "Fair", "source": "fair", "target": "person", "people": [ruth] });
    let olga = &team.olga;
    let refusals = [
        olga.patch_json(&lead_path, given).await,
        olga.post_json("/api/leads", opened).await,
        olga.post_json("/api/bulk-edits", many).await,
        olga.post_json("/api/reminders", reminder).await,
        olga.post_json(RULES, rule).await,
    ];

    for refused in &refusals {
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text()
        );
        assert!(
            refused.text().contains("Ruth Member may only look"),
            "{}",
            refused.text()
        );
    }
    for page in ["/leads/new", &format!("/leads/{}", lead.id), "/reminders"] {
        let shown = olga.get(page).await;
        assert!(shown.page().contains(&team.bobs_id.to_string()), "{page}");
        assert!(!shown.page().contains(ruths), "{page}");
    }
    let choose = olga
        .get(&format!("/bulk-edits/new?about=leads&lead={}", lead.id))
        .await;
    assert!(!choose.page().contains(ruths), "{}", choose.text());
}

#[tokio::test]
async fn who_gives_a_lead_away_that_they_see_no_more_reads_whose_it_is() {
    let team = Team::apart().await;
    let (_, lead) = team.a_client("Ana Ruiz", Some(team.bobs_id)).await;
    let anns = team.crm.ann.to_string();
    let page = format!("/leads/{}", lead.id);

    let given = team
        .bob
        .post_form(&page, &[("version", "1"), ("assignedTo", &anns)])
        .await;
    assert_eq!(given.redirect(), "/leads");
    assert!(
        team.bob
            .get("/leads")
            .await
            .page()
            .contains("Given to Ann Member.")
    );

    let once = "0193f2a7-4c1e-7b0a-9d52-1f0c6a3e8b44";
    let typed = [
        ("once", once),
        ("leadType", "buyer"),
        ("fullName", "Zoë Field"),
        ("email", "zoe@example.com"),
        ("assignedTo", &anns),
    ];
    for _ in 0..2 {
        let opened = team.bob.post_form("/leads/new", &typed).await;
        assert_eq!(opened.status, StatusCode::SEE_OTHER, "{}", opened.text());
        assert_eq!(opened.redirect(), "/leads");
    }
    let body = json!({ "listingId": "elm-1", "assignedTo": anns });
    let over_api = team.bob.post_json("/api/leads", body).await;
    assert_eq!(over_api.status, StatusCode::CREATED, "{}", over_api.text());
    let mine = team
        .bob
        .post_json("/api/leads", json!({ "listingId": "elm-2" }))
        .await
        .json();
    let mine = format!("/leads/{}", mine["lead"]["id"].as_str().unwrap());
    let kept = team
        .bob
        .post_form(&mine, &[("version", "1"), ("notes", "Hello")])
        .await;
    assert_eq!(kept.redirect(), mine);
}
