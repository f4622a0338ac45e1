//! `admin seed`: fills an installation with what a demo needs.

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;
use serde_json::json;
use server::Settings;

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting, Refusal,
    seed::{self, DEMO_PASSWORD, DEMO_SIGN_INS, Load, Loaded, Seeded},
};

/// Fill the database with data to try things on.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin seed demo
  admin seed load --tenants 10 --contacts 1000")]
pub(super) enum Seed {
    Demo(Demo),
    Load(LoadArgs),
}

/// Make the two demo tenants, with people who can sign in.
///
/// What is there already is left as it is, so that the command may be run again: after an update it brings what the
/// demo has gained.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin seed demo
  admin seed demo --json")]
pub(super) struct Demo {
    /// Seed in production too, although everybody knows the password of the demo sign-ins.
    #[arg(long)]
    force: bool,
}

/// Make synthetic tenants with many contacts, each with a lead, to see how everything bears it.
///
/// What is there already is left as it is, so that the command may be run again, also for more.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin seed load --tenants 100 --contacts 1000
  admin seed load --tenants 10000 --contacts 10 --json")]
pub(super) struct LoadArgs {
    /// How many tenants: load-00001 and so on.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=99_999))]
    tenants: u32,
    /// How many contacts each has.
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=10_000_000))]
    contacts: u32,
    /// Load production too.
    #[arg(long)]
    force: bool,
}

impl Seed {
    pub(super) async fn run(
        &self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        match self {
            Self::Demo(demo) => demo.run(settings, acting, output).await,
            Self::Load(load) => load.run(settings, acting, output).await,
        }
    }
}

/// Production takes no invented data by accident.
fn refuse_in_production(settings: &Settings, force: bool, why: &str) -> Result<(), Trouble> {
    if settings.stage.is_production() && !force {
        let detail = format!("{why}, so production refuses it; add --force if that is what you want");
        return Err(Refusal::NotAllowed(detail).into());
    }
    Ok(())
}

impl LoadArgs {
    async fn run(
        &self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        refuse_in_production(settings, self.force, "these tenants are invented")?;
        let style = ProgressStyle::with_template("{bar:30} {pos} of {len} contacts, {per_sec}, {eta} left");
        let bar = ProgressBar::new(u64::from(self.tenants) * u64::from(self.contacts))
            .with_style(style.expect("the template is ours"));
        let load = Load {
            tenants: self.tenants,
            contacts: self.contacts,
        };
        let loaded = seed::load(acting, load, &|done| bar.set_position(done)).await;
        bar.finish_and_clear();
        let Loaded { tenants, contacts } = loaded?;
        let result = json!({ "event": "seed_load_result", "tenants": tenants, "contacts": contacts });
        output.one(&result, |_| match (tenants, contacts) {
            (0, 0) => "All of it is there already; nothing was changed.".to_owned(),
            _ => format!("Made {tenants} tenants and {contacts} contacts, each with a lead."),
        })
    }
}

/// What the command says to programs.
#[derive(Serialize)]
struct SeedDemoResult {
    event: &'static str,
    #[serde(flatten)]
    seeded: Seeded,
}

impl Demo {
    async fn run(
        &self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        let why = "the demo's sign-ins have a password everybody knows";
        refuse_in_production(settings, self.force, why)?;
        let seeded = seed::demo_by(acting).await?;
        let result = SeedDemoResult {
            event: "seed_demo_result",
            seeded,
        };
        output.one(&result, |result| told(&result.seeded))
    }
}

fn told(seeded: &Seeded) -> String {
    if *seeded == Seeded::default() {
        return "The demo is there already; nothing was changed.".to_owned();
    }
    let Seeded {
        tenants,
        operators,
        contacts,
        leads,
        activities,
        documents,
        facts: _,
        listings,
    } = seeded;
    if (*tenants, *operators) == (0, 0) {
        return format!(
            "The demo is there already; its sites got {documents} pages of content and {listings} homes that they had \
             not yet."
        );
    }
    let mut text = format!(
        "Seeded {tenants} tenants with {contacts} contacts, {leads} leads, {activities} activities, {documents} \
         pages of content and {listings} homes, and {operators} operators.\nEverybody's password is {DEMO_PASSWORD}:"
    );
    for sign_in in DEMO_SIGN_INS {
        let place = sign_in.tenant.unwrap_or("console");
        let (email, role) = (sign_in.email, sign_in.role);
        text.push_str(&format!("\n  {place:<10} {email} ({role})"));
    }
    text
}
