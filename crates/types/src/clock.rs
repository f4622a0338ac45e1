//! What time it is, as something a test can stop.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Where the time comes from. The real one is `server::clock::SystemClock`.
pub trait Clock: Send + Sync {
    /// The current time, to the microsecond: what a database gives back is what was put in.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is moved.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    /// A clock that stands at `time`.
    pub fn at(time: Timestamp) -> Self {
        Self(AtomicI64::new(time.as_microsecond()))
    }

    /// Moves the clock; backwards too, because real ones do.
    pub fn advance(&self, by: SignedDuration) {
        let micros =
            i64::try_from(by.as_micros()).expect("a test moves its clock by less than 292,000 years");
        self.0.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Default for TestClock {
    /// Noon of 2 March 2026, a Monday.
    fn default() -> Self {
        Self::at(Timestamp::from_second(1_772_452_800).expect("2026 is within range"))
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_microsecond(self.0.load(Ordering::Relaxed))
            .expect("a test's clock stays within range")
    }
}
