//! Tells members of reminders that nobody does: whoever shall do one after a day, the owners after three, each once, by a
//! notice in the CRM and a message.
//!
//! How far was told is written with the notices and the messages, so a process that dies in between tells of nothing
//! twice and leaves nothing out; of several processes one tells.

mod letter;
#[cfg(test)]
mod tests;

use db::{
    Tx,
    door::{hosts::Site, overdue},
    tenant::{
        assignment,
        changes::{self, NewChange},
        mails::{self, NewMail},
        members, notices,
        reminders::{self, ReminderWithNames},
    },
};
use jiff::{Timestamp, tz::TimeZone};
use types::{ChangeKind, MailId, Notice, NoticeId, NoticeKind, PersonId};

use crate::app::App;

/// Tenants asked for at a time.
const TENANTS: i64 = 50;

/// Reminders of one tenant told of at a time.
const AT_ONCE: i64 = 100;

/// A reminder that somebody is told of.
struct News {
    to: PersonId,
    kind: NoticeKind,
    found: ReminderWithNames,
}

/// Tells of everything that is overdue for long.
pub(crate) async fn round(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut after = None;
    loop {
        let sites = overdue::sites(&app.db, now, after.as_ref(), TENANTS).await?;
        let Some(last) = sites.last() else { return Ok(()) };
        after = Some(last.scope.tenant_id().clone());
        for site in &sites {
            let whose = ("telling of overdue reminders", site.scope.tenant_id());
            app.setbacks.attempt(whose, now, tell(app, site, now)).await;
        }
    }
}

async fn tell(app: &App, site: &Site, now: Timestamp) -> anyhow::Result<()> {
    let scope = &site.scope;
    let brand = app.brands.of(site).await?;
    let mut tx = app.db.write(scope).await?;
    let members = members::list(&mut tx, scope).await?;
    let zone = assignment::settings(&mut tx, scope).await?.zone;
    let zone = TimeZone::get(&zone).unwrap_or(TimeZone::UTC);
    let (mut news, mut told_of) = (Vec::new(), Vec::new());
    for found in reminders::list_untold(&mut tx, scope, now, AT_ONCE).await? {
        let (escalation, told) = found.escalation.next(&found.reminder, &members, now);
        // False when another process told of it meanwhile.
        if !reminders::mark_told(&mut tx, scope, &found, escalation).await? {
            continue;
        }
        for (to, kind) in told {
            let found = found.clone();
            news.push(News { to, kind, found });
        }
        told_of.push(found);
    }
    let notice = |News { to, kind, found }: &News| {
        Notice::of_reminder(NoticeId::new(&*app.ids), (*to, *kind), &found.reminder, now)
    };
    notices::insert(&mut tx, scope, &news.iter().map(notice).collect::<Vec<_>>()).await?;
    for (key, mail) in letter::write_all((site, &brand), &members, &news, &zone)? {
        let new = NewMail {
            id: MailId::new(&*app.ids),
            key: &key,
            mail: &mail,
            now,
        };
        mails::insert(&mut tx, scope, &new).await?;
    }
    show(&mut tx, site, &told_of, now).await?;
    tx.commit().await?;
    app.letterbox.has_mail();
    Ok(())
}

/// Has open pages draw it: the reminders are marked, and menus count notices. Last, as anything on the feed.
async fn show(tx: &mut Tx, site: &Site, told_of: &[ReminderWithNames], now: Timestamp) -> anyhow::Result<()> {
    for ReminderWithNames { reminder, .. } in told_of {
        let kind = match (reminder.lead_id, reminder.contact_id) {
            (Some(_), _) => ChangeKind::LeadUpdated,
            (None, Some(_)) => ChangeKind::ContactUpdated,
            (None, None) => continue,
        };
        let change = NewChange {
            kind,
            lead_id: reminder.lead_id,
            contact_id: reminder.contact_id,
            activity_id: None,
        };
        changes::append(tx, &site.scope, &change, now).await?;
    }
    Ok(())
}
