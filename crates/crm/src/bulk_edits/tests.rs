use axum::http::StatusCode;
use db::{
    door,
    tenant::{activities, assignment, bulk_edits as stored, contacts, leads},
    testing::{a_contact, a_lead, a_member},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};
use types::{
    Activity, ActivityType, AgentsSee, BulkEditId, Clock as _, Contact, ContactId, Ids as _, Lead, LeadId,
    LeadStatus, PageRequest, Role,
};

use super::work;
use crate::{
    app::App,
    testing::{Crm, without_hashes},
};

impl Crm {
    async fn some_leads(&self, count: i64) -> Vec<Lead> {
        let mut leads = Vec::new();
        for number in 0..count {
            let at = self.clock.now() - SignedDuration::from_secs(number);
            let lead = a_lead(&*self.ids).tagged(&["hot"]).created_at(at);
            leads.push(lead.insert(&self.test.db, &self.fairfield).await);
        }
        leads
    }

    async fn stored(&self, id: LeadId) -> Lead {
        let mut tx = self.test.db.read(&self.fairfield).await.unwrap();
        let found = leads::find(&mut tx, &self.fairfield, id).await.unwrap();
        found.unwrap().lead
    }

    async fn some_contacts(&self, count: usize) -> Vec<Contact> {
        let mut all = Vec::new();
        for number in 0..count {
            let contact = a_contact(&*self.ids).email(&format!("person-{number}@example.com"));
            all.push(contact.insert(&self.test.db, &self.fairfield).await);
        }
        all
    }

    async fn tags(&self, id: ContactId) -> Vec<String> {
        let mut tx = self.test.db.read(&self.fairfield).await.unwrap();
        let found = contacts::find(&mut tx, &self.fairfield, id).await.unwrap();
        found.unwrap().tags
    }

    async fn happened(&self, kind: ActivityType) -> Vec<Activity> {
        let mut tx = self.test.db.read(&self.fairfield).await.unwrap();
        let (all, most) = (activities::ActivityFilter::default(), PageRequest::new(200, 0));
        let page = activities::list(&mut tx, &self.fairfield, &all, most)
            .await
            .unwrap();
        let happened = page.items.into_iter().map(|entry| entry.activity);
        happened
            .filter(|activity| activity.activity_type == kind)
            .collect()
    }
}

fn edit(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status.as_u16()), "{}", answer.text());
    answer.json()["bulkEdit"].clone()
}

fn counts(edit: &Value) -> [i64; 5] {
    let names = ["changed", "same", "skipped", "putBack", "kept"];
    names.map(|name| edit["counts"][name].as_i64().unwrap())
}

fn path(edit: &Value) -> String {
    format!("/api/bulk-edits/{}", edit["id"].as_str().unwrap())
}

async fn begin(caller: &Caller, body: Value) -> Answer {
    caller.post_json("/api/bulk-edits", body).await
}

#[tokio::test]
async fn nobody_is_chosen_for_leads_until_somebody_chooses() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await.id.to_string();
    let ann = crm.ann().await;
    let mine = json!({ "assignedTo": crm.ann });
    ann.patch_json(&format!("/api/leads/{lead}"), mine).await;
    let whose = async || ann.get(&format!("/api/leads/{lead}")).await.json()["lead"]["assignedTo"].clone();
    let send = async |to: &str| {
        let typed = [
            ("lead", lead.as_str()),
            ("what", "assignedTo"),
            ("assignedTo", to),
        ];
        ann.post_form("/bulk-edits", &typed).await.status
    };

    assert_eq!(send("").await, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(whose().await, json!(crm.ann));
    assert_eq!(send("none").await, StatusCode::SEE_OTHER);
    assert_eq!(whose().await, Value::Null);
}

#[tokio::test]
async fn ticked_leads_are_changed_with_their_trace_and_put_back_unless_somebody_touched_them() {
    let crm = Crm::new().await;
    let all = crm.some_leads(3).await;
    let ann = crm.ann().await;
    let lost = json!({ "status": "lost", "closeReason": "financing" });
    let already = ann.patch_json(&format!("/api/leads/{}", all[2].id), lost).await;
    assert_eq!(already.status, StatusCode::OK);
    let ids: Vec<_> = all.iter().map(|lead| lead.id).collect();

    let wish = json!({ "leadIds": ids, "status": "lost", "closeReason": "financing" });
    let answer = begin(&ann, wish).await;
    assert_eq!(answer.status, StatusCode::CREATED);
    let done = edit(&answer);
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("done"), [2, 1, 0, 0, 0])
    );
    for lead in &all {
        assert_eq!(crm.stored(lead.id).await.status, LeadStatus::Lost);
    }
    let moves = crm.happened(ActivityType::LeadStatusChanged).await;
    assert_eq!(
        moves.len(),
        3,
        "one each, and none for the lead that was lost already"
    );
    assert!(moves.iter().all(|entry| entry.actor == Some(crm.ann)));
    let notes = crm.happened(ActivityType::Note).await;
    assert_eq!(notes[0].summary, "Status to Lost (financing): 2 leads changed");

    let touched = json!({ "notes": "Rang again." });
    ann.patch_json(&format!("/api/leads/{}", all[0].id), touched)
        .await;
    let undone = edit(&ann.post_json(&format!("{}/undo", path(&done)), json!({})).await);
    assert_eq!(
        (&undone["status"], counts(&undone)),
        (&json!("undone"), [2, 1, 0, 1, 1])
    );
    let stands = [LeadStatus::Lost, LeadStatus::New, LeadStatus::Lost];
    for (lead, stands) in all.iter().zip(stands) {
        assert_eq!(crm.stored(lead.id).await.status, stands);
    }
    assert_eq!(crm.stored(all[1].id).await.close_reason, None);
    let again = ann.post_json(&format!("{}/undo", path(&done)), json!({})).await;
    assert_eq!(again.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn all_of_a_list_means_those_that_were_there_whatever_the_change_does_to_the_list() {
    let crm = Crm::new().await;
    let all = crm.some_leads(405).await;
    let won = a_lead(&*crm.ids).status(LeadStatus::Won);
    let won = won.insert(&crm.test.db, &crm.fairfield).await;
    let ann = crm.ann().await;

    let wish = json!({ "filter": { "status": "new" }, "status": "nurturing" });
    let tried = begin(
        &ann,
        json!({ "filter": { "status": "new" }, "status": "nurturing", "dryRun": true }),
    )
    .await;
    assert_eq!(tried.json()["leadCount"], json!(405));
    assert_eq!(
        crm.stored(all[0].id).await.status,
        LeadStatus::New,
        "a dry run wrote"
    );

    let done = edit(&begin(&ann, wish).await);

    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("done"), [405, 0, 0, 0, 0])
    );
    assert_eq!(crm.stored(all[404].id).await.status, LeadStatus::Nurturing);
    assert_eq!(crm.stored(won.id).await.status, LeadStatus::Won);
    let undone = edit(&ann.post_json(&format!("{}/undo", path(&done)), json!({})).await);
    assert_eq!(counts(&undone), [405, 0, 0, 405, 0]);
    let mut tx = crm.test.db.read(&crm.fairfield).await.unwrap();
    let new = leads::LeadFilter {
        status: Some(LeadStatus::New),
        ..leads::LeadFilter::default()
    };
    assert_eq!(leads::count(&mut tx, &crm.fairfield, &new).await.unwrap(), 405);
}

#[tokio::test]
async fn my_leads_are_those_of_whoever_asks() {
    let crm = Crm::new().await;
    let leads = crm.some_leads(3).await;
    let ann = crm.ann().await;
    let mine = json!({ "assignedTo": crm.ann });
    ann.patch_json(&format!("/api/leads/{}", leads[0].id), mine).await;

    for (whose, count) in [("me", 1), ("none", 2)] {
        let wish = json!({ "filter": { "assignedTo": whose }, "addTag": whose });
        let done = edit(&begin(&ann, wish).await);
        assert_eq!(counts(&done)[0], count, "{whose}");
    }
    assert_eq!(crm.stored(leads[0].id).await.tags, ["hot", "me"]);
    let page = ann.get("/bulk-edits/new?of=all&assignedTo=me").await;
    let settled = format!("assignedTo={}", crm.ann);
    assert!(page.page().contains(&settled), "{}", page.text());
}

#[tokio::test]
async fn a_long_edit_waits_for_a_worker_and_what_comes_meanwhile_is_not_meant() {
    let crm = Crm::new().await;
    crm.some_leads(501).await;
    let ann = crm.ann().await;

    let answer = begin(&ann, json!({ "filter": {}, "addTag": "spring" })).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    let begun = edit(&answer);
    let id: BulkEditId = begun["id"].as_str().unwrap().parse().unwrap();
    crm.clock.advance(SignedDuration::from_secs(1));
    let later = a_lead(&*crm.ids).created_at(crm.clock.now());
    let later = later.insert(&crm.test.db, &crm.fairfield).await;

    // A process takes it, and dies.
    let mut tx = crm.context.db.write(&crm.fairfield).await.unwrap();
    let (token, lease) = (crm.ids.new_id(), SignedDuration::from_secs(60));
    let taken = stored::take(&mut tx, &crm.fairfield, id, token, lease)
        .await
        .unwrap();
    assert!(taken);
    tx.commit().await.unwrap();
    assert_eq!(door::bulk_edits::next(&crm.context.db).await.unwrap(), None);
    let app = App::new(&crm.context).unwrap();
    work(&app, &crm.fairfield, id).await.unwrap();
    let still = edit(&ann.get(&path(&begun)).await);
    assert_eq!((&still["status"], counts(&still)[0]), (&json!("running"), 0));

    crm.clock.advance(SignedDuration::from_secs(61));
    let waiting = door::bulk_edits::next(&crm.context.db).await.unwrap().unwrap();
    assert_eq!(
        (waiting.scope.tenant_id(), waiting.id),
        (crm.fairfield.tenant_id(), id)
    );
    work(&app, &waiting.scope, id).await.unwrap();

    let done = edit(&ann.get(&path(&begun)).await);
    assert_eq!(
        (&done["status"], counts(&done)),
        (&json!("done"), [501, 0, 0, 0, 0])
    );
    assert!(
        crm.stored(later.id).await.tags.is_empty(),
        "it came after the edit began"
    );
}

#[tokio::test]
async fn a_lead_that_cannot_be_changed_is_named_with_the_reason() {
    let crm = Crm::new().await;
    let words: Vec<_> = (0..types::MOST_TAGS)
        .map(|number| format!("tag {number}"))
        .collect();
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let full = a_lead(&*crm.ids).tagged(&words);
    let full = full.insert(&crm.test.db, &crm.fairfield).await;
    let free = crm.some_leads(1).await.remove(0);
    let gone = LeadId::new(&*crm.ids);
    let ann = crm.ann().await;

    let wish = json!({ "leadIds": [full.id, free.id, gone], "addTag": "spring" });
    let done = edit(&begin(&ann, wish).await);

    assert_eq!(counts(&done), [1, 0, 2, 0, 0]);
    let mut reasons: Vec<_> = done["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|lead| &lead["reason"])
        .collect();
    reasons.sort_by_key(|reason| reason.to_string());
    assert_eq!(
        reasons,
        [
            &json!("It has 50 tags already."),
            &json!("It was deleted in the meantime.")
        ]
    );
    assert_eq!(crm.stored(free.id).await.tags, ["hot", "spring"]);
}

#[tokio::test]
async fn a_wish_that_cannot_be_is_refused_with_everything_that_is_wrong() {
    let crm = Crm::new().await;
    let lead = crm.some_leads(1).await.remove(0);
    let theirs = a_lead(&*crm.ids).insert(&crm.test.db, &crm.hudson).await;
    let ann = crm.ann().await;
    let too_many: Vec<_> = (0..=types::MOST_NAMED).map(|_| LeadId::new(&*crm.ids)).collect();
    for (wish, pointer) in [
        (json!({ "leadIds": [lead.id] }), ""),
        (
            json!({ "leadIds": [lead.id], "addTag": "a", "removeTag": "b" }),
            "",
        ),
        (json!({ "leadIds": [], "addTag": "a" }), "/leadIds"),
        (json!({ "leadIds": too_many, "addTag": "a" }), "/leadIds"),
        (json!({ "addTag": "a" }), "/leadIds"),
        (json!({ "leadIds": [lead.id], "addTag": "a, b" }), "/addTag"),
        (
            json!({ "leadIds": [lead.id], "filter": {}, "addTag": "a" }),
            "/leadIds",
        ),
        (json!({ "leadIds": ["x"], "addTag": "a" }), "/leadIds/0"),
        (json!({ "filter": { "colour": "red" }, "addTag": "a" }), "/filter"),
        (
            json!({ "filter": { "status": "lukewarm" }, "addTag": "a" }),
            "/status",
        ),
        (json!({ "filter": { "status": "won" }, "addTag": "a" }), "/lead"),
        (
            json!({ "leadIds": [lead.id], "status": "won", "closeReason": "financing" }),
            "/closeReason",
        ),
        (
            json!({ "leadIds": [lead.id], "assignedTo": crm.hugo }),
            "/assignedTo",
        ),
        (json!({ "leadIds": [lead.id], "addTag": "" }), "/addTag"),
        (json!({ "leadIds": [theirs.id], "addTag": "a" }), "/lead"),
    ] {
        let answer = begin(&ann, wish.clone()).await;
        assert_eq!(
            answer.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{wish}: {}",
            answer.text()
        );
        assert_eq!(answer.json()["errors"][0]["pointer"], json!(pointer), "{wish}");
    }
    let refused = begin(&crm.ruth().await, json!({ "leadIds": [lead.id], "addTag": "a" })).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert_eq!(crm.stored(lead.id).await, lead);
}

#[tokio::test]
async fn the_pages_lead_from_ticks_to_the_result_and_back() {
    let crm = Crm::new().await;
    let all = crm.some_leads(2).await;
    let hash = crm.password_hash().await;
    a_member(
        &crm.test.db,
        &*crm.ids,
        &crm.fairfield,
        ("bea@example.com", &hash),
        Role::Agent,
    )
    .await;
    let ann = crm.ann().await;
    let list = ann.get("/leads?status=new").await;
    assert!(
        list.page()
            .contains(&format!("name=\"lead\" value=\"{}\"", all[0].id))
    );
    let looking = crm.ruth().await.get("/leads").await;
    assert!(
        !looking.page().contains("name=\"lead\""),
        "who may only look ticks nothing"
    );

    let none = ann.get("/bulk-edits/new?of=ticked&status=new").await;
    assert_eq!(none.redirect(), "/leads?status=new");
    let choose = ann.get("/bulk-edits/new?of=all&status=new&column=tags").await;
    insta::assert_snapshot!("choose", without_hashes(choose.page()));

    let wrong = [
        ("of", "all"),
        ("list", "status=new"),
        ("what", "status"),
        ("status", "won"),
        ("closeReason", "timing"),
    ];
    let refused = ann.post_form("/bulk-edits", &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("“Timing” is a reason for lost."));

    let (first, second) = (all[0].id.to_string(), all[1].id.to_string());
    let right = [
        ("lead", first.as_str()),
        ("lead", &second),
        ("what", "removeTag"),
        ("removeTag", "hot"),
    ];
    let begun = ann.post_form("/bulk-edits", &right).await;
    let shown = ann.get(begun.redirect()).await;
    insta::assert_snapshot!("done", without_hashes(shown.page()));
    assert!(crm.stored(all[1].id).await.tags.is_empty());

    let back = ann.post_form(begun.redirect(), &[]).await;
    assert_eq!(back.redirect(), begun.redirect());
    assert_eq!(crm.stored(all[1].id).await.tags, ["hot"]);
    let list = ann.get("/bulk-edits").await;
    assert!(list.page().contains("Remove the tag “hot”") && list.page().contains("Undone"));
    let twice = ann.post_form(begun.redirect(), &[]).await;
    assert!(
        ann.get(twice.redirect())
            .await
            .page()
            .contains("cannot be undone now")
    );
}

#[tokio::test]
async fn who_sees_their_own_leads_only_changes_no_others_even_behind_their_back() {
    let crm = Crm::new().await;
    let all = crm.some_leads(502).await;
    let hash = crm.password_hash().await;
    let bea = ("bea@example.com", hash.as_str());
    let bea = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bea, Role::Agent).await;
    let theirs = Lead {
        assigned_to: Some(bea),
        ..all[7].clone()
    };
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    assert!(leads::update(&mut tx, &crm.fairfield, &theirs).await.unwrap());
    let now = crm.clock.now();
    assignment::set_agents_see(&mut tx, &crm.fairfield, AgentsSee::Own, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let ann = crm.ann().await;

    let named = begin(&ann, json!({ "leadIds": [theirs.id], "addTag": "spring" })).await;
    assert_eq!(named.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", named.text());
    let begun = begin(&ann, json!({ "filter": {}, "addTag": "spring" })).await;
    assert_eq!(begun.status, StatusCode::ACCEPTED);
    let waiting = door::bulk_edits::next(&crm.context.db).await.unwrap().unwrap();
    work(&App::new(&crm.context).unwrap(), &waiting.scope, waiting.id)
        .await
        .unwrap();

    let done = edit(&ann.get(&path(&edit(&begun))).await);
    assert_eq!(
        (&done["leadCount"], counts(&done)),
        (&json!(501), [501, 0, 0, 0, 0])
    );
    assert_eq!(crm.stored(theirs.id).await.tags, ["hot"]);
}

#[tokio::test]
async fn contacts_get_a_tag_together_and_lose_it_again_unless_somebody_touched_them() {
    let crm = Crm::new().await;
    let all = crm.some_contacts(3).await;
    let ann = crm.ann().await;
    let ids: Vec<_> = all.iter().map(|contact| contact.id).collect();

    let wish = json!({ "contactIds": ids, "addTag": "spring" });
    let answer = ann.post_json("/api/contacts/bulk-edits", wish).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let done = edit(&answer);

    assert_eq!(
        (&done["status"], &done["contactCount"], counts(&done)),
        (&json!("done"), &json!(3), [3, 0, 0, 0, 0])
    );
    assert_eq!(crm.tags(all[2].id).await, ["spring"]);
    let notes = crm.happened(ActivityType::Note).await;
    assert_eq!(notes[0].summary, "Add the tag “spring”: 3 contacts changed");

    let touched = json!({ "fullName": "Somebody Else" });
    let first = format!("/api/contacts/{}", all[0].id);
    assert_eq!(ann.patch_json(&first, touched).await.status, StatusCode::OK);
    let path = format!("/api/contacts/bulk-edits/{}", done["id"].as_str().unwrap());
    let undone = edit(&ann.post_json(&format!("{path}/undo"), json!({})).await);
    assert_eq!(counts(&undone), [3, 0, 0, 2, 1]);
    assert_eq!(crm.tags(all[0].id).await, ["spring"]);
    assert!(crm.tags(all[1].id).await.is_empty());
}

#[tokio::test]
async fn all_contacts_of_a_list_are_those_it_shows() {
    let crm = Crm::new().await;
    let all = crm.some_contacts(12).await;
    let ann = crm.ann().await;

    let wish = json!({ "filter": { "search": "person-1" }, "addTag": "spring" });
    let begun = ann.post_json("/api/contacts/bulk-edits", wish).await;

    assert_eq!(counts(&edit(&begun)), [3, 0, 0, 0, 0]);
    for (number, contact) in all.iter().enumerate() {
        let is_meant = matches!(number, 1 | 10 | 11);
        assert_eq!(
            crm.tags(contact.id).await.len(),
            usize::from(is_meant),
            "{number}"
        );
    }
}

#[tokio::test]
async fn edits_of_leads_and_of_contacts_have_two_doors() {
    let crm = Crm::new().await;
    let (contact, lead) = (
        crm.some_contacts(1).await.remove(0),
        crm.some_leads(1).await.remove(0),
    );
    let ann = crm.ann().await;
    let of_contacts = json!({ "contactIds": [contact.id], "addTag": "spring" });
    let of_contacts = edit(&ann.post_json("/api/contacts/bulk-edits", of_contacts).await);
    let of_leads = edit(&begin(&ann, json!({ "leadIds": [lead.id], "addTag": "spring" })).await);

    for (door, other) in [
        ("/api/bulk-edits", &of_contacts),
        ("/api/contacts/bulk-edits", &of_leads),
    ] {
        let listed = ann.get(door).await.json();
        assert_eq!(listed["bulkEdits"].as_array().unwrap().len(), 1, "{door}");
        assert_ne!(listed["bulkEdits"][0]["id"], other["id"], "{door}");
        let path = format!("{door}/{}", other["id"].as_str().unwrap());
        assert_eq!(ann.get(&path).await.status, StatusCode::NOT_FOUND);
        let undo = ann.post_json(&format!("{path}/undo"), json!({})).await;
        assert_eq!(undo.status, StatusCode::NOT_FOUND);
    }
    for (wish, pointer) in [
        (json!({ "contactIds": [contact.id], "status": "won" }), ""),
        (json!({ "contactIds": [], "addTag": "a" }), "/contactIds"),
        (json!({ "contactIds": [lead.id], "addTag": "a" }), "/contact"),
        (json!({ "filter": { "status": "new" }, "addTag": "a" }), "/filter"),
    ] {
        let answer = ann.post_json("/api/contacts/bulk-edits", wish.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wish}");
        assert_eq!(answer.json()["errors"][0]["pointer"], json!(pointer), "{wish}");
    }
}

#[tokio::test]
async fn the_page_of_contacts_leads_from_ticks_to_the_result() {
    let crm = Crm::new().await;
    let all = crm.some_contacts(2).await;
    let ann = crm.ann().await;
    let list = ann.get("/contacts?search=person").await;
    let tick = format!("name=\"contact\" value=\"{}\"", all[0].id);
    assert!(list.page().contains(&tick));
    let looking = crm.ruth().await.get("/contacts").await;
    assert!(
        !looking.page().contains("name=\"contact\""),
        "who may only look ticks nothing"
    );

    let none = ann
        .get("/bulk-edits/new?about=contacts&of=ticked&search=person")
        .await;
    assert_eq!(none.redirect(), "/contacts?search=person");
    let choose = ann
        .get("/bulk-edits/new?about=contacts&of=all&search=person")
        .await;
    assert!(choose.page().contains("Change 2 contacts"));
    assert!(
        !choose.page().contains("name=\"status\""),
        "a contact has no status"
    );

    let sneaked = [
        ("about", "contacts"),
        ("of", "all"),
        ("list", "search=person"),
        ("what", "status"),
        ("status", "won"),
    ];
    let refused = ann.post_form("/bulk-edits", &sneaked).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("A contact has no status"));

    let right = [
        ("about", "contacts"),
        ("of", "all"),
        ("list", "search=person"),
        ("what", "addTag"),
        ("addTag", "spring"),
    ];
    let begun = ann.post_form("/bulk-edits", &right).await;
    let shown = ann.get(begun.redirect()).await;
    assert!(shown.page().contains("What became of the contacts"));
    assert_eq!(crm.tags(all[1].id).await, ["spring"]);
    ann.post_form(begun.redirect(), &[]).await;
    assert!(crm.tags(all[1].id).await.is_empty());
    assert!(ann.get("/bulk-edits").await.page().contains("2 contacts"));
}
