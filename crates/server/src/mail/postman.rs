//! Carries messages from the database to the way out, again and again until they are gone.

use std::{sync::Arc, time::Duration};

use db::{
    Db,
    door::mails::{self, Due, Keep},
};
use jiff::{SignedDuration, Timestamp};
use tokio::{sync::Notify, time::timeout};
use types::Clock;

use super::Mailer;
use crate::{Context, Stop};

/// How often the database is asked when nobody says that there is something.
const LOOK: Duration = Duration::from_secs(5);

/// Messages carried at once.
const LOAD: i64 = 20;

/// A mail server that says nothing for so long will not.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long a message is one postman's own: longer than it can take.
const OURS: SignedDuration = SignedDuration::from_secs(90);

/// When a message that did not leave is tried again, the first time, the second, ….
const AGAIN: [SignedDuration; 6] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(6),
    SignedDuration::from_hours(24),
];

/// Tells the postman of this process that a message waits. Cheap to clone.
#[derive(Clone, Default)]
pub struct Letterbox(Arc<Notify>);

impl Letterbox {
    /// A message was written down, and its transaction committed.
    pub fn has_mail(&self) {
        self.0.notify_one();
    }
}

/// Carries messages.
pub struct Postman {
    db: Db,
    clock: Arc<dyn Clock>,
    mailer: Mailer,
    letterbox: Letterbox,
    keep: Keep,
}

impl Postman {
    /// A postman for this process.
    pub fn new(context: &Context, letterbox: &Letterbox) -> Self {
        let settings = &context.settings;
        Self {
            db: context.db.clone(),
            clock: Arc::clone(&context.clock),
            mailer: Mailer::of(&settings.mail),
            letterbox: letterbox.clone(),
            keep: match settings.stage.is_production() {
                true => Keep::Nothing,
                false => Keep::Everything,
            },
        }
    }

    /// Carries messages until the process stops.
    pub async fn work(self, stop: Stop) {
        if matches!(self.mailer, Mailer::Nowhere) {
            tracing::warn!("MAIL_URL names no way out, so messages wait in the database");
            return;
        }
        while !stop.is_stopping() {
            if let Err(error) = self.round().await {
                tracing::warn!("messages could not be carried: {error}");
            }
            tokio::select! {
                () = stop.stopped() => {}
                () = self.letterbox.0.notified() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    /// Carries everything that is due.
    pub async fn round(&self) -> db::Result<()> {
        loop {
            let due = mails::due(&self.db, self.clock.now(), LOAD).await?;
            let mut carried = 0;
            for message in &due {
                match self.carry(message).await {
                    Ok(()) => carried += 1,
                    // One of one tenant is no reason to leave the others.
                    Err(error) => {
                        let (id, tenant) = (message.id, message.scope.tenant_id());
                        tracing::warn!(mail.id = %id, %tenant, "message {id} could not be carried: {error}");
                    }
                }
            }
            // Nothing can be written down: the next round asks again.
            if carried == 0 {
                return Ok(());
            }
        }
    }

    async fn carry(&self, due: &Due) -> db::Result<()> {
        if !mails::take(&self.db, due, self.clock.now() + OURS).await? {
            return Ok(());
        }
        let sent = match &due.mail {
            Some(mail) => timeout(PATIENCE, self.mailer.send(due.id, mail))
                .await
                .unwrap_or_else(|_| Err(anyhow::anyhow!("the mail server did not answer in time"))),
            None => Err(anyhow::anyhow!("it cannot be read")),
        };
        let now = self.clock.now();
        match sent {
            Ok(()) => mails::sent(&self.db, due, self.keep, now).await,
            Err(error) => {
                let next = next_attempt(due.attempts, now);
                tracing::warn!(mail.id = %due.id, "message {} did not leave: {error:#}", due.id);
                mails::failed(&self.db, due, &format!("{error:#}"), next).await
            }
        }
    }
}

/// None when it was tried often enough.
fn next_attempt(attempts_before: i64, now: Timestamp) -> Option<Timestamp> {
    let tried = usize::try_from(attempts_before).ok()?;
    AGAIN.get(tried).map(|wait| now + *wait)
}
