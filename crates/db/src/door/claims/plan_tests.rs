//! What a claim reads: the part of an index that waits, from where the worker was. Never what is done.

use jiff::SignedDuration;
use types::{Clock as _, JobId, TestIds};
use uuid::Uuid;

use super::{
    round::Turn,
    take::{self, Order},
};
use crate::{
    PlatformScope, Result, Tx,
    backend::{FromRow, Row, Sql, TxKind},
    testing::{TestDb, a_tenant},
};

/// One line of a plan.
struct Line(String);

impl FromRow for Line {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let column = match row {
            Row::Sqlite(_) => "detail",
            Row::Postgres(_) => "QUERY PLAN",
        };
        row.get(column).map(Self)
    }
}

/// A great many jobs of one tenant, most of them done.
async fn a_full_queue(tx: &mut Tx) {
    const FILL: Sql = Sql {
        sqlite: "WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 6000)
                 INSERT INTO ingestion_jobs
                        (tenant_id, id, event_key, event_type, payload, status, next_attempt_at, created_at)
                 SELECT 'tenant_here', printf('00000000-0000-7000-8000-%012d', n), n, 'x', '{}',
                        CASE WHEN n <= 4000 THEN 'processed' ELSE 'pending' END,
                        '2026-03-02T11:00:00.000000Z', '2026-03-02T11:00:00.000000Z'
                   FROM count",
        postgres: "INSERT INTO ingestion_jobs
                          (tenant_id, id, event_key, event_type, payload, status, next_attempt_at, created_at)
                   SELECT 'tenant_here', CAST('00000000-0000-7000-8000-' || LPAD(CAST(n AS TEXT), 12, '0') AS uuid),
                          n, 'x', '{}', CASE WHEN n <= 4000 THEN 'processed' ELSE 'pending' END,
                          '2026-03-02T11:00:00Z', '2026-03-02T11:00:00Z'
                     FROM GENERATE_SERIES(1, 6000) AS n",
    };
    tx.query(FILL).execute().await.unwrap();
    tx.query("ANALYZE").execute().await.unwrap();
}

async fn plan_of_a_claim(tx: &mut Tx, turn: Turn, order: &Order) -> String {
    let lines: Vec<Line> = if matches!(tx.kind, TxKind::Postgres(_)) {
        let explained = Sql {
            sqlite: "",
            postgres: format!("EXPLAIN {}", take::TAKE.postgres).leak(),
        };
        take::at_once(tx, explained, &[turn], order)
            .fetch_all()
            .await
            .unwrap()
    } else {
        let explained = format!("EXPLAIN QUERY PLAN {}", take::TAKE_OF).leak();
        take::of_one(tx, explained, &turn, order.slice, order)
            .fetch_all()
            .await
            .unwrap()
    };
    lines.into_iter().map(|Line(line)| line + "\n").collect()
}

#[tokio::test]
async fn a_claim_reads_the_index_of_what_waits_from_the_place_it_was_at() {
    let test = TestDb::new().await;
    let here = a_tenant(&test.db, &TestIds::default(), "here").await;
    let mut tx = test.db.write(&PlatformScope::of_worker()).await.unwrap();
    a_full_queue(&mut tx).await;
    let now = test.clock.now();
    let order = Order {
        token: Uuid::from_u128(1),
        lease_until: now + SignedDuration::from_secs(60),
        slice: 100,
        limit: 100,
        now,
    };
    let place = (
        now - SignedDuration::from_hours(1),
        JobId::from(Uuid::from_u128(5_000)),
    );

    let plan = plan_of_a_claim(&mut tx, (here.tenant_id().clone(), Some(place)), &order).await;

    assert!(plan.contains("ingestion_jobs_pending_idx"), "{plan}");
    let goes_on = [
        "ROW(next_attempt_at, id) > ROW(",
        "(next_attempt_at,id)>(?,?)",
        "next_attempt_at>?",
    ];
    assert!(goes_on.iter().any(|condition| plan.contains(condition)), "{plan}");
    for dear in [
        "Seq Scan on ingestion_jobs",
        "SCAN job",
        "SCAN ingestion_jobs",
        "TEMP B-TREE",
    ] {
        assert!(!plan.contains(dear), "{plan}");
    }
}
