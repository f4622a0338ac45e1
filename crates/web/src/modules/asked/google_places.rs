//! Google Places, asked over its API (New). Its terms want "Google Maps" beside what it says.

use futures::{FutureExt as _, future::BoxFuture};
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::{Value, json};
use server::outgoing::{Question, Unanswered};
use types::{
    ModuleKey,
    facts::{Facts, PointOfInterest, PointsOfInterest, Source},
};

use super::{Access, Service, Spot};

/// Where it is asked.
pub(super) const ADDRESS: &str = "https://places.googleapis.com/v1/places:searchNearby";

/// A town's worth of metres, from its middle.
const RADIUS: f64 = 3_000.0;

/// Places wanted; as many as a page shows.
const MOST: u8 = 12;

/// What people ask about who move to a place.
const KINDS: [&str; 8] = [
    "train_station",
    "park",
    "beach",
    "library",
    "grocery_store",
    "cafe",
    "restaurant",
    "museum",
];

/// Asks Google.
pub(super) struct GooglePlaces(pub(super) Access);

/// What it answers, as far as it was asked for.
#[derive(Deserialize)]
struct Answer {
    /// Absent when there is nothing.
    #[serde(default)]
    places: Vec<Found>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    display_name: Named,
    primary_type_display_name: Option<Named>,
    short_formatted_address: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    text: String,
}

impl From<Found> for PointOfInterest {
    fn from(found: Found) -> Self {
        Self {
            name: found.display_name.text,
            kind: found
                .primary_type_display_name
                .map_or_else(|| "Place".to_owned(), |kind| kind.text),
            note: found.short_formatted_address,
        }
    }
}

impl Service for GooglePlaces {
    fn module(&self) -> ModuleKey {
        ModuleKey::PointsOfInterest
    }

    fn source(&self) -> &'static str {
        "Google Maps"
    }

    fn ask<'a>(&'a self, spot: &'a Spot) -> BoxFuture<'a, Result<Facts, Unanswered>> {
        async move {
            let fields = "places.displayName,places.primaryTypeDisplayName,places.shortFormattedAddress";
            let answer = self.0.outgoing.json(Question {
                address: self.0.address.clone(),
                headers: vec![
                    ("x-goog-api-key", self.0.key.clone()),
                    ("x-goog-fieldmask", SecretString::from(fields)),
                ],
                body: Some(question(spot)),
            });
            let answer: Answer = serde_json::from_value(answer.await?).map_err(|_| Unanswered::NotJson)?;
            let places = answer.places.into_iter().map(PointOfInterest::from).collect();
            Ok(Facts {
                module: self.module(),
                content: serde_json::to_value(PointsOfInterest { places }).expect("places are texts"),
                source: Source {
                    name: self.source().to_owned(),
                    url: Some("https://www.google.com/maps".to_owned()),
                    as_of: spot.today,
                },
                fetched_at: spot.now,
            })
        }
        .boxed()
    }
}

fn question(spot: &Spot) -> Value {
    json!({
        "includedTypes": KINDS,
        "maxResultCount": MOST,
        "rankPreference": "POPULARITY",
        "languageCode": "en",
        "locationRestriction": { "circle": {
            "center": { "latitude": spot.at.lat, "longitude": spot.at.lng },
            "radius": RADIUS,
        }},
    })
}
