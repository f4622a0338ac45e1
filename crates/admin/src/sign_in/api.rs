//! `/api/session`: sign in, who am I, sign out.

use axum::{extract::State, response::Response};
use db::door::operators;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use server::{Facts, Failure, FieldErrors, Json, json, session::ADMIN};
use types::{Email, OperatorId, OperatorRole};

use super::{Claim, Counted, let_in, prove_code, prove_password};
use crate::{app::App, operator::Operator};

/// What a client sends. Missing fields are told together, so they default to nothing.
#[derive(Deserialize)]
pub(crate) struct ClaimIn {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    /// Of an authenticator app, or a recovery code.
    code: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserOut {
    id: OperatorId,
    email: Email,
    name: String,
    role: OperatorRole,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenedOut {
    token: String,
    expires_at: Timestamp,
    user: UserOut,
    role: OperatorRole,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionOut {
    user_id: OperatorId,
    user: UserOut,
    role: OperatorRole,
}

impl From<&types::Operator> for UserOut {
    fn from(operator: &types::Operator) -> Self {
        Self {
            id: operator.id,
            email: operator.email.clone(),
            name: operator.name.clone(),
            role: operator.role,
        }
    }
}

/// Signs in: a cookie for a browser, a token for everything else.
pub(crate) async fn create(
    _: Counted,
    State(app): State<App>,
    facts: Facts,
    Json(claim): Json<ClaimIn>,
) -> Result<Response, Failure> {
    let mut errors = FieldErrors::default();
    for (field, value) in [("email", &claim.email), ("password", &claim.password)] {
        if value.trim().is_empty() {
            errors.add(field, "required", format!("The {field} is missing."));
        }
    }
    errors.finish()?;
    let code = claim.code;
    let claim = Claim {
        email: claim.email,
        password: claim.password.into(),
    };
    let proved = prove_password(&app, &facts, claim).await?;
    if let Some(salt) = &proved.salt {
        let code = code.ok_or(Failure::CodeWanted)?;
        prove_code(&app, &facts, (proved.operator_id, salt), &code).await?;
    }
    let opened = let_in(&app, &facts, proved.operator_id).await?;
    let operator = &opened.signed_in.operator;
    let session_id = opened.signed_in.session_id;
    let issued = app
        .bearers
        .issue(&operator.id.to_string(), session_id, opened.at)?;
    let answer = json::ok(OpenedOut {
        token: issued.token,
        expires_at: issued.expires_at,
        user: operator.into(),
        role: operator.role,
    });
    Ok(ADMIN.give(&opened.token, &facts, answer))
}

/// Says who is signed in.
pub(crate) async fn show(operator: Operator) -> Response {
    let profile = operator.profile();
    json::ok(SessionOut {
        user_id: profile.id,
        user: profile.into(),
        role: profile.role,
    })
}

/// Signs out: the session is over for its cookie and its tokens alike.
pub(crate) async fn delete(
    State(app): State<App>,
    operator: Operator,
    facts: Facts,
) -> Result<Response, Failure> {
    operators::close(&app.db, operator.session_id()).await?;
    Ok(ADMIN.take_away(&facts, json::ok(())))
}
