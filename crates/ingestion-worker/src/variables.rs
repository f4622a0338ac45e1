//! Which variables of the environment a command goes by: one that it does not use, or whose flag was given, may say
//! anything.

use server::IngestionSettings;

use crate::cli::{Cli, Command, DeadLetterCommand, DrainArgs, ListArgs, Selection};

impl Cli {
    /// The variables that this command does not go by. The daemon goes by all: whoever starts it learns of every mistake
    /// at once.
    pub fn unused_variables(&self) -> Vec<&'static str> {
        let mut used = match &self.command {
            Command::Run => return Vec::new(),
            Command::Drain(args) => drain(args),
            Command::DeadLetter(DeadLetterCommand::List(args)) => list(args),
            Command::DeadLetter(DeadLetterCommand::Groups(args)) => {
                unless(args.tenant.is_some(), "INGESTION_DEAD_LETTER_TENANT_ID").collect()
            }
            Command::DeadLetter(DeadLetterCommand::Requeue(args)) if args.job.is_some() => Vec::new(),
            Command::DeadLetter(DeadLetterCommand::Requeue(args)) => {
                let mut used = selection(&args.selection, args.all);
                used.push("INGESTION_DEAD_LETTER_JOB_ID");
                used
            }
            Command::DeadLetter(DeadLetterCommand::Discard(args)) if args.job.is_some() => Vec::new(),
            Command::DeadLetter(DeadLetterCommand::Discard(args)) => selection(&args.selection, args.all),
            Command::Queue(_) | Command::Job(_) => Vec::new(),
        };
        used.extend(unless(self.json, "INGESTION_OUTPUT_JSON"));
        IngestionSettings::variables()
            .filter(|name| !used.contains(name))
            .collect()
    }
}

fn drain(args: &DrainArgs) -> Vec<&'static str> {
    let always = [
        "INGESTION_CONCURRENCY",
        "INGESTION_MAX_ATTEMPTS",
        "INGESTION_LEASE_SECONDS",
    ];
    let loops_given = args.max_loops.is_some() || args.until_empty;
    unless(args.batch_size.is_some(), "INGESTION_BATCH_SIZE")
        .chain(unless(loops_given, "INGESTION_MAX_LOOPS"))
        .chain(always)
        .collect()
}

fn list(args: &ListArgs) -> Vec<&'static str> {
    let mut used = selection(&args.selection, false);
    used.extend(unless(
        args.include_payload,
        "INGESTION_DEAD_LETTER_INCLUDE_PAYLOAD",
    ));
    used
}

fn selection(flags: &Selection, all: bool) -> Vec<&'static str> {
    unless(flags.tenant.is_some(), "INGESTION_DEAD_LETTER_TENANT_ID")
        .chain(unless(
            all || flags.limit.is_some(),
            "INGESTION_DEAD_LETTER_LIMIT",
        ))
        .chain(unless(
            all || flags.offset.is_some(),
            "INGESTION_DEAD_LETTER_OFFSET",
        ))
        .collect()
}

/// The variable, unless its flag was given.
fn unless(flag_given: bool, variable: &'static str) -> impl Iterator<Item = &'static str> {
    (!flag_given).then_some(variable).into_iter()
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    fn goes_by(line: &str, variable: &str) -> bool {
        let words = ["ingestion-worker"].into_iter().chain(line.split(' '));
        let cli = Cli::try_parse_from(words).unwrap();
        !cli.unused_variables().contains(&variable)
    }

    #[test]
    fn a_flag_beats_its_variable_whatever_that_says() {
        for (without, flag, variable) in [
            ("drain", "--batch-size 5", "INGESTION_BATCH_SIZE"),
            ("drain", "--max-loops 5", "INGESTION_MAX_LOOPS"),
            ("drain", "--until-empty", "INGESTION_MAX_LOOPS"),
            ("drain", "--json", "INGESTION_OUTPUT_JSON"),
            ("dead-letter list", "--limit 5", "INGESTION_DEAD_LETTER_LIMIT"),
            ("dead-letter list", "--offset 5", "INGESTION_DEAD_LETTER_OFFSET"),
            (
                "dead-letter list",
                "--tenant x",
                "INGESTION_DEAD_LETTER_TENANT_ID",
            ),
            (
                "dead-letter list",
                "--include-payload",
                "INGESTION_DEAD_LETTER_INCLUDE_PAYLOAD",
            ),
            (
                "dead-letter groups",
                "--tenant x",
                "INGESTION_DEAD_LETTER_TENANT_ID",
            ),
            ("dead-letter requeue", "--job x", "INGESTION_DEAD_LETTER_JOB_ID"),
            ("dead-letter requeue", "--all", "INGESTION_DEAD_LETTER_LIMIT"),
            (
                "dead-letter discard --why x --tenant x",
                "--limit 5",
                "INGESTION_DEAD_LETTER_LIMIT",
            ),
        ] {
            assert!(goes_by(without, variable), "{without}");
            let with = format!("{without} {flag}");
            assert!(!goes_by(&with, variable), "{with}");
        }
    }

    #[test]
    fn only_who_uses_a_variable_insists_on_it() {
        for variable in IngestionSettings::variables() {
            assert!(goes_by("run", variable), "{variable}");
            let printed = variable == "INGESTION_OUTPUT_JSON";
            assert_eq!(goes_by("queue stats", variable), printed, "{variable}");
            assert_eq!(goes_by("job show x", variable), printed, "{variable}");
        }
    }
}
