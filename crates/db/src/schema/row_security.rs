//! PostgreSQL's second wall: a query that forgets its WHERE still sees one tenant. SQLite has no such wall, so
//! there these tests have nothing to look at.

use sqlx::PgPool;
use types::{Feature, Switch, TestIds};

use crate::{
    Db, PlatformScope, Result, Scope, TenantScope,
    backend::{FromRow, Only, Pool, Row},
    platform::feature_flags,
    testing::{TestDb, a_contact, a_flag, a_lead, a_tenant},
};

/// Every table with rows of tenants, and how it is walled: `enabled`, `forced`, and what the policy says.
const WALLS: &str = "SELECT tables.relname::text, tables.relrowsecurity, tables.relforcerowsecurity,
            COALESCE((SELECT STRING_AGG(policies.cmd || ' ' || policies.qual, '; ')
                        FROM pg_policies AS policies WHERE policies.tablename = tables.relname), '')
       FROM pg_class AS tables
      WHERE tables.relnamespace = 'public'::regnamespace AND tables.relkind IN ('r', 'p')
        AND (tables.relname = 'tenants'
             OR EXISTS (SELECT 1 FROM pg_attribute
                         WHERE attrelid = tables.oid AND attname = 'tenant_id'))
        AND tables.relname <> 'admin_audit_events'
      ORDER BY tables.relname";

fn postgres(db: &Db) -> Option<&PgPool> {
    match db.pool() {
        Pool::Postgres { pool, .. } => Some(pool),
        Pool::Sqlite { .. } => None,
    }
}

#[tokio::test]
async fn every_table_of_tenants_is_walled() {
    let test = TestDb::new().await;
    let Some(pool) = postgres(&test.db) else { return };

    let walls: Vec<(String, bool, bool, String)> = sqlx::query_as(WALLS).fetch_all(pool).await.unwrap();

    assert!(walls.len() > 10, "only {} tables were looked at", walls.len());
    for (table, enabled, forced, policies) in walls {
        let column = if table == "tenants" { "id" } else { "tenant_id" };
        let policy = format!(
            "ALL CASE ( SELECT current_setting('app.tenant_id'::text, true) AS current_setting) \
             WHEN '*'::text THEN true WHEN {column} THEN true ELSE false END"
        );
        assert!(enabled, "row-level security is off on {table}");
        assert!(forced, "the owner of {table} walks through its wall");
        let policies = policies.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(policies, policy, "the policies of {table}");
    }
}

/// The names of all leads and contacts, as somebody asks who forgot to say whose.
async fn seen(db: &Db, scope: &impl Scope) -> Vec<String> {
    let mut tx = db.read(scope).await.unwrap();
    let rows: Vec<Only<String>> = tx
        .query("SELECT tenant_id AS value FROM leads UNION ALL SELECT tenant_id FROM contacts ORDER BY 1")
        .fetch_all()
        .await
        .unwrap();
    rows.into_iter().map(|Only(tenant)| tenant).collect()
}

async fn with_a_lead(db: &Db, ids: &TestIds, slug: &str) -> TenantScope {
    let scope = a_tenant(db, ids, slug).await;
    let contact = a_contact(ids).email("ann@example.com").insert(db, &scope).await;
    a_lead(ids).of(&contact).insert(db, &scope).await;
    scope
}

#[tokio::test]
async fn a_query_that_forgets_its_tenant_sees_one() {
    let test = TestDb::new().await;
    let Some(pool) = postgres(&test.db) else { return };
    let ids = TestIds::default();
    let (here, _there) = (
        with_a_lead(&test.db, &ids, "here").await,
        with_a_lead(&test.db, &ids, "there").await,
    );

    assert_eq!(seen(&test.db, &here).await, ["tenant_here", "tenant_here"]);

    let outside_any_key: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM leads")
        .fetch_one(pool)
        .await
        .unwrap();
    assert_eq!(outside_any_key, 0);
}

#[tokio::test]
async fn a_statement_that_forgets_its_tenant_changes_nothing_of_another() {
    let test = TestDb::new().await;
    let Some(_pool) = postgres(&test.db) else { return };
    let ids = TestIds::default();
    let (here, there) = (
        with_a_lead(&test.db, &ids, "here").await,
        with_a_lead(&test.db, &ids, "there").await,
    );

    let mut tx = test.db.write(&here).await.unwrap();
    let changed = tx
        .query("UPDATE leads SET notes = 'mine'")
        .execute()
        .await
        .unwrap();
    assert_eq!(changed, 1);
    let smuggled = tx
        .query("INSERT INTO tenant_modules (tenant_id, key, enabled, sort_order) VALUES ($1, 'schools', true, 1)")
        .bind(there.tenant_id())
        .execute()
        .await;
    assert!(smuggled.is_err(), "a row was put among another tenant's");
}

#[tokio::test]
async fn what_is_switched_for_all_tenants_is_read_by_each_and_changed_by_none() {
    let test = TestDb::new().await;
    let Some(_pool) = postgres(&test.db) else { return };
    let here = a_tenant(&test.db, &TestIds::default(), "here").await;
    a_flag(&test.db, Feature::AiNba, Switch::Off).await;
    let (platform, flag) = (PlatformScope::of_command_line(), Feature::AiNba);

    let mut tx = test.db.write(&here).await.unwrap();
    let read = feature_flags::list(&mut tx, &platform).await.unwrap();
    feature_flags::delete(&mut tx, &platform, flag).await.unwrap();
    let held = feature_flags::hold(&mut tx, &platform, flag).await.unwrap();
    let mut another = read[0].clone();
    another.feature = Feature::DomainOps;
    let inserted = feature_flags::insert(&mut tx, &platform, &another).await;

    assert_eq!((read.len(), held), (1, None));
    assert!(inserted.is_err(), "a tenant switched a feature for all");
    drop(tx);
    let mut tx = test.db.read(&platform).await.unwrap();
    assert_eq!(feature_flags::list(&mut tx, &platform).await.unwrap(), read);
}

/// The first line of a plan.
struct Plan(String);

impl FromRow for Plan {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(row.get("QUERY PLAN")?))
    }
}

#[tokio::test]
async fn a_wall_does_not_hide_from_the_planner_how_much_is_behind_it() {
    let test = TestDb::new().await;
    let Some(_pool) = postgres(&test.db) else { return };
    let here = a_tenant(&test.db, &TestIds::default(), "here").await;
    let mut tx = test.db.write(&here).await.unwrap();
    tx.query(
        "INSERT INTO changes (tenant_id, seq, kind, occurred_at)
         SELECT $1, seq, 'lead_created', CURRENT_TIMESTAMP FROM GENERATE_SERIES(1, 2000) AS seq",
    )
    .bind(here.tenant_id())
    .execute()
    .await
    .unwrap();
    tx.query("ANALYZE changes").execute().await.unwrap();

    let Plan(plan) = tx
        .query("EXPLAIN SELECT seq FROM changes WHERE tenant_id = 'tenant_here'")
        .fetch_one()
        .await
        .unwrap();

    let rows: u64 = plan
        .split("rows=")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert!(
        rows >= 500,
        "all 2000 rows are the tenant's, the planner sees few: {plan}"
    );
}
