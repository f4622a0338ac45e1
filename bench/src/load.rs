//! A closed loop of HTTP/1 connections: each asks again when it was answered.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use hdrhistogram::Histogram;
use http_body_util::{BodyExt as _, Full};
use hyper::{Request, StatusCode, body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use tokio::{net::TcpStream, task::JoinSet};

use crate::installation::HOST;

/// Connections at once.
pub(crate) const CONNECTIONS: usize = 64;

/// What a load brought back.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Requests answered per second.
    pub(crate) per_second: f64,
    /// The time of one request, in milliseconds: half were faster.
    pub(crate) p50: f64,
    /// The time of one request, in milliseconds: 99 of 100 were faster.
    pub(crate) p99: f64,
}

/// What is asked.
#[derive(Debug, Clone)]
pub(crate) enum Ask {
    /// To accept a lead, another one each time.
    Leads,
    /// For a page, always the same.
    Page {
        /// Its path.
        path: &'static str,
        /// Compressed, as browsers ask for it.
        compressed: bool,
    },
}

impl Ask {
    fn request(&self, number: u64) -> Result<Request<Full<Bytes>>> {
        let (request, body) = match self {
            Self::Leads => (
                Request::post("/api/lead").header("content-type", "application/json"),
                Bytes::from(lead(number)),
            ),
            Self::Page { path, compressed } => (
                match compressed {
                    true => Request::get(*path).header("accept-encoding", "gzip, deflate, br, zstd"),
                    false => Request::get(*path),
                },
                Bytes::new(),
            ),
        };
        Ok(request.header("host", HOST).body(Full::new(body))?)
    }

    const fn wanted(&self) -> StatusCode {
        match self {
            Self::Leads => StatusCode::ACCEPTED,
            Self::Page { .. } => StatusCode::OK,
        }
    }
}

/// Asks `address` for `length`; every answer has to be the one that is wanted.
pub(crate) async fn run(address: SocketAddr, ask: &Ask, length: Duration) -> Result<Outcome> {
    let numbers = Arc::new(AtomicU64::new(fresh_start()));
    let mut connections = JoinSet::new();
    let begun = Instant::now();
    for _ in 0..CONNECTIONS {
        let numbers = Arc::clone(&numbers);
        connections.spawn(connection(address, ask.clone(), begun + length, numbers));
    }
    let mut times = Histogram::<u64>::new(3).context("three digits are a valid precision")?;
    while let Some(ended) = connections.join_next().await {
        times.add(ended??).context("the histograms are alike")?;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let milliseconds = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
    Ok(Outcome {
        per_second: times.len() as f64 / seconds,
        p50: milliseconds(0.5),
        p99: milliseconds(0.99),
    })
}

/// Where a run starts to count, so that no two runs on one database send the same lead.
fn fresh_start() -> u64 {
    static RUNS: AtomicU64 = AtomicU64::new(0);
    RUNS.fetch_add(1, Ordering::Relaxed) * 1_000_000_000
}

async fn connection(
    address: SocketAddr,
    ask: Ask,
    until: Instant,
    numbers: Arc<AtomicU64>,
) -> Result<Histogram<u64>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let mut times = Histogram::<u64>::new(3).context("three digits are a valid precision")?;
    while Instant::now() < until {
        let request = ask.request(numbers.fetch_add(1, Ordering::Relaxed))?;
        let sent = Instant::now();
        sender.ready().await?;
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        ensure!(
            status == ask.wanted(),
            "{status}: {}",
            String::from_utf8_lossy(&body)
        );
        times.record(u64::try_from(sent.elapsed().as_micros())?)?;
    }
    Ok(times)
}

/// A lead as a site's contact form sends it, about 250 bytes.
pub(crate) fn lead(number: u64) -> String {
    let line = number % 10_000;
    format!(
        r#"{{"name":"Ann Example {number}","email":"ann.{number}@example.com","phone":"(203) 555-{line:04}","timeframe":"1-3 months","message":"We would like to see the house on Maple Street this weekend, if that suits you.","source":"contact","listingId":"demo-{line}"}}"#
    )
}
