//! Support sessions: an operator looks in at a tenant's CRM for a while, for a reason, and everybody can see it.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{OperatorId, PersonId, Role, SupportSessionId, TenantId, text_enum::text_enum};

text_enum! {
    /// Who ended a support session.
    pub enum SupportEnd {
        /// An operator: the one who looked in, or a colleague.
        Operator = "operator",
        /// The tenant, which may at any time.
        Tenant = "tenant",
        /// Its time was up.
        Clock = "clock",
    }
}

/// An operator in a tenant's CRM, on behalf of one of its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SupportSession {
    /// Names the session.
    pub id: SupportSessionId,
    /// Whose CRM it is about.
    pub tenant_id: TenantId,
    /// Who looks in.
    pub operator_id: OperatorId,
    /// What to call them.
    pub operator_name: String,
    /// On whose behalf.
    pub person_id: PersonId,
    /// What to call that member.
    pub person_name: String,
    /// Why.
    pub reason: String,
    /// Where more is written about it.
    pub ticket: Option<String>,
    /// Whether it was widened: until then it only looks.
    pub may_write: bool,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when at the latest.
    pub expires_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Who ended it.
    pub ended_by: Option<SupportEnd>,
    /// How much was changed in it.
    pub change_count: i64,
}

impl SupportSession {
    /// Nobody looks in for longer.
    pub const LONGEST: SignedDuration = SignedDuration::from_mins(60);

    /// The shortest reason that tells anybody something.
    pub const SHORTEST_REASON: usize = 10;

    /// The code that opens the session is good for so long.
    pub const CODE_LIFE: SignedDuration = SignedDuration::from_mins(10);

    /// Whether it goes on.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended_at.is_none() && now < self.expires_at
    }

    /// What may be done in it, on behalf of somebody with this role: never more than they may, never what is the
    /// owners' alone, and nothing but looking unless it was widened.
    pub const fn role(&self, of_member: Role) -> Role {
        match (self.may_write, of_member) {
            (false, _) => Role::ReadOnly,
            (true, Role::Owner) => Role::Agent,
            (true, role) => role,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(may_write: bool) -> SupportSession {
        let id = uuid::Uuid::from_u128(1);
        SupportSession {
            id: id.into(),
            tenant_id: "tenant_a".parse().unwrap(),
            operator_id: id.into(),
            operator_name: "Sam".to_owned(),
            person_id: id.into(),
            person_name: "Ava".to_owned(),
            reason: "cannot find a lead".to_owned(),
            ticket: None,
            may_write,
            started_at: "2026-03-02T12:00:00Z".parse().unwrap(),
            expires_at: "2026-03-02T12:30:00Z".parse().unwrap(),
            ended_at: None,
            ended_by: None,
            change_count: 0,
        }
    }

    #[test]
    fn a_session_ends_by_hand_or_by_the_clock() {
        let (before, after) = ("2026-03-02T12:29:59Z", "2026-03-02T12:30:00Z");
        let mut session = session(false);

        assert!(session.is_open(before.parse().unwrap()));
        assert!(!session.is_open(after.parse().unwrap()));
        session.ended_at = Some("2026-03-02T12:05:00Z".parse().unwrap());
        assert!(!session.is_open(before.parse().unwrap()));
    }

    #[test]
    fn nobody_gets_more_than_an_agents_rights_by_looking_in() {
        let roles = |session: SupportSession| {
            [Role::Owner, Role::Assistant, Role::ReadOnly].map(|role| session.role(role))
        };

        assert_eq!(roles(session(false)), [Role::ReadOnly; 3]);
        assert_eq!(
            roles(session(true)),
            [Role::Agent, Role::Assistant, Role::ReadOnly]
        );
    }
}
