//! `/bulk-edits`: choosing what is to be different about many leads or contacts, watching it happen, and taking it back.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{
    bulk_edits::{self, records},
    members,
};
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    page::{self, Pager},
};
use types::{BulkChange, BulkEdit, BulkEditId, EditSubject, EditedRecord, LeadStatus, Meant, Member};

use super::{
    keep,
    progress::{Progress, status, tone},
    trace,
    wish::{self, Wish},
};
use crate::{
    app::App,
    hands,
    leads::{choices::reasons, filter::Asker},
    member::Writer,
    workspace::Workspace,
    zone::When,
};

/// Records left alone that the page names.
const FIRST_SKIPPED: i64 = 20;

#[derive(Template)]
#[template(path = "bulk_edits/choose.html")]
struct Choose {
    frame: Frame,
    subject: EditSubject,
    /// How many are meant, in words.
    many: String,
    /// What says which are meant, to be carried along by each form.
    meant: Vec<(String, String)>,
    form: Filled,
    statuses: Vec<(&'static str, String)>,
    reasons: Vec<(&'static str, String)>,
    people: Vec<(String, String)>,
    /// Where it is asked whether they are to be deleted.
    deletion: String,
    back: String,
}

/// Whether they are to be deleted.
#[derive(Template)]
#[template(path = "bulk_edits/delete.html")]
struct Sure {
    frame: Frame,
    subject: EditSubject,
    many: String,
    meant: Vec<(String, String)>,
    back: String,
}

#[derive(Template)]
#[template(path = "bulk_edits/show.html")]
struct Show {
    frame: Frame,
    name: String,
    id: BulkEditId,
    progress: Progress,
    subject: EditSubject,
    who: String,
    began: When,
    skipped: Vec<EditedRecord>,
    can_undo: bool,
    is_deletion: bool,
    /// Until when a deletion can be undone.
    undo_until: Option<When>,
}

#[derive(Template)]
#[template(path = "bulk_edits/list.html")]
struct List {
    frame: Frame,
    rows: Vec<ListRow>,
    pager: Pager,
}

struct ListRow {
    href: String,
    name: String,
    status: &'static str,
    tone: &'static str,
    outcome: String,
    who: String,
    began: When,
}

/// Shows what can be different about the records that were ticked, or about all of the list.
pub(crate) async fn choose(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let form = Filled::new(Submitted::default(), FieldErrors::default());
    let subject = wish::subject(&params);
    let chosen = match wish::meant(&params, Asker::of(&workspace)) {
        Ok(meant) => load(&app, &writer, &workspace, ((subject, &meant), form)).await,
        Err(failure) => Err(failure),
    };
    match chosen {
        Ok(choose) if params.get("of") == "export" => Ok(page::see_other(&choose.file(&params))),
        Ok(choose) if params.get("what") == "delete" => page::private(&choose.sure()),
        Ok(choose) => page::private(&choose),
        Err(failure) => back_to_the_list(&workspace, &list_of(subject, &params), failure),
    }
}

impl Choose {
    fn sure(self) -> Sure {
        Sure {
            frame: self.frame,
            subject: self.subject,
            many: self.many,
            meant: self.meant,
            back: self.back,
        }
    }

    /// The file of those that are ticked, in the list's columns and order.
    fn file(&self, params: &Params) -> String {
        let looks = params.only(|name| matches!(name, "column" | "sort"));
        let ids = self.meant.iter().filter(|(name, _)| name == self.subject.one());
        let query = ids.fold(looks, |query, (_, id)| query.with("id", id));
        format!("/api/{}.csv?{}", self.subject, query.query_with("", None))
    }
}

/// Begins the edit and shows it.
pub(crate) async fn create(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let (subject, meant) = (wish::subject(&typed), wish::meant_by_form(&typed)?);
    let errors = match wish::change(&typed) {
        (Some(change), _) => {
            let wish = Wish {
                change,
                subject,
                meant: meant.clone(),
            };
            match keep::begin(&app, &writer, wish).await {
                Ok(edit) => return Ok(page::see_other(&format!("/bulk-edits/{}", edit.id))),
                Err(failure) => keep::told(failure)?,
            }
        }
        (None, errors) => errors,
    };
    let form = Filled::new(typed, errors);
    match load(&app, &writer, &workspace, ((subject, &meant), form)).await {
        Ok(choose) => page::refused(&choose),
        Err(failure) => back_to_the_list(&workspace, &format!("/{subject}"), failure),
    }
}

/// Where no record is left, there is nothing to choose.
fn back_to_the_list(workspace: &Workspace, list: &str, failure: Failure) -> Result<Response, Failure> {
    let told = first_sentence(&keep::told(failure)?);
    Ok(Flash::danger(told).on(page::see_other(list), &workspace.facts))
}

async fn load(
    app: &App,
    writer: &Writer,
    workspace: &Workspace,
    ((subject, meant), form): ((EditSubject, &Meant), Filled),
) -> Result<Choose, Failure> {
    let scope = &writer.0.scope;
    let mut tx = app.db.read(scope).await?;
    let record_count = keep::some(&mut tx, scope, (subject, meant)).await?;
    let members = members::list(&mut tx, scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let mut carried = vec![pair("about", subject.as_str())];
    let sure = Submitted::default()
        .with("about", subject.as_str())
        .with("what", "delete");
    let (back, sure) = match meant {
        Meant::Named(ids) => {
            let ids = ids.iter().map(|id| pair(subject.one(), &id.to_string()));
            carried.extend(ids);
            let sure = carried[1..]
                .iter()
                .fold(sure, |sure, (one, id)| sure.with(one, id));
            (format!("/{subject}"), sure.query_with("", None))
        }
        Meant::Listed(query) => {
            carried.extend([pair("of", "all"), pair("list", query)]);
            let sure = sure.query_with("of", Some("all"));
            (format!("/{subject}?{query}"), format!("{sure}&{query}"))
        }
    };
    let status = |status: &LeadStatus| (status.as_str(), status.label().to_owned());
    Ok(Choose {
        frame: workspace.framed(&counts),
        subject,
        many: trace::records(subject, record_count),
        meant: carried,
        form,
        statuses: LeadStatus::ALL.iter().map(status).collect(),
        reasons: reasons(),
        people: takers(&members),
        deletion: format!("/bulk-edits/new?{sure}"),
        back,
    })
}

/// Whose leads can become. Nothing is chosen beforehand, so that nobody loses theirs by a button pressed too early.
fn takers(members: &[Member]) -> Vec<(String, String)> {
    let choice = |word: &str, label: &str| (word.to_owned(), label.to_owned());
    let each = hands::choices(members, None);
    let first = [choice("", "Choose…"), choice(wish::NOBODY, "Nobody")];
    first.into_iter().chain(each).collect()
}

fn list_of(subject: EditSubject, params: &Params) -> String {
    let kept = params.only(|name| wish::parameters(subject).contains(&name));
    match kept.query_with("", None) {
        query if query.is_empty() => format!("/{subject}"),
        query => format!("/{subject}?{query}"),
    }
}

fn first_sentence(errors: &FieldErrors) -> String {
    errors
        .iter()
        .next()
        .map_or_else(String::new, |error| error.detail.clone())
}

/// Shows one edit: how far it is, what became of the records, and the way back.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let edit = bulk_edits::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let skipped = records::skipped(&mut tx, scope, id, FIRST_SKIPPED).await?;
    let members = members::list(&mut tx, scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    page::private(&Show {
        frame: workspace.framed(&counts),
        name: trace::name(&edit.change, &members),
        id,
        subject: edit.subject,
        who: who(&edit, &members),
        began: workspace.zone.when(edit.created_at, workspace.now),
        skipped,
        can_undo: edit.may_be_undone(workspace.now) && workspace.may_write(),
        is_deletion: edit.change == BulkChange::Delete,
        undo_until: edit.undo_until().map(|at| workspace.zone.when(at, workspace.now)),
        progress: Progress::of(&edit),
    })
}

/// The part of the page that says how far it is.
pub(crate) async fn progress(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Response, Failure> {
    #[derive(Template)]
    #[template(path = "bulk_edits/progress.html")]
    struct Fragment {
        progress: Progress,
    }

    let edit = keep::find(&app, &workspace.member.scope, (None, id)).await?;
    let progress = Progress::of(&edit);
    page::private(&Fragment { progress })
}

/// Takes an edit back.
pub(crate) async fn undo(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<BulkEditId>,
) -> Result<Response, Failure> {
    let back = page::see_other(&format!("/bulk-edits/{id}"));
    match keep::undo(&app, &writer, (None, id)).await {
        Ok(_) => Ok(back),
        Err(Failure::Conflict(conflict)) => Ok(Flash::danger(conflict.detail).on(back, &workspace.facts)),
        Err(failure) => Err(failure),
    }
}

/// Lists edits, newest first.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let found = bulk_edits::list(&mut tx, scope, None, None, params.page()).await?;
    let members = members::list(&mut tx, scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let row = |edit: &BulkEdit| ListRow {
        href: format!("/bulk-edits/{}", edit.id),
        name: trace::name(&edit.change, &members),
        status: status(edit),
        tone: tone(edit.status),
        outcome: trace::records(edit.subject, edit.counts.changed),
        who: who(edit, &members),
        began: workspace.zone.when(edit.created_at, workspace.now),
    };
    page::private(&List {
        frame: workspace.framed(&counts),
        pager: Pager::of("edits", ("/bulk-edits", &params), &found, None),
        rows: found.items.iter().map(row).collect(),
    })
}

fn who(edit: &BulkEdit, members: &[Member]) -> String {
    let member = members.iter().find(|member| member.person_id == edit.created_by);
    member
        .map_or("Somebody who left", |member| &member.name)
        .to_owned()
}
