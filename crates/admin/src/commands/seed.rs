//! `admin seed`: fills an installation with what a demo needs.

use clap::{Args, Subcommand};
use serde_json::json;
use server::Settings;

use super::{output::Output, trouble::Trouble};
use crate::{
    Acting, Refusal,
    seed::{self, DEMO_PASSWORD, DEMO_SIGN_INS, Seeded},
};

/// Fill the database with data to try things on.
#[derive(Debug, Subcommand)]
pub(super) enum Seed {
    Demo(Demo),
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

impl Seed {
    pub(super) async fn run(
        &self,
        settings: &Settings,
        acting: &Acting<'_>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        let Self::Demo(demo) = self;
        if settings.stage.is_production() && !demo.force {
            return Err(Refusal::NotAllowed(
                "the demo's sign-ins have a password everybody knows, so production refuses it; \
                 add --force if that is what you want"
                    .to_owned(),
            )
            .into());
        }
        let seeded = seed::demo_by(acting).await?;
        let mut result = json!({ "event": "seed_demo_result" });
        if let (Some(result), Ok(serde_json::Value::Object(counts))) =
            (result.as_object_mut(), serde_json::to_value(seeded))
        {
            result.extend(counts);
        }
        output.one(&result, |_| told(&seeded))
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
