//! Activities: what happened with a contact or a lead, oldest truth of the timeline.

use jiff::Timestamp;
use serde_json::Value;

use crate::{ActivityId, ContactId, LeadId, PersonId, text_enum::text_enum};

text_enum! {
    /// What happened.
    pub enum ActivityType {
        /// A form came in.
        LeadSubmitted = "lead_submitted",
        /// A valuation was asked for.
        ValuationRequested = "valuation_requested",
        /// A status changed; metadata says `{from, to}`.
        LeadStatusChanged = "lead_status_changed",
        /// Somebody wrote something down.
        Note = "note",
        /// Somebody rang.
        CallLogged = "call_logged",
        /// Somebody texted.
        TextLogged = "text_logged",
        /// Somebody wrote.
        EmailLogged = "email_logged",
        /// Somebody met them: a meeting, a showing, a visit to the home they sell.
        AppointmentLogged = "appointment_logged",
        /// A visitor searched.
        WebsiteSearchPerformed = "website_search_performed",
        /// A visitor looked at a home.
        WebsiteListingViewed = "website_listing_viewed",
        /// A visitor kept a home.
        WebsiteListingFavorited = "website_listing_favorited",
        /// A visitor let a home go.
        WebsiteListingUnfavorited = "website_listing_unfavorited",
        /// Two contacts became one.
        ContactMerged = "contact_merged",
        /// The lead was given to somebody.
        LeadAssigned = "lead_assigned",
        /// A reminder was done.
        ReminderCompleted = "reminder_completed",
    }
}

impl ActivityType {
    /// Whether a member may log it by hand; the others only happen.
    pub const fn may_be_logged(self) -> bool {
        matches!(self, Self::Note) || self.is_outbound()
    }

    /// Whether it is a person of the tenant reaching out: it stops the first-response clock.
    pub const fn is_outbound(self) -> bool {
        matches!(
            self,
            Self::CallLogged | Self::TextLogged | Self::EmailLogged | Self::AppointmentLogged
        )
    }

    /// What a timeline has to be narrowed to, to show it: for a note, if a member wrote it.
    pub const fn group(self) -> ActivityGroup {
        match self {
            Self::Note => ActivityGroup::Notes,
            Self::CallLogged => ActivityGroup::Calls,
            Self::AppointmentLogged => ActivityGroup::Appointments,
            Self::LeadSubmitted | Self::ValuationRequested | Self::TextLogged | Self::EmailLogged => {
                ActivityGroup::Messages
            }
            Self::WebsiteSearchPerformed
            | Self::WebsiteListingViewed
            | Self::WebsiteListingFavorited
            | Self::WebsiteListingUnfavorited => ActivityGroup::Visits,
            Self::LeadStatusChanged | Self::LeadAssigned | Self::ContactMerged | Self::ReminderCompleted => {
                ActivityGroup::Changes
            }
        }
    }

    /// One of it, as a person reads it; of what only happens, its label.
    pub const fn one(self) -> &'static str {
        match self {
            Self::Note => "a note",
            Self::CallLogged => "a call",
            Self::TextLogged => "a text",
            Self::EmailLogged => "an e-mail",
            Self::AppointmentLogged => "an appointment",
            _ => self.label(),
        }
    }

    /// The type as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::LeadSubmitted => "Lead submitted",
            Self::ValuationRequested => "Valuation requested",
            Self::LeadStatusChanged => "Status changed",
            Self::Note => "Note",
            Self::CallLogged => "Call",
            Self::TextLogged => "Text",
            Self::EmailLogged => "E-mail",
            Self::AppointmentLogged => "Appointment",
            Self::WebsiteSearchPerformed => "Search",
            Self::WebsiteListingViewed => "Listing viewed",
            Self::WebsiteListingFavorited => "Listing saved",
            Self::WebsiteListingUnfavorited => "Listing removed",
            Self::ContactMerged => "Contacts merged",
            Self::LeadAssigned => "Lead assigned",
            Self::ReminderCompleted => "Reminder done",
        }
    }
}

text_enum! {
    /// What a timeline can be narrowed to. Every type of activity is in one of them.
    pub enum ActivityGroup {
        /// What somebody wrote down.
        Notes = "notes",
        /// Who was rung.
        Calls = "calls",
        /// What was written, either way: texts, e-mails, and the forms of the site.
        Messages = "messages",
        /// Who was met.
        Appointments = "appointments",
        /// What a visitor did on the site.
        Visits = "visits",
        /// What became of the record.
        Changes = "changes",
    }
}

impl ActivityGroup {
    /// As many types as a group has at most: statements have that many places for them.
    pub const MOST_TYPES: usize = 4;

    /// The type of which the traces are in it, and not what a member wrote: see [`Activity::is_trace`].
    pub const fn traces(self) -> Option<ActivityType> {
        match self {
            Self::Changes => Some(ActivityType::Note),
            _ => None,
        }
    }

    /// What is in it. Of notes only those that a member wrote.
    pub fn types(self) -> impl Iterator<Item = ActivityType> {
        let all = ActivityType::ALL.iter().copied();
        all.filter(move |kind| kind.group() == self)
    }

    /// The group as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Notes => "Notes",
            Self::Calls => "Calls",
            Self::Messages => "Messages",
            Self::Appointments => "Appointments",
            Self::Visits => "Visits to the site",
            Self::Changes => "Changes",
        }
    }
}

/// Something that happened. Changed or deleted only with its person, or when a member logged it by mistake.
#[derive(Debug, Clone, PartialEq)]
pub struct Activity {
    /// Names the activity within its tenant.
    pub id: ActivityId,
    /// With whom.
    pub contact_id: Option<ContactId>,
    /// About which lead.
    pub lead_id: Option<LeadId>,
    /// What.
    pub activity_type: ActivityType,
    /// When.
    pub occurred_at: Timestamp,
    /// One line for the timeline.
    pub summary: String,
    /// What only machines read.
    pub metadata: Value,
    /// Which member did it; none when a visitor or the platform did.
    pub actor: Option<PersonId>,
}

impl Activity {
    /// Whether a member wrote its line of somebody, and people are searched for by it. A trace of what was done has metadata.
    pub fn is_written(&self) -> bool {
        let is_about_somebody = self.lead_id.is_some() || self.contact_id.is_some();
        self.activity_type.may_be_logged() && self.is_plain() && is_about_somebody
    }

    /// Whether a member logged it by hand: then it may be a mistake, which what the platform wrote is not.
    pub fn is_logged(&self) -> bool {
        self.actor.is_some() && self.is_written()
    }

    /// Whether it is a note that nobody wrote: it says what somebody did, and its metadata says it to machines.
    pub fn is_trace(&self) -> bool {
        self.activity_type == ActivityType::Note && !self.is_plain()
    }

    fn is_plain(&self) -> bool {
        self.metadata.as_object().is_some_and(serde_json::Map::is_empty)
    }

    /// A line of the workspace's own timeline: about nobody in particular.
    pub fn of_workspace(
        id: ActivityId,
        actor: Option<PersonId>,
        (summary, metadata): (String, Value),
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            contact_id: None,
            lead_id: None,
            activity_type: ActivityType::Note,
            occurred_at: now,
            summary,
            metadata,
            actor,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_reaches_out_may_log_it_and_nothing_that_only_happens_does() {
        let outbound = ActivityType::ALL.iter().filter(|kind| kind.is_outbound());
        let labels: Vec<_> = outbound.map(|kind| kind.label()).collect();

        assert_eq!(labels, ["Call", "Text", "E-mail", "Appointment"]);
        let logged = ActivityType::ALL.iter().filter(|kind| kind.may_be_logged());
        assert_eq!(logged.count(), labels.len() + 1, "and notes");
    }

    #[test]
    fn a_group_has_no_more_types_than_a_statement_has_places() {
        for group in ActivityGroup::ALL {
            let types = group.types().count();
            assert!(
                (1..=ActivityGroup::MOST_TYPES).contains(&types),
                "{group}: {types}"
            );
        }
    }
}
