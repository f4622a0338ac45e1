//! `/pipeline/{id}/close`: why a lead ends. The board asks it of whoever moves a card to its end without a word.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::leads::{self, LeadWithContact};
use server::{Failure, FieldErrors, Filled, Form, Frame, Params, Path, etag::IfMatch, page};
use types::{CloseReason, Contact, Feature, LeadChange, LeadId, LeadStatus, Patch};

use super::{board_of, carry_out, is_mine};
use crate::{app::App, member::Writer, workspace::Workspace};

#[derive(Template)]
#[template(path = "pipeline/close.html")]
struct Close {
    frame: Frame,
    id: LeadId,
    version: String,
    name: String,
    /// Where it stands, and stays if nobody says why.
    from: &'static str,
    /// The end that was asked for; without one, the reason says which it is.
    to: Option<LeadStatus>,
    reasons: Vec<(&'static str, String)>,
    form: Filled,
    only_mine: bool,
    back: &'static str,
}

/// Where a lead's end is asked about.
pub(super) fn address(id: LeadId, to: LeadStatus, only_mine: bool) -> String {
    let mine = if only_mine { "&assignedTo=me" } else { "" };
    format!("/pipeline/{id}/close?to={to}{mine}")
}

/// Asks.
pub(crate) async fn ask(
    _: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    params: Params,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let to = params.filled("to").map(str::parse::<LeadStatus>).transpose();
    let to = to.ok().filter(|to| to.is_none_or(LeadStatus::is_closed));
    let to = to.ok_or("What a lead ends as must be won or lost.");
    let to = errors.keep("to", "invalid", to).flatten();
    errors.finish()?;
    let asked = Asked {
        to,
        only_mine: is_mine(&params),
        form: Filled::default(),
    };
    page::private(&draw(&app, &workspace, id, asked).await?)
}

/// Closes the lead for the reason that was given, or asks again when none was.
pub(crate) async fn close(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<LeadId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let only_mine = typed.ticked("mine");
    let mut errors = FieldErrors::default();
    let reason = match typed.filled("closeReason") {
        Some(word) => errors.keep("closeReason", "unknown", word.parse::<CloseReason>()),
        None => {
            errors.add("closeReason", "required", "Choose the reason that fits best.");
            None
        }
    };
    let Some(reason) = reason else {
        let to: Option<LeadStatus> = typed.get("to").parse().ok();
        let asked = Asked {
            to: to.filter(|to| to.is_closed()),
            only_mine,
            form: Filled::new(typed, errors),
        };
        return page::refused(&draw(&app, &workspace, id, asked).await?);
    };
    let wanted = LeadChange {
        status: Some(reason.status()),
        close_reason: Patch::Set(reason),
        ..LeadChange::default()
    };
    let seen = IfMatch::of_form(typed.get("version"));
    carry_out((&app, &workspace), &writer, (id, &seen), wanted, only_mine).await
}

/// What is asked, and what was answered so far.
struct Asked {
    to: Option<LeadStatus>,
    only_mine: bool,
    form: Filled,
}

async fn draw(app: &App, workspace: &Workspace, id: LeadId, asked: Asked) -> Result<Close, Failure> {
    let scope = &workspace.member.scope;
    workspace.require(Feature::CrmPipeline)?;
    let mut tx = app.db.read(scope).await?;
    let LeadWithContact { lead, contact, .. } =
        leads::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)?;
    let counts = workspace.counts(&mut tx).await?;
    let Asked { to, only_mine, form } = asked;
    Ok(Close {
        frame: workspace.framed(&counts),
        id,
        // What was seen when it was first asked is what must not have changed since.
        version: match form.value("version") {
            "" => lead.version.to_string(),
            seen => seen.to_owned(),
        },
        name: contact
            .as_ref()
            .map_or("Unknown visitor", Contact::display_name)
            .to_owned(),
        from: lead.status.label(),
        to,
        reasons: reasons(to),
        form,
        only_mine,
        back: board_of(only_mine),
    })
}

fn reasons(to: Option<LeadStatus>) -> Vec<(&'static str, String)> {
    let first = ("", "Choose a reason".to_owned());
    let known = CloseReason::ALL
        .iter()
        .filter(|reason| to.is_none_or(|to| reason.status() == to));
    let each = known.map(|reason| match to {
        Some(_) => (reason.as_str(), reason.label().to_owned()),
        None => (
            reason.as_str(),
            format!("{}: {}", reason.status().label(), reason.label().to_lowercase()),
        ),
    });
    std::iter::once(first).chain(each).collect()
}
