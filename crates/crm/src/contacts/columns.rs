//! What a reader may choose to see of a contact in a list.

use jiff::Timestamp;
use types::{Contact, Email, Phone};

use crate::{
    table::{Cell, Column, Line},
    words::source,
    workspace::Workspace,
    zone::Zone,
};

/// A column of a list of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContactColumn {
    Phone,
    Source,
    Tags,
    FirstSeen,
    Changed,
}

impl Column for ContactColumn {
    const ALL: &'static [Self] = &[
        Self::Phone,
        Self::Source,
        Self::Tags,
        Self::FirstSeen,
        Self::Changed,
    ];
    const USUAL: &'static [Self] = &[Self::Phone, Self::Source, Self::Tags, Self::FirstSeen];

    fn word(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Source => "source",
            Self::Tags => "tags",
            Self::FirstSeen => "seen",
            Self::Changed => "changed",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Phone => "Phone",
            Self::Source => "Source",
            Self::Tags => "Tags",
            Self::FirstSeen => "First seen",
            Self::Changed => "Last change",
        }
    }
}

/// What cells need to know besides the contact.
pub(crate) struct Reader {
    zone: Zone,
    now: Timestamp,
}

impl Reader {
    pub(crate) fn new(workspace: &Workspace) -> Self {
        Self {
            zone: workspace.zone.clone(),
            now: workspace.now,
        }
    }

    /// The row of a page.
    pub(crate) fn line(&self, contact: &Contact, columns: &[ContactColumn]) -> Line {
        let name = contact.display_name();
        let email = contact.email.as_ref().map(Email::as_str);
        let cells = columns
            .iter()
            .map(|column| (column.label(), self.cell(*column, contact)));
        Line {
            id: contact.id.to_string(),
            href: format!("/contacts/{}", contact.id),
            sub: email.filter(|email| *email != name).map(str::to_owned),
            name: name.to_owned(),
            signs: Vec::new(),
            cells: cells.collect(),
        }
    }

    /// The row of a file, which has room for their address.
    pub(crate) fn line_of_file(&self, contact: &Contact, columns: &[ContactColumn]) -> Vec<String> {
        let email = contact.email.as_ref().map(ToString::to_string);
        let who = [contact.display_name().to_owned(), email.unwrap_or_default()];
        let cells = columns.iter().map(|column| self.cell(*column, contact).in_file());
        who.into_iter().chain(cells).collect()
    }

    fn cell(&self, column: ContactColumn, contact: &Contact) -> Cell {
        let when = |at| Cell::When(self.zone.when(at, self.now));
        match column {
            ContactColumn::Phone => Cell::text(contact.phone.as_ref().map(Phone::display_national)),
            ContactColumn::Source => Cell::Text(source(&contact.source)),
            ContactColumn::Tags => Cell::text(Some(contact.tags.join(", "))),
            ContactColumn::FirstSeen => when(contact.created_at),
            ContactColumn::Changed => when(contact.updated_at),
        }
    }
}

/// The headings of a file with these columns.
pub(crate) fn heads_of_file(columns: &[ContactColumn]) -> Vec<String> {
    let who = ["Contact", "E-mail"].into_iter();
    who.chain(columns.iter().map(|column| column.label()))
        .map(str::to_owned)
        .collect()
}
