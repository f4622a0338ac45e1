//! Opening a lead by hand: somebody a member met, rang or was told of.

use db::tenant::{
    activities,
    changes::{self, NewChange},
    contacts,
    leads::{self, LeadWithContact},
};
use server::Failure;
use types::{ChangeKind, ContactId, Lead, LeadChange, LeadId, LeadType, sources};

use super::change::{check_assignee, refusal};
use crate::{app::App, assignment, member::Writer, notices::tell_of_a_move};

/// Opens it, with what is known about it already. If nobody said whose it is, the rules do.
///
/// # Errors
///
/// Not found, for a contact that is absent or another tenant's; invalid.
pub(super) async fn open(
    app: &App,
    writer: &Writer,
    (lead_type, contact_id): (LeadType, Option<ContactId>),
    known: LeadChange,
) -> Result<LeadWithContact, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    let contact = match contact_id {
        // Held, because the rules are next: the worker holds both in this order.
        Some(id) => {
            let found = contacts::find_to_change(&mut tx, scope, &[id]).await?.pop();
            Some(found.ok_or(Failure::NotFound)?)
        }
        None => None,
    };
    let is_for_nobody_yet = known.assigned_to.is_keep();
    check_assignee(&mut tx, writer, &known).await?;
    let mut lead = Lead::new(LeadId::new(&*app.ids), lead_type, sources::CRM_MANUAL, now);
    lead.contact_id = contact_id;
    lead.apply(known, now).map_err(refusal)?;
    let given = match is_for_nobody_yet {
        true => assignment::assign(&mut tx, app, writer, &mut lead).await?,
        false => None,
    };
    leads::insert(&mut tx, scope, &lead).await?;
    // Nobody is told that they gave themselves a lead; that a rule did, they may not know.
    let by = (!is_for_nobody_yet).then(|| writer.0.person_id());
    tell_of_a_move(&mut tx, app, writer, (&lead, None), by).await?;
    if let Some(activity) = &given {
        activities::insert(&mut tx, scope, activity).await?;
    }
    let told = NewChange {
        kind: ChangeKind::LeadCreated,
        lead_id: Some(lead.id),
        contact_id,
        activity_id: given.map(|activity| activity.id),
    };
    changes::append(&mut tx, scope, &told, now).await?;
    tx.commit().await?;
    Ok(LeadWithContact {
        lead,
        contact,
        first_response_at: None,
    })
}
