//! Who is found by words: the same whichever way they are asked, and whoever wrote.

use std::collections::BTreeSet;

use proptest::prelude::*;
use types::{Contact, Lead, PageRequest, TestIds, words::asked_words};

use super::{
    contacts::{self, ContactFilter},
    leads::{self, LeadFilter},
    words::{Of, Way, of_contact, of_lead},
    words_of_activities_tests::ids_of,
};
use crate::{
    PlatformScope, TenantScope, Tx,
    backend::{Only, Sql},
    testing::{TestDb, a_contact, a_lead, a_tenant},
};

const PEOPLE: [(&str, &str, &str); 6] = [
    ("Ana Ruiz", "ana.ruiz@example.com", "(203) 555-0147"),
    ("Anna Lee-Stroud", "lee@example.org", "+49 171 1234567"),
    ("Wäg Č1 O'Brien", "obrien_1@example.com", "203-555-9147"),
    ("Ruiz", "r@quince.example", "+1 203 555 0148"),
    ("7½ Person", "person-777@example.com", "+1 475 555 0100"),
    ("Żółć", "z@example.net", "911"),
];

const WISHES: [(Option<&str>, Option<&str>); 4] = [
    (Some("27 Beachside Avenue, Westport"), None),
    (None, Some("Ana asked: is there a dock? Call 555 before 9.")),
    (Some("1 Elm St"), Some("by the River")),
    (None, None),
];

struct Town {
    test: TestDb,
    ids: TestIds,
    scope: TenantScope,
    people: Vec<Contact>,
    leads: Vec<Lead>,
}

impl Town {
    /// Everybody has a lead, and there is one of nobody; a neighbour has the same people.
    async fn new() -> Self {
        let test = TestDb::new().await;
        let ids = TestIds::default();
        let scope = a_tenant(&test.db, &ids, "here").await;
        let there = a_tenant(&test.db, &ids, "there").await;
        let (mut people, mut leads) = (Vec::new(), Vec::new());
        for scope in [&there, &scope] {
            (people, leads) = (Vec::new(), Vec::new());
            for (place, (name, email, phone)) in PEOPLE.into_iter().enumerate() {
                let person = a_contact(&ids).name(name).email(email).phone(phone);
                let person = person.insert(&test.db, scope).await;
                let mut lead = a_lead(&ids).of(&person);
                wish(&mut lead.0, place);
                leads.push(lead.insert(&test.db, scope).await);
                people.push(person);
            }
            let mut lead = a_lead(&ids);
            wish(&mut lead.0, 1);
            leads.push(lead.insert(&test.db, scope).await);
        }
        Self {
            test,
            ids,
            scope,
            people,
            leads,
        }
    }

    /// Each word of the tenant, and whose it is, by name.
    async fn written(&self, tx: &mut Tx) -> BTreeSet<String> {
        let rows = tx
            .query(
                "SELECT word || ' ' || CAST(contact_id AS text) AS value FROM contact_words WHERE tenant_id = $1
                  UNION ALL
                 SELECT word || ' ' || CAST(lead_id AS text) FROM lead_words WHERE tenant_id = $1",
            )
            .bind(self.scope.tenant_id())
            .fetch_all::<Only<String>>();
        rows.await.unwrap().into_iter().map(|Only(row)| row).collect()
    }

    /// What it should be.
    fn expected(&self) -> BTreeSet<String> {
        let words = |text: String, id: String| {
            let words: Vec<_> = text
                .split_whitespace()
                .map(|word| format!("{word} {id}"))
                .collect();
            words
        };
        let people = (self.people.iter()).flat_map(|person| words(of_contact(person), person.id.to_string()));
        let leads = (self.leads.iter()).flat_map(|lead| words(of_lead(lead), lead.id.to_string()));
        people.chain(leads).collect()
    }

    /// Who is found, either way.
    async fn found(&self, of: Of, text: &str, way: Way) -> Vec<String> {
        let found = ids_of((&self.test, &self.scope), of, text, way).await;
        found.into_iter().collect()
    }

    /// Who stands in a list, and how many it says there are.
    async fn listed(&self, of: Of, text: &str) -> (Vec<String>, i64) {
        let mut tx = self.test.db.read(&self.scope).await.unwrap();
        let (tx, scope, page) = (&mut tx, &self.scope, PageRequest::default());
        let search = Some(text.to_owned());
        let (mut ids, count): (Vec<_>, _) = match of {
            Of::Contacts => {
                let filter = ContactFilter {
                    search,
                    ..ContactFilter::default()
                };
                let page = contacts::list(tx, scope, &filter, page).await.unwrap();
                let ids = page.items.iter().map(|contact| contact.id.to_string());
                (ids.collect(), contacts::count(tx, scope, &filter).await.unwrap())
            }
            Of::Leads => {
                let filter = LeadFilter {
                    search,
                    ..LeadFilter::default()
                };
                let page = leads::list(tx, scope, &filter, page).await.unwrap();
                let ids = page.items.iter().map(|found| found.lead.id.to_string());
                (ids.collect(), leads::count(tx, scope, &filter).await.unwrap())
            }
        };
        ids.sort();
        (ids, count)
    }

    /// Who should be: each word begins one of theirs.
    fn meant(&self, of: Of, text: &str) -> Vec<String> {
        let asked = asked_words(text);
        let has = |texts: &[String]| {
            let words = || texts.iter().flat_map(|text| text.split_whitespace());
            !asked.is_empty() && asked.iter().all(|asked| words().any(|word| asked.means(word)))
        };
        let theirs = |lead: &&Lead| {
            let person = self
                .people
                .iter()
                .find(|person| Some(person.id) == lead.contact_id);
            has(&[of_lead(lead), person.map(of_contact).unwrap_or_default()])
        };
        let mut meant: Vec<_> = match of {
            Of::Contacts => {
                let people = self.people.iter().filter(|person| has(&[of_contact(person)]));
                people.map(|person| person.id.to_string()).collect()
            }
            Of::Leads => self
                .leads
                .iter()
                .filter(theirs)
                .map(|lead| lead.id.to_string())
                .collect(),
        };
        meant.sort();
        meant
    }
}

fn wish(lead: &mut Lead, place: usize) {
    let (address, notes) = WISHES[place % WISHES.len()];
    lead.property.listing_address = address.map(str::to_owned);
    lead.notes = notes.map(str::to_owned);
}

#[tokio::test]
async fn people_and_leads_are_found_by_how_words_begin() {
    let town = Town::new().await;
    for (text, people, leads) in [
        ("ana", &[0][..], &[0, 1, 5, 6][..]),
        ("AN", &[0, 1], &[0, 1, 5, 6]),
        ("ruiz ana", &[0], &[0]),
        ("obrien_1@", &[2], &[2]),
        ("obrien%1@", &[], &[]),
        ("ANA.ruiz@example.com", &[0], &[0]),
        ("ruiz@example.com", &[], &[]),
        ("@quince", &[3], &[3]),
        ("brien", &[2], &[2]),
        ("o'br", &[2], &[2]),
        ("person-7", &[4], &[4]),
        ("person-77@", &[], &[]),
        ("an.ruiz", &[], &[]),
        ("an ruiz", &[0], &[0]),
        ("(203) 555-01", &[0, 3], &[0, 3]),
        ("9147", &[2], &[2]),
        ("0147", &[0], &[0]),
        ("1711234567", &[1], &[1]),
        ("+49 171", &[1], &[1]),
        ("dock", &[], &[1, 5, 6]),
        ("lee dock", &[], &[1]),
        ("beachside west", &[], &[0, 4]),
        ("żó", &[5], &[5]),
        ("uiz", &[], &[]),
        ("%", &[], &[]),
        ("' OR 8", &[], &[]),
    ] {
        for (of, expected) in [(Of::Contacts, people), (Of::Leads, leads)] {
            let id = |place: &usize| match of {
                Of::Contacts => town.people[*place].id.to_string(),
                Of::Leads => town.leads[*place].id.to_string(),
            };
            let mut expected: Vec<_> = expected.iter().map(id).collect();
            expected.sort();
            assert_eq!(town.meant(of, text), expected, "{text:?} {of:?}");
            assert_eq!(
                town.listed(of, text).await,
                (expected.clone(), expected.len() as i64),
                "{text:?} {of:?}"
            );
            for way in [Way::Opened, Way::Walked] {
                assert_eq!(
                    town.found(of, text, way).await,
                    expected,
                    "{text:?} {of:?} {way:?}"
                );
            }
        }
    }
}

#[test]
fn whatever_is_typed_finds_the_same_either_way() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let town = runtime.block_on(Town::new());
    let texts = prop_oneof![
        "[a-z0-9 @.%_'\"äż-]{0,6}",
        "\\PC{0,6}",
        "(ana|ruiz|exam|dock|203) [a-z0-9]{0,2}"
    ];
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(48));
    runner
        .run(&texts, |text| {
            for of in [Of::Contacts, Of::Leads] {
                for way in [Way::Opened, Way::Walked] {
                    let found = runtime.block_on(town.found(of, &text, way));
                    prop_assert_eq!(found, town.meant(of, &text), "{:?} {:?} {:?}", text, of, way);
                }
            }
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn words_follow_whoever_writes() {
    let mut town = Town::new().await;
    let mut tx = town.test.db.write(&town.scope).await.unwrap();
    assert_eq!(town.written(&mut tx).await, town.expected());

    town.people[0].full_name = Some("Ana Maria".to_owned());
    town.leads[0].notes = Some("with a pool".to_owned());
    assert!(
        contacts::update(&mut tx, &town.scope, &town.people[0])
            .await
            .unwrap()
    );
    assert!(leads::update(&mut tx, &town.scope, &town.leads[0]).await.unwrap());
    assert_eq!(town.written(&mut tx).await, town.expected());

    let gone = town.people.remove(1);
    assert!(contacts::delete(&mut tx, &town.scope, gone.id, 1).await.unwrap());
    let gone = town.leads.remove(6);
    leads::delete(&mut tx, &town.scope, gone.id, 1).await.unwrap();
    assert_eq!(town.written(&mut tx).await, town.expected());
}

/// SQLite takes the words apart as JSON, in which these would mean something.
#[tokio::test]
async fn who_is_called_by_signs_alone_has_no_words() {
    let town = Town::new().await;
    let mut odd = a_contact(&town.ids).name("\"\\ [,] {}").0;
    let mut tx = town.test.db.write(&town.scope).await.unwrap();

    assert!(contacts::insert(&mut tx, &town.scope, &odd).await.unwrap());
    assert_eq!(town.written(&mut tx).await, town.expected());
    odd.full_name = Some("\"Ann\" \\".to_owned());
    assert!(contacts::update(&mut tx, &town.scope, &odd).await.unwrap());

    let named: Vec<_> = town
        .written(&mut tx)
        .await
        .difference(&town.expected())
        .cloned()
        .collect();
    assert_eq!(named, [format!("ann {}", odd.id)]);
}

#[tokio::test]
async fn words_go_with_their_tenant() {
    let town = Town::new().await;
    let mut tx = town.test.db.write(&PlatformScope::new()).await.unwrap();
    for forget in [
        "DELETE FROM leads WHERE tenant_id = $1",
        "DELETE FROM tenants WHERE id = $1 AND 'tenant_id' <> ''",
    ] {
        tx.query(forget)
            .bind(town.scope.tenant_id())
            .execute()
            .await
            .unwrap();
    }

    assert_eq!(town.written(&mut tx).await, BTreeSet::new());
    let left = tx
        .query("SELECT COUNT(tenant_id) AS value FROM contact_words")
        .fetch_one::<Only<i64>>();
    assert!(left.await.unwrap().0 > 0, "the neighbour's are there");
}

#[tokio::test]
async fn who_was_there_has_the_words_of_those_who_come() {
    const SQLITE: &str = include_str!("../../../../migrations/sqlite/0049_words_of_people.sql");
    const POSTGRES: &str = include_str!("../../../../migrations/postgres/0049_words_of_people.sql");
    let of = |file: &'static str, said: &str| {
        let mut statements = file.split_inclusive(';');
        statements.find(|part| part.contains(said)).unwrap()
    };
    let town = Town::new().await;
    let mut tx = town.test.db.write(&PlatformScope::new()).await.unwrap();
    // As they were written before.
    for person in &town.people {
        let name = person.full_name.as_deref().unwrap_or_default().to_lowercase();
        let email = person.email.as_ref().unwrap().as_str();
        let phone = person.phone.as_ref().unwrap();
        let digits = phone
            .e164()
            .unwrap_or(phone.original())
            .replace(|sign: char| !sign.is_ascii_digit(), "");
        tx.query("UPDATE contacts SET search_text = $3 WHERE tenant_id = $1 AND id = $2")
            .bind(town.scope.tenant_id())
            .bind(person.id)
            .bind(format!("{name} {email} {digits}"))
            .execute()
            .await
            .unwrap();
    }
    tx.query("UPDATE leads SET search_text = '' WHERE tenant_id = $1")
        .bind(town.scope.tenant_id())
        .execute()
        .await
        .unwrap();
    // Accents and apostrophes are another migration's.
    let odd = [2, 5].map(|place: usize| town.people[place].id.to_string());
    let plain = |mut words: BTreeSet<String>| {
        words.retain(|word| !odd.iter().any(|id| word.ends_with(id)));
        words
    };
    assert_ne!(plain(town.written(&mut tx).await), plain(town.expected()));

    for said in ["made.id = contacts.id", "made.id = leads.id"] {
        let made = Sql {
            sqlite: of(SQLITE, said),
            postgres: of(POSTGRES, said),
        };
        tx.query(made).execute().await.unwrap();
    }

    assert_eq!(plain(town.written(&mut tx).await), plain(town.expected()));
}
