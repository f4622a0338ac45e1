use axum::http::StatusCode;
use db::{
    tenant::mails,
    testing::{a_member, an_exception},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::testing::{Answer, Caller};
use types::{ApiScope, Exception, Invitation, Limit, PersonId, Role};

use crate::testing::{Crm, PASSWORD, credentials, without_hashes};

/// The pages are the same on every run.
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Fairfield with an owner.
struct Office {
    crm: Crm,
    olga_id: PersonId,
    olga: Caller,
}

impl Office {
    async fn new() -> Self {
        let crm = Crm::new().await;
        let hash = crm.password_hash().await;
        let olga = ("olga@example.com", hash.as_str());
        let olga_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
        let olga = crm.at_fairfield("olga@example.com").await;
        Self { crm, olga_id, olga }
    }

    /// Invites somebody, and brings the path of the link in the message.
    async fn invite(&self, email: &str, role: &str) -> String {
        let body = json!({ "email": email, "role": role });
        let invited = self.olga.post_json("/api/invitations", body).await;
        assert_eq!(invited.status, StatusCode::CREATED, "{}", invited.text());
        self.link().await
    }

    /// The path of the link in the newest message.
    async fn link(&self) -> String {
        let scope = &self.crm.fairfield;
        let mut tx = self.crm.test.db.read(scope).await.unwrap();
        let newest = mails::newest(&mut tx, scope).await.unwrap();
        let text = &newest[0].mail.text;
        let path = text.split("http://fairfield.localhost").nth(1).unwrap();
        path.split_whitespace().next().unwrap().to_owned()
    }

    async fn take(&self, caller: &Caller, link: &str, fields: &[(&str, &str)]) -> Answer {
        let token = link.split("token=").nth(1).unwrap();
        let mut all = vec![("token", token)];
        all.extend_from_slice(fields);
        caller.post_form("/invitation", &all).await
    }

    async fn invitations(&self) -> Value {
        self.olga.get("/api/invitations").await.json()["invitations"].clone()
    }

    async fn member_count(&self) -> usize {
        let members = self.olga.get("/api/members").await.json();
        members["members"].as_array().unwrap().len()
    }
}

/// What somebody new types.
const NEW: [(&str, &str); 2] = [("name", "Nora Newcomer"), ("password", "a sentence of mine")];

#[tokio::test]
async fn the_pages_read_well() {
    let office = Office::new().await;
    office.invite("nora@example.com", "agent").await;
    let ann = office.crm.stranger().with_header("user-agent", FIREFOX);
    let wrong = json!({ "email": "ann@example.com", "password": "not the one of ann" });
    ann.post_json("/api/session", wrong).await;
    ann.post_json("/api/session", credentials("ann@example.com"))
        .await;
    office.crm.clock.advance(SignedDuration::from_mins(3));

    let list = office.olga.get("/settings/people").await;
    insta::assert_snapshot!("list", without_hashes(list.page()));
    let person = office
        .olga
        .get(&format!("/settings/people/{}", office.crm.ann))
        .await;
    insta::assert_snapshot!("person", without_hashes(person.page()));
    let leave = office
        .olga
        .get(&format!("/settings/people/{}/remove", office.crm.ann))
        .await;
    insta::assert_snapshot!("leave", without_hashes(leave.page()));
}

#[tokio::test]
async fn an_invitation_reads_well() {
    let office = Office::new().await;
    let link = office.invite("nora@example.com", "agent").await;
    let token = link.split("token=").nth(1).unwrap().to_owned();

    let shown = office.crm.stranger().get(&link).await;
    let plain = without_hashes(shown.page()).replace(&token, "…");
    insta::assert_snapshot!("accept", plain);
    let stale = office.crm.stranger().get("/invitation?token=nonsense").await;
    insta::assert_snapshot!("stale", without_hashes(stale.text()));
    let scope = &office.crm.fairfield;
    let mut tx = office.crm.test.db.read(scope).await.unwrap();
    let mail = mails::newest(&mut tx, scope).await.unwrap().remove(0).mail;
    let plain = format!("{}\nTo: {}\n\n{}", mail.subject, mail.to, mail.text).replace(&token, "…");
    insta::assert_snapshot!("letter", plain);
}

#[tokio::test]
async fn somebody_new_comes_in_by_an_invitation_once() {
    let office = Office::new().await;
    let link = office.invite("nora@example.com", "assistant").await;
    let (nora, other) = (office.crm.stranger(), office.crm.stranger());

    let short = office
        .take(&nora, &link, &[("name", ""), ("password", "short")])
        .await;
    let came = office.take(&nora, &link, &NEW).await;
    let again = office.take(&other, &link, &NEW).await;

    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        short.text().contains("Use at least 12 characters"),
        "{}",
        short.text()
    );
    assert!(!short.text().contains("\"short\""), "a password came back");
    assert_eq!(came.redirect(), "/");
    let me = nora.get("/api/session").await.json();
    assert_eq!(
        (&me["role"], &me["user"]["name"]),
        (&json!("assistant"), &json!("Nora Newcomer"))
    );
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.text().contains("was taken already"));
    assert_eq!(office.invitations().await[0]["state"], "taken");
    let signing_in = json!({ "email": "nora@example.com", "password": "a sentence of mine" });
    assert_eq!(
        other.post_json("/api/session", signing_in).await.status,
        StatusCode::OK
    );
    let told = office.olga.get("/activity").await;
    assert!(
        told.page()
            .contains("joined as assistant, invited by Olga Member"),
        "{}",
        told.text()
    );
}

#[tokio::test]
async fn somebody_known_comes_in_with_the_password_they_have() {
    let office = Office::new().await;
    let link = office.invite("eve@example.com", "agent").await;
    let eve = office.crm.stranger();

    let shown = eve.get(&link).await;
    let wrong = office
        .take(&eve, &link, &[("password", "another one of mine")])
        .await;
    let renamed = [("password", PASSWORD), ("name", "Mallory")];
    let came = office.take(&eve, &link, &renamed).await;

    assert!(!shown.page().contains("Choose a password"));
    assert_eq!(wrong.status, StatusCode::UNAUTHORIZED);
    assert_eq!(came.redirect(), "/");
    let me = eve.get("/api/session").await.json();
    assert_eq!(
        (&me["role"], &me["user"]["name"]),
        (&json!("agent"), &json!("Eve Member"))
    );
}

#[tokio::test]
async fn whoever_invites_learns_not_who_is_known_elsewhere() {
    let office = Office::new().await;
    let mut answers = Vec::new();
    for email in ["hugo@example.com", "nobody@example.com"] {
        let body = json!({ "email": email, "role": "agent" });
        let mut invited = office.olga.post_json("/api/invitations", body).await.json();
        for own in ["id", "email"] {
            invited["invitation"][own] = Value::Null;
        }
        answers.push(invited);
    }

    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_link_ends_after_seven_days_and_another_is_sent() {
    let office = Office::new().await;
    let old = office.invite("nora@example.com", "agent").await;
    let id = office.invitations().await[0]["id"].as_str().unwrap().to_owned();
    let send = format!("/api/invitations/{id}/send");
    office.crm.clock.advance(SignedDuration::from_hours(24 * 7));
    let olga = office.crm.at_fairfield("olga@example.com").await;
    let nora = office.crm.stranger();

    let late = office.take(&nora, &old, &NEW).await;
    let ran_out = olga.get("/settings/people").await;
    let sent = olga.post_json(&send, json!({})).await;
    let new = office.link().await;
    let by_old = office.take(&nora, &old, &NEW).await;
    let came = office.take(&nora, &new, &NEW).await;

    assert_eq!(late.status, StatusCode::GONE);
    assert!(late.text().contains("too old"));
    assert!(
        ran_out.page().contains("Ran out on 9 Mar 2026"),
        "{}",
        ran_out.text()
    );
    assert_eq!(sent.json()["invitation"]["state"], "waiting");
    assert_eq!(by_old.status, StatusCode::GONE);
    assert!(by_old.text().contains("leads nowhere"));
    assert_eq!(came.redirect(), "/");
}

#[tokio::test]
async fn nobody_is_sent_the_same_invitation_for_ever() {
    let office = Office::new().await;
    office.invite("nora@example.com", "agent").await;
    let id = office.invitations().await[0]["id"].as_str().unwrap().to_owned();
    let mut told = Vec::new();
    for _ in 1..=Invitation::MOST_SENT {
        let sent = office
            .olga
            .post_json(&format!("/api/invitations/{id}/send"), json!({}))
            .await;
        told.push(sent.status);
    }

    assert_eq!(told.pop(), Some(StatusCode::CONFLICT));
    assert!(told.iter().all(|status| *status == StatusCode::OK), "{told:?}");
    assert!(
        !office
            .olga
            .get("/settings/people")
            .await
            .page()
            .contains("Send again")
    );
}

#[tokio::test]
async fn a_withdrawn_invitation_opens_nothing() {
    let office = Office::new().await;
    let link = office.invite("nora@example.com", "agent").await;
    let id = office.invitations().await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/settings/invitations/{id}");

    let withdrawn = office.olga.post_form(&path, &[("action", "withdraw")]).await;
    let late = office.take(&office.crm.stranger(), &link, &NEW).await;
    let sent = office.olga.post_form(&path, &[("action", "send")]).await;

    assert_eq!(withdrawn.redirect(), "/settings/people");
    assert_eq!(late.status, StatusCode::GONE);
    assert!(late.text().contains("was withdrawn"));
    let told = office.olga.get(sent.redirect()).await;
    assert!(told.page().contains("Invite them anew"), "{}", told.text());
}

#[tokio::test]
async fn of_two_who_take_one_invitation_at_once_one_comes_in() {
    let office = Office::new().await;
    // Somebody known, whom nothing else keeps from coming in twice.
    let link = office.invite("eve@example.com", "agent").await;
    let before = office.member_count().await;
    let (one, two) = (office.crm.stranger(), office.crm.stranger());
    let password = [("password", PASSWORD)];

    let (first, second) = tokio::join!(
        office.take(&one, &link, &password),
        office.take(&two, &link, &password)
    );

    let mut told = [first.status, second.status];
    told.sort();
    assert_eq!(told, [StatusCode::SEE_OTHER, StatusCode::GONE]);
    assert_eq!(office.member_count().await, before + 1);
}

#[tokio::test]
async fn an_invitation_is_one_and_for_who_is_no_member() {
    let office = Office::new().await;
    office.invite("nora@example.com", "agent").await;
    let refused = async |email: &str| {
        let form = [("email", email), ("role", "agent")];
        office.olga.post_form("/settings/people", &form).await
    };

    let (twice, member, nonsense) = (
        refused(" Nora@Example.com").await,
        refused("ann@example.com").await,
        refused("no address").await,
    );

    for (answer, told) in [
        (twice, "An invitation of theirs waits already."),
        (member, "They are a member of this workspace already."),
        (nonsense, "The address"),
    ] {
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text().contains(told), "{}", answer.text());
    }
}

#[tokio::test]
async fn the_plan_has_room_for_so_many_members_and_invitations_that_wait() {
    let office = Office::new().await;
    let most = |most| Exception::Limit {
        subject: Limit::Members,
        most,
    };
    let (db, scope) = (&office.crm.test.db, &office.crm.fairfield);
    an_exception(db, scope, most(4)).await;
    let link = office.invite("nora@example.com", "agent").await;

    let body = json!({ "email": "nils@example.com", "role": "agent" });
    let full = office.olga.post_json("/api/invitations", body).await;
    an_exception(db, scope, most(3)).await;
    let nora = office.crm.stranger();
    let kept_out = office.take(&nora, &link, &NEW).await;
    an_exception(db, scope, most(4)).await;
    let came = office.take(&nora, &link, &NEW).await;

    assert_eq!(full.status, StatusCode::FORBIDDEN);
    let told = full.json();
    assert_eq!(told["code"], "plan_limit");
    assert!(
        told["detail"]
            .as_str()
            .unwrap()
            .starts_with("4 of 4 members are used"),
        "{told}"
    );
    assert_eq!(kept_out.status, StatusCode::CONFLICT, "{}", kept_out.text());
    assert_eq!(came.redirect(), "/", "what was refused used nothing up");
}

#[tokio::test]
async fn nobody_but_an_owner_keeps_people_and_a_neighbour_finds_none() {
    let office = Office::new().await;
    office.invite("nora@example.com", "agent").await;
    let id = office.invitations().await[0]["id"].as_str().unwrap().to_owned();
    let (ann, hugo) = (office.crm.ann().await, office.crm.hugo().await);
    let olgas = office.olga_id;
    for (method, path, body) in [
        (
            "PATCH",
            format!("/api/members/{olgas}"),
            json!({ "role": "agent" }),
        ),
        ("GET", format!("/api/members/{olgas}"), Value::Null),
        ("GET", format!("/api/members/{olgas}/sign-ins"), Value::Null),
        ("DELETE", format!("/api/members/{olgas}"), Value::Null),
        ("POST", format!("/api/invitations/{id}/send"), json!({})),
        ("DELETE", format!("/api/invitations/{id}"), Value::Null),
        ("GET", format!("/settings/people/{olgas}"), Value::Null),
        ("GET", format!("/settings/people/{olgas}/remove"), Value::Null),
    ] {
        let asked = async |caller: &Caller| {
            let method = method.parse().unwrap();
            let kind = (!body.is_null()).then_some("application/json");
            let sent = if body.is_null() {
                Vec::new()
            } else {
                body.to_string().into_bytes()
            };
            caller.send(method, &path, kind, sent).await.status
        };
        assert_eq!(asked(&ann).await, StatusCode::FORBIDDEN, "{method} {path}");
        assert_eq!(asked(&hugo).await, StatusCode::NOT_FOUND, "{method} {path}");
    }
    let invites = json!({ "email": "mallory@example.com", "role": "owner" });
    assert_eq!(
        ann.post_json("/api/invitations", invites).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(ann.get("/api/members").await.status, StatusCode::FORBIDDEN);
    let list = ann.get("/settings/people").await;
    assert!(list.page().contains("Olga Member") && !list.page().contains("nora@example.com"));
    assert!(!list.page().contains("Send the invitation"));
}

#[tokio::test]
async fn a_role_holds_from_the_next_request_on_and_one_owner_stays() {
    let office = Office::new().await;
    let ann = office.crm.ann().await;
    let (anns, olgas) = (
        format!("/api/members/{}", office.crm.ann),
        format!("/api/members/{}", office.olga_id),
    );

    let looks = office
        .olga
        .patch_json(&anns, json!({ "role": "read_only" }))
        .await;
    let refused = ann
        .post_json("/api/activities", json!({ "summary": "Rang" }))
        .await;
    let last = office.olga.patch_json(&olgas, json!({ "role": "agent" })).await;
    let gone = office.olga.delete(&olgas).await;
    let nothing = office.olga.patch_json(&anns, json!({})).await;

    assert_eq!(looks.json()["member"]["role"], "read_only");
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    for refused in [&last, &gone] {
        assert_eq!(refused.status, StatusCode::CONFLICT);
        assert_eq!(refused.json()["code"], "last_owner");
    }
    assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = office
        .olga
        .get(&format!("/settings/people/{}/remove", office.olga_id))
        .await;
    assert!(page.page().contains("you are the last one") && !page.page().contains("<form class=\"form\""));
}

#[tokio::test]
async fn the_page_says_what_became_of_a_role() {
    let office = Office::new().await;
    let (anns, olgas) = (
        format!("/settings/people/{}", office.crm.ann),
        format!("/settings/people/{}", office.olga_id),
    );

    let changed = office.olga.post_form(&anns, &[("role", "read_only")]).await;
    let told_of_ann = office.olga.get(changed.redirect()).await;
    let nonsense = office.olga.post_form(&anns, &[("role", "king")]).await;
    let last = office.olga.post_form(&olgas, &[("role", "agent")]).await;
    let told_of_olga = office.olga.get(last.redirect()).await;

    assert!(told_of_ann.page().contains("Ann Member is read only now."));
    assert_eq!(nonsense.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told_of_olga.page().contains("A workspace needs an owner."));
    let timeline = office.olga.get("/activity").await;
    assert!(
        timeline
            .page()
            .contains("changed the role of Ann Member to read only")
    );
}

#[tokio::test]
async fn who_is_removed_is_out_at_once_and_others_take_over() {
    let office = Office::new().await;
    let (ann, crm) = (office.crm.ann().await, &office.crm);
    let me = json!(crm.ann);
    let lead = ann
        .post_json("/api/leads", json!({ "assignedTo": me, "listingId": "elm-1" }))
        .await
        .json();
    let lead = format!("/api/leads/{}", lead["lead"]["id"].as_str().unwrap());
    let body = json!({ "title": "Call back", "dueAt": "2026-03-03T09:00:00Z" });
    ann.post_json("/api/reminders", body).await;
    ann.post_form("/reminders/calendar", &[("action", "renew")]).await;
    let page = ann.get("/reminders").await;
    let calendar = page
        .page()
        .split("/calendar/")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    let calendar = format!("/calendar/{calendar}");
    let path = format!("/settings/people/{}/remove", crm.ann);
    let olgas = office.olga_id.to_string();
    let ruth = crm.ruth().await.get("/api/session").await.json()["userId"].clone();

    let to_ruth = [("leadsTo", ruth.as_str().unwrap()), ("remindersTo", "")];
    let refused = office.olga.post_form(&path, &to_ruth).await;
    let heirs = [("leadsTo", olgas.as_str()), ("remindersTo", olgas.as_str())];
    let gone = office.olga.post_form(&path, &heirs).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("must be another member"),
        "{}",
        refused.text()
    );
    assert_eq!(gone.redirect(), "/settings/people");
    assert_eq!(ann.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(crm.stranger().get(&calendar).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        office.olga.get(&lead).await.json()["lead"]["assignedTo"],
        json!(office.olga_id)
    );
    let todo = office.olga.get("/api/reminders?assignedTo=me").await.json();
    assert_eq!(todo["reminders"][0]["title"], "Call back");
    let notices = office.olga.get("/api/notices").await.json();
    assert_eq!(notices["notices"], json!([]), "who gives themselves leads knows");
    let told = office.olga.get("/activity").await;
    assert!(
        told.page()
            .contains("removed Ann Member: 1 open lead to Olga Member, 1 reminder to Olga Member"),
        "{}",
        told.text()
    );
    let back = crm
        .stranger()
        .post_json("/api/session", credentials("ann@example.com"))
        .await;
    assert_eq!(back.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_member_is_changed_as_the_caller_saw_them_or_not_at_all() {
    let office = Office::new().await;
    let path = format!("/api/members/{}", office.crm.ann);
    let seen = office.olga.get(&path).await.header("etag").to_owned();
    office.crm.ann().await;
    let with = async |tag: &str| {
        let olga = office.crm.at_fairfield("olga@example.com").await;
        olga.with_header("if-match", tag)
    };

    let changed = with(&seen)
        .await
        .patch_json(&path, json!({ "role": "assistant" }))
        .await;
    let stale = with(&seen)
        .await
        .patch_json(&path, json!({ "role": "read_only" }))
        .await;
    let stale_end = with(&seen)
        .await
        .patch_json(&path, json!({ "revokeSessions": true }))
        .await;
    let stale_removal = with(&seen).await.delete(&path).await;
    let removed = with(changed.header("etag")).await.delete(&path).await;

    assert_eq!(
        changed.status,
        StatusCode::OK,
        "that they came in is no change: {}",
        changed.text()
    );
    for stale in [stale, stale_end, stale_removal] {
        assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    }
    assert_eq!(removed.status, StatusCode::OK, "{}", removed.text());
}

#[tokio::test]
async fn an_owner_who_leaves_says_so_twice_and_their_tokens_stay_out_when_they_return() {
    let office = Office::new().await;
    let crm = &office.crm;
    let hash = crm.password_hash().await;
    let otto = ("otto@example.com", hash.as_str());
    let otto_id = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, otto, Role::Owner).await;
    let otto = crm.at_fairfield("otto@example.com").await;
    let wanted = json!({ "name": "Sync", "scopes": [ApiScope::LeadsRead] });
    let secret = otto.post_json("/api/tokens", wanted).await.json()["secret"].clone();
    let bearer = format!("Bearer {}", secret.as_str().unwrap());
    let program = crm.stranger().with_header("authorization", &bearer);
    assert_eq!(program.get("/api/leads").await.status, StatusCode::OK);
    let path = format!("/settings/people/{otto_id}/remove");

    let unsure = otto.post_form(&path, &[]).await;
    let gone = otto.post_form(&path, &[("sure", "yes")]).await;
    let link = office.invite("otto@example.com", "owner").await;
    let back = crm.stranger();
    office.take(&back, &link, &[("password", PASSWORD)]).await;

    assert_eq!(unsure.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(gone.redirect(), "/sign-in");
    assert_eq!(otto.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(back.get("/api/session").await.json()["role"], "owner");
    assert_eq!(program.get("/api/leads").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_sees_ones_own_sign_ins_and_owners_see_everybodys() {
    let office = Office::new().await;
    let ann = office.crm.stranger().with_header("user-agent", FIREFOX);
    for email in ["ann@example.com", "stranger@example.com", "eve@example.com"] {
        let wrong = json!({ "email": email, "password": "not the one of anybody" });
        ann.post_json("/api/session", wrong).await;
    }
    office.crm.clock.advance(SignedDuration::from_mins(1));
    ann.post_json("/api/session", credentials("ann@example.com"))
        .await;
    let path = format!("/api/members/{}/sign-ins", office.crm.ann);

    let own = ann.get(&path).await.json();
    let by_owner = office.olga.get(&path).await.json();
    let page = ann.get(&format!("/settings/people/{}", office.crm.ann)).await;

    let told: Vec<_> = own["signIns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|came| &came["outcome"])
        .collect();
    assert_eq!(told, ["password", "wrong_password"]);
    let newest = &own["signIns"][0];
    assert_eq!(
        (&newest["browser"], &newest["address"]),
        (&json!("Firefox on Linux"), &json!("127.0.0.1"))
    );
    assert_eq!(own["signIns"], by_owner["signIns"]);
    assert!(page.page().contains("Wrong password") && !page.page().contains("Save role"));
    let list = office.olga.get("/settings/people").await;
    assert!(list.page().contains("there were 2 attempts"), "{}", list.text());
}

#[tokio::test]
async fn an_owner_signs_a_colleague_out_everywhere() {
    let office = Office::new().await;
    let (desk, phone) = (office.crm.ann().await, office.crm.ann().await);
    let path = format!("/settings/people/{}/sessions", office.crm.ann);

    let by_agent = desk.post_form(&path, &[]).await;
    let done = office.olga.post_form(&path, &[]).await;

    assert_eq!(by_agent.status, StatusCode::FORBIDDEN);
    let told = office.olga.get(done.redirect()).await;
    assert!(told.page().contains("Ann Member is signed out everywhere.") && told.page().contains("Nowhere."));
    for caller in [&desk, &phone] {
        assert_eq!(caller.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn who_may_only_look_from_now_on_leaves_what_they_had_to_do_to_others() {
    let office = Office::new().await;
    let (ann, crm) = (office.crm.ann().await, &office.crm);
    let lead = json!({ "assignedTo": crm.ann, "listingId": "elm-1" });
    let lead = ann.post_json("/api/leads", lead).await.json()["lead"].clone();
    let body = json!({ "title": "Call back", "dueAt": "2026-03-03T09:00:00Z" });
    ann.post_json("/api/reminders", body).await;
    let lead = format!("/api/leads/{}", lead["id"].as_str().unwrap());
    let (anns, olgas) = (
        format!("/settings/people/{}", crm.ann),
        office.olga_id.to_string(),
    );

    let asks = office.olga.get(&anns).await;
    let to_herself = [("role", "read_only"), ("leadsTo", &*crm.ann.to_string())];
    let refused = office.olga.post_form(&anns, &to_herself).await;
    let refused = office.olga.get(refused.redirect()).await;
    let heirs = [
        ("role", "read_only"),
        ("leadsTo", &*olgas),
        ("remindersTo", &*olgas),
    ];
    let changed = office.olga.post_form(&anns, &heirs).await;

    assert!(
        asks.page().contains("about 1 open lead and 1 open reminder"),
        "{}",
        asks.text()
    );
    assert!(
        refused.page().contains("leadsTo must be another member"),
        "{}",
        refused.text()
    );
    assert!(
        office
            .olga
            .get(changed.redirect())
            .await
            .page()
            .contains("Ann Member is read only now.")
    );
    let found = office.olga.get(&lead).await.json();
    assert_eq!(found["lead"]["assignedTo"], json!(office.olga_id));
    let todo = office.olga.get("/api/reminders?assignedTo=me").await.json();
    assert_eq!(todo["reminders"][0]["title"], "Call back");
    let told = office.olga.get("/activity").await;
    let sentence =
        "the role of Ann Member to read only: 1 open lead to Olga Member, 1 reminder to Olga Member";
    assert!(told.page().contains(sentence), "{}", told.text());
}

#[tokio::test]
async fn programs_say_who_takes_over_from_whoever_may_only_look() {
    let office = Office::new().await;
    let (ann, crm) = (office.crm.ann().await, &office.crm);
    let lead = json!({ "assignedTo": crm.ann, "listingId": "elm-1" });
    let lead = ann.post_json("/api/leads", lead).await.json()["lead"].clone();
    let lead = format!("/api/leads/{}", lead["id"].as_str().unwrap());
    let anns = format!("/api/members/{}", crm.ann);

    let idle = json!({ "role": "assistant", "leadsTo": office.olga_id });
    let refused = office.olga.patch_json(&anns, idle).await;
    let changed = office
        .olga
        .patch_json(&anns, json!({ "role": "read_only" }))
        .await;

    assert_eq!(
        refused.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        refused.text()
    );
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let found = office.olga.get(&lead).await.json();
    assert_eq!(
        found["lead"]["assignedTo"],
        json!(null),
        "the pool's, as when they leave"
    );
}
