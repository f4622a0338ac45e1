use types::TestIds;

use super::{former, many};
use crate::{
    Result,
    backend::{FromRow, Row, TxKind},
    testing::{TestDb, a_tenant},
};

/// One step of how SQLite goes about a statement.
struct Step(String);

impl FromRow for Step {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        row.get("detail").map(Self)
    }
}

/// PostgreSQL is asked by each way apart, and has nothing to choose.
#[tokio::test]
async fn sqlite_finds_people_by_index_instead_of_walking_all_contacts_of_the_tenant() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let here = a_tenant(&test.db, &ids, "here").await;
    let mut tx = test.db.read(&here).await.unwrap();
    if matches!(tx.kind, TxKind::Postgres(_)) {
        return;
    }
    for (statement, width) in [(many::FIND, 5), (former::FIND, 3)] {
        let names: Vec<_> = (0..width).map(|column| format!("c{column}")).collect();
        let (names, values) = (names.join(", "), vec!["'x'"; width].join(", "));
        let asked = format!(
            "EXPLAIN QUERY PLAN WITH list ({names}) AS (VALUES ({values})) {}",
            statement.sqlite
        );

        let steps: Vec<Step> = tx.query(&*asked.leak()).fetch_all().await.unwrap();

        let by_index = |Step(step): &&Step| step.contains("(tenant_id=? AND ");
        let walks = |Step(step): &Step| step.contains("(tenant_id=?)") || step.starts_with("SCAN contact");
        let told: Vec<_> = steps.iter().map(|Step(step)| step).collect();
        assert_eq!(steps.iter().filter(by_index).count(), width - 1, "{told:#?}");
        assert!(!steps.iter().any(walks), "{told:#?}");
    }
}
