use axum::http::StatusCode;
use db::{
    tenant::{activities, assignment},
    testing::{a_lead, a_member},
};
use jiff::SignedDuration;
use serde_json::json;
use types::{
    Activity, ActivityId, ActivityType, AgentsSee, Clock as _, ContactId, Lead, LeadId, LeadStatus, Role,
};

use crate::testing::{Crm, without_hashes};

#[tokio::test]
async fn a_lead_is_moved_and_annotated_without_a_script() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    crm.clock.advance(SignedDuration::from_mins(3));

    let won = [
        ("version", "1"),
        ("status", "won"),
        ("closeReason", "great_service"),
    ];
    assert_eq!(
        ann.post_form(&format!("{path}/status"), &won).await.redirect(),
        path
    );
    assert!(ann.get(&path).await.page().contains("Status is won now."));
    // To the next day, without being idle for eight hours.
    crm.clock.advance(SignedDuration::from_hours(7));
    ann.get("/").await;
    crm.clock.advance(SignedDuration::from_hours(7));
    let note = [("summary", "Sent flowers\nand a card"), ("activityType", "note")];
    assert_eq!(
        ann.post_form(&format!("{path}/notes"), &note).await.redirect(),
        path
    );

    let page = ann.get(&path).await;
    insta::assert_snapshot!(without_hashes(page.page()));
}

#[tokio::test]
async fn who_was_slower_is_shown_theirs_and_yours() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let to = |version, status| [("version", version), ("status", status), ("closeReason", "")];
    ann.post_form(&format!("{path}/status"), &to("1", "qualified"))
        .await;

    let slower = ann.post_form(&format!("{path}/status"), &to("1", "lost")).await;

    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    let page = slower.text();
    assert!(page.contains("Somebody changed this lead while you were looking at it."));
    assert!(page.contains("Change it to lost") && page.contains("Keep it qualified"));
    assert!(page.contains(r#"name="version" value="2""#));
    let asked = ann.post_form(&format!("{path}/status"), &to("2", "lost")).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_lead_that_ends_is_asked_why_on_its_own_page_too() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let to = |reason| [("version", "1"), ("status", "lost"), ("closeReason", reason)];

    let asked = ann.post_form(&format!("{path}/status"), &to("")).await;

    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(asked.text().contains("Choose the reason that fits best."));
    assert!(asked.text().contains(r#"<option value="lost" selected>"#));
    let shown = ann.get(&format!("/api{path}")).await.json();
    assert_eq!(shown["lead"]["status"], "new");
    let told = ann.post_form(&format!("{path}/status"), &to("priced_out")).await;
    assert_eq!(told.redirect(), path);
}

#[tokio::test]
async fn the_forms_of_a_record_have_addresses_that_show_them_open() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, ruth) = (crm.ann().await, crm.ruth().await);
    let contact = format!("/contacts/{}", lead.contact_id.unwrap());
    let board = format!("/pipeline?open={}", lead.id);
    for (opened, closed, summary) in [
        (
            format!("/leads/{}?open=edit", lead.id),
            format!("/leads/{}", lead.id),
            "Edit request",
        ),
        (format!("{contact}?open=edit"), contact, "Edit contact"),
        (board, "/pipeline".to_owned(), "Move<"),
    ] {
        let opens =
            format!("data-opened=\"{opened}\" data-closed=\"{closed}\" open><summary autofocus>{summary}");
        assert!(ann.get(&opened).await.page().contains(&opens), "{opened}");
        let way_back = format!("href=\"{closed}\">Close</a>");
        assert!(ann.get(&opened).await.page().contains(&way_back), "{opened}");
        assert!(
            !ann.get(&closed).await.page().contains("<summary autofocus"),
            "{closed}"
        );
        assert!(
            !ruth.get(&opened).await.page().contains(&summary[..4]),
            "{opened}"
        );
    }
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));

    let reason = [("version", "1"), ("status", "won"), ("closeReason", "financing")];
    let refused = ann.post_form(&format!("{path}/status"), &reason).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused
            .text()
            .contains("“Financing” is a reason for lost, and the lead is won.")
    );
    assert!(refused.text().contains(r#"<option value="financing" selected>"#));

    let note = [("summary", "  "), ("activityType", "appointment_logged")];
    let refused = ann.post_form(&format!("{path}/notes"), &note).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("The note is missing."));
}

/// The form that a lead came by said this.
async fn submitted(crm: &Crm, lead: &Lead, metadata: serde_json::Value) {
    let activity = Activity {
        id: ActivityId::new(&*crm.ids),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadSubmitted,
        occurred_at: lead.created_at,
        summary: "Sent the contact form".to_owned(),
        metadata,
        actor: None,
    };
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    activities::insert(&mut tx, &crm.fairfield, &activity)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn it_says_how_the_visitor_came_and_what_they_allowed() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let first = json!({ "utm_source": "newsletter", "utm_medium": "email", "landingPath": "/towns/wilton" });
    let last = json!({ "referrer": "https://search.example.com/", "gclid": true });
    let consent =
        json!({ "marketingEmail": true, "marketingCalls": false, "agreedAt": "2026-03-02T12:00:00Z" });
    let said = json!({ "attribution": { "first": first, "last": last }, "consent": consent });
    submitted(&crm, &lead, said).await;

    let page = ann.get(&path).await;

    let (_, source) = page.page().split_once(r#"id="source-h""#).unwrap();
    for fact in [
        "<dt>Came by</dt><dd>newsletter, email</dd>",
        "<dt>Came back by</dt><dd>https://search.example.com/; Google advertisement</dd>",
        "<dt>First page</dt><dd>/towns/wilton</dd>",
        "<dt>Consent</dt><dd>Marketing e-mail, no calls; given 2 Mar 2026</dd>",
    ] {
        assert!(source.contains(fact), "{fact} is not in {source}");
    }
}

#[tokio::test]
async fn who_typed_the_address_and_came_back_by_a_search_is_said_to() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let first = json!({ "medium": "direct", "landingPath": "/towns/wilton" });
    let last = json!({ "medium": "organic", "referrer": "https://www.google.com/" });
    submitted(
        &crm,
        &lead,
        json!({ "attribution": { "first": first, "last": last } }),
    )
    .await;

    let page = crm.ann().await.get(&format!("/leads/{}", lead.id)).await;

    for fact in [
        "<dt>Came by</dt><dd>Typed the address, or a bookmark</dd>",
        "<dt>Came back by</dt><dd>https://www.google.com/ (Search)</dd>",
    ] {
        assert!(page.page().contains(fact), "{fact}");
    }
}

#[tokio::test]
async fn who_allowed_nothing_is_said_to_have_allowed_nothing() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    submitted(&crm, &lead, json!({})).await;

    let page = crm.ann().await.get(&format!("/leads/{}", lead.id)).await;

    assert!(page.page().contains("<dt>Consent</dt><dd>No marketing</dd>"));
    assert!(!page.page().contains("Came by"));
}

#[tokio::test]
async fn who_signs_with_another_name_than_the_contacts_is_shown() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let said = json!({ "name": "Zoe <Quince>", "email": "zoe@example.com", "phone": "(203) 555-0199" });
    submitted(&crm, &lead, json!({ "contact": said })).await;

    let page = ann.get(&format!("/leads/{}", lead.id)).await;

    let text = page.page();
    let (_, told) = text.split_once("The form is signed differently.").unwrap();
    for fact in [
        "<dd>Zoe &#60;Quince&#62;</dd>",
        r#"<a href="mailto:zoe@example.com">"#,
        r#"<a href="tel:+12035550199">"#,
    ] {
        assert!(told.contains(fact), "{fact} is not in {told}");
    }
    assert!(
        text.contains("as Zoe &#60;Quince&#62;"),
        "the timeline says so, too"
    );
}

#[tokio::test]
async fn who_signs_as_the_contact_is_called_is_nobody_else() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let said = json!({ "name": " ANA ruiz", "email": "Ana.Ruiz@example.com", "phone": null });
    submitted(&crm, &lead, json!({ "contact": said })).await;

    let page = crm.ann().await.get(&format!("/leads/{}", lead.id)).await;

    assert!(!page.page().contains("signed differently"), "{}", page.text());
}

#[tokio::test]
async fn who_may_only_look_sees_no_forms() {
    let crm = Crm::new().await;
    let path = format!("/leads/{}", crm.a_lead_of_ana().await.id);

    let page = crm.ruth().await.get(&path).await;

    assert!(page.page().contains("Ana Ruiz") && !page.page().contains("Save note"));
}

#[tokio::test]
async fn the_list_says_why_it_is_empty() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    assert!(ann.get("/leads?status=won").await.page().contains("No leads yet"));
    crm.a_lead_of_ana().await;

    let filtered = ann.get("/leads?status=won&q=zimmer").await;

    assert!(filtered.page().contains("No lead matches") && filtered.page().contains("Searched for “zimmer”"));
    assert!(filtered.page().contains("Clear all filters"));
    insta::assert_snapshot!(without_hashes(
        ann.get("/leads?sort=createdAt&q=ruiz").await.page()
    ));
}

#[tokio::test]
async fn a_status_tells_the_number_of_its_list_or_none() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    a_lead(&*crm.ids).insert(&crm.test.db, &crm.fairfield).await;
    let won = a_lead(&*crm.ids).status(LeadStatus::Won);
    won.insert(&crm.test.db, &crm.fairfield).await;
    let ann = crm.ann().await;
    let chips = async |query: &str| {
        let page = ann.get(&format!("/leads{query}")).await;
        let (_, chips) = page.page().split_once("data-part=\"statuses\">").unwrap();
        let chips = chips.split_once("</nav>").unwrap().0;
        let words = chips.split('>').filter_map(|tag| tag.split('<').next());
        words
            .map(str::trim)
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };

    let whole = "All 3 New 2 Qualified 0 Nurturing 0 Won 1 Lost 0";
    assert_eq!(chips("").await, whole);
    assert_eq!(chips("?sort=createdAt").await, whole);
    assert_eq!(chips("?status=won").await, whole);
    assert_eq!(chips("?q=ruiz").await, "All 1 New Qualified Nurturing Won Lost");
    assert_eq!(
        chips("?q=ruiz&status=new").await,
        "All New 1 Qualified Nurturing Won Lost"
    );
}

#[tokio::test]
async fn a_foreign_lead_has_no_pages() {
    let crm = Crm::new().await;
    let path = format!("/leads/{}", crm.a_lead_of_ana().await.id);
    let hugo = crm.hugo().await;
    let form = [("version", "1"), ("status", "won"), ("summary", "x")];

    assert_eq!(hugo.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        hugo.post_form(&format!("{path}/status"), &form).await.status,
        StatusCode::NOT_FOUND
    );
    assert_eq!(
        hugo.post_form(&format!("{path}/notes"), &form).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn what_is_known_of_a_lead_is_corrected() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let me = crm.ann.to_string();
    let form = [
        ("version", "1"),
        ("assignedTo", me.as_str()),
        ("nextActionAt", "2026-12-01T09:00"),
        ("nextActionNote", "Ring back"),
        ("priceMax", "$650,000"),
        ("tags", "hot, relocating"),
    ];

    let saved = ann.post_form(&path, &form).await;
    let wrong = ann
        .post_form(
            &path,
            &[("version", "2"), ("priceMin", "cheap"), ("nextActionAt", "soon")],
        )
        .await;

    assert_eq!(saved.redirect(), path);
    let stored = ann.get(&format!("/api{path}")).await.json()["lead"].clone();
    assert_eq!(
        (
            &stored["priceMax"],
            &stored["assignedTo"],
            &stored["nextActionNote"]
        ),
        (&json!(650_000), &json!(crm.ann), &json!("Ring back"))
    );
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        wrong.text().contains("A price is whole dollars") && wrong.text().contains("When must be a date")
    );
    assert!(wrong.text().contains("value=\"cheap\""));
}

#[tokio::test]
async fn what_comes_next_and_the_last_contact_are_told_with_their_time() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let plan = [
        ("version", "1"),
        ("nextActionAt", "2026-03-04T14:00"),
        ("nextActionNote", "Ring back"),
    ];
    ann.post_form(&path, &plan).await.redirect();
    let call = [("summary", "Rang them"), ("activityType", "call_logged")];
    ann.post_form(&format!("{path}/notes"), &call).await.redirect();

    let page = ann.get(&path).await;

    for fact in [
        "<dt>Next action</dt><dd><time datetime=\"2026-03-04T14:00:00Z\" title=\"4 March 2026, 14:00 UTC\">\
         4 Mar 2026, 14:00</time></dd>",
        "<dt>Last contact</dt><dd><time datetime=\"2026-03-02T12:00:00Z\" title=\"2 March 2026, 12:00 UTC\">\
         2 Mar 2026, 12:00</time></dd>",
    ] {
        assert!(page.page().contains(fact), "no {fact} in {}", page.page());
    }
}

/// The form of a lead as its page shows it, but for what somebody types over it.
fn filled<'a>(page: &str, typed: &[(&'a str, &'a str)]) -> Vec<(String, String)> {
    let form = page.split(">Edit request</summary>").nth(1).unwrap();
    let form = form.split("</form>").next().unwrap();
    let attribute = |tag: &str, name: &str| {
        let value = tag.split(&format!("{name}=\"")).nth(1)?;
        Some(value.split('"').next().unwrap().to_owned())
    };
    let inputs = form.split("<input").skip(1).map(|tag| {
        let tag = tag.split('>').next().unwrap();
        (attribute(tag, "name").unwrap(), attribute(tag, "value").unwrap())
    });
    let mut fields: Vec<(String, String)> = inputs.collect();
    // What stands in a choice or an area is what it was.
    for (name, value) in fields.clone() {
        if let Some(name) = name.strip_prefix("was.")
            && fields.iter().all(|(known, _)| known != name)
        {
            fields.push((name.to_owned(), value));
        }
    }
    let untouched = fields
        .iter()
        .filter(|(name, _)| typed.iter().all(|(typed, _)| typed != name));
    let typed = typed
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    untouched.cloned().chain(typed).collect()
}

fn pairs(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// The hidden fields of the question whose is right.
fn hidden(page: &str) -> Vec<(String, String)> {
    let tags = page.split("<input type=\"hidden\" name=\"").skip(1);
    let read = |tag: &str| {
        let (name, rest) = tag.split_once('"').unwrap();
        let value = rest.strip_prefix(" value=\"").unwrap();
        (name.to_owned(), value.split('"').next().unwrap().to_owned())
    };
    tags.map(read).collect()
}

#[tokio::test]
async fn what_two_people_changed_at_once_is_both_unless_it_is_the_same_field() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let stored = async || ann.get(&format!("/api{path}")).await.json()["lead"].clone();
    let page = ann.get(&path).await.page().to_owned();
    let first = filled(&page, &[("timeframe", "3 months"), ("nextActionNote", "Ring")]);
    let second = filled(&page, &[("listingAddress", "12 Elm Street"), ("beds", "3")]);
    let third = filled(&page, &[("timeframe", "At once"), ("sqft", "2,400")]);

    let saved = ann.post_form(&path, &pairs(&first)).await;
    let beside = ann.post_form(&path, &pairs(&second)).await;
    let told = ann.get(&path).await;
    let torn = ann.post_form(&path, &pairs(&third)).await;

    assert_eq!((saved.redirect(), beside.redirect()), (&*path, &*path));
    assert!(
        told.page()
            .contains("Lead saved. What somebody else changed meanwhile is kept: Next action, Timeframe."),
        "{}",
        told.page()
    );
    let both = stored().await;
    assert_eq!(
        (&both["timeframe"], &both["listingAddress"], &both["beds"]),
        (&json!("3 months"), &json!("12 Elm Street"), &json!(3))
    );
    assert_eq!(torn.status, StatusCode::PRECONDITION_FAILED);
    let question = torn.text();
    assert!(question.contains("Nothing of yours is saved yet."));
    let said = question
        .replace("<bdi class=\"side-text\">", "")
        .replace("</bdi>", "");
    assert!(
        said.contains("It was: Nothing") && said.contains("Theirs: 3 months"),
        "{said}"
    );
    assert!(
        said.contains("Yours: At once") && !said.contains("Theirs: Ring"),
        "{said}"
    );
    assert!(said.contains("2400 <span class=\"badge\">Yours</span>"), "{said}");
    assert_eq!(stored().await, both, "a question changes nothing");
}

#[tokio::test]
async fn whose_is_right_is_chosen_field_by_field_and_has_to_be() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let page = ann.get(&path).await.page().to_owned();
    let theirs = filled(&page, &[("timeframe", "3 months"), ("notes", "Likes gardens")]);
    let yours = filled(&page, &[("timeframe", "At once"), ("notes", "Has a dog")]);
    ann.post_form(&path, &pairs(&theirs)).await.redirect();
    let torn = ann.post_form(&path, &pairs(&yours)).await;
    let asked = hidden(torn.text());
    let choosing = |choices: &[(&'static str, &'static str)]| {
        let mut form = pairs(&asked);
        form.extend(choices);
        form
    };

    let half = ann
        .post_form(&path, &choosing(&[("choose.timeframe", "yours")]))
        .await;
    let meanwhile = [("version", "2"), ("status", "qualified")];
    ann.post_form(&format!("{path}/status"), &meanwhile)
        .await
        .redirect();
    let whole = [("choose.timeframe", "yours"), ("choose.notes", "theirs")];
    let chosen = ann.post_form(&path, &choosing(&whole)).await;

    assert_eq!(torn.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    let half = half.text();
    assert!(half.contains("id=\"notes-error\"") && half.contains("Choose theirs or yours."));
    assert_eq!(
        chosen.redirect(),
        path,
        "another version that is no other answer is no question"
    );
    let stored = ann.get(&format!("/api{path}")).await.json()["lead"].clone();
    assert_eq!(
        (&stored["timeframe"], &stored["notes"], &stored["status"]),
        (&json!("At once"), &json!("Likes gardens"), &json!("qualified"))
    );
}

#[tokio::test]
async fn a_form_that_was_refused_still_corrects_what_was_seen() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let page = ann.get(&path).await.page().to_owned();
    let typed = filled(&page, &[("timeframe", "At once"), ("priceMin", "cheap")]);
    let theirs = filled(&page, &[("timeframe", "3 months")]);
    ann.post_form(&path, &pairs(&theirs)).await.redirect();

    let refused = ann.post_form(&path, &pairs(&typed)).await;
    let again = filled(refused.text(), &[("timeframe", "At once"), ("priceMin", "")]);
    let torn = ann.post_form(&path, &pairs(&again)).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        torn.status,
        StatusCode::PRECONDITION_FAILED,
        "theirs is not written over"
    );
    assert!(torn.text().contains("3 months"));
}

/// Something of this type happened, and this was said of it.
async fn happened(
    crm: &Crm,
    (contact_id, lead_id): (Option<ContactId>, Option<LeadId>),
    (activity_type, summary): (ActivityType, &str),
) {
    crm.clock.advance(SignedDuration::from_secs(1));
    let activity = Activity {
        id: ActivityId::new(&*crm.ids),
        contact_id,
        lead_id,
        activity_type,
        occurred_at: crm.clock.now(),
        summary: summary.to_owned(),
        metadata: json!({}),
        actor: None,
    };
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    activities::insert(&mut tx, &crm.fairfield, &activity)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn what_the_visitor_did_on_the_site_stands_in_the_timeline_of_their_lead() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let viewed = (ActivityType::WebsiteListingViewed, "Looked at 9 Elm Street");
    happened(&crm, (lead.contact_id, None), viewed).await;
    let rang = (ActivityType::CallLogged, "Spoke for long");
    happened(&crm, (lead.contact_id, Some(lead.id)), rang).await;

    let page = ann.get(&format!("/leads/{}", lead.id)).await;

    let (rang, viewed) = page.page().split_once("Spoke for long").unwrap();
    assert!(viewed.contains("looked at 9 Elm Street"), "{viewed}");
    assert!(!rang.contains("looked at 9 Elm Street"), "the newest comes first");
}

#[tokio::test]
async fn who_sees_their_own_leads_only_sees_the_visits_but_not_a_colleagues_notes() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bob = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let lead = crm.a_lead_of_ana().await;
    let mut bobs = a_lead(&*crm.ids);
    bobs.0.contact_id = lead.contact_id;
    bobs.0.assigned_to = Some(bob);
    let bobs = bobs.insert(&crm.test.db, &crm.fairfield).await;
    let viewed = (ActivityType::WebsiteListingViewed, "Looked at 9 Elm Street");
    happened(&crm, (lead.contact_id, None), viewed).await;
    let note = (ActivityType::Note, "For nobody but Bob");
    happened(&crm, (lead.contact_id, Some(bobs.id)), note).await;
    let mut tx = crm.test.db.write(&crm.fairfield).await.unwrap();
    assignment::set_agents_see(&mut tx, &crm.fairfield, AgentsSee::Own, crm.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let ann = crm.ann().await;

    let of_lead = ann.get(&format!("/leads/{}", lead.id)).await;
    let of_contact = ann.get(&format!("/contacts/{}", lead.contact_id.unwrap())).await;
    let of_bobs = ann.get(&format!("/leads/{}", bobs.id)).await;

    for page in [of_lead.page(), of_contact.page()] {
        assert!(page.contains("looked at 9 Elm Street"), "{page}");
        assert!(!page.contains("For nobody but Bob"), "{page}");
    }
    assert_eq!(of_bobs.status, StatusCode::NOT_FOUND);
}

/// Where the link with these words leads.
fn href<'a>(page: &'a str, words: &str) -> Option<&'a str> {
    let (before, _) = page.split_once(&format!(">{words}</a>"))?;
    let (_, href) = before.rsplit_once("href=\"")?;
    href.split('"').next()
}

#[tokio::test]
async fn a_long_timeline_goes_on_by_a_link_and_comes_back() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    for note in ["First", "Second", "Third"] {
        happened(&crm, (lead.contact_id, Some(lead.id)), (ActivityType::Note, note)).await;
    }
    for record in [
        format!("/leads/{}", lead.id),
        format!("/contacts/{}", lead.contact_id.unwrap()),
    ] {
        let newest = ann.get(&format!("{record}?limit=2&timeline=notes")).await;
        let older = href(newest.page(), "Older").unwrap().replace("&#38;", "&");
        let (older, place) = older.split_once('#').unwrap();
        let oldest = ann.get(older).await;

        assert!(newest.page().contains("Third") && newest.page().contains("Second"));
        assert!(!newest.page().contains("First<") && href(newest.page(), "Newest").is_none());
        assert_eq!(place, "timeline-h");
        assert!(oldest.page().contains("First<") && !oldest.page().contains("Second"));
        assert!(href(oldest.page(), "Older").is_none());
        let back = href(oldest.page(), "Newest").unwrap();
        assert!(
            back.contains("timeline=notes") && !back.contains("cursor"),
            "{back}"
        );
    }
}

#[tokio::test]
async fn a_place_in_another_timeline_is_none_in_this() {
    let crm = Crm::new().await;
    let (lead, ann) = (crm.a_lead_of_ana().await, crm.ann().await);
    for note in ["First", "Second"] {
        happened(&crm, (lead.contact_id, Some(lead.id)), (ActivityType::Note, note)).await;
    }
    let page = ann.get(&format!("/leads/{}?limit=1", lead.id)).await;
    let older = href(page.page(), "Older").unwrap().replace("&#38;", "&");
    let (older, _) = older.split_once('#').unwrap();
    let (_, query) = older.split_once('?').unwrap();

    let elsewhere = ann
        .get(&format!("/contacts/{}?{query}", lead.contact_id.unwrap()))
        .await;

    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_timeline_is_narrowed_to_what_somebody_looks_for() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let viewed = (ActivityType::WebsiteListingViewed, "Looked at 9 Elm Street");
    happened(&crm, (lead.contact_id, None), viewed).await;
    let note = (ActivityType::Note, "Likes gardens");
    happened(&crm, (lead.contact_id, Some(lead.id)), note).await;

    let all = ann.get(&path).await;
    let visits = ann.get(href(all.page(), "Visits to the site").unwrap()).await;
    let calls = ann.get(&format!("{path}?timeline=calls")).await;
    let nonsense = ann.get(&format!("{path}?timeline=songs")).await;

    assert!(all.page().contains(r#"aria-current="true">Everything</a>"#));
    let visits = visits.page();
    assert!(visits.contains("looked at 9 Elm Street") && !visits.contains("Likes gardens"));
    assert!(visits.contains(r#"aria-current="true">Visits to the site</a>"#));
    assert!(calls.page().contains("Nothing of this kind happened."));
    assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_lead_is_deleted_by_who_may_once_they_saw_what_goes_with_it() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    let delete = format!("{path}/delete");
    let note = [("summary", "Likes gardens"), ("activityType", "note")];
    ann.post_form(&format!("{path}/notes"), &note).await.redirect();
    let id = lead.id.to_string();
    let reminder = [
        ("leadId", id.as_str()),
        ("title", "Ring"),
        ("dueAt", "2026-12-01T09:00"),
    ];
    ann.post_form("/reminders", &reminder).await.redirect();

    let asked = ann.get(&delete).await;
    let by_ruth = crm.ruth().await;
    let looked = by_ruth.get(&path).await;
    let refused = by_ruth.post_form(&delete, &[("version", "1")]).await;
    let asked_by_ruth = by_ruth.get(&delete).await;
    let foreign = crm.hugo().await.post_form(&delete, &[("version", "1")]).await;
    let deleted = ann.post_form(&delete, &[("version", "1")]).await;

    let page = asked.page();
    assert!(page.contains("1 reminder about it"), "{page}");
    assert!(
        page.contains("1 activity of it stays in their timeline"),
        "{page}"
    );
    assert!(!looked.page().contains("Delete this lead"));
    assert_eq!(
        [refused.status, asked_by_ruth.status, foreign.status],
        [
            StatusCode::FORBIDDEN,
            StatusCode::FORBIDDEN,
            StatusCode::NOT_FOUND
        ]
    );
    assert_eq!(deleted.redirect(), "/leads");
    assert!(ann.get("/leads").await.page().contains("Lead deleted."));
    assert_eq!(ann.get(&path).await.status, StatusCode::NOT_FOUND);
    let contact = ann.get(&format!("/contacts/{}", lead.contact_id.unwrap())).await;
    assert!(contact.page().contains("Likes gardens"));
}

#[tokio::test]
async fn a_lead_that_somebody_changed_meanwhile_is_not_deleted() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, path) = (crm.ann().await, format!("/leads/{}", lead.id));
    assert!(ann.get(&path).await.page().contains(&format!("{path}/delete")));
    let moved = [("version", "1"), ("status", "qualified")];
    ann.post_form(&format!("{path}/status"), &moved).await.redirect();

    let slower = ann
        .post_form(&format!("{path}/delete"), &[("version", "1")])
        .await;

    assert_eq!(slower.status, StatusCode::PRECONDITION_FAILED);
    let page = slower.text();
    assert!(page.contains("Somebody changed this lead meanwhile. Nothing was deleted."));
    assert!(page.contains(r#"name="version" value="2""#));
    assert_eq!(ann.get(&path).await.status, StatusCode::OK);
}

#[tokio::test]
async fn who_changed_what_of_a_lead_stands_in_its_timeline() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let path = format!("/api/leads/{}", lead.id);
    let typed = [
        ("version", "1"),
        ("priceMax", "650,000"),
        ("notes", "Wants a garden"),
        ("nextActionNote", "Ring"),
    ];
    ann.post_form(&format!("/leads/{}", lead.id), &typed).await;
    crm.clock.advance(SignedDuration::from_mins(1));
    let rooms = json!({ "beds": 3, "baths": 2.5, "timeframe": "Spring", "listingAddress": "1 Elm Street" });
    ann.patch_json(&path, rooms.clone()).await;
    ann.patch_json(&path, rooms).await;
    crm.clock.advance(SignedDuration::from_mins(1));
    let by_hand = json!({ "leadType": "seller", "contactId": lead.contact_id, "notes": "Sells" });
    let by_hand = ann.post_json("/api/leads", by_hand).await.json();

    let told = ann.get("/api/activities").await.json();

    let told: Vec<_> = told["activities"].as_array().unwrap().iter().collect();
    let said: Vec<_> = told
        .iter()
        .map(|line| line["summary"].as_str().unwrap())
        .collect();
    assert_eq!(
        said,
        [
            "Opened a lead by hand (seller)",
            "Changed timeframe, address, beds, baths",
            "Changed price, notes, next action",
        ]
    );
    assert_eq!(told[0]["leadId"], by_hand["lead"]["id"]);
    assert_eq!(told[1]["leadId"], json!(lead.id));
    assert_eq!(told[1]["actor"]["name"], "Ann Member");
    let page = ann.get(&format!("/leads/{}", lead.id)).await;
    assert!(page.page().contains("changed price, notes, next action"));
    assert!(!page.page().contains("wrote a note"));
}

#[tokio::test]
async fn what_was_written_is_among_the_notes_and_what_was_done_among_the_changes() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let (path, of_lead) = (format!("/leads/{}", lead.id), format!("/api/leads/{}", lead.id));
    let note = json!({ "summary": "Rang her twice", "leadId": lead.id });
    ann.post_json("/api/activities", note).await;
    ann.patch_json(&of_lead, json!({ "timeframe": "Spring" })).await;
    ann.patch_json(&of_lead, json!({ "status": "qualified" })).await;

    let notes = ann.get(&format!("{path}?timeline=notes")).await;
    let changes = ann.get(&format!("{path}?timeline=changes")).await;

    assert!(notes.page().contains("Rang her twice"));
    assert!(!notes.page().contains("changed timeframe"));
    assert!(changes.page().contains("changed timeframe") && changes.page().contains("from new to qualified"));
    assert!(!changes.page().contains("Rang her twice"));
}
