//! Whose new leads become: the owner's rules, what they say of a lead, and the first who claims one of the pool.

pub(crate) mod api;
pub(crate) mod claim;
mod keep;
pub(crate) mod pages;
mod read;
pub(crate) mod switches;
#[cfg(test)]
mod tests;
pub(crate) mod trial;

use db::{Tx, tenant::assignment};
use jiff::Timestamp;
use server::Failure;
use types::{
    Activity, ActivityId, ActivityType, Lead,
    assignment::{LeadFacts, Target},
};

use crate::{activities::record, app::App, member::Writer};

/// Gives a lead that was opened by hand, for nobody yet, to whom the rules say. What is written into its timeline, if
/// anything is, is for the caller to insert once the lead is there.
///
/// Hold its contact first: that is the order in which the worker does.
pub(crate) async fn assign(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    lead: &mut Lead,
) -> Result<Option<Activity>, Failure> {
    let scope = &writer.0.scope;
    let mut book = assignment::book_to_use(tx, scope).await?;
    let home = match lead
        .property
        .listing_id
        .as_deref()
        .filter(|_| book.asks_for_homes())
    {
        Some(listing_id) => assignment::home_of(tx, scope, listing_id).await?,
        None => None,
    };
    let theirs = match lead.contact_id.filter(|_| book.asks_for_tags()) {
        Some(contact_id) => assignment::tags_of(tx, scope, contact_id).await?,
        None => Vec::new(),
    };
    let facts = LeadFacts::of(lead, home.as_ref()).from_somebody_tagged(&theirs);
    let decision = book.decide(&facts);
    assignment::keep_turns(tx, scope, &book).await?;
    lead.assigned_to = decision.to;
    if decision.is_as_ever {
        return Ok(None);
    }
    Ok(Some(Activity {
        id: ActivityId::new(&*app.ids),
        contact_id: lead.contact_id,
        lead_id: Some(lead.id),
        activity_type: ActivityType::LeadAssigned,
        occurred_at: lead.created_at,
        summary: decision.summary(),
        metadata: decision.metadata(),
        actor: None,
    }))
}

/// What an owner did with the rules, for the timeline of the workspace.
async fn note(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    (what, now): (String, Timestamp),
) -> Result<(), Failure> {
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(writer.0.person_id()),
        (what, serde_json::json!({ "of": "assignment" })),
        now,
    );
    record(tx, &writer.0.scope, &activity).await?;
    Ok(())
}

/// To whom a rule gives leads, as people read it.
fn whom(target: &Target, members: &[types::Member]) -> String {
    let name = |person: &types::PersonId| {
        let member = members.iter().find(|member| member.person_id == *person);
        member.map_or("somebody who left", |member| member.name.as_str())
    };
    let names: Vec<_> = target.people().iter().map(name).collect();
    match target {
        Target::Person(_) => format!("To {}", names.join("")),
        Target::RoundRobin { shares, .. } => format!("In turn to {}", in_turn(&names, shares)),
        Target::Pool => "To the pool, for whoever claims it first".to_owned(),
    }
}

/// `Ann, Bob`; and `Ann (3 of 4), Bob (1 of 4)` where somebody has more turns than others.
fn in_turn(names: &[&str], shares: &[u8]) -> String {
    let all: u32 = shares.iter().copied().map(u32::from).sum();
    let is_even = shares.iter().all(|share| Some(share) == shares.first());
    let shared = names.iter().zip(shares).map(|(name, share)| match is_even {
        true => (*name).to_owned(),
        false => format!("{name} ({share} of {all})"),
    });
    shared.collect::<Vec<_>>().join(", ")
}
