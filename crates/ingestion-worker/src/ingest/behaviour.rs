//! What visitors do: searches, homes looked at, marked and let go. It reaches a timeline once the visitor is known.
//!
//! An activity belongs to a person, and a browser's cookie is none: until something binds a visitor to a contact,
//! a search is nobody's, and a timeline full of strangers' clicks would hide the people in it. So such an event is
//! only noted as ingested. The queue keeps its payload, for when the visitor introduces themselves.

use jiff::Timestamp;
use types::effects::Effects;

pub(super) const fn effects(occurred_at: Timestamp) -> Effects {
    Effects {
        occurred_at,
        person: None,
        wish: None,
        happening: None,
    }
}
