//! `/home-value`: the address, the home, and who asks; `/home-value/range` then shows a range, or the reason why a person
//! must look first.
//!
//! The first two steps lie in the address of the page, so that the back button, a reload and a bookmark lead where
//! one was; nothing is stored before the last is sent. Whoever typed something of themselves and goes back to the facts
//! takes it along in the form instead: addresses are remembered everywhere. One token goes through all of it: one way
//! through the form is one request, however often its end is sent, and whatever facts are changed there.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use server::{Facts, Failure, FieldErrors, Filled, Params, Submitted, page};
use types::{
    PropertyType,
    events::{Payload, ValuationRequested},
};

use super::{
    reading,
    shown::{self, HomeShown},
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
pub(super) const OF_THE_HOME: [&str; 5] = ["address", "propertyType", "beds", "baths", "sqft"];

/// What somebody may type of themselves at the last step.
pub(super) const OF_THE_PERSON: [&str; 6] = [
    "name",
    "email",
    "phone",
    "timeframe",
    "consentEmail",
    "consentCall",
];

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

    /// What was typed of the person already.
    fn typed(&self) -> Vec<(&str, &str)> {
        let fields = self.form.values.pairs();
        fields
            .filter(|(name, value)| OF_THE_PERSON.contains(name) && !value.is_empty())
            .collect()
    }

    /// How the next step is asked for: by an address, as long as nothing would stand in it that is somebody's.
    fn method(&self) -> &'static str {
        if self.typed().is_empty() { "get" } else { "post" }
    }
}

/// The step that the address of the page speaks of.
pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    Params(asked): Params,
) -> Result<Response, Failure> {
    let (step, is_refused) = draw(&app, &visitor, frame, asked);
    match is_refused {
        true => page::refused(&step),
        false => page::private(&step),
    }
}

/// A step with what was answered so far. Another address is another request: it begins with a token of its own.
/// Says whether something is wrong with the answers of the step before.
fn draw(app: &App, visitor: &Visitor, frame: Frame, asked: Submitted) -> (HomeValue, bool) {
    let (step, errors) = step(&asked);
    let token = match step {
        Step::Address if errors.is_empty() => form::new_token(app, visitor, FORM),
        Step::Address | Step::Home | Step::Person(_) => form::kept_token(app, visitor, FORM, &asked),
    };
    let is_refused = !errors.is_empty();
    let drawn = HomeValue {
        frame,
        step,
        form: Filled::new(asked, errors),
        token,
        trouble: None,
    };
    (drawn, is_refused)
}

/// How far the answers lead, and what is wrong with those of the step before.
fn step(asked: &Submitted) -> (Step, FieldErrors) {
    let wanted = asked.filled("step");
    if wanted == Some("1") || wanted.is_none() && asked.filled("address").is_none() {
        return (Step::Address, FieldErrors::default());
    }
    // What is wrong with a person is said at the last step, where they can mend it.
    let home = asked.only(|name| OF_THE_HOME.contains(&name));
    let request = reading::read(&reading::of_form(&home));
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

/// Stores the request and leads on to the range; or shows the last step again, with everything that was typed. A form
/// that names a step asks for that one, and nothing is stored.
pub(crate) async fn submit(
    visitor: Result<Visitor, Failure>,
    State(app): State<App>,
    facts: Facts,
    submission: Submission,
) -> Result<Response, Failure> {
    match visitor {
        Ok(visitor) => answer(app, visitor, &facts, submission).await,
        Err(failure) => wait(submission, failure),
    }
}

/// The step again for whoever sent too many, with what was typed.
fn wait(submission: Submission, failure: Failure) -> Result<Response, Failure> {
    if !matches!(failure, Failure::TooMany { .. }) {
        return Err(failure);
    }
    let Submission { frame, form, .. } = submission;
    let step = match form.filled("step") {
        Some(_) => step(&form).0,
        None => Step::Person(HomeShown::as_typed(&form)),
    };
    let page = HomeValue {
        frame,
        step,
        token: form.get("token").to_owned(),
        form: Filled::new(form, FieldErrors::default()),
        trouble: Some(failure.detail().into_owned()),
    };
    form::too_many(&page, &failure)
}

async fn answer(
    app: App,
    visitor: Visitor,
    facts: &Facts,
    submission: Submission,
) -> Result<Response, Failure> {
    let Submission {
        frame,
        witness,
        attribution,
        form,
    } = submission;
    if form.filled("step").is_some() {
        return match draw(&app, &visitor, frame, form) {
            (step, true) => form::refused(&step),
            (step, false) => page::kept_by_sender(StatusCode::OK, &step),
        };
    }
    let Recognised {
        token,
        sameness,
        page,
        suspicion,
    } = form::recognise(&app, &visitor, (FORM, Door::Page), &form);
    let witness = witness.of_page(page);
    let on = shown::led_on(&form, &token, (visitor.context.tenant_id.as_str(), facts));
    let again = |frame, form, step, errors, trouble| HomeValue {
        frame,
        step,
        form: Filled::new(form, errors),
        token,
        trouble,
    };
    let request = match reading::read_of_person(&form) {
        Ok(request) => ValuationRequested {
            // Whoever left no way to be reached allowed nothing that could be done.
            consent: (request.contact.as_ref())
                .and_then(|_| consent::of_form(&form, &witness, app.clock.now())),
            attribution,
            ..request
        },
        Err(errors) => {
            let step = Step::Person(HomeShown::as_typed(&form));
            return form::refused(&again(frame, form, step, reading::on_form(&errors), None));
        }
    };
    let home = HomeShown::of(&request);
    let sameness = with_or_without_contact(sameness, &request);
    let request = Payload::ValuationRequested(Box::new(request)).suspected(suspicion);
    match queue::enqueue(&app, visitor, sameness, request).await {
        Ok(_) => Ok(on),
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
