//! Small things that pages show: badges, times, a tenant's head with its tabs.

use db::platform::tenants::TenantOverview;
use jiff::Timestamp;
use types::{AuditStatus, DomainState, Entitlement, Plan, TenantDomain, TenantStatus};

/// A word in a colour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Badge {
    pub(crate) word: &'static str,
    pub(crate) class: &'static str,
}

impl Badge {
    pub(crate) const fn of_tenant(status: TenantStatus) -> Self {
        let (word, class) = match status {
            TenantStatus::Active => ("Active", "badge badge-success"),
            TenantStatus::Suspended => ("Suspended", "badge badge-warning"),
            TenantStatus::Archived => ("Archived", "badge"),
        };
        Self { word, class }
    }

    pub(crate) fn of_domain(domain: &TenantDomain) -> Self {
        Self::of_state(domain.state())
    }

    pub(crate) const fn of_state(state: DomainState) -> Self {
        let (word, class) = match state {
            DomainState::NeedsAction => ("Needs action", "badge badge-warning"),
            DomainState::InProgress => ("In progress", "badge badge-info"),
            DomainState::Live => ("Live", "badge badge-success"),
            DomainState::Stuck => ("Stuck", "badge badge-danger"),
            DomainState::Released => ("Released", "badge"),
        };
        Self { word, class }
    }

    pub(crate) const fn of_audit(status: AuditStatus) -> Self {
        let (word, class) = match status {
            AuditStatus::Allowed => ("Allowed", "badge badge-info"),
            AuditStatus::Denied => ("Denied", "badge badge-warning"),
            AuditStatus::Succeeded => ("Succeeded", "badge badge-success"),
            AuditStatus::Failed => ("Failed", "badge badge-danger"),
        };
        Self { word, class }
    }
}

/// Why a tenant has a feature or not.
pub(crate) const fn entitlement_badge(why: Entitlement) -> Badge {
    let (word, class) = match why {
        Entitlement::Required => ("On: the plan requires it", "badge badge-success"),
        Entitlement::Chosen => ("On: switched on", "badge badge-success"),
        Entitlement::Granted => ("On: by an exception", "badge badge-success"),
        Entitlement::RolledOut => ("On: by the rollout", "badge badge-success"),
        Entitlement::Available => ("Off: can be switched on", "badge"),
        Entitlement::Dormant => ("Asleep: comes back with a larger plan", "badge badge-warning"),
        Entitlement::BeyondPlan => ("Off: not in the plan", "badge"),
        Entitlement::Withheld => ("Off: by an exception", "badge badge-warning"),
        Entitlement::Killed => ("Off for every tenant", "badge badge-danger"),
    };
    Badge { word, class }
}

/// A time to the minute, in UTC as the page says.
#[derive(Debug, Clone)]
pub(crate) struct Time {
    pub(crate) iso: String,
    pub(crate) text: String,
}

impl Time {
    pub(crate) fn new(at: Timestamp) -> Self {
        Self {
            iso: at.to_string(),
            text: at.strftime("%-d %b %Y, %H:%M").to_string(),
        }
    }
}

pub(crate) const fn plan_name(plan: Plan) -> &'static str {
    match plan {
        Plan::Starter => "Starter",
        Plan::Growth => "Growth",
        Plan::Pro => "Pro",
        Plan::Team => "Team",
    }
}

/// How long something has been: the largest unit that is not nothing.
pub(crate) fn age(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// One of several pages about the same thing.
#[derive(Debug, Clone)]
pub(crate) struct Tab {
    pub(crate) href: String,
    pub(crate) label: &'static str,
    pub(crate) is_here: bool,
}

/// What stands over every page about a tenant.
#[derive(Debug, Clone)]
pub(crate) struct TenantHead {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) plan: &'static str,
    pub(crate) status: Badge,
    pub(crate) tabs: Vec<Tab>,
}

impl TenantHead {
    /// The head of the page at `/tenants/<slug><part>`.
    pub(crate) fn of(overview: &TenantOverview, part: &'static str) -> Self {
        let slug = overview.tenant.slug.to_string();
        let tab = |path: &'static str, label| Tab {
            href: format!("/tenants/{slug}{path}"),
            label,
            is_here: path == part,
        };
        let elsewhere = |href: String, label| Tab {
            href,
            label,
            is_here: false,
        };
        Self {
            tabs: vec![
                tab("", "Overview"),
                tab("/domains", "Domains"),
                tab("/settings", "Plan and features"),
                tab("/website", "Website"),
                tab("/members", "Members"),
                tab("/support", "Support"),
                elsewhere(format!("/queue?tenant={slug}"), "Queue"),
                elsewhere(format!("/audit?tenantId={}", overview.tenant.id), "Audit"),
            ],
            name: overview.tenant.name.clone(),
            plan: plan_name(overview.settings.plan_code),
            status: Badge::of_tenant(overview.tenant.status),
            slug,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::age;

    #[test]
    fn an_age_is_told_in_its_largest_unit() {
        let told = [0, 59, 60, 3_599, 3_600, 100_000, 200_000].map(age);

        assert_eq!(told, ["0 s", "59 s", "1 min", "59 min", "1 h", "27 h", "2 days"]);
    }
}
