//! `admin backup`, `admin restore`: the whole database in a file, and back.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use db::{Access, archive::Place};
use indicatif::{ProgressBar, ProgressStyle};
use server::{Context, Settings, clock::SystemClock};
use types::Clock as _;

use super::{ask, output::Output, trouble::Trouble};
use crate::{
    Acting,
    backup::{self, BackedUp, Restored, Target},
};

/// Copy the whole database to a file while everything runs, and look the copy through.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin backup /backups/freehold-2026-01-31.db
  admin backup nightly.dump --json

SQLite is copied to a SQLite file, PostgreSQL by its own pg_dump, which must be installed. A file that is there is not
written over.")]
pub(super) struct Backup {
    /// The file, which must not be there yet.
    file: PathBuf,
}

/// Put a backup back. Stop everything else first.
///
/// A SQLite database that is there is kept beside the restored one; a PostgreSQL database must be empty. A backup of
/// a newer Freehold is refused; after an older one, run `admin migrate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin restore /backups/freehold-2026-01-31.db --dry-run
  admin restore /backups/freehold-2026-01-31.db --yes && admin migrate")]
pub(super) struct Restore {
    /// The backup.
    file: PathBuf,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
    /// Look the backup through and say what is in it; change nothing.
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
}

impl Backup {
    pub(super) async fn run(
        self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        let total = match acting.db.place() {
            Place::File(file) => std::fs::metadata(file).ok().map(|found| found.len()),
            Place::Server => None,
        };
        let copying = backup::back_up(acting, &self.file, &settings.database.url);
        let made = watched((&backup::draft_of(&self.file), total), copying).await?;
        output.one(&made, told)
    }
}

/// Waits, and shows on a terminal how much of a file there is.
pub(super) async fn watched<T>((file, total): (&Path, Option<u64>), work: impl Future<Output = T>) -> T {
    const LOOK_EVERY: Duration = Duration::from_millis(200);

    let template = match total {
        Some(_) => "{bar:30} {bytes} of about {total_bytes}, {bytes_per_sec}",
        None => "{spinner} {bytes}, {bytes_per_sec}",
    };
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    let bar = bar.with_style(ProgressStyle::with_template(template).expect("the template is ours"));
    let mut looks = tokio::time::interval(LOOK_EVERY);
    tokio::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                bar.finish_and_clear();
                return done;
            }
            _ = looks.tick() => {
                let written = tokio::fs::metadata(file).await;
                bar.set_position(written.map_or(0, |found| found.len()));
            }
        }
    }
}

fn told(made: &BackedUp) -> String {
    let BackedUp {
        file,
        bytes,
        tenants,
        schema_version,
    } = made;
    format!(
        "Copied {tenants} tenants, {bytes} bytes, to {}; the copy is whole, its schema at version {schema_version}.",
        file.display()
    )
}

impl Restore {
    /// Opens the database itself: there may be none.
    pub(super) async fn run(self, settings: Settings, output: &mut Output<'_>) -> Result<(), Trouble> {
        let database = backup::file_of(&settings.database.url);
        if self.dry_run {
            let found = backup::look_through(&self.file, database.is_some()).await?;
            return output.one(&found, would_put_back);
        }
        if !self.yes {
            ask::confirm(&format!(
                "Put {} back in the place of the database?",
                self.file.display()
            ))?;
        }
        let now = SystemClock.now();
        let restored = match database {
            Some(database) => backup::restore(&self.file, Target::File(database), now).await?,
            None => {
                let context = Context::open_any_schema(settings, Access::Existing).await?;
                let target = Target::Server(&context.db, &context.settings.database.url);
                let done = backup::restore(&self.file, target, now).await;
                context.db.close().await;
                done?
            }
        };
        output.one(&restored, put_back)
    }
}

fn would_put_back(found: &Restored) -> String {
    let Restored {
        tenants,
        schema_version,
        ..
    } = found;
    format!(
        "{tenants} tenants would be back, with the schema at version {schema_version}. Nothing was changed."
    )
}

fn put_back(restored: &Restored) -> String {
    let mut text = format!("{} tenants are back.", restored.tenants);
    if let Some(kept) = &restored.kept {
        text.push_str(&format!(" The database that was there is {}.", kept.display()));
    }
    if restored.schema_version < restored.needed_version {
        text.push_str(" Run `admin migrate` next.");
    }
    text
}
