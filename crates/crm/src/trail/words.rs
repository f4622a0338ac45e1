//! What the lines of the trail say, in an owner's words.

use serde_json::Value;
use types::{AuditAction as Action, AuditStatus};

/// What was done or tried. Whether it was done, the badge beside it says.
pub(super) const fn what(action: Action) -> &'static str {
    match action {
        Action::TenantProvision => "Setting up the workspace",
        Action::TenantStatusUpdate => "Suspending, archiving or reactivating the workspace",
        Action::TenantDomainAdd => "Adding a domain",
        Action::TenantDomainUpdate => "Verifying, releasing or switching a domain",
        Action::TenantDomainCertificate => "Reporting what is known of a domain’s certificate",
        Action::TenantDomainCheck => "Looking for the proof of a domain",
        Action::TenantSettingsUpdate => "Changing the plan or its features",
        Action::TenantOverrideSet => "Making an exception from the plan",
        Action::TenantOverrideRemove => "Taking an exception from the plan back",
        Action::FeatureFlagSet | Action::FeatureFlagClear => "Switching a feature for every workspace",
        Action::TenantWebsiteUpdate => "Changing the site’s modules, theme or words",
        Action::TenantMemberAdd => "Making somebody a member",
        Action::TenantMemberUpdate => "Changing a member’s role, or signing them out",
        Action::TenantMemberRemove => "Ending a membership",
        Action::TenantExport => "Writing everything of the workspace to a file",
        Action::SupportSessionStart => "Starting a support session",
        Action::SupportSessionEnter => "Coming in to look",
        Action::SupportSessionWiden => "Letting a support session change things",
        Action::SupportSessionWrite => "Changing something, or taking a file out, while looking in",
        Action::SupportSessionEnd => "Ending a support session",
        Action::SupportAccessUpdate => "Letting support look in, or nobody",
        Action::OperatorSignIn
        | Action::OperatorAdd
        | Action::OperatorUpdate
        | Action::OperatorRemove
        | Action::OperatorRecover
        | Action::OperatorSecondFactorOn
        | Action::OperatorSecondFactorOff
        | Action::OperatorRecoveryCodesRenew => "Changing who runs the platform",
        Action::IngestionRequeue => "Trying failed events of the site again",
        Action::IngestionDiscard => "Giving failed events of the site up for good",
        Action::IngestionBulkStop => "Stopping work on failed events half-way",
        Action::IngestionPause => "Letting the site’s events wait",
        Action::IngestionResume => "Letting the site’s events go on",
        Action::IngestionPrune => "Letting go of events that were worked through",
        Action::IngestionPayloadRead => "Reading an event of the site as it came, a visitor’s data in it",
        Action::IngestionPayloadEdit => "Mending a failed event, and trying it again",
        Action::IngestionAbandon => "Giving up an event that failed and waited",
        Action::BackupCreate => "Copying the whole database",
        Action::ListingsImport => "Importing homes for sale",
        Action::ListingsSchedule => "Changing how often a service is asked for homes",
        Action::SeedDemo => "Writing demo data",
        Action::SeedLoad => "Writing synthetic data",
    }
}

/// How it ended, as a word in a colour.
pub(super) const fn badge(status: AuditStatus) -> (&'static str, &'static str) {
    match status {
        AuditStatus::Allowed => ("Allowed", "badge badge-info"),
        AuditStatus::Denied => ("Denied", "badge badge-warning"),
        AuditStatus::Succeeded => ("Succeeded", "badge badge-success"),
        AuditStatus::Failed => ("Failed", "badge badge-danger"),
    }
}

/// Why, where somebody said so.
pub(super) fn reason(details: &Value) -> Option<String> {
    text(details, "/reason").or_else(|| text(details, "/after/reason"))
}

/// What else the page tells of a line: these few things and no others, because details are written for operators, and
/// whoever writes new ones thinks of no page of ours. A proof has them all, to the letter: it could not be checked else.
pub(super) fn about(details: &Value, member: Option<&str>) -> Vec<String> {
    let joint = match details.get("onBehalfOf") {
        Some(_) => "On behalf of",
        None => "About",
    };
    let told = [
        text(details, "/hostname"),
        text(details, "/route"),
        text(details, "/subject"),
        member.map(|name| format!("{joint} {name}")),
        text(details, "/after/role").map(|role| format!("Role {role}")),
        text(details, "/after/planCode").map(|plan| format!("Plan {plan}")),
        text(details, "/after/status").map(|status| format!("Now {status}")),
        text(details, "/ticket"),
        text(details, "/code").map(|code| format!("Because of {code}")),
    ];
    told.into_iter().flatten().collect()
}

fn text(details: &Value, at: &str) -> Option<String> {
    let text = details.pointer(at)?.as_str()?;
    Some(text.to_owned())
}
