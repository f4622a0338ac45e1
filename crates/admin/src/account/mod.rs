//! An operator's own account: their second factor, enrolled, renewed and taken away by themselves.

pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::{
    Tx,
    platform::{operators, second_factors as rows},
};
use serde_json::json;
use server::second_factor::{SecondFactor, recovery_codes, recovery_hash};
use types::{AuditAction, OperatorId};

use crate::{Acting, Refusal};

/// What an operator's second factor is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) stored: Option<rows::SecondFactor>,
    pub(crate) recovery_codes_left: i64,
}

impl State {
    pub(crate) async fn of(acting: &Acting<'_>, id: OperatorId) -> Result<Self, Refusal> {
        let mut tx = acting.db.read(acting.platform).await?;
        Ok(Self {
            stored: rows::find(&mut tx, acting.platform, id).await?,
            recovery_codes_left: rows::recovery_codes_left(&mut tx, acting.platform, id).await?,
        })
    }

    pub(crate) fn is_on(&self) -> bool {
        self.stored
            .as_ref()
            .is_some_and(|factor| factor.confirmed_at.is_some())
    }
}

/// Begins to enrol: a new secret, which counts once a code of it was shown.
pub(crate) async fn begin(acting: &Acting<'_>, id: OperatorId) -> Result<(), Refusal> {
    let salt = SecondFactor::salt();
    let mut tx = acting.db.write(acting.platform).await?;
    if !rows::begin(&mut tx, acting.platform, (id, &salt), acting.now).await? {
        return Err(is_on_already());
    }
    Ok(tx.commit().await?)
}

fn is_on_already() -> Refusal {
    let detail = "You have an authenticator app already. Turn it off first, with a code of it.";
    Refusal::conflict("second_factor_on", detail)
}

fn wrong_code() -> Refusal {
    let detail = "That code is not right, or was used before. Wait for the next one.";
    Refusal::conflict("wrong_code", detail)
}

/// Turns the second factor on, for whoever shows a code of it. Gives the recovery codes, which are told once.
pub(crate) async fn confirm(
    acting: &Acting<'_>,
    id: OperatorId,
    (factor, code): (&SecondFactor, &str),
) -> Result<Vec<String>, Refusal> {
    let attempt = acting.attempt(AuditAction::OperatorSecondFactorOn, None).await?;
    let confirming = async {
        let step = factor.step_of(code, attempt.now).ok_or_else(wrong_code)?;
        let mut tx = attempt.db.write(attempt.platform).await?;
        if !rows::confirm(&mut tx, attempt.platform, (id, step), attempt.now).await? {
            return Err(is_on_already());
        }
        let codes = new_codes(&mut tx, acting, id).await?;
        attempt.succeeded(&mut tx, json!({ "operatorId": id })).await?;
        tx.commit().await?;
        Ok(codes)
    };
    attempt.end(confirming).await
}

async fn new_codes(tx: &mut Tx, acting: &Acting<'_>, id: OperatorId) -> Result<Vec<String>, Refusal> {
    let codes = recovery_codes();
    let hashes: Vec<_> = codes.iter().filter_map(|code| recovery_hash(code)).collect();
    rows::replace_recovery_codes(tx, acting.platform, id, &hashes).await?;
    Ok(codes)
}

/// Gives new recovery codes to whoever shows a code; the old ones are worthless.
pub(crate) async fn renew_codes(
    acting: &Acting<'_>,
    id: OperatorId,
    (factor, code): (&SecondFactor, &str),
) -> Result<Vec<String>, Refusal> {
    let attempt = acting
        .attempt(AuditAction::OperatorRecoveryCodesRenew, None)
        .await?;
    let renewing = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        take(&mut tx, acting, (id, factor), code).await?;
        let codes = new_codes(&mut tx, acting, id).await?;
        attempt.succeeded(&mut tx, json!({ "operatorId": id })).await?;
        tx.commit().await?;
        Ok(codes)
    };
    attempt.end(renewing).await
}

/// Turns the second factor off, for whoever shows a code.
pub(crate) async fn turn_off(
    acting: &Acting<'_>,
    id: OperatorId,
    (factor, code): (&SecondFactor, &str),
) -> Result<(), Refusal> {
    let attempt = acting.attempt(AuditAction::OperatorSecondFactorOff, None).await?;
    let turning = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        take(&mut tx, acting, (id, factor), code).await?;
        rows::delete(&mut tx, attempt.platform, id).await?;
        attempt.succeeded(&mut tx, json!({ "operatorId": id })).await?;
        Ok(tx.commit().await?)
    };
    attempt.end(turning).await
}

/// Takes a code of the app, or a recovery code: each passes once.
pub(crate) async fn take(
    tx: &mut Tx,
    acting: &Acting<'_>,
    (id, factor): (OperatorId, &SecondFactor),
    code: &str,
) -> Result<(), Refusal> {
    let (platform, now) = (acting.platform, acting.now);
    let passes = match (factor.step_of(code, now), recovery_hash(code)) {
        (Some(step), _) => rows::take_step(tx, platform, id, step).await?,
        (None, Some(hash)) => rows::take_recovery_code(tx, platform, (id, &hash), now).await?,
        (None, None) => false,
    };
    passes.then_some(()).ok_or_else(wrong_code)
}

/// Lets somebody in who lost their app, and perhaps their password: what whoever has a shell may do. Their sessions end.
pub(crate) async fn recover(
    acting: &Acting<'_>,
    email: &types::Email,
    password: server::password::NewPassword,
) -> Result<types::Operator, Refusal> {
    let password_hash = server::password::hash(password)
        .await
        .map_err(Refusal::Unexpected)?;
    let attempt = acting.attempt(AuditAction::OperatorRecover, None).await?;
    let recovering = async {
        let mut tx = attempt.db.write(attempt.platform).await?;
        let operator = operators::find_by_email(&mut tx, attempt.platform, email).await?;
        let operator = operator.ok_or_else(|| Refusal::NotFound(format!("There is no operator {email}.")))?;
        operators::set_password(&mut tx, attempt.platform, operator.id, &password_hash).await?;
        let had_factor = rows::delete(&mut tx, attempt.platform, operator.id).await?;
        let ended = operators::end_sessions(&mut tx, attempt.platform, operator.id).await?;
        let details =
            json!({ "operatorId": operator.id, "hadSecondFactor": had_factor, "endedSessions": ended });
        attempt.succeeded(&mut tx, details).await?;
        tx.commit().await?;
        Ok(operator)
    };
    attempt.end(recovering).await
}
