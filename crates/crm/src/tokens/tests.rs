use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use db::testing::a_member;
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::{api_secret::ApiSecret, testing::Caller};
use types::{ApiScope, Role, TokenHash};

use super::doors;
use crate::testing::Crm;

/// Fairfield with an owner, and what she makes.
struct Workshop {
    crm: Crm,
    olga: Caller,
}

impl Workshop {
    async fn new() -> Self {
        Self::of(Crm::new().await).await
    }

    async fn of(crm: Crm) -> Self {
        let hash = crm.password_hash().await;
        let olga = ("olga@example.com", hash.as_str());
        a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
        let olga = crm.at_fairfield("olga@example.com").await;
        Self { crm, olga }
    }

    /// A token with these scopes: its id, and its secret.
    async fn make(&self, scopes: &[ApiScope], expires_at: Option<jiff::Timestamp>) -> (String, String) {
        let wanted = json!({ "name": "Sync", "scopes": scopes, "expiresAt": expires_at });
        let made = self.olga.post_json("/api/tokens", wanted).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        let made = made.json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&made["token"]["id"]), text(&made["secret"]))
    }

    /// The program that carries this secret.
    fn program(&self, secret: &str) -> Caller {
        carrying(self.crm.stranger(), secret)
    }

    async fn a_program(&self, scopes: &[ApiScope]) -> Caller {
        let (_, secret) = self.make(scopes, None).await;
        self.program(&secret)
    }

    async fn listed(&self) -> Value {
        self.olga.get("/api/tokens").await.json()["tokens"].clone()
    }
}

fn carrying(caller: Caller, secret: &str) -> Caller {
    caller.with_header("authorization", &format!("Bearer {secret}"))
}

#[test]
fn every_route_of_the_api_says_what_it_takes_of_a_token() {
    let routes: BTreeSet<_> = crate::surface()
        .into_iter()
        .filter(|(_, path)| path.starts_with("/api/"))
        .map(|(method, path)| format!("{method} {path}"))
        .collect();

    let said: Vec<_> = doors::ROUTES
        .iter()
        .map(|(route, _)| (*route).to_owned())
        .collect();

    assert_eq!(said.len(), routes.len(), "a route stands there twice");
    assert_eq!(BTreeSet::from_iter(said), routes);
}

#[test]
fn no_scope_that_reads_opens_a_route_that_changes() {
    for (route, scope) in doors::ROUTES {
        let Some(scope) = scope else { continue };
        let reads = scope.as_str().ends_with(":read");
        assert_eq!(reads, route.starts_with("GET "), "{route} takes {scope}");
    }
}

#[tokio::test]
async fn a_token_opens_what_its_scopes_say_on_every_route_and_nothing_else() {
    let workshop = Workshop::new().await;
    for scope in ApiScope::ALL {
        let program = workshop.a_program(&[*scope]).await;
        for (method, path) in crate::surface() {
            // Bodies and records come after the door.
            let example = path.replace("{id}", "01930000-0000-7000-8000-0000000000ff");
            if example == "/api/events/stream" || example == "/api/openapi.json" {
                continue;
            }
            let answer = program.send(method.clone(), &example, None, Vec::new()).await;
            let taken = doors::ROUTES
                .iter()
                .find(|(route, _)| *route == format!("{method} {path}"))
                .and_then(|(_, scope)| *scope);
            let is_public = [
                "/sign-in",
                "/sign-in/support",
                "/sign-out",
                "/calendar/{file}",
                "/invitation",
            ]
            .contains(&path)
                || (path == "/api/session" && method == Method::POST);
            let is_refused = answer.status == StatusCode::FORBIDDEN;
            if !is_public {
                assert_eq!(
                    is_refused,
                    taken != Some(*scope),
                    "{scope} at {method} {path}: {}",
                    answer.text()
                );
            }
        }
    }
}

#[tokio::test]
async fn a_missing_scope_is_named_and_a_page_is_for_people() {
    let workshop = Workshop::new().await;
    let program = workshop.a_program(&[ApiScope::LeadsWrite]).await;

    let lacking = program.get("/api/leads").await;
    let page = program.get("/leads").await;

    assert_eq!(lacking.status, StatusCode::FORBIDDEN);
    assert_eq!(
        lacking.json()["detail"],
        "This API token lacks the scope leads:read."
    );
    assert_eq!(page.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_token_finds_by_notes_only_where_it_may_read_them() {
    let workshop = Workshop::new().await;
    let lead = workshop.crm.a_lead_of_ana().await;
    let of_lead = json!({ "summary": "Loves windmills", "leadId": lead.id });
    let of_contact = json!({ "summary": "Fears heights", "contactId": lead.contact_id });
    for note in [of_lead, of_contact] {
        workshop.olga.post_json("/api/activities", note).await;
    }
    let people = [ApiScope::LeadsRead, ApiScope::ContactsRead, ApiScope::LeadsWrite];
    let all = [
        ApiScope::LeadsRead,
        ApiScope::ContactsRead,
        ApiScope::ActivitiesRead,
    ];
    let (outside, inside) = (workshop.a_program(&people).await, workshop.a_program(&all).await);

    for (word, without, with) in [
        ("windmills", [0, 0], [1, 0]),
        ("heights", [0, 0], [1, 1]),
        ("ruiz", [1, 1], [1, 1]),
        ("ruiz+heights", [0, 0], [1, 1]),
    ] {
        for (program, expected) in [(&outside, without), (&inside, with)] {
            let leads = program
                .get(&format!("/api/leads?q={word}&count=true"))
                .await
                .json();
            let contacts = program
                .get(&format!("/api/contacts?search={word}&count=true"))
                .await
                .json();
            let found = [&leads["pagination"]["total"], &contacts["pagination"]["total"]];
            assert_eq!(found, expected, "{word}");
            assert_eq!(leads["leads"].as_array().unwrap().len(), expected[0]);
        }
    }
    let edit = json!({ "filter": { "q": "windmills" }, "addTag": "x", "dryRun": true });
    let edit = outside.post_json("/api/bulk-edits", edit).await;
    assert_eq!(edit.json()["errors"][0]["code"], "none", "{}", edit.text());
    let file = outside.get("/api/leads.csv?q=windmills").await;
    assert!(!file.text().contains("Ruiz"));
}

#[tokio::test]
async fn what_a_program_does_is_signed_with_its_token() {
    let workshop = Workshop::new().await;
    let program = workshop
        .a_program(&[ApiScope::ActivitiesRead, ApiScope::ActivitiesWrite])
        .await;

    let logged = program
        .post_json("/api/activities", json!({ "summary": "Opened the newsletter" }))
        .await;

    assert_eq!(logged.status, StatusCode::CREATED, "{}", logged.text());
    assert_eq!(logged.json()["activity"]["actor"]["name"], "API token Sync");
    let listed = program.get("/api/activities").await.json();
    assert_eq!(listed["activities"][0]["actor"]["name"], "API token Sync");
    assert!(
        workshop
            .olga
            .get("/activity")
            .await
            .page()
            .contains("API token Sync")
    );
}

#[tokio::test]
async fn a_token_is_over_when_revoked_expired_or_without_its_owner() {
    let workshop = Workshop::new().await;
    let clock = &workshop.crm.clock;
    let tomorrow = types::Clock::now(&**clock) + SignedDuration::from_hours(24);
    let (id, revoked) = workshop.make(&[ApiScope::LeadsRead], None).await;
    let (_, short) = workshop.make(&[ApiScope::LeadsRead], Some(tomorrow)).await;
    let (_, kept) = workshop.make(&[ApiScope::LeadsRead], None).await;
    let asked = async |secret: &str| workshop.program(secret).get("/api/leads").await.status;
    for secret in [&revoked, &short, &kept] {
        assert_eq!(asked(secret).await, StatusCode::OK);
    }

    workshop.olga.delete(&format!("/api/tokens/{id}")).await;
    clock.advance(SignedDuration::from_hours(24));

    assert_eq!(asked(&revoked).await, StatusCode::UNAUTHORIZED);
    assert_eq!(asked(&short).await, StatusCode::UNAUTHORIZED);
    assert_eq!(asked(&kept).await, StatusCode::OK);
    let never_made = ApiSecret::random();
    assert_eq!(asked(never_made.exposed()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(asked("fh_nonsense").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_ends_with_the_right_to_make_it() {
    let workshop = Workshop::new().await;
    let program = workshop.a_program(&[ApiScope::LeadsRead]).await;
    let hash = workshop.crm.password_hash().await;
    let otto = ("otto@example.com", hash.as_str());
    let crm = &workshop.crm;
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, otto, Role::Owner).await;
    let otto = crm.at_fairfield("otto@example.com").await;
    let olga = workshop.olga.get("/api/session").await.json()["userId"].clone();
    let path = format!("/settings/people/{}", olga.as_str().unwrap());

    otto.post_form(&path, &[("role", "agent")]).await;

    assert_eq!(program.get("/api/leads").await.status, StatusCode::UNAUTHORIZED);
    let page = otto.get("/settings/tokens").await;
    assert!(page.page().contains("Its maker is no owner any more"));
}

#[tokio::test]
async fn a_token_is_no_token_next_door() {
    let workshop = Workshop::new().await;
    let (id, secret) = workshop.make(ApiScope::ALL, None).await;
    let hugo = workshop.crm.hugo().await;
    let next_door = carrying(Caller::at(&workshop.crm.edge, "hudson.localhost"), &secret);

    assert_eq!(next_door.get("/api/leads").await.status, StatusCode::UNAUTHORIZED);
    let revoking = hugo.delete(&format!("/api/tokens/{id}")).await;
    assert_eq!(revoking.status, StatusCode::NOT_FOUND);
    assert_eq!(hugo.get("/api/tokens").await.json()["tokens"], json!([]));
}

#[tokio::test]
async fn the_secret_is_told_once_and_kept_nowhere() {
    let workshop = Workshop::new().await;
    let named = workshop.crm.at_fairfield("olga@example.com").await;
    let named = named.with_header("idempotency-key", "one");
    let wanted = json!({ "name": "Sync", "scopes": ["leads:read", "leads:read"] });

    let first = named.post_json("/api/tokens", wanted.clone()).await.json();
    let again = named.post_json("/api/tokens", wanted).await.json();

    let secret = first["secret"].as_str().unwrap();
    assert_ne!(again["secret"], first["secret"], "the answer was kept");
    assert_eq!(first["token"]["scopes"], json!(["leads:read"]));
    assert!(secret.starts_with(first["token"]["prefix"].as_str().unwrap()));
    assert!(!workshop.listed().await.to_string().contains(secret));
    let crm = &workshop.crm;
    let stored = db::testing::kept_of_tokens(&crm.test.db, &crm.fairfield).await;
    assert_eq!(stored[0], TokenHash::of(secret).as_str());
}

#[tokio::test]
async fn use_is_noted_once_a_minute() {
    let workshop = Workshop::new().await;
    let program = workshop.a_program(&[ApiScope::LeadsRead]).await;
    let seen = async || workshop.listed().await[0]["lastUsedAt"].clone();
    assert_eq!(seen().await, Value::Null);

    program.get("/api/leads").await;
    let first = seen().await;
    workshop.crm.clock.advance(SignedDuration::from_secs(59));
    program.get("/api/leads").await;
    let soon = seen().await;
    workshop.crm.clock.advance(SignedDuration::from_secs(1));
    program.get("/api/leads").await;

    assert_eq!(first, "2026-03-02T12:00:00Z");
    assert_eq!(soon, first);
    assert_eq!(seen().await, "2026-03-02T12:01:00Z");
}

#[tokio::test]
async fn a_token_has_a_share_of_its_own() {
    let workshop = Workshop::of(Crm::with(&[("RATE_LIMIT", "on")]).await).await;
    let (greedy, modest) = (
        workshop.a_program(&[ApiScope::LeadsRead]).await,
        workshop.a_program(&[ApiScope::LeadsRead]).await,
    );

    let mut asked = 0;
    while greedy.get("/api/leads?limit=1").await.status == StatusCode::OK {
        asked += 1;
        assert!(asked < 2_000, "there is no end to it");
    }

    assert!(asked >= 600, "{asked}");
    assert_eq!(modest.get("/api/leads").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_named_request_is_one_tokens() {
    let workshop = Workshop::new().await;
    let one = workshop.a_program(&[ApiScope::ActivitiesWrite]).await;
    let other = workshop.a_program(&[ApiScope::ActivitiesWrite]).await;
    let (one, other) = (
        one.with_header("idempotency-key", "k"),
        other.with_header("idempotency-key", "k"),
    );
    let note = json!({ "summary": "Rang" });

    let first = one.post_json("/api/activities", note.clone()).await;
    let again = one.post_json("/api/activities", note.clone()).await;
    let others = other.post_json("/api/activities", note).await;

    assert_eq!(again.json(), first.json());
    assert_eq!(others.status, StatusCode::CREATED);
    assert_ne!(others.json()["activity"]["id"], first.json()["activity"]["id"]);
}

#[tokio::test]
async fn an_owner_makes_and_revokes_one_without_a_script() {
    let workshop = Workshop::new().await;
    let olga = &workshop.olga;

    let refused = olga.post_form("/settings/tokens", &[("name", "Sync")]).await;
    let form = [
        ("name", "Sync"),
        ("scopes", "leads:read"),
        ("scopes", "leads:write"),
        ("life", "30"),
    ];
    let made = olga.post_form("/settings/tokens", &form).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("Tick at least one thing"));
    let page = made.page();
    let secret = page
        .split("secret mono\">")
        .nth(1)
        .unwrap()
        .split('<')
        .next()
        .unwrap();
    assert_eq!(
        workshop.program(secret).get("/api/leads").await.status,
        StatusCode::OK
    );
    let id = workshop.listed().await[0]["id"].as_str().unwrap().to_owned();
    let path = format!("/settings/tokens/{id}");
    assert!(olga.get(&path).await.page().contains("Revoke Sync?"));
    let revoked = olga.post_form(&path, &[]).await;
    let list = olga.get(revoked.redirect()).await;
    assert!(list.page().contains("Sync opens nothing any more.") && !list.page().contains(secret));
    assert_eq!(
        workshop.program(secret).get("/api/leads").await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn tokens_are_the_owners_affair() {
    let workshop = Workshop::new().await;
    let ann = workshop.crm.ann().await;
    let wanted = json!({ "name": "Sync", "scopes": ["leads:read"] });

    for refused in [
        ann.get("/settings/tokens").await,
        ann.get("/api/tokens").await,
        ann.post_json("/api/tokens", wanted).await,
    ] {
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    }
    for (wanted, pointer) in [
        (json!({ "name": " ", "scopes": ["leads:read"] }), "/name"),
        (json!({ "name": "Sync", "scopes": [] }), "/scopes"),
        (json!({ "name": "Sync", "scopes": ["leads:rule"] }), "/scopes/0"),
        (
            json!({ "name": "Sync", "scopes": ["leads:read"], "expiresAt": "2026-03-02T11:59:59Z" }),
            "/expiresAt",
        ),
    ] {
        let answer = workshop.olga.post_json("/api/tokens", wanted.clone()).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wanted}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{wanted}");
    }
}
