//! What the page of a lead shows.

use askama::Template;
use db::tenant::{
    activities::Whose,
    interest,
    leads::{self, LeadFilter, LeadWithContact},
    members,
    summary::News,
};
use jiff::Timestamp;
use server::{Failure, Filled, Frame, Params, page::thousands};
use types::{
    Contact, Lead, LeadId, LeadStatus, Member, Money,
    interest::HomeOfInterest,
    score::{LeadScore, ScoreReason},
};

use super::{edit, forms, origin, signature::Signature};

use crate::{
    activities::{Composer, Timeline},
    app::App,
    contacts::{ContactCard, HomeSeen},
    dialog::Dialog,
    events::Live,
    leads::{
        Badge, Heat, Owner,
        choices::{assignees, reasons},
        row,
        score::{self, Scores},
    },
    sides,
    words::sentence_case,
    workspace::Workspace,
    zone::{When, Zone},
};

/// Everything a lead's page is made of, read in one transaction.
pub(super) struct Record {
    pub(super) found: LeadWithContact,
    pub(super) counts: News,
    live: Live,
    timeline: Timeline,
    /// What the form sent that the lead came by.
    submitted: Option<serde_json::Value>,
    homes: Vec<HomeOfInterest>,
    leads_of_contact: i64,
    members: Vec<Member>,
    scores: Scores,
    heat: Heat,
    composer: Composer,
    editing: Dialog,
}

/// Reads it, with the stretch of its timeline that `params` ask for.
///
/// # Errors
///
/// Not found, for a lead that is absent or another tenant's; and as a timeline's.
pub(super) async fn load(
    app: &App,
    workspace: &Workspace,
    id: LeadId,
    params: &Params,
) -> Result<Record, Failure> {
    let scope = &workspace.member.scope;
    let mut tx = app.db.read(scope).await?;
    let live = Live::of_record(&mut tx, workspace, ("lead", id)).await?;
    let found = leads::find(&mut tx, scope, id).await?.ok_or(Failure::NotFound)?;
    let whose = Whose::Lead(id, found.lead.contact_id);
    let timeline = Timeline::read(&mut tx, workspace, whose, params).await?;
    let composer = Composer::read(&mut tx, app, workspace, whose).await?;
    let submitted = origin::submitted(&mut tx, scope, id).await?;
    let of_contact = LeadFilter {
        contact_id: found.lead.contact_id,
        ..LeadFilter::default()
    };
    let leads_of_contact = match found.lead.contact_id {
        Some(_) => leads::count(&mut tx, scope, &of_contact).await?,
        None => 0,
    };
    let homes = match found.lead.contact_id {
        Some(id) => interest::homes_of(&mut tx, scope, id).await?,
        None => Vec::new(),
    };
    let members = members::list(&mut tx, scope).await?;
    let scores = Scores::count(&mut tx, scope, std::slice::from_ref(&found), workspace.now).await?;
    let heat = Heat::find(&mut tx, scope, std::slice::from_ref(&found), workspace.now).await?;
    Ok(Record {
        counts: workspace.counts(&mut tx).await?,
        live,
        found,
        timeline,
        submitted,
        homes,
        leads_of_contact,
        members,
        scores,
        heat,
        composer,
        editing: Dialog::of("edit", &format!("/leads/{id}"), params),
    })
}

/// A name and a value of a `<dl>`.
pub(crate) struct Fact {
    pub(crate) name: &'static str,
    pub(crate) value: String,
    pub(crate) is_code: bool,
    /// The value, where it is a time.
    pub(crate) when: Option<When>,
}

#[derive(Template)]
#[template(path = "leads/show/show.html")]
pub(super) struct Show {
    frame: Frame,
    live: Live,
    id: String,
    version: i64,
    name: String,
    status: Badge,
    response: Option<Badge>,
    signs: Vec<Badge>,
    kind: &'static str,
    received: When,
    owner: Option<Owner>,
    contact: Option<ContactCard>,
    /// Who the form says it is from, where that is somebody else.
    signature: Option<Signature>,
    request: Vec<Fact>,
    source: Vec<Fact>,
    timeline: Timeline,
    homes: Vec<HomeSeen>,
    may_write: bool,
    /// It is open, and nobody has it yet.
    may_be_claimed: bool,
    status_form: Filled,
    statuses: Vec<(&'static str, &'static str)>,
    reasons: Vec<(&'static str, String)>,
    composer: Composer,
    clock: &'static str,
    score: Score,
    edit: Edit,
    editing: Dialog,
    assignees: Vec<(String, String)>,
    kinds_of_home: Vec<(String, String)>,
}

impl Show {
    pub(super) fn new(workspace: &Workspace, record: Record) -> Self {
        let (zone, now) = (&workspace.zone, workspace.now);
        let response = row::response(&record.found, workspace.office());
        let score = record.scores.of(&record.found);
        let signs = record.heat.of(&record.found);
        let LeadWithContact { lead, contact, .. } = record.found;
        let name = contact
            .as_ref()
            .map_or("Unknown visitor", Contact::display_name)
            .to_owned();
        Self {
            frame: workspace.framed(&record.counts),
            live: record.live,
            id: lead.id.to_string(),
            version: lead.version,
            name,
            status: row::status(lead.status),
            response,
            signs,
            kind: lead.lead_type.label(),
            received: zone.when(lead.created_at, now),
            owner: Owner::of(lead.assigned_to, &record.members),
            signature: Signature::of(record.submitted.as_ref(), contact.as_ref()),
            contact: contact.map(|contact| ContactCard::new(&contact, record.leads_of_contact, zone)),
            score: Score::new(&score),
            edit: Edit::Closed(edit::as_it_is(&lead, zone)),
            editing: record.editing,
            assignees: assignees(&record.members, lead.assigned_to),
            kinds_of_home: edit::kinds_of_home(&lead),
            request: request(&lead, assignee(&lead, &record.members), zone),
            source: origin::source(&lead, record.submitted.as_ref(), zone),
            timeline: record.timeline,
            homes: HomeSeen::all(record.homes, zone, now),
            may_write: workspace.may_write(),
            may_be_claimed: lead.assigned_to.is_none() && !lead.status.is_closed(),
            status_form: forms::as_it_is(&lead),
            statuses: LeadStatus::ALL
                .iter()
                .map(|status| (status.as_str(), status.label()))
                .collect(),
            reasons: reasons(),
            composer: record.composer,
            clock: zone.clock(),
        }
    }

    /// The same with a status that was refused.
    pub(super) fn moving(self, status_form: Filled) -> Self {
        Self { status_form, ..self }
    }

    /// The same with a note that was refused.
    pub(super) fn noting(self, note: Filled) -> Self {
        Self {
            composer: self.composer.refusing(note),
            ..self
        }
    }

    /// The same with what somebody is at correcting.
    pub(super) fn editing(self, edit: Edit) -> Self {
        Self { edit, ..self }
    }
}

/// A score as the page shows it, each part as a bar of its share.
struct Score {
    badge: Badge,
    reasons: Vec<ScoreReason>,
}

impl Score {
    fn new(score: &LeadScore) -> Self {
        Self {
            badge: score::badge(score),
            reasons: score.reasons.clone(),
        }
    }
}

/// How far somebody is with correcting the lead.
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

fn assignee(lead: &Lead, members: &[Member]) -> Option<String> {
    let theirs = members
        .iter()
        .find(|member| Some(member.person_id) == lead.assigned_to);
    theirs.map(|member| member.name.clone())
}

impl Fact {
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Self {
        Self {
            name,
            value: value.into(),
            is_code: false,
            when: None,
        }
    }

    /// A time, which tells its zone to whoever points at it.
    fn time(name: &'static str, when: When) -> Self {
        Self {
            when: Some(when.clone()),
            ..Self::new(name, when.short)
        }
    }

    pub(super) fn code(name: &'static str, value: String) -> Self {
        Self {
            name,
            value,
            is_code: true,
            when: None,
        }
    }
}

/// What they want, as far as it is known.
fn request(lead: &Lead, assignee: Option<String>, zone: &Zone) -> Vec<Fact> {
    let property = &lead.property;
    let text = |name, value: Option<String>| value.map(|value| Fact::new(name, value));
    let time = |name, at: Option<Timestamp>| at.map(|at| Fact::time(name, zone.exactly(at)));
    let area = property.sqft.map(|sqft| format!("{} sq ft", thousands(sqft)));
    let close_reason = lead.close_reason.map(|reason| reason.label().to_owned());
    let tags = (!lead.tags.is_empty()).then(|| lead.tags.join(", "));
    let known = [
        text("Message", lead.notes.clone()),
        text("Timeframe", lead.timeframe.clone()),
        text("Address", property.listing_address.clone()),
        text("Property", home(lead)),
        text("Area", area),
        text("Price", price(property.price_min, property.price_max)),
        text("Assigned to", assignee),
        time("Next action", lead.next_action_at),
        text("What to do", lead.next_action_note.clone()),
        time("Last contact", lead.last_contact_at),
        text("Close reason", close_reason),
        text("Tags", tags),
    ];
    known.into_iter().flatten().collect()
}

/// `Single family, 3 beds, 2.5 baths`.
fn home(lead: &Lead) -> Option<String> {
    let property = &lead.property;
    let parts = [
        property.property_type.as_deref().map(sentence_case),
        property.beds.map(|beds| format!("{beds} beds")),
        property.baths.map(|baths| format!("{baths} baths")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `$500,000 to $650,000`, as far as it is known.
pub(in crate::leads) fn price(least: Option<Money>, most: Option<Money>) -> Option<String> {
    match (least, most) {
        (Some(least), Some(most)) => Some(format!("{least} to {most}")),
        (Some(least), None) => Some(format!("From {least}")),
        (None, Some(most)) => Some(format!("Up to {most}")),
        (None, None) => None,
    }
}
