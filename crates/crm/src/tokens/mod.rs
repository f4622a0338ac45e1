//! API tokens: with one, a program acts in a workspace without anybody signing in, within the token's scopes.
//!
//! A token is as good as the owner who made it, and acts in their name under its own: what it wrote is signed
//! `API token …`. [`doors`] says which routes it opens; no page is among them.

pub(crate) mod api;
mod doors;
mod keep;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use axum::{extract::MatchedPath, http::request::Parts};
use db::door::api_tokens;
use server::{Facts, Failure, api_secret::ApiSecret, bearer, limits};
use types::TokenState;

use crate::{
    app::App,
    member::{Member, TOUCH_EVERY},
    tenant::OfHost,
};

/// The token that a request shows, if it shows one; it may be nobody's.
pub(crate) fn shown(parts: &Parts) -> Option<&str> {
    bearer::of(&parts.headers).filter(|token| ApiSecret::is_meant(token))
}

/// Lets a program in, if its token is good and opens the route it asks for.
///
/// # Errors
///
/// Signed out, for a token that is not good; forbidden, for one that does not open this route; too many.
pub(crate) async fn member(parts: &Parts, app: &App, secret: &str) -> Result<Member, Failure> {
    let of_host = OfHost::of(parts).0.clone();
    let (scope, now) = (&of_host.site.scope, app.clock.now());
    let secret = ApiSecret::parse(secret).ok_or(Failure::SignedOut)?;
    let found = api_tokens::find(&app.db, scope, &secret.hash()).await?;
    let shown = found.filter(|shown| shown.token.state(now) == TokenState::Good);
    let shown = shown.ok_or(Failure::SignedOut)?;
    let token = &shown.token;
    let (tenant, caller) = (scope.tenant_id().as_str(), token.id.to_string());
    Facts::of(parts)
        .limits()
        .take(limits::API_TOKEN, tenant, &caller)?;
    let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
    doors::check(&parts.method, path.unwrap_or_default(), token)?;
    if token
        .last_used_at
        .is_none_or(|at| now.duration_since(at) >= TOUCH_EVERY)
    {
        api_tokens::touch(&app.db, scope, token.id, now).await?;
    }
    Ok(Member::with_token(shown, of_host.context.clone()))
}
