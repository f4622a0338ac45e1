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
    let ten = std::time::Duration::from_secs(10);
    assert_eq!(all.bounds(&Method::GET, "/"), Some((256 * 1024, ten)));
    assert_eq!(all.bounds(&Method::POST, "/"), None);
    // Two methods at one path meet in one route, which must not panic.
    let _router = all.into_router(());
}
