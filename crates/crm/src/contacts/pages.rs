//! `/contacts` and `/contacts/{id}`.

use askama::Template;
use axum::{extract::State, response::Response};
use db::tenant::{
    activities::{self, ActivityFilter},
    contacts,
    leads::{self, LeadFilter},
};
use server::{
    Failure, Filled, Frame, Params, Path,
    page::{self, Pager},
};
use types::{Contact, ContactId, Email, PageRequest, Phone};

use super::{ContactCard, edit, filter};
use crate::{
    activities::{Day, by_day},
    app::App,
    leads::Row,
    words::sentence_case,
    workspace::Workspace,
    zone::{When, Zone},
};

/// As much of somebody's past as a page shows.
const MOST_ENTRIES: i64 = 200;

#[derive(Template)]
#[template(path = "contacts/list.html")]
struct List {
    frame: Frame,
    search: String,
    rows: Vec<ContactRow>,
    pager: Pager,
    knows_nobody: bool,
}

/// A row of the list.
struct ContactRow {
    href: String,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    source: String,
    first_seen: When,
}

#[derive(Template)]
#[template(path = "contacts/show.html")]
pub(super) struct Show {
    frame: Frame,
    contact: ContactCard,
    source: String,
    rows: Vec<Row>,
    timeline: Vec<Day>,
    /// What the timeline calls its record.
    this: &'static str,
    may_write: bool,
    version: i64,
    edit: Edit,
}

/// How far somebody is with correcting the contact.
pub(super) enum Edit {
    /// They only look.
    Closed(Filled),
    /// What they typed was refused.
    Refused(Filled),
    /// Somebody else was faster.
    Stale(Filled),
}

impl Edit {
    fn form(&self) -> &Filled {
        let (Self::Closed(form) | Self::Refused(form) | Self::Stale(form)) = self;
        form
    }

    const fn is_open(&self) -> bool {
        !matches!(self, Self::Closed(_))
    }

    const fn is_stale(&self) -> bool {
        matches!(self, Self::Stale(_))
    }
}

impl ContactRow {
    fn new(contact: &Contact, zone: &Zone, now: jiff::Timestamp) -> Self {
        let name = contact.display_name();
        let email = contact.email.as_ref().map(Email::as_str);
        Self {
            href: format!("/contacts/{}", contact.id),
            email: email.filter(|email| *email != name).map(str::to_owned),
            name: name.to_owned(),
            phone: contact.phone.as_ref().map(Phone::display_national),
            source: sentence_case(&contact.source),
            first_seen: zone.when(contact.created_at, now),
        }
    }
}

/// Shows the list.
pub(crate) async fn list(
    workspace: Workspace,
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let (scope, filter) = (&workspace.member.scope, filter(&params));
    let mut tx = app.db.read(scope).await?;
    let counts = workspace.counts(&mut tx).await?;
    let found = contacts::list(&mut tx, scope, &filter, params.page()).await?;
    let total = contacts::count(&mut tx, scope, &filter).await?;
    let (zone, now) = (&workspace.zone, workspace.now);
    page::private(&List {
        frame: workspace.framed(&counts),
        pager: Pager::of("contacts", ("/contacts", &params), &found, Some(total)),
        search: filter.search.unwrap_or_default(),
        rows: found
            .items
            .iter()
            .map(|contact| ContactRow::new(contact, zone, now))
            .collect(),
        knows_nobody: counts.contact_count == 0,
    })
}

/// Shows one contact with their leads and what happened.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
) -> Result<Response, Failure> {
    page::private(&load(&app, &workspace, id, None).await?)
}

/// The page of one contact, with a form somebody is at, if anybody is.
pub(super) async fn load(
    app: &App,
    workspace: &Workspace,
    id: ContactId,
    edit: Option<Edit>,
) -> Result<Show, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let contact = contacts::find(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let theirs = LeadFilter {
        contact_id: Some(id),
        ..LeadFilter::default()
    };
    let leads = leads::list(&mut tx, scope, &theirs, PageRequest::default())
        .await?
        .items;
    let count = leads::count(&mut tx, scope, &theirs).await?;
    let with_them = ActivityFilter {
        contact_id: Some(id),
        ..ActivityFilter::default()
    };
    let past = PageRequest::new(MOST_ENTRIES, 0);
    let past = activities::list(&mut tx, scope, &with_them, past).await?.items;
    let counts = workspace.counts(&mut tx).await?;
    let (zone, now) = (&workspace.zone, workspace.now);
    Ok(Show {
        frame: workspace.framed(&counts),
        source: sentence_case(&contact.source),
        may_write: workspace.may_write(),
        version: contact.version,
        edit: edit.unwrap_or_else(|| Edit::Closed(edit::as_it_is(&contact))),
        contact: ContactCard::new(&contact, count, zone),
        rows: leads.into_iter().map(|lead| Row::new(lead, zone, now)).collect(),
        timeline: by_day(past, zone, now),
        this: "a lead",
    })
}
