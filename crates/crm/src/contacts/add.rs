//! Adding somebody whom a member typed in.

use db::{
    Tx,
    tenant::{
        changes::{self, NewChange},
        contacts, duplicates,
    },
};
use server::Failure;
use types::{ChangeKind, Contact, ContactId};

use super::change::taken;
use crate::{app::App, member::Writer};

/// Adds somebody, and says whom they look like.
///
/// # Errors
///
/// A conflict with whoever has the address or the number.
pub(crate) async fn add(
    tx: &mut Tx,
    app: &App,
    writer: &Writer,
    contact: &Contact,
) -> Result<Vec<ContactId>, Failure> {
    let (scope, now) = (&writer.0.scope, app.clock.now());
    // Asked first, since an address that a merged contact had is nobody's in the table.
    if let Some(known) = taken(tx, scope, contact).await? {
        return Err(known);
    }
    if !contacts::insert(tx, scope, contact).await? {
        let known = taken(tx, scope, contact).await?;
        // Gone again between the two statements: trying again will work.
        return Err(known.unwrap_or_else(Failure::unavailable));
    }
    let alike = duplicates::suspect(tx, scope, contact, now).await?;
    let told = NewChange {
        kind: ChangeKind::ContactCreated,
        lead_id: None,
        contact_id: Some(contact.id),
        activity_id: None,
    };
    changes::append(tx, scope, &told, now).await?;
    Ok(alike)
}
