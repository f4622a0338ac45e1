//! `/api/leads`: the list, one lead, and changes to it.

use axum::{extract::State, response::Response};
use db::tenant::leads;
use serde_json::json;
use server::{
    Failure, Params, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{LeadChange, LeadId, Money, Patch, Text, property::Price};

use super::{change::change, filter, out::LeadOut};
use crate::{
    app::App,
    listing,
    member::{Member, Writer},
    reading::Fields,
};

/// More tags than anybody reads.
const MOST_TAGS: usize = 50;

/// Lists leads, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let filter = filter::read(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let page = leads::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true => Some(leads::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let rows = ("leads", page.map(LeadOut::from));
    Ok(answer::ok(listing::answer(member.scope.tenant_id(), rows, total)))
}

/// Shows one lead.
pub(crate) async fn show(
    member: Member,
    State(app): State<App>,
    Path(id): Path<LeadId>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let found = leads::find(&mut tx, &member.scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let version = Version::of(found.lead.version);
    let lead = json!({ "tenantId": member.scope.tenant_id(), "lead": LeadOut::from(found) });
    Ok(version.on(answer::ok(lead)))
}

/// Changes what the body mentions; null clears.
pub(crate) async fn update(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    seen: IfMatch,
    fields: Fields,
) -> Result<Response, Failure> {
    let wanted = read_change(fields)?;
    let changed = change(&app, &writer, id, &seen, wanted).await?;
    let version = Version::of(changed.lead.version);
    let lead = json!({ "tenantId": writer.0.scope.tenant_id(), "lead": LeadOut::from(changed) });
    Ok(version.on(answer::ok(lead)))
}

fn read_change(mut fields: Fields) -> Result<LeadChange, Failure> {
    let status = fields.patch("status");
    if status == Patch::Clear {
        fields.refuse("status", "required", "A lead always has a status.");
    }
    let change = LeadChange {
        status: status.apply(None),
        close_reason: fields.patch("closeReason"),
        timeframe: text::<200>(&mut fields, "timeframe"),
        notes: text::<10_000>(&mut fields, "notes"),
        listing_address: text::<500>(&mut fields, "listingAddress"),
        property_type: fields.patch("propertyType"),
        beds: fields.patch("beds"),
        baths: fields.patch("baths"),
        sqft: fields.patch("sqft"),
        price_min: price(&mut fields, "priceMin"),
        price_max: price(&mut fields, "priceMax"),
        assigned_to: fields.patch("assignedTo"),
        next_action_at: fields.patch("nextActionAt"),
        next_action_note: text::<500>(&mut fields, "nextActionNote"),
        tags: tags(&mut fields),
    };
    fields.finish()?;
    if change == LeadChange::default() {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    Ok(change)
}

/// Text; an empty one clears, as emptying a field does.
fn text<const MAX: usize>(fields: &mut Fields, name: &'static str) -> Patch<String> {
    match fields.patch::<String>(name) {
        Patch::Set(text) if text.trim().is_empty() => Patch::Clear,
        Patch::Set(text) => match Text::<MAX>::parse(&text) {
            Ok(text) => Patch::Set(text.into_string()),
            Err(error) => {
                fields.refuse(name, "invalid", format!("{name} {error}."));
                Patch::Keep
            }
        },
        Patch::Clear => Patch::Clear,
        Patch::Keep => Patch::Keep,
    }
}

/// Whole dollars.
fn price(fields: &mut Fields, name: &'static str) -> Patch<Money> {
    fields
        .patch::<Price>(name)
        .map(|price| Money::from_cents(i64::from(price.dollars()) * 100))
}

/// The words on a lead, each once.
fn tags(fields: &mut Fields) -> Patch<Vec<String>> {
    let tags = fields.patch::<Vec<Text<50>>>("tags");
    let tags = tags.map(|tags| {
        let mut once: Vec<String> = Vec::new();
        for tag in tags.into_iter().map(Text::into_string) {
            if !once.contains(&tag) {
                once.push(tag);
            }
        }
        once
    });
    if matches!(&tags, Patch::Set(tags) if tags.len() > MOST_TAGS) {
        fields.refuse(
            "tags",
            "too_many",
            format!("A lead has at most {MOST_TAGS} tags."),
        );
    }
    tags
}
