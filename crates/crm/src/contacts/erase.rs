//! What the law lets a person ask for: to be forgotten.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{
    activities,
    changes::{self, NewChange},
    contacts, exports,
};
use serde_json::json;
use server::{
    Failure, Flash, Form, Frame, Path,
    etag::{IfMatch, Version},
    json as answer, page,
};
use types::{Activity, ActivityId, ActivityType, ChangeKind, Contact, ContactId, Role};

use super::at_stake::AtStake;
use crate::{
    app::App,
    member::{Member, Writer},
    workspace::Workspace,
};

/// `POST /api/contacts/{id}/erase`: forgets somebody.
pub(crate) async fn erase(
    writer: Writer,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    seen: IfMatch,
) -> Result<Response, Failure> {
    forget(&app, &writer, id, &seen).await?;
    Ok(answer::ok(json!({ "tenantId": writer.0.scope.tenant_id() })))
}

#[derive(Template)]
#[template(path = "contacts/erase.html")]
struct Sure {
    frame: Frame,
    id: String,
    version: i64,
    name: String,
    leads: i64,
    activities: i64,
    /// What was typed is not the name.
    is_refused: bool,
}

/// `/contacts/{id}/erase`: what would go, and a question.
pub(crate) async fn ask(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    check_owner(&workspace.member)?;
    page::private(&sure(&app, &workspace, id).await?)
}

async fn sure(app: &App, workspace: &Workspace, id: ContactId) -> Result<Sure, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let at_stake = AtStake::of(&mut tx, scope, id).await?;
    let counts = workspace.counts(&mut tx).await?;
    Ok(Sure {
        frame: workspace.framed(&counts),
        id: id.to_string(),
        version: at_stake.version,
        name: at_stake.name,
        leads: at_stake.leads,
        activities: at_stake.activities,
        is_refused: false,
    })
}

/// Forgets whom the form names, if their name was typed: there is no way back.
pub(crate) async fn erase_for_sure(
    writer: Writer,
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    Form(typed): Form,
) -> Result<Response, Failure> {
    check_owner(&writer.0)?;
    let sure = sure(&app, &workspace, id).await?;
    if typed.get("name").trim() != sure.name.trim() {
        return page::refused(&Sure {
            is_refused: true,
            ..sure
        });
    }
    forget(&app, &writer, id, &IfMatch::of_form(typed.get("version"))).await?;
    let back = page::see_other("/contacts");
    Ok(Flash::success("Forgotten, with everything that was known of them.").on(back, &workspace.facts))
}

fn check_owner(member: &Member) -> Result<(), Failure> {
    if member.person.role == Role::Owner {
        return Ok(());
    }
    Err(Failure::forbidden(
        "Only an owner of the workspace may erase a person.",
    ))
}

async fn forget(app: &App, writer: &Writer, id: ContactId, seen: &IfMatch) -> Result<(), Failure> {
    check_owner(&writer.0)?;
    let scope = &writer.0.scope;
    let mut tx = app.db.write(scope).await?;
    let contact: Contact = contacts::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    seen.allows(Version::of(contact.version))?;
    if !contacts::erase(&mut tx, scope, &contact).await? {
        return Err(Failure::Stale);
    }
    let activity = Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: None,
        lead_id: None,
        activity_type: ActivityType::Note,
        occurred_at: app.clock.now(),
        // That it was done must be provable, on whom must not be readable: the id leads nowhere any more.
        summary: "Erased a person on request".to_owned(),
        metadata: json!({ "erasedContactId": id }),
        actor: Some(writer.0.person_id()),
    };
    activities::insert(&mut tx, scope, &activity).await?;
    let told = NewChange {
        kind: ChangeKind::ActivityLogged,
        lead_id: None,
        contact_id: Some(id),
        activity_id: Some(activity.id),
    };
    changes::append(&mut tx, scope, &told, app.clock.now()).await?;
    exports::withdraw(&mut tx, scope).await?;
    tx.commit().await?;
    Ok(())
}
