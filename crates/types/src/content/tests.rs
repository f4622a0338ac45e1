use super::*;

#[test]
fn a_document_says_where_it_stands_among_its_kind() {
    let post: Post = serde_json::from_value(serde_json::json!({
        "slug": "spring", "title": "Spring", "summary": "It is here.", "category": "market-update",
        "author": "Ann", "publishedOn": "2026-04-02", "body": "Early.",
    }))
    .unwrap();

    let entry = post.entry();

    assert_eq!(entry.slug.as_str(), "spring");
    assert_eq!(entry.category, Some("market-update"));
    assert_eq!(entry.dated, Some("2026-04-02".parse().unwrap()));
    assert_eq!(entry.town, None);
}

#[test]
fn a_field_nobody_knows_is_refused() {
    let faq = serde_json::json!({ "slug": "fees", "question": "How much?", "answer": "Less.", "anwser": "" });

    let refused = serde_json::from_value::<Faq>(faq).unwrap_err();

    assert!(
        refused.to_string().contains("unknown field `anwser`"),
        "{refused}"
    );
}

#[test]
fn what_a_tenant_did_not_write_the_installation_says() {
    let installed = PageWords {
        title: "Buying".to_owned(),
        lede: "Carefully.".to_owned(),
        steps: vec![Step::default()],
        ..PageWords::default()
    };
    let own = PageWords {
        lede: "By the river.".to_owned(),
        title: "  ".to_owned(),
        ..PageWords::default()
    };

    let shown = own.or(&installed);

    assert_eq!((&*shown.title, &*shown.lede), ("Buying", "By the river."));
    assert_eq!(shown.steps, installed.steps);
}

#[test]
fn every_page_has_a_name_among_documents() {
    for name in PageName::ALL {
        let page = SitePage::of(*name, PageWords::default());
        assert_eq!(page.name(), Some(*name));
    }
}
