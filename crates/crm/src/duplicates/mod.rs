//! One person kept twice: pairs to look at, contacts that become one, and two again when that was wrong.

pub(crate) mod api;
mod compare;
#[cfg(test)]
mod former_tests;
mod look_through;
mod merge;
pub(crate) mod pages;
mod preview;
#[cfg(test)]
mod tests;
mod undo;
#[cfg(test)]
mod undo_tests;

use db::{
    TenantScope, Tx,
    tenant::{contacts, duplicates::Suggestion},
};
use types::{Contact, ContactId};

pub(crate) use compare::{save, show as compare};
pub(crate) use look_through::look_through;

/// The contacts of these pairs, each once, in the order of their ids: that of a pair.
async fn contacts_of(tx: &mut Tx, scope: &TenantScope, pairs: &[Suggestion]) -> db::Result<Vec<Contact>> {
    let ids: Vec<ContactId> = pairs
        .iter()
        .flat_map(|pair| [pair.contact_id, pair.other_contact_id])
        .collect();
    let mut all = contacts::find_all(tx, scope, &ids).await?;
    all.sort_unstable_by_key(|contact| contact.id);
    Ok(all)
}

/// Why a pair was suggested, as people read it, and how sure that makes us, of 100.
fn reason(word: &str) -> (&'static str, u8) {
    match word {
        "same_phone" => (
            "Somebody wrote with the e-mail of one and the phone of the other",
            90,
        ),
        _ => ("They have the same name", 60),
    }
}
