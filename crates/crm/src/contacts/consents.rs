//! What a contact allowed, in words and as the API tells it.

use jiff::Timestamp;
use serde::Serialize;
use types::consents::{Consents, Permission};

use crate::zone::Zone;

/// Each channel and what was said of it; nothing when nobody ever asked them.
pub(crate) fn consents_in_words(consents: &Consents, zone: &Zone) -> Vec<(&'static str, String)> {
    if *consents == Consents::default() {
        return Vec::new();
    }
    let words = |said: Option<Permission>| match said {
        None => "Nobody asked them".to_owned(),
        Some(said) => {
            let answer = if said.is_allowed { "Yes" } else { "No" };
            format!("{answer}, by a form of {}", zone.date(said.since))
        }
    };
    vec![
        ("Marketing e-mail", words(consents.email)),
        ("Marketing calls and texts", words(consents.calls)),
    ]
}

/// The same for programs.
#[derive(Debug, Serialize)]
pub(crate) struct ConsentsOut {
    email: Option<ConsentOut>,
    calls: Option<ConsentOut>,
}

#[derive(Debug, Serialize)]
struct ConsentOut {
    allowed: bool,
    since: Timestamp,
}

impl From<Consents> for ConsentsOut {
    fn from(consents: Consents) -> Self {
        let told = |said: Permission| ConsentOut {
            allowed: said.is_allowed,
            since: said.since,
        };
        Self {
            email: consents.email.map(told),
            calls: consents.calls.map(told),
        }
    }
}
