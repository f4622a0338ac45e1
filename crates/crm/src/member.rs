//! Who is asking: a member of the tenant whose host was asked. Taking a [`Member`] is the check.

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use db::{
    TenantScope,
    door::{
        api_tokens,
        sessions::{self, Shown, SignedIn},
        support::{self as support_door, LookingIn},
    },
};
use jiff::{SignedDuration, Timestamp};
use server::{Facts, Failure, bearer, session};
use types::{ApiToken, OfficeHours, PersonId, Role, SessionId, TenantContext};

use crate::{app::App, support::Support, tenant::OfHost, tokens, zone::Zone};

/// A session nobody used for so long is over.
pub(crate) const IDLE: SignedDuration = SignedDuration::from_hours(8);

/// A session is noted as used at most this often: a write for every read would be dear.
pub(crate) const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// Somebody who is signed in, and the key to their tenant's rows.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    pub(crate) scope: TenantScope,
    pub(crate) session_id: SessionId,
    pub(crate) person: types::Member,
    /// Whether their pages make a sound when a new lead comes in.
    pub(crate) rings: bool,
    pub(crate) context: TenantContext,
    pub(crate) tenant_name: String,
    /// When the office answers; programs read no clock that stands still.
    pub(crate) hours: OfficeHours,
    /// The zone of the workspace, for people whose own nobody has told; programs go by UTC.
    pub(crate) zone: Zone,
    /// The operator who does it on this person's behalf, when one looks in.
    pub(crate) support: Option<Support>,
    /// The API token that does it in the name of the owner who made it, when a program asks.
    pub(crate) token: Option<ApiToken>,
}

impl Member {
    pub(crate) const fn person_id(&self) -> PersonId {
        self.person.person_id
    }

    fn new(signed_in: SignedIn, context: TenantContext) -> Self {
        Self {
            scope: signed_in.scope,
            session_id: signed_in.session_id,
            person: signed_in.member,
            rings: signed_in.rings,
            context,
            tenant_name: signed_in.tenant.name,
            hours: signed_in.hours,
            zone: Zone::of_workspace(&signed_in.zone),
            support: None,
            token: None,
        }
    }

    fn looking_in(looking_in: LookingIn, context: TenantContext) -> Self {
        Self {
            support: Some(Support::of(&looking_in)),
            token: None,
            // Of no member's: whoever asks for their own sessions finds none.
            session_id: looking_in.session.id.uuid().into(),
            scope: looking_in.scope,
            person: looking_in.member,
            rings: false,
            context,
            tenant_name: looking_in.tenant.name,
            hours: looking_in.hours,
            zone: Zone::of_workspace(&looking_in.zone),
        }
    }

    pub(crate) fn with_token(shown: api_tokens::Shown, context: TenantContext) -> Self {
        let maker = shown.maker;
        Self {
            support: None,
            // Of no member's: whoever asks for their own sessions finds none.
            session_id: shown.token.id.uuid().into(),
            scope: shown.scope,
            person: types::Member {
                name: shown.token.actor_name(),
                ..maker
            },
            rings: false,
            context,
            tenant_name: shown.tenant.name,
            hours: OfficeHours::ALWAYS,
            zone: Zone::UTC,
            token: Some(shown.token),
        }
    }

    /// What repeated requests are counted under: nobody's but one's own.
    pub(crate) fn caller(&self) -> String {
        match (&self.support, &self.token) {
            (Some(support), _) => format!("support:{}", support.session.id),
            (None, Some(token)) => format!("token:{}", token.id),
            (None, None) => self.person_id().to_string(),
        }
    }

    /// Whether the session still holds, for a line that stays open. What the member may see is then as of now.
    pub(crate) async fn is_still_in(&mut self, app: &App) -> Result<bool, Failure> {
        let now = app.clock.now();
        if let Some(support) = &self.support {
            return Ok(support_door::goes_on(&app.db, &self.scope, support.session.id, now).await?);
        }
        if let Some(token) = &self.token {
            return Ok(api_tokens::is_good(&app.db, &self.scope, token.id, now).await?);
        }
        let shown = Shown::Id(self.session_id);
        let found = sessions::find(&app.db, &self.scope, shown, now, now - IDLE).await?;
        let Some(found) = found else { return Ok(false) };
        self.scope = found.scope;
        Ok(true)
    }
}

impl FromRequestParts<App> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        // Several extractors of one handler may ask: one look-up answers them all.
        if let Some(known) = parts.extensions.get::<Self>() {
            return Ok(known.clone());
        }
        let member = match tokens::shown(parts) {
            Some(secret) => tokens::member(parts, app, secret).await?,
            None => somebody(parts, app).await?,
        };
        parts.extensions.insert(member.clone());
        Ok(member)
    }
}

/// The person whose session the request shows: a member's, or an operator's who looks in.
async fn somebody(parts: &Parts, app: &App) -> Result<Member, Failure> {
    let of_host = OfHost::of(parts).0.clone();
    let now = app.clock.now();
    let scope = &of_host.site.scope;
    match find(parts, app, scope, now).await? {
        Some(signed_in) => {
            if now.duration_since(signed_in.last_seen_at) >= TOUCH_EVERY {
                sessions::touch(&app.db, scope, signed_in.session_id, now).await?;
            }
            Ok(Member::new(signed_in, of_host.context.clone()))
        }
        None => {
            let looking_in = find_support(parts, app, scope, now).await?;
            Ok(Member::looking_in(
                looking_in.ok_or(Failure::SignedOut)?,
                of_host.context.clone(),
            ))
        }
    }
}

impl OptionalFromRequestParts<App> for Member {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Failure> {
        match <Self as FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(member) => Ok(Some(member)),
            Err(Failure::SignedOut) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// Whoever the request names: by a token an API client carries, else by the browser's cookie.
async fn find(
    parts: &Parts,
    app: &App,
    scope: &TenantScope,
    now: Timestamp,
) -> Result<Option<SignedIn>, Failure> {
    let idle_since = now - IDLE;
    if let Some(token) = bearer::of(&parts.headers) {
        let Some(bearer) = app.bearers.check(token, now) else {
            return Ok(None);
        };
        return Ok(sessions::find(&app.db, scope, Shown::Id(bearer.session), now, idle_since).await?);
    }
    let Some(token) = session::CRM.read(&parts.headers, Facts::of(parts)) else {
        return Ok(None);
    };
    Ok(sessions::find(&app.db, scope, Shown::Token(&token.hash()), now, idle_since).await?)
}

/// The operator whose browser shows the token of a support session. Tokens for programs there are none.
async fn find_support(
    parts: &Parts,
    app: &App,
    scope: &TenantScope,
    now: Timestamp,
) -> Result<Option<LookingIn>, Failure> {
    if bearer::of(&parts.headers).is_some() {
        return Ok(None);
    }
    match session::CRM.read(&parts.headers, Facts::of(parts)) {
        Some(token) => Ok(support_door::find(&app.db, scope, &token.hash(), now).await?),
        None => Ok(None),
    }
}

/// A member whose role may change leads, contacts and activities.
#[derive(Debug, Clone)]
pub(crate) struct Writer(pub(crate) Member);

impl FromRequestParts<App> for Writer {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let member = <Member as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if !member.person.role.may_write() {
            return Err(Failure::forbidden(
                "Your role may look but not change anything. Ask the owner of your workspace for another role.",
            ));
        }
        Ok(Self(member))
    }
}

/// A member who is an owner: who says what others, and programs, may do.
#[derive(Debug, Clone)]
pub(crate) struct Owner(pub(crate) Member);

impl FromRequestParts<App> for Owner {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let member = <Member as FromRequestParts<App>>::from_request_parts(parts, app).await?;
        if member.person.role != Role::Owner {
            return Err(Failure::forbidden("Only an owner of the workspace may do this."));
        }
        Ok(Self(member))
    }
}
