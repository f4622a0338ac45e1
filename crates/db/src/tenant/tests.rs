//! What a tenant's functions promise, on whichever database the run is on.

use jiff::{SignedDuration, Timestamp};
use types::{
    Activity, ActivityId, ActivityType, ChangeKind, Clock as _, ContactId, Lead, LeadId, LeadStatus, Mark,
    PageRequest, Reminder, ReminderId, Role, TestClock, TestIds,
};

use super::{
    activities, changes, contacts, leads,
    leads::{LeadFilter, Reached},
    reminders, summary,
};
use crate::{
    Db, Error, TenantScope,
    testing::{TestDb, a_contact, a_lead, a_member, a_tenant},
};

/// Two tenants on one database.
struct House {
    test: TestDb,
    ids: TestIds,
    here: TenantScope,
    there: TenantScope,
}

impl House {
    async fn new() -> Self {
        let test = TestDb::new().await;
        let ids = TestIds::default();
        let here = a_tenant(&test.db, &ids, "here").await;
        let there = a_tenant(&test.db, &ids, "there").await;
        Self {
            test,
            ids,
            here,
            there,
        }
    }

    fn db(&self) -> &Db {
        &self.test.db
    }
}

#[tokio::test]
async fn a_lead_comes_back_as_it_was_written_with_its_contact() {
    let house = House::new().await;
    let contact = a_contact(&house.ids)
        .email("ann@example.com")
        .phone("(203) 555-0123");
    let contact = contact.insert(house.db(), &house.here).await;
    let lead = a_lead(&house.ids)
        .of(&contact)
        .tagged(&["hot", "100%"])
        .insert(house.db(), &house.here)
        .await;

    let mut tx = house.db().read(&house.here).await.unwrap();
    let found = leads::find(&mut tx, &house.here, lead.id).await.unwrap().unwrap();

    assert_eq!(found.lead, lead);
    assert_eq!(found.contact, Some(contact));
}

#[tokio::test]
async fn a_neighbour_finds_nothing() {
    let house = House::new().await;
    let contact = a_contact(&house.ids)
        .email("ann@example.com")
        .insert(house.db(), &house.here)
        .await;
    let lead = a_lead(&house.ids)
        .of(&contact)
        .insert(house.db(), &house.here)
        .await;

    let mut tx = house.db().read(&house.there).await.unwrap();

    assert_eq!(leads::find(&mut tx, &house.there, lead.id).await.unwrap(), None);
    assert_eq!(
        contacts::find(&mut tx, &house.there, contact.id).await.unwrap(),
        None
    );
    let all = LeadFilter::default();
    assert!(
        leads::list(&mut tx, &house.there, &all, PageRequest::default())
            .await
            .unwrap()
            .items
            .is_empty()
    );
}

#[tokio::test]
async fn the_database_refuses_a_link_to_a_neighbours_contact() {
    let house = House::new().await;
    let contact = a_contact(&house.ids)
        .email("ann@example.com")
        .insert(house.db(), &house.here)
        .await;
    let mut lead = a_lead(&house.ids).insert(house.db(), &house.there).await;
    lead.id = LeadId::new(&house.ids);
    lead.contact_id = Some(contact.id);

    let mut tx = house.db().write(&house.there).await.unwrap();
    let refused = leads::insert(&mut tx, &house.there, &lead).await.unwrap_err();

    assert!(matches!(refused, Error::MissingReference(_)), "{refused:?}");
}

#[tokio::test]
async fn two_tenants_may_know_the_same_person() {
    let house = House::new().await;

    a_contact(&house.ids)
        .email("ann@example.com")
        .insert(house.db(), &house.here)
        .await;
    a_contact(&house.ids)
        .email("ann@example.com")
        .insert(house.db(), &house.there)
        .await;
}

#[tokio::test]
async fn a_contact_with_a_known_address_or_number_is_not_inserted() {
    let house = House::new().await;
    let known = a_contact(&house.ids)
        .email("ann@example.com")
        .phone("203-555-0123");
    let mut known = known.insert(house.db(), &house.here).await;
    known.id = ContactId::new(&house.ids);
    known.email = None;

    let mut tx = house.db().write(&house.here).await.unwrap();

    assert!(!contacts::insert(&mut tx, &house.here, &known).await.unwrap());
}

#[tokio::test]
async fn a_stale_version_writes_nothing() {
    let house = House::new().await;
    let mut lead = a_lead(&house.ids).insert(house.db(), &house.here).await;
    lead.status = LeadStatus::Qualified;

    let mut tx = house.db().write(&house.here).await.unwrap();
    assert!(leads::update(&mut tx, &house.here, &lead).await.unwrap());
    lead.status = LeadStatus::Lost;
    assert!(!leads::update(&mut tx, &house.here, &lead).await.unwrap());

    let found = leads::find(&mut tx, &house.here, lead.id)
        .await
        .unwrap()
        .unwrap()
        .lead;
    assert_eq!((found.status, found.version), (LeadStatus::Qualified, 2));
}

#[tokio::test]
async fn a_reminder_that_somebody_changed_is_not_deleted_over_an_older_version() {
    let house = House::new().await;
    let who = ("ann@example.com", "");
    let ann = a_member(house.db(), &house.ids, &house.here, who, Role::Agent).await;
    let reminder = Reminder {
        id: ReminderId::new(&house.ids),
        title: "Call back".to_owned(),
        due_at: minute(1),
        lead_id: None,
        contact_id: None,
        assigned_to: ann,
        created_by: ann,
        completed: None,
        version: 1,
        created_at: minute(0),
        updated_at: minute(0),
    };
    let mut tx = house.db().write(&house.here).await.unwrap();
    reminders::insert(&mut tx, &house.here, &reminder).await.unwrap();
    assert!(reminders::update(&mut tx, &house.here, &reminder).await.unwrap());

    let mut gone = Vec::new();
    for version in [1, 2, 2] {
        let deleted = reminders::delete(&mut tx, &house.here, reminder.id, version).await;
        let left = reminders::find(&mut tx, &house.here, reminder.id).await;
        gone.push((deleted.unwrap(), left.unwrap().is_some()));
    }

    assert_eq!(gone, [(false, true), (true, false), (false, false)]);
}

/// A house where Ann's lead came first and a tagged, won one of nobody second.
async fn house_with_two_leads() -> (House, [Lead; 2]) {
    let house = House::new().await;
    let ann = a_contact(&house.ids)
        .name("Ann Ruiz")
        .email("ann@example.com")
        .phone("203-555-0123");
    let ann = ann.insert(house.db(), &house.here).await;
    let first = a_lead(&house.ids)
        .of(&ann)
        .created_at(minute(1))
        .insert(house.db(), &house.here)
        .await;
    let second = a_lead(&house.ids)
        .created_at(minute(2))
        .tagged(&["hot"])
        .status(LeadStatus::Won);
    let second = second.insert(house.db(), &house.here).await;
    (house, [first, second])
}

fn minute(minutes: i64) -> Timestamp {
    TestClock::default().now() + SignedDuration::from_mins(minutes)
}

/// The ids a list shows, and where its next page starts.
async fn listed(house: &House, filter: LeadFilter, page: PageRequest) -> (Vec<LeadId>, Option<u32>) {
    let mut tx = house.db().read(&house.here).await.unwrap();
    let page = leads::list(&mut tx, &house.here, &filter, page).await.unwrap();
    (
        page.items.iter().map(|row| row.lead.id).collect(),
        page.next_offset(),
    )
}

#[tokio::test]
async fn leads_come_newest_first_in_pages() {
    let (house, [first, second]) = house_with_two_leads().await;
    let all = LeadFilter::default;

    assert_eq!(
        listed(&house, all(), PageRequest::default()).await,
        (vec![second.id, first.id], None)
    );
    assert_eq!(
        listed(&house, all(), PageRequest::new(1, 0)).await,
        (vec![second.id], Some(1))
    );
    let oldest = LeadFilter {
        sort: leads::LeadSort::Oldest,
        ..all()
    };
    assert_eq!(
        listed(&house, oldest, PageRequest::default()).await.0,
        [first.id, second.id]
    );
}

#[tokio::test]
async fn a_list_goes_on_after_the_last_lead_that_was_seen() {
    let (house, [first, second]) = house_with_two_leads().await;
    for (sort, seen, next) in [
        (leads::LeadSort::Newest, &second, &first),
        (leads::LeadSort::Oldest, &first, &second),
    ] {
        let after = |lead: &Lead| LeadFilter {
            sort,
            after: Some((Mark::At(lead.created_at), lead.id)),
            ..LeadFilter::default()
        };
        assert_eq!(
            listed(&house, after(seen), PageRequest::default()).await.0,
            [next.id]
        );
        assert!(
            listed(&house, after(next), PageRequest::default())
                .await
                .0
                .is_empty()
        );
    }
    let recently = LeadFilter {
        sort: leads::LeadSort::RecentlyUpdated,
        after: Some((Mark::At(second.updated_at), second.id)),
        ..LeadFilter::default()
    };
    // Both were changed at one time: the id decides.
    assert_eq!(
        listed(&house, recently, PageRequest::default()).await.0,
        [first.id]
    );
}

#[tokio::test]
async fn a_search_finds_a_person_by_name_address_or_part_of_a_number() {
    let (house, [first, _]) = house_with_two_leads().await;

    for search in ["ruiz", "ANN@", "(203) 555", "5550123"] {
        let filter = LeadFilter {
            search: Some(search.to_owned()),
            ..LeadFilter::default()
        };
        assert_eq!(
            listed(&house, filter, PageRequest::default()).await.0,
            [first.id],
            "{search}"
        );
    }
    let wildcard = LeadFilter {
        search: Some("%".to_owned()),
        ..LeadFilter::default()
    };
    assert!(
        listed(&house, wildcard, PageRequest::default())
            .await
            .0
            .is_empty()
    );
}

#[tokio::test]
async fn a_filter_by_tag_wants_the_whole_tag() {
    let (house, [_, second]) = house_with_two_leads().await;
    let tagged = |tag: &str| LeadFilter {
        tag: Some(tag.to_owned()),
        ..LeadFilter::default()
    };

    assert_eq!(
        listed(&house, tagged("hot"), PageRequest::default()).await.0,
        [second.id]
    );
    assert!(
        listed(&house, tagged("ho"), PageRequest::default())
            .await
            .0
            .is_empty()
    );
}

#[tokio::test]
async fn the_summary_counts_exactly() {
    let (house, _) = house_with_two_leads().await;
    let mut tx = house.db().read(&house.here).await.unwrap();

    let counted = summary::find(&mut tx, &house.here, minute(2)).await.unwrap();

    let expected = summary::Summary {
        contact_count: 1,
        lead_count: 2,
        activity_count: 0,
        new_lead_count: 1,
        qualified_lead_count: 0,
        nurturing_lead_count: 0,
        won_lead_count: 1,
        lost_lead_count: 0,
        waiting_lead_count: 1,
        recent_lead_count: 1,
    };
    assert_eq!(counted, expected);
    let won = LeadFilter {
        status: Some(LeadStatus::Won),
        ..LeadFilter::default()
    };
    assert_eq!(leads::count(&mut tx, &house.here, &won).await.unwrap(), 1);
}

#[tokio::test]
async fn only_a_member_who_reaches_out_stops_the_clock() {
    let house = House::new().await;
    let lead = a_lead(&house.ids).insert(house.db(), &house.here).await;
    let member = a_member(
        house.db(),
        &house.ids,
        &house.here,
        ("ann@example.com", ""),
        Role::Agent,
    )
    .await;
    let mut tx = house.db().write(&house.here).await.unwrap();
    for (minutes, activity_type, actor) in [
        (1, ActivityType::EmailLogged, None),
        (2, ActivityType::Note, Some(member)),
        (3, ActivityType::CallLogged, Some(member)),
        (4, ActivityType::TextLogged, Some(member)),
    ] {
        let activity = Activity {
            id: ActivityId::new(&house.ids),
            contact_id: None,
            lead_id: Some(lead.id),
            activity_type,
            occurred_at: minute(minutes),
            summary: "Left a message".to_owned(),
            metadata: serde_json::json!({}),
            actor,
        };
        activities::insert(&mut tx, &house.here, &activity).await.unwrap();
    }
    leads::note_contact(&mut tx, &house.here, lead.id, minute(3))
        .await
        .unwrap();

    let found = leads::find(&mut tx, &house.here, lead.id).await.unwrap().unwrap();

    assert_eq!(found.first_response_at, Some(minute(3)));
    assert_eq!(
        (found.lead.last_contact_at, found.lead.version),
        (Some(minute(3)), 2)
    );
    let counted = summary::find(&mut tx, &house.here, minute(2)).await.unwrap();
    assert_eq!((counted.new_lead_count, counted.waiting_lead_count), (1, 0));
}

#[tokio::test]
async fn a_lead_knows_its_first_answer_in_whatever_order_answers_are_written() {
    let house = House::new().await;
    let lead = a_lead(&house.ids).insert(house.db(), &house.here).await;
    let next = a_lead(&house.ids).insert(house.db(), &house.here).await;
    let who = a_member(
        house.db(),
        &house.ids,
        &house.here,
        ("ann@example.com", ""),
        Role::Agent,
    )
    .await;
    let mut tx = house.db().write(&house.here).await.unwrap();
    let mut first = Vec::new();

    for micros in [300_000_001, 299_999_999, 300_000_000, -1] {
        let call = Activity {
            id: ActivityId::new(&house.ids),
            contact_id: None,
            lead_id: Some(lead.id),
            activity_type: ActivityType::CallLogged,
            occurred_at: lead.created_at + SignedDuration::from_micros(micros),
            summary: "Rang".to_owned(),
            metadata: serde_json::json!({}),
            actor: Some(who),
        };
        activities::insert(&mut tx, &house.here, &call).await.unwrap();
        let found = leads::find(&mut tx, &house.here, lead.id).await.unwrap().unwrap();
        assert_eq!(found.lead.version, 1, "nobody changed the lead");
        first.push(
            found
                .first_response_at
                .unwrap()
                .duration_since(lead.created_at)
                .as_micros(),
        );
    }

    assert_eq!(first, [300_000_001, 299_999_999, 299_999_999, -1]);
    let next = leads::find(&mut tx, &house.here, next.id).await.unwrap().unwrap();
    assert_eq!(next.first_response_at, None);
}

#[tokio::test]
async fn what_was_qualified_once_stays_so_however_it_went_on() {
    let house = House::new().await;
    let reached = LeadFilter {
        reached: Some(Reached::Qualified),
        ..LeadFilter::default()
    };
    let mut counted = Vec::new();

    for steps in [
        &[LeadStatus::Nurturing, LeadStatus::Lost][..],
        &[LeadStatus::Qualified],
        &[LeadStatus::Qualified, LeadStatus::Lost],
        &[LeadStatus::Won, LeadStatus::New, LeadStatus::Nurturing],
    ] {
        let mut lead = a_lead(&house.ids).insert(house.db(), &house.here).await;
        let mut tx = house.db().write(&house.here).await.unwrap();
        for step in steps {
            lead.status = *step;
            assert!(leads::update(&mut tx, &house.here, &lead).await.unwrap());
            lead.version += 1;
        }
        counted.push(leads::count(&mut tx, &house.here, &reached).await.unwrap());
        tx.commit().await.unwrap();
    }

    assert_eq!(counted, [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_timeline_is_newest_first_and_keeps_its_metadata() {
    let house = House::new().await;
    let lead = a_lead(&house.ids).insert(house.db(), &house.here).await;
    let activity = |summary: &str, minutes| Activity {
        id: ActivityId::new(&house.ids),
        contact_id: None,
        lead_id: Some(lead.id),
        activity_type: ActivityType::Note,
        occurred_at: TestClock::default().now() + SignedDuration::from_mins(minutes),
        summary: summary.to_owned(),
        metadata: serde_json::json!({"pinned": true}),
        actor: None,
    };

    let mut tx = house.db().write(&house.here).await.unwrap();
    activities::insert(&mut tx, &house.here, &activity("earlier", 1))
        .await
        .unwrap();
    activities::insert(&mut tx, &house.here, &activity("later", 2))
        .await
        .unwrap();
    let filter = activities::ActivityFilter {
        lead_id: Some(lead.id),
        ..Default::default()
    };
    let page = activities::list(&mut tx, &house.here, &filter, PageRequest::default())
        .await
        .unwrap();

    let summaries: Vec<&str> = page
        .items
        .iter()
        .map(|row| row.activity.summary.as_str())
        .collect();
    assert_eq!(summaries, ["later", "earlier"]);
    assert_eq!(
        page.items[0].activity.metadata,
        serde_json::json!({"pinned": true})
    );
}

#[tokio::test]
async fn a_feed_counts_up_per_tenant_and_tells_who_listens_after_the_commit() {
    let house = House::new().await;
    let now = TestClock::default().now();
    let change = changes::NewChange {
        kind: ChangeKind::LeadCreated,
        lead_id: None,
        contact_id: None,
        activity_id: None,
    };
    let mut listener = house.db().signals().subscribe();

    let mut tx = house.db().write(&house.here).await.unwrap();
    assert_eq!(
        changes::append(&mut tx, &house.here, &change, now).await.unwrap(),
        1
    );
    assert_eq!(
        changes::append(&mut tx, &house.here, &change, now).await.unwrap(),
        2
    );
    tx.commit().await.unwrap();
    listener.changed(house.here.tenant_id()).await;
    let mut tx = house.db().write(&house.there).await.unwrap();
    assert_eq!(
        changes::append(&mut tx, &house.there, &change, now)
            .await
            .unwrap(),
        1
    );
    drop(tx);

    let mut tx = house.db().read(&house.here).await.unwrap();
    let after: Vec<i64> = changes::list_after(&mut tx, &house.here, 1)
        .await
        .unwrap()
        .iter()
        .map(|c| c.seq)
        .collect();
    assert_eq!(after, [2]);
    assert_eq!(changes::last_seq(&mut tx, &house.there).await.unwrap(), 0);
}
