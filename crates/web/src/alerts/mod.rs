//! Tells visitors of new homes that their saved searches find, at most once a day for a search, and lets them stop that
//! with one click (RFC 8058).
//!
//! How far a search was told is written with the message, so a process that dies in between tells of nothing twice and
//! leaves nothing out; of several processes one tells.

mod letter;
mod stop;
#[cfg(test)]
mod tests;

use db::{
    door::alerts::{self, Due},
    tenant::{
        listings::Arrival,
        mails::{self, NewMail},
        saved,
    },
};
use jiff::{SignedDuration, Timestamp};
use types::MailId;

pub(crate) use stop::{StopLinks, open, stop};

use crate::{app::App, saved::asked_by};

/// Searches looked into in one round.
const AT_ONCE: i64 = 200;

/// How long a search that was told of something rests.
const AFTER_NEWS: SignedDuration = SignedDuration::from_hours(24);

/// How long a search that found nothing rests.
const AFTER_NONE: SignedDuration = SignedDuration::from_hours(1);

/// A home counts as come when it came so long ago: an import that is still being written carries earlier times.
const SETTLED: SignedDuration = SignedDuration::from_mins(10);

/// Homes in a message. Of more it says how many.
const MOST: usize = 10;

/// Tells of everything that is due.
pub(crate) async fn round(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    for due in alerts::due(&app.db, now, AT_ONCE).await? {
        let tenant = due.site.scope.tenant_id();
        let what = format!("telling of new homes for search {}", due.search_id);
        let told = app
            .setbacks
            .attempt((&what, tenant), now, tell(app, &due, now))
            .await;
        // Searches that fail would be the first of every round, and in the end all of it.
        if told.is_none() {
            let whose = ("putting off searches", tenant);
            app.setbacks.attempt(whose, now, put_off(app, &due, now)).await;
        }
    }
    Ok(())
}

/// Lets a search rest that could not be told of: what it would have found is found then.
async fn put_off(app: &App, due: &Due, now: Timestamp) -> db::Result<()> {
    let scope = &due.site.scope;
    let mut tx = app.db.write(scope).await?;
    let rests = saved::Told {
        from: due.told_until,
        until: due.told_until,
        next: now + AFTER_NONE,
    };
    saved::tell(&mut tx, scope, due.search_id, &rests).await?;
    tx.commit().await
}

async fn tell(app: &App, due: &Due, now: Timestamp) -> anyhow::Result<()> {
    let scope = &due.site.scope;
    let until = due.told_until.max(now - SETTLED);
    let search = asked_by(&due.query).search;
    let new = app
        .listings
        .arrived(
            scope,
            &search,
            Arrival {
                after: due.told_until,
                until,
            },
        )
        .await?;
    let brand = app.brands.of(&due.site).await?;
    let rest = if new.is_empty() { AFTER_NONE } else { AFTER_NEWS };
    let mut tx = app.db.write(scope).await?;
    let told = saved::Told {
        from: due.told_until,
        until,
        next: now + rest,
    };
    // False when another process told of it meanwhile.
    if !saved::tell(&mut tx, scope, due.search_id, &told).await? {
        return Ok(());
    }
    if !new.is_empty() {
        let mail = letter::write(app, due, (&brand, &new))?;
        let id = MailId::new(&*app.ids);
        let key = format!("alert/{}/{}", due.search_id, due.told_until);
        let new = NewMail {
            id,
            key: &key,
            mail: &mail,
            now,
        };
        mails::insert(&mut tx, scope, &new).await?;
    }
    tx.commit().await?;
    app.letterbox.has_mail();
    Ok(())
}
