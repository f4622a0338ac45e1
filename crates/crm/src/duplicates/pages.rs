//! `/duplicates`: pairs that may be one person, to be merged or left as two.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::duplicates;
use server::{
    Failure, Flash, Form, Frame, Params, Path,
    page::{self, Pager, thousands},
};
use types::{Contact, ContactId, MergeId, Phone};

use super::{compare::address, reason, undo};
use crate::{app::App, events::Live, member::Writer, words::source, workspace::Workspace, zone::When};

#[derive(Template)]
#[template(path = "duplicates/list.html")]
struct List {
    frame: Frame,
    live: Live,
    pairs: Vec<Pair>,
    pager: Pager,
    may_write: bool,
}

struct Pair {
    reason: &'static str,
    score: u8,
    noticed: When,
    both: Vec<Side>,
    ids: String,
    compare: String,
}

struct Side {
    href: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    source: String,
    since: String,
}

/// Shows the pairs nobody has looked at.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let live = Live::of(&mut tx, &workspace, "contact").await?;
    let page = duplicates::list(&mut tx, scope, None, params.page()).await?;
    let total = duplicates::count(&mut tx, scope).await?;
    let known = super::contacts_of(&mut tx, scope, &page.items).await?;
    let counts = workspace.counts(&mut tx).await?;
    let pager = Pager::of("pairs", ("/duplicates", &params), &page, Some(total));
    let pair = |pair: duplicates::Suggestion| {
        let (sentence, score) = reason(&pair.reason);
        let ids = [pair.contact_id, pair.other_contact_id];
        Pair {
            reason: sentence,
            score,
            noticed: workspace.zone.when(pair.created_at, workspace.now),
            both: known
                .iter()
                .filter(|contact| ids.contains(&contact.id))
                .map(|contact| side(&workspace, contact))
                .collect(),
            ids: ids.map(|id| id.to_string()).join(","),
            compare: address(&ids),
        }
    };
    page::private(&List {
        frame: workspace.framed(&counts),
        live: live.redrawn_if(params.page().offset() == 0),
        pairs: page.items.into_iter().map(pair).collect(),
        pager,
        may_write: workspace.may_write(),
    })
}

fn side(workspace: &Workspace, contact: &Contact) -> Side {
    Side {
        href: format!("/contacts/{}", contact.id),
        name: contact.display_name().to_owned(),
        email: contact.email.as_ref().map(ToString::to_string),
        phone: contact.phone.as_ref().map(Phone::display_national),
        source: source(&contact.source),
        since: workspace.zone.date(contact.created_at),
    }
}

/// Two people after all.
pub(crate) async fn dismiss(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let ids: Vec<ContactId> = typed
        .get("ids")
        .split(',')
        .filter_map(|id| id.parse().ok())
        .collect();
    let &[one, other] = ids.as_slice() else {
        return Err(Failure::malformed("The form names no pair."));
    };
    let mut tx = app.db.write(&writer.0.scope).await?;
    duplicates::dismiss(&mut tx, &writer.0.scope, (one, other), app.clock.now()).await?;
    tx.commit().await?;
    let told = Flash::success("Kept as two people. The pair is not suggested again.");
    Ok(told.on(page::see_other("/duplicates"), &workspace.facts))
}

/// Looks through all contacts.
pub(crate) async fn look(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
) -> Result<Response, Failure> {
    let mut tx = app.db.write(&writer.0.scope).await?;
    let found = duplicates::suspect_names(&mut tx, &writer.0.scope, app.clock.now()).await?;
    tx.commit().await?;
    let told = match found {
        0 => Flash::info("Looked through all contacts: no new pair."),
        1 => Flash::success("Looked through all contacts: 1 new pair."),
        many => Flash::success(format!(
            "Looked through all contacts: {} new pairs.",
            thousands(many.try_into().unwrap_or(i64::MAX))
        )),
    };
    Ok(told.on(page::see_other("/duplicates"), &workspace.facts))
}

/// Takes a merge back. What was edited since needs a second press, which says so.
pub(crate) async fn take_back(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<MergeId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let back = |contact: &str| page::see_other(&format!("/contacts/{contact}"));
    match undo::undo(&app, &writer, id, typed.ticked("force")).await {
        Ok(all) => {
            let kept = all
                .first()
                .map(|contact| contact.id.to_string())
                .unwrap_or_default();
            let told = Flash::success(format!("Undone: {} contacts again.", all.len()));
            Ok(told.on(back(&kept), &workspace.facts))
        }
        Err(Failure::Conflict(conflict)) => {
            let contact: Option<ContactId> = typed.filled("contact").and_then(|id| id.parse().ok());
            let contact = contact.map(|id| id.to_string()).unwrap_or_default();
            Ok(Flash::danger(conflict.detail).on(back(&contact), &workspace.facts))
        }
        Err(failure) => Err(failure),
    }
}
