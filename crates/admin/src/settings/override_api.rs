//! `/api/tenants/{id}/overrides`: make an exception from a tenant's plan, and take it back.

use axum::response::Response;
use jiff::Timestamp;
use server::{Failure, Fields, Path, etag::IfMatch};
use types::{Exception, Text};

use super::{
    api::one,
    overrides::{self, NewException},
};
use crate::{operator::Operator, tenants};

/// Makes an exception: `isOn` for a feature, `most` for a limit.
pub(crate) async fn create(
    operator: Operator,
    Path(id): Path<String>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    tenants::look_up(&acting, &id).await?;
    let new = read(&mut fields);
    fields.finish()?;
    let new = new.expect("what could not be read was refused");
    overrides::make(&acting, &id, new, &seen).await?;
    one(&acting, &id).await
}

fn read(fields: &mut Fields) -> Option<NewException> {
    let subject = fields.required::<String>("subject");
    let is_on = fields.optional::<bool>("isOn").map(i64::from);
    let most = fields.optional::<i64>("most");
    let reason = fields.required::<Text<500>>("reason");
    let expires_at = fields.optional::<Timestamp>("expiresAt");
    let exception = match (subject?, is_on, most) {
        (subject, Some(amount), None) | (subject, None, Some(amount)) => Exception::read(&subject, amount),
        _ => None,
    };
    if exception.is_none() {
        let sentence = "An exception is about a feature with isOn, or about a limit with most, up to 200.";
        fields.refuse("subject", "unknown", sentence);
    }
    Some(NewException {
        exception: exception?,
        reason: reason?,
        expires_at,
    })
}

/// Takes an exception back.
pub(crate) async fn delete(
    operator: Operator,
    Path((id, subject)): Path<(String, String)>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    let acting = operator.acting();
    overrides::take_back(&acting, &id, &subject, &seen).await?;
    one(&acting, &id).await
}
