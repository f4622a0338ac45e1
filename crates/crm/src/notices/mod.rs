//! `/notices`: what happened to one's leads while one looked elsewhere, until one has read it.

pub(crate) mod api;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::notices::{self, NoticeFilter, NoticeWithNames},
};
use server::{
    Failure, Flash, Form, Frame, Params, Path,
    page::{self, Pager},
};
use types::{Lead, Notice, NoticeId, NoticeKind, PersonId, notices::told_of_a_move};

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
        .map(|to| Notice::new(NoticeId::new(&*app.ids), to, lead.id, by, app.clock.now()))
        .collect();
    Ok(notices::insert(tx, &writer.0.scope, &told).await?)
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
    /// The lead's page, while they see it.
    href: Option<String>,
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
        href: found.is_seen.then(|| format!("/leads/{}", notice.lead_id)),
        when: workspace.zone.when(notice.created_at, workspace.now),
        is_unread: notice.read_at.is_none(),
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
        NoticeKind::LeadTaken => format!("{who} took {lead} from you."),
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
