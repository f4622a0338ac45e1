//! The message about what nobody did: one for each member, whatever the number of reminders.

use askama::Template;
use db::door::hosts::Site;
use jiff::tz::TimeZone;
use types::{Mail, Member, NoticeKind};

use super::News;
use crate::{
    account::sender,
    app::App,
    desk::{Tap, taps},
    site::Brand,
};

/// Reminders in a message. Of more it says how many.
const MOST: usize = 10;

/// What both forms of the message say.
struct Letter<'a> {
    heading: String,
    from: &'a str,
    lines: Vec<Line>,
    /// Reminders that are not in the message.
    more: usize,
    ask: &'static str,
    /// Where everything is that is overdue, if it is known where their CRM is.
    all: Option<String>,
}

/// A reminder in a message.
struct Line {
    title: String,
    about: String,
    taps: Vec<Tap>,
    href: Option<String>,
}

#[derive(Template)]
#[template(path = "overdue/letter.html")]
struct Html<'a> {
    letter: &'a Letter<'a>,
}

#[derive(Template)]
#[template(path = "overdue/letter.txt")]
struct Plain<'a> {
    letter: &'a Letter<'a>,
}

/// The messages to these members, each with the key that makes two of it one.
pub(super) fn write_all(
    app: &App,
    (site, brand): (&Site, &Brand),
    members: &[Member],
    news: &[News],
    zone: &TimeZone,
) -> anyhow::Result<Vec<(String, Mail)>> {
    let mut written = Vec::new();
    for member in members {
        for kind in [NoticeKind::ReminderOverdue, NoticeKind::ReminderEscalated] {
            let is_theirs = |one: &&News| one.to == member.person_id && one.kind == kind;
            let theirs: Vec<_> = news.iter().filter(is_theirs).collect();
            let Some(first) = theirs.first() else { continue };
            let reminder = &first.found.reminder;
            let key = format!(
                "overdue/{kind}/{}/{}/{}",
                member.person_id, reminder.id, reminder.due_at
            );
            written.push((key, write(app, (site, brand), member, (kind, &theirs), zone)?));
        }
    }
    Ok(written)
}

fn write(
    app: &App,
    (site, brand): (&Site, &Brand),
    to: &Member,
    (kind, theirs): (NoticeKind, &[&News]),
    zone: &TimeZone,
) -> anyhow::Result<Mail> {
    let is_escalated = kind == NoticeKind::ReminderEscalated;
    let whose = if is_escalated {
        "of a colleague"
    } else {
        "of yours"
    };
    let letter = Letter {
        heading: match theirs {
            [_] => format!("A reminder {whose} is overdue"),
            many => format!("{} reminders {whose} are overdue", many.len()),
        },
        from: &brand.name,
        lines: theirs
            .iter()
            .take(MOST)
            .map(|news| Line {
                href: place(news).and_then(|place| app.crm_page(site, &place)),
                ..line(news, is_escalated, zone)
            })
            .collect(),
        more: theirs.len().saturating_sub(MOST),
        all: app.crm_page(site, "/reminders?due=overdue"),
        ask: if is_escalated {
            "Ask how it stands, do it yourself, or give it to somebody else: it is among the reminders of your CRM."
        } else {
            "Do it, or put it off to a day when you will: it is among the reminders of your CRM."
        },
    };
    Ok(Mail {
        from_name: brand.name.clone(),
        from: sender(site),
        to: to.email.clone(),
        reply_to: None,
        text: Plain { letter: &letter }.render()?,
        html: Some(Html { letter: &letter }.render()?),
        subject: letter.heading,
        unsubscribe: None,
    })
}

/// `Call Ana back`, and `About Ana Ruiz, due 23 Nov 2026, 09:00 EST, Ann Member’s`.
fn line(News { found, .. }: &News, says_whose: bool, zone: &TimeZone) -> Line {
    let due = found.reminder.due_at.to_zoned(zone.clone());
    let due = format!("due {}", due.strftime("%-d %b %Y, %H:%M %Z"));
    let about = found.contact_name.as_ref().map(|name| format!("about {name}"));
    let whose = found.assignee_name.as_ref().filter(|_| says_whose);
    let whose = whose.map(|name| format!("to be done by {name}"));
    let parts: Vec<_> = [about, Some(due), whose].into_iter().flatten().collect();
    Line {
        title: found.reminder.title.clone(),
        about: parts.join(", "),
        taps: taps(found.contact_phone.as_ref(), found.contact_email.as_ref()),
        href: None,
    }
}

/// The page of what it is about.
fn place(News { found, .. }: &News) -> Option<String> {
    let lead = found.reminder.lead_id.map(|id| format!("/leads/{id}"));
    lead.or_else(|| found.reminder.contact_id.map(|id| format!("/contacts/{id}")))
}
