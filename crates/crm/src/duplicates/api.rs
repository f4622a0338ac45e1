//! `/api/duplicates` and `/api/contacts/merge`.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use db::tenant::duplicates::{self, Pair, Suggestion};
use serde_json::json;
use server::{Facts, Failure, Fields, Params, Path, json as answer};
use types::{Contact, ContactId, MergeChoice, MergeId};

use super::{
    merge::{self, Wanted},
    reason, undo,
};
use crate::{
    app::App,
    contacts::{ConsentsOut, api::ContactOut},
    listing::Listing,
    member::{Member, Writer},
};

/// Lists the pairs that may be one person, the last noticed first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    facts: Facts,
    params: Params,
) -> Result<Response, Failure> {
    let scope = &member.scope;
    let listing = Listing::new(("duplicates", "-createdAt"), scope.tenant_id(), &facts);
    let after = listing.after(&params)?;
    let mut tx = app.db.read(scope).await?;
    let page = duplicates::list(&mut tx, scope, after, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(duplicates::count(&mut tx, scope).await?),
        false => None,
    };
    let known = super::contacts_of(&mut tx, scope, &page.items).await?;
    let place = |pair: &Suggestion| (pair.created_at, Pair(pair.contact_id, pair.other_contact_id));
    let out = |pair: Suggestion| {
        let (sentence, score) = reason(&pair.reason);
        let both = [pair.contact_id, pair.other_contact_id];
        json!({
            "contacts": both.map(|id| known.iter().find(|contact| contact.id == id).cloned().map(ContactOut::from)),
            "reason": pair.reason, "reasonText": sentence, "score": score, "createdAt": pair.created_at,
        })
    };
    Ok(answer::ok(listing.told(page, total, place, out)))
}

/// Says that two contacts are two people.
pub(crate) async fn dismiss(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let ids = fields.required::<Vec<ContactId>>("contactIds");
    if matches!(&ids, Some(ids) if ids.len() != 2) {
        fields.refuse("contactIds", "count", "contactIds must be two ids.");
    }
    fields.finish()?;
    let ids = ids.unwrap_or_default();
    let scope = &writer.0.scope;
    let mut tx = app.db.write(scope).await?;
    if !duplicates::dismiss(&mut tx, scope, (ids[0], ids[1]), app.clock.now()).await? {
        return Err(Failure::NotFound);
    }
    tx.commit().await?;
    Ok(answer::ok(json!({ "tenantId": scope.tenant_id() })))
}

/// Makes one contact of two to ten; `dryRun` says what that would do.
pub(crate) async fn merge(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let ids = fields.required::<Vec<ContactId>>("contactIds");
    let kept = fields.optional("keepId");
    let dry_run = fields.optional::<bool>("dryRun").unwrap_or_default();
    let choice = fields.optional::<Choice>("fields").unwrap_or_default();
    let seen = fields.optional::<BTreeMap<ContactId, i64>>("versions");
    fields.finish_strictly()?;
    let wanted = Wanted {
        ids: ids.unwrap_or_default(),
        kept,
        choice: choice.into(),
        seen: seen.unwrap_or_default().into_iter().collect(),
    };
    let outcome = merge::merge(&app, &writer, &wanted, !dry_run).await?;
    let moved = outcome.moved;
    let merged: Vec<_> = outcome.others.iter().map(|contact| contact.id).collect();
    // As they are as long as nothing is written: what the merge itself may then insist on.
    let versions = dry_run.then(|| outcome.versions());
    Ok(answer::ok(json!({
        "tenantId": writer.0.scope.tenant_id(),
        "dryRun": dry_run,
        "merge": {
            "id": (!dry_run).then_some(outcome.id),
            "keptId": outcome.kept.id,
            "mergedIds": merged,
            "versions": versions,
            "moved": { "leads": moved.leads, "activities": moved.activities, "reminders": moved.reminders },
        },
        "contact": ContactOut::from(outcome.kept),
        "consents": ConsentsOut::from(outcome.consents),
    })))
}

/// Makes several contacts of one again. `?force=true` keeps what was edited since.
pub(crate) async fn undo(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<MergeId>,
    params: Params,
) -> Result<Response, Failure> {
    let may_keep_edits = params.filled("force") == Some("true");
    let back = undo::undo(&app, &writer, id, may_keep_edits).await?;
    let back: Vec<ContactOut> = back.into_iter().map(|contact: Contact| contact.into()).collect();
    Ok(answer::ok(json!({
        "tenantId": writer.0.scope.tenant_id(), "merge": { "id": id }, "contacts": back,
    })))
}

/// Whose value each field keeps.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Choice {
    full_name: Option<ContactId>,
    email: Option<ContactId>,
    phone: Option<ContactId>,
}

impl From<Choice> for MergeChoice {
    fn from(choice: Choice) -> Self {
        Self {
            full_name: choice.full_name,
            email: choice.email,
            phone: choice.phone,
        }
    }
}
