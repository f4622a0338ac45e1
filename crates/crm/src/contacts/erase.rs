//! What the law lets a person ask for: everything that is known of them, and to be forgotten.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::Response,
};
use db::{
    Tx,
    tenant::{
        accounts,
        activities::{self, ActivityFilter},
        changes::{self, NewChange},
        contacts, exports,
        leads::{self, LeadFilter},
        reminders::{self, ReminderFilter},
        saved,
    },
};
use serde_json::{Value, json};
use server::{
    Failure, Flash, Form, Frame, Path,
    etag::{IfMatch, Version},
    json as answer, page,
};
use types::{Activity, ActivityId, ActivityType, ChangeKind, Contact, ContactId, PageRequest, Role};

use super::api::ContactOut;
use crate::{
    activities::api::ActivityOut,
    app::App,
    leads::{LeadOut, Scores},
    member::{Member, Writer},
    reminders::api::ReminderOut,
    workspace::Workspace,
};

/// The most rows of each kind in one export: more than anybody's past.
const MOST_PAGES: i64 = 50;

/// `GET /api/contacts/{id}/export`: everything that is known of somebody, as a file.
pub(crate) async fn export(
    member: Member,
    State(app): State<App>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&member.scope).await?;
    let contact = contacts::find(&mut tx, &member.scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let account = account_of(&mut tx, &member, &contact).await?;
    let known = json!({
        "tenantId": member.scope.tenant_id(),
        "exportedAt": app.clock.now(),
        "contact": ContactOut::from(contact),
        "leads": leads_of(&mut tx, &app, &member, id).await?,
        "activities": activities_of(&mut tx, &member, id).await?,
        "reminders": reminders_of(&mut tx, &member, id).await?,
        "account": account,
    });
    let mut response = answer::ok(known);
    let name = HeaderValue::from_static("attachment; filename=\"contact.json\"");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, name);
    Ok(response)
}

/// Their account on the site, if they have one, with what they saved there.
async fn account_of(tx: &mut Tx, member: &Member, contact: &Contact) -> Result<Option<Value>, Failure> {
    let scope = &member.scope;
    let Some(email) = &contact.email else {
        return Ok(None);
    };
    let Some(account) = accounts::find_by_email(tx, scope, email).await? else {
        return Ok(None);
    };
    let searches = saved::searches(tx, scope, account.id).await?.into_iter();
    let searches = searches.map(|search| {
        json!({
            "name": search.name, "query": search.query, "alerts": search.alerts, "createdAt": search.created_at,
        })
    });
    Ok(Some(json!({
        "email": account.email, "firstName": account.first_name, "lastName": account.last_name,
        "createdAt": account.created_at, "savedHomes": saved::homes(tx, scope, account.id).await?,
        "savedSearches": searches.collect::<Vec<_>>(),
    })))
}

fn pages() -> impl Iterator<Item = PageRequest> {
    let size = i64::from(PageRequest::MAX_LIMIT);
    (0..MOST_PAGES).map(move |page| PageRequest::new(size, page * size))
}

async fn leads_of(tx: &mut Tx, app: &App, member: &Member, id: ContactId) -> Result<Vec<Value>, Failure> {
    let filter = LeadFilter {
        contact_id: Some(id),
        ..LeadFilter::default()
    };
    let mut told = Vec::new();
    for request in pages() {
        let page = leads::list(tx, &member.scope, &filter, request).await?;
        let scores = Scores::count(tx, &member.scope, &page.items, app.clock.now()).await?;
        for found in page.items {
            let score = scores.of(&found);
            told.push(json!(LeadOut::from((found, score))));
        }
        if !page.has_more {
            break;
        }
    }
    Ok(told)
}

async fn activities_of(tx: &mut Tx, member: &Member, id: ContactId) -> Result<Vec<Value>, Failure> {
    let filter = ActivityFilter {
        contact_id: Some(id),
        ..ActivityFilter::default()
    };
    let mut told = Vec::new();
    for request in pages() {
        let page = activities::list(tx, &member.scope, &filter, request).await?;
        told.extend(page.items.into_iter().map(|row| json!(ActivityOut::from(row))));
        if !page.has_more {
            break;
        }
    }
    Ok(told)
}

async fn reminders_of(tx: &mut Tx, member: &Member, id: ContactId) -> Result<Vec<Value>, Failure> {
    let mut told = Vec::new();
    for is_done in [false, true] {
        let filter = ReminderFilter {
            is_done,
            contact_id: Some(id),
            ..ReminderFilter::default()
        };
        for request in pages() {
            let page = reminders::list(tx, &member.scope, &filter, request).await?;
            told.extend(page.items.into_iter().map(|row| json!(ReminderOut::from(row))));
            if !page.has_more {
                break;
            }
        }
    }
    Ok(told)
}

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
    let contact = contacts::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let theirs = LeadFilter {
        contact_id: Some(id),
        ..LeadFilter::default()
    };
    let with_them = ActivityFilter {
        contact_id: Some(id),
        ..ActivityFilter::default()
    };
    let counts = workspace.counts(&mut tx).await?;
    Ok(Sure {
        frame: workspace.framed(&counts),
        id: id.to_string(),
        version: contact.version,
        name: contact.display_name().to_owned(),
        leads: leads::count(&mut tx, scope, &theirs).await?,
        activities: activities::count(&mut tx, scope, &with_them).await?,
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
