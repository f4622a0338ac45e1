//! The sign-in page, and the button that signs out.

use askama::Template;
use axum::{extract::State, response::Response};
use db::door::operators;
use server::{Facts, Failure, FieldErrors, Filled, Form, Frame, Params, Submitted, page, session::ADMIN};

use super::{Claim, Counted, code_page, let_in, prove_password};
use crate::{app::App, operator::Operator};

#[derive(Template)]
#[template(path = "sign_in/sign_in.html")]
struct SignIn {
    frame: Frame,
    form: Filled,
    /// Where to go once signed in.
    next: String,
    /// Why the last attempt failed.
    refusal: Option<String>,
}

impl SignIn {
    fn new(frame: Frame, next: &str) -> Self {
        Self {
            frame,
            form: Filled::default(),
            next: page::own_path(next).unwrap_or("/").to_owned(),
            refusal: None,
        }
    }
}

/// Shows the form; whoever is signed in already goes where they wanted.
pub(crate) async fn show(
    operator: Option<Operator>,
    params: Params,
    frame: Frame,
) -> Result<Response, Failure> {
    let sign_in = SignIn::new(frame, params.get("next"));
    if operator.is_some() {
        return Ok(page::see_other(&sign_in.next));
    }
    page::private(&sign_in)
}

/// Signs in and goes on to where the operator wanted, or says why not.
pub(crate) async fn create(
    _: Counted,
    State(app): State<App>,
    facts: Facts,
    frame: Frame,
    Form(typed): Form,
) -> Result<Response, Failure> {
    let mut sign_in = SignIn::new(frame, typed.get("next"));
    let claim = Claim {
        email: typed.get("email").to_owned(),
        password: typed.get("password").into(),
    };
    match prove_password(&app, &facts, claim).await {
        Ok(proved) if proved.salt.is_some() => {
            code_page::ask(&app, sign_in.frame, (proved.operator_id, &sign_in.next))
        }
        Ok(proved) => {
            let opened = let_in(&app, &facts, proved.operator_id).await?;
            let answer = page::see_other(&sign_in.next);
            Ok(ADMIN.give(&opened.token, &facts, answer))
        }
        Err(failure @ Failure::WrongCredentials) => {
            sign_in.refusal = Some(failure.detail().into_owned());
            // The address comes back, the password never does.
            let email = Submitted::default().with("email", typed.get("email"));
            sign_in.form = Filled::new(email, FieldErrors::default());
            page::with_status(failure.status(), &sign_in)
        }
        Err(failure) => Err(failure),
    }
}

/// Signs out. Whoever was signed out already is, too.
pub(crate) async fn end(
    State(app): State<App>,
    operator: Option<Operator>,
    facts: Facts,
) -> Result<Response, Failure> {
    if let Some(operator) = operator {
        operators::close(&app.db, operator.session_id()).await?;
    }
    Ok(ADMIN.take_away(&facts, page::see_other("/sign-in")))
}
