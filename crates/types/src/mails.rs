//! Messages to people.

use std::fmt;

use crate::Email;

/// A message, ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// What the sender is called: the business, not the installation.
    pub from_name: String,
    /// The address it comes from.
    pub from: String,
    /// Whom it goes to.
    pub to: Email,
    /// Whom an answer goes to, if not the sender.
    pub reply_to: Option<Email>,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same for people who like it set, with whatever programs read.
    pub html: Option<String>,
    /// Where one click ends such messages, when there is such a place.
    pub unsubscribe: Option<String>,
}

impl fmt::Debug for Mail {
    /// Without a word of it: messages carry links that sign in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Mail(…)")
    }
}
