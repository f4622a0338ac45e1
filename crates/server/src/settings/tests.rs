use std::{collections::BTreeSet, os::unix::fs::PermissionsExt, time::Duration};

use secrecy::ExposeSecret;

use super::{
    Duty, Environment, LogFormat, Settings, Stage,
    reader::{Reader, VARIABLES},
};
use crate::secrets::Purpose;

const EXAMPLE: &str = include_str!("../../../../.env.example");

fn read(variables: &[(&str, &str)]) -> Result<Settings, String> {
    let environment = Environment::made_of(variables.iter().copied());
    Settings::read(&environment, Duty::Works).map_err(|mistakes| mistakes.to_string())
}

/// `NAME=value` lines, those that are commented out too.
fn example() -> Vec<(&'static str, &'static str)> {
    EXAMPLE
        .lines()
        .map(|line| line.trim_start_matches("# "))
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'))
        .collect()
}

#[test]
fn nothing_set_is_a_machine_of_ones_own() {
    let settings = read(&[]).unwrap();
    assert_eq!(settings.stage, Stage::Development);
    assert_eq!(settings.database.url.expose_secret(), "sqlite://data/freehold.db");
    assert_eq!(settings.addresses.web.to_string(), "127.0.0.1:3000");
    assert_eq!(settings.addresses.worker.to_string(), "127.0.0.1:3003");
    assert_eq!(settings.shutdown_grace, Duration::from_secs(10));
    assert!(settings.rate_limit && settings.trusted_proxies.is_empty());
    assert_eq!(settings.ingestion.batch_size, 25);
    assert_eq!(settings.log.format, LogFormat::Text);
}

#[test]
fn every_mistake_is_named_at_once_with_what_would_be_right() {
    let mistakes = read(&[
        ("APP_ENV", "staging"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("DATABASE_MAX_CONNECTIONS", "0"),
        ("WEB_ADDR", "3000"),
        ("CRM_URL", "crm.{host}"),
        ("SESSION_SECRET", "hunter2"),
        ("TENANT_FALLBACK", "Fair Field"),
        ("PLATFORM_HOSTS", "freehold.example, *.freehold.example"),
        (
            "SITES_AT",
            "203.0.113.10, sites.example, other.example, *.example",
        ),
        ("DNS_RESOLVER", "dns.example"),
        ("TRUSTED_PROXIES", "10.0.0.1, 10.0.0.0/8, proxy"),
        ("RATE_LIMIT", "no"),
        ("SHUTDOWN_GRACE", "10s"),
        ("RUST_LOG", "info,=,x=loud"),
        ("LOG_FORMAT", "xml"),
        ("INGESTION_BATCH_SIZE", "1001"),
        ("INGESTION_OUTPUT_JSON", "yes"),
    ]);
    insta::assert_snapshot!(mistakes.unwrap_err());
}

#[test]
fn a_secret_is_never_repeated() {
    let mistakes = read(&[
        ("DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("SESSION_SECRET", "hunter2"),
    ]);
    assert!(!mistakes.unwrap_err().contains("hunter2"));
    let settings = read(&[("DATABASE_URL", "postgres://root:hunter2@db/x")]).unwrap();
    assert!(!format!("{settings:?}").contains("hunter2"));
}

#[test]
fn production_demands_a_secret_of_those_who_answer() {
    let production = |duty, secret: &str| {
        let variables = [("APP_ENV", "production"), ("SESSION_SECRET", secret)];
        let environment = Environment::made_of(variables);
        Settings::read(&environment, duty).map_err(|mistakes| mistakes.to_string())
    };
    let good = "q3J0y8Zr5w1nT7uV2xK9mB4cL6dF0gHs";
    assert!(production(Duty::Answers, good).is_ok());
    assert!(production(Duty::Works, "").is_ok());
    insta::assert_snapshot!(production(Duty::Answers, "").unwrap_err(), @r"
    these settings are not right:
      SESSION_SECRET: is missing; make one with: openssl rand -base64 48
    ");
    insta::assert_snapshot!(production(Duty::Answers, "development-only-0123456789abcdef0123456789").unwrap_err(), @r"
    these settings are not right:
      SESSION_SECRET: is an example that everybody knows; make one with: openssl rand -base64 48
    ");
    insta::assert_snapshot!(production(Duty::Answers, &good[1..]).unwrap_err(), @r"
    these settings are not right:
      SESSION_SECRET: has 31 bytes; it needs 32, make one with: openssl rand -base64 48
    ");
}

#[test]
fn a_resolver_may_be_named_without_its_port() {
    for (text, address) in [
        ("9.9.9.9", "9.9.9.9:53"),
        ("127.0.0.1:5353", "127.0.0.1:5353"),
        ("2620:fe::fe", "[2620:fe::fe]:53"),
    ] {
        let settings = read(&[("DNS_RESOLVER", text)]).unwrap();
        assert_eq!(settings.dns_resolver, address.parse().ok(), "{text}");
    }
}

#[test]
fn production_refuses_a_tenant_for_unknown_hosts() {
    let mistakes = read(&[("APP_ENV", "production"), ("TENANT_FALLBACK", "fairfield")]);
    assert!(
        mistakes
            .unwrap_err()
            .contains("TENANT_FALLBACK: is for development only")
    );
}

#[test]
fn development_makes_a_secret_once_and_keeps_it_for_its_owner() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}/made/freehold.db?mode=rwc", folder.path().display());
    let environment = Environment::made_of([("DATABASE_URL", url.as_str())]);
    let tag = || {
        let settings = Settings::read(&environment, Duty::Answers).unwrap();
        settings.secrets.key(Purpose::Flash).tag(&[])
    };
    assert_eq!(tag(), tag());
    let kept = std::fs::metadata(folder.path().join("made/session-secret")).unwrap();
    assert_eq!(kept.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_dir(folder.path().join("made")).unwrap().count(), 1);
}

#[test]
fn a_secret_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("url");
    std::fs::write(&path, "postgres://ann@db/freehold\n").unwrap();
    let path = path.to_str().unwrap();
    let settings = read(&[("DATABASE_URL_FILE", path)]).unwrap();
    assert_eq!(
        settings.database.url.expose_secret(),
        "postgres://ann@db/freehold"
    );
    let both = read(&[("DATABASE_URL", "sqlite://x.db"), ("DATABASE_URL_FILE", path)]);
    assert!(
        both.unwrap_err()
            .contains("DATABASE_URL: is set, and DATABASE_URL_FILE too")
    );
    let missing = read(&[("DATABASE_URL_FILE", "/nowhere/url")]);
    assert!(missing.unwrap_err().contains("/nowhere/url cannot be read"));
}

#[test]
fn the_example_names_every_variable_and_works() {
    let named: BTreeSet<_> = example().into_iter().map(|(name, _)| name).collect();
    assert_eq!(named, VARIABLES.iter().copied().collect());
    read(&example()).unwrap();
    let mut production = example();
    production.retain(|(name, _)| *name != "TENANT_FALLBACK");
    production.push(("APP_ENV", "production"));
    assert!(read(&production).unwrap_err().contains("everybody knows"));
}

#[test]
fn every_variable_of_the_list_is_read() {
    let environment = Environment::default();
    let mut reader = Reader::new(&environment);
    let _settings = Settings::collect(&mut reader, Duty::Works);
    assert_eq!(reader.asked, VARIABLES.iter().copied().collect());
}

#[test]
fn the_crm_is_found_where_it_was_said_to_be() {
    let at = |variables: &[(&str, &str)]| {
        let crm = read(variables).unwrap().crm_url;
        crm.map(|crm| crm.of(&"www.example.com".parse().unwrap(), "/leads"))
    };

    let said = at(&[("CRM_URL", "https://crm.{host}/")]);
    assert_eq!(said.as_deref(), Some("https://crm.www.example.com/leads"));
    let here = at(&[("CRM_ADDR", "127.0.0.1:4001")]);
    assert_eq!(here.as_deref(), Some("http://www.example.com:4001/leads"));
    assert_eq!(at(&[("APP_ENV", "production")]), None);
}
