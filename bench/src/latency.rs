//! How long from a visitor's click to an open CRM, when nothing else happens: woken, not polled.

use std::{net::SocketAddr, time::Instant};

use anyhow::{Result, bail, ensure};
use hdrhistogram::Histogram;
use reqwest::{Client, Response};

use crate::{
    installation::{Engine, HOST, Installation},
    load,
    process::Process,
    report::Report,
    session,
};

/// Leads sent, one after the other.
const SAMPLES: u64 = 300;

/// A member of the demo tenant.
const MEMBER: (&str, &str) = ("ava@fairfield.example.com", "freehold-demo-2026");

pub(crate) async fn measure(engines: &[Engine], report: &mut Report) -> Result<()> {
    let mut rows = Vec::new();
    for engine in engines {
        let installation = Installation::new(engine).await?;
        let environment = installation.environment();
        let web = Process::start("web", &[], &environment).await?;
        let crm = Process::start("crm", &[], &environment).await?;
        let _worker = Process::start("ingestion-worker", &["run"], &environment).await?;
        let times = samples(web.address, crm.address).await?;
        let milliseconds = |quantile| format!("{:.1}", times.value_at_quantile(quantile) as f64 / 1_000.0);
        rows.push(vec![
            engine.name().to_owned(),
            milliseconds(0.5),
            milliseconds(0.99),
            format!("{:.1}", times.max() as f64 / 1_000.0),
        ]);
    }
    report.table(
        "Visitor to CRM when idle, three processes apart",
        &["database", "p50 ms", "p99 ms", "slowest ms"],
        &rows,
    );
    report.note(
        "From sending POST /api/lead to hearing `lead_created` on the CRM's event stream, 300 leads in turn.",
    );
    Ok(())
}

async fn samples(web: SocketAddr, crm: SocketAddr) -> Result<Histogram<u64>> {
    let client = Client::builder().resolve(HOST, web).build()?;
    let mut stream = Stream::open(crm).await?;
    let mut times = Histogram::<u64>::new(3)?;
    for number in 0..SAMPLES {
        let sent = Instant::now();
        let response = client
            .post(format!("http://{HOST}:{}/api/lead", web.port()))
            .header("content-type", "application/json")
            .body(load::lead(number))
            .send()
            .await?;
        ensure!(
            response.status().as_u16() == 202,
            "the lead was answered with {}",
            response.status()
        );
        stream.wait_for("lead_created").await?;
        times.record(u64::try_from(sent.elapsed().as_micros())?)?;
    }
    Ok(times)
}

/// An open event stream of the CRM.
struct Stream {
    response: Response,
    unread: String,
}

impl Stream {
    async fn open(crm: SocketAddr) -> Result<Self> {
        let client = Client::builder().resolve(HOST, crm).build()?;
        let origin = format!("http://{HOST}:{}", crm.port());
        let token = session::sign_in(&client, &origin, MEMBER).await?;
        let response = client
            .get(format!("{origin}/api/events/stream"))
            .bearer_auth(token)
            .send()
            .await?
            .error_for_status()?;
        Ok(Self {
            response,
            unread: String::new(),
        })
    }

    async fn wait_for(&mut self, event: &str) -> Result<()> {
        let line = format!("event: {event}\n");
        loop {
            if let Some(at) = self.unread.find(&line) {
                self.unread.drain(..at + line.len());
                return Ok(());
            }
            match self.response.chunk().await? {
                Some(chunk) => self.unread.push_str(&String::from_utf8_lossy(&chunk)),
                None => bail!("the event stream ended"),
            }
        }
    }
}
