//! How long each process takes to be ready, and how much memory it takes.

use anyhow::Result;

use crate::{
    installation::{Engine, Installation},
    load,
    process::Process,
    report::{Report, median},
};

/// The processes of an installation, how each is started, and on how many addresses it listens.
const PROCESSES: [(&str, &[&str], usize); 5] = [
    ("web", &[], 1),
    ("crm", &[], 1),
    ("admin", &["serve"], 1),
    ("ingestion-worker", &["run"], 1),
    ("freehold", &[], 4),
];

pub(crate) async fn measure(engines: &[Engine], rounds: usize, report: &mut Report) -> Result<()> {
    let mut rows = Vec::new();
    for engine in engines {
        for (name, arguments, listeners) in PROCESSES {
            let installation = Installation::new(engine).await?;
            let (mut ready, mut idle) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                let process =
                    Process::start_listening(name, arguments, &installation.environment(), listeners).await?;
                ready.push(process.ready_after.as_secs_f64() * 1_000.0);
                idle.push(process.resident_mebibytes()?);
            }
            rows.push(vec![
                engine.name().to_owned(),
                name.to_owned(),
                format!("{:.0}", median(ready)),
                format!("{:.1}", median(idle)),
                busy(name, arguments, &installation).await?,
            ]);
        }
    }
    report.table(
        "Start-up and memory",
        &[
            "database",
            "process",
            "ready after ms",
            "resident MiB, ready",
            "resident MiB, after 3 s of leads",
        ],
        &rows,
    );
    Ok(())
}

/// The memory of the process that takes leads, after it took some.
async fn busy(name: &str, arguments: &[&str], installation: &Installation) -> Result<String> {
    if name != "web" {
        return Ok("–".to_owned());
    }
    let process = Process::start(name, arguments, &installation.environment()).await?;
    load::run(
        process.address,
        &load::Ask::Leads,
        std::time::Duration::from_secs(3),
    )
    .await?;
    Ok(format!("{:.1}", process.resident_mebibytes()?))
}
