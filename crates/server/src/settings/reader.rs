//! Reads one variable after another and remembers everything that is wrong.

use std::{
    fmt::Display,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    ops::RangeInclusive,
    str::FromStr,
    time::Duration,
};

use ipnet::IpNet;
use secrecy::SecretString;
use types::Hostname;

use super::{Environment, FrontDoor, Mistakes};

const DEFAULT_DATABASE: &str = "sqlite://data/freehold.db";

/// Every variable there is. `.env.example` explains each; a test compares the two.
pub(super) const VARIABLES: &[&str] = &[
    "APP_ENV",
    "AUDIT_CHECKPOINTS",
    "DATABASE_URL",
    "DATABASE_MAX_CONNECTIONS",
    "WEB_ADDR",
    "CRM_ADDR",
    "CRM_URL",
    "ADMIN_ADDR",
    "WORKER_ADDR",
    "SESSION_SECRET",
    "TENANT_FALLBACK",
    "PLATFORM_HOSTS",
    "SITES_AT",
    "DNS_RESOLVER",
    "TRUSTED_PROXIES",
    "RATE_LIMIT",
    "MAIL_URL",
    "OIDC_ISSUER",
    "OIDC_AUDIENCE",
    "OIDC_JWKS_URL",
    "LISTINGS_PROVIDER",
    "WALK_SCORE_KEY",
    "GOOGLE_PLACES_KEY",
    "WEBHOOK_TARGETS",
    "SHUTDOWN_GRACE",
    "RUST_LOG",
    "LOG_FORMAT",
    "NO_COLOR",
    "INGESTION_BATCH_SIZE",
    "INGESTION_CONCURRENCY",
    "INGESTION_MAX_LOOPS",
    "INGESTION_MAX_ATTEMPTS",
    "INGESTION_LEASE_SECONDS",
    "INGESTION_OUTPUT_JSON",
    "INGESTION_DEAD_LETTER_JOB_ID",
    "INGESTION_DEAD_LETTER_TENANT_ID",
    "INGESTION_DEAD_LETTER_LIMIT",
    "INGESTION_DEAD_LETTER_OFFSET",
    "INGESTION_DEAD_LETTER_INCLUDE_PAYLOAD",
];

pub(super) fn is_ours(name: &str) -> bool {
    VARIABLES.contains(&name.strip_suffix("_FILE").unwrap_or(name))
}

pub(super) struct Reader<'a> {
    pub(super) environment: &'a Environment,
    mistakes: Vec<String>,
    /// For the test that compares this with the list.
    #[cfg(test)]
    pub(super) asked: std::collections::BTreeSet<&'static str>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self {
            environment,
            mistakes: Vec::new(),
            #[cfg(test)]
            asked: Default::default(),
        }
    }

    /// Notes what is wrong with a variable and what would be right.
    pub(super) fn mistake(&mut self, name: &str, sentence: impl Display) {
        self.mistakes.push(format!("{name}: {sentence}"));
    }

    pub(super) fn finish<T>(self, settings: T) -> Result<T, Mistakes> {
        if self.mistakes.is_empty() {
            Ok(settings)
        } else {
            Err(Mistakes(self.mistakes))
        }
    }

    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        #[cfg(test)]
        self.asked.insert(name);
        self.environment.get(name).map(str::to_owned)
    }

    /// A secret, from the variable itself or from the file that `NAME_FILE` names.
    pub(super) fn secret(&mut self, name: &'static str) -> Option<String> {
        let file_variable = format!("{name}_FILE");
        let file = self.environment.get(&file_variable).map(str::to_owned);
        match (self.text(name), file) {
            (Some(_), Some(_)) => {
                self.mistake(name, format!("is set, and {file_variable} too; keep one of them"));
                None
            }
            (value, None) => value,
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(secret) => Some(secret.trim_end().to_owned()),
                Err(error) => {
                    self.mistake(&file_variable, format!("{path} cannot be read: {error}"));
                    None
                }
            },
        }
    }

    /// One of a few words; the first is the default.
    pub(super) fn choice<T: Copy>(&mut self, name: &'static str, words: &[(&str, T)]) -> T {
        let (_, default) = words[0];
        let Some(text) = self.text(name) else {
            return default;
        };
        if let Some((_, chosen)) = words.iter().find(|(word, _)| *word == text) {
            return *chosen;
        }
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        self.mistake(
            name,
            format!("{text:?} is not known; write {}", words.join(" or ")),
        );
        default
    }

    /// A whole number within bounds.
    pub(super) fn number<T>(&mut self, name: &'static str, default: T, bounds: RangeInclusive<T>) -> T
    where
        T: FromStr + PartialOrd + Display + Copy,
    {
        let Some(text) = self.text(name) else {
            return default;
        };
        match text.parse().ok().filter(|number| bounds.contains(number)) {
            Some(number) => number,
            None => {
                let (least, most) = (bounds.start(), bounds.end());
                let right = format!("write a whole number from {least} to {most}");
                self.mistake(name, format!("{text:?} does not fit; {right}"));
                default
            }
        }
    }

    pub(super) fn seconds(
        &mut self,
        name: &'static str,
        default: u64,
        bounds: RangeInclusive<u64>,
    ) -> Duration {
        Duration::from_secs(self.number(name, default, bounds))
    }

    /// `1` or nothing, also by the usual other names.
    pub(super) fn flag(&mut self, name: &'static str) -> bool {
        self.choice(
            name,
            &[("0", false), ("1", true), ("false", false), ("true", true)],
        )
    }

    /// Where to listen; on this machine alone when nothing is said.
    pub(super) fn address(&mut self, name: &'static str, port: u16) -> SocketAddr {
        let default = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let Some(text) = self.text(name) else {
            return default;
        };
        text.parse().unwrap_or_else(|_| {
            self.mistake(
                name,
                format!("{text:?} is not an address and port; write {default} or 0.0.0.0:{port}"),
            );
            default
        })
    }

    /// Whom to ask about DNS, when somebody is named. A bare address is asked at the usual port.
    pub(super) fn resolver(&mut self, name: &'static str) -> Option<SocketAddr> {
        const DNS: u16 = 53;
        let text = self.text(name)?;
        let bare = || {
            text.parse::<IpAddr>()
                .map(|address| SocketAddr::new(address, DNS))
        };
        match text.parse().or_else(|_| bare()) {
            Ok(address) => Some(address),
            Err(_) => {
                self.mistake(
                    name,
                    format!("{text:?} is not an address; write 9.9.9.9 or 127.0.0.1:5353"),
                );
                None
            }
        }
    }

    /// Hostnames separated by commas.
    pub(super) fn hostnames(&mut self, name: &'static str) -> Vec<Hostname> {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let mut hostnames = Vec::new();
        for part in parts {
            match part.parse() {
                Ok(hostname) => hostnames.push(hostname),
                Err(error) => self.mistake(name, format!("{part:?} {error}; several with commas")),
            }
        }
        hostnames
    }

    /// Addresses, and perhaps a name, separated by commas.
    pub(super) fn front_door(&mut self, name: &'static str) -> FrontDoor {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let mut door = FrontDoor::default();
        for part in parts {
            match (part.parse::<IpAddr>(), part.parse::<Hostname>()) {
                (Ok(address), _) => door.addresses.push(address),
                (_, Ok(hostname)) if door.name.is_none() => door.name = Some(hostname),
                (_, Ok(_)) => self.mistake(name, format!("{part:?} is a second name; one is enough")),
                (_, Err(error)) => self.mistake(name, format!("{part:?} {error}; addresses and one name")),
            }
        }
        door
    }

    /// Networks separated by commas. A bare address is a network of one.
    pub(super) fn networks(&mut self, name: &'static str) -> Vec<IpNet> {
        let text = self.text(name).unwrap_or_default();
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let mut networks = Vec::new();
        for part in parts {
            let network = part.parse::<IpNet>();
            match network.or_else(|_| part.parse::<IpAddr>().map(IpNet::from)) {
                Ok(network) => networks.push(network),
                Err(_) => self.mistake(
                    name,
                    format!("{part:?} is not a network; write 10.0.0.0/8, several with commas"),
                ),
            }
        }
        networks
    }

    /// The database. It may hold a password, so a wrong one is not repeated.
    pub(super) fn database_url(&mut self) -> SecretString {
        let url = self.secret("DATABASE_URL");
        let url = url.unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| url.starts_with(scheme)) {
            self.mistake(
                "DATABASE_URL",
                format!(
                    "is neither SQLite nor PostgreSQL; write {DEFAULT_DATABASE} or postgres://user@host/name"
                ),
            );
        }
        url.into()
    }
}
