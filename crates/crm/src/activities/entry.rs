//! An activity as a line of a timeline: who did what with whom.

use db::tenant::activities::ActivityWithActor;
use types::{Activity, ActivityType, LeadStatus};

use super::keep::may_correct;
use crate::{workspace::Workspace, zone::When};

/// A line of a timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// A name of `layout/parts/icon.html`.
    pub(crate) icon: &'static str,
    /// The member who did it; none when the visitor did.
    pub(crate) actor: Option<String>,
    /// Whom it happened with; empty when it was about nobody.
    pub(crate) whom: String,
    /// Their lead's page, or their own.
    pub(crate) href: String,
    /// `moved`, `wrote a note`.
    pub(crate) verb: String,
    /// What stands between the verb and whom, where both are named: ` on`, ` with`.
    pub(crate) joint: &'static str,
    /// `from new to qualified`.
    pub(crate) tail: String,
    /// What was written.
    pub(crate) body: Option<String>,
    pub(crate) when: When,
    /// Whether somebody changed it since it was written.
    pub(crate) is_changed: bool,
    /// Where the reader may change it or take it back, if they may.
    pub(crate) correct: Option<String>,
}

/// The entries of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Day {
    pub(crate) heading: String,
    pub(crate) entries: Vec<Entry>,
}

/// Groups entries, newest first, under their days, as somebody reads them.
pub(crate) fn by_day(rows: Vec<ActivityWithActor>, workspace: &Workspace) -> Vec<Day> {
    let (zone, now) = (&workspace.zone, workspace.now);
    let mut days: Vec<Day> = Vec::new();
    for row in rows {
        let at = row.activity.occurred_at;
        let heading = zone.day(at, now);
        let correct = may_correct(&row.activity, &workspace.member);
        let correct = correct.then(|| format!("/activities/{}", row.activity.id));
        let entry = Entry {
            correct,
            ..Entry::new(row, zone.when_that_day(at, now))
        };
        match days.last_mut() {
            Some(day) if day.heading == heading => day.entries.push(entry),
            _ => days.push(Day {
                heading,
                entries: vec![entry],
            }),
        }
    }
    days
}

impl Entry {
    pub(crate) fn new(row: ActivityWithActor, when: When) -> Self {
        let activity = row.activity;
        let kind = activity.activity_type;
        let is_about_nobody = activity.lead_id.is_none() && activity.contact_id.is_none();
        // No visitor writes notes: what is about nobody and of nobody's, we did ourselves.
        let is_ours = is_about_nobody && kind == ActivityType::Note;
        let actor = row
            .actor_name
            .clone()
            .or_else(|| is_ours.then(|| "Freehold".to_owned()));
        // What a member did with the workspace itself, such as taking a list out of it.
        let is_told_whole = actor.is_some() && is_about_nobody;
        let (verb, joint) = if is_told_whole {
            (lower_first(&activity.summary), "")
        } else {
            did(&activity, row.actor_name.as_deref())
        };
        let tail = tail(
            &activity,
            (row.actor_name.as_deref(), row.contact_name.as_deref()),
        );
        // A rule says why it decided so.
        let written = match (kind, &row.actor_name) {
            (ActivityType::LeadAssigned, None) => "why",
            _ => "message",
        };
        let message = activity.metadata.get(written).and_then(|text| text.as_str());
        let body = if is_told_whole || activity.is_trace() {
            None
        } else if kind.may_be_logged() {
            Some(activity.summary)
        } else {
            message.map(str::to_owned)
        };
        Self {
            icon: icon(kind),
            actor,
            whom: match row.contact_name {
                Some(name) => name,
                None if is_told_whole => String::new(),
                None => "a visitor".to_owned(),
            },
            href: match (activity.lead_id, activity.contact_id) {
                (Some(lead), _) => format!("/leads/{lead}"),
                (None, Some(contact)) => format!("/contacts/{contact}"),
                (None, None) => "/leads".to_owned(),
            },
            verb,
            joint,
            tail,
            body,
            when,
            is_changed: row.version > 1,
            correct: None,
        }
    }
}

/// What was done, and how whom it was done with is joined on.
fn did(activity: &Activity, actor: Option<&str>) -> (String, &'static str) {
    let summary = activity.summary.as_str();
    if let Some(kind) = corrected(activity) {
        return (lower_first(summary), joint(kind));
    }
    let (verb, joint) = match activity.activity_type {
        // What was changed is theirs; a lead is opened, and what was planned is taken away, for them.
        ActivityType::Note if activity.metadata.get("changed").is_some() => {
            return (lower_first(summary), " of");
        }
        ActivityType::Note if activity.is_trace() => return (lower_first(summary), " for"),
        ActivityType::LeadStatusChanged => ("moved", ""),
        ActivityType::Note => ("wrote a note", joint(ActivityType::Note)),
        kind if kind.may_be_logged() => return (format!("logged {}", kind.one()), joint(kind)),
        // Taken or given by somebody; or given away by a rule, whose line says it all.
        ActivityType::LeadAssigned if actor.is_some() => {
            let verb = summary.split_once(' ').map_or(summary, |(verb, _)| verb);
            return (lower_first(verb), "");
        }
        ActivityType::ContactMerged => return (lower_first(summary), " into"),
        // What visitors do says itself: "Asked about 1 Elm Street".
        _ => return (lower_first(summary), " with"),
    };
    (verb.to_owned(), joint)
}

/// What a trace says was changed or taken back.
fn corrected(activity: &Activity) -> Option<ActivityType> {
    let kind = activity
        .metadata
        .get("corrected")
        .filter(|_| activity.is_trace())?;
    kind.as_str()?.parse().ok()
}

/// How whom something was done with is joined on.
const fn joint(kind: ActivityType) -> &'static str {
    match kind {
        ActivityType::Note => " on",
        ActivityType::TextLogged | ActivityType::EmailLogged => " to",
        _ => " with",
    }
}

fn lower_first(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// What comes after what was done, and with whom.
fn tail(activity: &Activity, (actor, contact): (Option<&str>, Option<&str>)) -> String {
    let tail = match activity.activity_type {
        ActivityType::LeadStatusChanged => moved(&activity.metadata),
        ActivityType::LeadAssigned if actor.is_some() => {
            let after_verb = activity.summary.split_once(' ');
            after_verb.map(|(_, whom)| whom.to_owned())
        }
        ActivityType::LeadSubmitted | ActivityType::ValuationRequested => signed(&activity.metadata, contact),
        _ => None,
    };
    tail.unwrap_or_default()
}

fn moved(metadata: &serde_json::Value) -> Option<String> {
    let status = |name| {
        let status: LeadStatus = metadata.get(name)?.as_str()?.parse().ok()?;
        Some(status.label().to_lowercase())
    };
    Some(format!("from {} to {}", status("from")?, status("to")?))
}

/// `as Zelda Quince`: who a form says it is from, when the contact it came to has another name.
fn signed(metadata: &serde_json::Value, contact: Option<&str>) -> Option<String> {
    let said = metadata["contact"]["name"].as_str()?.trim();
    let is_other = !said.is_empty() && contact?.trim().to_lowercase() != said.to_lowercase();
    is_other.then(|| format!("as {said}"))
}

const fn icon(kind: ActivityType) -> &'static str {
    match kind {
        ActivityType::LeadSubmitted => "inbox",
        ActivityType::ValuationRequested
        | ActivityType::WebsiteListingViewed
        | ActivityType::WebsiteListingFavorited
        | ActivityType::WebsiteListingUnfavorited => "home",
        ActivityType::LeadStatusChanged | ActivityType::LeadAssigned | ActivityType::ContactMerged => {
            "status"
        }
        ActivityType::Note => "note",
        ActivityType::CallLogged => "phone",
        ActivityType::TextLogged | ActivityType::EmailLogged => "mail",
        ActivityType::AppointmentLogged => "calendar",
        ActivityType::WebsiteSearchPerformed => "search",
        ActivityType::ReminderCompleted => "check",
    }
}
