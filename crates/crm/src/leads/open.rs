//! Opening a lead by hand: somebody a member met, rang or was told of.

use db::tenant::{
    changes::{self, NewChange},
    contacts,
    leads::{self, LeadWithContact},
};
use server::Failure;
use types::{ChangeKind, ContactId, Lead, LeadChange, LeadId, LeadType, sources};

use super::change::{check_assignee, refusal};
use crate::{app::App, member::Writer};

/// Opens it, with what is known about it already.
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
        Some(id) => Some(
            contacts::find(&mut tx, scope, id)
                .await?
                .ok_or(Failure::NotFound)?,
        ),
        None => None,
    };
    check_assignee(&mut tx, writer, &known).await?;
    let mut lead = Lead::new(LeadId::new(&*app.ids), lead_type, sources::CRM_MANUAL, now);
    lead.contact_id = contact_id;
    lead.apply(known, now).map_err(refusal)?;
    leads::insert(&mut tx, scope, &lead).await?;
    let told = NewChange {
        kind: ChangeKind::LeadCreated,
        lead_id: Some(lead.id),
        contact_id,
        activity_id: None,
    };
    changes::append(&mut tx, scope, &told, now).await?;
    tx.commit().await?;
    Ok(LeadWithContact {
        lead,
        contact,
        first_response_at: None,
    })
}
