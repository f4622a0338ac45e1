//! `/leads/new`: a lead a member heard of elsewhere, for somebody who is typed in with it or known already.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{contacts, leads, members},
};
use server::{Failure, FieldErrors, Filled, Form, Frame, Params, Submitted, page};
use types::{Contact, ContactId, Lead, LeadChange, LeadId, LeadType, Patch, PersonId, Text, sources};

use super::{
    choices::assignees,
    open::{hold, open_in},
};
use crate::{
    app::App,
    contacts::{
        add::add,
        edit,
        new::{Known, refuse, typed_in, who},
        saved,
    },
    hands,
    member::Writer,
    once,
    workspace::Workspace,
};

#[derive(Template)]
#[template(path = "leads/new.html")]
struct New {
    frame: Frame,
    form: Filled,
    /// For whom it is, if they are known already.
    whose: Option<Known>,
    /// Who has what was typed.
    known: Option<Known>,
    kinds: Vec<(&'static str, &'static str)>,
    assignees: Vec<(String, String)>,
}

/// What was typed, apart from who it is about.
struct Wanted {
    lead_type: LeadType,
    known: LeadChange,
}

/// Shows the form, for `contactId` if one is named.
pub(crate) async fn show(
    _: Writer,
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let values = Submitted::default()
        .with("leadType", LeadType::Buyer.as_str())
        .with("contactId", params.filled("contactId").unwrap_or_default());
    page::private(&load(&app, &workspace, once::form(&app, values), None).await?)
}

/// Opens it.
pub(crate) async fn create(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (wanted, mut errors) = read(&typed);
    let id: LeadId = once::id(&app, &typed).into();
    let mut tx = app.db.write(&writer.0.scope).await?;
    let mut known = None;
    let mut told = "The lead is open.".to_owned();
    let mut to = None;
    // Seen or not: who gave it away by this form, and sends it again, made it already.
    let is_open = leads::is_there(&mut tx, &writer.0.scope, id).await?;
    if is_open {
        drop(tx);
    } else {
        let whose = match whose(&mut tx, &app, &writer, (&typed, &mut errors)).await {
            Err(Failure::Conflict(conflict)) => {
                known = who(&mut tx, &writer, &conflict).await?;
                refuse(&mut errors, conflict);
                None
            }
            found => found?,
        };
        let Some((wanted, contact)) = wanted.zip(whose) else {
            drop(tx);
            return page::refused(&load(&app, &workspace, Filled::new(typed, errors), known).await?);
        };
        let mut lead = Lead::new(id, wanted.lead_type, sources::CRM_MANUAL, app.clock.now());
        lead.contact_id = Some(contact.id);
        to = (open_in(&mut tx, &app, &writer, (lead, wanted.known)).await?).assigned_to;
        tx.commit().await?;
        told = saved("The lead is open.", &contact);
    }
    let (flash, back) = hands::way_back(&app, &writer, (id, to), told).await?;
    Ok(flash.on(page::see_other(&back), &workspace.facts))
}

/// For whom it is: held if they are known, made if not. None, and why, when neither can be.
async fn whose(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    (typed, errors): (&Submitted, &mut FieldErrors),
) -> Result<Option<Contact>, Failure> {
    if let Some(id) = typed.filled("contactId") {
        let id = id.parse().map_err(|_| Failure::NotFound)?;
        return Ok(Some(hold(tx, writer, id).await?));
    }
    let (wanted, wrong) = edit::read(typed);
    for error in wrong.iter() {
        errors.add(error.pointer.clone(), error.code, error.detail.clone());
    }
    let contact = typed_in(app, ContactId::new(&*app.ids), wanted, errors);
    if let Some(contact) = &contact {
        add(tx, app, writer, contact).await?;
    }
    Ok(contact)
}

fn read(typed: &Submitted) -> (Option<Wanted>, FieldErrors) {
    let mut errors = FieldErrors::default();
    let lead_type = typed.get("leadType").parse().ok();
    let lead_type = lead_type.filter(|kind: &LeadType| kind.may_be_typed_in());
    let lead_type = lead_type.ok_or("Choose what the lead is about.");
    let lead_type = errors.keep("leadType", "unknown", lead_type);
    let notes = typed.filled("notes").map(Text::<10_000>::parse).transpose();
    let notes = notes.map_err(|error| format!("What they want {error}."));
    let notes = errors.keep("notes", "invalid", notes);
    let assignee = typed.filled("assignedTo").map(str::parse::<PersonId>).transpose();
    let assignee = assignee.map_err(|_| "Assigned to must be one of the choices.");
    let assignee = errors.keep("assignedTo", "invalid", assignee);
    let wanted = lead_type
        .zip(notes.zip(assignee))
        .map(|(lead_type, (notes, assignee))| Wanted {
            lead_type,
            known: LeadChange {
                notes: notes.map_or(Patch::Keep, |notes| Patch::Set(notes.into_string())),
                assigned_to: assignee.map_or(Patch::Keep, Patch::Set),
                ..LeadChange::default()
            },
        });
    (wanted, errors)
}

async fn load(app: &App, workspace: &Workspace, form: Filled, known: Option<Known>) -> Result<New, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let whose = match form.value("contactId") {
        "" => None,
        id => {
            let id: ContactId = id.parse().map_err(|_| Failure::NotFound)?;
            let found = contacts::find(&mut tx, scope, id)
                .await?
                .ok_or(Failure::NotFound)?;
            Some(Known {
                id,
                name: found.display_name().to_owned(),
            })
        }
    };
    let kinds = LeadType::ALL.iter().filter(|kind| kind.may_be_typed_in());
    let mut assignees = assignees(&members::list(&mut tx, scope).await?, None);
    // Nobody named is not nobody: the rules are asked.
    "Whoever the rules say".clone_into(&mut assignees[0].1);
    Ok(New {
        kinds: kinds.map(|kind| (kind.as_str(), kind.label())).collect(),
        assignees,
        frame: workspace.framed(&workspace.counts(&mut tx).await?),
        form,
        whose,
        known,
    })
}
