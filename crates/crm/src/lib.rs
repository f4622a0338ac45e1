//! The agents' dashboard: who is asking, their tenant's leads, and what happens to them.
//!
//! In the order a request meets it: `tenant` finds whose host was asked, `member` who is asking, `routes` has the whole
//! surface on one screen, and each folder is one noun with its pages, its API and its tests.

mod activities;
mod app;
mod appearance;
mod assignment;
mod bulk_edits;
mod calendar;
mod contacts;
mod content_lines;
mod counted;
mod dashboard;
mod dialog;
mod duplicates;
mod events;
mod exports;
mod hands;
mod imports;
mod leads;
mod listing;
mod long_work;
mod member;
mod notices;
mod once;
mod openapi;
mod people;
mod pipeline;
mod reminders;
mod repeats;
mod routes;
mod search;
mod session;
mod settings;
mod sides;
mod sources;
mod spam;
mod support;
mod table;
mod tenant;
#[cfg(test)]
mod testing;
mod tokens;
mod trail;
mod views;
mod webhooks;
mod words;
mod workspace;
mod zone;

pub use app::start;

/// Every route, for the walk that tries each as somebody else (`tests/it/tenants_never_meet`).
pub fn surface() -> Vec<(axum::http::Method, &'static str)> {
    routes::routes().table()
}
