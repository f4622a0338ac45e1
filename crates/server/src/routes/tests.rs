use axum::http::Method;

use super::Routes;

#[test]
fn a_router_lists_itself() {
    let leads = Routes::<()>::default()
        .get("/leads", async || ())
        .post("/leads", async || ())
        .limit(crate::limits::LEAD);
    let all = Routes::default().get("/", async || ()).merge(leads);
    let table = all.table();
    assert_eq!(
        table,
        [
            (Method::GET, "/"),
            (Method::GET, "/leads"),
            (Method::POST, "/leads")
        ]
    );
    // Two methods at one path meet in one route, which must not panic.
    let _router = all.into_router(());
}
