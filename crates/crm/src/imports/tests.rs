use std::time::Duration;

use axum::http::{Method, StatusCode};
use db::{door, tenant::imports as stored, testing::by_sql};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};
use types::ImportId;

use super::{CAP, work};
use crate::{
    app::App,
    long_work::sweep,
    testing::{Crm, without_hashes},
};

const PEOPLE: &str = "Name,E-mail,Phone,Tags\n\
                      Bo Berg,bo@example.com,,\"buyer; vip\"\n\
                      Ana Ruiz,ana.ruiz@example.com,203-555-0188,seller\n\
                      Cy,,(203) 555-0117,\n\
                      =cmd(),not an address,,\n\
                      Bo again,BO@example.com,203-555-0142,\n";

async fn send(caller: &Caller, path: &str, file: &str) -> Answer {
    let body = file.as_bytes().to_vec();
    caller.send(Method::POST, path, Some("text/csv"), body).await
}

fn import(answer: &Answer) -> Value {
    assert!((200..300).contains(&answer.status.as_u16()), "{}", answer.text());
    answer.json()["import"].clone()
}

fn path(import: &Value) -> String {
    format!("/api/imports/{}", import["id"].as_str().unwrap())
}

async fn contacts(caller: &Caller) -> Vec<Value> {
    let list = caller.get("/api/contacts?limit=200").await.json();
    let mut contacts = list["contacts"].as_array().unwrap().clone();
    for contact in &mut contacts {
        contact.as_object_mut().unwrap().remove("updatedAt");
    }
    contacts
}

#[tokio::test]
async fn a_file_says_what_it_would_do_does_it_once_and_can_be_taken_out_again() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let before = contacts(&ann).await;
    let counts = json!({ "new": 1, "updated": 2, "duplicate": 0, "error": 2, "takenBack": 0, "kept": 0 });

    let checked = send(&ann, "/api/imports?dryRun=true&fileName=people.csv", PEOPLE).await;
    assert_eq!(checked.status, StatusCode::CREATED);
    let checked = import(&checked);
    assert_eq!(
        (&checked["status"], &checked["dryRun"]),
        (&json!("checked"), &json!(true))
    );
    assert_eq!(
        (&checked["fileName"], &checked["rowCount"]),
        (&json!("people.csv"), &json!(5))
    );
    assert_eq!(checked["counts"], counts);
    assert_eq!(
        checked["columns"][1],
        json!({ "name": "E-mail", "target": "email" })
    );
    assert_eq!(contacts(&ann).await, before, "a dry run wrote something");

    let done = import(
        &ann.post_json(&format!("{}/start", path(&checked)), json!({}))
            .await,
    );
    assert_eq!((&done["status"], &done["counts"]), (&json!("done"), &counts));
    let bo = ann.get("/api/contacts?search=bo@example.com").await.json()["contacts"][0].clone();
    assert_eq!(
        (&bo["fullName"], &bo["source"]),
        (&json!("Bo Berg"), &json!("csv_import"))
    );
    assert_eq!(
        (&bo["tags"], &bo["phoneNormalized"]),
        (&json!(["buyer", "vip"]), &json!("+12035550142"))
    );
    let told = ann.get("/api/activities").await.json()["activities"][0].clone();
    assert_eq!(
        told["summary"],
        "Imported 1 new and filled 2 known contacts from people.csv"
    );
    assert_eq!(told["actor"]["id"], json!(crm.ann));

    let again = import(&send(&ann, "/api/imports", PEOPLE).await);
    assert_eq!(
        (&again["counts"]["new"], &again["counts"]["updated"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(contacts(&ann).await.len(), 2);

    let undone = import(&ann.post_json(&format!("{}/undo", path(&done)), json!({})).await);
    assert_eq!(
        (&undone["status"], &undone["counts"]["takenBack"]),
        (&json!("undone"), &json!(3))
    );
    assert_eq!(contacts(&ann).await, before);
    let twice = ann.post_json(&format!("{}/undo", path(&done)), json!({})).await;
    assert_eq!(
        (twice.status.as_u16(), &twice.json()["code"]),
        (409, &json!("not_now"))
    );
}

#[tokio::test]
async fn tags_are_added_and_what_is_left_out_is_told_and_both_are_undone() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let known =
        json!({ "fullName": "Bo", "email": "bo@example.com", "phone": "203-555-0117", "tags": ["buyer"] });
    let known = ann.post_json("/api/contacts", known).await.json()["contact"]["id"].clone();
    let bo = format!("/api/contacts/{}", known.as_str().unwrap());
    let file = "Name,E-mail,Phone,Cell,Tags\nBo,bo@example.com,203-555-0142,203-555-0143,\"buyer, vip\"\n";

    let tried = import(&send(&ann, "/api/imports?dryRun=1", file).await);
    let done = import(&send(&ann, "/api/imports", file).await);

    let reason =
        "Phone: “203-555-0142” was left out: the contact has another one, or another contact has this one.";
    for told in [&tried, &done] {
        assert_eq!(
            (&told["counts"]["updated"], &told["errors"]),
            (&json!(1), &json!([]))
        );
        assert_eq!(
            told["notes"],
            json!([{ "row": 2, "column": "Phone", "reason": reason }])
        );
    }
    let page = ann.get(&path(&tried).replace("/api", "")).await;
    assert!(page.page().contains("What is left out") && page.page().contains(reason));
    assert!(
        page.page().contains("Several columns are the same."),
        "two phones"
    );
    let contact = ann.get(&bo).await.json()["contact"].clone();
    assert_eq!(
        (&contact["tags"], &contact["phone"]),
        (&json!(["buyer", "vip"]), &json!("203-555-0117"))
    );

    ann.post_json(&format!("{}/undo", path(&done)), json!({})).await;
    assert_eq!(ann.get(&bo).await.json()["contact"]["tags"], json!(["buyer"]));
    let plain = import(&send(&ann, "/api/imports?dryRun=1", "Name,E-mail\nEd,ed@example.com\n").await);
    let page = ann.get(&path(&plain).replace("/api", "")).await;
    assert!(!page.page().contains("What is left out") && !page.page().contains("Several columns"));
}

#[tokio::test]
async fn who_shares_a_number_with_somebody_is_a_contact_of_their_own() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let alice =
        json!({ "fullName": "Alice Thornbury", "email": "alice@example.com", "phone": "203-555-0128" });
    let alice = ann.post_json("/api/contacts", alice).await.json()["contact"].clone();
    let file = "Name,E-mail,Phone,Tags\n\
                New Guy,newguy@example.com,203-555-0128,imp\n\
                Bob Thornbury,,203-555-0128,imp\n";

    let tried = import(&send(&ann, "/api/imports?dryRun=1", file).await);
    let done = import(&send(&ann, "/api/imports", file).await);
    let again = import(&send(&ann, "/api/imports", file).await);

    for told in [&tried, &done] {
        assert_eq!(
            (&told["counts"]["new"], &told["counts"]["error"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(told["notes"][0]["column"], "Phone");
        assert_eq!(
            told["errors"][0]["reason"],
            "Phone: “203-555-0128” is the number of a contact with another name. Give this row an e-mail, and it becomes \
             a contact of its own."
        );
    }
    assert_eq!(
        (&again["counts"]["new"], &again["counts"]["updated"]),
        (&json!(0), &json!(0))
    );
    let mut all = contacts(&ann).await;
    all.sort_by_key(|contact| contact["fullName"].to_string());
    assert_eq!(all.len(), 2);
    assert_eq!((&all[0]["id"], &all[0]["tags"]), (&alice["id"], &json!([])));
    assert_eq!(
        (&all[1]["fullName"], &all[1]["phone"], &all[1]["tags"]),
        (&json!("New Guy"), &Value::Null, &json!(["imp"]))
    );
    let asked = ann.get("/api/duplicates").await.json();
    assert_eq!(asked["duplicates"].as_array().unwrap().len(), 1, "{asked}");
}

#[tokio::test]
async fn whoever_stays_after_an_undo_may_still_be_somebody_else() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let cy = json!({ "fullName": "Cy Young", "email": "young@example.com" });
    ann.post_json("/api/contacts", cy).await;
    let file = "Name,E-mail\nCy Young,cy@example.com\nBo Young,bo@example.com\n";
    let done = import(&send(&ann, "/api/imports", file).await);
    let found = ann.get("/api/contacts?search=cy@example.com").await.json();
    let rang = json!({ "summary": "Rang", "contactId": found["contacts"][0]["id"] });
    ann.post_json("/api/activities", rang).await;

    ann.post_json(&format!("{}/undo", path(&done)), json!({})).await;

    assert_eq!(contacts(&ann).await.len(), 2);
    let pairs = ann.get("/api/duplicates").await.json();
    assert_eq!(pairs["duplicates"].as_array().unwrap().len(), 1, "{pairs}");
}

#[tokio::test]
async fn an_undo_leaves_whom_somebody_works_with_and_what_they_edited() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    ann.post_json(
        "/api/contacts",
        json!({ "fullName": "Di", "email": "di@example.com" }),
    )
    .await;
    let file = "Name,E-mail,Phone\nBo,bo@example.com,\nCy,cy@example.com,\nDi,di@example.com,203-555-0150\nEd,ed@example.com,\n";
    let done = import(&send(&ann, "/api/imports", file).await);
    let id = |email: &str| format!("/api/contacts?search={email}");
    let cy = ann.get(&id("cy@example.com")).await.json()["contacts"][0]["id"].clone();
    ann.post_json("/api/activities", json!({ "summary": "Rang", "contactId": cy }))
        .await;
    let di = ann.get(&id("di@example.com")).await.json()["contacts"][0]["id"].clone();
    let renamed = json!({ "fullName": "Di Diaz" });
    ann.patch_json(&format!("/api/contacts/{}", di.as_str().unwrap()), renamed)
        .await;

    let undone = import(&ann.post_json(&format!("{}/undo", path(&done)), json!({})).await);

    assert_eq!(
        (&undone["counts"]["takenBack"], &undone["counts"]["kept"]),
        (&json!(2), &json!(2))
    );
    let left = contacts(&ann).await;
    let names: Vec<_> = left
        .iter()
        .map(|contact| contact["fullName"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["Cy", "Di Diaz"]);
    assert_eq!(left[1]["phone"], "203-555-0150");
}

#[tokio::test]
async fn who_is_in_rows_far_apart_is_taken_out_like_anybody() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    for known in ["di", "ed"] {
        let known = json!({ "fullName": known, "email": format!("{known}@example.com") });
        ann.post_json("/api/contacts", known).await;
    }
    let before = contacts(&ann).await;
    // More rows than one step takes lie between the first of each and the last.
    let between = (0..600).map(|number| format!("Person {number},person{number}@example.com,,\n"));
    let file = format!(
        "Name,E-mail,Phone,Tags\n\
         Bo,bo@example.com,,\nDi,di@example.com,203-555-0150,\nEd,ed@example.com,203-555-0151,\n\
         {}\
         Bo,bo@example.com,203-555-0142,\nDi,di@example.com,,vip\nEd,ed@example.com,,vip\n",
        between.collect::<String>()
    );
    let done = import(&send(&ann, "/api/imports", &file).await);
    let ed = ann.get("/api/contacts?search=ed@example.com").await.json()["contacts"][0]["id"].clone();
    let edited = json!({ "fullName": "Ed Eads" });
    ann.patch_json(&format!("/api/contacts/{}", ed.as_str().unwrap()), edited)
        .await;

    let undone = import(&ann.post_json(&format!("{}/undo", path(&done)), json!({})).await);

    assert_eq!(
        (&done["counts"]["new"], &done["counts"]["updated"]),
        (&json!(601), &json!(5))
    );
    assert_eq!(
        (&undone["counts"]["takenBack"], &undone["counts"]["kept"]),
        (&json!(604), &json!(2)),
        "Ed's two rows alone stay"
    );
    let mut after = contacts(&ann).await;
    after.sort_by_key(|contact| contact["email"].to_string());
    assert_eq!(after.len(), 2);
    assert!(before.contains(&after[0]), "{after:#?}");
    assert_eq!(
        (&after[1]["fullName"], &after[1]["phone"], &after[1]["tags"]),
        (&json!("Ed Eads"), &json!("203-555-0151"), &json!(["vip"]))
    );
}

#[tokio::test]
async fn a_dry_run_counts_what_the_import_will() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    send(
        &ann,
        "/api/imports",
        "Name,E-mail,Phone\nAna,ana@example.com,203-555-0100\n",
    )
    .await;
    // The first has Ana's number and never becomes a contact: its address is still free.
    let file = "Name,E-mail,Phone\nBea,new@example.com,(203) 555-0100\nCy,new@example.com,\n";

    let tried = import(&send(&ann, "/api/imports?dryRun=1", file).await);
    let start = format!("{}/start", path(&tried));
    let done = import(&ann.post_json(&start, json!({})).await);

    assert_eq!(
        (&tried["counts"]["new"], &tried["counts"]["duplicate"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(tried["counts"], done["counts"]);
}

#[tokio::test]
async fn what_cannot_be_read_comes_back_with_its_reason_and_no_formula() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let done = import(&send(&ann, "/api/imports", PEOPLE).await);

    let reason = "E-mail: “not an address” must look like name@example.com.";
    assert_eq!(
        done["errors"],
        json!([{ "row": 5, "column": "E-mail", "reason": reason }])
    );
    let csv = ann.get(&format!("{}/errors.csv", path(&done))).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        csv.text(),
        format!("Name,E-mail,Phone,Tags,Row,Reason\r\n'=cmd(),not an address,,,5,{reason}\r\n")
    );
    let fine = import(&send(&ann, "/api/imports", "Name,E-mail\nEd,ed@example.com\n").await);
    let none = ann.get(&format!("{}/errors.csv", path(&fine))).await;
    assert_eq!(none.text(), "Name,E-mail,Row,Reason\r\n");
}

#[tokio::test]
async fn what_is_left_out_of_more_rows_than_a_page_shows_comes_in_a_file() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let known = json!({ "fullName": "Bo", "email": "bo@example.com", "phone": "203-555-0117" });
    ann.post_json("/api/contacts", known).await;
    let rows = "Bo,bo@example.com,203-555-0142\n".repeat(60);
    let file = format!("Name,E-mail,Phone\nEd,ed@example.com,\nNo,not an address,\n{rows}");
    let checked = import(&send(&ann, "/api/imports?dryRun=true", &file).await);

    let page = ann.get(&path(&checked).replace("/api", "")).await;
    let notes = ann
        .get(&format!("{}/errors.csv?notes=true", path(&checked)))
        .await;
    let errors = ann.get(&format!("{}/errors.csv", path(&checked))).await;

    let link = format!("href=\"{}/errors.csv?notes=true\" download", path(&checked));
    assert!(page.page().contains(&link), "no {link}");
    assert!(page.page().contains("The rest is in the download."));
    assert!(notes.header("content-disposition").contains("left-out-"));
    let lines: Vec<_> = notes.text().lines().map(str::to_owned).collect();
    let last = "Bo,bo@example.com,203-555-0142,63,\"Phone: “203-555-0142” was left out: the contact has another one, or \
                another contact has this one.\"";
    assert_eq!(
        (lines.len(), lines[0].as_str(), lines[60].as_str()),
        (61, "Name,E-mail,Phone,Row,Reason", last)
    );
    assert_eq!(errors.text().lines().count(), 2, "{}", errors.text());
}

#[tokio::test]
async fn a_file_is_read_as_its_sender_says_and_tells_how() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let file = "Name;E-mail\nBo, Berg;bo@example.com\n\"Cy;cy@example.com\n";
    let checked = import(&send(&ann, "/api/imports?dryRun=1", file).await);
    let found = json!({ "delimiter": "semicolon", "encoding": "UTF-8", "hasHeader": true });
    assert_eq!(checked["format"], found);
    assert_eq!(
        (&checked["counts"]["new"], &checked["counts"]["error"]),
        (&json!(1), &json!(1))
    );
    let reason = "Row problem: A quotation mark is opened in this row and never closed.";
    assert_eq!(
        checked["errors"],
        json!([{ "row": 3, "column": "Row problem", "reason": reason }])
    );
    let page = ann.get(&path(&checked).replace("/api", "")).await;
    assert!(
        page.text()
            .contains("Read with semicolons between cells, as UTF-8; the first row names the columns.")
    );

    let said = "/api/imports?dryRun=1&delimiter=comma&encoding=latin1";
    let said = import(&send(&ann, said, file).await);
    let told = json!({ "delimiter": "comma", "encoding": "windows-1252", "hasHeader": true });
    assert_eq!(said["format"], told);
    let refused = send(&ann, "/api/imports?delimiter=dot&encoding=martian", file).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let problem = refused.json();
    assert_eq!(problem["errors"][0]["pointer"], "/delimiter");
    assert_eq!(problem["errors"][1]["pointer"], "/encoding");
    let cards = "BEGIN:VCARD\nFN:Di\nEMAIL:di@example.com\nEND:VCARD\n";
    assert_eq!(
        import(&send(&ann, "/api/imports?dryRun=1", cards).await)["format"],
        Value::Null
    );
}

#[tokio::test]
async fn who_mapped_a_file_has_mapped_the_next_of_its_kind() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let mapping = "%7B%22Kunde%22:%22fullName%22,%22Post%22:%22email%22%7D";
    let first = "Kunde,Post\nBo,bo@example.com\n";

    let blind = import(&send(&ann, "/api/imports?dryRun=1", first).await);
    assert_eq!(blind["counts"]["error"], 1);
    let told = import(&send(&ann, &format!("/api/imports?dryRun=1&mapping={mapping}"), first).await);
    assert_eq!(told["counts"]["new"], 1);
    let next = import(&send(&ann, "/api/imports", "Kunde,Post\nCy,cy@example.com\n").await);
    assert_eq!(next["counts"]["new"], 1);
    let wider = "Ort,Kunde,Post\nBern,Di,di@example.com\n";
    let wider = import(&send(&ann, "/api/imports?dryRun=1", wider).await);
    let targets: Vec<_> = wider["columns"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&targets[1]["target"], &targets[2]["target"]),
        (&json!("fullName"), &json!("email"))
    );
    assert_eq!(
        (&targets[0]["target"], &wider["counts"]["new"]),
        (&json!("ignore"), &json!(1))
    );
    let wish = json!({ "dryRun": true, "mapping": ["ignore", "email"] });
    let again = ann.post_json(&format!("{}/start", path(&told)), wish).await;
    assert_eq!(import(&again)["columns"][0]["target"], "ignore");
}

/// More rows than a request waits for, the last of them somebody of the first.
fn long() -> String {
    let rows = (0..1_199).map(|number| format!("Person {number},person{number}@example.com\n"));
    let rows: String = rows.chain(["Again,person0@example.com\n".to_owned()]).collect();
    format!("Name,E-mail\n{rows}")
}

impl Crm {
    fn app(&self) -> App {
        App::new(&self.context).unwrap()
    }

    async fn work_on_what_waits(&self) -> usize {
        let (app, mut count) = (self.app(), 0);
        while let Some(waiting) = door::imports::next(&app.db).await.unwrap() {
            work(&app, &waiting.scope, waiting.id).await.unwrap();
            count += 1;
        }
        count
    }
}

#[tokio::test]
async fn a_long_file_is_worked_on_behind_the_back_and_counted_the_same() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let counts = json!({ "new": 1_199, "updated": 0, "duplicate": 1, "error": 0, "takenBack": 0, "kept": 0 });

    let sent = send(&ann, "/api/imports?dryRun=true", &long()).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED);
    assert_eq!(import(&sent)["status"], "checking");
    assert_eq!(crm.work_on_what_waits().await, 1);
    let checked = import(&ann.get(&path(&import(&sent))).await);
    assert_eq!(
        (&checked["status"], &checked["counts"]),
        (&json!("checked"), &counts)
    );

    let started = ann
        .post_json(&format!("{}/start", path(&checked)), json!({}))
        .await;
    assert_eq!(started.status, StatusCode::ACCEPTED);
    let busy = ann
        .post_json(&format!("{}/start", path(&checked)), json!({}))
        .await;
    assert_eq!(busy.status, StatusCode::CONFLICT);
    assert_eq!(crm.work_on_what_waits().await, 1);
    let done = import(&ann.get(&path(&checked)).await);
    assert_eq!(
        (&done["status"], &done["counts"], &done["rowsDone"]),
        (&json!("done"), &counts, &json!(1_200))
    );

    ann.post_json(&format!("{}/undo", path(&checked)), json!({}))
        .await;
    crm.work_on_what_waits().await;
    let undone = import(&ann.get(&path(&checked)).await);
    assert_eq!(undone["counts"]["takenBack"], 1_199);
    assert_eq!(contacts(&ann).await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_a_process_left_behind_is_taken_over_and_its_late_step_is_not_written() {
    let crm = Crm::new().await;
    let (ann, app) = (crm.ann().await, crm.app());
    let sent = import(&send(&ann, "/api/imports", &long()).await);
    let id: ImportId = sent["id"].as_str().unwrap().parse().unwrap();
    let token = app.ids.new_id();
    let mut tx = app.db.write(&crm.fairfield).await.unwrap();
    let held = stored::take(&mut tx, &crm.fairfield, id, token, SignedDuration::from_secs(60)).await;
    assert!(held.unwrap());
    let held = stored::find(&mut tx, &crm.fairfield, id).await.unwrap();
    let mut held = held.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(crm.work_on_what_waits().await, 0, "somebody else is at it");
    crm.clock.advance(SignedDuration::from_secs(61));
    assert_eq!(crm.work_on_what_waits().await, 1);

    held.rows_done = 500;
    let mut tx = app.db.write(&crm.fairfield).await.unwrap();
    let late = stored::advance(
        &mut tx,
        &crm.fairfield,
        &held,
        token,
        SignedDuration::from_secs(60),
    )
    .await;
    assert!(!late.unwrap(), "who wakes late goes on");
    drop(tx);
    let done = import(&ann.get(&path(&sent)).await);
    assert_eq!(
        (&done["status"], &done["counts"]["new"]),
        (&json!("done"), &json!(1_199))
    );
}

#[tokio::test]
async fn a_file_that_broke_off_on_its_way_in_is_forgotten_and_one_that_still_comes_is_not() {
    let crm = Crm::new().await;
    let (ann, app) = (crm.ann().await, crm.app());
    let torn = import(&send(&ann, "/api/imports?dryRun=true", &long()).await);
    crm.clock.advance(SignedDuration::from_mins(14));
    let comes = import(&send(&ann, "/api/imports?dryRun=true", PEOPLE).await);
    let done = import(&send(&ann, "/api/imports", PEOPLE).await);
    by_sql(
        &crm.test.db,
        "UPDATE imports SET status = 'receiving' WHERE tenant_id = 'tenant_fairfield' AND status <> 'done'",
    )
    .await
    .unwrap();

    while sweep(&app).await.unwrap() {}
    let early = ann.get(&path(&torn)).await;
    crm.clock.advance(SignedDuration::from_mins(2));
    while sweep(&app).await.unwrap() {}

    assert_eq!(early.json()["import"]["status"], "receiving");
    assert_eq!(ann.get(&path(&torn)).await.status, StatusCode::NOT_FOUND);
    let (scope, id) = (&crm.fairfield, torn["id"].as_str().unwrap().parse().unwrap());
    let mut tx = crm.test.db.read(scope).await.unwrap();
    let left = stored::rows::list(&mut tx, scope, id, (0, 10)).await.unwrap();
    assert!(left.is_empty(), "its people are in rows still: {left:?}");
    drop(tx);
    for (left, status) in [(comes, "receiving"), (done, "done")] {
        let left = import(&ann.get(&path(&left)).await);
        assert_eq!((&left["status"], &left["rowCount"]), (&json!(status), &json!(5)));
    }
}

#[test]
fn the_longest_file_has_the_time_to_come_over_two_megabits_a_second() {
    let routes = crate::routes::routes();
    for path in ["/imports", "/api/imports"] {
        let (bytes, deadline) = routes.bounds(&Method::POST, path).unwrap();
        let coming = Duration::from_secs(bytes as u64 * 8 / 2_000_000);
        assert!(
            bytes == CAP && deadline > coming,
            "{path}: {bytes} in {deadline:?}"
        );
    }
}

#[tokio::test]
async fn who_is_erased_is_in_no_file_any_more() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let twice = "Name,E-mail\nBo,bo@example.com\nCy,cy@example.com\nBo,BO@example.com\n";
    let sent = import(&send(&ann, "/api/imports", twice).await);
    import(&send(&ann, "/api/imports?dryRun=true", twice).await);
    let id: ImportId = sent["id"].as_str().unwrap().parse().unwrap();
    let bo = ann.get("/api/contacts?search=bo@example.com").await.json()["contacts"][0]["id"].clone();
    let bo = bo.as_str().unwrap().parse().unwrap();

    let (db, scope) = (&crm.test.db, &crm.fairfield);
    let mut tx = db.write(scope).await.unwrap();
    let bo = db::tenant::contacts::find(&mut tx, scope, bo)
        .await
        .unwrap()
        .unwrap();
    assert!(db::tenant::contacts::erase(&mut tx, scope, &bo).await.unwrap());
    tx.commit().await.unwrap();

    let all = ann.get("/api/imports").await.json();
    for import in all["imports"].as_array().unwrap() {
        let id = import["id"].as_str().unwrap().parse().unwrap();
        let mut tx = db.read(scope).await.unwrap();
        let left = stored::rows::list(&mut tx, scope, id, (0, 10)).await.unwrap();
        let names: Vec<_> = left.iter().map(|row| row.cells[0].as_str()).collect();
        assert_eq!(names, ["Cy"]);
    }
    assert_eq!(all["imports"][1]["id"], json!(id));
}

#[tokio::test]
async fn what_is_no_file_is_refused_and_a_neighbours_is_not_there() {
    let crm = Crm::new().await;
    let (ann, hugo, ruth) = (crm.ann().await, crm.hugo().await, crm.ruth().await);
    for (body, code) in [("", "unreadable"), ("Name,E-mail\n", "unreadable")] {
        let refused = send(&ann, "/api/imports", body).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text()
        );
        assert_eq!(refused.json()["errors"][0]["code"], code);
    }
    assert_eq!(send(&ann, "/api/imports?mapping=x", PEOPLE).await.status, 422);
    let text = ann
        .send(Method::POST, "/api/imports", Some("text/html"), b"x".to_vec())
        .await;
    assert_eq!(text.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let torn = Some("multipart/form-data; boundary=x");
    let torn = ann
        .send(Method::POST, "/api/imports", torn, b"--x\r\nContent".to_vec())
        .await;
    assert_eq!(torn.status, StatusCode::BAD_REQUEST, "{}", torn.text());
    let in_json = json!({ "csv": PEOPLE, "dryRun": true, "fileName": "C:\\lists\\a.csv" });
    assert_eq!(
        import(&ann.post_json("/api/imports", in_json).await)["fileName"],
        "a.csv"
    );

    let done = import(&send(&ann, "/api/imports", PEOPLE).await);
    for path in [path(&done), format!("{}/errors.csv", path(&done))] {
        assert_eq!(hugo.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    for action in ["start", "undo"] {
        let path = format!("{}/{action}", path(&done));
        assert_eq!(
            hugo.post_json(&path, json!({})).await.status,
            StatusCode::NOT_FOUND
        );
        assert_eq!(
            ruth.post_json(&path, json!({})).await.status,
            StatusCode::FORBIDDEN
        );
    }
    assert_eq!(
        send(&ruth, "/api/imports", PEOPLE).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(hugo.get("/api/imports").await.json()["imports"], json!([]));
    assert_eq!(
        ann.get("/api/imports").await.json()["imports"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

fn form_of(file: &str) -> (&'static str, Vec<u8>) {
    let body = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"people.csv\"\r\n\
         Content-Type: text/csv\r\n\r\n{file}\r\n--edge--\r\n"
    );
    ("multipart/form-data; boundary=edge", body.into_bytes())
}

#[tokio::test]
async fn the_pages_lead_from_the_file_to_the_contacts_without_a_script() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    assert!(ann.get("/imports").await.page().contains("No files yet"));
    let (kind, body) = form_of("");
    let empty = ann.send(Method::POST, "/imports", Some(kind), body).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.text().contains("Choose a file."));

    let (kind, body) = form_of(PEOPLE);
    let sent = ann.send(Method::POST, "/imports", Some(kind), body).await;
    let page = sent.redirect().to_owned();
    insta::assert_snapshot!("checked", without_hashes(ann.get(&page).await.page()));

    let columns = [
        ("column-0", "fullName"),
        ("column-1", "email"),
        ("column-2", "ignore"),
        ("column-3", "tags"),
    ];
    let pressed: Vec<_> = columns.into_iter().chain([("action", "check")]).collect();
    assert_eq!(ann.post_form(&page, &pressed).await.redirect(), page);
    assert!(
        ann.get(&page)
            .await
            .page()
            .contains("A contact needs an e-mail or a phone.")
    );
    assert_eq!(
        ann.post_form(&page, &[("action", "import")]).await.redirect(),
        page
    );
    assert!(ann.get(&page).await.page().contains("Undo this import"));
    let progress = ann.get(&format!("{page}/progress")).await;
    assert!(progress.text().contains("Imported"), "{}", progress.text());
    insta::assert_snapshot!("imports", without_hashes(ann.get("/imports").await.page()));
    assert_eq!(ann.post_form(&page, &[("action", "undo")]).await.redirect(), page);
    assert!(ann.get(&page).await.page().contains("Taken out"));
    assert_eq!(
        ann.post_form(&page, &[("action", "burn")]).await.status,
        StatusCode::BAD_REQUEST
    );
}

const CARDS: &str = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bo Berg\r\nEMAIL:bo@example.com\r\nCATEGORIES:buyer,vip\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nVERSION:3.0\r\nN:Ruiz;Ana;;;\r\nFN:Ana Ruiz\r\nitem1.EMAIL:ana.ruiz@example.com\r\n\
                     item1.TEL:203-555-0188\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:Berg;C=FD\r\n\
                     TEL;CELL:+1 203 555 0142\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nFN:=cmd()\r\nEMAIL:not an address\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nFN:Nobody to reach\r\nEND:VCARD\r\n\
                     BEGIN:VCARD\r\nFN:Cut off\r\nEMAIL:cut@exam";

async fn send_cards(caller: &Caller, path: &str, file: impl AsRef<[u8]>) -> Answer {
    let body = file.as_ref().to_vec();
    caller.send(Method::POST, path, Some("text/vcard"), body).await
}

#[tokio::test]
async fn cards_are_rows_like_any_other() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let before = contacts(&ann).await;
    let counts = json!({ "new": 2, "updated": 0, "duplicate": 1, "error": 3, "takenBack": 0, "kept": 0 });

    let checked = import(&send_cards(&ann, "/api/imports?dryRun=true", CARDS).await);
    assert_eq!(
        (&checked["status"], &checked["counts"], &checked["fileName"]),
        (&json!("checked"), &counts, &json!("contacts.vcf"))
    );
    assert_eq!(contacts(&ann).await, before, "a dry run wrote something");
    let done = import(
        &ann.post_json(&format!("{}/start", path(&checked)), json!({}))
            .await,
    );
    assert_eq!((&done["status"], &done["counts"]), (&json!("done"), &counts));
    let mut found = Vec::new();
    for who in ["bo@example.com", "2035550142"] {
        let list = ann.get(&format!("/api/contacts?search={who}")).await.json();
        found.push(list["contacts"][0].clone());
    }
    let errors = ann.get(&format!("{}/errors.csv", path(&done))).await;
    let again = import(&send_cards(&ann, "/api/imports", CARDS).await);
    let undone = import(&ann.post_json(&format!("{}/undo", path(&done)), json!({})).await);

    assert_eq!(
        (&found[0]["fullName"], &found[0]["tags"]),
        (&json!("Bo Berg"), &json!(["buyer", "vip"]))
    );
    assert_eq!(found[1]["fullName"], "Cý Berg");
    let cut = "The card does not end: END:VCARD is missing.";
    let lines = [
        "Name,First name,Last name,E-mail,Other e-mails,Phone,Other phones,Tags,Card problem,Row,Reason",
        "'=cmd(),,,not an address,,,,,,4,E-mail: “not an address” must look like name@example.com.",
        "Nobody to reach,,,,,,,,,5,E-mail: A contact needs an e-mail or a phone.",
        &format!("Cut off,,,cut@exam,,,,,{cut},6,Card problem: {cut}"),
        "",
    ];
    assert_eq!(errors.text(), lines.join("\r\n"));
    assert_eq!(
        (&again["counts"]["new"], &again["counts"]["duplicate"]),
        (&json!(0), &json!(3))
    );
    assert_eq!(undone["counts"]["takenBack"], 2);
    assert_eq!(contacts(&ann).await, before);
}

#[tokio::test]
async fn what_was_taken_out_as_cards_is_nobody_new() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    for made in [
        json!({ "fullName": "Zoë; Quince, Jr", "phone": "203-555-0199 ext. 12", "tags": ["buyer"] }),
        json!({ "email": "nameless@example.com" }),
    ] {
        assert_eq!(
            ann.post_json("/api/contacts", made).await.status,
            StatusCode::CREATED
        );
    }
    let (before, cards) = (contacts(&ann).await, ann.get("/api/contacts.vcf").await);

    let back = import(&send_cards(&ann, "/api/imports", cards.text()).await);
    let hugo = crm.hugo().await;
    let next_door = import(&send_cards(&hugo, "/api/imports", cards.text()).await);

    assert_eq!(
        (&back["rowCount"], &back["counts"]["duplicate"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(contacts(&ann).await, before);
    assert_eq!(next_door["counts"]["new"], 3);
    let told = |contacts: Vec<Value>| {
        let parts = ["fullName", "email", "phoneNormalized", "tags"];
        let mut told: Vec<_> = contacts
            .iter()
            .map(|contact| parts.map(|part| contact[part].to_string()))
            .collect();
        told.sort();
        told
    };
    assert_eq!(told(contacts(&hugo).await), told(before));
}

#[tokio::test]
async fn no_card_is_too_naughty_to_be_told() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let good = "BEGIN:VCARD\rFN:Good\rEMAIL:good@example.com\rEND:VCARD\r";
    let long = format!(
        "BEGIN:VCARD\nFN:{}\nEMAIL:long@example.com\nEND:VCARD\n{good}",
        "x".repeat(10 << 20)
    );
    let nul = format!("BEGIN:VCARD\nFN:Nu\0l\nEMAIL:n\0ul@example.com\nEND:VCARD\n{good}");

    let long = import(&send_cards(&ann, "/api/imports", long).await);
    let nul = import(&send_cards(&ann, "/api/imports", nul).await);
    let latin = b"BEGIN:VCARD\nN:Mu\xf1oz\nEMAIL:latin@example.com\nEND:VCARD\n";
    let latin = import(&send_cards(&ann, "/api/imports", latin).await);
    let endless = import(&send_cards(&ann, "/api/imports", "BEGIN:VCARD\n".repeat(300)).await);
    let none = send_cards(&ann, "/api/imports", "BEGIN:VCALENDAR\nEND:VCALENDAR\n").await;
    let empty = send_cards(&ann, "/api/imports", "\r\n").await;

    assert_eq!(
        (&long["counts"]["error"], &long["counts"]["new"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(
        long["errors"][0]["reason"],
        "Name: The name must be at most 200 characters."
    );
    assert_eq!(
        (&nul["counts"]["new"], &nul["counts"]["duplicate"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(latin["counts"]["new"], 1);
    assert_eq!(
        (&endless["rowCount"], &endless["counts"]["error"]),
        (&json!(300), &json!(300))
    );
    let reason = "There is no vCard in the file: no line of it says BEGIN:VCARD.";
    assert_eq!(
        (none.status.as_u16(), &none.json()["errors"][0]["detail"]),
        (422, &json!(reason))
    );
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let all = contacts(&ann).await;
    let mut names: Vec<_> = all
        .iter()
        .filter_map(|contact| contact["fullName"].as_str())
        .collect();
    names.sort_unstable();
    assert_eq!(names, ["Good", "Muñoz", "Nul"]);
}

#[tokio::test]
async fn a_file_of_cards_is_looked_at_on_the_page_as_any_other() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (kind, body) = form_of(CARDS);

    let sent = ann.send(Method::POST, "/imports", Some(kind), body).await;
    let page = ann.get(sent.redirect()).await;
    let (kind, body) = form_of(PEOPLE);
    let table = ann.send(Method::POST, "/imports", Some(kind), body).await;
    let table = ann.get(table.redirect()).await;

    assert!(page.page().contains("Card problem: The card does not end"));
    assert!(page.page().contains("Other phones"));
    let choice = "Why a row is left out</option>";
    assert!(page.page().contains(choice), "it can be taken for something else");
    assert!(!table.page().contains(choice), "a table has no such column");
    assert!(ann.get("/imports").await.page().contains("CSV or vCard file"));
}
