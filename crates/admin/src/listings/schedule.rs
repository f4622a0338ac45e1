//! Asking services by themselves: who is asked how often, and the rounds that ask.

use std::{collections::HashMap, path::PathBuf, time::Duration};

use db::{
    PlatformScope,
    platform::listing_feeds::{self as rows, DueFeed},
    tenant::listing_feeds::{self, Schedule},
};
use jiff::SignedDuration;
use secrecy::SecretString;
use serde_json::json;
use server::Context;
use tokio::task::{Id, JoinSet};
use types::{AuditAction, TenantId};

use super::{Feed, enter, poll};
use crate::{Acting, Refusal};

/// How often somebody looks what is due.
const LOOK: Duration = Duration::from_secs(30);

/// Services that are asked at a time: one that is slow must not keep the others waiting, and each may take a page of
/// tens of megabytes.
const TOGETHER: usize = 4;

/// Services that are looked at to find so many: those that are being asked, and as many others.
const MOST_DUE: i64 = 8;

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
    let mut rounds = Rounds::new(context.clone());
    loop {
        tokio::select! {
            // What is half done goes on where it was: each page is a transaction of its own.
            () = context.stop.stopped() => return,
            true = rounds.one_ended() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
        if let Err(error) = rounds.look().await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "services could not be asked for homes"
            );
        }
    }
}

/// The services that are being asked, each by itself.
pub(super) struct Rounds {
    context: Context,
    platform: PlatformScope,
    begun: JoinSet<()>,
    /// Whose they are, and where.
    names: HashMap<Id, (TenantId, String)>,
}

impl Rounds {
    pub(super) fn new(context: Context) -> Self {
        Self {
            context,
            platform: PlatformScope::of_command_line(),
            begun: JoinSet::new(),
            names: HashMap::new(),
        }
    }

    /// Begins to ask whoever is due, as far as there is room, and says how many those are.
    pub(super) async fn look(&mut self) -> Result<usize, Refusal> {
        let mut room = TOGETHER.saturating_sub(self.begun.len());
        let acting = Acting::of_platform(&self.context, &self.platform);
        let mut tx = acting.db.read(acting.platform).await?;
        let due = rows::due(&mut tx, acting.platform, acting.now, MOST_DUE).await?;
        drop(tx);
        let mut count = 0;
        for feed in due {
            let name = (feed.tenant_id.clone(), feed.address.clone());
            // One that is being asked may be due again, and is left until it is done.
            let is_free = self.names.values().all(|asked| *asked != name);
            if room == 0 || !is_free || !take(&acting, &feed).await? {
                continue;
            }
            let begun = self.begun.spawn(ask(self.context.clone(), feed));
            self.names.insert(begun.id(), name);
            room -= 1;
            count += 1;
        }
        Ok(count)
    }

    /// Waits until one of them is done. False when none is being asked.
    pub(super) async fn one_ended(&mut self) -> bool {
        let ended = self.begun.join_next_with_id().await;
        let id = ended.map(|ended| ended.map_or_else(|died| died.id(), |(id, ())| id));
        if let Some(id) = id {
            self.names.remove(&id);
        }
        id.is_some()
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
async fn ask(context: Context, due: DueFeed) {
    let platform = PlatformScope::of_command_line();
    let acting = &Acting::of_platform(&context, &platform);
    let asking = async {
        let Ok(token) = token(&due).await else {
            return without_token(acting, &due).await;
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
