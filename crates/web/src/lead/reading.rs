//! What a lead says, from the flat object that forms and programs send.

use std::collections::HashMap;

use serde_json::{Map, Value, value::RawValue};
use server::{FieldErrors, Submitted};
use types::{
    events::{LeadContact, LeadSubmitted, ListingRef, PropertyDetails},
    sources,
    text::Text,
};

use crate::{fields::Fields, site::form::TRAP};

/// The fields of a form that are a lead's. What else a form has is not asked for, so it is dropped.
const OF_A_FORM: [&str; 9] = [
    "name",
    "email",
    "phone",
    "timeframe",
    "message",
    "source",
    "listingId",
    "listingUrl",
    "listingAddress",
];

/// What a program may say besides.
const OF_A_PROGRAM: [&str; 5] = [
    "propertyDetails",
    "consent",
    "attribution",
    "actor",
    "submissionId",
];

/// What a program sent, as far as it is asked for.
pub(crate) struct OfProgram {
    pub(crate) object: Map<String, Value>,
    /// What stands in the field that people do not see, if that is a text.
    pub(crate) trap: Option<String>,
}

/// What a program sent, without what is not asked for: that may be anything, and is not even read.
///
/// # Errors
///
/// The fields that are JSON and still no value, as a number of a million digits is.
pub(crate) fn of_program(sent: &HashMap<String, Box<RawValue>>) -> Result<OfProgram, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut object = Map::new();
    for name in OF_A_FORM.iter().chain(&OF_A_PROGRAM) {
        let Some(raw) = sent.get(*name) else { continue };
        match serde_json::from_str(raw.get()) {
            Ok(value) => drop(object.insert((*name).to_owned(), value)),
            Err(_) => errors.add(*name, "invalid", format!("{name} is not readable.")),
        }
    }
    let trap = sent
        .get(TRAP)
        .and_then(|raw| serde_json::from_str(raw.get()).ok());
    match errors.is_empty() {
        true => Ok(OfProgram { object, trap }),
        false => Err(errors),
    }
}

/// A submitted form as the object a program would send.
pub(crate) fn of_form(form: &Submitted) -> Map<String, Value> {
    let fields = OF_A_FORM.iter().chain(&["submissionId"]);
    fields
        .filter_map(|name| Some(((*name).to_owned(), form.filled(name)?.into())))
        .collect()
}

/// The lead, and the name of its submission if it has one.
pub(crate) fn read(object: &Map<String, Value>) -> Result<(LeadSubmitted, Option<String>), FieldErrors> {
    let mut fields = Fields::of(object);
    let submission_id = fields.optional("submissionId", "The submission's id");
    let lead = submitted(&mut fields);
    fields.finish(lead).map(|lead| (lead, submission_id))
}

fn submitted(fields: &mut Fields<'_>) -> Option<LeadSubmitted> {
    // All are read before any `?`, so that all that is wrong is named.
    let name = fields.optional("name", "The name");
    let email = fields.required("email", "The e-mail address");
    let phone = fields.required("phone", "The phone number");
    let lead = LeadSubmitted {
        source: fields.optional("source", "The source").unwrap_or_else(unnamed),
        timeframe: fields.optional("timeframe", "The timeframe"),
        message: fields.optional("message", "The message"),
        listing: listing(fields),
        property_details: fields.inside("propertyDetails", "The home", property),
        consent: fields.optional("consent", "The consent"),
        attribution: fields.optional("attribution", "The attribution"),
        actor: fields.optional("actor", "The visitor"),
        suspicion: None,
        contact: LeadContact {
            name,
            email: email?,
            phone: phone?,
        },
    };
    Some(lead)
}

/// The source of a lead whose form did not name itself.
fn unnamed() -> Text<64> {
    Text::parse(sources::WEBSITE).expect("the source is a short word")
}

fn listing(fields: &mut Fields<'_>) -> Option<ListingRef> {
    let listing = ListingRef {
        id: fields.optional("listingId", "The listing's id"),
        url: fields
            .optional("listingUrl", "The listing's page")
            .filter(|url: &Text<2_048>| types::is_of_the_web(url.as_str())),
        address: fields.optional("listingAddress", "The listing's address"),
    };
    let says_something = listing.id.is_some() || listing.url.is_some() || listing.address.is_some();
    says_something.then_some(listing)
}

fn property(fields: &mut Fields<'_>) -> Option<PropertyDetails> {
    let property_type = fields.required("propertyType", "The type of home");
    let beds = fields.required("beds", "The number of bedrooms");
    let baths = fields.required("baths", "The number of bathrooms");
    let sqft = fields.optional("sqft", "The living area");
    let address = fields.optional("address", "The home's address");
    Some(PropertyDetails {
        property_type: property_type?,
        beds: beds?,
        baths: baths?,
        sqft,
        address,
    })
}
