use jiff::{SignedDuration, Timestamp};
use types::{
    Account, AccountId, Clock as _, Email, Mail, MailId, SavedSearch, SavedSearchId, TestClock, TestIds,
    TokenHash, listings::ListingId,
};

use super::{
    accounts::{self, NewLink, Redeemed},
    mails::{self, NewMail},
    saved::{self, Kept},
};
use crate::{
    TenantScope,
    door::mails::{self as outgoing, Keep},
    testing::{TestDb, a_tenant},
};

struct Two {
    test: TestDb,
    ids: TestIds,
    own: TenantScope,
    other: TenantScope,
}

impl Two {
    async fn new() -> Self {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let own = a_tenant(&test.db, &ids, "fairfield").await;
        let other = a_tenant(&test.db, &ids, "hudson").await;
        Self {
            test,
            ids,
            own,
            other,
        }
    }

    async fn ann(&self, scope: &TenantScope) -> Account {
        let mut tx = self.test.db.write(scope).await.unwrap();
        let id = AccountId::new(&self.ids);
        let account = accounts::find_or_insert(&mut tx, scope, (id, &email()), now()).await;
        tx.commit().await.unwrap();
        account.unwrap()
    }

    async fn redeem(&self, scope: &TenantScope, at: Timestamp) -> Option<Redeemed> {
        let mut tx = self.test.db.write(scope).await.unwrap();
        let redeemed = accounts::redeem_link(&mut tx, scope, &token(), at).await.unwrap();
        tx.commit().await.unwrap();
        redeemed
    }

    async fn send_link(&self) {
        let mut tx = self.test.db.write(&self.own).await.unwrap();
        let link = NewLink {
            token_hash: &token(),
            email: &email(),
            next_path: "/account",
            now: now(),
            expires_at: now() + SignedDuration::from_mins(15),
        };
        accounts::insert_link(&mut tx, &self.own, &link).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn now() -> Timestamp {
    TestClock::default().now()
}

fn email() -> Email {
    "ann@example.com".parse().unwrap()
}

fn token() -> TokenHash {
    TokenHash::of("a link")
}

#[tokio::test]
async fn a_link_signs_in_once_at_its_own_tenant_and_in_time() {
    let two = Two::new().await;
    two.send_link().await;

    assert_eq!(two.redeem(&two.other, now()).await, None, "a neighbor's link");
    let late = now() + SignedDuration::from_mins(15);
    assert_eq!(two.redeem(&two.own, late).await, None, "too late");
    let redeemed = two.redeem(&two.own, now()).await.unwrap();
    assert_eq!(
        (redeemed.email, redeemed.next_path.as_str()),
        (email(), "/account")
    );
    assert_eq!(two.redeem(&two.own, now()).await, None, "a second time");
}

#[tokio::test]
async fn an_address_is_one_account_at_each_tenant() {
    let two = Two::new().await;

    let (first, again, elsewhere) = (
        two.ann(&two.own).await,
        two.ann(&two.own).await,
        two.ann(&two.other).await,
    );

    assert_eq!(first, again);
    assert_ne!(first.id, elsewhere.id);
}

#[tokio::test]
async fn a_session_is_found_until_it_ends() {
    let two = Two::new().await;
    let ann = two.ann(&two.own).await;
    let ends = now() + SignedDuration::from_hours(1);
    let mut tx = two.test.db.write(&two.own).await.unwrap();
    accounts::open_session(&mut tx, &two.own, (ann.id, &token()), now(), ends)
        .await
        .unwrap();

    let found = accounts::of_session(&mut tx, &two.own, &token(), now())
        .await
        .unwrap();
    let after = accounts::of_session(&mut tx, &two.own, &token(), ends)
        .await
        .unwrap();
    let next_door = accounts::of_session(&mut tx, &two.other, &token(), now())
        .await
        .unwrap();
    accounts::close_session(&mut tx, &two.own, &token())
        .await
        .unwrap();
    let closed = accounts::of_session(&mut tx, &two.own, &token(), now())
        .await
        .unwrap();

    assert_eq!(found, Some(ann));
    assert_eq!((after, next_door, closed), (None, None, None));
}

#[tokio::test]
async fn homes_and_searches_are_kept_once_each() {
    let two = Two::new().await;
    let ann = two.ann(&two.own).await;
    let homes: Vec<ListingId> = ["FB-1", "FB-2"].map(|id| id.parse().unwrap()).to_vec();
    let search = SavedSearch {
        id: SavedSearchId::new(&two.ids),
        name: "Wilton".to_owned(),
        query: "towns=wilton".to_owned(),
        alerts: true,
        created_at: now(),
    };
    let mut tx = two.test.db.write(&two.own).await.unwrap();

    let added = saved::add_homes(&mut tx, &two.own, ann.id, &homes, now())
        .await
        .unwrap();
    let again = saved::add_homes(&mut tx, &two.own, ann.id, &homes, now())
        .await
        .unwrap();
    saved::remove_home(&mut tx, &two.own, ann.id, &homes[0])
        .await
        .unwrap();
    let kept = saved::homes(&mut tx, &two.own, ann.id).await.unwrap();
    let searched = [
        saved::add_search(&mut tx, &two.own, ann.id, &search)
            .await
            .unwrap(),
        saved::add_search(&mut tx, &two.own, ann.id, &search)
            .await
            .unwrap(),
    ];
    let searches = saved::searches(&mut tx, &two.own, ann.id).await.unwrap();

    assert_eq!((added, again), (Kept::Added(2), Kept::Added(0)));
    assert_eq!(searched, [Kept::Added(1), Kept::Added(0)]);
    assert_eq!(kept, homes[1..]);
    assert_eq!(searches, [search]);
}

#[tokio::test]
async fn nothing_is_kept_that_would_not_be_listed() {
    let two = Two::new().await;
    let ann = two.ann(&two.own).await;
    let homes: Vec<ListingId> = (0..=saved::MOST_HOMES)
        .map(|number| format!("FB-{number}").parse().unwrap())
        .collect();
    let (last, some) = homes.split_last().unwrap();
    let mut tx = two.test.db.write(&two.own).await.unwrap();

    let most = saved::add_homes(&mut tx, &two.own, ann.id, some, now())
        .await
        .unwrap();
    let one_more = saved::add_homes(&mut tx, &two.own, ann.id, std::slice::from_ref(last), now())
        .await
        .unwrap();
    let again = saved::add_homes(&mut tx, &two.own, ann.id, &some[..1], now())
        .await
        .unwrap();
    saved::remove_home(&mut tx, &two.own, ann.id, &some[0])
        .await
        .unwrap();
    let with_room =
        saved::add_homes_with_room(&mut tx, &two.own, ann.id, &[last.clone(), some[0].clone()], now())
            .await
            .unwrap();

    assert_eq!(most, Kept::Added(500));
    assert_eq!(one_more, Kept::Full);
    assert_eq!(again, Kept::Added(0));
    assert_eq!(with_room, 1);
    let kept = saved::homes(&mut tx, &two.own, ann.id).await.unwrap();
    assert!(kept.len() == 500 && kept.contains(last) && !kept.contains(&some[0]));
}

#[tokio::test]
async fn a_message_is_written_once_taken_by_one_and_forgotten_when_sent() {
    let two = Two::new().await;
    let mail = Mail {
        from_name: "Fairfield".to_owned(),
        from: "no-reply@fairfield.localhost".to_owned(),
        to: email(),
        reply_to: Some(email()),
        subject: "Your link".to_owned(),
        text: "Here it is".to_owned(),
        html: None,
        unsubscribe: None,
    };
    let mut tx = two.test.db.write(&two.own).await.unwrap();
    for expected in [true, false] {
        let new = NewMail {
            id: MailId::new(&two.ids),
            key: "lead/1",
            mail: &mail,
            now: now(),
        };
        assert_eq!(mails::insert(&mut tx, &two.own, &new).await.unwrap(), expected);
    }
    tx.commit().await.unwrap();

    let db = &two.test.db;
    let due = outgoing::due(db, now(), 10).await.unwrap();
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].mail.as_ref(), Some(&mail));
    let until = now() + SignedDuration::from_mins(1);
    assert!(outgoing::take(db, &due[0], until).await.unwrap());
    assert!(
        !outgoing::take(db, &due[0], until).await.unwrap(),
        "somebody else has it"
    );
    assert!(outgoing::due(db, now(), 10).await.unwrap().is_empty());
    assert_eq!(
        outgoing::due(db, until, 10).await.unwrap().len(),
        1,
        "its sender died"
    );
    outgoing::sent(db, &due[0], Keep::Nothing, now()).await.unwrap();

    assert!(outgoing::due(db, until, 10).await.unwrap().is_empty());
    let mut tx = db.read(&two.own).await.unwrap();
    let newest = mails::newest(&mut tx, &two.own).await.unwrap();
    assert_eq!(newest[0].sent_at, Some(now()));
    assert_eq!(newest[0].mail.text, "");
}
