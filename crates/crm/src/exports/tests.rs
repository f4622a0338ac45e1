use std::{
    collections::BTreeMap,
    io::{Cursor, Read as _},
};

use axum::http::{Method, StatusCode};
use db::{
    TenantScope, door,
    tenant::exports::{self as stored, PART},
    testing::{a_contact, a_lead, a_member, by_sql, export_parts, kept_of_tokens},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};
use sha2::{Digest as _, Sha256};
use types::{Clock as _, ExportId, ExportStatus, Ids as _, Role};
use zip::ZipArchive;

use super::{expire, work};
use crate::{app::App, testing::Crm};

/// Fairfield with an owner who takes everything away.
struct Leaving {
    crm: Crm,
    app: App,
    olga: Caller,
}

impl Leaving {
    async fn new() -> Self {
        let crm = Crm::new().await;
        let hash = crm.password_hash().await;
        let olga = ("olga@example.com", hash.as_str());
        a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
        Self {
            app: App::new(&crm.context).unwrap(),
            olga: crm.at_fairfield("olga@example.com").await,
            crm,
        }
    }

    fn here(&self) -> &TenantScope {
        &self.crm.fairfield
    }

    async fn begin(&self) -> ExportId {
        let begun = self.olga.post_json("/api/exports", json!({})).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text());
        id_of(&begun.json()["export"])
    }

    /// As the process does behind everybody's back. Says how many exports it was about.
    async fn work_on_what_waits(&self) -> usize {
        let mut count = 0;
        while let Some(waiting) = door::exports::next(&self.app.db).await.unwrap() {
            work(&self.app, &waiting.scope, waiting.id).await.unwrap();
            count += 1;
        }
        while let Some(expired) = door::exports::expired(&self.app.db, 1).await.unwrap().pop() {
            expire(&self.app, &expired.scope, expired.id).await.unwrap();
            count += 1;
        }
        count
    }

    async fn prepared(&self) -> ExportId {
        let id = self.begin().await;
        assert_eq!(self.work_on_what_waits().await, 1);
        id
    }

    async fn told(&self, id: ExportId) -> Value {
        let told = self.olga.get(&format!("/api/exports/{id}")).await;
        assert_eq!(told.status, StatusCode::OK, "{}", told.text());
        told.json()["export"].clone()
    }

    async fn page(&self) -> String {
        self.olga.get("/settings/exports").await.page().to_owned()
    }

    /// What the timeline says of exports, newest first.
    async fn trail(&self) -> Vec<String> {
        let all = self.olga.get("/api/activities").await.json();
        let all = all["activities"].as_array().unwrap().iter();
        all.map(|activity| activity["summary"].as_str().unwrap().to_owned())
            .filter(|summary| summary.contains("export"))
            .collect()
    }

    /// Leads with notes that hardly shrink: a file of several parts.
    async fn with_much(&self) {
        for number in 0..40_u32 {
            let mut lead = a_lead(&*self.crm.ids);
            let noise = (0..1024_u32).map(|place| hex::encode(Sha256::digest(format!("{number} {place}"))));
            lead.0.notes = Some(noise.collect());
            lead.insert(&self.crm.test.db, self.here()).await;
        }
    }
}

fn id_of(told: &Value) -> ExportId {
    told["id"].as_str().unwrap().parse().unwrap()
}

fn file_of(id: ExportId) -> String {
    format!("/api/exports/{id}/file")
}

fn unpacked(file: &[u8]) -> BTreeMap<String, String> {
    let mut archive = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut files = BTreeMap::new();
    for place in 0..archive.len() {
        let mut file = archive.by_index(place).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        files.insert(file.name().unwrap().into_owned(), text);
    }
    files
}

/// Whether every file but the list itself is in the list, with its hash.
fn sums_hold(files: &BTreeMap<String, String>) -> bool {
    let listed: BTreeMap<_, _> = files["SHA256SUMS"]
        .lines()
        .map(|line| line.split_once("  ").unwrap())
        .map(|(hash, name)| (name.to_owned(), hash.to_owned()))
        .collect();
    let found = files.iter().filter(|(name, _)| *name != "SHA256SUMS");
    let found: BTreeMap<_, _> = found
        .map(|(name, text)| (name.clone(), hex::encode(Sha256::digest(text))))
        .collect();
    listed == found
}

fn asking(caller: Caller, range: &str) -> Caller {
    caller.with_header("range", range)
}

async fn from(leaving: &Leaving, id: ExportId, range: &str) -> Answer {
    let olga = leaving.crm.at_fairfield("olga@example.com").await;
    asking(olga, range).get(&file_of(id)).await
}

#[tokio::test]
async fn an_export_has_every_row_of_its_tenant_twice_and_says_what_each_is() {
    let leaving = Leaving::new().await;
    let (db, ids) = (&leaving.crm.test.db, &*leaving.crm.ids);
    let ana = a_contact(ids).email("ana@example.com").name("=Ana \"the\" Ruiz");
    let ana = ana.insert(db, leaving.here()).await;
    let lead = a_lead(ids)
        .of(&ana)
        .tagged(&["garden"])
        .insert(db, leaving.here())
        .await;

    let id = leaving.prepared().await;

    let file = leaving.olga.get(&file_of(id)).await;
    assert_eq!(file.status, StatusCode::OK);
    assert_eq!(file.header("content-type"), "application/zip");
    let files = unpacked(&file.body);
    assert!(sums_hold(&files), "{}", files["SHA256SUMS"]);
    let schema: Value = serde_json::from_str(&files["schema.json"]).unwrap();
    for table in schema["tables"].as_array().unwrap() {
        let name = table["name"].as_str().unwrap();
        let columns: Vec<_> = (table["columns"].as_array().unwrap().iter())
            .map(|column| column["name"].as_str().unwrap())
            .collect();
        let csv = &files[table["files"]["csv"].as_str().unwrap()];
        let jsonl = &files[table["files"]["jsonLines"].as_str().unwrap()];
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        assert_eq!(
            csv.headers().unwrap().iter().collect::<Vec<_>>(),
            columns,
            "{name}"
        );
        let rows = table["rows"].as_u64().unwrap() as usize;
        assert_eq!(
            (csv.records().count(), jsonl.lines().count()),
            (rows, rows),
            "{name}"
        );
    }
    let contact: Value = serde_json::from_str(&files["jsonl/contacts.jsonl"]).unwrap();
    assert_eq!(contact["full_name"], "=Ana \"the\" Ruiz");
    assert!(
        files["csv/contacts.csv"].contains("\"'=Ana \"\"the\"\" Ruiz\""),
        "{}",
        files["csv/contacts.csv"]
    );
    let told: Value = serde_json::from_str(&files["jsonl/leads.jsonl"]).unwrap();
    assert_eq!(
        (&told["id"], &told["contact_id"]),
        (&json!(lead.id), &json!(ana.id))
    );
    assert_eq!(told["created_at"], format!("{:.6}", lead.created_at));
    assert_eq!(told["beds"], Value::Null);
    let settings: Value = serde_json::from_str(&files["jsonl/tenant_settings.jsonl"]).unwrap();
    assert!(settings["support_is_allowed"].is_boolean(), "{settings}");
    assert!(files["jsonl/people.jsonl"].contains("olga@example.com"));
    assert!(files["README.txt"].contains("The people you know."));
}

#[tokio::test]
async fn no_secret_and_no_neighbour_is_in_an_export() {
    let leaving = Leaving::new().await;
    let (db, ids) = (&leaving.crm.test.db, &*leaving.crm.ids);
    let nora = a_contact(ids).email("nora@example.com").name("Nora Neighbour");
    let nora = nora.insert(db, &leaving.crm.hudson).await;
    a_lead(ids).of(&nora).insert(db, &leaving.crm.hudson).await;
    let wanted = json!({ "name": "Sync", "scopes": ["leads:read"] });
    let token = leaving.olga.post_json("/api/tokens", wanted).await.json();
    let wanted = json!({ "name": "Hook", "url": "https://hooks.example.com/x", "events": ["lead.created"] });
    let webhook = leaving.olga.post_json("/api/webhooks", wanted).await.json();
    by_sql(db, "UPDATE webhook_endpoints SET salt = 'a-salt-of-a-secret'")
        .await
        .unwrap();
    by_sql(
        db,
        "INSERT INTO sign_in_links (tenant_id, token_hash, email, next_path, created_at, expires_at)
         SELECT 'tenant_fairfield', 'a-hash-of-a-link', 'v@example.com', '/', created_at, updated_at
           FROM tenants WHERE id = 'tenant_fairfield'",
    )
    .await
    .unwrap();

    let id = leaving.prepared().await;

    let files = unpacked(&leaving.olga.get(&file_of(id)).await.body);
    let all: String = files.values().map(String::as_str).collect();
    assert!(
        all.contains("https://hooks.example.com/x"),
        "the webhook is in it"
    );
    let mut secrets = kept_of_tokens(db, leaving.here()).await;
    assert_eq!(secrets.len(), 1);
    secrets.extend([&token["secret"], &webhook["secret"]].map(|secret| secret.as_str().unwrap().to_owned()));
    let others = [
        "$argon2",
        "a-salt-of-a-secret",
        "a-hash-of-a-link",
        "tenant_hudson",
        "Neighbour",
    ];
    secrets.extend(others.map(str::to_owned));
    secrets.extend([nora.id.to_string(), leaving.crm.hugo.to_string()]);
    for secret in secrets {
        assert!(!all.contains(&secret), "{secret} is in it");
    }
}

#[tokio::test]
async fn a_download_that_broke_off_goes_on_to_the_very_same_file() {
    let leaving = Leaving::new().await;
    leaving.with_much().await;
    let id = leaving.prepared().await;

    let whole = leaving.olga.get(&file_of(id)).await;

    let (length, told) = (whole.body.len(), leaving.told(id).await);
    assert!(length > 2 * PART + 100, "only {length} bytes");
    assert_eq!(export_parts(&leaving.crm.test.db, leaving.here()).await, 3);
    let hash = hex::encode(Sha256::digest(&whole.body));
    assert_eq!(
        (&told["sha256"], &told["byteCount"]),
        (&json!(hash), &json!(length))
    );
    assert_eq!(whole.header("etag"), format!("\"{hash}\""));
    assert!(sums_hold(&unpacked(&whole.body)));
    for cut in [1, PART - 1, PART, PART + 1, 2 * PART, length - 1] {
        let first = from(&leaving, id, &format!("bytes=0-{}", cut - 1)).await;
        let rest = from(&leaving, id, &format!("bytes={cut}-")).await;
        assert_eq!([first.status, rest.status], [StatusCode::PARTIAL_CONTENT; 2]);
        assert_eq!(
            rest.header("content-range"),
            format!("bytes {cut}-{}/{length}", length - 1)
        );
        assert_eq!(rest.header("content-length"), (length - cut).to_string());
        assert!([first.body, rest.body].concat() == whole.body, "cut at {cut}");
    }
    let beyond = from(&leaving, id, &format!("bytes={length}-")).await;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));
    let olga = leaving.crm.at_fairfield("olga@example.com").await;
    let of_another = asking(olga, "bytes=5-").with_header("if-range", "\"of another\"");
    assert!(of_another.get(&file_of(id)).await.body == whole.body);
}

#[tokio::test]
async fn every_beginning_and_every_download_leaves_a_trace_and_going_on_leaves_none() {
    let leaving = Leaving::new().await;
    let id = leaving.prepared().await;
    let began = "Began to prepare an export of everything";
    let prepared = "Prepared an export of everything";
    assert_eq!(leaving.trail().await, [prepared, began]);
    let day = leaving.crm.clock.now().strftime("%-d %b %Y").to_string();
    let downloaded = format!("Downloaded the export of {day}");

    let head = leaving
        .olga
        .send(Method::HEAD, &file_of(id), None, Vec::new())
        .await;
    assert_eq!((head.status, leaving.trail().await.len()), (StatusCode::OK, 2));
    // From the middle on, but nobody began: those are bytes that leave, too.
    from(&leaving, id, "bytes=5-").await;
    from(&leaving, id, "bytes=9-").await;
    leaving.olga.get(&format!("/settings/exports/{id}/file")).await;

    assert_eq!(leaving.trail().await, [&downloaded, &downloaded, prepared, began]);
    assert_eq!(leaving.told(id).await["downloadCount"], 2);
    assert!(
        leaving
            .page()
            .await
            .contains("Downloaded 2 times, last by Olga Member on")
    );
}

#[tokio::test]
async fn one_is_prepared_at_a_time_and_asking_again_tells_of_that() {
    let leaving = Leaving::new().await;

    let first = leaving.begin().await;
    let again = leaving.begin().await;

    assert_eq!((first, leaving.trail().await.len()), (again, 1));
    assert_eq!(leaving.work_on_what_waits().await, 1);
    leaving.crm.clock.advance(SignedDuration::from_secs(1));
    assert_ne!(leaving.begin().await, first);
}

#[tokio::test]
async fn whoever_takes_over_begins_anew_and_nobody_is_offered_the_half_of_it() {
    let leaving = Leaving::new().await;
    let (id, app) = (leaving.begin().await, &leaving.app);
    let (token, lease) = (leaving.crm.ids.new_id(), SignedDuration::from_secs(120));
    let mut tx = app.db.write(leaving.here()).await.unwrap();
    assert!(
        stored::take(&mut tx, leaving.here(), id, (token, lease))
            .await
            .unwrap()
    );
    let half = stored::find(&mut tx, leaving.here(), id).await.unwrap();
    let mut half = half.unwrap();
    (half.files_done, half.file_count, half.byte_count) = (7, 99, PART as i64);
    assert!(
        stored::advance(&mut tx, leaving.here(), &half, (token, lease))
            .await
            .unwrap()
    );
    stored::add_part(&mut tx, leaving.here(), (id, 0), vec![0; PART])
        .await
        .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(leaving.olga.get(&file_of(id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(leaving.work_on_what_waits().await, 0, "somebody has it");
    leaving.crm.clock.advance(SignedDuration::from_secs(121));
    assert!(leaving.page().await.contains("7 of 99 files"));
    assert_eq!(leaving.work_on_what_waits().await, 1);

    let file = leaving.olga.get(&file_of(id)).await;
    assert!(sums_hold(&unpacked(&file.body)));
    assert_eq!(
        leaving.told(id).await["sha256"],
        hex::encode(Sha256::digest(&file.body))
    );
    half.status = ExportStatus::Ready;
    let mut tx = app.db.write(leaving.here()).await.unwrap();
    let woke_late = stored::advance(&mut tx, leaving.here(), &half, (token, lease)).await;
    assert!(!woke_late.unwrap(), "whoever died woke up and wrote");
}

#[tokio::test]
async fn a_process_that_stops_hands_its_export_over_at_once() {
    let leaving = Leaving::new().await;
    let id = leaving.begin().await;
    leaving.crm.stop.now();

    work(&leaving.app, leaving.here(), id).await.unwrap();

    let waiting = door::exports::next(&leaving.app.db).await.unwrap();
    assert_eq!(waiting.map(|waiting| waiting.id), Some(id));
    let mut tx = leaving.app.db.read(leaving.here()).await.unwrap();
    let export = stored::find(&mut tx, leaving.here(), id).await.unwrap().unwrap();
    assert_eq!((export.status, export.attempts), (ExportStatus::Preparing, 0));
}

#[tokio::test]
async fn what_breaks_off_again_and_again_is_given_up_and_says_so() {
    let leaving = Leaving::new().await;
    let id = leaving.begin().await;
    let lease = SignedDuration::from_secs(120);
    for _ in 0..5 {
        let token = leaving.crm.ids.new_id();
        let mut tx = leaving.app.db.write(leaving.here()).await.unwrap();
        let taken = stored::take(&mut tx, leaving.here(), id, (token, lease))
            .await
            .unwrap();
        assert!(taken);
        tx.commit().await.unwrap();
        leaving.crm.clock.advance(lease);
    }
    assert!(leaving.page().await.contains("It broke off, and was begun anew."));

    assert_eq!(leaving.work_on_what_waits().await, 1);

    assert_eq!(leaving.told(id).await["status"], "failed");
    assert_eq!(leaving.trail().await[0], "An export could not be prepared");
    let page = leaving.page().await;
    assert!(page.contains("It could not be prepared.") && page.contains("Prepare an export</button>"));
    assert_eq!(leaving.olga.get(&file_of(id)).await.status, StatusCode::GONE);
    assert_ne!(leaving.begin().await, id);
}

#[tokio::test]
async fn a_file_is_gone_after_a_week_and_so_is_all_that_was_stored_of_it() {
    let leaving = Leaving::new().await;
    let id = leaving.prepared().await;
    let parts = async || export_parts(&leaving.crm.test.db, leaving.here()).await;
    leaving
        .crm
        .clock
        .advance(SignedDuration::from_hours(7 * 24) - SignedDuration::from_secs(1));
    assert_eq!((leaving.work_on_what_waits().await, parts().await), (0, 1));

    leaving.crm.clock.advance(SignedDuration::from_secs(1));
    // Sessions have ended meanwhile.
    let olga = leaving.crm.at_fairfield("olga@example.com").await;
    let leaving = Leaving { olga, ..leaving };
    let parts = async || export_parts(&leaving.crm.test.db, leaving.here()).await;

    // Before anybody cleared it away, and after.
    assert_eq!(leaving.olga.get(&file_of(id)).await.status, StatusCode::GONE);
    assert!(leaving.page().await.contains("Its time was up."));
    assert_eq!((leaving.work_on_what_waits().await, parts().await), (1, 0));
    assert_eq!(leaving.olga.get(&file_of(id)).await.status, StatusCode::GONE);
    assert!(leaving.page().await.contains("Its time was up."));
    assert_eq!(leaving.told(id).await["removedReason"], "expired");
}

#[tokio::test]
async fn the_newest_three_files_are_kept_and_twenty_are_remembered() {
    let leaving = Leaving::new().await;
    let mut all = Vec::new();
    for _ in 0..22 {
        leaving.crm.clock.advance(SignedDuration::from_secs(1));
        all.push(leaving.prepared().await);
    }

    let told = leaving.olga.get("/api/exports").await.json();

    let told = told["exports"].as_array().unwrap();
    let newest: Vec<_> = all.iter().rev().take(20).copied().collect();
    assert_eq!(told.iter().map(id_of).collect::<Vec<_>>(), newest);
    let ready = told.iter().filter(|export| export["status"] == "ready");
    assert_eq!(ready.map(id_of).collect::<Vec<_>>(), newest[..3]);
    assert_eq!(told[3]["removedReason"], "newer");
    assert_eq!(export_parts(&leaving.crm.test.db, leaving.here()).await, 3);
    let mut tx = leaving.app.db.read(leaving.here()).await.unwrap();
    assert_eq!(stored::find(&mut tx, leaving.here(), all[0]).await.unwrap(), None);
}

#[tokio::test]
async fn whoever_is_erased_is_in_no_file_any_more() {
    let leaving = Leaving::new().await;
    let (db, ids) = (&leaving.crm.test.db, &*leaving.crm.ids);
    let ana = a_contact(ids)
        .email("ana@example.com")
        .insert(db, leaving.here())
        .await;
    let ready = leaving.prepared().await;
    leaving.crm.clock.advance(SignedDuration::from_secs(1));
    let working = leaving.begin().await;
    let (token, lease) = (ids.new_id(), SignedDuration::from_secs(120));
    let mut tx = leaving.app.db.write(leaving.here()).await.unwrap();
    assert!(
        stored::take(&mut tx, leaving.here(), working, (token, lease))
            .await
            .unwrap()
    );
    let half = stored::find(&mut tx, leaving.here(), working).await.unwrap();
    let half = half.unwrap();
    stored::add_part(&mut tx, leaving.here(), (working, 0), vec![0; PART])
        .await
        .unwrap();
    tx.commit().await.unwrap();

    let erased = leaving
        .olga
        .post_json(&format!("/api/contacts/{}/erase", ana.id), json!({}))
        .await;

    assert_eq!(erased.status, StatusCode::OK, "{}", erased.text());
    assert_eq!(leaving.olga.get(&file_of(ready)).await.status, StatusCode::GONE);
    assert_eq!(leaving.told(ready).await["removedReason"], "erased");
    assert_eq!(export_parts(db, leaving.here()).await, 0);
    let mut tx = leaving.app.db.write(leaving.here()).await.unwrap();
    assert!(
        !stored::advance(&mut tx, leaving.here(), &half, (token, lease))
            .await
            .unwrap()
    );
    drop(tx);
    assert_eq!(leaving.work_on_what_waits().await, 1, "it is begun anew at once");
    let files = unpacked(&leaving.olga.get(&file_of(working)).await.body);
    assert!(!files.values().any(|text| text.contains("ana@example.com")));
}

#[tokio::test]
async fn only_owners_prepare_see_and_download_exports() {
    let leaving = Leaving::new().await;
    let id = leaving.prepared().await;
    let wanted = json!({ "name": "Sync", "scopes": ["leads:read", "contacts:write"] });
    let token = leaving.olga.post_json("/api/tokens", wanted).await.json();
    let secret = token["secret"].as_str().unwrap();
    let program = leaving
        .crm
        .stranger()
        .with_header("authorization", &format!("Bearer {secret}"));
    let (ann, ruth) = (leaving.crm.ann().await, leaving.crm.ruth().await);
    let hugo = leaving.crm.hugo().await;
    let files = [file_of(id), format!("/settings/exports/{id}/file")];
    let lists = ["/api/exports".to_owned(), "/settings/exports".to_owned()];
    let one = [
        format!("/api/exports/{id}"),
        format!("/settings/exports/{id}/progress"),
    ];

    for caller in [&ann, &ruth, &program] {
        for path in files.iter().chain(&lists).chain(&one) {
            assert_eq!(caller.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        for path in &lists {
            let begun = caller.send(Method::POST, path, None, Vec::new()).await;
            assert_eq!(begun.status, StatusCode::FORBIDDEN, "{path}");
        }
    }
    assert!(
        ann.get("/settings/exports")
            .await
            .text()
            .contains("Only an owner of the workspace may do this.")
    );
    for path in files.iter().chain(&one) {
        assert_eq!(hugo.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(hugo.get("/api/exports").await.json()["exports"], json!([]));
    }
    assert_eq!(leaving.told(id).await["downloadCount"], 0);
    assert!(!ann.get("/settings").await.page().contains("/settings/exports"));
    assert!(
        leaving
            .olga
            .get("/settings")
            .await
            .page()
            .contains("/settings/exports")
    );
}

#[tokio::test]
async fn the_page_says_where_it_stands_before_during_and_after() {
    let leaving = Leaving::new().await;
    let empty = leaving.page().await;
    let pressed = leaving.olga.post_form("/settings/exports", &[]).await;
    let preparing = leaving.page().await;
    let id = id_of(&leaving.olga.get("/api/exports").await.json()["exports"][0]);
    let piece = format!("/settings/exports/{id}/progress");
    let going_on = leaving.olga.get(&piece).await;
    leaving.work_on_what_waits().await;
    let over = leaving.olga.get(&piece).await;
    let ready = leaving.page().await;

    let (button, list) = ("Prepare an export</button>", "Nothing was exported yet");
    assert!(empty.contains(button) && empty.contains(list));
    assert!(
        empty.contains("The people you know.") && empty.contains("Whoever holds one of these is signed in.")
    );
    assert_eq!(pressed.redirect(), "/settings/exports");
    assert!(preparing.contains("Your export is being prepared.") && preparing.contains("Waits for its turn"));
    assert!(!preparing.contains(button) && !preparing.contains(list));
    assert!(going_on.page().contains("data-until-done"));
    assert!(!over.page().contains("data-until-done"));
    let told = leaving.told(id).await;
    assert!(ready.contains(told["sha256"].as_str().unwrap()) && ready.contains("Not downloaded yet"));
    assert!(ready.contains(&format!("href=\"/settings/exports/{id}/file\"")) && ready.contains(button));
    assert!(ready.contains("Prepared for Olga Member") && ready.contains(" kB, "));
    let file = leaving.olga.get(&format!("/settings/exports/{id}/file")).await;
    let name = format!("fairfield-{}.zip", leaving.crm.clock.now().strftime("%Y-%m-%d"));
    assert_eq!(
        file.header("content-disposition"),
        format!("attachment; filename=\"{name}\"")
    );
    assert!(ready.contains(&name));
}
