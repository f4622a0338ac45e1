//! What the columns of a file are: guessed by what they are called.

use sha2::{Digest as _, Sha256};

use crate::text_enum::text_enum;

text_enum! {
    /// What a column is. Several may be the same: of those the first that is filled in counts.
    pub enum Target {
        /// Nothing we keep.
        Ignore = "ignore",
        /// The whole name.
        FullName = "fullName",
        /// What comes first in it.
        FirstName = "firstName",
        /// What comes last.
        LastName = "lastName",
        /// An e-mail address.
        Email = "email",
        /// A phone number.
        Phone = "phone",
        /// Words on the contact, with commas, semicolons or bars between them.
        Tags = "tags",
        /// Why the row is not to be imported, where something stands in it.
        Problem = "problem",
    }
}

impl Target {
    /// The word for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ignore => "Leave out",
            Self::FullName => "Full name",
            Self::FirstName => "First name",
            Self::LastName => "Last name",
            Self::Email => "E-mail",
            Self::Phone => "Phone",
            Self::Tags => "Tags",
            Self::Problem => "Why a row is left out",
        }
    }
}

/// What a column of this name most likely is.
pub fn guess(header: &str) -> Target {
    let word: String = header
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    let says = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
    match word.as_str() {
        "name" | "fullname" | "contact" | "contactname" | "client" | "clientname" | "displayname" => {
            Target::FullName
        }
        "first" | "firstname" | "givenname" | "forename" => Target::FirstName,
        "last" | "lastname" | "surname" | "familyname" => Target::LastName,
        "tag" | "tags" | "labels" | "groups" | "categories" => Target::Tags,
        // "E-mail opt-in" and "Phone type" speak about one, and hold none.
        _ if says(&["opt", "type", "consent", "status", "date", "label", "valid"]) => Target::Ignore,
        _ if says(&["mail"]) && !says(&["mailing"]) => Target::Email,
        _ if says(&["phone", "mobile", "cell", "telefon"]) || word == "tel" => Target::Phone,
        _ => Target::Ignore,
    }
}

/// What makes two files of one kind: their columns' names, in order. Who mapped one has mapped the next.
pub fn header_key(header: &[String]) -> String {
    let mut hash = Sha256::new();
    for name in header {
        hash.update(name.trim().to_lowercase());
        hash.update([0]);
    }
    hex::encode(hash.finalize())
}
