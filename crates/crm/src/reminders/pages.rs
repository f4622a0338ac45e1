//! `/reminders`: what is overdue, what is for today, what comes later, and a form for the next.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        contacts, leads, members,
        reminders::{self, ReminderFilter, ReminderWithNames},
    },
};
use jiff::{SignedDuration, Timestamp};
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    etag::IfMatch,
    page::{self, Pager},
};
use types::{Contact, ContactId, LeadId, PersonId, Reminder, ReminderChange, ReminderId, Text};

use super::{
    NO_TIME, Row, back_of, edit, filter,
    keep::{self, NewReminder},
};
use crate::{
    app::App,
    calendar::{self, Address},
    dialog::Dialog,
    events::Live,
    hands,
    member::Writer,
    once, sides,
    workspace::Workspace,
};

#[derive(Template)]
#[template(path = "reminders/list.html")]
struct List {
    frame: Frame,
    live: Live,
    chips: Vec<Chip>,
    groups: Vec<Group>,
    is_done: bool,
    /// Shows only what is due by some time.
    is_narrowed: bool,
    pager: Pager,
    may_write: bool,
    form: Filled,
    /// Whom the form is about, and where they are found: it came from a lead's page and was refused.
    about: Option<(String, String)>,
    clock: &'static str,
    calendar: Address,
    /// Who may be given a reminder.
    people: Vec<(String, String)>,
}

impl List {
    /// Whether whoever shall do it is among those who may be given it.
    fn may_have(&self, row: &Row) -> bool {
        self.people.iter().any(|(id, _)| *id == row.assigned_to)
    }
}

/// Whose, and whether open.
struct Chip {
    label: &'static str,
    href: String,
    is_chosen: bool,
}

/// Reminders under one heading.
struct Group {
    heading: &'static str,
    is_overdue: bool,
    rows: Vec<(Row, Forms)>,
}

/// What a reminder in the list is changed with.
struct Forms {
    editing: Dialog,
    /// What the form that corrects it says before anybody touched it.
    stored: Submitted,
    /// Where one is asked whether it shall go.
    delete: String,
}

impl Forms {
    /// Each of them leads back to the list that was asked for with `params`.
    fn new(reminder: &Reminder, workspace: &Workspace, params: &Params) -> Self {
        let editing = Dialog::of(&reminder.id.to_string(), "/reminders", params);
        let back = Submitted::default().query_with("back", Some(&editing.closed));
        Self {
            delete: format!("/reminders/{}/delete?{back}", reminder.id),
            stored: edit::as_it_is(reminder, &workspace.zone),
            editing,
        }
    }

    /// The version that the form corrects, and what that says.
    fn hidden(&self) -> Vec<(&str, &str)> {
        sides::hidden(&self.stored)
    }
}

/// Shows the list.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let form = untouched(&app, &workspace);
    page::private(&load(&app, &workspace, &params, form).await?)
}

/// Writes a reminder down, from this page, a lead's or a contact's.
pub(crate) async fn create(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    let title = Text::<200>::parse(typed.get("title")).map_err(|error| format!("What to do {error}."));
    let title = errors.keep("title", "invalid", title);
    let due_at = workspace.zone.read(typed.get("dueAt"));
    let due_at = due_at.ok_or(NO_TIME);
    let due_at = errors.keep("dueAt", "invalid", due_at);
    let lead_id = typed.filled("leadId").map(str::parse::<LeadId>);
    let lead_id = lead_id.transpose().map_err(|_| Failure::NotFound)?;
    let contact_id = typed.filled("contactId").map(str::parse::<ContactId>);
    let contact_id = contact_id.transpose().map_err(|_| Failure::NotFound)?;
    let assigned_to = typed.filled("assignedTo").map(str::parse::<PersonId>).transpose();
    let assigned_to = assigned_to.map_err(|_| "Who shall do it must be one of the choices.");
    let assigned_to = errors.keep("assignedTo", "invalid", assigned_to);
    let Some(((title, due_at), assigned_to)) = title.zip(due_at).zip(assigned_to) else {
        let filled = Filled::new(typed, errors);
        return page::refused(&load(&app, &workspace, &Params::default(), filled).await?);
    };
    let wanted = NewReminder {
        id: once::id(&app, &typed).into(),
        title: title.into_string(),
        due_at,
        lead_id,
        contact_id,
        assigned_to,
    };
    match keep::add(&app, &writer, wanted).await {
        Err(Failure::Invalid(errors)) => {
            let filled = Filled::new(typed, errors);
            return page::refused(&load(&app, &workspace, &Params::default(), filled).await?);
        }
        added => drop(added?),
    }
    let back = match (lead_id, contact_id) {
        (Some(id), _) => format!("/leads/{id}"),
        (None, Some(id)) => format!("/contacts/{id}"),
        (None, None) => "/reminders".to_owned(),
    };
    let when = workspace.zone.due(due_at, workspace.now).short;
    let told = format!("Reminder saved: {when}.");
    Ok(Flash::success(told).on(page::see_other(&back), &workspace.facts))
}

/// Does what a button of a row says.
pub(crate) async fn change(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ReminderId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    if typed.get("action") == "save" {
        return edit::save((&app, &writer), &workspace, id, typed).await;
    }
    let seen = IfMatch::of_form(typed.get("version"));
    let completed = |is_completed| ReminderChange {
        is_completed: Some(is_completed),
        ..ReminderChange::default()
    };
    let (wanted, told) = match typed.get("action") {
        "done" => (
            Some(completed(true)),
            "Done, and noted in the timeline.".to_owned(),
        ),
        "reopen" => (Some(completed(false)), "Open again.".to_owned()),
        "tomorrow" => put_off(&app, &workspace, id, 1).await?,
        "next-week" => put_off(&app, &workspace, id, 7).await?,
        "delete" => (None, "Reminder deleted.".to_owned()),
        _ => return Err(Failure::malformed("action is not one of this form's.")),
    };
    let done = match wanted {
        Some(wanted) => keep::change(&app, &writer, id, &seen, wanted).await.map(drop),
        None => keep::remove(&app, &writer, id, &seen).await,
    };
    let back = page::see_other(back_of(&typed));
    match done {
        Ok(()) => Ok(Flash::success(told).on(back, &workspace.facts)),
        Err(Failure::Stale) => {
            let told = "Somebody changed that reminder meanwhile: here is how it stands now.";
            Ok(Flash::danger(told).on(back, &workspace.facts))
        }
        Err(failure) => Err(failure),
    }
}

/// What puts a reminder off, and what is told of it: the time, because it may be far ahead.
async fn put_off(
    app: &App,
    workspace: &Workspace,
    id: ReminderId,
    days: i8,
) -> Result<(Option<ReminderChange>, String), Failure> {
    let (zone, now) = (&workspace.zone, workspace.now);
    let found = keep::read(app, &workspace.member, id).await?;
    let later = zone.put_off(found.reminder.due_at, days, now);
    let wanted = ReminderChange {
        due_at: Some(later),
        ..ReminderChange::default()
    };
    Ok((Some(wanted), format!("Put off: {}.", zone.due(later, now).short)))
}

/// The form before anybody typed: in an hour, for whoever fills it in.
pub(crate) fn untouched(app: &App, workspace: &Workspace) -> Filled {
    let soon = workspace.now.saturating_add(SignedDuration::from_hours(1));
    let values = Submitted::default()
        .with("dueAt", workspace.zone.typed(soon.unwrap_or(Timestamp::MAX)))
        .with("assignedTo", workspace.member.person_id().to_string());
    once::form(app, values)
}

async fn load(app: &App, workspace: &Workspace, params: &Params, form: Filled) -> Result<List, Failure> {
    let filter = filter(params, &workspace.member, (&workspace.zone, workspace.now))?;
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let live = Live::of(&mut tx, workspace, "contact lead").await?;
    let counts = workspace.counts(&mut tx).await?;
    let found = reminders::list(&mut tx, scope, &filter, params.page()).await?;
    let total = reminders::count(&mut tx, scope, &filter).await?;
    let calendar = calendar::address(&mut tx, workspace).await?;
    let about = about(&mut tx, workspace, &form).await?;
    let members = members::list(&mut tx, scope).await?;
    Ok(List {
        frame: workspace.framed(&counts),
        live: live.redrawn_if(params.page().offset() == 0),
        chips: chips(&filter, params),
        is_done: filter.is_done,
        is_narrowed: filter.due_before.is_some(),
        pager: Pager::of("reminders", ("/reminders", params), &found, Some(total)),
        groups: groups(found.items, filter.is_done, workspace, params),
        may_write: workspace.may_write(),
        form,
        about,
        clock: workspace.zone.clock(),
        calendar,
        people: hands::choices(&members, None),
    })
}

/// Whom a form is about, if it names a lead or a contact.
async fn about(
    tx: &mut Tx,
    workspace: &Workspace,
    form: &Filled,
) -> Result<Option<(String, String)>, Failure> {
    let scope = &workspace.member.scope;
    let (contact, href) = if let Some(id) = form.values.filled("leadId") {
        let id: LeadId = id.parse().map_err(|_| Failure::NotFound)?;
        let lead = leads::find(tx, scope, id).await?;
        (lead.ok_or(Failure::NotFound)?.contact, format!("/leads/{id}"))
    } else if let Some(id) = form.values.filled("contactId") {
        let id: ContactId = id.parse().map_err(|_| Failure::NotFound)?;
        let contact = contacts::find(tx, scope, id).await?;
        (Some(contact.ok_or(Failure::NotFound)?), format!("/contacts/{id}"))
    } else {
        return Ok(None);
    };
    let name = contact.as_ref().map_or("Unknown visitor", Contact::display_name);
    Ok(Some((name.to_owned(), href)))
}

/// Whose, and which of them. What is due is asked of whoever is chosen already.
fn chips(filter: &ReminderFilter, params: &Params) -> Vec<Chip> {
    let mine = filter.assigned_to.is_some();
    let whose = params.only(|name| name == "assignedTo");
    let of_them = |name, word| format!("/reminders?{}", whose.query_with(name, Some(word)));
    let is_due = |word| params.filled("due") == Some(word);
    let chip = |label, href: String, is_chosen| Chip {
        label,
        href,
        is_chosen,
    };
    let everybodys = !mine && !filter.is_done;
    vec![
        chip("Everybody's", "/reminders".to_owned(), everybodys),
        chip(
            "Mine",
            "/reminders?assignedTo=me".to_owned(),
            mine && !filter.is_done,
        ),
        chip("Overdue", of_them("due", "overdue"), is_due("overdue")),
        chip("Today", of_them("due", "today"), is_due("today")),
        chip("Done", "/reminders?status=done".to_owned(), filter.is_done),
    ]
}

/// Splits the list, which is in order already, under its headings.
fn groups(
    found: Vec<ReminderWithNames>,
    is_done: bool,
    workspace: &Workspace,
    params: &Params,
) -> Vec<Group> {
    let (zone, now) = (&workspace.zone, workspace.now);
    let mut groups: Vec<Group> = Vec::new();
    for found in found {
        let due_at = found.reminder.due_at;
        let heading = match () {
            () if is_done => "Done",
            () if due_at < now => "Overdue",
            () if zone.is_same_day(due_at, now) => "Today",
            () => "Later",
        };
        let forms = Forms::new(&found.reminder, workspace, params);
        let row = (Row::new(found, zone, now), forms);
        match groups.last_mut().filter(|group| group.heading == heading) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                heading,
                is_overdue: heading == "Overdue",
                rows: vec![row],
            }),
        }
    }
    groups
}
