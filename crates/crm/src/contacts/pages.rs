//! `/contacts/{id}`: one contact, their leads and what happened with them.

use askama::Template;
use axum::{extract::State, response::Response};
use db::{
    Tx,
    tenant::{
        activities::Whose,
        consents,
        contacts::{self, former},
        interest,
        leads::{self, LeadFilter},
        merges::{self, Merge},
    },
};
use server::{Failure, Filled, Frame, Params, Path, page};
use types::{Contact, ContactId, Lead, PageRequest, Role};

use super::{ContactCard, HomeSeen, consents_in_words, edit};
use crate::{
    activities::{Composer, Timeline},
    app::App,
    dialog::Dialog,
    events::Live,
    leads::{
        Badge, Heat, Row,
        show::{Fact, origin},
    },
    sides,
    words::source,
    workspace::Workspace,
    zone::When,
};

#[derive(Template)]
#[template(path = "contacts/show.html")]
pub(super) struct Show {
    frame: Frame,
    live: Live,
    contact: ContactCard,
    source: String,
    /// Why they should be rung now, while a lead of theirs is open.
    signs: Vec<Badge>,
    rows: Vec<Row>,
    /// How their newest lead came about, and what they allowed then.
    origin: Vec<Fact>,
    composer: Composer,
    timeline: Timeline,
    homes: Vec<HomeSeen>,
    /// Each channel of marketing, and whether they allowed it.
    consents: Vec<(&'static str, String)>,
    id: String,
    may_write: bool,
    /// Whether they may forget this person for good.
    may_erase: bool,
    edit: Edit,
    editing: Dialog,
    /// What leads to them besides their address and number.
    also: Vec<String>,
    merges: Vec<Merged>,
}

/// Others that became part of this contact, and can be taken out again.
struct Merged {
    href: String,
    at: When,
    was_edited_since: bool,
}

/// How far somebody is with correcting the contact.
pub(super) enum Edit {
    /// They only look.
    Closed(Filled),
    /// What they typed was refused.
    Refused(Filled),
}

impl Edit {
    fn form(&self) -> &Filled {
        let (Self::Closed(form) | Self::Refused(form)) = self;
        form
    }

    const fn is_open(&self) -> bool {
        !matches!(self, Self::Closed(_))
    }

    /// The version it corrects, and what that says.
    fn hidden(&self) -> Vec<(&str, &str)> {
        sides::hidden(&self.form().values)
    }
}

impl Show {
    /// The same with a note that was refused.
    pub(super) fn noting(self, note: Filled) -> Self {
        Self {
            composer: self.composer.refusing(note),
            ..self
        }
    }
}

/// Shows one contact with their leads and what happened.
pub(crate) async fn show(
    workspace: Workspace,
    State(app): State<App>,
    Path(id): Path<ContactId>,
    params: Params,
) -> Result<Response, Failure> {
    match load(&app, &workspace, id, &params, None).await {
        Err(Failure::NotFound) => whom_they_became(&app, &workspace, id).await,
        shown => page::private(&shown?),
    }
}

/// Leads from a contact that was merged to the one that is left.
async fn whom_they_became(app: &App, workspace: &Workspace, id: ContactId) -> Result<Response, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let kept = former::became(&mut tx, scope, id)
        .await?
        .ok_or(Failure::NotFound)?;
    Ok(page::see_other(&format!("/contacts/{kept}")))
}

/// Addresses and numbers that lead here because they were those of contacts that were merged, each once.
fn also_reached_by(contact: &Contact, former: Vec<former::Was>) -> Vec<String> {
    let mut also = Vec::new();
    for was in former {
        let email = was.email.filter(|email| Some(email) != contact.email.as_ref());
        let phone = was.phone.filter(|phone| Some(phone) != contact.phone.as_ref());
        also.extend(email.map(|email| email.to_string()));
        also.extend(phone.map(|phone| phone.display_national()));
    }
    also.sort_unstable();
    also.dedup();
    also
}

/// The page of one contact, with a form somebody is at, if anybody is.
pub(super) async fn load(
    app: &App,
    workspace: &Workspace,
    id: ContactId,
    params: &Params,
    edit: Option<Edit>,
) -> Result<Show, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let live = Live::of_record(&mut tx, workspace, ("contact", id)).await?;
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
    let heat = Heat::find(&mut tx, scope, &leads, workspace.now).await?;
    let timeline = Timeline::read(&mut tx, workspace, Whose::Contact(id), params).await?;
    let composer = Composer::read(&mut tx, app, workspace, Whose::Contact(id)).await?;
    let origin = match leads.first() {
        Some(newest) => origin_of(&mut tx, workspace, &newest.lead).await?,
        None => Vec::new(),
    };
    let homes = interest::homes_of(&mut tx, scope, id).await?;
    let consents = consents::of_contact(&mut tx, scope, id).await?;
    let merges = merges::of_contact(&mut tx, scope, id).await?;
    let former = former::of_contact(&mut tx, scope, id).await?;
    let counts = workspace.counts(&mut tx).await?;
    let (zone, now) = (&workspace.zone, workspace.now);
    let merged = |merge: Merge| Merged {
        href: format!("/contacts/merges/{}/undo", merge.id),
        at: zone.when(merge.merged_at, now),
        was_edited_since: contact.version != merge.kept_version,
    };
    Ok(Show {
        merges: merges.into_iter().map(merged).collect(),
        also: also_reached_by(&contact, former),
        frame: workspace.framed(&counts),
        live,
        source: source(&contact.source),
        id: id.to_string(),
        may_write: workspace.may_write(),
        may_erase: workspace.member.person.role == Role::Owner,
        editing: Dialog::of("edit", &format!("/contacts/{id}"), params),
        edit: edit.unwrap_or_else(|| Edit::Closed(edit::as_it_is(&contact))),
        contact: ContactCard::new(&contact, count, zone),
        signs: heat.of_contact(&leads),
        rows: leads.into_iter().map(|lead| Row::new(lead, workspace)).collect(),
        origin,
        composer,
        timeline,
        homes: HomeSeen::all(homes, zone, now),
        consents: consents_in_words(&consents, zone),
    })
}

async fn origin_of(tx: &mut Tx, workspace: &Workspace, newest: &Lead) -> Result<Vec<Fact>, Failure> {
    let sent = origin::submitted(tx, &workspace.member.scope, newest.id).await?;
    Ok(origin::source(newest, sent.as_ref(), &workspace.zone))
}
