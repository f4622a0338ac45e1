//! API tokens: what a program shows to act in a tenant's CRM, and what each may do there.

use jiff::Timestamp;

use crate::{ApiTokenId, PersonId, text_enum::text_enum};

text_enum! {
    /// What an API token may do. Reading and changing are apart: neither brings the other.
    pub enum ApiScope {
        /// Reads leads, each with the name, address and number of its contact, counts, and the live feed.
        LeadsRead = "leads:read",
        /// Opens, changes and removes leads.
        LeadsWrite = "leads:write",
        /// Reads contacts, imports and suspected duplicates.
        ContactsRead = "contacts:read",
        /// Adds, changes, merges, imports and removes contacts.
        ContactsWrite = "contacts:write",
        /// Reads the timeline.
        ActivitiesRead = "activities:read",
        /// Writes to the timeline.
        ActivitiesWrite = "activities:write",
        /// Reads reminders.
        RemindersRead = "reminders:read",
        /// Writes, completes and removes reminders.
        RemindersWrite = "reminders:write",
    }
}

impl ApiScope {
    /// What it allows, as a person reads it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::LeadsRead => {
                "Read leads, with name, e-mail and phone of whose they are, counts and the live feed"
            }
            Self::LeadsWrite => "Open, change and delete leads",
            Self::ContactsRead => "Read contacts, imports and duplicates",
            Self::ContactsWrite => "Add, change, import, merge and delete contacts",
            Self::ActivitiesRead => "Read the timeline",
            Self::ActivitiesWrite => "Write to the timeline",
            Self::RemindersRead => "Read reminders",
            Self::RemindersWrite => "Write, complete and delete reminders",
        }
    }
}

/// A token of a tenant. Its secret is known to whoever carries it, and to nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiToken {
    /// Names the token within its tenant.
    pub id: ApiTokenId,
    /// What people call it.
    pub name: String,
    /// How its secret begins, so that people know which one it is.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<ApiScope>,
    /// The owner who made it, in whose name it acts.
    pub made_by: PersonId,
    /// What to call them.
    pub made_by_name: String,
    /// Whether they are an owner still: a token never outlives the right to make it.
    pub is_backed: bool,
    /// Since when it is good.
    pub created_at: Timestamp,
    /// Until when; for good when nobody said.
    pub expires_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
    /// When somebody took it back.
    pub revoked_at: Option<Timestamp>,
}

/// Whether a token opens anything, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenState {
    /// It does.
    Good,
    /// Somebody took it back.
    Revoked,
    /// Its time is up.
    Expired,
    /// Whoever made it is no owner any more.
    Unbacked,
}

impl ApiToken {
    /// The most tokens a tenant has that were not revoked.
    pub const MOST: i64 = 50;

    /// What its actions are signed with.
    pub fn actor_name(&self) -> String {
        actor_name(&self.name)
    }

    /// Whether it opens anything now.
    pub fn state(&self, now: Timestamp) -> TokenState {
        let is_over = self.expires_at.is_some_and(|end| end <= now);
        match () {
            () if self.revoked_at.is_some() => TokenState::Revoked,
            () if is_over => TokenState::Expired,
            () if !self.is_backed => TokenState::Unbacked,
            () => TokenState::Good,
        }
    }

    /// Whether it may do this.
    pub fn has(&self, scope: ApiScope) -> bool {
        self.scopes.contains(&scope)
    }
}

/// What the actions of a token of this name are signed with.
pub fn actor_name(token: &str) -> String {
    format!("API token {token}")
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;

    use super::*;
    use crate::{Clock as _, TestClock, TestIds};

    fn a_token() -> ApiToken {
        let ids = TestIds::default();
        ApiToken {
            id: ApiTokenId::new(&ids),
            name: "Newsletter".to_owned(),
            prefix: "fh_Ab12C".to_owned(),
            scopes: vec![ApiScope::LeadsRead],
            made_by: PersonId::new(&ids),
            made_by_name: "Olga".to_owned(),
            is_backed: true,
            created_at: TestClock::default().now(),
            expires_at: None,
            last_used_at: None,
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_is_good_until_it_is_revoked_over_or_without_its_owner() {
        let now = TestClock::default().now();
        let with = |change: fn(&mut ApiToken, Timestamp)| {
            let mut token = a_token();
            change(&mut token, now);
            token.state(now)
        };

        assert_eq!(with(|_, _| ()), TokenState::Good);
        assert_eq!(
            with(|token, now| token.expires_at = Some(now + 1.second())),
            TokenState::Good
        );
        assert_eq!(
            with(|token, now| token.expires_at = Some(now)),
            TokenState::Expired
        );
        assert_eq!(with(|token, _| token.is_backed = false), TokenState::Unbacked);
        assert_eq!(
            with(|token, now| token.revoked_at = Some(now)),
            TokenState::Revoked
        );
    }

    #[test]
    fn changing_does_not_bring_reading() {
        let mut token = a_token();
        token.scopes = vec![ApiScope::LeadsWrite];

        assert!(token.has(ApiScope::LeadsWrite));
        assert!(!token.has(ApiScope::LeadsRead));
    }
}
