//! The sign-in page, and the button that signs out.

use askama::Template;
use axum::{extract::State, response::Response};
use db::door::sessions;
use server::{Facts, Failure, Filled, Form, Frame, Params, Submitted, page, session::CRM};

use super::{Knock, Shown, monogram, open};
use crate::{app::App, member::Member, tenant::OfHost};

#[derive(Template)]
#[template(path = "session/sign_in.html")]
struct SignIn {
    frame: Frame,
    workspace: String,
    place: String,
    form: Filled,
    next: String,
    /// Why the last attempt failed.
    refusal: Option<String>,
}

impl SignIn {
    fn new(frame: Frame, of_host: &OfHost, next: &str) -> Self {
        let site = &of_host.0.site;
        Self {
            frame,
            workspace: site.tenant.name.clone(),
            place: site.hostname.to_unicode(),
            form: Filled::default(),
            next: page::own_path(next).unwrap_or("/").to_owned(),
            refusal: None,
        }
    }

    fn monogram(&self) -> String {
        monogram(&self.workspace)
    }
}

/// Shows the form; whoever is signed in already goes where they wanted.
pub(crate) async fn show(
    member: Option<Member>,
    of_host: OfHost,
    params: Params,
    frame: Frame,
) -> Result<Response, Failure> {
    let sign_in = SignIn::new(frame, &of_host, params.get("next"));
    if member.is_some() {
        return Ok(page::see_other(&sign_in.next));
    }
    page::private(&sign_in)
}

/// Signs in and goes on to where the person wanted, or says why not.
pub(crate) async fn create(
    State(app): State<App>,
    of_host: OfHost,
    knock: Knock,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut sign_in = SignIn::new(frame, &of_host, typed.get("next"));
    let shown = Shown {
        email: typed.get("email").to_owned(),
        password: typed.get("password").to_owned(),
    };
    match open(&app, &of_host, &knock, shown).await {
        Ok(opened) => {
            let answer = page::see_other(&sign_in.next);
            Ok(CRM.give(&opened.token, &knock.facts, answer))
        }
        Err(failure @ (Failure::WrongCredentials | Failure::Forbidden(_))) => {
            sign_in.refusal = Some(failure.detail().into_owned());
            // The address comes back, the password never does.
            let email = Submitted::default().with("email", typed.get("email"));
            sign_in.form = Filled::new(email, server::FieldErrors::default());
            page::with_status(failure.status(), &sign_in)
        }
        Err(failure) => Err(failure),
    }
}

/// Signs out. Whoever was signed out already is, too.
pub(crate) async fn end(
    State(app): State<App>,
    member: Option<Member>,
    facts: Facts,
) -> Result<Response, Failure> {
    if let Some(member) = member {
        if let Some(support) = &member.support {
            support.leave(&app, &member).await?;
        }
        sessions::close(&app.db, &member.scope, member.session_id).await?;
    }
    Ok(CRM.take_away(&facts, page::see_other("/sign-in")))
}
