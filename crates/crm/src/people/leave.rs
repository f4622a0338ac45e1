//! Removing a member: who takes over what they had to do, and a question.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{departures, members};
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Path, Submitted,
    etag::IfMatch,
    page::{self, amount},
    session::CRM,
};
use types::{Member, PersonId, Role};

use super::{
    Keeper,
    keep::{self, Handover},
};
use crate::{app::App, workspace::Workspace};

#[derive(Template)]
#[template(path = "people/leave.html")]
struct Sure {
    frame: Frame,
    id: String,
    name: String,
    is_me: bool,
    /// Nobody else owns the workspace: then they stay.
    is_last_owner: bool,
    leads: String,
    reminders: String,
    leads_to: Vec<(String, String)>,
    reminders_to: Vec<(String, String)>,
    form: Filled,
}

/// Shows what they leave behind, and asks.
pub(crate) async fn ask(
    keeper: Keeper,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<PersonId>,
) -> Result<Response, Failure> {
    let form = Filled::default();
    page::private(&sure(&app, (&keeper, &workspace), id, form).await?)
}

/// Removes them. Whoever removes themselves is signed out with it.
pub(crate) async fn remove(
    keeper: Keeper,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let is_me = id == keeper.0.person_id();
    let handover = handover(&typed, &mut errors);
    if is_me && !typed.ticked("sure") {
        errors.add(
            "sure",
            "required",
            "Tick it, so that this is no slip of the hand.",
        );
    }
    let refused = match errors.is_empty() {
        true => match keep::remove(&app, &keeper, (id, &IfMatch::default()), handover).await {
            Ok((member, _)) => return Ok(gone(&member, is_me, &workspace)),
            Err(Failure::Invalid(wrong)) => wrong,
            Err(Failure::Conflict(conflict)) => {
                let back = page::see_other(&format!("/settings/people/{id}"));
                return Ok(Flash::danger(conflict.detail).on(back, &workspace.facts));
            }
            Err(failure) => return Err(failure),
        },
        false => errors,
    };
    let filled = Filled::new(typed, refused);
    page::refused(&sure(&app, (&keeper, &workspace), id, filled).await?)
}

/// Who takes over, by a form.
pub(super) fn handover(typed: &Submitted, errors: &mut FieldErrors) -> Handover {
    Handover {
        leads_to: chosen(typed, "leadsTo", errors),
        reminders_to: chosen(typed, "remindersTo", errors),
    }
}

/// Who may have the leads of somebody.
pub(super) fn leads_to(all: &[Member], id: PersonId) -> Vec<(String, String)> {
    let pool = (String::new(), "The pool: whoever claims them".to_owned());
    let heirs = all.iter().filter(|other| keep::takes_over(other, id));
    std::iter::once(pool).chain(heirs.map(option)).collect()
}

/// Who may have their reminders: the one who stands in comes first, and is chosen unless another is.
pub(super) fn reminders_to(all: &[Member], (id, owner): (PersonId, PersonId)) -> Vec<(String, String)> {
    let stand_in = keep::stands_in(all, owner, id);
    let heirs = all.iter().filter(|other| keep::takes_over(other, id));
    let (first, others): (Vec<_>, Vec<_>) =
        heirs.partition(|heir| stand_in.is_some_and(|stand_in| stand_in.person_id == heir.person_id));
    first.into_iter().chain(others).map(option).collect()
}

fn option(heir: &Member) -> (String, String) {
    (heir.person_id.to_string(), heir.name.clone())
}

fn chosen(typed: &Submitted, field: &str, errors: &mut FieldErrors) -> Option<PersonId> {
    let parsed = typed.filled(field)?.parse();
    errors.keep(
        field,
        "unknown",
        parsed.map_err(|_| "Choose a member from the list."),
    )
}

fn gone(member: &Member, is_me: bool, workspace: &Workspace) -> Response {
    let facts = &workspace.facts;
    if is_me {
        return CRM.take_away(facts, page::see_other("/sign-in"));
    }
    let told = format!(
        "{} is no member any more. What they did stays under their name.",
        member.name
    );
    Flash::success(told).on(page::see_other("/settings/people"), facts)
}

async fn sure(
    app: &App,
    (Keeper(owner), workspace): (&Keeper, &Workspace),
    id: PersonId,
    form: Filled,
) -> Result<Sure, Failure> {
    let scope = &owner.scope;
    let mut tx = app.db.read(scope).await?;
    let all = members::list(&mut tx, scope).await?;
    let found = all.iter().find(|member| member.person_id == id);
    let member = found.ok_or(Failure::NotFound)?;
    let counts = workspace.counts(&mut tx).await?;
    let left = departures::belongings(&mut tx, scope, id).await?;
    let is_other_owner = |other: &Member| other.role == Role::Owner && other.person_id != id;
    Ok(Sure {
        frame: workspace.framed(&counts),
        id: id.to_string(),
        name: member.name.clone(),
        is_me: id == owner.person_id(),
        is_last_owner: member.role == Role::Owner && !all.iter().any(is_other_owner),
        leads: amount(left.lead_count, "open lead"),
        reminders: amount(left.reminder_count, "open reminder"),
        leads_to: leads_to(&all, id),
        reminders_to: reminders_to(&all, (id, owner.person_id())),
        form,
    })
}
