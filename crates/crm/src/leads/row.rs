//! A lead as a row of a table, on the dashboard and in the list.

use db::tenant::leads::LeadWithContact;
use jiff::{SignedDuration, Timestamp};
use types::{Email, FirstResponse, LeadStatus, OfficeHours};

use crate::{
    workspace::Workspace,
    zone::{When, span},
};

/// "0 min left" or "Overdue 0 min" would read as if it were not.
const A_MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// A word with a colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Badge {
    pub(crate) class: &'static str,
    pub(crate) text: String,
}

/// A row of a table of leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Their address, where that is not the name.
    pub(crate) sub: Option<String>,
    pub(crate) status: Badge,
    /// Nothing once it does not matter any more.
    pub(crate) response: Option<Badge>,
    pub(crate) kind: &'static str,
    pub(crate) received: When,
}

impl Row {
    /// A row of the dashboard or of a contact.
    pub(crate) fn new(found: LeadWithContact, workspace: &Workspace) -> Self {
        let response = response(&found, workspace.office());
        let lead = found.lead;
        let name = found
            .contact
            .as_ref()
            .map_or("Unknown visitor", |contact| contact.display_name());
        let email = found.contact.as_ref().and_then(|contact| contact.email.as_ref());
        Self {
            id: lead.id.to_string(),
            sub: email
                .map(Email::as_str)
                .filter(|email| *email != name)
                .map(str::to_owned),
            name: name.to_owned(),
            status: status(lead.status),
            response,
            kind: lead.lead_type.label(),
            received: workspace.zone.when(lead.created_at, workspace.now),
        }
    }
}

pub(crate) fn status(status: LeadStatus) -> Badge {
    let class = match status {
        LeadStatus::New => "badge badge-info",
        LeadStatus::Qualified => "badge badge-violet",
        LeadStatus::Nurturing => "badge badge-warning",
        LeadStatus::Won => "badge badge-success",
        LeadStatus::Lost => "badge",
    };
    let text = status.label().to_owned();
    Badge { class, text }
}

/// How long they may still wait. Answered matters only while the lead is new: then it says that nobody need hurry.
pub(crate) fn response(found: &LeadWithContact, office: (&OfficeHours, Timestamp)) -> Option<Badge> {
    let left = |time: SignedDuration| format!("{} left", span(time.max(A_MINUTE)));
    let (class, text) = match FirstResponse::of(&found.lead, found.first_response_at, office) {
        FirstResponse::Waiting(time) => ("badge badge-success", left(time)),
        FirstResponse::Late(time) => ("badge badge-warning", left(time)),
        FirstResponse::Overdue(by) => (
            "badge badge-danger",
            format!("Overdue {}", span(by.max(A_MINUTE))),
        ),
        FirstResponse::Answered if found.lead.status == LeadStatus::New => ("badge", "Answered".to_owned()),
        FirstResponse::Answered | FirstResponse::Settled => return None,
    };
    Some(Badge { class, text })
}
