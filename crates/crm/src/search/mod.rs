//! `/search`: people, leads and places to go, found by a few letters. With a script the same answers appear over any page
//! (Ctrl K); without one this is a page.

mod commands;
mod here;
mod letters;
#[cfg(test)]
mod tests;

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use db::{
    Tx,
    tenant::{
        contacts::{self, ContactFilter},
        leads::{self, LeadFilter, LeadWithContact},
        why::{self, Why},
    },
};
use server::{Failure, Frame, Params, page};
use types::{
    Email, PageRequest,
    excerpt::{Excerpt, excerpt},
};

use crate::{app::App, leads::Row, workspace::Workspace};

/// People and leads that are shown of each: whoever wants more goes on to the list.
const SHOWN: i64 = 6;

/// Letters of a search that are looked at.
const LONGEST: usize = 200;

#[derive(Template)]
#[template(path = "search/page.html")]
struct Page {
    frame: Frame,
    found: Found,
}

#[derive(Template)]
#[template(path = "search/found.html")]
struct Fragment {
    found: Found,
}

/// What was found.
struct Found {
    query: String,
    /// Where whoever searches was: what can be done there is among it.
    at: String,
    groups: Vec<Group>,
}

struct Group {
    id: &'static str,
    label: String,
    entries: Vec<Entry>,
    /// To all of them, when there are more.
    more: Option<String>,
}

/// Somewhere to go.
struct Entry {
    icon: &'static str,
    label: String,
    sub: Option<String>,
    /// The line of the timeline that it is found by, if only by that.
    why: Option<Because>,
    href: String,
    /// What is posted there; none for a place to go.
    posts: Option<Vec<(&'static str, String)>>,
}

/// Some words of the timeline, and where they stand.
struct Because {
    /// `In a note of 12 Nov: `.
    place: String,
    excerpt: Excerpt,
}

/// Shows the page: a search, what it finds, and every place there is when nothing is typed yet.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let found = find(&mut tx, &workspace, (&params, &headers)).await?;
    let counts = workspace.counts(&mut tx).await?;
    let frame = workspace.framed(&counts);
    page::private(&Page { frame, found })
}

/// The answers alone, for whoever types.
pub(crate) async fn found(
    workspace: Workspace,
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Result<Response, Failure> {
    let mut tx = app.db.read(&workspace.member.scope).await?;
    let found = find(&mut tx, &workspace, (&params, &headers)).await?;
    page::private(&Fragment { found })
}

async fn find(
    tx: &mut Tx,
    workspace: &Workspace,
    (params, headers): (&Params, &HeaderMap),
) -> Result<Found, Failure> {
    let query: String = params.get("q").trim().chars().take(LONGEST).collect();
    let at = here::place(params, headers, workspace.facts.host.authority());
    let here = here::group(tx, workspace, (&at, &query)).await?;
    let mut groups: Vec<_> = here.into_iter().collect();
    if !query.is_empty() {
        groups.push(people(tx, workspace, &query).await?);
        groups.push(wishes(tx, workspace, &query).await?);
    }
    groups.push(Group {
        id: "go",
        label: "Go to".to_owned(),
        entries: commands::matching(&query, workspace),
        more: None,
    });
    groups.retain(|group| !group.entries.is_empty());
    Ok(Found { query, at, groups })
}

async fn people(tx: &mut Tx, workspace: &Workspace, query: &str) -> Result<Group, Failure> {
    let filter = ContactFilter {
        search: Some(query.to_owned()),
        ..ContactFilter::default()
    };
    let first = PageRequest::new(SHOWN, 0);
    let scope = &workspace.member.scope;
    let found = contacts::list(tx, scope, &filter, first).await?;
    let whys = why::contacts(tx, scope, query, &found.items).await?;
    let entry = |contact: &types::Contact| {
        let name = contact.display_name();
        let email = contact.email.as_ref().map(Email::as_str);
        let phone = contact.phone.as_ref().map(types::Phone::original);
        Entry {
            icon: "building",
            why: because(&whys, &contact.id, workspace),
            sub: email.or(phone).filter(|way| *way != name).map(str::to_owned),
            label: name.to_owned(),
            href: format!("/contacts/{}", contact.id),
            posts: None,
        }
    };
    Ok(Group {
        id: "people",
        label: "Contacts".to_owned(),
        entries: found.items.iter().map(entry).collect(),
        more: found.has_more.then(|| address("/contacts", "search", query)),
    })
}

async fn wishes(tx: &mut Tx, workspace: &Workspace, query: &str) -> Result<Group, Failure> {
    let filter = LeadFilter {
        search: Some(query.to_owned()),
        ..LeadFilter::default()
    };
    let first = PageRequest::new(SHOWN, 0);
    let scope = &workspace.member.scope;
    let found = leads::list(tx, scope, &filter, first).await?;
    let rows = found.items.iter();
    let rows: Vec<_> = rows.map(|found| (&found.lead, found.contact.as_ref())).collect();
    let whys = why::leads(tx, scope, query, &rows).await?;
    let more = found.has_more.then(|| address("/leads", "q", query));
    let entry = |found: LeadWithContact| {
        let why = because(&whys, &found.lead.id, workspace);
        let row = Row::new(found, workspace);
        Entry {
            icon: "leads",
            why,
            sub: Some(format!(
                "{} · {} · {}",
                row.status.text, row.kind, row.received.short
            )),
            href: format!("/leads/{}", row.id),
            posts: None,
            label: row.name,
        }
    };
    Ok(Group {
        id: "leads",
        label: "Leads".to_owned(),
        entries: found.items.into_iter().map(entry).collect(),
        more,
    })
}

/// Why this one is among what was found, where its name does not say it.
fn because<Id: PartialEq>(whys: &[Why<Id>], id: &Id, workspace: &Workspace) -> Option<Because> {
    let why = whys.iter().find(|why| why.of == *id)?;
    let day = workspace.zone.short_date(why.occurred_at, workspace.now);
    Some(Because {
        place: format!("In {} of {day}: ", why.activity_type.one()),
        excerpt: excerpt(&why.summary, &why.word),
    })
}

fn address(path: &str, name: &str, value: &str) -> String {
    let query = server::Submitted::default().with(name, value);
    format!("{path}?{}", query.query_with("", None))
}
