//! Signing in and out: for people by a form, for programs by the API.

pub(crate) mod api;
pub(crate) mod pages;
#[cfg(test)]
mod tests;

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use db::door::sessions::{self, NewSession};
use jiff::{SignedDuration, Timestamp};
use server::{Facts, Failure, limits, oidc::Disbelief, password, session::SessionToken};
use types::{Email, PersonId, SessionId, SignIn, SignInId, SignInOutcome, Whence};

use crate::{app::App, tenant::OfHost};

/// However busy, a session ends after a week.
const LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Somebody at the door: what their request says of itself, and from where it comes.
#[derive(Clone)]
pub(crate) struct Knock {
    pub(crate) facts: Facts,
    pub(crate) whence: Whence,
}

impl FromRequestParts<App> for Knock {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Failure> {
        let facts = Facts::of(parts).clone();
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        Ok(Self {
            whence: Whence::new(facts.client.address(), agent),
            facts,
        })
    }
}

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
    knock: &Knock,
    shown: Shown,
) -> Result<Opened, Failure> {
    let scope = &of_host.0.site.scope;
    let account = shown.email.trim().to_lowercase();
    knock
        .facts
        .limits()
        .take(limits::SIGN_IN_PER_ACCOUNT, scope.tenant_id().as_str(), &account)?;
    let credentials = match Email::parse(&shown.email) {
        Ok(email) => sessions::credentials(&app.db, scope, &email).await?,
        Err(_) => None,
    };
    let stored = credentials.as_ref().map(|known| known.password_hash.clone());
    let is_right = password::verify(shown.password.into(), stored).await?;
    if !is_right {
        let member = credentials.filter(|known| known.role.is_some());
        refuse(app, of_host, knock, member.map(|known| known.person_id)).await?;
        return Err(Failure::WrongCredentials);
    }
    let known = credentials.ok_or(Failure::WrongCredentials)?;
    if known.role.is_none() {
        return Err(no_member());
    }
    enter(app, of_host, known.person_id, (SignInOutcome::Password, knock)).await
}

/// Writes down that somebody was refused: a member, or nobody that this workspace knows.
pub(crate) async fn refuse(
    app: &App,
    of_host: &OfHost,
    knock: &Knock,
    person_id: Option<PersonId>,
) -> Result<(), Failure> {
    let refused = SignIn {
        id: SignInId::new(&*app.ids),
        person_id,
        outcome: SignInOutcome::WrongPassword,
        whence: knock.whence.clone(),
        occurred_at: app.clock.now(),
    };
    Ok(sessions::refuse(&app.db, &of_host.0.site.scope, &refused).await?)
}

/// Opens a session for whoever the identity provider says it is, if they are a member of this host's tenant.
///
/// # Errors
///
/// Wrong credentials, for a token that is not believed or names nobody we know; forbidden for somebody we know who is no
/// member here; unavailable, while the provider cannot be asked.
pub(crate) async fn open_with_token(
    app: &App,
    of_host: &OfHost,
    knock: &Knock,
    token: &str,
) -> Result<Opened, Failure> {
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
    let outcome = SignInOutcome::IdentityProvider;
    enter(app, of_host, known.person_id, (outcome, knock)).await
}

fn no_member() -> Failure {
    Failure::forbidden("You are not a member of this workspace. Ask its owner to add you.")
}

async fn enter(
    app: &App,
    of_host: &OfHost,
    person_id: PersonId,
    (outcome, knock): (SignInOutcome, &Knock),
) -> Result<Opened, Failure> {
    let (token, session) = new_session(app, person_id);
    sessions::open(&app.db, &of_host.0.site.scope, &session, (outcome, &knock.whence)).await?;
    Ok(Opened {
        token,
        id: session.id,
        person_id,
        opened_at: session.now,
    })
}

/// A session to be opened for somebody, and the token that its bearer gets.
pub(crate) fn new_session(app: &App, person_id: PersonId) -> (SessionToken, NewSession<PersonId>) {
    let (token, now) = (SessionToken::random(), app.clock.now());
    let session = NewSession {
        id: SessionId::new(&*app.ids),
        of: person_id,
        token_hash: token.hash(),
        now,
        expires_at: now + LIFE,
    };
    (token, session)
}

/// The letter that stands for a workspace.
pub(crate) fn monogram(workspace: &str) -> String {
    let first = workspace.chars().take(1);
    first.flat_map(char::to_uppercase).collect()
}
