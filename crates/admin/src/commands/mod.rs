//! The operators' commands: what they are called, what they print, and with which code they leave.
//!
//! Data goes to standard output and everything else to standard error, so that a pipe carries data alone.

mod ask;
mod audit;
mod backup;
mod domain;
mod features;
mod listings;
mod migrate;
mod operator;
mod output;
mod person;
mod proof;
mod seed;
mod tenant;
#[cfg(test)]
mod tests;
mod trouble;

use std::{io, process::ExitCode};

use clap::{Parser, Subcommand};
use db::PlatformScope;
use server::{Context, Settings, password::NewPassword, settings::Duty, trail};
use types::Actor;

use crate::Acting;
use output::Output;
use trouble::Trouble;

const EXAMPLES: &str = "\
Examples:
  admin migrate && admin seed demo
  admin tenant provision --slug acme --name 'Acme Realty' --domain acme.example --verified
  admin tenant list --json

Settings come from the environment, and from .env in the working directory: DATABASE_URL, ADMIN_ADDR, ….
Exit codes: 0 done, 1 unexpected, 2 usage or settings, 3 not found, 4 conflict, 5 a check failed, 6 not allowed.";

/// Run the Freehold platform.
#[derive(Debug, Parser)]
#[command(name = "admin", version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// Print one JSON object a line instead of a table.
    #[arg(long, global = true)]
    json: bool,

    /// The name to write into the audit trail, after `cli:`.
    #[arg(
        long = "as",
        global = true,
        value_name = "NAME",
        env = "USER",
        hide_env = true,
        default_value = "unknown"
    )]
    actor: String,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer operators on `ADMIN_ADDR`; the default.
    #[command(after_help = "Examples:\n  admin serve\n  ADMIN_ADDR=127.0.0.1:0 admin")]
    Serve,
    Migrate(migrate::Migrate),
    Restore(backup::Restore),
    #[command(flatten)]
    Task(Task),
}

/// What is done to a database whose schema is current.
#[derive(Debug, Subcommand)]
enum Task {
    #[command(subcommand)]
    Seed(seed::Seed),
    #[command(subcommand)]
    Tenant(tenant::Tenant),
    #[command(subcommand)]
    Domain(domain::Domain),
    #[command(subcommand)]
    Features(features::Features),
    #[command(subcommand)]
    Member(person::Member),
    #[command(subcommand)]
    Operator(operator::Operator),
    #[command(subcommand)]
    Listings(listings::Listings),
    #[command(subcommand)]
    Audit(audit::Audit),
    Backup(backup::Backup),
}

/// Runs a command to its end and gives the code to leave with.
pub async fn run(cli: Cli) -> ExitCode {
    let mut stdout = io::stdout();
    let mut output = Output::new(cli.json, &mut stdout);
    let done = match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => serve().await,
        Command::Migrate(migrate) => {
            migrate
                .run(Settings::load_or_exit(Duty::Works), &mut output)
                .await
        }
        Command::Restore(restore) => {
            restore
                .run(Settings::load_or_exit(Duty::Works), &mut output)
                .await
        }
        Command::Task(task) => task.run(&cli.actor, &mut output).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => trouble.report(),
    }
}

/// The console, until it is told to stop.
async fn serve() -> Result<(), Trouble> {
    let context = Context::open(Settings::load_or_exit(Duty::Answers)).await?;
    let db = context.db.clone();
    let ended = async { crate::start(context).await?.ended().await }.await;
    db.close().await;
    ended.map_err(|error| Trouble::NoStart(error.into()))
}

/// What whoever typed the command was asked.
#[derive(Debug, Default)]
struct Answers {
    password: Option<NewPassword>,
}

impl Task {
    async fn run(self, actor: &str, output: &mut Output<'_>) -> Result<(), Trouble> {
        let settings = Settings::load_or_exit(self.duty());
        if let Self::Audit(audit::Audit::Alone(alone)) = self {
            return alone.run(&settings, output).await;
        }
        let answers = self.ask()?;
        let context = Context::open(settings).await?;
        let platform = PlatformScope::of_command_line();
        let acting = Acting {
            db: &context.db,
            platform: &platform,
            actor: Actor {
                id: format!("cli:{actor}"),
                role: "shell".to_owned(),
            },
            request_id: None,
            now: context.clock.now(),
            ids: &*context.ids,
            platform_hosts: &context.settings.platform_hosts,
        };
        let before = trail::end(&context.db, &platform).await?;
        let done = tokio::select! {
            done = self.carry_out(&context.settings, &acting, answers, output) => done,
            () = context.stop.stopped() => Err(Trouble::Interrupted),
        };
        if let Err(error) = trail::sign_if_grown(&context, &platform, before).await {
            output.note(&format!(
                "the end of the audit trail is not signed yet: {error:#}"
            ));
        }
        context.db.close().await;
        done
    }

    const fn duty(&self) -> Duty {
        match self {
            Self::Audit(audit) => audit.duty(),
            _ => Duty::Changes,
        }
    }

    /// Asks what must be asked, before anything is opened: whoever says no has touched nothing.
    fn ask(&self) -> Result<Answers, Trouble> {
        let password = match self {
            Self::Member(_) => Some(ask::password()?),
            Self::Operator(operator) => operator.ask()?,
            Self::Tenant(tenant) => {
                tenant.confirm()?;
                None
            }
            Self::Features(features) => {
                features.confirm()?;
                None
            }
            _ => None,
        };
        Ok(Answers { password })
    }

    async fn carry_out(
        self,
        settings: &Settings,
        acting: &Acting<'_>,
        answers: Answers,
        output: &mut Output<'_>,
    ) -> Result<(), Trouble> {
        let password = || {
            answers
                .password
                .expect("a command that lets people in asks for it")
        };
        match self {
            Self::Seed(seed) => seed.run(settings, acting, output).await,
            Self::Tenant(tenant) => tenant.run(settings, acting, output).await,
            Self::Domain(domain) => domain.run(settings, acting, output).await,
            Self::Features(features) => features.run(acting, output).await,
            Self::Member(member) => member.run(acting, password(), output).await,
            Self::Operator(operator) => operator.run(acting, password, output).await,
            Self::Listings(listings) => listings.run(acting, output).await,
            Self::Audit(audit) => audit.run(settings, acting, output).await,
            Self::Backup(backup) => backup.run(settings, acting, output).await,
        }
    }
}
