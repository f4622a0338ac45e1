//! The tenants' websites: what a visitor sees, and what becomes of what they send.
//!
//! Read `routes.rs` for the whole surface, then `visitor.rs` for how a request finds its tenant. A folder each for the
//! pages; `words/` is what those say that every site has, `modules/` what a town's page knows from data, `art/` what it shows; `lead/`,
//! `valuation/` and `events/` end in an event that is durable before the visitor hears success; `account/` and `saved/`
//! are what visitors who come back have here.

mod about;
mod account;
mod alerts;
mod app;
mod art;
mod attribution;
mod calculators;
mod contact;
mod desk;
mod discovery;
mod events;
mod fields;
mod given;
mod home;
mod insights;
mod kept;
mod lead;
mod legal;
mod listings;
mod mailbox;
mod modules;
mod notice;
mod openapi;
mod overdue;
mod queue;
mod remembering;
mod rounds;
mod routes;
mod saved;
mod services;
mod site;
mod social;
#[cfg(test)]
mod testing;
mod towns;
mod valuation;
mod visitor;
mod words;

use app::App;
use server::{Context, Edge, Running, mail::Postman};

/// Starts the websites on `WEB_ADDR`.
///
/// # Errors
///
/// When the address cannot be listened on.
pub async fn start(context: Context) -> anyhow::Result<Running> {
    let app = App::new(&context);
    let health = context.health(env!("CARGO_PKG_VERSION"));
    let postman = Postman::new(&context, &app.letterbox);
    tokio::spawn(postman.work(context.stop.clone()));
    tokio::spawn(rounds::work(app.clone(), context.stop.clone()));
    let edge = Edge::new("web", &context.settings, health, routes::router(&app))
        .failure_pages(app)
        .sign_in_at("/sign-in");
    Running::start(&context, context.settings.addresses.web, edge).await
}

/// Every route, for the walk that tries each as somebody else (`tests/it/tenants_never_meet`).
pub fn surface() -> Vec<(axum::http::Method, &'static str)> {
    routes::routes().table()
}
