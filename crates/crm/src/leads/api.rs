//! `/api/leads`: the list, one lead, and changes to it.

use axum::{extract::State, http::StatusCode, response::Response};
use db::{
    Tx,
    tenant::leads::{self, LeadWithContact},
};
use serde_json::{Value, json};
use server::{
    Facts, Failure, Fields, Params, Path,
    etag::{IfMatch, Version},
    json as answer,
};
use types::{
    LeadChange, LeadId, LeadProperty, LeadType, Money, Patch, PlannedTime, is_of_the_web, property::Price,
};

use super::{
    change::change,
    filter::{self, Asker},
    open::open,
    out::{LeadOut, Scored},
    remove::remove,
    score::Scores,
};
use crate::{
    app::App,
    listing::Listing,
    member::{Member, Writer},
    zone::Zone,
};

/// Lists leads, newest first.
pub(crate) async fn list(
    member: Member,
    State(app): State<App>,
    (facts, zone): (Facts, Zone),
    params: Params,
) -> Result<Response, Failure> {
    let asker = Asker {
        zone: &zone,
        me: member.person_id(),
    };
    let mut filter = filter::read(&params, asker)?;
    let listing = Listing::new(
        ("leads", filter::word(filter.sort)),
        member.scope.tenant_id(),
        &facts,
    );
    filter.after = listing.after(&params)?;
    let mut tx = app.db.read(&member.scope).await?;
    let page = leads::list(&mut tx, &member.scope, &filter, params.page()).await?;
    let total = match params.wants_count() {
        true if filter.after.is_none() && page.is_all() => Some(page.items.len() as i64),
        true => Some(leads::count(&mut tx, &member.scope, &filter).await?),
        false => None,
    };
    let scores = Scores::count(&mut tx, &member.scope, &page.items, app.clock.now()).await?;
    let page = page.map(|found| {
        let score = scores.of(&found);
        (found, score)
    });
    let place = |(row, _): &Scored| filter::place(filter.sort, row);
    Ok(answer::ok(listing.answer::<_, _, LeadOut>(page, total, place)))
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
    tell(&mut tx, &app, &member, found, StatusCode::OK).await
}

/// Opens a lead a member heard of elsewhere.
pub(crate) async fn create(
    writer: Writer,
    State(app): State<App>,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let lead_type = fields.optional("leadType").unwrap_or(LeadType::Other);
    if !lead_type.may_be_typed_in() {
        let sentence = "leadType must be one of buyer, seller, investor, renter, other.";
        fields.refuse("leadType", "unknown", sentence);
    }
    let contact_id = fields.optional("contactId");
    for name in ["contact", "fullName", "email", "phone"] {
        if !fields.patch::<Value>(name).is_keep() {
            let sentence =
                "A lead is about a contact: add them with POST /api/contacts, and name them as contactId.";
            fields.refuse(name, "unknown", sentence);
        }
    }
    let home = home(&mut fields);
    let wanted = wanted(&mut fields);
    let is_about_a_home = home != LeadProperty::default() || matches!(wanted.listing_address, Patch::Set(_));
    if contact_id.is_none() && !is_about_a_home && fields.is_fine() {
        let sentence = "A lead is about somebody or about a home: name a contactId, a listingAddress, a listingId or a listingUrl.";
        fields.refuse("contactId", "required", sentence);
    }
    fields.finish()?;
    let opened = open(&app, &writer, (lead_type, contact_id, home), wanted).await?;
    one(&app, &writer.0, opened, StatusCode::CREATED).await
}

/// Changes what the body mentions; null clears.
pub(crate) async fn update(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    seen: IfMatch,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let wanted = wanted(&mut fields);
    fields.finish()?;
    if wanted == LeadChange::default() {
        return Err(Failure::invalid(
            "",
            "nothing_to_change",
            "The body names nothing to change.",
        ));
    }
    let changed = change(&app, &writer, id, &seen, wanted).await?;
    one(&app, &writer.0, changed, StatusCode::OK).await
}

/// Takes a lead away.
pub(crate) async fn delete(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    remove(&app, &writer, id, &seen).await?;
    Ok(answer::ok(json!({ "tenantId": writer.0.scope.tenant_id() })))
}

pub(crate) async fn one(
    app: &App,
    member: &Member,
    found: LeadWithContact,
    status: StatusCode,
) -> Result<Response, Failure> {
    tell(&mut app.db.read(&member.scope).await?, app, member, found, status).await
}

async fn tell(
    tx: &mut Tx,
    app: &App,
    member: &Member,
    found: LeadWithContact,
    status: StatusCode,
) -> Result<Response, Failure> {
    let leads = std::slice::from_ref(&found);
    let score = Scores::count(tx, &member.scope, leads, app.clock.now())
        .await?
        .of(&found);
    let version = Version::of(found.lead.version);
    let lead = json!({ "tenantId": member.scope.tenant_id(), "lead": LeadOut::from((found, score)) });
    Ok(version.on(answer::ok_with(status, lead)))
}

/// The listing a lead is about. Nobody changes it later: it says what the lead began with.
fn home(fields: &mut Fields) -> LeadProperty {
    let listing_url = fields.text::<2_048>("listingUrl").apply(None);
    if listing_url.as_deref().is_some_and(|url| !is_of_the_web(url)) {
        let sentence = "listingUrl must begin with https://, http:// or /.";
        fields.refuse("listingUrl", "invalid", sentence);
    }
    LeadProperty {
        listing_id: fields.text::<128>("listingId").apply(None),
        listing_url,
        ..LeadProperty::default()
    }
}

fn wanted(fields: &mut Fields) -> LeadChange {
    let status = fields.patch("status");
    if status == Patch::Clear {
        fields.refuse("status", "required", "A lead always has a status.");
    }
    LeadChange {
        status: status.apply(None),
        close_reason: fields.patch("closeReason"),
        timeframe: fields.text::<200>("timeframe"),
        notes: fields.text::<10_000>("notes"),
        listing_address: fields.text::<500>("listingAddress"),
        property_type: fields.patch("propertyType"),
        beds: fields.patch("beds"),
        baths: fields.patch("baths"),
        sqft: fields.patch("sqft"),
        price_min: price(fields, "priceMin"),
        price_max: price(fields, "priceMax"),
        assigned_to: fields.patch("assignedTo"),
        next_action_at: fields.patch("nextActionAt").map(PlannedTime::time),
        next_action_note: fields.text::<500>("nextActionNote"),
        tags: fields.tags(),
    }
}

/// Whole dollars.
fn price(fields: &mut Fields, name: &'static str) -> Patch<Money> {
    fields
        .patch::<Price>(name)
        .map(|price| Money::from_cents(i64::from(price.dollars()) * 100))
}
