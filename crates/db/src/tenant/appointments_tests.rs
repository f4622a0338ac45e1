//! What an appointment does to the leads of whom somebody met.

use jiff::SignedDuration;
use types::{
    Activity, ActivityId, ActivityType, Clock as _, Contact, ContactId, Lead, LeadId, LeadStatus,
    PageRequest, PersonId, Role, TestClock, TestIds,
};

use super::{
    activities, leads,
    leads::{LeadFilter, Reached},
    sources::{self, SourceNumbers, SourceSpan},
};
use crate::{
    TenantScope,
    testing::{TestDb, a_contact, a_lead, a_member, a_tenant},
};

/// A member, and somebody who asked for something.
struct House {
    test: TestDb,
    ids: TestIds,
    here: TenantScope,
    ann: PersonId,
    ana: Contact,
}

impl House {
    async fn new() -> Self {
        let test = TestDb::new().await;
        let ids = TestIds::default();
        let here = a_tenant(&test.db, &ids, "here").await;
        let who = ("ann@example.com", "");
        let ann = a_member(&test.db, &ids, &here, who, Role::Agent).await;
        let ana = a_contact(&ids).insert(&test.db, &here).await;
        Self {
            test,
            ids,
            here,
            ann,
            ana,
        }
    }

    async fn a_lead_of_ana(&self, status: LeadStatus) -> Lead {
        let lead = a_lead(&self.ids).of(&self.ana).status(status);
        lead.insert(&self.test.db, &self.here).await
    }

    /// Three minutes after they came.
    async fn met(&self, actor: Option<PersonId>, (contact_id, lead_id): (Option<ContactId>, Option<LeadId>)) {
        let activity = Activity {
            id: ActivityId::new(&self.ids),
            contact_id,
            lead_id,
            activity_type: ActivityType::AppointmentLogged,
            occurred_at: TestClock::default().now() + SignedDuration::from_mins(3),
            summary: "Saw the mill".to_owned(),
            metadata: serde_json::json!({}),
            actor,
        };
        let mut tx = self.test.db.write(&self.here).await.unwrap();
        activities::insert(&mut tx, &self.here, &activity).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The leads with an appointment, in the order of their ids.
    async fn list(&self) -> Vec<LeadId> {
        let filter = LeadFilter {
            reached: Some(Reached::Appointment),
            ..LeadFilter::default()
        };
        let mut tx = self.test.db.read(&self.here).await.unwrap();
        let listed = leads::list(&mut tx, &self.here, &filter, PageRequest::default()).await;
        let mut ids: Vec<_> = listed.unwrap().items.iter().map(|row| row.lead.id).collect();
        let count = leads::count(&mut tx, &self.here, &filter).await.unwrap();
        assert_eq!(count, ids.len() as i64, "a list is as long as it says");
        ids.sort();
        ids
    }

    async fn numbers(&self) -> SourceNumbers {
        let now = TestClock::default().now();
        let span = SourceSpan {
            from: now - SignedDuration::from_hours(24),
            before: now + SignedDuration::from_hours(24),
            offset: 0,
        };
        let mut tx = self.test.db.read(&self.here).await.unwrap();
        sources::report(&mut tx, &self.here, span).await.unwrap().all
    }

    async fn first_response(&self, lead: &Lead) -> Option<SignedDuration> {
        let mut tx = self.test.db.read(&self.here).await.unwrap();
        let found = leads::find(&mut tx, &self.here, lead.id).await.unwrap().unwrap();
        assert_eq!(found.lead.version, lead.version, "nobody changed the lead");
        found
            .first_response_at
            .map(|at| at.duration_since(lead.created_at))
    }
}

#[tokio::test]
async fn an_appointment_with_a_lead_answers_it_and_stays_on_record() {
    let house = House::new().await;
    let mut lead = house.a_lead_of_ana(LeadStatus::New).await;
    let other = house.a_lead_of_ana(LeadStatus::New).await;

    house.met(None, (None, Some(lead.id))).await;
    assert_eq!(house.list().await, [], "only a member makes appointments");
    house
        .met(Some(house.ann), (Some(house.ana.id), Some(lead.id)))
        .await;
    house
        .met(Some(house.ann), (Some(house.ana.id), Some(lead.id)))
        .await;

    assert_eq!(house.list().await, [lead.id]);
    let waited = Some(SignedDuration::from_mins(3));
    assert_eq!(house.first_response(&lead).await, waited);
    assert_eq!(house.first_response(&other).await, None);
    lead.status = LeadStatus::Lost;
    let mut tx = house.test.db.write(&house.here).await.unwrap();
    assert!(leads::update(&mut tx, &house.here, &lead).await.unwrap());
    tx.commit().await.unwrap();
    let numbers = house.numbers().await;
    assert_eq!(
        (
            numbers.leads,
            numbers.appointments,
            numbers.answered,
            numbers.qualified
        ),
        (2, 1, 1, 0),
        "two appointments are one lead with an appointment, and lost it still is one"
    );
}

#[tokio::test]
async fn an_appointment_with_a_contact_is_one_for_whatever_of_theirs_is_open() {
    let house = House::new().await;
    let new = house.a_lead_of_ana(LeadStatus::New).await;
    let nurtured = house.a_lead_of_ana(LeadStatus::Nurturing).await;
    let won = house.a_lead_of_ana(LeadStatus::Won).await;
    let lost = house.a_lead_of_ana(LeadStatus::Lost).await;
    let stranger = a_lead(&house.ids).insert(&house.test.db, &house.here).await;

    house.met(None, (Some(house.ana.id), None)).await;
    assert_eq!(house.list().await, [], "only a member makes appointments");
    house.met(Some(house.ann), (Some(house.ana.id), None)).await;
    let late = TestClock::default().now() + SignedDuration::from_mins(4);
    let later = a_lead(&house.ids).of(&house.ana).created_at(late);
    let later = later.insert(&house.test.db, &house.here).await;

    assert_eq!(house.list().await, [new.id, nurtured.id]);
    assert_eq!(house.numbers().await.appointments, 2);
    let waited = Some(SignedDuration::from_mins(3));
    assert_eq!(house.first_response(&new).await, waited);
    for lead in [&won, &lost, &stranger, &later] {
        assert_eq!(house.first_response(lead).await, None);
    }
}
