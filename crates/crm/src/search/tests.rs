use axum::http::StatusCode;
use db::testing::{a_contact, a_lead, a_member};
use types::Role;

use crate::testing::Crm;

#[tokio::test]
async fn half_a_number_finds_the_person_and_their_lead_but_not_the_neighbours() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let zelda = a_contact(&*crm.ids).name("Zelda").phone("203-555-0117");
    let zelda = zelda.insert(&crm.test.db, &crm.hudson).await;
    a_lead(&*crm.ids)
        .of(&zelda)
        .insert(&crm.test.db, &crm.hudson)
        .await;
    let ann = crm.ann().await;

    let found = ann.get("/search?q=555-01").await;

    let contact = lead.contact_id.unwrap();
    assert!(found.page().contains(&format!("href=\"/contacts/{contact}\"")));
    assert!(found.page().contains(&format!("href=\"/leads/{}\"", lead.id)));
    assert!(!found.page().contains("Zelda"));
    let piece = ann.get("/search/found?q=555-01").await;
    assert!(
        piece.page().trim_start().starts_with("<div class=\"finds\""),
        "a piece, for whoever types"
    );
}

#[tokio::test]
async fn places_are_found_by_their_beginning_by_other_words_and_by_letters_in_order() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for (typed, first) in [
        ("", "Today"),
        ("pipe", "Pipeline"),
        ("kanban", "Pipeline"),
        ("without", "Leads without a next action"),
        ("ppl", "Pipeline"),
        ("CSV", "Import contacts"),
        ("open+a", "Open a lead"),
        ("round", "Assignment rules"),
        ("new+lead", "Open a lead"),
        ("create+lead", "Open a lead"),
        ("new+contact", "Add a contact"),
        ("log+a+call", "Log a call"),
        ("sign+out", "Sign out"),
        ("dark", "Dark colours"),
        ("theme+light", "Light colours"),
    ] {
        let page = ann.get(&format!("/search/found?q={typed}")).await;
        let label = page.page().split("<span>").nth(1).unwrap();
        assert!(label.starts_with(first), "{typed} found {}", page.page());
    }
    let nothing = ann.get("/search?q=%3Cscript%3E").await;
    assert!(
        nothing.page().contains("Nothing has “&#60;script&#62;”"),
        "{}",
        nothing.page()
    );
    let looking = crm.ruth().await.get("/search").await;
    assert!(
        !looking.page().contains("Import contacts"),
        "who may only look imports nothing"
    );
    let webhooks = ann.get("/search/found?q=webhooks").await;
    assert!(
        !webhooks.page().contains("/settings/webhooks"),
        "they are an owner's"
    );
}

#[tokio::test]
async fn more_than_fits_leads_on_to_the_list() {
    let crm = Crm::new().await;
    for number in 0..7 {
        let name = format!("Bo Berg {number}");
        a_contact(&*crm.ids)
            .name(&name)
            .insert(&crm.test.db, &crm.fairfield)
            .await;
    }
    let found = crm.ann().await.get("/search?q=bo+berg").await;
    assert!(
        found.page().contains("href=\"/contacts?search=bo+berg\""),
        "{}",
        found.page()
    );
    assert!(!found.page().contains("Bo Berg 0"), "the newest six are shown");
}

#[tokio::test]
async fn no_command_leads_nowhere() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let olga = crm.at_fairfield("olga@example.com").await;

    let found = olga.get("/search/found").await;
    let places: Vec<_> = found.page().split("href=\"").skip(1).collect();

    assert!(places.len() > 20, "{}", found.page());
    for place in places {
        let path = place.split(['"', '#']).next().unwrap().replace("&#38;", "&");
        let status = olga.get(&path).await.status;
        // Without a lead there is nothing to change.
        let is_told = status == StatusCode::SEE_OTHER && path.starts_with("/bulk-edits/new");
        assert!(status == StatusCode::OK || is_told, "{path}: {status}");
    }
}

#[tokio::test]
async fn what_can_be_done_with_the_open_record_is_found_with_a_script_and_without() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, ruth, hugo) = (crm.ann().await, crm.ruth().await, crm.hugo().await);
    let found = format!("/search/found?at=/leads/{}", lead.id);

    let all = ann.get(&found).await;
    let moved = ann.get(&format!("{found}&q=move+qual")).await;
    let from_a_page = crm.ann().await;
    let from = format!("http://fairfield.localhost/leads/{}?x=y", lead.id);
    let from_a_page = from_a_page.with_header("referer", &from).get("/search").await;

    for page in [&all, &from_a_page] {
        assert!(page.page().contains("Here: Ana Ruiz"), "{}", page.page());
        assert!(
            page.page()
                .contains(&format!("action=\"/leads/{}/claim\"", lead.id))
        );
    }
    let first = moved.page().split("<form").nth(1).unwrap();
    assert!(
        first.contains("value=\"qualified\"") && first.contains("Move to Qualified"),
        "{first}"
    );
    let sent = [("version", "1"), ("status", "qualified")];
    ann.post_form(&format!("/leads/{}/status", lead.id), &sent)
        .await
        .redirect();
    let contact = lead.contact_id.unwrap();
    let of_contact = ann
        .get(&format!("/search/found?at=/contacts/{contact}&q=new+lead"))
        .await;
    let opens = format!("/leads/new?contactId={contact}");
    assert!(of_contact.page().contains(&opens), "{}", of_contact.page());
    let looking = ruth.get(&found).await;
    assert!(
        !looking.page().contains("/claim"),
        "who may only look claims nothing"
    );
    assert!(
        !hugo.get(&found).await.page().contains("Ana Ruiz"),
        "the neighbour's"
    );
    let elsewhere = crm
        .ann()
        .await
        .with_header("referer", "http://elsewhere.example/leads/x");
    assert!(!elsewhere.get("/search").await.page().contains("Here:"));
}

#[tokio::test]
async fn colours_are_chosen_and_lead_back() {
    let crm = Crm::new().await;
    let ann = crm
        .ann()
        .await
        .with_header("referer", "http://fairfield.localhost/leads?q=ana");

    let chosen = ann.post_form("/appearance", &[("theme", "dark")]).await;

    assert_eq!(chosen.redirect(), "/leads?q=ana");
    assert!(ann.get("/leads").await.page().contains("data-theme=\"dark\""));
}

#[tokio::test]
async fn whoever_is_found_by_a_note_is_shown_with_the_words_of_it() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let long = "Came by on Monday with her brother and two dogs, and asked what there is. ".repeat(3);
    let long = format!("{long}She <b>loves</b> old windmills & barns. {long}");
    let note = serde_json::json!({ "summary": long, "leadId": lead.id });
    ann.post_json("/api/activities", note).await;
    let call = serde_json::json!({
        "summary": "Has a Löwenzahn garden", "activityType": "call_logged", "contactId": lead.contact_id,
    });
    ann.post_json("/api/activities", call).await;

    let by_note = ann.get("/search/found?q=windm").await;
    let by_call = ann.get("/search?q=lowenzahn").await;
    let by_name = ann.get("/search/found?q=ana").await;
    let by_both = ann.get("/search/found?q=ruiz+barns").await;

    let why = "In a note of 2 Mar: …";
    assert!(by_note.page().contains(why), "{}", by_note.text());
    assert!(
        by_note.page().contains("old <mark>windm</mark>ills &#38; barns."),
        "{}",
        by_note.text()
    );
    assert!(
        by_note.page().contains("&#60;b&#62;loves&#60;/b&#62;"),
        "{}",
        by_note.text()
    );
    let line = by_note
        .page()
        .split(why)
        .nth(1)
        .unwrap()
        .split("</small>")
        .next()
        .unwrap();
    assert!(line.chars().count() < 160, "{line}");
    for found in ["/contacts/", "/leads/"] {
        let (_, entry) = by_call.page().split_once(&format!("href=\"{found}")).unwrap();
        let entry = entry.split("</li>").next().unwrap();
        assert!(
            entry.contains("In a call of 2 Mar: Has a <mark>Löwenzahn</mark> garden"),
            "{entry}"
        );
    }
    assert!(!by_name.page().contains("<mark>"), "{}", by_name.text());
    assert!(
        by_both.page().contains("<mark>barns</mark>"),
        "{}",
        by_both.text()
    );
}

#[tokio::test]
async fn a_note_of_a_lead_that_is_not_seen_explains_nothing() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let bob = ("bob@example.com", hash.as_str());
    let bobs = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, bob, Role::Agent).await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let olga = crm.at_fairfield("olga@example.com").await;
    olga.post_form("/settings/agents-see", &[("agentsSee", "own")])
        .await;
    let lead = crm.a_lead_of_ana().await;
    let path = format!("/api/leads/{}", lead.id);
    olga.patch_json(&path, serde_json::json!({ "assignedTo": bobs }))
        .await;
    let note = serde_json::json!({ "summary": "Loves windmills", "leadId": lead.id });
    olga.post_json("/api/activities", note).await;

    let seen = crm
        .at_fairfield("bob@example.com")
        .await
        .get("/search?q=windmills")
        .await;
    let hidden = crm.ann().await.get("/search?q=windmills").await;

    assert!(
        seen.page().contains("Loves <mark>windmills</mark>"),
        "{}",
        seen.text()
    );
    assert!(!hidden.page().contains("Loves"), "{}", hidden.text());
}
