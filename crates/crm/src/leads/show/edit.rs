//! The form that corrects what is known of a lead: it posts, is checked, and leads back.

use axum::{extract::State, http::StatusCode, response::Response};
use server::{Failure, FieldErrors, Filled, Flash, Form, Params, Path, Submitted, etag::IfMatch, page};
use types::{Lead, LeadChange, LeadId, Money, Patch, PersonId, Text};

use super::view::{self, Edit, Show};
use crate::{app::App, leads::change::change, member::Writer, workspace::Workspace, zone::Zone};

/// The form before anybody touched it.
pub(super) fn as_it_is(lead: &Lead, zone: &Zone) -> Filled {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let dollars = |money: Option<Money>| money.map(|money| money.whole_dollars().to_string());
    let values = Submitted::default()
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
        .with("listingAddress", text(&lead.property.listing_address))
        .with("priceMin", dollars(lead.property.price_min).unwrap_or_default())
        .with("priceMax", dollars(lead.property.price_max).unwrap_or_default())
        .with("tags", lead.tags.join(", "))
        .with("notes", text(&lead.notes));
    Filled::new(values, FieldErrors::default())
}

/// Saves what was typed.
pub(crate) async fn save(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (wanted, mut errors) = read(&typed, &workspace.zone);
    if errors.is_empty() {
        let seen = IfMatch::of_form(typed.get("version"));
        match change(&app, &writer, id, &seen, wanted).await {
            Ok(_) => {
                let back = page::see_other(&format!("/leads/{id}"));
                return Ok(Flash::success("Lead saved.").on(back, &workspace.facts));
            }
            Err(Failure::Stale) => {
                let typed = Edit::Stale(Filled::new(typed, errors));
                let page = again(&app, &workspace, id, typed).await?;
                return page::with_status(StatusCode::PRECONDITION_FAILED, &page);
            }
            Err(Failure::Invalid(refused)) => errors = refused,
            Err(failure) => return Err(failure),
        }
    }
    let refused = Edit::Refused(Filled::new(typed, errors));
    page::refused(&again(&app, &workspace, id, refused).await?)
}

async fn again(app: &App, workspace: &Workspace, id: LeadId, edit: Edit) -> Result<Show, Failure> {
    let record = view::load(app, workspace, id, &Params::default()).await?;
    Ok(Show::new(workspace, record).editing(edit))
}

/// A form shows every field, so an empty one clears.
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
            at.ok_or_else(|| "When must be a date and a time, such as 2026-12-01T09:00.".to_owned())
        }),
        next_action_note: read.text::<500>("nextActionNote", "What to do"),
        timeframe: read.text::<200>("timeframe", "The timeframe"),
        listing_address: read.text::<500>("listingAddress", "The address"),
        price_min: read.field("priceMin", dollars),
        price_max: read.field("priceMax", dollars),
        tags: read.field("tags", words),
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
        let Some(text) = self.typed.filled(name) else {
            return Patch::Clear;
        };
        let read = self.errors.keep(name, "invalid", parse(text));
        read.map_or(Patch::Keep, Patch::Set)
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

fn words(text: &str) -> Result<Vec<String>, String> {
    let words = text.split(',').map(str::trim).filter(|word| !word.is_empty());
    let tags: Result<Vec<Text<50>>, _> = words.map(Text::parse).collect();
    let tags = tags.map_err(|error| format!("Each tag {error}."))?;
    Ok(tags.into_iter().map(Text::into_string).collect())
}
