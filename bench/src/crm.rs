//! How fast the CRM is for an agent with very many contacts beside very many other tenants: each page, each list's far
//! end, a search that finds little, and what open dashboards cost.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use db::{Access, ConnectOptions, Db, PlatformScope, platform::members};
use hdrhistogram::Histogram;
use reqwest::Client;
use serde_json::{Value, json};
use server::{clock::SystemClock, ids::SystemIds};
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use types::{Clock as _, Email, Ids as _, Role, TenantId};

use crate::{
    installation::{Engine, Installation},
    process::{self, Process},
    report::Report,
    session,
};

/// How much there is, and how often each page is asked for.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct Size {
    /// Tenants there are
    #[arg(long, default_value_t = 1_000)]
    tenants: u64,
    /// Contacts of each, each with a lead
    #[arg(long, default_value_t = 1_000)]
    contacts: u64,
    /// Contacts of the tenant that is looked at
    #[arg(long, default_value_t = 200_000)]
    many: u64,
    /// How often each page is asked for
    #[arg(long, default_value_t = 200)]
    samples: u64,
    /// How often each page is asked for right after something happened
    #[arg(long, default_value_t = 50)]
    changes: u64,
    /// Dashboards that are open
    #[arg(long, default_value_t = 500)]
    listeners: usize,
}

/// The tenant that has the most.
const TENANT: &str = "tenant_load-00001";
const HOST: &str = "load-00001.localhost";

/// A person of the demo, who becomes a member of that tenant, too.
const MEMBER: (&str, &str) = ("ava@fairfield.example.com", "freehold-demo-2026");

/// What an agent asks for, and the same rows fetched by hand where it is one list.
const QUESTIONS: [(&str, Option<&str>); 20] = [
    ("/", None),
    ("/leads", Some(LEADS)),
    ("/leads?status=qualified", Some(QUALIFIED)),
    ("/leads?needs=response", None),
    ("/leads?needs=action", None),
    ("/leads?sort=createdAt", None),
    ("/leads?cursor={far}", None),
    ("/leads?q=person-777%40", None),
    ("/leads?q=quince", None),
    ("/leads?q=nobody+is+called+so", None),
    ("/contacts", Some(CONTACTS)),
    ("/contacts?search=person-777%40", None),
    ("/contacts?search=quince", None),
    ("/contacts?search=nobody+is+called+so", None),
    ("/search?q=person-777%40", None),
    ("/pipeline", None),
    ("/leads/{lead}", Some(TIMELINE)),
    ("/contacts/{contact}", None),
    ("/activity", None),
    ("/api/leads?limit=200", None),
];

const LEADS: &str = "SELECT leads.*, contacts.full_name, contacts.email, contacts.phone
                       FROM leads
                       LEFT JOIN contacts ON contacts.tenant_id = leads.tenant_id AND contacts.id = leads.contact_id
                      WHERE leads.tenant_id = $1
                      ORDER BY leads.created_at DESC, leads.id DESC
                      LIMIT 51";
const QUALIFIED: &str = "SELECT leads.*, contacts.full_name, contacts.email, contacts.phone
                           FROM leads
                           LEFT JOIN contacts
                             ON contacts.tenant_id = leads.tenant_id AND contacts.id = leads.contact_id
                          WHERE leads.tenant_id = $1 AND leads.status = 'qualified'
                          ORDER BY leads.created_at DESC, leads.id DESC
                          LIMIT 51";
const CONTACTS: &str =
    "SELECT * FROM contacts WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 51";
const TIMELINE: &str = "SELECT activities.*
                          FROM activities
                         WHERE tenant_id = $1
                           AND lead_id = (SELECT id FROM leads WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1)
                         ORDER BY occurred_at DESC, id DESC
                         LIMIT 51";

pub(crate) async fn measure(engines: &[Engine], size: Size) -> Result<()> {
    let mut report = Report::default();
    for engine in engines {
        let installation = Installation::new(engine).await?;
        fill(&installation, size).await?;
        let crm = Process::start("crm", &[], &installation.environment()).await?;
        let visit = Visit::begin(&crm).await?;
        let mut rows = Vec::new();
        for (pattern, by_hand) in QUESTIONS {
            let times = visit.ask(pattern, size.samples).await?;
            let changed = visit.ask_after_changes(pattern, size.changes).await?;
            let middle = times.value_at_quantile(0.5) as f64 / 1_000.0;
            let beside = match by_hand {
                Some(statement) => {
                    let by_hand = alone(engine, &installation.url, statement, size.samples).await?;
                    format!("{:.1} ×", middle / by_hand)
                }
                None => "–".to_owned(),
            };
            let p99 = times.value_at_quantile(0.99) as f64 / 1_000.0;
            rows.push(vec![
                format!("`{pattern}`"),
                format!("{middle:.1}"),
                format!("{p99:.1}"),
                format!("{:.1}", changed.value_at_quantile(0.5) as f64 / 1_000.0),
                format!("{:.1}", changed.value_at_quantile(0.99) as f64 / 1_000.0),
                beside,
            ]);
        }
        let heading = format!(
            "The CRM on {}: {} contacts beside {} tenants with {} each",
            engine.name(),
            size.many,
            size.tenants,
            size.contacts
        );
        report.table(
            &heading,
            &[
                "page",
                "p50 ms",
                "p99 ms",
                "after a change p50 ms",
                "p99 ms",
                "beside the rows by hand",
            ],
            &rows,
        );
        report.note(&visit.listen(&crm, size.listeners).await?);
    }
    report.print()?;
    report.write_between(Path::new("docs/benchmarks.md"), "crm")
}

/// Makes the tenants, gives the first one more, and makes somebody of the demo its member.
async fn fill(installation: &Installation, size: Size) -> Result<()> {
    let environment = installation.environment();
    for (tenants, contacts) in [(size.tenants, size.contacts), (1, size.many)] {
        let (tenants, contacts) = (tenants.to_string(), contacts.to_string());
        let load = ["seed", "load", "--tenants", &tenants, "--contacts", &contacts];
        process::run("admin", &load, &environment).await?;
    }
    let db = Db::connect(&ConnectOptions {
        url: installation.url.clone(),
        max_connections: 2,
        access: Access::Existing,
        instance: SystemIds.new_id(),
    })
    .await?;
    let platform = PlatformScope::of_command_line();
    let tenant_id: TenantId = TENANT.parse()?;
    let mut tx = db.write(&platform).await?;
    let person = members::find_person(&mut tx, &platform, &Email::parse(MEMBER.0)?).await?;
    let person = person.context("the demo has its people")?;
    let role = (person, Role::Owner);
    members::insert(&mut tx, &platform, &tenant_id, role, SystemClock.now()).await?;
    tx.commit().await?;
    db.close().await;
    // As autovacuum and SQLite's own optimising do in time.
    match installation.url.starts_with("postgres") {
        true => {
            let mut connection = PgConnection::connect(&installation.url).await?;
            sqlx::query("VACUUM ANALYZE").execute(&mut connection).await?;
        }
        false => {
            let mut connection = SqliteConnection::connect(&installation.url).await?;
            sqlx::raw_sql("PRAGMA analysis_limit = 1000; ANALYZE")
                .execute(&mut connection)
                .await?;
        }
    }
    Ok(())
}

/// Somebody signed in.
struct Visit {
    client: Client,
    origin: String,
    token: String,
    /// What stands for the parameters of a pattern.
    known: [(&'static str, String); 3],
}

impl Visit {
    async fn begin(crm: &Process) -> Result<Self> {
        let client = Client::builder().resolve(HOST, crm.address).build()?;
        let origin = format!("http://{HOST}:{}", crm.address.port());
        let token = session::sign_in(&client, &origin, MEMBER).await?;
        let mut visit = Self {
            client,
            origin,
            token,
            known: [
                ("{lead}", String::new()),
                ("{contact}", String::new()),
                ("{far}", String::new()),
            ],
        };
        // The newest lead, and a cursor a few pages in: no cursor costs more than another.
        let mut page = visit.json("/api/leads?limit=200").await?;
        let text = |found: &Value| found.as_str().unwrap_or_default().to_owned();
        visit.known[0].1 = text(&page["leads"][0]["id"]);
        visit.known[1].1 = text(&page["leads"][0]["contactId"]);
        for _ in 0..20 {
            visit.known[2].1 = text(&page["pagination"]["nextCursor"]);
            page = visit
                .json(&format!("/api/leads?limit=200&cursor={}", visit.known[2].1))
                .await?;
        }
        Ok(visit)
    }

    async fn get(&self, path: &str) -> Result<reqwest::Response> {
        let asked = self
            .client
            .get(format!("{}{path}", self.origin))
            .bearer_auth(&self.token);
        let answer = asked.send().await?;
        ensure!(
            answer.status().is_success(),
            "{path} was answered with {}",
            answer.status()
        );
        Ok(answer)
    }

    async fn json(&self, path: &str) -> Result<Value> {
        Ok(self.get(path).await?.json().await?)
    }

    /// The path that a pattern stands for.
    fn path(&self, pattern: &str) -> String {
        (self.known.iter()).fold(pattern.to_owned(), |path, (name, value)| {
            path.replace(name, value)
        })
    }

    /// The same when nothing that was counted before is true any more.
    async fn ask_after_changes(&self, pattern: &str, samples: u64) -> Result<Histogram<u64>> {
        let path = self.path(pattern);
        let mut times = Histogram::<u64>::new(3)?;
        for _ in 0..samples {
            self.change().await?;
            let asked = Instant::now();
            self.get(&path).await?.bytes().await?;
            times.record(u64::try_from(asked.elapsed().as_micros())?)?;
        }
        Ok(times)
    }

    /// Has something happen: a line in the timeline of the workspace.
    async fn change(&self) -> Result<()> {
        let logged = self
            .client
            .post(format!("{}/api/activities", self.origin))
            .bearer_auth(&self.token)
            .json(&json!({ "summary": "Swept the office" }));
        let answer = logged.send().await?;
        ensure!(
            answer.status().is_success(),
            "a note was answered with {}",
            answer.status()
        );
        Ok(())
    }

    async fn ask(&self, pattern: &str, samples: u64) -> Result<Histogram<u64>> {
        let path = self.path(pattern);
        let mut times = Histogram::<u64>::new(3)?;
        for _ in 0..samples {
            let asked = Instant::now();
            self.get(&path).await?.bytes().await?;
            times.record(u64::try_from(asked.elapsed().as_micros())?)?;
        }
        Ok(times)
    }

    /// What so many open dashboards cost, as a sentence.
    async fn listen(&self, crm: &Process, listeners: usize) -> Result<String> {
        let before = crm.resident_mebibytes()?;
        let mut open = Vec::with_capacity(listeners);
        for _ in 0..listeners {
            open.push(self.get("/api/events/stream").await?);
        }
        let after = crm.resident_mebibytes()?;
        Ok(format!(
            "One request after the other; a change is a line in the timeline just before. With {listeners} open event streams the process has {after:.0} MiB, \
             {before:.0} before them."
        ))
    }
}

/// The median time of a statement on an open connection, in milliseconds.
async fn alone(engine: &Engine, url: &str, statement: &'static str, samples: u64) -> Result<f64> {
    let mut times = Vec::new();
    match engine {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(url).await?;
            for _ in 0..samples {
                let begun = Instant::now();
                sqlx::query(statement)
                    .bind(TENANT)
                    .fetch_all(&mut connection)
                    .await?;
                times.push(begun.elapsed());
            }
        }
        Engine::Postgres(_) => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::query("SET app.tenant_id = '*'")
                .execute(&mut connection)
                .await?;
            for _ in 0..samples {
                let begun = Instant::now();
                sqlx::query(statement)
                    .bind(TENANT)
                    .fetch_all(&mut connection)
                    .await?;
                times.push(begun.elapsed());
            }
        }
    }
    times.sort_unstable();
    let middle = times.get(times.len() / 2).copied().unwrap_or(Duration::ZERO);
    Ok(middle.as_secs_f64() * 1_000.0)
}
