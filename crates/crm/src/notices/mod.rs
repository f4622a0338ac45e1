//! `/notices`: what happened to one's leads and reminders while one looked elsewhere, until one has read it.

pub(crate) mod api;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    TenantScope, Tx,
    tenant::notices::{self, NoticeFilter, NoticeWithNames},
};
use jiff::Timestamp;
use server::{
    Failure, Flash, Form, Frame, Params, Path,
    page::{self, Pager, amount},
};
use types::{Ids, Lead, Notice, NoticeId, NoticeKind, PersonId, notices::told_of_a_move};

use crate::{app::App, events::Live, member::Writer, workspace::Workspace, zone::When};

/// Tells whoever had a lead and whoever has it now, but not whoever did it.
pub(crate) async fn tell_of_a_move(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    (lead, from): (&Lead, Option<PersonId>),
    by: Option<PersonId>,
) -> Result<(), Failure> {
    let told: Vec<_> = told_of_a_move((from, lead.assigned_to), by)
        .map(|to| {
            let notice = Notice::new(NoticeId::new(&*app.ids), to, lead.id, by, app.clock.now());
            match notice.kind {
                NoticeKind::LeadGiven => notice.by_mail(),
                _ => notice,
            }
        })
        .collect();
    Ok(notices::insert(tx, &writer.0.scope, &told).await?)
}

/// Tells somebody that many leads are theirs now, once, unless they did it themselves or it was none.
pub(crate) async fn tell_of_many(
    tx: &mut Tx,
    (scope, ids): (&TenantScope, &dyn Ids),
    (to, count): (PersonId, i64),
    (by, now): (PersonId, Timestamp),
) -> db::Result<()> {
    if to == by || count == 0 {
        return Ok(());
    }
    let told = Notice::of_leads(NoticeId::new(ids), (to, count), by, now).by_mail();
    notices::insert(tx, scope, &[told]).await
}

#[derive(Template)]
#[template(path = "notices/list.html")]
struct List {
    frame: Frame,
    live: Live,
    rows: Vec<Row>,
    unread: i64,
    pager: Pager,
}

/// A notice as its member reads it.
struct Row {
    id: String,
    sentence: String,
    /// Where to look, while they see it, and what is there.
    href: Option<(String, &'static str)>,
    when: When,
    is_unread: bool,
}

/// Shows one's own, newest first.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let me = &workspace.member;
    let mut tx = app.db.read(&me.scope).await?;
    let live = Live::of(&mut tx, &workspace, "lead").await?;
    let counts = workspace.counts(&mut tx).await?;
    let mine = NoticeFilter {
        of: me.person_id(),
        is_unread: false,
        after: None,
    };
    let found = notices::list(&mut tx, &me.scope, &mine, params.page()).await?;
    page::private(&List {
        frame: workspace.framed(&counts),
        live: live.redrawn_if(params.page().offset() == 0),
        unread: counts.unread_count,
        pager: Pager::of("notices", ("/notices", &params), &found, None),
        rows: found
            .items
            .into_iter()
            .map(|notice| row(notice, &workspace))
            .collect(),
    })
}

fn row(found: NoticeWithNames, workspace: &Workspace) -> Row {
    let notice = &found.notice;
    Row {
        id: notice.id.to_string(),
        sentence: sentence(&found),
        href: place(&found),
        when: workspace.zone.when(notice.created_at, workspace.now),
        is_unread: notice.read_at.is_none(),
    }
}

/// The lead's page, or one's list of reminders for one about no lead.
fn place(found: &NoticeWithNames) -> Option<(String, &'static str)> {
    let lead = found.notice.lead_id.filter(|_| found.is_seen);
    let reminder = found.reminder_title.as_ref();
    match (lead, reminder) {
        _ if found.notice.kind == NoticeKind::LeadsGiven => {
            Some(("/leads?assignedTo=me".to_owned(), "Show your leads"))
        }
        _ if found.notice.kind == NoticeKind::RemindersGiven => {
            Some(("/reminders".to_owned(), "Show your reminders"))
        }
        (Some(id), _) => Some((format!("/leads/{id}"), "Open the lead")),
        (None, Some(_)) => Some(("/reminders?due=overdue".to_owned(), "Show what is overdue")),
        (None, None) => None,
    }
}

/// `Olga Member gave you the lead of Ana Ruiz.`
fn sentence(found: &NoticeWithNames) -> String {
    let lead = match (&found.contact_name, found.is_seen) {
        (Some(name), _) => format!("the lead of {name}"),
        (None, true) => "a lead of an unknown visitor".to_owned(),
        (None, false) => "a lead".to_owned(),
    };
    let who = match (&found.actor_name, found.notice.actor) {
        (Some(name), _) => name.as_str(),
        (None, Some(_)) => "Somebody",
        (None, None) => "A rule",
    };
    match found.notice.kind {
        NoticeKind::LeadGiven => format!("{who} gave you {lead}."),
        NoticeKind::LeadsGiven => {
            let count = found.notice.lead_count.unwrap_or_default();
            format!("{who} gave you {}.", amount(count, "lead"))
        }
        NoticeKind::LeadsTaken => {
            let count = found.notice.lead_count.unwrap_or_default();
            format!("{who} took {} from you.", amount(count, "lead"))
        }
        NoticeKind::RemindersGiven => match found.notice.lead_count.unwrap_or_default() {
            1 => "1 reminder is yours to do now.".to_owned(),
            count => format!("{} are yours to do now.", amount(count, "reminder")),
        },
        NoticeKind::LeadTaken => format!("{who} took {lead} from you."),
        NoticeKind::ReminderOverdue => format!("{} is overdue.", to_do(found)),
        NoticeKind::ReminderEscalated => {
            let who = found.assignee_name.as_deref().unwrap_or("Somebody");
            let what = match found.reminder_title {
                Some(_) => to_do(found),
                None => "a reminder".to_owned(),
            };
            format!("{who} has not done what is overdue: {what}.")
        }
    }
}

/// What was to be done, and whom it is about.
fn to_do(found: &NoticeWithNames) -> String {
    match (&found.reminder_title, &found.contact_name) {
        (Some(title), Some(name)) => format!("“{title}” about {name}"),
        (Some(title), None) => format!("“{title}”"),
        (None, _) => "A reminder".to_owned(),
    }
}

/// Marks all as read.
pub(crate) async fn read_all(workspace: Workspace, State(app): State<App>) -> Result<Response, Failure> {
    let me = &workspace.member;
    let mut tx = app.db.write(&me.scope).await?;
    notices::read_all(&mut tx, &me.scope, me.person_id(), workspace.now).await?;
    tx.commit().await?;
    let back = page::see_other("/notices");
    Ok(Flash::success("All read.").on(back, &workspace.facts))
}

/// Marks one as read, or as unread again.
pub(crate) async fn mark(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<NoticeId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let read_at = (typed.get("action") != "unread").then_some(workspace.now);
    let me = &workspace.member;
    let mut tx = app.db.write(&me.scope).await?;
    if !notices::set_read(&mut tx, &me.scope, (me.person_id(), id), read_at).await? {
        return Err(Failure::NotFound);
    }
    tx.commit().await?;
    Ok(page::see_other("/notices"))
}
