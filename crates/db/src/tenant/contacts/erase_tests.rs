//! Whoever is forgotten is forgotten everywhere, and nobody else is.

use types::{
    AccountId, Clock as _, Completion, Contact, Email, EventKey, EventType, Ids as _, JobId, Lead, Mail,
    MailId, MergeId, PersonId, Role, TestClock, TestIds,
};

use super::erase;
use crate::{
    Db, TenantScope, Tx,
    backend::Only,
    tenant::{
        accounts, contacts, held,
        jobs::{self, NewJob},
        leads,
        mails::{self, NewMail},
        merges::{self, Merge},
    },
    testing::{TestDb, a_contact, a_lead, a_member, a_tenant, hold},
};

async fn waiting(db: &Db, ids: &TestIds, scope: &TenantScope, payload: &str) -> JobId {
    let id = JobId::new(ids);
    let name = ids.new_id().to_string();
    let job = NewJob {
        id,
        event_key: EventKey::from_submission(EventType::LeadSubmitted, scope.tenant_id(), &name),
        event_type: "website.lead.submitted".to_owned(),
        payload: payload.to_owned(),
        request_id: None,
        created_at: TestClock::default().now(),
    };
    jobs::enqueue(db, scope, job).await.unwrap();
    id
}

/// As a worker leaves it when the event became a lead.
async fn pretend_ingested(db: &Db, scope: &TenantScope, job: JobId, lead: &Lead) {
    let mut tx = db.write(scope).await.unwrap();
    tx.query(
        "INSERT INTO ingested_events
                (tenant_id, event_key, event_type, job_id, contact_id, lead_id, occurred_at, processed_at)
         VALUES ($1, $2, 'website.lead.submitted', $3, $4, $5, $6, $6)",
    )
    .bind(scope.tenant_id())
    .bind(job.to_string())
    .bind(job)
    .bind(lead.contact_id)
    .bind(lead.id)
    .bind(TestClock::default().now())
    .execute()
    .await
    .unwrap();
    tx.commit().await.unwrap();
}

async fn merge(db: &Db, ids: &TestIds, scope: &TenantScope, who: (&Contact, &Contact, PersonId)) -> Merge {
    let (kept, other, by) = who;
    let mut tx = db.write(scope).await.unwrap();
    let merge = Merge {
        id: MergeId::new(ids),
        kept_id: kept.id,
        kept_version: kept.version,
        merged_by: by,
        merged_at: TestClock::default().now(),
        undone: None,
    };
    merges::carry_out(&mut tx, scope, &merge, &[kept.id, other.id])
        .await
        .unwrap();
    tx.commit().await.unwrap();
    merge
}

async fn take_apart(db: &Db, scope: &TenantScope, merge: Merge, by: PersonId) {
    let at = TestClock::default().now();
    let mut tx = db.write(scope).await.unwrap();
    merges::take_back(&mut tx, scope, &merge, Completion { by, at })
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

async fn write_mail(tx: &mut Tx, scope: &TenantScope, ids: &TestIds, (key, to, text): (&str, &str, String)) {
    let mail = Mail {
        from_name: "Fairfield".to_owned(),
        from: "site@example.com".to_owned(),
        to: to.parse().unwrap(),
        reply_to: None,
        subject: "News".to_owned(),
        text,
        html: None,
        unsubscribe: None,
    };
    let new = NewMail {
        id: MailId::new(ids),
        key,
        mail: &mail,
        now: TestClock::default().now(),
    };
    assert!(mails::insert(tx, scope, &new).await.unwrap());
}

#[tokio::test]
async fn what_never_became_a_lead_is_forgotten_too_and_nobody_elses() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let db = &test.db;
    let (here, there) = (
        a_tenant(db, &ids, "here").await,
        a_tenant(db, &ids, "there").await,
    );
    let ana = a_contact(&ids)
        .email("ana_ruiz@example.com")
        .insert(db, &here)
        .await;
    a_lead(&ids).of(&ana).insert(db, &here).await;
    let theirs = waiting(db, &ids, &here, r#"{"email":"Ana_Ruiz@Example.com"}"#).await;
    let alike = waiting(db, &ids, &here, r#"{"email":"anaxruiz@example.com"}"#).await;
    let next_door = waiting(db, &ids, &there, r#"{"email":"ana_ruiz@example.com"}"#).await;
    let held = hold(db, &ids, &here, r#"{"email":"Ana_Ruiz@Example.com"}"#).await;
    let held_alike = hold(db, &ids, &here, r#"{"email":"anaxruiz@example.com"}"#).await;

    let mut tx = db.write(&here).await.unwrap();
    assert!(erase(&mut tx, &here, &ana).await.unwrap());
    tx.commit().await.unwrap();

    for (scope, id, is_there) in [
        (&here, theirs, false),
        (&here, alike, true),
        (&there, next_door, true),
    ] {
        let mut tx = db.read(scope).await.unwrap();
        let payload = jobs::payload(&mut tx, scope, id).await.unwrap();
        assert_eq!(payload.is_some(), is_there);
    }
    let mut tx = db.read(&here).await.unwrap();
    assert_eq!(held::find(&mut tx, &here, held).await.unwrap(), None);
    assert!(held::find(&mut tx, &here, held_alike).await.unwrap().is_some());
}

#[tokio::test]
async fn who_was_merged_into_them_is_forgotten_with_what_was_ingested_and_waits() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let db = &test.db;
    let here = a_tenant(db, &ids, "here").await;
    let by = a_member(db, &ids, &here, ("olga@example.com", "x"), Role::Owner).await;
    let ana = a_contact(&ids).email("ana@example.com").insert(db, &here).await;
    let old = a_contact(&ids)
        .email("ana.old@example.com")
        .insert(db, &here)
        .await;
    let other = a_contact(&ids).email("other@example.com").insert(db, &here).await;
    let of_old = a_lead(&ids).of(&old).insert(db, &here).await;
    let of_other = a_lead(&ids).of(&other).insert(db, &here).await;
    let ingested = waiting(db, &ids, &here, "{}").await;
    let ingested_for_other = waiting(db, &ids, &here, "{}").await;
    let waits = waiting(db, &ids, &here, r#"{"email":"ANA.OLD@example.com"}"#).await;
    pretend_ingested(db, &here, ingested, &of_old).await;
    pretend_ingested(db, &here, ingested_for_other, &of_other).await;
    merge(db, &ids, &here, (&ana, &old, by)).await;
    let apart = merge(db, &ids, &here, (&ana, &other, by)).await;
    take_apart(db, &here, apart, by).await;

    let mut tx = db.write(&here).await.unwrap();
    let ana = contacts::find(&mut tx, &here, ana.id).await.unwrap().unwrap();
    assert!(erase(&mut tx, &here, &ana).await.unwrap());
    tx.commit().await.unwrap();

    let mut tx = db.read(&here).await.unwrap();
    for (job, is_there) in [(ingested, false), (waits, false), (ingested_for_other, true)] {
        let payload = jobs::payload(&mut tx, &here, job).await.unwrap();
        assert_eq!(payload.is_some(), is_there);
    }
    assert!(
        contacts::find(&mut tx, &here, other.id).await.unwrap().is_some(),
        "another person again"
    );
    assert!(leads::find(&mut tx, &here, of_other.id).await.unwrap().is_some());
    assert!(leads::find(&mut tx, &here, of_old.id).await.unwrap().is_none());
}

#[tokio::test]
async fn messages_to_and_about_them_and_their_account_on_the_site_go() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let db = &test.db;
    let here = a_tenant(db, &ids, "here").await;
    let ana = a_contact(&ids).email("ana@example.com").insert(db, &here).await;
    let lead = a_lead(&ids).of(&ana).insert(db, &here).await;
    let now = TestClock::default().now();
    let email: Email = "ana@example.com".parse().unwrap();
    let mut tx = db.write(&here).await.unwrap();
    let account = accounts::find_or_insert(&mut tx, &here, (AccountId::new(&ids), &email), now)
        .await
        .unwrap();
    for (key, to, text) in [
        ("link/1", "Ana@Example.com", "Sign in".to_owned()),
        ("given/1", "olga@example.com", format!("See /leads/{}", lead.id)),
        ("held/1", "olga@example.com", "ANA@example.com wrote".to_owned()),
        ("alert/1", "bob@example.com", "Two homes".to_owned()),
    ] {
        write_mail(&mut tx, &here, &ids, (key, to, text)).await;
    }
    let lead_key = format!("lead/{}", lead.id);
    write_mail(
        &mut tx,
        &here,
        &ids,
        (&lead_key, "olga@example.com", "Ana would like to hear".to_owned()),
    )
    .await;
    assert!(erase(&mut tx, &here, &ana).await.unwrap());

    let left = mails::newest(&mut tx, &here).await.unwrap();
    assert_eq!(
        left.iter().map(|mail| mail.mail.to.as_str()).collect::<Vec<_>>(),
        ["bob@example.com"]
    );
    assert!(
        accounts::find_to_change(&mut tx, &here, account.id)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn views_and_names_of_files_that_hold_their_address_are_forgotten_too() {
    let (test, ids) = (TestDb::new().await, TestIds::default());
    let db = &test.db;
    let here = a_tenant(db, &ids, "here").await;
    let by = a_member(db, &ids, &here, ("olga@example.com", "x"), Role::Owner).await;
    let ana = a_contact(&ids)
        .email("ana+ruiz@example.com")
        .insert(db, &here)
        .await;
    let mut tx = db.write(&here).await.unwrap();
    for (name, query) in [
        ("Hers", "q=Ana%2BRuiz%40example.com&status=new"),
        ("ana+ruiz@example.com", "status=new"),
        ("Others", "q=ana%40example.com"),
    ] {
        let insert = "INSERT INTO saved_views (tenant_id, id, list, name, query, owner_id, is_shared, created_at, updated_at)
                      VALUES ($1, $2, 'leads', $3, $4, $5, $6, $7, $7)";
        tx.query(insert)
            .bind(here.tenant_id())
            .bind(ids.new_id())
            .bind(name)
            .bind(query)
            .bind(by)
            .bind(false)
            .bind(TestClock::default().now())
            .execute()
            .await
            .unwrap();
    }
    for name in ["Mails of ANA+RUIZ@example.com.csv", "others.csv"] {
        let insert =
            "INSERT INTO imports (tenant_id, id, file_name, status, header, header_key, mapping, row_count,
                                           created_by, started_by, created_at, updated_at)
                      VALUES ($1, $2, $3, 'done', '[]', '', '[]', 0, $4, $4, $5, $5)";
        tx.query(insert)
            .bind(here.tenant_id())
            .bind(ids.new_id())
            .bind(name)
            .bind(by)
            .bind(TestClock::default().now())
            .execute()
            .await
            .unwrap();
    }

    assert!(erase(&mut tx, &here, &ana).await.unwrap());

    let left = "SELECT name AS value FROM saved_views WHERE tenant_id = $1";
    let left: Vec<Only<String>> = tx.query(left).bind(here.tenant_id()).fetch_all().await.unwrap();
    let left: Vec<_> = left.into_iter().map(|Only(name)| name).collect();
    assert_eq!(left, ["Others"]);
    let files = "SELECT file_name AS value FROM imports WHERE tenant_id = $1 ORDER BY file_name";
    let files: Vec<Only<String>> = tx.query(files).bind(here.tenant_id()).fetch_all().await.unwrap();
    let files: Vec<_> = files.into_iter().map(|Only(name)| name).collect();
    assert_eq!(files, ["contacts.csv", "others.csv"]);
}
