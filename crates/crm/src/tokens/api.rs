//! `/api/tokens`: the list, a new one with its secret, and taking one back.

use axum::{extract::State, http::StatusCode, response::Response};
use db::tenant::api_tokens;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use server::{Facts, Failure, Fields, Params, Path, json as answer};
use types::{ApiScope, ApiToken, ApiTokenId, PersonId, Text};

use super::keep::{self, NewToken};
use crate::{app::App, listing::Listing, member::Owner};

/// A token as the API tells it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct TokenOut {
    id: ApiTokenId,
    name: String,
    prefix: String,
    scopes: Vec<ApiScope>,
    created_by: PersonId,
    created_by_name: String,
    /// Whether who made it is an owner still, without which it opens nothing.
    is_backed: bool,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl From<ApiToken> for TokenOut {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            prefix: token.prefix,
            scopes: token.scopes,
            created_by: token.made_by,
            created_by_name: token.made_by_name,
            is_backed: token.is_backed,
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
            revoked_at: token.revoked_at,
        }
    }
}

/// Lists the tokens, newest first, those that were revoked too.
pub(crate) async fn list(
    Owner(owner): Owner,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let listing = Listing::new(("tokens", "-createdAt"), owner.scope.tenant_id(), &facts);
    let after = listing.after(&params)?;
    let mut tx = app.db.read(&owner.scope).await?;
    let page = api_tokens::list(&mut tx, &owner.scope, after, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(api_tokens::count_all(&mut tx, &owner.scope).await?),
        false => None,
    };
    let place = |token: &ApiToken| (token.created_at, token.id);
    Ok(answer::ok(listing.answer::<_, _, TokenOut>(page, total, place)))
}

/// Makes a token, and tells its secret this once.
pub(crate) async fn create(
    owner: Owner,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let name = fields.required::<Text<60>>("name");
    let mut scopes = fields.required::<Vec<ApiScope>>("scopes").unwrap_or_default();
    let expires_at = fields.optional::<Timestamp>("expiresAt");
    if scopes.is_empty() && fields.is_fine() {
        fields.refuse("scopes", "required", "A token needs at least one scope.");
    }
    if expires_at.is_some_and(|at| at <= app.clock.now()) {
        fields.refuse("expiresAt", "past", "expiresAt must be in the future.");
    }
    fields.finish()?;
    scopes.sort_unstable();
    scopes.dedup();
    let name = name.expect("a required field that is missing was refused");
    let wanted = NewToken {
        name: name.into_string(),
        scopes,
        expires_at,
    };
    let (token, secret) = keep::make(&app, &owner, wanted).await?;
    let made = json!({
        "tenantId": owner.0.scope.tenant_id(), "token": TokenOut::from(token), "secret": secret.exposed(),
    });
    Ok(answer::ok_with(StatusCode::CREATED, made))
}

/// Takes a token back.
pub(crate) async fn delete(
    owner: Owner,
    State(app): State<App>,
    Path(id): Path<ApiTokenId>,
) -> Result<Response, Failure> {
    keep::revoke(&app, &owner, id).await?;
    Ok(answer::ok(json!({ "tenantId": owner.0.scope.tenant_id() })))
}
