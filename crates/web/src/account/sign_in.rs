//! `/sign-in`: an address in, a message with a link out, and the session that the link opens.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use db::tenant::{
    accounts::{self, NewLink},
    mails::{self, NewMail},
    saved,
};
use jiff::SignedDuration;
use server::{
    Facts, Failure, FieldErrors, Filled, Form, Params, Submitted, limits, page,
    session::{self, SessionToken},
};
use types::{AccountId, Email, MailId, SavedSearchId};

use super::letter;
use crate::{
    app::App,
    saved::{Carried, Pending, known},
    site::{Frame, form},
    visitor::Visitor,
};

/// How long somebody stays signed in on one browser.
const SESSION: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Where one is after signing in when nobody said where.
const HOME: &str = "/account";

#[derive(Template)]
#[template(path = "account/sign_in.html")]
struct SignIn {
    frame: Frame,
    form: Filled,
    trouble: Option<String>,
}

#[derive(Template)]
#[template(path = "account/sent.html")]
struct Sent {
    frame: Frame,
    email: Email,
    /// The page that sends another link to the same place.
    again: String,
    /// On a development machine the message is one click away.
    shows_mailbox: bool,
}

#[derive(Template)]
#[template(path = "account/link.html")]
struct Link {
    frame: Frame,
    token: String,
}

#[derive(Template)]
#[template(path = "account/stale.html")]
struct Stale {
    frame: Frame,
}

impl SignIn {
    /// What the search is called that is kept once they have signed in.
    fn pending(&self) -> Option<String> {
        Some(Pending::in_address(&next(&self.form.values))?.name())
    }
}

/// `GET /sign-in`.
pub(crate) async fn open(_: Visitor, frame: Frame, Params(asked): Params) -> Result<Response, Failure> {
    page::private(&SignIn {
        frame,
        form: Filled::new(asked, FieldErrors::default()),
        trouble: None,
    })
}

/// `POST /sign-in`. The answer is the same whether or not the address has an account.
pub(crate) async fn ask(
    visitor: Result<Visitor, Failure>,
    State(app): State<App>,
    facts: Facts,
    frame: Frame,
    Form(form): Form,
) -> Result<Response, Failure> {
    let visitor = match visitor {
        Ok(visitor) => visitor,
        Err(failure) => return later(frame, form, failure),
    };
    let email = match Email::parse(form.get("email")) {
        Ok(email) => email,
        Err(error) => {
            let mut errors = FieldErrors::default();
            errors.add("email", "invalid", format!("The e-mail address {error}."));
            let trouble = None;
            let form = Filled::new(form, errors);
            return form::refused(&SignIn { frame, form, trouble });
        }
    };
    let sent = send_link(&app, &visitor, (&facts, &frame), (&email, &next(&form))).await;
    if let Err(failure) = sent {
        return later(frame, form, failure);
    }
    let place: String = form_urlencoded::byte_serialize(next(&form).as_bytes()).collect();
    let sent = Sent {
        frame,
        email,
        again: format!("/sign-in?next={place}"),
        shows_mailbox: !app.in_production,
    };
    page::kept_by_sender(StatusCode::OK, &sent)
}

/// The form again, with the address that was typed, where no link can be sent just now.
fn later(frame: Frame, form: Submitted, failure: Failure) -> Result<Response, Failure> {
    let page = SignIn {
        frame,
        form: Filled::new(form, FieldErrors::default()),
        trouble: Some(failure.detail().into_owned()),
    };
    match failure {
        Failure::TooMany { .. } => form::too_many(&page, &failure),
        Failure::Unavailable { .. } => form::not_stored(&page, &failure),
        failure => Err(failure),
    }
}

/// Where a form wants to lead on, if that is a page of ours.
fn next(form: &Submitted) -> String {
    let next = form.filled("next").and_then(page::own_path);
    next.unwrap_or(HOME).to_owned()
}

async fn send_link(
    app: &App,
    visitor: &Visitor,
    (facts, frame): (&Facts, &Frame),
    (email, next_path): (&Email, &str),
) -> Result<(), Failure> {
    let (scope, now) = (&visitor.site.scope, app.clock.now());
    let tenant = visitor.context.tenant_id.as_str();
    facts
        .limits()
        .take(limits::SIGN_IN_PER_ACCOUNT, tenant, email.as_str())?;
    let token = SessionToken::random();
    let link = format!("{}/sign-in/link?token={}", frame.origin, token.exposed());
    let id = MailId::new(&*app.ids);
    let mut tx = app.db.write(scope).await?;
    let new = NewLink {
        token_hash: &token.hash(),
        email,
        next_path,
        now,
        expires_at: now + SignedDuration::from_mins(letter::MINUTES),
    };
    accounts::insert_link(&mut tx, scope, &new).await?;
    let new = NewMail {
        id,
        key: &format!("sign-in/{id}"),
        mail: &letter::write(&visitor.site, &frame.brand, email, &link),
        now,
    };
    mails::insert(&mut tx, scope, &new).await?;
    tx.commit().await?;
    app.letterbox.has_mail();
    Ok(())
}

/// `GET /sign-in/link`: looks at nothing and uses nothing up.
pub(crate) async fn link(_: Visitor, frame: Frame, Params(asked): Params) -> Result<Response, Failure> {
    page::private(&Link {
        frame,
        token: asked.get("token").to_owned(),
    })
}

/// `POST /sign-in/link`: opens the session, and takes along what the browser kept.
pub(crate) async fn redeem(
    visitor: Visitor,
    State(app): State<App>,
    frame: Frame,
    carried: Carried,
    Form(form): Form,
) -> Result<Response, Failure> {
    let Some(link) = SessionToken::parse(form.get("token")) else {
        return page::with_status(StatusCode::GONE, &Stale { frame });
    };
    let (scope, now) = (&visitor.site.scope, app.clock.now());
    // A cookie is the browser's to write: what is no home of this site is left behind.
    let homes = known(&app, scope, &carried.homes).await?;
    let mut tx = app.db.write(scope).await?;
    let Some(redeemed) = accounts::redeem_link(&mut tx, scope, &link.hash(), now).await? else {
        return page::with_status(StatusCode::GONE, &Stale { frame });
    };
    let id = AccountId::new(&*app.ids);
    let account = accounts::find_or_insert(&mut tx, scope, (id, &redeemed.email), now).await?;
    saved::add_homes_with_room(&mut tx, scope, account.id, &homes, now).await?;
    let next_path = match Pending::in_address(&redeemed.next_path) {
        Some(search) => {
            let new = (SavedSearchId::new(&*app.ids), now);
            search.keep(&mut tx, scope, account.id, new).await?
        }
        None => redeemed.next_path,
    };
    let token = SessionToken::random();
    let session = (account.id, &token.hash());
    accounts::open_session(&mut tx, scope, session, now, now + SESSION).await?;
    let name = match visitor.name() {
        Some(name) => Some(accounts::browsers_go_by(&mut tx, scope, account.id, name).await?),
        None => None,
    };
    tx.commit().await?;
    let mut response = carried.forget(page::see_other(&next_path));
    if let Some(name) = name {
        visitor.becomes(&name, &carried.facts, &mut response);
    }
    let seconds = SESSION.as_secs().unsigned_abs();
    Ok(session::ACCOUNT.give_for(&token, seconds, &carried.facts, response))
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(
    visitor: Visitor,
    State(app): State<App>,
    facts: Facts,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if let Some(token) = session::ACCOUNT.read(&headers, &facts) {
        let scope = &visitor.site.scope;
        let mut tx = app.db.write(scope).await?;
        accounts::close_session(&mut tx, scope, &token.hash()).await?;
        tx.commit().await?;
    }
    let mut response = page::see_other("/");
    visitor.leaves(&facts, &mut response);
    Ok(session::ACCOUNT.take_away(&facts, response))
}
