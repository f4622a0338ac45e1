//! What happens to a tenant from outside, for tests of rooms that hold no platform key.

use std::sync::Arc;

use jiff::SignedDuration;
use types::{
    Clock as _, DomainId, DomainStatus, Hostname, Ids, ProofSearch, TenantDomain, TenantStatus, TestClock,
};

use crate::{
    Db, Error, PlatformScope, SchemaError, Scope as _, TenantScope,
    backend::Only,
    door::claims::{self, ClaimRequest, Claimed},
    platform,
};

/// Gives a tenant another name, verified and not its main one.
pub async fn another_domain(db: &Db, ids: &dyn Ids, scope: &TenantScope, hostname: &str) {
    let now = TestClock::default().now();
    let domain = TenantDomain {
        id: DomainId::new(ids),
        tenant_id: scope.tenant_id().clone(),
        hostname: Hostname::parse(hostname).expect("a test's hostname is one"),
        is_primary: false,
        is_verified: true,
        verified_at: Some(now),
        status: DomainStatus::Active,
        proof: ProofSearch::from(now),
        created_at: now,
        updated_at: now,
    };
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    platform::domains::insert(&mut tx, &platform, &domain)
        .await
        .expect("the hostname is new");
    tx.commit().await.expect("the test database commits");
}

/// Suspends or archives an active tenant.
pub async fn end_service(db: &Db, scope: &TenantScope, status: TenantStatus) {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    let now = TestClock::default().now();
    let moves = (TenantStatus::Active, status);
    let moved = platform::tenants::set_status(&mut tx, &platform, scope.tenant_id(), moves, now)
        .await
        .expect("the tenant is there");
    assert!(moved, "the tenant was not active");
    tx.commit().await.expect("the test database commits");
}

/// Takes what waits in the queue, oldest first.
pub async fn queued(db: &Db, ids: &dyn Ids) -> Vec<Claimed> {
    let request = ClaimRequest {
        limit: 1_000,
        token: ids.new_id(),
        lease: SignedDuration::from_mins(1),
    };
    // A test may have moved its own clock on by days, and a real process goes by a real one.
    let late = TestClock::at(TestClock::default().now() + SignedDuration::from_hours(24 * 365 * 100));
    let db = db.by_clock(Arc::new(late));
    claims::claim(
        &db,
        &PlatformScope::new(),
        &request,
        &mut claims::Round::default(),
    )
    .await
    .expect("the test database takes writes")
    .jobs
}

/// Takes everything off the tenants' sites, as if nothing had ever been published.
pub async fn forget_sites(db: &Db) {
    let platform = PlatformScope::new();
    let mut tx = db.write(&platform).await.expect("the test database takes writes");
    for forgetting in [
        "DELETE FROM document_revisions",
        "DELETE FROM place_facts",
        "DELETE FROM listings",
    ] {
        tx.query(forgetting).execute().await.expect("the table is there");
    }
    tx.commit().await.expect("the test database commits");
}

/// Loses the answers of requests that named themselves, as whoever is killed before keeping one does.
pub async fn forget_kept_answers(db: &Db, scope: &TenantScope) {
    let mut tx = db.write(scope).await.expect("the test database takes writes");
    tx.query("UPDATE kept_answers SET status = NULL WHERE scope = $1")
        .bind(scope.row_security())
        .execute()
        .await
        .expect("the claims are there");
    tx.commit().await.expect("the test database commits");
}

/// The process of PostgreSQL's server that answers one of our connections.
pub async fn own_backend(db: &Db) -> i64 {
    let mut tx = db
        .read(&PlatformScope::new())
        .await
        .expect("the test database can be read");
    let Only(backend) = tx
        .query("SELECT CAST(pg_backend_pid() AS bigint) AS value")
        .fetch_one()
        .await
        .expect("PostgreSQL knows who is asking");
    backend
}

/// How many steps of the schema's history were applied: none while there is no table that says so.
pub async fn applied_steps(db: &Db) -> i64 {
    match db.check_schema().await {
        Ok(()) => i64::MAX,
        Err(Error::Schema(SchemaError::Behind { applied, .. })) => applied,
        Err(_) => 0,
    }
}

/// What is kept of the secrets of a tenant's API tokens.
pub async fn kept_of_tokens(db: &Db, scope: &TenantScope) -> Vec<String> {
    let mut tx = db.read(scope).await.expect("the test database can be read");
    let kept: Vec<Only<String>> = tx
        .query("SELECT token_hash AS value FROM api_tokens WHERE tenant_id = $1 ORDER BY id LIMIT 100")
        .bind(scope.tenant_id())
        .fetch_all()
        .await
        .expect("the table is there");
    kept.into_iter().map(|Only(hash)| hash).collect()
}

/// How many parts are stored of a tenant's exports.
pub async fn export_parts(db: &Db, scope: &TenantScope) -> i64 {
    let mut tx = db.read(scope).await.expect("the test database can be read");
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM tenant_export_parts WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_one()
        .await
        .expect("the table is there");
    count
}

/// How many merges of a tenant are kept, undone ones too.
pub async fn kept_merges(db: &Db, scope: &TenantScope) -> i64 {
    let mut tx = db.read(scope).await.expect("the test database can be read");
    let Only(count) = tx
        .query("SELECT COUNT(*) AS value FROM contact_merges WHERE tenant_id = $1")
        .bind(scope.tenant_id())
        .fetch_one()
        .await
        .expect("the table is there");
    count
}
