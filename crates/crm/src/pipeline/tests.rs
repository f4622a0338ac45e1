use axum::http::StatusCode;
use db::testing::{a_flag, an_exception};
use jiff::SignedDuration;
use serde_json::json;
use types::{Exception, Feature, Switch};

use crate::testing::{Crm, without_hashes};

#[tokio::test]
async fn a_card_is_moved_by_its_menu_and_the_board_says_so() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    insta::assert_snapshot!(without_hashes(ann.get("/pipeline").await.page()));
    let path = format!("/pipeline/{}", lead.id);

    let moved = ann
        .post_form(&path, &[("version", "1"), ("to", "lost:priced_out")])
        .await;

    assert_eq!(moved.redirect(), "/pipeline");
    assert!(
        ann.get("/pipeline")
            .await
            .page()
            .contains("Moved Ana Ruiz to Lost.")
    );
    let shown = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(
        (&shown["lead"]["status"], &shown["lead"]["closeReason"]),
        (&json!("lost"), &json!("priced_out"))
    );
}

#[tokio::test]
async fn who_is_slower_is_told_and_changes_nothing() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let path = format!("/pipeline/{}", lead.id);
    ann.post_form(&path, &[("version", "1"), ("to", "qualified")])
        .await
        .redirect();

    let slower = ann
        .post_form(&path, &[("version", "1"), ("to", "nurturing"), ("mine", "yes")])
        .await;

    assert_eq!(slower.redirect(), "/pipeline?assignedTo=me");
    assert!(
        ann.get("/pipeline")
            .await
            .page()
            .contains("Somebody changed this lead")
    );
    let shown = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(shown["lead"]["status"], "qualified");
    for (to, status) in [("burned", 422), ("won:sleepy", 422), ("", 422)] {
        let refused = ann.post_form(&path, &[("version", "2"), ("to", to)]).await;
        assert_eq!(refused.status, status, "{to}");
    }
    // A reason of another status is a sentence on the board.
    ann.post_form(&path, &[("version", "2"), ("to", "won:priced_out")])
        .await
        .redirect();
    assert!(ann.get("/pipeline").await.page().contains("flash-danger"));
    let hugo = crm.hugo().await;
    let theirs = hugo.post_form(&path, &[("version", "2"), ("to", "won")]).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
    let ruth = crm.ruth().await;
    let looking = ruth.post_form(&path, &[("version", "2"), ("to", "won")]).await;
    assert_eq!(looking.status, StatusCode::FORBIDDEN);
    assert!(
        !ruth
            .get("/pipeline")
            .await
            .page()
            .contains("<details class=\"move\"")
    );
}

#[tokio::test]
async fn columns_say_how_many_there_are_what_they_come_to_and_what_goes_cold() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let price = json!({ "priceMax": 850_000, "assignedTo": crm.ann });
    let changed = ann.patch_json(&format!("/api/leads/{}", lead.id), price).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    crm.clock.advance(SignedDuration::from_hours(20 * 24));
    let ann = crm.ann().await;

    let page = ann.get("/pipeline?assignedTo=me").await;
    for shown in ["$850,000", "Quiet for 20 days"] {
        assert!(page.page().contains(shown), "no {shown} in {}", page.text());
    }
    let hugo = crm.hugo().await.get("/pipeline").await;
    assert_eq!(hugo.page().matches("No leads here.").count(), 5);
    assert!(!hugo.page().contains("Ana"));
}

#[tokio::test]
async fn a_board_that_is_switched_off_is_neither_offered_nor_shown() {
    let crm = Crm::new().await;
    let off = Exception::Feature {
        subject: Feature::CrmPipeline,
        is_on: false,
    };
    an_exception(&crm.test.db, &crm.fairfield, off).await;
    let ann = crm.ann().await;

    let board = ann.get("/pipeline").await;
    let leads = ann.get("/leads").await;

    assert_eq!(board.status, StatusCode::FORBIDDEN);
    assert!(!leads.page().contains("href=\"/pipeline\""), "{}", leads.text());
}

#[tokio::test]
async fn a_board_that_is_switched_off_for_every_tenant_is_gone_whatever_was_agreed() {
    let crm = Crm::new().await;
    let on = Exception::Feature {
        subject: Feature::CrmPipeline,
        is_on: true,
    };
    an_exception(&crm.test.db, &crm.fairfield, on).await;
    a_flag(&crm.test.db, Feature::CrmPipeline, Switch::Off).await;

    for member in [crm.ann().await, crm.hugo().await] {
        let board = member.get("/pipeline").await;
        let leads = member.get("/leads").await;

        assert_eq!(board.status, StatusCode::FORBIDDEN);
        assert!(
            board
                .text()
                .contains("This is switched off for everybody at the moment."),
            "{}",
            board.text()
        );
        assert!(!leads.page().contains("href=\"/pipeline\""), "{}", leads.text());
    }
}
