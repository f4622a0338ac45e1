//! What a request for a valuation says, from the object that forms and programs send.

use serde_json::{Map, Value};
use server::{FieldErrors, Submitted};
use types::events::{ValuationContact, ValuationRequested};

use crate::fields::Fields;

const OF_THE_HOME: [&str; 7] = [
    "address",
    "propertyType",
    "beds",
    "baths",
    "sqft",
    "timeframe",
    "submissionId",
];
const OF_THE_CONTACT: [&str; 3] = ["name", "email", "phone"];

/// A submitted form, which is flat, as the object a program would send.
pub(super) fn of_form(form: &Submitted) -> Map<String, Value> {
    let filled = |names: &[&str]| -> Map<String, Value> {
        let fields = names.iter();
        fields
            .filter_map(|name| Some(((*name).to_owned(), form.filled(name)?.into())))
            .collect()
    };
    let mut object = filled(&OF_THE_HOME);
    object.insert("contact".to_owned(), filled(&OF_THE_CONTACT).into());
    object
}

/// The errors of that object at the fields of the form.
pub(super) fn on_form(errors: &FieldErrors) -> FieldErrors {
    let mut flat = FieldErrors::default();
    for error in errors.iter() {
        let pointer = error.pointer.trim_start_matches("/contact");
        flat.add(pointer, error.code, &error.detail);
    }
    flat
}

/// The request, and the name of its submission if it has one.
pub(super) fn read(object: &Map<String, Value>) -> Result<(ValuationRequested, Option<String>), FieldErrors> {
    let mut fields = Fields::of(object);
    let submission_id = fields.optional("submissionId", "The submission's id");
    let request = requested(&mut fields);
    fields.finish(request).map(|request| (request, submission_id))
}

/// The request of a form. Whoever leaves a number and nothing else wants to be rung: one that nobody can ring is no way
/// to reach them, and the page would promise them an answer.
pub(super) fn read_of_person(form: &Submitted) -> Result<ValuationRequested, FieldErrors> {
    let (request, _) = read(&of_form(form))?;
    let contact = request.contact.as_ref();
    if contact.is_some_and(|contact| contact.phone.is_some() && !contact.is_reachable()) {
        let mut errors = FieldErrors::default();
        let detail = "The phone number must have at least 7 digits; or leave an e-mail address.";
        errors.add("contact/phone", "invalid", detail);
        return Err(errors);
    }
    Ok(request)
}

fn requested(fields: &mut Fields<'_>) -> Option<ValuationRequested> {
    // All are read before any `?`, so that all that is wrong is named.
    let address = fields.required("address", "The address");
    let property_type = fields.required("propertyType", "The type of home");
    let beds = fields.required("beds", "The number of bedrooms");
    let baths = fields.required("baths", "The number of bathrooms");
    let sqft = fields.optional("sqft", "The living area");
    let contact = fields.inside("contact", "The contact", contact);
    let timeframe = fields.optional("timeframe", "The timeframe");
    let consent = fields.optional("consent", "The consent");
    let attribution = fields.optional("attribution", "The attribution");
    let actor = fields.optional("actor", "The visitor");
    Some(ValuationRequested {
        address: address?,
        property_type: property_type?,
        beds: beds?,
        baths: baths?,
        sqft,
        contact,
        timeframe,
        consent,
        attribution,
        actor,
        suspicion: None,
        corrects: None,
    })
}

/// Nobody, when nothing is filled in.
fn contact(fields: &mut Fields<'_>) -> Option<ValuationContact> {
    let contact = ValuationContact {
        name: fields.optional("name", "The name"),
        email: fields.optional("email", "The e-mail address"),
        phone: fields.optional("phone", "The phone number"),
    };
    let says_something = contact.name.is_some() || contact.email.is_some() || contact.phone.is_some();
    says_something.then_some(contact)
}
