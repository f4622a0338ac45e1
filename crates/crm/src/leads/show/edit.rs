//! The form that corrects what is known of a lead: it posts, is checked, and leads back.

use std::{fmt::Display, str::FromStr};

use axum::{extract::State, response::Response};
use db::tenant::{leads, members};
use server::{Failure, FieldErrors, Filled, Form, Params, Path, Submitted, etag::IfMatch, page};
use types::{
    Contact, Lead, LeadChange, LeadId, ListingType, Member, Money, Patch, PersonId, Text,
    property::NumberError,
};

use super::view::{self, Edit, Show};
use crate::{
    app::App,
    hands,
    leads::change::{change, check_assignee, refusal},
    member::Writer,
    sides::{self, About, Corrects, Named, Saved, Sides},
    words::{sentence_case, tags},
    workspace::Workspace,
    zone::Zone,
};

/// The fields of the form.
const FIELDS: [Named; 13] = [
    ("assignedTo", "Assigned to"),
    ("nextActionNote", "Next action"),
    ("nextActionAt", "When"),
    ("timeframe", "Timeframe"),
    ("listingAddress", "Address"),
    ("propertyType", "Property"),
    ("beds", "Bedrooms"),
    ("baths", "Bathrooms"),
    ("sqft", "Square feet"),
    ("priceMin", "Lowest price"),
    ("priceMax", "Highest price"),
    ("tags", "Tags"),
    ("notes", "Message"),
];

/// The form before anybody touched it.
pub(super) fn as_it_is(lead: &Lead, zone: &Zone) -> Filled {
    let values = sides::remembering(values(lead, zone), &FIELDS, lead.version);
    Filled::new(values, FieldErrors::default())
}

fn values(lead: &Lead, zone: &Zone) -> Submitted {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let dollars = |money: Option<Money>| money.map(|money| money.whole_dollars().to_string());
    let whole = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let property = &lead.property;
    Submitted::default()
        .with(
            "assignedTo",
            lead.assigned_to.map(|id| id.to_string()).unwrap_or_default(),
        )
        .with(
            "nextActionAt",
            lead.next_action_at.map(|at| zone.typed(at)).unwrap_or_default(),
        )
        .with("nextActionNote", text(&lead.next_action_note))
        .with("timeframe", text(&lead.timeframe))
        .with("listingAddress", text(&property.listing_address))
        .with("propertyType", text(&property.property_type))
        .with("beds", whole(property.beds))
        .with(
            "baths",
            property.baths.map(|baths| baths.to_string()).unwrap_or_default(),
        )
        .with("sqft", whole(property.sqft))
        .with("priceMin", dollars(property.price_min).unwrap_or_default())
        .with("priceMax", dollars(property.price_max).unwrap_or_default())
        .with("tags", lead.tags.join(", "))
        .with("notes", text(&lead.notes))
}

/// What kind of home it may be about; one that somebody else called otherwise, too.
pub(super) fn kinds_of_home(lead: &Lead) -> Vec<(String, String)> {
    let kinds = ListingType::ALL.iter().map(|kind| kind.as_str().to_owned());
    let mut kinds: Vec<_> = std::iter::once(String::new()).chain(kinds).collect();
    if let Some(other) = &lead.property.property_type
        && !kinds.contains(other)
    {
        kinds.push(other.clone());
    }
    let label = |kind: &str| match kind {
        "" => "Not known".to_owned(),
        kind => sentence_case(kind),
    };
    kinds
        .into_iter()
        .map(|kind| (kind.clone(), label(&kind)))
        .collect()
}

/// Saves what was typed.
pub(crate) async fn save(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let form = OfLead {
        app: &app,
        writer: &writer,
        workspace: &workspace,
        id,
    };
    let to = typed.get("assignedTo").parse().ok();
    match sides::save(&form, typed).await? {
        Saved::Done(told) => {
            let (flash, back) =
                hands::way_back(&app, &writer, (id, to), format!("Lead saved.{told}")).await?;
            Ok(flash.on(page::see_other(&back), &workspace.facts))
        }
        Saved::Torn(question) => Ok(question),
        Saved::Refused(typed) => {
            let record = view::load(&app, &workspace, id, &Params::default()).await?;
            page::refused(&Show::new(&workspace, record).editing(Edit::Refused(typed)))
        }
    }
}

/// The form of one lead, and who sent it.
struct OfLead<'a> {
    app: &'a App,
    writer: &'a Writer,
    workspace: &'a Workspace,
    id: LeadId,
}

impl Corrects for OfLead<'_> {
    const FIELDS: &'static [Named] = &FIELDS;

    async fn write(&self, typed: &Submitted) -> Result<String, Failure> {
        let (wanted, errors) = read(typed, &self.workspace.zone);
        errors.finish()?;
        let seen = IfMatch::of_form(typed.get("version"));
        change(self.app, self.writer, self.id, &seen, wanted).await?;
        Ok(String::new())
    }

    async fn meet(&self, typed: &Submitted) -> Result<Sides, Failure> {
        let zone = &self.workspace.zone;
        let (wanted, errors) = read(typed, zone);
        errors.finish()?;
        let scope = &self.writer.0.scope;
        let mut tx = self.app.db.read(scope).await?;
        let found = leads::find(&mut tx, scope, self.id).await?;
        let theirs = found.ok_or(Failure::NotFound)?.lead;
        check_assignee(&mut tx, self.writer, (&wanted, theirs.assigned_to)).await?;
        let mut yours = theirs.clone();
        yours.apply(wanted, self.workspace.now).map_err(refusal)?;
        let stored = (&values(&theirs, zone), theirs.version);
        Ok(Sides::meet(&FIELDS, typed, stored, &values(&yours, zone)))
    }

    async fn ask(&self, sides: &Sides) -> Result<Response, Failure> {
        let scope = &self.writer.0.scope;
        let mut tx = self.app.db.read(scope).await?;
        let found = leads::find(&mut tx, scope, self.id).await?;
        let contact = found.ok_or(Failure::NotFound)?.contact;
        let about = About {
            kind: "lead",
            name: contact
                .as_ref()
                .map_or("Unknown visitor", Contact::display_name)
                .to_owned(),
            href: format!("/leads/{}", self.id),
            list: ("/leads", "Leads"),
        };
        let people = members::list(&mut tx, scope).await?;
        let frame = self.workspace.framed(&self.workspace.counts(&mut tx).await?);
        sides::ask(frame, about, sides, |name, value| {
            in_words((name, value), &people)
        })
    }
}

/// What a field says, as people read it.
fn in_words((name, value): (&str, &str), people: &[Member]) -> String {
    match name {
        "assignedTo" => {
            let mut people = people.iter();
            let member = people.find(|member| member.person_id.to_string() == value);
            match (member, value) {
                (Some(member), _) => member.name.clone(),
                (None, "") => "Nobody".to_owned(),
                (None, _) => "Somebody who has left".to_owned(),
            }
        }
        "nextActionAt" => value.replace('T', " "),
        "propertyType" => sentence_case(value),
        "priceMin" | "priceMax" => {
            dollars(value).map_or_else(|_| value.to_owned(), |price| price.to_string())
        }
        _ => value.to_owned(),
    }
}

/// A form shows every field, so an empty one clears, and one that nobody touched is no wish.
fn read(typed: &Submitted, zone: &Zone) -> (LeadChange, FieldErrors) {
    let mut errors = FieldErrors::default();
    let mut read = Reading {
        typed,
        errors: &mut errors,
    };
    let change = LeadChange {
        assigned_to: read.field("assignedTo", |text| {
            text.parse::<PersonId>()
                .map_err(|_| "Choose a member.".to_owned())
        }),
        next_action_at: read.field("nextActionAt", |text| {
            let at = zone.read(text);
            at.ok_or_else(|| {
                "When must be a date and a time of the years 1900 to 2999, such as 2026-12-01T09:00."
                    .to_owned()
            })
        }),
        next_action_note: read.text::<500>("nextActionNote", "What to do"),
        timeframe: read.text::<200>("timeframe", "The timeframe"),
        listing_address: read.text::<500>("listingAddress", "The address"),
        property_type: read.parsed("propertyType", "The property"),
        beds: read.parsed("beds", "The number of bedrooms"),
        baths: read.parsed("baths", "The number of bathrooms"),
        sqft: read.field("sqft", |text| {
            let feet = text.replace(',', "").parse();
            feet.map_err(|error: NumberError| format!("The square feet {error}."))
        }),
        price_min: read.field("priceMin", dollars),
        price_max: read.field("priceMax", dollars),
        tags: read.field("tags", tags),
        notes: read.text::<10_000>("notes", "The message"),
        ..LeadChange::default()
    };
    (change, errors)
}

struct Reading<'a> {
    typed: &'a Submitted,
    errors: &'a mut FieldErrors,
}

impl Reading<'_> {
    fn field<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Patch<T> {
        if sides::is_untouched(self.typed, name) {
            return Patch::Keep;
        }
        let Some(text) = self.typed.filled(name) else {
            return Patch::Clear;
        };
        let read = self.errors.keep(name, "invalid", parse(text));
        read.map_or(Patch::Keep, Patch::Set)
    }

    fn parsed<T: FromStr<Err: Display>>(&mut self, name: &str, called: &str) -> Patch<T> {
        self.field(name, |text| {
            let parsed = text.parse();
            parsed.map_err(|error: T::Err| format!("{called} {error}."))
        })
    }

    fn text<const MAX: usize>(&mut self, name: &str, called: &str) -> Patch<String> {
        self.field(name, |text| {
            let text = Text::<MAX>::parse(text).map_err(|error| format!("{called} {error}."))?;
            Ok(text.into_string())
        })
    }
}

/// `$650,000`, `650000`.
pub(crate) fn dollars(text: &str) -> Result<Money, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, '$' | ',' | ' ')).collect();
    let dollars: Option<i64> = digits
        .parse()
        .ok()
        .filter(|dollars| (0..1_000_000_000).contains(dollars));
    let money = dollars.and_then(Money::from_dollars);
    money.ok_or_else(|| "A price is whole dollars, such as 650,000.".to_owned())
}
