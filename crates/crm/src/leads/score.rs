//! The scores of the leads one looks at: counted by one statement, whatever their number.

use std::collections::HashMap;

use db::{
    TenantScope, Tx,
    tenant::{interest, leads::LeadWithContact},
};
use jiff::{SignedDuration, Timestamp};
use server::Failure;
use types::{
    ContactId,
    score::{LeadScore, Signals},
};

use super::Badge;

/// What counts as recent.
const RECENT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What counts at all: whoever looked at homes a year ago has found one.
const LATELY: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What the people of a page of leads did.
pub(crate) struct Scores {
    signals: HashMap<ContactId, Signals>,
    now: Timestamp,
}

impl Scores {
    /// Counts for these leads.
    pub(crate) async fn count(
        tx: &mut Tx,
        scope: &TenantScope,
        leads: &[LeadWithContact],
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let mut contacts: Vec<_> = leads.iter().filter_map(|found| found.lead.contact_id).collect();
        contacts.sort_unstable();
        contacts.dedup();
        let since = (now - RECENT, now - LATELY);
        let counted = interest::list(tx, scope, &contacts, since).await?;
        Ok(Self {
            signals: counted.into_iter().collect(),
            now,
        })
    }

    /// The score of one of them.
    pub(crate) fn of(&self, found: &LeadWithContact) -> LeadScore {
        let signals = found.lead.contact_id.and_then(|id| self.signals.get(&id));
        let signals = signals.copied().unwrap_or_default();
        LeadScore::of(&found.lead, found.contact.as_ref(), &signals, self.now)
    }
}

/// `72 Warm`.
pub(crate) fn badge(score: &LeadScore) -> Badge {
    let class = match score.value {
        80.. => "badge badge-danger",
        60.. => "badge badge-warning",
        40.. => "badge badge-info",
        _ => "badge",
    };
    Badge {
        class,
        text: format!("{} {}", score.value, score.label()),
    }
}

/// Every reason in one line.
pub(crate) fn because(score: &LeadScore) -> String {
    let reasons = score.reasons.iter();
    let told: Vec<_> = reasons
        .map(|reason| {
            format!(
                "{} {} of {}: {}",
                reason.name, reason.points, reason.most, reason.because
            )
        })
        .collect();
    told.join("; ")
}
