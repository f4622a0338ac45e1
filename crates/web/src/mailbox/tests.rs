use axum::http::StatusCode;

use crate::testing::{FAIRFIELD, HUDSON, Houses};

#[tokio::test]
async fn the_mailbox_of_a_development_machine_shows_its_own_sites_messages() {
    let houses = Houses::new().await;
    houses.signed_in("ann@example.com").await;

    let own = houses.visitor(FAIRFIELD).get("/dev/mailbox").await;
    let next_door = houses.visitor(HUDSON).get("/dev/mailbox").await;

    assert!(own.page().contains("Your link to sign in") && own.page().contains("/sign-in/link?token="));
    assert!(!next_door.page().contains("ann@example.com"));
}

#[tokio::test]
async fn production_has_no_such_page() {
    let secret = "0123456789abcdef0123456789abcdef";
    let houses = Houses::with(&[("APP_ENV", "production"), ("SESSION_SECRET", secret)]).await;

    let page = houses.visitor(FAIRFIELD).get("/dev/mailbox").await;

    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
