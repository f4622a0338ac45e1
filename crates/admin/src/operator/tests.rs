use axum::http::{Method, StatusCode};
use types::OperatorRole;

use crate::{surface, testing::Console};

/// The routes that ask nobody who they are.
const PUBLIC: [(Method, &str); 5] = [
    (Method::GET, "/sign-in"),
    (Method::POST, "/sign-in"),
    (Method::POST, "/sign-out"),
    (Method::POST, "/api/session"),
    (Method::GET, "/api/openapi.json"),
];

#[tokio::test]
async fn every_other_route_wants_somebody_signed_in() {
    let console = Console::new().await;
    let table = surface();
    let guarded = table.iter().filter(|route| !PUBLIC.contains(route));

    for (method, path) in guarded {
        let stranger = console.stranger().with_header("accept", "application/json");
        let answer = stranger.send(method.clone(), path, None, Vec::new()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path}");
    }
}

#[tokio::test]
async fn every_role_reads_and_only_admin_changes() {
    let console = Console::new().await;
    let table = surface();
    let guarded = table
        .iter()
        .filter(|route| !PUBLIC.contains(route) && route.1 != "/api/session");

    for (method, path) in guarded {
        for role in OperatorRole::ALL.iter().copied() {
            let caller = console.signed_in(role).await;
            let answer = caller.send(method.clone(), path, None, Vec::new()).await;
            let may = *method == Method::GET || role == OperatorRole::Admin;
            let was_refused = answer.status == StatusCode::FORBIDDEN;
            assert_eq!(was_refused, !may, "{role} {method} {path}: {}", answer.status);
        }
    }
}

#[tokio::test]
async fn a_header_gives_no_role() {
    let console = Console::new().await;

    let stranger = console.stranger().with_header("x-admin-role", "admin");

    assert_eq!(
        stranger.get("/api/tenants").await.status,
        StatusCode::UNAUTHORIZED
    );
}
