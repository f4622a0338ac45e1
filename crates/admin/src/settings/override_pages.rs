//! The form that makes an exception from a tenant's plan, and the button that takes one back.

use axum::response::Response;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use server::{Facts, Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted, etag::IfMatch, page};
use types::{Exception, Feature, Limit, Text};

use super::{
    overrides::{self, NewException},
    pages::drawn,
};
use crate::{Refusal, operator::Operator, tenants::new::feature_name};

/// What an exception may be about, for a choice.
pub(super) fn subjects() -> Vec<(&'static str, String)> {
    let features = Feature::ALL
        .iter()
        .map(|feature| (feature.as_str(), feature_name(*feature).to_owned()));
    let limits = Limit::ALL
        .iter()
        .map(|limit| (limit.as_str(), format!("How many {limit}")));
    features.chain(limits).collect()
}

/// Makes an exception, or shows the form with what is wrong.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    if let Some(new) = read(&typed, &mut errors) {
        match overrides::make(&operator.acting(), &id, new, &IfMatch::default()).await {
            Ok(()) => {
                let flash = Flash::success("The exception counts from now on.");
                return Ok(flash.on(page::see_other(&format!("/tenants/{id}/settings")), &facts));
            }
            Err(Refusal::Invalid { code, detail, .. }) => errors.add("expiresAt", code, detail),
            Err(other) => return Err(other.into()),
        }
    }
    let form = Filled::new(typed, errors);
    page::refused(&drawn(&operator, &id, (frame, form)).await?)
}

fn read(typed: &Submitted, errors: &mut FieldErrors) -> Option<NewException> {
    let amount = match typed.get("says").trim().to_lowercase().as_str() {
        "on" => Some(1),
        "off" => Some(0),
        number => number.parse().ok(),
    };
    let subject = typed.get("subject");
    let is_feature = subject.parse::<Feature>().is_ok();
    let exception = amount.and_then(|amount| Exception::read(subject, amount));
    let exception = exception.ok_or(match is_feature {
        true => "Write on or off.",
        false => "Write a number up to 200.",
    });
    let exception = errors.keep("says", "invalid", exception);
    let reason = typed.get("reason").parse::<Text<500>>();
    let reason = reason.map_err(|error| format!("The reason {error}."));
    let reason = errors.keep("reason", "invalid", reason);
    let end = typed.filled("expiresAt").map(midnight).transpose();
    let end = errors.keep(
        "expiresAt",
        "invalid",
        end.map_err(|()| "Write a day, such as 2026-12-31."),
    );
    Some(NewException {
        exception: exception?,
        reason: reason?,
        expires_at: end?,
    })
}

/// The end of a day is the beginning of the next, in UTC as the page says.
fn midnight(day: &str) -> Result<Timestamp, ()> {
    let next = day.parse::<Date>().and_then(Date::tomorrow);
    let next = next.and_then(|next| next.to_zoned(TimeZone::UTC));
    next.map(|next| next.timestamp()).map_err(|_| ())
}

/// Takes an exception back.
pub(crate) async fn take_back(
    operator: Operator,
    Path((id, subject)): Path<(String, String)>,
    facts: Facts,
) -> Result<Response, Failure> {
    overrides::take_back(&operator.acting(), &id, &subject, &IfMatch::default()).await?;
    let flash = Flash::success("The exception is taken back: the plan counts again.");
    Ok(flash.on(page::see_other(&format!("/tenants/{id}/settings")), &facts))
}
