//! Follows a tenant's feed for one open page: reads what is there, waits for more, ends with the session.

use std::{collections::VecDeque, time::Duration};

use axum::response::sse::Event;
use db::{Listener, tenant::changes};
use futures::{Stream, stream};
use jiff::{SignedDuration, Timestamp};
use server::Failure;
use tokio::time::{Instant, sleep_until};
use types::Change;

use super::message;
use crate::{app::App, member::Member};

/// A quiet line is spoken on this often, so that neither side and no proxy between takes it for dead.
const PING: Duration = Duration::from_secs(15);

/// Looked at even when nobody says so: a hint may be lost, a change never.
const LOOK: Duration = Duration::from_secs(5);

/// Whether the session still holds is asked this often: with the next look after it, signing out closes the stream within
/// half a minute.
const ASK: SignedDuration = SignedDuration::from_secs(25);

struct Follower {
    app: App,
    member: Member,
    listener: Listener,
    after: i64,
    /// The last change there was when the line was opened.
    newest: i64,
    ready: VecDeque<Event>,
    ping_at: Instant,
    asked_at: Timestamp,
}

/// The messages that come after a place in the feed, for as long as the member is signed in.
///
/// When the database cannot be asked the stream ends too: the browser comes back, and says where it was.
pub(super) fn changes(
    app: App,
    member: Member,
    listener: Listener,
    (after, newest): (i64, i64),
) -> impl Stream<Item = Event> {
    let asked_at = app.clock.now();
    let follower = Follower {
        app,
        member,
        listener,
        after,
        newest,
        ready: VecDeque::new(),
        ping_at: Instant::now() + PING,
        asked_at,
    };
    stream::unfold(follower, async |mut follower| {
        let event = match follower.next().await {
            Ok(event) => event?,
            Err(failure) => {
                tracing::warn!(
                    reason = failure.code(),
                    "an event stream ended early: {}",
                    failure.code()
                );
                return None;
            }
        };
        Some((event, follower))
    })
}

impl Follower {
    /// The next message; none when the session is over.
    async fn next(&mut self) -> Result<Option<Event>, Failure> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                self.ping_at = Instant::now() + PING;
                return Ok(Some(event));
            }
            // Before looking: a feed that never rests would keep a line open for somebody who left.
            if self.is_to_ask() && !Box::pin(self.is_signed_in()).await? {
                return Ok(None);
            }
            // To look takes a lot of room, which an open page that nothing happens on does not hold.
            Box::pin(self.look()).await?;
            if !self.ready.is_empty() {
                continue;
            }
            if Instant::now() >= self.ping_at {
                self.ready.push_back(message::ping());
                continue;
            }
            self.wait().await;
        }
    }

    /// Reads what came since.
    async fn look(&mut self) -> Result<(), Failure> {
        let scope = &self.member.scope;
        let mut tx = self.app.db.read(scope).await?;
        let changes: Vec<Change> = changes::list_after(&mut tx, scope, self.after).await?;
        for change in changes {
            self.after = change.seq;
            let message = message::of(&mut tx, scope, &change, self.newest).await?;
            self.ready.push_back(message);
        }
        Ok(())
    }

    /// A clock that was set back does not say how long ago it was.
    fn is_to_ask(&self) -> bool {
        let age = self.app.clock.now().duration_since(self.asked_at);
        age.is_negative() || age >= ASK
    }

    async fn is_signed_in(&mut self) -> Result<bool, Failure> {
        self.asked_at = self.app.clock.now();
        self.member.is_still_in(&self.app).await
    }

    async fn wait(&mut self) {
        let look_at = Instant::now() + LOOK;
        let next = look_at.min(self.ping_at);
        tokio::select! {
            () = self.listener.changed(self.member.scope.tenant_id()) => {}
            () = sleep_until(next) => {}
        }
    }
}
