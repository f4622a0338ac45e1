//! The thing beside: a server with one route, which reads a lead and answers with nothing stored, or shows a page.

use std::{
    io::{self, Write as _},
    net::Ipv4Addr,
    path::Path,
    time::Duration,
};

use anyhow::Result;
use axum::{Router, http::StatusCode, response::Html, routing::post};
use serde::{Deserialize, Serialize};
use server::{Duty, Edge, Failure, Health, Listener, Routes, Settings, Stop, telemetry};
use tokio::net::TcpListener;
use tower_http::compression::CompressionLayer;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "reading them is what is measured")]
struct Lead {
    name: Option<String>,
    email: String,
    phone: String,
    timeframe: Option<String>,
    message: Option<String>,
    source: Option<String>,
    listing_id: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Accepted {
    ok: bool,
    success: bool,
    accepted: bool,
    duplicate: bool,
    job_id: &'static str,
}

const ACCEPTED: Accepted = Accepted {
    ok: true,
    success: true,
    accepted: true,
    duplicate: false,
    job_id: "01980000-0000-7000-8000-000000000000",
};

/// Axum as it comes: its own server, its own JSON.
#[expect(
    clippy::disallowed_types,
    reason = "axum without anything of ours is what is measured"
)]
pub(crate) async fn serve_bare() -> Result<()> {
    async fn accept(axum::Json(_): axum::Json<Lead>) -> (StatusCode, axum::Json<Accepted>) {
        (StatusCode::ACCEPTED, axum::Json(ACCEPTED))
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    axum::serve(listener, Router::new().route("/api/lead", post(accept))).await?;
    Ok(())
}

/// Axum as it comes, and a page that lies in memory. Compressed where that is asked for, by the layer that we use, too.
pub(crate) async fn serve_page(file: &Path) -> Result<()> {
    let page: &'static str = tokio::fs::read_to_string(file).await?.leak();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(io::stdout(), "listening on http://{}", listener.local_addr()?)?;
    let router = Router::new().fallback(async move || Html(page));
    axum::serve(listener, router.layer(CompressionLayer::new())).await?;
    Ok(())
}

/// A lead's route behind our edge: what request ids, strict hosts, headers and the rest cost.
pub(crate) async fn serve_behind_edge() -> Result<()> {
    async fn accept(server::Json(_): server::Json<Lead>) -> Result<axum::response::Response, Failure> {
        Ok(server::json::ok_with(StatusCode::ACCEPTED, ACCEPTED))
    }
    let settings = Settings::load_or_exit(Duty::Works);
    let health = Health::new(telemetry::start(&settings.log)?, env!("CARGO_PKG_VERSION"));
    let routes = Routes::<()>::default().post("/api/lead", accept).into_router(());
    let edge = Edge::new("baseline", &settings, health, routes);
    let listener = Listener::bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
    server::serve(listener, edge, Stop::on_signals()?, Duration::from_secs(1)).await
}
