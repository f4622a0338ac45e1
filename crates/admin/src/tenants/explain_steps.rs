//! What a host meets on its way to a site, step by step: who has it, whether it is proved, where it points, who is in
//! service.

use jiff::Timestamp;
use types::{
    Certificate, DomainCheck, DomainState, DomainStatus, Hostname, TenantDomain, TenantStatus, is_public,
};

use super::explain::Registered;
use crate::health::Check;

/// The steps of a host, up to where nothing more can be said.
pub(super) fn steps(hostname: &Hostname, registered: Option<&Registered>) -> Vec<Check> {
    let Some(Registered {
        domain,
        tenant,
        certificate,
    }) = registered
    else {
        return vec![Check {
            name: "registered",
            ok: false,
            detail: "No tenant has this name.".to_owned(),
            fix: Some("/".to_owned()),
        }];
    };
    let place = format!("/tenants/{}", tenant.slug);
    let mut steps = vec![
        registered_by(hostname, domain),
        kept(domain),
        proved(domain),
        in_service(tenant.status),
    ];
    steps.extend(points_to(domain));
    steps.extend(certificate.as_ref().map(certified));
    for step in steps.iter_mut().filter(|step| !step.ok) {
        step.fix = Some(match step.name {
            "in_service" => place.clone(),
            _ => format!("{place}/domains"),
        });
    }
    steps
}

const fn step(name: &'static str, ok: bool, detail: String) -> Check {
    Check {
        name,
        ok,
        detail,
        fix: None,
    }
}

fn registered_by(hostname: &Hostname, domain: &TenantDomain) -> Check {
    let owned = format!(
        "{} is a name of {}, added on {}.",
        domain.hostname.to_unicode(),
        domain.tenant_id,
        day(domain.created_at)
    );
    let detail = match domain.hostname == *hostname {
        true => owned,
        false => format!("Nobody has the name itself, but without www. it is known. {owned}"),
    };
    step("registered", true, detail)
}

fn kept(domain: &TenantDomain) -> Check {
    match domain.status {
        DomainStatus::Active => step("kept", true, "It is still the tenant's.".to_owned()),
        DomainStatus::Archived => {
            let detail = format!("It was given up on {}.", day(domain.updated_at));
            step("kept", false, detail)
        }
    }
}

fn proved(domain: &TenantDomain) -> Check {
    let record = domain.proof_record();
    if let Some(at) = domain.verified_at {
        let how = match domain.proof.next_check_at {
            Some(_) => "its record in DNS proved it",
            None => "an operator vouched for it",
        };
        return step("proved", true, format!("It is verified: {how}, on {}.", day(at)));
    }
    let last = match (domain.proof.last_check, domain.proof.last_checked_at) {
        (Some(check), Some(at)) => format!("{} on {}", found(check), minute(at)),
        _ => "nobody has looked for it yet".to_owned(),
    };
    let next = match domain.proof.next_check_at {
        Some(at) if domain.state() != DomainState::Released => {
            format!(" It is looked for by itself again from {} on.", minute(at))
        }
        _ => String::new(),
    };
    let detail = format!(
        "It is not verified. The TXT record {} must say {}; {last}.{next}",
        record.name, record.value
    );
    step("proved", false, detail)
}

const fn found(check: DomainCheck) -> &'static str {
    match check {
        DomainCheck::Proved => "it was there",
        DomainCheck::Missing => "there was none",
        DomainCheck::Wrong => "it said something else",
        DomainCheck::Unreachable => "DNS did not answer",
    }
}

fn in_service(status: TenantStatus) -> Check {
    let detail = match status {
        TenantStatus::Active => "The tenant is active.",
        TenantStatus::Suspended => "The tenant is suspended: visitors get 503.",
        TenantStatus::Archived => "The tenant is archived: visitors get 404.",
    };
    step("in_service", status == TenantStatus::Active, detail.to_owned())
}

/// Where it pointed when somebody looked. Whether that is us, we cannot know: a proxy may stand before us.
fn points_to(domain: &TenantDomain) -> Option<Check> {
    let addresses = &domain.proof.found_addresses;
    let at = domain.proof.last_checked_at?;
    if domain.proof.last_check == Some(DomainCheck::Unreachable) {
        return None;
    }
    let listed: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let reachable = addresses.iter().any(|address| is_public(*address));
    let detail = match (listed.is_empty(), reachable) {
        (true, _) => format!("It pointed to no address on {}.", minute(at)),
        (false, true) => format!("It pointed to {} on {}.", listed.join(", "), minute(at)),
        (false, false) => format!(
            "It pointed to {} on {}, where no visitor gets.",
            listed.join(", "),
            minute(at)
        ),
    };
    Some(step("points_to", reachable, detail))
}

/// What whoever ends TLS before us reported. Without a report there is nothing to say.
fn certified((certificate, state): &(Certificate, DomainState)) -> Check {
    let reported = minute(certificate.reported_at);
    let until = certificate
        .expires_at
        .map(|at| format!(" until {}", day(at)))
        .unwrap_or_default();
    let detail = match state {
        DomainState::Live => format!("It has a certificate{until}, reported on {reported}."),
        DomainState::InProgress => format!("A certificate was asked for on {reported}."),
        DomainState::NeedsAction => format!("Its certificate ends soon{until}, and was not renewed."),
        DomainState::Stuck | DomainState::Released => {
            let error = certificate
                .error
                .as_deref()
                .unwrap_or("it ended, or the order hangs");
            format!("It has no certificate: {error}; reported on {reported}.")
        }
    };
    let ok = matches!(state, DomainState::Live | DomainState::InProgress);
    step("certificate", ok, detail)
}

fn day(at: Timestamp) -> String {
    at.strftime("%-d %b %Y").to_string()
}

fn minute(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M UTC").to_string()
}
