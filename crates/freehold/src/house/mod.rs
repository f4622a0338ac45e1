//! The whole house in one process: readies the database, starts the apps beside each other, stops them together.
//!
//! They share one [`db::Db`], so a lead that the website takes wakes the worker and the open dashboard at once.

#[cfg(test)]
mod tests;

use std::net::SocketAddr;

use anyhow::Context as _;
use db::{
    Access, PlatformScope,
    platform::tenants::{self, TenantFilter},
};
use futures::future::join_all;
use server::{Context, Running, Settings, StartError};
use types::PageRequest;

use crate::welcome::{self, Place};

/// Where each app listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Doors {
    pub(crate) web: SocketAddr,
    pub(crate) crm: SocketAddr,
    pub(crate) admin: SocketAddr,
}

/// An app that has started, by its name.
type App = (&'static str, Running);

/// Opens the house, and returns when it has been closed.
pub(crate) async fn open(settings: Settings, no_demo: bool) -> Result<(), StartError> {
    let context = Context::open_any_schema(settings, Access::Create).await?;
    let lived = live(&context, no_demo).await;
    context.db.close().await;
    lived
}

async fn live(context: &Context, no_demo: bool) -> Result<(), StartError> {
    make_ready(context, no_demo).await?;
    let mut apps = Vec::new();
    let started = start(context, &mut apps).await;
    match &started {
        Ok(doors) => {
            let places = places(context).await?;
            welcome::print(&places, *doors).context("saying where everything is")?;
        }
        // Those that did start must not go on without the others.
        Err(_) => context.stop.now(),
    }
    let ended = stay(context, apps).await;
    started?;
    Ok(ended?)
}

/// Brings the schema up to date, and fills an empty database with the demo.
async fn make_ready(context: &Context, no_demo: bool) -> Result<(), StartError> {
    context.db.migrate().await.map_err(unusable_if_foreign)?;
    // Not in production: everybody knows the demo's password.
    if no_demo || context.settings.stage.is_production() || !is_empty(context).await? {
        return Ok(());
    }
    admin::seed::demo(&context.db, &*context.clock, &*context.ids)
        .await
        .context("filling the empty database with the demo")?;
    Ok(())
}

/// A schema we do not know is something to settle before starting again, not a failure of ours.
fn unusable_if_foreign(error: db::Error) -> StartError {
    match error {
        db::Error::Schema(_) => StartError::Unusable(error.into()),
        other => StartError::Failed(anyhow::Error::from(other).context("bringing the schema up to date")),
    }
}

async fn is_empty(context: &Context) -> anyhow::Result<bool> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.read(&platform).await?;
    let first = tenants::list(
        &mut tx,
        &platform,
        &TenantFilter::default(),
        PageRequest::new(1, 0),
    )
    .await?;
    Ok(first.items.is_empty())
}

/// Starts one app after the other; those that did are in `apps` even when a later one does not.
async fn start(context: &Context, apps: &mut Vec<App>) -> anyhow::Result<Doors> {
    let mut started = |name, running: anyhow::Result<Running>| {
        let running = running.with_context(|| format!("starting {name}"))?;
        let address = running.address;
        apps.push((name, running));
        anyhow::Ok(address)
    };
    let doors = Doors {
        web: started("web", web::start(context.clone()).await)?,
        crm: started("crm", crm::start(context.clone()).await)?,
        admin: started("admin", admin::start(context.clone()).await)?,
    };
    started("worker", ingestion_worker::start(context.clone()).await)?;
    Ok(doors)
}

/// Waits until every app has ended. When one ends, for whatever reason, the others are told to.
async fn stay(context: &Context, apps: Vec<App>) -> anyhow::Result<()> {
    let ending = apps.into_iter().map(|(name, running)| async move {
        let ended = running.ended().await.with_context(|| format!("running {name}"));
        context.stop.now();
        ended
    });
    join_all(ending).await.into_iter().collect()
}

/// The tenants worth telling about at a start.
async fn places(context: &Context) -> anyhow::Result<Vec<Place>> {
    let platform = PlatformScope::of_command_line();
    let mut tx = context.db.read(&platform).await?;
    let known = tenants::list(
        &mut tx,
        &platform,
        &TenantFilter::default(),
        PageRequest::new(welcome::MOST_PLACES, 0),
    )
    .await?;
    let places = known.items.into_iter().filter_map(|overview| {
        let primary = overview.domains.first()?;
        Some(Place {
            slug: overview.tenant.slug.to_string(),
            name: overview.tenant.name,
            hostname: primary.hostname.to_string(),
        })
    });
    Ok(places.collect())
}
