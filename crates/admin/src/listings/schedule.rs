//! Asking services by themselves: who is asked how often, and the rounds that ask.

use std::{path::PathBuf, time::Duration};

use db::{
    platform::listing_feeds::{self as rows, DueFeed},
    tenant::listing_feeds::{self, Schedule},
};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::json;
use server::Context;
use types::AuditAction;

use super::poll::{Feed, enter, poll};
use crate::{Acting, Refusal};

/// How often somebody looks what is due.
const LOOK: Duration = Duration::from_secs(30);

/// Services that a round takes before it asks again which are due.
const TOGETHER: i64 = 20;

/// How a service is to be asked.
#[derive(Debug)]
pub struct Wanted {
    /// How often, in minutes.
    pub every_minutes: u16,
    /// The file that holds its token, wherever this console runs.
    pub token_file: Option<PathBuf>,
    /// What it wants said beside every home.
    pub disclaimer: String,
}

/// Has a service asked from now on, the first time at once; with other numbers, from then on with those.
pub async fn schedule(
    acting: &Acting<'_>,
    id_or_slug: &str,
    (feed, wanted): (&Feed, Wanted),
) -> Result<(), Refusal> {
    let (tenant_id, scope) = enter(acting, id_or_slug).await?;
    let token_file = match wanted.token_file {
        None => None,
        Some(file) => {
            let path = file.to_str().filter(|_| file.is_absolute()).ok_or_else(|| {
                Refusal::invalid(
                    "",
                    "token_file",
                    "The token file must be named from the root, in UTF-8.",
                )
            })?;
            Some(path.to_owned())
        }
    };
    let schedule = Schedule {
        every_minutes: wanted.every_minutes.into(),
        next_poll_at: acting.now,
        token_file,
        disclaimer: wanted.disclaimer,
    };
    let mut tx = acting.db.write(acting.platform).await?;
    listing_feeds::schedule(&mut tx, &scope, feed.name(), &schedule).await?;
    let details = json!({ "from": feed.name(), "everyMinutes": wanted.every_minutes });
    let action = AuditAction::ListingsSchedule;
    acting
        .succeeded(&mut tx, action, Some(&tenant_id), details)
        .await?;
    Ok(tx.commit().await?)
}

/// Has a service asked no more. What it said stays on the site.
pub async fn unschedule(acting: &Acting<'_>, id_or_slug: &str, feed: &Feed) -> Result<(), Refusal> {
    let (tenant_id, scope) = enter(acting, id_or_slug).await?;
    let mut tx = acting.db.write(acting.platform).await?;
    if !listing_feeds::unschedule(&mut tx, &scope, feed.name()).await? {
        let sentence = format!("The service at {} is not asked by itself.", feed.name());
        return Err(Refusal::NotFound(sentence));
    }
    let details = json!({ "from": feed.name(), "everyMinutes": null });
    let action = AuditAction::ListingsSchedule;
    acting
        .succeeded(&mut tx, action, Some(&tenant_id), details)
        .await?;
    Ok(tx.commit().await?)
}

/// Goes on until the process stops.
pub(crate) async fn go_round(context: Context) {
    let platform = db::PlatformScope::of_command_line();
    loop {
        tokio::select! {
            () = context.stop.stopped() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let rounds = round(Acting::of_platform(&context, &platform));
        tokio::select! {
            // What is half done goes on where it was: each page is a transaction of its own.
            () = context.stop.stopped() => return,
            asked = rounds => if let Err(error) = asked {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "services could not be asked for homes"
                );
            }
        }
    }
}

/// Asks every service that is due now, one after the other, and says how many that were.
pub(super) async fn round(acting: Acting<'_>) -> Result<usize, Refusal> {
    let mut asked = 0;
    loop {
        let mut tx = acting.db.read(acting.platform).await?;
        let due = rows::due(&mut tx, acting.platform, acting.now, TOGETHER).await?;
        drop(tx);
        let mut took = 0;
        for feed in &due {
            if take(&acting, feed).await? {
                took += 1;
                ask(&acting, feed).await;
            }
        }
        asked += took;
        // Others have them: the next round asks again.
        if took == 0 {
            return Ok(asked);
        }
    }
}

async fn take(acting: &Acting<'_>, feed: &DueFeed) -> Result<bool, Refusal> {
    let mut tx = acting.db.write(acting.platform).await?;
    let next = acting.now + SignedDuration::from_mins(feed.every_minutes);
    let taken = rows::take(&mut tx, acting.platform, feed, next).await?;
    tx.commit().await?;
    Ok(taken)
}

/// One service that does not answer is no reason to leave the others; that it did not is noted with it.
async fn ask(acting: &Acting<'_>, due: &DueFeed) {
    let asking = async {
        let Ok(token) = token(due).await else {
            return without_token(acting, due).await;
        };
        let feed = Feed::at(&due.address, token)?;
        poll(acting, due.tenant_id.as_str(), (&feed, &due.disclaimer))
            .await
            .map(|_| ())
    };
    if let Err(error) = asking.await {
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            tenant = %due.tenant_id,
            "a service was asked for homes in vain"
        );
    }
}

async fn token(due: &DueFeed) -> std::io::Result<Option<SecretString>> {
    match &due.token_file {
        None => Ok(None),
        Some(file) => {
            let text = tokio::fs::read_to_string(file).await?;
            Ok(Some(SecretString::from(text.trim())))
        }
    }
}

async fn without_token(acting: &Acting<'_>, due: &DueFeed) -> Result<(), Refusal> {
    let (_, scope) = enter(acting, due.tenant_id.as_str()).await?;
    let mut tx = acting.db.write(&scope).await?;
    let why = "was not asked, because the file with its token cannot be read";
    listing_feeds::note_failure(&mut tx, &scope, &due.address, (acting.now, why)).await?;
    Ok(tx.commit().await?)
}
