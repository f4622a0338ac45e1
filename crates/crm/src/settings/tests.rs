use axum::http::StatusCode;
use db::testing::a_member;
use types::Role;

use crate::testing::Crm;

#[tokio::test]
async fn one_signs_out_elsewhere_and_only_oneself() {
    let crm = Crm::new().await;
    let (desk, phone, ruth) = (crm.ann().await, crm.ann().await, crm.ruth().await);
    let page = phone.get("/settings").await;
    let this = page.page().split("data-current=\"").nth(1).unwrap();
    let path = format!("/settings/sessions/{}", this.split('"').next().unwrap());

    let by_another = ruth.post_form(&path, &[]).await;
    let ended = desk.post_form(&path, &[]).await;

    assert_eq!(by_another.status, StatusCode::NOT_FOUND);
    assert_eq!(ended.redirect(), "/settings");
    assert_eq!(phone.get("/api/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(desk.get("/api/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn an_owner_says_whether_anybody_is_told_of_what_is_overdue() {
    let crm = Crm::new().await;
    let hugo = crm.hugo().await;
    let settings = async || {
        let mut tx = crm.test.db.read(&crm.hudson).await.unwrap();
        let settings = db::tenant::assignment::settings(&mut tx, &crm.hudson).await;
        settings.unwrap().escalates_reminders
    };
    assert!(settings().await);

    let told = hugo
        .post_form("/settings/reminders", &[("escalates", "no")])
        .await;

    assert_eq!(told.redirect(), "/settings");
    assert!(!settings().await);
    let page = hugo.get("/settings").await;
    assert!(page.page().contains("value=\"no\" checked"), "{}", page.text());
    let activity = hugo.get("/activity").await;
    assert!(
        activity
            .page()
            .contains("let nobody be told of overdue reminders")
    );
    let unclear = hugo.post_form("/settings/reminders", &[]).await;
    assert_eq!(unclear.status, 422);
    let ann = crm.ann().await;
    let agents = ann.post_form("/settings/reminders", &[("escalates", "no")]).await;
    assert_eq!(agents.status, 403);
}

#[tokio::test]
async fn everybody_says_for_themselves_whether_they_get_messages_about_their_leads() {
    let crm = Crm::new().await;
    let (ann, ruth) = (crm.ann().await, crm.ruth().await);
    let offers = |page: &str| page.contains("Stop these e-mails");
    assert!(offers(ann.get("/settings").await.page()));

    let stopped = ann.post_form("/settings/mail", &[("getsMail", "no")]).await;
    let unclear = ann.post_form("/settings/mail", &[]).await;

    assert_eq!(stopped.redirect(), "/settings");
    assert_eq!(unclear.status, 422);
    assert!(!offers(ann.get("/settings").await.page()));
    assert!(offers(ruth.get("/settings").await.page()));
    let activity = ann.get("/activity").await;
    assert!(activity.page().contains("e-mails about leads that become theirs"));
    ann.post_form("/settings/mail", &[("getsMail", "yes")]).await;
    assert!(offers(ann.get("/settings").await.page()));
}

#[tokio::test]
async fn whoever_wants_to_hear_of_new_leads_does_on_every_open_page_and_nobody_else() {
    let crm = Crm::new().await;
    let (ann, ruth) = (crm.ann().await, crm.ruth().await);
    let rings = async |of: &server::testing::Caller| of.get("/").await.page().contains("/sound.");
    assert!(!rings(&ann).await, "off until somebody wants it");
    assert!(
        !ann.get("/settings")
            .await
            .page()
            .contains("aria-describedby=\"rings-help\" checked")
    );

    let asked = ann.post_form("/settings/sound", &[("rings", "yes")]).await;

    assert_eq!(asked.redirect(), "/settings");
    assert!(rings(&ann).await);
    assert!(!rings(&ruth).await);
    let elsewhere = crm.ann().await;
    assert!(rings(&elsewhere).await, "on each of her computers");
    assert!(
        ann.get("/settings")
            .await
            .page()
            .contains("aria-describedby=\"rings-help\" checked")
    );
    let activity = ann.get("/activity").await;
    assert!(
        activity
            .page()
            .contains("asked for a sound when a new lead comes in")
    );
    let unclear = ann.post_form("/settings/sound", &[("rings", "loudly")]).await;
    assert_eq!(unclear.status, 422);
    // What is not ticked is not sent.
    ann.post_form("/settings/sound", &[]).await;
    assert!(!rings(&ann).await);
}

#[tokio::test]
async fn the_clock_of_a_lead_stands_still_while_the_office_is_closed() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let olga = crm.at_fairfield("olga@example.com").await;
    // A Monday, 07:00 in New York.
    crm.a_lead_of_ana().await;
    let nine_to_five = [
        ("when", "hours"),
        ("days", "mon"),
        ("days", "tue"),
        ("from", "09:00"),
        ("until", "17:00"),
    ];

    let saved = olga.post_form("/settings/hours", &nine_to_five).await;

    assert_eq!(saved.redirect(), "/settings");
    let page = olga.get("/settings").await;
    assert!(page.page().contains("Office hours saved."), "{}", page.text());
    assert!(page.page().contains("value=\"hours\" checked"));
    for (minutes, state, told) in [
        (60, "waiting", "1 h left"),
        (65, "late", "10 min left"),
        (15, "overdue", "Overdue 5 min"),
    ] {
        crm.clock.advance(jiff::SignedDuration::from_mins(minutes));
        for path in ["/", "/leads", "/pipeline"] {
            let page = olga.get(path).await;
            assert!(page.page().contains(told), "no {told} at {path}: {}", page.text());
        }
        for other in ["waiting", "late", "overdue"] {
            let found = olga
                .get(&format!("/api/leads?response={other}&count=true"))
                .await
                .json();
            let expected = i32::from(other == state);
            assert_eq!(found["pagination"]["total"], expected, "{other} when {state}");
        }
    }
    let always = olga.post_form("/settings/hours", &[("when", "always")]).await;
    assert_eq!(always.redirect(), "/settings");
    assert!(olga.get("/leads").await.page().contains("Overdue 2 h"));
    assert_eq!(olga.get("/api/leads?response=soon").await.status, 422);
}

#[tokio::test]
async fn hours_that_make_no_sense_are_refused_in_a_sentence_and_change_nothing() {
    let crm = Crm::new().await;
    let hugo = crm.hugo().await;
    let hours = |days: &'static str, from: &'static str, until: &'static str| {
        vec![
            ("when", "hours"),
            ("days", days),
            ("from", from),
            ("until", until),
        ]
    };
    for (form, told) in [
        (vec![], "Choose around the clock"),
        (vec![("when", "hours")], "Tick the days"),
        (hours("someday", "09:00", "17:00"), "A day must be one of"),
        (hours("mon", "9 o’clock", "17:00"), "must be a time of the day"),
        (hours("mon", "09:00", "09:30"), "for an hour at least"),
    ] {
        let refused = hugo.post_form("/settings/hours", &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{told}");
        assert!(refused.text().contains(told), "no {told} in {}", refused.text());
        let page = hugo.get("/settings").await;
        assert!(page.page().contains("value=\"always\" checked"));
    }
    let ann = crm.ann().await;
    let agents = ann.post_form("/settings/hours", &[("when", "always")]).await;
    assert_eq!(agents.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn refused_hours_come_back_as_they_were_typed_with_what_is_wrong_at_its_field() {
    let crm = Crm::new().await;
    let hugo = crm.hugo().await;
    let typed = |from| {
        [
            ("when", "hours"),
            ("days", "tue"),
            ("days", "sat"),
            ("from", from),
            ("until", "16:30"),
        ]
    };

    let refused = hugo.post_form("/settings/hours", &typed("25:00")).await;
    let saved = hugo.post_form("/settings/hours", &typed("08:15")).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for kept in [
        "The office hours are not saved yet",
        "value=\"hours\" checked",
        "value=\"tue\" checked",
        "value=\"sat\" checked",
        "value=\"25:00\" aria-invalid=\"true\" aria-describedby=\"hours-from-error\"",
        "value=\"16:30\">",
    ] {
        assert!(refused.text().contains(kept), "no {kept} in {}", refused.text());
    }
    for not_so in ["value=\"mon\" checked", "id=\"hours-until-error\""] {
        assert!(!refused.text().contains(not_so), "{not_so}");
    }
    assert_eq!(saved.redirect(), "/settings");
    let page = hugo.get("/settings").await;
    assert!(page.page().contains("value=\"08:15\">"), "{}", page.text());
    assert!(!page.page().contains("not saved yet"));
}

#[tokio::test]
async fn who_told_no_zone_reads_the_workspaces() {
    let crm = Crm::new().await;
    crm.a_lead_of_ana().await;
    let ann = crm.ann().await;
    assert!(ann.get("/leads").await.page().contains("2 March 2026, 12:00 UTC"));

    let ann = ann.with_header("cookie", "look=plain");

    assert!(ann.get("/leads").await.page().contains("2 March 2026, 07:00 EST"));
    let form = ann.get("/reminders").await;
    assert!(form.page().contains("By the clock of the workspace."));
    assert!(form.page().contains("2026-03-02T08:00"));
}
