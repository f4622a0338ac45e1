use jiff::SignedDuration;
use serde_json::json;
use types::{
    Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Clock as _, PageRequest, PersonId, Role,
    TestClock, TestIds, TokenHash,
};

use super::{LedgerLine, NEWEST_FIRST, Named, OLDEST_FIRST, Place, evidence, list, list_before};
use crate::{
    PlatformScope, Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql, TxKind},
    platform::{audit::Unprovable, operators},
    testing::{TestDb, a_member, a_support_session, a_tenant},
};

/// Two tenants, and what was done to them.
struct Street {
    test: TestDb,
    ids: TestIds,
    here: TenantScope,
    there: TenantScope,
}

impl Street {
    async fn new() -> Self {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let here = a_tenant(&test.db, &ids, "here").await;
        let there = a_tenant(&test.db, &ids, "there").await;
        Self {
            test,
            ids,
            here,
            there,
        }
    }

    /// Writes that something was done to somebody, by somebody.
    async fn write(
        &self,
        minute: i64,
        scope: Option<&TenantScope>,
        (actor, details): (&str, serde_json::Value),
    ) {
        let platform = PlatformScope::new();
        let line = AuditEvent {
            id: AuditEventId::new(&self.ids),
            occurred_at: TestClock::default().now() + SignedDuration::from_mins(minute),
            actor: Actor {
                id: actor.to_owned(),
                role: "admin".to_owned(),
            },
            action: AuditAction::TenantSettingsUpdate,
            status: AuditStatus::Succeeded,
            tenant_id: scope.map(|scope| scope.tenant_id().clone()),
            details,
            request_id: None,
            attempt_id: None,
        };
        let mut tx = self.test.db.write(&platform).await.unwrap();
        crate::platform::audit::record(&mut tx, &platform, &line)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn member(&self, scope: &TenantScope, email: &str) -> PersonId {
        a_member(&self.test.db, &self.ids, scope, (email, "x"), Role::Owner).await
    }

    async fn lines(&self, scope: &TenantScope) -> Vec<LedgerLine> {
        let mut tx = self.test.db.read(scope).await.unwrap();
        list(&mut tx, scope, None, PageRequest::default())
            .await
            .unwrap()
            .items
    }
}

fn minutes(lines: &[LedgerLine]) -> Vec<i64> {
    let start = TestClock::default().now();
    let at = lines.iter().map(|line| line.event.occurred_at);
    at.map(|at| at.duration_since(start).as_secs() / 60).collect()
}

#[tokio::test]
async fn a_tenant_reads_the_lines_about_itself_alone_page_by_page_and_back() {
    let street = Street::new().await;
    for minute in 0..6 {
        let whose = [Some(&street.here), Some(&street.there), None][usize::try_from(minute % 3).unwrap()];
        street.write(minute, whose, ("cli:ann", json!({}))).await;
    }
    street.write(6, Some(&street.here), ("cli:ann", json!({}))).await;
    let here = &street.here;
    let mut tx = street.test.db.read(here).await.unwrap();
    let place = |line: &LedgerLine| -> Option<Place> { Some((line.event.occurred_at, line.event.id)) };
    let two = PageRequest::new(2, 0);

    let first = list(&mut tx, here, None, two).await.unwrap();
    let second = list(&mut tx, here, place(&first.items[1]), two).await.unwrap();
    let back = list_before(&mut tx, here, place(&second.items[0]), two)
        .await
        .unwrap();

    assert_eq!((minutes(&first.items), first.has_more), (vec![6, 3], true));
    assert_eq!((minutes(&second.items), second.has_more), (vec![0], false));
    assert_eq!((minutes(&back.items), back.has_more), (vec![3, 6], false));
    drop(tx);
    assert_eq!(minutes(&street.lines(&street.there).await), [4, 1]);
}

#[tokio::test]
async fn operators_and_ones_own_people_have_names_and_nobody_else() {
    let street = Street::new().await;
    let (db, ids, here) = (&street.test.db, &street.ids, &street.here);
    let olga = street.member(here, "olga@example.com").await;
    let hugo = street.member(&street.there, "hugo@example.com").await;
    a_support_session(
        db,
        (&TestClock::default(), ids),
        (here, olga),
        &TokenHash::of("a code"),
    )
    .await;
    let platform = PlatformScope::new();
    let mut tx = db.read(&platform).await.unwrap();
    let sam = "sam@freehold.example".parse().unwrap();
    let sam = operators::find_by_email(&mut tx, &platform, &sam)
        .await
        .unwrap()
        .unwrap()
        .id
        .to_string();
    drop(tx);
    let about = |id: PersonId| json!({ "personId": id });
    street
        .write(1, Some(here), (&sam, json!({ "onBehalfOf": olga })))
        .await;
    street
        .write(2, Some(here), (&olga.to_string(), about(hugo)))
        .await;
    street
        .write(3, Some(here), (&hugo.to_string(), json!({ "personId": sam })))
        .await;
    street.write(4, Some(here), ("cli:ann", about(olga))).await;

    let lines = street.lines(here).await;

    let told: Vec<_> = lines.into_iter().map(|line| (line.actor, line.member)).collect();
    let olga = || "Olga Member".to_owned();
    assert_eq!(
        told,
        [
            (None, Some(olga())),
            (None, None),
            (Some(Named::Member(olga())), None),
            (Some(Named::Operator("Sam of support".to_owned())), Some(olga())),
        ]
    );
}

#[tokio::test]
async fn nothing_is_proved_to_a_neighbour() {
    let street = Street::new().await;
    street.write(1, Some(&street.here), ("cli:ann", json!({}))).await;
    street.write(2, None, ("cli:ann", json!({}))).await;
    let id = street.lines(&street.here).await[0].event.id;
    let nobodys = AuditEventId::new(&street.ids);
    let asked = async |scope: &TenantScope, id: AuditEventId| {
        let mut tx = street.test.db.read(scope).await.unwrap();
        evidence(&mut tx, scope, id).await.unwrap()
    };

    assert_eq!(asked(&street.here, id).await, Some(Err(Unprovable::Unsigned)));
    assert_eq!(asked(&street.there, id).await, None);
    assert_eq!(asked(&street.here, nobodys).await, None);
}

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

/// A long trail about 300 tenants, half of it before now. With few, or with little, another way would be as short.
async fn a_long_trail(tx: &mut Tx) {
    const FILL: Sql = Sql {
        sqlite: "WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 60000)
                 INSERT INTO admin_audit_events (id, occurred_at, actor_id, actor_role, action, status, tenant_id)
                 SELECT printf('00000000-0000-7000-8000-%012d', n),
                        strftime('%Y-%m-%dT%H:%M:%S.000000Z', '2026-03-02T03:40:00', n || ' seconds'), 'x', 'x',
                        'seed.load', 'succeeded', 'tenant_' || (n % 300)
                   FROM count",
        postgres: "INSERT INTO admin_audit_events (id, occurred_at, actor_id, actor_role, action, status, tenant_id)
                   SELECT CAST('00000000-0000-7000-8000-' || LPAD(CAST(n AS TEXT), 12, '0') AS uuid),
                          CAST('2026-03-02T03:40:00Z' AS timestamptz) + n * INTERVAL '1 second', 'x', 'x',
                          'seed.load', 'succeeded', 'tenant_' || (n % 300)
                     FROM GENERATE_SERIES(1, 60000) AS n",
    };
    tx.query(FILL).execute().await.unwrap();
    tx.query("ANALYZE").execute().await.unwrap();
}

#[tokio::test]
async fn a_page_is_read_from_the_tenants_own_index_wherever_it_begins() {
    let street = Street::new().await;
    let mut tx = street.test.db.write(&PlatformScope::new()).await.unwrap();
    a_long_trail(&mut tx).await;
    let explain = match tx.kind {
        TxKind::Postgres(_) => "EXPLAIN ",
        TxKind::Sqlite(_) => "EXPLAIN QUERY PLAN ",
    };

    for sql in [NEWEST_FIRST, OLDEST_FIRST] {
        let explained: &'static str = format!("{explain}{sql}").leak();
        let lines: Vec<Line> = tx
            .query(explained)
            .bind("tenant_1")
            .bind(TestClock::default().now())
            .bind(AuditEventId::new(&street.ids))
            .bind(50_i64)
            .fetch_all()
            .await
            .unwrap();
        let plan: String = lines.into_iter().map(|Line(line)| line + "\n").collect();

        assert!(plan.contains("admin_audit_events_tenant_idx"), "{plan}");
        for dear in ["Seq Scan", "SCAN ", "TEMP B-TREE", "Sort"] {
            assert!(!plan.contains(dear), "{plan}");
        }
    }
}
