//! Signing in and out of the console: for people by a form, for programs by the API. Operators only.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use axum::{extract::FromRequestParts, http::request::Parts};
use db::door::operators::{self, NewSession, Shown, SignedIn};
use jiff::{SignedDuration, Timestamp};
use secrecy::SecretString;
use serde_json::json;
use server::{Facts, Failure, limits, password, session::SessionToken};
use types::{Actor, AuditAction, AuditEvent, AuditEventId, AuditStatus, Email, OperatorId, SessionId};

use crate::app::App;

/// However busy, a session ends after half a day.
const LIFE: SignedDuration = SignedDuration::from_hours(12);

/// Sign-ins of the console are counted apart from any tenant's.
const COUNTED_FOR: &str = "console";

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

/// Opens a session for whoever knows an operator's password. Every attempt is written to the trail.
///
/// # Errors
///
/// Wrong credentials, in the same words and after the same work whether the account or the password is unknown; too
/// many, by account.
pub(crate) async fn open(app: &App, facts: &Facts, claim: Claim) -> Result<Opened, Failure> {
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
    let at = app.clock.now();
    let Some(of) = operator_id.filter(|_| is_right) else {
        let refusal = tried(app, facts, operator_id, at);
        operators::note_refusal(&app.db, &refusal).await?;
        return Err(Failure::WrongCredentials);
    };
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

/// The line of a failed attempt. An address nobody has is not kept: it may be a password in the wrong field.
fn tried(app: &App, facts: &Facts, operator_id: Option<OperatorId>, at: Timestamp) -> AuditEvent {
    let id = operator_id.map_or_else(|| "unknown".to_owned(), |id| id.to_string());
    let actor = Actor {
        id,
        role: "none".to_owned(),
    };
    line(app, facts, (actor, AuditStatus::Denied), at)
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
