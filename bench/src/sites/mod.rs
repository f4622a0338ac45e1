//! How fast the tenants' sites are: a town's page beside its bytes alone, a home search beside its rows alone, and the
//! way from a host to its tenant.

mod hosts;
mod search;
mod town;

use std::{path::Path, time::Duration};

use anyhow::Result;

use crate::{installation::Engine, report::Report};

/// Measures, prints the tables and writes them into `docs/benchmarks.md`.
pub(crate) async fn measure(
    engines: &[Engine],
    (length, rounds): (Duration, usize),
    listings: u32,
    hosts: u32,
) -> Result<()> {
    let mut report = Report::default();
    town::measure(engines, length, rounds, &mut report).await?;
    search::measure(engines, listings, &mut report).await?;
    hosts::measure(engines, hosts, &mut report).await?;
    report.print()?;
    report.write_between(Path::new("docs/benchmarks.md"), "sites")
}
