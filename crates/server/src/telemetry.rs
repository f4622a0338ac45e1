//! What a process says about itself: logs on standard error, metrics for Prometheus.

use std::{panic::PanicHookInfo, sync::OnceLock, time::Duration};

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::time::sleep;
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer, fmt::MakeWriter, layer::SubscriberExt, registry::LookupSpan, util::SubscriberInitExt,
};

use crate::{
    Stop,
    settings::{LogFormat, LogSettings},
};

/// Steps that tell a group-committed insert (about a millisecond) from a password hash (about
/// twenty) and from trouble.
const SECONDS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 10.0];

/// How often what was measured is folded into the few numbers that are told of it.
const FOLD: Duration = Duration::from_secs(5);

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
        self.0.run_upkeep();
        self.0.render()
    }

    /// Folds what histograms have gathered, again and again until the process stops. Without it they grow by two dozen
    /// bytes for each request, unless somebody reads the numbers.
    pub(crate) async fn fold(self, stop: Stop) {
        while !stop.is_stopping() {
            self.0.run_upkeep();
            tokio::select! {
                () = stop.stopped() => {}
                () = sleep(FOLD) => {}
            }
        }
    }
}

/// Starts logging. Once in a process, before anything worth saying happens.
///
/// # Errors
/// When something else already listens to the logs.
pub fn start(settings: &LogSettings) -> anyhow::Result<Metrics> {
    let filter = EnvFilter::try_new(&settings.filter)?;
    let lines = lines(settings, std::io::stderr);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init()?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(Metrics::install())
}

/// A panic is a line of the log like any other. Where it happened, not what it said: its message may quote a person.
pub(crate) fn log_panic(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(location, "panicked at {location}");
}

/// One line for each event, for people or for machines.
pub(crate) fn lines<S, W>(settings: &LogSettings, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    W: for<'writer> MakeWriter<'writer> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    match settings.format {
        // The innermost span has every id there is to know; the list would say them again.
        LogFormat::Json => lines.json().flatten_event(true).with_span_list(false).boxed(),
        LogFormat::Text => lines.with_ansi(settings.colour).boxed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Edge, Failure, Health, Path, Routes,
        testing::{Caller, Log, settings},
    };

    /// What a request to a lead leaves in the log.
    async fn log_of(format: &str) -> Log {
        let log = Log::listen(format);
        let routes = Routes::default().get("/leads/{name}", async |Path(name): Path<String>| {
            Err::<(), _>(Failure::from(
                anyhow::anyhow!("disk full").context(format!("reading {}", name.len())),
            ))
        });
        let health = Health::new(Metrics::install(), "1");
        let edge = Edge::new("crm", &settings(), health, routes.into_router(()));
        let caller = Caller::at(&edge, "fairfield.localhost").with_header("x-request-id", "r1");
        let caller = caller.with_header("referer", "https://example.com/?mail=ann@example.com");
        caller.get("/leads/ann@example.com?q=203-555-0148").await;
        log
    }

    #[test]
    fn a_panic_is_a_line_that_says_where_and_quotes_nobody() {
        let log = Log::listen("json");
        std::panic::set_hook(Box::new(log_panic));

        let _panicked = std::panic::catch_unwind(|| panic!("ann@example.com"));

        let _default = std::panic::take_hook();
        let line = log.text();
        assert!(line.contains("telemetry.rs:"), "{line}");
        assert!(!line.contains("ann"), "{line}");
    }

    #[tokio::test]
    async fn whatever_is_said_while_a_request_is_answered_has_its_id() {
        for format in ["text", "json"] {
            let log = Log::listen(format);
            std::panic::set_hook(Box::new(log_panic));
            let routes = Routes::default().get("/leads", async || -> Result<(), Failure> {
                tracing::warn!("said on the way");
                panic!("ann@example.com")
            });
            let health = Health::new(Metrics::install(), "1");
            let edge = Edge::new("crm", &settings(), health, routes.into_router(()));

            let caller = Caller::at(&edge, "fairfield.localhost").with_header("x-request-id", "r1");
            caller.get("/leads").await;

            let _default = std::panic::take_hook();
            let text = log.text();
            let lines: Vec<&str> = text.lines().collect();
            assert!(lines[0].contains("said on the way"), "{format}: {text}");
            assert!(lines[1].contains("panicked at"), "{format}: {text}");
            assert_eq!(lines.len(), 4, "{format}: {text}");
            assert!(lines.iter().all(|line| line.contains("r1")), "{format}: {text}");
        }
    }

    #[tokio::test]
    async fn a_request_is_logged_by_its_route_and_names_nobody() {
        for format in ["text", "json"] {
            let log = log_of(format).await.text();
            assert!(log.contains("/leads/{name}") && log.contains("r1"), "{log}");
            for personal in ["ann", "203-555", "referer"] {
                assert!(!log.contains(personal), "{personal}: {log}");
            }
        }
    }

    #[tokio::test]
    async fn machines_get_one_object_a_line_with_known_fields() {
        let lines = log_of("json").await.jsons();
        let [cause, access] = lines.as_slice() else {
            panic!("two lines, not {}: {lines:?}", lines.len())
        };
        assert_eq!(cause["level"], "ERROR");
        assert_eq!(cause["message"], "request r1 failed: reading 15: disk full");
        let mut fields: Vec<_> = access.as_object().unwrap().keys().map(String::as_str).collect();
        fields.sort_unstable();
        let known = "app duration_ms level message method request_id route status target timestamp";
        assert_eq!(fields.join(" "), known);
    }
}
