//! Where tenants' sites are reached from outside.

use std::net::IpAddr;

use types::Hostname;

/// The addresses of whatever stands before the sites, and a name that leads there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontDoor {
    pub addresses: Vec<IpAddr>,
    pub name: Option<Hostname>,
}

impl FrontDoor {
    /// Whether anybody said where it is.
    pub fn is_known(&self) -> bool {
        !self.addresses.is_empty() || self.name.is_some()
    }
}
