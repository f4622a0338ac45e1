//! `/api/user/…`: a signed-in visitor's profile and what they keep, for programs.

use std::slice;

use axum::{extract::State, response::Response};
use db::{
    TenantScope, Tx,
    tenant::{accounts, saved},
};
use serde::Serialize;
use serde_json::{Map, Value};
use server::{
    Failure, FieldErrors, Json,
    etag::{IfMatch, Version},
    json,
};
use types::{Account, AccountId, SavedSearch, SavedSearchId, listings::ListingId, text::Text};

use super::SignedIn;
use crate::{
    app::App,
    fields::Fields,
    saved::{Kept, full, keep_search, known, read_homes, read_searches},
    visitor::Visitor,
};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProfileOut {
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    saved_homes: Vec<ListingId>,
    saved_searches: Vec<Kept>,
}

#[derive(Serialize)]
struct Answer {
    profile: ProfileOut,
    /// Accounts are opened by their first sign-in, never by a look.
    created: bool,
}

#[derive(Serialize)]
struct Synced {
    success: bool,
    profile: ProfileOut,
    merged: Merged,
}

/// How many were not kept before.
#[derive(Serialize)]
struct Merged {
    homes: u64,
    searches: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Homes {
    success: bool,
    saved_homes: Vec<ListingId>,
}

/// `GET /api/user/profile`.
pub(crate) async fn profile(
    visitor: Visitor,
    State(app): State<App>,
    SignedIn(account): SignedIn,
) -> Result<Response, Failure> {
    let scope = &visitor.site.scope;
    let mut tx = app.db.read(scope).await?;
    Ok(answer(profile_of(&mut tx, scope, &account).await?))
}

/// `PATCH /api/user/profile`: a name that is null is forgotten, one that is not there stays.
pub(crate) async fn change_profile(
    visitor: Visitor,
    State(app): State<App>,
    SignedIn(account): SignedIn,
    if_match: IfMatch,
    Json(object): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let mut fields = Fields::of(&object);
    let first: Option<Text<100>> = fields.optional("firstName", "The first name");
    let last: Option<Text<100>> = fields.optional("lastName", "The last name");
    fields.finish(Some(())).map_err(Failure::Invalid)?;
    let scope = &visitor.site.scope;
    let mut tx = app.db.write(scope).await?;
    let mut account = as_it_was_read(&mut tx, scope, account.id, &if_match).await?;
    if object.contains_key("firstName") {
        account.first_name = first.map(Text::into_string);
    }
    if object.contains_key("lastName") {
        account.last_name = last.map(Text::into_string);
    }
    accounts::rename(&mut tx, scope, &account).await?;
    let profile = profile_of(&mut tx, scope, &account).await?;
    tx.commit().await?;
    Ok(answer(profile))
}

/// `POST /api/user/sync`: takes in what a browser kept. Nothing that is kept is lost by it.
pub(crate) async fn sync(
    visitor: Visitor,
    State(app): State<App>,
    SignedIn(account): SignedIn,
    Json(object): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let homes = read_homes(object.get("savedHomes"), &mut errors);
    let searches = read_searches(object.get("savedSearches"), &mut errors);
    errors.finish()?;
    let (scope, now) = (&visitor.site.scope, app.clock.now());
    // What went off the site since the browser kept it is no reason to lose the rest.
    let homes = known(&app, scope, &homes).await?;
    let mut tx = app.db.write(scope).await?;
    let mut merged = Merged {
        homes: added(
            saved::add_homes(&mut tx, scope, account.id, &homes, now).await?,
            "/savedHomes",
            full::HOMES,
        )?,
        searches: 0,
    };
    for (name, query) in searches {
        let search = SavedSearch {
            id: SavedSearchId::new(&*app.ids),
            name,
            query,
            alerts: false,
            created_at: now,
        };
        let kept = keep_search(&mut tx, scope, account.id, search).await?;
        merged.searches += added(kept, "/savedSearches", full::SEARCHES)?;
    }
    let profile = profile_of(&mut tx, scope, &account).await?;
    tx.commit().await?;
    let version = Version::of_content(&profile);
    Ok(version.on(json::ok(Synced {
        success: true,
        profile,
        merged,
    })))
}

/// `PATCH /api/user/sync`: one home more, or one less. Its version is that of the profile, which shows them.
pub(crate) async fn change_sync(
    visitor: Visitor,
    State(app): State<App>,
    SignedIn(account): SignedIn,
    if_match: IfMatch,
    Json(object): Json<Map<String, Value>>,
) -> Result<Response, Failure> {
    let mut fields = Fields::of(&object);
    let listing: Option<ListingId> = fields.required("listingId", "The listing's id");
    let action: Option<String> = fields.required("action", "The action");
    let (listing, action) = fields.finish(listing.zip(action)).map_err(Failure::Invalid)?;
    let (scope, now) = (&visitor.site.scope, app.clock.now());
    if action == "add" && known(&app, scope, slice::from_ref(&listing)).await?.is_empty() {
        let sentence = "There is no home of that id here.";
        return Err(Failure::invalid("/listingId", "unknown", sentence));
    }
    let mut tx = app.db.write(scope).await?;
    let account = as_it_was_read(&mut tx, scope, account.id, &if_match).await?;
    match action.as_str() {
        "add" => {
            let kept = saved::add_homes(&mut tx, scope, account.id, &[listing], now).await?;
            added(kept, "/listingId", full::HOMES)?;
        }
        "remove" => saved::remove_home(&mut tx, scope, account.id, &listing).await?,
        _ => {
            return Err(Failure::invalid(
                "/action",
                "unknown",
                "The action must be add or remove.",
            ));
        }
    }
    let profile = profile_of(&mut tx, scope, &account).await?;
    tx.commit().await?;
    let version = Version::of_content(&profile);
    Ok(version.on(json::ok(Homes {
        success: true,
        saved_homes: profile.saved_homes,
    })))
}

/// How many were added; or why there is no room, at the field that has them.
fn added(kept: saved::Kept, pointer: &str, sentence: &'static str) -> Result<u64, Failure> {
    match kept {
        saved::Kept::Added(some) => Ok(some),
        saved::Kept::Full => Err(Failure::invalid(pointer, "too_many", sentence)),
    }
}

/// The account, held until the commit, if its profile still says what the caller read.
async fn as_it_was_read(
    tx: &mut Tx,
    scope: &TenantScope,
    id: AccountId,
    if_match: &IfMatch,
) -> Result<Account, Failure> {
    let account = accounts::find_to_change(tx, scope, id).await?;
    let account = account.ok_or(Failure::SignedOut)?;
    let profile = profile_of(tx, scope, &account).await?;
    if_match.allows(Version::of_content(&profile))?;
    Ok(account)
}

async fn profile_of(tx: &mut Tx, scope: &TenantScope, account: &Account) -> Result<ProfileOut, Failure> {
    let searches = saved::searches(tx, scope, account.id).await?;
    Ok(ProfileOut {
        saved_homes: saved::homes(tx, scope, account.id).await?,
        saved_searches: searches.into_iter().map(Kept::of).collect(),
        email: account.email.as_str().to_owned(),
        first_name: account.first_name.clone(),
        last_name: account.last_name.clone(),
    })
}

fn answer(profile: ProfileOut) -> Response {
    let (version, created) = (Version::of_content(&profile), false);
    version.on(json::ok(Answer { profile, created }))
}
