//! Where a hostname is to point: the records that its owner sets, beside what was found when somebody looked.

use std::net::IpAddr;

use server::FrontDoor;
use types::{DomainStatus, Hostname, TenantDomain};

use crate::view::{Badge, Time};

/// Where a hostname is to point, and where it does.
pub(super) struct Pointing {
    pub(super) id: String,
    pub(super) shown: String,
    pub(super) state: Badge,
    /// Type, name and value of each record.
    pub(super) records: Vec<(&'static str, String, String)>,
    /// What to know when the records are set.
    pub(super) note: &'static str,
    /// Each address that was found, and whether it is one of ours.
    pub(super) found: Vec<(String, bool)>,
    pub(super) looked: Option<Time>,
}

/// Whether visitors of a hostname come to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leads {
    Unknown,
    Nowhere,
    Here,
    HereAndElsewhere,
    Elsewhere,
}

impl Pointing {
    /// Of a hostname that was not given up, where somebody said where the sites are.
    pub(super) fn of(domain: &TenantDomain, door: &FrontDoor) -> Option<Self> {
        if domain.status != DomainStatus::Active || !door.is_known() {
            return None;
        }
        let search = &domain.proof;
        let found = search.found_addresses.iter();
        let leads = match search.last_checked_at {
            None => Leads::Unknown,
            Some(_) => leads(&search.found_addresses, door),
        };
        let is_apex = psl::domain_str(domain.hostname.as_str()) == Some(domain.hostname.as_str());
        Some(Self {
            id: domain.id.to_string(),
            shown: domain.hostname.to_unicode(),
            state: leads.badge(),
            records: records(&domain.hostname, door, is_apex),
            note: match (is_apex, door.addresses.is_empty()) {
                (true, true) => {
                    "DNS allows no CNAME here: set an ALIAS or ANAME, where its provider has one."
                }
                (false, false) if door.name.is_some() => "The name or the addresses: one of them is enough.",
                _ => "All of them.",
            },
            found: found
                .map(|address| (address.to_string(), door.addresses.contains(address)))
                .collect(),
            looked: search.last_checked_at.map(Time::new),
        })
    }
}

fn leads(found: &[IpAddr], door: &FrontDoor) -> Leads {
    let ours = found
        .iter()
        .filter(|address| door.addresses.contains(address))
        .count();
    match (found.len(), ours) {
        (0, _) => Leads::Nowhere,
        // Where the door has a name alone, nobody knows its addresses.
        _ if door.addresses.is_empty() => Leads::Unknown,
        (all, ours) if all == ours => Leads::Here,
        (_, 0) => Leads::Elsewhere,
        _ => Leads::HereAndElsewhere,
    }
}

impl Leads {
    const fn badge(self) -> Badge {
        let (word, class) = match self {
            Self::Unknown => ("Not known", "badge"),
            Self::Nowhere => ("Points nowhere", "badge badge-warning"),
            Self::Here => ("Points here", "badge badge-success"),
            Self::HereAndElsewhere => ("Points elsewhere too", "badge badge-warning"),
            Self::Elsewhere => ("Points elsewhere", "badge badge-warning"),
        };
        Badge { word, class }
    }
}

fn records(hostname: &Hostname, door: &FrontDoor, is_apex: bool) -> Vec<(&'static str, String, String)> {
    let name = hostname.to_string();
    let alias = door
        .name
        .iter()
        .filter(|_| !is_apex || door.addresses.is_empty())
        .map(|target| match is_apex {
            true => ("ALIAS", name.clone(), target.to_string()),
            false => ("CNAME", name.clone(), target.to_string()),
        });
    let addresses = door.addresses.iter().map(|address| match address {
        IpAddr::V4(_) => ("A", name.clone(), address.to_string()),
        IpAddr::V6(_) => ("AAAA", name.clone(), address.to_string()),
    });
    alias.chain(addresses).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(addresses: &[&str], name: Option<&str>) -> FrontDoor {
        FrontDoor {
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
            name: name.map(|name| name.parse().unwrap()),
        }
    }

    fn told(hostname: &str, door: &FrontDoor) -> Vec<String> {
        let hostname: Hostname = hostname.parse().unwrap();
        let is_apex = psl::domain_str(hostname.as_str()) == Some(hostname.as_str());
        records(&hostname, door, is_apex)
            .into_iter()
            .map(|(kind, name, value)| format!("{name} {kind} {value}"))
            .collect()
    }

    #[test]
    fn a_name_below_a_domain_may_be_an_alias_and_a_domain_itself_may_not() {
        let both = door(&["203.0.113.10", "2001:db8::10"], Some("sites.freehold.example"));

        assert_eq!(
            told("www.acme.com", &both),
            [
                "www.acme.com CNAME sites.freehold.example",
                "www.acme.com A 203.0.113.10",
                "www.acme.com AAAA 2001:db8::10",
            ]
        );
        assert_eq!(
            told("acme.co.uk", &both),
            ["acme.co.uk A 203.0.113.10", "acme.co.uk AAAA 2001:db8::10"]
        );
        assert_eq!(
            told("acme.com", &door(&[], Some("sites.freehold.example"))),
            ["acme.com ALIAS sites.freehold.example"]
        );
    }

    #[test]
    fn a_hostname_leads_here_when_all_its_addresses_are_ours() {
        let here = door(&["203.0.113.10", "2001:db8::10"], None);
        let told = |found: &[&str]| {
            let found: Vec<IpAddr> = found.iter().map(|address| address.parse().unwrap()).collect();
            leads(&found, &here)
        };

        assert_eq!(told(&[]), Leads::Nowhere);
        assert_eq!(told(&["203.0.113.10"]), Leads::Here);
        assert_eq!(told(&["203.0.113.10", "198.51.100.7"]), Leads::HereAndElsewhere);
        assert_eq!(told(&["198.51.100.7"]), Leads::Elsewhere);
    }
}
