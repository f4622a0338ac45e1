//! Who is asking: an operator, and what their role allows.
//!
//! Taking an [`Operator`] is the check that somebody is signed in. It holds no key: only [`Operator::require`] makes
//! the [`Acting`] that stories want, so that no handler can forget to ask.

#[cfg(test)]
mod tests;

use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts},
    http::request::Parts,
};
use db::door::operators::{self, Shown, SignedIn};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use server::{Facts, Failure, bearer, session};
use types::{Actor, AuditAction, OperatorRole, SessionId, TenantId};

use crate::{Acting, app::App};

/// A session nobody used for so long is over.
const IDLE: SignedDuration = SignedDuration::from_mins(15);

/// A session is noted as used at most this often: a write for every read would be dear.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// What an operator may do. Each route of the console asks for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permission {
    ReadTenants,
    ReadAudit,
    ProvisionTenant,
    SetTenantStatus,
}

impl Permission {
    /// Who has it.
    const fn roles(self) -> &'static [OperatorRole] {
        match self {
            Self::ReadTenants | Self::ReadAudit => OperatorRole::ALL,
            Self::ProvisionTenant | Self::SetTenantStatus => &[OperatorRole::Admin],
        }
    }

    /// What the trail calls an attempt without it. Reading leaves no line.
    const fn action(self) -> Option<AuditAction> {
        match self {
            Self::ReadTenants | Self::ReadAudit => None,
            Self::ProvisionTenant => Some(AuditAction::TenantProvision),
            Self::SetTenantStatus => Some(AuditAction::TenantStatusUpdate),
        }
    }
}

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

    pub(crate) const fn session_id(&self) -> SessionId {
        self.signed_in.session_id
    }

    /// Lets them act if their role, as stored, has the permission. An attempt without it is written down.
    ///
    /// # Errors
    ///
    /// Forbidden, with the sentence that says which role it takes.
    pub(crate) async fn require(
        &self,
        permission: Permission,
        tenant_id: Option<&TenantId>,
    ) -> Result<Acting<'_>, Failure> {
        let acting = self.acting();
        if permission.roles().contains(&self.profile().role) {
            return Ok(acting);
        }
        if let Some(action) = permission.action() {
            acting.denied(action, tenant_id, json!({})).await?;
        }
        Err(Failure::forbidden("Admin role is required for this mutation."))
    }

    fn acting(&self) -> Acting<'_> {
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
        }
    }
}

impl FromRequestParts<App> for Operator {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Failure> {
        let now = app.clock.now();
        let signed_in = find(parts, app, now).await?.ok_or(Failure::SignedOut)?;
        if now.duration_since(signed_in.last_seen_at) >= TOUCH_EVERY {
            operators::touch(&app.db, signed_in.session_id, now).await?;
        }
        Ok(Self {
            app: app.clone(),
            signed_in,
            request_id: Facts::of(parts).request_id.as_str().to_owned(),
            now,
        })
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
