use std::collections::BTreeSet;

use db::{PlatformScope, TenantScope, door, platform::audit::AuditFilter, testing::TestDb};
use types::{Clock as _, LeadStatus, PageRequest, TestClock, TestIds};

use super::{
    DEMO_PASSWORD, DEMO_SIGN_INS, Seeded, demo,
    file::{Demo, SeedTenant},
};

const ALL: PageRequest = PageRequest::new(200, 0);

async fn seeded(test: &TestDb) -> Seeded {
    demo(&test.db, &TestClock::default(), &TestIds::default())
        .await
        .unwrap()
}

async fn scope(test: &TestDb, slug: &str) -> TenantScope {
    let site = door::hosts::find_by_slug(&test.db, &slug.parse().unwrap()).await;
    site.unwrap().expect("the tenant is seeded").scope
}

#[tokio::test]
async fn both_tenants_are_made_with_their_people_and_their_leads() {
    let test = TestDb::new().await;

    let seeded = seeded(&test).await;

    insta::assert_json_snapshot!(seeded, @r#"
    {
      "tenants": 2,
      "operators": 4,
      "contacts": 43,
      "leads": 56,
      "activities": 210,
      "documents": 97,
      "facts": 154,
      "listings": 265
    }
    "#);
}

#[tokio::test]
async fn seeding_twice_changes_nothing() {
    let test = TestDb::new().await;
    seeded(&test).await;

    let again = seeded(&test).await;

    assert_eq!(again, Seeded::default());
    let mut tx = test.db.read(&PlatformScope::of_command_line()).await.unwrap();
    let trail = db::platform::audit::list(
        &mut tx,
        &PlatformScope::of_command_line(),
        &AuditFilter::default(),
        ALL,
    )
    .await
    .unwrap();
    assert_eq!(trail.items.len(), 3, "one for the operators, one for each tenant");
}

#[tokio::test]
async fn the_site_of_an_older_seed_gets_what_it_has_not() {
    let test = TestDb::new().await;
    let (clock, ids) = (TestClock::default(), TestIds::default());
    let first = demo(&test.db, &clock, &ids).await.unwrap();
    db::testing::forget_sites(&test.db).await;

    let again = demo(&test.db, &clock, &ids).await.unwrap();

    let brought = Seeded {
        documents: first.documents,
        facts: first.facts,
        listings: first.listings,
        ..Seeded::default()
    };
    assert_eq!(again, brought);
    let third = demo(&test.db, &clock, &ids).await.unwrap();
    assert_eq!(third, Seeded::default(), "a third time there is nothing left");
}

#[tokio::test]
async fn what_people_changed_is_left_as_they_changed_it() {
    let test = TestDb::new().await;
    seeded(&test).await;
    let fairfield = scope(&test, "fairfield").await;
    let mut tx = test.db.write(&fairfield).await.unwrap();
    let mut website = db::tenant::websites::find(&mut tx, &fairfield)
        .await
        .unwrap()
        .unwrap();
    website.headline = "Ten towns".to_owned();
    db::tenant::websites::upsert(&mut tx, &fairfield, &website, TestClock::default().now())
        .await
        .unwrap();
    tx.commit().await.unwrap();

    seeded(&test).await;

    let mut tx = test.db.read(&fairfield).await.unwrap();
    let website = db::tenant::websites::find(&mut tx, &fairfield).await.unwrap();
    assert_eq!(website.unwrap().headline, "Ten towns");
}

#[tokio::test]
async fn a_tenant_that_is_missing_is_made_beside_one_that_is_there() {
    let test = TestDb::new().await;
    db::testing::a_tenant(&test.db, &TestIds::default(), "hudson").await;

    let seeded = seeded(&test).await;

    assert_eq!(seeded.tenants, 1);
    let hudson = scope(&test, "hudson").await;
    let mut tx = test.db.read(&hudson).await.unwrap();
    let summary = db::tenant::summary::find(&mut tx, &hudson, TestClock::default().now())
        .await
        .unwrap();
    assert_eq!(summary.lead_count, 0, "nothing was put into somebody's tenant");
}

#[tokio::test]
async fn everybody_who_is_told_can_sign_in() {
    let test = TestDb::new().await;
    seeded(&test).await;

    for sign_in in DEMO_SIGN_INS {
        let email = sign_in.email.parse().unwrap();
        let (hash, role) = match sign_in.tenant {
            Some(slug) => {
                let scope = scope(&test, slug).await;
                let found = door::sessions::credentials(&test.db, &scope, &email)
                    .await
                    .unwrap();
                let found = found.expect("the member is seeded");
                (found.password_hash, found.role.unwrap().to_string())
            }
            None => {
                let found = door::operators::credentials(&test.db, &email).await.unwrap();
                (
                    found.unwrap().password_hash,
                    operator_role(&test, sign_in.email).await,
                )
            }
        };
        assert_eq!(role, sign_in.role, "{}", sign_in.email);
        assert!(
            server::password::verify(DEMO_PASSWORD.into(), Some(hash))
                .await
                .unwrap()
        );
    }
}

async fn operator_role(test: &TestDb, email: &str) -> String {
    let platform = PlatformScope::of_command_line();
    let mut tx = test.db.read(&platform).await.unwrap();
    let email = email.parse().unwrap();
    let operator = db::platform::operators::find_by_email(&mut tx, &platform, &email).await;
    operator.unwrap().unwrap().role.to_string()
}

#[tokio::test]
async fn every_seeded_lead_stands_where_its_timeline_left_it() {
    let test = TestDb::new().await;
    seeded(&test).await;
    let fairfield = scope(&test, "fairfield").await;
    let mut tx = test.db.read(&fairfield).await.unwrap();
    let leads = db::tenant::leads::list(&mut tx, &fairfield, &Default::default(), ALL)
        .await
        .unwrap();

    for found in leads.items {
        let filter = db::tenant::activities::ActivityFilter {
            lead_id: Some(found.lead.id),
            activity_type: Some(types::ActivityType::LeadStatusChanged),
            ..Default::default()
        };
        let moves = db::tenant::activities::list(&mut tx, &fairfield, &filter, ALL)
            .await
            .unwrap();
        let last = moves.items.first();
        let stands = last.map_or("new", |last| last.activity.metadata["to"].as_str().unwrap());
        assert_eq!(found.lead.status.as_str(), stands);
        assert!(found.contact.is_some());
    }
}

#[test]
fn the_demo_shows_every_status_in_both_tenants() {
    let demo = Demo::read();

    for tenant in &demo.tenants {
        let statuses: BTreeSet<&str> = played(tenant).map(|(lead, _)| lead.status.as_str()).collect();
        let all: BTreeSet<&str> = LeadStatus::ALL.iter().map(|status| status.as_str()).collect();
        assert_eq!(statuses, all, "{}", tenant.slug);
    }
}

#[test]
fn a_lead_from_the_website_begins_with_what_the_visitor_did() {
    let demo = Demo::read();

    for (lead, timeline) in demo.tenants.iter().flat_map(played) {
        let is_typed_in = lead.source == types::sources::CRM_MANUAL;
        assert_eq!(timeline[0].actor.is_some(), is_typed_in, "{timeline:#?}");
    }
}

#[test]
fn stories_are_told_forwards_and_end_before_now() {
    let demo = Demo::read();
    let now = TestClock::default().now();

    for tenant in &demo.tenants {
        for (lead, timeline) in played(tenant) {
            let mut times = vec![lead.created_at];
            times.extend(timeline.iter().map(|activity| activity.occurred_at));
            assert!(times.is_sorted(), "{}: {timeline:#?}", tenant.slug);
            assert!(times.last() <= Some(&now));
        }
    }
}

#[test]
fn contacts_are_known_no_later_than_their_first_lead() {
    let demo = Demo::read();

    for tenant in &demo.tenants {
        for lead in &tenant.leads {
            let contact = &tenant.contacts[&lead.contact];
            assert!(contact.ago.0 >= lead.ago.0, "{}", lead.contact);
        }
    }
}

#[test]
fn everybody_lives_at_example_com_and_has_a_number_of_fiction() {
    let demo = Demo::read();

    for tenant in &demo.tenants {
        for contact in tenant.contacts.values() {
            let email = contact.email.as_ref();
            assert!(email.is_none_or(|email| email.domain() == "example.com"));
            let phone = contact.phone.as_ref();
            assert!(phone.is_none_or(|phone| phone.contains(" 555-01")));
        }
    }
}

#[tokio::test]
async fn somebody_of_each_tenant_should_be_rung_now_and_their_homes_are_known() {
    let test = TestDb::new().await;
    seeded(&test).await;
    let now = TestClock::default().now();

    for (slug, name, sign) in [
        ("fairfield", "Ana Ruiz", "Viewed the same home 3 times"),
        ("fairfield", "Wesley Cho", "Viewed 5 homes in a day"),
        ("fairfield", "Lena Sorensen", "Back after 35 days"),
        ("hudson", "Ingrid Dahl", "Viewed the same home 3 times"),
        ("hudson", "Gabriel Osei", "Saved a home"),
    ] {
        let scope = scope(&test, slug).await;
        let mut tx = test.db.read(&scope).await.unwrap();
        let wanted = db::tenant::contacts::ContactFilter {
            search: Some(name.to_owned()),
            ..Default::default()
        };
        let found = db::tenant::contacts::list(&mut tx, &scope, &wanted, ALL).await;
        let id = found.unwrap().items[0].id;
        let steps = db::tenant::heat::list(&mut tx, &scope, &[id], now).await.unwrap();
        let signs: Vec<_> = steps[0].1.signs().iter().map(ToString::to_string).collect();
        assert!(signs.iter().any(|told| told == sign), "{name}: {signs:?}");
        let homes = db::tenant::interest::homes_of(&mut tx, &scope, id).await.unwrap();
        assert!(homes.iter().all(|home| home.address.is_some()), "{homes:?}");
    }
}

#[test]
fn what_visitors_did_is_told_forwards() {
    let demo = Demo::read();

    for contact in demo.tenants.iter().flat_map(|tenant| tenant.contacts.values()) {
        let ago = contact.visits.iter().map(|visit| visit.ago.0);
        assert!(ago.rev().is_sorted(), "{:?}", contact.visits);
    }
}

/// The leads of a tenant after their stories.
fn played(tenant: &SeedTenant) -> impl Iterator<Item = (types::Lead, Vec<types::Activity>)> {
    let ids = super::stable::StableIds::new(tenant.slug.as_str());
    let members = tenant
        .members
        .keys()
        .map(|name| (name.clone(), ids.of(name).into()))
        .collect();
    let contacts = tenant
        .contacts
        .keys()
        .map(|name| (name.clone(), ids.of(name).into()))
        .collect();
    let cast = super::lead::Cast {
        now: TestClock::default().now(),
        ids: &ids,
        members: &members,
        contacts: &contacts,
    };
    let played: Vec<_> = tenant
        .leads
        .iter()
        .enumerate()
        .map(|(number, seed)| super::lead::played(seed, number, &cast))
        .collect();
    played.into_iter()
}
