//! Whose the leads of a batch become, by their tenants' rules: a few statements, however many leads there are.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use types::{
    Activity, ActivityId, ActivityType, Ids, Lead, Notice, NoticeId, NoticeKind, TenantId,
    assignment::{Decision, LeadFacts, ListedHome, RuleBook},
};

use super::Rows;
use crate::{
    Result, Tx,
    tenant::assignment::many::{self, ContactKey, HomeKey},
};

/// Gives every lead to whom its tenant's rules say, tells them, and writes into its timeline why. A tenant without rules
/// costs one look, and its leads wait in the pool without a word.
pub(super) async fn assign(
    tx: &mut Tx,
    rows: &mut Rows<'_>,
    (ids, now): (&dyn Ids, Timestamp),
) -> Result<()> {
    let tenants: BTreeSet<TenantId> = (rows.leads.iter())
        .map(|(tenant_id, _)| (*tenant_id).clone())
        .collect();
    if tenants.is_empty() {
        return Ok(());
    }
    let tenants: Vec<_> = tenants.into_iter().collect();
    let mut books = many::books_to_use(tx, &tenants).await?;
    if books.is_empty() {
        return Ok(());
    }
    let homes = many::homes(tx, &homes_asked_for(rows, &books)).await?;
    let tags = many::tags(tx, &contacts_asked_for(rows, &books)).await?;
    for (tenant_id, lead) in &mut rows.leads {
        let Some(book) = books.get_mut(*tenant_id) else {
            continue;
        };
        let facts = LeadFacts::of(lead, home_of(&homes, tenant_id, lead));
        let theirs = (lead.contact_id).and_then(|id| tags.get(&((*tenant_id).clone(), id)));
        let facts = facts.from_somebody_tagged(theirs.map_or(&[], Vec::as_slice));
        let decision = book.decide(&facts);
        lead.assigned_to = decision.to;
        if !decision.is_as_ever {
            let activity = activity(lead, &decision, (ids, now));
            rows.activities.push(((*tenant_id).clone(), activity));
        }
        if let Some(to) = decision.to {
            let given = (to, NoticeKind::LeadGiven);
            let notice = Notice::new(NoticeId::new(ids), given, lead.id, None, now);
            rows.notices.push(((*tenant_id).clone(), notice));
        }
    }
    let turns: Vec<_> = (books.iter())
        .flat_map(|(tenant_id, book)| {
            book.turns()
                .map(move |(rule_id, last, turn)| (tenant_id, rule_id, last, turn))
        })
        .collect();
    many::keep_turns(tx, &turns).await
}

/// The homes of the leads of tenants whose rules ask where a home is, or what it costs.
fn homes_asked_for(rows: &Rows<'_>, books: &BTreeMap<TenantId, RuleBook>) -> Vec<HomeKey> {
    let asked: BTreeSet<HomeKey> = (rows.leads.iter())
        .filter(|(tenant_id, _)| books.get(*tenant_id).is_some_and(RuleBook::asks_for_homes))
        .filter_map(|(tenant_id, lead)| Some(((*tenant_id).clone(), lead.property.listing_id.clone()?)))
        .collect();
    asked.into_iter().collect()
}

/// Those whom the leads are from of tenants whose rules ask for a tag.
fn contacts_asked_for(rows: &Rows<'_>, books: &BTreeMap<TenantId, RuleBook>) -> Vec<ContactKey> {
    let asked: BTreeSet<ContactKey> = (rows.leads.iter())
        .filter(|(tenant_id, _)| books.get(*tenant_id).is_some_and(RuleBook::asks_for_tags))
        .filter_map(|(tenant_id, lead)| Some(((*tenant_id).clone(), lead.contact_id?)))
        .collect();
    asked.into_iter().collect()
}

fn home_of<'a>(
    homes: &'a BTreeMap<HomeKey, ListedHome>,
    tenant_id: &TenantId,
    lead: &Lead,
) -> Option<&'a ListedHome> {
    let listing_id = lead.property.listing_id.clone()?;
    homes.get(&(tenant_id.clone(), listing_id))
}

fn activity(lead: &Lead, decision: &Decision, (ids, now): (&dyn Ids, Timestamp)) -> Activity {
    Activity {
        id: ActivityId::new(ids),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadAssigned,
        occurred_at: now,
        summary: decision.summary(),
        metadata: decision.metadata(),
        actor: None,
    }
}
