//! Visitors who proved an e-mail address: `/sign-in`, `/account`, and `/api/user/…` for programs.
//!
//! There is no password: whoever can read a mailbox is who they say. The link in the message opens a page with a
//! button, as programs that look through messages for danger open every link they find.

mod api;
mod letter;
mod page;
mod sign_in;
#[cfg(test)]
mod tests;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, request::Parts},
};
use db::{TenantScope, tenant::accounts};
use server::{Facts, Failure, session};
use types::Account;

pub(crate) use api::{change_profile, change_sync, profile, sync};
pub(crate) use letter::sender;
pub(crate) use page::{page, rename};
pub(crate) use sign_in::{ask, link, open, redeem, sign_out};

use crate::{app::App, visitor};

/// A visitor who is signed in. Without one, pages lead to the sign-in and programs hear 401.
pub(crate) struct SignedIn(pub(crate) Account);

/// A visitor, and their account if they are signed in.
pub(crate) struct Perhaps(pub(crate) Option<Account>);

impl FromRequestParts<App> for SignedIn {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let Perhaps(account) = Perhaps::from_request_parts(parts, app).await?;
        account.map(Self).ok_or(Failure::SignedOut)
    }
}

impl FromRequestParts<App> for Perhaps {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let scope = &visitor::resolved(parts).site.scope;
        Ok(Self(of(app, scope, &parts.headers, Facts::of(parts)).await?))
    }
}

/// Whose session a request brought. Whoever brings none costs no query.
async fn of(
    app: &App,
    scope: &TenantScope,
    headers: &HeaderMap,
    facts: &Facts,
) -> Result<Option<Account>, Failure> {
    let Some(token) = session::ACCOUNT.read(headers, facts) else {
        return Ok(None);
    };
    let mut tx = app.db.read(scope).await?;
    Ok(accounts::of_session(&mut tx, scope, &token.hash(), app.clock.now()).await?)
}
