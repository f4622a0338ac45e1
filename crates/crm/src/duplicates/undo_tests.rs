//! A merge can be undone when its contact is back, and not while that one is away; and it is gone when they are.

use axum::http::StatusCode;
use db::{
    door,
    testing::{a_member, kept_merges},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};
use types::Role;

use crate::{app::App, bulk_edits::forget, testing::Crm};

const CONTACTS: &str = "/api/contacts/bulk-edits";

async fn somebody(ann: &Caller, word: &str) -> String {
    let body = json!({ "fullName": format!("Yara {word}"), "email": format!("{word}@example.com") });
    let made = ann.post_json("/api/contacts", body).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    made.json()["contact"]["id"].as_str().unwrap().to_owned()
}

/// Merges the second into the first; says how to undo it.
async fn merge(ann: &Caller, one: &str, other: &str) -> String {
    let body = json!({ "contactIds": [one, other] });
    let merged = ann.post_json("/api/contacts/merge", body).await;
    assert_eq!(merged.status, StatusCode::OK, "{}", merged.text());
    let merge = merged.json()["merge"]["id"].as_str().unwrap().to_owned();
    format!("/api/contacts/merge/{merge}/undo")
}

async fn delete(ann: &Caller, id: &str) -> Value {
    let wish = json!({ "contactIds": [id], "delete": true });
    let done = ann.post_json(CONTACTS, wish).await.json();
    assert_eq!(done["bulkEdit"]["counts"]["changed"], 1, "{done}");
    done["bulkEdit"].clone()
}

async fn undo(ann: &Caller, path: &str) -> Answer {
    ann.post_json(path, json!({})).await
}

async fn erase(owner: Caller, id: &str) {
    let path = format!("/api/contacts/{id}");
    let version = owner.get(&path).await.header("etag").to_owned();
    let owner = owner.with_header("if-match", &version);
    let erased = owner.post_json(&format!("{path}/erase"), json!({})).await;
    assert!(erased.status.is_success(), "{}", erased.text());
}

async fn is_there(ann: &Caller, id: &str) -> bool {
    ann.get(&format!("/api/contacts/{id}")).await.status == StatusCode::OK
}

fn refused(answer: &Answer) -> (u16, String, String) {
    let body = answer.json();
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), text("code"), text("detail"))
}

#[tokio::test]
async fn a_merge_of_whoever_was_merged_again_waits_for_that_to_be_undone() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (a, b, d) = (
        somebody(&ann, "alder").await,
        somebody(&ann, "birch").await,
        somebody(&ann, "dogwood").await,
    );
    let lead = json!({ "contactId": b, "leadType": "buyer" });
    let lead = ann.post_json("/api/leads", lead).await.json()["lead"]["id"].clone();
    let first = merge(&ann, &a, &b).await;
    let second = merge(&ann, &d, &a).await;

    let early = undo(&ann, &first).await;
    let known = ann
        .get(&format!("/api/contacts/{d}/export"))
        .await
        .text()
        .to_owned();
    let later = undo(&ann, &second).await;
    let page = ann.get(&format!("/contacts/{a}")).await;
    let now = undo(&ann, &first).await;

    let (status, code, sentence) = refused(&early);
    assert_eq!((status, code.as_str()), (409, "merged_since"), "{sentence}");
    assert_eq!(
        sentence,
        "This contact was merged into Yara dogwood later. Undo that merge first."
    );
    assert_eq!(early.json()["contactId"], json!(d));
    assert!(known.contains("birch@example.com"), "{known}");
    assert_eq!(later.status, StatusCode::OK, "{}", later.text());
    assert!(
        page.page()
            .contains(first.trim_start_matches("/api/contacts/merge/"))
    );
    assert_eq!(now.status, StatusCode::OK, "{}", now.text());
    for id in [&a, &b, &d] {
        assert!(is_there(&ann, id).await);
    }
    let lead = ann.get(&format!("/api/leads/{}", lead.as_str().unwrap())).await;
    assert_eq!(lead.json()["lead"]["contactId"], json!(b));
}

#[tokio::test]
async fn a_merge_of_whoever_was_deleted_waits_for_them_to_be_put_back() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (a, b) = (somebody(&ann, "alder").await, somebody(&ann, "birch").await);
    let merged = merge(&ann, &a, &b).await;
    let deleted = delete(&ann, &a).await;

    let early = undo(&ann, &merged).await;
    let path = format!("{CONTACTS}/{}/undo", deleted["id"].as_str().unwrap());
    assert_eq!(undo(&ann, &path).await.json()["bulkEdit"]["counts"]["putBack"], 1);
    let now = undo(&ann, &merged).await;

    let (status, code, sentence) = refused(&early);
    assert_eq!((status, code.as_str()), (409, "deleted_since"), "{sentence}");
    assert_eq!(now.status, StatusCode::OK, "{}", now.text());
    assert!(is_there(&ann, &a).await && is_there(&ann, &b).await);
}

#[tokio::test]
async fn no_merge_is_kept_of_who_cannot_come_back() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let all = [
        "alder", "birch", "cedar", "dogwood", "elder", "fir", "gum", "hazel", "ivy",
    ];
    let mut ids = Vec::new();
    for word in all {
        ids.push(somebody(&ann, word).await);
    }
    let mut undoings = Vec::new();
    for three in ids.chunks(3) {
        undoings.push(merge(&ann, &three[1], &three[0]).await);
        merge(&ann, &three[2], &three[1]).await;
    }
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let olga = crm.at_fairfield("olga@example.com").await;

    let gone = format!("/api/contacts/{}", ids[2]);
    assert!(ann.delete(&gone).await.status.is_success());
    delete(&ann, &ids[5]).await;
    assert_eq!(undo(&ann, &undoings[1]).await.status, StatusCode::CONFLICT);
    crm.clock.advance(SignedDuration::from_mins(10));
    let due = door::bulk_edits::expired(&crm.context.db, 1)
        .await
        .unwrap()
        .remove(0);
    let app = App::new(&crm.context).unwrap();
    forget(&app, &due.scope, due.id).await.unwrap();
    erase(olga, &ids[8]).await;

    for path in &undoings {
        assert_eq!(undo(&ann, path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(kept_merges(&crm.test.db, &crm.fairfield).await, 0);
}

#[tokio::test]
async fn a_timeline_forgets_the_name_of_whoever_was_merged_apart_again_and_erased() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let olga = crm.at_fairfield("olga@example.com").await;
    let (a, b, c, d) = (
        somebody(&ann, "alder").await,
        somebody(&ann, "birch").await,
        somebody(&ann, "cedar").await,
        somebody(&ann, "dogwood").await,
    );
    let other = merge(&ann, &d, &c).await;
    assert_eq!(undo(&ann, &other).await.status, StatusCode::OK);
    crm.clock.advance(SignedDuration::from_secs(1));
    let wish = json!({ "contactIds": [a, b], "fields": { "fullName": b } });
    let merged = ann.post_json("/api/contacts/merge", wish).await.json();
    let first = format!(
        "/api/contacts/merge/{}/undo",
        merged["merge"]["id"].as_str().unwrap()
    );
    let second = merge(&ann, &d, &a).await;
    for path in [&second, &first] {
        let undone = undo(&ann, path).await;
        assert_eq!(undone.status, StatusCode::OK, "{}", undone.text());
    }
    let timeline = ann.get("/api/activities").await.text().to_owned();
    assert_eq!(timeline.matches("Merged Yara birch").count(), 2, "{timeline}");

    erase(olga, &b).await;

    for known in [
        "/api/activities".to_owned(),
        format!("/api/contacts/{a}/export"),
        format!("/api/contacts/{d}/export"),
    ] {
        let text = ann.get(&known).await.text().to_owned();
        assert!(!text.contains("birch"), "{known}: {text}");
    }
    let timeline = ann.get("/api/activities").await.text().to_owned();
    assert_eq!(timeline.matches("Merged contacts").count(), 2, "{timeline}");
    assert_eq!(timeline.matches("Undid a merge").count(), 2, "{timeline}");
    assert!(timeline.contains("Merged Yara cedar"), "{timeline}");
}

#[tokio::test]
async fn what_was_said_of_a_pair_is_said_again_when_the_merge_is_undone() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let mut people = Vec::new();
    for word in ["one", "two", "three"] {
        // The name that each of them has.
        let body = json!({ "fullName": "Yara Quill", "email": format!("{word}@example.com") });
        let made = ann.post_json("/api/contacts", body).await;
        people.push(made.json()["contact"]["id"].as_str().unwrap().to_owned());
    }
    let [one, two, three] = &people[..] else {
        unreachable!("they are three")
    };
    let pairs = async || {
        ann.get("/api/duplicates").await.json()["duplicates"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(pairs().await, 3);
    let two_people = json!({ "contactIds": [two, three] });
    let dismissed = ann.post_json("/api/duplicates/dismiss", two_people).await;
    assert!(dismissed.status.is_success(), "{}", dismissed.text());

    let path = merge(&ann, one, two).await;
    assert_eq!(pairs().await, 1, "of the one with the third");
    let undone = undo(&ann, &path).await;
    assert!(undone.status.is_success(), "{}", undone.text());

    assert_eq!(
        pairs().await,
        2,
        "all that were there, and not the one that was dismissed"
    );
    assert_eq!(
        ann.post_form("/duplicates/look", &[]).await.redirect(),
        "/duplicates"
    );
    assert_eq!(pairs().await, 2, "nobody says it twice");
}
