//! What members wrote down leads to whom it was written of, as long as it stands there.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use types::{
    Activity, ActivityId, ActivityType, Clock as _, Contact, ContactId, Lead, LeadId, PageRequest, TestClock,
    TestIds,
};

use super::{
    activities,
    contacts::{self, ContactFilter},
    leads::{self, LeadFilter},
    words::{Asked, Of, Way},
};
use crate::{
    PlatformScope, TenantScope,
    backend::{Only, Sql},
    testing::{TestDb, a_contact, a_lead, a_tenant},
};

/// Ana has two leads, Ben none; a neighbour has the same.
struct House {
    test: TestDb,
    ids: TestIds,
    here: TenantScope,
    ana: Contact,
    ben: Contact,
    lead: Lead,
    other: Lead,
}

type About = (Option<LeadId>, Option<ContactId>);

impl House {
    async fn new() -> Self {
        let (test, ids) = (TestDb::new().await, TestIds::default());
        let (here, there) = (
            a_tenant(&test.db, &ids, "here").await,
            a_tenant(&test.db, &ids, "there").await,
        );
        let neighbour = a_contact(&ids).name("Ana").insert(&test.db, &there).await;
        let theirs = a_lead(&ids).of(&neighbour).insert(&test.db, &there).await;
        let ana = a_contact(&ids).name("Ana").insert(&test.db, &here).await;
        let house = Self {
            ben: a_contact(&ids).name("Ben").insert(&test.db, &here).await,
            lead: a_lead(&ids).of(&ana).insert(&test.db, &here).await,
            other: a_lead(&ids).of(&ana).insert(&test.db, &here).await,
            test,
            ids,
            here,
            ana,
        };
        let about = (Some(theirs.id), Some(neighbour.id));
        house.write(&there, "Wants a dock, says Ana", about).await;
        house
    }

    async fn write(&self, scope: &TenantScope, text: &str, about: About) {
        self.happened(scope, (ActivityType::Note, json!({})), text, about)
            .await;
    }

    async fn happened(
        &self,
        scope: &TenantScope,
        (activity_type, metadata): (ActivityType, Value),
        text: &str,
        (lead_id, contact_id): About,
    ) {
        let activity = Activity {
            id: ActivityId::new(&self.ids),
            contact_id,
            lead_id,
            activity_type,
            occurred_at: TestClock::default().now(),
            summary: text.to_owned(),
            metadata,
            actor: None,
        };
        let mut tx = self.test.db.write(scope).await.unwrap();
        activities::insert(&mut tx, scope, &activity).await.unwrap();
        tx.commit().await.unwrap();
    }

    const fn of_lead(&self) -> About {
        (Some(self.lead.id), Some(self.ana.id))
    }

    const fn of_contact(&self) -> About {
        (None, Some(self.ana.id))
    }

    /// Which leads and which contacts are found, whichever way they are asked, and how many there are said to be.
    async fn found(&self, text: &str) -> (BTreeSet<LeadId>, BTreeSet<ContactId>) {
        let mut tx = self.test.db.read(&self.here).await.unwrap();
        let search = Some(text.to_owned());
        let filter = LeadFilter {
            search: search.clone(),
            ..LeadFilter::default()
        };
        let page = leads::list(&mut tx, &self.here, &filter, PageRequest::default());
        let leads: BTreeSet<_> = page.await.unwrap().items.iter().map(|row| row.lead.id).collect();
        let count = leads::count(&mut tx, &self.here, &filter).await.unwrap();
        assert_eq!(count, leads.len() as i64, "{text}");
        let filter = ContactFilter {
            search,
            ..ContactFilter::default()
        };
        let page = contacts::list(&mut tx, &self.here, &filter, PageRequest::default());
        let people: BTreeSet<_> = page.await.unwrap().items.iter().map(|row| row.id).collect();
        let count = contacts::count(&mut tx, &self.here, &filter).await.unwrap();
        assert_eq!(count, people.len() as i64, "{text}");
        drop(tx);
        for way in [Way::Opened, Way::Walked] {
            let walked = ids_of((&self.test, &self.here), Of::Leads, text, way).await;
            assert_eq!(walked, leads.iter().map(ToString::to_string).collect(), "{way:?}");
            let walked = ids_of((&self.test, &self.here), Of::Contacts, text, way).await;
            assert_eq!(
                walked,
                people.iter().map(ToString::to_string).collect(),
                "{way:?}"
            );
        }
        (leads, people)
    }

    /// How many words lead to something, of every tenant.
    async fn words(&self) -> i64 {
        let mut tx = self.test.db.read(&PlatformScope::new()).await.unwrap();
        let count = tx.query("SELECT COUNT(tenant_id) AS value FROM activity_words");
        let Only(count) = count.fetch_one().await.unwrap();
        count
    }
}

/// Whom a search finds one way.
pub(super) async fn ids_of(
    (test, scope): (&TestDb, &TenantScope),
    of: Of,
    text: &str,
    way: Way,
) -> BTreeSet<String> {
    let mut tx = test.db.read(scope).await.unwrap();
    let asked = Asked::of(&mut tx, scope, of, Some(text)).await.unwrap();
    let asked = asked.unwrap();
    let query = tx.query(match of {
        Of::Contacts => "SELECT CAST(contacts.id AS text) AS value FROM contacts WHERE tenant_id = $1",
        Of::Leads => {
            "SELECT CAST(leads.id AS text) AS value
               FROM leads
               LEFT JOIN contacts AS contact
                 ON contact.tenant_id = leads.tenant_id AND contact.id = leads.contact_id
              WHERE leads.tenant_id = $1"
        }
    });
    let query = query.bind(scope.tenant_id());
    let query = match of {
        Of::Contacts => asked.narrow_contacts(query, way),
        Of::Leads => asked.narrow_leads(query, way),
    };
    let found = query.fetch_all::<Only<String>>().await.unwrap();
    found.into_iter().map(|Only(id)| id).collect()
}

#[tokio::test]
async fn a_lead_is_found_by_what_was_written_of_it() {
    let house = House::new().await;
    house
        .write(&house.here, "Would like a dock; ring after Six.", house.of_lead())
        .await;

    let (none, lead) = (BTreeSet::new(), BTreeSet::from([house.lead.id]));
    for text in ["dock", "DO", "six dock", "ana dock", "dock ring would like a"] {
        assert_eq!(house.found(text).await, (lead.clone(), BTreeSet::new()), "{text}");
    }
    for text in ["ock", "seven", "dock seven", "ben dock"] {
        assert_eq!(house.found(text).await, (none.clone(), BTreeSet::new()), "{text}");
    }
}

#[tokio::test]
async fn who_has_it_written_of_them_alone_is_found_with_all_their_leads() {
    let house = House::new().await;
    house.write(&house.here, "Has a boat", house.of_contact()).await;
    house
        .write(&house.here, "A harbour", (None, Some(house.ben.id)))
        .await;

    let both = BTreeSet::from([house.lead.id, house.other.id]);
    let (ana, ben) = (BTreeSet::from([house.ana.id]), BTreeSet::from([house.ben.id]));
    assert_eq!(house.found("boat").await, (both.clone(), ana.clone()));
    assert_eq!(house.found("ana bo").await, (both, ana));
    assert_eq!(house.found("harbour").await, (BTreeSet::new(), ben));
    assert_eq!(
        house.found("boat harbour").await,
        (BTreeSet::new(), BTreeSet::new())
    );
}

#[tokio::test]
async fn only_what_members_write_is_looked_through() {
    let house = House::new().await;
    for (activity_type, is_found) in [
        (ActivityType::Note, true),
        (ActivityType::CallLogged, true),
        (ActivityType::TextLogged, true),
        (ActivityType::EmailLogged, true),
        (ActivityType::AppointmentLogged, true),
        (ActivityType::LeadStatusChanged, false),
        (ActivityType::WebsiteListingViewed, false),
    ] {
        let text = format!("kiln{activity_type}").replace('_', "");
        let what = (activity_type, json!({}));
        house.happened(&house.here, what, &text, house.of_lead()).await;
        assert_eq!(house.found(&text).await.0.len(), usize::from(is_found), "{text}");
    }
    let trace = (ActivityType::Note, json!({ "changed": ["priceMin"] }));
    house
        .happened(&house.here, trace, "Changed the tariff", house.of_lead())
        .await;
    house.write(&house.here, "Renamed the tariff", (None, None)).await;
    assert_eq!(house.found("tariff").await, (BTreeSet::new(), BTreeSet::new()));
}

#[tokio::test]
async fn what_was_written_goes_with_whom_it_was_written_of() {
    let house = House::new().await;
    let before = house.words().await;
    house.write(&house.here, "Wants a pier", house.of_lead()).await;
    assert_eq!(house.words().await, before + 3);

    let mut tx = house.test.db.write(&house.here).await.unwrap();
    leads::delete(&mut tx, &house.here, house.lead.id, 1)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let theirs = (BTreeSet::from([house.other.id]), BTreeSet::from([house.ana.id]));
    assert_eq!(
        house.found("pier").await,
        theirs,
        "it stands in the contact's past"
    );

    let mut tx = house.test.db.write(&house.here).await.unwrap();
    contacts::erase(&mut tx, &house.here, &house.ana).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(house.found("pier").await, (BTreeSet::new(), BTreeSet::new()));
    assert_eq!(house.words().await, before);
}

#[tokio::test]
async fn words_of_the_past_go_with_their_tenant() {
    let house = House::new().await;
    let before = house.words().await;
    house.write(&house.here, "Wants a pier", house.of_lead()).await;
    let mut tx = house.test.db.write(&PlatformScope::new()).await.unwrap();
    for forget in [
        "DELETE FROM activities WHERE tenant_id = $1",
        "DELETE FROM tenants WHERE id = $1 AND 'tenant_id' <> ''",
    ] {
        let forgetting = tx.query(forget).bind(house.here.tenant_id());
        forgetting.execute().await.unwrap();
    }
    tx.commit().await.unwrap();

    assert_eq!(house.words().await, before, "the neighbour's are there");
}

/// The migration makes the words that are made for what comes.
#[tokio::test]
async fn what_was_written_before_has_the_words_of_what_is_written_now() {
    const SQLITE: &str = include_str!("../../../../migrations/sqlite/0062_notes_found.sql");
    const POSTGRES: &str = include_str!("../../../../migrations/postgres/0062_notes_found.sql");
    const READ: &str = "SELECT search_text AS value FROM activities WHERE tenant_id = $1 ORDER BY id";
    let of = |file: &'static str, said: &str| {
        let mut statements = file.split_inclusive(';');
        statements.find(|part| part.contains(said)).unwrap()
    };
    let house = House::new().await;
    let texts = ["Has a boat, 2½ baths & Zofie-Ann", "  ", "DOCK dock 24-7"];
    for text in texts {
        house.write(&house.here, text, house.of_lead()).await;
    }
    let happened = (ActivityType::LeadSubmitted, json!({ "source": "dock" }));
    house
        .happened(&house.here, happened, "Asked for a dock", house.of_lead())
        .await;
    let mut tx = house.test.db.write(&PlatformScope::new()).await.unwrap();
    let words = |rows: Vec<Only<String>>| -> Vec<BTreeSet<String>> {
        let words = |Only(text): Only<String>| text.split_whitespace().map(str::to_owned).collect();
        rows.into_iter().map(words).collect()
    };
    let read = tx.query(READ).bind(house.here.tenant_id()).fetch_all();
    let now = words(read.await.unwrap());
    assert_eq!(now.iter().map(BTreeSet::len).collect::<Vec<_>>(), [7, 0, 3, 0]);

    let forget = tx.query("UPDATE activities SET search_text = '' WHERE tenant_id = $1");
    forget.bind(house.here.tenant_id()).execute().await.unwrap();
    let made = Sql {
        sqlite: of(SQLITE, "made.id = activities.id"),
        postgres: of(POSTGRES, "made.id = activities.id"),
    };
    tx.query(made).execute().await.unwrap();

    let read = tx.query(READ).bind(house.here.tenant_id()).fetch_all();
    assert_eq!(words(read.await.unwrap()), now);
}

/// Another migration makes plain what is there.
#[tokio::test]
async fn what_was_there_before_is_found_without_accents() {
    const SQLITE: &str = include_str!("../../../../migrations/sqlite/0063_plain_words.sql");
    const POSTGRES: &str = include_str!("../../../../migrations/postgres/0063_plain_words.sql");
    let of = |file: &'static str, begins: &str| {
        let mut statements = file.split_inclusive(';');
        let found = statements.find(|part| part.contains(begins));
        found.unwrap_or_else(|| panic!("{begins} is there"))
    };
    let house = House::new().await;
    let mut tx = house.test.db.write(&house.here).await.unwrap();
    let old = " núñez o’brien žofie “pool”—heated ana ";
    for write in [
        "UPDATE contacts SET search_text = $3 WHERE tenant_id = $1 AND id = $2",
        "UPDATE leads SET search_text = $3 WHERE tenant_id = $1 AND contact_id = $2",
    ] {
        let written = tx.query(write).bind(house.here.tenant_id()).bind(house.ana.id);
        written.bind(old).execute().await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(house.found("nunez").await.1, BTreeSet::new());

    let mut tx = house.test.db.write(&PlatformScope::new()).await.unwrap();
    for (sqlite, postgres) in [
        ("TABLE signs_of_words (place", "FUNCTION pg_temp.plain(words"),
        ("INTO signs_of_words (place", " contacts SET former_words"),
        (" contacts\n   SET search_text", " contacts SET search_text"),
        (" leads\n   SET search_text", " leads SET search_text"),
    ] {
        let made = Sql {
            sqlite: of(SQLITE, sqlite),
            postgres: of(POSTGRES, postgres),
        };
        tx.query(made).execute().await.unwrap();
    }
    tx.commit().await.unwrap();

    let (leads, ana) = (
        BTreeSet::from([house.lead.id, house.other.id]),
        BTreeSet::from([house.ana.id]),
    );
    for text in ["nunez", "Núñez", "o'brien", "O’Brien", "zofie pool", "heated"] {
        assert_eq!(house.found(text).await, (leads.clone(), ana.clone()), "{text}");
    }
}
