use clap::{CommandFactory as _, Parser as _};
use db::testing::{TestDb, a_tenant};
use server::{password::NewPassword, testing::settings_with};
use types::Feature;

use super::{Answers, Cli, Command, Output};
use crate::testing::Console;

/// What a command printed, and the code it would leave with.
#[derive(Debug, PartialEq, Eq)]
struct Ran {
    printed: String,
    code: u8,
    complaint: Option<String>,
}

/// Runs a command line on the console's database, as somebody whose password from standard input is a good one.
async fn run(console: &Console, line: &str) -> Ran {
    run_at(console, line, "development").await
}

async fn run_at(console: &Console, line: &str, stage: &str) -> Ran {
    // An underscore stands for a space inside a word, but for those that are features.
    let words = line.split_whitespace().map(|word| match word.parse::<Feature>() {
        Ok(feature) => feature.to_string(),
        Err(_) => word.replace('_', " "),
    });
    let cli = Cli::try_parse_from(words).expect("the line is one of ours");
    let Some(Command::Task(task)) = cli.command else {
        panic!("not a task: {line}");
    };
    let settings = settings_with(&[("APP_ENV", stage)]);
    let password = NewPassword::parse("correct horse battery").ok();
    let mut printed = Vec::new();
    let mut output = Output::new(cli.json, &mut printed);
    let done = task
        .carry_out(&settings, &console.shell(), Answers { password }, &mut output)
        .await;
    let trouble = done.err();
    Ran {
        printed: String::from_utf8(printed).unwrap(),
        code: trouble.as_ref().map_or(0, |trouble| trouble.exit_code()),
        complaint: trouble.and_then(|trouble| trouble.sentence()),
    }
}

const PROVISION: &str = "admin tenant provision --slug acme --name Acme_Realty --domain acme.example";

#[test]
fn verify_cli() {
    Cli::command().debug_assert();
}

#[test]
fn help_says_what_there_is() {
    insta::assert_snapshot!(Cli::command().render_help());
}

#[test]
fn every_command_has_examples() {
    fn check(command: &clap::Command) {
        let help = command.get_after_help().map(ToString::to_string);
        let has_examples = help.is_some_and(|help| help.contains("Examples:"));
        assert!(has_examples, "{}", command.get_name());
        command.get_subcommands().for_each(check);
    }

    check(&Cli::command());
}

#[test]
fn what_is_no_slug_hostname_role_or_plan_is_a_usage_error() {
    for line in [
        "admin tenant provision --slug Acme! --name A --domain acme.example",
        "admin tenant provision --slug acme --name A --domain http://acme.example",
        "admin tenant provision --slug acme --name A --domain acme.example --plan gold",
        "admin member add --tenant acme --email ann --role owner",
        "admin operator add --email ann@example.com --role owner",
        "admin domain verify acme.example --reason seen",
        "admin features set lead_capture --reason flood",
        "admin features set lead_capture --off --rollout 3 --reason flood",
        "admin features set lead_capture --rollout 101 --reason flood",
        "admin features set tea --off --reason flood",
        "admin features clear lead_capture",
    ] {
        let refused = Cli::try_parse_from(line.split_whitespace()).unwrap_err();
        assert_eq!(refused.exit_code(), 2, "{line}");
    }
}

#[tokio::test]
async fn migrate_brings_the_schema_and_check_tells_whether_it_is_there() {
    let test = TestDb::empty().await;
    let run = async |line: &str| {
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let Some(Command::Migrate(migrate)) = cli.command else {
            panic!("not a migration: {line}");
        };
        let mut printed = Vec::new();
        let done = migrate
            .carry_out(&test.db, &mut Output::new(cli.json, &mut printed))
            .await;
        let code = done.err().map_or(0, |trouble| trouble.exit_code());
        (code, String::from_utf8(printed).unwrap())
    };

    let behind = run("admin migrate --check").await;
    let (migrated, _) = run("admin migrate").await;
    let again = run("admin migrate").await;
    let current = run("admin migrate --check --json").await;

    assert_eq!(behind, (5, "The schema is not current.\n".to_owned()));
    assert_eq!(migrated, 0);
    assert_eq!(again, (0, "The schema is current already.\n".to_owned()));
    assert!(current.1.contains(r#""current":true"#), "{current:?}");
}

#[tokio::test]
async fn production_refuses_the_demo_unless_forced() {
    let console = Console::new().await;

    let refused = run_at(&console, "admin seed demo", "production").await;
    let forced = run_at(&console, "admin seed demo --force", "production").await;

    assert_eq!((refused.code, refused.printed.as_str()), (6, ""));
    assert_eq!(forced.code, 0);
    insta::assert_snapshot!(forced.printed);
}

#[tokio::test]
async fn a_tenant_is_provisioned_shown_and_listed() {
    let console = Console::new().await;

    let provisioned = run(&console, PROVISION).await;
    let shown = run(&console, "admin tenant show acme").await;
    let listed = run(&console, "admin tenant list").await;

    let printed = [provisioned.printed, shown.printed, listed.printed].join("\n");
    insta::assert_snapshot!(printed);
}

#[tokio::test]
async fn json_is_one_object_a_line() {
    let console = Console::new().await;
    for slug in ["acme", "bravo"] {
        a_tenant(&console.test.db, &*console.ids, slug).await;
    }

    let listed = run(&console, "admin tenant list --json").await;

    let slugs: Vec<_> = listed
        .printed
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["tenant"]["slug"].clone())
        .collect();
    assert_eq!(slugs, ["acme", "bravo"]);
}

#[tokio::test]
async fn what_is_taken_is_a_conflict_and_what_is_missing_is_not_found() {
    let console = Console::new().await;
    run(&console, PROVISION).await;

    let taken = run(&console, PROVISION).await;
    let missing = run(&console, "admin tenant show nobody").await;

    assert_eq!(taken.complaint.as_deref(), Some("The slug acme is taken."));
    assert_eq!(missing.complaint.as_deref(), Some("There is no tenant nobody."));
    assert_eq!((taken.code, missing.code), (4, 3));
}

#[tokio::test]
async fn a_tenant_moves_only_where_it_may_and_a_dry_run_moves_nothing() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;

    let dry = run(&console, "admin tenant archive acme --dry-run").await;
    let archived = run(&console, "admin tenant archive acme --yes").await;
    let refused = run(&console, "admin tenant activate acme").await;

    assert_eq!(dry.printed, "Would move acme from active to archived.\n");
    assert_eq!(archived.printed, "acme is archived now.\n");
    assert_eq!(refused.code, 4);
    assert_eq!(
        console.trail().await,
        [
            "shell tenant.status.update allowed tenant_acme",
            "shell tenant.status.update succeeded tenant_acme",
            "shell tenant.status.update allowed tenant_acme",
            "shell tenant.status.update failed tenant_acme",
        ]
    );
}

#[tokio::test]
async fn a_hostname_is_added_vouched_for_and_made_primary() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;

    let lines = [
        "admin domain add www.acme.example --tenant acme",
        "admin domain set-primary www.acme.example",
        "admin tenant explain www.acme.example",
        "admin domain verify www.acme.example --by-hand --reason seen_on_a_call",
        "admin domain set-primary www.acme.example",
        "admin domain list --tenant acme",
        "admin tenant explain www.acme.example",
        "admin tenant explain nobody.example",
    ];
    let mut told = String::new();
    for line in lines {
        let ran = run(&console, line).await;
        told.push_str(&format!("$ {line}\n{}", ran.printed));
        if let Some(complaint) = ran.complaint {
            told.push_str(&format!("error: {complaint} [{}]\n", ran.code));
        }
    }

    insta::assert_snapshot!(told);
    assert_eq!(
        console.trail().await,
        [
            "shell tenant.domain.add allowed tenant_acme",
            "shell tenant.domain.add succeeded tenant_acme",
            "shell tenant.domain.update allowed tenant_acme",
            "shell tenant.domain.update failed tenant_acme",
            "shell tenant.domain.update allowed tenant_acme",
            "shell tenant.domain.update succeeded tenant_acme",
            "shell tenant.domain.update allowed tenant_acme",
            "shell tenant.domain.update succeeded tenant_acme",
        ]
    );
}

#[tokio::test]
async fn a_feature_is_switched_for_all_tenants_after_a_dry_run() {
    let console = Console::new().await;
    for slug in ["acme", "bravo"] {
        a_tenant(&console.test.db, &*console.ids, slug).await;
    }

    let lines = [
        "admin features set lead_capture --off --reason a_flood --dry-run",
        "admin features list",
        "admin features set lead_capture --off --reason a_flood --yes",
        "admin features set ai_nba --rollout 30% --reason first_tenants --yes",
        "admin features list",
        "admin features clear lead_capture --reason it_is_over --yes",
    ];
    let mut told = String::new();
    for line in lines {
        let ran = run(&console, line).await;
        assert_eq!(ran.code, 0, "{line}: {ran:?}");
        told.push_str(&format!("$ {line}\n{}", ran.printed));
    }
    let json = run(&console, "admin features list --json").await;

    insta::assert_snapshot!(told);
    assert_eq!(json.printed.lines().count(), 6);
    assert_eq!(
        console.trail().await,
        [
            "shell feature.flag.set allowed -",
            "shell feature.flag.set succeeded -",
            "shell feature.flag.set allowed -",
            "shell feature.flag.set succeeded -",
            "shell feature.flag.clear allowed -",
            "shell feature.flag.clear succeeded -",
        ]
    );
}

#[tokio::test]
async fn people_are_let_in_once() {
    let console = Console::new().await;
    a_tenant(&console.test.db, &*console.ids, "acme").await;
    a_tenant(&console.test.db, &*console.ids, "bravo").await;

    let member = "admin member add --tenant acme --email ann@example.com --role owner --name Ann_Smith";
    let added = run(&console, member).await;
    let again = run(&console, member).await;
    let elsewhere = run(
        &console,
        "admin member add --tenant bravo --email ann@example.com --role agent",
    )
    .await;
    let operator = run(
        &console,
        "admin operator add --email admin@freehold.example --role viewer",
    )
    .await;

    assert_eq!(added.printed, "ann@example.com is owner of acme now.\n");
    assert_eq!(again.code, 4);
    assert_eq!(elsewhere.code, 0);
    assert_eq!(
        operator.complaint.as_deref(),
        Some("An operator has this address already.")
    );
    let trail = console.events().await;
    let told = serde_json::to_string(&trail.iter().map(|event| &event.details).collect::<Vec<_>>()).unwrap();
    assert!(!told.contains("ann"), "no personal data in the trail: {told}");
}

#[tokio::test]
async fn the_trail_is_listed_newest_first() {
    let console = Console::new().await;
    run(&console, PROVISION).await;
    run(&console, PROVISION).await;

    let listed = run(&console, "admin audit list --tenant acme").await;

    insta::assert_snapshot!(listed.printed);
}

/// Whoever reads has read enough.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut closed = Closed;

    let trouble = Output::new(true, &mut closed)
        .one(&"data", |_| String::new())
        .unwrap_err();

    assert_eq!((trouble.exit_code(), trouble.sentence()), (0, None));
}
