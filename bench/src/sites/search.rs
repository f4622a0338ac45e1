//! A home search over a great many listings, beside the same rows read by one statement written by hand.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use db::{Access, ConnectOptions, Db, PlatformScope, TenantScope, door::tenants, tenant::listings};
use hdrhistogram::Histogram;
use jiff::SignedDuration;
use reqwest::Client;
use serde_json::Value;
use server::ids::SystemIds;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use types::{
    Ids as _, PageRequest, TenantId,
    listings::{Listing, ListingSearch},
};

use crate::{
    installation::{Engine, HOST, Installation},
    process::Process,
    report::Report,
};

/// How often each is asked.
const SAMPLES: u32 = 200;

/// Homes on a page.
const SIZE: u32 = 12;

/// Listings written in one transaction.
const STEP: u32 = 5_000;

/// What the pages of the plain search read, by hand.
const BY_HAND: &str =
    "SELECT content FROM listings WHERE tenant_id = $1 ORDER BY listed_at DESC, id DESC LIMIT 12 OFFSET $2";

/// A search, which may be another one each time; and its page.
struct Question {
    what: &'static str,
    query: fn(u32) -> String,
}

const QUESTIONS: [Question; 7] = [
    Question {
        what: "the newest, page 1",
        query: |_| "page=1".to_owned(),
    },
    Question {
        what: "the newest, page 1,000",
        query: |_| "page=1000".to_owned(),
    },
    Question {
        what: "three bedrooms from a price that nobody asked for yet, cheapest first, page 1",
        query: |number| format!("beds=3&min_price={}&sort=price-asc&page=1", 400_000 + number),
    },
    Question {
        what: "the same, page 1,000",
        query: |number| format!("beds=3&min_price={}&sort=price-asc&page=1000", 500_000 + number),
    },
    Question {
        what: "in a town, a part of the map that nobody asked for yet, page 1",
        query: |number| {
            let south = 41.0 + f64::from(number) * 1e-4;
            format!("towns=westport&bounds={south:.4},-73.5,41.3,-73.2&page=1")
        },
    },
    Question {
        what: "words that nothing has in its street, another each time",
        query: |number| format!("q=nowhere+{number}"),
    },
    Question {
        what: "a word that very many have, from a price that nobody asked for yet",
        query: |number| format!("q=westport&min_price={}", 600_000 + number),
    },
];

pub(super) async fn measure(engines: &[Engine], count: u32, report: &mut Report) -> Result<()> {
    let mut rows = Vec::new();
    for engine in engines {
        rows.extend(of(engine, count).await?);
    }
    let heading = format!("GET /api/listings over {count} listings of one tenant");
    let columns = [
        "database",
        "what",
        "p50 ms",
        "p99 ms",
        "aim, p99",
        "beside the rows by hand",
    ];
    report.table(&heading, &columns, &rows);
    report.note(
        "One request after the other, 200 of each, over HTTP with the total number of homes. By hand: the page's rows by \
         one prepared statement on an open connection, nothing counted.",
    );
    Ok(())
}

async fn of(engine: &Engine, count: u32) -> Result<Vec<Vec<String>>> {
    let installation = Installation::new(engine).await?;
    let tenant_id = fill(&installation, count).await?;
    let by_hand = [
        by_hand(engine, &installation.url, &tenant_id, 0).await?,
        by_hand(engine, &installation.url, &tenant_id, 999 * SIZE).await?,
    ];
    let web = Process::start("web", &[], &installation.environment()).await?;
    let client = Client::builder().resolve(HOST, web.address).build()?;
    let mut rows = Vec::new();
    for (position, question) in QUESTIONS.iter().enumerate() {
        let mut times = Histogram::<u64>::new(3)?;
        for number in 0..SAMPLES {
            let query = (question.query)(number);
            let address = format!(
                "http://{HOST}:{}/api/listings?pageSize={SIZE}&{query}",
                web.address.port()
            );
            let sent = Instant::now();
            let answer: Value = client
                .get(address)
                .send()
                .await?
                .error_for_status()?
                .json()
                .await?;
            times.record(u64::try_from(sent.elapsed().as_micros())?)?;
            ensure!(answer["ok"] == true, "{}: {answer}", question.what);
        }
        let milliseconds = |quantile| times.value_at_quantile(quantile) as f64 / 1_000.0;
        let beside = by_hand.get(position).map(|by_hand| milliseconds(0.5) / by_hand);
        rows.push(vec![
            engine.name().to_owned(),
            question.what.to_owned(),
            format!("{:.1}", milliseconds(0.5)),
            format!("{:.1}", milliseconds(0.99)),
            "< 25 ms".to_owned(),
            beside.map_or("–".to_owned(), |beside| format!("{beside:.1} ×")),
        ]);
    }
    Ok(rows)
}

/// The median time of the statement by hand, in milliseconds.
async fn by_hand(engine: &Engine, url: &str, tenant_id: &str, offset: u32) -> Result<f64> {
    let offset = i64::from(offset);
    match engine {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(url).await?;
            median(async || {
                let rows = sqlx::query_scalar(BY_HAND).bind(tenant_id).bind(offset);
                rows.fetch_all(&mut connection).await
            })
            .await
        }
        Engine::Postgres(_) => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::query("SET app.tenant_id = '*'")
                .execute(&mut connection)
                .await?;
            median(async || {
                let rows = sqlx::query_scalar(BY_HAND).bind(tenant_id).bind(offset);
                rows.fetch_all(&mut connection).await
            })
            .await
        }
    }
}

async fn median(mut ask: impl AsyncFnMut() -> sqlx::Result<Vec<String>>) -> Result<f64> {
    let mut times = Histogram::<u64>::new(3)?;
    for _ in 0..SAMPLES {
        let begun = Instant::now();
        ensure!(!ask().await?.is_empty(), "there are pages so far behind");
        times.record(u64::try_from(begun.elapsed().as_micros())?)?;
    }
    Ok(times.value_at_quantile(0.5) as f64 / 1_000.0)
}

/// Gives the demo tenant so many homes, made from the demo's: other prices, sizes and days. Says which tenant.
async fn fill(installation: &Installation, count: u32) -> Result<String> {
    let db = Db::connect(&ConnectOptions {
        url: installation.url.clone(),
        max_connections: 16,
        access: Access::Existing,
        instance: SystemIds.new_id(),
    })
    .await?;
    let scope = demo_tenant(&db).await?;
    let mut tx = db.read(&scope).await?;
    let all = PageRequest::new(200, 0);
    let demo = listings::search(&mut tx, &scope, &ListingSearch::default(), all)
        .await?
        .items;
    drop(tx);
    for first in (0..count).step_by(STEP as usize) {
        let some: Vec<Listing> = (first..count.min(first + STEP))
            .map(|number| another(&demo[number as usize % demo.len()], number))
            .collect::<Result<_>>()?;
        let mut tx = db.write(&scope).await?;
        listings::upsert(&mut tx, &scope, &some, some[0].updated_at).await?;
        tx.commit().await?;
    }
    db.close().await;
    if installation.url.starts_with("postgres") {
        // As autovacuum does within a minute.
        let mut connection = PgConnection::connect(&installation.url).await?;
        sqlx::query("VACUUM ANALYZE listings, listing_words")
            .execute(&mut connection)
            .await?;
    }
    Ok(scope.tenant_id().to_string())
}

async fn demo_tenant(db: &Db) -> Result<TenantScope> {
    let platform = PlatformScope::of_command_line();
    let mut tx = db.read(&platform).await?;
    let scope = tenants::enter(&mut tx, &platform, &TenantId::of(&"fairfield".parse()?)).await?;
    scope.context("the demo tenant is there")
}

/// A home like another one. The numbers are mixed, so that no order of them is that of another.
fn another(like: &Listing, number: u32) -> Result<Listing> {
    let mixed = number.wrapping_mul(2_654_435_761) >> 8;
    Ok(Listing {
        id: format!("bench-{number}").parse()?,
        price: (200_000 + mixed % 3_800 * 1_000).to_string().parse()?,
        beds: Some((1 + mixed % 7).to_string().parse()?),
        sqft: Some((500 + mixed % 8_500).to_string().parse()?),
        listed_at: like.listed_at - SignedDuration::from_mins(i64::from(mixed % 400_000)),
        ..like.clone()
    })
}
