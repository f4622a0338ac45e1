use axum::http::StatusCode;
use db::{
    TenantScope,
    tenant::{assignment, notices, reminders},
    testing::{a_contact, a_lead},
};
use serde_json::{Value, json};
use server::testing::Caller;
use types::{AgentsSee, Clock as _, PersonId, Reminder, ReminderId};

use crate::testing::{Console, acme};

const MEMBERS: &str = "/api/tenants/tenant_acme/members";

async fn with_acme() -> (Console, Caller) {
    let console = Console::new().await;
    let admin = console.admin().await;
    admin.post_json("/api/tenants", acme()).await;
    (console, admin)
}

async fn invite(admin: &Caller, email: &str, role: &str) -> Value {
    let answer = admin
        .post_json(MEMBERS, json!({ "email": email, "role": role }))
        .await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    answer.json()
}

fn path_of(invited: &Value) -> String {
    format!("{MEMBERS}/{}", invited["member"]["memberId"].as_str().unwrap())
}

#[tokio::test]
async fn somebody_is_invited_and_their_first_password_told_once() {
    let (console, admin) = with_acme().await;

    let invited = invite(&admin, "Ann@Acme.example", "owner").await;

    assert_eq!(invited["member"]["email"], "ann@acme.example");
    assert_eq!(invited["member"]["name"], "ann");
    assert_eq!(invited["initialPassword"].as_str().unwrap().len(), 27);
    let listed = admin.get(MEMBERS).await.json();
    assert_eq!(listed["members"], json!([invited["member"]]));
    assert!(listed.get("initialPassword").is_none());
    let told = console.events().await.pop().unwrap().details.to_string();
    assert!(!told.contains("ann"), "the trail knows no address: {told}");
}

#[tokio::test]
async fn a_role_is_changed_and_the_last_owner_stays_one() {
    let (_console, admin) = with_acme().await;
    let ann = path_of(&invite(&admin, "ann@acme.example", "owner").await);

    let last = admin.patch_json(&ann, json!({ "role": "agent" })).await;
    let removed = admin.delete(&ann).await;
    invite(&admin, "bob@acme.example", "owner").await;
    let changed = admin.patch_json(&ann, json!({ "role": "agent" })).await;

    assert_eq!(
        (last.status, removed.status),
        (StatusCode::CONFLICT, StatusCode::CONFLICT)
    );
    assert_eq!(last.json()["code"], "last_owner");
    assert_eq!(changed.json()["member"]["role"], "agent");
    assert_eq!(admin.get(&ann).await.json()["member"]["role"], "agent");
}

#[tokio::test]
async fn whoever_is_removed_is_gone_and_may_come_back() {
    let (_console, admin) = with_acme().await;
    invite(&admin, "ann@acme.example", "owner").await;
    let bob = path_of(&invite(&admin, "bob@acme.example", "agent").await);

    let removed = admin.delete(&bob).await;
    let gone = admin.get(&bob).await;
    let again = admin.delete(&bob).await;
    let back = invite(&admin, "bob@acme.example", "assistant").await;

    assert_eq!(removed.status, StatusCode::OK);
    assert_eq!(
        (gone.status, again.status),
        (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND)
    );
    assert_eq!(path_of(&back), bob);
    assert_eq!(
        (&back["wasKnown"], &back["initialPassword"]),
        (&json!(true), &Value::Null)
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_invitation_is_told_at_once() {
    let (_console, admin) = with_acme().await;
    invite(&admin, "ann@acme.example", "owner").await;

    let wrong = json!({ "email": "nobody", "role": "king", "password": "short" });
    let wrong = admin.post_json(MEMBERS, wrong).await;
    let twice = admin
        .post_json(MEMBERS, json!({ "email": "ann@acme.example", "role": "agent" }))
        .await;

    let pointers: Vec<_> = wrong.json()["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].clone())
        .collect();
    assert_eq!(pointers, ["/email", "/role", "/password"]);
    assert_eq!(twice.status, StatusCode::CONFLICT);
    assert_eq!(twice.json()["code"], "already_member");
}

/// Acme, where agents see their own leads alone.
async fn acme_apart(console: &Console) -> TenantScope {
    let (db, platform) = (&console.test.db, console.shell().platform);
    let mut tx = db.write(platform).await.unwrap();
    let acme = "tenant_acme".parse().unwrap();
    let acme = db::door::tenants::enter(&mut tx, platform, &acme).await;
    let acme = acme.unwrap().unwrap();
    let now = console.clock.now();
    assignment::set_agents_see(&mut tx, &acme, AgentsSee::Own, now)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    acme
}

/// Reminders of the first, about a lead of the second's and about nothing.
async fn two_reminders(
    console: &Console,
    acme: &TenantScope,
    [of, holder]: [PersonId; 2],
) -> [ReminderId; 2] {
    let (db, ids, now) = (&console.test.db, &*console.ids, console.clock.now());
    let ana = a_contact(ids).name("Ana Ruiz").insert(db, acme).await;
    let mut lead = a_lead(ids).of(&ana);
    lead.0.assigned_to = Some(holder);
    let lead = lead.insert(db, acme).await;
    let to_do = |lead_id| Reminder {
        id: ReminderId::new(ids),
        title: "Call back".to_owned(),
        due_at: now,
        lead_id,
        contact_id: None,
        assigned_to: of,
        created_by: of,
        completed: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let written = [to_do(Some(lead.id)), to_do(None)];
    let mut tx = db.write(acme).await.unwrap();
    for reminder in &written {
        reminders::insert(&mut tx, acme, reminder).await.unwrap();
    }
    tx.commit().await.unwrap();
    written.map(|reminder| reminder.id)
}

#[tokio::test]
async fn whoever_is_removed_or_sees_less_leaves_what_was_to_be_done_to_who_can_do_it() {
    for (change, whose) in [
        (None, ["carl", "ann"]),
        (Some(json!({ "role": "read_only" })), ["carl", "ann"]),
        (Some(json!({ "role": "agent" })), ["carl", "bob"]),
    ] {
        let (console, admin) = with_acme().await;
        invite(&admin, "ann@acme.example", "owner").await;
        let bob = invite(&admin, "bob@acme.example", "assistant").await;
        let carl = invite(&admin, "carl@acme.example", "agent").await;
        let id = |of: &Value| -> PersonId { of["member"]["memberId"].as_str().unwrap().parse().unwrap() };
        let acme = acme_apart(&console).await;
        let written = two_reminders(&console, &acme, [id(&bob), id(&carl)]).await;

        let done = match change {
            Some(change) => admin.patch_json(&path_of(&bob), change).await,
            None => admin.delete(&path_of(&bob)).await,
        };

        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        let mut tx = console.test.db.read(&acme).await.unwrap();
        let mut names = Vec::new();
        for reminder in written {
            let found = reminders::find(&mut tx, &acme, reminder).await.unwrap();
            names.push(found.unwrap().assignee_name.unwrap());
        }
        assert_eq!(names, whose);
        let told = notices::count_unread(&mut tx, &acme, id(&carl)).await.unwrap();
        assert_eq!(told, 1, "told once");
    }
}
