//! The console: what its handlers are given, what it answers, and how it starts.

use std::sync::Arc;

use axum::{extract::FromRef, http::Method, middleware};
use db::Db;
use server::{Assets, Context, Edge, FrontDoor, Look, Running, Secrets, Stop, bearer::Bearers};
use types::{Clock, Hostname, Ids, Slug};

use crate::{
    audit,
    domains::{self, Resolver},
    listings, queue, repeats,
    routes::routes,
};

/// What handlers are given. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) bearers: Arc<Bearers>,
    /// What second factors are made from.
    pub(crate) secrets: Secrets,
    /// `TENANT_FALLBACK`, for explaining hosts.
    pub(crate) tenant_fallback: Option<Slug>,
    /// `PLATFORM_HOSTS`, which no tenant gets.
    pub(crate) platform_hosts: Arc<[Hostname]>,
    /// `SITES_AT`, which domains are to point at.
    pub(crate) front_door: Arc<FrontDoor>,
    /// Who is asked about DNS.
    pub(crate) resolver: Arc<Resolver>,
    /// When to leave long work to another process.
    pub(crate) stop: Stop,
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
            secrets: context.settings.secrets.clone(),
            tenant_fallback: context.settings.tenant_fallback.clone(),
            platform_hosts: context.settings.platform_hosts.clone().into(),
            front_door: Arc::new(context.settings.front_door.clone()),
            resolver: Arc::new(Resolver::at(context.settings.dns_resolver)),
            stop: context.stop.clone(),
            look: Look {
                product: "Freehold console",
                assets: Assets::shared(),
            },
        }
    }
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
    let running = Running::start(&context, context.settings.addresses.admin, edge(&context)).await?;
    tokio::spawn(audit::keeper::keep(context.clone()));
    tokio::spawn(queue::bulk::keep(context.clone()));
    tokio::spawn(listings::go_round(context.clone()));
    tokio::spawn(domains::go_round(context));
    Ok(running)
}

/// The console behind its edge. It belongs to no tenant, so it answers on any host.
pub(crate) fn edge(context: &Context) -> Edge {
    let app = App::new(context);
    let look = app.look.clone();
    let once = middleware::from_fn_with_state(app.clone(), repeats::once);
    let router = routes()
        .posts_through(repeats::may_be_sent_again, once)
        .and(look.assets.router())
        .into_router(app);
    let health = context.health(env!("CARGO_PKG_VERSION"));
    Edge::new("admin", &context.settings, health, router)
        .failure_pages(look)
        .sign_in_at("/sign-in")
}
