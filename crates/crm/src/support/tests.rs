use axum::http::StatusCode;
use db::testing::{a_member, a_support_session, audit_trail, widen_support};
use jiff::SignedDuration;
use serde_json::json;
use server::{session::SessionToken, testing::Caller};
use types::{ExportId, PersonId, Role, SupportSessionId};

use crate::{app::App, testing::Crm};

/// Fairfield with an owner, and sam of support about to look in on their behalf.
struct Visit {
    crm: Crm,
    session: SupportSessionId,
    code: String,
}

impl Visit {
    async fn new() -> Self {
        let crm = Crm::new().await;
        let owner = owner(&crm).await;
        let code = SessionToken::random();
        let (db, fairfield) = (&crm.test.db, &crm.fairfield);
        let session = a_support_session(db, (&*crm.clock, &*crm.ids), (fairfield, owner), &code.hash()).await;
        Self {
            session,
            code: code.exposed().to_owned(),
            crm,
        }
    }

    /// Sam in their browser, past the door.
    async fn sam(&self) -> Caller {
        let sam = self.crm.stranger();
        let form = [("code", self.code.as_str())];
        assert_eq!(sam.post_form("/sign-in/support", &form).await.redirect(), "/");
        sam
    }

    async fn widened(&self) -> Caller {
        let sam = self.sam().await;
        let (db, clock) = (&self.crm.test.db, &*self.crm.clock);
        widen_support(db, clock, &self.crm.fairfield, self.session).await;
        sam
    }

    /// The trail but for the line that tells that sam came in.
    async fn trail(&self) -> Vec<String> {
        let mut trail = audit_trail(&self.crm.test.db).await;
        trail.retain(|line| !line.contains("support_session.enter"));
        trail
    }
}

async fn owner(crm: &Crm) -> PersonId {
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await
}

#[tokio::test]
async fn who_looks_in_sees_everything_and_a_banner_and_changes_nothing() {
    let visit = Visit::new().await;
    let sam = visit.sam().await;

    let page = sam.get("/leads").await;
    let made = sam
        .post_json("/api/contacts", json!({ "email": "new@example.com" }))
        .await;
    let taken = sam.get("/api/contacts.csv").await;
    let cards = sam.get("/api/contacts.vcf").await;

    let page = page.page();
    assert!(page.contains("shell-support") && page.contains("Sam of support</strong> of Freehold support"));
    assert!(page.contains("30 min left.") && page.contains("Only looks."));
    assert_eq!(made.status, StatusCode::FORBIDDEN, "{}", made.text());
    assert_eq!(
        taken.status,
        StatusCode::FORBIDDEN,
        "taking data out is no looking"
    );
    assert_eq!(cards.status, StatusCode::FORBIDDEN);
    let denied = "support support_session.write denied tenant_fairfield";
    assert_eq!(visit.trail().await, [denied, denied, denied]);
}

#[tokio::test]
async fn a_widened_session_changes_things_in_both_names() {
    let visit = Visit::new().await;
    let sam = visit.widened().await;

    let made = sam
        .post_json("/api/activities", json!({ "summary": "Put right" }))
        .await;
    let refused = sam.post_json("/api/activities", json!({ "summary": "" })).await;

    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        visit.trail().await,
        [
            "support support_session.write allowed tenant_fairfield",
            "support support_session.write succeeded tenant_fairfield",
            "support support_session.write allowed tenant_fairfield",
            "support support_session.write failed tenant_fairfield",
        ]
    );
    let ann = visit.crm.ann().await;
    let timeline = ann.get("/activity").await;
    assert!(
        timeline
            .page()
            .contains("Sam of support of Freehold support, for Olga Member"),
        "{}",
        timeline.text()
    );
    let olga = visit.crm.at_fairfield("olga@example.com").await;
    let seen = olga.get("/settings/support").await;
    assert!(seen.page().contains("cannot find a lead") && seen.text().contains("1 change<"));
}

#[tokio::test]
async fn nobody_becomes_an_owner_by_looking_in() {
    let visit = Visit::new().await;
    let sam = visit.widened().await;

    let ann = visit.crm.ann;
    let role = sam
        .post_form(&format!("/settings/people/{ann}"), &[("role", "owner")])
        .await;
    let access = sam
        .post_form("/settings/support", &[("support", "allowed")])
        .await;
    let shown = sam.get("/settings/support").await;

    assert_eq!(role.status, StatusCode::FORBIDDEN);
    assert_eq!(access.status, StatusCode::FORBIDDEN);
    assert_eq!(shown.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_code_is_good_once_for_its_tenant_and_for_ten_minutes() {
    let visit = Visit::new().await;
    let form = [("code", visit.code.as_str())];
    let next_door = Caller::at(&visit.crm.edge, "hudson.localhost");

    let foreign = next_door.post_form("/sign-in/support", &form).await;
    visit.sam().await;
    let again = visit.crm.stranger().post_form("/sign-in/support", &form).await;
    let late = Visit::new().await;
    late.crm.clock.advance(SignedDuration::from_mins(10));
    let too_late = late
        .crm
        .stranger()
        .post_form("/sign-in/support", &[("code", &late.code)])
        .await;

    for refused in [foreign, again, too_late] {
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.text().contains("That code opens nothing here."));
    }
    assert_eq!(
        audit_trail(&visit.crm.test.db).await,
        ["support support_session.enter succeeded tenant_fairfield"]
    );
}

#[tokio::test]
async fn a_session_ends_by_the_clock_by_its_operator_and_by_the_owner() {
    let by_clock = Visit::new().await;
    let sam = by_clock.sam().await;
    by_clock.crm.clock.advance(SignedDuration::from_mins(30));
    assert_eq!(sam.get("/api/session").await.status, StatusCode::UNAUTHORIZED);

    let by_hand = Visit::new().await;
    let sam = by_hand.sam().await;
    assert_eq!(sam.post_form("/sign-out", &[]).await.redirect(), "/sign-in");
    assert_eq!(
        by_hand.trail().await,
        ["support support_session.end succeeded tenant_fairfield"]
    );

    let by_owner = Visit::new().await;
    let sam = by_owner.sam().await;
    let olga = by_owner.crm.at_fairfield("olga@example.com").await;
    let end = format!("/settings/support/{}", by_owner.session);
    assert_eq!(olga.post_form(&end, &[]).await.redirect(), "/settings/support");
    assert_eq!(sam.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    assert!(
        olga.get("/settings/support")
            .await
            .page()
            .contains("Ended by this workspace")
    );
    let hugo = by_owner.crm.hugo().await;
    assert_eq!(hugo.post_form(&end, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_owner_lets_nobody_in_and_who_is_in_is_out() {
    let visit = Visit::new().await;
    let sam = visit.sam().await;
    let olga = visit.crm.at_fairfield("olga@example.com").await;

    olga.post_form("/settings/support", &[("support", "refused")])
        .await
        .redirect();

    assert_eq!(sam.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    assert!(
        olga.get("/settings/support")
            .await
            .page()
            .contains("Let support look in")
    );
    assert_eq!(
        visit.trail().await,
        [
            "owner support_access.update succeeded tenant_fairfield",
            "owner support_session.end succeeded tenant_fairfield",
        ]
    );
}

#[tokio::test]
async fn nobody_takes_everything_out_by_looking_in() {
    let visit = Visit::new().await;
    let (crm, app) = (&visit.crm, App::new(&visit.crm.context).unwrap());
    let olga = crm.at_fairfield("olga@example.com").await;
    let begun = olga.post_json("/api/exports", json!({})).await.json();
    let id: ExportId = begun["export"]["id"].as_str().unwrap().parse().unwrap();
    crate::exports::work(&app, &crm.fairfield, id).await.unwrap();
    let sam = visit.sam().await;
    let takes = async || {
        let mut statuses = Vec::new();
        for place in ["api", "settings"] {
            statuses.push(sam.get(&format!("/{place}/exports/{id}/file")).await.status);
        }
        statuses.push(sam.post_json("/api/exports", json!({})).await.status);
        statuses
    };

    let looking = takes().await;
    let tried = visit.trail().await;
    widen_support(&crm.test.db, &*crm.clock, &crm.fairfield, visit.session).await;
    let widened = takes().await;

    assert_eq!(looking, [StatusCode::FORBIDDEN; 3]);
    assert_eq!(widened, [StatusCode::FORBIDDEN; 3]);
    let denied = "support support_session.write denied tenant_fairfield";
    assert_eq!(tried, [denied; 3], "who tried is in the trail");
    let told = olga.get(&format!("/api/exports/{id}")).await.json();
    assert_eq!(told["export"]["downloadCount"], 0);
}
