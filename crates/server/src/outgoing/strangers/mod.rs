//! Posting to addresses that tenants name: never into our own network, whatever a name says when.
//!
//! A name is looked up here and nowhere else, every address it leads to is looked at, and the connection goes to one of
//! those that were: a name that says something else a moment later changes nothing. Redirects are not followed, and no
//! proxy is asked that would look names up by itself.

#[cfg(test)]
mod tests;

use std::{
    error::Error as StdError,
    fmt, io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use futures::future::BoxFuture;
use reqwest::{
    Client, Response, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect,
};
use types::is_public;

use super::wait;

/// Whoever takes longer has not got it.
const PATIENCE: Duration = Duration::from_secs(15);

/// Somebody who is there says so sooner.
const CONNECTING: Duration = Duration::from_secs(5);

/// Bytes of an answer that are listened to, and letters of it that are kept.
const HEARD: usize = 4_096;
const KEPT: usize = 1_000;

/// How far a tenant's address may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// To what the whole internet can reach, over TLS.
    Public,
    /// Anywhere, this machine too: for development.
    Anywhere,
}

/// What is wrong with an address. Reads as the end of "the address …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsuitable {
    #[error("must be an address such as https://hooks.example.com/freehold")]
    NoAddress,
    #[error("must begin with https://")]
    Unsealed,
    #[error("must not contain a name and a password")]
    Credentials,
    #[error("must be one that the whole internet can reach")]
    Inside,
}

impl Reach {
    /// Reads an address that somebody typed. What its name leads to is looked at when it is posted to.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn read(self, text: &str) -> Result<Url, Unsuitable> {
        let url = Url::parse(text.trim()).map_err(|_| Unsuitable::NoAddress)?;
        let host = url.host_str().ok_or(Unsuitable::NoAddress)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Unsuitable::Credentials);
        }
        match (self, url.scheme()) {
            (_, "https") | (Self::Anywhere, "http") => {}
            (_, "http") => return Err(Unsuitable::Unsealed),
            _ => return Err(Unsuitable::NoAddress),
        }
        let literal = host.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_inside = match literal {
            Ok(address) => !self.lets(address),
            Err(_) => self == Self::Public && is_local(host),
        };
        match is_inside {
            true => Err(Unsuitable::Inside),
            false => Ok(url),
        }
    }

    fn lets(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }
}

/// Names that are of this machine or this network by their form alone.
fn is_local(host: &str) -> bool {
    let host = host.trim_end_matches('.');
    let endings = [".localhost", ".local", ".internal", ".home.arpa"];
    !host.contains('.') || endings.iter().any(|ending| host.ends_with(ending))
}

/// Who is asked where names lead.
pub trait Names: Send + Sync + 'static {
    /// The addresses of a name.
    fn look_up(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// The machine's own resolver.
#[derive(Debug, Clone, Copy)]
pub struct OfMachine;

impl Names for OfMachine {
    fn look_up(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }
}

/// Posts to strangers.
#[derive(Debug, Clone)]
pub struct Strangers {
    client: Client,
    reach: Reach,
}

/// What a stranger answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    pub status: u16,
    /// The beginning of it.
    pub body: String,
    /// When it said to come back.
    pub wait: Option<Duration>,
}

/// Why there is no answer. Reads as the end of "the endpoint …".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unheard {
    #[error("did not answer in time")]
    TooSlow,
    #[error("cannot be reached")]
    Unreachable,
    #[error("leads to an address that only our own network could reach")]
    Inside,
}

impl Strangers {
    /// Somebody who reaches so far, and asks `names` where names lead.
    ///
    /// # Errors
    ///
    /// When this machine has no certificates to know others by.
    pub fn new(reach: Reach, names: Arc<dyn Names>) -> anyhow::Result<Self> {
        let client = Client::builder()
            .timeout(PATIENCE)
            .connect_timeout(CONNECTING)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .https_only(reach == Reach::Public)
            // A connection that is kept was looked at long ago.
            .pool_max_idle_per_host(0)
            .dns_resolver(Arc::new(Looked { names, reach }))
            .user_agent(concat!("freehold/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, reach })
    }

    /// Posts JSON.
    ///
    /// # Errors
    ///
    /// Whatever kept the answer away.
    pub async fn post(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Heard, Unheard> {
        // Once more: it was typed when another reach may have been set.
        let address = self.reach.read(address).map_err(|_| Unheard::Inside)?;
        let mut asked = self.client.post(address).body(body);
        asked = asked.header("content-type", "application/json");
        for (name, value) in headers {
            asked = asked.header(*name, value);
        }
        let response = asked.send().await.map_err(|error| why(&error))?;
        Ok(Heard {
            status: response.status().as_u16(),
            wait: wait(response.headers()),
            body: beginning(response).await,
        })
    }
}

/// As much of an answer as is kept. That it breaks off takes nothing from its status.
async fn beginning(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < HEARD {
        match response.chunk().await {
            Ok(Some(piece)) => bytes.extend_from_slice(&piece),
            Ok(None) | Err(_) => break,
        }
    }
    bytes.truncate(HEARD);
    let text = String::from_utf8_lossy(&bytes);
    let visible = text.chars().filter(|c| !c.is_control() || *c == '\n');
    visible.take(KEPT).collect()
}

fn why(error: &reqwest::Error) -> Unheard {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<Inside>() {
            return Unheard::Inside;
        }
        cause = error.source();
    }
    match error.is_timeout() {
        true => Unheard::TooSlow,
        false => Unheard::Unreachable,
    }
}

/// A name led into our own network.
#[derive(Debug)]
struct Inside;

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads into our own network")
    }
}

impl StdError for Inside {}

/// Looks names up, and at what they lead to.
struct Looked {
    names: Arc<dyn Names>,
    reach: Reach,
}

impl Resolve for Looked {
    fn resolve(&self, name: Name) -> Resolving {
        let (looking, reach) = (self.names.look_up(name.as_str().to_owned()), self.reach);
        Box::pin(async move {
            let found = looking.await?;
            // One address inside is enough: an honest name has none.
            if !found.iter().all(|address| reach.lets(*address)) {
                return Err(Inside.into());
            }
            // The port is the address's own.
            let addresses = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}
