//! Homes for sale, as a test wants them.

use types::{
    Clock as _, ListingType, TestClock,
    listings::{Attribution, Listing, ListingAddress, ListingStatus},
};

use crate::{Db, TenantScope, tenant};

/// A house for sale in Wilton, not inserted.
pub fn a_listing(id: &str) -> ListingBuilder {
    ListingBuilder(Listing {
        id: id.parse().expect("a test's id is one"),
        status: ListingStatus::Active,
        address: ListingAddress {
            street: Some("12 Elm Street".to_owned()),
            city: "Wilton".to_owned(),
            state: "CT".to_owned(),
            zip: "06897".to_owned(),
            neighborhood: None,
        },
        price: "1250000".parse().expect("a test's price is one"),
        beds: Some("4".parse().expect("a test's rooms are some")),
        baths: Some("2.5".parse().expect("a test's baths are some")),
        sqft: Some("2450".parse().expect("a test's size is one")),
        lot_acres: Some(0.5),
        year_built: Some(1936),
        property_type: ListingType::SingleFamily,
        description: "Behind a dry stone wall.".to_owned(),
        photos: Vec::new(),
        lat: Some(41.2),
        lng: Some(-73.43),
        mls_number: Some("DEMO-1".to_owned()),
        listed_at: TestClock::default().now(),
        updated_at: TestClock::default().now(),
        offered_from: None,
        sold_at: None,
        attribution: Attribution {
            broker: Some("Iris Holm".to_owned()),
            office: "Saltmarsh Realty".to_owned(),
            contact: Some("(203) 555-0118".to_owned()),
            disclaimer: "A synthetic listing.".to_owned(),
        },
    })
}

/// Builds a listing.
#[derive(Debug)]
pub struct ListingBuilder(pub Listing);

impl ListingBuilder {
    /// With anything changed.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut Listing)) -> Self {
        change(&mut self.0);
        self
    }

    /// The listing, inserted: it arrives when it was updated last.
    pub async fn insert(self, db: &Db, scope: &TenantScope) -> Listing {
        let mut tx = db.write(scope).await.expect("the test database takes writes");
        tenant::listings::upsert(&mut tx, scope, std::slice::from_ref(&self.0), self.0.updated_at)
            .await
            .expect("the listing is valid");
        tx.commit().await.expect("the test database commits");
        self.0
    }
}
