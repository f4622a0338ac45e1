//! How often one caller may do one thing: quotas per tenant, client address and minute.
//!
//! A route is marked with its quota ([`crate::Routes::limit`]); the extractor that learns the
//! tenant calls [`enforce`]. Whoever counts by something else (an account) calls
//! [`Limits::take`] itself.

use std::{
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use axum::http::request::Parts;
use governor::{
    DefaultKeyedRateLimiter,
    clock::{Clock, DefaultClock},
};

use crate::{Facts, Failure};

/// So many of one thing in a minute, which may come all at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    what: What,
    per_minute: NonZeroU32,
}

/// The things we count. Each has a register of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Lead,
    Valuation,
    Events,
    Listings,
    SignInAddress,
    SignInAccount,
    ApiToken,
    Pictures,
}

const fn quota(what: What, per_minute: u32) -> Quota {
    Quota {
        what,
        per_minute: NonZeroU32::new(per_minute).expect("a quota of nothing is a closed door"),
    }
}

// The numbers are the contract's, section 4.
pub const LEAD: Quota = quota(What::Lead, 20);
pub const VALUATION: Quota = quota(What::Valuation, 20);
pub const EVENTS: Quota = quota(What::Events, 120);
pub const LISTINGS: Quota = quota(What::Listings, 180);
pub const SIGN_IN_PER_ADDRESS: Quota = quota(What::SignInAddress, 30);
pub const SIGN_IN_PER_ACCOUNT: Quota = quota(What::SignInAccount, 10);
/// Ten a second: a program that wants more wants a file, or the live feed.
pub const API_TOKEN: Quota = quota(What::ApiToken, 600);

/// More than any network asks for of one site, and far less than would keep a core busy.
pub const PICTURES: Quota = quota(What::Pictures, 60);

const ALL: [Quota; 8] = [
    LEAD,
    VALUATION,
    EVENTS,
    LISTINGS,
    SIGN_IN_PER_ADDRESS,
    SIGN_IN_PER_ACCOUNT,
    API_TOKEN,
    PICTURES,
];

/// Forgetting callers of long ago costs a walk, so it is done once in so many requests.
const SWEEP_EVERY: u32 = 10_000;

/// Who is counted: the tenant always first, so that one tenant's visitors never use up
/// another's share.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    tenant: Box<str>,
    caller: Box<str>,
}

/// The registers of one app, or none when limits are lifted.
pub struct Limits {
    registers: Option<[DefaultKeyedRateLimiter<Key>; ALL.len()]>,
    taken: AtomicU32,
}

impl Limits {
    pub fn on() -> Self {
        let register =
            |quota: Quota| governor::RateLimiter::keyed(governor::Quota::per_minute(quota.per_minute));
        Self {
            registers: Some(ALL.map(register)),
            taken: AtomicU32::new(0),
        }
    }

    /// `RATE_LIMIT=off`: for load tests.
    pub fn off() -> Self {
        Self {
            registers: None,
            taken: AtomicU32::new(0),
        }
    }

    /// Takes one from the caller's share.
    ///
    /// # Errors
    /// `Failure::TooMany` with the time until there is one again.
    pub fn take(&self, quota: Quota, tenant: &str, caller: &str) -> Result<(), Failure> {
        let Some(registers) = &self.registers else {
            return Ok(());
        };
        let register = &registers[quota.what as usize];
        if self.taken.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            registers.iter().for_each(DefaultKeyedRateLimiter::retain_recent);
        }
        let key = Key {
            tenant: tenant.into(),
            caller: caller.into(),
        };
        register.check_key(&key).map_err(|not_until| {
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            Failure::TooMany {
                retry_after: wait.max(Duration::from_secs(1)),
            }
        })
    }
}

/// Applies the quota its route is marked with, now that the tenant is known.
///
/// # Errors
/// `Failure::TooMany`.
pub fn enforce(parts: &Parts, tenant: &str) -> Result<(), Failure> {
    let Some(quota) = parts.extensions.get::<Quota>() else {
        return Ok(());
    };
    let facts = Facts::of(parts);
    let caller = facts.client.key().to_string();
    facts.shared.limits.take(*quota, tenant, &caller)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registers_are_in_the_order_of_what_they_count() {
        for (position, quota) in ALL.iter().enumerate() {
            assert_eq!(quota.what as usize, position);
        }
    }

    #[test]
    fn one_callers_share_is_used_up_and_nobody_elses() {
        let limits = Limits::on();
        let used_up = (0..).find(|_| limits.take(LEAD, "a", "1").is_err());
        assert_eq!(used_up, Some(20));
        assert!(limits.take(LEAD, "b", "1").is_ok());
        assert!(limits.take(LEAD, "a", "2").is_ok());
        assert!(limits.take(VALUATION, "a", "1").is_ok());
    }

    #[test]
    fn lifted_limits_never_refuse() {
        let limits = Limits::off();
        assert!((0..1000).all(|_| limits.take(LEAD, "a", "1").is_ok()));
    }
}
