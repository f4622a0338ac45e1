//! A delivery as it travels: signed, and posted.

use std::{sync::Arc, time::Instant};

use db::TenantScope;
use futures::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use server::{
    Secrets,
    outgoing::strangers::{OfMachine, Reach, Strangers},
    webhook::WebhookSecret,
};
use types::{Attempt, Delivery, DeliveryId, WebhookEndpoint};

/// What is posted, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) url: String,
    pub(super) id: DeliveryId,
    pub(super) at: Timestamp,
    pub(super) signature: String,
    pub(super) body: String,
}

impl Letter {
    /// A delivery to an endpoint, signed now. While a secret is being replaced, by the old one too.
    pub(super) fn new(
        (secrets, scope): (&Secrets, &TenantScope),
        endpoint: &WebhookEndpoint,
        delivery: &Delivery,
        now: Timestamp,
    ) -> Self {
        let body = delivery.payload.to_string();
        let signed = |salt: &str| {
            let secret = WebhookSecret::of(secrets, (scope.tenant_id(), endpoint.id), salt);
            secret.sign(delivery.id, now, &body)
        };
        let former = endpoint.former.as_ref().filter(|(_, until)| now < *until);
        let salts = std::iter::once(endpoint.salt.as_str()).chain(former.map(|(salt, _)| salt.as_str()));
        let signatures: Vec<_> = salts.map(signed).collect();
        Self {
            url: endpoint.url.clone(),
            id: delivery.id,
            at: now,
            signature: signatures.join(" "),
            body,
        }
    }
}

/// Takes letters to where they are going.
pub(super) trait Carry: Send + Sync {
    /// Takes one there, and says what was heard.
    fn carry(&self, letter: Letter) -> BoxFuture<'_, Attempt>;
}

/// Over HTTP.
pub(super) struct Post(Strangers);

impl Post {
    /// As far as the settings allow.
    ///
    /// # Errors
    ///
    /// When this machine has no certificates to know others by.
    pub(super) fn reaching(reach: Reach) -> anyhow::Result<Self> {
        Strangers::new(reach, Arc::new(OfMachine)).map(Self)
    }
}

impl Carry for Post {
    fn carry(&self, letter: Letter) -> BoxFuture<'_, Attempt> {
        Box::pin(async move {
            let headers = [
                ("webhook-id", letter.id.to_string()),
                ("webhook-timestamp", letter.at.as_second().to_string()),
                ("webhook-signature", letter.signature),
            ];
            let began = Instant::now();
            let heard = self.0.post(&letter.url, &headers, letter.body).await;
            let took = SignedDuration::try_from(began.elapsed()).unwrap_or(SignedDuration::MAX);
            match heard {
                Ok(heard) => Attempt {
                    status: Some(heard.status),
                    took,
                    error: None,
                    body: heard.body,
                    wait: heard.wait.and_then(|wait| SignedDuration::try_from(wait).ok()),
                },
                Err(unheard) => Attempt {
                    status: None,
                    took,
                    error: Some(unheard.to_string()),
                    body: String::new(),
                    wait: None,
                },
            }
        })
    }
}
