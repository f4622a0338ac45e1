//! The settings of a process: everything it reads from its environment, and the only place that
//! does.
//!
//! Every mistake is found before anything starts and all of them are named at once, with what
//! would be right; a secret's value is never repeated.

mod crm_url;
mod environment;
mod front_door;
mod identity;
mod ingestion;
mod mail;
mod places;
mod reader;
mod secret;
#[cfg(test)]
mod tests;

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};
use types::{Hostname, Slug};

pub use crm_url::CrmUrl;
pub use environment::Environment;
pub use front_door::FrontDoor;
pub use identity::OidcSettings;
pub use ingestion::{DeadLetterSettings, IngestionSettings};
pub use mail::MailSettings;
pub use places::PlaceSettings;
use reader::Reader;

use crate::{outgoing::strangers::Reach, secrets::Secrets};

/// What is wrong with the settings: one sentence per variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistakes(Vec<String>);

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("these settings are not right:")?;
        self.0.iter().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl std::error::Error for Mistakes {}

/// Where this runs. Production refuses what is only convenient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    Development,
    Production,
}

impl Stage {
    pub fn is_production(self) -> bool {
        self == Self::Production
    }
}

/// What a process does, which decides whether it needs the secret of the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Answers people: signs cookies, tokens and forms, which its siblings must be able to read.
    Answers,
    /// Works and then perhaps exits: the worker, a command that only looks. Signs nothing that outlives it.
    Works,
    /// A command that changes something: signs the end of the audit trail when it knows the secret, and does without
    /// otherwise.
    Changes,
}

/// Who answers a search for homes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListingsProvider {
    /// What was imported, or asked from services, lies in our own database.
    Database,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogSettings {
    pub format: LogFormat,
    /// `RUST_LOG`: which targets say how much.
    pub filter: String,
    /// Off with `NO_COLOR`, and when standard error is no terminal.
    pub colour: bool,
}

/// `DATABASE_URL` holds a password, so it does not print itself.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    pub url: SecretString,
    pub max_connections: u32,
}

/// Where each process listens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses {
    pub web: SocketAddr,
    pub crm: SocketAddr,
    pub admin: SocketAddr,
    pub worker: SocketAddr,
}

/// The settings of a process.
#[derive(Debug, Clone)]
pub struct Settings {
    pub stage: Stage,
    pub database: DatabaseSettings,
    pub addresses: Addresses,
    /// Where members reach their CRM; nobody said, in production, when there is none.
    pub crm_url: Option<CrmUrl>,
    pub secrets: Secrets,
    /// The slug that serves hosts nobody registered. Development only.
    pub tenant_fallback: Option<Slug>,
    /// Names of the platform itself, which no tenant gets.
    pub platform_hosts: Vec<Hostname>,
    /// Where tenants' sites are reached, for the records that their owners set.
    pub front_door: FrontDoor,
    /// Who is asked about the DNS records of tenants; the machine's own resolver when nobody is named.
    pub dns_resolver: Option<SocketAddr>,
    /// Proxies whose `X-Forwarded-*` is believed.
    pub trusted_proxies: Vec<IpNet>,
    pub rate_limit: bool,
    pub mail: MailSettings,
    /// The identity provider whose tokens open sessions, if there is one.
    pub oidc: Option<OidcSettings>,
    /// Where sites have their homes for sale from.
    pub listings: ListingsProvider,
    /// Keys of those who know something about places.
    pub places: PlaceSettings,
    /// How far the addresses may lead that tenants name for webhooks.
    pub webhook_reach: Reach,
    pub shutdown_grace: Duration,
    pub log: LogSettings,
    /// `NO_COLOR`: what commands print is plain, on a terminal too.
    pub plain: bool,
    pub ingestion: IngestionSettings,
    /// The second place that knows how long the audit trail is.
    pub audit_checkpoints: PathBuf,
}

impl Settings {
    /// Reads the settings, or says everything that is wrong with them and leaves with 2.
    pub fn load_or_exit(role: Duty) -> Self {
        Self::load_without_or_exit(role, &[])
    }

    /// The same for a command that does not go by these variables, whatever they say.
    pub fn load_without_or_exit(role: Duty, unused: &[&str]) -> Self {
        let environment = Environment::of_process().map(|environment| environment.without(unused));
        match environment.and_then(|environment| Self::read(&environment, role)) {
            Ok(settings) => settings,
            Err(mistakes) => {
                #[expect(clippy::print_stderr, reason = "there is no log yet to say it in")]
                {
                    eprintln!("{mistakes}");
                }
                std::process::exit(2)
            }
        }
    }

    /// Reads the settings from an environment.
    ///
    /// # Errors
    /// Every mistake there is.
    pub fn read(environment: &Environment, role: Duty) -> Result<Self, Mistakes> {
        let mut reader = Reader::new(environment);
        let settings = Self::collect(&mut reader, role);
        reader.finish(settings)
    }

    fn collect(reader: &mut Reader<'_>, role: Duty) -> Self {
        let stage = reader.choice(
            "APP_ENV",
            &[
                ("development", Stage::Development),
                ("production", Stage::Production),
            ],
        );
        let database = DatabaseSettings {
            url: reader.database_url(),
            max_connections: reader.number("DATABASE_MAX_CONNECTIONS", 16, 1..=1000),
        };
        let addresses = Addresses {
            web: reader.address("WEB_ADDR", 3000),
            crm: reader.address("CRM_ADDR", 3001),
            admin: reader.address("ADMIN_ADDR", 3002),
            worker: reader.address("WORKER_ADDR", 3003),
        };
        Self {
            stage,
            secrets: secret::read(reader, stage, role, &database.url),
            audit_checkpoints: match reader.text("AUDIT_CHECKPOINTS") {
                Some(file) => file.into(),
                None => secret::data_folder(database.url.expose_secret(), &reader.environment.data)
                    .join("audit-checkpoints.jsonl"),
            },
            database,
            crm_url: crm_url::read(reader, stage, addresses.crm.port()),
            addresses,
            tenant_fallback: tenant_fallback(reader, stage),
            platform_hosts: reader.hostnames("PLATFORM_HOSTS"),
            front_door: reader.front_door("SITES_AT"),
            dns_resolver: reader.resolver("DNS_RESOLVER"),
            trusted_proxies: reader.networks("TRUSTED_PROXIES"),
            rate_limit: reader.choice("RATE_LIMIT", &[("on", true), ("off", false)]),
            mail: mail::read(reader, stage),
            oidc: identity::read(reader),
            listings: reader.choice("LISTINGS_PROVIDER", &[("database", ListingsProvider::Database)]),
            places: places::read(reader),
            webhook_reach: webhook_reach(reader, stage),
            shutdown_grace: reader.seconds("SHUTDOWN_GRACE", 10, 0..=600),
            log: log(reader),
            plain: reader.text("NO_COLOR").is_some(),
            ingestion: ingestion::read(reader),
        }
    }
}

fn tenant_fallback(reader: &mut Reader<'_>, stage: Stage) -> Option<Slug> {
    let slug = reader.text("TENANT_FALLBACK")?;
    if stage.is_production() {
        reader.mistake(
            "TENANT_FALLBACK",
            "is for development only; an unknown host must be a 404 in production, so leave it out",
        );
    }
    match Slug::parse(&slug) {
        Ok(slug) => Some(slug),
        Err(error) => {
            let right = "write a tenant's slug, such as fairfield";
            reader.mistake("TENANT_FALLBACK", format!("{slug:?} {error}; {right}"));
            None
        }
    }
}

fn webhook_reach(reader: &mut Reader<'_>, stage: Stage) -> Reach {
    const NAME: &str = "WEBHOOK_TARGETS";
    let words = [("public", Reach::Public), ("anywhere", Reach::Anywhere)];
    let reach = reader.choice(NAME, &words);
    if stage.is_production() && reach == Reach::Anywhere {
        reader.mistake(
            NAME,
            "is for development only; in production a tenant could reach into this network, so leave it out",
        );
    }
    reach
}

fn log(reader: &mut Reader<'_>) -> LogSettings {
    use std::io::IsTerminal;
    let filter = reader.text("RUST_LOG");
    // memory_serve lists every embedded file at every start.
    let filter = filter.unwrap_or_else(|| "info,memory_serve=warn".to_owned());
    if tracing_subscriber::EnvFilter::try_new(&filter).is_err() {
        reader.mistake("RUST_LOG", "is not a log filter; write info, or info,db=debug");
    }
    let plain = reader.text("NO_COLOR").is_some();
    LogSettings {
        format: reader.choice(
            "LOG_FORMAT",
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        ),
        filter,
        colour: !plain && std::io::stderr().is_terminal(),
    }
}
