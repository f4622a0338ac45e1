//! What every handler may ask for, and how the app starts.

use std::sync::Arc;

use axum::{extract::FromRef, middleware};
use db::Db;
use memory_serve::MemoryServe;
use server::{
    Assets, Context, Edge, Look, Running, Setbacks, Stop, bearer::Bearers, oidc::Oidc, tenancy::Tenancy,
};
use tokio::sync::Notify;
use types::{Clock, Ids};

use crate::{counted::Numbers, long_work, repeats, routes, support, tenant, webhooks, webhooks::Webhooks};

/// What handlers are given. Cheap to clone.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) db: Db,
    pub(crate) tenancy: Tenancy,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn Ids>,
    pub(crate) bearers: Arc<Bearers>,
    /// The identity provider that is believed, if there is one.
    pub(crate) oidc: Option<Arc<Oidc>>,
    pub(crate) stop: Stop,
    /// Told when an import, a bulk edit or an export waits for somebody to work on it.
    pub(crate) long_work: Arc<Notify>,
    pub(crate) webhooks: Webhooks,
    pub(crate) numbers: Numbers,
    /// What went wrong lately of what is done without being asked.
    pub(crate) setbacks: Arc<Setbacks>,
    look: Look,
}

impl FromRef<App> for Look {
    fn from_ref(app: &App) -> Self {
        app.look.clone()
    }
}

impl App {
    pub(crate) fn new(context: &Context) -> anyhow::Result<Self> {
        let oidc = context.settings.oidc.clone().map(Oidc::new).transpose()?;
        let oidc = oidc.map(Arc::new);
        Ok(Self {
            db: context.db.clone(),
            tenancy: Tenancy::new(context.db.clone(), context.settings.tenant_fallback.clone()),
            clock: Arc::clone(&context.clock),
            ids: Arc::clone(&context.ids),
            bearers: Arc::new(Bearers::new(&context.settings.secrets, "crm")),
            oidc,
            stop: context.stop.clone(),
            long_work: Arc::default(),
            webhooks: Webhooks::new(context),
            numbers: Numbers::default(),
            setbacks: Arc::default(),
            look: Look {
                product: "Freehold CRM",
                assets: Assets::shared().and(files()),
            },
        })
    }
}

#[expect(
    unused_qualifications,
    reason = "the code memory_serve generates spells everything out"
)]
fn files() -> MemoryServe {
    memory_serve::load!()
}

/// Starts to answer on `CRM_ADDR`, to work on imports, bulk edits and exports that wait, and to tell webhooks what happens.
///
/// # Errors
///
/// When the address is taken or not ours.
pub async fn start(context: Context) -> anyhow::Result<Running> {
    let app = App::new(&context)?;
    let behind = edge_of(&context, app.clone());
    let running = Running::start(&context, context.settings.addresses.crm, behind).await?;
    tokio::spawn(long_work::work_on_all(app.clone()));
    tokio::spawn(webhooks::work(app));
    Ok(running)
}

/// The app as tests ask it: nobody works on long imports and edits, or webhooks, behind their back.
#[cfg(test)]
pub(crate) fn edge(context: &Context) -> Edge {
    edge_of(context, App::new(context).expect("this machine has certificates"))
}

/// The whole app behind its edge. Assets answer on any host: the page that says "nothing here" wants its style too.
fn edge_of(context: &Context, app: App) -> Edge {
    let look = app.look.clone();
    let of_tenants = middleware::from_fn_with_state(app.clone(), tenant::find);
    let once = middleware::from_fn_with_state(app.clone(), repeats::once);
    let watched = middleware::from_fn_with_state(app.clone(), support::watch::watch);
    let router = routes::routes()
        .posts_through(repeats::may_be_sent_again, once)
        .into_router(app)
        .layer(watched)
        .layer(of_tenants)
        .merge(look.assets.router());
    Edge::new(
        "crm",
        &context.settings,
        context.health(env!("CARGO_PKG_VERSION")),
        router,
    )
    .failure_pages(look)
    .sign_in_at("/sign-in")
}
