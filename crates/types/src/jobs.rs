//! The life of a job in the ingestion queue: its states, their arrows, and when to try again.

use jiff::SignedDuration;
use uuid::Uuid;

use crate::{JobId, text_enum::text_enum};

text_enum! {
    /// Where a job stands.
    pub enum JobStatus {
        /// Waits to be claimed, at once or at its next attempt.
        Pending = "pending",
        /// A worker holds it under a lease.
        Processing = "processing",
        /// Its effects are there.
        Processed = "processed",
        /// Given up on; only a person moves it from here.
        DeadLetter = "dead_letter",
        /// A person decided that its effects are not wanted.
        Discarded = "discarded",
    }
}

/// An arrow the state machine does not have. Reads as the end of "this job …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is {from} and cannot become {to}")]
pub struct IllegalMove {
    /// Where the job stands.
    pub from: JobStatus,
    /// Where it was told to go.
    pub to: JobStatus,
}

/// One function per arrow. `db` has one statement for each, guarded by the same `from`.
impl JobStatus {
    /// A worker takes it.
    pub fn claim(self) -> Result<Self, IllegalMove> {
        self.step(Self::Pending, Self::Processing)
    }

    /// Its effects were committed.
    pub fn finish(self) -> Result<Self, IllegalMove> {
        self.step(Self::Processing, Self::Processed)
    }

    /// The attempt failed and there will be another.
    pub fn retry(self) -> Result<Self, IllegalMove> {
        self.step(Self::Processing, Self::Pending)
    }

    /// The lease ran out: its worker died, or hangs.
    pub fn release(self) -> Result<Self, IllegalMove> {
        self.step(Self::Processing, Self::Pending)
    }

    /// The attempt failed and there will be no other.
    pub fn bury(self) -> Result<Self, IllegalMove> {
        self.step(Self::Processing, Self::DeadLetter)
    }

    /// A person lets it fail no more.
    pub fn abandon(self) -> Result<Self, IllegalMove> {
        self.step(Self::Pending, Self::DeadLetter)
    }

    /// A person sends it through again.
    pub fn requeue(self) -> Result<Self, IllegalMove> {
        self.step(Self::DeadLetter, Self::Pending)
    }

    /// A person gives it up.
    pub fn discard(self) -> Result<Self, IllegalMove> {
        self.step(Self::DeadLetter, Self::Discarded)
    }

    fn step(self, from: Self, to: Self) -> Result<Self, IllegalMove> {
        if self == from {
            Ok(to)
        } else {
            Err(IllegalMove { from: self, to })
        }
    }
}

text_enum! {
    /// Why an attempt failed: the word every `last_error` begins with.
    pub enum FailureKind {
        /// It can never succeed: no JSON, an unknown type or version, another tenant.
        InvalidPayload = "invalid_payload",
        /// It may succeed later, or with a newer worker.
        IngestionFailed = "ingestion_failed",
    }
}

impl FailureKind {
    /// Long enough for a cause and its chain; errors are kept for every attempt of every job.
    pub const MAX_MESSAGE: usize = 1_000;

    /// The text of `last_error`: the kind, a colon, the message on one line.
    pub fn last_error(self, message: &str) -> String {
        // PostgreSQL text cannot hold NUL; a line break would make one error look like two in a log.
        let line = message.chars().map(|c| if c.is_control() { ' ' } else { c });
        format!("{self}: {}", line.take(Self::MAX_MESSAGE).collect::<String>())
    }
}

/// When a failed job is tried again, and when no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The attempt that buries the job when it fails.
    pub max_attempts: u32,
}

/// What becomes of a job after a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Back in line, not to be tried again before so long.
    RetryAfter(SignedDuration),
    /// To the dead letters.
    Bury,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self { max_attempts: 5 }
    }
}

impl RetryPolicy {
    /// Seconds to wait after the first, second, … failure; the last one repeats.
    const DELAYS: [i64; 4] = [30, 120, 600, 1_800];

    /// How far a job's next attempt moves, in -1..=1: from its id and attempt, so that two runs agree on it.
    pub fn jitter(job: JobId, attempts: u32) -> f64 {
        spread(job.uuid(), attempts)
    }

    /// Decides after a failure of this kind.
    pub fn after(self, kind: FailureKind, attempts: u32, jitter: f64) -> Decision {
        match kind {
            FailureKind::InvalidPayload => Decision::Bury,
            FailureKind::IngestionFailed => self.next_attempt(attempts, jitter),
        }
    }

    /// Decides after a failure that may pass. `attempts` counts the one that just failed.
    ///
    /// `jitter` in -1..=1 moves the time by up to a tenth, so that jobs which failed together come back apart.
    pub fn next_attempt(self, attempts: u32, jitter: f64) -> Decision {
        if attempts >= self.max_attempts {
            return Decision::Bury;
        }
        let failures = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let seconds = Self::DELAYS[failures.min(Self::DELAYS.len() - 1)];
        let jitter = if jitter.is_nan() {
            0.0
        } else {
            jitter.clamp(-1.0, 1.0)
        };
        Decision::RetryAfter(SignedDuration::from_secs(seconds).mul_f64(1.0 + jitter / 10.0))
    }
}

/// Where between -1 and 1 an attempt at something falls.
pub(crate) fn spread(id: Uuid, attempts: u32) -> f64 {
    // Ids end in random bits; the odd multiplier spreads ids that count up, and attempts at one thing, as well.
    let bits = id.as_u128() as u32;
    let mixed = bits.wrapping_add(attempts).wrapping_mul(0x9e37_79b9);
    f64::from(mixed) / f64::from(u32::MAX) * 2.0 - 1.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    type Arrow = fn(JobStatus) -> Result<JobStatus, IllegalMove>;

    #[test]
    fn every_arrow_leaves_one_state_and_enters_one() {
        let arrows: [(Arrow, JobStatus, JobStatus); 8] = [
            (JobStatus::claim, JobStatus::Pending, JobStatus::Processing),
            (JobStatus::finish, JobStatus::Processing, JobStatus::Processed),
            (JobStatus::retry, JobStatus::Processing, JobStatus::Pending),
            (JobStatus::release, JobStatus::Processing, JobStatus::Pending),
            (JobStatus::bury, JobStatus::Processing, JobStatus::DeadLetter),
            (JobStatus::abandon, JobStatus::Pending, JobStatus::DeadLetter),
            (JobStatus::requeue, JobStatus::DeadLetter, JobStatus::Pending),
            (JobStatus::discard, JobStatus::DeadLetter, JobStatus::Discarded),
        ];

        for (arrow, from, to) in arrows {
            for status in JobStatus::ALL.iter().copied() {
                let expected = if status == from {
                    Ok(to)
                } else {
                    Err(IllegalMove { from: status, to })
                };
                assert_eq!(arrow(status), expected, "{status} to {to}");
            }
        }
    }

    #[test]
    fn the_words_are_those_outsiders_read() {
        let words: Vec<&str> = JobStatus::ALL.iter().map(|status| status.as_str()).collect();

        assert_eq!(
            words,
            ["pending", "processing", "processed", "dead_letter", "discarded"]
        );
        assert_eq!(
            IllegalMove {
                from: JobStatus::Processed,
                to: JobStatus::Pending
            }
            .to_string(),
            "is processed and cannot become pending"
        );
    }

    #[test]
    fn a_job_waits_longer_each_time_and_is_buried_at_the_fifth_failure() {
        let policy = RetryPolicy::default();

        for (attempts, jitter, seconds) in [
            (1, 0.0, 30),
            (2, 0.0, 120),
            (3, 0.0, 600),
            (4, 0.0, 1_800),
            (1, 1.0, 33),
            (4, -1.0, 1_620),
            (0, 0.0, 30),
        ] {
            assert_eq!(
                policy.next_attempt(attempts, jitter),
                Decision::RetryAfter(SignedDuration::from_secs(seconds)),
                "{attempts} {jitter}"
            );
        }
        assert_eq!(policy.next_attempt(5, 0.0), Decision::Bury);
        assert_eq!(policy.after(FailureKind::InvalidPayload, 1, 0.0), Decision::Bury);
    }

    #[test]
    fn jobs_that_failed_together_come_back_apart() {
        let job = |number: u128| JobId::from(Uuid::from_u128(number));

        let first: Vec<f64> = (1..5).map(|number| RetryPolicy::jitter(job(number), 1)).collect();

        assert!(first.iter().all(|jitter| (-1.0..=1.0).contains(jitter)));
        assert!(
            first.windows(2).all(|pair| (pair[0] - pair[1]).abs() > 0.1),
            "{first:?}"
        );
        assert_eq!(RetryPolicy::jitter(job(1), 1), first[0]);
    }

    #[test]
    fn an_error_begins_with_its_kind_and_is_one_line() {
        let text = FailureKind::IngestionFailed.last_error("connecting\nto\0the database");

        assert_eq!(text, "ingestion_failed: connecting to the database");
        assert_eq!(
            FailureKind::InvalidPayload
                .last_error(&"é".repeat(5_000))
                .chars()
                .count(),
            17 + 1_000
        );
    }

    proptest! {
        #[test]
        fn a_retry_is_later_and_within_a_tenth(attempts in 0u32..40, jitter: f64, max_attempts in 1u32..40) {
            let policy = RetryPolicy { max_attempts };
            match policy.next_attempt(attempts, jitter) {
                Decision::Bury => prop_assert!(attempts >= max_attempts),
                Decision::RetryAfter(delay) => {
                    prop_assert!(attempts < max_attempts);
                    prop_assert!((27..=1_980).contains(&delay.as_secs()));
                }
            }
        }
    }
}
