use axum::http::StatusCode;
use db::{
    tenant::{
        accounts, activities,
        mails::{self, NewMail},
        saved,
    },
    testing::{a_contact, a_member, hold},
};
use serde_json::json;
use server::testing::Caller;
use types::{AccountId, Activity, ActivityId, ActivityType, Clock as _, Email, Mail, MailId, Role};

use crate::testing::{Crm, without_hashes};

#[tokio::test]
async fn contacts_are_listed_searched_and_shown() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());

    for query in [
        "",
        "?search=ruiz",
        "?search=(203)%20555-01",
        "?source=contact&count=true",
    ] {
        let list = ann.get(&format!("/api/contacts{query}")).await.json();
        assert_eq!(list["contacts"][0]["id"], json!(id), "{query}");
    }
    assert_eq!(
        ann.get("/api/contacts?search=zimmer").await.json()["contacts"],
        json!([])
    );
    let shown = ann.get(&format!("/api/contacts/{id}")).await.json();
    assert_eq!(shown["contact"]["phone"], "203-555-0117");
    assert_eq!(shown["contact"]["phoneNormalized"], "+12035550117");
    assert_eq!(
        crm.hugo().await.get(&format!("/api/contacts/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
}

/// The id that a page's form carries for what it will make.
async fn once(caller: &Caller, path: &str) -> String {
    let page = caller.get(path).await;
    let after = page.page().split(r#"name="once" value=""#).nth(1);
    after
        .expect("the form carries an id")
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn somebody_met_is_added_by_a_form_and_pressing_twice_adds_once() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let once = once(&ann, "/contacts/new").await;
    let form = [
        ("once", once.as_str()),
        ("fullName", "Lena"),
        ("email", "lena@example.com"),
        ("phone", ""),
        ("tags", ""),
    ];

    let first = ann.post_form("/contacts/new", &form).await;
    let second = ann.post_form("/contacts/new", &form).await;

    assert_eq!(first.redirect(), format!("/contacts/{once}"));
    assert_eq!(second.redirect(), first.redirect());
    let lena = ann.get("/api/contacts?search=lena").await.json()["contacts"].clone();
    assert_eq!(lena.as_array().unwrap().len(), 1);
    assert_eq!(
        (&lena[0]["id"], &lena[0]["source"]),
        (&json!(once), &json!("crm_manual"))
    );
}

#[tokio::test]
async fn a_name_that_nobody_could_see_is_refused() {
    let crm = Crm::new().await;
    let ana = crm.a_lead_of_ana().await.contact_id.unwrap();
    let ann = crm.ann().await;
    let unseen = json!({ "fullName": "\u{200b}", "email": "unseen@example.com" });
    let typed = [
        ("fullName", "\u{200b}"),
        ("email", "unseen@example.com"),
        ("version", "1"),
    ];

    let by_program = ann.post_json("/api/contacts", unseen.clone()).await;
    let changed = ann.patch_json(&format!("/api/contacts/{ana}"), unseen).await;
    let by_hand = ann.post_form("/contacts/new", &typed).await;

    for refused in [by_program, changed, by_hand] {
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text()
        );
        assert!(refused.text().contains(" is missing"), "{}", refused.text());
    }
}

#[tokio::test]
async fn who_is_known_already_is_shown_instead_of_added() {
    let crm = Crm::new().await;
    let ana = crm.a_lead_of_ana().await.contact_id.unwrap();
    let ann = crm.ann().await;
    let typed = [
        ("fullName", "A. R."),
        ("email", ""),
        ("phone", "203.555.0117"),
        ("tags", ""),
    ];

    let refused = ann.post_form("/contacts/new", &typed).await;
    let nobody = ann
        .post_form("/contacts/new", &[("fullName", "Nobody"), ("email", "")])
        .await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = refused.text();
    assert!(
        page.contains(&format!(r#"<a href="/contacts/{ana}">Ana Ruiz</a>"#)),
        "{page}"
    );
    assert!(
        page.contains("That number is already used by another contact."),
        "{page}"
    );
    assert!(page.contains(r#"value="A. R.""#), "what was typed stays");
    assert!(
        nobody.text().contains("A contact needs an e-mail or a phone."),
        "{}",
        nobody.text()
    );
}

#[tokio::test]
async fn a_lead_heard_of_is_opened_with_its_person() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let once = once(&ann, "/leads/new").await;
    let form = [
        ("once", once.as_str()),
        ("fullName", "Lena"),
        ("email", "lena@example.com"),
        ("leadType", "seller"),
        ("notes", "Met at the fair"),
        ("assignedTo", ""),
    ];

    let opened = ann.post_form("/leads/new", &form).await;
    let again = ann.post_form("/leads/new", &form).await;

    assert_eq!(
        (opened.redirect(), again.redirect()),
        (format!("/leads/{once}").as_str(), opened.redirect())
    );
    let lead = ann.get(&format!("/api/leads/{once}")).await.json()["lead"].clone();
    assert_eq!(
        (
            &lead["contact"]["fullName"],
            &lead["leadType"],
            &lead["notes"],
            &lead["source"]
        ),
        (
            &json!("Lena"),
            &json!("seller"),
            &json!("Met at the fair"),
            &json!("crm_manual")
        )
    );
}

#[tokio::test]
async fn a_lead_is_opened_for_somebody_who_is_known() {
    let crm = Crm::new().await;
    let ana = crm.a_lead_of_ana().await.contact_id.unwrap().to_string();
    let ann = crm.ann().await;
    let for_ana = ann.get(&format!("/leads/new?contactId={ana}")).await;
    assert!(for_ana.page().contains("Ana Ruiz</a>"), "{}", for_ana.text());
    let known = [
        ("email", "ana.ruiz@example.com"),
        ("leadType", "buyer"),
        ("notes", "Twice"),
    ];
    let offered = ann.post_form("/leads/new", &known).await;
    assert_eq!(offered.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        offered.text().contains("Open the lead for Ana Ruiz"),
        "{}",
        offered.text()
    );
    let taken = ann
        .post_form(
            "/leads/new",
            &[("contactId", ana.as_str()), ("leadType", "buyer")],
        )
        .await;
    let lead = ann.get(&format!("/api{}", taken.redirect())).await.json()["lead"].clone();
    assert_eq!(lead["contactId"], json!(ana));
    let foreign = crm.hugo().await;
    let foreign = foreign
        .post_form(
            "/leads/new",
            &[("contactId", ana.as_str()), ("leadType", "buyer")],
        )
        .await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_note_and_a_reminder_that_are_sent_twice_are_there_once() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let once = once(&ann, &format!("/leads/{}", lead.id)).await;
    let id = lead.id.to_string();
    for _ in 0..2 {
        let note = [
            ("once", once.as_str()),
            ("summary", "Rang"),
            ("activityType", "note"),
        ];
        ann.post_form(&format!("/leads/{id}/notes"), &note)
            .await
            .redirect();
        let due = [
            ("once", once.as_str()),
            ("title", "Ring"),
            ("dueAt", "2026-12-01T09:00"),
            ("leadId", &id),
        ];
        ann.post_form("/reminders", &due).await.redirect();
    }

    let notes = ann.get(&format!("/api/activities?leadId={id}")).await.json();
    let due = ann.get("/api/reminders").await.json();
    assert_eq!(notes["activities"].as_array().unwrap().len(), 1);
    assert_eq!(due["reminders"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_contact_typed_in_is_marked_as_such_and_known_once() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let body = json!({ "fullName": "Lena Sorensen", "email": "Lena@Example.com", "source": "csv_import" });

    let created = ann.post_json("/api/contacts", body.clone()).await;
    let again = ann.post_json("/api/contacts", body.clone()).await;

    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let contact = created.json()["contact"].clone();
    assert_eq!(
        (&contact["source"], &contact["email"]),
        (&json!("crm_manual"), &json!("lena@example.com"))
    );
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(
        (&again.json()["code"], &again.json()["contactId"]),
        (&json!("contact_exists"), &contact["id"])
    );
    assert_eq!(
        crm.hugo().await.post_json("/api/contacts", body).await.status,
        StatusCode::CREATED
    );
}

#[tokio::test]
async fn a_contact_nobody_could_reach_is_refused() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for body in [
        json!({}),
        json!({ "fullName": "Lena" }),
        json!({ "email": "lena" }),
        json!({ "phone": " ", "email": null }),
    ] {
        let answer = ann.post_json("/api/contacts", body.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert_eq!(answer.json()["errors"][0]["pointer"], "/email", "{body}");
    }
}

#[tokio::test]
async fn the_pages_show_the_list_and_one_contact() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());

    assert!(ann.get("/contacts").await.page().contains("(203) 555-0117"));
    assert!(
        ann.get("/contacts?search=zimmer")
            .await
            .page()
            .contains("No contact matches")
    );
    let page = ann.get(&format!("/contacts/{id}")).await;
    insta::assert_snapshot!(without_hashes(page.page()));
    assert_eq!(
        crm.hugo().await.get(&format!("/contacts/{id}")).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_contact_is_changed_field_by_field_and_the_timeline_says_so() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());
    let path = format!("/api/contacts/{id}");
    let shown = ann.get(&path).await;

    let seen = crm.ann().await.with_header("if-match", shown.header("etag"));
    let changed = seen
        .patch_json(
            &path,
            json!({ "fullName": " Ana Ruiz-Vega ", "tags": ["vip", "vip"] }),
        )
        .await;
    let again = ann
        .patch_json(&path, json!({ "fullName": "Ana Ruiz-Vega" }))
        .await;

    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let contact = changed.json()["contact"].clone();
    assert_eq!(
        (&contact["fullName"], &contact["tags"], &contact["phone"]),
        (&json!("Ana Ruiz-Vega"), &json!(["vip"]), &json!("203-555-0117"))
    );
    assert_eq!(again.header("etag"), changed.header("etag"));
    let told = ann.get(&format!("/api/activities?contactId={id}")).await.json();
    let edits: Vec<_> = told["activities"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|activity| activity["metadata"]["changed"].is_array())
        .collect();
    assert_eq!(edits.len(), 1, "what changes nothing leaves no trace");
    assert_eq!(edits[0]["summary"], "Changed name, tags");
    assert_eq!(
        ann.get("/api/contacts?search=ruiz-vega").await.json()["contacts"][0]["id"],
        json!(id)
    );
}

#[tokio::test]
async fn a_change_that_cannot_be_is_refused_and_changes_nothing() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());
    let path = format!("/api/contacts/{id}");
    let lena = json!({ "fullName": "Lena Sorensen", "email": "lena@example.com" });
    let lena = ann.post_json("/api/contacts", lena).await.json()["contact"]["id"].clone();
    let before = ann.get(&path).await.json();

    for (body, status) in [
        (json!({}), 422),
        (json!({ "email": null, "phone": "" }), 422),
        (json!({ "email": "nowhere" }), 422),
        (json!({ "tags": "vip" }), 422),
        (json!({ "email": "LENA@example.com" }), 409),
    ] {
        let answer = ann.patch_json(&path, body.clone()).await;
        assert_eq!(answer.status, status, "{body}: {}", answer.text());
        if status == 409 {
            assert_eq!(answer.json()["contactId"], lena);
        }
    }
    let stale = crm.ann().await.with_header("if-match", "\"0\"");
    let stale = stale.patch_json(&path, json!({ "fullName": "Ana" })).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(ann.get(&path).await.json(), before);
}

#[tokio::test]
async fn the_form_saves_keeps_what_was_refused_and_shows_theirs_beside_yours() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());
    let path = format!("/contacts/{id}");
    let typed = |name: &'static str, email: &'static str, version: &'static str| {
        [
            ("fullName", name),
            ("email", email),
            ("phone", "203-555-0117"),
            ("version", version),
        ]
    };

    let saved = ann
        .post_form(&path, &typed("Ana Vega", "ana@vega.example", "1"))
        .await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert!(ann.get(&path).await.page().contains("<h1>Ana Vega</h1>"));

    let refused = ann.post_form(&path, &typed("Ana", "nowhere", "2")).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("value=\"nowhere\" autocomplete=\"off\" aria-invalid")
    );

    let stale = ann
        .post_form(&path, &typed("Ana Older", "ana@vega.example", "1"))
        .await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    let page = stale.text();
    assert!(page.contains("Ana Vega") && page.contains("name=\"fullName\" value=\"Ana Older\""));
    assert!(
        page.contains("name=\"version\" value=\"2\"")
            && page.contains("name=\"was.fullName\" value=\"Ana Vega\"")
    );
    assert_eq!(
        page.matches("<fieldset").count(),
        1,
        "only what both changed is asked"
    );

    let fields = ["fullName", "email", "phone", "tags"].map(|name| (name, format!("was.{name}")));
    let newest = ["Ana Vega", "ana@vega.example", "203-555-0117", ""];
    let mut chosen: Vec<_> = fields
        .iter()
        .zip(newest)
        .map(|((_, was), value)| (was.as_str(), value))
        .collect();
    chosen.extend(
        fields
            .iter()
            .zip(newest)
            .skip(1)
            .map(|((name, _), value)| (*name, value)),
    );
    chosen.extend([
        ("version", "2"),
        ("fullName", "Ana Older"),
        ("choose.fullName", "yours"),
    ]);
    assert_eq!(ann.post_form(&path, &chosen).await.redirect(), path);
    assert!(ann.get(&path).await.page().contains("<h1>Ana Older</h1>"));
}

#[tokio::test]
async fn a_contact_that_is_taken_away_leaves_their_leads_without_a_name() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (
        crm.ann().await,
        format!("/api/contacts/{}", lead.contact_id.unwrap()),
    );
    ann.post_json(
        "/api/activities",
        json!({ "summary": "Rang", "contactId": lead.contact_id }),
    )
    .await;

    let stale = crm
        .ann()
        .await
        .with_header("if-match", "\"7\"")
        .delete(&path)
        .await;
    let foreign = crm.hugo().await.delete(&path).await;
    let forbidden = crm.ruth().await.delete(&path).await;
    let deleted = ann.delete(&path).await;

    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    assert_eq!(deleted.status, StatusCode::OK, "{}", deleted.text());
    assert_eq!(ann.get(&path).await.status, StatusCode::NOT_FOUND);
    let kept = ann.get(&format!("/api/leads/{}", lead.id)).await.json()["lead"].clone();
    assert_eq!((&kept["contactId"], &kept["version"]), (&json!(null), &json!(2)));
    let told = ann.get("/api/activities").await.json();
    assert_eq!(told["activities"].as_array().unwrap().len(), 2);
    assert!(!told.to_string().contains("Ruiz"));
}

/// With olga, an owner of fairfield.
async fn with_olga() -> Crm {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    crm
}

#[tokio::test]
async fn a_person_gets_what_is_known_of_them_and_is_forgotten_for_good() {
    let crm = with_olga().await;
    let lead = crm.a_lead_of_ana().await;
    let (olga, ann) = (crm.at_fairfield("olga@example.com").await, crm.ann().await);
    let path = format!("/api/contacts/{}", lead.contact_id.unwrap());
    let rang = json!({ "summary": "Rang Ana", "leadId": lead.id });
    let keyed = crm.ann().await.with_header("idempotency-key", "one");
    keyed.post_json("/api/activities", rang).await;
    let reminder = json!({ "title": "Ring Ana", "dueAt": "2026-03-03T14:00:00Z", "leadId": lead.id });
    ann.post_json("/api/reminders", reminder).await;
    let email = ann.get(&path).await.json()["contact"]["email"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    let id = AccountId::new(&*crm.ids);
    let account = accounts::find_or_insert(&mut tx, &crm.fairfield, (id, &email), crm.clock.now())
        .await
        .unwrap();
    let home = ["FB-1".parse().unwrap()];
    saved::add_homes(&mut tx, &crm.fairfield, account.id, &home, crm.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let known = ann.get(&format!("{path}/export")).await.json();
    let by_agent = ann.post_json(&format!("{path}/erase"), json!({})).await;
    let neighbour = crm.hugo().await;
    let by_neighbour = neighbour.post_json(&format!("{path}/erase"), json!({})).await;
    let erased = olga.post_json(&format!("{path}/erase"), json!({})).await;

    assert_eq!(known["contact"]["fullName"], "Ana Ruiz");
    for list in ["leads", "activities", "reminders"] {
        assert_eq!(known[list].as_array().unwrap().len(), 1, "{list}");
    }
    assert_eq!(known["account"]["email"], email.as_str());
    assert_eq!(known["account"]["savedHomes"], json!(["FB-1"]));
    assert_eq!(by_agent.status, StatusCode::FORBIDDEN);
    assert_eq!(by_neighbour.status, StatusCode::NOT_FOUND);
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.text());
    let mut tx = crm.test.db.read(&crm.fairfield).await.unwrap();
    assert_eq!(
        accounts::find_by_email(&mut tx, &crm.fairfield, &email)
            .await
            .unwrap(),
        None
    );
    drop(tx);
    for gone in [path.clone(), format!("/api/leads/{}", lead.id)] {
        assert_eq!(ann.get(&gone).await.status, StatusCode::NOT_FOUND);
    }
    let told = ann.get("/api/activities").await.json();
    assert_eq!(told["activities"].as_array().unwrap().len(), 1);
    assert_eq!(told["activities"][0]["summary"], "Erased a person on request");
    assert_eq!(ann.get("/api/reminders").await.json()["reminders"], json!([]));
    assert_eq!(db::answers::count(&crm.test.db, &crm.fairfield).await.unwrap(), 0);
}

#[tokio::test]
async fn what_is_known_of_a_person_is_a_page_to_read_too() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let path = format!("/api/contacts/{}", lead.contact_id.unwrap());
    let page = ann.get(&format!("{path}/export?format=html")).await;
    assert_eq!(
        page.header("content-disposition"),
        "attachment; filename=\"contact.html\""
    );
    for line in [
        "<h1>Everything about Ana Ruiz</h1>",
        "<h2 id=\"part-5\">Account on the site</h2>\n<p>Nothing.</p>",
        "<dt>Email</dt>",
    ] {
        assert!(page.page().contains(line), "no {line} in {}", page.text());
    }
    let unknown = ann.get(&format!("{path}/export?format=pdf")).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
}

/// What somebody sent to fairfield's site that looks as if a machine had.
fn a_suspect_form(email: &str, message: &str) -> String {
    json!({
        "eventType": "website.lead.submitted", "version": 1, "occurredAt": "2026-03-02T11:00:00Z",
        "tenant": {
            "tenantId": "tenant_fairfield", "tenantSlug": "fairfield", "tenantDomain": "fairfield.localhost",
        },
        "payload": {
            "source": "contact", "message": message,
            "contact": { "email": email, "phone": "203-555-0199", "name": "Ana Ruiz" },
            "suspicion": { "signs": ["trap", "haste"] },
        },
    })
    .to_string()
}

#[tokio::test]
async fn what_is_known_under_a_former_address_and_what_is_held_as_spam_is_told_too() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, id) = (crm.ann().await, lead.contact_id.unwrap());
    let old = json!({ "fullName": "Ana Ruiz", "email": "ana.old@example.com" });
    let old = ann.post_json("/api/contacts", old).await.json()["contact"]["id"].clone();
    let merge = json!({ "contactIds": [id, old], "keepId": id });
    let merged = ann.post_json("/api/contacts/merge", merge).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());
    let (scope, email): (_, Email) = (&crm.fairfield, "ana.old@example.com".parse().unwrap());
    let mut tx = crm.test.db.write(scope).await.unwrap();
    let whose = (AccountId::new(&*crm.ids), &email);
    accounts::find_or_insert(&mut tx, scope, whose, crm.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    for (email, message) in [
        ("ANA.OLD@example.com", "Please ring me"),
        ("diana.old@example.com", "This is somebody else"),
    ] {
        hold(&crm.test.db, &*crm.ids, scope, &a_suspect_form(email, message)).await;
    }

    let path = format!("/api/contacts/{id}/export");
    let known = ann.get(&path).await.json();
    let page = ann.get(&format!("{path}?format=html")).await;

    assert_eq!(known["account"], json!(null));
    assert_eq!(known["formerAccounts"][0]["email"], "ana.old@example.com");
    let held = known["heldForms"].as_array().unwrap();
    assert_eq!(held.len(), 1, "{held:#?}");
    assert_eq!(held[0]["form"]["message"], "Please ring me");
    assert_eq!(known["truncated"], json!([]));
    assert!(page.page().contains("Please ring me") && !page.page().contains("somebody else"));
    assert!(!page.page().contains("That is not all"));
}

#[tokio::test]
async fn which_lists_are_longer_than_what_is_told_of_them_is_said() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (
        crm.ann().await,
        format!("/api/contacts/{}", lead.contact_id.unwrap()),
    );
    let to: Email = ann.get(&path).await.json()["contact"]["email"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let mail = Mail {
        from_name: "Fairfield Homes".to_owned(),
        from: "mail@freehold.test".to_owned(),
        to,
        reply_to: None,
        subject: "New homes".to_owned(),
        text: "One is near you.".to_owned(),
        html: None,
        unsubscribe: None,
    };
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    for number in 0..501 {
        let new = NewMail {
            id: MailId::new(&*crm.ids),
            key: &format!("alert/{number}"),
            mail: &mail,
            now: crm.clock.now(),
        };
        mails::insert(&mut tx, &crm.fairfield, &new).await.unwrap();
    }
    tx.commit().await.unwrap();

    let known = ann.get(&format!("{path}/export")).await.json();
    let page = ann.get(&format!("{path}/export?format=html")).await;

    assert_eq!(known["truncated"], json!(["mails"]));
    assert_eq!(known["mails"].as_array().unwrap().len(), 500);
    assert_eq!(page.page().matches("That is not all").count(), 1);
}

#[tokio::test]
async fn erasing_is_asked_twice() {
    let crm = with_olga().await;
    let lead = crm.a_lead_of_ana().await;
    let olga = crm.at_fairfield("olga@example.com").await;
    let path = format!("/contacts/{}/erase", lead.contact_id.unwrap());

    let asked = olga.get(&path).await;
    let by_agent = crm.ann().await.get(&path).await;
    let doubted = olga.post_form(&path, &[("version", "1"), ("name", "Ana")]).await;
    let sure = olga
        .post_form(&path, &[("version", "1"), ("name", "Ana Ruiz")])
        .await;

    assert!(asked.page().contains("1 lead,") && asked.page().contains("Type “Ana Ruiz” to go on"));
    assert_eq!(by_agent.status, StatusCode::FORBIDDEN);
    assert_eq!(doubted.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        doubted
            .text()
            .contains("That is not the name. Nothing was erased.")
    );
    assert_eq!(sure.redirect(), "/contacts");
    assert_eq!(olga.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_contact_is_taken_out_as_a_card() {
    let crm = Crm::new().await;
    let mut zoe = a_contact(&*crm.ids)
        .name("Zoë Ann; Quince, Jr")
        .email("zoe@example.com")
        .phone("203-555-0117 ext. 302");
    zoe.0.tags = vec!["buyer".to_owned(), "first, second".to_owned()];
    let zoe = zoe.insert(&crm.test.db, &crm.fairfield).await;
    let path = format!("/api/contacts/{}/vcard", zoe.id);

    let card = crm.ann().await.get(&path).await;
    let page = crm.ann().await.get(&format!("/contacts/{}", zoe.id)).await;
    let next_door = crm.hugo().await.get(&path).await;

    assert_eq!(card.header("content-type"), "text/vcard; charset=utf-8");
    assert_eq!(
        card.header("content-disposition"),
        "attachment; filename=\"contact.vcf\""
    );
    let lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "PRODID:-//Freehold//Contacts//EN",
        &format!("UID:urn:uuid:{}", zoe.id),
        "FN:Zoë Ann\\; Quince\\, Jr",
        "N:Jr;Zoë Ann\\; Quince\\,;;;",
        "EMAIL;TYPE=INTERNET:zoe@example.com",
        "TEL;TYPE=VOICE:+12035550117\\,302",
        "CATEGORIES:buyer,first\\, second",
        "REV:20260302T120000Z",
        "END:VCARD",
        "",
    ];
    assert_eq!(card.text(), lines.join("\r\n"));
    assert!(page.page().contains(&format!("href=\"{path}\" download")));
    assert_eq!(next_door.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_has_no_name_is_a_card_all_the_same() {
    let crm = Crm::new().await;
    let mut odd = a_contact(&*crm.ids).phone("ask at the desk; 5");
    odd.0.full_name = None;
    let odd = odd.insert(&crm.test.db, &crm.fairfield).await;

    let card = crm
        .ann()
        .await
        .get(&format!("/api/contacts/{}/vcard", odd.id))
        .await;

    let said = "\r\nFN:ask at the desk\\; 5\r\nN:;;;;\r\nTEL;TYPE=VOICE:ask at the desk\\; 5\r\nREV:";
    assert!(card.text().contains(said), "{}", card.text());
}

#[tokio::test]
async fn a_list_is_taken_out_as_cards_and_says_who_took_it() {
    let crm = Crm::new().await;
    for number in 0..203 {
        let contact = a_contact(&*crm.ids).name(&format!("Person {number}"));
        let contact = contact.email(&format!("person{number}@example.com"));
        contact.insert(&crm.test.db, &crm.fairfield).await;
    }
    let hal = a_contact(&*crm.ids)
        .name("Hal Next-Door")
        .email("hal@example.com");
    hal.insert(&crm.test.db, &crm.hudson).await;
    let ann = crm.ann().await;

    let all = ann.get("/api/contacts.vcf").await;
    let some = ann.get("/api/contacts.vcf?search=person7@example.com").await;
    let told = ann.get("/api/activities").await.json();
    let page = ann.get("/contacts?search=person7").await;
    let refused = ann.get("/api/contacts.vcf?sort=height").await;

    let count = |text: &str| text.matches("BEGIN:VCARD\r\n").count();
    assert_eq!((count(all.text()), count(some.text())), (203, 1));
    assert!(!all.text().contains("Next-Door"));
    assert_eq!(all.header("content-type"), "text/vcard; charset=utf-8");
    assert_eq!(
        all.header("content-disposition"),
        "attachment; filename=\"contacts.vcf\""
    );
    assert_eq!(told["activities"][0]["summary"], "Exported contacts as vCards");
    assert_eq!(told["activities"][0]["metadata"]["filters"], json!(["search"]));
    assert!(
        page.page()
            .contains("href=\"/api/contacts.vcf?search=person7\" download")
    );
    assert!(
        !ann.get("/leads").await.page().contains(".vcf"),
        "leads are no people"
    );
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_was_done_with_a_contact_is_written_down_on_their_own_page() {
    let crm = Crm::new().await;
    let id = crm.a_lead_of_ana().await.contact_id.unwrap();
    let (ann, path) = (crm.ann().await, format!("/contacts/{id}"));

    let call = [("summary", "Spoke for long"), ("activityType", "call_logged")];
    let saved = ann.post_form(&format!("{path}/notes"), &call).await;
    let page = ann.get(&path).await;
    let nothing = [("summary", " "), ("activityType", "call_logged")];
    let refused = ann.post_form(&format!("{path}/notes"), &nothing).await;
    let foreign = crm.hugo().await.post_form(&format!("{path}/notes"), &call).await;
    let by_ruth = crm.ruth().await.post_form(&format!("{path}/notes"), &call).await;

    assert_eq!(saved.redirect(), path);
    assert!(page.page().contains("Call saved."));
    assert!(page.page().contains("Spoke for long"));
    let logged = ann.get(&format!("/api/activities?contactId={id}")).await.json();
    let logged = logged["activities"].as_array().unwrap();
    assert_eq!(logged.len(), 1);
    assert_eq!(
        (&logged[0]["activityType"], &logged[0]["leadId"]),
        (&json!("call_logged"), &json!(null))
    );
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("The note is missing."));
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(by_ruth.status, StatusCode::FORBIDDEN);
    assert!(!crm.ruth().await.get(&path).await.page().contains("Save note"));
}

#[tokio::test]
async fn whom_somebody_met_is_written_down_on_their_own_page_and_stands_with_what_is_open() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/contacts/{}", lead.contact_id.unwrap()));
    let button = "name=\"activityType\" value=\"appointment_logged\"";
    assert!(ann.get(&path).await.page().contains(button));

    let met = [
        ("summary", "Saw the mill"),
        ("activityType", "appointment_logged"),
    ];
    let saved = ann.post_form(&format!("{path}/notes"), &met).await;

    assert_eq!(saved.redirect(), path);
    let page = ann.get(&path).await;
    assert!(page.page().contains("Appointment saved."));
    let narrowed = ann.get(&format!("{path}?timeline=appointments")).await;
    assert!(narrowed.page().contains("Saw the mill"));
    assert!(narrowed.page().contains("aria-current=\"true\">Appointments</a>"));
    let calls = ann.get(&format!("{path}?timeline=calls")).await;
    assert!(!calls.page().contains("Saw the mill"));
    let had_one = ann.get("/api/leads?reached=appointment").await.json();
    assert_eq!(had_one["leads"][0]["id"], json!(lead.id));
}

#[tokio::test]
async fn a_reminder_about_a_contact_is_made_shown_and_done_on_their_page() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let id = lead.contact_id.unwrap();
    let (ann, path, contact) = (crm.ann().await, format!("/contacts/{id}"), id.to_string());
    let form = [
        ("contactId", contact.as_str()),
        ("title", "Send the brochure"),
        ("dueAt", "2026-12-01T09:00"),
    ];

    let saved = ann.post_form("/reminders", &form).await;
    let shown = ann.get(&path).await;
    let to_ruth = crm.ruth().await.get(&path).await;
    let of_lead = ann.get(&format!("/leads/{}", lead.id)).await;
    let reminder = ann.get("/api/reminders").await.json()["reminders"][0].clone();
    let done = [("version", "1"), ("action", "done"), ("back", path.as_str())];
    let done = ann
        .post_form(&format!("/reminders/{}", reminder["id"].as_str().unwrap()), &done)
        .await;

    assert_eq!(saved.redirect(), path);
    assert_eq!(reminder["contactId"], json!(id));
    assert_eq!(reminder["leadId"], json!(null));
    assert!(shown.page().contains("<strong>Send the brochure</strong>"));
    assert!(to_ruth.page().contains("<strong>Send the brochure</strong>"));
    assert!(!to_ruth.page().contains("Save reminder"));
    assert!(
        !of_lead.page().contains("Send the brochure"),
        "it is about no lead"
    );
    assert_eq!(done.redirect(), path);
    assert!(
        !ann.get(&path)
            .await
            .page()
            .contains("<strong>Send the brochure</strong>")
    );
    let foreign = crm.hugo().await.post_form("/reminders", &form).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_takes_fifty_tags_and_of_more_it_says_so_and_keeps_them() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, me) = (crm.ann().await, crm.ann.to_string());
    let words = (0..51).map(|number| format!("tag {number}")).collect::<Vec<_>>();
    let (too_many, most) = (words.join(", "), words[1..].join(", "));
    let form = [
        ("version", "1"),
        ("fullName", "Ana Ruiz"),
        ("email", "ana.ruiz@example.com"),
        ("assignedTo", me.as_str()),
        ("tags", most.as_str()),
    ];
    let mut longer = form;
    longer[4].1 = &too_many;
    let contact = format!("/contacts/{}", lead.contact_id.unwrap());
    for path in [contact, format!("/leads/{}", lead.id)] {
        let refused = ann.post_form(&path, &longer).await;
        let saved = ann.post_form(&path, &form).await;

        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert!(refused.text().contains("There are at most 50 tags."), "{path}");
        assert!(
            refused.text().contains(&format!("value=\"{too_many}\"")),
            "{path}"
        );
        assert_eq!(saved.redirect(), path);
    }
}

#[tokio::test]
async fn a_contact_shows_their_tags_and_how_their_newest_lead_came_about() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let id = lead.contact_id.unwrap();
    let (ann, path) = (crm.ann().await, format!("/contacts/{id}"));
    let tags = [
        ("version", "1"),
        ("fullName", "Ana Ruiz"),
        ("email", "ana.ruiz@example.com"),
        ("tags", "downsizing, spring"),
    ];
    ann.post_form(&path, &tags).await.redirect();
    let sent = Activity {
        id: ActivityId::new(&*crm.ids),
        contact_id: Some(id),
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadSubmitted,
        occurred_at: lead.created_at,
        summary: "Sent the contact form".to_owned(),
        metadata: json!({
            "attribution": { "first": { "utm_source": "newsletter" } },
            "consent": { "marketingEmail": true, "marketingCalls": true },
        }),
        actor: None,
    };
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    activities::insert(&mut tx, &crm.fairfield, &sent).await.unwrap();
    tx.commit().await.unwrap();

    let page = ann.get(&path).await;

    for fact in [
        "<dt>Tags</dt><dd>downsizing, spring</dd>",
        "<dt>Came by</dt><dd>newsletter</dd>",
        "<dt>Consent</dt><dd>Marketing e-mail and calls</dd>",
    ] {
        assert!(page.page().contains(fact), "{fact} is not in {}", page.page());
    }
}

#[tokio::test]
async fn a_contact_is_deleted_by_who_may_unless_somebody_changed_them_meanwhile() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let id = lead.contact_id.unwrap();
    let (ann, ruth, path) = (crm.ann().await, crm.ruth().await, format!("/contacts/{id}"));
    let delete = format!("{path}/delete");
    let renamed = [
        ("version", "1"),
        ("fullName", "Ana Ruiz-Ode"),
        ("email", "ana.ruiz@example.com"),
    ];
    ann.post_form(&path, &renamed).await.redirect();

    let shown = ann.get(&path).await;
    let asked = ann.get(&delete).await;
    let slower = ann.post_form(&delete, &[("version", "1")]).await;
    let still = ann.get(&path).await.status;
    let by_ruth = [
        ruth.get(&delete).await.status,
        ruth.post_form(&delete, &[("version", "2")]).await.status,
    ];
    let foreign = crm.hugo().await.get(&delete).await.status;
    let deleted = ann.post_form(&delete, &[("version", "2")]).await;

    assert!(shown.page().contains(&format!("href=\"{delete}\"")));
    assert!(!ruth.get("/contacts").await.page().contains("Ana Ruiz"));
    assert!(asked.page().contains("stays without their name: 1 lead, "));
    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    assert!(
        slower
            .text()
            .contains("Somebody changed this contact meanwhile. Nothing was deleted.")
    );
    assert_eq!(still, StatusCode::OK);
    assert_eq!(by_ruth, [StatusCode::FORBIDDEN; 2]);
    assert_eq!(foreign, StatusCode::NOT_FOUND);
    assert_eq!(deleted.redirect(), "/contacts");
    assert_eq!(ann.get(&path).await.status, StatusCode::NOT_FOUND);
    let left = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(left["lead"]["contactId"], json!(null));
}

#[tokio::test]
async fn a_phone_that_is_none_is_kept_and_said_to_be_none() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let typed = [
        ("fullName", "Ana Ruiz"),
        ("email", "ana@example.com"),
        ("phone", "call me maybe"),
    ];

    let saved = ann.post_form("/contacts/new", &typed).await;

    let path = saved.redirect().to_owned();
    let page = ann.get(&path).await;
    assert!(
        page.page().contains("“call me maybe” is no full number"),
        "{}",
        page.page()
    );
    assert!(page.page().contains("Not a full phone number"));
    assert!(!page.page().contains("href=\"tel:"));
    let better = [
        ("fullName", "Ana Ruiz"),
        ("version", "1"),
        ("phone", "203-555-0147 ext. 12"),
    ];
    ann.post_form(&path, &better).await.redirect();
    let page = ann.get(&path).await;
    assert!(page.page().contains("href=\"tel:+12035550147;ext=12\""));
    assert!(!page.page().contains("full phone number"));
    let ruth = crm.ruth().await;
    for path in ["/contacts/new", "/leads/new"] {
        assert_eq!(ruth.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}
