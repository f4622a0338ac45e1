//! Signing in and out of the console: for people by a form, for programs by the API. Operators only.
//!
//! Whoever has an authenticator app shows its code as well: in a second step of the form, or beside the password.

pub(crate) mod api;
pub(crate) mod code_page;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use axum::{extract::FromRequestParts, http::request::Parts};
use db::door::operators::{self, NewSession, Shown, SignedIn};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::{Value, json};
use server::{
    Facts, Failure, limits, password,
    second_factor::{SecondFactor, recovery_hash},
    session::SessionToken,
};
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Email, OperatorId, SessionId};

use crate::app::App;

/// However busy, a session ends after half a day.
const LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Sign-ins of the console are counted apart from any tenant's.
const COUNTED_FOR: &str = "console";

/// And so are codes, which are shorter than passwords.
const CODES_COUNTED_FOR: &str = "console-code";

/// Counts the caller's attempts, before anything they sent is read.
pub(crate) struct Counted;

impl FromRequestParts<App> for Counted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        limits::enforce(parts, COUNTED_FOR)?;
        Ok(Self)
    }
}

/// What somebody shows at the door.
pub(crate) struct Claim {
    pub(crate) email: String,
    pub(crate) password: SecretString,
}

/// A session that was just opened.
pub(crate) struct Opened {
    pub(crate) token: SessionToken,
    pub(crate) signed_in: SignedIn,
    pub(crate) at: Timestamp,
}

/// Somebody who knows an operator's password, and what their second factor is made from, if they have one.
pub(crate) struct Proved {
    pub(crate) operator_id: OperatorId,
    pub(crate) salt: Option<String>,
}

/// Looks whether somebody knows an operator's password. An attempt that fails is written to the trail.
///
/// # Errors
///
/// Wrong credentials, in the same words and after the same work whether the account or the password is unknown; too
/// many, by account.
pub(crate) async fn prove_password(app: &App, facts: &Facts, claim: Claim) -> Result<Proved, Failure> {
    let account = claim.email.trim().to_lowercase();
    facts
        .limits()
        .take(limits::SIGN_IN_PER_ACCOUNT, COUNTED_FOR, &account)?;
    let credentials = match Email::parse(&claim.email) {
        Ok(email) => operators::credentials(&app.db, &email).await?,
        Err(_) => None,
    };
    let stored = credentials.as_ref().map(|known| known.password_hash.clone());
    let operator_id = credentials.map(|known| known.operator_id);
    let is_right = password::verify(claim.password, stored).await?;
    let Some(operator_id) = operator_id.filter(|_| is_right) else {
        return Err(refuse(app, facts, operator_id, json!({})).await);
    };
    Ok(Proved {
        operator_id,
        salt: operators::second_factor(&app.db, operator_id).await?,
    })
}

/// Takes a code of the authenticator app, or a recovery code. Each passes once; one that does not is written to the
/// trail.
///
/// # Errors
///
/// Wrong credentials; too many, by account.
pub(crate) async fn prove_code(
    app: &App,
    facts: &Facts,
    (operator_id, salt): (OperatorId, &str),
    code: &str,
) -> Result<(), Failure> {
    let account = operator_id.to_string();
    facts
        .limits()
        .take(limits::SIGN_IN_PER_ACCOUNT, CODES_COUNTED_FOR, &account)?;
    let now = app.clock.now();
    let factor = SecondFactor::of(&app.secrets, &account, salt);
    let passes = match (factor.step_of(code, now), recovery_hash(code)) {
        (Some(step), _) => operators::take_step(&app.db, operator_id, step).await?,
        (None, Some(hash)) => operators::take_recovery_code(&app.db, operator_id, &hash, now).await?,
        (None, None) => false,
    };
    match passes {
        true => Ok(()),
        false => Err(refuse(app, facts, Some(operator_id), json!({ "shown": "code" })).await),
    }
}

/// Writes down that somebody was not let in, and says so.
async fn refuse(app: &App, facts: &Facts, operator_id: Option<OperatorId>, details: Value) -> Failure {
    // An address nobody has is not kept: it may be a password in the wrong field.
    let id = operator_id.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
    let actor = Actor {
        id,
        role: "none".to_owned(),
    };
    let refusal = AuditEvent {
        details,
        ..line(app, facts, (actor, AuditStatus::Denied), app.clock.now())
    };
    match operators::note_refusal(&app.db, &refusal).await {
        Ok(()) => Failure::WrongCredentials,
        Err(error) => error.into(),
    }
}

/// Opens a session for whoever proved to be this operator, and writes it to the trail.
pub(crate) async fn let_in(app: &App, facts: &Facts, of: OperatorId) -> Result<Opened, Failure> {
    let at = app.clock.now();
    let token = SessionToken::random();
    let session = NewSession {
        id: SessionId::new(&*app.ids),
        of,
        token_hash: token.hash(),
        now: at,
        expires_at: at + LIFE,
    };
    operators::open(&app.db, &session).await?;
    let signed_in = operators::find(&app.db, Shown::Id(session.id), at, at - LIFE)
        .await?
        .ok_or(Failure::SignedOut)?;
    note_success(app, facts, &signed_in, at).await?;
    Ok(Opened { token, signed_in, at })
}

async fn note_success(app: &App, facts: &Facts, signed_in: &SignedIn, at: Timestamp) -> Result<(), Failure> {
    let actor = Actor {
        id: signed_in.operator.id.to_string(),
        role: signed_in.operator.role.to_string(),
    };
    let event = line(app, facts, (actor, AuditStatus::Succeeded), at);
    let mut tx = app.db.write(&signed_in.scope).await?;
    db::platform::audit::record(&mut tx, &signed_in.scope, &event).await?;
    Ok(tx.commit().await?)
}

fn line(app: &App, facts: &Facts, (actor, status): (Actor, AuditStatus), at: Timestamp) -> AuditEvent {
    AuditEvent {
        id: AuditEventId::new(&*app.ids),
        occurred_at: at,
        actor,
        action: AuditAction::OperatorSignIn,
        status,
        tenant_id: None,
        details: json!({}),
        request_id: Some(facts.request_id.as_str().to_owned()),
        attempt_id: None,
    }
}
