//! Is the loop alive? It beats whenever the queue answered or a job was settled.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

/// When the loop last got somewhere. Clones share it.
#[derive(Debug, Clone)]
pub(crate) struct Pulse(Arc<Mutex<Instant>>);

impl Default for Pulse {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }
}

impl Pulse {
    /// The loop got somewhere.
    pub(crate) fn beat(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// As if so much time had gone by.
    #[cfg(test)]
    pub(crate) fn grow_old(&self, by: Duration) {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = last.checked_sub(by).expect("the machine has been up for longer");
    }

    /// For readiness: a sentence when the loop got nowhere for longer than `patience`.
    pub(crate) fn check(&self, patience: Duration) -> Result<(), String> {
        let last = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() <= patience {
            Ok(())
        } else {
            Err("the queue has not been looked at for too long".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_that_gets_nowhere_is_noticed() {
        let pulse = Pulse::default();

        assert_eq!(pulse.check(Duration::from_secs(60)), Ok(()));
        assert!(pulse.check(Duration::ZERO).is_err());
    }
}
