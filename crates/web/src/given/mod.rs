//! Tells members by a message of leads that somebody gave them: one message, however many there were.
//!
//! That a notice was told is written with the messages, so a process that dies in between tells of nothing twice and
//! leaves nothing out; of several processes one tells. What comes by the site's own forms `notice` tells.

mod letter;
#[cfg(test)]
mod tests;

use db::{
    door::{given, hosts::Site},
    tenant::{
        mails::{self, NewMail},
        members, notices,
    },
};
use jiff::Timestamp;
use types::MailId;

use crate::app::App;

/// Tenants asked for at a time.
const TENANTS: i64 = 50;

/// Notices of one tenant told at a time.
const AT_ONCE: i64 = 200;

/// Tells everything that is to be told.
pub(crate) async fn round(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut after = None;
    loop {
        let sites = given::sites(&app.db, now, after.as_ref(), TENANTS).await?;
        let Some(last) = sites.last() else { return Ok(()) };
        after = Some(last.scope.tenant_id().clone());
        for site in &sites {
            let whose = ("telling whose leads are", site.scope.tenant_id());
            app.setbacks.attempt(whose, now, tell(app, site, now)).await;
        }
    }
}

async fn tell(app: &App, site: &Site, now: Timestamp) -> anyhow::Result<()> {
    let scope = &site.scope;
    let brand = app.brands.of(site).await?;
    let mut tx = app.db.write(scope).await?;
    let given = notices::take_to_mail(&mut tx, scope, now, AT_ONCE).await?;
    for member in members::list_who_get_mail(&mut tx, scope).await? {
        let theirs: Vec<_> = given
            .iter()
            .filter(|given| given.person_id == member.person_id)
            .collect();
        let Some(first) = theirs.first() else { continue };
        let new = NewMail {
            id: MailId::new(&*app.ids),
            key: &format!("given/{}", first.id),
            mail: &letter::write((site, &brand), &member, &theirs)?,
            now,
        };
        mails::insert(&mut tx, scope, &new).await?;
    }
    tx.commit().await?;
    app.letterbox.has_mail();
    Ok(())
}
