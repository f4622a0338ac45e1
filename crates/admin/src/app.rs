//! The console: what its handlers are given, what it answers, and how it starts.

use std::sync::Arc;

use axum::{extract::FromRef, http::Method};
use db::Db;
use server::{Assets, Context, Edge, Look, Routes, Running, bearer::Bearers, limits};
use types::{Clock, Ids};

use crate::{audit, openapi, sign_in, tenants};

/// What handlers are given. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) bearers: Arc<Bearers>,
    look: Look,
}

impl FromRef<App> for Look {
    fn from_ref(app: &App) -> Self {
        app.look.clone()
    }
}

impl App {
    fn new(context: &Context) -> Self {
        Self {
            db: context.db.clone(),
            clock: Arc::clone(&context.clock),
            ids: Arc::clone(&context.ids),
            bearers: Arc::new(Bearers::new(&context.settings.secrets, "admin")),
            look: Look {
                product: "Freehold console",
                assets: Assets::shared(),
            },
        }
    }
}

/// The whole surface of the console.
pub(crate) fn routes() -> Routes<App> {
    Routes::default()
        .get("/sign-in", sign_in::pages::show)
        .post("/sign-in", sign_in::pages::create)
        .limit(limits::SIGN_IN_PER_ADDRESS)
        .post("/sign-out", sign_in::pages::end)
        .post("/api/session", sign_in::api::create)
        .limit(limits::SIGN_IN_PER_ADDRESS)
        .get("/api/session", sign_in::api::show)
        .delete("/api/session", sign_in::api::delete)
        .get("/", tenants::page::list)
        .get("/api/tenants", tenants::api::list)
        .post("/api/tenants", tenants::api::create)
        .get("/api/tenants/{id}", tenants::api::show)
        .patch("/api/tenants/{id}/status", tenants::api::set_status)
        .get("/api/admin-audit", audit::api::list)
        .get("/api/openapi.json", openapi::show)
}

/// Every route of the console but its static files, for whoever walks them all.
pub fn surface() -> Vec<(Method, &'static str)> {
    routes().table()
}

/// Starts to answer on `ADMIN_ADDR`.
///
/// # Errors
///
/// When the address is taken or not ours.
pub async fn start(context: Context) -> anyhow::Result<Running> {
    Running::start(&context, context.settings.addresses.admin, edge(&context)).await
}

/// The console behind its edge. It belongs to no tenant, so it answers on any host.
pub(crate) fn edge(context: &Context) -> Edge {
    let app = App::new(context);
    let look = app.look.clone();
    let router = routes().and(look.assets.router()).into_router(app);
    let health = context.health(env!("CARGO_PKG_VERSION"));
    Edge::new("admin", &context.settings, health, router)
        .failure_pages(look)
        .sign_in_at("/sign-in")
}
