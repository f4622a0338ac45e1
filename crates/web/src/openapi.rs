//! `/api/openapi.json`: what the site's API takes and answers, for programs that write programs.

use std::sync::LazyLock;

use axum::{http::StatusCode, response::Response};
use serde_json::Value;
use server::{
    json,
    openapi::{Document, Route},
};
use types::{EventType, ListingType, PropertyType, listings::ListingStatus};

/// Shows the description.
pub(crate) async fn show() -> Response {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| document().finish(env!("CARGO_PKG_VERSION")));
    json::plain(StatusCode::OK, &*DOCUMENT)
}

fn document() -> Document {
    let described = [records, events, listings, accounts];
    let document = Document::new("Freehold website");
    described
        .into_iter()
        .fold(document, |document, add| add(document))
}

fn records(document: Document) -> Document {
    document
        .words(
            "BehaviourType",
            EventType::ALL.iter().filter(|kind| kind.is_behaviour()),
        )
        .words("PropertyType", PropertyType::ALL)
        .words("ListingType", ListingType::ALL)
        .words("ListingStatus", ListingStatus::ALL)
        .shape(
            "Listing",
            "{ id: text, status: ListingStatus, address: ListingAddress, price: integer, beds: integer | null,
               baths: number | null, sqft: integer | null, lotAcres: number | null, yearBuilt: integer | null,
               propertyType: ListingType, description: text, photos: text[], lat: number | null,
               lng: number | null, mlsNumber: text | null, listedAt: time, offeredFrom?: time, updatedAt: time,
               soldAt: time | null, attribution: Attribution }",
        )
        .shape(
            "ListingAddress",
            "{ street: text | null, city: text, state: text, zip: text, neighborhood: text | null }",
        )
        .shape(
            "Attribution",
            "{ broker: text | null, office: text, contact: text | null, disclaimer: text }",
        )
        .shape(
            "Comparable",
            "{ listingId: text, address: text, status: ListingStatus, price: integer, adjustedPrice: integer,
               beds: integer | null, baths: number | null, sqft: integer | null, asOf: time, soldAt?: time,
               office: text, disclaimer: text }",
        )
        .shape(
            "Profile",
            "{ email: email, firstName: text | null, lastName: text | null, savedHomes: text[],
               savedSearches: SavedSearch[] }",
        )
        .shape(
            "SavedSearch",
            "{ id: uuid, name: text, query: text, url: text, alerts: boolean, createdAt: time }",
        )
        .shape("Actor", "{ visitorId?: text, sessionId?: text }")
        .shape("Suggestion", "{ label: text, listingId: text | null }")
}

fn events(document: Document) -> Document {
    document
        .route(
            Route::new("POST /api/lead", "Asks an agent to get in touch. 202 once it is on the disk.")
                .open()
                .takes(
                    "{ email: email, phone: text, name?: text, timeframe?: text, message?: text, source?: text,
                       listingId?: text, listingUrl?: text, listingAddress?: text, propertyDetails?: any,
                       consent?: any, attribution?: any, actor?: Actor, submissionId?: text }",
                )
                .answers(
                    202,
                    "{ success: boolean, accepted: boolean, duplicate: boolean, jobId: uuid }",
                ),
        )
        .route(
            Route::new("POST /api/valuation", "Estimates what a home may fetch.")
                .open()
                .takes(
                    "{ address: text, propertyType: PropertyType, beds: number | text, baths: number | text,
                       sqft?: number | text, timeframe?: text, submissionId?: text,
                       contact?: { name?: text, email?: email, phone?: text },
                       consent?: any, attribution?: any, actor?: Actor }",
                )
                .answers(
                    200,
                    "{ status: 'ok' | 'needs_review', jobId: uuid, reason?: text, low?: integer, high?: integer,
                       confidence?: 'high' | 'medium' | 'low', method?: text, comparables?: Comparable[] }",
                ),
        )
        .route(
            Route::new("POST /api/website-events", "Tells what a visitor did.")
                .open()
                .takes("{ eventType: BehaviourType, payload: any, submissionId?: text }")
                .answers(202, "{ duplicate: boolean }"),
        )
}

fn listings(document: Document) -> Document {
    document
        .route(
            Route::new("GET /api/listings", "Searches homes for sale.")
                .open()
                .asks(
                    "{ q?: text, towns?: text, neighborhoods?: text, status?: text, types?: text,
                       min_price?: integer, max_price?: integer, beds?: integer, baths?: number,
                       min_sqft?: integer, max_sqft?: integer, min_acres?: number, max_acres?: number,
                       bounds?: text, sort?: text, listing_id?: text, page?: integer,
                       pageSize?: integer }",
                )
                .answers(
                    200,
                    "{ chosen?: Listing, listings: Listing[], total: integer, page: integer, pageSize: integer,
                       totalPages: integer }",
                ),
        )
        .route(
            Route::new("GET /api/listings/suggest", "Guesses what somebody types.")
                .open()
                .asks("{ q?: text }")
                .answers(200, "{ suggestions: Suggestion[] }"),
        )
        .route(
            Route::new("GET /api/listings/{id}", "Shows a home for sale.")
                .open()
                .answers(200, "{ listing: Listing }"),
        )
}

fn accounts(document: Document) -> Document {
    document
        .route(
            Route::new("GET /api/user/profile", "Who is signed in, and what they keep.")
                .answers(200, "{ profile: Profile, created: boolean }"),
        )
        .route(
            Route::new("PATCH /api/user/profile", "Changes a name.")
                .takes("{ firstName?: text | null, lastName?: text | null }")
                .answers(200, "{ profile: Profile, created: boolean }"),
        )
        .route(
            Route::new("POST /api/user/sync", "Takes in what a browser kept.")
                .keeps_no_answer()
                .takes("{ savedHomes?: any[], savedSearches?: any[] }")
                .answers(
                    200,
                    "{ success: boolean, profile: Profile, merged: { homes: integer, searches: integer } }",
                ),
        )
        .route(
            Route::new("PATCH /api/user/sync", "Keeps one home more, or one less.")
                .takes("{ listingId: text, action: 'add' | 'remove' }")
                .answers(200, "{ success: boolean, savedHomes: text[] }"),
        )
}
