//! Operators who look in: they come with a code, everything they change is told twice, and the owner sees and ends it.

pub(crate) mod enter;
pub(crate) mod owner;
pub(crate) mod watch;

#[cfg(test)]
mod tests;

use db::door::support::{self as door, LookingIn, Opened};
use jiff::Timestamp;
use serde_json::{Value, json};
use server::Failure;
use types::{
    Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, OperatorRole, SupportEnd, SupportSession,
};

use crate::{app::App, member::Member};

/// The operator behind a member, when one looks in.
#[derive(Debug, Clone)]
pub(crate) struct Support {
    pub(crate) session: SupportSession,
    operator_role: OperatorRole,
}

impl Support {
    pub(crate) fn of(looking_in: &LookingIn) -> Self {
        Self {
            session: looking_in.session.clone(),
            operator_role: looking_in.operator_role,
        }
    }

    /// The line of the trail that tells that they came in.
    fn entering(opened: &Opened, told: (&App, Option<&str>)) -> AuditEvent {
        let support = Self {
            session: opened.session.clone(),
            operator_role: opened.operator_role,
        };
        let entered = (AuditAction::SupportSessionEnter, AuditStatus::Succeeded);
        support.line(told, entered, json!({}))
    }

    /// A line of the trail: the operator did it, and on whose behalf.
    fn line(
        &self,
        (app, request_id): (&App, Option<&str>),
        (action, status): (AuditAction, AuditStatus),
        mut details: Value,
    ) -> AuditEvent {
        let session = &self.session;
        details["session"] = json!(session.id);
        details["onBehalfOf"] = json!(session.person_id);
        AuditEvent {
            id: AuditEventId::new(&*app.ids),
            occurred_at: app.clock.now(),
            actor: Actor {
                id: session.operator_id.to_string(),
                role: self.operator_role.to_string(),
            },
            action,
            status,
            tenant_id: Some(session.tenant_id.clone()),
            details,
            request_id: request_id.map(str::to_owned),
            attempt_id: None,
        }
    }

    /// Ends the session, because its operator leaves.
    pub(crate) async fn leave(&self, app: &App, member: &Member) -> Result<(), Failure> {
        let ended = (AuditAction::SupportSessionEnd, AuditStatus::Succeeded);
        let line = self.line((app, None), ended, json!({ "endedBy": SupportEnd::Operator }));
        door::end(
            &app.db,
            &member.scope,
            (self.session.id, SupportEnd::Operator),
            &line,
        )
        .await?;
        Ok(())
    }
}

/// Minutes left, as the banner tells them: never none while it goes on.
pub(crate) fn minutes_left(session: &SupportSession, now: Timestamp) -> i64 {
    let left = session.expires_at.duration_since(now);
    (left.as_secs() + 59) / 60
}
