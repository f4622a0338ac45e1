//! How tenants fare, at a glance: what came last, what waits, what failed, and what is to be done about it.

pub(crate) mod api;
pub(crate) mod page;
#[cfg(test)]
mod tests;

use db::platform::tenants::TenantOverview;
use serde::Serialize;
use types::{DomainState, TenantDomain, TenantStatus};

/// One thing that is well, or is to be mended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Check {
    pub(crate) name: &'static str,
    pub(crate) ok: bool,
    /// What there is to know, for people.
    pub(crate) detail: String,
    /// Where it is mended, on the console.
    pub(crate) fix: Option<String>,
}

const fn unproved(state: DomainState) -> &'static str {
    match state {
        DomainState::InProgress => "is not verified yet: its record in DNS is looked for",
        DomainState::Stuck => "is not verified: its record in DNS has been looked for in vain for days",
        _ => "is not verified yet",
    }
}

/// Backlog that is no hiccup any more: several batches.
const LONG_BACKLOG: i64 = 100;

/// What makes a tenant ready, each with the way to mend it.
pub(crate) fn checks(overview: &TenantOverview) -> Vec<Check> {
    let place = format!("/tenants/{}", overview.tenant.slug);
    let fix = |ok: bool, part: &str| (!ok).then(|| format!("{place}{part}"));
    let active = overview.tenant.status == TenantStatus::Active;
    let primary = overview.domains.iter().find(|domain| domain.is_primary);
    let live = primary.is_some_and(TenantDomain::is_live);
    let (backlog, dead) = (overview.backlog, overview.dead_letters);
    vec![
        Check {
            name: "status",
            ok: active,
            detail: match overview.tenant.status {
                TenantStatus::Active => "Its site answers and its people sign in.".to_owned(),
                TenantStatus::Suspended => "It is suspended: the site answers 503, jobs wait.".to_owned(),
                TenantStatus::Archived => "It is archived: gone for everybody, its data kept.".to_owned(),
            },
            fix: fix(active, ""),
        },
        Check {
            name: "primary_domain",
            ok: live,
            detail: match primary {
                None => "It has no primary domain.".to_owned(),
                Some(domain) if live => format!("{} leads to its site.", domain.hostname.to_unicode()),
                Some(domain) => format!("{} {}.", domain.hostname.to_unicode(), unproved(domain.state())),
            },
            fix: fix(live, "/domains"),
        },
        Check {
            name: "dead_letters",
            ok: dead == 0,
            detail: match dead {
                0 => "No event was given up.".to_owned(),
                1 => "1 event was given up.".to_owned(),
                many => format!("{many} events were given up."),
            },
            fix: (dead > 0).then(|| format!("/queue?tenant={}", overview.tenant.slug)),
        },
        Check {
            name: "backlog",
            ok: backlog < LONG_BACKLOG,
            detail: match backlog {
                0 => "Nothing waits.".to_owned(),
                1 => "1 job waits.".to_owned(),
                many => format!("{many} jobs wait."),
            },
            fix: (backlog >= LONG_BACKLOG).then(|| "/queue".to_owned()),
        },
        running(overview),
        owned(overview, &place),
    ]
}

fn running(overview: &TenantOverview) -> Check {
    Check {
        name: "queue_running",
        ok: !overview.is_paused,
        detail: match overview.is_paused {
            true => "Its jobs are told to wait.".to_owned(),
            false => "Its jobs are worked on.".to_owned(),
        },
        fix: overview.is_paused.then(|| "/queue".to_owned()),
    }
}

fn owned(overview: &TenantOverview, place: &str) -> Check {
    Check {
        name: "owner",
        ok: overview.owners > 0,
        detail: match overview.owners {
            0 => "Nobody owns it: invite its owner.".to_owned(),
            1 => "1 member owns it.".to_owned(),
            many => format!("{many} members own it."),
        },
        fix: (overview.owners == 0).then(|| format!("{place}/members")),
    }
}
