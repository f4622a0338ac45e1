//! Every address of the console, on one screen. What each takes, says [`crate::operator::doors`].

use std::time::Duration;

use server::{Routes, limits};

use crate::{
    account, app::App, audit, domains, health, openapi, operator, operators, people, queue, settings,
    sign_in, support, tenants, website,
};

/// Moving very many dead letters takes a while, and so does a long trail.
const BULK: Duration = Duration::from_secs(60);

/// The whole surface of the console.
pub(crate) fn routes() -> Routes<App> {
    pages().merge(api())
}

#[rustfmt::skip] // one route a line
fn pages() -> Routes<App> {
    Routes::default()
        .get("/sign-in", sign_in::pages::show)
        .post("/sign-in", sign_in::pages::create).limit(limits::SIGN_IN_PER_ADDRESS)
        .post("/sign-in/code", sign_in::code_page::create).limit(limits::SIGN_IN_PER_ADDRESS)
        .post("/sign-out", sign_in::pages::end)
        .get("/account", account::pages::show)
        .post("/account/second-factor", account::pages::begin)
        .post("/account/second-factor/confirm", account::pages::confirm)
        .post("/account/second-factor/codes", account::pages::renew)
        .post("/account/second-factor/off", account::pages::turn_off)
        .get("/", tenants::page::list)
        .get("/tenants/{id}", tenants::show::show)
        .get("/tenants/{id}/status", tenants::status_page::ask)
        .post("/tenants/{id}/status", tenants::status_page::set_status)
        .get("/tenants/{id}/domains", domains::pages::list)
        .post("/tenants/{id}/domains", domains::pages::create)
        .post("/tenants/{id}/domains/{domain}", domains::pages::update)
        .post("/tenants/{id}/domains/{domain}/check", domains::pages::check)
        .get("/tenants/{id}/settings", settings::pages::show)
        .post("/tenants/{id}/settings", settings::pages::update)
        .post("/tenants/{id}/overrides", settings::override_pages::create)
        .post("/tenants/{id}/overrides/{subject}", settings::override_pages::take_back)
        .get("/tenants/{id}/website", website::pages::show)
        .post("/tenants/{id}/website", website::pages::update)
        .get("/tenants/{id}/members", people::pages::list)
        .post("/tenants/{id}/members", people::pages::create)
        .post("/tenants/{id}/members/{member}", people::pages::update)
        .get("/tenants/{id}/support", support::pages::list)
        .post("/tenants/{id}/support", support::pages::create)
        .post("/tenants/{id}/support/{session}/widen", support::pages::widen)
        .post("/tenants/{id}/support/{session}/end", support::pages::end)
        .get("/queue", queue::pages::list)
        .post("/queue/dead-letters", queue::move_pages::act).deadline(BULK)
        .post("/queue/pause", queue::pages::switch)
        .post("/queue/resume", queue::pages::resume)
        .get("/queue/jobs/{job}", queue::job_page::show)
        .get("/queue/actions/{action}", queue::actions::show)
        .post("/queue/actions/{action}/stop", queue::actions::stop)
        .get("/audit", audit::page::list)
        .get("/audit.csv", audit::page::csv).deadline(BULK)
        .get("/audit.jsonl", audit::page::json_lines).deadline(BULK)
        .get("/audit/{event}", audit::page::show)
        .get("/health", health::page::list)
        .get("/explain", tenants::explain_page::show)
        .get("/permissions", operator::matrix::show)
        .get("/operators", operators::pages::list)
        .post("/operators", operators::pages::create)
        .post("/operators/{operator}", operators::pages::update)
        .post("/operators/{operator}/remove", operators::pages::remove)
        .get("/provision", tenants::new::show)
        .post("/provision", tenants::new::create)
}

#[rustfmt::skip] // one route a line
fn api() -> Routes<App> {
    Routes::default()
        .post("/api/session", sign_in::api::create).limit(limits::SIGN_IN_PER_ADDRESS)
        .get("/api/session", sign_in::api::show)
        .delete("/api/session", sign_in::api::delete)
        .get("/api/tenants", tenants::api::list)
        .post("/api/tenants", tenants::api::create)
        .get("/api/tenants/{id}", tenants::api::show)
        .get("/api/tenants/{id}/support-sessions", support::api::list)
        .post("/api/tenants/{id}/support-sessions", support::api::create)
        .patch("/api/tenants/{id}/support-sessions/{session}", support::api::widen)
        .delete("/api/tenants/{id}/support-sessions/{session}", support::api::end)
        .patch("/api/tenants/{id}/status", tenants::api::set_status)
        .get("/api/tenants/{id}/domains", domains::api::list)
        .post("/api/tenants/{id}/domains", domains::api::create)
        .patch("/api/tenants/{id}/domains/{domain}", domains::api::update)
        .post("/api/tenants/{id}/domains/{domain}/check", domains::api::check)
        .get("/api/tenants/{id}/certificates", domains::certificate::list)
        .patch("/api/tenants/{id}/domains/{domain}/certificate", domains::certificate::update)
        .get("/api/tenants/{id}/settings", settings::api::show)
        .patch("/api/tenants/{id}/settings", settings::api::update)
        .post("/api/tenants/{id}/overrides", settings::override_api::create)
        .delete("/api/tenants/{id}/overrides/{subject}", settings::override_api::delete)
        .get("/api/tenants/{id}/website", website::api::show)
        .patch("/api/tenants/{id}/website", website::api::update)
        .get("/api/tenants/{id}/members", people::api::list)
        .post("/api/tenants/{id}/members", people::api::create)
        .get("/api/tenants/{id}/members/{member}", people::api::show)
        .patch("/api/tenants/{id}/members/{member}", people::api::update)
        .delete("/api/tenants/{id}/members/{member}", people::api::delete)
        .get("/api/openapi.json", openapi::show)
        .get("/api/permissions", operator::permissions)
        .get("/api/operators", operators::api::list)
        .post("/api/operators", operators::api::create)
        .patch("/api/operators/{operator}", operators::api::update)
        .delete("/api/operators/{operator}", operators::api::delete)
        .get("/api/admin-audit", audit::api::list)
        .get("/api/admin-audit/{event}", audit::api::show)
        .get("/api/queue", queue::api::stats)
        .post("/api/queue/pause", queue::api::pause)
        .post("/api/queue/resume", queue::api::resume)
        .get("/api/queue/groups", queue::api::groups)
        .get("/api/queue/dead-letters", queue::api::dead_letters)
        .post("/api/queue/dead-letters/requeue", queue::move_api::requeue).deadline(BULK)
        .post("/api/queue/dead-letters/discard", queue::move_api::discard).deadline(BULK)
        .get("/api/queue/actions", queue::actions::list_all)
        .get("/api/queue/actions/{action}", queue::actions::tell)
        .post("/api/queue/actions/{action}/stop", queue::actions::end)
        .get("/api/queue/jobs/{job}", queue::api::job)
        .post("/api/queue/jobs/{job}/payload", queue::api::payload)
        .get("/api/health/tenants", health::api::list)
        .get("/api/health/tenants/{id}", health::api::show)
}
