//! Everything that is known of a person, for them to have.

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
        contacts::{self, former},
        leads::{self, LeadFilter},
        mails, merges,
        reminders::{self, ReminderFilter},
        saved,
    },
};
use heck::ToSnakeCase as _;
use serde_json::{Value, json};
use server::{Failure, Params, Path, json as answer, page};
use types::{Contact, ContactId, PageRequest};

use super::api::ContactOut;
use crate::{
    activities::api::ActivityOut,
    app::App,
    leads::{LeadOut, Scores},
    member::Member,
    reminders::api::ReminderOut,
    words::sentence_case,
    workspace::Workspace,
};

/// The most rows of each kind in one export: more than anybody's past.
const MOST_PAGES: i64 = 50;

/// `GET /api/contacts/{id}/export`: everything that is known of somebody, as a file: JSON for programs, or a page that
/// anybody can read, by `format=html`.
pub(crate) async fn export(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    params: Params,
) -> Result<Response, Failure> {
    let format = format(&params)?;
    let member = &workspace.member;
    let mut tx = app.db.read(&member.scope).await?;
    let contact = contacts::find(&mut tx, &member.scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let name = contact.display_name().to_owned();
    let account = account_of(&mut tx, member, &contact).await?;
    let (merges, mails) = (
        merges_of(&mut tx, member, id).await?,
        mails_to(&mut tx, member, &contact).await?,
    );
    let known = json!({
        "tenantId": member.scope.tenant_id(),
        "exportedAt": app.clock.now(),
        "contact": ContactOut::from(contact),
        "leads": leads_of(&mut tx, &app, member, id).await?,
        "activities": activities_of(&mut tx, member, id).await?,
        "reminders": reminders_of(&mut tx, member, id).await?,
        "account": account,
        "mails": mails,
        "merges": merges,
    });
    drop(tx);
    let (mut response, file) = match format {
        Format::Json => (answer::ok(known), "attachment; filename=\"contact.json\""),
        Format::Html => (
            page::private(&Readable::of(&known, name, &workspace))?,
            "attachment; filename=\"contact.html\"",
        ),
    };
    response
        .headers_mut()
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(file));
    Ok(response)
}

enum Format {
    Json,
    Html,
}

fn format(params: &Params) -> Result<Format, Failure> {
    match params.filled("format") {
        None | Some("json") => Ok(Format::Json),
        Some("html") => Ok(Format::Html),
        Some(_) => Err(Failure::invalid(
            "/format",
            "unknown",
            "The format must be json or html.",
        )),
    }
}

/// The same for people: a page that needs nothing but itself.
#[derive(Template)]
#[template(path = "contacts/everything.html")]
struct Readable {
    name: String,
    tenant: String,
    exported_at: String,
    parts: Vec<Part>,
}

/// What is known in one respect.
struct Part {
    title: &'static str,
    is_list: bool,
    records: Vec<Vec<(String, String)>>,
}

impl Readable {
    fn of(known: &Value, name: String, workspace: &Workspace) -> Self {
        let parts = [
            ("contact", "Contact"),
            ("leads", "Leads"),
            ("activities", "Timeline"),
            ("reminders", "Reminders"),
            ("account", "Account on the site"),
            ("mails", "Messages to them"),
            ("merges", "Who they were before they were merged"),
        ];
        let part = |(key, title): (&str, &'static str)| {
            let records = match &known[key] {
                Value::Null => Vec::new(),
                Value::Array(records) => records.iter().map(lines).collect(),
                record => vec![lines(record)],
            };
            Part {
                title,
                is_list: known[key].is_array(),
                records,
            }
        };
        Self {
            name,
            tenant: workspace.member.tenant_name.clone(),
            exported_at: known["exportedAt"].as_str().unwrap_or_default().to_owned(),
            parts: parts.into_iter().map(part).collect(),
        }
    }
}

/// A record as lines: what is in a record inside of it stands behind that one's name, and what is empty is left out.
fn lines(record: &Value) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    collect(record, "", &mut lines);
    lines
}

fn collect(value: &Value, label: &str, lines: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, value) in members {
                let inner = match label {
                    "" => spaced(name),
                    outer => format!("{outer}: {}", spaced(name).to_lowercase()),
                };
                collect(value, &inner, lines);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, label, lines)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => lines.push((label.to_owned(), text.clone())),
        Value::Bool(true) => lines.push((label.to_owned(), "yes".to_owned())),
        Value::Bool(false) => lines.push((label.to_owned(), "no".to_owned())),
        Value::Number(number) => lines.push((label.to_owned(), number.to_string())),
    }
}

/// `createdAt` as people write it: `Created at`.
fn spaced(name: &str) -> String {
    sentence_case(&name.to_snake_case())
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

/// Messages to their address, and to those they had before they were merged.
async fn mails_to(tx: &mut Tx, member: &Member, contact: &Contact) -> Result<Vec<Value>, Failure> {
    let former = former::of_contact(tx, &member.scope, contact.id).await?;
    let had = former.into_iter().filter_map(|was| was.email);
    let mut addresses: Vec<_> = contact.email.iter().cloned().chain(had).collect();
    addresses.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    addresses.dedup();
    let mails = mails::to_addresses(tx, &member.scope, &addresses).await?;
    let told = mails
        .into_iter()
        .map(|mail| json!({ "to": mail.to, "writtenAt": mail.created_at, "sentAt": mail.sent_at }));
    Ok(told.collect())
}

async fn merges_of(tx: &mut Tx, member: &Member, id: ContactId) -> Result<Vec<Value>, Failure> {
    let before = merges::before(tx, &member.scope, id).await?;
    let told = before.into_iter().map(|before| {
        json!({
            "mergeId": before.merge_id, "mergedAt": before.merged_at, "undoneAt": before.undone_at,
            "was": ContactOut::from(before.contact),
        })
    });
    Ok(told.collect())
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
