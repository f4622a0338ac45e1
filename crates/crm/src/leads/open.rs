//! Opening a lead by hand: somebody a member met, rang or was told of.

use db::{
    Tx,
    tenant::{
        activities,
        changes::{self, NewChange},
        contacts,
        leads::{self, LeadWithContact},
    },
};
use server::Failure;
use types::{
    Activity, ChangeKind, Contact, ContactId, Lead, LeadChange, LeadId, LeadProperty, LeadType, sources,
};

use super::change::{check_assignee, opened, refusal};
use crate::{app::App, assignment, hands, member::Writer, notices::tell_of_a_move};

/// Opens it, with what is known about it already. If nobody said whose it is, the rules do.
///
/// # Errors
///
/// Not found, for a contact that is absent or another tenant's; invalid.
pub(super) async fn open(
    app: &App,
    writer: &Writer,
    (lead_type, contact_id, home): (LeadType, Option<ContactId>, LeadProperty),
    known: LeadChange,
) -> Result<LeadWithContact, Failure> {
    let mut tx = app.db.write(&writer.0.scope).await?;
    let contact = match contact_id {
        Some(id) => Some(hold(&mut tx, writer, id).await?),
        None => None,
    };
    let mut lead = Lead::new(
        LeadId::new(&*app.ids),
        lead_type,
        sources::CRM_MANUAL,
        app.clock.now(),
    );
    lead.contact_id = contact_id;
    lead.property = home;
    let lead = open_in(&mut tx, app, writer, (lead, known)).await?;
    tx.commit().await?;
    Ok(LeadWithContact {
        lead,
        contact,
        first_response_at: None,
    })
}

/// Finds the contact of a lead to come. Held, because the rules are next: the worker holds both in this order.
///
/// # Errors
///
/// Not found.
pub(super) async fn hold(tx: &mut Tx, writer: &Writer, id: ContactId) -> Result<Contact, Failure> {
    let found = contacts::find_to_change(tx, &writer.0.scope, &[id]).await?.pop();
    found.ok_or(Failure::NotFound)
}

/// The same in a transaction that made or holds its contact.
pub(super) async fn open_in(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    (mut lead, known): (Lead, LeadChange),
) -> Result<Lead, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let is_for_nobody_yet = known.assigned_to.is_keep();
    check_assignee(tx, writer, (&known, None)).await?;
    lead.apply(known, now).map_err(refusal)?;
    let given = match is_for_nobody_yet {
        true => assignment::assign(tx, app, writer, &mut lead).await?,
        false => None,
    };
    leads::insert(tx, scope, &lead).await?;
    // Nobody is told that they gave themselves a lead; that a rule did, they may not know.
    let by = (!is_for_nobody_yet).then(|| writer.0.person_id());
    tell_of_a_move(tx, app, writer, (&lead, None), by).await?;
    let opened = opened(&*app.ids, (writer.0.person_id(), now), &lead);
    let told = |kind, activity: &Activity| NewChange {
        kind,
        lead_id: Some(lead.id),
        contact_id: lead.contact_id,
        activity_id: Some(activity.id),
    };
    activities::insert(tx, scope, &opened).await?;
    changes::append(tx, scope, &told(ChangeKind::LeadCreated, &opened), now).await?;
    let by = (writer.0.person_id(), now);
    let followed = hands::reminders_follow(tx, (scope, &*app.ids), &[lead.id], by).await?;
    for given in given.iter().chain(&followed) {
        activities::insert(tx, scope, given).await?;
        changes::append(tx, scope, &hands::told(given), now).await?;
    }
    Ok(lead)
}
