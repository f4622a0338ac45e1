//! The form that corrects a reminder: it posts, is checked, and leads back to where its sender was.

use askama::Template;
use axum::response::Response;
use db::tenant::{members, reminders::ReminderWithNames};
use server::{Failure, FieldErrors, Filled, Flash, Frame, Submitted, etag::IfMatch, page};
use types::{Member, PersonId, Reminder, ReminderChange, ReminderId, Text};

use super::{NO_TIME, Row, back_of, keep};
use crate::{
    app::App,
    hands,
    member::Writer,
    sides::{self, About, Corrects, Named, Posted, Saved, Sides},
    workspace::Workspace,
    zone::Zone,
};

/// The fields of the form.
const FIELDS: [Named; 3] = [("title", "What to do"), ("dueAt", "When"), ("assignedTo", "Who")];

/// Who is no member any more.
const LEFT: &str = "Somebody who has left";

#[derive(Template)]
#[template(path = "reminders/edit.html")]
struct Edit {
    frame: Frame,
    row: Row,
    form: Filled,
    /// Where whoever sent it was.
    back: String,
    clock: &'static str,
    people: Vec<(String, String)>,
}

impl Edit {
    /// The version it corrects, and what that says.
    fn hidden(&self) -> Vec<(&str, &str)> {
        sides::hidden(&self.form.values)
    }
}

/// The form before anybody touched it.
pub(super) fn as_it_is(reminder: &Reminder, zone: &Zone) -> Submitted {
    sides::remembering(values(reminder, zone), &FIELDS, reminder.version)
}

fn values(reminder: &Reminder, zone: &Zone) -> Submitted {
    Submitted::default()
        .with("title", reminder.title.as_str())
        .with("dueAt", zone.typed(reminder.due_at))
        .with("assignedTo", reminder.assigned_to.to_string())
}

/// Saves what was typed.
pub(super) async fn save(
    (app, writer): (&App, &Writer),
    workspace: &Workspace,
    id: ReminderId,
    typed: Submitted,
) -> Result<Response, Failure> {
    let back = back_of(&typed).to_owned();
    let form = OfReminder {
        app,
        writer,
        workspace,
        id,
        back: &back,
    };
    match sides::save(&form, typed).await? {
        Saved::Done(told) => {
            let told = format!("Reminder saved.{told}");
            Ok(Flash::success(told).on(page::see_other(&back), &workspace.facts))
        }
        Saved::Torn(question) => Ok(question),
        Saved::Refused(typed) => page::refused(&form.again(typed).await?),
    }
}

/// The form of one reminder, who sent it, and where they were.
struct OfReminder<'a> {
    app: &'a App,
    writer: &'a Writer,
    workspace: &'a Workspace,
    id: ReminderId,
    back: &'a str,
}

impl OfReminder<'_> {
    /// The form once more, alone: the list that it stood in may not have its row any more.
    async fn again(&self, form: Filled) -> Result<Edit, Failure> {
        let found = keep::read(self.app, &self.writer.0, self.id).await?;
        let scope = &self.writer.0.scope;
        let mut tx = self.app.db.read(scope).await?;
        let counts = self.workspace.counts(&mut tx).await?;
        let members = members::list(&mut tx, scope).await?;
        Ok(Edit {
            frame: self.workspace.framed(&counts),
            people: people(&members, &found),
            row: Row::new(found, &self.workspace.zone, self.workspace.now),
            form,
            back: self.back.to_owned(),
            clock: self.workspace.zone.clock(),
        })
    }
}

impl Corrects for OfReminder<'_> {
    const FIELDS: &'static [Named] = &FIELDS;

    async fn write(&self, typed: &Submitted) -> Result<String, Failure> {
        let wanted = read(typed, &self.workspace.zone).map_err(Failure::Invalid)?;
        let seen = IfMatch::of_form(typed.get("version"));
        let saved = keep::change(self.app, self.writer, self.id, &seen, wanted).await?;
        // Forms are of what is open, so somebody else did it meanwhile.
        Ok(match saved.reminder.completed {
            Some(_) => " It is done by now: open it again if it is still to be done.".to_owned(),
            None => String::new(),
        })
    }

    async fn meet(&self, typed: &Submitted) -> Result<Sides, Failure> {
        let zone = &self.workspace.zone;
        let wanted = read(typed, zone).map_err(Failure::Invalid)?;
        let theirs = keep::read(self.app, &self.writer.0, self.id).await?.reminder;
        let mut yours = theirs.clone();
        yours.title = wanted.title.unwrap_or(yours.title);
        yours.due_at = wanted.due_at.unwrap_or(yours.due_at);
        yours.assigned_to = wanted.assigned_to.unwrap_or(yours.assigned_to);
        let stored = (&values(&theirs, zone), theirs.version);
        Ok(Sides::meet(&FIELDS, typed, stored, &values(&yours, zone)))
    }

    async fn ask(&self, sides: &Sides) -> Result<Response, Failure> {
        let found = keep::read(self.app, &self.writer.0, self.id).await?;
        let scope = &self.writer.0.scope;
        let mut tx = self.app.db.read(scope).await?;
        let members = members::list(&mut tx, scope).await?;
        let frame = self.workspace.framed(&self.workspace.counts(&mut tx).await?);
        let about = About {
            kind: "reminder",
            name: found.reminder.title,
            href: self.back.to_owned(),
            list: ("/reminders", "Reminders"),
        };
        let posted = Posted {
            to: &format!("/reminders/{}", self.id),
            with: &[("action", "save"), ("back", self.back)],
        };
        let words = |name: &str, value: &str| in_words((name, value), &members);
        sides::ask_and_post(frame, about, sides, words, &posted)
    }
}

/// What a field says, as people read it.
fn in_words((name, value): (&str, &str), members: &[Member]) -> String {
    match name {
        "assignedTo" => {
            let mut members = members.iter();
            let member = members.find(|member| member.person_id.to_string() == value);
            member.map_or(LEFT, |member| member.name.as_str()).to_owned()
        }
        "dueAt" => value.replace('T', " "),
        _ => value.to_owned(),
    }
}

/// Everybody who may be given it, and whoever has it.
fn people(members: &[Member], found: &ReminderWithNames) -> Vec<(String, String)> {
    let holder = found.reminder.assigned_to;
    let mut people = hands::choices(members, Some(holder));
    if members.iter().all(|member| member.person_id != holder) {
        let name = found.assignee_name.as_deref().unwrap_or(LEFT);
        people.push((holder.to_string(), name.to_owned()));
    }
    people
}

/// A field that nobody touched is no wish: a time is shown to the minute only.
fn read(typed: &Submitted, zone: &Zone) -> Result<ReminderChange, FieldErrors> {
    let mut errors = FieldErrors::default();
    let is_wish = |name: &&str| !sides::is_untouched(typed, name);
    let title = Some("title").filter(is_wish).map(|name| {
        let title = Text::<200>::parse(typed.get(name));
        title.map_err(|error| format!("What to do {error}."))
    });
    let title = errors.keep("title", "invalid", title.transpose());
    let due_at = Some("dueAt").filter(is_wish);
    let due_at = due_at.map(|name| zone.read(typed.get(name)).ok_or(NO_TIME));
    let due_at = errors.keep("dueAt", "invalid", due_at.transpose());
    let assigned_to = Some("assignedTo").filter(is_wish).map(|name| {
        let person = typed.get(name).parse::<PersonId>();
        person.map_err(|_| "Who shall do it must be one of the choices.")
    });
    let assigned_to = errors.keep("assignedTo", "invalid", assigned_to.transpose());
    let read = title.zip(due_at).zip(assigned_to);
    let read = read.map(|((title, due_at), assigned_to)| ReminderChange {
        title: title.map(Text::into_string),
        due_at,
        assigned_to,
        is_completed: None,
    });
    read.ok_or(errors)
}
