//! Places to go and things to do, by name.

use types::{Feature, Role};

use super::Entry;
use crate::workspace::Workspace;

/// A place, and other words people have for it.
struct Command {
    label: &'static str,
    href: &'static str,
    icon: &'static str,
    also: &'static str,
    who: For,
}

/// Who may go there, or do it.
#[derive(Clone, Copy)]
enum For {
    Everybody,
    Writers,
    Owners,
}

const fn to(label: &'static str, href: &'static str, icon: &'static str, also: &'static str) -> Command {
    Command {
        label,
        href,
        icon,
        also,
        who: For::Everybody,
    }
}

const fn does(label: &'static str, href: &'static str, icon: &'static str, also: &'static str) -> Command {
    Command {
        who: For::Writers,
        ..to(label, href, icon, also)
    }
}

const fn owns(label: &'static str, href: &'static str, icon: &'static str, also: &'static str) -> Command {
    Command {
        who: For::Owners,
        ..to(label, href, icon, also)
    }
}

const COMMANDS: [Command; 28] = [
    to("Today", "/", "home", "dashboard start"),
    to("Leads", "/leads", "leads", "enquiries"),
    to(
        "Leads that wait for an answer",
        "/leads?needs=response",
        "clock",
        "new respond",
    ),
    to(
        "Leads without a next action",
        "/leads?needs=action",
        "status",
        "plan forgotten",
    ),
    to("Pipeline", "/pipeline", "board", "kanban stages"),
    to("Contacts", "/contacts", "building", "people address book"),
    to("Reminders", "/reminders", "clock", "tasks due"),
    to("Activity", "/activity", "note", "timeline history"),
    to("Sources", "/sources", "pulse", "where leads come from report"),
    to("Notices", "/notices", "inbox", "news unread"),
    to("Duplicates", "/duplicates", "users", "merge"),
    to("Spam", "/spam", "shield", "held"),
    to("Bulk edits", "/bulk-edits", "status", "undo many"),
    to("Settings", "/settings", "settings", "sessions calendar feed"),
    to(
        "People",
        "/settings/people",
        "users",
        "members roles team colleagues sign-ins",
    ),
    to(
        "Assignment rules",
        "/settings/assignment",
        "users",
        "round robin who gets",
    ),
    to(
        "Test a lead against the rules",
        "/settings/assignment/test",
        "users",
        "assignment explain",
    ),
    does("Open a lead", "/leads/new", "leads", "new add enquiry"),
    does("Add a contact", "/contacts/new", "building", "new person"),
    does("Import contacts", "/imports", "upload", "csv file new"),
    does(
        "Change many leads",
        "/bulk-edits/new?of=all",
        "status",
        "bulk assign tag status",
    ),
    does("Remind me", "/reminders#new-h", "clock", "new task"),
    owns(
        "Invite somebody",
        "/settings/people#invite-h",
        "users",
        "new member invitation add",
    ),
    owns("API tokens", "/settings/tokens", "settings", "programs key"),
    owns(
        "Webhooks",
        "/settings/webhooks",
        "settings",
        "programs deliveries",
    ),
    owns(
        "Export everything",
        "/settings/exports",
        "download",
        "download backup archive",
    ),
    owns("Trail", "/settings/trail", "shield", "audit proof operators"),
    owns(
        "Support access",
        "/settings/support",
        "shield",
        "sessions operators",
    ),
];

/// The commands that these letters may mean: those that have them at the start of a word before those that have them
/// anywhere in this order. All of them, when nothing is typed.
pub(super) fn matching(typed: &str, workspace: &Workspace) -> Vec<Entry> {
    let allowed = |command: &&Command| {
        let may = match command.who {
            For::Everybody => true,
            For::Writers => workspace.may_write(),
            For::Owners => workspace.member.person.role == Role::Owner,
        };
        may && (command.href != "/pipeline" || workspace.require(Feature::CrmPipeline).is_ok())
    };
    let typed = typed.to_lowercase();
    let mut found: Vec<_> = COMMANDS
        .iter()
        .filter(allowed)
        .filter_map(|command| Some((distance(command, &typed)?, command)))
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    let entry = |(_, command): (u8, &Command)| Entry {
        icon: command.icon,
        label: command.label.to_owned(),
        sub: None,
        href: command.href.to_owned(),
    };
    found.into_iter().map(entry).collect()
}

/// How far what was typed is from a command; none when it is not meant at all.
fn distance(command: &Command, typed: &str) -> Option<u8> {
    let label = command.label.to_lowercase();
    let begins = |text: &str| text.split(' ').any(|word| word.starts_with(typed));
    if label.starts_with(typed) {
        Some(0)
    } else if begins(&label) {
        Some(1)
    } else if begins(command.also) {
        Some(2)
    } else if typed.chars().count() > 1 && has_in_order(&label, typed) {
        Some(3)
    } else {
        None
    }
}

/// Whether all letters stand in the text, in this order.
fn has_in_order(text: &str, letters: &str) -> bool {
    let mut rest = text.chars();
    letters.chars().all(|letter| rest.any(|other| other == letter))
}
