//! Tenants as people read them in a terminal.

use types::{Feature, TenantDomain};

use super::{super::domain::wanted, minute};
use crate::tenants::{Explanation, TenantOut};

pub(super) const HEADER: [&str; 8] = [
    "Slug",
    "Name",
    "Status",
    "Primary domain",
    "Plan",
    "Last lead (UTC)",
    "Waiting",
    "Dead",
];

pub(super) fn row(out: &TenantOut) -> [String; 8] {
    [
        out.tenant.slug.to_string(),
        out.tenant.name.clone(),
        out.tenant.status.to_string(),
        primary(out),
        out.settings.plan_code.to_string(),
        out.last_lead_at.map_or_else(|| "none yet".to_owned(), minute),
        out.backlog.to_string(),
        out.dead_letters.to_string(),
    ]
}

pub(super) fn shown(out: &TenantOut) -> String {
    let features: Vec<&str> = out
        .settings
        .feature_flags
        .iter()
        .map(|flag: &Feature| flag.as_str())
        .collect();
    let mut lines = vec![
        format!("{} ({})", out.tenant.name, out.tenant.id),
        format!("  Status        {}", out.tenant.status),
        format!("  Plan          {}", out.settings.plan_code),
        format!("  Features      {}", features.join(", ")),
        format!("  Created       {} UTC", minute(out.tenant.created_at)),
        format!(
            "  Last lead     {}",
            out.last_lead_at
                .map_or_else(|| "none yet".to_owned(), |at| format!("{} UTC", minute(at)))
        ),
        format!(
            "  Queue         {} waiting, {} dead letters",
            out.backlog, out.dead_letters
        ),
        "  Domains".to_owned(),
    ];
    lines.extend(out.domains.iter().map(|domain| format!("    {}", named(domain))));
    lines.join("\n")
}

pub(super) fn provisioned(out: &TenantOut) -> String {
    let tenant = &out.tenant;
    let mut text = format!("Provisioned {} ({}) at {}.", tenant.name, tenant.id, primary(out));
    for domain in out.domains.iter().filter(|domain| !domain.is_verified) {
        text.push_str("\nIts site comes up once the hostname is verified. ");
        text.push_str(&wanted(domain));
    }
    text
}

pub(super) fn moved(out: &TenantOut) -> String {
    format!("{} is {} now.", out.tenant.slug, out.tenant.status)
}

pub(super) fn explained(found: &Explanation) -> String {
    let steps = found.steps.iter().map(|step| {
        let mark = if step.ok { "ok    " } else { "to do " };
        format!("  {mark}{}", step.detail)
    });
    let mut lines = vec![found.why.clone()];
    lines.extend(steps);
    lines.join("\n")
}

fn primary(out: &TenantOut) -> String {
    let primary = out.domains.iter().find(|domain| domain.is_primary);
    match primary {
        None => "none".to_owned(),
        Some(domain) if domain.is_verified => domain.hostname.to_string(),
        Some(domain) => format!("{} (unverified)", domain.hostname),
    }
}

/// A hostname and what there is to say about it.
pub(super) fn named(domain: &TenantDomain) -> String {
    let verified = if domain.is_verified {
        "verified"
    } else {
        "unverified"
    };
    let primary = if domain.is_primary { ", primary" } else { "" };
    format!("{} ({verified}{primary}, {})", domain.hostname, domain.status)
}
