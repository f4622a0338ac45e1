//! A town's page, beside axum with the same bytes in memory.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result};
use reqwest::Client;
use tempfile::NamedTempFile;

use crate::{
    installation::{Engine, HOST, Installation},
    load::{self, Ask, Outcome},
    process::Process,
    report::{Report, median},
};

const TOWN: &str = "/towns/westport";

/// Each way of asking, without and with compression.
const WAYS: [(bool, &str); 2] = [(false, "plain"), (true, "compressed")];

/// What one round brought, for one way of asking.
struct Beside {
    bare: Outcome,
    ours: Outcome,
}

pub(super) async fn measure(
    engines: &[Engine],
    length: Duration,
    rounds: usize,
    report: &mut Report,
) -> Result<()> {
    let mut rows = Vec::new();
    for engine in engines {
        let installation = Installation::new(engine).await?;
        let web = Process::start("web", &[], &installation.environment()).await?;
        let page = page(web.address).await?;
        let file = NamedTempFile::new().context("making a file for the page")?;
        tokio::fs::write(file.path(), &page).await?;
        for (compressed, way) in WAYS {
            let mut taken = Vec::new();
            for _ in 0..rounds {
                taken.push(beside(&installation, (&web, &file), compressed, length).await?);
            }
            rows.extend(table((engine.name(), way, page.len()), &taken));
        }
    }
    let columns = [
        "database",
        "what",
        "per second",
        "p50 ms",
        "p99 ms",
        "beside the bytes alone",
    ];
    report.table("A town's page, 64 connections", &columns, &rows);
    report.note(
        "Medians. The bytes alone are axum's own server with the page in memory. Compressed: by the same layer at both, \
         each answer anew. The load shares the machine's cores with the server.",
    );
    Ok(())
}

/// The page as a visitor gets it, once everything it needs is warm.
async fn page(web: SocketAddr) -> Result<String> {
    let client = Client::builder().resolve(HOST, web).build()?;
    let address = format!("http://{HOST}:{}{TOWN}", web.port());
    client.get(&address).send().await?.error_for_status()?;
    Ok(client
        .get(&address)
        .send()
        .await?
        .error_for_status()?
        .text()
        .await?)
}

async fn beside(
    installation: &Installation,
    (web, file): (&Process, &NamedTempFile),
    compressed: bool,
    length: Duration,
) -> Result<Beside> {
    let ask = Ask::Page {
        path: TOWN,
        compressed,
    };
    let bare = {
        let path = file.path().to_str().context("the file's name is text")?;
        let server = Process::start(
            "bench",
            &["baseline", "--page", path],
            &installation.environment(),
        )
        .await?;
        load::run(server.address, &ask, length).await?
    };
    let ours = load::run(web.address, &ask, length).await?;
    Ok(Beside { bare, ours })
}

fn table((database, way, bytes): (&str, &str, usize), rounds: &[Beside]) -> [Vec<String>; 2] {
    let of = |value: fn(&Beside) -> f64| median(rounds.iter().map(value).collect());
    let bare = of(|round| round.bare.per_second);
    let row = |what: String, [rate, p50, p99]: [f64; 3]| {
        vec![
            database.to_owned(),
            what,
            format!("{rate:.0}"),
            format!("{p50:.2}"),
            format!("{p99:.2}"),
            format!("{:.2} ×", rate / bare),
        ]
    };
    [
        row(
            format!("{bytes} bytes alone, {way}"),
            [bare, of(|round| round.bare.p50), of(|round| round.bare.p99)],
        ),
        row(
            format!("**the page**, {way}"),
            [
                of(|round| round.ours.per_second),
                of(|round| round.ours.p50),
                of(|round| round.ours.p99),
            ],
        ),
    ]
}
