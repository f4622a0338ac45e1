//! The message with the link that signs in.

use db::door::hosts::Site;
use types::{Email, Mail};

use crate::site::Brand;

/// For how long the link is good, as people read it.
pub(super) const MINUTES: i64 = 15;

/// Who messages of this site come from: its own name, so that an answer does not go astray.
pub(crate) fn sender(site: &Site) -> String {
    format!("no-reply@{}", site.primary)
}

pub(super) fn write(site: &Site, brand: &Brand, to: &Email, link: &str) -> Mail {
    let name = &brand.name;
    Mail {
        from_name: name.clone(),
        from: sender(site),
        to: to.clone(),
        reply_to: brand
            .email
            .as_deref()
            .and_then(|address| Email::parse(address).ok()),
        subject: format!("Your link to sign in at {name}"),
        text: format!(
            "Open this link to sign in at {name}:\n\n{link}\n\nIt works once, for {MINUTES} minutes. If you did not ask \
             for it, leave it: nothing happens without it.\n"
        ),
        html: None,
        unsubscribe: None,
    }
}
