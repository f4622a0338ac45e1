//! What is said once for all: the zone of rules' hours, who sits out, which leads agents see, who hears of what is overdue.

use axum::{extract::State, response::Response};
use db::tenant::{
    assignment, members,
    orphans::{self, Among},
};
use jiff::tz::TimeZone;
use server::{
    Failure, Flash, Form, Path,
    page::{self, amount},
};
use types::{AgentsSee, PersonId, Role};

use super::note;
use crate::{
    app::App,
    hands::occasion,
    member::{Member, Owner, Writer},
    workspace::Workspace,
};

/// `POST /settings/zone`.
pub(crate) async fn set_zone(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let zone = typed.get("zone").trim();
    let is_known = zone.len() <= 64 && TimeZone::get(zone).is_ok();
    if !is_known {
        let told = "Choose the zone by its name, such as America/New_York.";
        return Ok(Flash::danger(told).on(page::see_other("/settings/assignment"), &workspace.facts));
    }
    let mut tx = app.db.write(&owner.0.scope).await?;
    assignment::set_zone(&mut tx, &owner.0.scope, zone, workspace.now).await?;
    let what = format!("Set the time zone of the office to {zone}");
    note(&mut tx, &app, &owner, (what, workspace.now)).await?;
    tx.commit().await?;
    let told = format!("Hours of rules are in {zone} now.");
    Ok(Flash::success(told).on(page::see_other("/settings/assignment"), &workspace.facts))
}

/// `POST /settings/agents-see`: holds from everybody's next request on. What agents have to do about what they do not see
/// any more is others' then.
pub(crate) async fn set_agents_see(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let agents_see: AgentsSee = typed
        .get("agentsSee")
        .parse()
        .map_err(|error| Failure::invalid("/agentsSee", "unknown", format!("What agents see {error}.")))?;
    let scope = &owner.0.scope;
    let mut tx = app.db.write(scope).await?;
    // First: nobody who is given a reminder leaves meanwhile.
    members::hold(&mut tx, scope).await?;
    assignment::set_agents_see(&mut tx, scope, agents_see, workspace.now).await?;
    let given = orphans::settle(&mut tx, scope, &occasion(&app, &owner.0), Among::All).await?;
    let what = match agents_see {
        AgentsSee::All => "Let agents see every lead",
        AgentsSee::Own => "Let agents see their own and unclaimed leads only",
    };
    note(&mut tx, &app, &owner, (what.to_owned(), workspace.now)).await?;
    tx.commit().await?;
    let told = match agents_see {
        AgentsSee::All => "Agents see every lead now.".to_owned(),
        AgentsSee::Own if given == 0 => "Agents see their own and unclaimed leads now.".to_owned(),
        AgentsSee::Own => format!(
            "Agents see their own and unclaimed leads now: {} went to who sees what it was about.",
            amount(given, "reminder")
        ),
    };
    Ok(Flash::success(told).on(page::see_other("/settings"), &workspace.facts))
}

/// `POST /settings/reminders`: whether anybody is told of what is overdue.
pub(crate) async fn set_escalates(
    Owner(owner): Owner,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let owner = Writer(owner);
    let escalates = match typed.get("escalates") {
        "yes" => true,
        "no" => false,
        _ => return Err(Failure::invalid("/escalates", "unknown", "Say yes or no.")),
    };
    let mut tx = app.db.write(&owner.0.scope).await?;
    assignment::set_escalates_reminders(&mut tx, &owner.0.scope, escalates, workspace.now).await?;
    let what = match escalates {
        true => "Let members and owners be told of overdue reminders",
        false => "Let nobody be told of overdue reminders",
    };
    note(&mut tx, &app, &owner, (what.to_owned(), workspace.now)).await?;
    tx.commit().await?;
    let told = match escalates {
        true => "Members and owners are told of overdue reminders now.",
        false => "Nobody is told of overdue reminders any more.",
    };
    Ok(Flash::success(told).on(page::see_other("/settings"), &workspace.facts))
}

/// `POST /settings/members/{id}/turns`: whether rules give somebody new leads. Owners say so of anybody, everybody of
/// themselves.
pub(crate) async fn set_paused(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<PersonId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let me = &writer.0;
    let is_paused = typed.get("takes") == "no";
    let mut tx = app.db.write(&me.scope).await?;
    let member = members::find(&mut tx, &me.scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    check(me, id)?;
    if member.is_paused != is_paused {
        members::set_paused(&mut tx, &me.scope, id, is_paused).await?;
        let what = match is_paused {
            true => format!("Paused new leads for {}", member.name),
            false => format!("Resumed new leads for {}", member.name),
        };
        note(&mut tx, &app, &writer, (what, workspace.now)).await?;
        tx.commit().await?;
    }
    let told = match is_paused {
        true => format!("{} is passed over by the rules now.", member.name),
        false => format!("{} is given new leads again.", member.name),
    };
    let back = if typed.get("back") == "assignment" {
        "/settings/assignment"
    } else {
        "/settings"
    };
    Ok(Flash::success(told).on(page::see_other(back), &workspace.facts))
}

fn check(me: &Member, id: PersonId) -> Result<(), Failure> {
    if me.person.role == Role::Owner || me.person_id() == id {
        return Ok(());
    }
    Err(Failure::forbidden(
        "Only an owner of the workspace pauses the leads of others.",
    ))
}
