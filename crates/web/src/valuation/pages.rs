//! `/home-value`: six facts in, a range out, or the reason why a person must look first.

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, FieldErrors, Filled, Form, Params, page};
use types::{
    Money, PropertyType,
    events::{Payload, ValuationContact, ValuationRequested},
    valuation::{Confidence, Range, ReviewReason, Valuation},
};

use super::reading;
use crate::{
    app::App,
    queue,
    site::{
        Frame,
        form::{self, Recognised, TIMEFRAMES},
    },
    visitor::Visitor,
};

/// The name of the form in its tokens.
const FORM: &str = "home-value";

/// What an owner may choose from.
const PROPERTY_TYPES: [(&str, &str); 3] = [
    (PropertyType::SingleFamily.as_str(), "Single family"),
    (PropertyType::Condo.as_str(), "Condo"),
    (PropertyType::MultiFamily.as_str(), "Multi-family"),
];

#[derive(Template)]
#[template(path = "valuation/form.html")]
struct HomeValue {
    frame: Frame,
    form: Filled,
    token: String,
    trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "valuation/result.html")]
struct Answer {
    frame: Frame,
    home: HomeShown,
    range: Range,
}

#[derive(Template)]
#[template(path = "valuation/review.html")]
struct Review {
    frame: Frame,
    home: HomeShown,
    reason: &'static str,
}

/// The facts as the owner gave them.
struct HomeShown {
    address: String,
    property_type: &'static str,
    rooms: String,
    sqft: Option<String>,
    /// The form again, with these facts filled in.
    change: String,
    /// Where the agent's answer goes, if it can.
    reply_to: Option<String>,
}

/// The form, filled in from the address of the page: the home page asks for the street, a result leads back here.
pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Params(facts): Params,
) -> Result<Response, Failure> {
    let tenant = visitor.context.tenant_id.as_str();
    page::private(&HomeValue {
        frame,
        form: Filled::new(facts, FieldErrors::default()),
        token: app.form_tokens.issue(tenant, FORM, app.clock.now()),
        trouble: None,
    })
}

/// Stores the request and shows the answer; or the form again, with everything that was typed.
///
/// The answer needs no redirect: it is the same however often the form is sent, and one request in the queue.
pub(crate) async fn submit(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Form(form): Form,
) -> Result<Response, Failure> {
    let Recognised { token, sameness } = form::recognise(&app, &visitor, FORM, &form);
    let again = |frame, form, errors, trouble| HomeValue {
        frame,
        form: Filled::new(form, errors),
        token,
        trouble,
    };
    let request = match reading::read(&reading::of_form(&form)) {
        Ok((request, _)) => request,
        Err(errors) => return page::refused(&again(frame, form, reading::on_form(&errors), None)),
    };
    let (home, valuation) = (HomeShown::of(&request), request.home().estimate());
    let request = Payload::ValuationRequested(Box::new(request));
    match queue::enqueue(&app, visitor, sameness, request).await {
        Ok(_) => shown(frame, home, valuation),
        Err(failure) => {
            let trouble = Some(failure.detail().into_owned());
            form::not_stored(&again(frame, form, FieldErrors::default(), trouble), &failure)
        }
    }
}

fn shown(frame: Frame, home: HomeShown, valuation: Valuation) -> Result<Response, Failure> {
    match valuation {
        Valuation::Ok(range) => page::private(&Answer { frame, home, range }),
        Valuation::NeedsReview { reason } => page::private(&Review {
            frame,
            home,
            reason: why(reason),
        }),
    }
}

const fn why(reason: ReviewReason) -> &'static str {
    match reason {
        ReviewReason::MultiFamily => {
            "A house with more than one household is priced by its rents as well as its rooms."
        }
        ReviewReason::ManyRooms => "A home with this many rooms has few like it to be compared with.",
        ReviewReason::UnusualSize => "A home of this size has few like it to be compared with.",
    }
}

impl HomeShown {
    fn of(request: &ValuationRequested) -> Self {
        let kind = request.property_type.as_str();
        let shown = PROPERTY_TYPES.iter().find(|(value, _)| *value == kind);
        Self {
            address: request.address.as_str().to_owned(),
            property_type: shown.map_or(kind, |(_, shown)| shown),
            rooms: format!("{} and {}", request.beds, request.baths),
            sqft: request.sqft.map(|sqft| grouped(u64::from(sqft.get()))),
            change: change(request),
            reply_to: request.contact.as_ref().and_then(reply_to),
        }
    }
}

/// The address, or else the number, that an answer can go to.
fn reply_to(contact: &ValuationContact) -> Option<String> {
    let email = contact.email.as_ref().map(|email| email.as_str().to_owned());
    email.or_else(|| contact.phone.as_ref().map(|phone| phone.as_str().to_owned()))
}

/// The form with these facts in its address. Who asked stays out of it: addresses are remembered everywhere.
fn change(request: &ValuationRequested) -> String {
    let page = "/home-value?";
    let mut facts = form_urlencoded::Serializer::for_suffix(page.to_owned(), page.len());
    facts
        .append_pair("address", request.address.as_str())
        .append_pair("propertyType", request.property_type.as_str())
        .append_pair("beds", &request.beds.to_string())
        .append_pair("baths", &request.baths.to_string());
    if let Some(sqft) = request.sqft {
        facts.append_pair("sqft", &sqft.to_string());
    }
    facts.finish()
}

/// `1,250,000`.
fn grouped(number: u64) -> String {
    dollars(number).trim_start_matches('$').to_owned()
}

/// `$1,250,000`.
fn dollars(amount: u64) -> String {
    let money = i64::try_from(amount).ok().and_then(Money::from_dollars);
    money
        .expect("no home costs ninety quadrillion dollars")
        .to_string()
}

impl Answer {
    fn low(&self) -> String {
        dollars(self.range.low)
    }

    fn high(&self) -> String {
        dollars(self.range.high)
    }

    /// What the method looked at, and how wide it makes the range.
    const fn method(&self) -> &'static str {
        match self.range.confidence {
            Confidence::High => "from homes like it",
            Confidence::Medium => "from type, bedrooms, bathrooms and living area, plus or minus 10 %",
            Confidence::Low => "from type, bedrooms and bathrooms, plus or minus 20 %",
        }
    }
}
