//! Jobs that wait, the same ones in every database: what is measured in turn is then the same work.

use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use db::{
    Access, ConnectOptions, Db, PlatformScope, TenantScope,
    door::tenants,
    platform,
    tenant::jobs::{self, NewJob},
};
use serde_json::json;
use server::{clock::SystemClock, ids::SystemIds};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::task::JoinSet;
use types::{
    Clock as _, EventKey, EventType, Ids as _, JobId, Plan, Slug, Tenant, TenantControlSettings, TenantId,
    TenantStatus,
};
use uuid::Uuid;

use crate::installation::{Engine, create_database};

/// Tenants whose jobs wait: as many as the peers' jobs speak of.
pub(super) const TENANTS: u64 = 50;

/// People who write again and again: as many as the peers' jobs speak of.
const PEOPLE: u64 = 5_000;

/// Callers that fill a database: more than one commit of the intake takes.
const FILLERS: usize = 1_024;

/// A migrated database with tenants, and in time with their jobs.
pub(super) struct Backlog {
    pub(super) url: String,
    db: Db,
    scopes: Vec<TenantScope>,
    /// A tenant with no jobs yet.
    neighbour: TenantScope,
    _folder: TempDir,
}

impl Backlog {
    /// An empty one of so many tenants.
    pub(super) async fn new(engine: &Engine, tenants: u64) -> Result<Arc<Self>> {
        let folder = tempfile::tempdir().context("making a folder for the database")?;
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.path().join("freehold.db").display()),
            Engine::Postgres(server) => create_database(server).await?,
        };
        let db = Db::connect(&ConnectOptions {
            url: url.clone(),
            max_connections: 16,
            access: Access::Create,
            instance: SystemIds.new_id(),
        })
        .await?;
        db.migrate().await?;
        let mut scopes = Vec::new();
        for number in 0..tenants {
            scopes.push(a_tenant(&db, number).await?);
        }
        let neighbour = a_tenant(&db, tenants).await?;
        Ok(Arc::new(Self {
            url,
            db,
            scopes,
            neighbour,
            _folder: folder,
        }))
    }

    /// Hands in the jobs with these numbers by so many callers at once, each of which waits until its job is durable.
    /// Says how long it took.
    pub(super) async fn enqueue(self: &Arc<Self>, numbers: Range<u64>, callers: usize) -> Result<Duration> {
        let next = Arc::new(AtomicU64::new(numbers.start));
        let begun = Instant::now();
        let mut at_once = JoinSet::new();
        for _ in 0..callers {
            let (backlog, next, end) = (Arc::clone(self), Arc::clone(&next), numbers.end);
            at_once.spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= end {
                        return anyhow::Ok(());
                    }
                    let scope = &backlog.scopes[(number % backlog.scopes.len() as u64) as usize];
                    jobs::enqueue(&backlog.db, scope, a_job(scope.tenant_id(), number)).await?;
                }
            });
        }
        while let Some(ended) = at_once.join_next().await {
            ended??;
        }
        Ok(begun.elapsed())
    }

    /// Hands in the jobs with these numbers as fast as it goes.
    pub(super) async fn fill(self: &Arc<Self>, numbers: Range<u64>) -> Result<()> {
        self.enqueue(numbers, FILLERS).await.map(drop)
    }

    /// Hands in a job of the tenant that had none.
    pub(super) async fn enqueue_for_neighbour(&self, number: u64) -> Result<Uuid> {
        let job = a_job(self.neighbour(), number);
        let id = job.id.uuid();
        jobs::enqueue(&self.db, &self.neighbour, job).await?;
        Ok(id)
    }

    /// The tenant that had none.
    pub(super) const fn neighbour(&self) -> &TenantId {
        self.neighbour.tenant_id()
    }

    /// Lets go of the database, with everything flushed.
    pub(super) async fn settle(&self) -> Result<()> {
        self.db.close().await;
        self.flush().await
    }

    /// Sees to it that what was written is on the disk and in the planner's statistics: the peers' scripts do the same
    /// for theirs before they drain.
    pub(super) async fn flush(&self) -> Result<()> {
        if self.url.starts_with("postgres") {
            let mut connection = PgConnection::connect(&self.url).await?;
            for statement in ["VACUUM ANALYZE ingestion_jobs", "CHECKPOINT"] {
                sqlx::query(statement).execute(&mut connection).await?;
            }
            connection.close().await?;
        }
        Ok(())
    }

    /// Removes the database, for the disk's sake; a SQLite file goes with its folder.
    pub(super) async fn remove(&self) -> Result<()> {
        let Some((server, name)) = self
            .url
            .rsplit_once('/')
            .filter(|_| self.url.starts_with("postgres"))
        else {
            return Ok(());
        };
        let mut connection = PgConnection::connect(&format!("{server}/postgres")).await?;
        sqlx::query(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
            .execute(&mut connection)
            .await?;
        connection.close().await?;
        Ok(())
    }
}

/// The slug of a tenant.
pub(super) fn slug(number: u64) -> Slug {
    Slug::parse(&format!("bench-{number}")).expect("letters, a dash and digits make a slug")
}

/// A tenant without a site: nobody visits it.
async fn a_tenant(db: &Db, number: u64) -> Result<TenantScope> {
    let (slug, now) = (slug(number), SystemClock.now());
    let tenant = Tenant {
        id: TenantId::of(&slug),
        name: slug.to_string(),
        status: TenantStatus::Active,
        created_at: now,
        updated_at: now,
        slug,
    };
    let settings = TenantControlSettings::new(tenant.id.clone(), Plan::Starter, &[])?;
    let platform = PlatformScope::of_command_line();
    let mut tx = db.write(&platform).await?;
    platform::tenants::insert(&mut tx, &platform, &tenant, &settings).await?;
    let scope = tenants::enter(&mut tx, &platform, &tenant.id).await?;
    tx.commit().await?;
    scope.context("the tenant was just made")
}

/// A lead as a site's contact form leaves it, of about the size of the peers' jobs.
pub(super) fn a_job(tenant_id: &TenantId, number: u64) -> NewJob {
    let person = number % PEOPLE;
    let event = json!({
        "eventType": EventType::LeadSubmitted.as_str(),
        "version": 1,
        "occurredAt": "2026-11-21T09:00:00Z",
        "tenant": {"tenantId": tenant_id, "tenantSlug": "bench", "tenantDomain": "bench.localhost"},
        "payload": {
            "source": "contact",
            "contact": {
                "email": format!("Person{person}@example.com"),
                "phone": format!("+1203{}", 2_000_000 + person),
                "name": format!("Person {person}"),
            },
            "message": "We would like to see the house on Maple Street this weekend, if that suits you.",
            "listing": {"id": format!("REF-{}", number % 900)},
        },
    });
    NewJob {
        id: job_id(number),
        event_key: EventKey::from_submission(EventType::LeadSubmitted, tenant_id, &number.to_string()),
        event_type: EventType::LeadSubmitted.as_str().to_owned(),
        payload: event.to_string(),
        request_id: None,
        created_at: SystemClock.now(),
    }
}

/// The same in every database, and sorting as ids of version 7 do that are made one a millisecond.
fn job_id(number: u64) -> JobId {
    const FIRST: u128 = 1_790_000_000_000;
    let version_and_variant = (7 << 76) | (0b10 << 62);
    JobId::from(Uuid::from_u128(
        ((FIRST + u128::from(number)) << 80) | version_and_variant | u128::from(number),
    ))
}
