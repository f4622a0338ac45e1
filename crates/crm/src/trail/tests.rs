use axum::http::StatusCode;
use db::{
    PlatformScope, TenantScope,
    door::ledger::{LedgerLine, Named},
    platform::audit,
    testing::{a_member, a_support_session, tamper_with_the_trail},
};
use jiff::SignedDuration;
use serde_json::{Value, json};
use server::{
    seal,
    session::SessionToken,
    testing::{Caller, Log},
    trail::{Signer, TrailKeys, sign_end},
};
use types::{
    Actor, AuditAction, AuditEvent, AuditEventId, AuditProof, AuditStatus, Clock as _, PersonId, Role,
};

use super::{who, words};
use crate::testing::{Crm, without_hashes};

const PLATFORM: PlatformScope = PlatformScope::of_command_line();

/// A secret that is kept, so that the page has a key to show, and the same one on every run.
const KEPT: [(&str, &str); 1] = [("SESSION_SECRET", "a secret of the tests, long enough to be one")];

/// Fairfield with an owner, and a trail to write to.
struct Office {
    crm: Crm,
    olga: PersonId,
}

impl Office {
    async fn new() -> Self {
        let crm = Crm::with(&KEPT).await;
        let hash = crm.password_hash().await;
        let olga = ("olga@example.com", hash.as_str());
        let olga = a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
        Self { crm, olga }
    }

    async fn olga(&self) -> Caller {
        self.crm.at_fairfield("olga@example.com").await
    }

    /// Writes a line, a minute after the one before it.
    async fn write(
        &self,
        scope: &TenantScope,
        (action, status): (AuditAction, AuditStatus),
        details: Value,
    ) -> AuditEventId {
        let line = AuditEvent {
            id: AuditEventId::new(&*self.crm.ids),
            occurred_at: self.crm.clock.now(),
            actor: Actor::at_command_line("ops-of-the-night"),
            action,
            status,
            tenant_id: Some(scope.tenant_id().clone()),
            details,
            request_id: Some("request-17".to_owned()),
            attempt_id: None,
        };
        self.record(&line).await;
        line.id
    }

    async fn record(&self, line: &AuditEvent) {
        let mut tx = self.crm.test.db.write(&PLATFORM).await.unwrap();
        audit::record(&mut tx, &PLATFORM, line).await.unwrap();
        tx.commit().await.unwrap();
        self.crm.clock.advance(SignedDuration::from_mins(1));
    }

    /// Writes that the plan changed.
    async fn a_line(&self, scope: &TenantScope) -> AuditEventId {
        let changed = (AuditAction::TenantSettingsUpdate, AuditStatus::Succeeded);
        let details = json!({ "before": { "planCode": "starter" }, "after": { "planCode": "team" } });
        self.write(scope, changed, details).await
    }

    fn keys(&self) -> TrailKeys {
        TrailKeys::of(&self.crm.context.settings.secrets)
    }

    async fn sign(&self) {
        let folder = tempfile::tempdir().unwrap();
        let signer = Signer {
            keys: &self.keys(),
            file: &folder.path().join("checkpoints.jsonl"),
        };
        let signed = sign_end(&self.crm.test.db, &PLATFORM, signer, self.crm.clock.now()).await;
        signed.unwrap().expect("the trail has grown");
    }
}

fn proof_of(id: AuditEventId) -> String {
    format!("/settings/trail/{id}/proof")
}

#[tokio::test]
async fn an_owner_reads_what_was_done_to_their_workspace_and_to_no_other() {
    let office = Office::new().await;
    let ours = office.a_line(&office.crm.fairfield).await.to_string();
    let theirs = office.a_line(&office.crm.hudson).await.to_string();

    let here = office.olga().await.get("/settings/trail").await;
    let there = office.crm.hugo().await.get("/settings/trail").await;

    assert!(here.page().contains(&ours) && !here.page().contains(&theirs));
    assert!(there.page().contains(&theirs) && !there.page().contains(&ours));
    assert!(here.page().contains("Changing the plan or its features"));
}

#[tokio::test]
async fn nobody_but_an_owner_reads_it_and_no_operator_who_looks_in() {
    let office = Office::new().await;
    let (crm, id) = (&office.crm, office.a_line(&office.crm.fairfield).await);
    office.sign().await;
    let hash = crm.password_hash().await;
    let al = ("al@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, al, Role::Assistant).await;
    let code = SessionToken::random();
    let whose = (&crm.fairfield, office.olga);
    a_support_session(&crm.test.db, (&*crm.clock, &*crm.ids), whose, &code.hash()).await;
    let sam = crm.stranger();
    let form = [("code", code.exposed())];
    assert_eq!(sam.post_form("/sign-in/support", &form).await.redirect(), "/");

    let others = [
        crm.ann().await,
        crm.ruth().await,
        crm.at_fairfield("al@example.com").await,
        sam,
    ];

    for caller in others {
        for path in ["/settings/trail", &proof_of(id)] {
            let answer = caller.get(path).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
            assert!(
                answer.text().contains("Only an owner of the workspace"),
                "{}",
                answer.text()
            );
        }
    }
    let olga = office.olga().await;
    assert!(
        olga.get("/settings")
            .await
            .page()
            .contains("href=\"/settings/trail\"")
    );
    assert!(
        olga.get("/settings/support")
            .await
            .page()
            .contains("href=\"/settings/trail\"")
    );
    assert!(
        !crm.ann()
            .await
            .get("/settings")
            .await
            .page()
            .contains("/settings/trail")
    );
}

#[tokio::test]
async fn a_proof_taken_home_holds_and_a_changed_one_does_not() {
    let office = Office::new().await;
    office.a_line(&office.crm.hudson).await;
    let id = office.a_line(&office.crm.fairfield).await;
    office.a_line(&office.crm.hudson).await;
    office.sign().await;

    let file = office.olga().await.get(&proof_of(id)).await;

    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    let named = file.header("content-disposition");
    assert_eq!(named, "attachment; filename=\"audit-proof-2.json\"");
    assert!(!file.text().contains("tenant_hudson"), "{}", file.text());
    let proof: AuditProof = serde_json::from_value(file.json()).unwrap();
    let key = office.keys().public();
    assert_eq!((proof.line.id, seal::check(&proof, Some(&key))), (id, Ok(key)));
    let changed = file.text().replace("team", "solo");
    let changed: AuditProof = serde_json::from_str(&changed).unwrap();
    assert!(seal::check(&changed, Some(&key)).is_err());
    let page = office.olga().await.get("/settings/trail").await;
    assert!(
        page.page().contains(&key.to_string()),
        "the page says what to check it with"
    );
}

#[tokio::test]
async fn a_line_of_a_neighbour_is_not_told_from_one_that_is_not_there() {
    let office = Office::new().await;
    let theirs = office.a_line(&office.crm.hudson).await;
    let nobodys = AuditEvent {
        id: AuditEventId::new(&*office.crm.ids),
        occurred_at: office.crm.clock.now(),
        actor: Actor::at_command_line("ann"),
        action: AuditAction::BackupCreate,
        status: AuditStatus::Succeeded,
        tenant_id: None,
        details: json!({}),
        request_id: None,
        attempt_id: None,
    };
    office.record(&nobodys).await;
    office.sign().await;
    let olga = office.olga().await.with_header("x-request-id", "r1");

    let missing = olga.get(&proof_of(AuditEventId::new(&*office.crm.ids))).await;
    let foreign = olga.get(&proof_of(theirs)).await;
    let of_nobody = olga.get(&proof_of(nobodys.id)).await;

    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    for other in [foreign, of_nobody] {
        assert_eq!((other.status, other.text()), (missing.status, missing.text()));
    }
}

#[tokio::test]
async fn a_line_without_a_proof_says_why() {
    let office = Office::new().await;
    let old = office.a_line(&office.crm.fairfield).await;
    office.sign().await;
    let new = office.a_line(&office.crm.fairfield).await;
    let olga = office.olga().await;
    let refused = async |id: AuditEventId, sentence: &str| {
        let answer = olga.get(&proof_of(id)).await;
        assert_eq!(answer.status, StatusCode::CONFLICT);
        assert_eq!(answer.header("content-disposition"), "", "a page is no file");
        assert!(answer.text().contains(sentence), "{}", answer.text());
    };

    refused(new, "This line is not signed yet").await;
    office.sign().await;
    assert_eq!(olga.get(&proof_of(new)).await.status, StatusCode::OK);
    let log = Log::listen("json");
    let edit = "UPDATE admin_audit_events SET actor_id = 'cli:bob' WHERE seq = 1";
    tamper_with_the_trail(&office.crm.test.db, &[edit]).await;
    refused(old, "The trail is not what was signed here").await;
    assert!(
        log.text().contains("is not what was signed: the line is not"),
        "{}",
        log.text()
    );
    let unchain = "UPDATE admin_audit_events SET seq = NULL, hash = NULL WHERE seq = 1";
    tamper_with_the_trail(&office.crm.test.db, &[unchain]).await;
    refused(old, "This line is older than the chain").await;
    tamper_with_the_trail(
        &office.crm.test.db,
        &["UPDATE admin_audit_checkpoints SET root = NULL"],
    )
    .await;
    refused(new, "This line was signed before lines had proofs").await;
}

#[tokio::test]
async fn the_page_tells_who_what_and_why_and_nothing_that_is_the_operators() {
    let office = Office::new().await;
    let (crm, here) = (&office.crm, &office.crm.fairfield);
    let olga = office.olga().await;
    insta::assert_snapshot!("empty", without_hashes(olga.get("/settings/trail").await.page()));
    let code = SessionToken::random();
    let whose = (here, office.olga);
    a_support_session(&crm.test.db, (&*crm.clock, &*crm.ids), whose, &code.hash()).await;
    let form = [("code", code.exposed())];
    crm.stranger()
        .post_form("/sign-in/support", &form)
        .await
        .redirect();
    crm.clock.advance(SignedDuration::from_mins(1));
    let status = (AuditAction::TenantStatusUpdate, AuditStatus::Denied);
    office
        .write(here, status, json!({ "permission": "tenants.status" }))
        .await;
    let domain = (AuditAction::TenantDomainUpdate, AuditStatus::Succeeded);
    let details = json!({
        "hostname": "fairfield.example", "reason": "They asked <us> to",
        "before": { "status": "pending" }, "after": { "status": "active", "token": "s3cret" },
    });
    office.write(here, domain, details).await;
    let failed = (AuditAction::IngestionRequeue, AuditStatus::Failed);
    office.write(here, failed, json!({ "code": "not_dead" })).await;
    olga.post_form("/settings/support", &[("support", "refused")])
        .await
        .redirect();

    let page = olga.get("/settings/trail").await;

    insta::assert_snapshot!("trail", without_hashes(page.page()));
    for internal in [
        "sam@freehold.example",
        "ops-of-the-night",
        "request-17",
        "s3cret",
        "tenants.status",
    ] {
        assert!(!page.page().contains(internal), "{internal} is shown");
    }
}

#[tokio::test]
async fn the_pages_are_turned_by_the_lines_own_places() {
    let office = Office::new().await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(office.a_line(&office.crm.fairfield).await.to_string());
    }
    let olga = office.olga().await;
    let shown = |page: &str| -> Vec<bool> { ids.iter().map(|id| page.contains(id.as_str())).collect() };
    let link = |page: &str, rel: &str| {
        let after = page
            .split(&format!("rel=\"{rel}\" href=\""))
            .nth(1)
            .expect("there is a way");
        after
            .split('"')
            .next()
            .unwrap()
            .replace("&#38;", "&")
            .replace("&amp;", "&")
    };

    let first = olga.get("/settings/trail?limit=2").await;
    let second = olga.get(&link(first.page(), "next")).await;
    let back = olga.get(&link(second.page(), "prev")).await;
    let hugo = office.crm.hugo().await;
    let foreign = hugo.get(&link(first.page(), "next")).await;

    assert_eq!(shown(first.page()), [false, true, true]);
    assert_eq!(shown(second.page()), [true, false, false]);
    assert_eq!(shown(back.page()), [false, true, true]);
    assert!(!second.page().contains("rel=\"next\"") && !back.page().contains("rel=\"prev\""));
    assert_eq!(
        foreign.status,
        StatusCode::BAD_REQUEST,
        "a cursor is its list's alone"
    );
}

#[test]
fn whoever_has_no_name_is_called_what_they_are() {
    let by = |id: &str, actor: Option<Named>| {
        let event = AuditEvent {
            id: "01930000-0000-7000-8000-000000000001".parse().unwrap(),
            occurred_at: jiff::Timestamp::UNIX_EPOCH,
            actor: Actor {
                id: id.to_owned(),
                role: "admin".to_owned(),
            },
            action: AuditAction::SeedDemo,
            status: AuditStatus::Succeeded,
            tenant_id: None,
            details: json!({}),
            request_id: None,
            attempt_id: None,
        };
        who(&LedgerLine {
            event,
            actor,
            member: None,
        })
    };

    assert_eq!(by("freehold", None), "The platform, by itself");
    assert_eq!(
        by("cli:ann", None),
        "Somebody who runs the platform, by a command"
    );
    assert_eq!(by("01930000", None), "Somebody who has no name here any more");
    let mara = Some(Named::Operator("Mara".to_owned()));
    assert_eq!(by("x", mara), "Mara, who runs the platform");
    let olga = Some(Named::Member("Olga".to_owned()));
    assert_eq!(by("x", olga), "Olga, of this workspace");
}

#[test]
fn of_details_a_few_things_are_told_and_no_others() {
    let details = json!({
        "session": "s", "onBehalfOf": "p", "route": "POST /leads/{id}", "token": "s3cret",
        "after": { "role": "agent", "planCode": "team", "reason": "a trial", "key": "s3cret" },
    });

    let told = words::about(&details, Some("Olga"));

    assert_eq!(
        told,
        ["POST /leads/{id}", "On behalf of Olga", "Role agent", "Plan team"]
    );
    assert_eq!(words::reason(&details).as_deref(), Some("a trial"));
    let about = words::about(&json!({ "personId": "p", "hostname": ["no text"] }), Some("Ben"));
    assert_eq!(about, ["About Ben"]);
    assert_eq!(words::reason(&json!({ "reason": null })), None);
}
