//! Deleting and taking home what is ticked, as the pages offer it.

use axum::http::StatusCode;
use db::testing::{a_contact, a_lead};

use crate::testing::Crm;

#[tokio::test]
async fn the_page_asks_before_it_deletes_and_offers_the_way_back() {
    let crm = Crm::new().await;
    let lead = crm.a_lead_of_ana().await;
    let (ann, ruth) = (crm.ann().await, crm.ruth().await);
    for asks in [
        format!("/bulk-edits/new?of=ticked&lead={}", lead.id),
        "/bulk-edits/new?of=all&status=new".to_owned(),
    ] {
        let choose = ann.get(&asks).await;
        let link = choose
            .page()
            .split("class=\"link-danger\" href=\"")
            .nth(1)
            .unwrap();
        let sure = link.split('"').next().unwrap().replace("&#38;", "&");
        let question = ann.get(&sure).await;
        assert!(
            question.page().contains("<h1 id=\"sure-h\">Delete 1 lead?</h1>"),
            "{sure}"
        );
        assert!(question.page().contains("For ten minutes you can put back"));
        assert_eq!(ruth.get(&sure).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(
        ann.get(&format!("/leads/{}", lead.id)).await.status,
        StatusCode::OK
    );

    let form = [
        ("about", "leads"),
        ("of", "all"),
        ("list", "status=new"),
        ("what", "delete"),
    ];
    assert_eq!(
        ruth.post_form("/bulk-edits", &form).await.status,
        StatusCode::FORBIDDEN
    );
    let done = ann.post_form("/bulk-edits", &form).await;
    let shown = ann.get(done.redirect()).await;

    assert!(
        shown.page().contains("<dt>Deleted</dt><dd>1</dd>"),
        "{}",
        shown.page()
    );
    assert!(shown.page().contains("You can undo this until"));
    assert_eq!(
        ann.get(&format!("/leads/{}", lead.id)).await.status,
        StatusCode::NOT_FOUND
    );
    ann.post_form(done.redirect(), &[]).await.redirect();
    assert_eq!(
        ann.get(&format!("/leads/{}", lead.id)).await.status,
        StatusCode::OK
    );
    assert!(
        ann.get(done.redirect())
            .await
            .page()
            .contains("<dt>Put back</dt><dd>1</dd>")
    );
}

#[tokio::test]
async fn what_is_ticked_is_taken_home_as_a_file_with_the_columns_shown() {
    let crm = Crm::new().await;
    let (zelda, other) = (
        crm.a_person("zelda@example.com").await,
        crm.a_person("other@example.com").await,
    );
    let theirs = a_contact(&*crm.ids).email("theirs@example.com");
    let theirs = theirs.insert(&crm.test.db, &crm.hudson).await;
    let first = a_lead(&*crm.ids)
        .of(&zelda)
        .insert(&crm.test.db, &crm.fairfield)
        .await;
    a_lead(&*crm.ids)
        .of(&other)
        .insert(&crm.test.db, &crm.fairfield)
        .await;
    let ann = crm.ann().await;
    let list = ann.get("/leads?column=source&q=quist").await;
    let carried = "<input type=\"hidden\" name=\"column\" value=\"source\">";
    let form = list.page().split("id=\"bulk\"").nth(1).unwrap();
    assert!(form.split("</form>").next().unwrap().contains(carried));

    let ticks = format!(
        "/bulk-edits/new?of=export&column=source&q=quist&lead={}",
        first.id
    );
    let file = ann.get(ann.get(&ticks).await.redirect()).await;
    assert_eq!(
        file.text().trim_end().lines().collect::<Vec<_>>(),
        [
            "Lead,E-mail,Phone,Source",
            "Zelda Quist,zelda@example.com,,Contact"
        ]
    );

    let none = ann
        .get("/bulk-edits/new?of=export&about=contacts&search=zelda")
        .await;
    assert_eq!(none.redirect(), "/contacts?search=zelda");
    let mixed = format!("/api/contacts.csv?column=tags&id={}&id={}", zelda.id, theirs.id);
    assert_eq!(
        ann.get(&mixed).await.text().lines().count(),
        2,
        "a neighbour's is not there"
    );
    let cards = ann.get(&format!("/api/contacts.vcf?id={}", zelda.id)).await;
    assert_eq!(cards.text().matches("BEGIN:VCARD").count(), 1);
    for wrong in ["id=x".to_owned(), vec![format!("id={}", zelda.id); 201].join("&")] {
        let refused = ann.get(&format!("/api/contacts.csv?{wrong}")).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{}",
            refused.text()
        );
    }
}
