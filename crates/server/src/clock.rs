//! The real clock.

use jiff::Timestamp;
use types::Clock;

/// The machine's clock, cut to the microseconds that both databases keep.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock everybody takes")]
        let now = Timestamp::now();
        Timestamp::from_microsecond(now.as_microsecond()).expect("the present is within range")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_database_keeps_is_what_the_clock_said() {
        assert_eq!(SystemClock.now().subsec_nanosecond() % 1000, 0);
    }
}
