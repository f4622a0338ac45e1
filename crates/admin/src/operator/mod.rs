//! Who is asking: an operator, and what their role allows.
//!
//! Taking an [`Operator`] is the check: that somebody is signed in, and that their role has the permission which
//! [`permission`]'s table wants for the route. A handler cannot forget it, and a route that is not in the table lets
//! nobody in.

mod doors;
pub(crate) mod matrix;
pub(crate) mod permission;
#[cfg(test)]
mod tests;

use axum::{
    extract::{FromRequestParts, MatchedPath, OptionalFromRequestParts, RawPathParams},
    http::request::Parts,
    response::Response,
};
use db::{
    PlatformScope,
    door::operators::{self, Shown, SignedIn},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use server::{Facts, Failure, FrontDoor, bearer, session};
use types::{Actor, OperatorRole, SessionId, TenantId};

use crate::{Acting, app::App};

pub(crate) use permission::Permission;

/// A session nobody used for so long is over.
const IDLE: SignedDuration = SignedDuration::from_mins(15);

/// A session is noted as used at most this often: a write for every read would be dear.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// An operator who is signed in.
pub(crate) struct Operator {
    app: App,
    signed_in: SignedIn,
    request_id: String,
    now: Timestamp,
}

impl Operator {
    /// Who they are.
    pub(crate) const fn profile(&self) -> &types::Operator {
        &self.signed_in.operator
    }

    /// Their key, for what is kept in their name.
    pub(crate) fn scope(&self) -> PlatformScope {
        self.signed_in.scope.clone()
    }

    /// Where tenants' sites are reached, for what they read.
    pub(crate) fn front_door(&self) -> &FrontDoor {
        &self.app.front_door
    }

    pub(crate) const fn session_id(&self) -> SessionId {
        self.signed_in.session_id
    }

    /// Lets them act: the route's permission was looked at when they were taken.
    pub(crate) fn acting(&self) -> Acting<'_> {
        let operator = self.profile();
        Acting {
            db: &self.app.db,
            platform: &self.signed_in.scope,
            actor: Actor {
                id: operator.id.to_string(),
                role: operator.role.to_string(),
            },
            request_id: Some(self.request_id.clone()),
            now: self.now,
            ids: &*self.app.ids,
            platform_hosts: &self.app.platform_hosts,
        }
    }

    /// Whether this operator may do something, for pages that offer it or not.
    pub(crate) fn has(&self, permission: Permission) -> bool {
        permission.rule().roles.contains(&self.profile().role)
    }

    /// Looks the route up. An attempt to change something without the role for it is written down.
    async fn may(&self, parts: &mut Parts) -> Result<(), Failure> {
        let path = parts.extensions.get::<MatchedPath>().map(MatchedPath::as_str);
        let permission = path.and_then(|path| doors::of_route(&parts.method, path));
        let permission = permission.ok_or_else(|| {
            Failure::Internal(anyhow::anyhow!(
                "{} {path:?} is in no table of permissions",
                parts.method
            ))
        })?;
        if self.has(permission) {
            return Ok(());
        }
        if let Some(action) = permission.rule().action {
            let tenant_id = tenant_of(parts).await;
            self.acting()
                .denied(
                    action,
                    tenant_id.as_ref(),
                    json!({ "permission": permission.rule().name }),
                )
                .await?;
        }
        Err(Failure::forbidden(permission.rule().refusal()))
    }
}

/// `GET /api/permissions`: who may do what.
pub(crate) async fn permissions(_: Operator) -> Response {
    let permissions: Vec<_> = permission::RULES
        .iter()
        .map(|rule| json!({ "name": rule.name, "may": rule.words, "roles": rule.roles }))
        .collect();
    server::json::ok(json!({ "roles": OperatorRole::ALL, "permissions": permissions }))
}

/// The tenant that a path is about.
async fn tenant_of(parts: &mut Parts) -> Option<TenantId> {
    let params = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    let of_tenant = params.iter().find(|(name, _)| *name == "id")?;
    of_tenant.1.parse().ok()
}

impl FromRequestParts<App> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let now = app.clock.now();
        let signed_in = find(parts, app, now).await?.ok_or(Failure::SignedOut)?;
        if now.duration_since(signed_in.last_seen_at) >= TOUCH_EVERY {
            operators::touch(&app.db, signed_in.session_id, now).await?;
        }
        let operator = Self {
            app: app.clone(),
            signed_in,
            request_id: Facts::of(parts).request_id.as_str().to_owned(),
            now,
        };
        operator.may(parts).await?;
        Ok(operator)
    }
}

impl OptionalFromRequestParts<App> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, Failure> {
        match <Self as FromRequestParts<App>>::from_request_parts(parts, app).await {
            Ok(operator) => Ok(Some(operator)),
            Err(Failure::SignedOut) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

/// Whoever the request names: by a token an API client carries, else by the browser's cookie.
async fn find(parts: &Parts, app: &App, now: Timestamp) -> Result<Option<SignedIn>, Failure> {
    let idle_since = now - IDLE;
    if let Some(token) = bearer::of(&parts.headers) {
        let Some(bearer) = app.bearers.check(token, now) else {
            return Ok(None);
        };
        return Ok(operators::find(&app.db, Shown::Id(bearer.session), now, idle_since).await?);
    }
    let Some(token) = session::ADMIN.read(&parts.headers, Facts::of(parts)) else {
        return Ok(None);
    };
    Ok(operators::find(&app.db, Shown::Token(&token.hash()), now, idle_since).await?)
}
