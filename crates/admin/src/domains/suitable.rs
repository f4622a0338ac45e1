//! Whether a name can be somebody's at all, before anybody is asked to prove it.

use types::Hostname;

use crate::{Acting, Refusal};

/// A name in DNS has at most 253 characters, and that of its proof is longer by `_freehold.`.
const LONGEST: usize = 253 - "_freehold.".len();

/// Whether a name can be a tenant's.
///
/// # Errors
///
/// Invalid at `pointer`, with the reason: it is an address, leads nowhere, is a suffix that nobody owns, or ours.
pub(crate) fn suitable(
    acting: &Acting<'_>,
    hostname: &Hostname,
    pointer: &'static str,
) -> Result<(), Refusal> {
    let Some(reason) = reason(hostname, acting.platform_hosts) else {
        return Ok(());
    };
    let detail = format!("{} {reason}", hostname.to_unicode());
    Err(Refusal::invalid(pointer, "hostname_unsuitable", detail))
}

fn reason(hostname: &Hostname, ours: &[Hostname]) -> Option<&'static str> {
    let name = hostname.as_str();
    // A name without www. answers to the one with it, so that neither is free.
    let bare = |hostname: &Hostname| hostname.without_www().unwrap_or_else(|| hostname.clone());
    if hostname.is_ip_address() {
        Some("is an address; a site needs a name.")
    } else if !name.contains('.') {
        Some("has no dot; a site's name has one.")
    } else if name.len() > LONGEST {
        Some("is too long to be proved.")
    } else if ours.iter().any(|own| bare(own) == bare(hostname)) {
        Some("is a name of the platform itself.")
    } else if psl::domain_str(name).is_none() {
        Some("is a public suffix: names below it belong to different people. Add one of them.")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(name: &str) -> Option<&'static str> {
        let ours = ["freehold.example.com".parse().unwrap()];
        reason(&name.parse().unwrap(), &ours)
    }

    #[test]
    fn what_nobody_can_own_is_refused() {
        for (name, reason) in [
            ("192.0.2.1", "is an address"),
            ("[2001:db8::1]", "is an address"),
            ("localhost", "has no dot"),
            ("co.uk", "is a public suffix"),
            ("github.io", "is a public suffix"),
            ("xn--55qx5d.cn", "is a public suffix"),
            ("freehold.example.com", "is a name of the platform"),
            ("WWW.freehold.example.com.", "is a name of the platform"),
            (&format!("{}example.com", "a.".repeat(120)), "is too long"),
        ] {
            assert!(why(name).is_some_and(|why| why.starts_with(reason)), "{name}");
        }
    }

    #[test]
    fn what_somebody_may_own_is_not() {
        for name in [
            "acme.example",
            "acme.co.uk",
            "www.acme.github.io",
            "fairfield.localhost",
            "acme.freehold.example.com",
            "bücher.example",
        ] {
            assert_eq!(why(name), None, "{name}");
        }
    }
}
