//! How many leads a second are accepted, beside a route that only reads the body and an insert done alone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Result;
use server::ids::SystemIds;
use sqlx::{
    PgPool, SqlitePool,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::task::JoinSet;
use types::Ids as _;

use crate::{
    installation::{Engine, Installation},
    load::{self, Ask, CONNECTIONS, Outcome},
    process::Process,
    report::{Report, median},
};

/// The statement of the intake, for one event.
const INSERT: &str = "INSERT INTO ingestion_jobs
       (tenant_id, id, event_key, event_type, payload, next_attempt_at, created_at)
VALUES ('tenant_fairfield', $1, $2, 'website.lead.submitted', $3, '2026-11-21T09:00:00.000000Z',
        '2026-11-21T09:00:00.000000Z')";

/// What one round of one engine brought.
struct Round {
    bare: Outcome,
    edge: Outcome,
    capture: Outcome,
    insert: f64,
}

pub(crate) async fn measure(
    engines: &[Engine],
    length: Duration,
    rounds: usize,
    report: &mut Report,
) -> Result<()> {
    let mut rows = Vec::new();
    for engine in engines {
        let mut taken = Vec::new();
        for _ in 0..rounds {
            taken.push(round(engine, length).await?);
        }
        rows.extend(table(engine, &taken));
    }
    let columns = [
        "database",
        "what",
        "per second",
        "p50 ms",
        "p99 ms",
        "beside the bare route",
        "beside the insert",
    ];
    report.table("Lead capture, 64 connections", &columns, &rows);
    report.note(
        "Medians. The bare route is axum's own server and JSON, storing nothing; the insert is the same row by sqlx \
         alone, one commit each, 64 callers. The load shares the machine's cores with the server.",
    );
    Ok(())
}

/// Each thing once, in turn, so that a drift of the machine's speed meets them all.
async fn round(engine: &Engine, length: Duration) -> Result<Round> {
    let installation = Installation::new(engine).await?;
    let environment = installation.environment();
    let bare = {
        let server = Process::start("bench", &["baseline"], &environment).await?;
        load::run(server.address, &Ask::Leads, length).await?
    };
    let edge = {
        let server = Process::start("bench", &["baseline", "--edge"], &environment).await?;
        load::run(server.address, &Ask::Leads, length).await?
    };
    let capture = {
        let server = Process::start("web", &[], &environment).await?;
        load::run(server.address, &Ask::Leads, length).await?
    };
    let insert = insert_alone(engine, &Installation::new(engine).await?.url, length).await?;
    Ok(Round {
        bare,
        edge,
        capture,
        insert,
    })
}

fn table(engine: &Engine, rounds: &[Round]) -> Vec<Vec<String>> {
    let of = |value: fn(&Round) -> f64| median(rounds.iter().map(value).collect());
    let (bare, insert) = (of(|round| round.bare.per_second), of(|round| round.insert));
    let row = |what: &str, rate: f64, p50: Option<f64>, p99: Option<f64>| {
        let time = |time: Option<f64>| time.map_or("–".to_owned(), |time| format!("{time:.2}"));
        vec![
            engine.name().to_owned(),
            what.to_owned(),
            format!("{rate:.0}"),
            time(p50),
            time(p99),
            format!("{:.2} ×", rate / bare),
            format!("{:.2} ×", rate / insert),
        ]
    };
    vec![
        row(
            "bare axum route",
            bare,
            Some(of(|round| round.bare.p50)),
            Some(of(|round| round.bare.p99)),
        ),
        row(
            "the same behind our edge",
            of(|round| round.edge.per_second),
            Some(of(|round| round.edge.p50)),
            Some(of(|round| round.edge.p99)),
        ),
        row(
            "**POST /api/lead, durable**",
            of(|round| round.capture.per_second),
            Some(of(|round| round.capture.p50)),
            Some(of(|round| round.capture.p99)),
        ),
        row("insert alone by sqlx", insert, None, None),
    ]
}

/// Rows per second when 64 callers insert and commit one row each, over and over.
async fn insert_alone(engine: &Engine, url: &str, length: Duration) -> Result<f64> {
    let pool = Arc::new(match engine {
        Engine::Sqlite => Pool::Sqlite(sqlite(url).await?),
        Engine::Postgres(_) => Pool::Postgres(postgres(url).await?),
    });
    let begun = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let pool = Arc::clone(&pool);
        callers.spawn(async move {
            let mut count = 0_u64;
            while begun.elapsed() < length {
                pool.insert().await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let mut total = 0;
    while let Some(ended) = callers.join_next().await {
        total += ended??;
    }
    Ok(total as f64 / begun.elapsed().as_secs_f64())
}

enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Pool {
    async fn insert(&self) -> sqlx::Result<()> {
        let id = SystemIds.new_id();
        let (key, payload) = (
            id.simple().to_string().repeat(2),
            load::lead(u64::from(id.as_fields().0)),
        );
        match self {
            Self::Sqlite(pool) => sqlx::query(INSERT)
                .bind(id.to_string())
                .bind(key)
                .bind(payload)
                .execute(pool)
                .await
                .map(drop),
            Self::Postgres(pool) => sqlx::query(INSERT)
                .bind(id)
                .bind(key)
                .bind(payload)
                .execute(pool)
                .await
                .map(drop),
        }
    }
}

/// Set as ours is, with the one connection that fares best on an engine with one writer.
async fn sqlite(url: &str) -> Result<SqlitePool> {
    let options = url
        .parse::<SqliteConnectOptions>()?
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    Ok(SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(60))
        .connect_with(options)
        .await?)
}

async fn postgres(url: &str) -> Result<PgPool> {
    // Row-level security lets the platform write for any tenant.
    Ok(PgPoolOptions::new()
        .max_connections(16)
        .acquire_timeout(Duration::from_secs(60))
        .after_connect(|connection, _| {
            Box::pin(async move {
                sqlx::query("SET app.tenant_id = '*'")
                    .execute(connection)
                    .await
                    .map(drop)
            })
        })
        .connect(url)
        .await?)
}
