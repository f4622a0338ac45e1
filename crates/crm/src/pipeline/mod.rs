//! `/pipeline`: every lead where it stands, to be moved by hand, by menu or by keyboard.

pub(crate) mod close;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        leads::{self, BoardTotal, Holder, LeadFilter, LeadWithContact},
        members,
    },
};
use jiff::{SignedDuration, Timestamp};
use server::{
    Failure, FieldErrors, Flash, Form, Frame, Params, Path, Submitted,
    etag::{IfMatch, Version},
    page::{self, thousands},
};
use types::{CloseReason, Feature, LeadChange, LeadId, LeadStatus, Member, Money, PageRequest, Patch};

use crate::{
    app::App,
    dialog::Dialog,
    events::Live,
    leads::{Badge, Owner, change, response},
    member::Writer,
    workspace::Workspace,
    zone::When,
};

/// Cards of one column; the list shows the rest.
const MOST_CARDS: i64 = 50;

/// An open lead nobody touched for so long is going cold.
const QUIET: SignedDuration = SignedDuration::from_hours(14 * 24);

#[derive(Template)]
#[template(path = "pipeline/page.html")]
struct Page {
    frame: Frame,
    board: Board,
    only_mine: bool,
    live: Live,
}

/// The columns.
struct Board {
    columns: Vec<Column>,
    won_for: Vec<(String, &'static str)>,
    lost_for: Vec<(String, &'static str)>,
    only_mine: bool,
    may_write: bool,
}

struct Column {
    status: LeadStatus,
    label: &'static str,
    count: String,
    value: Option<String>,
    cards: Vec<Card>,
    /// The list with all of them, where there are more than cards.
    all: Option<String>,
}

struct Card {
    id: LeadId,
    version: i64,
    name: String,
    about: String,
    response: Option<Badge>,
    quiet: Option<String>,
    next: Option<(String, When)>,
    received: When,
    /// The form that moves it, under its own id.
    moving: Dialog,
    /// Who has it.
    owner: Option<Owner>,
}

/// Shows the board.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let only_mine = is_mine(&params);
    workspace.require(Feature::CrmPipeline)?;
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let live = Live::of(&mut tx, &workspace, "lead").await?;
    let counts = workspace.counts(&mut tx).await?;
    page::private(&Page {
        frame: workspace.framed(&counts),
        board: board(&mut tx, &workspace, &params).await?,
        only_mine,
        live,
    })
}

fn is_mine(params: &Params) -> bool {
    params.filled("assignedTo") == Some("me")
}

/// Moves a card, and leads back to the board, which says what happened. An end without a reason is asked about first.
pub(crate) async fn move_card(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    workspace.require(Feature::CrmPipeline)?;
    let wanted = read(&typed)?;
    let seen = IfMatch::of_form(typed.get("version"));
    let only_mine = typed.ticked("mine");
    if let Some(to) = unexplained(&wanted) {
        let mut tx = app.db.read(&workspace.member.scope).await?;
        let found = leads::find(&mut tx, &workspace.member.scope, id).await?;
        let version = found.ok_or(Failure::NotFound)?.lead.version;
        if seen.allows(Version::of(version)).is_ok() {
            return Ok(page::see_other(&close::address(id, to, only_mine)));
        }
    }
    carry_out((&app, &workspace), &writer, (id, &seen), wanted, only_mine).await
}

/// The end that is wanted without saying why.
pub(crate) fn unexplained(wanted: &LeadChange) -> Option<LeadStatus> {
    let end = wanted.status.filter(|to| to.is_closed());
    end.filter(|_| !matches!(wanted.close_reason, Patch::Set(_)))
}

/// Changes the lead, and leads back to the board. Whoever was slower is told, and sees the board as it is now.
async fn carry_out(
    (app, workspace): (&App, &Workspace),
    writer: &Writer,
    (id, seen): (LeadId, &IfMatch),
    wanted: LeadChange,
    only_mine: bool,
) -> Result<Response, Failure> {
    workspace.require(Feature::CrmPipeline)?;
    let told = match change(app, writer, id, seen, wanted).await {
        Ok(moved) => Flash::success(moved_to((app, workspace), &moved, only_mine).await?),
        Err(Failure::Stale) => {
            Flash::danger("Somebody changed this lead while you were at it. This is the board as it is now.")
        }
        Err(Failure::Invalid(errors)) => {
            let first = errors.iter().next().map(|error| error.detail.clone());
            Flash::danger(first.unwrap_or_default())
        }
        Err(failure) => return Err(failure),
    };
    Ok(told.on(page::see_other(board_of(only_mine)), &workspace.facts))
}

/// `Moved Ana Ruiz to Qualified, position 2 of 5.`: whoever does not see the board knows where the card is.
async fn moved_to(
    (app, workspace): (&App, &Workspace),
    moved: &LeadWithContact,
    only_mine: bool,
) -> Result<String, Failure> {
    let contact = moved.contact.as_ref();
    let name = contact.map_or("the lead", |contact| contact.display_name());
    let scope = &workspace.member.scope;
    let assigned_to = only_mine.then(|| workspace.member.person_id());
    let mut tx = app.db.read(scope).await?;
    let (place, total) = leads::board_place(&mut tx, scope, &moved.lead, assigned_to).await?;
    Ok(format!(
        "Moved {name} to {}, position {} of {}.",
        moved.lead.status.label(),
        thousands(place),
        thousands(total)
    ))
}

/// The board that one came from.
const fn board_of(only_mine: bool) -> &'static str {
    if only_mine {
        "/pipeline?assignedTo=me"
    } else {
        "/pipeline"
    }
}

/// `qualified`, or `lost:priced_out`: where to, and why.
fn read(typed: &Submitted) -> Result<LeadChange, Failure> {
    let to = typed.get("to");
    let (status, reason) = to.split_once(':').unwrap_or((to, ""));
    let mut errors = FieldErrors::default();
    let status: Result<LeadStatus, _> = status.parse();
    let status = status.map_err(|error| format!("The column a lead is moved to {error}."));
    let status = errors.keep("to", "unknown", status);
    let reason: Option<CloseReason> = match reason {
        "" => None,
        word => {
            let reason = word.parse();
            let reason = reason.map_err(|error| format!("The reason why a lead ended {error}."));
            errors.keep("to", "unknown", reason)
        }
    };
    errors.finish()?;
    Ok(LeadChange {
        status,
        close_reason: reason.map_or(Patch::Clear, Patch::Set),
        ..LeadChange::default()
    })
}

async fn board(tx: &mut Tx, workspace: &Workspace, params: &Params) -> Result<Board, Failure> {
    let (scope, only_mine) = (&workspace.member.scope, is_mine(params));
    let assigned_to = only_mine.then(|| workspace.member.person_id());
    let question = format!("board {assigned_to:?}");
    let count = async |tx: &mut Tx| leads::board_totals(tx, scope, assigned_to).await;
    let size = |totals: &Vec<BoardTotal>| totals.iter().map(|total| total.count).sum();
    let kept = &workspace.numbers.boards;
    let totals = kept.get(tx, workspace.reader(), question, (count, size)).await?;
    let members = members::list(tx, scope).await?;
    let mut columns = Vec::with_capacity(LeadStatus::ALL.len());
    for status in LeadStatus::ALL {
        let there = LeadFilter {
            status: Some(*status),
            held_by: assigned_to.map(Holder::Member),
            ..LeadFilter::default()
        };
        let found = leads::list(tx, scope, &there, PageRequest::new(MOST_CARDS, 0)).await?;
        let total = totals.iter().find(|total| total.status == *status);
        columns.push(Column {
            status: *status,
            label: status.label(),
            count: thousands(total.map_or(0, |total| total.count)),
            value: total.and_then(value),
            all: found.has_more.then(|| match assigned_to {
                Some(_) => format!("/leads?status={status}&assignedTo=me"),
                None => format!("/leads?status={status}"),
            }),
            cards: found
                .items
                .into_iter()
                .map(|lead| card(workspace, lead, (&members, params)))
                .collect(),
        });
    }
    Ok(Board {
        columns,
        won_for: reasons(LeadStatus::Won),
        lost_for: reasons(LeadStatus::Lost),
        only_mine,
        may_write: workspace.may_write(),
    })
}

/// What the leads of a column come to, where they say.
fn value(total: &BoardTotal) -> Option<String> {
    let dollars = Money::from_cents(total.value_cents).whole_dollars();
    (dollars > 0).then(|| format!("${}", thousands(dollars)))
}

fn reasons(status: LeadStatus) -> Vec<(String, &'static str)> {
    let known = CloseReason::ALL.iter().filter(|reason| reason.status() == status);
    known
        .map(|reason| (format!("{status}:{}", reason.as_str()), reason.label()))
        .collect()
}

fn card(workspace: &Workspace, found: LeadWithContact, (members, params): (&[Member], &Params)) -> Card {
    let (zone, now) = (&workspace.zone, workspace.now);
    let response = response(&found, workspace.office());
    let quiet = quiet(&found, now);
    let lead = found.lead;
    let name = found
        .contact
        .as_ref()
        .map_or("Unknown visitor", |contact| contact.display_name());
    let price = lead.property.price_max.or(lead.property.price_min);
    let price = price.map(|price| format!("${}", thousands(price.whole_dollars())));
    let what = lead.property.listing_address.clone();
    let what = what.unwrap_or_else(|| lead.lead_type.label().to_owned());
    Card {
        id: lead.id,
        version: lead.version,
        name: name.to_owned(),
        about: [Some(what), price]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        response,
        quiet,
        next: lead.next_action_at.map(|at| {
            (
                lead.next_action_note.unwrap_or_else(|| "Next action".to_owned()),
                zone.due(at, now),
            )
        }),
        received: zone.when(lead.created_at, now),
        moving: Dialog::of(&lead.id.to_string(), "/pipeline", params),
        owner: Owner::of(lead.assigned_to, members),
    }
}

/// How long nobody touched an open lead, once that is worth a word.
fn quiet(found: &LeadWithContact, now: Timestamp) -> Option<String> {
    let lead = &found.lead;
    let touched = lead
        .last_contact_at
        .unwrap_or(lead.updated_at)
        .max(lead.updated_at);
    let since = now.duration_since(touched);
    let is_quiet = !lead.status.is_closed() && since >= QUIET;
    is_quiet.then(|| format!("Quiet for {} days", since.as_hours() / 24))
}
