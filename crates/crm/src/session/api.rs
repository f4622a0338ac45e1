//! `/api/session`: sign in, who am I, sign out.

use axum::{extract::State, response::Response};
use db::door::sessions;
use serde::Serialize;
use server::{Facts, Failure, Fields, json, session::CRM};
use types::{Email, PersonId, Role, TenantContext};

use super::{Knock, Shown, open, open_with_token};
use crate::{app::App, member::Member, tenant::OfHost};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserOut {
    id: PersonId,
    email: Email,
    name: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenedOut {
    token: String,
    expires_at: jiff::Timestamp,
    user: UserOut,
    role: Role,
    tenant: TenantContext,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionOut {
    user_id: PersonId,
    user: UserOut,
    role: Role,
    tenant: TenantContext,
}

impl From<types::Member> for UserOut {
    fn from(person: types::Member) -> Self {
        Self {
            id: person.person_id,
            email: person.email,
            name: person.name,
        }
    }
}

/// Signs in, by a password or an identity provider's token: a cookie for a browser, a token for everything else.
pub(crate) async fn create(
    State(app): State<App>,
    of_host: OfHost,
    knock: Knock,
    mut fields: Fields,
) -> Result<Response, Failure> {
    let opened = match fields.optional::<String>("idToken") {
        Some(token) => {
            fields.finish()?;
            open_with_token(&app, &of_host, &knock, &token).await?
        }
        None => {
            let shown = shown(fields)?;
            open(&app, &of_host, &knock, shown).await?
        }
    };
    let issued = app
        .bearers
        .issue(&opened.person_id.to_string(), opened.id, opened.opened_at)?;
    let mut tx = app.db.read(&of_host.0.site.scope).await?;
    let person = db::tenant::members::find(&mut tx, &of_host.0.site.scope, opened.person_id)
        .await?
        .ok_or(Failure::SignedOut)?;
    let answer = json::ok(OpenedOut {
        token: issued.token,
        expires_at: issued.expires_at,
        role: person.role,
        user: person.into(),
        tenant: of_host.0.context.clone(),
    });
    Ok(CRM.give(&opened.token, &knock.facts, answer))
}

fn shown(mut fields: Fields) -> Result<Shown, Failure> {
    let (email, password) = (fields.required("email"), fields.required("password"));
    fields.finish()?;
    let present = "a required field that is missing was refused";
    Ok(Shown {
        email: email.expect(present),
        password: password.expect(present),
    })
}

/// Says who is signed in.
pub(crate) async fn show(member: Member) -> Response {
    json::ok(SessionOut {
        user_id: member.person_id(),
        role: member.person.role,
        user: member.person.into(),
        tenant: member.context,
    })
}

/// Signs out: the session is over for its cookie and its tokens alike.
pub(crate) async fn delete(
    State(app): State<App>,
    member: Member,
    facts: Facts,
) -> Result<Response, Failure> {
    if let Some(support) = &member.support {
        support.leave(&app, &member).await?;
    }
    sessions::close(&app.db, &member.scope, member.session_id).await?;
    Ok(CRM.take_away(&facts, json::ok(serde_json::json!({}))))
}
