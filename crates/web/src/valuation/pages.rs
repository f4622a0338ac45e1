//! `/home-value`: the address, the home, and who asks; then a range, or the reason why a person must look first.
//!
//! The first two steps lie in the address of the page, so that the back button, a reload and a bookmark lead where
//! one was; nothing is stored before the last is sent. One token goes through all of them: one way through the form is
//! one request, however often its end is sent.

use askama::Template;
use axum::{extract::State, response::Response};
use server::{Failure, FieldErrors, Filled, Params, Submitted, page};
use types::{
    PropertyType,
    events::{Payload, ValuationRequested},
};

use super::{
    reading,
    shown::{self, HomeShown},
    town,
};
use crate::{
    app::App,
    contact::{Submission, consent},
    queue::{self, Sameness},
    site::{
        Frame,
        form::{self, Door, Recognised, TIMEFRAMES},
    },
    visitor::Visitor,
};

/// The name of the form in its tokens.
const FORM: &str = "home-value";

/// What an owner may choose from.
pub(super) const PROPERTY_TYPES: [(&str, &str); 3] = [
    (PropertyType::SingleFamily.as_str(), "Single family"),
    (PropertyType::Condo.as_str(), "Condo"),
    (PropertyType::MultiFamily.as_str(), "Multi-family"),
];

/// The fields of the home, which go from step to step.
const OF_THE_HOME: [&str; 5] = ["address", "propertyType", "beds", "baths", "sqft"];

/// How far somebody is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Address,
    Home,
    /// Everything about the home is right; who asks may say so.
    Person(HomeShown),
}

impl Step {
    const fn number(&self) -> u8 {
        match self {
            Self::Address => 1,
            Self::Home => 2,
            Self::Person(_) => 3,
        }
    }
}

#[derive(Template)]
#[template(path = "valuation/form.html")]
struct HomeValue {
    frame: Frame,
    step: Step,
    form: Filled,
    token: String,
    trouble: Option<String>,
}

impl HomeValue {
    /// The steps, for those who want to know how many are left.
    const STEPS: [(u8, &str); 3] = [(1, "Address"), (2, "The home"), (3, "Your range")];
}

/// The step that the address of the page speaks of.
pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Params(asked): Params,
) -> Result<Response, Failure> {
    let token = form::kept_token(&app, &visitor, FORM, &asked);
    let (step, errors) = step(&asked);
    let is_refused = !errors.is_empty();
    let drawn = HomeValue {
        frame,
        step,
        form: Filled::new(asked, errors),
        token,
        trouble: None,
    };
    match is_refused {
        true => page::refused(&drawn),
        false => page::private(&drawn),
    }
}

/// How far the answers lead, and what is wrong with those of the step before.
fn step(asked: &Submitted) -> (Step, FieldErrors) {
    let wanted = asked.filled("step");
    if wanted.is_none() && asked.filled("address").is_none() {
        return (Step::Address, FieldErrors::default());
    }
    let request = reading::read(&reading::of_form(asked));
    let errors = match request {
        Ok((request, _)) if wanted == Some("3") => {
            return (Step::Person(HomeShown::of(&request)), FieldErrors::default());
        }
        Ok(_) => FieldErrors::default(),
        Err(errors) => errors,
    };
    match only(&errors, &["address"]) {
        address if !address.is_empty() => (Step::Address, address),
        _ if wanted == Some("3") => (Step::Home, only(&errors, &OF_THE_HOME)),
        _ => (Step::Home, FieldErrors::default()),
    }
}

fn only(errors: &FieldErrors, names: &[&str]) -> FieldErrors {
    let mut some = FieldErrors::default();
    for error in errors.iter() {
        if names.contains(&error.pointer.trim_start_matches('/')) {
            some.add(error.pointer.trim_start_matches('/'), error.code, &error.detail);
        }
    }
    some
}

/// Stores the request and shows the answer; or the last step again, with everything that was typed.
///
/// The answer needs no redirect: it is the same however often the form is sent, and one request in the queue.
pub(crate) async fn submit(
    visitor: Visitor,
    State(app): State<App>,
    submission: Submission,
) -> Result<Response, Failure> {
    let Submission {
        frame,
        witness,
        attribution,
        form,
    } = submission;
    let Recognised {
        token,
        sameness,
        page,
        suspicion,
    } = form::recognise(&app, &visitor, (FORM, Door::Page), &form);
    let witness = witness.of_page(page);
    let again = |frame, form, step, errors, trouble| HomeValue {
        frame,
        step,
        form: Filled::new(form, errors),
        token,
        trouble,
    };
    let request = match reading::read(&reading::of_form(&form)) {
        Ok((request, _)) => ValuationRequested {
            // Whoever left no way to be reached allowed nothing that could be done.
            consent: (request.contact.as_ref())
                .and_then(|_| consent::of_form(&form, &witness, app.clock.now())),
            attribution,
            ..request
        },
        Err(errors) => {
            let step = Step::Person(HomeShown::as_typed(&form));
            return page::refused(&again(frame, form, step, reading::on_form(&errors), None));
        }
    };
    let home = HomeShown::of(&request);
    let valuation = town::value(&app, &visitor.site.scope, &request).await;
    let sameness = with_or_without_contact(sameness, &request);
    let request = Payload::ValuationRequested(Box::new(request)).suspected(suspicion);
    match queue::enqueue(&app, visitor, sameness, request).await {
        Ok(_) => shown::answer(frame, home, valuation),
        Err(failure) => {
            let trouble = Some(failure.detail().into_owned());
            let page = again(frame, form, Step::Person(home), FieldErrors::default(), trouble);
            form::not_stored(&page, &failure)
        }
    }
}

/// Whoever looked first and comes back to leave an address is not the same request again: the second is the lead.
fn with_or_without_contact(sameness: Sameness, request: &ValuationRequested) -> Sameness {
    match sameness {
        Sameness::Drawing(id) if request.contact.is_some() => Sameness::Drawing(format!("{id}/contact")),
        Sameness::Name(name) if request.contact.is_some() => Sameness::Name(format!("{name}/contact")),
        sameness => sameness,
    }
}
