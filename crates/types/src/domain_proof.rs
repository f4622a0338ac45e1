//! How a tenant proves a hostname: the record that must be in DNS, and how the search for it goes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{DomainStatus, TenantDomain, text_enum::text_enum};

/// The label under which the proof of a hostname is looked for.
const LABEL: &str = "_freehold";

/// A new record is rarely written sooner.
const FIRST_LOOK: SignedDuration = SignedDuration::from_mins(1);

/// However long a proof is waited for, it is looked for once a day.
const LAST_PACE: SignedDuration = SignedDuration::from_hours(24);

/// Longer than a new record takes to be seen everywhere, so that somebody forgot it.
const PATIENCE: SignedDuration = SignedDuration::from_hours(72);

/// After so long nobody is about to write it any more; it is looked for when somebody asks.
const GIVE_UP: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A hostname that leads to its site is looked at this often: whether its record is still there.
const LIVE_PACE: SignedDuration = SignedDuration::from_hours(30 * 24);

text_enum! {
    /// What came of looking for the proof of a hostname in DNS.
    pub enum DomainCheck {
        /// It is there.
        Proved = "proved",
        /// Nothing is there.
        Missing = "missing",
        /// Something else is there.
        Wrong = "wrong",
        /// Nobody could tell.
        Unreachable = "unreachable",
    }
}

text_enum! {
    /// Where a hostname stands, as people are told.
    pub enum DomainState {
        /// Somebody has to do something.
        NeedsAction = "needs_action",
        /// Its proof is looked for, and it is early: DNS takes its time.
        InProgress = "in_progress",
        /// It leads to the site.
        Live = "live",
        /// Its proof has been looked for in vain for days.
        Stuck = "stuck",
        /// It was given up.
        Released = "released",
    }
}

/// The TXT record that proves a hostname.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProofRecord {
    /// The name of the record.
    pub name: String,
    /// Its text.
    pub value: String,
}

impl ProofRecord {
    /// Whether one of these texts is the proof. Whoever typed it may have added space.
    pub fn is_among(&self, texts: &[String]) -> bool {
        texts.iter().any(|text| self.is(text))
    }

    /// Whether this text is the proof.
    pub fn is(&self, text: &str) -> bool {
        text.trim() == self.value
    }
}

/// What DNS said about a hostname.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The texts at the place of the proof; none when nobody could tell.
    pub texts: Option<Vec<String>>,
    /// Where the hostname points, as far as anybody told.
    pub addresses: Vec<IpAddr>,
}

/// How the search for the proof of a hostname goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProofSearch {
    /// Since when this proof is wanted: since the hostname was added, or taken back.
    pub proof_since: Timestamp,
    /// When it was looked for last.
    pub last_checked_at: Option<Timestamp>,
    /// What came of that.
    pub last_check: Option<DomainCheck>,
    /// The texts that were there.
    pub found_texts: Vec<String>,
    /// Where the hostname pointed.
    pub found_addresses: Vec<IpAddr>,
    /// When it is looked for next, without anybody asking.
    pub next_check_at: Option<Timestamp>,
}

impl ProofSearch {
    /// A search that begins now.
    pub const fn from(since: Timestamp) -> Self {
        Self {
            proof_since: since,
            last_checked_at: None,
            last_check: None,
            found_texts: Vec::new(),
            found_addresses: Vec::new(),
            next_check_at: None,
        }
    }

    /// The same, to be looked for soon.
    #[must_use]
    pub fn begun(self) -> Self {
        Self {
            next_check_at: Some(self.proof_since + FIRST_LOOK),
            ..self
        }
    }

    /// The same without a next time.
    #[must_use]
    pub fn over(self) -> Self {
        Self {
            next_check_at: None,
            ..self
        }
    }
}

impl TenantDomain {
    /// The record that proves it. It follows from what only this row of this tenant has, so that what one tenant wrote
    /// proves nothing for another; and from since when it is wanted, so that a name that was given up is proved anew.
    pub fn proof_record(&self) -> ProofRecord {
        let since = self.proof.proof_since.as_microsecond();
        let hash = Sha256::digest(format!("{}\n{}\n{since}", self.tenant_id, self.id));
        ProofRecord {
            name: format!("{LABEL}.{}", self.hostname),
            value: format!("freehold-verification={}", hex::encode(&hash[..16])),
        }
    }

    /// Where it stands.
    pub fn state(&self) -> DomainState {
        let (search, waited) = (&self.proof, self.waited());
        match (self.status, search.last_check) {
            (DomainStatus::Archived, _) => DomainState::Released,
            _ if self.is_verified => DomainState::Live,
            (_, None | Some(DomainCheck::Wrong)) => DomainState::NeedsAction,
            _ if waited < PATIENCE => DomainState::InProgress,
            _ => DomainState::Stuck,
        }
    }

    /// How long its proof had been wanted when it was looked for last.
    fn waited(&self) -> SignedDuration {
        let looked = self.proof.last_checked_at.unwrap_or(self.proof.proof_since);
        looked.duration_since(self.proof.proof_since)
    }

    /// Its search after a look at DNS. Whether that verifies it, decides whoever looked.
    pub fn looked_for(&self, found: &Findings, now: Timestamp) -> ProofSearch {
        let record = self.proof_record();
        let outcome = match &found.texts {
            None => DomainCheck::Unreachable,
            Some(texts) if record.is_among(texts) => DomainCheck::Proved,
            Some(texts) if texts.is_empty() => DomainCheck::Missing,
            Some(_) => DomainCheck::Wrong,
        };
        let since = self.proof.proof_since;
        let is_looked_at = outcome == DomainCheck::Proved || self.proof.next_check_at.is_some();
        ProofSearch {
            proof_since: since,
            last_checked_at: Some(now),
            last_check: Some(outcome),
            found_texts: found.texts.clone().unwrap_or_default(),
            found_addresses: found.addresses.clone(),
            next_check_at: match self.is_verified || outcome == DomainCheck::Proved {
                // One that somebody vouched for has no record that could go.
                true => is_looked_at.then(|| now + LIVE_PACE),
                false => next_look(now.duration_since(since)).map(|wait| now + wait),
            },
        }
    }
}

/// How long to wait when something has been waited for so long already: half of that again, so that the looks become
/// rarer by themselves.
fn next_look(waited: SignedDuration) -> Option<SignedDuration> {
    (waited < GIVE_UP).then(|| (waited / 2).clamp(FIRST_LOOK, LAST_PACE))
}

/// Whether the whole internet can reach an address; one that only our own network could is no visitor's.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

/// What IANA's registry of special addresses does not except.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_for_protocols = (first, second, third) == (192, 0, 0);
    let is_for_benchmarks = first == 198 && (18..20).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || is_shared
        || is_for_protocols
        || is_for_benchmarks
        || first == 0
        || first >= 240)
}

/// Of what is given out at all (`2000::/3`), what does not lead elsewhere: into an old
/// address (6to4, Teredo), or nowhere.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_given_out = first & 0xe000 == 0x2000;
    let is_for_protocols = first == 0x2001 && second < 0x0200;
    let is_for_documents = (first, second) == (0x2001, 0x0db8) || (first == 0x3fff && second < 0x1000);
    is_given_out && first != 0x2002 && !is_for_protocols && !is_for_documents
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DomainId, Ids as _, TestIds};

    fn domain() -> TenantDomain {
        let since = Timestamp::UNIX_EPOCH;
        TenantDomain {
            id: DomainId::from(TestIds::default().new_id()),
            tenant_id: "tenant_a".parse().unwrap(),
            hostname: "a.example.com".parse().unwrap(),
            is_primary: true,
            is_verified: false,
            verified_at: None,
            status: DomainStatus::Active,
            proof: ProofSearch::from(since).begun(),
            created_at: since,
            updated_at: since,
        }
    }

    fn says(texts: &[&str]) -> Findings {
        Findings {
            texts: Some(texts.iter().map(|text| (*text).to_owned()).collect()),
            addresses: Vec::new(),
        }
    }

    /// The same after looking at this time.
    fn after(mut domain: TenantDomain, found: &Findings, hours: i64) -> TenantDomain {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
        domain.proof = domain.looked_for(found, at);
        domain
    }

    #[test]
    fn what_was_found_says_what_came_of_it() {
        let domain = domain();
        let value = domain.proof_record().value;
        for (texts, outcome) in [
            (vec![], DomainCheck::Missing),
            (vec!["v=spf1 -all"], DomainCheck::Wrong),
            (vec!["v=spf1 -all", &format!(" {value} ")], DomainCheck::Proved),
            (vec![&value[1..]], DomainCheck::Wrong),
        ] {
            let looked = after(domain.clone(), &says(&texts), 1);
            assert_eq!(looked.proof.last_check, Some(outcome), "{texts:?}");
        }
        let looked = after(domain, &Findings::default(), 1);
        assert_eq!(looked.proof.last_check, Some(DomainCheck::Unreachable));
    }

    #[test]
    fn every_tenant_name_and_time_has_a_proof_of_its_own() {
        let mine = domain();
        let mut theirs = domain();
        theirs.tenant_id = "tenant_b".parse().unwrap();
        let mut again = domain();
        again.proof.proof_since += SignedDuration::from_micros(1);

        assert_eq!(mine.proof_record().name, "_freehold.a.example.com");
        assert_ne!(mine.proof_record(), theirs.proof_record());
        assert_ne!(mine.proof_record(), again.proof_record());
        assert_eq!(mine.proof_record(), domain().proof_record());
    }

    #[test]
    fn the_looks_become_rarer_and_end() {
        let mut at = Timestamp::UNIX_EPOCH;
        let mut waits = Vec::new();
        let mut domain = domain();
        while let Some(next) = domain.proof.next_check_at {
            waits.push(next.duration_since(at).as_secs() / 60);
            at = next;
            domain.proof = domain.looked_for(&says(&[]), at);
        }

        assert_eq!(waits[..8], [1, 1, 1, 1, 2, 3, 5, 7], "minutes");
        assert!(waits.is_sorted());
        assert_eq!(waits.last(), Some(&(24 * 60)));
        assert!(waits.len() < 60, "{} looks in a month", waits.len());
    }

    #[test]
    fn the_state_tells_who_has_to_do_something() {
        let (missing, wrong) = (says(&[]), says(&["v=spf1 -all"]));
        let mut live = domain();
        live.is_verified = true;
        let mut gone = domain();
        gone.status = DomainStatus::Archived;

        for (domain, state) in [
            (domain(), DomainState::NeedsAction),
            (after(domain(), &missing, 1), DomainState::InProgress),
            (after(domain(), &Findings::default(), 1), DomainState::InProgress),
            (after(domain(), &wrong, 1), DomainState::NeedsAction),
            (after(domain(), &missing, 72), DomainState::Stuck),
            (after(live.clone(), &missing, 72), DomainState::Live),
            (after(live, &Findings::default(), 72), DomainState::Live),
            (gone, DomainState::Released),
        ] {
            assert_eq!(domain.state(), state, "{domain:?}");
        }
    }

    #[test]
    fn an_address_of_our_own_network_is_not_public() {
        for (address, public) in [
            ("93.184.216.34", true),
            ("2606:2800:220:1::1", true),
            ("10.1.2.3", false),
            ("127.0.0.1", false),
            ("169.254.169.254", false),
            ("0.0.0.0", false),
            ("::1", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("::ffff:192.168.0.1", false),
            ("100.64.0.1", false),
            ("100.128.0.1", true),
            ("192.0.0.8", false),
            ("198.18.0.1", false),
            ("0.1.2.3", false),
            ("240.0.0.1", false),
            ("255.255.255.255", false),
            ("::ffff:93.184.216.34", true),
            // An address of ours in the clothes of another: NAT64, 6to4, Teredo.
            ("64:ff9b::a00:1", false),
            ("2002:a00:1::1", false),
            ("2001::1", false),
            ("2001:db8::1", false),
            ("3fff:1::1", false),
            ("ff02::1", false),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }
}
