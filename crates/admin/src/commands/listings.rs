//! `admin listings …`: the homes a tenant's site shows.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use types::text::Text;

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting,
    listings::{self, Imported},
};

/// Bring homes for sale onto a tenant's site.
#[derive(Debug, Subcommand)]
pub(super) enum Listings {
    Import(Import),
}

/// Read listings from a JSON or CSV file with the field names of the RESO Data Dictionary 2.0.
///
/// Rows that can be read are kept, whatever the others are; those that cannot are named, and the command leaves with 5.
/// A file may be imported again: what is there is brought up to date.
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

impl Listings {
    pub(super) async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        let Self::Import(Import {
            file,
            tenant,
            disclaimer,
        }) = self;
        let text = tokio::fs::read_to_string(&file)
            .await
            .map_err(|error| Trouble::Usage(format!("reading {}: {error}", file.display())))?;
        let imported = listings::import(acting, &tenant, (&text, &disclaimer)).await?;
        for bad in &imported.bad {
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
