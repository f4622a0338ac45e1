//! What programs read about a site before they read the site.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::{app::App, visitor::Visitor};

/// Search engines are welcome in production, where the content is real, and nowhere else.
pub(crate) async fn robots(_: Visitor, State(app): State<App>) -> Response {
    let rules = if app.in_production {
        "User-agent: *\nDisallow: /api/\n"
    } else {
        "User-agent: *\nDisallow: /\n"
    };
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], rules).into_response()
}
