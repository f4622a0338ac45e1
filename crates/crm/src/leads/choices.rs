//! What a form about leads offers to choose from.

use types::{CloseReason, Member, PersonId};

use crate::hands;

/// Everybody a lead may be given to, whoever has it, and nobody.
pub(crate) fn assignees(members: &[Member], holder: Option<PersonId>) -> Vec<(String, String)> {
    let nobody = (String::new(), "Nobody".to_owned());
    let each = hands::choices(members, holder);
    std::iter::once(nobody).chain(each).collect()
}

/// Why a lead may have ended, and no reason.
pub(crate) fn reasons() -> Vec<(&'static str, String)> {
    let reason = |reason: &CloseReason| {
        let words = format!("{}: {}", reason.status().label(), reason.label().to_lowercase());
        (reason.as_str(), words)
    };
    let none = ("", "None".to_owned());
    std::iter::once(none)
        .chain(CloseReason::ALL.iter().map(reason))
        .collect()
}
