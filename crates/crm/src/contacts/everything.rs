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
        held::{self, HeldLead},
        leads::{self, LeadFilter},
        mails, merges,
        reminders::{self, ReminderFilter},
        saved,
    },
};
use heck::ToSnakeCase as _;
use serde_json::{Value, json};
use server::{Failure, Params, Path, json as answer, page};
use types::{Contact, ContactId, Email, PageRequest};

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

/// The most pages of leads, of activities and of reminders in one export: more than anybody's past.
const MOST_PAGES: i64 = 50;

/// The most messages, and the most held forms of an address.
const MOST: usize = 500;

/// The lists that are longer than what is told of them.
type Cut = Vec<&'static str>;

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
    let mut cut = Cut::new();
    let (email, had) = addresses_of(&mut tx, member, &contact).await?;
    let account = accounts_of(&mut tx, member, &email).await?.pop();
    let former_accounts = accounts_of(&mut tx, member, &had).await?;
    let addresses = [email, had].concat();
    let mails = mails_to(&mut tx, member, &addresses, &mut cut).await?;
    let held = held_of(&mut tx, member, &addresses, &mut cut).await?;
    let known = json!({
        "tenantId": member.scope.tenant_id(),
        "exportedAt": app.clock.now(),
        "contact": ContactOut::from(contact),
        "leads": leads_of(&mut tx, &app, member, id, &mut cut).await?,
        "activities": activities_of(&mut tx, member, id, &mut cut).await?,
        "reminders": reminders_of(&mut tx, member, id, &mut cut).await?,
        "account": account,
        "formerAccounts": former_accounts,
        "mails": mails,
        "heldForms": held,
        "merges": merges_of(&mut tx, member, id).await?,
        "truncated": cut,
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
    /// There is more than is told.
    is_cut: bool,
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
            ("formerAccounts", "Accounts under addresses they had before"),
            ("mails", "Messages to them"),
            ("heldForms", "Forms held as spam"),
            ("merges", "Who they were before they were merged"),
        ];
        let cut = known["truncated"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let part = |(key, title): (&str, &'static str)| {
            let records = match &known[key] {
                Value::Null => Vec::new(),
                Value::Array(records) => records.iter().map(lines).collect(),
                record => vec![lines(record)],
            };
            Part {
                title,
                is_list: known[key].is_array(),
                is_cut: cut.iter().any(|list| *list == key),
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

/// Their address, and those they had before they were merged: what erasing them goes by.
async fn addresses_of(
    tx: &mut Tx,
    member: &Member,
    contact: &Contact,
) -> Result<(Vec<Email>, Vec<Email>), Failure> {
    let known = former::everybody(tx, &member.scope, contact).await?;
    let mut had: Vec<_> = known.into_iter().filter_map(|was| was.email).collect();
    had.sort_unstable_by(|one, other| one.as_str().cmp(other.as_str()));
    had.dedup();
    had.retain(|address| Some(address) != contact.email.as_ref());
    Ok((contact.email.iter().cloned().collect(), had))
}

/// The accounts of these addresses on the site, each with what was saved there.
async fn accounts_of(tx: &mut Tx, member: &Member, addresses: &[Email]) -> Result<Vec<Value>, Failure> {
    let scope = &member.scope;
    let mut told = Vec::new();
    for email in addresses {
        let Some(account) = accounts::find_by_email(tx, scope, email).await? else {
            continue;
        };
        let searches = saved::searches(tx, scope, account.id).await?.into_iter();
        let searches = searches.map(|search| {
            json!({
                "name": search.name, "query": search.query, "alerts": search.alerts, "createdAt": search.created_at,
            })
        });
        told.push(json!({
            "email": account.email, "firstName": account.first_name, "lastName": account.last_name,
            "createdAt": account.created_at, "savedHomes": saved::homes(tx, scope, account.id).await?,
            "savedSearches": searches.collect::<Vec<_>>(),
        }));
    }
    Ok(told)
}

/// That messages were written to these addresses.
async fn mails_to(
    tx: &mut Tx,
    member: &Member,
    addresses: &[Email],
    cut: &mut Cut,
) -> Result<Vec<Value>, Failure> {
    let mut mails = mails::to_addresses(tx, &member.scope, addresses, MOST + 1).await?;
    if mails.len() > MOST {
        mails.truncate(MOST);
        cut.push("mails");
    }
    let told = mails
        .into_iter()
        .map(|mail| json!({ "to": mail.to, "writtenAt": mail.created_at, "sentAt": mail.sent_at }));
    Ok(told.collect())
}

/// Forms with one of these addresses that are held as spam: they are nowhere else.
async fn held_of(
    tx: &mut Tx,
    member: &Member,
    addresses: &[Email],
    cut: &mut Cut,
) -> Result<Vec<Value>, Failure> {
    let (mut told, mut is_more) = (Vec::new(), false);
    for address in addresses {
        let mut found = held::naming(tx, &member.scope, address.as_str(), MOST + 1).await?;
        is_more |= found.len() > MOST;
        found.truncate(MOST);
        told.extend(found.iter().filter_map(|held| form_of(held, address)));
    }
    if is_more {
        cut.push("heldForms");
    }
    Ok(told)
}

/// What was typed in, if it is from this address: one may end like another.
fn form_of(held: &HeldLead, address: &Email) -> Option<Value> {
    let event: Value = serde_json::from_str(&held.payload).ok()?;
    let from = event["payload"]["contact"]["email"].as_str()?;
    from.trim().eq_ignore_ascii_case(address.as_str()).then(|| {
        json!({
            "sentAt": held.occurred_at, "heldAt": held.held_at, "discardedAt": held.discarded_at,
            "form": event["payload"],
        })
    })
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

async fn leads_of(
    tx: &mut Tx,
    app: &App,
    member: &Member,
    id: ContactId,
    cut: &mut Cut,
) -> Result<Vec<Value>, Failure> {
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
            return Ok(told);
        }
    }
    cut.push("leads");
    Ok(told)
}

async fn activities_of(
    tx: &mut Tx,
    member: &Member,
    id: ContactId,
    cut: &mut Cut,
) -> Result<Vec<Value>, Failure> {
    let filter = ActivityFilter {
        contact_id: Some(id),
        ..ActivityFilter::default()
    };
    let mut told = Vec::new();
    for request in pages() {
        let page = activities::list(tx, &member.scope, &filter, request).await?;
        told.extend(page.items.into_iter().map(|row| json!(ActivityOut::from(row))));
        if !page.has_more {
            return Ok(told);
        }
    }
    cut.push("activities");
    Ok(told)
}

async fn reminders_of(
    tx: &mut Tx,
    member: &Member,
    id: ContactId,
    cut: &mut Cut,
) -> Result<Vec<Value>, Failure> {
    let (mut told, mut is_more) = (Vec::new(), false);
    for is_done in [false, true] {
        let filter = ReminderFilter {
            is_done,
            contact_id: Some(id),
            ..ReminderFilter::default()
        };
        let mut goes_on = true;
        for request in pages() {
            let page = reminders::list(tx, &member.scope, &filter, request).await?;
            told.extend(page.items.into_iter().map(|row| json!(ReminderOut::from(row))));
            goes_on = page.has_more;
            if !goes_on {
                break;
            }
        }
        is_more |= goes_on;
    }
    if is_more {
        cut.push("reminders");
    }
    Ok(told)
}
