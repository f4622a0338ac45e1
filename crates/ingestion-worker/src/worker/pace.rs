//! How many jobs to take at once: as many as can be written in a fifth of a second.
//!
//! A large batch shares what a commit costs, but a lead that comes meanwhile waits behind it. How many jobs make one of
//! the right length depends on the disk, the database and who else works there, so it is learnt from the last ones.

use std::time::Duration;

/// What a batch may take. A fresh lead waits for about three: one on its way, one that is claimed, its own.
const SPAN: Duration = Duration::from_millis(200);

/// Fewer are not worth a commit, however long they take.
const LEAST: u32 = 25;

/// How many jobs are worth a batch.
#[derive(Debug)]
pub(crate) struct Pace {
    most: u32,
    size: u32,
}

impl Pace {
    /// Batches of so many jobs at most; the first ones are small.
    pub(crate) fn new(most: u32) -> Self {
        let size = most.min(4 * LEAST);
        Self { most, size }
    }

    /// How many jobs to take next.
    pub(crate) const fn size(&self) -> u32 {
        self.size
    }

    /// So many jobs took so long. Meets the right size half-way, so that one slow commit does not make the next
    /// batches tiny.
    pub(crate) fn learn(&mut self, jobs: u64, took: Duration) {
        let took = took.as_micros().max(1);
        let fits = u128::from(jobs) * SPAN.as_micros() / took;
        let fits = u32::try_from(fits).unwrap_or(u32::MAX).min(self.most);
        // A small batch that was quick says nothing of large ones: what a commit costs was shared by few.
        if u64::from(self.size) > jobs && fits >= self.size {
            return;
        }
        let towards = (self.size + fits).div_ceil(2);
        self.size = towards.max(LEAST.min(self.most));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LEAST, Pace, SPAN};

    /// Works in full batches at so many jobs a second, and a fixed cost for each batch.
    fn work(pace: &mut Pace, per_second: u32, commit: Duration) -> u32 {
        for _ in 0..20 {
            let jobs = pace.size();
            pace.learn(jobs.into(), commit + Duration::from_secs(1) * jobs / per_second);
        }
        pace.size()
    }

    #[test]
    fn batches_grow_and_shrink_until_they_take_a_fifth_of_a_second() {
        let mut pace = Pace::new(1_000);

        assert_eq!(work(&mut pace, 100_000, Duration::ZERO), 1_000);
        let size = work(&mut pace, 2_000, Duration::from_millis(10));
        assert!((360..=400).contains(&size), "{size}");
        assert_eq!(work(&mut pace, 10, Duration::ZERO), LEAST);
        assert!(work(&mut pace, 4_000, Duration::ZERO) > 700);
    }

    #[test]
    fn nobody_takes_more_than_was_said() {
        assert_eq!(work(&mut Pace::new(3), 1_000_000, Duration::ZERO), 3);
        assert_eq!(work(&mut Pace::new(3), 1, Duration::ZERO), 3);
    }

    #[test]
    fn a_few_jobs_say_nothing_of_many_unless_they_were_slow() {
        let mut pace = Pace::new(1_000);
        work(&mut pace, 2_500, Duration::ZERO);
        let before = pace.size();

        pace.learn(1, Duration::from_micros(100));
        assert_eq!(pace.size(), before);
        pace.learn(1, Duration::from_millis(1));
        assert_eq!(pace.size(), (before + 200).div_ceil(2));
        pace.learn(10, 3 * SPAN);
        assert!(pace.size() < (before + 200).div_ceil(2));
    }
}
