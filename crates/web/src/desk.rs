//! What messages to members say of a record: the way to its page in the CRM, and how to reach whom it is about by one tap.

use types::{Email, Phone};

/// Something to press.
pub(crate) struct Tap {
    /// What it is for: `Call`.
    pub(crate) verb: &'static str,
    /// What people read.
    pub(crate) shown: String,
    /// Where it leads.
    pub(crate) href: String,
}

/// How to reach somebody: by phone, if the number can be dialled, and by e-mail.
pub(crate) fn taps(phone: Option<&Phone>, email: Option<&Email>) -> Vec<Tap> {
    let call = phone.and_then(|phone| {
        Some(Tap {
            verb: "Call",
            shown: phone.original().to_owned(),
            href: format!("tel:{}", phone.dialled()?),
        })
    });
    let write = email.map(|email| Tap {
        verb: "Write to",
        shown: email.to_string(),
        href: format!("mailto:{email}"),
    });
    call.into_iter().chain(write).collect()
}
