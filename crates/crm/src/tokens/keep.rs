//! Making a token and taking it back: what is checked, written and told, in one transaction.

use db::{Tx, tenant::api_tokens};
use jiff::Timestamp;
use server::{Failure, api_secret::ApiSecret};
use types::{Activity, ActivityId, ApiScope, ApiToken, ApiTokenId};

use crate::{
    activities::record,
    app::App,
    member::{Member, Owner},
};

/// A token that somebody wants.
#[derive(Debug, Clone)]
pub(super) struct NewToken {
    pub(super) name: String,
    pub(super) scopes: Vec<ApiScope>,
    pub(super) expires_at: Option<Timestamp>,
}

/// Makes a token. Its secret is told now and never again.
///
/// # Errors
///
/// A conflict, when there are as many as there may be.
pub(super) async fn make(
    app: &App,
    Owner(owner): &Owner,
    wanted: NewToken,
) -> Result<(ApiToken, ApiSecret), Failure> {
    let (scope, now) = (&owner.scope, app.clock.now());
    let secret = ApiSecret::random();
    let token = ApiToken {
        id: ApiTokenId::new(&*app.ids),
        name: wanted.name,
        prefix: secret.prefix().to_owned(),
        scopes: wanted.scopes,
        made_by: owner.person_id(),
        made_by_name: owner.person.name.clone(),
        is_backed: true,
        created_at: now,
        expires_at: wanted.expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let words: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let summary = format!("Made the API token {} ({})", token.name, words.join(", "));
    let mut tx = app.db.write(scope).await?;
    // Before the count: the feed's row lets owners of one tenant through one after the other.
    trace(&mut tx, app, owner, (token.id, summary)).await?;
    if api_tokens::count(&mut tx, scope).await? >= ApiToken::MOST {
        let sentence = format!("There are {} API tokens. Revoke one first.", ApiToken::MOST);
        return Err(Failure::conflict("too_many_tokens", sentence));
    }
    api_tokens::insert(&mut tx, scope, &token, &secret.hash()).await?;
    tx.commit().await?;
    Ok((token, secret))
}

/// Takes a token back: it opens nothing from its next request on. Once is enough.
///
/// # Errors
///
/// Not found.
pub(super) async fn revoke(app: &App, Owner(owner): &Owner, id: ApiTokenId) -> Result<ApiToken, Failure> {
    let (scope, now) = (&owner.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let token = api_tokens::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    if api_tokens::revoke(&mut tx, scope, id, now).await? {
        let summary = format!("Revoked the API token {}", token.name);
        trace(&mut tx, app, owner, (id, summary)).await?;
        tx.commit().await?;
    }
    Ok(token)
}

/// Notes in the timeline of the workspace what an owner did with a token.
async fn trace(
    tx: &mut Tx,
    app: &App,
    owner: &Member,
    (id, summary): (ApiTokenId, String),
) -> Result<(), Failure> {
    let now = app.clock.now();
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(owner.person_id()),
        (summary, serde_json::json!({ "apiToken": id })),
        now,
    );
    record(tx, &owner.scope, &activity).await?;
    Ok(())
}
