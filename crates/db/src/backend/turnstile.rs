//! The turnstile before SQLite's one write lock: who waits there is next, whichever process they are in.
//!
//! The write lock has no queue. A process that writes again at once has it again before another, which looks now and
//! then, sees it free: a worker that drains would keep visitors' leads out for seconds. So whoever wants to write
//! enters the turnstile first, a lock on a file beside the database, and leaves it when the write lock is theirs.

use std::{
    fs::{File, TryLockError},
    path::Path,
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::{Instant, sleep, timeout},
};

/// How often to look whether it is free: file locks of other processes tell nobody when they end.
const LOOK: Duration = Duration::from_millis(1);

/// How long somebody may stand in it. Whoever stands longer was stopped, and is not waited for.
const STUCK: Duration = Duration::from_secs(1);

/// A turnstile; those on the same file are one.
#[derive(Debug, Clone)]
pub(crate) struct Turnstile {
    /// None where the file cannot be made: writers are then as fair as SQLite alone lets them be.
    file: Option<Arc<File>>,
    /// Within this process: a file's lock does not tell its tasks apart.
    task: Arc<Mutex<()>>,
}

/// Somebody stands in the turnstile, until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    file: Option<Arc<File>>,
    _task: Option<OwnedMutexGuard<()>>,
}

impl Turnstile {
    /// The turnstile of a database file.
    pub(super) fn beside(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push("-turn");
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path);
        Self {
            file: file.ok().map(Arc::new),
            task: Arc::default(),
        }
    }

    /// Waits until it is free, or somebody seems to be stuck in it: the write lock itself has the last word.
    pub(crate) async fn enter(&self) -> Turn {
        let since = Instant::now();
        let task = timeout(STUCK, Arc::clone(&self.task).lock_owned()).await;
        let mut turn = Turn {
            file: None,
            _task: task.ok(),
        };
        if let Some(file) = &self.file {
            loop {
                match file.try_lock() {
                    Ok(()) => {
                        turn.file = Some(Arc::clone(file));
                        break;
                    }
                    Err(TryLockError::WouldBlock) if since.elapsed() < STUCK => sleep(LOOK).await,
                    Err(_) => break,
                }
            }
        }
        turn
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            // It can only fail where locks do not work at all; then nobody waits for this one either.
            let _unlocked = file.unlock();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::timeout;

    use super::Turnstile;
    use crate::{backend::Pool, scope::PlatformScope, testing::TestDb};

    const A_MOMENT: Duration = Duration::from_millis(50);

    #[tokio::test]
    async fn who_stands_in_it_keeps_every_other_out_and_then_no_longer() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("freehold.db");
        let (here, there) = (Turnstile::beside(&database), Turnstile::beside(&database));

        let turn = here.enter().await;
        assert!(timeout(A_MOMENT, there.enter()).await.is_err());
        assert!(timeout(A_MOMENT, here.enter()).await.is_err());
        drop(turn);

        drop(there.enter().await);
        drop(here.enter().await);
    }

    #[tokio::test]
    async fn who_was_stopped_in_it_is_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("freehold.db");
        let (here, there) = (Turnstile::beside(&database), Turnstile::beside(&database));

        let _stopped = here.enter().await;

        let turn = there.enter().await;
        assert!(turn.file.is_none());
    }

    #[tokio::test]
    async fn every_write_to_a_file_goes_through_it() {
        let test = TestDb::new().await;
        let Pool::Sqlite { turnstile, .. } = test.db.pool() else {
            return;
        };
        let platform = PlatformScope::of_worker();

        let turn = turnstile.enter().await;
        assert!(timeout(A_MOMENT, test.db.write(&platform)).await.is_err());
        drop(turn);

        test.db.write(&platform).await.unwrap().commit().await.unwrap();
    }
}
