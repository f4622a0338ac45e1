//! The past of one record: what is in it, in which order, how it goes on, and what reading it costs.

use jiff::SignedDuration;
use types::{
    Activity, ActivityGroup, ActivityId, ActivityType, Clock as _, Contact, ContactId, Lead, LeadId, Page,
    PageRequest, TestClock, TestIds,
};

use super::activities::{self, ActivityWithActor, OF_CONTACT_ALONE, OF_LEAD, Stretch, Whose};
use crate::{
    Result, TenantScope, Tx,
    backend::{FromRow, Row, Sql},
    testing::{TestDb, a_contact, a_lead, a_tenant},
};

/// A contact with two leads.
struct House {
    test: TestDb,
    ids: TestIds,
    here: TenantScope,
    ana: Contact,
    lead: Lead,
    other: Lead,
}

impl House {
    async fn new() -> Self {
        let test = TestDb::new().await;
        let ids = TestIds::default();
        let here = a_tenant(&test.db, &ids, "here").await;
        let ana = a_contact(&ids).insert(&test.db, &here).await;
        let lead = a_lead(&ids).of(&ana).insert(&test.db, &here).await;
        let other = a_lead(&ids).of(&ana).insert(&test.db, &here).await;
        Self {
            test,
            ids,
            here,
            ana,
            lead,
            other,
        }
    }

    /// Something that happened so many minutes on.
    async fn happened(
        &self,
        minute: i64,
        activity_type: ActivityType,
        about: (Option<ContactId>, Option<LeadId>),
    ) {
        let plain = serde_json::json!({});
        self.happened_with(minute, activity_type, about, plain).await;
    }

    async fn happened_with(
        &self,
        minute: i64,
        activity_type: ActivityType,
        (contact_id, lead_id): (Option<ContactId>, Option<LeadId>),
        metadata: serde_json::Value,
    ) {
        let activity = Activity {
            id: ActivityId::new(&self.ids),
            contact_id,
            lead_id,
            activity_type,
            occurred_at: TestClock::default().now() + SignedDuration::from_mins(minute),
            summary: minute.to_string(),
            metadata,
            actor: None,
        };
        let mut tx = self.test.db.write(&self.here).await.unwrap();
        activities::insert(&mut tx, &self.here, &activity).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// By turns with the lead, with its contact alone, with the other lead, and with nobody.
    async fn a_past(&self) {
        let ana = Some(self.ana.id);
        let turns = [
            (ActivityType::CallLogged, (ana, Some(self.lead.id))),
            (ActivityType::WebsiteListingViewed, (ana, None)),
            (ActivityType::Note, (ana, Some(self.other.id))),
            (ActivityType::Note, (None, None)),
        ];
        for (minute, (activity_type, about)) in (0..12).zip(turns.into_iter().cycle()) {
            self.happened(minute, activity_type, about).await;
        }
    }

    async fn timeline(&self, whose: Whose, stretch: &Stretch, most: i64) -> Page<ActivityWithActor> {
        let mut tx = self.test.db.read(&self.here).await.unwrap();
        let page = PageRequest::new(most, 0);
        activities::timeline(&mut tx, &self.here, whose, stretch, page)
            .await
            .unwrap()
    }

    fn of_lead(&self) -> Whose {
        Whose::Lead(self.lead.id, Some(self.ana.id))
    }
}

fn minutes(page: &Page<ActivityWithActor>) -> Vec<&str> {
    let rows = page.items.iter();
    rows.map(|row| row.activity.summary.as_str()).collect()
}

#[tokio::test]
async fn a_leads_past_is_its_own_and_what_its_contact_did_outside_of_any_lead() {
    let house = House::new().await;
    house.a_past().await;

    let of_lead = house.timeline(house.of_lead(), &Stretch::default(), 50).await;
    let of_contact = house
        .timeline(Whose::Contact(house.ana.id), &Stretch::default(), 50)
        .await;

    assert_eq!(minutes(&of_lead), ["9", "8", "5", "4", "1", "0"]);
    assert_eq!(
        minutes(&of_contact),
        ["10", "9", "8", "6", "5", "4", "2", "1", "0"]
    );
}

#[tokio::test]
async fn a_past_goes_on_where_it_stopped_until_its_end() {
    let house = House::new().await;
    house.a_past().await;

    let mut stretch = Stretch::default();
    let mut pages = Vec::new();
    loop {
        let page = house.timeline(house.of_lead(), &stretch, 2).await;
        let last = &page.items.last().unwrap().activity;
        stretch.after = Some((last.occurred_at, last.id));
        pages.push(minutes(&page).join(" "));
        if !page.has_more {
            break;
        }
    }

    assert_eq!(pages, ["9 8", "5 4", "1 0"]);
}

#[tokio::test]
async fn a_past_is_narrowed_to_one_group() {
    let house = House::new().await;
    house.a_past().await;
    let of = |group| Stretch {
        group: Some(group),
        after: None,
    };

    let visits = house
        .timeline(house.of_lead(), &of(ActivityGroup::Visits), 50)
        .await;
    let calls = house
        .timeline(house.of_lead(), &of(ActivityGroup::Calls), 50)
        .await;
    let changes = house
        .timeline(house.of_lead(), &of(ActivityGroup::Changes), 50)
        .await;

    assert_eq!(minutes(&visits), ["9", "5", "1"]);
    assert_eq!(minutes(&calls), ["8", "4", "0"]);
    assert!(changes.items.is_empty());
}

#[tokio::test]
async fn a_note_that_nobody_wrote_is_a_change() {
    let house = House::new().await;
    let about = (Some(house.ana.id), Some(house.lead.id));
    let trace = serde_json::json!({ "changed": ["notes"] });
    house.happened(0, ActivityType::Note, about).await;
    house
        .happened_with(1, ActivityType::Note, about, trace.clone())
        .await;
    house
        .happened_with(2, ActivityType::LeadStatusChanged, about, trace.clone())
        .await;
    house
        .happened_with(3, ActivityType::CallLogged, about, trace)
        .await;
    let of = |group| Stretch {
        group: Some(group),
        after: None,
    };

    for whose in [house.of_lead(), Whose::Contact(house.ana.id)] {
        let notes = house.timeline(whose, &of(ActivityGroup::Notes), 50).await;
        let changes = house.timeline(whose, &of(ActivityGroup::Changes), 50).await;
        let calls = house.timeline(whose, &of(ActivityGroup::Calls), 50).await;

        assert_eq!(
            [minutes(&notes), minutes(&changes), minutes(&calls)],
            [vec!["0"], vec!["2", "1"], vec!["3"]]
        );
    }
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

/// A great many activities of nobody, so that going through all of them is dear.
async fn a_busy_tenant(tx: &mut Tx, scope: &TenantScope) {
    const FILL: Sql = Sql {
        sqlite: "WITH RECURSIVE count (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 6000)
                 INSERT INTO activities (tenant_id, id, activity_type, occurred_at, summary)
                 SELECT $1, printf('10000000-0000-7000-8000-%012d', n), 'note', '2026-03-02T11:00:00.000000Z', 'x'
                   FROM count",
        postgres: "INSERT INTO activities (tenant_id, id, activity_type, occurred_at, summary)
                   SELECT $1, CAST('10000000-0000-7000-8000-' || LPAD(CAST(n AS TEXT), 12, '0') AS uuid), 'note',
                          '2026-03-02T11:00:00Z', 'x'
                     FROM GENERATE_SERIES(1, 6000) AS n",
    };
    tx.query(FILL).bind(scope.tenant_id()).execute().await.unwrap();
}

async fn plan<Id: crate::backend::value::Value>(house: &House, sql: &'static str, record: Id) -> String {
    let mut tx = house.test.db.write(&house.here).await.unwrap();
    a_busy_tenant(&mut tx, &house.here).await;
    let explain = match tx.kind {
        crate::backend::TxKind::Postgres(_) => "EXPLAIN",
        crate::backend::TxKind::Sqlite(_) => "EXPLAIN QUERY PLAN",
    };
    let explained: &'static str = format!("{explain} {sql}").leak();
    let page = PageRequest::default();
    let asked = (&house.here, explained);
    let lines: Vec<Line> = activities::walk(&mut tx, asked, record, &Stretch::default(), page)
        .await
        .unwrap();
    lines.into_iter().map(|Line(line)| line + "\n").collect()
}

#[tokio::test]
async fn each_walk_reads_the_index_of_whom_it_is_about() {
    let house = House::new().await;
    house.a_past().await;

    let of_lead = plan(&house, OF_LEAD, house.lead.id).await;
    let of_contact = plan(&house, OF_CONTACT_ALONE, house.ana.id).await;

    assert!(of_lead.contains("activities_lead_idx"), "{of_lead}");
    assert!(of_contact.contains("activities_contact_idx"), "{of_contact}");
    for plan in [of_lead, of_contact] {
        for dear in ["Seq Scan on activities", "SCAN activities", "TEMP B-TREE"] {
            assert!(!plan.contains(dear), "{plan}");
        }
    }
}

#[tokio::test]
async fn what_a_form_said_is_never_written_over_and_goes_with_its_person() {
    let house = House::new().await;
    let both = (Some(house.ana.id), Some(house.lead.id));
    for (minute, kind) in [(0, ActivityType::LeadSubmitted), (1, ActivityType::Note)] {
        house.happened(minute, kind, both).await;
    }
    let change = async |kind: ActivityType| {
        let mut tx = house.test.db.write(&house.here).await.unwrap();
        let changed = tx
            .query("UPDATE activities SET metadata = $3 WHERE tenant_id = $1 AND activity_type = $2")
            .bind(house.here.tenant_id())
            .bind(kind)
            .bind(serde_json::json!({ "consent": "none" }))
            .execute()
            .await;
        changed.is_ok()
    };

    let (form, note) = (
        change(ActivityType::LeadSubmitted).await,
        change(ActivityType::Note).await,
    );

    assert!(!form && note);
    let mut tx = house.test.db.write(&house.here).await.unwrap();
    let gone = super::contacts::erase(&mut tx, &house.here, &house.ana).await;
    assert!(gone.unwrap(), "whoever asks for it is forgotten");
}
