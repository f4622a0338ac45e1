//! From a host to its tenant, when a great many are registered.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use db::{Access, ConnectOptions, Db, PlatformScope, platform::domains};
use server::{clock::SystemClock, ids::SystemIds, tenancy::Tenancy};
use types::{Clock as _, DomainId, DomainStatus, Hostname, Ids as _, ProofSearch, TenantDomain, TenantId};

use crate::{
    installation::{Engine, Installation},
    report::Report,
};

/// Hosts that visitors ask for again and again.
const VISITED: u32 = 1_000;

/// How often each is.
const VISITS: u32 = 200;

pub(super) async fn measure(engines: &[Engine], hosts: u32, report: &mut Report) -> Result<()> {
    let mut rows = Vec::new();
    for engine in engines {
        let [cold, warm] = of(engine, hosts).await?;
        let row = |what: &str, aim: &str, microseconds: f64| {
            vec![
                engine.name().to_owned(),
                what.to_owned(),
                aim.to_owned(),
                format!("{microseconds:.2} µs"),
            ]
        };
        rows.push(row("the first time, with its query", "–", cold));
        rows.push(row("while it is remembered, without any", "< 2 µs", warm));
    }
    let heading = format!("From one of {hosts} hosts to its tenant");
    report.table(&heading, &["database", "what", "aim", "reached"], &rows);
    report.note("Means over a thousand of the hosts, in one task. An answer is remembered for two seconds.");
    Ok(())
}

/// Microseconds the first time, and while it is remembered.
async fn of(engine: &Engine, hosts: u32) -> Result<[f64; 2]> {
    let installation = Installation::new(engine).await?;
    let db = Db::connect(&ConnectOptions {
        url: installation.url.clone(),
        max_connections: 16,
        access: Access::Existing,
        instance: SystemIds.new_id(),
    })
    .await?;
    register(&db, hosts).await?;
    let tenancy = Tenancy::new(db.clone(), None);
    let visited = (0..VISITED).map(|number| name(number * (hosts / VISITED).max(1) % hosts));
    let visited: Vec<Hostname> = visited.collect::<Result<_>>()?;
    let cold = resolve(&tenancy, &visited).await? / f64::from(VISITED);
    // Again, so that none of them is forgotten on the way.
    resolve(&tenancy, &visited).await?;
    let mut warm = 0.0;
    for _ in 0..VISITS {
        warm += resolve(&tenancy, &visited).await?;
    }
    db.close().await;
    Ok([cold, warm / f64::from(VISITED * VISITS)])
}

/// Microseconds for all of them.
async fn resolve(tenancy: &Tenancy, hosts: &[Hostname]) -> Result<f64> {
    let begun = Instant::now();
    for host in hosts {
        ensure!(tenancy.resolve(host).await.is_ok(), "{host} leads to nobody");
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6)
}

fn name(number: u32) -> Result<Hostname> {
    format!("site-{number}.example.com")
        .parse()
        .context("a number makes a hostname")
}

/// Gives a demo tenant so many names.
async fn register(db: &Db, hosts: u32) -> Result<()> {
    let (platform, now) = (PlatformScope::of_command_line(), SystemClock.now());
    let mut tx = db.write(&platform).await?;
    let tenant_id = TenantId::of(&"fairfield".parse()?);
    for number in 0..hosts {
        let domain = TenantDomain {
            id: DomainId::new(&SystemIds),
            tenant_id: tenant_id.clone(),
            hostname: name(number)?,
            is_primary: false,
            is_verified: true,
            verified_at: Some(now),
            status: DomainStatus::Active,
            proof: ProofSearch::from(now),
            created_at: now,
            updated_at: now,
        };
        domains::insert(&mut tx, &platform, &domain).await?;
    }
    Ok(tx.commit().await?)
}
