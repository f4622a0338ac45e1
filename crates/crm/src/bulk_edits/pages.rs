//! `/bulk-edits`: choosing what is to be different about many leads, watching it happen, and taking it back.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{
    bulk_edits::{self, leads as edited},
    members,
};
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Path, Submitted,
    page::{self, Pager, thousands},
};
use types::{BulkEdit, BulkEditId, BulkEditStatus, EditedLead, LeadStatus, Meant, Member};

use super::{
    keep, trace,
    wish::{self, Wish},
};
use crate::{
    app::App,
    leads::choices::{assignees, reasons},
    member::Writer,
    workspace::Workspace,
    zone::When,
};

/// Leads left alone that the page names.
const FIRST_SKIPPED: i64 = 20;

#[derive(Template)]
#[template(path = "bulk_edits/choose.html")]
struct Choose {
    frame: Frame,
    lead_count: String,
    /// What says which leads are meant, to be carried along by each form.
    meant: Vec<(String, String)>,
    form: Filled,
    statuses: Vec<(&'static str, String)>,
    reasons: Vec<(&'static str, String)>,
    people: Vec<(String, String)>,
    back: String,
}

#[derive(Template)]
#[template(path = "bulk_edits/show.html")]
struct Show {
    frame: Frame,
    name: String,
    id: BulkEditId,
    progress: Progress,
    who: String,
    began: When,
    skipped: Vec<EditedLead>,
    can_undo: bool,
}

/// The part of the page that changes by itself.
struct Progress {
    href: String,
    status: &'static str,
    tone: &'static str,
    is_working: bool,
    leads_done: i64,
    lead_count: i64,
    done: String,
    counts: Vec<(&'static str, String)>,
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

/// Shows what can be different about the leads that were ticked, or about all of the list.
pub(crate) async fn choose(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let form = Filled::new(Submitted::default(), FieldErrors::default());
    let chosen = match wish::meant(&params) {
        Ok(meant) => load(&app, &writer, &workspace, (&meant, form)).await,
        Err(failure) => Err(failure),
    };
    match chosen {
        Ok(choose) => page::private(&choose),
        Err(failure) => back_to_the_list(&workspace, &list_of(&params), failure),
    }
}

/// Begins the edit and shows it.
pub(crate) async fn create(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let meant = wish::meant_by_form(&typed)?;
    let errors = match wish::change(&typed) {
        (Some(change), _) => {
            let wish = Wish {
                change,
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
    match load(&app, &writer, &workspace, (&meant, form)).await {
        Ok(choose) => page::refused(&choose),
        Err(failure) => back_to_the_list(&workspace, "/leads", failure),
    }
}

/// Where no lead is left, there is nothing to choose.
fn back_to_the_list(workspace: &Workspace, list: &str, failure: Failure) -> Result<Response, Failure> {
    let told = first_sentence(&keep::told(failure)?);
    Ok(Flash::danger(told).on(page::see_other(list), &workspace.facts))
}

async fn load(
    app: &App,
    writer: &Writer,
    workspace: &Workspace,
    (meant, form): (&Meant, Filled),
) -> Result<Choose, Failure> {
    let scope = &writer.0.scope;
    let mut tx = app.db.read(scope).await?;
    let lead_count = keep::some(&mut tx, scope, meant).await?;
    let members = members::list(&mut tx, scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let (meant, back) = match meant {
        Meant::Named(ids) => {
            let ids = ids.iter().map(|id| ("lead".to_owned(), id.to_string()));
            (ids.collect(), "/leads".to_owned())
        }
        Meant::Listed(query) => {
            let all = [("of", "all"), ("list", query)];
            let all = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
            (all.to_vec(), format!("/leads?{query}"))
        }
    };
    let status = |status: &LeadStatus| (status.as_str(), status.label().to_owned());
    Ok(Choose {
        frame: workspace.framed(&counts),
        lead_count: trace::leads(lead_count),
        meant,
        form,
        statuses: LeadStatus::ALL.iter().map(status).collect(),
        reasons: reasons(),
        people: assignees(&members),
        back,
    })
}

fn list_of(params: &Params) -> String {
    let kept = params.only(|name| crate::leads::list::PARAMETERS.contains(&name));
    match kept.query_with("", None) {
        query if query.is_empty() => "/leads".to_owned(),
        query => format!("/leads?{query}"),
    }
}

fn first_sentence(errors: &FieldErrors) -> String {
    errors
        .iter()
        .next()
        .map_or_else(String::new, |error| error.detail.clone())
}

/// Shows one edit: how far it is, what became of the leads, and the way back.
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
    let skipped = edited::skipped(&mut tx, scope, id, FIRST_SKIPPED).await?;
    let members = members::list(&mut tx, scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    page::private(&Show {
        frame: workspace.framed(&counts),
        name: trace::name(&edit.change, &members),
        id,
        who: who(&edit, &members),
        began: workspace.zone.when(edit.created_at, workspace.now),
        skipped,
        can_undo: edit.status == BulkEditStatus::Done && edit.counts.changed > 0 && workspace.may_write(),
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

    let edit = keep::find(&app, &workspace.member.scope, id).await?;
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
    match keep::undo(&app, &writer, id).await {
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
    let found = bulk_edits::list(&mut tx, scope, params.page()).await?;
    let members = members::list(&mut tx, scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let row = |edit: &BulkEdit| ListRow {
        href: format!("/bulk-edits/{}", edit.id),
        name: trace::name(&edit.change, &members),
        status: edit.status.label(),
        tone: tone(edit.status),
        outcome: trace::leads(edit.counts.changed),
        who: who(edit, &members),
        began: workspace.zone.when(edit.created_at, workspace.now),
    };
    page::private(&List {
        frame: workspace.framed(&counts),
        pager: Pager::of("edits", ("/bulk-edits", &params), &found, None),
        rows: found.items.iter().map(row).collect(),
    })
}

impl Progress {
    fn of(edit: &BulkEdit) -> Self {
        let counts = edit.counts;
        let changing = [
            ("Changed", counts.changed),
            ("Were so already", counts.same),
            ("Left alone", counts.skipped),
        ];
        let undoing = [
            ("Put back", counts.put_back),
            ("Kept, changed since", counts.kept),
        ];
        let shown = match edit.status {
            BulkEditStatus::Running | BulkEditStatus::Done => &changing[..],
            BulkEditStatus::Undoing | BulkEditStatus::Undone => &undoing[..],
        };
        let lead_count = edit.lead_count.max(edit.leads_done);
        Self {
            href: format!("/bulk-edits/{}/progress", edit.id),
            status: edit.status.label(),
            tone: tone(edit.status),
            is_working: edit.status.is_working(),
            leads_done: edit.leads_done,
            lead_count,
            done: format!("{} of {}", thousands(edit.leads_done), trace::leads(lead_count)),
            counts: shown
                .iter()
                .map(|(label, count)| (*label, thousands(*count)))
                .collect(),
        }
    }
}

fn who(edit: &BulkEdit, members: &[Member]) -> String {
    let member = members.iter().find(|member| member.person_id == edit.created_by);
    member
        .map_or("Somebody who left", |member| &member.name)
        .to_owned()
}

const fn tone(status: BulkEditStatus) -> &'static str {
    match status {
        BulkEditStatus::Done => "badge-success",
        BulkEditStatus::Running | BulkEditStatus::Undoing => "badge-warning",
        BulkEditStatus::Undone => "",
    }
}
