//! Is this process alive, ready, and which one is it? For probes and scrapers, on any host.
//!
//! Answered before a tenant is looked up, and nothing in the answers belongs to one.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use axum::{
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::future::{BoxFuture, FutureExt, join_all};
use serde::Serialize;

use crate::{Failure, json, telemetry::Metrics};

/// A check that hangs is a check that failed.
const PATIENCE: Duration = Duration::from_secs(2);

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

/// What a process tells its probes.
#[derive(Clone)]
pub struct Health {
    checks: Vec<(&'static str, Check)>,
    metrics: Metrics,
    version: &'static str,
}

#[derive(Serialize)]
struct Ready {
    ok: bool,
    checks: BTreeMap<&'static str, Checked>,
}

#[derive(Serialize)]
struct Checked {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl Health {
    /// `version` is the binary's `env!("CARGO_PKG_VERSION")`.
    pub fn new(metrics: Metrics, version: &'static str) -> Self {
        Self {
            checks: Vec::new(),
            metrics,
            version,
        }
    }

    /// Adds a check of readiness. Its error is shown to anyone, so it names no tenant, no
    /// address and no cause: "the database does not answer".
    pub fn check<C, F>(mut self, name: &'static str, check: C) -> Self
    where
        C: Fn() -> F + Send + Sync + 'static,
        F: Future<Output = Result<(), String>> + Send + 'static,
    {
        self.checks.push((name, Arc::new(move || check().boxed())));
        self
    }

    /// The answer, if this is one of our four addresses.
    pub(crate) async fn answer(&self, method: &Method, path: &str) -> Option<Response> {
        if !matches!(path, "/healthz" | "/readyz" | "/metrics" | "/version") {
            return None;
        }
        if !matches!(*method, Method::GET | Method::HEAD) {
            return Some(Failure::MethodNotAllowed.into_response());
        }
        Some(match path {
            "/healthz" => json::ok(()),
            "/readyz" => self.ready().await,
            "/metrics" => self.metrics(),
            _ => self.version(),
        })
    }

    async fn ready(&self) -> Response {
        let checks = self.checks.iter().map(|(name, check)| async {
            let answered = tokio::time::timeout(PATIENCE, check()).await;
            let detail = match answered {
                Ok(Ok(())) => None,
                Ok(Err(detail)) => Some(detail),
                Err(_) => Some("no answer in time".to_owned()),
            };
            let ok = detail.is_none();
            (*name, Checked { ok, detail })
        });
        let checks: BTreeMap<_, _> = join_all(checks).await.into_iter().collect();
        let ok = checks.values().all(|checked| checked.ok);
        let status = if ok {
            StatusCode::OK
        } else {
            StatusCode::SERVICE_UNAVAILABLE
        };
        json::plain(status, &Ready { ok, checks })
    }

    fn metrics(&self) -> Response {
        let prometheus = "text/plain; version=0.0.4; charset=utf-8";
        ([(header::CONTENT_TYPE, prometheus)], self.metrics.render()).into_response()
    }

    fn version(&self) -> Response {
        #[derive(Serialize)]
        struct Version {
            version: &'static str,
        }
        json::ok(Version {
            version: self.version,
        })
    }
}
