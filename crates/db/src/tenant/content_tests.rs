//! What visitors may read: the published revision and no other, and the facts of a place.

use serde_json::json;
use types::{
    Clock as _, ModuleKey, PageRequest, RevisionId, Slug, TestClock, TestIds,
    content::{Category, Faq, Post, RevisionStatus},
    facts::{Facts, Place, Source},
};

use super::{
    documents::{self, DocumentFilter, NewRevision, Published},
    facts,
};
use crate::{
    TenantScope,
    testing::{TestDb, a_tenant},
};

const ALL: PageRequest = PageRequest::new(200, 0);

/// A tenant on a database of its own.
struct House {
    db: TestDb,
    ids: TestIds,
    scope: TenantScope,
}

impl House {
    async fn new() -> Self {
        let (db, ids) = (TestDb::new().await, TestIds::default());
        let scope = a_tenant(&db.db, &ids, "fairfield").await;
        Self { db, ids, scope }
    }

    async fn write(&self, status: RevisionStatus, posts: Vec<Post>) {
        let revisions: Vec<_> = (0..)
            .zip(posts)
            .map(|(position, document)| NewRevision {
                id: RevisionId::new(&self.ids),
                document,
                position,
            })
            .collect();
        let mut tx = self.db.db.write(&self.scope).await.unwrap();
        let now = TestClock::default().now();
        documents::insert(&mut tx, &self.scope, status, &revisions, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    async fn find(&self, scope: &TenantScope) -> Option<Published<Post>> {
        let mut tx = self.db.db.read(scope).await.unwrap();
        documents::find(&mut tx, scope, &slug("spring"), None)
            .await
            .unwrap()
    }

    async fn titles(&self, filter: DocumentFilter<'_>, page: PageRequest) -> Vec<String> {
        let mut tx = self.db.db.read(&self.scope).await.unwrap();
        let page = documents::list::<Post>(&mut tx, &self.scope, filter, page)
            .await
            .unwrap();
        page.items.into_iter().map(|found| found.document.title).collect()
    }
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

fn a_post(name: &str, title: &str, day: &str) -> Post {
    Post {
        slug: slug(name),
        title: title.to_owned(),
        summary: String::new(),
        category: Category::Community,
        author: "Ann Example".to_owned(),
        published_on: day.parse().unwrap(),
        body: String::new(),
        related_towns: Vec::new(),
        faqs: Vec::new(),
    }
}

#[tokio::test]
async fn a_draft_is_seen_by_nobody_until_it_is_published() {
    let house = House::new().await;
    let draft = || vec![a_post("spring", "Written", "2026-04-01")];

    house.write(RevisionStatus::Draft, draft()).await;
    assert_eq!(house.find(&house.scope).await, None);

    house.write(RevisionStatus::Published, draft()).await;
    let found = house.find(&house.scope).await.unwrap();
    assert_eq!(found.document.title, "Written");
}

#[tokio::test]
async fn a_new_revision_takes_the_place_of_the_old_one() {
    let house = House::new().await;
    house
        .write(
            RevisionStatus::Published,
            vec![a_post("spring", "Old", "2026-04-01")],
        )
        .await;
    let old = house.find(&house.scope).await.unwrap();

    house
        .write(
            RevisionStatus::Published,
            vec![a_post("spring", "New", "2026-04-02")],
        )
        .await;

    let new = house.find(&house.scope).await.unwrap();
    assert_eq!(new.document.title, "New");
    assert_ne!(
        new.revision, old.revision,
        "what is kept under the id of a revision would be stale"
    );
    assert_eq!(house.titles(DocumentFilter::default(), ALL).await, ["New"]);
}

#[tokio::test]
async fn lists_show_the_newest_first_and_narrow() {
    let house = House::new().await;
    let mut market = a_post("market", "Market", "2026-05-01");
    market.category = Category::MarketUpdate;
    let posts = vec![
        a_post("a", "Oldest", "2026-01-01"),
        market,
        a_post("b", "Middle", "2026-03-01"),
    ];
    house.write(RevisionStatus::Published, posts).await;
    let of_market = DocumentFilter {
        category: Some(Category::MarketUpdate.as_str()),
        ..DocumentFilter::default()
    };

    let all = house.titles(DocumentFilter::default(), ALL).await;
    let narrowed = house.titles(of_market, ALL).await;
    let second_page = house
        .titles(DocumentFilter::default(), PageRequest::new(2, 2))
        .await;

    assert_eq!(all, ["Market", "Middle", "Oldest"]);
    assert_eq!(narrowed, ["Market"]);
    assert_eq!(second_page, ["Oldest"]);
}

#[tokio::test]
async fn a_neighbour_has_documents_of_the_same_name_and_finds_none_of_ours() {
    let house = House::new().await;
    let hudson = a_tenant(&house.db.db, &house.ids, "hudson").await;
    house
        .write(
            RevisionStatus::Published,
            vec![a_post("spring", "Ours", "2026-04-01")],
        )
        .await;

    assert_eq!(house.find(&hudson).await, None);
    let mut tx = house.db.db.read(&hudson).await.unwrap();
    let listed = documents::list::<Faq>(&mut tx, &hudson, DocumentFilter::default(), ALL).await;
    assert!(listed.unwrap().items.is_empty());
}

#[tokio::test]
async fn the_facts_of_a_place_are_those_told_last() {
    let house = House::new().await;
    let town = Place {
        town: slug("wilton"),
        neighborhood: None,
    };
    let part = Place {
        neighborhood: Some(slug("cannondale")),
        ..town.clone()
    };
    let facts = |score: u8| Facts {
        module: ModuleKey::WalkScore,
        content: json!({ "score": score }),
        source: Source {
            name: "Counted".to_owned(),
            url: None,
            as_of: "2026-10-01".parse().unwrap(),
        },
        fetched_at: TestClock::default().now(),
    };

    let mut tx = house.db.db.write(&house.scope).await.unwrap();
    for (place, score) in [(&town, 10), (&part, 20), (&town, 30)] {
        facts::upsert(&mut tx, &house.scope, place, &facts(score))
            .await
            .unwrap();
    }
    let of_town = facts::find(&mut tx, &house.scope, &town, ModuleKey::WalkScore).await;
    let of_part = facts::find(&mut tx, &house.scope, &part, ModuleKey::WalkScore).await;
    let other = facts::find(&mut tx, &house.scope, &town, ModuleKey::Taxes).await;

    assert_eq!(of_town.unwrap(), Some(facts(30)));
    assert_eq!(of_part.unwrap(), Some(facts(20)));
    assert_eq!(other.unwrap(), None);
}

#[tokio::test]
async fn a_document_that_is_taken_back_is_shown_no_more() {
    let house = House::new().await;
    let posts = || vec![a_post("spring", "Written", "2026-04-01")];
    house.write(RevisionStatus::Published, posts()).await;
    house.write(RevisionStatus::Draft, posts()).await;

    let mut tx = house.db.db.write(&house.scope).await.unwrap();
    let mut withdraw = async |status| {
        documents::withdraw::<Post>(&mut tx, &house.scope, status, &slug("spring"))
            .await
            .unwrap()
    };
    let was_there = withdraw(RevisionStatus::Published).await;
    let is_there = withdraw(RevisionStatus::Published).await;
    tx.commit().await.unwrap();

    assert_eq!((was_there, is_there), (true, false));
    assert_eq!(house.find(&house.scope).await, None);
    let mut tx = house.db.db.read(&house.scope).await.unwrap();
    let drafts = documents::list_in::<Post>(&mut tx, &house.scope, RevisionStatus::Draft, ALL).await;
    assert_eq!(drafts.unwrap().items.len(), 1);
}
