//! A hostname on its tenant's page: its row, and the search for its proof.

use jiff::Timestamp;
use types::{Certificate, DomainCheck, DomainStatus, TenantDomain, is_public};

use super::certificate::Shown;
use crate::view::{Badge, Time};

/// A hostname with what may be done with it.
pub(super) struct Card {
    pub(super) id: String,
    pub(super) shown: String,
    /// The A-label, where it is not what people read.
    pub(super) ascii: Option<String>,
    /// Some of its letters may pass for others.
    pub(super) mixes_scripts: bool,
    pub(super) state: Badge,
    pub(super) is_primary: bool,
    pub(super) verified: Option<Time>,
    /// How it was verified.
    pub(super) by: &'static str,
    pub(super) added: Time,
    /// What was last reported of its certificate.
    pub(super) certificate: Option<Shown>,
    pub(super) actions: Vec<(&'static str, &'static str)>,
}

impl Card {
    /// A hostname among all those of its tenant.
    pub(super) fn of(
        domain: &TenantDomain,
        all: &[TenantDomain],
        (certificates, now): (&[Certificate], Timestamp),
    ) -> Self {
        let certificate = certificates.iter().find(|known| known.domain_id == domain.id);
        let shown = domain.hostname.to_unicode();
        let others_lead = all.iter().any(|other| other.id != domain.id && other.is_live());
        Self {
            id: domain.id.to_string(),
            ascii: (shown != domain.hostname.as_str()).then(|| domain.hostname.to_string()),
            mixes_scripts: domain.hostname.mixes_scripts(),
            shown,
            state: Badge::of_domain(domain),
            is_primary: domain.is_primary,
            verified: domain.verified_at.map(Time::new),
            by: match domain.proof.next_check_at {
                None => "by hand",
                Some(_) => "by its record",
            },
            added: Time::new(domain.created_at),
            certificate: certificate.map(|known| Shown::of(known, now)),
            actions: actions(domain, others_lead),
        }
    }
}

/// What may be done with a hostname: only what would not be refused.
fn actions(domain: &TenantDomain, others_lead: bool) -> Vec<(&'static str, &'static str)> {
    let is_active = domain.status == DomainStatus::Active;
    let mut actions = Vec::new();
    if is_active && !domain.is_verified {
        actions.push(("verify", "Verify by hand"));
    }
    if is_active && !domain.is_primary && (domain.is_verified || !others_lead) {
        actions.push(("primary", "Make primary"));
    }
    if !domain.is_primary {
        actions.push(match domain.status {
            DomainStatus::Active => ("release", "Release"),
            DomainStatus::Archived => ("restore", "Take back"),
        });
    }
    actions
}

/// The record that must be there beside what is.
pub(super) struct Search {
    pub(super) id: String,
    pub(super) shown: String,
    pub(super) state: Badge,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) looked: Option<Looked>,
    pub(super) next: Option<Time>,
}

/// What was found when somebody looked.
pub(super) struct Looked {
    pub(super) at: Time,
    pub(super) outcome: &'static str,
    /// Each text, and whether it is the proof.
    pub(super) texts: Vec<(String, bool)>,
    /// Each address, and whether visitors can reach it.
    pub(super) addresses: Vec<(String, bool)>,
}

impl Search {
    /// Of a hostname whose proof is wanted, or was there and is gone.
    pub(super) fn of(domain: &TenantDomain) -> Option<Self> {
        let is_gone = matches!(
            domain.proof.last_check,
            Some(DomainCheck::Missing | DomainCheck::Wrong)
        );
        let is_wanted = domain.status == DomainStatus::Active && (!domain.is_verified || is_gone);
        let record = domain.proof_record();
        is_wanted.then(|| Self {
            id: domain.id.to_string(),
            shown: domain.hostname.to_unicode(),
            state: Badge::of_domain(domain),
            looked: Looked::of(domain),
            name: record.name,
            value: record.value,
            next: domain.proof.next_check_at.map(Time::new),
        })
    }
}

impl Looked {
    fn of(domain: &TenantDomain) -> Option<Self> {
        let (search, record) = (&domain.proof, domain.proof_record());
        let texts = search.found_texts.iter();
        let addresses = search.found_addresses.iter();
        Some(Self {
            at: Time::new(search.last_checked_at?),
            outcome: match search.last_check? {
                DomainCheck::Proved => "The record is there.",
                DomainCheck::Missing => "No TXT record is there.",
                DomainCheck::Wrong => "Another text is there, or the text was mistyped.",
                DomainCheck::Unreachable => "DNS did not answer.",
            },
            texts: texts.map(|text| (text.clone(), record.is(text))).collect(),
            addresses: addresses
                .map(|address| (address.to_string(), is_public(*address)))
                .collect(),
        })
    }
}
