//! Certificates of hostnames: tracked apart from who owns the name, as whoever ends TLS reports them.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{DomainId, DomainState, text_enum::text_enum};

text_enum! {
    /// What was last reported of a hostname's certificate.
    pub enum CertificateStatus {
        /// One was asked for.
        Ordered = "ordered",
        /// There is one.
        Issued = "issued",
        /// None could be had.
        Failed = "failed",
    }
}

/// The certificate of a hostname, as it was last reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Certificate {
    /// Of which hostname.
    pub domain_id: DomainId,
    /// What was reported.
    pub status: CertificateStatus,
    /// Who issued it.
    pub issuer: Option<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// Why none could be had.
    pub error: Option<String>,
    /// Who reported it.
    pub reported_by: String,
    /// When.
    pub reported_at: Timestamp,
}

/// Authorities answer within minutes: an order that is older hangs.
const ORDER: SignedDuration = SignedDuration::from_hours(24);

/// Renewals are due a month before the end; one that is not done so late has failed.
const RENEWED_BEFORE: SignedDuration = SignedDuration::from_hours(24 * 14);

impl Certificate {
    /// What its state asks of people, in the words that domains have.
    pub fn state(&self, now: Timestamp) -> DomainState {
        match (self.status, self.expires_at) {
            (CertificateStatus::Ordered, _) if now.duration_since(self.reported_at) < ORDER => {
                DomainState::InProgress
            }
            (CertificateStatus::Issued, None) => DomainState::Live,
            (CertificateStatus::Issued, Some(end)) if now < end => {
                match end.duration_since(now) < RENEWED_BEFORE {
                    true => DomainState::NeedsAction,
                    false => DomainState::Live,
                }
            }
            _ => DomainState::Stuck,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(status: CertificateStatus, expires_at: Option<&str>) -> Certificate {
        Certificate {
            domain_id: uuid::Uuid::from_u128(1).into(),
            status,
            issuer: None,
            expires_at: expires_at.map(|at| at.parse().unwrap()),
            error: None,
            reported_by: "proxy".to_owned(),
            reported_at: "2026-03-01T00:00:00Z".parse().unwrap(),
        }
    }

    #[test]
    fn a_certificate_goes_through_the_states_of_a_domain() {
        use CertificateStatus::{Failed, Issued, Ordered};
        let end = Some("2026-04-01T00:00:00Z");

        for (status, end, now, state) in [
            (Ordered, None, "2026-03-01T23:59:59Z", DomainState::InProgress),
            (Ordered, None, "2026-03-02T00:00:00Z", DomainState::Stuck),
            (Issued, None, "2030-01-01T00:00:00Z", DomainState::Live),
            (Issued, end, "2026-03-17T23:00:00Z", DomainState::Live),
            (Issued, end, "2026-03-19T00:00:00Z", DomainState::NeedsAction),
            (Issued, end, "2026-04-01T00:00:00Z", DomainState::Stuck),
            (Failed, None, "2026-03-01T00:00:01Z", DomainState::Stuck),
        ] {
            let found = certificate(status, end).state(now.parse().unwrap());
            assert_eq!(found, state, "{status} at {now}");
        }
    }
}
