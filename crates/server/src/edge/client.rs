//! Who is at the other end: the socket's address, or what a trusted proxy says about it.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::HeaderMap;
use ipnet::IpNet;

/// The address a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Client(IpAddr);

impl Client {
    pub(crate) fn new(address: IpAddr) -> Self {
        Self(address.to_canonical())
    }

    pub fn address(self) -> IpAddr {
        self.0
    }

    /// What counts as one caller: an IPv4 address, or the /64 a provider hands to one home.
    pub fn key(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        }
    }
}

/// Is this one of the proxies whose word we take?
pub(super) fn is_trusted(address: IpAddr, proxies: &[IpNet]) -> bool {
    let address = address.to_canonical();
    proxies.iter().any(|proxy| proxy.contains(&address))
}

/// The nearest address that is not one of ours, reading `X-Forwarded-For` from the right: what
/// stands further left was written by the caller.
pub(super) fn behind_proxies(peer: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> Client {
    let mut nearest = peer;
    let values = headers.get_all("x-forwarded-for").iter().rev();
    let hops = values.flat_map(|value| value.to_str().unwrap_or("?").rsplit(','));
    for hop in hops {
        let Ok(address) = hop.trim().parse() else {
            break;
        };
        nearest = address;
        if !is_trusted(address, proxies) {
            break;
        }
    }
    Client::new(nearest)
}

/// Did the caller speak https to the proxy?
pub(super) fn forwarded_https(headers: &HeaderMap) -> bool {
    headers
        .get_all("x-forwarded-proto")
        .iter()
        .next_back()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.rsplit(',').next())
        .is_some_and(|proto| proto.trim().eq_ignore_ascii_case("https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(forwarded: &str) -> String {
        let headers =
            HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())]);
        let proxies = ["10.0.0.0/8".parse().unwrap()];
        let peer = "10.0.0.1".parse().unwrap();
        behind_proxies(peer, &headers, &proxies).address().to_string()
    }

    #[test]
    fn a_caller_cannot_write_its_own_address() {
        assert_eq!(client("6.6.6.6, 203.0.113.9, 10.0.0.7"), "203.0.113.9");
    }

    #[test]
    fn nonsense_ends_the_chain_at_the_last_hop_we_know() {
        assert_eq!(client("203.0.113.9, unknown, 10.0.0.7"), "10.0.0.7");
        assert_eq!(client("unknown"), "10.0.0.1");
    }

    #[test]
    fn neighbours_in_one_64_are_one_caller() {
        let key = |text: &str| Client::new(text.parse().unwrap()).key();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:2"));
        assert_ne!(key("2001:db8::1"), key("2001:db8:0:1::1"));
        assert_eq!(key("::ffff:192.0.2.1"), key("192.0.2.1"));
    }
}
