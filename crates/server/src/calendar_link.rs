//! The secret part of the address of somebody's calendar, which calendars ask for without signing in.
//!
//! Its owner sees it whenever they like, so it cannot be a hash alone; and a leaked database must open no calendar, so it
//! is kept nowhere: it is made from the key of the installation and a salt that is stored. Another `SESSION_SECRET` means
//! that everybody gives their calendar a new address.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use types::{PersonId, TenantId, TokenHash};

use crate::secrets::{Purpose, Secrets};

/// What stands in the address. Whoever has it reads the calendar.
pub struct CalendarLink(String);

impl CalendarLink {
    /// A new salt: the address that is made from it is another.
    pub fn salt() -> String {
        let bytes: [u8; 16] = rand::random();
        hex::encode(bytes)
    }

    /// The secret of a member's calendar with this salt.
    pub fn of(secrets: &Secrets, (tenant_id, person): (&TenantId, PersonId), salt: &str) -> Self {
        let person = person.to_string();
        let parts = [tenant_id.as_str(), person.as_str(), salt].map(str::as_bytes);
        Self(URL_SAFE_NO_PAD.encode(secrets.key(Purpose::Calendar).tag(&parts)))
    }

    /// Where it is, below the host.
    pub fn path(&self) -> String {
        format!("/calendar/{}.ics", self.0)
    }

    /// What it is found by.
    pub fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }

    /// What to look for, when this is the name of a file that could be one.
    pub fn hash_of(file: &str) -> Option<TokenHash> {
        let secret = file.strip_suffix(".ics")?;
        let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        (secret.len() == 43 && secret.bytes().all(good)).then(|| TokenHash::of(secret))
    }
}

#[cfg(test)]
mod tests {
    use types::{Ids as _, TestIds};

    use super::*;

    #[test]
    fn an_address_is_one_members_until_it_is_renewed() {
        let (secrets, ids) = (Secrets::random(), TestIds::default());
        let tenant: TenantId = "tenant_a".parse().unwrap();
        let (ann, ben): (PersonId, PersonId) = (ids.new_id().into(), ids.new_id().into());
        let of = |person, salt: &str| CalendarLink::of(&secrets, (&tenant, person), salt).path();

        assert_eq!(of(ann, "a"), of(ann, "a"));
        assert_ne!(of(ann, "a"), of(ben, "a"));
        assert_ne!(of(ann, "a"), of(ann, "b"));
        let link = CalendarLink::of(&secrets, (&tenant, ann), "a");
        let file = link.path().split_off("/calendar/".len());
        assert_eq!(CalendarLink::hash_of(&file), Some(link.hash()));
        for nonsense in [
            "",
            ".ics",
            "short.ics",
            file.trim_end_matches(".ics"),
            &format!("{}.ics", "é".repeat(21)),
        ] {
            assert_eq!(CalendarLink::hash_of(nonsense), None, "{nonsense}");
        }
    }
}
