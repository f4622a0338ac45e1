//! Places to go and things to do, by name.

use types::{Feature, Role};

use super::{
    Entry,
    letters::{Meant, meant},
};
use crate::workspace::Workspace;

/// A place to go or a thing to do, and other words people have for it.
struct Command {
    label: &'static str,
    href: &'static str,
    icon: &'static str,
    also: &'static str,
    who: For,
    /// What is posted there; nothing for a place to go.
    posts: Option<(&'static str, &'static str)>,
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
        posts: None,
    }
}

const fn posts(
    label: &'static str,
    (href, field): (&'static str, (&'static str, &'static str)),
    icon: &'static str,
    also: &'static str,
) -> Command {
    Command {
        posts: Some(field),
        ..to(label, href, icon, also)
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

const COMMANDS: [Command; 36] = [
    to("Today", "/", "home", "dashboard start"),
    to("Leads", "/leads", "leads", "enquiries"),
    to(
        "Leads that wait for an answer",
        "/leads?needs=response",
        "clock",
        "respond unanswered",
    ),
    to(
        "Leads without a next action",
        "/leads?needs=action",
        "status",
        "plan forgotten",
    ),
    to(
        "Leads with an overdue next action",
        "/leads?nextAction=overdue",
        "clock",
        "plan late due",
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
    to(
        "Settings",
        "/settings",
        "settings",
        "sessions calendar feed profile preferences",
    ),
    to(
        "Keys and shortcuts",
        "/search#keys-h",
        "search",
        "help keyboard letters",
    ),
    posts(
        "Dark colours",
        ("/appearance", ("theme", "dark")),
        "settings",
        "theme mode night colors appearance",
    ),
    posts(
        "Light colours",
        ("/appearance", ("theme", "light")),
        "settings",
        "theme mode day colors appearance",
    ),
    posts(
        "Colours as my device has them",
        ("/appearance", ("theme", "system")),
        "settings",
        "theme mode system automatic colors appearance",
    ),
    posts(
        "Sign out",
        ("/sign-out", ("from", "here")),
        "settings",
        "log off logout leave end session",
    ),
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
    does("Open a lead", "/leads/new", "leads", "new add create enquiry"),
    does("Add a contact", "/contacts/new", "building", "new create person"),
    does(
        "Log a call, a text, an e-mail or an appointment",
        "/contacts",
        "phone",
        "rang met meeting showing activity with whom",
    ),
    does(
        "Write a note",
        "/contacts",
        "note",
        "new add create log about whom",
    ),
    does("Import contacts", "/imports", "upload", "csv vcard file new"),
    does(
        "Change many leads",
        "/bulk-edits/new?of=all",
        "status",
        "bulk assign tag status",
    ),
    does(
        "Remind me",
        "/reminders#new-h",
        "clock",
        "new add create task reminder",
    ),
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

/// The commands that these letters may mean, those first that they mean most likely. All of them, when nothing is typed.
pub(super) fn matching(typed: &str, workspace: &Workspace) -> Vec<Entry> {
    let allowed = |command: &&Command| {
        let may = match command.who {
            For::Everybody => true,
            For::Writers => workspace.may_write(),
            For::Owners => workspace.member.person.role == Role::Owner,
        };
        may && (command.href != "/pipeline" || workspace.require(Feature::CrmPipeline).is_ok())
    };
    let mut found: Vec<(Meant, &Command)> = COMMANDS
        .iter()
        .filter(allowed)
        .filter_map(|command| Some((meant(typed, (command.label, command.also))?, command)))
        .collect();
    found.sort_by_key(|(how, _)| *how);
    let entry = |(_, command): (Meant, &Command)| Entry {
        icon: command.icon,
        label: command.label.to_owned(),
        sub: None,
        why: None,
        href: command.href.to_owned(),
        posts: command.posts.map(|(name, value)| vec![(name, value.to_owned())]),
    };
    found.into_iter().map(entry).collect()
}
