//! `/contact`: the form that becomes a lead, and the thanks after it.

pub(crate) mod consent;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{
    extract::{FromRequest, FromRequestParts, Request, State},
    response::Response,
};
use jiff::{Timestamp, tz::TimeZone};
use server::{Failure, FieldErrors, Filled, Form, Submitted, page};
use types::{
    events::{Attribution, LeadSubmitted},
    listings::Listing,
};

use self::consent::Witness;
use crate::{
    app::App,
    attribution, lead,
    listings::{self, ListingCard},
    site::{
        Frame,
        form::{self, Door, Recognised},
    },
    visitor::Visitor,
};

/// The name of the form in its tokens, and the source of its leads.
pub(crate) const FORM: &str = "contact";

/// What a form says of the page it stood on: kept when it comes back.
pub(crate) const CARRIED: [&str; 4] = ["source", "listingId", "listingUrl", "listingAddress"];

#[derive(Template)]
#[template(path = "contact/contact.html")]
struct Contact {
    frame: Frame,
    /// The home that is asked about, when the form stood on its page.
    home: Option<AskedAbout>,
    form: Filled,
    token: String,
    trouble: Option<String>,
}

/// A home beside the form that asks about it.
struct AskedAbout {
    heading: &'static str,
    name: String,
    cards: [ListingCard; 1],
}

impl AskedAbout {
    fn of(frame: &Frame, listing: &Listing, times: (&TimeZone, Timestamp)) -> Self {
        Self {
            heading: listings::ask_heading(listing),
            name: listing.headline(),
            cards: [ListingCard::of(frame.art_theme(), listing).with_times(listing, times)],
        }
    }
}

#[derive(Template)]
#[template(path = "contact/thanks.html")]
struct Thanks {
    frame: Frame,
}

/// A form as a browser sends it, with what it takes to draw it again.
pub(crate) struct Submission {
    pub(crate) frame: Frame,
    pub(crate) witness: Witness,
    pub(crate) attribution: Option<Attribution>,
    pub(crate) form: Submitted,
}

impl FromRequest<App> for Submission {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let frame = Frame::from_request_parts(&mut parts, app).await?;
        let Ok(witness) = Witness::from_request_parts(&mut parts, app).await;
        let attribution = attribution::of(&parts);
        let Form(form) = Form::from_request(Request::from_parts(parts, body), app).await?;
        Ok(Self {
            frame,
            witness,
            attribution,
            form,
        })
    }
}

pub(crate) async fn page(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
) -> Result<Response, Failure> {
    page::private(&Contact {
        frame,
        home: None,
        form: Filled::default(),
        token: token(&app, &visitor),
        trouble: None,
    })
}

/// For a drawing of the form, here or on another page that asks.
pub(crate) fn token(app: &App, visitor: &Visitor) -> String {
    form::new_token(app, visitor, FORM)
}

pub(crate) async fn submit(
    visitor: Result<Visitor, Failure>,
    State(app): State<App>,
    submission: Submission,
) -> Result<Response, Failure> {
    match visitor {
        Ok(visitor) => answer(&app, visitor, Door::Page, submission).await,
        Err(failure) => wait(submission, failure),
    }
}

/// The form again for whoever sent too many, with what was typed and the token it came with.
pub(crate) fn wait(submission: Submission, failure: Failure) -> Result<Response, Failure> {
    if !matches!(failure, Failure::TooMany { .. }) {
        return Err(failure);
    }
    let Submission { frame, form, .. } = submission;
    let page = Contact {
        frame,
        home: None,
        token: form.get("token").to_owned(),
        form: Filled::new(form, FieldErrors::default()),
        trouble: Some(failure.detail().into_owned()),
    };
    form::too_many(&page, &failure)
}

/// Stores the lead and leads on to the thanks; or shows the form again, with everything that was typed.
pub(crate) async fn answer(
    app: &App,
    visitor: Visitor,
    door: Door,
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
    } = form::recognise(app, &visitor, (FORM, door), &form);
    let witness = witness.of_page(page);
    let zone = visitor.site.zone.clone();
    let again = |home: Option<Listing>, form, errors, trouble| Contact {
        home: home.map(|home| AskedAbout::of(&frame, &home, (&zone, app.clock.now()))),
        frame,
        form: Filled::new(form, errors),
        token,
        trouble,
    };
    let lead = match read(app, &form, &witness) {
        Ok(lead) => LeadSubmitted {
            attribution,
            suspicion,
            ..lead
        },
        Err(errors) => {
            // Without its home the page is another, with the same text in it.
            let home = lead::listing::asked_about(app, &visitor, form.get("listingId"))
                .await
                .unwrap_or_default();
            return form::refused(&again(home, form, errors, None));
        }
    };
    match lead::store(app, visitor, (door, sameness), lead).await {
        Ok(_) => Ok(page::see_other("/contact/thanks")),
        Err(failure) => {
            let trouble = Some(failure.detail().into_owned());
            form::not_stored(&again(None, form, FieldErrors::default(), trouble), &failure)
        }
    }
}

fn read(app: &App, form: &Submitted, witness: &Witness) -> Result<LeadSubmitted, FieldErrors> {
    let mut object = lead::of_form(form);
    object.entry("source").or_insert_with(|| FORM.into());
    let (mut lead, _) = lead::read(&object)?;
    lead.consent = consent::of_form(form, witness, app.clock.now());
    Ok(lead)
}

pub(crate) async fn thanks(_: Visitor, frame: Frame) -> Result<Response, Failure> {
    page::public(&Thanks { frame })
}
