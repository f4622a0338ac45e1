//! What a reader may choose to see of a lead in a list.

use std::collections::HashMap;

use db::tenant::leads::LeadWithContact;
use jiff::Timestamp;
use types::{Email, Member, OfficeHours, PersonId, Phone};

use super::{
    heat::Heat,
    row,
    score::{self, Scores},
    show::price,
};
use crate::{
    table::{Cell, Column, Line},
    words::source,
    workspace::Workspace,
    zone::Zone,
};

/// A column of a list of leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LeadColumn {
    Status,
    Response,
    Score,
    Type,
    About,
    Source,
    Assigned,
    Price,
    Timeframe,
    NextAction,
    Tags,
    LastContact,
    Received,
    Changed,
}

impl Column for LeadColumn {
    const ALL: &'static [Self] = &[
        Self::Status,
        Self::Response,
        Self::Score,
        Self::Type,
        Self::About,
        Self::Source,
        Self::Assigned,
        Self::Price,
        Self::Timeframe,
        Self::NextAction,
        Self::Tags,
        Self::LastContact,
        Self::Received,
        Self::Changed,
    ];
    const USUAL: &'static [Self] = &[
        Self::Status,
        Self::Response,
        Self::Score,
        Self::About,
        Self::Assigned,
        Self::Received,
    ];

    fn word(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Response => "response",
            Self::Score => "score",
            Self::Type => "type",
            Self::About => "about",
            Self::Source => "source",
            Self::Assigned => "assigned",
            Self::Price => "price",
            Self::Timeframe => "timeframe",
            Self::NextAction => "next",
            Self::Tags => "tags",
            Self::LastContact => "contacted",
            Self::Received => "received",
            Self::Changed => "changed",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Response => "First response",
            Self::Score => "Score",
            Self::Type => "Type",
            Self::About => "About",
            Self::Source => "Source",
            Self::Assigned => "Assigned to",
            Self::Price => "Price",
            Self::Timeframe => "Timeframe",
            Self::NextAction => "Next action",
            Self::Tags => "Tags",
            Self::LastContact => "Last contact",
            Self::Received => "Received",
            Self::Changed => "Last change",
        }
    }
}

/// What cells need to know besides the lead.
pub(crate) struct Reader {
    zone: Zone,
    now: Timestamp,
    hours: OfficeHours,
    names: HashMap<PersonId, String>,
}

impl Reader {
    pub(crate) fn new(workspace: &Workspace, members: &[Member]) -> Self {
        Self {
            zone: workspace.zone.clone(),
            now: workspace.now,
            hours: workspace.member.hours.clone(),
            names: members
                .iter()
                .map(|member| (member.person_id, member.name.clone()))
                .collect(),
        }
    }

    /// The row of a page.
    pub(crate) fn line(
        &self,
        found: &LeadWithContact,
        (scores, heat): (&Scores, &Heat),
        columns: &[LeadColumn],
    ) -> Line {
        let id = found.lead.id.to_string();
        let name = name(found);
        let email = found.contact.as_ref().and_then(|contact| contact.email.as_ref());
        let cells = columns
            .iter()
            .map(|column| (column.label(), self.cell(*column, found, scores)));
        Line {
            href: format!("/leads/{id}"),
            id,
            sub: email
                .map(Email::as_str)
                .filter(|email| *email != name)
                .map(str::to_owned),
            signs: heat.of(found),
            cells: cells.collect(),
            name,
        }
    }

    /// The row of a file, which has room for the ways to reach them.
    pub(crate) fn line_of_file(
        &self,
        found: &LeadWithContact,
        scores: &Scores,
        columns: &[LeadColumn],
    ) -> Vec<String> {
        let contact = found.contact.as_ref();
        let email = contact.and_then(|contact| contact.email.as_ref());
        let phone = contact.and_then(|contact| contact.phone.as_ref());
        let who = [
            name(found),
            email.map(ToString::to_string).unwrap_or_default(),
            phone.map(Phone::display_national).unwrap_or_default(),
        ];
        let cells = columns
            .iter()
            .map(|column| self.cell(*column, found, scores).in_file());
        who.into_iter().chain(cells).collect()
    }

    fn cell(&self, column: LeadColumn, found: &LeadWithContact, scores: &Scores) -> Cell {
        let lead = &found.lead;
        let when =
            |at: Option<Timestamp>| at.map_or(Cell::Empty, |at| Cell::When(self.zone.when(at, self.now)));
        match column {
            LeadColumn::Status => Cell::Badge(row::status(lead.status)),
            LeadColumn::Response => {
                row::response(found, (&self.hours, self.now)).map_or(Cell::Empty, Cell::Clock)
            }
            LeadColumn::Score => {
                let score = scores.of(found);
                Cell::Told(score::badge(&score), score::because(&score))
            }
            LeadColumn::Type => Cell::Text(lead.lead_type.label().to_owned()),
            LeadColumn::About => {
                let about = lead
                    .notes
                    .clone()
                    .or_else(|| lead.property.listing_address.clone());
                about.map_or(Cell::Empty, Cell::Long)
            }
            LeadColumn::Source => Cell::Text(source(&lead.source)),
            LeadColumn::Assigned => Cell::text(lead.assigned_to.and_then(|id| self.names.get(&id).cloned())),
            LeadColumn::Price => Cell::text(price(lead.property.price_min, lead.property.price_max)),
            LeadColumn::Timeframe => Cell::text(lead.timeframe.clone()),
            LeadColumn::NextAction => lead
                .next_action_at
                .map_or(Cell::Empty, |at| Cell::When(self.zone.due(at, self.now))),
            LeadColumn::Tags => Cell::text(Some(lead.tags.join(", "))),
            LeadColumn::LastContact => when(lead.last_contact_at),
            LeadColumn::Received => when(Some(lead.created_at)),
            LeadColumn::Changed => when(Some(lead.updated_at)),
        }
    }
}

/// The headings of a file with these columns.
pub(crate) fn heads_of_file(columns: &[LeadColumn]) -> Vec<String> {
    let who = ["Lead", "E-mail", "Phone"].into_iter();
    who.chain(columns.iter().map(|column| column.label()))
        .map(str::to_owned)
        .collect()
}

fn name(found: &LeadWithContact) -> String {
    let name = found.contact.as_ref().map(|contact| contact.display_name());
    name.unwrap_or("Unknown visitor").to_owned()
}
