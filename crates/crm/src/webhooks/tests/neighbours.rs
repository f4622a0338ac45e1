//! One tenant's trouble with its webhooks is nobody else's.

use db::testing::by_sql;
use tokio::sync::Semaphore;

use super::*;

impl House {
    /// An endpoint of hudson, the neighbour, who comes after fairfield in every order there is.
    async fn the_neighbours_endpoint(&self) {
        let wanted = json!({ "name": "Theirs", "url": "https://hooks.example.org/theirs", "events": ["lead.created"] });
        let made = self.crm.hugo().await.post_json("/api/webhooks", wanted).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
    }

    /// A lead of each.
    async fn both_get_a_lead(&self) {
        for caller in [self.crm.ann().await, self.crm.hugo().await] {
            let lead = json!({ "leadType": "buyer", "listingId": "elm-1" });
            let made = caller.post_json("/api/leads", lead).await;
            assert_eq!(made.status, StatusCode::CREATED, "{}", made.text());
        }
    }

    /// Of whom somebody heard.
    fn heard_of(&self) -> Vec<Value> {
        let heard = self.ear.heard();
        heard
            .iter()
            .map(|letter| content(letter)["tenantId"].clone())
            .collect()
    }
}

#[tokio::test]
async fn what_cannot_be_told_of_one_tenant_waits_until_it_can_and_others_are_told() {
    let house = House::new().await;
    house.endpoint(&["lead.created"]).await;
    house.the_neighbours_endpoint().await;
    house.both_get_a_lead().await;
    by_sql(
        &house.crm.test.db,
        "UPDATE leads SET lead_type = 'unheard_of' WHERE tenant_id = 'tenant_fairfield'",
    )
    .await
    .unwrap();

    house.round().await;
    let meanwhile = house.heard_of();
    by_sql(
        &house.crm.test.db,
        "UPDATE leads SET lead_type = 'buyer' WHERE tenant_id = 'tenant_fairfield'",
    )
    .await
    .unwrap();
    house.later(SignedDuration::from_mins(1)).await;

    assert_eq!(meanwhile, ["tenant_hudson"]);
    assert_eq!(house.heard_of(), ["tenant_hudson", "tenant_fairfield"]);
}

/// A way on which nothing comes to fairfield, and nobody says so. What is for hudson arrives.
struct Road {
    ear: Arc<Ear>,
    arrived: Notify,
}

impl Carry for Road {
    fn carry(&self, letter: Letter) -> BoxFuture<'_, Attempt> {
        if content(&letter)["tenantId"] == "tenant_fairfield" {
            return Box::pin(std::future::pending());
        }
        let carried = self.ear.carry(letter);
        self.arrived.notify_one();
        carried
    }
}

#[tokio::test]
async fn an_endpoint_that_is_out_of_reach_keeps_no_neighbour_waiting() {
    let house = House::new().await;
    house.endpoint(&["lead.created"]).await;
    house.the_neighbours_endpoint().await;
    house.both_get_a_lead().await;
    let road = Arc::new(Road {
        ear: house.ear.clone(),
        arrived: Notify::new(),
    });

    let courier = Arc::new(Courier::new(house.app.clone(), road.clone()));
    let told = courier.look(&Arc::new(Semaphore::new(2))).await;
    road.arrived.notified().await;

    assert_eq!(told.ok(), Some(2), "both are worked out");
    assert_eq!(house.heard_of(), ["tenant_hudson"]);
}
