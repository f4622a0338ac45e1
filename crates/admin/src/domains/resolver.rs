//! The only part that talks to the outside: questions to one DNS resolver, and nothing else.
//!
//! No address that is found is ever connected to, so that a name which points into our own network, or does so from
//! the second question on, leads nowhere.

use std::{
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use anyhow::Context as _;
use hickory_resolver::{
    Resolver as Hickory, TokioResolver,
    config::{ConnectionConfig, NameServerConfig, ResolverConfig},
    net::runtime::TokioRuntimeProvider,
    proto::rr::{Name, RData, Record, RecordType},
};
use types::{Findings, Hostname};

/// Whoever asked waits for it.
const PATIENCE: Duration = Duration::from_secs(4);

/// More records of one name than anybody looks at; a name may have very many.
const MOST: usize = 20;

/// Longer texts are somebody else's.
const LONGEST: usize = 500;

/// Somebody to ask.
pub(crate) struct Resolver {
    /// Nobody when this machine knows no resolver: then every answer is that nobody could tell.
    asked: Option<TokioResolver>,
    patience: Duration,
}

impl Resolver {
    /// The resolver at this address, or the machine's own.
    pub(crate) fn at(address: Option<SocketAddr>) -> Self {
        Self::patient_for(PATIENCE, address)
    }

    /// The same with another patience.
    pub(super) fn patient_for(patience: Duration, address: Option<SocketAddr>) -> Self {
        let asked = connected(address, patience);
        let asked = asked.inspect_err(|error| tracing::warn!("no hostname can be proved by DNS: {error:#}"));
        Self {
            asked: asked.ok(),
            patience,
        }
    }

    /// Looks for texts at one name, and for where another points.
    pub(crate) async fn look(&self, proof: &str, hostname: &Hostname) -> Findings {
        let (texts, v4, v6) = tokio::join!(
            self.ask(proof, RecordType::TXT),
            self.ask(hostname.as_str(), RecordType::A),
            self.ask(hostname.as_str(), RecordType::AAAA),
        );
        let addresses = [v4, v6].into_iter().flatten().flatten();
        Findings {
            texts: texts.map(|found| found.iter().filter_map(text).take(MOST).collect()),
            addresses: addresses.filter_map(|found| address(&found)).take(MOST).collect(),
        }
    }

    /// The records of a name; none when nobody could tell.
    async fn ask(&self, name: &str, kind: RecordType) -> Option<Vec<RData>> {
        // The dot at its end keeps the machine's search domains out of it.
        let name = Name::from_ascii(format!("{name}.")).ok()?;
        let asking = self.asked.as_ref()?.lookup(name.clone(), kind);
        match tokio::time::timeout(self.patience, asking).await {
            Ok(Ok(found)) => Some(of_name(name, found.answers())),
            Ok(Err(error)) if error.is_no_records_found() => Some(Vec::new()),
            Ok(Err(_)) | Err(_) => None,
        }
    }
}

fn connected(address: Option<SocketAddr>, patience: Duration) -> anyhow::Result<TokioResolver> {
    let provider = TokioRuntimeProvider::default();
    let mut builder = match address {
        None => Hickory::builder(provider).context("reading which DNS resolver this machine asks")?,
        Some(address) => {
            let ports = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
                connection.port = address.port();
                connection
            });
            let server = NameServerConfig::new(address.ip(), true, ports.into());
            let config = ResolverConfig::from_parts(None, Vec::new(), vec![server]);
            Hickory::builder_with_config(config, provider)
        }
    };
    let options = builder.options_mut();
    // Whoever presses "Check now" wants to know what is there now.
    options.cache_size = 0;
    // A datagram that was lost is sent once more before patience ends.
    options.timeout = patience * 2 / 5;
    options.attempts = 2;
    // Aliases are followed here, where what is not about the name is left out.
    options.preserve_intermediates = true;
    builder.build().context("making a DNS resolver")
}

/// What an answer says about a name, and about the names it is an alias of. It may speak of others too.
fn of_name(name: Name, answers: &[Record]) -> Vec<RData> {
    let mut names = vec![name];
    for record in answers {
        if let RData::CNAME(alias) = &record.data
            && names.contains(&record.name)
        {
            names.push(alias.0.clone());
        }
    }
    let about = answers.iter().filter(|record| names.contains(&record.name));
    about.map(|record| record.data.clone()).collect()
}

fn text(found: &RData) -> Option<String> {
    let RData::TXT(text) = found else { return None };
    let bytes: Vec<u8> = text
        .txt_data
        .iter()
        .flat_map(|part| part.iter().copied())
        .collect();
    let text = String::from_utf8_lossy(&bytes);
    Some(text.chars().filter(|c| !c.is_control()).take(LONGEST).collect())
}

fn address(found: &RData) -> Option<IpAddr> {
    match found {
        RData::A(address) => Some(IpAddr::V4(address.0)),
        RData::AAAA(address) => Some(IpAddr::V6(address.0)),
        _ => None,
    }
}
