//! `/settings/people`: who works here, who is invited to, and who signed in, by the workspace's owner.
//!
//! People come by an invitation ([`invite`], [`accept`]) and go by a question ([`leave`]). What is done to them is in
//! [`keep`], for the pages and the API alike; no program and no operator who looks in does it.

pub(crate) mod accept;
pub(crate) mod api;
mod invite;
mod keep;
pub(crate) mod leave;
mod letter;
pub(crate) mod list;
pub(crate) mod person;
#[cfg(test)]
mod tests;

use axum::{extract::FromRequestParts, http::request::Parts};
use db::Tx;
use serde_json::Value;
use server::Failure;
use types::{Activity, ActivityId};

use crate::{
    activities::record,
    app::App,
    member::{Member, Owner},
};

/// An owner with their own hands: an operator who looks in on their behalf lets nobody in and puts nobody out.
#[derive(Debug, Clone)]
pub(crate) struct Keeper(pub(crate) Member);

impl FromRequestParts<App> for Keeper {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Owner(owner) = Owner::from_request_parts(parts, app).await?;
        if owner.support.is_some() {
            return Err(Failure::forbidden(
                "Who works here its owner decides, and nobody who looks in.",
            ));
        }
        Ok(Self(owner))
    }
}

/// Notes in the timeline of the workspace what was done, last in its transaction.
async fn note(
    tx: &mut Tx,
    app: &App,
    member: &Member,
    (summary, metadata): (String, Value),
) -> Result<(), Failure> {
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(member.person_id()),
        (summary, metadata),
        app.clock.now(),
    );
    record(tx, &member.scope, &activity).await?;
    Ok(())
}
