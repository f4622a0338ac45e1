//! Asking somebody else over HTTP: never longer than a deadline, never for more than a bound, never elsewhere than
//! where one was told to.

pub mod strangers;
#[cfg(test)]
mod tests;

use std::{error::Error as _, time::Duration};

use reqwest::{
    Client, Response, StatusCode,
    header::{HeaderMap, HeaderValue, RETRY_AFTER},
    redirect,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

pub use reqwest::Url;

/// Longer than any pause somebody may ask for.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Asks, and gives up.
#[derive(Debug, Clone)]
pub struct Outgoing {
    client: Client,
    most: usize,
}

/// What is asked, and of whom. Nothing of it is ever printed: addresses and headers hold keys.
pub struct Question {
    /// Where.
    pub address: Url,
    /// Headers that say who asks.
    pub headers: Vec<(&'static str, SecretString)>,
    /// What is sent as JSON; without it the question is a GET.
    pub body: Option<Value>,
}

/// Why there is no answer. Reads as the end of "the service …".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    #[error("did not answer in time")]
    TooSlow,
    #[error("cannot be reached")]
    Unreachable,
    /// It has been asked too often, or is being looked after.
    #[error("takes no questions now")]
    Busy {
        /// When it said to come back.
        wait: Option<Duration>,
    },
    #[error("refused with {0}")]
    Refused(u16),
    #[error("answered with more than {0} bytes")]
    TooLarge(usize),
    #[error("answered with something that is no JSON")]
    NotJson,
}

impl Outgoing {
    /// One that waits so long for a whole answer, and takes so many bytes of it.
    ///
    /// # Errors
    ///
    /// When this machine has no certificates to know others by.
    pub fn new(deadline: Duration, most: usize) -> anyhow::Result<Self> {
        let client = Client::builder()
            .timeout(deadline)
            // A key that went along to wherever a redirect leads would be somebody else's.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("freehold/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, most })
    }

    /// Asks, and reads the answer as JSON.
    ///
    /// # Errors
    ///
    /// Whatever kept the answer away.
    pub async fn json(&self, question: Question) -> Result<Value, Unanswered> {
        let mut asked = match &question.body {
            Some(body) => self.client.post(question.address).json(body),
            None => self.client.get(question.address),
        };
        for (name, value) in &question.headers {
            let mut value =
                HeaderValue::from_str(value.expose_secret()).map_err(|_| Unanswered::Unreachable)?;
            value.set_sensitive(true);
            asked = asked.header(*name, value);
        }
        let response = asked.send().await.map_err(|error| why(&error))?;
        match response.status() {
            status if status.is_success() => self.read(response).await,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(Unanswered::Busy {
                wait: wait(response.headers()),
            }),
            status => Err(Unanswered::Refused(status.as_u16())),
        }
    }

    /// Reads piece by piece: who sends without end is not waited for.
    async fn read(&self, mut response: Response) -> Result<Value, Unanswered> {
        let mut body = Vec::new();
        while let Some(piece) = response.chunk().await.map_err(|error| why(&error))? {
            if body.len() + piece.len() > self.most {
                return Err(Unanswered::TooLarge(self.most));
            }
            body.extend_from_slice(&piece);
        }
        serde_json::from_slice(&body).map_err(|_| Unanswered::NotJson)
    }
}

fn why(error: &reqwest::Error) -> Unanswered {
    // The error itself names the address, and that may hold a key: only its cause is told, to the log.
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    tracing::debug!(cause, "a question was not answered");
    match error.is_timeout() {
        true => Unanswered::TooSlow,
        false => Unanswered::Unreachable,
    }
}

/// `Retry-After` in seconds; dates are not worth a parser, and nobody waits a week.
fn wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

/// Whether a key may go there: over TLS, or to this machine.
pub fn is_private(address: &Url) -> bool {
    let is_here = matches!(address.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
    address.scheme() == "https" || (address.scheme() == "http" && is_here)
}
