//! The whole surface of the CRM, on one screen.

use server::{Routes, limits};

use crate::{
    activities, app::App, contacts, dashboard, events, leads, openapi, reminders, session, settings, views,
};

/// Every route. Each takes a [`Member`](crate::member::Member) but those that sign in or out.
pub(crate) fn routes() -> Routes<App> {
    pages().merge(api())
}

fn pages() -> Routes<App> {
    Routes::default()
        .get("/sign-in", session::pages::show)
        .post("/sign-in", session::pages::create)
        .limit(limits::SIGN_IN_PER_ADDRESS)
        .post("/sign-out", session::pages::end)
        .get("/", dashboard::show)
        .get("/dashboard/counts", dashboard::counts)
        .get("/dashboard/newest", dashboard::newest)
        .get("/dashboard/activity", dashboard::activity)
        .get("/leads", leads::list::list)
        .get("/leads/{id}", leads::show::show)
        .post("/leads/{id}/status", leads::show::move_status)
        .post("/leads/{id}", leads::show::save)
        .post("/leads/{id}/notes", leads::show::log_activity)
        .get("/contacts", contacts::list::list)
        .get("/contacts/{id}", contacts::pages::show)
        .post("/contacts/{id}", contacts::save)
        .get("/contacts/{id}/erase", contacts::erase::ask)
        .post("/contacts/{id}/erase", contacts::erase::erase_for_sure)
        .post("/views", views::pages::create)
        .get("/views/{id}", views::pages::show)
        .post("/views/{id}", views::pages::change)
        .get("/activity", activities::page::list)
        .get("/settings", settings::show)
        .post("/settings/members/{id}", settings::set_role)
        .post("/settings/sessions/{id}", settings::end_session)
        .get("/reminders", reminders::pages::list)
        .post("/reminders", reminders::pages::create)
        .post("/reminders/{id}", reminders::pages::change)
}

fn api() -> Routes<App> {
    Routes::default()
        .post("/api/session", session::api::create)
        .limit(limits::SIGN_IN_PER_ADDRESS)
        .get("/api/session", session::api::show)
        .delete("/api/session", session::api::delete)
        .get("/api/leads", leads::api::list)
        .post("/api/leads", leads::api::create)
        .get("/api/leads/{id}", leads::api::show)
        .patch("/api/leads/{id}", leads::api::update)
        .delete("/api/leads/{id}", leads::api::delete)
        .get("/api/contacts", contacts::api::list)
        .post("/api/contacts", contacts::api::create)
        .get("/api/contacts/{id}", contacts::api::show)
        .patch("/api/contacts/{id}", contacts::api::update)
        .delete("/api/contacts/{id}", contacts::api::delete)
        .get("/api/contacts/{id}/export", contacts::erase::export)
        .post("/api/contacts/{id}/erase", contacts::erase::erase)
        .get("/api/activities", activities::api::list)
        .post("/api/activities", activities::api::create)
        .get("/api/reminders", reminders::api::list)
        .post("/api/reminders", reminders::api::create)
        .patch("/api/reminders/{id}", reminders::api::update)
        .delete("/api/reminders/{id}", reminders::api::delete)
        .get("/api/leads.csv", leads::export::csv)
        .get("/api/contacts.csv", contacts::list::csv)
        .get("/api/views", views::api::list)
        .post("/api/views", views::api::create)
        .patch("/api/views/{id}", views::api::update)
        .delete("/api/views/{id}", views::api::delete)
        .get("/api/summary", dashboard::summary)
        .get("/api/events/stream", events::stream)
        .get("/api/openapi.json", openapi::show)
}
