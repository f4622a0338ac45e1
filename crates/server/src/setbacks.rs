//! Keeps what goes wrong with one tenant's work from everybody else's.
//!
//! What goes round by itself comes to many tenants, one after the other. An error of one, or a panic, is told in the log;
//! that one is left alone for a while, longer each time it happens again, and the others have their turn.

use std::{
    collections::HashMap,
    fmt::Display,
    panic::AssertUnwindSafe,
    sync::{Mutex, MutexGuard, PoisonError},
};

use futures::FutureExt as _;
use jiff::{SignedDuration, Timestamp};
use types::TenantId;

/// How long something is left alone that went wrong once: a round is no longer.
const FIRST: SignedDuration = SignedDuration::from_secs(5);

/// How long at most: whoever mends it sees it go on soon.
const LONGEST: SignedDuration = SignedDuration::from_mins(1);

/// What went wrong lately in this process. It holds nothing of what goes well.
#[derive(Debug, Default)]
pub struct Setbacks(Mutex<HashMap<(TenantId, String), Setback>>);

#[derive(Debug, Clone, Copy)]
struct Setback {
    rest: SignedDuration,
    until: Timestamp,
}

impl Setbacks {
    /// Does a piece of a tenant's work, unless that is to be left alone. Says whether it was done.
    pub async fn attempt<T, E: Display>(
        &self,
        (what, tenant): (&str, &TenantId),
        now: Timestamp,
        work: impl Future<Output = Result<T, E>>,
    ) -> Option<T> {
        let name = (tenant.clone(), what.to_owned());
        if self.all().get(&name).is_some_and(|setback| now < setback.until) {
            return None;
        }
        // Unwind safe: what the work holds is dropped with it, its transaction above all.
        let trouble = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(Ok(done)) => {
                self.all().remove(&name);
                return Some(done);
            }
            Ok(Err(error)) => format!("{error:#}"),
            Err(_panicked) => "it panicked".to_owned(),
        };
        let rest = self.note(name, now);
        let seconds = rest.as_secs();
        tracing::warn!(%tenant, "{what} of {tenant} failed, and is tried again in {seconds} s: {trouble}");
        None
    }

    /// Twice as long as the last time.
    fn note(&self, name: (TenantId, String), now: Timestamp) -> SignedDuration {
        let mut all = self.all();
        let before = all.get(&name).map(|setback| setback.rest);
        let rest = before.map_or(FIRST, |rest| (rest * 2).min(LONGEST));
        let until = now + rest;
        all.insert(name, Setback { rest, until });
        rest
    }

    fn all(&self) -> MutexGuard<'_, HashMap<(TenantId, String), Setback>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::future::ready;

    use types::{Clock as _, TestClock};

    use super::*;

    fn tenant(slug: &str) -> TenantId {
        format!("tenant_{slug}").parse().unwrap()
    }

    #[tokio::test]
    async fn what_goes_wrong_is_left_alone_for_longer_each_time_and_others_are_not() {
        let (setbacks, clock) = (Setbacks::default(), TestClock::default());
        let (acme, other) = (tenant("acme"), tenant("other"));
        let mut tried_after = Vec::new();

        for second in 0..200 {
            let attempt = async {
                tried_after.push(second);
                Err::<(), _>("broken")
            };
            setbacks.attempt(("a round", &acme), clock.now(), attempt).await;
            let done = ready(Ok::<_, &str>(()));
            let done = setbacks.attempt(("a round", &other), clock.now(), done).await;
            assert_eq!(done, Some(()));
            clock.advance(SignedDuration::from_secs(1));
        }

        assert_eq!(tried_after, [0, 5, 15, 35, 75, 135, 195]);
    }

    #[tokio::test]
    async fn a_panic_is_an_error_and_what_goes_well_again_is_forgotten() {
        let (setbacks, acme, now) = (Setbacks::default(), tenant("acme"), TestClock::default().now());
        let panics = async {
            if now > Timestamp::UNIX_EPOCH {
                panic!("of one tenant")
            } else {
                Ok::<(), &str>(())
            }
        };

        let first = setbacks.attempt(("a round", &acme), now, panics).await;
        let resting = setbacks
            .attempt(("a round", &acme), now, ready(Ok::<_, &str>(())))
            .await;
        let later = now + FIRST;
        let again = setbacks
            .attempt(("a round", &acme), later, ready(Ok::<_, &str>(())))
            .await;

        assert_eq!((first, resting, again), (None, None, Some(())));
        assert!(setbacks.all().is_empty());
    }
}
