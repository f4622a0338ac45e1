//! Every address of a website, on one screen.

use axum::{Router, middleware};
use server::{Failure, Routes, limits};

use crate::{
    about, account, alerts, app::App, art, calculators, contact, discovery, events, home, insights, lead,
    legal, listings, mailbox, openapi, remembering, saved, services, site, social, towns, valuation, visitor,
};

/// The caps are the contract's, section 4; a form is capped as the event it becomes.
const LEAD: usize = 16 * 1024;
/// The same typed on our page, where a letter of another script is sent as up to nine: so the longest message arrives.
const TYPED: usize = 64 * 1024;
const VALUATION: usize = 12 * 1024;
const EVENTS: usize = 24 * 1024;

#[rustfmt::skip] // one route a line
pub(crate) fn routes() -> Routes<App> {
    let routes = Routes::default()
        .get("/", home::page)
        .get("/contact", contact::page)
        .post("/contact", contact::submit).cap(TYPED).limit(limits::LEAD)
        .get("/contact/thanks", contact::thanks)
        .get("/home-value", valuation::page)
        .post("/home-value", valuation::submit).cap(VALUATION).limit(limits::VALUATION)
        .get("/home-value/range", valuation::range).limit(limits::LISTINGS)
        .post("/api/lead", lead::create).cap(LEAD).limit(limits::LEAD)
        .post("/api/valuation", valuation::create).cap(VALUATION).limit(limits::VALUATION)
        .post("/api/website-events", events::create).cap(EVENTS).limit(limits::EVENTS)
        .get("/towns", towns::list)
        .get("/towns/{town}", towns::town)
        .get("/towns/{town}/{neighborhood}", towns::neighborhood)
        .get("/look/{file}", site::look::show)
        .get("/art/{theme}/{scene}/{file}", art::place)
        .get("/art/{theme}/homes/{kind}/{file}", art::home)
        .get("/social/{version}/{kind}/{file}", social::show).limit(limits::PICTURES)
        .get("/home-search", listings::search_page)
        .get("/listings/{id}", listings::show_page)
        .get("/api/listings", listings::api_search).limit(limits::LISTINGS)
        .get("/api/listings/suggest", listings::api_suggest).limit(limits::LISTINGS)
        .get("/api/listings/{id}", listings::api_find).limit(limits::LISTINGS)
        .get("/api/openapi.json", openapi::show)
        .get("/sign-in", account::open)
        .post("/sign-in", account::ask).limit(limits::SIGN_IN_PER_ADDRESS)
        .get("/sign-in/link", account::link)
        .post("/sign-in/link", account::redeem).limit(limits::SIGN_IN_PER_ADDRESS)
        .post("/sign-out", account::sign_out)
        .get("/account", account::page)
        .post("/account", account::rename)
        .get("/api/user/profile", account::profile)
        .patch("/api/user/profile", account::change_profile)
        .post("/api/user/sync", account::sync)
        .patch("/api/user/sync", account::change_sync)
        .get("/saved-homes", saved::homes_page)
        .post("/saved-homes", saved::change_home).limit(limits::EVENTS)
        .get("/saved-searches", saved::searches_page)
        .post("/saved-searches", saved::change_search).limit(limits::EVENTS)
        .get("/unsubscribe", alerts::open)
        .post("/unsubscribe", alerts::stop)
        .get("/dev/mailbox", mailbox::page)
        .get("/calculators/mortgage", calculators::mortgage)
        .get("/calculators/closing-costs", calculators::closing_costs)
        .get("/calculators/taxes", calculators::taxes);
    standing(routes)
}

/// What is there of every site, whatever homes it has, and what it says to machines.
#[rustfmt::skip] // one route a line
fn standing(routes: Routes<App>) -> Routes<App> {
    routes
        .get("/about", about::page)
        .get("/services/buy", services::buy)
        .get("/services/sell", services::sell)
        .get("/services/investing", services::investing)
        .get("/insights", insights::list)
        .get("/insights/{post}", insights::show)
        .post("/appearance", site::appearance::choose)
        .post("/remember", remembering::answer)
        .get("/privacy", legal::privacy)
        .get("/terms", legal::terms)
        .get("/fair-housing", legal::fair_housing)
        .get("/accessibility", legal::accessibility)
        .get("/robots.txt", discovery::robots)
        .get("/sitemap.xml", discovery::sitemap).limit(limits::LISTINGS)
        .get("/sitemaps/{file}", discovery::sitemap_file).limit(limits::LISTINGS)
        .get("/llms.txt", discovery::llms)
}

/// The same behind the look-up of the tenant, which assets alone do without: they are everybody's.
pub(crate) fn router(app: &App) -> Router {
    let of_a_tenant = routes()
        .into_router(app.clone())
        .fallback(async || Failure::NotFound)
        .layer(middleware::from_fn_with_state(app.clone(), visitor::admit));
    app.assets.router().merge(of_a_tenant)
}
