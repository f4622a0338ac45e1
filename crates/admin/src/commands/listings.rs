//! `admin listings …`: the homes a tenant's site shows.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use secrecy::SecretString;
use types::text::Text;

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting,
    listings::{self, Feed, Imported, Wanted},
};

/// Bring homes for sale onto a tenant's site.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin listings import homes.csv --tenant acme
  admin listings feeds")]
pub(super) enum Listings {
    Import(Import),
    Poll(Poll),
    Schedule(Schedule),
    Unschedule(Unschedule),
    Feeds(Feeds),
    Rejected(Rejected),
}

/// Read listings from a JSON or CSV file with the field names of the RESO Data Dictionary 2.0.
///
/// Rows that can be read are kept, whatever the others are; those that cannot are named, and the command leaves with 5.
/// A file may be imported again: what is there is brought up to date. Some hundred listings are written at a time, so
/// that visitors are not kept waiting; an import that dies goes on when it is started again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin listings import listings.json --tenant acme
  admin listings import listings.csv --tenant acme
  admin listings import listings.json --tenant acme --disclaimer 'Copyright 2026 Example MLS.'")]
pub(super) struct Import {
    /// The file.
    file: PathBuf,
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
    /// What the listing service wants said beside every listing.
    #[arg(
        long,
        default_value = "Information is believed to be right and not guaranteed."
    )]
    disclaimer: Text<500>,
}

/// Ask a RESO Web API for what changed since it was last asked.
///
/// Rows that cannot be read wait until the service sends them right. Meant to be started every few minutes: what was
/// heard is not asked for again, unless it is to begin again. When the service does not answer the command leaves with 5,
/// and the site stays as it is.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin listings poll https://api.example.com/odata --tenant acme --token-file /run/secrets/mls
  admin listings poll https://api.example.com/odata --tenant acme --token-file /run/secrets/mls --again
  admin listings poll https://api.example.com/odata --tenant acme --disclaimer 'Copyright 2026 Example MLS.'")]
pub(super) struct Poll {
    #[command(flatten)]
    service: Service,
    /// Ask for everything from the beginning, whatever was heard before. It replaces what is on the site, and removes
    /// nothing.
    #[arg(long)]
    again: bool,
}

/// A service, and how it is asked.
#[derive(Debug, Args)]
struct Service {
    /// The service: the address below which its Property is.
    address: String,
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
    /// The file that holds the service's token.
    #[arg(long)]
    token_file: Option<PathBuf>,
    /// What the listing service wants said beside every listing.
    #[arg(
        long,
        default_value = "Information is believed to be right and not guaranteed."
    )]
    disclaimer: Text<500>,
}

/// Have the console ask a RESO Web API by itself, from now on.
///
/// Every console that runs looks for what is due; one of them asks. The token is read from its file each time, so that a
/// new one is taken without a word. Said again, it changes how often.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin listings schedule https://api.example.com/odata --tenant acme --token-file /run/secrets/mls
  admin listings schedule https://api.example.com/odata --tenant acme --every-minutes 60")]
pub(super) struct Schedule {
    #[command(flatten)]
    service: Service,
    /// How often, in minutes.
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u16).range(1..=1440))]
    every_minutes: u16,
}

/// Have a service asked by itself no more. What it said stays on the site.
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  admin listings unschedule https://api.example.com/odata --tenant acme")]
pub(super) struct Unschedule {
    /// The service: the address below which its Property is.
    address: String,
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
}

/// Show the services that a tenant's listings come from, and how it goes with them.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  admin listings feeds --tenant acme\n  admin listings feeds --tenant acme --json"
)]
pub(super) struct Feeds {
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
}

/// Show the rows of services that could not be read, or not all of them, and why.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  admin listings rejected --tenant acme\n  admin listings rejected --tenant acme --json"
)]
pub(super) struct Rejected {
    /// Id or slug of the tenant.
    #[arg(long)]
    tenant: String,
    /// At most so many.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
}

impl Listings {
    pub(super) async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        match self {
            Self::Import(import) => import.run(acting, output).await,
            Self::Poll(poll) => poll.run(acting, output).await,
            Self::Schedule(schedule) => schedule.run(acting, output).await,
            Self::Unschedule(Unschedule { address, tenant }) => {
                let feed = Feed::at(&address, None)?;
                listings::unschedule(acting, &tenant, &feed).await?;
                output.note(&format!("{address} is asked by itself no more."));
                Ok(())
            }
            Self::Feeds(Feeds { tenant }) => {
                let feeds = listings::feeds(acting, &tenant).await?;
                let header = [
                    "address",
                    "heard until",
                    "answered",
                    "failed",
                    "rejected",
                    "asked",
                ];
                output.many(&feeds, header, |feed| {
                    let failure = feed.failure.as_deref().unwrap_or_default();
                    let failed = feed.failed_at.map(|at| format!("{at}: the service {failure}"));
                    [
                        feed.address.clone(),
                        feed.heard_until
                            .map_or_else(|| "never".to_owned(), |at| at.to_string()),
                        feed.answered_at
                            .map_or_else(|| "never".to_owned(), |at| at.to_string()),
                        failed.unwrap_or_default(),
                        feed.rejected.to_string(),
                        feed.every_minutes
                            .map_or_else(|| "by hand".to_owned(), |minutes| format!("every {minutes} min")),
                    ]
                })
            }
            Self::Rejected(Rejected { tenant, limit }) => {
                let rejected = listings::rejected(acting, &tenant, limit.into()).await?;
                output.many(&rejected, ["listing", "since", "this row …"], |row| {
                    [
                        row.listing_key.clone(),
                        row.rejected_at.to_string(),
                        row.reason.clone(),
                    ]
                })
            }
        }
    }
}

impl Poll {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let Self { service, again } = self;
        let token = match &service.token_file {
            Some(file) => {
                let text = tokio::fs::read_to_string(file).await;
                let text =
                    text.map_err(|error| Trouble::Usage(format!("reading {}: {error}", file.display())))?;
                Some(SecretString::from(text.trim()))
            }
            None => None,
        };
        let feed = Feed::at(&service.address, token)?;
        if again {
            listings::forget(acting, &service.tenant, &feed).await?;
        }
        let polled = listings::poll(acting, &service.tenant, (&feed, &service.disclaimer)).await?;
        output.one(&polled, |polled| {
            format!(
                "Read {} rows: kept {} listings, {} of them with something odd, took {} off the site, and could not \
                 read {}.",
                polled.rows, polled.kept, polled.odd, polled.removed, polled.rejected
            )
        })
    }
}

impl Schedule {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let Self {
            service,
            every_minutes,
        } = self;
        let token_file = match &service.token_file {
            None => None,
            // From wherever the console runs, and only where there is one now.
            Some(file) => Some(
                tokio::fs::canonicalize(file)
                    .await
                    .map_err(|error| Trouble::Usage(format!("reading {}: {error}", file.display())))?,
            ),
        };
        let wanted = Wanted {
            every_minutes,
            token_file,
            disclaimer: service.disclaimer.to_string(),
        };
        let feed = Feed::at(&service.address, None)?;
        listings::schedule(acting, &service.tenant, (&feed, wanted)).await?;
        output.note(&format!(
            "{} is asked every {every_minutes} minutes by whichever console runs.",
            service.address
        ));
        Ok(())
    }
}

impl Import {
    async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let Self {
            file,
            tenant,
            disclaimer,
        } = self;
        let bytes = tokio::fs::read(&file)
            .await
            .map_err(|error| Trouble::Usage(format!("reading {}: {error}", file.display())))?;
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len} listings, {per_sec}, {eta} left");
        let bar = ProgressBar::new(0).with_style(style.expect("the template is ours"));
        let tell = |done: usize, all: usize| {
            bar.set_length(all as u64);
            bar.set_position(done as u64);
        };
        let imported = listings::import(acting, &tenant, (bytes.into(), &disclaimer), &tell).await;
        bar.finish_and_clear();
        let imported = imported?;
        for bad in imported.bad.iter().chain(&imported.odd) {
            let key = bad.listing_key.as_deref().unwrap_or("without a key");
            output.note(&format!("row {} ({key}) {}", bad.row, bad.reason));
        }
        output.one(&imported, told)?;
        match imported.bad.len() {
            0 => Ok(()),
            bad => Err(Trouble::CheckFailed(format!(
                "{bad} of {} rows were left out",
                imported.rows
            ))),
        }
    }
}

fn told(imported: &Imported) -> String {
    let Imported { kept, removed, .. } = imported;
    format!("Kept {kept} listings, and took {removed} off the site.")
}
