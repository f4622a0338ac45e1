//! What people type: the commands, their flags, and which of them beats a variable of the environment.

#![expect(
    clippy::doc_markdown,
    reason = "these become the help text, where a terminal would show the backticks"
)]

use std::process::ExitCode;

use clap::{ArgGroup, Args, Parser, Subcommand, value_parser};
use db::PlatformScope;
use jiff::{SignedDuration, Span, SpanRelativeTo};
use server::{Context, Duty, trail};

use crate::{
    commands::{self, Form, Refused},
    examples,
};

/// Turns what websites sent into contacts and leads.
#[derive(Debug, Parser)]
#[command(name = "ingestion-worker", version, after_help = examples::ALL)]
pub struct Cli {
    /// Print one JSON object a line [env: INGESTION_OUTPUT_JSON=1]
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Work through the queue until told to stop
    #[command(after_help = examples::RUN)]
    Run,
    /// Work through what is due now, then leave
    #[command(after_help = examples::DRAIN)]
    Drain(DrainArgs),
    /// Look after the jobs that were given up
    #[command(subcommand, after_help = examples::DEAD_LETTER)]
    DeadLetter(DeadLetterCommand),
    /// See what waits, stop the queue, let finished jobs go
    #[command(subcommand, after_help = examples::QUEUE)]
    Queue(QueueCommand),
    /// Look at one job
    #[command(subcommand, after_help = examples::JOB)]
    Job(JobCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetterCommand {
    /// Show them, the last buried first
    #[command(after_help = examples::LIST)]
    List(ListArgs),
    /// Show what they died of, the most frequent cause first
    #[command(after_help = examples::GROUPS)]
    Groups(GroupsArgs),
    /// Put them back in line with their attempts forgotten
    #[command(after_help = examples::REQUEUE)]
    Requeue(RequeueArgs),
    /// Decide that their effects are not wanted
    #[command(after_help = examples::DISCARD)]
    Discard(DiscardArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// Show depth, age and rates by tenant and type
    #[command(after_help = examples::STATS)]
    Stats(StatsArgs),
    /// Let jobs wait until they are resumed; leads are still accepted
    #[command(after_help = examples::PAUSE)]
    Pause(PauseArgs),
    /// Let paused jobs go on
    #[command(after_help = examples::RESUME)]
    Resume(PauseArgs),
    /// Let go of jobs that were processed long ago; dead letters stay
    #[command(after_help = examples::PRUNE)]
    Prune(PruneArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum JobCommand {
    /// Show where it stands and every attempt that failed
    #[command(after_help = examples::JOB)]
    Show(JobArgs),
}

/// The flags of `queue stats`.
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// Count what was processed in so many hours, 1 to 720
    #[arg(long, value_name = "N", default_value_t = 24, value_parser = value_parser!(u32).range(1..=720))]
    pub(crate) hours: u32,
}

/// The flags of `queue pause` and `queue resume`.
#[derive(Debug, Args)]
pub(crate) struct PauseArgs {
    /// Only this tenant's: its id or its slug
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    #[command(flatten)]
    pub(crate) who: Who,
}

/// The flags of `queue prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArgs {
    /// Processed longer ago than this, such as 30d, 12h or "2 weeks"
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) older_than: SignedDuration,
    /// Do it without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only say how many it would be
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) who: Who,
}

/// Who does it.
#[derive(Debug, Args)]
pub(crate) struct Who {
    /// The name to write into the audit trail, after `cli:`
    #[arg(
        long = "as",
        value_name = "NAME",
        env = "USER",
        hide_env = true,
        default_value = "unknown"
    )]
    pub(crate) actor: String,
}

/// What `job show` is asked about.
#[derive(Debug, Args)]
pub(crate) struct JobArgs {
    /// The job's id
    #[arg(value_name = "ID")]
    pub(crate) id: String,
}

/// The flags of `dead-letter groups`.
#[derive(Debug, Default, Args)]
pub(crate) struct GroupsArgs {
    /// Those of this tenant: its id or its slug [env: INGESTION_DEAD_LETTER_TENANT_ID]
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
}

/// The flags of `dead-letter discard`.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("which").required(true).multiple(true)
    .args(["job", "tenant", "reason", "limit", "offset", "all"])))]
pub(crate) struct DiscardArgs {
    /// This one job
    #[arg(long, value_name = "ID", conflicts_with_all = ["tenant", "reason", "limit", "offset", "all"])]
    pub(crate) job: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// However many there are
    #[arg(long, conflicts_with_all = ["limit", "offset"])]
    pub(crate) all: bool,
    /// Why: it is written into the audit trail
    #[arg(long, value_name = "TEXT")]
    pub(crate) why: String,
    /// Do it without asking
    #[arg(long)]
    pub(crate) yes: bool,
    /// Only say whether it could be done, or how many it would be
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) who: Who,
}

/// An age as people write it. Days count 24 hours.
fn age(text: &str) -> Result<SignedDuration, String> {
    let span: Span = text
        .parse()
        .map_err(|_| "must be an age such as 30d or 12h".to_owned())?;
    let age = span
        .to_duration(SpanRelativeTo::days_are_24_hours())
        .map_err(|_| "must be in days or less".to_owned())?;
    if age.is_negative() {
        Err("must not be negative".to_owned())
    } else {
        Ok(age)
    }
}

/// The flags of `drain`.
#[derive(Debug, Default, Args)]
pub(crate) struct DrainArgs {
    /// Jobs to claim at once, 1 to 1000 [env: INGESTION_BATCH_SIZE]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1000))]
    pub(crate) batch_size: Option<u32>,
    /// Batches after which to leave [env: INGESTION_MAX_LOOPS, which does not end --until-empty]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..))]
    pub(crate) max_loops: Option<u32>,
    /// Go on until nothing is due, or --max-loops is reached
    #[arg(long)]
    pub(crate) until_empty: bool,
}

/// Which dead letters are meant.
#[derive(Debug, Default, Args)]
pub(crate) struct Selection {
    /// Those of this tenant: its id or its slug [env: INGESTION_DEAD_LETTER_TENANT_ID]
    #[arg(long, value_name = "TENANT")]
    pub(crate) tenant: Option<String>,
    /// Those whose error begins with this, such as invalid_payload
    #[arg(long)]
    pub(crate) reason: Option<String>,
    /// At most so many, 1 to 1000 [env: INGESTION_DEAD_LETTER_LIMIT]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1000))]
    pub(crate) limit: Option<u32>,
    /// After so many [env: INGESTION_DEAD_LETTER_OFFSET]
    #[arg(long, value_name = "N")]
    pub(crate) offset: Option<u32>,
}

/// The flags of `dead-letter list`.
#[derive(Debug, Default, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// With the events as they came: personal data [env: INGESTION_DEAD_LETTER_INCLUDE_PAYLOAD=1]
    #[arg(long)]
    pub(crate) include_payload: bool,
}

/// The flags of `dead-letter requeue`.
#[derive(Debug, Args)]
pub(crate) struct RequeueArgs {
    /// This one job [env: INGESTION_DEAD_LETTER_JOB_ID]
    #[arg(long, value_name = "ID", conflicts_with_all = ["tenant", "reason", "limit", "offset", "all", "dry_run"])]
    pub(crate) job: Option<String>,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// However many there are
    #[arg(long, conflicts_with_all = ["limit", "offset"])]
    pub(crate) all: bool,
    /// Only say how many it would be
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) who: Who,
}

impl Cli {
    /// What it takes of the settings: what is audited is signed.
    pub const fn duty(&self) -> Duty {
        match &self.command {
            Command::DeadLetter(DeadLetterCommand::Requeue(_) | DeadLetterCommand::Discard(_))
            | Command::Queue(QueueCommand::Pause(_) | QueueCommand::Resume(_) | QueueCommand::Prune(_)) => {
                Duty::Changes
            }
            Command::Run
            | Command::Drain(_)
            | Command::DeadLetter(DeadLetterCommand::List(_) | DeadLetterCommand::Groups(_))
            | Command::Queue(QueueCommand::Stats(_))
            | Command::Job(_) => Duty::Works,
        }
    }

    /// Does what was asked, and gives the exit code.
    pub async fn carry_out(self, context: Context) -> ExitCode {
        let done = match self.duty() {
            Duty::Changes => self.carry_out_signed(context).await,
            Duty::Answers | Duty::Works => self.carry_out_unsigned(context).await,
        };
        done.unwrap_or_else(|refused| refused.report())
    }

    /// The same, and signs the end of the audit trail when there is more of it then.
    async fn carry_out_signed(self, context: Context) -> Result<ExitCode, Refused> {
        let platform = PlatformScope::of_command_line();
        let before = trail::end(&context.db, &platform).await?;
        let done = self.carry_out_unsigned(context.clone()).await;
        if let Err(error) = trail::sign_if_grown(&context, &platform, before).await {
            tracing::warn!("the end of the audit trail is not signed yet: {error:#}");
        }
        done
    }

    async fn carry_out_unsigned(self, context: Context) -> Result<ExitCode, Refused> {
        let form = match context.settings.ingestion.output_json || self.json {
            true => Form::Json,
            false if context.settings.plain => Form::Plain,
            false => Form::Words,
        };
        match self.command {
            Command::Run => commands::run(context).await,
            Command::Drain(args) => commands::drain(&context, &args, form).await,
            Command::DeadLetter(DeadLetterCommand::List(args)) => commands::list(&context, &args, form).await,
            Command::DeadLetter(DeadLetterCommand::Groups(args)) => {
                commands::groups(&context, &args, form).await
            }
            Command::DeadLetter(DeadLetterCommand::Discard(args)) => {
                commands::discard(&context, &args, form).await
            }
            Command::Queue(QueueCommand::Stats(args)) => commands::stats(&context, &args, form).await,
            Command::Queue(QueueCommand::Pause(args)) => commands::pause(&context, &args, form).await,
            Command::Queue(QueueCommand::Resume(args)) => commands::resume(&context, &args, form).await,
            Command::Queue(QueueCommand::Prune(args)) => commands::prune(&context, &args, form).await,
            Command::Job(JobCommand::Show(args)) => commands::show(&context, &args, form).await,
            Command::DeadLetter(DeadLetterCommand::Requeue(args)) => {
                commands::requeue(&context, &args, form).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, error::ErrorKind};

    use super::*;

    #[test]
    fn verify_cli() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_help_has_examples() {
        let mut without = Vec::new();
        let mut commands = vec![Cli::command()];
        while let Some(mut command) = commands.pop() {
            let help = command.render_long_help().to_string();
            if !help.contains("Examples:") {
                without.push(command.get_name().to_owned());
            }
            // `help` itself is clap's.
            let ours = command
                .get_subcommands()
                .filter(|command| command.get_name() != "help");
            commands.extend(ours.cloned());
        }
        assert!(without.is_empty(), "{without:?}");
    }

    #[test]
    fn what_cannot_be_meant_together_is_refused() {
        for line in [
            "dead-letter requeue --job 1 --all",
            "dead-letter requeue --all --limit 3",
            "dead-letter discard --job 1 --all --why x",
        ] {
            let words = ["ingestion-worker"].into_iter().chain(line.split(' '));
            let refused = Cli::try_parse_from(words).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::ArgumentConflict, "{line}");
        }
    }
}
