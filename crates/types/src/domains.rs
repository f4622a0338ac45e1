//! What may be done with a tenant's hostnames: which may be primary, which may be given up.

use jiff::Timestamp;

use crate::{DomainStatus, Hostname, ProofSearch, TenantDomain};

/// A change of a hostname; what is none stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DomainChange {
    /// Whether it is the one its tenant is known by.
    pub is_primary: Option<bool>,
    /// Whether it is known to be its tenant's.
    pub is_verified: Option<bool>,
    /// Whether it still belongs to its tenant.
    pub status: Option<DomainStatus>,
}

/// Why a hostname cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DomainChangeError {
    /// A tenant is always known by some name.
    #[error("{0} is the primary hostname: make another one primary first")]
    Primary(Hostname),
    /// It would lead nowhere, while another one leads to the site.
    #[error("only a verified, active hostname can be primary: verify {0} first")]
    NotVerified(Hostname),
    /// It was given up.
    #[error("{0} was given up: take it back first")]
    Archived(Hostname),
}

impl DomainChangeError {
    /// For machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Primary(_) => "domain_is_primary",
            Self::NotVerified(_) => "domain_not_verified",
            Self::Archived(_) => "domain_archived",
        }
    }
}

impl TenantDomain {
    /// Whether it leads to the tenant's site.
    pub fn is_live(&self) -> bool {
        self.is_verified && self.status == DomainStatus::Active
    }

    /// The hostname after a change, beside all hostnames of its tenant.
    ///
    /// # Errors
    ///
    /// When that would leave the tenant without a primary hostname, or with one that leads nowhere although another
    /// leads to the site.
    pub fn changed(
        &self,
        change: DomainChange,
        all: &[Self],
        now: Timestamp,
    ) -> Result<Self, DomainChangeError> {
        let hostname = || self.hostname.clone();
        let mut next = self.clone();
        next.updated_at = now;
        next.status = change.status.unwrap_or(self.status);
        if self.status == DomainStatus::Archived && next.status == DomainStatus::Active {
            // Somebody else may have owned the name meanwhile.
            next.is_verified = false;
        }
        next.is_verified = change.is_verified.unwrap_or(next.is_verified);
        next.is_primary = change.is_primary.unwrap_or(self.is_primary);
        next.verified_at = match (self.is_verified, next.is_verified) {
            (_, false) => None,
            (true, true) => self.verified_at,
            (false, true) => Some(now),
        };
        next.proof = next.search_after(self, now);
        let others_lead = all.iter().any(|other| other.id != self.id && other.is_live());
        if self.is_primary && (!next.is_primary || next.status == DomainStatus::Archived) {
            return Err(DomainChangeError::Primary(hostname()));
        }
        if next.status == DomainStatus::Archived && change.is_verified == Some(true) {
            return Err(DomainChangeError::Archived(hostname()));
        }
        let becomes_primary = next.is_primary && !self.is_primary;
        if becomes_primary && next.status == DomainStatus::Archived {
            return Err(DomainChangeError::Archived(hostname()));
        }
        if becomes_primary && !next.is_live() && others_lead {
            return Err(DomainChangeError::NotVerified(hostname()));
        }
        if self.is_primary && self.is_live() && !next.is_live() && others_lead {
            return Err(DomainChangeError::Primary(hostname()));
        }
        Ok(next)
    }

    /// How the search for its proof goes on after a change.
    fn search_after(&self, before: &Self, now: Timestamp) -> ProofSearch {
        let wanted = |domain: &Self| domain.status == DomainStatus::Active && !domain.is_verified;
        match (wanted(before), wanted(self)) {
            // Taken back, or doubted: a record that was left standing proves nothing.
            (false, true) => ProofSearch::from(now).begun(),
            (true, false) => before.proof.clone().over(),
            _ if self.status == DomainStatus::Archived => before.proof.clone().over(),
            _ => before.proof.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DomainId, Ids as _, TestIds};

    fn domain(ids: &TestIds, hostname: &str) -> TenantDomain {
        TenantDomain {
            id: DomainId::from(ids.new_id()),
            tenant_id: "tenant_a".parse().unwrap(),
            hostname: hostname.parse().unwrap(),
            is_primary: false,
            is_verified: false,
            verified_at: None,
            status: DomainStatus::Active,
            proof: ProofSearch::from(Timestamp::UNIX_EPOCH).begun(),
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    /// What becomes of the second of two hostnames, of which the first is primary.
    fn second(
        (first, second): (bool, bool),
        change: DomainChange,
    ) -> Result<(bool, bool), DomainChangeError> {
        let ids = TestIds::default();
        let mut all = [domain(&ids, "a.example.com"), domain(&ids, "b.example.com")];
        (all[0].is_primary, all[0].is_verified, all[1].is_verified) = (true, first, second);
        let changed = all[1].changed(change, &all, Timestamp::UNIX_EPOCH)?;
        Ok((changed.is_primary, changed.is_verified))
    }

    const PRIMARY: DomainChange = DomainChange {
        is_primary: Some(true),
        is_verified: None,
        status: None,
    };

    #[test]
    fn once_a_hostname_is_verified_the_primary_one_must_be() {
        let verified = DomainChange {
            is_verified: Some(true),
            ..PRIMARY
        };
        let refused = Err(DomainChangeError::NotVerified("b.example.com".parse().unwrap()));

        assert_eq!(second((true, false), PRIMARY), refused);
        assert_eq!(second((true, true), PRIMARY), Ok((true, true)));
        assert_eq!(second((true, false), verified), Ok((true, true)));
        assert_eq!(second((false, false), PRIMARY), Ok((true, false)));
    }

    #[test]
    fn a_primary_hostname_is_not_given_up() {
        let ids = TestIds::default();
        let mut all = [domain(&ids, "a.example.com"), domain(&ids, "b.example.com")];
        (all[0].is_primary, all[0].is_verified, all[1].is_verified) = (true, true, true);

        for change in [
            DomainChange {
                is_primary: Some(false),
                ..DomainChange::default()
            },
            DomainChange {
                is_verified: Some(false),
                ..DomainChange::default()
            },
            DomainChange {
                status: Some(DomainStatus::Archived),
                ..DomainChange::default()
            },
        ] {
            let refused = all[0].changed(change, &all, Timestamp::UNIX_EPOCH);
            assert_eq!(refused.unwrap_err().code(), "domain_is_primary", "{change:?}");
        }
    }

    #[test]
    fn a_hostname_that_comes_back_is_proved_again() {
        let ids = TestIds::default();
        let mut gone = domain(&ids, "b.example.com");
        (gone.is_verified, gone.status) = (true, DomainStatus::Archived);
        let back = DomainChange {
            status: Some(DomainStatus::Active),
            ..DomainChange::default()
        };

        let later = Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(1);
        let back = gone.changed(back, &[gone.clone()], later).unwrap();

        assert_eq!((back.is_verified, back.verified_at), (false, None));
        assert!(back.proof.next_check_at > Some(later));
        assert_ne!(
            back.proof_record(),
            gone.proof_record(),
            "the record that was left standing proves nothing"
        );
    }
}
