use axum::http::StatusCode;
use db::testing::{a_contact, a_flag, a_lead, an_exception};
use jiff::SignedDuration;
use serde_json::json;
use types::{Clock as _, Exception, Feature, LeadStatus, Switch};

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
            .contains("Moved Ana Ruiz to Lost, position 1 of 1.")
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
        assert!(
            refused.text().contains("a lead"),
            "what is wrong is named: {}",
            refused.text()
        );
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
async fn whoever_drops_a_card_at_the_end_is_asked_why_first() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let (path, close) = (
        format!("/pipeline/{}", lead.id),
        format!("/pipeline/{}/close", lead.id),
    );

    let dropped = ann
        .post_form(&path, &[("version", "1"), ("to", "lost"), ("mine", "yes")])
        .await;
    assert_eq!(dropped.redirect(), format!("{close}?to=lost&assignedTo=me"));
    let asked = ann.get(dropped.redirect()).await;
    for shown in [
        "Close the lead of Ana Ruiz as lost",
        "Priced out",
        "Leave it in New",
        "href=\"/pipeline?assignedTo=me\"",
    ] {
        assert!(asked.page().contains(shown), "no {shown} in {}", asked.text());
    }
    assert!(!asked.page().contains("Competitive offer"));
    let form = [
        ("version", "1"),
        ("to", "lost"),
        ("mine", "yes"),
        ("closeReason", ""),
    ];
    let mute = ann.post_form(&close, &form).await;
    assert_eq!(mute.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(mute.text().contains("Choose the reason that fits best."));
    let shown = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(
        shown["lead"]["status"], "new",
        "nothing moved before it was answered"
    );

    let told = ann
        .post_form(
            &close,
            &[("version", "1"), ("mine", "yes"), ("closeReason", "priced_out")],
        )
        .await;

    assert_eq!(told.redirect(), "/pipeline?assignedTo=me");
    let shown = ann.get(&format!("/api/leads/{}", lead.id)).await.json();
    assert_eq!(
        (&shown["lead"]["status"], &shown["lead"]["closeReason"]),
        (&json!("lost"), &json!("priced_out"))
    );
}

#[tokio::test]
async fn the_question_why_is_asked_about_the_lead_as_it_was_seen() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    let (path, close) = (
        format!("/pipeline/{}", lead.id),
        format!("/pipeline/{}/close", lead.id),
    );
    ann.post_form(&path, &[("version", "1"), ("to", "qualified")])
        .await;

    let slower = ann.post_form(&path, &[("version", "1"), ("to", "won")]).await;
    assert_eq!(slower.redirect(), "/pipeline");
    let slower = ann
        .post_form(&close, &[("version", "1"), ("closeReason", "great_service")])
        .await;
    assert_eq!(slower.redirect(), "/pipeline");

    assert!(
        ann.get("/pipeline")
            .await
            .page()
            .contains("Somebody changed this lead")
    );
    let either = ann.get(&close).await;
    assert!(either.page().contains("Won: great service") && either.page().contains("Lost: timing"));
    for to in ["qualified", "burned"] {
        let refused = ann.get(&format!("{close}?to={to}")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{to}");
    }
    let sleepy = [("version", "2"), ("closeReason", "sleepy")];
    let refused = ann.post_form(&close, &sleepy).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let hugo = crm.hugo().await;
    assert_eq!(hugo.get(&close).await.status, StatusCode::NOT_FOUND);
    let theirs = [("version", "2"), ("closeReason", "timing")];
    assert_eq!(
        hugo.post_form(&close, &theirs).await.status,
        StatusCode::NOT_FOUND
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

#[tokio::test]
async fn a_moved_card_is_told_with_its_place_and_shows_whose_it_is() {
    let crm = Crm::new().await;
    let ann = crm.ann().await;
    let (db, here) = (&crm.test.db, &crm.fairfield);
    for minutes in [1, 2, 4] {
        let came = crm.clock.now() - SignedDuration::from_mins(minutes);
        let lead = a_lead(&*crm.ids).status(LeadStatus::Qualified).created_at(came);
        lead.insert(db, here).await;
    }
    let ana = a_contact(&*crm.ids).name("Ana Ruiz").insert(db, here).await;
    let came = crm.clock.now() - SignedDuration::from_mins(3);
    let lead = a_lead(&*crm.ids).of(&ana).created_at(came).insert(db, here).await;
    let given = ann
        .patch_json(
            &format!("/api/leads/{}", lead.id),
            json!({ "assignedTo": crm.ann }),
        )
        .await;
    assert_eq!(given.status, StatusCode::OK);
    let to = [("version", "2"), ("to", "qualified")];
    ann.post_form(&format!("/pipeline/{}", lead.id), &to).await;

    let board = ann.get("/pipeline").await;

    assert!(
        board
            .page()
            .contains("Moved Ana Ruiz to Qualified, position 3 of 4.")
    );
    assert!(board.page().contains("Assigned to Ann Member"));
    let page = ann.get(&format!("/leads/{}", lead.id)).await;
    assert!(page.page().contains("Assigned to </span>Ann Member"));
    // Among hers it is the only one there.
    let back = [("version", "3"), ("to", "nurturing"), ("mine", "yes")];
    ann.post_form(&format!("/pipeline/{}", lead.id), &back).await;
    let mine = ann.get("/pipeline?assignedTo=me").await;
    assert!(
        mine.page()
            .contains("Moved Ana Ruiz to Nurturing, position 1 of 1.")
    );
}
