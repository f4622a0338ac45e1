//! How fast the operators' console is with very many tenants and a long audit trail, and what auditing costs.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use db::{
    Access, ConnectOptions, Db, PlatformScope,
    platform::{audit, tenants},
};
use hdrhistogram::Histogram;
use reqwest::Client;
use serde_json::json;
use server::{clock::SystemClock, ids::SystemIds};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection};
use types::{
    Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Clock as _, Ids as _, Plan,
    TenantControlSettings, TenantId,
};

use crate::{
    installation::{Engine, Installation},
    process::{self, Process},
    report::Report,
    session,
};

/// How much there is, and how often each page is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) tenants: u64,
    pub(crate) events: u64,
    pub(crate) samples: u64,
}

/// The demo's admin.
const OPERATOR: (&str, &str) = ("ops@freehold.example.com", "freehold-demo-2026");

/// What is asked for. `{tenant}` is one in the middle, `{event}` a line in the middle of the trail.
const PATHS: [&str; 27] = [
    "/",
    "/?offset=5000",
    "/?q=load-00042",
    "/tenants/{tenant}",
    "/tenants/{tenant}/domains",
    "/tenants/{tenant}/settings",
    "/tenants/{tenant}/website",
    "/tenants/{tenant}/members",
    "/tenants/{tenant}/support",
    "/queue",
    "/health",
    "/operators",
    "/explain?host={tenant}.localhost",
    "/features",
    "/features/ai_nba",
    "/api/features",
    "/audit",
    "/audit?tenantId=tenant_{tenant}",
    "/audit?action=tenant.settings.update",
    "/audit?status=denied",
    "/audit?actorId=operator-7",
    "/audit?from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z",
    "/audit?tenantId=tenant_{tenant}&q=reason",
    "/audit/{event}",
    "/api/tenants?limit=200",
    "/api/admin-audit?limit=200",
    "/api/health/tenants",
];

pub(crate) async fn measure(engines: &[Engine], size: Size, report: &mut Report) -> Result<()> {
    for engine in engines {
        let installation = Installation::new(engine).await?;
        let environment = installation.environment();
        let tenants = size.tenants.to_string();
        let load = ["seed", "load", "--tenants", &tenants, "--contacts", "1"];
        process::run("admin", &load, &environment).await?;
        let rollout = [
            "features",
            "set",
            "ai_nba",
            "--rollout",
            "50",
            "--reason",
            "load",
            "--yes",
        ];
        process::run("admin", &rollout, &environment).await?;
        let event = write_trail(&installation.url, size.events).await?;
        let console = Process::start("admin", &["serve"], &environment).await?;
        let rows = pages(&console, size, &event).await?;
        let heading = format!(
            "The console on {}: {} tenants, {} audit events",
            engine.name(),
            size.tenants,
            size.events
        );
        report.table(&heading, &["page", "p50 ms", "p99 ms", "slowest ms"], &rows);
        drop(console);
        let [plain, audited] = mutations(&installation.url, size.samples).await?;
        report.note(&format!(
            "A tenant's settings written {} times on {}: {:.2} ms without the audit trail, {:.2} ms with its two lines \
             (medians), so {:.2} ms for the trail.",
            size.samples,
            engine.name(),
            milliseconds(plain),
            milliseconds(audited),
            milliseconds(audited) - milliseconds(plain),
        ));
    }
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Asks for every page in turn.
async fn pages(console: &Process, size: Size, event: &str) -> Result<Vec<Vec<String>>> {
    let client = Client::new();
    let origin = format!("http://{}", console.address);
    let token = session::sign_in(&client, &origin, OPERATOR).await?;
    let tenant = format!("load-{:05}", size.tenants / 2);
    let mut rows = Vec::new();
    for pattern in PATHS {
        let path = pattern.replace("{tenant}", &tenant).replace("{event}", event);
        let mut times = Histogram::<u64>::new(3)?;
        for _ in 0..size.samples {
            let asked = Instant::now();
            let answer = client
                .get(format!("{origin}{path}"))
                .bearer_auth(&token)
                .send()
                .await?;
            let status = answer.status();
            answer.bytes().await?;
            ensure!(status.is_success(), "{path} was answered with {status}");
            times.record(u64::try_from(asked.elapsed().as_micros())?)?;
        }
        let told = |micros: u64| format!("{:.1}", micros as f64 / 1_000.0);
        rows.push(vec![
            format!("`{pattern}`"),
            told(times.value_at_quantile(0.5)),
            told(times.value_at_quantile(0.99)),
            told(times.max()),
        ]);
    }
    Ok(rows)
}

/// An exception for every tenth tenant.
const EXCEPTIONS: &str = "
    INSERT INTO plan_overrides (tenant_id, subject, amount, reason, expires_at, made_by, made_at)
    SELECT id, 'ai_nba', 1, 'load', NULL, 'operator-7', '2026-01-01T00:00:00.000000Z'
      FROM tenants
     WHERE id LIKE 'tenant_load-%7'";

/// Lines of the trail, a second apart, of all tenants, of a hundred operators; and exceptions of a tenth of them. The
/// lines stand before the chain, which this measurement does not ask about. Gives the id of one in the middle.
async fn write_trail(url: &str, events: u64) -> Result<String> {
    const SQLITE: &str = "
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {events}),
             t AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM tenants)
        INSERT INTO admin_audit_events
               (id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id)
        SELECT printf('01930000-0000-7000-8000-%012x', i),
               strftime('%Y-%m-%dT%H:%M:%S.000000Z', 1767225600 + i, 'unixepoch'),
               'operator-' || (i % 100), 'admin',
               CASE i % 4 WHEN 0 THEN 'tenant.settings.update' WHEN 1 THEN 'tenant.domain.add'
                          WHEN 2 THEN 'ingestion.requeue' ELSE 'tenant.member.add' END,
               CASE i % 10 WHEN 0 THEN 'denied' WHEN 1 THEN 'failed' ELSE 'succeeded' END,
               t.id, '{\"reason\":\"load\",\"count\":' || i || '}', 'request-' || i
          FROM n JOIN t ON t.place = i % (SELECT COUNT(*) FROM tenants)";
    const POSTGRES: &str = "
        INSERT INTO admin_audit_events
               (id, occurred_at, actor_id, actor_role, action, status, tenant_id, details, request_id)
        SELECT CAST('01930000-0000-7000-8000-' || LPAD(TO_HEX(i), 12, '0') AS uuid),
               TIMESTAMPTZ '2026-01-01 00:00:00Z' + i * INTERVAL '1 second',
               'operator-' || (i % 100), 'admin',
               CASE i % 4 WHEN 0 THEN 'tenant.settings.update' WHEN 1 THEN 'tenant.domain.add'
                          WHEN 2 THEN 'ingestion.requeue' ELSE 'tenant.member.add' END,
               CASE i % 10 WHEN 0 THEN 'denied' WHEN 1 THEN 'failed' ELSE 'succeeded' END,
               t.id, '{\"reason\":\"load\",\"count\":' || i || '}', 'request-' || i
          FROM generate_series(0, {events} - 1) AS n (i)
          JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM tenants) AS t
            ON t.place = i % (SELECT COUNT(*) FROM tenants)";
    let number = events.to_string();
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await?;
        let insert = AssertSqlSafe(SQLITE.replace("{events}", &number));
        sqlx::query(insert).execute(&mut connection).await?;
        for statement in [EXCEPTIONS, "ANALYZE"] {
            sqlx::query(statement).execute(&mut connection).await?;
        }
        connection.close().await?;
    } else {
        let mut connection = PgConnection::connect(url).await?;
        for statement in [
            "SELECT set_config('app.tenant_id', '*', false)".to_owned(),
            POSTGRES.replace("{events}", &number),
            EXCEPTIONS.to_owned(),
            "ANALYZE".to_owned(),
        ] {
            sqlx::query(AssertSqlSafe(statement))
                .execute(&mut connection)
                .await?;
        }
        connection.close().await?;
    }
    Ok(format!("01930000-0000-7000-8000-{:012x}", events / 2))
}

/// How long it takes to write a tenant's settings, and to write them with their two lines in the trail: medians.
async fn mutations(url: &str, samples: u64) -> Result<[Duration; 2]> {
    let db = Db::connect(&ConnectOptions {
        url: url.to_owned(),
        max_connections: 5,
        access: Access::Existing,
        instance: SystemIds.new_id(),
    })
    .await?;
    let tenant_id: TenantId = "tenant_fairfield".parse()?;
    let mut times = [Vec::new(), Vec::new()];
    // In turn, so that a slow moment of the disk is in both.
    for _ in 0..samples {
        for (is_audited, times) in times.iter_mut().enumerate() {
            let begun = Instant::now();
            write_settings(&db, &tenant_id, is_audited == 1).await?;
            times.push(begun.elapsed());
        }
    }
    db.close().await;
    Ok(times.map(|mut times| {
        times.sort_unstable();
        times[times.len() / 2]
    }))
}

/// What a handler of the console does: the line that allows it, and in a transaction of its own the change and the line
/// that tells of it. Without the trail, the change alone.
async fn write_settings(db: &Db, tenant_id: &TenantId, is_audited: bool) -> Result<()> {
    let platform = PlatformScope::of_command_line();
    let settings = TenantControlSettings::stored(tenant_id.clone(), Plan::Pro, &[]);
    let now = SystemClock.now();
    let allowed = line(tenant_id, AuditStatus::Allowed);
    if is_audited {
        let mut tx = db.write(&platform).await?;
        audit::record(&mut tx, &platform, &allowed).await?;
        tx.commit().await?;
    }
    let mut tx = db.write(&platform).await?;
    tenants::touch(&mut tx, &platform, tenant_id, now).await?;
    tenants::update_settings(&mut tx, &platform, &settings, now).await?;
    if is_audited {
        let succeeded = AuditEvent {
            attempt_id: Some(allowed.id),
            details: json!({ "before": settings, "after": settings }),
            ..line(tenant_id, AuditStatus::Succeeded)
        };
        audit::record(&mut tx, &platform, &succeeded).await?;
    }
    Ok(tx.commit().await?)
}

fn line(tenant_id: &TenantId, status: AuditStatus) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::new(&SystemIds),
        occurred_at: SystemClock.now(),
        actor: Actor::at_command_line("bench"),
        action: AuditAction::TenantSettingsUpdate,
        status,
        tenant_id: Some(tenant_id.clone()),
        details: json!({}),
        request_id: None,
        attempt_id: None,
    }
}
