//! What a process says about itself: logs on standard error, metrics for Prometheus.

use std::sync::OnceLock;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::{LogFormat, LogSettings};

/// Steps that tell a group-committed insert (about a millisecond) from a password hash (about
/// twenty) and from trouble.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0];

/// The numbers this process has counted.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

impl Metrics {
    /// The process's one recorder, installed by whoever asks first: three apps in one process,
    /// and every test of a test binary, share it.
    pub fn install() -> Self {
        static INSTALLED: OnceLock<Metrics> = OnceLock::new();
        INSTALLED
            .get_or_init(|| {
                let recorder = PrometheusBuilder::new()
                    .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
                    .expect("there are buckets")
                    .build_recorder();
                let handle = recorder.handle();
                metrics::set_global_recorder(recorder).expect("nobody else installs a recorder");
                Self(handle)
            })
            .clone()
    }

    pub(crate) fn render(&self) -> String {
        // Folds what histograms have gathered; without it they only grow.
        self.0.run_upkeep();
        self.0.render()
    }
}

/// Starts logging. Once in a process, before anything worth saying happens.
///
/// # Errors
/// When something else already listens to the logs.
pub fn start(settings: &LogSettings) -> anyhow::Result<Metrics> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init()?,
        LogFormat::Text => registry.with(lines.with_ansi(settings.colour)).try_init()?,
    }
    Ok(Metrics::install())
}
