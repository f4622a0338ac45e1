//! Signing in and out: for people by a form, for programs by the API.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use db::door::sessions::{self, NewSession};
use jiff::{SignedDuration, Timestamp};
use server::{Facts, Failure, limits, oidc::Disbelief, password, session::SessionToken};
use types::{Email, PersonId, SessionId};

use crate::{app::App, tenant::OfHost};

/// However busy, a session ends after a week.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What somebody shows at the door.
pub(crate) struct Shown {
    pub(crate) email: String,
    pub(crate) password: String,
}

/// A session that was just opened.
pub(crate) struct Opened {
    pub(crate) token: SessionToken,
    pub(crate) id: SessionId,
    pub(crate) person_id: PersonId,
    pub(crate) opened_at: Timestamp,
}

/// Opens a session for whoever knows the password and is a member of this host's tenant.
///
/// # Errors
///
/// Wrong credentials, in the same words and after the same work, whether the account or the password is unknown;
/// forbidden for somebody we know who is no member here; too many, by account.
pub(crate) async fn open(
    app: &App,
    of_host: &OfHost,
    facts: &Facts,
    shown: Shown,
) -> Result<Opened, Failure> {
    let scope = &of_host.0.site.scope;
    let account = shown.email.trim().to_lowercase();
    facts
        .limits()
        .take(limits::SIGN_IN_PER_ACCOUNT, scope.tenant_id().as_str(), &account)?;
    let credentials = match Email::parse(&shown.email) {
        Ok(email) => sessions::credentials(&app.db, scope, &email).await?,
        Err(_) => None,
    };
    let stored = credentials.as_ref().map(|known| known.password_hash.clone());
    let is_right = password::verify(shown.password.into(), stored).await?;
    let Some(known) = credentials.filter(|_| is_right) else {
        return Err(Failure::WrongCredentials);
    };
    if known.role.is_none() {
        return Err(no_member());
    }
    enter(app, of_host, known.person_id).await
}

/// Opens a session for whoever the identity provider says it is, if they are a member of this host's tenant.
///
/// # Errors
///
/// Wrong credentials, for a token that is not believed or names nobody we know; forbidden for somebody we know who is no
/// member here; unavailable, while the provider cannot be asked.
pub(crate) async fn open_with_token(app: &App, of_host: &OfHost, token: &str) -> Result<Opened, Failure> {
    let Some(oidc) = &app.oidc else {
        let sentence = "idToken opens nothing here: no identity provider is set. Send email and password.";
        return Err(Failure::invalid("/idToken", "not_configured", sentence));
    };
    let email = match oidc.verify(token, app.clock.now()).await {
        Ok(email) => email,
        Err(Disbelief::Unreachable) => return Err(Failure::unavailable()),
        Err(Disbelief::Token | Disbelief::Unverified) => return Err(Failure::WrongCredentials),
    };
    let known = sessions::credentials(&app.db, &of_host.0.site.scope, &email).await?;
    let known = known.ok_or(Failure::WrongCredentials)?;
    if known.role.is_none() {
        return Err(no_member());
    }
    enter(app, of_host, known.person_id).await
}

fn no_member() -> Failure {
    Failure::forbidden("You are not a member of this workspace. Ask its owner to add you.")
}

async fn enter(app: &App, of_host: &OfHost, person_id: PersonId) -> Result<Opened, Failure> {
    let token = SessionToken::random();
    let opened_at = app.clock.now();
    let session = NewSession {
        id: SessionId::new(&*app.ids),
        of: person_id,
        token_hash: token.hash(),
        now: opened_at,
        expires_at: opened_at + LIFE,
    };
    sessions::open(&app.db, &of_host.0.site.scope, &session).await?;
    Ok(Opened {
        token,
        id: session.id,
        person_id,
        opened_at,
    })
}
