//! `/invitation`: where the link of an invitation leads. Whoever holds it becomes a member: somebody new with a name and a
//! password of their choice, somebody known with the password they have.
//!
//! Whether an address is known is told to nobody but the holder of a good link, who reads that mailbox.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use db::{
    TenantScope, Tx,
    door::{
        invitations::{self as door, NewPerson},
        sessions::{self, Credentials},
    },
    tenant::{entitlements, invitations, members},
};
use serde_json::json;
use server::{
    Failure, FieldErrors, Filled, Flash, Form, Frame, Params, Submitted, limits, page,
    password::{self, NewPassword},
    session::{CRM, SessionToken},
};
use types::{
    Activity, ActivityId, Invitation, InvitationState, Limit, PersonId, SignInOutcome, Text, TokenHash,
};

use crate::{
    activities::record,
    app::App,
    session::{Knock, monogram, new_session, refuse},
    tenant::OfHost,
    words::sentence_case,
};

#[derive(Template)]
#[template(path = "people/accept.html")]
struct Accept {
    frame: Frame,
    workspace: String,
    place: String,
    role: String,
    email: String,
    made_by: String,
    token: String,
    /// They have an account: their password is asked for, and nothing else.
    is_known: bool,
    form: Filled,
    refusal: Option<String>,
}

#[derive(Template)]
#[template(path = "people/stale.html")]
struct Stale {
    frame: Frame,
    workspace: String,
    told: &'static str,
}

impl Accept {
    fn monogram(&self) -> String {
        monogram(&self.workspace)
    }
}

impl Stale {
    fn monogram(&self) -> String {
        monogram(&self.workspace)
    }
}

/// A link that was shown, and what it is good for.
struct Link {
    token: SessionToken,
    hash: TokenHash,
    invitation: Invitation,
    /// Who has the address, if anybody in the whole installation.
    known: Option<Credentials>,
}

/// Shows to what it is, and the form. Nothing is used up by looking: mailboxes follow links, too.
pub(crate) async fn show(
    of_host: OfHost,
    State(app): State<App>,
    frame: Frame,
    params: Params,
) -> Result<Response, Failure> {
    match find(&app, &of_host, params.get("token")).await? {
        Ok(link) => page::private(&accept(frame, &of_host, &link, (Filled::default(), None))),
        Err(told) => stale(frame, &of_host, told),
    }
}

/// Takes the invitation and signs in.
pub(crate) async fn create(
    of_host: OfHost,
    State(app): State<App>,
    knock: Knock,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let link = match find(&app, &of_host, typed.get("token")).await? {
        Ok(link) => link,
        Err(told) => return stale(frame, &of_host, told),
    };
    let tenant = of_host.0.context.tenant_id.as_str();
    let email = link.invitation.email.as_str();
    knock
        .facts
        .limits()
        .take(limits::SIGN_IN_PER_ACCOUNT, tenant, email)?;
    let who = match &link.known {
        Some(known) => prove(&app, (&of_host, &knock), known, &typed).await?,
        None => introduce(&app, &link.invitation, &typed).await?,
    };
    match who {
        Ok(who) => take(&app, &of_host, (&knock, frame), (link, who)).await,
        Err(refused) => {
            let status = match refused.sentence {
                Some(_) => StatusCode::UNAUTHORIZED,
                None => StatusCode::UNPROCESSABLE_ENTITY,
            };
            // The password never comes back.
            let name = Submitted::default().with("name", typed.get("name"));
            let again = (Filled::new(name, refused.fields), refused.sentence);
            page::with_status(status, &accept(frame, &of_host, &link, again))
        }
    }
}

/// What is wrong with what was typed.
#[derive(Default)]
struct Refused {
    fields: FieldErrors,
    sentence: Option<String>,
}

/// Who takes an invitation.
enum Who {
    Known(PersonId),
    New(NewPerson),
}

/// Finds what a link is good for; for one that is good for nothing, why.
async fn find(app: &App, of_host: &OfHost, token: &str) -> Result<Result<Link, &'static str>, Failure> {
    const NOWHERE: &str =
        "This link leads nowhere. If you were sent more than one, only that of the newest message works.";

    let scope = &of_host.0.site.scope;
    let Some(token) = SessionToken::parse(token) else {
        return Ok(Err(NOWHERE));
    };
    let hash = token.hash();
    let mut tx = app.db.read(scope).await?;
    let found = invitations::find_by_link(&mut tx, scope, &hash).await?;
    drop(tx);
    let Some(invitation) = found else {
        return Ok(Err(NOWHERE));
    };
    if let Some(told) = why_not(invitation.state(app.clock.now())) {
        return Ok(Err(told));
    }
    let known = sessions::credentials(&app.db, scope, &invitation.email).await?;
    Ok(Ok(Link {
        token,
        hash,
        invitation,
        known,
    }))
}

const fn why_not(state: InvitationState) -> Option<&'static str> {
    match state {
        InvitationState::Waiting => None,
        InvitationState::Taken => {
            Some("This invitation was taken already. Sign in with your e-mail and password.")
        }
        InvitationState::Withdrawn => Some("This invitation was withdrawn. Ask whoever invited you."),
        InvitationState::RanOut => {
            Some("This invitation is too old: it was good for seven days. Ask for another.")
        }
    }
}

/// Somebody known shows their password.
async fn prove(
    app: &App,
    (of_host, knock): (&OfHost, &Knock),
    known: &Credentials,
    typed: &Submitted,
) -> Result<Result<Who, Refused>, Failure> {
    let stored = Some(known.password_hash.clone());
    let is_right = password::verify(typed.get("password").to_owned().into(), stored).await?;
    if is_right {
        return Ok(Ok(Who::Known(known.person_id)));
    }
    let member = known.role.map(|_| known.person_id);
    refuse(app, of_host, knock, member).await?;
    Ok(Err(Refused {
        sentence: Some("That is not the password of your account. Check it and try again.".to_owned()),
        ..Refused::default()
    }))
}

/// Somebody new says what they are called, and chooses a password.
async fn introduce(
    app: &App,
    invitation: &Invitation,
    typed: &Submitted,
) -> Result<Result<Who, Refused>, Failure> {
    let mut fields = FieldErrors::default();
    let name = typed.get("name").parse::<Text<200>>();
    let name = fields.keep(
        "name",
        "invalid",
        name.map_err(|error| format!("The name {error}.")),
    );
    let password = fields.keep("password", "invalid", NewPassword::parse(typed.get("password")));
    let (Some(name), Some(password)) = (name, password) else {
        let sentence = None;
        return Ok(Err(Refused { fields, sentence }));
    };
    Ok(Ok(Who::New(NewPerson {
        id: PersonId::new(&*app.ids),
        email: invitation.email.clone(),
        name: name.into_string(),
        password_hash: password::hash(password).await?,
        created_at: app.clock.now(),
    })))
}

/// Uses the invitation up: the person, their membership, their session and the line that tells of it, or none of them.
async fn take(
    app: &App,
    of_host: &OfHost,
    (knock, frame): (&Knock, Frame),
    (link, who): (Link, Who),
) -> Result<Response, Failure> {
    let (scope, now) = (&of_host.0.site.scope, app.clock.now());
    let mut tx = app.db.write(scope).await?;
    // First: two who come at once do so one after the other, and count each other.
    members::hold(&mut tx, scope).await?;
    if !invitations::take(&mut tx, scope, &link.hash, now).await? {
        drop(tx);
        let told = find(app, of_host, link.token.exposed()).await?.err();
        return stale(
            frame,
            of_host,
            told.unwrap_or("This invitation changed just now. Open the link again."),
        );
    }
    let person_id = match &who {
        Who::Known(person_id) => *person_id,
        Who::New(person) => person.id,
    };
    if let Who::New(person) = &who
        && !door::introduce(&mut tx, person).await?
    {
        let told = "You have an account by now. Open the link again, and use its password.";
        return stale(frame, of_host, told);
    }
    join(&mut tx, app, scope, (&link.invitation, person_id)).await?;
    let (token, session) = new_session(app, person_id);
    let came = (SignInOutcome::Invitation, &knock.whence);
    sessions::open_within(&mut tx, scope, &session, came).await?;
    tell(&mut tx, app, scope, (&link.invitation, person_id)).await?;
    tx.commit().await?;
    let flash = Flash::success(format!("Welcome to {}.", of_host.0.site.tenant.name));
    let answer = flash.on(page::see_other("/"), &knock.facts);
    Ok(CRM.give(&token, &knock.facts, answer))
}

/// Makes them a member, if there is room. Whoever became one meanwhile stays what they are.
async fn join(
    tx: &mut Tx,
    app: &App,
    scope: &TenantScope,
    (invitation, person_id): (&Invitation, PersonId),
) -> Result<(), Failure> {
    let now = app.clock.now();
    let others = members::list(tx, scope).await?.len();
    if !members::insert(tx, scope, (person_id, invitation.role), now).await? {
        return Ok(());
    }
    let entitled = entitlements::find(tx, scope).await?;
    let entitled = entitled.ok_or(Failure::NotFound)?;
    let used = i64::try_from(others).unwrap_or(i64::MAX);
    entitled.room_for(Limit::Members, used, now).map_err(|_| {
        Failure::conflict(
            "no_room",
            "This workspace has no room for another member at the moment. Ask whoever invited you; the link stays good.",
        )
    })
}

async fn tell(
    tx: &mut Tx,
    app: &App,
    scope: &TenantScope,
    (invitation, person_id): (&Invitation, PersonId),
) -> Result<(), Failure> {
    let summary = format!(
        "Joined as {}, invited by {}",
        invitation.role.label(),
        invitation.made_by_name
    );
    let details = json!({ "invitation": invitation.id, "role": invitation.role });
    let activity = Activity::of_workspace(
        ActivityId::new(&*app.ids),
        Some(person_id),
        (summary, details),
        app.clock.now(),
    );
    record(tx, scope, &activity).await?;
    Ok(())
}

fn accept(frame: Frame, of_host: &OfHost, link: &Link, (form, refusal): (Filled, Option<String>)) -> Accept {
    let site = &of_host.0.site;
    Accept {
        frame,
        workspace: site.tenant.name.clone(),
        place: site.hostname.to_unicode(),
        role: sentence_case(link.invitation.role.label()),
        email: link.invitation.email.to_string(),
        made_by: link.invitation.made_by_name.clone(),
        token: link.token.exposed().to_owned(),
        is_known: link.known.is_some(),
        form,
        refusal,
    }
}

/// Says why a link opens nothing.
fn stale(frame: Frame, of_host: &OfHost, told: &'static str) -> Result<Response, Failure> {
    let workspace = of_host.0.site.tenant.name.clone();
    page::with_status(
        StatusCode::GONE,
        &Stale {
            frame,
            workspace,
            told,
        },
    )
}
