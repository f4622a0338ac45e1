//! Whoever was merged is still found by what led to them, as long as the merge stands.

use types::{
    Clock as _, Completion, Contact, ContactId, Email, MergeId, PageRequest, PersonId, Phone, Region, Role,
    TestClock, TestIds,
    matching::{Met, Person},
};

use super::{
    ContactFilter, delete, erase, find, find_by_email, find_by_phone,
    former::{became, of_contact},
    list, many, update,
};
use crate::{
    Db, TenantScope,
    backend::Only,
    tenant::merges::{self, Merge},
    testing::{TestDb, a_contact, a_member, a_tenant},
};

struct House {
    test: TestDb,
    ids: TestIds,
    here: TenantScope,
    by: PersonId,
}

impl House {
    async fn new() -> Self {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let here = a_tenant(&test.db, &ids, "here").await;
        let by = a_member(&test.db, &ids, &here, ("olga@example.com", "x"), Role::Owner).await;
        Self { test, ids, here, by }
    }

    fn db(&self) -> &Db {
        &self.test.db
    }

    async fn named(&self, word: &str, phone: &str) -> Contact {
        let contact = a_contact(&self.ids).name(&format!("Yara {word}")).phone(phone);
        let email = format!("{word}@example.com");
        contact.email(&email).insert(self.db(), &self.here).await
    }

    /// Merges the others into the first, who stays as they are.
    async fn merge(&self, all: &[&Contact]) -> Merge {
        let mut tx = self.db().write(&self.here).await.unwrap();
        let kept = find(&mut tx, &self.here, all[0].id).await.unwrap().unwrap();
        let merge = Merge {
            id: MergeId::new(&self.ids),
            kept_id: kept.id,
            kept_version: kept.version + 1,
            merged_by: self.by,
            merged_at: TestClock::default().now(),
            undone: None,
        };
        let ids: Vec<_> = all.iter().map(|contact| contact.id).collect();
        merges::carry_out(&mut tx, &self.here, &merge, &ids)
            .await
            .unwrap();
        assert!(update(&mut tx, &self.here, &kept).await.unwrap());
        tx.commit().await.unwrap();
        merge
    }

    async fn undo(&self, merge: &Merge) {
        let (at, by) = (TestClock::default().now(), self.by);
        let mut tx = self.db().write(&self.here).await.unwrap();
        merges::take_back(&mut tx, &self.here, merge, Completion { by, at })
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    /// Whom a search finds.
    async fn search(&self, text: &str) -> Vec<ContactId> {
        let wanted = ContactFilter {
            search: Some(text.to_owned()),
            ..ContactFilter::default()
        };
        let mut tx = self.db().read(&self.here).await.unwrap();
        let found = list(&mut tx, &self.here, &wanted, PageRequest::default())
            .await
            .unwrap();
        found.items.iter().map(|contact| contact.id).collect()
    }

    /// Who has this address, and whom an enquiry with it would meet.
    async fn led_by(&self, email: &str) -> (Option<ContactId>, Met) {
        let email: Email = email.parse().unwrap();
        let mut tx = self.db().write(&self.here).await.unwrap();
        let found = find_by_email(&mut tx, &self.here, &email).await.unwrap();
        let person = Person {
            name: None,
            email: Some(email),
            phone: None,
            source: "contact".to_owned(),
            tags: Vec::new(),
        };
        let people = [(self.here.tenant_id(), &person)];
        let mut directory = many::directory(&mut tx, &people).await.unwrap();
        let now = TestClock::default().now();
        let met = directory.meet(self.here.tenant_id(), &person, &self.ids, now);
        (found.map(|contact| contact.id), met)
    }

    async fn count(&self) -> i64 {
        let mut tx = self.db().read(&self.here).await.unwrap();
        let counted = tx.query("SELECT COUNT(*) AS value FROM former_contacts WHERE tenant_id = $1");
        let Only(count) = counted.bind(self.here.tenant_id()).fetch_one().await.unwrap();
        count
    }
}

#[tokio::test]
async fn what_led_to_the_merged_leads_to_the_one_that_is_left_and_back_again() {
    let house = House::new().await;
    let one = house.named("quartz", "203-555-0101").await;
    let two = house.named("basalt", "203-555-0102").await;
    let three = house.named("marble", "203-555-0103").await;

    let merge = house.merge(&[&one, &two, &three]).await;

    for email in ["quartz@example.com", "basalt@example.com", "marble@example.com"] {
        let (found, met) = house.led_by(email).await;
        assert_eq!(
            (found, met.contact_id, met.is_new),
            (Some(one.id), one.id, false),
            "{email}"
        );
    }
    for text in ["basalt", "yara marble", "555-0103", "marble@example.com"] {
        assert_eq!(house.search(text).await, [one.id], "{text}");
    }
    let mut tx = house.db().read(&house.here).await.unwrap();
    let number = Phone::parse("(203) 555-0102", Region::US).unwrap();
    let by_phone = find_by_phone(&mut tx, &house.here, &number)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(by_phone.id, one.id);
    assert_eq!(became(&mut tx, &house.here, two.id).await.unwrap(), Some(one.id));
    assert_eq!(became(&mut tx, &house.here, one.id).await.unwrap(), None);
    assert_eq!(of_contact(&mut tx, &house.here, one.id).await.unwrap().len(), 3);
    drop(tx);

    house.undo(&merge).await;

    assert_eq!(house.search("basalt").await, [two.id]);
    assert_eq!(house.led_by("basalt@example.com").await.0, Some(two.id));
    assert_eq!(house.search("quartz").await, [one.id]);
    assert_eq!(house.count().await, 0);
}

#[tokio::test]
async fn whoever_is_merged_again_brings_all_that_led_to_them_and_takes_it_back() {
    let house = House::new().await;
    let one = house.named("quartz", "203-555-0101").await;
    let two = house.named("basalt", "203-555-0102").await;
    let three = house.named("marble", "203-555-0103").await;
    house.merge(&[&two, &three]).await;

    let second = house.merge(&[&one, &two]).await;

    let (found, met) = house.led_by("marble@example.com").await;
    assert_eq!((found, met.contact_id), (Some(one.id), one.id));
    assert_eq!(house.search("marble").await, [one.id]);
    let mut tx = house.db().read(&house.here).await.unwrap();
    assert_eq!(
        became(&mut tx, &house.here, three.id).await.unwrap(),
        Some(one.id)
    );
    drop(tx);

    house.undo(&second).await;

    assert_eq!(house.search("marble").await, [two.id]);
    assert_eq!(house.led_by("marble@example.com").await.1.contact_id, two.id);
    let mut tx = house.db().read(&house.here).await.unwrap();
    assert_eq!(
        became(&mut tx, &house.here, three.id).await.unwrap(),
        Some(two.id)
    );
    assert_eq!(became(&mut tx, &house.here, two.id).await.unwrap(), None);
}

#[tokio::test]
async fn an_address_that_is_somebodys_now_leads_to_them() {
    let house = House::new().await;
    let one = house.named("quartz", "203-555-0101").await;
    let two = house.named("basalt", "203-555-0102").await;
    house.merge(&[&one, &two]).await;

    let new = a_contact(&house.ids).email("basalt@example.com");
    let new = new.insert(house.db(), &house.here).await;

    let (found, met) = house.led_by("basalt@example.com").await;
    assert_eq!((found, met.contact_id), (Some(new.id), new.id));
}

#[tokio::test]
async fn who_is_deleted_or_erased_leaves_nothing_of_whom_they_were() {
    let house = House::new().await;
    for is_erased in [false, true] {
        let one = house.named("quartz", "203-555-0101").await;
        let two = house.named("basalt", "203-555-0102").await;
        let three = house.named("marble", "203-555-0103").await;
        house.merge(&[&two, &three]).await;
        house.merge(&[&one, &two]).await;
        assert!(house.count().await > 2);

        let mut tx = house.db().write(&house.here).await.unwrap();
        let one = find(&mut tx, &house.here, one.id).await.unwrap().unwrap();
        assert!(match is_erased {
            true => erase(&mut tx, &house.here, &one).await.unwrap(),
            false => delete(&mut tx, &house.here, one.id, one.version).await.unwrap(),
        });
        tx.commit().await.unwrap();

        assert_eq!(house.count().await, 0);
        assert_eq!(house.search("marble").await, []);
    }
}
