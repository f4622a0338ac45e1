use types::{
    TestIds,
    listings::{ListingSearch, ListingSort, SortKey, SortOrder},
};

use super::{STREETS, found};
use crate::{
    Result,
    backend::{FromRow, Row, TxKind},
    testing::{TestDb, a_tenant},
};

/// One line of a plan.
struct Line(String);

impl FromRow for Line {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        row.get("detail").map(Self)
    }
}

/// PostgreSQL decides by how many rows there are, and the same columns stand in its indexes.
#[tokio::test]
async fn a_page_is_found_in_the_index_of_its_order_alone() {
    let test = TestDb::new().await;
    let scope = a_tenant(&test.db, &TestIds::default(), "here").await;
    let mut tx = test.db.read(&scope).await.unwrap();
    if matches!(tx.kind, TxKind::Postgres(_)) {
        return;
    }
    let in_a_town = ListingSearch {
        towns: vec!["wilton".parse().unwrap()],
        beds: "3".parse().ok(),
        ..ListingSearch::default()
    };
    for (key, index) in [
        (SortKey::ListedAt, "listings_newest_idx"),
        (SortKey::Price, "listings_price_idx"),
        (SortKey::Beds, "listings_beds_idx"),
        (SortKey::Sqft, "listings_sqft_idx"),
    ] {
        for end in [SortOrder::Asc, SortOrder::Desc] {
            let sort = ListingSort { key, order: end };
            let search = ListingSearch {
                sort,
                ..in_a_town.clone()
            };
            let explained = tx.query("EXPLAIN QUERY PLAN ");
            let plan: Vec<Line> = found(explained, &scope, &search, None)
                .and(order_by!("", sort))
                .and(" LIMIT 12 OFFSET 12000")
                .and(
                    ") SELECT home.content
                         FROM page
                        CROSS JOIN listings AS home
                        WHERE home.tenant_id = $1 AND home.id = page.id",
                )
                .and(order_by!("page.", sort))
                .fetch_all()
                .await
                .unwrap();
            let plan: String = plan.into_iter().map(|Line(line)| line + "\n").collect();
            let alone = format!("SEARCH listings USING COVERING INDEX {index} (tenant_id=?");
            assert!(plan.contains(&alone), "{key} {end}: {plan}");
            assert!(plan.contains("SEARCH home USING INDEX"), "{key} {end}: {plan}");
        }
    }
}

#[tokio::test]
async fn streets_are_suggested_from_their_index_alone() {
    let test = TestDb::new().await;
    let scope = a_tenant(&test.db, &TestIds::default(), "here").await;
    let mut tx = test.db.read(&scope).await.unwrap();
    if matches!(tx.kind, TxKind::Postgres(_)) {
        return;
    }

    let explained = tx.query("EXPLAIN QUERY PLAN ").and(STREETS);
    let plan: Vec<Line> = explained
        .bind(scope.tenant_id())
        .bind("%elm%")
        .bind("elm%")
        .bind(8_i64)
        .fetch_all()
        .await
        .unwrap();

    let plan: String = plan.into_iter().map(|Line(line)| line + "\n").collect();
    let alone = "SEARCH listings USING COVERING INDEX listings_street_idx (tenant_id=?";
    assert!(plan.contains(alone), "{plan}");
    assert!(plan.contains("SEARCH home USING INDEX"), "{plan}");
}
