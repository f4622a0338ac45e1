//! The people who run the platform: given another role, signed out, let go. An admin always stays.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use std::collections::{BTreeSet, HashMap};

use db::{
    Tx,
    platform::{
        operators::{self as rows, OperatorOverview},
        second_factors,
    },
};
use jiff::SignedDuration;
use serde_json::json;
use types::{AuditAction, Operator, OperatorId, OperatorRole};

use crate::{Acting, Refusal, acting::Attempt};

/// Sessions that nobody used for so long are over, as the guard has it.
const IDLE: SignedDuration = SignedDuration::from_mins(15);

/// What becomes of an operator's sessions and second factor.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum SignIns {
    /// They stay.
    #[default]
    Keep,
    /// The sessions end.
    End,
    /// The sessions end, and the authenticator app is forgotten: it was lost.
    Reset,
}

/// A change of an operator; what is none stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct OperatorChange {
    pub(crate) role: Option<OperatorRole>,
    pub(crate) sign_ins: SignIns,
}

/// Lists the operators by name.
pub(crate) async fn list(acting: &Acting<'_>) -> Result<Vec<OperatorOverview>, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    let times = (acting.now, acting.now - IDLE);
    Ok(rows::list(&mut tx, acting.platform, times).await?)
}

/// The addresses of operators, by what the audit trail calls them. Whoever had a shell has none.
pub(crate) async fn names(
    tx: &mut Tx,
    acting: &Acting<'_>,
    actors: impl Iterator<Item = &str>,
) -> Result<HashMap<String, String>, Refusal> {
    let named: BTreeSet<OperatorId> = actors.filter_map(|actor| actor.parse().ok()).collect();
    let named: Vec<OperatorId> = named.into_iter().collect();
    let found = rows::addresses(tx, acting.platform, &named).await?;
    let named = found
        .into_iter()
        .map(|(id, email)| (id.to_string(), email.to_string()));
    Ok(named.collect())
}

/// Changes an operator. Their next request meets the new role.
pub(crate) async fn change(
    acting: &Acting<'_>,
    id: OperatorId,
    change: OperatorChange,
) -> Result<Operator, Refusal> {
    find(acting, id).await?;
    let attempt = acting.attempt(AuditAction::OperatorUpdate, None).await?;
    let changing = async {
        let (mut tx, before) = begin(&attempt, id, change.role).await?;
        let role = change.role.unwrap_or(before.role);
        rows::set_role(&mut tx, attempt.platform, id, role).await?;
        let (mut ended, mut had_factor) = (0, false);
        if change.sign_ins != SignIns::Keep {
            ended = rows::end_sessions(&mut tx, attempt.platform, id).await?;
        }
        if change.sign_ins == SignIns::Reset {
            had_factor = second_factors::delete(&mut tx, attempt.platform, id).await?;
        }
        let details = json!({
            "operatorId": id, "endedSessions": ended, "forgotSecondFactor": had_factor,
            "before": { "role": before.role }, "after": { "role": role },
        });
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(Operator { role, ..before })
    };
    attempt.end(changing).await
}

/// Makes somebody an operator no more: they are out with their next request.
pub(crate) async fn remove(acting: &Acting<'_>, id: OperatorId) -> Result<Operator, Refusal> {
    find(acting, id).await?;
    let attempt = acting.attempt(AuditAction::OperatorRemove, None).await?;
    let removing = async {
        let (mut tx, before) = begin(&attempt, id, Some(OperatorRole::Viewer)).await?;
        rows::end_sessions(&mut tx, attempt.platform, id).await?;
        second_factors::delete(&mut tx, attempt.platform, id).await?;
        rows::remove(&mut tx, attempt.platform, id, attempt.now).await?;
        let details = json!({ "operatorId": id, "before": { "role": before.role }, "after": null });
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(before)
    };
    attempt.end(removing).await
}

/// Opens the transaction of a change, and makes sure that nobody changes their own role and that an admin is left.
async fn begin(
    attempt: &Attempt<'_>,
    id: OperatorId,
    next: Option<OperatorRole>,
) -> Result<(Tx, Operator), Refusal> {
    let mut tx = attempt.db.write(attempt.platform).await?;
    let admins = rows::hold_admins(&mut tx, attempt.platform).await?;
    let before = rows::find(&mut tx, attempt.platform, id).await?;
    let before = before.ok_or_else(no_operator)?;
    let moves = next.is_some_and(|role| role != before.role);
    if moves && attempt.actor.id == id.to_string() {
        let detail = "Nobody changes what they may do themselves. Ask a colleague.";
        return Err(Refusal::conflict("own_role", detail));
    }
    let loses = next.is_some_and(|role| role != OperatorRole::Admin);
    if before.role == OperatorRole::Admin && loses && admins == 1 {
        let detail = "They are the last admin of the platform. Make somebody else one first.";
        return Err(Refusal::conflict("last_admin", detail));
    }
    Ok((tx, before))
}

fn no_operator() -> Refusal {
    Refusal::NotFound("There is no such operator.".to_owned())
}

async fn find(acting: &Acting<'_>, id: OperatorId) -> Result<Operator, Refusal> {
    let mut tx = acting.db.read(acting.platform).await?;
    rows::find(&mut tx, acting.platform, id)
        .await?
        .ok_or_else(no_operator)
}
