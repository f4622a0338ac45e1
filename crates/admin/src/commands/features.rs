//! `admin features …`: what is switched for the whole platform.

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use server::etag::IfMatch;
use types::{Feature, Percentage, Switch, text::Text};

use super::{ask, output::Output, trouble::Trouble};
use crate::{
    Acting,
    features::{self, Effect, FlagChange, api},
};

/// Switch features for every tenant: off, or on for a share of them.
#[derive(Debug, Subcommand)]
#[command(after_help = "\
Examples:
  admin features list
  admin features set automation_sequences --rollout 30 --reason 'first tenants' --dry-run
  admin features clear automation_sequences --reason 'everybody chooses' --yes")]
pub(super) enum Features {
    List(List),
    Set(Set),
    Clear(Clear),
}

/// List features: how each is switched for all tenants, and how many have it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin features list
  admin features list --json | jq -r 'select(.state == \"off\").feature'")]
pub(super) struct List;

/// Switch a feature off for every tenant, or roll it out to a share of them.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin features set lead_capture --off --reason 'forms are flooded' --yes
  admin features set automation_sequences --rollout 30 --reason 'first tenants' --dry-run")]
pub(super) struct Set {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    to: To,
}

/// Let plans, choices and exceptions decide about a feature again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  admin features clear lead_capture --reason 'the flood is over' --yes")]
pub(super) struct Clear {
    #[command(flatten)]
    target: Target,
}

/// What it is switched to.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct To {
    /// Off for every tenant: stronger than plans, choices and exceptions.
    #[arg(long)]
    off: bool,
    /// On for this share of the tenants whose plan allows it, from 0 to 100. Who chose it keeps it.
    #[arg(long, value_name = "PERCENT", value_parser = percentage)]
    rollout: Option<Percentage>,
}

/// A feature about to be switched.
#[derive(Debug, Args)]
struct Target {
    /// The feature by its word, such as `automation_sequences`.
    feature: Feature,
    /// Why; kept in the audit trail.
    #[arg(long)]
    reason: Text<500>,
    /// Do it without asking.
    #[arg(long)]
    yes: bool,
    /// Only say who would gain and lose it.
    #[arg(long)]
    dry_run: bool,
}

impl Set {
    fn switch(&self) -> Switch {
        self.to
            .rollout
            .map_or(Switch::Off, |percentage| Switch::Rollout { percentage })
    }
}

impl Features {
    /// Asks what must be asked before the database is opened.
    pub(super) fn confirm(&self) -> Result<(), Trouble> {
        let (target, question) = match self {
            Self::List(_) => return Ok(()),
            Self::Set(set) => {
                let name = set.target.feature;
                let question = match set.switch() {
                    Switch::Off => format!("Switch {name} off for every tenant?"),
                    Switch::Rollout { percentage } => {
                        format!("Roll {name} out to {} % of the tenants?", percentage.get())
                    }
                };
                (&set.target, question)
            }
            Self::Clear(clear) => {
                let question = format!("Let plans decide about {} again?", clear.target.feature);
                (&clear.target, question)
            }
        };
        if target.yes || target.dry_run {
            return Ok(());
        }
        ask::confirm(&question)
    }

    pub(super) async fn run(self, acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
        match self {
            Self::List(_) => list(acting, output).await,
            Self::Set(set) => {
                let to = set.switch();
                set.target.run(acting, Some(to), output).await
            }
            Self::Clear(clear) => clear.target.run(acting, None, output).await,
        }
    }
}

impl Target {
    async fn run(
        self,
        acting: &Acting<'_>,
        to: Option<Switch>,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        let change = FlagChange {
            feature: self.feature,
            to,
            reason: self.reason,
        };
        let (mut state, effect) = features::rehearse(acting, &change).await?;
        if !self.dry_run {
            state = features::change(acting, &change, &IfMatch::default()).await?;
        }
        let result = json!({
            "feature": api::told(&state), "effect": api::told_effect(&effect), "dryRun": self.dry_run,
        });
        output.one(&result, |_| match self.dry_run {
            true => foretold(self.feature, &effect),
            false => done(&change, &effect),
        })
    }
}

fn foretold(feature: Feature, effect: &Effect) -> String {
    format!("{feature}: {}{}", effect.sentence(), limits(effect))
}

fn done(change: &FlagChange, effect: &Effect) -> String {
    let feature = change.feature;
    let now = match change.to {
        None => "is as plans say again".to_owned(),
        Some(Switch::Off) => "is off for every tenant now".to_owned(),
        Some(Switch::Rollout { percentage }) => format!("is rolled out to {} % now", percentage.get()),
    };
    let (gained, lost) = (effect.gains.0, effect.losses.0);
    format!(
        "{feature} {now}: {gained} gained it, {lost} lost it.{}",
        limits(effect)
    )
}

/// How many were looked at, where that is not everybody.
fn limits(effect: &Effect) -> String {
    match effect.is_all {
        true => String::new(),
        false => format!(" Looked at {} tenants; there are more.", effect.looked_at),
    }
}

async fn list(acting: &Acting<'_>, output: &mut Output<'_>) -> Result<(), Trouble> {
    let all = features::list(acting).await?;
    let all: Vec<Value> = all.iter().map(api::told).collect();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    output.many(&all, ["Feature", "Switch", "Tenants", "Reason"], |found| {
        let state = match found["percentage"].as_i64() {
            Some(share) => format!("rollout {share} %"),
            None => text(&found["state"]),
        };
        let more = if found["isAll"] == true { "" } else { " looked at" };
        let tenants = format!("{} of {}{more}", found["tenantsOn"], found["lookedAt"]);
        [text(&found["feature"]), state, tenants, text(&found["reason"])]
    })
}

fn percentage(text: &str) -> Result<Percentage, &'static str> {
    let share = text.trim_end_matches('%').parse().ok();
    share
        .and_then(Percentage::new)
        .ok_or("must be a whole number from 0 to 100")
}
