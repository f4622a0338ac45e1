//! How long a large file of contacts takes to be checked, imported and taken out again, and the memory it takes, beside
//! the same contacts written one by one by a prepared statement.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use reqwest::Client;
use serde_json::{Value, json};
use server::ids::SystemIds;
use sqlx::{Connection as _, PgConnection, SqliteConnection};
use types::Ids as _;

use crate::{
    installation::{Engine, HOST, Installation},
    process::Process,
    report::Report,
    session,
};

/// Somebody of the demo who may import.
const MEMBER: (&str, &str) = ("ava@fairfield.example.com", "freehold-demo-2026");
const TENANT: &str = "tenant_fairfield";

/// How often the import is asked how far it is.
const LOOK: Duration = Duration::from_millis(50);

/// How long after a sign-in the memory of its password's check is given back.
const SIGNED_IN: Duration = Duration::from_secs(2);

/// One row by hand: what an import writes of a contact, without looking for whom it may be.
const BY_HAND: (&str, &str) = (
    "INSERT INTO contacts (tenant_id, id, full_name, email, email_normalized, source, tags, search_text, created_at,
                           updated_at)
     VALUES ($1, $2, $3, $4, $4, 'bench', '[]', $5, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z')",
    "INSERT INTO contacts (tenant_id, id, full_name, email, email_normalized, source, tags, search_text, created_at,
                           updated_at)
     VALUES ($1, $2, $3, $4, $4, 'bench', '[]', $5, now(), now())",
);

pub(crate) async fn measure(engines: &[Engine], rows: u32) -> Result<()> {
    let mut report = Report::default();
    let mut lines = Vec::new();
    for engine in engines {
        let installation = Installation::new(engine).await?;
        let by_hand = by_hand(engine, &installation.url, rows).await?;
        let crm = Process::start("crm", &[], &installation.environment()).await?;
        let desk = Desk::begin(&crm).await?;
        tokio::time::sleep(SIGNED_IN).await;
        crm.forget_peak()?;
        let before = crm.resident_mebibytes()?;
        let (import, checked) = desk.upload(rows).await?;
        let imported = desk.go_on(&import, "start", "done").await?;
        let undone = desk.go_on(&import, "undo", "undone").await?;
        let seconds = |time: Duration| format!("{:.1}", time.as_secs_f64());
        lines.push(vec![
            engine.name().to_owned(),
            seconds(checked),
            seconds(imported),
            seconds(undone),
            seconds(by_hand),
            format!("{:.1} ×", imported.as_secs_f64() / by_hand.as_secs_f64()),
            format!("{:.0}", crm.peak_mebibytes()?),
            format!("{before:.0}"),
        ]);
    }
    report.table(
        &format!("A file of {rows} contacts"),
        &[
            "on",
            "received and checked s",
            "imported s",
            "taken out s",
            "by hand s",
            "beside by hand",
            "most MiB",
            "MiB before",
        ],
        &lines,
    );
    report.note(
        "By hand is one prepared statement a contact, in one transaction, which looks for nobody and notes nothing.",
    );
    report.print()?;
    report.write_between(Path::new("docs/benchmarks.md"), "import")
}

/// Somebody signed in.
struct Desk {
    client: Client,
    origin: String,
    token: String,
}

impl Desk {
    async fn begin(crm: &Process) -> Result<Self> {
        let client = Client::builder().resolve(HOST, crm.address).build()?;
        let origin = format!("http://{HOST}:{}", crm.address.port());
        let token = session::sign_in(&client, &origin, MEMBER).await?;
        Ok(Self {
            client,
            origin,
            token,
        })
    }

    /// Sends the file to be checked, and waits for what is said of it: the import's id, and how long that took.
    async fn upload(&self, rows: u32) -> Result<(String, Duration)> {
        let file = file(rows);
        let begun = Instant::now();
        let answer = self
            .client
            .post(format!("{}/api/imports?dryRun=true", self.origin))
            .bearer_auth(&self.token)
            .header("content-type", "text/csv")
            .body(file)
            .send()
            .await?
            .error_for_status()?;
        let told: Value = answer.json().await?;
        let id = told["import"]["id"]
            .as_str()
            .context("an import has an id")?
            .to_owned();
        let checked = self.wait_for(&id, "checked", begun).await?;
        Ok((id, checked))
    }

    async fn go_on(&self, id: &str, step: &str, until: &str) -> Result<Duration> {
        let begun = Instant::now();
        self.client
            .post(format!("{}/api/imports/{id}/{step}", self.origin))
            .bearer_auth(&self.token)
            .json(&json!({}))
            .send()
            .await?
            .error_for_status()?;
        self.wait_for(id, until, begun).await
    }

    async fn wait_for(&self, id: &str, until: &str, begun: Instant) -> Result<Duration> {
        loop {
            let answer = self
                .client
                .get(format!("{}/api/imports/{id}", self.origin))
                .bearer_auth(&self.token)
                .send()
                .await?
                .error_for_status()?;
            let told: Value = answer.json().await?;
            if told["import"]["status"] == until {
                let errors = told["import"]["counts"]["error"].as_i64().unwrap_or_default();
                ensure!(errors == 0, "{errors} rows of the file are wrong: {told}");
                return Ok(begun.elapsed());
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Names, addresses and numbers, as another CRM exports them.
fn file(rows: u32) -> String {
    const AREAS: [u32; 5] = [203, 212, 305, 415, 617];
    let mut file = "Full name,E-mail,Phone,Tags\n".to_owned();
    for row in 0..rows {
        let (area, exchange) = (AREAS[(row / 10_000 % 5) as usize], 234 + row / 50_000);
        let number = row % 10_000;
        file.push_str(&format!(
            "Import Number {row},import-{row}@example.com,({area}) {exchange}-{number:04},\"moved, spring\"\n"
        ));
    }
    file
}

async fn by_hand(engine: &Engine, url: &str, rows: u32) -> Result<Duration> {
    match engine {
        Engine::Sqlite => {
            let mut connection = SqliteConnection::connect(url).await?;
            let begun = Instant::now();
            let mut tx = connection.begin().await?;
            for row in 0..rows {
                sqlx::query(BY_HAND.0)
                    .bind(TENANT)
                    .bind(SystemIds.new_id().to_string())
                    .bind(format!("By Hand {row}"))
                    .bind(format!("by-hand-{row}@example.com"))
                    .bind(format!("by hand {row} by-hand-{row}@example.com"))
                    .execute(&mut *tx)
                    .await?;
            }
            tx.commit().await?;
            Ok(begun.elapsed())
        }
        Engine::Postgres(_) => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::query("SET app.tenant_id = '*'")
                .execute(&mut connection)
                .await?;
            let begun = Instant::now();
            let mut tx = connection.begin().await?;
            for row in 0..rows {
                sqlx::query(BY_HAND.1)
                    .bind(TENANT)
                    .bind(SystemIds.new_id())
                    .bind(format!("By Hand {row}"))
                    .bind(format!("by-hand-{row}@example.com"))
                    .bind(format!("by hand {row} by-hand-{row}@example.com"))
                    .execute(&mut *tx)
                    .await?;
            }
            tx.commit().await?;
            Ok(begun.elapsed())
        }
    }
}
