use super::*;

#[tokio::test]
async fn an_owner_makes_tries_and_takes_away_one_without_a_script() {
    let house = House::new().await;
    let olga = house.olga().await;
    let form = [
        ("name", "Newsletter"),
        ("url", "https://hooks.example.com/in"),
        ("events", "lead.created"),
    ];

    let refused = olga.post_form("/settings/webhooks", &[("url", "nonsense")]).await;
    let made = olga.post_form("/settings/webhooks", &form).await;

    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["The name is missing", "must be an address", "Tick at least one"] {
        assert!(refused.text().contains(told), "{told}");
    }
    assert!(made.page().contains("whsec_"));
    let list = olga.get("/settings/webhooks").await;
    assert!(list.page().contains("https://hooks.example.com/in") && !list.page().contains("whsec_"));
    let id = olga.get("/api/webhooks").await.json()["webhooks"][0]["id"].clone();
    let path = format!("/settings/webhooks/{}", id.as_str().unwrap());
    house.ear.is([Mood::Says(500)]);
    olga.post_form(&path, &[("action", "test")]).await;
    house.round().await;
    let page = olga.get(&path).await;
    assert!(page.page().contains("webhook.test") && page.page().contains("answered 500"));

    let delivery = page
        .page()
        .split("/settings/webhooks/deliveries/")
        .nth(1)
        .unwrap();
    let again = format!(
        "/settings/webhooks/deliveries/{}",
        delivery.split('"').next().unwrap()
    );
    olga.post_form(&again, &[]).await;
    house.round().await;
    let page = olga.get(&path).await;
    assert!(page.page().contains("Attempt 2: answered 204"), "{}", page.text());

    let rotated = olga.post_form(&path, &[("action", "secret")]).await;
    assert!(rotated.page().contains("whsec_"));
    let ask = format!("{path}/delete");
    assert!(olga.get(&ask).await.page().contains("Take Newsletter away?"));
    let gone = olga.post_form(&ask, &[]).await;
    assert!(olga.get(gone.redirect()).await.page().contains("Nobody is told"));
}

#[tokio::test]
async fn a_form_that_is_out_of_date_changes_nothing() {
    let house = House::new().await;
    let id = house.endpoint(&["lead.created"]).await;
    let olga = house.olga().await;
    let path = format!("/settings/webhooks/{id}");
    let form = |version, name| {
        vec![
            ("action", "save"),
            ("version", version),
            ("name", name),
            ("url", "https://hooks.example.com"),
            ("events", "lead.updated"),
        ]
    };

    olga.post_form(&path, &form("1", "First")).await;
    let late = olga.post_form(&path, &form("1", "Second")).await;

    assert!(
        olga.get(late.redirect())
            .await
            .page()
            .contains("Somebody changed this webhook")
    );
    let shown = house.shown(id).await;
    assert_eq!(
        (&shown["name"], &shown["events"]),
        (&json!("First"), &json!(["lead.updated"]))
    );
}

#[tokio::test]
async fn webhooks_are_the_owners_affair_and_one_tenants() {
    let house = House::new().await;
    let id = house.endpoint(&["lead.created"]).await;
    let (ann, hugo) = (house.crm.ann().await, house.crm.hugo().await);
    let path = format!("/api/webhooks/{id}");

    assert_eq!(ann.get("/settings/webhooks").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ann.get(&path).await.status, StatusCode::FORBIDDEN);
    assert_eq!(hugo.get(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(hugo.delete(&path).await.status, StatusCode::NOT_FOUND);
    assert_eq!(hugo.get("/api/webhooks").await.json()["webhooks"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_told_is_refused() {
    let house = House::new().await;
    let good = json!({ "name": "N", "url": "https://hooks.example.com", "events": ["lead.created"] });
    for (name, value, pointer) in [
        ("name", json!(" "), "/name"),
        ("url", Value::Null, "/url"),
        ("url", json!("nonsense"), "/url"),
        ("events", json!([]), "/events"),
        ("events", json!(["webhook.test"]), "/events"),
        ("events", json!(["lead.sung"]), "/events/0"),
    ] {
        let mut wanted = good.clone();
        wanted[name] = value;
        let answer = house
            .olga()
            .await
            .post_json("/api/webhooks", wanted.clone())
            .await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wanted}");
        assert_eq!(answer.json()["errors"][0]["pointer"], pointer, "{wanted}");
    }
    let mut last = StatusCode::CREATED;
    for _ in 0..11 {
        last = house
            .olga()
            .await
            .post_json("/api/webhooks", good.clone())
            .await
            .status;
    }
    assert_eq!(last, StatusCode::CONFLICT);
}

#[tokio::test]
async fn an_address_inside_is_refused_unless_development_allows_it() {
    let crm = Crm::new().await;
    let hash = crm.password_hash().await;
    let olga = ("olga@example.com", hash.as_str());
    a_member(&crm.test.db, &*crm.ids, &crm.fairfield, olga, Role::Owner).await;
    let olga = crm.at_fairfield("olga@example.com").await;

    for url in [
        "http://hooks.example.com",
        "https://127.0.0.1",
        "https://[::1]",
        "https://169.254.169.254",
        "https://localhost",
    ] {
        let wanted = json!({ "name": "N", "url": url, "events": ["lead.created"] });
        let answer = olga.post_json("/api/webhooks", wanted).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
    }
}

#[tokio::test]
async fn an_endpoint_that_was_changed_since_is_not_taken_away() {
    let house = House::new().await;
    let path = format!("/api/webhooks/{}", house.endpoint(&["lead.created"]).await);
    let olga = house.olga().await;
    let seen = olga.get(&path).await.header("etag").to_owned();
    let changed = olga.patch_json(&path, json!({ "name": "Ours" })).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());

    let late = olga.with_header("if-match", &seen).delete(&path).await;
    assert_eq!(late.status, StatusCode::PRECONDITION_FAILED, "{}", late.text());

    let olga = house.olga().await.with_header("if-match", changed.header("etag"));
    assert_eq!(olga.delete(&path).await.status, StatusCode::OK);
}
